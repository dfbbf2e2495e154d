import { type CheckContext, every, type Properties, type Rule, unless, unverified, type Verdict } from '../rule';
import { is, isOpaque, recordsOf } from '../values';

/** A connection has two tunnels, whether the template speaks of them or not. */
const TUNNELS = [1, 2] as const;

export const rule: Rule = {
  id: 'NET12',
  title: 'VPN tunnels negotiate with IKEv2 only',
  severity: 'ERROR',
  resourceTypes: ['AWS::EC2::VPNConnection'],
  controls: ['EC2.183'],
  rationale:
    'A tunnel that also takes IKEv1 can be talked down to it. Its aggressive mode gives away what is needed to guess the shared key offline.',
  whenNotToUse:
    'A device at the other end that speaks IKEv1 alone. Acknowledge the tunnel until the device is replaced.',
  check({ properties: { VpnTunnelOptionsSpecifications: given } }, context) {
    const property = 'VpnTunnelOptionsSpecifications';
    if (isOpaque(given)) return [unverified(property)];
    const tunnels = recordsOf(given);
    return TUNNELS.flatMap((number) =>
      unless(number > tunnels.length ? false : isIkev2(tunnels[number - 1], context), {
        subject: `tunnel ${number}`,
        message: `IKEVersions of tunnel ${number} must be ikev2 alone; left out, both versions are taken.`,
        property,
      }),
    );
  },
};

function isIkev2(tunnel: Properties | undefined, context: CheckContext): Verdict {
  if (tunnel === undefined || isOpaque(tunnel.IKEVersions)) return undefined;
  const versions = recordsOf(tunnel.IKEVersions);
  return versions.length > 0 && every(versions.map((version) => version && is(version.Value, 'ikev2', context)));
}

import { not, type Rule, unless } from '../rule';
import { SUBNET } from '../tiers';
import { isTrue } from '../values';

const SETTINGS = [
  ['MapPublicIpOnLaunch', 'a public IPv4 address'],
  ['AssignIpv6AddressOnCreation', 'an IPv6 address, which is a public one'],
] as const;

export const rule: Rule = {
  id: 'NET08',
  title: 'Subnets assign no public addresses, of IPv4 or IPv6',
  severity: 'ERROR',
  resourceTypes: [SUBNET],
  controls: ['EC2.15'],
  techniques: ['AM34'],
  rationale:
    'Whatever is started there stands on the Internet without anybody having asked for it. Load balancers and NAT gateways get their addresses at the edge without it.',
  whenNotToUse:
    'IPv6 behind an egress-only gateway, where every host needs an address and nobody reaches it. The L2 VPC sets mapPublicIpOnLaunch in public subnets unless their configuration says false.',
  check({ properties }, context) {
    return SETTINGS.flatMap(([property, address]) =>
      unless(not(isTrue(properties[property], context)), {
        subject: property,
        message: `${property} must not be true: whatever starts in the subnet gets ${address}.`,
        property,
      }),
    );
  },
};

import { changed, GIVEN, judgedBy, type Resources } from '../judge';

const judge = judgedBy('NET12');
const tunnel = (...versions: unknown[]) => ({ IKEVersions: versions.map((Value) => ({ Value })) });
const vpn = (VpnTunnelOptionsSpecifications: unknown): Resources => ({
  Vpn: {
    Type: 'AWS::EC2::VPNConnection',
    Properties: { Type: 'ipsec.1', CustomerGatewayId: 'cgw-1', VpnTunnelOptionsSpecifications },
  },
});
const COMPLIANT = vpn([tunnel('ikev2'), tunnel('ikev2')]);
const BOTH = ['error NET12[tunnel 1]', 'error NET12[tunnel 2]'];

test('a connection whose tunnels name IKEv2 is compliant', () => {
  expect(judge(COMPLIANT)).toEqual([]);
});

test.each<[string, unknown, string[]]>([
  ['says nothing', undefined, BOTH],
  ['names no tunnel', [], BOTH],
  ['names one tunnel', [tunnel('ikev2')], ['error NET12[tunnel 2]']],
  ['leaves the versions out', [tunnel('ikev2'), { TunnelInsideCidr: '169.254.10.0/30' }], ['error NET12[tunnel 2]']],
  ['names no version', [tunnel(), tunnel('ikev2')], ['error NET12[tunnel 1]']],
  ['names both versions', [tunnel('ikev1', 'ikev2'), tunnel('ikev2')], ['error NET12[tunnel 1]']],
  ['is given', GIVEN, ['warning NET12[VpnTunnelOptionsSpecifications unverified]']],
  ['has a tunnel that is given', [GIVEN, tunnel('ikev2')], ['warning NET12[tunnel 1 unverified]']],
  ['has versions that are given', [tunnel('ikev2'), { IKEVersions: GIVEN }], ['warning NET12[tunnel 2 unverified]']],
  ['has a version that is given', [tunnel('ikev2', GIVEN), tunnel('ikev2')], ['warning NET12[tunnel 1 unverified]']],
  ['has IKEv1 and one that is given', [tunnel('ikev1', GIVEN), tunnel('ikev2')], ['error NET12[tunnel 1]']],
])('a connection that %s', (_name, tunnels, expected) => {
  expect(judge(vpn(tunnels))).toEqual(expected);
});

test.each<[string, unknown, string[]]>([
  ['0.IKEVersions.0.Value', 'ikev1', ['error NET12[tunnel 1]']],
  ['1.IKEVersions.0.Value', 'ikev1', ['error NET12[tunnel 2]']],
  ['1.IKEVersions', undefined, ['error NET12[tunnel 2]']],
  ['0.IKEVersions.0.Value', GIVEN, ['warning NET12[tunnel 1 unverified]']],
])('of a compliant connection with another %s', (path, value, expected) => {
  const property = `Vpn.Properties.VpnTunnelOptionsSpecifications.${path}`;
  expect(judge(changed(COMPLIANT, property, value))).toEqual(expected);
});

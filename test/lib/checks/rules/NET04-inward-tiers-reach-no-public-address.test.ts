import { App, aws_ec2 as ec2, Stack, Tags } from 'aws-cdk-lib';
import { changed, findingsOf, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('NET04');
const tagged = (Value: unknown) => [{ Key: 'bulwark:tier', Value }];
const to = (destination: Record<string, unknown>, port = 443) => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  ...destination,
});
const RESOURCES: Resources = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
  Leased: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: GIVEN } },
  Facts: { Type: 'Custom::BulwarkNetworkFacts' },
  Inside: { Type: 'AWS::EC2::PrefixList', Properties: { Entries: [{ Cidr: '10.0.0.0/8' }] } },
  World: { Type: 'AWS::EC2::PrefixList', Properties: { Entries: [{ Cidr: '10.0.0.0/8' }, { Cidr: '128.0.0.0/1' }] } },
};
const group = (egress: unknown, tier: unknown = 'data') => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { SecurityGroupEgress: egress, Tags: tagged(tier) },
});

const CASES: Array<[string, Record<string, unknown>, string[]]> = [
  ['a private range', to({ CidrIp: '10.0.0.0/8' }), []],
  ['the addresses of a partner', to({ CidrIp: '203.0.113.0/24' }), []],
  ['the VPC', to({ CidrIp: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] } }), []],
  ['a VPC whose range is given', to({ CidrIp: { 'Fn::GetAtt': ['Leased', 'CidrBlock'] } }), []],
  ['another group', to({ DestinationSecurityGroupId: 'sg-1' }), []],
  ['everything of another group', { IpProtocol: '-1', DestinationSecurityGroupId: 'sg-1' }, []],
  ['unique local addresses', to({ CidrIpv6: 'fc00::/7' }), []],
  ['path MTU discovery', { IpProtocol: 'icmp', FromPort: 3, ToPort: 4, CidrIp: '0.0.0.0/0' }, []],
  [
    'nothing, as the CDK writes it',
    { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' },
    [],
  ],
  ['S3 through its endpoint', to({ DestinationPrefixListId: { 'Fn::GetAtt': ['Facts', 'S3PrefixListId'] } }), []],
  ['an own prefix list', to({ DestinationPrefixListId: { Ref: 'Inside' } }), []],
  ['an allowed prefix list', to({ DestinationPrefixListId: 'pl-allowed' }), []],

  ['the public', to({ CidrIp: '0.0.0.0/0' }), ['error NET04[tcp 443 to 0.0.0.0/0]']],
  ['the public, substituted', to({ CidrIp: sub('0.0.0.0/0') }), ['error NET04[tcp 443 to 0.0.0.0/0]']],
  ['the lower half', to({ CidrIp: '0.0.0.0/1' }), ['error NET04[tcp 443 to 0.0.0.0/1]']],
  ['the upper half', to({ CidrIp: '128.0.0.0/1' }), ['error NET04[tcp 443 to 128.0.0.0/1]']],
  ['the public of IPv6', to({ CidrIpv6: '::/0' }), ['error NET04[tcp 443 to ::/0]']],
  ['half of IPv6', to({ CidrIpv6: '8000::/1' }), ['error NET04[tcp 443 to 8000::/1]']],
  ['everything', { IpProtocol: '-1', CidrIp: '0.0.0.0/0' }, ['error NET04[all traffic to 0.0.0.0/0]']],
  ['names anywhere', { ...to({ CidrIp: '0.0.0.0/0' }, 53), IpProtocol: 'udp' }, ['error NET04[udp 53 to 0.0.0.0/0]']],
  ['no range', to({ CidrIp: 'anywhere' }), ['error NET04[tcp 443 to anywhere]']],
  [
    'half of the world on a list',
    to({ DestinationPrefixListId: { Ref: 'World' } }),
    ['error NET04[tcp 443 to <World>]'],
  ],
  [
    'ports that are given, to the public',
    { IpProtocol: 'tcp', FromPort: GIVEN, ToPort: GIVEN, CidrIp: '0.0.0.0/0' },
    ['error NET04[tcp <Given> to 0.0.0.0/0]'],
  ],

  ['a range that is given', to({ CidrIp: GIVEN }), ['warning NET04[tcp 443 to <Given> unverified]']],
  ['a list of somebody else', to({ DestinationPrefixListId: 'pl-1' }), ['warning NET04[tcp 443 to pl-1 unverified]']],
];
const props = { allowedPrefixLists: ['pl-allowed'] };

test.each(CASES)('a group of the data tier that reaches %s', (_name, rule, expected) => {
  expect(judge({ ...RESOURCES, G: group([rule]) }, props)).toEqual(expected);
});

test.each(CASES)('a separate rule of the data tier that reaches %s', (_name, rule, expected) => {
  const nothing = [{ IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' }];
  const separate = { Type: 'AWS::EC2::SecurityGroupEgress', Properties: { GroupId: { Ref: 'G' }, ...rule } };
  expect(judge({ ...RESOURCES, G: group(nothing), Out: separate }, props)).toEqual(expected);
});

const PUBLIC = to({ CidrIp: '0.0.0.0/0' });
const REACHED = ['error NET04[tcp 443 to 0.0.0.0/0]'];

test.each<[unknown, string[]]>([
  ['management', REACHED],
  ['data', REACHED],
  ['endpoints', REACHED],
  ['edge', []],
  ['app', []],
  [GIVEN, ['warning NET04[tcp 443 to 0.0.0.0/0 unverified]']],
])('the public is reached from tier %p', (tier, expected) => {
  expect(judge({ G: group([PUBLIC], tier) })).toEqual(expected);
});

test('a group without a tier is left alone', () => {
  const untagged = { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupEgress: [PUBLIC] } };
  expect(judge({ G: untagged })).toEqual([]);
});

test.each(['sg-1', GIVEN])('a rule of group %p, whose tier nobody knows, is a warning', (GroupId) => {
  const rule = { Type: 'AWS::EC2::SecurityGroupEgress', Properties: { GroupId, ...PUBLIC } };
  expect(judge({ Out: rule })).toEqual(['warning NET04[tcp 443 to 0.0.0.0/0 unverified]']);
});

test.each<[string, unknown, string[]]>([
  ['no rule', undefined, ['error NET04[rules of EC2]']],
  ['an empty list', [], ['error NET04[rules of EC2]']],
  ['a reference to nothing', { Ref: 'AWS::NoValue' }, ['error NET04[rules of EC2]']],
  ['rules that are given', GIVEN, ['warning NET04[SecurityGroupEgress unverified]']],
  ['a rule that is given', [{ 'Fn::If': ['Open', {}, {}] }], ['warning NET04[SecurityGroupEgress.0 unverified]']],
])('a group with %s gets what EC2 gives it', (_name, egress, expected) => {
  expect(judge({ G: group(egress) })).toEqual(expected);
});

test('a separate rule does not take away what EC2 gave the group', () => {
  const Out = {
    Type: 'AWS::EC2::SecurityGroupEgress',
    Properties: { GroupId: { Ref: 'G' }, ...to({ CidrIp: '10.0.0.0/8' }) },
  };
  expect(judge({ G: group(undefined), Out })).toEqual(['error NET04[rules of EC2]']);
});

test.each<[string, unknown, string[]]>([
  ['G.Properties.SecurityGroupEgress.0.CidrIp', '0.0.0.0/0', ['error NET04[tcp 5432 to 0.0.0.0/0]']],
  ['G.Properties.SecurityGroupEgress', undefined, ['error NET04[rules of EC2]']],
  ['Out.Properties.CidrIpv6', '::/1', ['error NET04[tcp 443 to ::/1]']],
  ['Out.Properties.CidrIpv6', GIVEN, ['warning NET04[tcp 443 to <Given> unverified]']],
])('of a compliant template with another %s', (path, value, expected) => {
  const compliant = {
    G: group([to({ CidrIp: '10.32.0.0/20' }, 5432)]),
    Out: {
      Type: 'AWS::EC2::SecurityGroupEgress',
      Properties: { GroupId: { Ref: 'G' }, ...to({ CidrIpv6: 'fd00::/8' }) },
    },
  };
  expect(judge(compliant)).toEqual([]);
  expect(judge(changed(compliant, path, value))).toEqual(expected);
});

test.each([
  [true, ['error NET04[all traffic to 0.0.0.0/0]']],
  [false, []],
])('the L2 group with allowAllOutbound %p', (allowAllOutbound, expected) => {
  const app = new App();
  const stack = new Stack(app, 'S');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
  Tags.of(new ec2.SecurityGroup(stack, 'G', { vpc, allowAllOutbound })).add('bulwark:tier', 'management');
  app.synth();
  expect(findingsOf('NET04', app)).toEqual(expected);
});

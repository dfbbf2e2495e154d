import { App, aws_ec2 as ec2, Stack, Tags } from 'aws-cdk-lib';
import { TIER_PATHS, TIERS } from '../../../../lib/controls/tiers';
import { changed, findingsOf, GIVEN, judgedBy, type Resources } from '../judge';

const judge = judgedBy('NET06');
const tag = (Value: unknown) => [{ Key: 'bulwark:tier', Value }];
const NOTHING = { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' };
const tcp = (peer: Record<string, unknown>, FromPort: unknown = 443, ToPort: unknown = FromPort) => ({
  IpProtocol: 'tcp',
  FromPort,
  ToPort,
  ...peer,
});
const groupOf = (tier: unknown, rules: Record<string, unknown> = {}) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { SecurityGroupEgress: [NOTHING], ...(tier === undefined ? {} : { Tags: tag(tier) }), ...rules },
});
const subnetOf = (tier: unknown, CidrBlock: unknown, vpc = 'Vpc') => ({
  Type: 'AWS::EC2::Subnet',
  Properties: { VpcId: { Ref: vpc }, CidrBlock, ...(tier === undefined ? {} : { Tags: tag(tier) }) },
});
const rule = (direction: 'Ingress' | 'Egress', Properties: Record<string, unknown>) => ({
  Type: `AWS::EC2::SecurityGroup${direction}`,
  Properties,
});

const RESOURCES: Resources = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.16.0.0/16' } },
  DataVpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.32.0.0/20' } },
  EdgeSubnet: subnetOf('edge', '10.16.0.0/24'),
  AppSubnet: subnetOf('app', '10.16.1.0/24'),
  OtherSubnet: subnetOf(undefined, '10.16.9.0/24'),
  DataSubnet: subnetOf('data', '10.32.0.0/22', 'DataVpc'),
  EndpointsSubnet: subnetOf('endpoints', '10.48.0.0/26', 'EndpointsVpc'),
  EndpointsVpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.48.0.0/24' } },
  Facts: { Type: 'Custom::BulwarkNetworkFacts' },
  AppList: { Type: 'AWS::EC2::PrefixList', Properties: { Entries: [{ Cidr: '10.16.1.0/24' }] } },
  Plain: groupOf(undefined),
  ...Object.fromEntries([...TIERS, 'quarantine'].map((tier) => [tier, groupOf(tier)])),
};
const ref = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'GroupId'] });

const PAIRS = TIERS.flatMap((from) =>
  TIERS.map((to) => [from, to, from === to || TIER_PATHS[from].includes(to)] as const),
);

test.each(PAIRS)('by reference, %s may begin connections with %s: %p', (from, to, allowed) => {
  const resources = {
    ...RESOURCES,
    In: rule('Ingress', { GroupId: ref(to), ...tcp({ SourceSecurityGroupId: ref(from) }) }),
    Out: rule('Egress', { GroupId: ref(from), ...tcp({ DestinationSecurityGroupId: ref(to) }) }),
  };
  expect(judge(resources)).toEqual(
    allowed ? [] : [`error NET06[tcp 443 from <${from}.GroupId>]`, `error NET06[tcp 443 to <${to}.GroupId>]`],
  );
});

const FROM_APP = { Out: (peer: Record<string, unknown>) => rule('Egress', { GroupId: ref('app'), ...peer }) };

test.each<[string, Record<string, unknown>, string[]]>([
  ['443', tcp({}), []],
  ['443 by number and text', { IpProtocol: 6, FromPort: '443', ToPort: '443' }, []],
  ['80', tcp({}, 80), ['error NET06[tcp 80 to <endpoints.GroupId>]']],
  ['a range with 443', tcp({}, 443, 444), ['error NET06[tcp 443-444 to <endpoints.GroupId>]']],
  ['443 of UDP', { ...tcp({}), IpProtocol: 'udp' }, ['error NET06[udp 443 to <endpoints.GroupId>]']],
  ['everything', { IpProtocol: '-1' }, ['error NET06[all traffic to <endpoints.GroupId>]']],
  ['a port that is given', tcp({}, GIVEN), ['warning NET06[tcp <Given> to <endpoints.GroupId> unverified]']],
])('endpoints are reached on %s', (_name, ports, expected) => {
  const Out = FROM_APP.Out({ ...ports, DestinationSecurityGroupId: ref('endpoints') });
  expect(judge({ ...RESOURCES, Out })).toEqual(expected);
});

test('gateway endpoints are reached like the others', () => {
  const list = { 'Fn::GetAtt': ['Facts', 'S3PrefixListId'] };
  const to = (port: number) => FROM_APP.Out(tcp({ DestinationPrefixListId: list }, port));
  expect(judge({ ...RESOURCES, Out: to(443) })).toEqual([]);
  expect(judge({ ...RESOURCES, Out: to(80) })).toEqual(['error NET06[tcp 80 to <Facts.S3PrefixListId>]']);
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['the range of a subnet that may', { CidrIp: '10.16.1.0/24' }, []],
  ['an address in a subnet that may', { CidrIp: '10.16.1.7/32' }, []],
  ['a subnet that may', { CidrIp: { 'Fn::GetAtt': ['AppSubnet', 'CidrBlock'] } }, []],
  ['its own tier', { CidrIp: '10.32.0.0/22' }, []],
  ['its own VPC', { CidrIp: { 'Fn::GetAtt': ['DataVpc', 'CidrBlock'] } }, []],
  ['a list of a tier that may', { SourcePrefixListId: { Ref: 'AppList' } }, []],
  ['the public, which NET02 judges', { CidrIp: '0.0.0.0/0' }, []],

  ['the range of the edge', { CidrIp: '10.16.0.0/24' }, ['error NET06[tcp 5432 from 10.16.0.0/24]']],
  ['an address of the edge', { CidrIp: '10.16.0.9/32' }, ['error NET06[tcp 5432 from 10.16.0.9/32]']],
  [
    'a subnet of the edge',
    { CidrIp: { 'Fn::GetAtt': ['EdgeSubnet', 'CidrBlock'] } },
    ['error NET06[tcp 5432 from <EdgeSubnet.CidrBlock>]'],
  ],
  ['a VPC with the edge in it', { CidrIp: '10.16.0.0/16' }, ['error NET06[tcp 5432 from 10.16.0.0/16]']],
  [
    'a VPC with the edge in it, by reference',
    { CidrIp: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] } },
    ['error NET06[tcp 5432 from <Vpc.CidrBlock>]'],
  ],
  ['every private address', { CidrIp: '10.0.0.0/8' }, ['error NET06[tcp 5432 from 10.0.0.0/8]']],

  ['a subnet without a tier', { CidrIp: '10.16.9.0/24' }, ['warning NET06[tcp 5432 from 10.16.9.0/24 unverified]']],
  ['a range outside', { CidrIp: '192.168.0.0/24' }, ['warning NET06[tcp 5432 from 192.168.0.0/24 unverified]']],
  ['a range that is given', { CidrIp: GIVEN }, ['warning NET06[tcp 5432 from <Given> unverified]']],
  [
    'a group without a tier',
    { SourceSecurityGroupId: ref('Plain') },
    ['warning NET06[tcp 5432 from <Plain.GroupId> unverified]'],
  ],
  ['a group of another app', { SourceSecurityGroupId: 'sg-1' }, ['warning NET06[tcp 5432 from sg-1 unverified]']],
  ['a group that is given', { SourceSecurityGroupId: GIVEN }, ['warning NET06[tcp 5432 from <Given> unverified]']],
  ['a list of another app', { SourcePrefixListId: 'pl-1' }, ['warning NET06[tcp 5432 from pl-1 unverified]']],
])('the data tier admits %s', (_name, peer, expected) => {
  const inline = groupOf('data', { SecurityGroupIngress: [tcp(peer, 5432)] });
  expect(judge({ ...RESOURCES, Db: inline })).toEqual(expected);
  const In = rule('Ingress', { GroupId: ref('data'), ...tcp(peer, 5432) });
  expect(judge({ ...RESOURCES, In })).toEqual(expected);
});

test('an allowed prefix list may be named', () => {
  const Db = groupOf('data', { SecurityGroupIngress: [tcp({ SourcePrefixListId: 'pl-1' })] });
  expect(judge({ ...RESOURCES, Db }, { allowedPrefixLists: ['pl-1'] })).toEqual([]);
});

test.each<[string, string, string[]]>([
  ['app', '203.0.113.7/32', []],
  ['edge', '203.0.113.7/32', []],
  ['data', '203.0.113.7/32', ['warning NET06[tcp 443 to 203.0.113.7/32 unverified]']],
  ['management', '203.0.113.7/32', ['warning NET06[tcp 443 to 203.0.113.7/32 unverified]']],
  ['app', '10.16.0.0/24', ['error NET06[tcp 443 to 10.16.0.0/24]']],
  ['data', '10.16.1.0/24', ['error NET06[tcp 443 to 10.16.1.0/24]']],
  ['data', '10.48.0.0/26', []],
])('tier %s reaches %s', (tier, CidrIp, expected) => {
  const Out = rule('Egress', { GroupId: ref(tier), ...tcp({ CidrIp }) });
  expect(judge({ ...RESOURCES, Out })).toEqual(expected);
});

test('the edge admits named addresses from outside', () => {
  const In = rule('Ingress', { GroupId: ref('edge'), ...tcp({ CidrIp: '203.0.113.0/24' }) });
  expect(judge({ ...RESOURCES, In })).toEqual([]);
});

test('a range may lie in a subnet that is cut out at deployment', () => {
  const Cut = subnetOf('app', { 'Fn::Select': [0, { 'Fn::Cidr': [GIVEN, 4, '8'] }] });
  const Out = rule('Egress', { GroupId: ref('edge'), ...tcp({ CidrIp: '10.99.0.0/24' }) });
  expect(judge({ ...RESOURCES, Out })).toEqual([]);
  expect(judge({ ...RESOURCES, Cut, Out })).toEqual(['warning NET06[tcp 443 to 10.99.0.0/24 unverified]']);
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['reaches nothing', {}, []],
  ['reaches endpoints', { SecurityGroupEgress: [tcp({ DestinationSecurityGroupId: ref('endpoints') })] }, []],
  [
    'reaches endpoints on every port',
    { SecurityGroupEgress: [{ IpProtocol: '-1', DestinationSecurityGroupId: ref('endpoints') }] },
    ['error NET06[all traffic to <endpoints.GroupId>]'],
  ],
  [
    'reaches applications',
    { SecurityGroupEgress: [tcp({ DestinationSecurityGroupId: ref('app') })] },
    ['error NET06[tcp 443 to <app.GroupId>]'],
  ],
  [
    'reaches the public',
    { SecurityGroupEgress: [tcp({ CidrIp: '0.0.0.0/0' })] },
    ['error NET06[tcp 443 to 0.0.0.0/0]'],
  ],
  ['has what EC2 gives it', { SecurityGroupEgress: undefined }, ['error NET06[rules of EC2]']],
  [
    'admits management',
    { SecurityGroupIngress: [tcp({ SourceSecurityGroupId: ref('management') }, 22)] },
    ['error NET06[tcp 22 from <management.GroupId>]'],
  ],
  [
    'admits whoever is given',
    { SecurityGroupIngress: [tcp({ CidrIp: GIVEN }, 22)] },
    ['error NET06[tcp 22 from <Given>]'],
  ],
  [
    'admits one of its own',
    { SecurityGroupIngress: [tcp({ SourceSecurityGroupId: ref('quarantine') }, 22)] },
    ['error NET06[tcp 22 from <quarantine.GroupId>]'],
  ],
])('a quarantine group that %s', (_name, rules, expected) => {
  expect(judge({ ...RESOURCES, Held: groupOf('quarantine', rules) })).toEqual(expected);
});

test('no tier admits the quarantine', () => {
  const In = rule('Ingress', { GroupId: ref('app'), ...tcp({ SourceSecurityGroupId: ref('quarantine') }) });
  expect(judge({ ...RESOURCES, In })).toEqual(['error NET06[tcp 443 from <quarantine.GroupId>]']);
});

test.each<[string, unknown, string[]]>([
  ['without a tier', ref('Plain'), []],
  ['of another app', 'sg-1', ['warning NET06[tcp 443 from <data.GroupId> unverified]']],
  ['that is given', GIVEN, ['warning NET06[tcp 443 from <data.GroupId> unverified]']],
])('a group %s that admits a tier', (_name, GroupId, expected) => {
  const In = rule('Ingress', { GroupId, ...tcp({ SourceSecurityGroupId: ref('data') }) });
  expect(judge({ ...RESOURCES, In })).toEqual(expected);
});

test('rules among groups without tiers are nobody’s business', () => {
  const In = rule('Ingress', { GroupId: 'sg-1', ...tcp({ SourceSecurityGroupId: 'sg-2' }) });
  expect(judge({ ...RESOURCES, In })).toEqual([]);
});

test.each<[string, unknown, string[]]>([
  ['does not exist', 'database', ['error NET06[tier database]']],
  ['is given', GIVEN, ['warning NET06[tcp 443 from <edge.GroupId> unverified]']],
])('a tier that %s', (_name, tier, expected) => {
  const G = groupOf(tier, { SecurityGroupIngress: [tcp({ SourceSecurityGroupId: ref('edge') })] });
  expect(judge({ ...RESOURCES, G })).toEqual(expected);
});

test.each([
  [GIVEN, 'SecurityGroupIngress'],
  [[{ 'Fn::If': ['Open', {}, {}] }], 'SecurityGroupIngress.0'],
])('rules that only the deployment knows are a warning: %j', (SecurityGroupIngress, subject) => {
  expect(judge({ ...RESOURCES, G: groupOf('app', { SecurityGroupIngress }) })).toEqual([
    `warning NET06[${subject} unverified]`,
  ]);
});

test.each<[string, unknown, string[]]>([
  ['In.Properties.SourceSecurityGroupId', ref('edge'), ['error NET06[tcp 5432 from <edge.GroupId>]']],
  ['In.Properties.GroupId', ref('management'), ['error NET06[tcp 5432 from <app.GroupId>]']],
  ['In.Properties.SourceSecurityGroupId', ref('Plain'), ['warning NET06[tcp 5432 from <Plain.GroupId> unverified]']],
  ['app.Properties.Tags.0.Value', 'endpoints', ['error NET06[tcp 5432 from <app.GroupId>]']],
  ['app.Properties.Tags', undefined, ['warning NET06[tcp 5432 from <app.GroupId> unverified]']],
  ['quarantine.Properties.SecurityGroupEgress', undefined, ['error NET06[rules of EC2]']],
])('of a compliant template with another %s', (path, value, expected) => {
  const In = rule('Ingress', { GroupId: ref('data'), ...tcp({ SourceSecurityGroupId: ref('app') }, 5432) });
  const compliant = { ...RESOURCES, In };
  expect(judge(compliant)).toEqual([]);
  expect(judge(changed(compliant, path, value))).toEqual(expected);
});

test('groups may stand in different stacks', () => {
  const app = new App();
  const network = new Stack(app, 'Network');
  const vpc = new ec2.Vpc(network, 'Vpc', { natGateways: 0, maxAzs: 1 });
  const [edge, data] = ['edge', 'data'].map((tier) => {
    const group = new ec2.SecurityGroup(network, tier, { vpc, allowAllOutbound: false });
    Tags.of(group).add('bulwark:tier', tier);
    return group.securityGroupId;
  });
  new ec2.CfnSecurityGroupIngress(new Stack(app, 'Consumer'), 'In', {
    groupId: data,
    ipProtocol: 'tcp',
    fromPort: 5432,
    toPort: 5432,
    sourceSecurityGroupId: edge,
  });
  app.synth();
  expect(findingsOf('NET06', app)).toEqual([expect.stringMatching(/^error NET06\[tcp 5432 from .*edge.*\]$/)]);
});

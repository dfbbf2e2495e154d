import { App, aws_ec2 as ec2, CfnResource, Stack, Tags } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, sub } from '../judge';

const judge = judgedBy('NET02');
const EDGE = [{ Key: 'bulwark:tier', Value: 'edge' }];
const tcp = (port: number, source: Record<string, unknown>) => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  ...source,
});
const group = (rule: unknown, tags?: unknown) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { SecurityGroupIngress: [rule], ...(tags === undefined ? {} : { Tags: tags }) },
});
const vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } };

type Case = [string, Record<string, unknown>, unknown, string[]];

const CASES: Case[] = [
  ['a private range', tcp(22, { CidrIp: '10.0.0.0/8' }), undefined, []],
  ['one address', tcp(22, { CidrIpv6: '2001:db8::1/128' }), undefined, []],
  ['another group', tcp(22, { SourceSecurityGroupId: 'sg-12345678' }), undefined, []],
  ['the VPC', tcp(22, { CidrIp: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] } }), undefined, []],
  ['the public on 443 at the edge', tcp(443, { CidrIp: '0.0.0.0/0' }), EDGE, []],
  ['the public on 80 at the edge', tcp(80, { CidrIpv6: '::/0' }), EDGE, []],
  ['anybody given on 443 at the edge', tcp(443, { CidrIp: GIVEN }), EDGE, []],
  ['path MTU discovery', { IpProtocol: 'icmp', FromPort: 3, ToPort: 4, CidrIp: '0.0.0.0/0' }, undefined, []],
  ['path MTU discovery of IPv6', { IpProtocol: 58, FromPort: 2, ToPort: -1, CidrIpv6: '::/0' }, undefined, []],

  ['the public on 22', tcp(22, { CidrIp: '0.0.0.0/0' }), undefined, ['error NET02[tcp 22 from 0.0.0.0/0]']],
  ['the public, substituted', tcp(22, { CidrIp: sub('0.0.0.0/0') }), undefined, ['error NET02[tcp 22 from 0.0.0.0/0]']],
  ['the lower half', tcp(22, { CidrIp: '0.0.0.0/1' }), undefined, ['error NET02[tcp 22 from 0.0.0.0/1]']],
  ['the upper half', tcp(22, { CidrIp: '128.0.0.0/1' }), undefined, ['error NET02[tcp 22 from 128.0.0.0/1]']],
  ['half of IPv6', tcp(22, { CidrIpv6: '8000::/1' }), undefined, ['error NET02[tcp 22 from 8000::/1]']],
  ['443 elsewhere', tcp(443, { CidrIp: '0.0.0.0/0' }), undefined, ['error NET02[tcp 443 from 0.0.0.0/0]']],
  [
    '443 in another tier',
    tcp(443, { CidrIp: '0.0.0.0/0' }),
    [{ Key: 'bulwark:tier', Value: 'database' }],
    ['error NET02[tcp 443 from 0.0.0.0/0]'],
  ],
  ['22 at the edge', tcp(22, { CidrIp: '0.0.0.0/0' }), EDGE, ['error NET02[tcp 22 from 0.0.0.0/0]']],
  [
    'a range of ports at the edge',
    { IpProtocol: 'tcp', FromPort: 80, ToPort: 443, CidrIp: '0.0.0.0/0' },
    EDGE,
    ['error NET02[tcp 80-443 from 0.0.0.0/0]'],
  ],
  ['everything', { IpProtocol: '-1', CidrIp: '0.0.0.0/0' }, EDGE, ['error NET02[all traffic from 0.0.0.0/0]']],
  [
    'ping',
    { IpProtocol: 'icmp', FromPort: 8, ToPort: -1, CidrIp: '0.0.0.0/0' },
    EDGE,
    ['error NET02[icmp 8--1 from 0.0.0.0/0]'],
  ],
  ['no range', tcp(22, { CidrIp: 'anywhere' }), undefined, ['error NET02[tcp 22 from anywhere]']],
  ['a prefix list', tcp(443, { SourcePrefixListId: 'pl-1' }), EDGE, ['error NET02[tcp 443 from pl-1]']],

  ['a range that is given', tcp(22, { CidrIp: GIVEN }), EDGE, ['warning NET02[tcp 22 from <Given> unverified]']],
  [
    'a prefix list that is given',
    tcp(443, { SourcePrefixListId: GIVEN }),
    undefined,
    ['warning NET02[tcp 443 from <Given> unverified]'],
  ],
  [
    'ports that are given',
    { IpProtocol: 'tcp', FromPort: GIVEN, ToPort: GIVEN, CidrIp: '0.0.0.0/0' },
    EDGE,
    ['warning NET02[tcp <Given> from 0.0.0.0/0 unverified]'],
  ],
  [
    'a tier that is given',
    tcp(443, { CidrIp: '0.0.0.0/0' }),
    [{ Key: 'bulwark:tier', Value: GIVEN }],
    ['warning NET02[tcp 443 from 0.0.0.0/0 unverified]'],
  ],
  [
    'a tier that is given, on a port that no tier opens',
    tcp(22, { CidrIp: '0.0.0.0/0' }),
    [{ Key: 'bulwark:tier', Value: GIVEN }],
    ['error NET02[tcp 22 from 0.0.0.0/0]'],
  ],
  [
    'a rule that is given',
    { 'Fn::If': ['Open', {}, {}] },
    undefined,
    ['warning NET02[SecurityGroupIngress.0 unverified]'],
  ],
];

test.each(CASES)('a group that admits %s', (_name, rule, tags, expected) => {
  expect(judge({ Vpc: vpc, G: group(rule, tags) })).toEqual(expected);
});

const separate = CASES.filter(([name]) => name !== 'a rule that is given');
test.each(separate)(
  'a separate rule that admits %s is judged by the group it refers to',
  (_name, rule, tags, expected) => {
    for (const GroupId of [{ 'Fn::GetAtt': ['G', 'GroupId'] }, { Ref: 'G' }]) {
      expect(
        judge({
          Vpc: vpc,
          G: { Type: 'AWS::EC2::SecurityGroup', Properties: tags === undefined ? {} : { Tags: tags } },
          I: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { GroupId, ...rule } },
        }),
      ).toEqual(expected);
    }
  },
);

test('two halves of the Internet are two findings', () => {
  const SecurityGroupIngress = ['0.0.0.0/1', '128.0.0.0/1'].map((CidrIp) => tcp(3306, { CidrIp }));
  expect(judge({ G: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress } } })).toEqual([
    'error NET02[tcp 3306 from 0.0.0.0/1]',
    'error NET02[tcp 3306 from 128.0.0.0/1]',
  ]);
});

test('an unknown group may stand at the edge: 443 is a warning, 22 an error', () => {
  const rule = (port: number) => ({
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: { GroupId: 'sg-12345678', ...tcp(port, { CidrIp: '0.0.0.0/0' }) },
  });
  expect(judge({ A: rule(443), B: rule(22) })).toEqual([
    'error NET02[tcp 22 from 0.0.0.0/0]',
    'warning NET02[tcp 443 from 0.0.0.0/0 unverified]',
  ]);
});

test('a prefix list on the allow list may be used', () => {
  const template = { G: group(tcp(443, { SourcePrefixListId: 'pl-1' })) };
  expect(judge(template, { allowedPrefixLists: ['pl-1'] })).toEqual([]);
});

test('a group of another stack is found through the export', () => {
  const app = new App();
  const network = new Stack(app, 'Network');
  const vpcOf = new ec2.Vpc(network, 'Vpc', { natGateways: 0, maxAzs: 1 });
  const edge = new ec2.SecurityGroup(network, 'Edge', { vpc: vpcOf });
  Tags.of(edge).add('bulwark:tier', 'edge');
  const consumer = new Stack(app, 'Consumer');
  new CfnResource(consumer, 'Rule', {
    type: 'AWS::EC2::SecurityGroupIngress',
    properties: { GroupId: edge.securityGroupId, ...tcp(443, { CidrIp: '0.0.0.0/0' }) },
  });
  app.synth();
  expect(findingsOf('NET02', app)).toEqual([]);
});

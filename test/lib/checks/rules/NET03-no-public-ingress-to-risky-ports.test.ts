import { App, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, sub } from '../judge';

const judge = judgedBy('NET03');
const PUBLIC = { CidrIp: '0.0.0.0/0' };
const ports = (protocol: string | number, from: unknown, to: unknown = from) => ({
  IpProtocol: protocol,
  FromPort: from,
  ToPort: to,
});
const vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } };
const list = (...ranges: unknown[]) => ({
  Type: 'AWS::EC2::PrefixList',
  Properties: { Entries: ranges.map((Cidr) => ({ Cidr })) },
});
const RESOURCES = { Vpc: vpc, Inside: list('10.0.0.0/8', '192.0.2.1/32'), World: list('10.0.0.0/8', '0.0.0.0/1') };

type Case = [string, Record<string, unknown>, string[]];

const CASES: Case[] = [
  ['443 to the public', { ...ports('tcp', 443), ...PUBLIC }, []],
  ['443 to whoever is given', { ...ports('tcp', 443), CidrIp: GIVEN }, []],
  ['22 to a private range', { ...ports('tcp', 22), CidrIp: '10.0.0.0/8' }, []],
  ['22 to one provider', { ...ports('tcp', 22), CidrIpv6: '2001:db8::/32' }, []],
  ['22 to unique local addresses', { ...ports('tcp', 22), CidrIpv6: 'fc00::/7' }, []],
  ['22 to the VPC', { ...ports('tcp', 22), CidrIp: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] } }, []],
  ['22 to the VPC, by Fn::Sub', { ...ports('tcp', 22), CidrIp: sub('<Vpc.CidrBlock>') }, []],
  ['22 to a group', { ...ports('tcp', 22), SourceSecurityGroupId: GIVEN }, []],
  ['UDP 443 to the public', { ...ports('udp', 443), ...PUBLIC }, []],
  ['UDP 22 to the public, where nothing listens', { ...ports('udp', 22), ...PUBLIC }, []],
  ['ports between two of them', { ...ports('tcp', 26, 109), ...PUBLIC }, []],
  ['ping', { ...ports('icmp', 8, -1), ...PUBLIC }, []],
  ['a protocol without ports', { IpProtocol: '47', ...PUBLIC }, []],
  ['22 to an own prefix list', { ...ports('tcp', 22), SourcePrefixListId: { Ref: 'Inside' } }, []],
  ['22 to an allowed prefix list', { ...ports('tcp', 22), SourcePrefixListId: 'pl-allowed' }, []],

  ['22 to the public', { ...ports('tcp', 22), ...PUBLIC }, ['error NET03[tcp 22 from 0.0.0.0/0]']],
  [
    '22 to the public, substituted',
    { ...ports('tcp', 22), CidrIp: sub('0.0.0.0/0') },
    ['error NET03[tcp 22 from 0.0.0.0/0]'],
  ],
  [
    '22 to the public, joined',
    { ...ports('tcp', 22), CidrIp: { 'Fn::Join': ['/', ['0.0.0.0', '0']] } },
    ['error NET03[tcp 22 from 0.0.0.0/0]'],
  ],
  ['22, substituted', { ...ports('tcp', sub('22')), ...PUBLIC }, ['error NET03[tcp 22 from 0.0.0.0/0]']],
  ...[2379, 2380, 5984, 6443, 10255, 15672, 50070].map(
    (port): Case => [`${port}`, { ...ports('tcp', port), ...PUBLIC }, [`error NET03[tcp ${port} from 0.0.0.0/0]`]],
  ),
  ['22 as a text', { ...ports('tcp', '22'), ...PUBLIC }, ['error NET03[tcp 22 from 0.0.0.0/0]']],
  ['22 by numbers', { ...ports(6, 22), ...PUBLIC }, ['error NET03[6 22 from 0.0.0.0/0]']],
  ['22 in capitals', { ...ports('TCP', 22), ...PUBLIC }, ['error NET03[TCP 22 from 0.0.0.0/0]']],
  ['22 of IPv6', { ...ports('tcp', 22), CidrIpv6: '::/0' }, ['error NET03[tcp 22 from ::/0]']],
  ['22 to half of IPv4', { ...ports('tcp', 22), CidrIp: '128.0.0.0/1' }, ['error NET03[tcp 22 from 128.0.0.0/1]']],
  ['22 to a seventh', { ...ports('tcp', 22), CidrIp: '10.0.0.0/7' }, ['error NET03[tcp 22 from 10.0.0.0/7]']],
  ['22 to much of IPv6', { ...ports('tcp', 22), CidrIpv6: '2000::/3' }, ['error NET03[tcp 22 from 2000::/3]']],
  ['SMB', { ...ports('tcp', 445), ...PUBLIC }, ['error NET03[tcp 445 from 0.0.0.0/0]']],
  ['a range that holds one', { ...ports('tcp', 3300, 3310), ...PUBLIC }, ['error NET03[tcp 3300-3310 from 0.0.0.0/0]']],
  ['a range from 443', { ...ports('tcp', 443, 445), ...PUBLIC }, ['error NET03[tcp 443-445 from 0.0.0.0/0]']],
  ['a range of texts', { ...ports('tcp', '0', '65535'), ...PUBLIC }, ['error NET03[tcp 0-65535 from 0.0.0.0/0]']],
  ['all of TCP', { IpProtocol: 'tcp', ...PUBLIC }, ['error NET03[tcp all from 0.0.0.0/0]']],
  ['all of TCP, said so', { ...ports('tcp', -1), ...PUBLIC }, ['error NET03[tcp -1 from 0.0.0.0/0]']],
  ['everything', { IpProtocol: '-1', ...PUBLIC }, ['error NET03[all traffic from 0.0.0.0/0]']],
  ['everything, by number', { ...ports(-1, 443), ...PUBLIC }, ['error NET03[all traffic from 0.0.0.0/0]']],
  ['amplification', { ...ports('udp', 123), ...PUBLIC }, ['error NET03[udp 123 from 0.0.0.0/0]']],
  ['amplification by number', { ...ports('17', 1900), ...PUBLIC }, ['error NET03[17 1900 from 0.0.0.0/0]']],
  ['22 to no range', { ...ports('tcp', 22), CidrIp: 'anywhere' }, ['error NET03[tcp 22 from anywhere]']],
  [
    '22 to half of the world on a list',
    { ...ports('tcp', 22), SourcePrefixListId: { 'Fn::GetAtt': ['World', 'PrefixListId'] } },
    ['error NET03[tcp 22 from <World.PrefixListId>]'],
  ],
  [
    'everything to both halves of the addresses',
    { IpProtocol: '-1', CidrIp: '0.0.0.0/1', CidrIpv6: '8000::/1' },
    ['error NET03[all traffic from 0.0.0.0/1]', 'error NET03[all traffic from 8000::/1]'],
  ],

  [
    '22 to a range that is given',
    { ...ports('tcp', 22), CidrIp: GIVEN },
    ['warning NET03[tcp 22 from <Given> unverified]'],
  ],
  [
    'ports that are given',
    { ...ports('tcp', GIVEN), ...PUBLIC },
    ['warning NET03[tcp <Given> from 0.0.0.0/0 unverified]'],
  ],
  ['ports that are given, to a private range', { ...ports('tcp', GIVEN), CidrIp: '10.0.0.0/8' }, []],
  ['a port that is none', { ...ports('tcp', 'ssh'), ...PUBLIC }, ['warning NET03[tcp ssh from 0.0.0.0/0 unverified]']],
  [
    '22 to a list of somebody else',
    { ...ports('tcp', 22), SourcePrefixListId: 'pl-1' },
    ['warning NET03[tcp 22 from pl-1 unverified]'],
  ],
];

test.each(CASES)('a group that opens %s', (_name, rule, expected) => {
  const group = { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress: [rule] } };
  expect(judge({ ...RESOURCES, G: group }, { allowedPrefixLists: ['pl-allowed'] })).toEqual(expected);
});

test.each(CASES)('a separate rule that opens %s', (_name, rule, expected) => {
  const separate = { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { GroupId: 'sg-1', ...rule } };
  expect(judge({ ...RESOURCES, I: separate }, { allowedPrefixLists: ['pl-allowed'] })).toEqual(expected);
});

test('the edge is no excuse', () => {
  const edge = {
    Tags: [{ Key: 'bulwark:tier', Value: 'edge' }],
    SecurityGroupIngress: [{ ...ports('tcp', 8080), ...PUBLIC }],
  };
  expect(judge({ G: { Type: 'AWS::EC2::SecurityGroup', Properties: edge } })).toEqual([
    'error NET03[tcp 8080 from 0.0.0.0/0]',
  ]);
});

test.each([
  ['rules', GIVEN, 'SecurityGroupIngress'],
  ['a rule', [{ 'Fn::If': ['Open', {}, {}] }], 'SecurityGroupIngress.0'],
])('%s that only the deployment knows are a warning', (_name, SecurityGroupIngress, subject) => {
  expect(judge({ G: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress } } })).toEqual([
    `warning NET03[${subject} unverified]`,
  ]);
});

test('overrides count, and tokens of the CDK are seen through', () => {
  const app = new App();
  const stack = new Stack(app, 'S');
  const network = new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
  const group = new ec2.CfnSecurityGroup(stack, 'G', {
    groupDescription: 'g',
    securityGroupIngress: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: network.attrCidrBlock }],
  });
  expect(findingsOf('NET03', app)).toEqual([]);
  group.addPropertyOverride('SecurityGroupIngress.0.CidrIp', '0.0.0.0/0');
  expect(findingsOf('NET03', app)).toEqual(['error NET03[tcp 22 from 0.0.0.0/0]']);
});

import { changed, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('NET13');
type Entry = Record<string, unknown>;
const entry = (properties: Entry, Condition?: string) => ({
  Type: 'AWS::EC2::NetworkAclEntry',
  Properties: {
    NetworkAclId: { Ref: 'Acl' },
    RuleNumber: 200,
    RuleAction: 'allow',
    Protocol: 6,
    CidrBlock: '0.0.0.0/0',
    ...properties,
  },
  ...(Condition !== undefined && { Condition }),
});
const ports = (From: unknown, To: unknown = From) => ({ PortRange: { From, To } });
const RESOURCES: Resources = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
  Leased: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: GIVEN } },
  Acl: { Type: 'AWS::EC2::NetworkAcl' },
  Other: { Type: 'AWS::EC2::NetworkAcl' },
};
const SSH = ['error NET13[22 from 0.0.0.0/0]'];
const RDP = ['error NET13[3389 from 0.0.0.0/0]'];
const V6 = { CidrBlock: undefined, Ipv6CidrBlock: '::/0' };

test.each<[string, Entry, string[]]>([
  ['443', ports(443), []],
  ['22 to a private range', { ...ports(22), CidrBlock: '10.0.0.0/8' }, []],
  ['22 to the VPC', { ...ports(22), CidrBlock: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] } }, []],
  ['22 to a VPC whose range is given', { ...ports(22), CidrBlock: { 'Fn::GetAtt': ['Leased', 'CidrBlock'] } }, []],
  [
    '22 to a part of such a VPC',
    {
      ...ports(22),
      CidrBlock: { 'Fn::Select': [0, { 'Fn::Cidr': [{ 'Fn::GetAtt': ['Leased', 'CidrBlock'] }, 2, '8'] }] },
    },
    [],
  ],
  ['22 on the way out', { ...ports(22), Egress: true }, []],
  ['ping', { Protocol: 1, Icmp: { Type: 8, Code: -1 } }, []],
  ['ports between', ports(23, 3388), []],
  ['nothing', { RuleAction: 'deny', Protocol: -1 }, []],

  ['22', ports(22), SSH],
  ['22 by texts', { Protocol: '6', ...ports('22') }, SSH],
  ['22, substituted', ports(sub('22')), SSH],
  ['22 of UDP', { Protocol: 17, ...ports(22) }, SSH],
  ['3389', ports(3389), RDP],
  ['3389 of UDP', { Protocol: 17, ...ports(3389) }, RDP],
  ['22 to half of the public', { ...ports(22), CidrBlock: '128.0.0.0/1' }, ['error NET13[22 from 128.0.0.0/1]']],
  ['22 of IPv6', { ...ports(22), ...V6 }, ['error NET13[22 from ::/0]']],
  ['22 of half of IPv6', { ...ports(22), ...V6, Ipv6CidrBlock: '::/1' }, ['error NET13[22 from ::/1]']],
  ['22 to no range', { ...ports(22), CidrBlock: 'anywhere' }, ['error NET13[22 from anywhere]']],
  ['replies', ports(1024, 65535), RDP],
  ['every port', ports(0, 65535), [...SSH, ...RDP]],
  ['a protocol without ports', {}, [...SSH, ...RDP]],
  ['everything', { Protocol: -1 }, [...SSH, ...RDP]],
  ['everything, whatever its ports say', { Protocol: '-1', ...ports(443) }, [...SSH, ...RDP]],
  ['22, said in capitals', { ...ports(22), RuleAction: 'ALLOW', Egress: 'false' }, SSH],

  ['a range that is given', { ...ports(22), CidrBlock: GIVEN }, ['warning NET13[22 from <Given> unverified]']],
  ['22 or not', { ...ports(22), RuleAction: GIVEN }, ['warning NET13[22 from 0.0.0.0/0 unverified]']],
  ['22 in either direction', { ...ports(22), Egress: GIVEN }, ['warning NET13[22 from 0.0.0.0/0 unverified]']],
  [
    'ports that are given',
    ports(GIVEN),
    ['warning NET13[22 from 0.0.0.0/0 unverified]', 'warning NET13[3389 from 0.0.0.0/0 unverified]'],
  ],
  [
    'a protocol that is given',
    { ...ports(22), Protocol: GIVEN },
    ['warning NET13[22 from 0.0.0.0/0 unverified]', 'warning NET13[3389 from 0.0.0.0/0 unverified]'],
  ],
])('a rule that lets the public in on %s', (_name, properties, expected) => {
  expect(judge({ ...RESOURCES, E: entry(properties) })).toEqual(expected);
});

const DENY = { RuleNumber: 100, RuleAction: 'deny', ...ports(3389) };

test.each<[string, Entry, string[]]>([
  ['the port', {}, []],
  ['the port among others', ports(3000, 4000), []],
  ['everything', { Protocol: -1, PortRange: undefined }, []],
  ['the port of both halves', { CidrBlock: '0.0.0.0/0' }, []],

  ['with a higher number', { RuleNumber: 300 }, RDP],
  ['with the same number', { RuleNumber: 200 }, RDP],
  ['another port', ports(22), RDP],
  ['the port of UDP', { Protocol: 17 }, RDP],
  ['the port from half of the public', { CidrBlock: '0.0.0.0/1' }, RDP],
  ['the port of IPv6', V6, RDP],
  ['the port on the way out', { Egress: true }, RDP],
  ['the port in another ACL', { NetworkAclId: { Ref: 'Other' } }, RDP],
  ['nothing, since it allows as well', { RuleAction: 'allow' }, [...RDP, ...RDP]],

  [
    'the port, if its number is lower',
    { RuleNumber: GIVEN },
    ['warning NET13[3389 from 0.0.0.0/0 unverified]', 'warning NET13[number unverified]'],
  ],
  ['what is given', ports(GIVEN), ['warning NET13[3389 from 0.0.0.0/0 unverified]']],
  ['a range that is given', { CidrBlock: GIVEN }, ['warning NET13[3389 from 0.0.0.0/0 unverified]']],
])('replies from the public, of which a rule denies %s', (_name, properties, expected) => {
  const resources = { ...RESOURCES, E: entry(ports(1024, 65535)), Deny: entry({ ...DENY, ...properties }) };
  expect(judge(resources)).toEqual([...new Set(expected)]);
});

test('a denial that is made sometimes is a warning, unless the rule is made with it', () => {
  const Deny = entry(DENY, 'Sometimes');
  const replies = ports(1024, 65535);
  expect(judge({ ...RESOURCES, Deny, E: entry(replies) })).toEqual(['warning NET13[3389 from 0.0.0.0/0 unverified]']);
  expect(judge({ ...RESOURCES, Deny, E: entry(replies, 'Sometimes') })).toEqual([]);
});

test('where all protocols are let in, both have to be denied', () => {
  const denied = (Protocol: number, port: number, RuleNumber: number) =>
    entry({ RuleNumber, RuleAction: 'deny', Protocol, ...ports(port) });
  const E = entry({ RuleNumber: 500, Protocol: -1 });
  const tcp = { A: denied(6, 22, 100), B: denied(6, 3389, 101) };
  const udp = { C: denied(17, 22, 102), D: denied(17, 3389, 103) };
  expect(judge({ ...RESOURCES, E, ...tcp })).toEqual([...SSH, ...RDP]);
  expect(judge({ ...RESOURCES, E, ...tcp, ...udp })).toEqual([]);
});

test.each<[unknown, string[]]>([
  ['acl-1', []],
  ['acl-2', RDP],
])('rules of ACL acl-1 of another app are denied by one of %p', (acl, expected) => {
  const E = entry({ NetworkAclId: 'acl-1', ...ports(1024, 65535) });
  expect(judge({ E, Deny: entry({ ...DENY, NetworkAclId: acl }) })).toEqual(expected);
});

test.each<[unknown, string[]]>([
  [100, []],
  ['100', []],
  [32766, []],
  [99, ['error NET13[number]']],
  [1, ['error NET13[number]']],
  ['50', ['error NET13[number]']],
  [GIVEN, ['warning NET13[number unverified]']],
])('a rule with the number %p', (RuleNumber, expected) => {
  expect(judge({ ...RESOURCES, E: entry({ ...ports(443), RuleNumber }) })).toEqual(expected);
  expect(judge({ ...RESOURCES, E: entry({ ...ports(443), RuleNumber, Egress: true }) })).toEqual(expected);
});

test.each<[string, unknown, string[]]>([
  ['Replies.Properties.RuleNumber', 100, RDP],
  ['Deny.Properties.RuleNumber', 1000, RDP],
  ['Deny.Properties.RuleAction', 'allow', RDP],
  ['Deny.Properties.PortRange.To', 3388, RDP],
  ['Deny.Properties.CidrBlock', '10.0.0.0/8', RDP],
  ['Inside.Properties.CidrBlock', '0.0.0.0/0', SSH],
  ['Deny.Properties.RuleNumber', 50, ['error NET13[number]']],
])('of a compliant ACL with another %s', (path, value, expected) => {
  const compliant = {
    ...RESOURCES,
    Inside: entry({ RuleNumber: 110, ...ports(22), CidrBlock: '10.0.0.0/16' }),
    Deny: entry({ ...DENY, RuleNumber: 120, ...ports(3380, 3389) }),
    Replies: entry(ports(1024, 65535)),
  };
  expect(judge(compliant)).toEqual([]);
  expect(judge(changed(compliant, path, value))).toEqual(expected);
});

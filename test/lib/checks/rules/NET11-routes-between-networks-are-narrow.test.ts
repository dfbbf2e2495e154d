import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { changed, findingsOf, GIVEN, judgedBy, type Resources } from '../judge';

const judge = judgedBy('NET11');
const vpc = (CidrBlock: unknown) => ({ Type: 'AWS::EC2::VPC', Properties: { CidrBlock } });
const subnet = (vpcId: string, tier: unknown, CidrBlock: string) => ({
  Type: 'AWS::EC2::Subnet',
  Properties: {
    VpcId: { Ref: vpcId },
    CidrBlock,
    ...(tier === undefined ? {} : { Tags: [{ Key: 'bulwark:tier', Value: tier }] }),
  },
});
const attachment = (vpcId: unknown, Type = 'AWS::EC2::TransitGatewayAttachment') => ({
  Type,
  Properties: { TransitGatewayId: { Ref: 'Hub' }, VpcId: vpcId },
});
const RESOURCES: Resources = {
  Leased: { Type: 'AWS::EC2::VPC', Properties: { Ipv4IpamPoolId: 'ipam-pool-1', Ipv4NetmaskLength: 16 } },
  Own: vpc('10.0.0.0/20'),
  Business: vpc('10.16.0.0/16'),
  Database: vpc('10.32.0.0/20'),
  Plain: vpc('10.64.0.0/16'),
  Pooled: vpc(GIVEN),
  Edge: subnet('Business', 'edge', '10.16.128.0/24'),
  App: subnet('Business', 'app', '10.16.0.0/24'),
  Data: subnet('Database', 'data', '10.32.0.0/22'),
  // Nobody's resources are there: the VPC is of one tier all the same.
  Attachments: subnet('Database', 'transit', '10.32.12.0/24'),
  Any: subnet('Plain', undefined, '10.64.0.0/24'),
  PooledApp: subnet('Pooled', 'app', '10.80.0.0/24'),
  PooledEdge: subnet('Pooled', 'edge', '10.80.1.0/24'),
  Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Own' } } },
  Hub: {
    Type: 'AWS::EC2::TransitGateway',
    Properties: { DefaultRouteTableAssociation: 'disable', DefaultRouteTablePropagation: 'disable' },
  },
  OwnAttached: attachment({ Ref: 'Own' }),
  BusinessAttached: attachment({ Ref: 'Business' }),
  DatabaseAttached: attachment({ Ref: 'Database' }, 'AWS::EC2::TransitGatewayVpcAttachment'),
  PlainAttached: attachment({ Ref: 'Plain' }),
};
const peering = (PeerVpcId: unknown, VpcId: unknown = { Ref: 'Own' }) => ({
  Type: 'AWS::EC2::VPCPeeringConnection',
  Properties: { VpcId, PeerVpcId },
});
const route = (properties: Record<string, unknown>, RouteTableId: unknown = { Ref: 'Table' }) => ({
  Type: 'AWS::EC2::Route',
  Properties: { RouteTableId, ...properties },
});
const through = (properties: Record<string, unknown>) =>
  route({ VpcPeeringConnectionId: { Ref: 'Peering' }, ...properties });
const cut = (vpcId: string, count: number, bits: string) => ({
  'Fn::Select': [0, { 'Fn::Cidr': [{ 'Fn::GetAtt': [vpcId, 'CidrBlock'] }, count, bits] }],
});
const wide = (range: string) => [`error NET11[route to ${range}]`];
const unverified = (range: string) => [`warning NET11[route to ${range} unverified]`];

test.each<[string, string, Record<string, unknown>, string[]]>([
  ['a part of a VPC', 'Business', { DestinationCidrBlock: '10.16.0.0/17' }, []],
  ['a subnet', 'Business', { DestinationCidrBlock: { 'Fn::GetAtt': ['App', 'CidrBlock'] } }, []],
  ['the whole of a VPC of one tier', 'Database', { DestinationCidrBlock: '10.32.0.0/20' }, []],
  ['a VPC of one tier', 'Database', { DestinationCidrBlock: { 'Fn::GetAtt': ['Database', 'CidrBlock'] } }, []],
  [
    'a part that is cut out at deployment',
    'Pooled',
    {
      DestinationCidrBlock: cut('Pooled', 4, '8'),
    },
    [],
  ],

  ['the first half of a pool’s range', 'Leased', { DestinationCidrBlock: cut('Leased', 1, '15') }, []],
  [
    'a part that may be the whole',
    'Leased',
    { DestinationCidrBlock: cut('Leased', 1, '16') },
    unverified(JSON.stringify(cut('Leased', 1, '16'))),
  ],

  ['the whole of a VPC of two tiers', 'Business', { DestinationCidrBlock: '10.16.0.0/16' }, wide('10.16.0.0/16')],
  ['more than a VPC', 'Business', { DestinationCidrBlock: '10.0.0.0/8' }, wide('10.0.0.0/8')],
  [
    'a VPC of two tiers',
    'Business',
    { DestinationCidrBlock: { 'Fn::GetAtt': ['Business', 'CidrBlock'] } },
    wide('<Business.CidrBlock>'),
  ],
  ['a VPC without tiers', 'Plain', { DestinationCidrBlock: '10.64.0.0/16' }, wide('10.64.0.0/16')],
  ['the public', 'Database', { DestinationCidrBlock: '0.0.0.0/0' }, wide('0.0.0.0/0')],
  ['half of the public', 'Database', { DestinationCidrBlock: '128.0.0.0/1' }, wide('128.0.0.0/1')],
  ['the public of IPv6', 'Database', { DestinationIpv6CidrBlock: '::/0' }, wide('::/0')],

  ['a range that is given', 'Business', { DestinationCidrBlock: GIVEN }, unverified('<Given>')],
  ['a VPC whose range is given', 'Pooled', { DestinationCidrBlock: '10.80.0.0/16' }, unverified('10.80.0.0/16')],
  ['a list of another app', 'Business', { DestinationPrefixListId: 'pl-1' }, unverified('pl-1')],
])('a route through a peering to %s', (_name, peer, destination, expected) => {
  const Peering = peering({ Ref: peer });
  expect(judge({ ...RESOURCES, Peering, Route: through(destination) })).toEqual(expected);
});

test('the peer is whoever the route table does not belong to', () => {
  const Peering = peering({ Ref: 'Own' }, { Ref: 'Business' });
  const to = (range: string) => judge({ ...RESOURCES, Peering, Route: through({ DestinationCidrBlock: range }) });
  expect(to('10.16.0.0/16')).toEqual(wide('10.16.0.0/16'));
  expect(to('10.16.0.0/17')).toEqual([]);
});

test.each<[string, Resources]>([
  ['a peer of another app', { Peering: peering('vpc-1'), Route: through({ DestinationCidrBlock: '10.99.0.0/24' }) }],
  [
    'a peering of another app',
    { Route: route({ VpcPeeringConnectionId: 'pcx-1', DestinationCidrBlock: '10.99.0.0/24' }) },
  ],
  [
    'a transit gateway of another app',
    { Route: route({ TransitGatewayId: 'tgw-1', DestinationCidrBlock: '10.99.0.0/24' }) },
  ],
  [
    'a table of another app',
    {
      Peering: peering({ Ref: 'Database' }),
      Route: route({ VpcPeeringConnectionId: { Ref: 'Peering' }, DestinationCidrBlock: '10.99.0.0/24' }, 'rtb-1'),
    },
  ],
])('with %s nobody knows how much a route reaches', (_name, more) => {
  expect(judge({ ...RESOURCES, ...more })).toEqual(unverified('10.99.0.0/24'));
});

test('secondary ranges of a VPC count', () => {
  const Peering = peering({ Ref: 'Business' });
  const Second = {
    Type: 'AWS::EC2::VPCCidrBlock',
    Properties: { VpcId: { Ref: 'Business' }, CidrBlock: '10.17.0.0/20' },
  };
  const Route = through({ DestinationCidrBlock: '10.17.0.0/16' });
  expect(judge({ ...RESOURCES, Peering, Route })).toEqual([]);
  expect(judge({ ...RESOURCES, Peering, Route, Second })).toEqual(wide('10.17.0.0/16'));
});

test('ranges of IPv6 are compared among themselves', () => {
  const Peering = peering({ Ref: 'Business' });
  const six = (properties: Record<string, unknown>) => ({
    Type: 'AWS::EC2::VPCCidrBlock',
    Properties: { VpcId: { Ref: 'Business' }, ...properties },
  });
  const Route = through({ DestinationIpv6CidrBlock: '2001:db8:0:100::/56' });
  const with6 = (properties: Record<string, unknown>) => judge({ ...RESOURCES, Peering, Route, Six: six(properties) });
  expect(with6({ Ipv6CidrBlock: '2001:db8:0:100::/56' })).toEqual(wide('2001:db8:0:100::/56'));
  expect(with6({ Ipv6CidrBlock: '2001:db8::/48' })).toEqual([]);
  expect(with6({ AmazonProvidedIpv6CidrBlock: true })).toEqual(unverified('2001:db8:0:100::/56'));
});

test.each<[string, string, string[]]>([
  ['a part of a VPC', '10.16.0.0/17', []],
  ['a VPC of one tier', '10.32.0.0/20', []],
  ['a VPC of two tiers', '10.16.0.0/16', wide('10.16.0.0/16')],
  ['several VPCs', '10.0.0.0/8', wide('10.0.0.0/8')],
  ['a VPC without tiers', '10.64.0.0/16', wide('10.64.0.0/16')],
  ['the public', '0.0.0.0/0', wide('0.0.0.0/0')],
])('a route through a transit gateway to %s', (_name, DestinationCidrBlock, expected) => {
  const Route = route({ TransitGatewayId: { Ref: 'Hub' }, DestinationCidrBlock });
  expect(judge({ ...RESOURCES, Route })).toEqual(expected);
});

test('a route that leads to no other network is none of its business', () => {
  expect(judge({ ...RESOURCES, Route: route({ NatGatewayId: 'nat-1', DestinationCidrBlock: '0.0.0.0/0' }) })).toEqual(
    [],
  );
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['a part of a VPC', { DestinationCidrBlock: '10.16.0.0/17' }, []],
  ['a VPC of two tiers', { DestinationCidrBlock: '10.16.0.0/16' }, wide('10.16.0.0/16')],
  ['the public', { DestinationCidrBlock: '0.0.0.0/0' }, wide('0.0.0.0/0')],
  [
    'a VPC of one tier',
    { DestinationCidrBlock: '10.32.0.0/20', TransitGatewayAttachmentId: { Ref: 'DatabaseAttached' } },
    [],
  ],
  ['nowhere', { DestinationCidrBlock: '0.0.0.0/0', TransitGatewayAttachmentId: undefined, Blackhole: true }, []],
  [
    'an attachment of another app',
    { DestinationCidrBlock: '10.99.0.0/24', TransitGatewayAttachmentId: 'tgw-attach-1' },
    unverified('10.99.0.0/24'),
  ],
])('a route of a transit gateway to %s', (_name, properties, expected) => {
  const TransitGatewayAttachmentId = { Ref: 'BusinessAttached' };
  const Route = { Type: 'AWS::EC2::TransitGatewayRoute', Properties: { TransitGatewayAttachmentId, ...properties } };
  expect(judge({ ...RESOURCES, Route })).toEqual(expected);
});

test.each<[unknown, string[]]>([
  [{ Ref: 'DatabaseAttached' }, []],
  [{ Ref: 'BusinessAttached' }, ['error NET11[propagation]']],
  [{ Ref: 'PlainAttached' }, ['error NET11[propagation]']],
  ['tgw-attach-1', ['warning NET11[propagation unverified]']],
])('propagation from %j', (TransitGatewayAttachmentId, expected) => {
  const Type = 'AWS::EC2::TransitGatewayRouteTablePropagation';
  expect(judge({ ...RESOURCES, P: { Type, Properties: { TransitGatewayAttachmentId } } })).toEqual(expected);
});

test.each<[string, unknown, string[]]>([
  ['AutoAcceptSharedAttachments', 'disable', []],
  ['AutoAcceptSharedAttachments', 'enable', ['error NET11[AutoAcceptSharedAttachments]']],
  ['AutoAcceptSharedAttachments', GIVEN, ['warning NET11[AutoAcceptSharedAttachments unverified]']],
  ...['DefaultRouteTableAssociation', 'DefaultRouteTablePropagation'].flatMap(
    (property): [string, unknown, string[]][] => [
      [property, undefined, [`error NET11[${property}]`]],
      [property, 'enable', [`error NET11[${property}]`]],
      [property, GIVEN, [`warning NET11[${property} unverified]`]],
    ],
  ),
])('a transit gateway with %s %j', (property, value, expected) => {
  expect(judge(changed(RESOURCES, `Hub.Properties.${property}`, value))).toEqual(expected);
});

const PEERINGS: ReadonlyArray<readonly [type: string, property: string]> = [
  ['AWS::EC2::VPCPeeringConnection', 'PeerOwnerId'],
  ['AWS::EC2::TransitGatewayPeeringAttachment', 'PeerAccountId'],
];
describe.each(PEERINGS)('%s', (type, property) => {
  test.each<[string, unknown, string[]]>([
    ['its own account', '123456789012', []],
    ['its own account, by reference', { Ref: 'AWS::AccountId' }, []],
    ['nobody', undefined, []],
    ['another account', '999999999999', ['error NET11[peer 999999999999]']],
    ['whoever is given', { Ref: 'Peer' }, ['warning NET11[peer <Peer> unverified]']],
  ])('with %s', (_name, owner, expected) => {
    const app = new App();
    const stack = new Stack(app, 'S', { env: { account: '123456789012', region: 'eu-central-1' } });
    new CfnResource(stack, 'P', { type, properties: { [property]: owner } });
    expect(findingsOf('NET11', app)).toEqual(expected);
  });

  test('where the own account is known only at deployment', () => {
    const resources = { P: { Type: type, Properties: { [property]: '999999999999' } } };
    expect(judge(resources)).toEqual(['warning NET11[peer 999999999999 unverified]']);
  });
});

test.each<[string, unknown, string[]]>([
  ['Route.Properties.DestinationCidrBlock', '10.16.0.0/16', wide('10.16.0.0/16')],
  ['Any.Properties.VpcId', { Ref: 'Database' }, wide('10.32.0.0/20')],
  ['Over.Properties.DestinationCidrBlock', '0.0.0.0/0', wide('0.0.0.0/0')],
  ['Hub.Properties.DefaultRouteTablePropagation', undefined, ['error NET11[DefaultRouteTablePropagation]']],
])('of a compliant template with another %s', (path, value, expected) => {
  const compliant = {
    ...RESOURCES,
    Peering: peering({ Ref: 'Business' }),
    Route: through({ DestinationCidrBlock: '10.16.0.0/17' }),
    Over: route({ TransitGatewayId: { Ref: 'Hub' }, DestinationCidrBlock: '10.32.0.0/20' }),
  };
  expect(judge(compliant)).toEqual([]);
  expect(judge(changed(compliant, path, value))).toEqual(expected);
});

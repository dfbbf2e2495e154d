import { App, aws_ec2 as ec2, aws_rds as rds, Stack } from 'aws-cdk-lib';
import { changed, findingsOf, GIVEN, judgedBy, type Resources } from '../judge';

const judge = judgedBy('NET10');
const tag = (Value: unknown, Key = 'bulwark:tier') => ({ Tags: [{ Key, Value }] });
const subnet = (tier: unknown, vpc = 'Vpc') => ({
  Type: 'AWS::EC2::Subnet',
  Properties: { VpcId: { Ref: vpc }, ...(tier === undefined ? {} : tag(tier)) },
});
const table = (vpc: string, more: Record<string, unknown> = {}) => ({
  Type: 'AWS::EC2::RouteTable',
  Properties: { VpcId: { Ref: vpc }, ...more },
});
const uses = (subnetId: unknown, routeTable: string) => ({
  Type: 'AWS::EC2::SubnetRouteTableAssociation',
  Properties: { SubnetId: subnetId, RouteTableId: { Ref: routeTable } },
});
const route = (properties: Record<string, unknown>, routeTable: unknown = { Ref: 'DataTable' }) => ({
  Type: 'AWS::EC2::Route',
  Properties: { RouteTableId: routeTable, DestinationCidrBlock: '10.16.0.0/18', ...properties },
});
const PUBLIC = { DestinationCidrBlock: '0.0.0.0/0' };

const range = (DestinationCidrBlock: unknown) => ({ DestinationCidrBlock });

const RESOURCES: Resources = {
  Leased: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: GIVEN } },
  Vpc: { Type: 'AWS::EC2::VPC' },
  DataVpc: { Type: 'AWS::EC2::VPC' },
  NamedVpc: { Type: 'AWS::EC2::VPC', Properties: tag('database', 'bulwark:vpc') },
  EmptyVpc: { Type: 'AWS::EC2::VPC' },
  DataSubnet: subnet('data', 'DataVpc'),
  AppSubnet: subnet('app'),
  SharedData: subnet('data'),
  DataTable: table('Vpc'),
  DataUse: uses({ Ref: 'SharedData' }, 'DataTable'),
  AppTable: table('Vpc'),
  AppUse: uses({ Ref: 'AppSubnet' }, 'AppTable'),
  Gateway: { Type: 'AWS::EC2::InternetGateway' },
  Vpn: { Type: 'AWS::EC2::VPNGateway' },
  World: { Type: 'AWS::EC2::PrefixList', Properties: { Entries: [{ Cidr: '0.0.0.0/1' }] } },
  Inside: { Type: 'AWS::EC2::PrefixList', Properties: { Entries: [{ Cidr: '10.0.0.0/8' }] } },
};
const list = (DestinationPrefixListId: unknown) => ({ DestinationCidrBlock: undefined, DestinationPrefixListId });

test.each<[string, Record<string, unknown>, string[]]>([
  ['a peer', { VpcPeeringConnectionId: 'pcx-1' }, []],
  ['a VPN gateway', { GatewayId: { Ref: 'Vpn' } }, []],
  ['a VPN gateway of another app', { GatewayId: 'vgw-1' }, []],
  [
    'a peer whose range is given',
    { VpcPeeringConnectionId: 'pcx-1', ...range({ 'Fn::GetAtt': ['Leased', 'CidrBlock'] }) },
    [],
  ],
  ['a peer, by a list', { VpcPeeringConnectionId: 'pcx-1', ...list({ Ref: 'Inside' }) }, []],

  ['an Internet gateway', { GatewayId: { Ref: 'Gateway' }, ...PUBLIC }, ['error NET10[route]']],
  ['an Internet gateway, for one address', { GatewayId: { Ref: 'Gateway' } }, ['error NET10[route]']],
  ['an Internet gateway of another app', { GatewayId: 'igw-1' }, ['error NET10[route]']],
  ['a NAT gateway', { NatGatewayId: 'nat-1' }, ['error NET10[route]']],
  ['a NAT gateway that is given', { NatGatewayId: GIVEN }, ['error NET10[route]']],
  ['a carrier gateway', { CarrierGatewayId: 'cagw-1' }, ['error NET10[route]']],
  [
    'an egress-only gateway',
    { EgressOnlyInternetGatewayId: 'eigw-1', DestinationCidrBlock: undefined, DestinationIpv6CidrBlock: '::/0' },
    ['error NET10[route]'],
  ],
  ['the public over a transit gateway', { TransitGatewayId: 'tgw-1', ...PUBLIC }, ['error NET10[route]']],
  ['the public over a peer', { VpcPeeringConnectionId: 'pcx-1', ...PUBLIC }, ['error NET10[route]']],
  ['the public over an interface', { NetworkInterfaceId: 'eni-1', ...PUBLIC }, ['error NET10[route]']],
  ['half of the public', { TransitGatewayId: 'tgw-1', DestinationCidrBlock: '128.0.0.0/1' }, ['error NET10[route]']],
  [
    'half of IPv6',
    { TransitGatewayId: 'tgw-1', DestinationCidrBlock: undefined, DestinationIpv6CidrBlock: '8000::/1' },
    ['error NET10[route]'],
  ],
  ['half of the public on a list', { TransitGatewayId: 'tgw-1', ...list({ Ref: 'World' }) }, ['error NET10[route]']],

  ['a gateway that is given', { GatewayId: GIVEN }, ['warning NET10[route unverified]']],
  [
    'a range that is given',
    { TransitGatewayId: 'tgw-1', DestinationCidrBlock: GIVEN },
    ['warning NET10[route unverified]'],
  ],
  ['a list of another app', { TransitGatewayId: 'tgw-1', ...list('pl-1') }, ['warning NET10[route unverified]']],
])('a route of the data tier to %s', (_name, properties, expected) => {
  expect(judge({ ...RESOURCES, Route: route(properties) })).toEqual(expected);
});

test.each<[string, Resources, unknown, string[]]>([
  ['that an application subnet uses', {}, { Ref: 'AppTable' }, []],
  ['that carries the tag', { T: table('EmptyVpc', tag('data')) }, { Ref: 'T' }, ['error NET10[route]']],
  ['that may carry the tag', { T: table('EmptyVpc', tag(GIVEN)) }, { Ref: 'T' }, ['warning NET10[route unverified]']],
  ['of the database VPC', { T: table('NamedVpc') }, { Ref: 'T' }, ['error NET10[route]']],
  ['of a VPC of nothing but data subnets', { T: table('DataVpc') }, { Ref: 'T' }, ['error NET10[route]']],
  ['that nobody uses', { T: table('EmptyVpc') }, { Ref: 'T' }, []],
  [
    'that both tiers use',
    { More: uses({ Ref: 'DataSubnet' }, 'AppTable') },
    { Ref: 'AppTable' },
    ['error NET10[route]'],
  ],
  [
    'that a subnet of another app uses',
    { T: table('EmptyVpc'), U: uses('subnet-1', 'T') },
    { Ref: 'T' },
    ['warning NET10[route unverified]'],
  ],
  ['of another app', {}, 'rtb-1', ['warning NET10[route unverified]']],
])('a route to the Internet in a table %s', (_name, more, routeTable, expected) => {
  const Route = route({ GatewayId: { Ref: 'Gateway' }, ...PUBLIC }, routeTable);
  expect(judge({ ...RESOURCES, ...more, Route })).toEqual(expected);
});

test('without a data tier nobody asks where routes lead', () => {
  const { Gateway } = RESOURCES as Required<Resources>;
  const Route = route({ GatewayId: { Ref: 'Gateway' }, ...PUBLIC }, 'rtb-1');
  expect(judge({ Gateway: Gateway as Resources[string], Route })).toEqual([]);
});

const GATEWAYS: ReadonlyArray<readonly [type: string, properties: Record<string, unknown>]> = [
  ['AWS::EC2::VPCGatewayAttachment', { InternetGatewayId: { Ref: 'Gateway' } }],
  ['AWS::EC2::EgressOnlyInternetGateway', {}],
  ['AWS::EC2::CarrierGateway', {}],
];
describe.each(GATEWAYS)('%s', (Type, properties) => {
  test.each<[string, unknown, string[]]>([
    ['a VPC of several tiers', { Ref: 'Vpc' }, []],
    ['a VPC without subnets', { Ref: 'EmptyVpc' }, []],
    ['the database VPC', { Ref: 'NamedVpc' }, ['error NET10[gateway]']],
    ['a VPC of nothing but data subnets', { Ref: 'DataVpc' }, ['error NET10[gateway]']],
    ['a VPC of another app', 'vpc-1', ['warning NET10[gateway unverified]']],
  ])('at %s', (_name, VpcId, expected) => {
    expect(judge({ ...RESOURCES, A: { Type, Properties: { ...properties, VpcId } } })).toEqual(expected);
  });
});

test('a VPN gateway may be attached to the database VPC', () => {
  const Properties = { VpcId: { Ref: 'NamedVpc' }, VpnGatewayId: { Ref: 'Vpn' } };
  expect(judge({ ...RESOURCES, A: { Type: 'AWS::EC2::VPCGatewayAttachment', Properties } })).toEqual([]);
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['an application subnet', { SubnetId: { Ref: 'AppSubnet' } }, []],
  ['a data subnet', { SubnetId: { Ref: 'SharedData' } }, ['error NET10[NAT gateway]']],
  ['the database VPC as a whole', { VpcId: { Ref: 'NamedVpc' } }, ['error NET10[NAT gateway]']],
  ['a subnet of another app', { SubnetId: 'subnet-1' }, ['warning NET10[NAT gateway unverified]']],
])('a NAT gateway in %s', (_name, Properties, expected) => {
  expect(judge({ ...RESOURCES, Nat: { Type: 'AWS::EC2::NatGateway', Properties } })).toEqual(expected);
});

describe.each([
  'AWS::RDS::DBSubnetGroup',
  'AWS::Neptune::DBSubnetGroup',
  'AWS::DocDB::DBSubnetGroup',
  'AWS::Redshift::ClusterSubnetGroup',
  'AWS::ElastiCache::SubnetGroup',
  'AWS::MemoryDB::SubnetGroup',
  'AWS::DAX::SubnetGroup',
])('%s', (Type) => {
  const groupIn = (SubnetIds: unknown) => ({ Type, Properties: { SubnetIds } });

  test.each<[string, unknown, string[]]>([
    ['data subnets', [{ Ref: 'DataSubnet' }, { 'Fn::GetAtt': ['SharedData', 'SubnetId'] }], []],
    ['an application subnet too', [{ Ref: 'DataSubnet' }, { Ref: 'AppSubnet' }], ['error NET10[AppSubnet tier]']],
    ['a subnet of another app', ['subnet-1'], ['warning NET10[subnet-1 unverified]']],
    ['subnets that are given', GIVEN, ['warning NET10[SubnetIds unverified]']],
  ])('in %s', (_name, subnets, expected) => {
    expect(judge({ ...RESOURCES, G: groupIn(subnets) })).toEqual(expected);
  });

  test('in a subnet whose tier is given', () => {
    expect(judge({ ...RESOURCES, Any: subnet(GIVEN), G: groupIn([{ Ref: 'Any' }]) })).toEqual([
      'warning NET10[Any tier unverified]',
    ]);
  });
});

test.each<[string, unknown, string[]]>([
  ['an Internet gateway', { Ref: 'Gateway' }, ['error NET10[S route]']],
  ['a VPN gateway', { Ref: 'Vpn' }, []],
  ['a gateway that is given', GIVEN, ['warning NET10[S route unverified]']],
])('without a data tier, databases in a subnet with a route to %s', (_name, GatewayId, expected) => {
  const resources = {
    S: subnet(undefined, 'EmptyVpc'),
    T: table('EmptyVpc'),
    U: uses({ Ref: 'S' }, 'T'),
    Route: route({ GatewayId, ...PUBLIC }, { Ref: 'T' }),
    G: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { SubnetIds: [{ Ref: 'S' }] } },
  };
  const { Gateway, Vpn, EmptyVpc } = RESOURCES as Record<string, Resources[string]>;
  expect(judge({ Gateway, Vpn, EmptyVpc, ...resources } as Resources)).toEqual(expected);
});

test.each<[string, unknown, string[]]>([
  ['Route.Properties.DestinationCidrBlock', '0.0.0.0/0', ['error NET10[route]']],
  ['Route.Properties.DestinationCidrBlock', '0.0.0.0/1', ['error NET10[route]']],
  ['Route.Properties.NatGatewayId', 'nat-1', ['error NET10[route]']],
  ['Attachment.Properties.VpcId', { Ref: 'NamedVpc' }, ['error NET10[gateway]']],
  ['Nat.Properties.SubnetId', { Ref: 'SharedData' }, ['error NET10[NAT gateway]']],
  ['Group.Properties.SubnetIds.0', { Ref: 'AppSubnet' }, ['error NET10[AppSubnet tier]']],
  ['AppSubnet.Properties.Tags.0.Value', 'data', ['error NET10[NAT gateway]', 'error NET10[gateway]']],
  ['DataSubnet.Properties.Tags', undefined, ['error NET10[DataSubnet tier]']],
])('of a compliant template with another %s', (path, value, expected) => {
  const compliant = {
    ...RESOURCES,
    Route: route({ VpcPeeringConnectionId: 'pcx-1' }),
    Attachment: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { VpcId: { Ref: 'Vpc' }, InternetGatewayId: { Ref: 'Gateway' } },
    },
    Nat: { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: { Ref: 'AppSubnet' } } },
    Group: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { SubnetIds: [{ Ref: 'DataSubnet' }] } },
  };
  expect(judge(compliant)).toEqual([]);
  expect(judge(changed(compliant, path, value))).toEqual(expected);
});

test.each([
  [ec2.SubnetType.PRIVATE_ISOLATED, []],
  [
    ec2.SubnetType.PUBLIC,
    [expect.stringMatching(/^error NET10\[.*route\]$/), expect.stringMatching(/^error NET10\[.*route\]$/)],
  ],
])('a database of the CDK in %s subnets of another stack', (subnetType, expected) => {
  const app = new App();
  const subnetConfiguration = [{ name: 'any', subnetType }];
  const vpc = new ec2.Vpc(new Stack(app, 'Network'), 'Vpc', { natGateways: 0, maxAzs: 2, subnetConfiguration });
  new rds.SubnetGroup(new Stack(app, 'Data'), 'Group', { vpc, description: 'Orders', vpcSubnets: { subnetType } });
  app.synth();
  expect(findingsOf('NET10', app)).toEqual(expected);
});

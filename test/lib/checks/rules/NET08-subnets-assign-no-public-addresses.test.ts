import { App, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, type Resources } from '../judge';

const judge = judgedBy('NET08');
const COMPLIANT = { CidrBlock: '10.0.0.0/24', MapPublicIpOnLaunch: false, AssignIpv6AddressOnCreation: false };
const subnet = (change: Record<string, unknown> = {}) => ({
  S: { Type: 'AWS::EC2::Subnet', Properties: { ...COMPLIANT, ...change } },
});

test.each<[unknown, string[]]>([
  [false, []],
  ['false', []],
  [undefined, []],
  [{ Ref: 'AWS::NoValue' }, []],
  [true, ['error NET08[MapPublicIpOnLaunch]']],
  ['true', ['error NET08[MapPublicIpOnLaunch]']],
  [GIVEN, ['warning NET08[MapPublicIpOnLaunch unverified]']],
])('MapPublicIpOnLaunch %j', (MapPublicIpOnLaunch, expected) => {
  expect(judge(subnet({ MapPublicIpOnLaunch }))).toEqual(expected);
});

const IPV6 = ['error NET08[AssignIpv6AddressOnCreation]'];
const IPV6_UNVERIFIED = ['warning NET08[AssignIpv6AddressOnCreation unverified]'];
const routed = (change: Record<string, unknown>, RouteTableId: unknown = { Ref: 'Table' }): Resources => ({
  Gateway: { Type: 'AWS::EC2::InternetGateway' },
  Table: { Type: 'AWS::EC2::RouteTable' },
  In: { Type: 'AWS::EC2::SubnetRouteTableAssociation', Properties: { SubnetId: { Ref: 'S' }, RouteTableId } },
  Route: { Type: 'AWS::EC2::Route', Properties: { RouteTableId: { Ref: 'Table' }, ...change } },
});
const PUBLIC = routed({ DestinationIpv6CidrBlock: '::/0', GatewayId: { Ref: 'Gateway' } });
const OUTWARD = routed({ DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId: 'eigw-1' });

test.each<[string, unknown, Resources, string[]]>([
  ['public subnet', true, PUBLIC, IPV6],
  ['public subnet, as text', 'true', PUBLIC, IPV6],
  ['public subnet by id', true, routed({ GatewayId: 'igw-1' }), IPV6],
  ['public subnet that assigns none', false, PUBLIC, []],
  ['public subnet that says nothing', undefined, PUBLIC, []],
  ['public subnet that may assign one', GIVEN, PUBLIC, IPV6_UNVERIFIED],
  ['subnet behind an egress-only gateway', true, OUTWARD, []],
  ['subnet behind one that may assign one', GIVEN, OUTWARD, []],
  ['subnet whose gateway is given', true, routed({ GatewayId: GIVEN }), IPV6_UNVERIFIED],
  ['subnet with a table of another app', true, routed({}, 'rtb-1'), IPV6_UNVERIFIED],
  ['subnet with the main table', true, {}, IPV6_UNVERIFIED],
  ['subnet with the main table that assigns none', false, {}, []],
])('AssignIpv6AddressOnCreation of a %s', (_name, AssignIpv6AddressOnCreation, more, expected) => {
  expect(judge({ ...subnet({ AssignIpv6AddressOnCreation }), ...more })).toEqual(expected);
});

test('the edge is no excuse', () => {
  const Tags = [{ Key: 'bulwark:tier', Value: 'edge' }];
  expect(judge(subnet({ Tags, MapPublicIpOnLaunch: true }))).toEqual(['error NET08[MapPublicIpOnLaunch]']);
});

test.each([
  [undefined, ['error NET08[MapPublicIpOnLaunch]']],
  [false, []],
])('a public subnet of the L2 VPC with mapPublicIpOnLaunch %p', (mapPublicIpOnLaunch, expected) => {
  const app = new App();
  const subnetConfiguration = [{ name: 'edge', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch }];
  new ec2.Vpc(new Stack(app, 'S'), 'Vpc', { natGateways: 0, maxAzs: 1, subnetConfiguration });
  expect(findingsOf('NET08', app)).toEqual(expected);
});

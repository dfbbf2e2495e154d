import { App, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy } from '../judge';

const judge = judgedBy('NET08');
const COMPLIANT = { CidrBlock: '10.0.0.0/24', MapPublicIpOnLaunch: false, AssignIpv6AddressOnCreation: false };
const subnet = (change: Record<string, unknown> = {}) => ({
  S: { Type: 'AWS::EC2::Subnet', Properties: { ...COMPLIANT, ...change } },
});

describe.each(['MapPublicIpOnLaunch', 'AssignIpv6AddressOnCreation'])('%s', (property) => {
  test.each<[unknown, string[]]>([
    [false, []],
    ['false', []],
    [undefined, []],
    [{ Ref: 'AWS::NoValue' }, []],
    [true, [`error NET08[${property}]`]],
    ['true', [`error NET08[${property}]`]],
    [GIVEN, [`warning NET08[${property} unverified]`]],
  ])('%p', (value, expected) => {
    expect(judge(subnet({ [property]: value }))).toEqual(expected);
  });
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

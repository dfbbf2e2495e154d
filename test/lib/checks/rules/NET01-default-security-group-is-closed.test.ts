import { App, aws_ec2 as ec2, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('NET01');
const OPEN = ['error NET01[rules of EC2]'];
const OWN = 'Custom::BulwarkDefaultGroup';
const DEFAULT_GROUP = { 'Fn::GetAtt': ['Vpc', 'DefaultSecurityGroup'] };
const vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } };
const closes = (group: unknown, Condition?: string, Type = 'Custom::VpcRestrictDefaultSG') => ({
  Type,
  Properties: { DefaultSecurityGroupId: group },
  ...(Condition !== undefined && { Condition }),
});
const rule = (type: string, GroupId: unknown) => ({
  Type: `AWS::EC2::SecurityGroup${type}`,
  Properties: { GroupId, IpProtocol: '-1', CidrIp: '10.0.0.0/8' },
});

test.each<[string, Resources, string[]]>([
  ['nobody closes', { Vpc: vpc }, OPEN],
  ['the custom resource closes', { Vpc: vpc, Close: closes(DEFAULT_GROUP) }, []],
  ["the library's own resource closes", { Vpc: vpc, Close: closes(DEFAULT_GROUP, undefined, OWN) }, []],
  [
    "the library's own resource leaves alone",
    { Vpc: vpc, Other: vpc, Close: closes(DEFAULT_GROUP, undefined, OWN) },
    OPEN,
  ],
  [
    "the library's own resource closes sometimes",
    { Vpc: vpc, Close: closes(DEFAULT_GROUP, 'Sometimes', OWN) },
    ['warning NET01[rules of EC2 unverified]'],
  ],
  [
    "a rule opens again after the library's own resource",
    { Vpc: vpc, Close: closes(DEFAULT_GROUP, undefined, OWN), In: rule('Ingress', DEFAULT_GROUP) },
    ['error NET01[opened by In]'],
  ],
  ['a resource of another type names', { Vpc: vpc, Close: closes(DEFAULT_GROUP, undefined, 'Custom::Other') }, OPEN],
  ['it closes by another spelling', { Vpc: vpc, Close: closes({ 'Fn::GetAtt': 'Vpc.DefaultSecurityGroup' }) }, []],
  ['it closes by Fn::Sub', { Vpc: vpc, Close: closes(sub('<Vpc.DefaultSecurityGroup>')) }, []],
  ['is not the one that it closes', { Vpc: vpc, Other: vpc, Close: closes(DEFAULT_GROUP) }, OPEN],
  ['might be the one that it closes', { Vpc: vpc, Close: closes(GIVEN) }, OPEN],
  [
    'it closes sometimes',
    { Vpc: vpc, Close: closes(DEFAULT_GROUP, 'Sometimes') },
    ['warning NET01[rules of EC2 unverified]'],
  ],
  [
    'it closes whenever there is one',
    { Vpc: { ...vpc, Condition: 'Sometimes' }, Close: closes(DEFAULT_GROUP, 'Sometimes') },
    [],
  ],
  [
    'a rule opens again',
    { Vpc: vpc, Close: closes(DEFAULT_GROUP), In: rule('Ingress', DEFAULT_GROUP), Out: rule('Egress', DEFAULT_GROUP) },
    ['error NET01[opened by In]', 'error NET01[opened by Out]'],
  ],
  ['a rule of another group leaves alone', { Vpc: vpc, Close: closes(DEFAULT_GROUP), In: rule('Ingress', 'sg-1') }, []],
])('the default group of a VPC that %s', (_name, resources, expected) => {
  expect(judge(resources)).toEqual(expected);
});

test.each([
  [true, []],
  [false, OPEN],
])('the L2 VPC with restrictDefaultSecurityGroup %p', (restrictDefaultSecurityGroup, expected) => {
  const app = new App();
  new ec2.Vpc(new Stack(app, 'S', { env: { account: '123456789012', region: 'eu-central-1' } }), 'Vpc', {
    restrictDefaultSecurityGroup,
    maxAzs: 1,
    natGateways: 0,
  });
  expect(findingsOf('NET01', app)).toEqual(expected);
});

test.each(['strong', 'weak'])('what closes it may stand in another stack: %s references', (strength) => {
  const app = new App({ context: { '@aws-cdk/core:defaultCrossStackReferences': strength } });
  const { attrDefaultSecurityGroup } = new ec2.CfnVPC(new Stack(app, 'Network'), 'Vpc', { cidrBlock: '10.0.0.0/16' });
  new CfnResource(new Stack(app, 'Guard'), 'Close', {
    type: 'Custom::VpcRestrictDefaultSG',
    properties: { DefaultSecurityGroupId: attrDefaultSecurityGroup },
  });
  app.synth();
  expect(findingsOf('NET01', app)).toEqual([]);
});

test.each(['above', 'below'])('what closes it may stand in the stack %s', (where) => {
  const app = new App();
  const parent = new Stack(app, 'Parent');
  const nested = new NestedStack(parent, 'Nested');
  const [network, guard] = where === 'below' ? [parent, nested] : [nested, parent];
  const { attrDefaultSecurityGroup } = new ec2.CfnVPC(network, 'Vpc', { cidrBlock: '10.0.0.0/16' });
  new CfnResource(guard, 'Close', {
    type: 'Custom::VpcRestrictDefaultSG',
    properties: { DefaultSecurityGroupId: attrDefaultSecurityGroup },
  });
  app.synth();
  expect(findingsOf('NET01', app)).toEqual([]);
});

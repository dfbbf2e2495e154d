import { App, aws_ec2 as ec2, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { changed, findingsOf, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('NET14');
const BOUND = {
  Effect: 'Allow',
  Principal: '*',
  Action: '*',
  Resource: '*',
  Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
};
const endpoint = (service: unknown, change: Record<string, unknown> = {}, Condition?: string) => ({
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: {
    VpcId: { Ref: 'Vpc' },
    ServiceName: service,
    RouteTableIds: ['rtb-1'],
    PolicyDocument: { Statement: [BOUND] },
    ...change,
  },
  ...(Condition !== undefined && { Condition }),
});
const named = (service: string) => sub(`com.amazonaws.<AWS::Region>.${service}`);
const COMPLIANT: Resources = {
  Vpc: { Type: 'AWS::EC2::VPC' },
  S3: endpoint(named('s3')),
  DynamoDb: endpoint('com.amazonaws.eu-central-1.dynamodb', { VpcEndpointType: 'Gateway' }),
};

test('a VPC with both gateway endpoints, whose policies are bound, is compliant', () => {
  expect(judge(COMPLIANT)).toEqual([]);
});

const MISSING = ['warning NET14[s3]'];

test.each<[string, unknown, string[]]>([
  ['is not there', undefined, MISSING],
  ['belongs to another VPC', endpoint(named('s3'), { VpcId: 'vpc-1' }), MISSING],
  ['is an interface', endpoint(named('s3'), { VpcEndpointType: 'Interface' }), MISSING],
  ['is one of a service like it', endpoint(named('s3express')), MISSING],
  ['has no route tables', endpoint(named('s3'), { RouteTableIds: undefined }), MISSING],
  ['has an empty list of route tables', endpoint(named('s3'), { RouteTableIds: [] }), MISSING],
  ['has route tables that are given', endpoint(named('s3'), { RouteTableIds: GIVEN }), []],
  ['is there sometimes', endpoint(named('s3'), {}, 'Sometimes'), ['warning NET14[s3 unverified]']],
  ['is of a service that is given', endpoint(GIVEN), ['warning NET14[s3 unverified]']],
  ['is of a type that is given', endpoint(named('s3'), { VpcEndpointType: GIVEN }), ['warning NET14[s3 unverified]']],
])('a VPC whose endpoint for S3 %s', (_name, S3, expected) => {
  const { S3: _taken, ...rest } = COMPLIANT;
  expect(judge({ ...rest, ...(S3 === undefined ? {} : { S3 }) } as Resources)).toEqual(expected);
});

test('a VPC without endpoints lacks both', () => {
  expect(judge({ Vpc: { Type: 'AWS::EC2::VPC' } })).toEqual(['warning NET14[dynamodb]', 'warning NET14[s3]']);
});

const policed = (PolicyDocument: unknown, change: Record<string, unknown> = {}): Resources => ({
  E: endpoint(named('kms'), { VpcEndpointType: 'Interface', PolicyDocument, ...change }),
});
const statement = (change: Record<string, unknown>) => policed({ Statement: [{ ...BOUND, ...change }] });
const OPEN = ['warning NET14[PolicyDocument.Statement.0]'];
const UNVERIFIED = ['warning NET14[PolicyDocument.Statement.0 unverified]'];
const condition = (operator: string, key: string, value: unknown = 'o-1') => ({
  Condition: { [operator]: { [key]: value } },
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['is bound to callers of the organization', {}, []],
  ['is bound to resources of the organization', condition('StringEquals', 'aws:ResourceOrgID'), []],
  [
    'is bound to paths of the organization',
    condition('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', ['o-1/*']),
    [],
  ],
  ['is bound to the account', condition('StringEquals', 'AWS:PrincipalAccount', { Ref: 'AWS::AccountId' }), []],
  ['is bound to an account that is given', condition('StringEquals', 's3:ResourceAccount', GIVEN), []],
  ['is bound to services of AWS', condition('Bool', 'aws:PrincipalIsAWSService', 'true'), []],
  ['denies', { Effect: 'Deny', Condition: undefined }, []],
  ['names who may', { Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Condition: undefined }, []],
  ['names what is reached', { Resource: 'arn:aws:s3:::packages/*', Condition: undefined }, []],
  ['names a resource of this app', { Resource: { 'Fn::GetAtt': ['E', 'Id'] }, Condition: undefined }, []],
  ['names an account', { Resource: sub('arn:aws:kms:*:<AWS::AccountId>:*'), Condition: undefined }, []],

  ['is not bound', { Condition: undefined }, OPEN],
  ['has an empty condition', { Condition: {} }, OPEN],
  ['is for everybody, said otherwise', { Principal: { AWS: ['*'] }, Condition: undefined }, OPEN],
  ['is for all but one', { Principal: undefined, NotPrincipal: { AWS: '1' }, Condition: undefined }, OPEN],
  ['is for all buckets', { Resource: 'arn:aws:s3:::*', Condition: undefined }, OPEN],
  ['is for everything in all buckets', { Resource: 'arn:aws:s3:::*/*', Condition: undefined }, OPEN],
  ['is for all keys of all accounts', { Resource: 'arn:aws:kms:*:*:*', Condition: undefined }, OPEN],
  ['is for everything beside something', { Resource: ['arn:aws:s3:::b', '*'], Condition: undefined }, OPEN],
  ['is for all but one bucket', { Resource: undefined, NotResource: 'arn:aws:s3:::b', Condition: undefined }, OPEN],
  ['is bound to others', condition('StringNotEquals', 'aws:PrincipalOrgID'), OPEN],
  ['is bound where there is a key', condition('StringEqualsIfExists', 'aws:PrincipalOrgID'), OPEN],
  [
    'is bound for every value, of which there may be none',
    condition('ForAllValues:StringEquals', 'aws:PrincipalOrgID'),
    OPEN,
  ],
  ['is bound to anything', condition('StringLike', 'aws:PrincipalOrgID', '*'), OPEN],
  ['is bound to something else', condition('StringEquals', 'aws:RequestedRegion', 'eu-central-1'), OPEN],
  ['is not for services of AWS', condition('Bool', 'aws:PrincipalIsAWSService', 'false'), OPEN],

  ['has an effect that is given', { Effect: GIVEN, Condition: undefined }, UNVERIFIED],
  ['is for whoever is given', { Principal: GIVEN, Condition: undefined }, UNVERIFIED],
  ['is for what is given', { Resource: GIVEN, Condition: undefined }, UNVERIFIED],
  ['has a condition that is given', { Condition: GIVEN }, UNVERIFIED],
])('a policy whose statement %s', (_name, change, expected) => {
  expect(judge(statement(change))).toEqual(expected);
});

test.each<[string, unknown, string[]]>([
  ['is left out', undefined, ['warning NET14[policy]']],
  ['is nothing', { Ref: 'AWS::NoValue' }, ['warning NET14[policy]']],
  ['is given', GIVEN, ['warning NET14[PolicyDocument unverified]']],
  ['has statements that are given', { Statement: GIVEN }, ['warning NET14[PolicyDocument unverified]']],
  ['is a text that binds', JSON.stringify({ Statement: [BOUND] }), []],
  ['is a text that does not', JSON.stringify({ Statement: [{ ...BOUND, Condition: undefined }] }), OPEN],
  ['is a text that cannot be read', '{', ['warning NET14[PolicyDocument unverified]']],
  ['has one statement by itself', { Statement: { ...BOUND, Condition: undefined } }, OPEN],
  [
    'has one open statement among others',
    { Statement: [BOUND, { ...BOUND, Condition: undefined }] },
    ['warning NET14[PolicyDocument.Statement.1]'],
  ],
])('a policy that %s', (_name, document, expected) => {
  expect(judge(policed(document))).toEqual(expected);
});

test.each<[string, Record<string, unknown>]>([
  ['of a load balancer', { VpcEndpointType: 'GatewayLoadBalancer' }],
  ['to a resource', { VpcEndpointType: 'Resource' }],
  ['to a service of somebody else', { ServiceName: 'com.amazonaws.vpce.eu-central-1.vpce-svc-1' }],
])('an endpoint %s takes no policy', (_name, change) => {
  expect(judge(policed(undefined, change))).toEqual([]);
});

test.each<[string, unknown, string[]]>([
  ['S3.Properties.PolicyDocument', undefined, ['warning NET14[policy]']],
  ['S3.Properties.PolicyDocument.Statement.0.Condition', undefined, OPEN],
  ['S3.Properties.PolicyDocument.Statement.0.Condition.StringEquals', { 'aws:PrincipalOrgID': '*' }, OPEN],
  ['S3.Properties.RouteTableIds', undefined, MISSING],
  ['DynamoDb.Properties.VpcId', 'vpc-1', ['warning NET14[dynamodb]']],
  ['DynamoDb.Properties.ServiceName', named('s3'), ['warning NET14[dynamodb]']],
])('of a compliant template with another %s', (path, value, expected) => {
  expect(judge(changed(COMPLIANT, path, value))).toEqual(expected);
});

test('the L2 endpoints lack a policy until they are given one', () => {
  const app = new App();
  const vpc = new ec2.Vpc(new Stack(app, 'S'), 'Vpc', { natGateways: 0, maxAzs: 1 });
  const { S3, DYNAMODB } = ec2.GatewayVpcEndpointAwsService;
  const endpoints = [S3, DYNAMODB].map((service, index) => vpc.addGatewayEndpoint(`E${index}`, { service }));
  expect(findingsOf('NET14', app)).toEqual(['warning NET14[policy]']);
  for (const each of endpoints) {
    each.addToPolicy(
      new iam.PolicyStatement({
        principals: [new iam.AnyPrincipal()],
        actions: ['*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:ResourceOrgID': 'o-1' } },
      }),
    );
  }
  expect(findingsOf('NET14', app)).toEqual([]);
});

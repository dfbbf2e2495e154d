import { App, aws_ec2 as ec2, aws_kms as kms, aws_logs as logs, Stack } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('NET07');
const RESOURCES: Resources = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
  Key: { Type: 'AWS::KMS::Key' },
  Group: {
    Type: 'AWS::Logs::LogGroup',
    Properties: { LogGroupName: '/vpc/flow', KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
  },
  Bare: { Type: 'AWS::Logs::LogGroup' },
  Foreign: { Type: 'AWS::Logs::LogGroup', Properties: { KmsKeyId: sub('alias/aws/logs') } },
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { Ref: 'Key' } } },
        ],
      },
    },
  },
  Stream: {
    Type: 'AWS::KinesisFirehose::DeliveryStream',
    Properties: {
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: { Ref: 'Key' } },
    },
  },
};
const COMPLETE = {
  ResourceId: { Ref: 'Vpc' },
  ResourceType: 'VPC',
  TrafficType: 'ALL',
  MaxAggregationInterval: 60,
  LogGroupName: { Ref: 'Group' },
};
const flowLog = (change: Record<string, unknown> = {}, Condition?: string) => ({
  Type: 'AWS::EC2::FlowLog',
  Properties: { ...COMPLETE, ...change },
  ...(Condition !== undefined && { Condition }),
});
const to = (LogDestination: unknown) => ({ LogGroupName: undefined, LogDestination });

test.each<[string, Record<string, unknown>]>([
  ['says everything', {}],
  ['says it in texts', { MaxAggregationInterval: '60', TrafficType: 'all' }],
  ['names the log group', { LogGroupName: '/vpc/flow' }],
  ['delivers to a log group by ARN', to({ 'Fn::GetAtt': ['Group', 'Arn'] })],
  ['delivers to a bucket', to({ 'Fn::GetAtt': ['Bucket', 'Arn'] })],
  ['delivers below a prefix of a bucket', to({ 'Fn::Join': ['/', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'vpc']] })],
  ['puts the ARN of the bucket together', to(sub('arn:<AWS::Partition>:s3:::<Bucket>'))],
  ['delivers to a stream', to({ 'Fn::GetAtt': ['Stream', 'Arn'] })],
])('a VPC is compliant whose flow log %s', (_name, change) => {
  expect(judge({ ...RESOURCES, Flow: flowLog(change) })).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['belongs to a subnet', { ResourceType: 'Subnet' }, 'flow log'],
  ['leaves out what is rejected', { TrafficType: 'ACCEPT' }, 'traffic'],
  ['leaves the interval out', { MaxAggregationInterval: undefined }, 'interval'],
  ['takes ten minutes', { MaxAggregationInterval: 600 }, 'interval'],
  ['delivers to a group without a key', { LogGroupName: { Ref: 'Bare' } }, 'encryption'],
  ['delivers to a group under the key of AWS', { LogGroupName: { Ref: 'Foreign' } }, 'encryption'],
])('a VPC is found whose flow log %s', (_name, change, subject) => {
  expect(judge({ ...RESOURCES, Flow: flowLog(change) })).toEqual([`error NET07[${subject}]`]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['traffic', { TrafficType: GIVEN }, 'traffic'],
  ['an interval', { MaxAggregationInterval: GIVEN }, 'interval'],
  ['a bucket of another account', to('arn:aws:s3:::central-logs'), 'encryption'],
  ['a bucket that an import names', to({ 'Fn::ImportValue': 'Logs' }), 'encryption'],
])('%s that only the deployment knows is a warning', (_name, change, subject) => {
  expect(judge({ ...RESOURCES, Flow: flowLog(change) })).toEqual([`warning NET07[${subject} unverified]`]);
});

test.each<[string, Resources]>([
  ['there is none', {}],
  ['it names another VPC', { Flow: flowLog({ ResourceId: 'vpc-1' }) }],
  ['it may name any VPC', { Flow: flowLog({ ResourceId: GIVEN }) }],
])('a VPC has no flow log where %s', (_name, more) => {
  expect(judge({ ...RESOURCES, ...more })).toEqual(['error NET07[flow log]']);
});

test('a flow log that is made sometimes is a warning', () => {
  expect(judge({ ...RESOURCES, Flow: flowLog({}, 'Sometimes') })).toEqual(['warning NET07[flow log unverified]']);
});

test('one complete flow log is enough', () => {
  const rejected = flowLog({ TrafficType: 'REJECT', MaxAggregationInterval: 600 });
  expect(judge({ ...RESOURCES, Rejected: rejected, Flow: flowLog() })).toEqual([]);
});

test('each VPC needs its own', () => {
  const Other = { Type: 'AWS::EC2::VPC' };
  expect(judge({ ...RESOURCES, Other, Flow: flowLog() })).toEqual(['error NET07[flow log]']);
});

test('flow log, log group and key may stand in other stacks', () => {
  const app = new App();
  const network = new ec2.CfnVPC(new Stack(app, 'Network'), 'Vpc', { cidrBlock: '10.0.0.0/16' });
  const audit = new Stack(app, 'Audit');
  const { logGroupName } = new logs.LogGroup(audit, 'Group', {
    encryptionKey: new kms.Key(new Stack(app, 'Keys'), 'Key'),
  });
  const flow = new ec2.CfnFlowLog(new Stack(app, 'Watch'), 'Flow', {
    resourceId: network.ref,
    resourceType: 'VPC',
    trafficType: 'ALL',
    maxAggregationInterval: 60,
    logGroupName,
  });
  app.synth();
  expect(findingsOf('NET07', app)).toEqual([]);
  flow.addPropertyOverride('TrafficType', 'ACCEPT');
  expect(findingsOf('NET07', app)).toEqual(['error NET07[traffic]']);
});

import { App, aws_ec2 as ec2, aws_kms as kms, aws_logs as logs, Stack } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, sub } from '../judge';

const judge = judgedBy('LOG05');
const KEY = { Type: 'AWS::KMS::Key' };
const ARN = { 'Fn::GetAtt': ['G', 'Arn'] };
const findings = (change: Record<string, unknown> = {}, writer: object = {}) =>
  judge({
    Key: KEY,
    G: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { RetentionInDays: 30, KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] }, ...change },
    },
    ...writer,
  });

test.each<[string, Record<string, unknown>]>([
  ['says everything', {}],
  ['says it in texts', { RetentionInDays: '30' }],
  ['takes a key of another app by ARN', { KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' }],
  ['takes a key of this account', { KmsKeyId: sub('arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/1') }],
  ['puts the ARN of its key together', { KmsKeyId: sub('arn:aws:kms:<AWS::Region>:<AWS::AccountId>:key/<Key>') }],
  ['only passes on', { LogGroupClass: 'DELIVERY', RetentionInDays: undefined }],
])('a log group is compliant that %s', (_name, change) => {
  expect(findings(change)).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['keeps for ever', { RetentionInDays: undefined }, 'retention'],
  ['has no value for how long', { RetentionInDays: { Ref: 'AWS::NoValue' } }, 'retention'],
  ['has no key', { KmsKeyId: undefined }, 'KMS'],
  ['has an empty key', { KmsKeyId: '' }, 'KMS'],
  ['has the key of AWS', { KmsKeyId: sub('arn:aws:kms:<AWS::Region>:<AWS::AccountId>:alias/aws/logs') }, 'KMS'],
  [
    'has the key of AWS, joined',
    { KmsKeyId: { 'Fn::Join': ['', ['arn:aws:kms:', { Ref: 'AWS::Region' }, ':1:alias/', 'aws/logs']] } },
    'KMS',
  ],
  ['has the alias of AWS', { KmsKeyId: sub('alias/aws/logs') }, 'KMS'],
  ['names its stack for a key', { KmsKeyId: { Ref: 'AWS::StackName' } }, 'KMS'],
  ['names its account for a key', { KmsKeyId: { Ref: 'AWS::AccountId' } }, 'KMS'],
  ['names itself for a key', { KmsKeyId: ARN }, 'KMS'],
])('a log group is found that %s', (_name, change, subject) => {
  expect(findings(change)).toEqual([`error LOG05[${subject}]`]);
});

const of = (Type: string, Properties: Record<string, unknown>) => ({ Writer: { Type, Properties } });
const queries = (logGroup: unknown) => ({ LogDestinationConfigs: [{ LogDestination: { logGroup }, LogType: 'FLOW' }] });

test.each<[string, object]>([
  ['a trail', of('AWS::CloudTrail::Trail', { CloudWatchLogsLogGroupArn: ARN })],
  ['a flow log', of('AWS::EC2::FlowLog', { LogGroupName: { Ref: 'G' } })],
  ['a flow log, by ARN', of('AWS::EC2::FlowLog', { LogDestination: sub('<G.Arn>') })],
  ['a WAF', of('AWS::WAFv2::LoggingConfiguration', { LogDestinationConfigs: [ARN] })],
  ['a hosted zone', of('AWS::Route53::HostedZone', { QueryLoggingConfig: { CloudWatchLogsLogGroupArn: ARN } })],
  ['the resolver', of('AWS::Route53Resolver::ResolverQueryLoggingConfig', { DestinationArn: ARN })],
  ['a firewall', of('AWS::NetworkFirewall::LoggingConfiguration', { LoggingConfiguration: queries({ Ref: 'G' }) })],
  [
    'a VPN',
    of('AWS::EC2::VPNConnection', {
      VpnTunnelOptionsSpecifications: [{ LogOptions: { CloudwatchLogOptions: { LogGroupArn: ARN } } }],
    }),
  ],
  ['an API', of('AWS::ApiGateway::Stage', { AccessLogSetting: { DestinationArn: ARN } })],
  ['an HTTP API', of('AWS::ApiGatewayV2::Stage', { AccessLogSettings: { DestinationArn: ARN } })],
  ['a client VPN', of('AWS::EC2::ClientVpnEndpoint', { ConnectionLogOptions: { CloudwatchLogGroup: { Ref: 'G' } } })],
  [
    'a response function',
    of('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: { Ref: 'G' } },
      Tags: [{ Key: 'security:response', Value: 'x' }],
    }),
  ],
])('what %s writes is kept for a year', (_name, writer) => {
  expect(findings({ RetentionInDays: 180 }, writer)).toEqual(['error LOG05[retention]']);
  expect(findings({ RetentionInDays: 365 }, writer)).toEqual([]);
  expect(findings({ RetentionInDays: '3653' }, writer)).toEqual([]);
});

const RESPONSE = { Tags: [{ Key: 'security:response', Value: 'x' }], FunctionName: 'repairs' };

test.each<[string, unknown, string[]]>([
  ['WAF', 'aws-waf-logs-main', ['error LOG05[retention]']],
  ['EKS', '/aws/eks/main/cluster', ['error LOG05[retention]']],
  ['EKS, for a cluster of this app', sub('/aws/eks/<Cluster>/cluster'), ['error LOG05[retention]']],
  ['a response function', sub('/aws/lambda/<Fn>'), ['error LOG05[retention]']],
  ['a response function by its name', '/aws/lambda/repairs', ['error LOG05[retention]']],
  ['another function', '/aws/lambda/other', []],
  ['another thing', '/app/repairs', []],
])('what a group takes is told by a name that only %s gives', (_name, LogGroupName, expected) => {
  expect(findings({ LogGroupName }, { Fn: { Type: 'AWS::Lambda::Function', Properties: RESPONSE } })).toEqual(expected);
});

test('any other function decides for itself', () => {
  expect(findings({}, of('AWS::Lambda::Function', { LoggingConfig: { LogGroup: { Ref: 'G' } } }))).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['how long', { RetentionInDays: GIVEN }, 'retention'],
  ['a key', { KmsKeyId: GIVEN }, 'KMS'],
  ['a key of another app', { KmsKeyId: { 'Fn::ImportValue': 'SharedKey' } }, 'KMS'],
])('%s that only the deployment knows is a warning', (_name, change, subject) => {
  expect(findings(change)).toEqual([`warning LOG05[${subject} unverified]`]);
});

test('writer and key may stand in other stacks', () => {
  const app = new App();
  const audit = new Stack(app, 'Audit');
  const group = new logs.LogGroup(audit, 'Group', {
    encryptionKey: new kms.Key(new Stack(app, 'Keys'), 'Key'),
    retention: logs.RetentionDays.ONE_MONTH,
  });
  new ec2.CfnFlowLog(new Stack(app, 'Network'), 'Flow', {
    resourceId: 'vpc-1',
    resourceType: 'VPC',
    logGroupName: group.logGroupName,
  });
  app.synth();
  expect(findingsOf('LOG05', app)).toEqual(['error LOG05[retention]']);
  (group.node.defaultChild as logs.CfnLogGroup).addPropertyOverride('RetentionInDays', 400);
  expect(findingsOf('LOG05', app)).toEqual([]);
});

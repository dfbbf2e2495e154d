import {
  App,
  aws_lambda as lambda,
  aws_lambda_event_sources as sources,
  aws_iam as iam,
  aws_sqs as sqs,
  Stack,
  Tags,
} from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('RSP01');
const TAGGED = [{ Key: 'security:response', Value: 'responder' }];
const READ = {
  Effect: 'Allow',
  Action: 'ssm:GetParameter',
  Resource: sub('arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/stop'),
};
const SEND = { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } };

const fn = (change: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Tags: TAGGED, ...change },
});
const role = (change: Record<string, unknown> = {}, ...statements: unknown[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }], ...change },
});
const mapping = (change: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    FunctionName: { Ref: 'Fn' },
    EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
    ScalingConfig: { MaximumConcurrency: 2 },
    ...change,
  },
});
const queue = (
  RedrivePolicy: unknown = { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { RedrivePolicy },
});
const COMPLETE: Resources = {
  Fn: fn(),
  Role: role({}, READ, SEND),
  Map: mapping(),
  Queue: queue(),
  Dead: { Type: 'AWS::SQS::Queue' },
};
const of = (Type: string, Properties: Record<string, unknown>) => ({ Type, Properties });
const CALLED = { 'Fn::GetAtt': ['Fn', 'Arn'] };
const ROLE_ARN = { 'Fn::GetAtt': ['Role', 'Arn'] };
const policy = (Type: string, names: Record<string, unknown>, ...Statement: unknown[]) => ({
  Type,
  Properties: { ...names, PolicyDocument: { Statement } },
});

test.each<[string, Resources]>([
  ['says everything', {}],
  ['is bounded in a text', { Map: mapping({ ScalingConfig: { MaximumConcurrency: '2' } }) }],
  ['is named by its mapping in other ways', { Map: mapping({ FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] } }) }],
  [
    'is called by an alias',
    {
      Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Fn' } } },
      Map: mapping({ FunctionName: { Ref: 'Alias' } }),
    },
  ],
  ['reads its settings together', { Role: role({}, { ...READ, Action: ['ssm:GetParametersByPath'] }) }],
  [
    'is told what it may in policies of their own',
    {
      Role: role({ Policies: undefined, ManagedPolicyArns: [{ Ref: 'Attached' }] }),
      Attached: policy('AWS::IAM::ManagedPolicy', {}, SEND),
      Policy: policy('AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }] }, READ),
    },
  ],
  ['says that its mapping is on', { Map: mapping({ Enabled: 'true' }) }],
  ['says in a text where dead letters go', { Queue: queue('{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:1:d"}') }],
  [
    'says it in a text with a reference',
    { Queue: queue(sub('{"deadLetterTargetArn":"<Dead.Arn>","maxReceiveCount":5}')) },
  ],
  ['has no policy of AWS', { Role: role({ ManagedPolicyArns: { Ref: 'AWS::NoValue' } }, READ, SEND) }],
  [
    'has a role that others name, but do not act under',
    {
      Other: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Statement: { Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } } } },
        },
      },
      Told: fn({ Tags: undefined, Role: GIVEN, Environment: { Variables: { ROLE: { Ref: 'Role' } } } }),
    },
  ],
  ['has a rule beside it that calls another', { Rule: of('AWS::Events::Rule', { Targets: [{ Arn: GIVEN }] }) }],
  // Each such wildcard needs the dated acknowledgement that IAM04 asks for.
  ['leaves part of a name open', { Role: role({}, READ, { ...SEND, Resource: 'arn:aws:sqs:eu-central-1:1:jobs-*' }) }],
  ['denies with wildcards', { Role: role({}, READ, { Effect: 'Deny', Action: '*', Resource: '*' }) }],
])('a response function is compliant that %s', (_name, change) => {
  expect(judge({ ...COMPLETE, ...change })).toEqual([]);
});

test.each<[string, Resources, string[]]>([
  ['shares its role', { Other: fn({ Tags: undefined }) }, ['own role']],
  ['shares its role with a task', { Task: of('AWS::ECS::TaskDefinition', { TaskRoleArn: ROLE_ARN }) }, ['own role']],
  [
    'shares its role with a workflow',
    { S: of('AWS::StepFunctions::StateMachine', { RoleArn: ROLE_ARN }) },
    ['own role'],
  ],
  [
    'shares its role with people',
    { I: of('AWS::Cognito::IdentityPoolRoleAttachment', { Roles: { authenticated: ROLE_ARN } }) },
    ['own role'],
  ],
  ['shares its role with servers', { I: of('AWS::IAM::InstanceProfile', { Roles: [{ Ref: 'Role' }] }) }, ['own role']],
  ['shares its role with a rule', { R: of('AWS::Events::Rule', { Targets: [{ RoleArn: ROLE_ARN }] }) }, ['own role']],
  [
    'may do it to a service',
    { Role: role({}, READ, { ...SEND, Resource: 'arn:aws:s3:::*' }) },
    ['wildcard arn:aws:s3:::*'],
  ],
  [
    'may do it to whatever has an ARN',
    { Role: role({}, READ, { ...SEND, Resource: 'arn:*:*:*:*:*' }) },
    ['wildcard arn:*:*:*:*:*'],
  ],
  ['is called by a rule too', { Rule: of('AWS::Events::Rule', { Targets: [{ Arn: CALLED }] }) }, ['invoker Rule']],
  ['has a URL', { Url: of('AWS::Lambda::Url', { TargetFunctionArn: { Ref: 'Fn' } }) }, ['invoker Url']],
  ['is called by a topic too', { Sub: of('AWS::SNS::Subscription', { Endpoint: CALLED }) }, ['invoker Sub']],
  ['lets others call', { May: of('AWS::Lambda::Permission', { FunctionName: { Ref: 'Fn' } }) }, ['invoker May']],
  [
    'lets others call an alias',
    {
      Alias: of('AWS::Lambda::Alias', { FunctionName: { Ref: 'Fn' } }),
      May: of('AWS::Lambda::Permission', { FunctionName: { Ref: 'Alias' } }),
    },
    ['invoker May'],
  ],
  ['takes nothing', { Map: mapping({ Enabled: false }) }, ['enabled']],
  ['loses what fails, in a text', { Queue: queue('{"maxReceiveCount":5}') }, ['dead letters']],
  [
    'has a policy of AWS',
    { Role: role({ ManagedPolicyArns: [sub('arn:<AWS::Partition>:iam::aws:policy/X')] }, READ) },
    ['policy arn:<AWS::Partition>:iam::aws:policy/X'],
  ],
  ['may do more than is named', { Role: role({}, READ, { ...SEND, Action: 'sqs:*' }) }, ['wildcard sqs:*']],
  ['may do it to everything', { Role: role({}, READ, { ...SEND, Resource: ['*'] }) }, ['wildcard *']],
  [
    'may do all but',
    { Role: role({}, READ, { ...SEND, Action: undefined, NotAction: 'iam:*' }) },
    ['wildcard NotAction'],
  ],
  [
    'may do more by a policy of its own',
    { Policy: policy('AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }] }, { ...SEND, Action: 's3:Get*' }) },
    ['wildcard s3:Get*'],
  ],
  [
    'may do more by another kind',
    { Policy: policy('AWS::IAM::RolePolicy', { RoleName: { Ref: 'Role' } }, { ...SEND, Action: 's3:Put?' }) },
    ['wildcard s3:Put?'],
  ],
  ['cannot be stopped', { Role: role({}, SEND) }, ['kill switch']],
  ['is denied what would stop it', { Role: role({}, { ...READ, Effect: 'Deny' }) }, ['kill switch']],
  ['has no queue', { Map: { Type: 'AWS::SNS::Topic' } }, ['source queue']],
  ['has the queue of another', { Map: mapping({ FunctionName: 'other' }) }, ['source queue']],
  [
    'takes from a stream',
    { Map: mapping({ EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] } }), Stream: { Type: 'AWS::Kinesis::Stream' } },
    ['source queue'],
  ],
  ['loses what fails', { Queue: queue({ Ref: 'AWS::NoValue' }) }, ['dead letters']],
  ['is not bounded', { Map: mapping({ ScalingConfig: undefined }) }, ['concurrency']],
  [
    'is not bounded, whatever is reserved',
    { Fn: fn({ ReservedConcurrentExecutions: 1 }), Map: mapping({ ScalingConfig: {} }) },
    ['concurrency'],
  ],
])('a response function is found that %s', (_name, change, subjects) => {
  expect(judge({ ...COMPLETE, ...change })).toEqual(subjects.map((subject) => `error RSP01[${subject}]`));
});

test.each<[string, Resources, string[]]>([
  ['tags', { Fn: fn({ Tags: GIVEN }) }, ['Tags']],
  ['a tag', { Fn: fn({ Tags: [GIVEN] }) }, ['Tags']],
  ['a role', { Fn: fn({ Role: GIVEN }) }, ['role']],
  ['a role of another account', { Fn: fn({ Role: 'arn:aws:iam::123456789012:role/x' }) }, ['role']],
  ['a queue', { Map: mapping({ EventSourceArn: 'arn:aws:sqs:eu-central-1:1:q' }) }, ['source queue']],
  ['how much', { Map: mapping({ ScalingConfig: { MaximumConcurrency: GIVEN } }) }, ['concurrency']],
  ['dead letters', { Queue: queue({ deadLetterTargetArn: GIVEN }) }, ['dead letters']],
  ['whether it is on', { Map: mapping({ Enabled: GIVEN }) }, ['enabled']],
  ['an effect', { Role: role({}, READ, { ...SEND, Effect: GIVEN }) }, ['effect Policies.0.PolicyDocument.Statement.1']],
  ['dead letters in a text', { Queue: queue(sub('{"deadLetterTargetArn":"<Given>"}')) }, ['dead letters']],
  ['a statement', { Role: role({}, READ, GIVEN) }, ['statement Policies.0.PolicyDocument.Statement.1']],
])('%s that only the deployment knows is a warning', (_name, change, subjects) => {
  expect(judge({ ...COMPLETE, ...change })).toEqual(subjects.map((subject) => `warning RSP01[${subject} unverified]`));
});

test('any other function is left alone', () => {
  expect(judge({ Fn: fn({ Tags: [{ Key: 'team', Value: 'a' }], Role: GIVEN }) })).toEqual([]);
});

test('constructs of the CDK, over several stacks: tags of the stack count', () => {
  const app = new App();
  const queues = new Stack(app, 'Queues');
  const source = new sqs.Queue(queues, 'Queue', {
    deadLetterQueue: { queue: new sqs.Queue(queues, 'Dead'), maxReceiveCount: 3 },
  });
  const stack = new Stack(app, 'Response');
  const own = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  own.addToPolicy(
    new iam.PolicyStatement({ actions: ['ssm:GetParameter'], resources: ['arn:aws:ssm:::parameter/stop'] }),
  );
  const handler = new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = () => {}'),
    role: own,
  });
  handler.addEventSource(new sources.SqsEventSource(source, { maxConcurrency: 2 }));
  Tags.of(stack).add('security:response', 'x');
  app.synth();
  expect(findingsOf('RSP01', app)).toEqual([]);
  (source.node.defaultChild as sqs.CfnQueue).addPropertyDeletionOverride('RedrivePolicy');
  expect(findingsOf('RSP01', app)).toEqual(['error RSP01[dead letters]']);
});

test('a tag that CloudFormation hands on from the stack counts', () => {
  const app = new App();
  const stack = new Stack(app, 'Response', { tags: { 'security:response': 'x' } });
  new lambda.CfnFunction(stack, 'Function', { code: { zipFile: 'x' }, role: 'arn:aws:iam::123456789012:role/x' });
  expect(findingsOf('RSP01', app)).toEqual(['error RSP01[source queue]', 'warning RSP01[role unverified]']);
});

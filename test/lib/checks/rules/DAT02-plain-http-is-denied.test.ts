import { App, aws_s3 as s3, aws_sns as sns, aws_sqs as sqs, Stack } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('DAT02');
const FOUND = ['error DAT02[TLS]'];
const UNVERIFIED = ['warning DAT02[TLS unverified]'];
const HTTP = { Bool: { 'aws:SecureTransport': 'false' } };

/** Each kind: what a complete statement names, and the property by which a policy names its resource. */
const KINDS = {
  bucket: {
    type: 'AWS::S3::Bucket',
    action: 's3:*',
    resource: [sub('<R.Arn>'), sub('<R.Arn>/*')],
    policies: [['AWS::S3::BucketPolicy', { Bucket: { Ref: 'R' } }]],
  },
  topic: {
    type: 'AWS::SNS::Topic',
    action: 'sns:Publish',
    resource: { Ref: 'R' },
    policies: [
      ['AWS::SNS::TopicPolicy', { Topics: [{ Ref: 'R' }] }],
      ['AWS::SNS::TopicInlinePolicy', { TopicArn: { Ref: 'R' } }],
    ],
  },
  queue: {
    type: 'AWS::SQS::Queue',
    action: 'sqs:*',
    resource: { 'Fn::GetAtt': ['R', 'Arn'] },
    policies: [
      ['AWS::SQS::QueuePolicy', { Queues: [{ Ref: 'R' }] }],
      ['AWS::SQS::QueueInlinePolicy', { Queue: { Ref: 'R' } }],
    ],
  },
} as const;

type Kind = keyof typeof KINDS;
const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** A resource of a kind whose policy has a complete statement, but for what a case changes. */
function findings(kind: Kind, change: Record<string, unknown> = {}, more: Resources = {}): string[] {
  const { type, action, resource, policies } = KINDS[kind];
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: action, Resource: resource },
    { Effect: 'Deny', Principal: '*', Action: action, Resource: resource, Condition: HTTP, ...change },
  ];
  return judge({
    R: { Type: type },
    P: { Type: policies[0][0], Properties: { ...policies[0][1], PolicyDocument: { Statement } } },
    ...more,
  });
}

describe.each(KIND_NAMES)('a %s', (kind) => {
  const { type, action, resource, policies } = KINDS[kind];
  const deny = { Effect: 'Deny', Principal: '*', Action: action, Resource: resource, Condition: HTTP };

  test('is found without a policy', () => {
    expect(judge({ R: { Type: type } })).toEqual(FOUND);
  });

  test.each(policies)('is compliant by a statement in %s', (policy, names) => {
    const P = { Type: policy, Properties: { ...names, PolicyDocument: { Statement: deny } } };
    expect(judge({ R: { Type: type }, P })).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['false itself', { Condition: { Bool: { 'aws:SecureTransport': false } } }],
    ['a list', { Condition: { Bool: { 'aws:SecureTransport': ['false'] } } }],
    ['IfExists', { Condition: { BoolIfExists: { 'aws:SecureTransport': 'false' } } }],
    ['another spelling of the key', { Condition: { Bool: { 'aws:securetransport': 'False' } } }],
    ['every principal of AWS', { Principal: { AWS: ['*'] } }],
    ['every action', { Action: '*' }],
    ['several actions', { Action: [action.toUpperCase(), 'x:Y'] }],
    ['every resource', { Resource: ['*'] }],
  ])('is compliant by %s', (_name, change) => {
    expect(findings(kind, change)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['allows', { Effect: 'Allow' }],
    ['is about HTTPS', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['has no condition but another', { Condition: { Bool: { 'aws:ViaAWSService': 'false' } } }],
    ['has a condition more', { Condition: { ...HTTP, StringEquals: { 'aws:PrincipalAccount': '123456789012' } } }],
    ['has a key more', { Condition: { Bool: { 'aws:SecureTransport': 'false', 'aws:ViaAWSService': 'false' } } }],
    ['asks for a version of TLS', { Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }],
    ['is about one account', { Principal: { AWS: 'arn:aws:iam::123456789012:root' } }],
    ['is about a service', { Principal: { Service: 's3.amazonaws.com' } }],
    ['is about all but one', { Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::123456789012:root' } }],
    ['denies another action', { Action: [`${action.split(':')[0]}:GetSomething`] }],
    ['denies all actions but', { Action: undefined, NotAction: 'x:Y' }],
    ['names another resource', { Resource: 'arn:aws:sqs:eu-central-1:123456789012:other' }],
    ['names a like one', { Resource: sub('<R>-other') }],
  ])('is found where its statement %s', (_name, change) => {
    expect(findings(kind, change)).toEqual(FOUND);
  });

  test.each<[string, Record<string, unknown>]>([
    ['effect', { Effect: GIVEN }],
    ['principal', { Principal: GIVEN }],
    ['action', { Action: GIVEN }],
    ['resource', { Resource: GIVEN }],
    ['condition', { Condition: { 'Fn::If': ['Prod', HTTP, {}] } }],
    ['value', { Condition: { Bool: { 'aws:SecureTransport': GIVEN } } }],
  ])('is a warning where only the deployment knows the %s', (_name, change) => {
    expect(findings(kind, change)).toEqual(UNVERIFIED);
  });

  test.each<[string, Record<string, unknown>]>([
    ['document', { PolicyDocument: GIVEN }],
    ['list of statements', { PolicyDocument: { Statement: { 'Fn::If': ['Prod', [], []] } } }],
    ['statement', { PolicyDocument: { Statement: [{ 'Fn::If': ['Prod', deny, {}] }] } }],
  ])('is a warning where only the deployment knows the %s', (_name, document) => {
    const P = { Type: policies[0][0], Properties: { ...policies[0][1], ...document } };
    expect(judge({ R: { Type: type }, P })).toEqual(UNVERIFIED);
  });

  test('is a warning where its policy is made sometimes', () => {
    const P = {
      Type: policies[0][0],
      Properties: { ...policies[0][1], PolicyDocument: { Statement: deny } },
      Condition: 'Sometimes',
    };
    expect(judge({ R: { Type: type }, P })).toEqual(UNVERIFIED);
  });
});

test.each<[string, unknown, string[]]>([
  ['joined', [{ 'Fn::GetAtt': ['R', 'Arn'] }, { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['R', 'Arn'] }, '/*']] }], []],
  ['from its name', [sub('arn:<AWS::Partition>:s3:::<R>'), sub('arn:<AWS::Partition>:s3:::<R>/*')], []],
  ['with one wildcard', sub('<R.Arn>*'), []],
  ['of all buckets', 'arn:aws:s3:::*', []],
  ['without the objects', { 'Fn::GetAtt': ['R', 'Arn'] }, FOUND],
  ['without the bucket', sub('<R.Arn>/*'), FOUND],
  ['of some objects', [sub('<R.Arn>'), sub('<R.Arn>/private/*')], FOUND],
])('a bucket whose ARN is %s', (_name, Resource, expected) => {
  expect(findings('bucket', { Resource })).toEqual(expected);
});

test('two statements that cover a bucket and its objects one by one count together', () => {
  const parts = [sub('<R.Arn>'), sub('<R.Arn>/*')].map((Resource) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource,
    Condition: HTTP,
  }));
  const P = {
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: { Ref: 'R' }, PolicyDocument: { Statement: parts } },
  };
  expect(judge({ R: { Type: 'AWS::S3::Bucket' }, P })).toEqual([]);
});

describe('a bucket that is called by its name', () => {
  const statement = (name: string) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
    Condition: HTTP,
  });
  const policy = (Bucket: unknown, Statement: unknown) => ({
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket, PolicyDocument: { Statement } },
  });
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } };

  test('is judged by the policy of that name', () => {
    expect(judge({ R: bucket, P: policy('data', statement('data')) })).toEqual([]);
    expect(judge({ R: bucket, P: policy({ Ref: 'R' }, statement('data')) })).toEqual([]);
    expect(judge({ R: bucket, P: policy('data', statement('data-2')) })).toEqual(FOUND);
  });

  test('and made elsewhere is judged by its policy alone', () => {
    expect(judge({ P: policy('data', statement('data')) })).toEqual([]);
    expect(judge({ P: policy('data', statement('other')) })).toEqual(FOUND);
    expect(
      judge({
        P: policy(GIVEN, { ...statement(''), Resource: [sub('arn:aws:s3:::<Given>'), sub('arn:aws:s3:::<Given>/*')] }),
      }),
    ).toEqual([]);
    expect(judge({ P: policy('data', []) })).toEqual(FOUND);
  });
});

describe('constructs of the CDK', () => {
  const build = (enforceSSL: boolean) => {
    const app = new App();
    const stack = new Stack(app, 'S');
    new s3.Bucket(stack, 'Bucket', { enforceSSL });
    new sns.Topic(stack, 'Topic', { enforceSSL });
    new sqs.Queue(stack, 'Queue', { enforceSSL });
    return app;
  };

  test('are compliant with enforceSSL, and found without', () => {
    expect(findingsOf('DAT02', build(true))).toEqual([]);
    // Alike but for what they are about.
    expect(findingsOf('DAT02', build(false))).toEqual([...FOUND, ...FOUND, ...FOUND]);
  });

  test('have policies in other stacks', () => {
    const app = new App();
    const bucket = new s3.CfnBucket(new Stack(app, 'Data'), 'Bucket');
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [bucket.attrArn, `${bucket.attrArn}/*`],
      Condition: HTTP,
    };
    new s3.CfnBucketPolicy(new Stack(app, 'Guard'), 'Policy', {
      bucket: bucket.ref,
      policyDocument: { Statement: [statement] },
    });
    app.synth();
    expect(findingsOf('DAT02', app)).toEqual([]);
  });
});

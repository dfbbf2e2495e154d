import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, sub } from '../judge';

const judge = judgedBy('IAM01');
const EVERYTHING = { Action: '*', Resource: '*' };
const findings = (statement: Record<string, unknown>, type = 'AWS::IAM::Policy') =>
  judge({
    Queue: { Type: 'AWS::SQS::Queue' },
    P: { Type: type, Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', ...statement }] } } },
  });

test.each<[string, Record<string, unknown>]>([
  ['names action and resource', { Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
  // Wildcards short of everything are for IAM04.
  ['allows a service', { Action: 's3:*', Resource: '*' }],
  ['allows everything on the objects of a bucket', { Action: '*', Resource: 'arn:aws:s3:::my-bucket/*' }],
  ['allows everything of a service', { Action: '*', Resource: 'arn:aws:s3:::*' }],
  ['allows everything below a resource', { Action: '*', Resource: sub('<Queue.Arn>*') }],
  ['allows all of IAM on one role', { Action: 'iam:*', Resource: 'arn:aws:iam::123456789012:role/x' }],
  ['allows to look at IAM', { Action: 'iam:Get*', Resource: '*' }],
  ['allows everything on one resource', { Action: '*', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
  ['allows a given action on one resource', { Action: GIVEN, Resource: 'arn:aws:sqs:::q' }],
  ['denies everything', { Effect: 'Deny', ...EVERYTHING }],
  ['allows all but IAM', { NotAction: ['iam:*', 'organizations:*'], Resource: '*' }],
])('a statement is compliant that %s', (_name, statement) => {
  expect(findings(statement)).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['everything', EVERYTHING, 'Action::*'],
  ['everything, in lists', { Action: ['s3:Get*', '*'], Resource: ['arn:aws:s3:::b', '*'] }, 'Action::*'],
  ['every service', { Action: '*:*', Resource: '*' }, 'Action::*:*'],
  ['everything with an ARN', { Action: '*', Resource: 'arn:aws:*' }, 'Action::*'],
  ['everything with an ARN of all parts', { Action: '*', Resource: 'arn:*:*:*:*:*' }, 'Action::*'],
  ['everything of an account', { Action: '*', Resource: sub('arn:aws:*:*:<AWS::AccountId>:*') }, 'Action::*'],
  ['everything on all of IAM', { Action: '*', Resource: 'arn:aws:iam::123456789012:*' }, 'Action::*'],
  ['everything on all of IAM, in short', { Action: '*', Resource: 'arn:aws:iam::*' }, 'Action::*'],
  ['all of IAM', { Action: ['sqs:SendMessage', 'iam:*'], Resource: '*' }, 'Action::iam:*'],
  ['all of IAM on all of it', { Action: 'IAM:*', Resource: 'arn:aws:iam::*:*' }, 'Action::IAM:*'],
  ['everything, in variables', { Action: '*', Resource: { 'Fn::Sub': ['$' + '{What}', { What: '*' }] } }, 'Action::*'],
  [
    'everything, joined',
    { Action: '*', Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':*']] } },
    'Action::*',
  ],
  ['everything, substituted', { Action: '*', Resource: sub('arn:<AWS::Partition>:*') }, 'Action::*'],
  [
    'everything to whom has MFA',
    { ...EVERYTHING, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
    'Action::*',
  ],
  ['everything but one resource', { Action: '*', NotResource: 'arn:aws:s3:::b' }, 'Action::*'],
  ['all but one action', { NotAction: 's3:DeleteBucket', Resource: '*' }, 'NotAction::s3:DeleteBucket'],
])('a statement is found that allows %s', (_name, statement, subject) => {
  expect(findings(statement)).toEqual([`error IAM01[${subject}]`]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['an action on everything', { Action: GIVEN, Resource: '*' }, 'Action::<Given>'],
  ['a resource of every action', { Action: '*', Resource: GIVEN }, 'Action::*'],
  ['part of a resource of every action', { Action: '*', Resource: sub('arn:aws:s3:::<Given>') }, 'Action::*'],
  ['what is left out', { NotAction: GIVEN, Resource: '*' }, 'NotAction::<Given>'],
  ['an effect', { Effect: GIVEN, ...EVERYTHING }, 'Action::*'],
])('%s that only the deployment knows is a warning', (_name, statement, subject) => {
  expect(findings(statement)).toEqual([`warning IAM01[${subject} unverified]`]);
});

test.each(['AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy', 'AWS::IAM::UserPolicy', 'AWS::IAM::GroupPolicy'])(
  '%s is judged like a policy',
  (type) => {
    expect(findings(EVERYTHING, type)).toEqual(['error IAM01[Action::*]']);
  },
);

describe.each(['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'])('%s', (Type) => {
  const document = { Statement: { Effect: 'Allow', ...EVERYTHING } };

  test('is found by its inline policies, not by its trust', () => {
    expect(judge({ R: { Type, Properties: { AssumeRolePolicyDocument: document } } })).toEqual([]);
    expect(judge({ R: { Type, Properties: { Policies: { Ref: 'AWS::NoValue' } } } })).toEqual([]);
    expect(judge({ R: { Type, Properties: { Policies: GIVEN } } })).toEqual([
      'warning IAM01[Policies.0.PolicyDocument unverified]',
    ]);
    const Policies = [{ PolicyName: 'p', PolicyDocument: document }];
    expect(judge({ R: { Type, Properties: { Policies } } })).toEqual(['error IAM01[Action::*]']);
  });

  test.each<[string, unknown, string[]]>([
    ['AdministratorAccess', ['arn:aws:iam::aws:policy/AdministratorAccess'], ['error IAM01[AdministratorAccess]']],
    [
      'AdministratorAccess of this partition',
      [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AdministratorAccess']] }],
      ['error IAM01[AdministratorAccess]'],
    ],
    [
      'AdministratorAccess by Fn::Sub',
      [sub('arn:<AWS::Partition>:iam::aws:policy/AdministratorAccess')],
      ['error IAM01[AdministratorAccess]'],
    ],
    ['IAMFullAccess', [sub('arn:<AWS::Partition>:iam::aws:policy/IAMFullAccess')], ['error IAM01[IAMFullAccess]']],
    ['nothing', { Ref: 'AWS::NoValue' }, []],
    ['nothing in a list', [{ Ref: 'AWS::NoValue' }], []],
    ['another policy of AWS', ['arn:aws:iam::aws:policy/ReadOnlyAccess'], []],
    ['a policy of this app', [{ Ref: 'Own' }], []],
    ['a policy that is given', [GIVEN], ['warning IAM01[<Given> unverified]']],
    ['policies that are given', GIVEN, ['warning IAM01[<Given> unverified]']],
  ])('with %s attached', (_name, ManagedPolicyArns, expected) => {
    const Own = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [] } } };
    expect(judge({ Own, R: { Type, Properties: { ManagedPolicyArns } } })).toEqual(expected);
  });
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['nothing', {}, []],
  [
    'AdministratorAccess',
    { ManagedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
    ['error IAM01[AdministratorAccess]'],
  ],
  ['everything', { InlinePolicy: { Statement: [{ Effect: 'Allow', ...EVERYTHING }] } }, ['error IAM01[Action::*]']],
  [
    'everything, in a text',
    { InlinePolicy: JSON.stringify({ Statement: [{ Effect: 'Allow', ...EVERYTHING }] }) },
    ['error IAM01[Action::*]'],
  ],
  ['what nobody can read', { InlinePolicy: '{' }, ['warning IAM01[InlinePolicy unverified]']],
  ['what is given', { InlinePolicy: GIVEN }, ['warning IAM01[InlinePolicy unverified]']],
])('a permission set with %s', (_name, properties, expected) => {
  expect(judge({ P: { Type: 'AWS::SSO::PermissionSet', Properties: { Name: 'p', ...properties } } })).toEqual(expected);
});

test('documents and statements that only the deployment knows are a warning', () => {
  const policy = (PolicyDocument: unknown) => ({ P: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument } } });
  expect(judge(policy(GIVEN))).toEqual(['warning IAM01[PolicyDocument unverified]']);
  expect(judge(policy({ Statement: [{ 'Fn::If': ['Prod', {}, {}] }] }))).toEqual([
    'warning IAM01[PolicyDocument.Statement.0 unverified]',
  ]);
});

test('constructs of the CDK: a policy of another stack is judged where it stands, an override counts', () => {
  const app = new App();
  const shared = new iam.ManagedPolicy(new Stack(app, 'Shared'), 'Policy', {
    statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/*'] })],
  });
  new iam.Role(new Stack(app, 'S'), 'Role', {
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    managedPolicies: [shared],
  });
  app.synth();
  expect(findingsOf('IAM01', app)).toEqual([]);
  const policy = shared.node.defaultChild as iam.CfnManagedPolicy;
  policy.addPropertyOverride('PolicyDocument.Statement.0.Action', '*');
  policy.addPropertyOverride('PolicyDocument.Statement.0.Resource', '*');
  expect(findingsOf('IAM01', app)).toEqual(['error IAM01[Action::*]']);
});

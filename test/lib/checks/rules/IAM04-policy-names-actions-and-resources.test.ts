import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { BaselineChecks } from '../../../../lib/checks';
import { acknowledge } from '../../../../lib/private/acknowledge';
import { GIVEN, judgedBy } from '../judge';

const judge = judgedBy('IAM04');
const QUEUE = { 'Fn::GetAtt': ['Queue', 'Arn'] };
const findings = (statement: Record<string, unknown>, type = 'AWS::IAM::Policy') =>
  judge({
    Queue: { Type: 'AWS::SQS::Queue' },
    P: { Type: type, Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', ...statement }] } } },
  });

test.each<[string, Record<string, unknown>]>([
  ['names action and resource', { Action: 'sqs:SendMessage', Resource: QUEUE }],
  ['names several', { Action: ['sqs:SendMessage', 'sqs:DeleteMessage'], Resource: [QUEUE, 'arn:aws:sqs:::q'] }],
  [
    'composes an ARN',
    { Action: 's3:ListBucket', Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::b']] } },
  ],
  ['denies', { Effect: 'Deny', Action: '*', Resource: '*' }],
  ['denies all but', { Effect: 'Deny', NotAction: 'iam:Get*', Resource: '*' }],
])('a statement is compliant that %s', (_name, statement) => {
  expect(findings(statement)).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['every action', { Action: '*', Resource: QUEUE }, 'Action::*'],
  ['a service', { Action: ['sqs:SendMessage', 'sqs:*'], Resource: QUEUE }, 'Action::sqs:*'],
  ['a family of actions', { Action: 'sqs:Send*', Resource: QUEUE }, 'Action::sqs:Send*'],
  ['one letter left open', { Action: 'sqs:SendMessag?', Resource: QUEUE }, 'Action::sqs:SendMessag?'],
  ['every resource', { Action: 'sqs:SendMessage', Resource: ['*'] }, 'Resource::*'],
  [
    'a joined wildcard',
    { Action: 's3:GetObject', Resource: { 'Fn::Join': ['', [QUEUE, '/*']] } },
    'Resource::<Queue.Arn>/*',
  ],
  [
    'a substituted wildcard',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes it so
    { Action: 's3:GetObject', Resource: { 'Fn::Sub': '${Queue.Arn}/*' } },
    'Resource::<Queue.Arn>/*',
  ],
  [
    'a wildcard in a variable',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes it so
    { Action: 's3:GetObject', Resource: { 'Fn::Sub': ['arn:aws:s3:::${What}', { What: '*' }] } },
    'Resource::arn:aws:s3:::*',
  ],
  ['all actions but', { NotAction: 'iam:PassRole', Resource: QUEUE }, 'NotAction::iam:PassRole'],
  ['all resources but', { Action: 'sqs:SendMessage', NotResource: QUEUE }, 'NotResource::<Queue.Arn>'],
])('a statement is found that allows %s', (_name, statement, subject) => {
  expect(findings(statement)).toEqual([`error IAM04[${subject}]`]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['resource', { Action: 'sqs:SendMessage', Resource: GIVEN }, 'Resource::<Given>'],
  [
    'part of a resource',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes it so
    { Action: 'a:B', Resource: { 'Fn::Sub': 'arn:aws:s3:::${Given}' } },
    'Resource::arn:aws:s3:::<Given>',
  ],
  ['action', { Action: GIVEN, Resource: QUEUE }, 'Action::<Given>'],
])('a %s that only the deployment knows is a warning', (_name, statement, subject) => {
  expect(findings(statement)).toEqual([`warning IAM04[${subject} unverified]`]);
});

test.each(['AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy', 'AWS::IAM::UserPolicy', 'AWS::IAM::GroupPolicy'])(
  '%s is judged like a policy',
  (type) => {
    expect(findings({ Action: '*', Resource: QUEUE }, type)).toEqual(['error IAM04[Action::*]']);
  },
);

test('inline policies of a role are judged, its trust is not', () => {
  const Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b' }];
  const trust = { Statement: [{ Effect: 'Allow', Action: 'sts:*', Principal: '*' }] };
  expect(
    judge({
      R: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: 'p', PolicyDocument: { Statement } }] },
      },
    }),
  ).toEqual(['error IAM04[Action::s3:*]']);
});

test('a document that only the deployment knows is a warning', () => {
  expect(judge({ P: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: GIVEN } } })).toEqual([
    'warning IAM04[PolicyDocument unverified]',
  ]);
});

describe('acknowledgements', () => {
  const build = (acknowledgeOn: (policy: CfnResource) => void) => {
    const app = new App();
    const policy = new CfnResource(new Stack(app, 'S'), 'P', {
      type: 'AWS::IAM::Policy',
      properties: {
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['a:*', 'b:*'], Resource: 'arn:aws:s3:::b' }] },
      },
    });
    acknowledgeOn(policy);
    const { violations } = new BaselineChecks(app).validateScope(app);
    return violations.map(({ severity, ruleName }) => `${severity} ${ruleName}`);
  };
  const id = 'Bulwark-IAM04[Action::a:*]';

  test('a dated one covers exactly its wildcard', () => {
    const found = build((policy) => acknowledge(policy, { rule: id, reason: 'All of a is ours', until: '2999-12-31' }));
    expect(found).toEqual(['error Bulwark-IAM04[Action::b:*]']);
  });

  test.each([
    ['undated', 'All of a is ours'],
    ['expired', 'All of a is ours [until 2020-01-01]'],
  ])('an %s one covers nothing and is itself fatal', (_name, reason) => {
    const found = build((policy) => Validations.of(policy).acknowledge({ id: `Bulwark::${id}`, reason }));
    expect(found).toEqual(['fatal Bulwark-acknowledgement', `error ${id}`, 'error Bulwark-IAM04[Action::b:*]']);
  });
});

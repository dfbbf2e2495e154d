import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AutoRemediation, type AutoRemediationProps, RemediationMode } from '../../../lib';
import { flatten } from '../../../lib/private/template-values';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';

const env = { account: '123456789012', region: 'eu-central-1' };
const TRAIL = {
  trailArn: 'arn:aws:cloudtrail:eu-central-1:123456789012:trail/t',
  bucket: 'b',
  kmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1',
  logGroupArn: 'arn:aws:logs:eu-central-1:123456789012:log-group:g:*',
  deliveryRoleArn: 'arn:aws:iam::123456789012:role/d',
  eventSelectors: '[]',
};

function stackOf(props?: AutoRemediationProps): Stack {
  const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
  new AutoRemediation(stack, 'Remediation', props);
  return stack;
}

const template = Template.fromStack(stackOf({ settings: { 'cloudtrail-trail-weakened': TRAIL } }));
type Role = {
  Properties: { Path?: string; RoleName?: string; Policies: Array<{ PolicyDocument: { Statement: Statement[] } }> };
};
type Statement = { Action: string | string[]; Resource: unknown; Effect: string };
const roles = Object.values(template.findResources('AWS::IAM::Role')) as Role[];

/** Statements of a policy that a template holds as text, with references in angle brackets. */
function policyText(document: unknown): unknown {
  return JSON.parse(flatten(document)).Statement;
}

describe('AutoRemediation', () => {
  test('makes a role for each remediation, and one that reads', () => {
    const tighten = roles.filter((role) => role.Properties.Path === '/bulwark/main/tighten/');
    expect(tighten.map((role) => role.Properties.RoleName).sort()).toEqual(
      REMEDIATIONS.map((spec) => `bulwark-main-${spec.id}`).sort(),
    );
    expect(roles.filter((role) => role.Properties.Path === '/bulwark/main/read/')).toHaveLength(1);
  });

  test.each(REMEDIATIONS.map((spec) => [spec.id, spec] as const))(
    'gives %s exactly what its spec declares',
    (id, spec) => {
      const role = roles.find(({ Properties }) => Properties.RoleName === `bulwark-main-${id}`);
      const actions = role?.Properties.Policies.flatMap((policy) =>
        policy.PolicyDocument.Statement.flatMap((each) => each.Action),
      );
      expect(actions?.sort()).toEqual(spec.permissions.write.flatMap((permission) => permission.actions).sort());
    },
  );

  test('gives the responder no right to change anything but its own ledger and reports', () => {
    const responder = roles.find(({ Properties }) => Properties.RoleName === 'bulwark-main-responder');
    const actions = responder?.Properties.Policies.flatMap((policy) =>
      policy.PolicyDocument.Statement.flatMap((each) => each.Action),
    );
    expect([...new Set(actions)].sort()).toEqual([
      'dynamodb:UpdateItem',
      'events:PutEvents',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'ssm:GetParameters',
      'sts:AssumeRole',
    ]);
  });

  test('lets only the responder take the roles', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'bulwark-main-s3-bucket-public-access',
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Condition: {
              ArnEquals: {
                'aws:PrincipalArn': {
                  'Fn::Join': [
                    '',
                    ['arn:', { Ref: 'AWS::Partition' }, ':iam::123456789012:role/bulwark/main/bulwark-main-responder'],
                  ],
                },
              },
            },
          }),
        ],
      },
    });
  });

  test('reads the mode as deployed and the override, which it names and does not make', () => {
    const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
    const made = new AutoRemediation(stack, 'Remediation', { qualifier: 'blue' });
    expect(made.modeOverrideName).toBe('/bulwark/blue/response/override');
    const own = Template.fromStack(stack);
    own.resourceCountIs('AWS::SSM::Parameter', 1);
    const [[id, parameter]] = Object.entries(own.findResources('AWS::SSM::Parameter')) as [
      [string, { Properties: Record<string, string> }],
    ];
    expect(parameter.Properties).toMatchObject({
      Name: '/bulwark/blue/response/mode',
      Value: 'ENFORCE',
      Description: expect.stringContaining('/bulwark/blue/response/override'),
    });
    own.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          BULWARK_MODE_PARAMETER: { Ref: id },
          BULWARK_MODE_OVERRIDE: '/bulwark/blue/response/override',
          BULWARK_PARTITION: { Ref: 'AWS::Partition' },
        },
      },
    });
    const arnOf = (end: unknown[]) => ({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...end]],
    });
    own.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'bulwark-blue-responder',
      Policies: [
        {
          PolicyDocument: {
            Statement: Match.arrayWith([
              Match.objectLike({
                Action: 'ssm:GetParameters',
                Resource: [
                  arnOf([':ssm:eu-central-1:123456789012:parameter', { Ref: id }]),
                  arnOf([':ssm:eu-central-1:123456789012:parameter/bulwark/blue/response/override']),
                ],
              }),
            ]),
          },
        },
      ],
    });
  });

  test('lives twice in one stack under two qualifiers', () => {
    const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
    for (const qualifier of ['main', 'blue']) new AutoRemediation(stack, qualifier, { qualifier });
    const ids = Object.keys(Template.fromStack(stack).findResources('AWS::Events::EventBus'));
    expect(ids.sort()).toEqual([
      'ResponseBlueReportBus',
      'ResponseBlueSignalBus',
      'ResponseMainReportBus',
      'ResponseMainSignalBus',
    ]);
  });

  test('queues only what AWS itself sent: no customer may use a source that begins with aws.', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({ Id: 'queue' })],
      EventPattern: { account: ['123456789012'], source: [{ prefix: 'aws.' }] },
    });
  });

  test('has an alarm and a way back for whatever is lost on the way', () => {
    for (const rule of Object.values(template.findResources('AWS::Events::Rule'))) {
      const { Targets } = rule.Properties as { Targets: Array<{ DeadLetterConfig?: unknown }> };
      expect(Targets.every((target) => target.DeadLetterConfig !== undefined)).toBe(true);
    }
    template.resourceCountIs('AWS::CloudWatch::Alarm', 4);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('says redrive where SQS can do it, which is where a queue parks its messages, and nowhere else', () => {
    const queues = template.findResources('AWS::SQS::Queue');
    const parks = Object.values(queues).flatMap(({ Properties }) => {
      const arn = Properties.RedrivePolicy?.deadLetterTargetArn as { 'Fn::GetAtt': string[] } | undefined;
      return arn === undefined ? [] : [arn['Fn::GetAtt'][0]];
    });
    expect(parks).toHaveLength(1);
    const told = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .filter(({ Properties }) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(({ Properties }) => {
        const queue = Properties.Dimensions[0].Value['Fn::GetAtt'][0] as string;
        return [parks.includes(queue), /redrive the queue/.test(Properties.AlarmDescription)];
      });
    expect(told.sort()).toEqual([
      [false, false],
      [false, false],
      [true, true],
    ]);
  });

  test.each([
    ['what was lost inside the hub is replayed', /inside the hub.*replay the archive of the signal bus/],
    ['what was lost in a Region is looked at by hand', /did not reach the hub.*by hand, or touch it again/],
  ])('%s', (_, wanted) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp(wanted.source),
    });
  });

  test('has an alarm on signals that nobody takes', () => {
    const [queue] = Object.entries(template.findResources('AWS::SQS::Queue')).find(
      ([, { Properties }]) => Properties.RedrivePolicy !== undefined,
    ) as [string, unknown];
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } }],
      Threshold: 900,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [Match.anyValue()],
    });
  });

  test('lets events reach the history as the EventBridge guide says: streams by anybody there, lines by this rule', () => {
    const [policy] = Object.values(template.findResources('AWS::Logs::ResourcePolicy'));
    expect(policy?.Properties.PolicyName).toBe('bulwark-main-history');
    const statements = policyText(policy?.Properties.PolicyDocument) as Array<Statement & { Condition?: object }>;
    expect(statements.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      ['logs:CreateLogStream', undefined],
      ['logs:PutLogEvents', { ArnEquals: { 'aws:SourceArn': expect.stringMatching(/^<.*ToHistory.*Arn>$/) } }],
    ]);
  });

  test('leaves out what lacks its settings, and says so', () => {
    const stack = stackOf({ mode: RemediationMode.OBSERVE });
    Annotations.fromStack(stack).hasInfo(
      '*',
      Match.stringLikeRegexp('cloudtrail-trail-weakened is not deployed.*trailArn'),
    );
    Template.fromStack(stack).hasResourceProperties('AWS::SSM::Parameter', { Value: 'OBSERVE' });
  });

  test.each<[string, AutoRemediationProps, string]>([
    ['an unknown remediation', { remediations: ['s3-nothing'] }, 'there is no remediation "s3-nothing"'],
    ['a named one without settings', { remediations: ['cloudtrail-trail-weakened'] }, 'needs the settings trailArn'],
    ['an unknown setting', { settings: { 's3-bucket-public-access': { x: 'y' } } }, 'has no setting x; it takes none'],
    ['Regions without its own', { regions: ['eu-west-1'] }, 'regions must contain eu-central-1'],
    [
      'a qualifier that fits no name',
      { qualifier: 'Too-Long-Qualifier' },
      'got "Too-Long-Qualifier" (Test/Remediation)',
    ],
  ])('refuses %s', (_, props, message) => {
    expect(() => stackOf(props)).toThrow(message);
  });
});

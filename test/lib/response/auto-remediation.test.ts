import { App, Aws, aws_iam as iam, aws_sns as sns, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { DOORS, ENGINE_READS, FUNCTION_VARIABLES } from '../../../lambda/runtime/deployment/spec';
import { AutoRemediation, type AutoRemediationProps, IacManaged, RemediationMode } from '../../../lib';
import { flatten, listOf } from '../../../lib/private/template-values';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';

const env = { account: '123456789012', region: 'eu-central-1' };
const TRAIL: Readonly<Record<string, string>> = {
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

/** What each remediation needs of the deployment, so that all are deployed. */
const settings = Object.fromEntries(
  REMEDIATIONS.map((spec) => [
    spec.id,
    Object.fromEntries((spec.settings ?? []).map((name) => [name, TRAIL[name] ?? 'x'])),
  ]),
);
const template = Template.fromStack(stackOf({ settings }));
type Role = {
  Properties: { Path?: string; RoleName?: string; Policies: Array<{ PolicyDocument: { Statement: Statement[] } }> };
};
type Statement = {
  Action: string | string[];
  Resource: unknown;
  Effect: string;
  Condition?: Record<string, Record<string, Record<string, string[]>>>;
};
const roles = Object.values(template.findResources('AWS::IAM::Role')) as Role[];

/** Statements of a policy that a template holds as text, with references in angle brackets. */
function policyText(document: unknown): unknown {
  return JSON.parse(flatten(document)).Statement;
}

const roleOf = (name: string) => roles.find(({ Properties }) => Properties.RoleName === name);
const actionsOf = (name: string) =>
  [
    ...new Set(
      roleOf(name)?.Properties.Policies.flatMap(({ PolicyDocument }) =>
        PolicyDocument.Statement.flatMap(({ Action }) => Action),
      ),
    ),
  ].sort();

/** Of every function: takes its messages, writes its log, reports. */
const OF_EACH = [
  'events:PutEvents',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
  'sts:AssumeRole',
];

describe('AutoRemediation', () => {
  test.each(REMEDIATIONS.map((spec) => [spec.id, spec] as const))(
    'gives %s a role that repairs, and one that undoes where that can be, with exactly what its spec declares',
    (id, spec) => {
      const declared = (phase: 'write' | 'undo') =>
        [...new Set((spec.permissions[phase] ?? []).flatMap((permission) => permission.actions))].sort();
      expect(actionsOf(`bulwark-main-${id}`)).toEqual(declared('write'));
      expect(roleOf(`bulwark-main-${id}`)?.Properties.Path).toBe(
        `/bulwark/main/${spec.disruptive ? 'disruptive' : 'tighten'}/`,
      );
      expect(actionsOf(`bulwark-main-${id}-undo`)).toEqual(declared('undo'));
      expect(roleOf(`bulwark-main-${id}-undo`)?.Properties.Path).toBe(
        spec.permissions.undo === undefined ? undefined : '/bulwark/main/loosen/',
      );
    },
  );

  test('reads with one role for all, which can change nothing', () => {
    expect(roles.filter((role) => role.Properties.Path === '/bulwark/main/read/')).toHaveLength(1);
    const actions = actionsOf('bulwark-main-read');
    expect(actions.filter((action) => !/:(Get|Describe|List|Select|BatchGet|Lookup)/.test(action))).toEqual([]);
    const declared = REMEDIATIONS.flatMap(({ permissions }) => [...permissions.read, ...(permissions.list ?? [])]);
    const needed = [
      ...declared.flatMap((permission) => permission.actions),
      ...ENGINE_READS.map(({ action }) => action),
    ];
    expect(needed.filter((action) => !actions.includes(action))).toEqual([]);
    expect(actions.filter((action) => !(needed as string[]).includes(action))).toEqual([]);
  });

  test.each([
    [
      'responder',
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'securityhub:BatchUpdateFindings',
        'ssm:GetParametersByPath',
      ],
    ],
    [
      'approved',
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'ssm:GetParametersByPath'],
    ],
    ['undo', ['dynamodb:GetItem', 'dynamodb:UpdateItem']],
    ['sweeper', ['dynamodb:Query', 'dynamodb:UpdateItem', 'sqs:SendMessage']],
  ])('gives the %s no right to change anything by itself but what it writes down, sends and tells', (door, more) => {
    expect(actionsOf(`bulwark-main-${door}`)).toEqual([...OF_EACH, ...more].sort());
  });

  test('runs one bundle behind four doors, each with a queue, a role and an entry of its own', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties,
    );
    expect(functions.map(({ Handler }) => Handler as string).sort()).toEqual(
      DOORS.map((door) => `${door}.handler`).sort(),
    );
    expect(new Set(functions.map(({ Code }) => JSON.stringify(Code))).size).toBe(1);
    expect(new Set(functions.map(({ Role }) => JSON.stringify(Role))).size).toBe(4);
    const queueOf = ({ Environment }: (typeof functions)[number]) => Environment.Variables.BULWARK_QUEUE.Ref as string;
    const [responder] = functions.filter(({ Handler }) => Handler === 'responder.handler').map(queueOf);
    expect(new Set(functions.map(queueOf)).size).toBe(4);
    for (const { Environment } of functions) {
      expect(Object.keys(Environment.Variables as object).sort()).toEqual([...FUNCTION_VARIABLES].sort());
      expect(Environment.Variables.BULWARK_SIGNAL_QUEUE).toEqual({ Ref: responder });
    }
    const mapped = Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).map(({ Properties }) => [
      Properties.FunctionResponseTypes,
      Properties.EventSourceArn['Fn::GetAtt'][0] as string,
    ]);
    expect(mapped).toHaveLength(4);
    for (const [types] of mapped) expect(types).toEqual(['ReportBatchItemFailures']);
    expect(mapped.map(([, queue]) => queue).sort()).toEqual(functions.map(queueOf).sort());
  });

  describe('in PROPOSE under another qualifier', () => {
    const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
    const made = new AutoRemediation(stack, 'Remediation', {
      qualifier: 'blue',
      mode: RemediationMode.PROPOSE,
      modes: { 's3-bucket-public-access': RemediationMode.OBSERVE },
      adoptExisting: ['all'],
      iacManaged: IacManaged.PROPOSE,
      changeCap: 5,
      sweepInterval: Duration.hours(1),
    });
    const own = Template.fromStack(stack);
    const parameters = Object.values(own.findResources('AWS::SSM::Parameter')).map(({ Properties }) => Properties);

    test('deploys a parameter for each switch, and leaves those of people alone', () => {
      expect(made.settingsPath).toBe('/bulwark/blue/response');
      const values = parameters.map(({ Name, Value }) => [Name as string, Value] as const);
      expect(Object.fromEntries(values.filter(([name]) => name.startsWith(made.settingsPath)))).toEqual({
        '/bulwark/blue/response/deployed/mode': 'PROPOSE',
        '/bulwark/blue/response/deployed/mode/s3-bucket-public-access': 'OBSERVE',
        '/bulwark/blue/response/deployed/adopt-existing': 'true',
        '/bulwark/blue/response/deployed/iac-managed': 'PROPOSE',
        '/bulwark/blue/response/deployed/cap': '5',
      });
      for (const { Name, Description } of parameters.filter(({ Name }) => /deployed\/\w/.test(Name as string))) {
        expect(Description).toContain((Name as string).replace('/deployed/', '/override/'));
        expect(Description).toContain('/bulwark/blue/response/kill-switch');
      }
    });

    test('lets the functions that change something read their switches, and no others', () => {
      const granted = Object.values(own.findResources('AWS::IAM::Role')).flatMap(({ Properties }) =>
        (policyText(Properties.Policies[0].PolicyDocument) as Statement[])
          .filter(({ Action }) => [Action].flat().includes('ssm:GetParametersByPath'))
          .map(({ Resource }) => [Properties.RoleName as string, flatten(Resource)]),
      );
      const tree = 'arn:<AWS::Partition>:ssm:eu-central-1:123456789012:parameter/bulwark/blue/response';
      expect(granted.sort()).toEqual([
        ['bulwark-blue-approved', tree],
        ['bulwark-blue-responder', tree],
      ]);
    });

    test('tells the command line where things are', () => {
      const [facts] = parameters.filter(({ Name }) => Name === '/bulwark/blue/deployment');
      expect(JSON.parse(flatten(facts?.Value))).toMatchObject({
        account: '123456789012',
        region: 'eu-central-1',
        accounts: ['123456789012'],
        regions: ['eu-central-1'],
        ledger: '<BulwarkLedgerBlue>',
        queues: { approvals: expect.stringMatching(/Approved/), orders: expect.stringMatching(/Undo/) },
        remediations: made.remediations,
      });
    });

    test('sweeps as often as it is told', () => {
      own.hasResourceProperties('AWS::Events::Rule', {
        ScheduleExpression: 'rate(1 hour)',
        Targets: [Match.objectLike({ Id: 'sweeper', Input: '{"start":{}}' })],
      });
      template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(6 hours)' });
    });
  });

  describe('tells', () => {
    const told = (part: string) => {
      const found = Object.entries(template.findResources('AWS::Events::Rule')).filter(([id]) => id.includes(part));
      expect(found).toHaveLength(1);
      const [rule] = found.map(([, { Properties }]) => ({
        pattern: Properties.EventPattern as object,
        bus: Properties.EventBusName as unknown,
        topic: Properties.Targets[0].Arn.Ref as string,
        template: Properties.Targets[0].InputTransformer.InputTemplate as string,
        paths: Properties.Targets[0].InputTransformer.InputPathsMap as object,
      }));
      return rule;
    };

    test.each([
      ['ToPeople', /ReportTopic/, { source: ['cdk-bulwark'], detail: { notify: [true] } }],
      [
        'ExemptionChanged',
        /Alarms/,
        { source: ['cdk-bulwark'], detail: { signal: { cause: ['exempt', 'revoke', 'undo'] } } },
      ],
      ['GuardCap', /Alarms/, { source: ['cdk-bulwark'], detail: { guard: ['cap'] } }],
      ['GuardFlap', /Alarms/, { source: ['cdk-bulwark'], detail: { guard: ['flap'] } }],
    ])('by %s what is reported', (id, topic, pattern) => {
      const rule = told(id);
      expect(rule).toMatchObject({ pattern, bus: { Ref: 'ResponseMainReportBus' } });
      expect(rule?.topic).toMatch(topic);
    });

    test('of every change of a switch, whoever made it, from the default bus', () => {
      const rule = told('SwitchChanged');
      const name = [{ prefix: '/bulwark/main/response/' }];
      expect(rule).toMatchObject({
        bus: undefined,
        topic: expect.stringMatching(/Alarms/),
        pattern: {
          source: ['aws.ssm'],
          detail: {
            eventName: ['PutParameter', 'DeleteParameter', 'DeleteParameters'],
            $or: [{ requestParameters: { name } }, { requestParameters: { names: name } }],
          },
        },
      });
    });

    test.each(['ToPeople', 'SwitchChanged', 'ExemptionChanged', 'GuardCap', 'GuardFlap'])(
      'by %s in lines that name nothing but what they were given, and how to answer',
      (id) => {
        const { template: text = '', paths = {} } = told(id) ?? {};
        const used = [...text.matchAll(/<(\w+)>/g)].map((match) => match[1]);
        expect([...new Set(used)].sort()).toEqual(Object.keys(paths).sort());
        expect(text).toContain('Answer: ');
        for (const line of text.split('\n')) expect(JSON.parse(line)).toEqual(expect.any(String));
      },
    );

    test('topics that let in exactly the rules that publish to them, and CloudWatch', () => {
      const publishers = Object.entries(template.findResources('AWS::Events::Rule')).flatMap(([id, { Properties }]) =>
        (Properties.Targets as Array<{ Id: string; Arn: { Ref: string } }>)
          .filter((target) => target.Id === 'topic')
          .map((target) => `${target.Arn.Ref} ${id}`),
      );
      const admitted = Object.values(template.findResources('AWS::SNS::TopicPolicy')).flatMap(({ Properties }) =>
        (Properties.PolicyDocument.Statement as Statement[])
          .map(({ Condition }) => Condition?.ArnEquals?.['aws:SourceArn']?.['Fn::GetAtt']?.[0])
          .filter((rule) => rule !== undefined)
          .map((rule) => `${Properties.Topics[0].Ref} ${rule}`),
      );
      expect(admitted.sort()).toEqual(publishers.sort());
      expect(publishers.length).toBe(5);
    });
  });

  test.each([
    ['grantApprove', 'Approved'],
    ['grantUndo', 'Undo'],
    ['grantSweep', 'Sweeper'],
  ] as const)('%s lets somebody send to one queue, and nothing more', (grant, queue) => {
    const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
    const made = new AutoRemediation(stack, 'Remediation');
    made[grant](new iam.Role(stack, 'Person', { assumedBy: new iam.AccountRootPrincipal() }));
    const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const statements = policyText(policy?.Properties.PolicyDocument) as Statement[];
    expect(statements).toHaveLength(1);
    expect(statements[0]?.Action).toEqual(['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl']);
    expect(flatten(statements[0]?.Resource)).toMatch(new RegExp(`^<RemediationHub${queue}Queue\\w+\\.Arn>$`));
  });

  test('grantView lets somebody see what is going on, and change nothing', () => {
    const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
    const made = new AutoRemediation(stack, 'Remediation');
    made.grantView(new iam.Role(stack, 'Person', { assumedBy: new iam.AccountRootPrincipal() }));
    const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const statements = policyText(policy?.Properties.PolicyDocument) as Statement[];
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions).toEqual(expect.arrayContaining(['dynamodb:Query', 'ssm:GetParameter', 'ssm:GetParametersByPath']));
    expect(actions).toEqual(expect.arrayContaining(['logs:FilterLogEvents', 'sqs:GetQueueAttributes']));
    expect(
      actions.filter((action) => !/:(Get|BatchGet|Describe|Query|Scan|ConditionCheck|Filter)/.test(action)),
    ).toEqual([]);
  });

  test('grantSwitch lets somebody write what is theirs, and nothing that was deployed', () => {
    const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
    const made = new AutoRemediation(stack, 'Remediation');
    made.grantSwitch(new iam.Role(stack, 'Person', { assumedBy: new iam.AccountRootPrincipal() }));
    const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const [statement] = policyText(policy?.Properties.PolicyDocument) as Statement[];
    expect(statement?.Action).toEqual(['ssm:PutParameter', 'ssm:DeleteParameter']);
    const root = 'arn:<AWS::Partition>:ssm:eu-central-1:123456789012:parameter/bulwark/main/response';
    expect([statement?.Resource].flat().map(flatten)).toEqual([`${root}/override/*`, `${root}/kill-switch`]);
  });

  test('grantRedrive lets somebody move what is parked, and send it back to every queue', () => {
    const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
    const made = new AutoRemediation(stack, 'Remediation');
    made.grantRedrive(new iam.Role(stack, 'Person', { assumedBy: new iam.AccountRootPrincipal() }));
    const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const statements = policyText(policy?.Properties.PolicyDocument) as Statement[];
    expect(statements[0]?.Action).toEqual(expect.arrayContaining(['sqs:StartMessageMoveTask', 'sqs:ReceiveMessage']));
    expect(statements.filter(({ Action }) => Action.includes('sqs:SendMessage'))).toHaveLength(4);
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

  test('shares topics between two qualifiers, with a statement of its own for each rule', () => {
    const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
    const topic = new sns.Topic(stack, 'Topic');
    for (const qualifier of ['main', 'blue']) {
      new AutoRemediation(stack, qualifier, { qualifier, alarmTopic: topic, reportTopic: topic });
    }
    const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::SNS::TopicPolicy'));
    const ids = listOf(policy?.Properties.PolicyDocument.Statement).map(
      (statement) => (statement as { Sid: string }).Sid,
    );
    expect(ids).toHaveLength(10);
    expect(new Set(ids).size).toBe(10);
    for (const id of ids) expect(id).toMatch(/^Rule\w+$/);
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
    // Three ends of the line, and the age of what waits at each door.
    template.resourceCountIs('AWS::CloudWatch::Alarm', 3 + DOORS.length);
  });

  test('says redrive where SQS can do it, which is where queues park their messages, and nowhere else', () => {
    const queues = Object.values(template.findResources('AWS::SQS::Queue'));
    const parks = queues.flatMap(({ Properties }) => {
      const arn = Properties.RedrivePolicy?.deadLetterTargetArn as { 'Fn::GetAtt': string[] } | undefined;
      return arn === undefined ? [] : [arn['Fn::GetAtt'][0]];
    });
    expect(parks).toHaveLength(4);
    expect(new Set(parks).size).toBe(1);
    const told = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .filter(({ Properties }) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(({ Properties }) => {
        const queue = Properties.Dimensions[0].Value['Fn::GetAtt'][0] as string;
        return [parks.includes(queue), /`bulwark redrive` puts it back/.test(Properties.AlarmDescription)];
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

  test.each([
    ['signal', 'Responder'],
    ['approval', 'Approved'],
    ['order', 'Undo'],
    ['sweep', 'Sweeper'],
  ])('has an alarm on a %s that nobody takes', (message, door) => {
    const queue = Object.keys(template.findResources('AWS::SQS::Queue')).find((id) => id.includes(`Hub${door}Queue`));
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp(`^One ${message} .*of the ${door.toLowerCase()} function`),
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

  test('refuses settings that do not fit into the environment of a function, and names the longest', () => {
    const selectors = JSON.stringify(Array.from({ length: 100 }, (_, index) => ({ name: `selector-number-${index}` })));
    const long = { ...TRAIL, eventSelectors: selectors };
    expect(() => stackOf({ settings: { 'cloudtrail-trail-weakened': long } })).toThrow(
      /must fit into the 4096 bytes .* got about \d{4,} \(Test\/Remediation\/Hub\).* the longest setting is eventSelectors of cloudtrail-trail-weakened/,
    );
    // What only a deployment tells counts as well.
    const arns = Fn.join(
      '',
      Array.from({ length: 60 }, () => Aws.STACK_ID),
    );
    const unknown = { ...TRAIL, eventSelectors: arns };
    expect(() => stackOf({ settings: { 'cloudtrail-trail-weakened': unknown } })).toThrow(
      'must fit into the 4096 bytes',
    );
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
      'a sweep of half an hour',
      { sweepInterval: Duration.minutes(30) },
      'sweepInterval must be whole hours, got 30 minutes',
    ],
    ['a sweep of an hour and a half', { sweepInterval: Duration.minutes(90) }, 'sweepInterval must be whole hours'],
    ['a cap that is none', { changeCap: -1 }, 'changeCap must be a whole number'],
    ['a folder that is not there', { modules: '/nowhere' }, 'modules must be a folder of bundled units, got /nowhere'],
    [
      'a qualifier that fits no name',
      { qualifier: 'Too-Long-Qualifier' },
      'got "Too-Long-Qualifier" (Test/Remediation)',
    ],
  ])('refuses %s', (_, props, message) => {
    expect(() => stackOf(props)).toThrow(message);
  });
});

import {
  ArnFormat,
  aws_events as events,
  aws_iam as iam,
  type aws_kms as kms,
  aws_logs as logs,
  type aws_sns as sns,
  type aws_sqs as sqs,
  aws_ssm as ssm,
  Duration,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  type DeploymentFacts,
  type Door,
  deploymentParameter,
  KILL_SWITCH,
  REPORT_SOURCE,
  readRole,
  repairRole,
  roleArn,
  settingsPath,
  undoRole,
} from '../../lambda/runtime/deployment/spec';
import { switchChanged } from '../detection/event-alarms';
import { acknowledgeWildcards } from '../private/acknowledge-wildcards';
import { letRulePublish, topicOf } from '../private/alarm-topic';
import { DeadLetterQueue } from '../private/dead-letter-queue';
import { type FunctionCode, functionCode, packageVersion } from '../private/function-code';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';
import { checkEnvironment } from './environment-size';
import type { Ledger } from './ledger';
import type { ActiveRemediation, DeployedSettings } from './remediation-settings';
import { ATTEMPTS, ResponseFunction, type ResponseFunctionProps } from './response-function';
import { signalBusName } from './signal-rules';

/** @internal */
export interface ResponseHubProps {
  readonly qualifier?: string;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly remediations: readonly ActiveRemediation[];
  /** Folder of the consumer's own units. */
  readonly modules?: string;
  readonly ledger: Ledger;
  readonly encryptionKey?: kms.IKey;
  readonly settings: DeployedSettings;
  readonly sweepInterval: Duration;
  readonly alarmTopic: sns.ITopic;
  readonly reportTopic?: sns.ITopic;
}

/** What each door is for, and how much of it there may be at a time. */
const DOOR_SHAPES = {
  responder: {
    description:
      'Turns signals into repairs, one narrowed role session at a time; holds no right to change anything itself',
    message: 'signal',
    batchSize: 10,
    concurrency: 10,
  },
  approved: {
    description: 'Carries out exactly the plans that a person approved',
    message: 'approval',
    batchSize: 1,
    concurrency: 2,
  },
  undo: {
    description: 'Takes repairs back and keeps exemptions, when a person says so',
    message: 'order',
    batchSize: 1,
    concurrency: 2,
  },
  sweeper: {
    description: 'Lists resources and hands them to the responder, because events can be lost',
    message: 'sweep',
    batchSize: 1,
    concurrency: 2,
  },
} as const satisfies Record<Door, Pick<ResponseFunctionProps, 'description' | 'message' | 'batchSize' | 'concurrency'>>;

/**
 * What runs: signal bus → queue → responder → report bus, and the doors for people and for the sweep. Deployed once, in the
 * security account or in the only one.
 *
 * @internal
 */
export class ResponseHub extends Construct {
  public readonly signalBus: events.EventBus;
  public readonly reportBus: events.EventBus;
  public readonly reportTopic: sns.ITopic;
  public readonly doors: Readonly<Record<Door, ResponseFunction>>;
  public readonly deadLetters: DeadLetterQueue;
  private readonly qualifier: string;
  private readonly undelivered: DeadLetterQueue;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ResponseHubProps,
  ) {
    super(scope, id);
    this.qualifier = checkedQualifier(this, props.qualifier);
    const { qualifier } = this;
    const { alarmTopic } = props;
    const pinned = `Response${inId(qualifier)}`;

    this.signalBus = new events.EventBus(this, 'Signals', { eventBusName: signalBusName(qualifier) });
    pin(this.signalBus, `${pinned}SignalBus`);
    this.signalBus.archive('Archive', {
      description: 'Signals as they came, for replay after a failure',
      retention: Duration.days(90),
      eventPattern: { account: [...props.accounts] },
    });
    this.reportBus = new events.EventBus(this, 'Reports', { eventBusName: `bulwark-${qualifier}-reports` });
    pin(this.reportBus, `${pinned}ReportBus`);

    this.deadLetters = new DeadLetterQueue(this, 'Failed', {
      meaning: `A signal, an order or a sweep failed ${ATTEMPTS} times and was parked. The function's log tells why; once the cause is mended, \`bulwark redrive\` puts it back. Drift that is old by then is proposed, not repaired.`,
      alarmTopic,
      ofQueue: true,
    });
    this.undelivered = new DeadLetterQueue(this, 'Undelivered', {
      meaning:
        'Signals or reports did not reach their target inside the hub. SQS cannot redrive what event rules parked: once the cause is mended, replay the archive of the signal bus for that time, or sweep. Drift that is old by then is proposed, not repaired. A lost report stands in the queue in full.',
      alarmTopic,
    });

    const code = functionCode(this, 'response', props.modules);
    this.doors = {
      responder: this.open('responder', code),
      approved: this.open('approved', code),
      undo: this.open('undo', code),
      sweeper: this.open('sweeper', code),
    };
    this.letThrough();
    checkEnvironment(this, Object.values(this.doors), props.remediations);
    this.queueSignals();
    this.keepHistory(props.ledger.history);
    this.reportTopic = this.tellPeople();
    this.alarmChanges();
    this.sweepRegularly();
    this.deploySettings();
    this.describe();
  }

  private open(door: Door, code: FunctionCode): ResponseFunction {
    const { accounts, regions, ledger, remediations, encryptionKey, alarmTopic } = this.props;
    const stack = Stack.of(this);
    return new ResponseFunction(this, inId(door), {
      qualifier: this.qualifier,
      door,
      code,
      deadLetters: this.deadLetters.queue,
      alarmTopic,
      encryptionKey,
      ...DOOR_SHAPES[door],
      variables: {
        BULWARK_QUALIFIER: this.qualifier,
        BULWARK_HUB_ACCOUNT: stack.account,
        BULWARK_ACCOUNTS: accounts.join(','),
        BULWARK_REGIONS: regions.join(','),
        BULWARK_LEDGER: ledger.table.tableName,
        BULWARK_REPORT_BUS: this.reportBus.eventBusArn,
        BULWARK_PARTITION: stack.partition,
        BULWARK_REMEDIATIONS: stack.toJsonString(
          Object.fromEntries(remediations.map(({ spec, settings }) => [spec.id, settings])),
        ),
      },
    });
  }

  /** What each door may do. None may change anything by itself; what they may take is all that tells them apart. */
  private letThrough(): void {
    const { accounts, regions, remediations, ledger } = this.props;
    const stack = Stack.of(this);
    const rolesOf = (roles: ReturnType<typeof readRole>[]) =>
      accounts.flatMap((account) => roles.map((role) => roleArn(stack.partition, account, role)));
    const repairs = (disruptive: boolean) =>
      remediations
        .filter(({ spec }) => spec.disruptive === disruptive)
        .map(({ spec }) => repairRole(this.qualifier, spec.id, disruptive));
    const undos = remediations
      .filter(({ spec }) => spec.permissions.undo !== undefined)
      .map(({ spec }) => undoRole(this.qualifier, spec.id));
    const read = readRole(this.qualifier);
    const { responder, approved, undo, sweeper } = this.doors;
    responder.allow('TakeRolesThatTighten', ['sts:AssumeRole'], rolesOf([read, ...repairs(false)]));
    approved.allow('TakeRolesThatRepair', ['sts:AssumeRole'], rolesOf([read, ...repairs(false), ...repairs(true)]));
    undo.allow('TakeRolesThatLoosen', ['sts:AssumeRole'], rolesOf([read, ...undos]));
    sweeper.allow('TakeTheReadRole', ['sts:AssumeRole'], rolesOf([read]));

    const table = [ledger.table.tableArn];
    // A transaction asks for the actions that it is made of.
    responder.allow(
      'Remember',
      ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      table,
    );
    approved.allow(
      'Remember',
      ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      table,
    );
    undo.allow('Remember', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], table);
    sweeper.allow('Remember', ['dynamodb:Query', 'dynamodb:UpdateItem'], table);
    for (const door of Object.values(this.doors)) {
      door.allow('Report', ['events:PutEvents'], [this.reportBus.eventBusArn]);
      door.handTo(responder.queue);
    }
    const parameters = stack.formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: settingsPath(this.qualifier).slice(1),
    });
    for (const door of [responder, approved]) door.allow('ReadSettings', ['ssm:GetParametersByPath'], [parameters]);
    sweeper.allow('HandOver', ['sqs:SendMessage'], [responder.queue.queueArn, sweeper.queue.queueArn]);
    responder.allow(
      'TellSecurityHub',
      ['securityhub:BatchUpdateFindings'],
      regions.flatMap((region) =>
        ['hub', 'hubv2'].map((resource) =>
          stack.formatArn({
            service: 'securityhub',
            region,
            resource,
            resourceName: resource === 'hub' ? 'default' : '*',
          }),
        ),
      ),
    );
    acknowledgeWildcards(
      responder.role.node.defaultChild as iam.CfnRole,
      'the current Security Hub gives its hub an id of its own; there is one in an account and Region',
    );
  }

  private queueSignals(): void {
    const { queue } = this.doors.responder;
    const toQueue = new events.CfnRule(this, 'ToQueue', {
      eventBusName: this.signalBus.eventBusName,
      description: 'Queues every signal for the responder',
      // Anybody with events:PutEvents on the bus could forge a signal; AWS lets no customer send as a source of its own.
      eventPattern: { account: this.props.accounts, source: [{ prefix: 'aws.' }] },
      targets: [{ id: 'queue', arn: queue.queueArn, deadLetterConfig: { arn: this.undelivered.queue.queueArn } }],
    });
    letRuleSend(toQueue, queue, this.undelivered.queue);
  }

  /**
   * Written in CloudFormation's own types: the L2 target deploys a function with broad rights only to set one policy.
   * The target's ARN goes without the `:*` that CloudWatch Logs appends, with which EventBridge delivers nothing.
   */
  private keepHistory(history: logs.ILogGroup): void {
    const arn = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: history.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const rule = new events.CfnRule(this, 'ToHistory', {
      eventBusName: this.reportBus.eventBusName,
      description: 'Keeps every decision searchable',
      eventPattern: { source: [REPORT_SOURCE] },
      targets: [{ id: 'history', arn, deadLetterConfig: { arn: this.undelivered.queue.queueArn } }],
    });
    // "CloudWatch Logs permissions" of EventBridge's guide: streams are made without a source, hence no condition on that.
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    const principals = ['events.amazonaws.com', 'delivery.logs.amazonaws.com'].map(
      (name) => new iam.ServicePrincipal(name),
    );
    const resources = [history.logGroupArn];
    // Stands here rather than at the log group, whose stack would otherwise wait for this one. Named, because the CDK's
    // own name is alike in two deployments of one app, and the later would take the policy over.
    const policy = new logs.ResourcePolicy(this, 'HistoryPolicy', {
      resourcePolicyName: `bulwark-${this.qualifier}-history`,
      policyStatements: [
        new iam.PolicyStatement({ actions: ['logs:CreateLogStream'], principals, resources }),
        new iam.PolicyStatement({
          actions: ['logs:PutLogEvents'],
          principals,
          resources,
          conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
        }),
      ],
    });
    pin(
      policy.node.findChild('ResourcePolicy') as logs.CfnResourcePolicy,
      `Response${inId(this.qualifier)}HistoryPolicy`,
    );
    letRuleSend(rule, this.undelivered.queue);
  }

  /** Every decision that a person may want to answer goes to one topic, with the line that answers it. */
  private tellPeople(): sns.ITopic {
    const topic = topicOf(this, 'ReportTopic', this.props.reportTopic);
    this.notify('ToPeople', topic, {
      description: 'Tells people what was repaired, proposed or seen, with the line that answers it',
      eventPattern: { source: [REPORT_SOURCE], detail: { notify: [true] } },
      paths: {
        outcome: '$.detail.outcome',
        title: '$.detail.title',
        reason: '$.detail.reason',
        resource: '$.detail.resourceArn',
        account: '$.detail.account',
        region: '$.detail.region',
        actor: '$.detail.actor',
        cause: '$.detail.signal.cause',
        answer: '$.detail.answer',
        severity: '$.detail.severity',
      },
      lines: [
        '<severity> <outcome>: <title>',
        '<resource>',
        'account <account>, Region <region>',
        'by <actor> (<cause>)',
        'because <reason>',
        'Answer: <answer>',
      ],
    });
    return topic;
  }

  /** What changes the engine itself is told to the people who mind it: switches, exemptions, and guards that spoke. */
  private alarmChanges(): void {
    const { alarmTopic } = this.props;
    this.notify('SwitchChanged', alarmTopic, {
      description: 'Tells when somebody changes a switch of automatic repair',
      bus: 'default',
      eventPattern: switchChanged.pattern(this.qualifier),
      paths: {
        event: '$.detail.eventName',
        name: '$.detail.requestParameters.name',
        names: '$.detail.requestParameters.names',
        actor: '$.detail.userIdentity.arn',
        time: '$.detail.eventTime',
      },
      lines: [
        `${switchChanged.priority}: a switch of automatic repair was changed: <name><names>`,
        '<event> by <actor> at <time>',
        `Answer: aws ssm get-parameters-by-path --recursive --path ${settingsPath(this.qualifier)}`,
      ],
    });
    this.notify('ExemptionChanged', alarmTopic, {
      description: 'Tells when an exemption is written, ended or over',
      eventPattern: { source: [REPORT_SOURCE], detail: { signal: { cause: ['exempt', 'revoke', 'undo'] } } },
      paths: {
        title: '$.detail.title',
        resource: '$.detail.resourceArn',
        reason: '$.detail.reason',
        actor: '$.detail.actor',
        answer: '$.detail.answer',
      },
      lines: ['P2: <title>: <resource>', 'by <actor>: <reason>', 'Answer: <answer>'],
    });
    for (const [guard, priority, text] of [
      ['cap', 'P0', 'As many changes were made as the cap allows; further drift is proposed'],
      ['flap', 'P1', 'A resource is being fought over; it is left as it is'],
    ] as const) {
      this.notify(`Guard${inId(guard)}`, alarmTopic, {
        description: `Tells when the ${guard} guard stops a repair`,
        eventPattern: { source: [REPORT_SOURCE], detail: { guard: [guard] } },
        paths: {
          resource: '$.detail.resourceArn',
          reason: '$.detail.reason',
          remediation: '$.detail.remediation',
          actor: '$.detail.actor',
          answer: '$.detail.answer',
        },
        lines: [
          `${priority}: ${text}`,
          '<remediation> of <resource>, set back by <actor>',
          '<reason>',
          'Answer: <answer>',
        ],
      });
    }
  }

  private notify(
    id: string,
    topic: sns.ITopic,
    given: {
      readonly description: string;
      readonly bus?: 'default';
      readonly eventPattern: object;
      readonly paths: Record<string, string>;
      /** Each becomes a line of text. */
      readonly lines: readonly string[];
    },
  ): void {
    const rule = new events.CfnRule(this, id, {
      ...(given.bus === undefined && { eventBusName: this.reportBus.eventBusName }),
      description: given.description,
      eventPattern: given.eventPattern,
      targets: [
        {
          id: 'topic',
          arn: topic.topicArn,
          inputTransformer: {
            inputPathsMap: given.paths,
            inputTemplate: given.lines.map((line) => JSON.stringify(line)).join('\n'),
          },
          deadLetterConfig: { arn: this.undelivered.queue.queueArn },
        },
      ],
    });
    letRulePublish(topic, rule);
    letRuleSend(rule, this.undelivered.queue);
  }

  private sweepRegularly(): void {
    const { queue } = this.doors.sweeper;
    const rule = new events.CfnRule(this, 'Sweep', {
      description: 'Looks at every resource from time to time, because events can be lost',
      scheduleExpression: `rate(${this.props.sweepInterval.toHours()} ${this.props.sweepInterval.toHours() === 1 ? 'hour' : 'hours'})`,
      targets: [
        {
          id: 'sweeper',
          arn: queue.queueArn,
          input: JSON.stringify({ start: {} }),
          deadLetterConfig: { arn: this.undelivered.queue.queueArn },
        },
      ],
    });
    letRuleSend(rule, queue, this.undelivered.queue);
  }

  private deploySettings(): void {
    const root = settingsPath(this.qualifier);
    for (const [name, value] of Object.entries(this.props.settings)) {
      const parameter = new ssm.CfnParameter(this, `Setting-${name}`, {
        name: `${root}/deployed/${name}`,
        type: 'String',
        value,
        description: `As deployed; CloudFormation may write it again at any update. To switch by hand, write ${root}/override/${name}, which counts before it. ${root}/${KILL_SWITCH} with any value but OFF stops everything.`,
      });
      pin(
        parameter,
        `Response${inId(this.qualifier)}Setting${name.replaceAll(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, __, letter: string) => letter.toUpperCase())}`,
      );
    }
  }

  private describe(): void {
    const stack = Stack.of(this);
    const { responder, approved, undo, sweeper } = this.doors;
    const facts: DeploymentFacts = {
      version: packageVersion(),
      account: stack.account,
      region: stack.region,
      accounts: this.props.accounts,
      regions: this.props.regions,
      ledger: this.props.ledger.table.tableName,
      history: this.props.ledger.history.logGroupName,
      queues: {
        signals: responder.queue.queueUrl,
        approvals: approved.queue.queueUrl,
        orders: undo.queue.queueUrl,
        sweeps: sweeper.queue.queueUrl,
      },
      deadLetters: this.deadLetters.queue.queueArn,
      logs: {
        responder: responder.log.logGroupName,
        approved: approved.log.logGroupName,
        undo: undo.log.logGroupName,
        sweeper: sweeper.log.logGroupName,
      },
      remediations: this.props.remediations.map(({ spec }) => spec.id),
    };
    const parameter = new ssm.CfnParameter(this, 'Deployment', {
      name: deploymentParameter(this.qualifier),
      type: 'String',
      value: stack.toJsonString(facts),
      description: 'Tells the command line where things are',
    });
    pin(parameter, `Response${inId(this.qualifier)}Deployment`);
  }
}

/** Lets one event rule, and no other, send to queues. */
function letRuleSend(rule: events.CfnRule, ...queues: sqs.Queue[]): void {
  for (const queue of queues) {
    queue.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['sqs:SendMessage'],
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        resources: [queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
      }),
    );
  }
}

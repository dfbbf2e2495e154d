import {
  ArnFormat,
  aws_cloudwatch as cloudwatch,
  aws_events as events,
  aws_iam as iam,
  type aws_kms as kms,
  aws_lambda as lambda,
  aws_logs as logs,
  type aws_sns as sns,
  aws_sqs as sqs,
  aws_ssm as ssm,
  Duration,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  modeOverride,
  modeParameter,
  REPORT_SOURCE,
  type ResponderVariables,
  readRole,
  responderRole,
  roleArn,
  tightenRole,
} from '../../lambda/runtime/deployment/spec';
import { tell } from '../private/alarm-topic';
import { DeadLetterQueue } from '../private/dead-letter-queue';
import { functionCode } from '../private/function-code';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';
import type { Ledger } from './ledger';
import type { ActiveRemediation, RemediationMode } from './remediation-settings';
import { signalBusName } from './signal-rules';

/** @internal */
export interface ResponseHubProps {
  readonly qualifier?: string;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly remediations: readonly ActiveRemediation[];
  readonly ledger: Ledger;
  readonly encryptionKey?: kms.IKey;
  readonly mode: RemediationMode;
  readonly alarmTopic: sns.ITopic;
}

/** How long one batch may take: ten signals at a time, each a handful of calls of at most 5 s. */
const TIMEOUT = Duration.seconds(60);

/** A signal is tried this often before it is parked. */
const ATTEMPTS = 4;

/** Nothing else tells that a mapping is disabled: its signals neither fail nor are undelivered, they only grow old. */
const LONGEST_WAIT = Duration.minutes(15);

/** SQS's own default, said because the alarm names it. */
const RETENTION = Duration.days(4);

/**
 * What runs: signal bus → queue → responder → report bus. Deployed once, in the security account or in the only one.
 *
 * @internal
 */
export class ResponseHub extends Construct {
  public readonly signalBus: events.EventBus;
  public readonly reportBus: events.EventBus;
  public readonly responder: lambda.CfnFunction;
  public readonly deadLetters: DeadLetterQueue;
  public readonly mode: ssm.StringParameter;
  public readonly modeOverrideName: string;

  public constructor(scope: Construct, id: string, props: ResponseHubProps) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    const { alarmTopic } = props;
    const pinned = `Response${inId(qualifier)}`;

    this.signalBus = new events.EventBus(this, 'Signals', { eventBusName: signalBusName(qualifier) });
    pin(this.signalBus, `${pinned}SignalBus`);
    this.signalBus.archive('Archive', {
      description: 'Signals as they came, for replay after a failure',
      retention: Duration.days(90),
      eventPattern: { account: [...props.accounts] },
    });

    this.deadLetters = new DeadLetterQueue(this, 'Failed', {
      meaning: `A signal failed ${ATTEMPTS} times and was parked. The responder's log tells why; redrive the queue once the cause is mended. Drift that is old by then is reported, not repaired.`,
      alarmTopic,
      ofQueue: true,
    });
    const queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      // Six times the timeout, as the Lambda guide asks, so that a message in work is not handed out again.
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount: ATTEMPTS },
    });
    const waiting = new cloudwatch.Alarm(this, 'Waiting', {
      alarmDescription: `A signal has waited for more than ${LONGEST_WAIT.toMinutes()} minutes: nobody takes it. Look whether the event source mapping is enabled and the responder throttled; after ${RETENTION.toDays()} days signals are lost.`,
      metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: LONGEST_WAIT.toSeconds(),
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    tell(alarmTopic, waiting);
    const undelivered = new DeadLetterQueue(this, 'Undelivered', {
      meaning:
        'Signals or reports did not reach their target inside the hub. SQS cannot redrive what event rules parked: once the cause is mended, replay the archive of the signal bus for that time. Drift that is old by then is reported, not repaired. A lost report stands in the queue in full.',
      alarmTopic,
    });
    const toQueue = new events.CfnRule(this, 'ToQueue', {
      eventBusName: this.signalBus.eventBusName,
      description: 'Queues every signal for the responder',
      // Anybody with events:PutEvents on the bus could forge a signal; AWS lets no customer send as a source of its own.
      eventPattern: { account: props.accounts, source: [{ prefix: 'aws.' }] },
      targets: [{ id: 'queue', arn: queue.queueArn, deadLetterConfig: { arn: undelivered.queue.queueArn } }],
    });
    letRuleSend(toQueue, queue, undelivered.queue);

    this.reportBus = new events.EventBus(this, 'Reports', { eventBusName: `bulwark-${qualifier}-reports` });
    pin(this.reportBus, `${pinned}ReportBus`);
    this.keepHistory(qualifier, props.ledger.history, undelivered.queue);

    // Only named here, never made: what a person switches off, no deployment may switch on again.
    this.modeOverrideName = modeOverride(qualifier);
    this.mode = new ssm.StringParameter(this, 'Mode', {
      parameterName: modeParameter(qualifier),
      description: `As deployed: ENFORCE repairs drift, OBSERVE only reports it, any other value changes nothing and raises the alarm. To switch, write ${this.modeOverrideName}, which counts instead while it is there: CloudFormation may write this one again at any update.`,
      stringValue: props.mode,
    });
    pin(this.mode, `${pinned}Mode`);

    this.responder = this.createResponder(qualifier, queue, props);
    new lambda.CfnEventSourceMapping(this, 'FromQueue', {
      functionName: this.responder.ref,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: 10 },
    });
  }

  /**
   * Written in CloudFormation's own types: the L2 target deploys a function with broad rights only to set one policy.
   * The target's ARN goes without the `:*` that CloudWatch Logs appends, with which EventBridge delivers nothing.
   */
  private keepHistory(qualifier: string, history: logs.ILogGroup, undelivered: sqs.Queue): void {
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
      targets: [{ id: 'history', arn, deadLetterConfig: { arn: undelivered.queueArn } }],
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
      resourcePolicyName: `bulwark-${qualifier}-history`,
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
    pin(policy.node.findChild('ResourcePolicy') as logs.CfnResourcePolicy, `Response${inId(qualifier)}HistoryPolicy`);
    letRuleSend(rule, undelivered);
  }

  private createResponder(qualifier: string, queue: sqs.IQueue, props: ResponseHubProps): lambda.CfnFunction {
    const stack = Stack.of(this);
    const variables: ResponderVariables = {
      BULWARK_QUALIFIER: qualifier,
      BULWARK_ACCOUNTS: props.accounts.join(','),
      BULWARK_REGIONS: props.regions.join(','),
      BULWARK_LEDGER: props.ledger.table.tableName,
      BULWARK_REPORT_BUS: this.reportBus.eventBusArn,
      BULWARK_MODE_PARAMETER: this.mode.parameterName,
      BULWARK_MODE_OVERRIDE: this.modeOverrideName,
      BULWARK_PARTITION: stack.partition,
      BULWARK_REMEDIATIONS: stack.toJsonString(
        Object.fromEntries(props.remediations.map(({ spec, settings }) => [spec.id, settings])),
      ),
    };
    const log = new logs.LogGroup(this, 'ResponderLog', {
      retention: logs.RetentionDays.ONE_YEAR,
      encryptionKey: props.encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const role = new iam.Role(this, 'ResponderRole', {
      path: responderRole(qualifier).path,
      roleName: responderRole(qualifier).name,
      description: 'Reads signals and takes the roles that tighten; holds no right to change anything itself',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Respond: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'TakeRolesThatTighten',
              actions: ['sts:AssumeRole'],
              resources: props.accounts.flatMap((account) => [
                roleArn(stack.partition, account, readRole(qualifier)),
                ...props.remediations
                  .filter(({ spec }) => !spec.disruptive)
                  .map(({ spec }) => roleArn(stack.partition, account, tightenRole(qualifier, spec.id))),
              ]),
            }),
            new iam.PolicyStatement({
              sid: 'TakeSignals',
              actions: [
                'sqs:ReceiveMessage',
                'sqs:DeleteMessage',
                'sqs:GetQueueAttributes',
                'sqs:ChangeMessageVisibility',
              ],
              resources: [queue.queueArn],
            }),
            new iam.PolicyStatement({
              sid: 'Remember',
              actions: ['dynamodb:UpdateItem'],
              resources: [props.ledger.table.tableArn],
            }),
            new iam.PolicyStatement({
              sid: 'Report',
              actions: ['events:PutEvents'],
              resources: [this.reportBus.eventBusArn],
            }),
            new iam.PolicyStatement({
              sid: 'ReadMode',
              actions: ['ssm:GetParameters'],
              resources: [
                this.mode.parameterArn,
                stack.formatArn({
                  service: 'ssm',
                  resource: 'parameter',
                  resourceName: this.modeOverrideName.slice(1),
                }),
              ],
            }),
            new iam.PolicyStatement({
              sid: 'Log',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [log.logGroupArn], // ends in :* by CloudWatch's own form, which stands for the streams of this one group
            }),
          ],
        }),
      },
    });
    pin(role, `Response${inId(qualifier)}ResponderRole`);
    // CloudFormation's own type: the L2 function brings in EC2 and more, a fifth of the time to synthesize the app.
    return new lambda.CfnFunction(this, 'Responder', {
      description: 'Turns signals into repairs, one narrowed role session at a time',
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      code: functionCode(this, 'responder'),
      memorySize: 512,
      timeout: TIMEOUT.toSeconds(),
      loggingConfig: { logGroup: log.logGroupName },
      role: role.roleArn,
      environment: { variables: { ...variables } },
    });
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

import {
  aws_cloudwatch as cloudwatch,
  aws_iam as iam,
  type aws_kms as kms,
  aws_lambda as lambda,
  aws_logs as logs,
  type aws_sns as sns,
  aws_sqs as sqs,
  Duration,
  RemovalPolicy,
  Tags,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type Door, doorRole, type FunctionVariables } from '../../lambda/runtime/deployment/spec';
import { RESPONSE_TAG } from '../controls';
import { acknowledgeOwn } from '../private/acknowledge';
import { tell } from '../private/alarm-topic';
import type { FunctionCode } from '../private/function-code';
import { inId, pin } from '../private/pin';

/** @internal */
export interface ResponseFunctionProps {
  readonly qualifier: string;
  readonly door: Door;
  readonly description: string;
  /** What a message of its queue is, in one word. */
  readonly message: string;
  readonly code: FunctionCode;
  /** Where messages go that failed every time. */
  readonly deadLetters: sqs.IQueue;
  /** Told when nobody takes a message. */
  readonly alarmTopic: sns.ITopic;
  readonly encryptionKey?: kms.IKey;
  /** Messages of one batch. */
  readonly batchSize: number;
  /** Batches at a time. */
  readonly concurrency: number;
  readonly variables: Omit<FunctionVariables, 'BULWARK_QUEUE' | 'BULWARK_SIGNAL_QUEUE'>;
}

/** How long one batch may take: ten signals at a time, each a handful of calls of at most 5 s. */
const TIMEOUT = Duration.seconds(60);

/** A message is tried this often before it is parked. */
export const ATTEMPTS = 5;

/** Nothing else tells that a mapping is disabled: its messages neither fail nor are undelivered, they only grow old. */
const LONGEST_WAIT = Duration.minutes(15);

/** SQS's own default, said because an alarm names it. */
const RETENTION = Duration.days(4);

/**
 * A door of the engine: a queue, a role, and the function that works off the one with the other. All doors share one bundle
 * and differ in what their roles may take.
 *
 * @internal
 */
export class ResponseFunction extends Construct {
  public readonly queue: sqs.Queue;
  public readonly role: iam.Role;
  public readonly function: lambda.CfnFunction;
  public readonly log: logs.LogGroup;
  /** Statements are added until the app is synthesized. */
  private readonly policy = new iam.PolicyDocument();

  public constructor(scope: Construct, id: string, props: ResponseFunctionProps) {
    super(scope, id);
    const { qualifier, door } = props;
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      // Six times the timeout, as the Lambda guide asks, so that a message in work is not handed out again.
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      deadLetterQueue: { queue: props.deadLetters, maxReceiveCount: ATTEMPTS },
    });
    const { message } = props;
    const waiting = new cloudwatch.Alarm(this, 'Waiting', {
      alarmDescription: `One ${message} or more has waited for over ${LONGEST_WAIT.toMinutes()} minutes: nobody takes it. Look whether the event source mapping of the ${door} function is enabled and the function throttled; after ${RETENTION.toDays()} days it is lost.`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: LONGEST_WAIT.toSeconds(),
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    tell(props.alarmTopic, waiting);
    this.log = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.ONE_YEAR,
      encryptionKey: props.encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.role = new iam.Role(this, 'Role', {
      path: doorRole(qualifier, door).path,
      roleName: doorRole(qualifier, door).name,
      description: props.description,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { [inId(door)]: this.policy },
    });
    pin(this.role, `Response${inId(qualifier)}${inId(door)}Role`);
    this.allow(
      'TakeMessages',
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      [this.queue.queueArn],
    );
    // The ARN ends in :* by CloudWatch's own form, which stands for the streams of this one group.
    this.allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], [this.log.logGroupArn]);
    // CloudFormation's own type: the L2 function brings in EC2 and more, a fifth of the time to synthesize the app.
    this.function = new lambda.CfnFunction(this, 'Function', {
      description: props.description,
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: `${door}.handler`,
      code: props.code,
      memorySize: 512,
      timeout: TIMEOUT.toSeconds(),
      loggingConfig: { logGroup: this.log.logGroupName },
      role: this.role.roleArn,
      environment: { variables: { ...props.variables, BULWARK_QUEUE: this.queue.queueUrl } },
    });
    // The sweeper changes nothing.
    if (door !== 'sweeper') Tags.of(this.function).add(RESPONSE_TAG, door);
    if (door === 'undo') {
      acknowledgeOwn(this.function, {
        rule: 'Bulwark-RSP01[kill switch]',
        reason: 'a person starts every run of it, and what was repaired must be taken back while repairs are stopped',
      });
    }
    new lambda.CfnEventSourceMapping(this, 'FromQueue', {
      functionName: this.function.ref,
      eventSourceArn: this.queue.queueArn,
      batchSize: props.batchSize,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: props.concurrency },
    });
  }

  /** One statement of the role's policy. */
  public allow(sid: string, actions: string[], resources: string[]): void {
    this.policy.addStatements(new iam.PolicyStatement({ sid, actions, resources }));
  }

  /** Tells the function where the responder's queue is. */
  public handTo(signals: sqs.IQueue): void {
    const { variables } = this.function.environment as { variables: Record<string, string> };
    this.function.environment = { variables: { ...variables, BULWARK_SIGNAL_QUEUE: signals.queueUrl } };
  }
}

import { aws_cloudwatch as cloudwatch, type aws_sns as sns, aws_sqs as sqs, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledgeOwn } from './acknowledge';
import { tell } from './alarm-topic';

/** @internal */
export interface DeadLetterQueueProps {
  /** What it means when a message is here and what to do, for the person who is woken. At most 1,024 characters. */
  readonly meaning: string;
  readonly alarmTopic: sns.ITopic;
  /** Whether a queue parks its messages here, rather than event rules. Only then can SQS redrive them. */
  readonly ofQueue?: boolean;
}

/**
 * A queue for what could not be delivered or handled, with an alarm on the first message.
 *
 * @internal
 */
export class DeadLetterQueue extends Construct {
  public readonly queue: sqs.Queue;
  public readonly alarm: cloudwatch.Alarm;

  public constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14), // the longest SQS keeps anything
      // Its own queue names it; a policy that named that queue in return would be a circle in the template.
      redriveAllowPolicy: {
        redrivePermission: props.ofQueue ? sqs.RedrivePermission.ALLOW_ALL : sqs.RedrivePermission.DENY_ALL,
      },
    });
    acknowledgeOwn(this.queue, {
      rule: 'AwsSolutions-SQS3',
      reason: 'This is the end of the line: what is here waits for a person, whom the alarm calls',
    });
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: props.meaning,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    tell(props.alarmTopic, this.alarm);
  }
}

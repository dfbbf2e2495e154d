import { ArnFormat, type aws_cloudwatch as cloudwatch, aws_iam as iam, aws_sns as sns, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A topic for alarms, which people subscribe to. Not encrypted with a key of its own: CloudWatch cannot publish to a topic
 * under AWS's key, and the text of an alarm is no secret.
 *
 * @internal
 */
export function alarmTopicOf(scope: Construct, given: sns.ITopic | undefined): sns.ITopic {
  if (given !== undefined) return given;
  const topic = new sns.Topic(scope, 'Alarms', { enforceSSL: true });
  const stack = Stack.of(scope);
  // A policy of our own, as enforceSSL makes one, replaces SNS's default, which would have let CloudWatch in.
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'Alarms',
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: {
          'aws:SourceArn': stack.formatArn({
            service: 'cloudwatch',
            resource: 'alarm',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    }),
  );
  return topic;
}

/**
 * Lets an alarm tell a topic: what `SnsAction` does, without loading the module of all other actions.
 *
 * @internal
 */
export function tell(topic: sns.ITopic, alarm: cloudwatch.Alarm): void {
  alarm.addAlarmAction({ bind: () => ({ alarmActionArn: topic.topicArn }) });
}

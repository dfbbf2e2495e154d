import {
  ArnFormat,
  type aws_cloudwatch as cloudwatch,
  type aws_events as events,
  aws_iam as iam,
  aws_sns as sns,
  Names,
  Stack,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A topic for alarms, which people subscribe to.
 *
 * @internal
 */
export function alarmTopicOf(scope: Construct, given: sns.ITopic | undefined): sns.ITopic {
  if (given !== undefined) return given;
  const topic = topicOf(scope, 'Alarms', undefined) as sns.Topic;
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
 * A topic that people subscribe to. Not encrypted with a key of its own: CloudWatch and EventBridge cannot publish to a topic
 * under AWS's key, and what is told is configuration and no secret.
 *
 * @internal
 */
export function topicOf(scope: Construct, id: string, given: sns.ITopic | undefined): sns.ITopic {
  return given ?? new sns.Topic(scope, id, { enforceSSL: true });
}

/**
 * Lets event rules publish to a topic, as far as its policy is ours to write.
 *
 * @internal
 */
export function letRulePublish(topic: sns.ITopic, rule: events.CfnRule): void {
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      // By its path: two deployments that share the topic have rules of the same id, and SNS takes no id twice.
      sid: `Rule${Names.uniqueId(rule)}`,
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
    }),
  );
}

/**
 * Lets an alarm tell a topic: what `SnsAction` does, without loading the module of all other actions.
 *
 * @internal
 */
export function tell(topic: sns.ITopic, alarm: cloudwatch.Alarm): void {
  alarm.addAlarmAction({ bind: () => ({ alarmActionArn: topic.topicArn }) });
}

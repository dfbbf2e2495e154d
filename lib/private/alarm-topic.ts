import { aws_sns as sns } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A topic for alarms, which people subscribe to. Not encrypted with a key of its own: CloudWatch cannot publish to a topic
 * under AWS's key, and the text of an alarm is no secret.
 *
 * @internal
 */
export function alarmTopicOf(scope: Construct, given: sns.ITopic | undefined): sns.ITopic {
  return given ?? new sns.Topic(scope, 'Alarms', { enforceSSL: true });
}

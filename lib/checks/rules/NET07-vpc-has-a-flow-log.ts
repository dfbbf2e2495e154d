import { hasCustomerKey } from '../encryption';
import { type CheckContext, type CheckedResource, every, type Finding, type Rule, unless, type Verdict } from '../rule';
import { is, isNumber, isThereWith } from '../values';

/** What a flow log may deliver to, and the properties that name it. */
const TARGETS = [
  ['AWS::Logs::LogGroup', 'LogGroupName'],
  ['AWS::Logs::LogGroup', 'LogDestination'],
  ['AWS::S3::Bucket', 'LogDestination'],
  ['AWS::KinesisFirehose::DeliveryStream', 'LogDestination'],
] as const;

const SHORTEST_INTERVAL_SECONDS = 60;

export const rule: Rule = {
  id: 'NET07',
  title: 'VPC has a flow log of all traffic, aggregated over a minute and encrypted with a customer key',
  severity: 'ERROR',
  resourceTypes: ['AWS::EC2::VPC'],
  controls: ['EC2.6'],
  rationale:
    'Without flow logs nobody can tell afterwards who talked to whom. Accepted and rejected traffic tell different halves, and ten minutes hide a scan.',
  whenNotToUse:
    'A VPC whose flow log another app makes, such as that of a landing zone. Acknowledge the finding and name the app.',
  check(vpc, context) {
    const flowLogs = context
      .referring(vpc, 'AWS::EC2::FlowLog', 'ResourceId')
      .map((flowLog) => shortcomings(flowLog, vpc, context.from(flowLog)))
      // One complete flow log is enough; of several, the best is the one to mend.
      .sort((one, other) => weight(one) - weight(other));
    return flowLogs[0] ?? [{ subject: 'flow log', message: 'No flow log of this app names the VPC.' }];
  },
};

function shortcomings(flowLog: CheckedResource, vpc: CheckedResource, context: CheckContext): Finding[] {
  const { logicalId, properties } = flowLog;
  return [
    ...unless(every([is(properties.ResourceType, 'VPC', context), isThereWith(flowLog, vpc)]), {
      subject: 'flow log',
      message: `Flow log ${logicalId} is not one of a VPC.`,
    }),
    ...unless(is(properties.TrafficType, 'ALL', context), {
      subject: 'traffic',
      message: `TrafficType of flow log ${logicalId} must be ALL.`,
    }),
    ...unless(
      isNumber(properties.MaxAggregationInterval, context, (seconds) => seconds === SHORTEST_INTERVAL_SECONDS),
      {
        subject: 'interval',
        message: `MaxAggregationInterval of flow log ${logicalId} must be ${SHORTEST_INTERVAL_SECONDS}; left out, it is 600.`,
      },
    ),
    ...unless(targetIsEncrypted(flowLog, context), {
      subject: 'encryption',
      message: `What flow log ${logicalId} delivers to must be encrypted with a customer key.`,
    }),
  ];
}

/** What another app keeps cannot be looked at here. */
function targetIsEncrypted({ properties }: CheckedResource, context: CheckContext): Verdict {
  for (const [type, property] of TARGETS) {
    const target = context.find(properties[property], type);
    if (target !== undefined) return hasCustomerKey(target, context.from(target));
  }
  return undefined;
}

function weight(findings: readonly Finding[]): number {
  return findings.reduce((sum, { level }) => sum + (level === 'WARN' ? 1 : 10), 0);
}

import { isObject, listOf } from '../compare';
import type { Reader } from './reader';

export const alarm: Reader = async ({ physicalId }, ask) => {
  const answer = await ask.json('monitoring', 'GraniteServiceVersion20100801.DescribeAlarms', {
    AlarmNames: [physicalId],
  });
  const [found] = listOf(answer['MetricAlarms']);
  // Both have the same names for everything that an alarm of ours says.
  const properties = [
    ...['AlarmName', 'AlarmDescription', 'ActionsEnabled', 'AlarmActions', 'OKActions', 'InsufficientDataActions'],
    ...['ComparisonOperator', 'DatapointsToAlarm', 'Dimensions', 'EvaluationPeriods', 'MetricName', 'Metrics'],
    ...['Namespace', 'Period', 'Statistic', 'ExtendedStatistic', 'Threshold', 'TreatMissingData', 'Unit'],
  ];
  return Object.fromEntries(properties.map((name) => [name, isObject(found) ? found[name] : undefined]));
};

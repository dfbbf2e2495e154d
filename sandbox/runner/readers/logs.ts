import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  DescribeResourcePoliciesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { parsed } from '../compare';
import type { Reader } from './reader';

export const logGroup: Reader = async ({ physicalId }, ask) => {
  const { logGroups } = await ask
    .client(CloudWatchLogsClient)
    .send(new DescribeLogGroupsCommand({ logGroupNamePrefix: physicalId }));
  const found = logGroups?.find(({ logGroupName }) => logGroupName === physicalId);
  return {
    LogGroupName: found?.logGroupName,
    RetentionInDays: found?.retentionInDays,
    KmsKeyId: found?.kmsKeyId,
    LogGroupClass: found?.logGroupClass,
  };
};

export const metricFilter: Reader = async ({ physicalId, properties }, ask) => {
  const { metricFilters } = await ask
    .client(CloudWatchLogsClient)
    .send(new DescribeMetricFiltersCommand({ logGroupName: String(properties['LogGroupName']) }));
  const found = metricFilters?.find(({ filterName }) => filterName === physicalId);
  return {
    FilterName: found?.filterName,
    FilterPattern: found?.filterPattern,
    LogGroupName: found?.logGroupName,
    MetricTransformations: found?.metricTransformations?.map((each) => ({
      MetricName: each.metricName,
      MetricNamespace: each.metricNamespace,
      MetricValue: each.metricValue,
      DefaultValue: each.defaultValue,
      Unit: each.unit,
    })),
  };
};

export const resourcePolicy: Reader = async ({ properties }, ask) => {
  const { resourcePolicies } = await ask.client(CloudWatchLogsClient).send(new DescribeResourcePoliciesCommand({}));
  const found = resourcePolicies?.find(({ policyName }) => policyName === properties['PolicyName']);
  return { PolicyName: found?.policyName, PolicyDocument: parsed(found?.policyDocument) };
};

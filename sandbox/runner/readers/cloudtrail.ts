import {
  CloudTrailClient,
  GetEventSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import type { Reader } from './reader';

export const trail: Reader = async ({ physicalId }, ask) => {
  const cloudtrail = ask.client(CloudTrailClient);
  const [{ Trail: found }, status, selectors] = await Promise.all([
    cloudtrail.send(new GetTrailCommand({ Name: physicalId })),
    cloudtrail.send(new GetTrailStatusCommand({ Name: physicalId })),
    cloudtrail.send(new GetEventSelectorsCommand({ TrailName: physicalId })),
  ]);
  return {
    TrailName: found?.Name,
    AdvancedEventSelectors: selectors.AdvancedEventSelectors,
    EventSelectors: selectors.EventSelectors,
    CloudWatchLogsLogGroupArn: found?.CloudWatchLogsLogGroupArn,
    CloudWatchLogsRoleArn: found?.CloudWatchLogsRoleArn,
    EnableLogFileValidation: found?.LogFileValidationEnabled,
    IncludeGlobalServiceEvents: found?.IncludeGlobalServiceEvents,
    IsLogging: status.IsLogging,
    IsMultiRegionTrail: found?.IsMultiRegionTrail,
    IsOrganizationTrail: found?.IsOrganizationTrail,
    KMSKeyId: found?.KmsKeyId,
    S3BucketName: found?.S3BucketName,
    S3KeyPrefix: found?.S3KeyPrefix,
    SnsTopicName: found?.SnsTopicName,
  };
};

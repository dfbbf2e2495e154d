import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { type Reader, tagsOf } from './reader';

export const table: Reader = async ({ physicalId: TableName }, ask) => {
  const dynamodb = ask.client(DynamoDBClient);
  const [{ Table: found }, backups, expiry] = await Promise.all([
    dynamodb.send(new DescribeTableCommand({ TableName })),
    dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })),
    dynamodb.send(new DescribeTimeToLiveCommand({ TableName })),
  ]);
  const tags = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: found?.TableArn }));
  const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  const ttl = expiry.TimeToLiveDescription;
  return {
    TableName: found?.TableName,
    AttributeDefinitions: found?.AttributeDefinitions,
    KeySchema: found?.KeySchema,
    BillingMode: found?.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
    DeletionProtectionEnabled: found?.DeletionProtectionEnabled,
    GlobalSecondaryIndexes: found?.GlobalSecondaryIndexes,
    PointInTimeRecoverySpecification: {
      PointInTimeRecoveryEnabled: recovery?.PointInTimeRecoveryStatus === 'ENABLED',
      RecoveryPeriodInDays: recovery?.RecoveryPeriodInDays,
    },
    TimeToLiveSpecification: {
      AttributeName: ttl?.AttributeName,
      Enabled: ttl?.TimeToLiveStatus === 'ENABLED',
    },
    SSESpecification: found?.SSEDescription && {
      SSEEnabled: found.SSEDescription.Status === 'ENABLED',
      SSEType: found.SSEDescription.SSEType,
      KMSMasterKeyId: found.SSEDescription.KMSMasterKeyArn,
    },
    StreamSpecification: found?.StreamSpecification,
    Tags: tagsOf(tags.Tags),
  };
};

import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  S3Client,
} from '@aws-sdk/client-s3';
import { parsed } from '../compare';
import { orNothing, type Reader, tagsOf } from './reader';

export const bucket: Reader = async ({ physicalId: Bucket }, ask) => {
  const s3 = ask.client(S3Client);
  const input = { Bucket };
  const [encryption, lifecycle, logging, lock, ownership, access, versioning, tags] = await Promise.all([
    orNothing(s3.send(new GetBucketEncryptionCommand(input)), 'ServerSideEncryptionConfigurationNotFoundError'),
    orNothing(s3.send(new GetBucketLifecycleConfigurationCommand(input)), 'NoSuchLifecycleConfiguration'),
    s3.send(new GetBucketLoggingCommand(input)),
    orNothing(s3.send(new GetObjectLockConfigurationCommand(input)), 'ObjectLockConfigurationNotFoundError'),
    orNothing(s3.send(new GetBucketOwnershipControlsCommand(input)), 'OwnershipControlsNotFoundError'),
    orNothing(s3.send(new GetPublicAccessBlockCommand(input)), 'NoSuchPublicAccessBlockConfiguration'),
    s3.send(new GetBucketVersioningCommand(input)),
    orNothing(s3.send(new GetBucketTaggingCommand(input)), 'NoSuchTagSet'),
  ]);
  return {
    BucketName: Bucket,
    BucketEncryption: encryption && {
      ServerSideEncryptionConfiguration: encryption.ServerSideEncryptionConfiguration?.Rules?.map((rule) => ({
        ServerSideEncryptionByDefault: rule.ApplyServerSideEncryptionByDefault,
        BucketKeyEnabled: rule.BucketKeyEnabled,
      })),
    },
    LifecycleConfiguration: lifecycle && {
      Rules: lifecycle.Rules?.map(lifecycleRule),
      TransitionDefaultMinimumObjectSize: lifecycle.TransitionDefaultMinimumObjectSize,
    },
    LoggingConfiguration: logging.LoggingEnabled && {
      DestinationBucketName: logging.LoggingEnabled.TargetBucket,
      LogFilePrefix: logging.LoggingEnabled.TargetPrefix,
    },
    ObjectLockConfiguration: lock?.ObjectLockConfiguration,
    ObjectLockEnabled: lock?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled',
    OwnershipControls: ownership?.OwnershipControls,
    PublicAccessBlockConfiguration: access?.PublicAccessBlockConfiguration,
    VersioningConfiguration: { Status: versioning.Status },
    Tags: tagsOf(tags?.TagSet),
  };
};

function lifecycleRule(rule: LifecycleRule): Record<string, unknown> {
  return {
    Id: rule.ID,
    Status: rule.Status,
    Prefix: rule.Filter?.Prefix ?? rule.Filter?.And?.Prefix ?? rule.Prefix,
    ExpirationInDays: rule.Expiration?.Days,
    ExpiredObjectDeleteMarker: rule.Expiration?.ExpiredObjectDeleteMarker,
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
    ObjectSizeGreaterThan: rule.Filter?.ObjectSizeGreaterThan ?? rule.Filter?.And?.ObjectSizeGreaterThan,
    ObjectSizeLessThan: rule.Filter?.ObjectSizeLessThan ?? rule.Filter?.And?.ObjectSizeLessThan,
    Transitions: rule.Transitions?.map(({ StorageClass, Days }) => ({ StorageClass, TransitionInDays: Days })),
    NoncurrentVersionTransitions: rule.NoncurrentVersionTransitions?.map((each) => ({
      StorageClass: each.StorageClass,
      TransitionInDays: each.NoncurrentDays,
      NewerNoncurrentVersions: each.NewerNoncurrentVersions,
    })),
  };
}

export const bucketPolicy: Reader = async ({ properties }, ask) => {
  const Bucket = String(properties['Bucket']);
  const policy = await orNothing(
    ask.client(S3Client).send(new GetBucketPolicyCommand({ Bucket })),
    'NoSuchBucketPolicy',
  );
  return { Bucket, PolicyDocument: parsed(policy?.Policy) };
};

import { defineRemediation } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 's3-bucket-public-access',
  title: 'Bucket blocks all public access',
  controls: ['S3.8', 'S3.2', 'S3.3'],
  techniques: ['AM39'],
  // A public policy or ACL is shut off by the same four settings, so those changes are looked at too.
  triggers: [
    {
      service: 's3',
      eventNames: ['PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutBucketPolicy', 'PutBucketAcl'],
    },
  ],
  findings: {
    guardDuty: [
      'Policy:S3/BucketBlockPublicAccessDisabled',
      'Policy:S3/BucketPublicAccessGranted',
      'Policy:S3/BucketAnonymousAccessGranted',
    ],
    config: [
      's3-bucket-level-public-access-prohibited',
      's3-bucket-public-read-prohibited',
      's3-bucket-public-write-prohibited',
    ],
  },
  resource: { type: 'AWS::S3::Bucket', arn: 'arn:{partition}:s3:::{bucket}', physicalId: '{bucket}' },
  sweep: { per: 'region', config: { bucket: 'resourceName' } },
  disruptive: false,
  undo: 'exact',
  permissions: {
    read: [{ kind: 'resource', actions: ['s3:GetBucketPublicAccessBlock'] }],
    list: [
      {
        kind: 'account',
        actions: ['s3:ListAllMyBuckets'],
        reason: 'Listing the buckets of an account has no resource level',
      },
    ],
    write: [{ kind: 'resource', actions: ['s3:PutBucketPublicAccessBlock'] }],
    // S3 asks for the same action to take the settings off.
    undo: [{ kind: 'resource', actions: ['s3:PutBucketPublicAccessBlock'] }],
  },
  calls: { read: 1, write: 1 },
  declared: {
    client: { package: 's3', class: 'S3Client' },
    locate: { bucket: 'requestParameters.bucketName' },
    read: {
      operation: 'GetPublicAccessBlock',
      input: { Bucket: '{bucket}', ExpectedBucketOwner: '{account}' },
      path: 'PublicAccessBlockConfiguration',
      absent: ['NoSuchPublicAccessBlockConfiguration'],
      gone: ['NoSuchBucket'],
    },
    desired: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    write: {
      operation: 'PutPublicAccessBlock',
      input: {
        Bucket: '{bucket}',
        ExpectedBucketOwner: '{account}',
        PublicAccessBlockConfiguration: '{after}',
      },
    },
    list: {
      operation: 'ListBuckets',
      input: { BucketRegion: '{region}', MaxBuckets: 200 },
      items: 'Buckets',
      names: { bucket: 'Name' },
      next: { input: 'ContinuationToken', output: 'ContinuationToken' },
    },
    undo: {
      unset: {
        operation: 'DeletePublicAccessBlock',
        input: { Bucket: '{bucket}', ExpectedBucketOwner: '{account}' },
      },
    },
  },
});

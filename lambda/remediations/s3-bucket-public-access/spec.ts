import { defineRemediation } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 's3-bucket-public-access',
  title: 'Bucket blocks all public access',
  controls: ['S3.8', 'S3.2', 'S3.3'],
  // A public policy or ACL is shut off by the same four settings, so those changes are looked at too.
  triggers: [
    {
      service: 's3',
      eventNames: ['PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutBucketPolicy', 'PutBucketAcl'],
    },
  ],
  resource: { type: 'AWS::S3::Bucket', arn: 'arn:{partition}:s3:::{bucket}' },
  disruptive: false,
  permissions: {
    read: [{ kind: 'resource', actions: ['s3:GetBucketPublicAccessBlock'] }],
    write: [{ kind: 'resource', actions: ['s3:PutBucketPublicAccessBlock'] }],
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
  },
});

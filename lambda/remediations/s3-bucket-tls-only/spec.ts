import { defineRemediation } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 's3-bucket-tls-only',
  title: 'Bucket policy denies requests over plain HTTP',
  controls: ['S3.5'],
  // Not CreateBucket: a policy made before the owner's own would make CloudFormation fail. A sweep finds what stays without.
  triggers: [{ service: 's3', eventNames: ['PutBucketPolicy', 'DeleteBucketPolicy'] }],
  findings: { config: ['s3-bucket-ssl-requests-only'] },
  resource: { type: 'AWS::S3::Bucket', arn: 'arn:{partition}:s3:::{bucket}', physicalId: '{bucket}' },
  sweep: { per: 'region', config: { bucket: 'resourceName' } },
  disruptive: false,
  undo: 'exact',
  permissions: {
    read: [{ kind: 'resource', actions: ['s3:GetBucketPolicy'] }],
    list: [
      {
        kind: 'account',
        actions: ['s3:ListAllMyBuckets'],
        reason: 'Listing the buckets of an account has no resource level',
      },
    ],
    // The policy is read once more right before it is written.
    write: [{ kind: 'resource', actions: ['s3:GetBucketPolicy', 's3:PutBucketPolicy'] }],
    undo: [{ kind: 'resource', actions: ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy'] }],
  },
  calls: { read: 1, write: 2 },
});

import { defineRemediation, never } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 's3-bucket-versioning',
  title: 'Bucket keeps every version of an object',
  controls: ['S3.14'],
  techniques: ['AM40', 'AM42'],
  triggers: [{ service: 's3', eventNames: ['PutBucketVersioning'] }],
  findings: { config: ['s3-bucket-versioning-enabled'] },
  resource: { type: 'AWS::S3::Bucket', arn: 'arn:{partition}:s3:::{bucket}', physicalId: '{bucket}' },
  sweep: { per: 'region', config: { bucket: 'resourceName' } },
  disruptive: false,
  undo: never('a bucket that had versions once can be suspended, and never be without them again'),
  permissions: {
    read: [{ kind: 'resource', actions: ['s3:GetBucketVersioning'] }],
    list: [{ kind: 'account', actions: ['s3:ListAllMyBuckets'], reason: 'Listing buckets has no resource level' }],
    write: [{ kind: 'resource', actions: ['s3:PutBucketVersioning'] }],
  },
  calls: { read: 1, write: 1 },
  declared: {
    client: { package: 's3', class: 'S3Client' },
    locate: { bucket: 'requestParameters.bucketName' },
    read: { operation: 'GetBucketVersioning', input: { Bucket: '{bucket}' }, gone: ['NoSuchBucket'] },
    desired: { Status: 'Enabled' },
    write: { operation: 'PutBucketVersioning', input: { Bucket: '{bucket}', VersioningConfiguration: '{after}' } },
    list: {
      operation: 'ListBuckets',
      input: { BucketRegion: '{region}', MaxBuckets: 200 },
      items: 'Buckets',
      names: { bucket: 'Name' },
      next: { input: 'ContinuationToken', output: 'ContinuationToken' },
    },
  },
});

import { GetBucketVersioningCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { bucket, type UnitCase } from '../../../test/e2e/case';
import { sandbox } from '../../../test/e2e/deployed';

const s3 = sandbox.client(S3Client);

function version(Bucket: string, Status: 'Enabled' | 'Suspended') {
  return s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 's3-bucket-versioning',
  make: async () => {
    const name = await bucket();
    await version(name, 'Enabled');
    return name;
  },
  arn: (name) => `arn:aws:s3:::${name}`,
  operation: 'PutBucketVersioning',
  drift: (name) => version(name, 'Suspended'),
  state: async (Bucket) => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status,
  secure: (name) => version(name, 'Enabled'),
};

import { sandbox } from '../../../test/e2e/deployed';
import {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { bucket, orNothing, BLOCKED, type UnitCase } from '../../../test/e2e/case';

const s3 = sandbox.client(S3Client);

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 's3-bucket-public-access',
  make: bucket,
  arn: (name) => `arn:aws:s3:::${name}`,
  operation: 'DeletePublicAccessBlock',
  drift: (Bucket) => s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
  state: async (Bucket) => {
    const answer = await orNothing(
      s3.send(new GetPublicAccessBlockCommand({ Bucket })),
      'NoSuchPublicAccessBlockConfiguration',
    );
    return answer?.PublicAccessBlockConfiguration ?? null;
  },
  change: (Bucket) =>
    s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } })),
  secure: (Bucket) => s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: BLOCKED })),
};

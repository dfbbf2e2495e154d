import {
  DeleteBucketCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type BucketTarget, makeBucket } from './bucket';
import type { Scenario } from './scenario';

export const bucketMadePublic: Scenario<BucketTarget> = {
  id: 'bucket-made-public',
  title: 'A bucket is made public',
  operation: 'DeletePublicAccessBlock',
  remediation: 's3-bucket-public-access',

  async prepare(attacker) {
    // S3 blocks public access of new buckets by itself (S3 User Guide, "Blocking public access", since April 2023).
    return makeBucket(attacker);
  },

  async attack({ client }, { bucket }) {
    await client(S3Client).send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
  },

  async verify({ client }, { bucket }) {
    try {
      const answer = await client(S3Client).send(new GetPublicAccessBlockCommand({ Bucket: bucket }));
      const settings = answer.PublicAccessBlockConfiguration ?? {};
      const on = [
        settings.BlockPublicAcls,
        settings.IgnorePublicAcls,
        settings.BlockPublicPolicy,
        settings.RestrictPublicBuckets,
      ].filter((setting) => setting === true).length;
      return { secure: on === 4, evidence: `GetPublicAccessBlock: ${on} of 4 on` };
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchPublicAccessBlockConfiguration') {
        return { secure: false, evidence: 'GetPublicAccessBlock: there is none' };
      }
      throw error;
    }
  },

  async clean({ client }, { bucket }) {
    await client(S3Client).send(new DeleteBucketCommand({ Bucket: bucket }));
  },
};

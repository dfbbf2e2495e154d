import { type BucketLocationConstraint, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Attacker, Target } from './scenario';

export interface BucketTarget extends Target {
  readonly bucket: string;
}

/** The one Region that S3 wants left out. */
const DEFAULT_REGION = 'us-east-1';

/** A bucket with S3's own defaults, made for a drill. */
export async function makeBucket({ client, suffix, region, partition }: Attacker): Promise<BucketTarget> {
  const bucket = `bulwark-drill-${suffix}`;
  await client(S3Client).send(
    new CreateBucketCommand({
      Bucket: bucket,
      ...(region !== DEFAULT_REGION && {
        CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
      }),
    }),
  );
  return { bucket, arn: `arn:${partition}:s3:::${bucket}`, name: bucket };
}

import { isDeepStrictEqual } from 'node:util';
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { BulwarkError, ChangedError, isAwsError } from '../../runtime/errors';
import { textAt } from '../../runtime/foreign';
import { compliant, drift, type Located, type Remediator } from '../../runtime/remediation';
import { fillOne } from '../../runtime/spec';
import { deniesPlainHttp, meaningOf, POLICY_LIMIT, parsePolicy, SID, withDeny } from './bucket-policy';
import { spec } from './spec';

/** The whole policy as S3 tells it, or null where there is none. */
interface PolicyState {
  readonly policy: string | null;
}

/** Buckets of one page of a sweep. */
const PAGE = 200;

/** Appends one statement to the policy of a bucket. S3 takes a policy only as a whole, so all of it is read and written. */
export function create(): Remediator<PolicyState> {
  return {
    locate: (signal) => {
      const bucket = textAt(signal.record, 'requestParameters.bucketName');
      return bucket === undefined ? [] : [{ names: { bucket } }];
    },

    list: async (read, { region }, next) => {
      const { Buckets = [], ContinuationToken } = await read(S3Client).send(
        new ListBucketsCommand({
          BucketRegion: region,
          MaxBuckets: PAGE,
          ...(next !== undefined && { ContinuationToken: next }),
        }),
      );
      const resources = Buckets.flatMap(({ Name }) => (Name ? [{ names: { bucket: Name } }] : []));
      return { resources, ...(ContinuationToken && { next: ContinuationToken }) };
    },

    inspect: async (resource, read) => {
      const text = await policyOf(read(S3Client), resource);
      if (text === undefined) return compliant('the bucket is gone');
      const policy = text === null ? undefined : parsePolicy(text, bucketOf(resource));
      const arn = fillOne(spec.resource.arn, resource.names);
      return policy !== undefined && deniesPlainHttp(policy, arn)
        ? compliant()
        : drift<PolicyState>({ policy: text }, { policy: withDeny(policy, arn) });
    },

    apply: async (resource, { before, after }, write) => {
      const bytes = Buffer.byteLength(after.policy ?? '');
      if (bytes > POLICY_LIMIT) {
        throw new BulwarkError(
          `the policy of ${bucketOf(resource)} would have ${bytes} bytes with the statement ${SID}, S3 takes ${POLICY_LIMIT}: shorten it`,
        );
      }
      const s3 = write(S3Client);
      const present = await policyOf(s3, resource);
      if (same(present, after.policy)) return;
      if (!same(present, before.policy)) {
        throw new BulwarkError(
          `the policy of ${bucketOf(resource)} was changed while it was looked at: nothing was written, the next attempt looks again`,
        );
      }
      await setPolicy(s3, resource, after.policy);
    },

    undo: async (resource, { before, after }, { read, write }) => {
      const present = await policyOf(read(S3Client), resource);
      if (same(present, before.policy)) return;
      if (!same(present, after.policy)) {
        throw new ChangedError(
          `the policy of ${bucketOf(resource)} was changed since the repair: take the statement ${SID} out by hand`,
        );
      }
      await setPolicy(write(S3Client), resource, before.policy);
    },

    comparable: ({ policy }) => (policy === null ? null : meaningOf(JSON.parse(policy))),
  };
}

/** The policy's text; null where the bucket has none, undefined where there is no bucket. */
async function policyOf(s3: S3Client, { names }: Located): Promise<string | null | undefined> {
  try {
    const { Policy } = await s3.send(
      new GetBucketPolicyCommand({ Bucket: names.bucket, ExpectedBucketOwner: names.account }),
    );
    return Policy ?? null;
  } catch (error) {
    if (isAwsError(error, ['NoSuchBucketPolicy'])) return null;
    if (isAwsError(error, ['NoSuchBucket'])) return undefined;
    throw error;
  }
}

async function setPolicy(s3: S3Client, { names }: Located, policy: string | null): Promise<void> {
  const bucket = { Bucket: names.bucket, ExpectedBucketOwner: names.account };
  await (policy === null
    ? s3.send(new DeleteBucketPolicyCommand(bucket))
    : s3.send(new PutBucketPolicyCommand({ ...bucket, Policy: policy })));
}

function bucketOf({ names }: Located): string {
  return names.bucket as string;
}

function same(one: string | null | undefined, other: string | null): boolean {
  if (typeof one !== 'string' || other === null) return one === other;
  return isDeepStrictEqual(meaningOf(JSON.parse(one)), meaningOf(JSON.parse(other)));
}

import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type BucketTarget, makeBucket } from './bucket';
import type { Attacker, Scenario } from './scenario';

/** Must survive the repair. */
const INNOCENT = 'ReadByAccount';

export const plainHttpAllowed: Scenario<BucketTarget> = {
  id: 'plain-http-allowed',
  title: 'A bucket stops refusing plain HTTP',
  operation: 'PutBucketPolicy',
  remediation: 's3-bucket-tls-only',

  async prepare(attacker) {
    const target = await makeBucket(attacker);
    await put(attacker, target, [refusal(target), innocent(attacker, target)]);
    return target;
  },

  attack: (attacker, target) => put(attacker, target, [innocent(attacker, target)]),

  async verify({ client }, { bucket }) {
    const { Policy = '{}' } = await client(S3Client).send(new GetBucketPolicyCommand({ Bucket: bucket }));
    const { Statement: statements = [] } = JSON.parse(Policy) as { Statement?: Array<Record<string, unknown>> };
    const refuses = statements.some(
      (each) => each.Effect === 'Deny' && JSON.stringify(each).includes('SecureTransport'),
    );
    const survives = statements.some((each) => each.Sid === INNOCENT);
    return {
      secure: refuses && survives,
      evidence: `GetBucketPolicy: ${refuses ? 'refuses plain HTTP' : 'takes plain HTTP'}, ${survives ? 'the other statement stands' : 'the other statement is lost'}`,
    };
  },

  async clean({ client }, { bucket }) {
    await client(S3Client).send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
    await client(S3Client).send(new DeleteBucketCommand({ Bucket: bucket }));
  },
};

async function put({ client }: Attacker, { bucket }: BucketTarget, Statement: object[]): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await client(S3Client).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
}

function refusal({ arn }: BucketTarget): object {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

function innocent({ account, partition }: Attacker, { arn }: BucketTarget): object {
  const Principal = { AWS: `arn:${partition}:iam::${account}:root` };
  return { Sid: INNOCENT, Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: `${arn}/*` };
}

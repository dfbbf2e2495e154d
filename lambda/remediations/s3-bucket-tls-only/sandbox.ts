import { sandbox } from '../../../test/e2e/deployed';
import { GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { ACCOUNT, bucket, orNothing, type UnitCase } from '../../../test/e2e/case';

const s3 = sandbox.client(S3Client);

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 's3-bucket-tls-only',
  make: async () => {
    const name = await bucket();
    await unit.secure(name);
    return name;
  },
  arn: (name) => `arn:aws:s3:::${name}`,
  operation: 'PutBucketPolicy',
  drift: (name) => s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: policyText(name) })),
  state: async (Bucket) =>
    (await orNothing(s3.send(new GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy'))?.Policy ?? null,
  change: (name) => {
    const other = {
      Sid: 'Other',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${name}/x`,
    };
    return s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: policyText(name, other) }));
  },
  // A statement is added; which one, and that the other stands, is what counts.
  isRepaired: (state, before) => {
    const statementsOf = (text: unknown) => (JSON.parse(text as string) as { Statement: object[] }).Statement;
    const [colleagues, refusal] = statementsOf(state);
    const refused = JSON.stringify(refusal);
    return (
      JSON.stringify(colleagues) === JSON.stringify(statementsOf(before)[0]) &&
      refused.includes('"Effect":"Deny"') &&
      refused.includes('"aws:SecureTransport":"false"')
    );
  },
  secure: (name) => s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: policyText(name, denial(name)) })),
};

function policyText(name: string, ...more: object[]): string {
  const own = {
    Sid: 'Colleagues',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${name}/*`,
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [own, ...more] }, undefined, 3);
}

function denial(name: string): object {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

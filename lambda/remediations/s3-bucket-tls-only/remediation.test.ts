import { answering, awsError, findingOf, signalOf } from '../../../test/support/remediation';
import { locatedBy } from '../../runtime/match';
import { create } from './remediation';
import { spec } from './spec';

const remediator = create();
const place = { account: '123456789012', region: 'eu-central-1', partition: 'aws' };
const located = { names: { bucket: 'reports' } };
// The engine adds where the resource lives.
const resource = { names: { ...located.names, ...place } };
const bucket = { Bucket: 'reports', ExpectedBucketOwner: '123456789012' };
const ARN = 'arn:aws:s3:::reports';

type Statement = Record<string, unknown>;

const READERS: Statement = {
  Sid: 'Readers',
  Effect: 'Allow',
  Principal: { AWS: ['arn:aws:iam::210987654321:root', 'arn:aws:iam::345678901234:root'] },
  Action: 's3:GetObject',
  Resource: `${ARN}/*`,
};
const DENY: Statement = {
  Sid: 'BulwarkDenyPlainHttp',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [ARN, `${ARN}/*`],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const LEAST_TLS: Statement = { ...DENY, Sid: 'LeastTls', Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } };

function policy(...statements: Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: 'of the owner', Statement: statements });
}

function has(text: string | Error) {
  const answer = text instanceof Error ? text : { Policy: text };
  return answering({ GetBucketPolicy: answer, PutBucketPolicy: {}, DeleteBucketPolicy: {} });
}

const NONE = awsError('NoSuchBucketPolicy');

describe('s3-bucket-tls-only', () => {
  test.each(['match-put-policy', 'match-delete-policy'])('finds the bucket in %s', (name) => {
    expect(remediator.locate(signalOf(spec.id, name))).toEqual([located]);
  });

  test('miss-no-bucket names none', () => {
    expect(remediator.locate(signalOf(spec.id, 'miss-no-bucket'))).toEqual([]);
  });

  test.each(['match-security-hub', 'match-config'])('finds the bucket in %s', (name) => {
    expect(locatedBy(spec, remediator, findingOf(spec.id, name))).toEqual([located]);
  });

  test('a sweep lists the buckets of the Region, page by page', async () => {
    const { client, sent } = answering({ ListBuckets: { Buckets: [{ Name: 'reports' }], ContinuationToken: 'more' } });
    expect(await remediator.list(client, place, 'token')).toEqual({ resources: [located], next: 'more' });
    expect(sent).toEqual([
      {
        operation: 'ListBuckets',
        input: { BucketRegion: 'eu-central-1', MaxBuckets: 200, ContinuationToken: 'token' },
      },
    ]);
  });

  describe('is content with', () => {
    test.each<[string, Statement[]]>([
      ['the statement itself', [DENY]],
      ['the statement among others', [READERS, DENY, LEAST_TLS]],
      ['a principal of AWS', [{ ...DENY, Principal: { AWS: '*' } }]],
      ['a list of principals', [{ ...DENY, Principal: { AWS: ['*'] } }]],
      ['every action there is', [{ ...DENY, Action: '*' }]],
      ['actions in a list, in capitals', [{ ...DENY, Action: ['S3:*'] }]],
      ['one resource for both', [{ ...DENY, Resource: `${ARN}*` }]],
      ['every resource', [{ ...DENY, Resource: ['*'] }]],
      ['a boolean', [{ ...DENY, Condition: { Bool: { 'aws:SecureTransport': false } } }]],
      ['a list of one value', [{ ...DENY, Condition: { Bool: { 'aws:SecureTransport': ['false'] } } }]],
      ['the key in other capitals', [{ ...DENY, Condition: { Bool: { 'AWS:securetransport': 'False' } } }]],
    ])('%s', async (_, statements) => {
      const { client, sent } = has(policy(...statements));
      expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
      expect(sent).toEqual([{ operation: 'GetBucketPolicy', input: bucket }]);
    });

    test('a policy of one statement that is no list', async () => {
      const { client } = has(JSON.stringify({ Version: '2012-10-17', Statement: DENY }));
      expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
    });
  });

  describe('is not content with', () => {
    test.each<[string, Statement]>([
      ['an allowance for TLS', { ...DENY, Effect: 'Allow', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
      ['a denial of TLS', { ...DENY, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
      ['a denial for some', { ...DENY, Principal: { AWS: 'arn:aws:iam::210987654321:root' } }],
      ['a denial for services', { ...DENY, Principal: { Service: '*' } }],
      ['a denial for all but some', { ...DENY, Principal: undefined, NotPrincipal: { AWS: '*' } }],
      ['a denial of reading', { ...DENY, Action: ['s3:GetObject', 's3:Get*'] }],
      ['a denial on the objects', { ...DENY, Resource: `${ARN}/*` }],
      ['a denial on the bucket', { ...DENY, Resource: ARN }],
      ['a denial on some objects', { ...DENY, Resource: [ARN, `${ARN}/private/*`] }],
      ['a denial on another bucket', { ...DENY, Resource: ['arn:aws:s3:::report', 'arn:aws:s3:::report/*'] }],
      ['a denial on what looks like it', { ...DENY, Resource: ['arn:aws:s3:::?eports', 'arn:aws:s3:::*s/*'] }],
      ['a least TLS version', LEAST_TLS],
      [
        'a least TLS version within the denial',
        { ...DENY, Condition: { ...(DENY.Condition as object), ...(LEAST_TLS.Condition as object) } },
      ],
      [
        'a denial to strangers',
        { ...DENY, Condition: { Bool: { 'aws:SecureTransport': 'false', 'aws:ViaAWSService': 'false' } } },
      ],
      ['a comparison of texts', { ...DENY, Condition: { StringEquals: { 'aws:SecureTransport': 'false' } } }],
      ['a condition that is none', { ...DENY, Condition: ['Bool'] }],
    ])('%s', async (_, statement) => {
      expect(await remediator.inspect(resource, has(policy(statement)).client)).toMatchObject({ compliant: false });
    });
  });

  test('appends one statement and leaves everything else as it is, in its order', async () => {
    const before = policy(READERS, LEAST_TLS);
    expect(await remediator.inspect(resource, has(before).client)).toEqual({
      compliant: false,
      drift: { before: { policy: before }, after: { policy: policy(READERS, LEAST_TLS, DENY) } },
    });
  });

  test('makes a policy where there is none', async () => {
    expect(await remediator.inspect(resource, has(NONE).client)).toEqual({
      compliant: false,
      drift: {
        before: { policy: null },
        after: { policy: JSON.stringify({ Version: '2012-10-17', Statement: [DENY] }) },
      },
    });
  });

  test('names the bucket as its partition does', async () => {
    const china = { names: { ...resource.names, partition: 'aws-cn' } };
    expect(await remediator.inspect(china, has(NONE).client)).toMatchObject({
      drift: { after: { policy: expect.stringContaining('"arn:aws-cn:s3:::reports/*"') as string } },
    });
  });

  test('gives its statement an id that nobody has taken', async () => {
    const taken = [
      { ...READERS, Sid: 'BulwarkDenyPlainHttp' },
      { ...READERS, Sid: 'BulwarkDenyPlainHttp2' },
    ];
    expect(await remediator.inspect(resource, has(policy(...taken)).client)).toMatchObject({
      drift: { after: { policy: policy(...taken, { ...DENY, Sid: 'BulwarkDenyPlainHttp3' }) } },
    });
  });

  test.each([
    ['what is not JSON', '{"Statement": [', 'is not JSON'],
    ['a list', '[]', 'is not a document with statements'],
    ['a document without statements', '{"Version":"2012-10-17"}', 'is not a document with statements'],
    ['statements that are none', '{"Statement":["Deny"]}', 'is not a document with statements'],
    ['an empty list of statements', '{"Statement":[]}', 'is not a document with statements'],
  ])('never writes over %s', async (_, text, reason) => {
    await expect(remediator.inspect(resource, has(text).client)).rejects.toThrow(reason);
  });

  test('leaves a bucket alone that is gone', async () => {
    const { client } = has(awsError('NoSuchBucket'));
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true, reason: 'the bucket is gone' });
  });

  test('lets any other error through', async () => {
    await expect(remediator.inspect(resource, has(awsError('AccessDenied')).client)).rejects.toThrow('AccessDenied');
  });

  describe('writes', () => {
    const before = { policy: policy(READERS) };
    const after = { policy: policy(READERS, DENY) };
    const put = [
      { operation: 'GetBucketPolicy', input: bucket },
      { operation: 'PutBucketPolicy', input: { ...bucket, Policy: after.policy } },
    ];

    test('the whole policy, after one more look', async () => {
      const { client, sent } = has(before.policy);
      await remediator.apply(resource, { before, after }, client);
      expect(sent).toEqual(put);
    });

    test('where S3 tells the same policy in other words', async () => {
      const reordered = {
        ...READERS,
        Principal: { AWS: ['arn:aws:iam::345678901234:root', 'arn:aws:iam::210987654321:root'] },
      };
      const { client, sent } = has(policy({ ...reordered, Action: ['s3:GetObject'] }));
      await remediator.apply(resource, { before, after }, client);
      expect(sent).toEqual(put);
    });

    test('nothing when the policy was changed meanwhile', async () => {
      for (const present of [policy(READERS, LEAST_TLS), NONE, awsError('NoSuchBucket')]) {
        const { client, sent } = has(present);
        await expect(remediator.apply(resource, { before, after }, client)).rejects.toThrow('was changed');
        expect(sent).toHaveLength(1);
      }
    });

    test('nothing when the statement is there already', async () => {
      const { client, sent } = has(after.policy);
      await remediator.apply(resource, { before, after }, client);
      expect(sent).toHaveLength(1);
    });

    test('nothing that is larger than S3 takes, and says so', async () => {
      const large = { policy: policy({ ...READERS, Resource: `${ARN}/${'ü'.repeat(10_240)}` }, DENY) };
      const { client, sent } = has(before.policy);
      await expect(remediator.apply(resource, { before, after: large }, client)).rejects.toThrow(
        /^the policy of reports would have 2\d{4} bytes with the statement BulwarkDenyPlainHttp, S3 takes 20480: shorten it$/,
      );
      expect(sent).toEqual([]);
    });
  });

  describe('takes back', () => {
    const after = { policy: policy(READERS, DENY) };

    async function undo(before: string | null, present: string | Error) {
      const read = has(present);
      const write = has(NONE);
      await remediator.undo?.(
        resource,
        { before: { policy: before }, after },
        { read: read.client, write: write.client },
      );
      return write.sent;
    }

    test('to the former text, to the letter', async () => {
      const text = ` ${policy(READERS)}\n`;
      expect(await undo(text, after.policy)).toEqual([
        { operation: 'PutBucketPolicy', input: { ...bucket, Policy: text } },
      ]);
    });

    test('to no policy at all', async () => {
      expect(await undo(null, after.policy)).toEqual([{ operation: 'DeleteBucketPolicy', input: bucket }]);
    });

    test('once: a second time changes nothing', async () => {
      expect(await undo(policy(READERS), policy(READERS))).toEqual([]);
      expect(await undo(null, NONE)).toEqual([]);
    });

    test.each([
      ['a further statement', policy(READERS, DENY, LEAST_TLS)],
      ['no policy', NONE],
      ['no bucket', awsError('NoSuchBucket')],
    ])('nothing where there is %s since', async (_, present) => {
      await expect(undo(policy(READERS), present)).rejects.toMatchObject({ name: 'ChangedError' });
    });
  });

  test('policies that say the same are the same', () => {
    const one = remediator.comparable?.({ policy: policy(READERS, DENY) });
    const same = { ...DENY, Resource: [`${ARN}/*`, ARN], Condition: { Bool: { 'aws:SecureTransport': false } } };
    expect(remediator.comparable?.({ policy: policy(same, READERS) })).toEqual(one);
    expect(remediator.comparable?.({ policy: policy(READERS) })).not.toEqual(one);
    expect(remediator.comparable?.({ policy: null })).toBeNull();
  });
});

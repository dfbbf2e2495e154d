import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { spec } from '../../lambda/remediations/s3-bucket-public-access/spec';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { act, callsSince, handAgain, looksAmong, repairsAmong, sandbox, unique } from './deployed';

const s3 = sandbox.client(S3Client);
const SECURE = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

async function bucketWithForeignSettings(): Promise<string> {
  const Bucket = unique('e2e-bucket');
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'owner', Value: 'somebody else' }] } }),
  );
  return Bucket;
}

/** Formatted as a person would, so that a rewritten policy would show; no other remediation finds fault with it. */
function organizationPolicy(bucket: string): string {
  return `{ "Version": "2012-10-17",   "Statement": [ {
    "Sid": "Colleagues", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::${bucket}/*", "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } },
    { "Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [ "arn:aws:s3:::${bucket}",
    "arn:aws:s3:::${bucket}/*" ], "Condition": { "Bool": { "aws:SecureTransport": "false" } } } ] }`;
}

async function foreign(Bucket: string): Promise<unknown> {
  const [policy, tags, versioning] = await Promise.all([
    s3.send(new GetBucketPolicyCommand({ Bucket })).then((answer) => answer.Policy),
    s3.send(new GetBucketTaggingCommand({ Bucket })).then((answer) => answer.TagSet),
    s3.send(new GetBucketVersioningCommand({ Bucket })).then((answer) => answer.Status),
  ]);
  return { policy, tags, versioning };
}

async function publicAccess(Bucket: string): Promise<unknown> {
  return (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration;
}

describe('a bucket that is made public', () => {
  test('is closed again, once, and everything beside stays as it was', async () => {
    const Bucket = await bucketWithForeignSettings();
    await act('PutBucketPolicy', spec.id, () =>
      s3.send(new PutBucketPolicyCommand({ Bucket, Policy: organizationPolicy(Bucket) })),
    );
    const before = await foreign(Bucket);

    const { event, reports, calls } = await act('DeletePublicAccessBlock', spec.id, () =>
      s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
    );
    expect(event.eventName).toBe('DeleteBucketPublicAccessBlock');
    expect(reports).toEqual([
      expect.objectContaining({
        remediation: 's3-bucket-public-access',
        outcome: 'REMEDIATED',
        resourceArn: `arn:aws:s3:::${Bucket}`,
        after: SECURE,
      }),
    ]);
    expect(await publicAccess(Bucket)).toEqual(SECURE);
    expect(await foreign(Bucket)).toEqual(before);
    expect(repairsAmong(calls).map((call) => [call.operation, ...call.resources])).toEqual([
      ['PutPublicAccessBlock', `arn:aws:s3:::${Bucket}`],
    ]);

    // A repair looks twice.
    expect(looksAmong(calls, spec).length).toBeLessThanOrEqual(2 * spec.calls.read);

    const again = await handAgain(event);
    expect(again.failures).toBe(0);
    expect(repairsAmong(again.calls)).toEqual([]);
  });

  test('cannot be claimed by an event that somebody put on the bus', async () => {
    const Bucket = await bucketWithForeignSettings();
    const { event } = await act('DeletePublicAccessBlock', spec.id, () =>
      s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
    );
    const detail = { ...event, eventID: unique('forged'), requestParameters: { bucketName: Bucket } };
    const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
    const sent = await sandbox.client(EventBridgeClient).send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: 'bulwark-main-signals',
            Source: 'my.app',
            DetailType: 'AWS API Call via CloudTrail',
            Detail: JSON.stringify(detail),
          },
        ],
      }),
    );
    expect(sent.FailedEntryCount).toBe(0);
    await sleep(500);
    expect(looksAmong(await callsSince(next), spec)).toEqual([]);
  });

  test('by one setting of four is closed, and the ledger knows what it was', async () => {
    const Bucket = await bucketWithForeignSettings();
    const before = { ...SECURE, BlockPublicPolicy: false };
    const { reports } = await act('PutPublicAccessBlock', spec.id, () =>
      s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: before })),
    );
    expect(reports[0]).toMatchObject({ outcome: 'REMEDIATED', before, after: SECURE });
    expect(await publicAccess(Bucket)).toEqual(SECURE);

    const dynamodb = sandbox.client(DynamoDBClient);
    const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
    const TableName = TableNames.find((name) => name.includes('Ledger'));
    const key = { pk: { S: `RUN#${reports[0]?.runId}` }, sk: { S: 'RUN' } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: key }));
    expect(JSON.parse(Item?.before?.S ?? '')).toEqual(before);
    expect(Item).toMatchObject({ state: { S: 'REMEDIATED' }, attempts: { N: '1' } });
  });
});

describe('a look-alike', () => {
  test('that admits an organization by a condition is left alone', async () => {
    const Bucket = await bucketWithForeignSettings();
    const Policy = organizationPolicy(Bucket);
    const { reports, calls } = await act('PutBucketPolicy', spec.id, () =>
      s3.send(new PutBucketPolicyCommand({ Bucket, Policy })),
    );
    expect(reports.map((report) => report.outcome)).toEqual(['COMPLIANT']);
    expect(repairsAmong(calls)).toEqual([]);
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
  });
});

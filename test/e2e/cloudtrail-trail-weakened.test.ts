import {
  CloudTrailClient,
  CreateTrailCommand,
  GetEventSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { spec } from '../../lambda/remediations/cloudtrail-trail-weakened/spec';
import { act, handAgain, looksAmong, repairsAmong, sandbox, unique } from './deployed';

const cloudtrail = sandbox.client(CloudTrailClient);
const OURS = 'bulwark-main';

async function stateOf(Name: string): Promise<object> {
  const [{ Trail }, { IsLogging }, selectors] = await Promise.all([
    cloudtrail.send(new GetTrailCommand({ Name })),
    cloudtrail.send(new GetTrailStatusCommand({ Name })),
    cloudtrail.send(new GetEventSelectorsCommand({ TrailName: Name })),
  ]);
  return { Trail, IsLogging, advanced: selectors.AdvancedEventSelectors, basic: selectors.EventSelectors ?? [] };
}

async function bucketForTrail(): Promise<string> {
  const s3 = sandbox.client(S3Client);
  const Bucket = unique('e2e-trail');
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
    },
  ];
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
  return Bucket;
}

describe('the trail', () => {
  test('that is stopped logs again, once', async () => {
    const before = await stateOf(OURS);
    const { event, reports, calls } = await act('StopLogging', spec.id, () =>
      cloudtrail.send(new StopLoggingCommand({ Name: OURS })),
    );
    expect(reports).toEqual([
      expect.objectContaining({
        remediation: 'cloudtrail-trail-weakened',
        outcome: 'REMEDIATED',
        after: { logging: true },
      }),
    ]);
    expect(await stateOf(OURS)).toEqual(before);
    expect(repairsAmong(calls).map((call) => call.operation)).toEqual(['StartLogging']);

    // A repair looks twice.
    expect(looksAmong(calls, spec).length).toBeLessThanOrEqual(2 * spec.calls.read);

    const again = await handAgain(event);
    expect(again.failures).toBe(0);
    expect(repairsAmong(again.calls)).toEqual([]);
  });

  test('that is weakened gets back just what was taken', async () => {
    const before = await stateOf(OURS);
    const { reports, calls } = await act('UpdateTrail', spec.id, () =>
      cloudtrail.send(
        new UpdateTrailCommand({ Name: OURS, IsMultiRegionTrail: false, EnableLogFileValidation: false }),
      ),
    );
    expect(reports[0]).toMatchObject({
      outcome: 'REMEDIATED',
      before: { trail: { IsMultiRegionTrail: false, LogFileValidationEnabled: false } },
    });
    expect(await stateOf(OURS)).toEqual(before);
    expect(repairsAmong(calls).map((call) => call.operation)).toEqual(['UpdateTrail']);
  });

  test('that is pointed at somebody else comes back whole', async () => {
    const before = await stateOf(OURS);
    const theirs = await bucketForTrail();
    const { reports } = await act('UpdateTrail', spec.id, () =>
      cloudtrail.send(new UpdateTrailCommand({ Name: OURS, S3BucketName: theirs, S3KeyPrefix: 'x', KmsKeyId: '' })),
    );
    expect(reports[0]?.outcome).toBe('REMEDIATED');
    expect(await stateOf(OURS)).toMatchObject({ Trail: settingsOf(before) });
  });

  test('whose selectors are narrowed records everything again', async () => {
    const before = await stateOf(OURS);
    const { reports, calls } = await act('PutEventSelectors', spec.id, () =>
      cloudtrail.send(
        new PutEventSelectorsCommand({
          TrailName: OURS,
          EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: true }],
        }),
      ),
    );
    expect(reports[0]?.outcome).toBe('REMEDIATED');
    expect(await stateOf(OURS)).toMatchObject({ advanced: (before as { advanced: unknown }).advanced });
    expect(repairsAmong(calls).map((call) => call.operation)).toEqual(['PutEventSelectors']);
  });
});

/** A prefix that is taken off may be told as an empty text. */
function settingsOf(state: object): object {
  const { S3KeyPrefix, ...rest } = (state as { Trail: { S3KeyPrefix?: string } }).Trail;
  return rest;
}

describe('a look-alike', () => {
  test('of somebody else stays as its owner left it', async () => {
    const Bucket = await bucketForTrail();
    const Name = 'bulwark-main-copy';
    await cloudtrail.send(new CreateTrailCommand({ Name, S3BucketName: Bucket }));
    await cloudtrail.send(new StartLoggingCommand({ Name }));

    const { reports, calls } = await act('StopLogging', spec.id, () =>
      cloudtrail.send(new StopLoggingCommand({ Name })),
    );
    expect(reports.map((report) => report.outcome)).toEqual(['SUPPRESSED']);
    // The trail's bucket, made a moment ago, is another remediation's business.
    expect(repairsAmong(calls).filter(({ service }) => service === 'cloudtrail')).toEqual([]);
    expect(await stateOf(Name)).toMatchObject({ IsLogging: false });
  });
});

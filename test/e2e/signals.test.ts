import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  BatchImportFindingsCommand,
  EnableSecurityHubCommand,
  GetFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { settled } from '../../sandbox/runner/watch';
import { type Aftermath, act, actByFinding, changesAmong, forgetRepairs, sandbox, switchTo, unique } from './deployed';

const REMEDIATION = 's3-bucket-public-access';
const s3 = sandbox.client(S3Client);
const hub = sandbox.client(SecurityHubClient);
const ACCOUNT = sandbox.account;
const REGION = sandbox.region;
const PRODUCT = `arn:aws:securityhub:${REGION}::product/aws/securityhub`;

/** A bucket that drifted while nothing was repaired: what a finding tells of is old by then. */
async function driftedBucket(): Promise<string> {
  const Bucket = unique('e2e-finding');
  await switchTo({ 'override/mode': 'OBSERVE' });
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  await act('DeletePublicAccessBlock', REMEDIATION, () => s3.send(new DeletePublicAccessBlockCommand({ Bucket })));
  await settled(sandbox);
  await switchTo({ 'override/mode': undefined });
  return Bucket;
}

async function isPublic(Bucket: string): Promise<boolean> {
  try {
    await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    return false;
  } catch {
    return true;
  }
}

function asff(id: string, bucket: string, change: object = {}): Record<string, unknown> {
  const now = new Date().toISOString();
  return {
    SchemaVersion: '2018-10-08',
    Id: id,
    ProductArn: PRODUCT,
    GeneratorId: 'security-control/S3.8',
    AwsAccountId: ACCOUNT,
    Region: REGION,
    Types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
    CreatedAt: now,
    UpdatedAt: now,
    Severity: { Label: 'HIGH' },
    Title: 'A bucket may be public',
    Description: 'Made by a test',
    Resources: [{ Type: 'AwsS3Bucket', Id: `arn:aws:s3:::${bucket}`, Region: REGION, Partition: 'aws' }],
    Compliance: { Status: 'FAILED', SecurityControlId: 'S3.8' },
    Workflow: { Status: 'NEW' },
    RecordState: 'ACTIVE',
    ...change,
  };
}

async function inHub(id: string) {
  const { Findings = [] } = await hub.send(
    new GetFindingsCommand({ Filters: { Id: [{ Value: id, Comparison: 'EQUALS' }] } }),
  );
  return { workflow: Findings[0]?.Workflow?.Status, note: Findings[0]?.Note?.Text };
}

function expectProposal({ reports, calls }: Aftermath, bucket: string): void {
  expect(reports.map(({ outcome, reason, resourceArn }) => ({ outcome, reason, resourceArn }))).toEqual([
    { outcome: 'PROPOSED', reason: 'the drift was there before', resourceArn: `arn:aws:s3:::${bucket}` },
  ]);
  expect(changesAmong(calls)).toEqual([]);
}

beforeAll(() => hub.send(new EnableSecurityHubCommand({})));
beforeEach(forgetRepairs);

describe('a finding of Security Hub', () => {
  test('is proposed, and told so in the finding', async () => {
    const bucket = await driftedBucket();
    const id = (finding: string) => `arn:aws:securityhub:${REGION}:${ACCOUNT}:security-control/S3.8/finding/${finding}`;
    let findingId = '';
    const aftermath = await actByFinding(
      REMEDIATION,
      async (finding) => {
        findingId = id(finding);
        await hub.send(new BatchImportFindingsCommand({ Findings: [asff(findingId, bucket) as never] }));
      },
      id,
    );
    expectProposal(aftermath, bucket);
    expect(await isPublic(bucket)).toBe(true);
    await settled(sandbox);
    expect(await inHub(findingId)).toEqual({
      workflow: 'NOTIFIED',
      note: expect.stringContaining(`bulwark approve ${aftermath.reports[0]?.planId}`) as string,
    });
  });

  test('that a person picked is repaired, and resolved', async () => {
    const bucket = await driftedBucket();
    const { signalId, reports } = await actByFinding(REMEDIATION, (finding) =>
      sandbox.emit(REGION, {
        source: 'aws.securityhub',
        'detail-type': 'Security Hub Findings - Custom Action',
        resources: [`arn:aws:securityhub:${REGION}:${ACCOUNT}:action/custom/BulwarkRepair`],
        detail: { actionName: 'Repair', findings: [asff(finding, bucket)] },
      }),
    );
    expect(reports.map(({ outcome, reason }) => [outcome, reason])).toEqual([['REMEDIATED', 'a person asked for it']]);
    expect(await isPublic(bucket)).toBe(false);
    await settled(sandbox);
    expect(await inHub(signalId)).toMatchObject({ workflow: 'RESOLVED' });
  });

  test('of the current Security Hub, in OCSF, is proposed', async () => {
    const bucket = await driftedBucket();
    const aftermath = await actByFinding(REMEDIATION, (uid) =>
      sandbox.emit(REGION, {
        source: 'aws.securityhub',
        'detail-type': 'Findings Imported V2',
        detail: {
          findings: [
            {
              class_uid: 2003,
              class_name: 'Compliance Finding',
              status_id: 1,
              status: 'New',
              time: Date.now(),
              cloud: { account: { uid: ACCOUNT }, region: REGION, provider: 'AWS' },
              compliance: { control: 'S3.8', status: 'Fail', standards: ['standards/aws-foundational'] },
              finding_info: { uid, title: 'A bucket may be public', modified_time: Date.now() },
              metadata: { uid, product: { uid: PRODUCT, name: 'Security Hub' }, version: '1.6.0' },
              resources: [{ uid: `arn:aws:s3:::${bucket}`, type: 'AWS::S3::Bucket', region: REGION }],
            },
          ],
        },
      }),
    );
    expectProposal(aftermath, bucket);
  });
});

test('a finding of GuardDuty is proposed', async () => {
  const bucket = await driftedBucket();
  const aftermath = await actByFinding(REMEDIATION, (id) =>
    sandbox.emit(REGION, {
      source: 'aws.guardduty',
      'detail-type': 'GuardDuty Finding',
      detail: {
        schemaVersion: '2.0',
        accountId: ACCOUNT,
        region: REGION,
        id,
        type: 'Policy:S3/BucketBlockPublicAccessDisabled',
        resource: { resourceType: 'S3Bucket', s3BucketDetails: [{ arn: `arn:aws:s3:::${bucket}`, name: bucket }] },
        service: { serviceName: 'guardduty', archived: false, eventLastSeen: new Date().toISOString() },
        severity: 2,
        updatedAt: new Date().toISOString(),
      },
    }),
  );
  expectProposal(aftermath, bucket);
});

test('a change of compliance that Config tells is proposed', async () => {
  const bucket = await driftedBucket();
  const aftermath = await actByFinding(REMEDIATION, (id) =>
    sandbox.emit(REGION, {
      id,
      source: 'aws.config',
      'detail-type': 'Config Rules Compliance Change',
      detail: {
        awsAccountId: ACCOUNT,
        awsRegion: REGION,
        configRuleName: 'securityhub-s3-bucket-level-public-access-prohibited-e17388f5',
        resourceType: 'AWS::S3::Bucket',
        resourceId: bucket,
        messageType: 'ComplianceChangeNotification',
        newEvaluationResult: { complianceType: 'NON_COMPLIANT', resultRecordedTime: new Date().toISOString() },
      },
    }),
  );
  expectProposal(aftermath, bucket);
});

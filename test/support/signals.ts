/** Messages as the responder's queue has them. Each is about the lamp in the hall, which is off. */

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
export const LAMP_ARN = 'arn:aws:s3:::hall';

type Fields = Record<string, unknown>;

/** A call, in EventBridge's envelope. */
export function call(detail: Fields = {}, outside: Fields = {}) {
  return {
    version: '0',
    id: '20000000-0000-4000-8000-000000000001',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.s3',
    account: ACCOUNT,
    region: REGION,
    ...outside,
    detail: {
      eventID: '10000000-0000-4000-8000-000000000001',
      eventSource: 's3.amazonaws.com',
      eventName: 'PutLamp',
      eventTime: '2026-11-20T10:00:00Z',
      awsRegion: REGION,
      recipientAccountId: ACCOUNT,
      userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/alice` },
      requestParameters: { lamp: 'hall' },
      ...detail,
    },
  };
}

/** The same, as text. */
export function envelope(detail: Fields = {}, outside: Fields = {}): string {
  return JSON.stringify(call(detail, outside));
}

export function guardDuty(detail: Fields = {}) {
  return {
    version: '0',
    id: '20000000-0000-4000-8000-000000000002',
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account: ACCOUNT,
    region: REGION,
    resources: [],
    detail: {
      schemaVersion: '2.0',
      accountId: ACCOUNT,
      region: REGION,
      partition: 'aws',
      id: '30000000000000000000000000000001',
      type: 'Policy:S3/LampSwitchedOff',
      severity: 5,
      createdAt: '2026-11-20T09:50:00.000Z',
      updatedAt: '2026-11-20T09:55:00.000Z',
      resource: {
        resourceType: 'S3Bucket',
        s3BucketDetails: [{ arn: LAMP_ARN, name: 'hall', type: 'Destination' }],
        accessKeyDetails: { userName: 'alice', userType: 'IAMUser' },
      },
      service: { serviceName: 'guardduty', eventLastSeen: '2026-11-20T09:54:00.000Z', archived: false, count: 1 },
      ...detail,
    },
  };
}

/** A finding of Security Hub CSPM. */
export function asff(more: Fields = {}) {
  return {
    SchemaVersion: '2018-10-08',
    Id: `arn:aws:securityhub:${REGION}:${ACCOUNT}:security-control/S3.8/finding/40000000-0000-4000-8000-000000000001`,
    ProductArn: `arn:aws:securityhub:${REGION}::product/aws/securityhub`,
    GeneratorId: 'security-control/S3.8',
    AwsAccountId: ACCOUNT,
    Region: REGION,
    UpdatedAt: '2026-11-20T09:55:00.000Z',
    Severity: { Label: 'HIGH' },
    Resources: [{ Type: 'AwsTestLamp', Id: LAMP_ARN, Partition: 'aws', Region: REGION }],
    Compliance: { Status: 'FAILED', SecurityControlId: 'S3.8' },
    Workflow: { Status: 'NEW' },
    RecordState: 'ACTIVE',
    ...more,
  };
}

/** As Security Hub sends findings by itself, or at the word of a person. */
export function securityHub(
  findings: unknown = [asff()],
  detailType: 'Imported' | 'Custom Action' = 'Imported',
): Fields & { detail: Fields } {
  return {
    version: '0',
    id: '20000000-0000-4000-8000-000000000003',
    'detail-type': `Security Hub Findings - ${detailType}`,
    source: 'aws.securityhub',
    account: ACCOUNT,
    region: REGION,
    resources: [`arn:aws:securityhub:${REGION}:${ACCOUNT}:action/custom/BulwarkRepair`],
    detail: { findings },
  };
}

/** A compliance finding of the current Security Hub. */
export function ocsf(more: Fields = {}) {
  return {
    class_uid: 2003,
    class_name: 'Compliance Finding',
    status_id: 1,
    status: 'New',
    time: Date.parse('2026-11-20T09:54:00Z'),
    cloud: { account: { uid: ACCOUNT }, region: REGION, provider: 'AWS' },
    compliance: { control: 'S3.8', status: 'Fail', status_id: 3 },
    finding_info: { uid: 'f-1', modified_time: Date.parse('2026-11-20T09:55:00Z') },
    metadata: { uid: '50000000000000000000000000000000000000000000000000000000000000aa' },
    resources: [{ type: 'AWS::Test::Lamp', uid: LAMP_ARN }],
    ...more,
  };
}

export function securityHubV2(findings: unknown = [ocsf()]) {
  return {
    version: '0',
    id: '20000000-0000-4000-8000-000000000004',
    'detail-type': 'Findings Imported V2',
    source: 'aws.securityhub',
    account: ACCOUNT,
    region: REGION,
    detail: { findings },
  };
}

/** A change of compliance that AWS Config tells. */
export function config(detail: Fields = {}) {
  return {
    version: '0',
    id: '20000000-0000-4000-8000-000000000005',
    'detail-type': 'Config Rules Compliance Change',
    source: 'aws.config',
    account: ACCOUNT,
    region: REGION,
    detail: {
      awsAccountId: ACCOUNT,
      awsRegion: REGION,
      configRuleName: 'lamp-is-on',
      resourceType: 'AWS::Test::Lamp',
      resourceId: 'hall',
      newEvaluationResult: { complianceType: 'NON_COMPLIANT', resultRecordedTime: '2026-11-20T09:55:00.000Z' },
      ...detail,
    },
  };
}

/** A resource that a sweep came across. */
export function swept(detail: Fields = {}) {
  return {
    source: 'cdk-bulwark.sweep',
    'detail-type': 'Bulwark Sweep',
    account: ACCOUNT,
    detail: {
      id: 's-1:0123456789abcdef',
      account: ACCOUNT,
      region: REGION,
      time: '2026-11-20T10:00:00.000Z',
      remediation: 'test-lamp',
      names: { lamp: 'hall' },
      ...detail,
    },
  };
}

import { REMEDIATIONS } from '../../../lib/response/remediations.generated';
import type { RemediationSpec } from '../../../lambda/runtime/spec';
import type { Specimen } from './specimens';

const ACCOUNT = '123456789012';

/** A finding of Security Hub: which control, on what. */
export interface Found {
  readonly control: string;
  readonly title: string;
  /** As Security Hub writes it: `AwsS3Bucket`. */
  readonly type: string;
  readonly arn: string;
  readonly region: string;
  readonly uuid: string;
  readonly updatedAt: Date;
}

/** Resource types as Security Hub writes them. */
const TYPES: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'AwsS3Bucket',
  'AWS::EC2::SecurityGroup': 'AwsEc2SecurityGroup',
  'AWS::EC2::Snapshot': 'AwsEc2Snapshot',
  'AWS::KMS::Key': 'AwsKmsKey',
  'AWS::Lambda::Function': 'AwsLambdaFunction',
};

/** An event as AWS puts it on the default bus, but for what is the same for all. */
export interface FindingEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: object;
  readonly [field: string]: unknown;
}

type Teller = (spec: RemediationSpec, specimen: Specimen, uuid: string, updatedAt: Date) => FindingEvent;

/** Who tells of what, by scenario of the drill. Of snapshots AWS Config judges the account as a whole. */
const TELLERS: Readonly<Record<string, readonly Teller[]>> = {
  'bucket-made-public': [byHub, byGuardDuty, byConfig],
  'plain-http-allowed': [byHub, byConfig],
  'snapshot-shared': [byHub],
  'key-rotation-stopped': [byConfig, byHub],
  'security-group-opened': [byHub, byConfig],
  'function-opened': [byConfig, byHub],
};

/** The event by which one of the services tells that a specimen drifts; they take turns. */
export function findingOn(specimen: Specimen, turn: number, uuid: string, updatedAt: Date): FindingEvent {
  const spec = REMEDIATIONS.find(({ id }) => id === specimen.scenario.remediation);
  const tellers = TELLERS[specimen.scenario.id] ?? [];
  const teller = tellers[turn % tellers.length];
  if (spec === undefined || teller === undefined) throw new Error(`nobody tells of ${specimen.scenario.id}`);
  return teller(spec, specimen, uuid, updatedAt);
}

function byHub(spec: RemediationSpec, { target, region }: Specimen, uuid: string, updatedAt: Date): FindingEvent {
  const { title, controls, resource } = spec;
  const type = TYPES[resource.type] as string;
  return hubEvent({ control: controls[0] as string, title, type, arn: target.arn, region, uuid, updatedAt });
}

/** Source: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html */
function byGuardDuty(spec: RemediationSpec, { target, region }: Specimen, uuid: string, updatedAt: Date): FindingEvent {
  const time = updatedAt.toISOString();
  return {
    source: 'aws.guardduty',
    'detail-type': 'GuardDuty Finding',
    detail: {
      schemaVersion: '2.0',
      accountId: ACCOUNT,
      region,
      id: uuid,
      type: spec.findings?.guardDuty?.[0],
      resource: { resourceType: 'S3Bucket', s3BucketDetails: [{ arn: target.arn, name: target.name }] },
      service: { serviceName: 'guardduty', archived: false, eventLastSeen: time },
      severity: 2,
      updatedAt: time,
    },
  };
}

/** Source: https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html */
function byConfig(spec: RemediationSpec, { target, region }: Specimen, uuid: string, updatedAt: Date): FindingEvent {
  return {
    // The finding has no id of its own, so that the event's counts.
    id: uuid,
    source: 'aws.config',
    'detail-type': 'Config Rules Compliance Change',
    detail: {
      resourceId: target.name,
      resourceType: spec.resource.type,
      awsRegion: region,
      awsAccountId: ACCOUNT,
      configRuleName: `securityhub-${spec.findings?.config?.[0]}-0a1b2c3d`,
      messageType: 'ComplianceChangeNotification',
      newEvaluationResult: { complianceType: 'NON_COMPLIANT', resultRecordedTime: updatedAt.toISOString() },
    },
  };
}

/**
 * The event by which Security Hub tells of a finding, or of a person who asks for its repair.
 *
 * Source: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
 */
export function hubEvent(
  { control, title, type, arn, region, uuid, updatedAt }: Found,
  kind: 'Imported' | 'Custom Action' = 'Imported',
) {
  const account = ACCOUNT;
  const time = updatedAt.toISOString();
  return {
    source: 'aws.securityhub',
    'detail-type': `Security Hub Findings - ${kind}`,
    account,
    detail: {
      findings: [
        {
          SchemaVersion: '2018-10-08',
          Id: `arn:aws:securityhub:${region}:${account}:security-control/${control}/finding/${uuid}`,
          ProductArn: `arn:aws:securityhub:${region}::product/aws/securityhub`,
          ProductName: 'Security Hub',
          CompanyName: 'AWS',
          Region: region,
          GeneratorId: `security-control/${control}`,
          AwsAccountId: account,
          Types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
          CreatedAt: time,
          UpdatedAt: time,
          Severity: { Label: 'HIGH' },
          Title: title,
          Description: title,
          Resources: [{ Type: type, Id: arn, Partition: 'aws', Region: region }],
          Compliance: { Status: 'FAILED', SecurityControlId: control },
          Workflow: { Status: 'NEW' },
          RecordState: 'ACTIVE',
        },
      ],
    },
  };
}

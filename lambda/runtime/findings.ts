import { isRecord, recordsOf, text, textAt, valueAt } from './foreign';
import type { FindingSignal, FoundResource, Refusal } from './signal';

/** What a finding is about, in the finder's own terms. */
export interface Subject {
  readonly product: 'securityhub' | 'guardduty' | 'config';
  /** `S3.5`, `Policy:S3/BucketBlockPublicAccessDisabled`, or the name of a Config rule. */
  readonly name: string;
}

type Read = FindingSignal | Refusal;

/**
 * A finding of GuardDuty.
 *
 * Source: GuardDuty User Guide, "Creating custom responses to GuardDuty findings with Amazon CloudWatch Events" (the event is
 * the finding, with a small first letter of each key).
 */
export function readGuardDuty(detail: Record<string, unknown>): Read {
  if (valueAt(detail, 'service.archived') === true) return { refused: 'the finding is archived' };
  const service = textAt(detail, 'service.eventLastSeen') ?? textAt(detail, 'updatedAt');
  return {
    kind: 'finding',
    id: text(detail.id),
    account: text(detail.accountId),
    region: text(detail.region),
    time: new Date(service ?? ''),
    actor: { arn: 'guardduty.amazonaws.com' },
    subject: { product: 'guardduty', name: text(detail.type) },
    resources: guardDutyResources(detail),
    asked: false,
    record: detail,
  };
}

function guardDutyResources(detail: Record<string, unknown>): FoundResource[] {
  const key = textAt(detail, 'resource.accessKeyDetails.userName');
  return [
    ...recordsOf(valueAt(detail, 'resource.s3BucketDetails')).map((bucket) => ({
      type: 'AWS::S3::Bucket',
      id: text(bucket.arn),
    })),
    ...(key !== undefined && textAt(detail, 'resource.accessKeyDetails.userType') === 'IAMUser'
      ? [{ type: 'AWS::IAM::User', id: key }]
      : []),
    { type: 'AWS::Account', id: text(detail.accountId) },
  ];
}

/** `security-control/S3.5`, `aws-foundational-security-best-practices/v/1.0.0/S3.5`: the standards whose ids are the controls'. */
const GENERATOR = /^(?:security-control|aws-foundational-security-best-practices\/v\/[\d.]+)\/([A-Za-z0-9]+\.\d+)$/;

/** A finding of Security Hub CSPM in the AWS Security Finding Format. */
export function readSecurityHub(finding: Record<string, unknown>, asked = false): Read {
  if (finding.RecordState === 'ARCHIVED') return { refused: 'the finding is archived' };
  if (textAt(finding, 'Compliance.Status') === 'PASSED') return { refused: 'the finding says that the control is met' };
  const workflow = textAt(finding, 'Workflow.Status');
  if (!asked && (workflow === 'RESOLVED' || workflow === 'SUPPRESSED')) {
    return { refused: `the workflow of the finding is ${workflow}` };
  }
  const control = textAt(finding, 'Compliance.SecurityControlId') ?? GENERATOR.exec(text(finding.GeneratorId))?.[1];
  if (control === undefined) return { refused: 'the finding names no control of Security Hub' };
  const region = text(finding.Region);
  return {
    kind: 'finding',
    id: text(finding.Id),
    account: text(finding.AwsAccountId),
    region,
    time: new Date(text(finding.UpdatedAt)),
    actor: { arn: 'securityhub.amazonaws.com' },
    subject: { product: 'securityhub', name: control },
    resources: recordsOf(finding.Resources).map(({ Type, Id }) => ({ type: text(Type), id: text(Id) })),
    asked,
    hub: { format: 'ASFF', id: text(finding.Id), productArn: text(finding.ProductArn), region },
    record: finding,
  };
}

/** OCSF class 2003, "Compliance Finding": https://schema.ocsf.io/classes/compliance_finding */
const COMPLIANCE_FINDING = 2003;

/** A compliance finding of the current Security Hub, in the Open Cybersecurity Schema Framework. */
export function readOcsf(finding: Record<string, unknown>): Read {
  if (finding.class_uid !== COMPLIANCE_FINDING) return { refused: 'not a compliance finding' };
  if (/^pass$/i.test(textAt(finding, 'compliance.status') ?? '')) {
    return { refused: 'the finding says that the control is met' };
  }
  // Status of the finding itself: 1 new, 2 in progress, 3 suppressed, 4 resolved, 5 archived.
  if (typeof finding.status_id === 'number' && finding.status_id >= 3 && finding.status_id <= 5) {
    return { refused: `the status of the finding is ${text(finding.status) || finding.status_id}` };
  }
  const control = textAt(finding, 'compliance.control');
  if (control === undefined) return { refused: 'the finding names no control of Security Hub' };
  const region = textAt(finding, 'cloud.region') ?? '';
  const uid = textAt(finding, 'metadata.uid') ?? textAt(finding, 'finding_info.uid') ?? '';
  return {
    kind: 'finding',
    id: uid,
    account: textAt(finding, 'cloud.account.uid') ?? '',
    region,
    time: timeOf(finding),
    actor: { arn: 'securityhub.amazonaws.com' },
    subject: { product: 'securityhub', name: control },
    resources: recordsOf(finding.resources).map(({ type, uid: id }) => ({ type: text(type), id: text(id) })),
    asked: false,
    hub: { format: 'OCSF', uid, region },
    record: finding,
  };
}

/** OCSF writes times as milliseconds, and beside them as texts where the datetime profile is on. */
function timeOf(finding: Record<string, unknown>): Date {
  const info = isRecord(finding.finding_info) ? finding.finding_info : {};
  const candidates = [info.modified_time_dt, info.modified_time, finding.time_dt, finding.time];
  const found = candidates.find((each) => typeof each === 'string' || typeof each === 'number');
  return new Date((found as string | number | undefined) ?? Number.NaN);
}

/** A change of compliance that AWS Config tells. */
export function readConfig(envelope: Record<string, unknown>, detail: Record<string, unknown>): Read {
  if (textAt(detail, 'newEvaluationResult.complianceType') !== 'NON_COMPLIANT') {
    return { refused: 'the rule does not say NON_COMPLIANT' };
  }
  return {
    kind: 'finding',
    id: text(envelope.id),
    account: text(detail.awsAccountId),
    region: text(detail.awsRegion),
    time: new Date(textAt(detail, 'newEvaluationResult.resultRecordedTime') ?? ''),
    actor: { arn: 'config.amazonaws.com' },
    subject: { product: 'config', name: text(detail.configRuleName) },
    resources: [{ type: text(detail.resourceType), id: text(detail.resourceId) }],
    asked: false,
    record: detail,
  };
}

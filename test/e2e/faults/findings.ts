import { REMEDIATIONS } from '../../../lib/response/remediations.generated';
import type { Specimen } from './specimens';

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

/** The event on a specimen that fails the first control of its remediation. */
export function findingOn({ scenario, target, region }: Specimen, uuid: string, updatedAt: Date) {
  const spec = REMEDIATIONS.find(({ id }) => id === scenario.remediation);
  const type = TYPES[spec?.resource.type ?? ''];
  if (spec === undefined || type === undefined) throw new Error(`no finding on ${scenario.remediation} is known here`);
  const { title, controls } = spec;
  return hubEvent({ control: controls[0] as string, title, type, arn: target.arn, region, uuid, updatedAt });
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
  const account = '123456789012';
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

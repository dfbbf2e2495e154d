import { REMEDIATIONS } from '../../../lib/response/remediations.generated';
import type { Specimen } from './specimens';

/** Resource types as Security Hub writes them, and the way it names the resource: by ARN, but for a snapshot and a function. */
const TYPES: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'AwsS3Bucket',
  'AWS::EC2::SecurityGroup': 'AwsEc2SecurityGroup',
  'AWS::EC2::Snapshot': 'AwsEc2Snapshot',
  'AWS::KMS::Key': 'AwsKmsKey',
  'AWS::Lambda::Function': 'AwsLambdaFunction',
};

/**
 * The event by which Security Hub tells of a resource that fails the first control of its remediation.
 *
 * Source: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
 */
export function findingOn({ scenario, target, region }: Specimen, uuid: string, updatedAt: Date) {
  const spec = REMEDIATIONS.find(({ id }) => id === scenario.remediation);
  const type = TYPES[spec?.resource.type ?? ''];
  if (spec === undefined || type === undefined) throw new Error(`no finding on ${scenario.remediation} is known here`);
  const [control] = spec.controls;
  const account = '123456789012';
  const id = `arn:aws:securityhub:${region}:${account}:security-control/${control}/finding/${uuid}`;
  const time = updatedAt.toISOString();
  return {
    source: 'aws.securityhub',
    'detail-type': 'Security Hub Findings - Imported',
    detail: {
      findings: [
        {
          SchemaVersion: '2018-10-08',
          Id: id,
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
          Title: spec.title,
          Description: spec.title,
          Resources: [{ Type: type, Id: target.arn, Partition: 'aws', Region: region }],
          Compliance: { Status: 'FAILED', SecurityControlId: control },
          Workflow: { Status: 'NEW' },
          RecordState: 'ACTIVE',
        },
      ],
    },
  };
}

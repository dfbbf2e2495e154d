import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'CloudTrail.1': {
    title: 'A multi-Region trail records read and write management events',
    severity: 'HIGH',
    meaning: 'What an intruder does in a Region nobody looks at leaves no lasting record.',
    byHand:
      'Create one: `aws cloudtrail create-trail --name NAME --s3-bucket-name BUCKET --is-multi-region-trail`, then `aws cloudtrail start-logging --name NAME`. A new trail takes all management events.',
    standards: {
      'fsbp-1.0': ['CloudTrail.1'],
      'cis-3.0': ['3.1'],
      'cis-5.0': ['3.1'],
      'cis-7.0': ['4.1'],
      'nist-800-53-r5': [
        'AC-2(4)', 'AC-3(1)', 'AC-3(10)', 'AC-4(26)', 'AC-6(9)', 'AU-2', 'AU-3', 'AU-3(1)', 'AU-6(3)', 'AU-6(4)',
        'AU-6(6)', 'AU-6(9)', 'AU-8', 'AU-10', 'AU-12', 'AU-12(1)', 'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14',
        'AU-14(3)', 'CA-7', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-3(3)', 'MA-4(1)', 'PM-14', 'PM-31', 'SC-7(9)', 'SI-1(1)',
        'SI-3(8)', 'SI-4(2)', 'SI-4(17)', 'SI-4(20)', 'SI-7(8)', 'SI-10(1)',
      ],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      hipaa: ['164.308(a)(1)(ii)(D)', '164.308(a)(3)(ii)(A)', '164.308(a)(6)(ii)', '164.312(b)', '164.312(e)(2)(i)'],
      gdpr: ['Art. 25', 'Art. 30'],
      soc2: ['A1.1', 'CC2.1', 'CC7.2', 'PI1.3'],
    },
  },
  'CloudTrail.2': {
    title: 'Trails encrypt their log files with a customer key',
    severity: 'MEDIUM',
    meaning: 'Everyone who may read the bucket may read the log, and no key policy stands in the way.',
    byHand:
      'Name a key whose policy lets CloudTrail use it: `aws cloudtrail update-trail --name NAME --kms-key-id KEY_ARN`.',
    stockRules: ['NIST.800.53.R5-CloudTrailEncryptionEnabled'],
    standards: {
      'fsbp-1.0': ['CloudTrail.2'],
      'cis-3.0': ['3.5'],
      'cis-5.0': ['3.5'],
      'cis-7.0': ['4.5'],
      'nist-800-53-r5': ['AU-9(3)', 'CM-6', 'CM-9', 'CP-9', 'SC-8(3)', 'SC-8(4)', 'SC-13', 'SC-28(1)', 'SI-19(4)'],
      'pci-4.0': ['3.5.1', '8.3.2', '10.3.2', '10.3.3', '10.3.4', 'A1.2.1'],
      hipaa: [
        '164.308(a)(1)(ii)(B)', '164.308(a)(1)(ii)(D)', '164.308(a)(4)(ii)(A)', '164.312(a)(2)(iv)', '164.312(c)(1)',
        '164.312(c)(2)', '164.312(e)(2)(ii)',
      ],
      gdpr: ['Art. 25', 'Art. 30', 'Art. 32'],
      'iso27001-2022': ['A.8.11', 'A.8.15', 'A.8.16', 'A.8.24'],
    },
  },
  'CloudTrail.4': {
    title: 'Trails write digests that prove their log files unchanged',
    severity: 'LOW',
    meaning: 'A deleted or edited log file cannot be told from a genuine record.',
    byHand:
      'Turn it on: `aws cloudtrail update-trail --name NAME --enable-log-file-validation`. Verify with `aws cloudtrail validate-logs --trail-arn ARN --start-time TIME`.',
    stockRules: ['NIST.800.53.R5-CloudTrailLogFileValidationEnabled'],
    standards: {
      'fsbp-1.0': ['CloudTrail.4'],
      'cis-3.0': ['3.2'],
      'cis-5.0': ['3.2'],
      'cis-7.0': ['4.2'],
      'nist-800-53-r5': [
        'AU-9', 'CM-6', 'CM-9', 'PM-11', 'PM-17', 'SA-1(1)', 'SA-10(1)', 'SC-16(1)', 'SI-1', 'SI-4', 'SI-7', 'SI-7(1)',
        'SI-7(3)', 'SI-7(7)',
      ],
      'pci-4.0': ['10.3.2', '10.3.3', '10.3.4', 'A1.2.1'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(1)(ii)(D)', '164.312(b)', '164.312(c)(1)', '164.312(c)(2)'],
      gdpr: ['Art. 25', 'Art. 32'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC7.3', 'PI1.3'],
    },
  },
  'CloudTrail.5': {
    title: 'Trails deliver to a log group of CloudWatch Logs',
    severity: 'MEDIUM',
    meaning:
      'Events can be searched and alarmed on only after files were collected from a bucket, which is too late in an incident.',
    byHand:
      'Name a log group and a role that may write to it: `aws cloudtrail update-trail --name NAME --cloud-watch-logs-log-group-arn LOG_GROUP_ARN --cloud-watch-logs-role-arn ROLE_ARN`.',
    stockRules: ['NIST.800.53.R5-CloudTrailCloudWatchLogsEnabled'],
    standards: {
      'fsbp-1.0': ['CloudTrail.5'],
      'nist-800-53-r5': [
        'AC-2(4)', 'AC-3(1)', 'AC-3(10)', 'AC-4(26)', 'AC-6(9)', 'AU-2', 'AU-3', 'AU-4(1)', 'AU-6(1)', 'AU-6(3)',
        'AU-6(4)', 'AU-6(5)', 'AU-6(6)', 'AU-6(9)', 'AU-7(1)', 'AU-8', 'AU-9(7)', 'AU-10', 'AU-12', 'AU-12(1)',
        'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14', 'AU-14(3)', 'AU-16', 'CA-7', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-3(3)',
        'MA-4(1)', 'PM-14', 'PM-31', 'SC-7(9)', 'SI-1(1)', 'SI-3(8)', 'SI-4(2)', 'SI-4(17)', 'SI-4(20)', 'SI-7(8)',
        'SI-10(1)',
      ],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.4.1.1', '10.6.3', '11.5.2', '11.6.1', '12.10.5', 'A1.2.1', 'A3.3.1', 'A3.5.1',
      ],
      hipaa: ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)', '164.312(b)', '164.312(e)(2)(i)'],
      gdpr: ['Art. 25', 'Art. 30'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['A1.1', 'CC7.2', 'CC7.3', 'PI1.3'],
    },
  },
  'CloudTrail.6': {
    title: 'The bucket that holds a trail is not public',
    severity: 'CRITICAL',
    meaning: 'Everyone can read who works in the account, from where and with what, which is a plan for an attack.',
    byHand:
      'Block public access: `aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`.',
    gap: {
      kind: 'planned',
      reason: 'Whether buckets of other trails are public is found by the remediation of public buckets, and not told as this control.',
    },
    stockRules: ['AwsSolutions-S2'],
    standards: {
      'cis-3.0': ['2.1.4'],
      'cis-5.0': ['2.1.4'],
      'cis-7.0': ['3.1.4'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'CM-6', 'CM-9', 'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(20)', 'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
    },
  },
  'CloudTrail.7': {
    title: 'The bucket that holds a trail logs every access',
    severity: 'LOW',
    meaning: 'Nobody can tell who read or tried to delete the record of events.',
    byHand:
      "Name another bucket as target, with a policy that lets logging.s3.amazonaws.com write: `aws s3api put-bucket-logging --bucket BUCKET --bucket-logging-status 'LoggingEnabled={TargetBucket=TARGET,TargetPrefix=PREFIX}'`.",
    gap: {
      kind: 'planned',
      reason: 'The buckets of other trails are up to whoever made them; no check of them is there yet.',
    },
    stockRules: ['AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled'],
    standards: {
      'cis-3.0': ['3.4'],
      'cis-5.0': ['3.4'],
      'cis-7.0': ['4.4'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['A1.1'],
    },
  },
});

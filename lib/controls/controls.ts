/** Severity of a control as Security Hub rates it. */
export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';

/** Standards whose requirements a control helps to meet. */
export type Standard = 'cis-3.0' | 'cis-5.0' | 'cis-7.0' | 'nist-800-53-r5' | 'pci-4.0';

/** What a control is, wherever it is answered. */
export interface ControlDefinition {
  /** The secure state, as a sentence without full stop. */
  readonly title: string;
  readonly severity: Severity;
  /** Requirement ids as the standard itself writes them: `2.1.4`, `SC-7(11)`, `10.2.1.1`. */
  readonly standards: Readonly<Partial<Record<Standard, readonly string[]>>>;
}

/**
 * Every control that a construct, a check or a remediation answers; the key is the control's id in Security Hub.
 * Severity stands here and nowhere else. A control is added together with its first answer.
 */
// biome-ignore format: one id a line would make this table seven times as long
export const CONTROLS = {
  'CloudTrail.1': {
    title: 'A multi-Region trail records read and write management events',
    severity: 'HIGH',
    standards: {
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
    },
  },
  'CloudTrail.2': {
    title: 'Trails encrypt their log files with a customer key',
    severity: 'MEDIUM',
    standards: {
      'cis-3.0': ['3.5'],
      'cis-5.0': ['3.5'],
      'cis-7.0': ['4.5'],
      'nist-800-53-r5': ['AU-9(3)', 'CM-6', 'CM-9', 'CP-9', 'SC-8(3)', 'SC-8(4)', 'SC-13', 'SC-28(1)', 'SI-19(4)'],
      'pci-4.0': ['3.5.1', '8.3.2', '10.3.2', '10.3.3', '10.3.4', 'A1.2.1'],
    },
  },
  'CloudTrail.4': {
    title: 'Trails write digests that prove their log files unchanged',
    severity: 'LOW',
    standards: {
      'cis-3.0': ['3.2'],
      'cis-5.0': ['3.2'],
      'cis-7.0': ['4.2'],
      'nist-800-53-r5': [
        'AU-9', 'CM-6', 'CM-9', 'PM-11', 'PM-17', 'SA-1(1)', 'SA-10(1)', 'SC-16(1)', 'SI-1', 'SI-4', 'SI-7', 'SI-7(1)',
        'SI-7(3)', 'SI-7(7)',
      ],
      'pci-4.0': ['10.3.2', '10.3.3', '10.3.4', 'A1.2.1'],
    },
  },
  'CloudTrail.5': {
    title: 'Trails deliver to a log group of CloudWatch Logs',
    severity: 'LOW',
    standards: {
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
    },
  },
  'CloudTrail.6': {
    title: 'The bucket that holds a trail is not public',
    severity: 'CRITICAL',
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
    standards: {
      'cis-3.0': ['3.4'],
      'cis-5.0': ['3.4'],
      'cis-7.0': ['4.4'],
    },
  },
  'CloudWatch.16': {
    title: 'Log groups keep their events for at least one year',
    severity: 'MEDIUM',
    standards: {
      'nist-800-53-r5': ['AU-11'],
    },
  },
  'DynamoDB.2': {
    title: 'Tables can be restored to any second of the past weeks',
    severity: 'MEDIUM',
    standards: {
      'nist-800-53-r5': ['CP-1(2)', 'CP-2(5)', 'CP-6(2)', 'CP-9', 'CP-10', 'CP-10(2)', 'SC-5(2)', 'SI-13(5)'],
      'pci-4.0': ['3.2.1', '3.3.1.1', '3.3.1.3', '3.3.2', '3.3.3', '10.3.3', '10.5.1'],
    },
  },
  'DynamoDB.6': {
    title: 'Tables are protected from deletion',
    severity: 'MEDIUM',
    standards: {},
  },
  'EC2.1': {
    title: 'EBS snapshots cannot be restored by everyone',
    severity: 'CRITICAL',
    standards: {
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(20)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
    },
  },
  'EC2.2': {
    title: 'Default security groups have no rules',
    severity: 'HIGH',
    standards: {
      'cis-3.0': ['5.4'],
      'cis-5.0': ['5.5'],
      'cis-7.0': ['6.5'],
      'nist-800-53-r5': [
        'AC-4(21)', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)', 'CM-6', 'CM-9', 'SC-7', 'SC-7(5)',
        'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)',
        'SC-7(28)',
      ],
    },
  },
  'EC2.7': {
    title: 'New EBS volumes are encrypted by default',
    severity: 'MEDIUM',
    standards: {
      'cis-7.0': ['6.1.1'],
      'nist-800-53-r5': ['AU-9(3)', 'CM-6', 'CM-9', 'CP-9', 'SC-8(3)', 'SC-8(4)', 'SC-13', 'SC-28(1)', 'SI-19(4)'],
    },
  },
  'EC2.13': {
    title: 'Security groups do not admit the public to port 22',
    severity: 'HIGH',
    standards: {
      'cis-3.0': ['5.2', '5.3'],
      'cis-5.0': ['5.3', '5.4'],
      'cis-7.0': ['6.3', '6.4'],
      'nist-800-53-r5': [
        'AC-17', 'AC-17(1)', 'AC-17(9)', 'AC-17(10)', 'CM-9', 'SC-7', 'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
    },
  },
  'EC2.14': {
    title: 'Security groups do not admit the public to port 3389',
    severity: 'HIGH',
    standards: {
      'cis-3.0': ['5.2', '5.3'],
      'cis-5.0': ['5.3', '5.4'],
      'cis-7.0': ['6.3', '6.4'],
      'nist-800-53-r5': [
        'AC-17', 'AC-17(1)', 'AC-17(9)', 'AC-17(10)', 'CM-9', 'SC-7', 'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
    },
  },
  'EC2.18': {
    title: 'Security groups admit the public only to authorized ports',
    severity: 'HIGH',
    standards: {
      'pci-4.0': ['1.3.1'],
    },
  },
  'EC2.19': {
    title: 'Security groups do not admit the public to high-risk ports',
    severity: 'CRITICAL',
    standards: {
      'pci-4.0': ['2.2.5'],
    },
  },
  'EC2.53': {
    title: 'Security groups do not admit the public to administration ports over IPv4',
    severity: 'HIGH',
    standards: {
      'cis-3.0': ['5.2'],
      'cis-5.0': ['5.3'],
      'cis-7.0': ['6.3'],
      'nist-800-53-r5': [
        'AC-17', 'AC-17(1)', 'AC-17(9)', 'AC-17(10)', 'CM-9', 'SC-7', 'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
    },
  },
  'EC2.54': {
    title: 'Security groups do not admit the public to administration ports over IPv6',
    severity: 'HIGH',
    standards: {
      'cis-3.0': ['5.3'],
      'cis-5.0': ['5.4'],
      'cis-7.0': ['6.4'],
      'nist-800-53-r5': [
        'AC-17', 'AC-17(1)', 'AC-17(9)', 'AC-17(10)', 'CM-9', 'SC-7', 'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
    },
  },
  'GuardDuty.1': {
    title: 'GuardDuty watches the account',
    severity: 'HIGH',
    standards: {
      'nist-800-53-r5': [
        'AC-2(12)', 'AC-3(12)', 'AU-3(1)', 'AU-6(1)', 'AU-6(5)', 'AU-12(3)', 'AU-14', 'CA-2', 'CA-7', 'CM-8(3)',
        'PE-6(2)', 'PE-6(4)', 'PM-14', 'PM-16', 'PM-31', 'RA-1', 'RA-3', 'RA-3(4)', 'RA-5', 'RA-5(4)', 'RA-10', 'SC-5',
        'SC-5(1)', 'SC-5(3)', 'SC-43', 'SI-3(8)', 'SI-4', 'SI-4(1)', 'SI-4(2)', 'SI-4(3)', 'SI-4(4)', 'SI-4(10)',
        'SI-4(13)', 'SI-4(14)', 'SI-4(23)', 'SI-4(25)', 'SI-5', 'SI-5(1)',
      ],
      'pci-4.0': ['11.5.1', '11.5.1.1'],
    },
  },
  'IAM.3': {
    title: 'Active access keys are at most 90 days old',
    severity: 'MEDIUM',
    standards: {
      'cis-3.0': ['1.14'],
      'cis-5.0': ['1.13'],
      'cis-7.0': ['2.12'],
      'nist-800-53-r5': [
        'AC-2(1)', 'AC-3(3)', 'AC-3(4)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)', 'AC-3(15)', 'AC-4(28)', 'AC-24', 'CM-5(1)',
        'CM-6', 'CM-9', 'SC-23(3)',
      ],
      'pci-4.0': ['8.3.5', '8.3.7', '8.3.9', '8.3.10.1', '8.6.3'],
    },
  },
  'IAM.21': {
    title: 'Customer policies name the actions they allow',
    severity: 'LOW',
    standards: {
      'pci-4.0': ['7.2.5'],
    },
  },
  'KMS.4': {
    title: 'Customer keys are rotated',
    severity: 'MEDIUM',
    standards: {
      'cis-3.0': ['3.6'],
      'cis-5.0': ['3.6'],
      'cis-7.0': ['4.6'],
      'nist-800-53-r5': ['CM-6', 'CM-9', 'SA-9(6)', 'SC-12', 'SC-12(2)', 'SC-12(6)'],
      'pci-4.0': ['3.7.4', '3.7.5'],
    },
  },
  'Lambda.1': {
    title: 'Functions cannot be invoked by the public',
    severity: 'CRITICAL',
    standards: {
      'cis-7.0': ['2.21'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(20)', 'SC-7(21)',
        'SC-7(24)', 'SC-25',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
    },
  },
  'S3.1': {
    title: 'Accounts block all public access to their buckets',
    severity: 'MEDIUM',
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
  'S3.2': {
    title: 'Buckets cannot be read by the public',
    severity: 'CRITICAL',
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
  'S3.3': {
    title: 'Buckets cannot be written by the public',
    severity: 'CRITICAL',
    standards: {
      'cis-3.0': ['2.1.4'],
      'cis-5.0': ['2.1.4'],
      'cis-7.0': ['2.21', '3.1.4'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'CM-6', 'CM-9', 'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(20)', 'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
    },
  },
  'S3.5': {
    title: 'Buckets deny requests over plain HTTP',
    severity: 'MEDIUM',
    standards: {
      'cis-3.0': ['2.1.1'],
      'cis-5.0': ['2.1.1'],
      'cis-7.0': ['3.1.1'],
      'nist-800-53-r5': [
        'AC-4', 'AC-4(22)', 'AC-17(2)', 'AC-24(1)', 'AU-9(3)', 'CA-9', 'CM-6', 'CM-9', 'IA-5(1)', 'PM-11', 'PM-17',
        'SC-7(4)', 'SC-7(5)', 'SC-8', 'SC-8(1)', 'SC-8(2)', 'SC-8(3)', 'SC-8(4)', 'SC-8(5)', 'SC-13', 'SC-16(1)',
        'SC-23', 'SI-1',
      ],
      'pci-4.0': ['1.2.5', '2.2.5', '2.2.7', '4.2.1', '4.2.1.1', '8.3.2'],
    },
  },
  'S3.8': {
    title: 'Buckets block all public access',
    severity: 'HIGH',
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
  'S3.9': {
    title: 'Buckets log every access',
    severity: 'MEDIUM',
    standards: {
      'nist-800-53-r5': [
        'AC-2(4)', 'AC-3(1)', 'AC-3(10)', 'AC-4(26)', 'AC-6(9)', 'AU-2', 'AU-3', 'AU-6(3)', 'AU-6(4)', 'AU-6(6)',
        'AU-6(9)', 'AU-8', 'AU-10', 'AU-12', 'AU-12(1)', 'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14', 'AU-14(3)',
        'CA-7', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-3(3)', 'MA-4(1)', 'PM-14', 'PM-31', 'SC-7(9)', 'SI-1(1)', 'SI-3(8)',
        'SI-4(2)', 'SI-4(17)', 'SI-4(20)', 'SI-7(8)', 'SI-10(1)',
      ],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
    },
  },
  'S3.10': {
    title: 'Versioned buckets have a lifecycle',
    severity: 'MEDIUM',
    standards: {},
  },
  'S3.12': {
    title: 'Buckets ignore access control lists',
    severity: 'MEDIUM',
    standards: {
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.5', '7.3.1', '7.3.2', '7.3.3', '8.2.7', '8.2.8', '8.3.4'],
    },
  },
  'S3.13': {
    title: 'Buckets have a lifecycle',
    severity: 'LOW',
    standards: {
      'pci-4.0': ['3.2.1', '3.3.1.1', '3.3.1.3', '3.3.2', '3.3.3', '10.5.1'],
    },
  },
  'S3.14': {
    title: 'Buckets keep earlier versions of their objects',
    severity: 'LOW',
    standards: {},
  },
  'S3.15': {
    title: 'Buckets lock their objects',
    severity: 'MEDIUM',
    standards: {
      'nist-800-53-r5': ['AU-9(3)'],
      'pci-4.0': ['10.3.2'],
    },
  },
  'S3.17': {
    title: 'Buckets encrypt their objects with a customer key',
    severity: 'MEDIUM',
    standards: {},
  },
  'S3.22': {
    title: 'Trails record writes to objects',
    severity: 'MEDIUM',
    standards: {
      'cis-3.0': ['3.8'],
      'cis-5.0': ['3.8'],
      'cis-7.0': ['4.8'],
      'nist-800-53-r5': [
        'AC-2(4)', 'AC-3(1)', 'AC-3(10)', 'AC-4(26)', 'AC-6(9)', 'AU-2', 'AU-3', 'AU-6(3)', 'AU-6(4)', 'AU-6(6)',
        'AU-6(9)', 'AU-8', 'AU-10', 'AU-12', 'AU-12(1)', 'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14', 'AU-14(3)',
        'CA-7', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-3(3)', 'MA-4(1)', 'PM-14', 'PM-31', 'SC-7(9)', 'SI-1(1)', 'SI-3(8)',
        'SI-4(2)', 'SI-4(17)', 'SI-4(20)', 'SI-7(8)', 'SI-10(1)',
      ],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
    },
  },
  'S3.23': {
    title: 'Trails record reads of objects',
    severity: 'MEDIUM',
    standards: {
      'cis-3.0': ['3.9'],
      'cis-5.0': ['3.9'],
      'cis-7.0': ['4.9'],
      'nist-800-53-r5': [
        'AC-2(4)', 'AC-3(1)', 'AC-3(10)', 'AC-4(26)', 'AC-6(9)', 'AU-2', 'AU-3', 'AU-6(3)', 'AU-6(4)', 'AU-6(6)',
        'AU-6(9)', 'AU-8', 'AU-10', 'AU-12', 'AU-12(1)', 'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14', 'AU-14(3)',
        'CA-7', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-3(3)', 'MA-4(1)', 'PM-14', 'PM-31', 'SC-7(9)', 'SI-1(1)', 'SI-3(8)',
        'SI-4(2)', 'SI-4(17)', 'SI-4(20)', 'SI-7(8)', 'SI-10(1)',
      ],
    },
  },
  'SQS.1': {
    title: 'Queues encrypt their messages at rest',
    severity: 'MEDIUM',
    standards: {},
  },
} as const satisfies Record<string, ControlDefinition>;

/** Id of a control; a typing error in one does not compile. */
export type ControlId = keyof typeof CONTROLS;

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'EFS.1': {
    title: 'File systems encrypt their files at rest with a KMS key',
    severity: 'MEDIUM',
    meaning: 'Access to the stored files cannot be cut off or traced by means of a key.',
    byHand:
      'It can only be set at creation: create a new file system with `aws efs create-file-system --encrypted --kms-key-id KEY`, copy the files with AWS DataSync, move the mounts over and delete the old one.',
    gap: {
      kind: 'organization',
      reason:
        'An organization policy can refuse to create a file system that names no encryption; this version does not deploy such policies.',
    },
    stockRules: ['AwsSolutions-EFS1', 'NIST.800.53.R5-EFSEncrypted'],
    standards: {
      'fsbp-1.0': ['EFS.1'],
      'cis-3.0': ['2.4.1'],
      'cis-5.0': ['2.3.1'],
      'cis-7.0': ['3.3.1'],
      'nist-800-53-r5': ['AU-9(3)', 'CP-9', 'SC-8(3)', 'SC-8(4)', 'SC-13', 'SC-28(1)', 'SI-19(4)'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(4)(ii)(A)', '164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
    },
  },
  'EFS.2': {
    title: 'File systems belong to a backup plan',
    severity: 'MEDIUM',
    meaning: 'Files deleted by mistake or encrypted by ransomware are gone for good.',
    byHand:
      'Assign the file system to an AWS Backup plan by its ARN or by a tag the plan selects: `aws backup create-backup-selection --backup-plan-id PLAN --backup-selection file://SELECTION.json`.',
    gap: {
      kind: 'planned',
      reason: "A later version's backup baseline selects resources for backup by tag; this one has no backup plan.",
    },
    stockRules: ['NIST.800.53.R5-EFSInBackupPlan'],
    standards: {
      'fsbp-1.0': ['EFS.2'],
      'nist-800-53-r5': [
        'CP-1(2)', 'CP-2(5)', 'CP-6', 'CP-6(1)', 'CP-6(2)', 'CP-9', 'CP-10', 'CP-10(2)', 'SC-5(2)', 'SI-13(5)',
      ],
      'pci-4.0': ['10.3.3'],
      hipaa: [
        '164.308(a)(7)(i)', '164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)', '164.308(a)(7)(ii)(C)', '164.312(a)(2)(ii)',
      ],
      soc2: ['A1.1', 'CC7.4'],
    },
  },
  'EFS.3': {
    title: 'Access points confine clients to a directory of their own',
    severity: 'MEDIUM',
    meaning:
      'A client that uses the access point sees the whole file system, including the files of other applications.',
    byHand:
      'An access point cannot be changed: create a new one with `aws efs create-access-point --file-system-id ID --root-directory Path=/PATH`, change the mounts and delete the old one. Add `CreationInfo` if the directory does not exist yet.',
    gap: {
      kind: 'workload',
      reason: 'How the directories of a file system are split between applications is decided by those who share it.',
    },
    standards: {
      'fsbp-1.0': ['EFS.3'],
    },
  },
  'EFS.4': {
    title: 'Access points act as a fixed POSIX user',
    severity: 'MEDIUM',
    meaning: 'A client can claim any user id, even root, and read or change the files of others.',
    byHand:
      'An access point cannot be changed: create a new one with `aws efs create-access-point --file-system-id ID --posix-user Uid=UID,Gid=GID`, change the mounts and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'Which user and group own the files depends on the application that wrote them; its owner chooses the ids.',
    },
    standards: {
      'fsbp-1.0': ['EFS.4'],
    },
  },
  'EFS.7': {
    title: 'File systems have their automatic daily backup switched on',
    severity: 'MEDIUM',
    meaning: 'A wrong delete or a bad deployment destroys files of which no daily copy exists.',
    byHand:
      'Switch on the backup policy of the file system: `aws efs put-backup-policy --file-system-id ID --backup-policy Status=ENABLED`.',
    gap: {
      kind: 'workload',
      reason:
        'Whether the files can be rebuilt or need a daily copy, and for how long, is for the owner of the data to say.',
    },
    standards: {
      'fsbp-1.0': ['EFS.7'],
    },
  },
  'EFS.8': {
    title: 'File systems are created with encryption at rest switched on',
    severity: 'MEDIUM',
    meaning: 'Files lie in plain form on the storage of the service, against what most standards ask for.',
    byHand:
      'It can only be set at creation: run `aws efs create-file-system --encrypted`, copy the files with AWS DataSync, move the mounts over and delete the old file system.',
    gap: {
      kind: 'organization',
      reason:
        'Refusing unencrypted file systems at creation is a matter of organization policies, and this version does not deploy any.',
    },
    stockRules: ['AwsSolutions-EFS1', 'NIST.800.53.R5-EFSEncrypted'],
    standards: {
      'fsbp-1.0': ['EFS.8'],
      'cis-3.0': ['2.4.1'],
      'cis-5.0': ['2.3.1'],
      'cis-7.0': ['3.3.1'],
      'nist-800-53-r5': ['AU-9(3)', 'CP-9', 'SC-8(3)', 'SC-8(4)', 'SC-13', 'SC-28(1)', 'SI-19(4)'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(4)(ii)(A)', '164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'SSM.1': {
    title: 'Instances are managed by Systems Manager',
    severity: 'MEDIUM',
    meaning:
      'Nobody can patch, list the software of or isolate the machine centrally, and access needs open ports and SSH keys.',
    byHand:
      'Run SSM Agent with a way to its endpoints and attach a role with AmazonSSMManagedInstanceCore: `aws ec2 associate-iam-instance-profile --instance-id ID --iam-instance-profile Name=PROFILE`. Or turn on Default Host Management Configuration in Fleet Manager.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's account hardening is to turn on default host management, and its network is to bring the endpoints; this one does neither.",
    },
    standards: {
      'fsbp-1.0': ['SSM.1'],
      'nist-800-53-r5': [
        'CM-2', 'CM-2(2)', 'CM-3(3)', 'CM-6', 'CM-8', 'CM-8(1)', 'CM-8(2)', 'CM-8(3)', 'CM-8(6)', 'SI-3',
      ],
      hipaa: ['164.308(a)(5)(ii)(B)'],
      'iso27001-2022': ['A.5.26'],
      soc2: ['CC3.2', 'CC7.1'],
    },
  },
  'SSM.2': {
    title: 'Managed instances have all approved patches installed',
    severity: 'HIGH',
    meaning: 'Attackers can use published holes for which the fix is approved but missing on the machine.',
    byHand:
      'Install what is missing, expecting a reboot: `aws ssm send-command --document-name AWS-RunPatchBaseline --targets Key=InstanceIds,Values=ID --parameters Operation=Install`. Then give the instances a patch policy or maintenance window.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to bring a patch baseline with a maintenance window and report missing patches; this one neither patches nor looks.',
    },
    standards: {
      'fsbp-1.0': ['SSM.2'],
      'nist-800-53-r5': [
        'CM-2', 'CM-2(2)', 'CM-3(3)', 'CM-6', 'CM-8', 'CM-8(1)', 'CM-8(3)', 'CM-8(6)', 'RA-3', 'SI-2', 'SI-2(2)',
        'SI-2(5)', 'SI-3',
      ],
      'pci-4.0': ['6.3.3', '11.3.1', '11.3.1.1', '11.3.1.3'],
      hipaa: ['164.308(a)(5)(ii)(B)'],
      'iso27001-2022': ['A.8.27'],
      soc2: ['CC3.2', 'CC7.1'],
    },
  },
  'SSM.3': {
    title: 'State Manager associations succeed on every managed instance',
    severity: 'LOW',
    meaning:
      'The instance drifts from its intended state, for example a security agent is not installed or a setting is not kept.',
    byHand:
      'Find the failed ones by `aws ssm describe-instance-associations-status --instance-id ID`, repair the cause shown in their output and apply them again: `aws ssm start-associations-once --association-ids ASSOCIATION_ID`.',
    gap: {
      kind: 'planned',
      reason:
        'Failed associations are to be reported by a configuration rule of a later version; the present one does not follow State Manager.',
    },
    standards: {
      'fsbp-1.0': ['SSM.3'],
      'nist-800-53-r5': [
        'CM-2', 'CM-2(2)', 'CM-3(3)', 'CM-6', 'CM-8', 'CM-8(1)', 'CM-8(3)', 'CM-8(6)', 'RA-3', 'SI-2', 'SI-2(2)',
        'SI-2(5)', 'SI-3',
      ],
      'pci-4.0': ['6.3.3', '11.3.1', '11.3.1.1', '11.3.1.3'],
      hipaa: ['164.308(a)(5)(ii)(B)'],
      'iso27001-2022': ['A.8.27'],
      soc2: ['CC3.2', 'CC7.1'],
    },
  },
  'SSM.4': {
    title: 'Systems Manager documents are not public',
    severity: 'CRITICAL',
    meaning:
      'Everyone with an AWS account can read your runbooks and with them names of systems, inner workings and any secret left in them.',
    byHand:
      'Take the public share back: `aws ssm modify-document-permission --name NAME --permission-type Share --account-ids-to-remove all`. Rotate secrets that stood in the document.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to find public documents and withdraw the share by a remediation; this one does not change the permissions of documents.',
    },
    standards: {
      'fsbp-1.0': ['SSM.4'],
      'pci-4.0': ['3.5.1.3', '10.3.2', 'A1.1.2', 'A3.4.1'],
      'iso27001-2022': ['A.8.1', 'A.8.27'],
    },
  },
  'SSM.6': {
    title: 'Automation runbooks send the output of their scripts to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning:
      'After a failed or misused automation nobody can see what its scripts did, because their output is not kept.',
    byHand:
      'In each Region run `aws ssm update-service-setting --setting-id /ssm/automation/customer-script-log-destination --setting-value CloudWatch`. Give the roles of the runbooks the rights to write logs.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's account hardening is to send script output of Automation to a log group; this one leaves that service setting alone.",
    },
    standards: {
      'fsbp-1.0': ['SSM.6'],
    },
  },
  'SSM.7': {
    title: 'Regions block public sharing of Systems Manager documents',
    severity: 'CRITICAL',
    meaning: 'One wrong call can publish a runbook to all AWS accounts, as nothing stands against it.',
    byHand:
      'In each Region in use run `aws ssm update-service-setting --setting-id /ssm/documents/console/public-sharing-permission --setting-value Disable`. Documents that are public already stay so, so withdraw those shares as well.',
    gap: {
      kind: 'planned',
      reason:
        "The block on public documents is to be part of a later version's account hardening; for now the setting of the account stays.",
    },
    standards: {
      'fsbp-1.0': ['SSM.7'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'GuardDuty.1': {
    title: 'GuardDuty watches the account',
    severity: 'HIGH',
    meaning:
      'Stolen credentials, coin miners and traffic to known attackers go unnoticed, as nothing looks at the logs for them.',
    byHand:
      'Turn it on in every Region in use: `aws guardduty create-detector --enable --finding-publishing-frequency FIFTEEN_MINUTES`. In an organization the delegated administrator turns it on for all members.',
    standards: {
      'fsbp-1.0': ['GuardDuty.1'],
      'nist-800-53-r5': [
        'AC-2(12)', 'AC-3(12)', 'AU-3(1)', 'AU-6(1)', 'AU-6(5)', 'AU-12(3)', 'AU-14', 'CA-2', 'CA-7', 'CM-8(3)',
        'PE-6(2)', 'PE-6(4)', 'PM-14', 'PM-16', 'PM-31', 'RA-1', 'RA-3', 'RA-3(4)', 'RA-5', 'RA-5(4)', 'RA-10', 'SC-5',
        'SC-5(1)', 'SC-5(3)', 'SC-43', 'SI-3(8)', 'SI-4', 'SI-4(1)', 'SI-4(2)', 'SI-4(3)', 'SI-4(4)', 'SI-4(10)',
        'SI-4(13)', 'SI-4(14)', 'SI-4(23)', 'SI-4(25)', 'SI-5', 'SI-5(1)',
      ],
      'pci-4.0': ['11.5.1', '11.5.1.1'],
      hipaa: [
        '164.308(a)(1)(ii)(A)', '164.308(a)(1)(ii)(D)', '164.308(a)(3)(ii)(A)', '164.308(a)(5)(ii)(C)',
        '164.308(a)(6)(i)', '164.308(a)(6)(ii)', '164.308(a)(8)', '164.312(b)', '164.312(e)(2)(i)',
      ],
      'iso27001-2022': ['A.5.19', 'A.5.21', 'A.5.25', 'A.5.28', 'A.5.29', 'A.8.7', 'A.8.9'],
      soc2: ['CC3.1', 'CC3.2', 'CC4.2', 'CC6.8', 'CC7.1', 'CC7.2', 'CC7.3', 'CC7.4'],
    },
  },
  'GuardDuty.5': {
    title: 'GuardDuty reads the audit logs of Kubernetes clusters on EKS',
    severity: 'HIGH',
    meaning: 'Misuse of the Kubernetes API, such as anonymous calls or new privileged pods, raises no finding.',
    byHand:
      'Turn the feature on for the detector of every Region in use: `aws guardduty update-detector --detector-id ID --features Name=EKS_AUDIT_LOGS,Status=ENABLED`.',
    standards: {
      'fsbp-1.0': ['GuardDuty.5'],
    },
  },
  'GuardDuty.6': {
    title: 'GuardDuty watches the network traffic of Lambda functions',
    severity: 'HIGH',
    meaning: 'A function with injected code can mine coins or talk to a command server without raising any finding.',
    byHand:
      'Turn the feature on for the detector of every Region in use: `aws guardduty update-detector --detector-id ID --features Name=LAMBDA_NETWORK_LOGS,Status=ENABLED`.',
    standards: {
      'fsbp-1.0': ['GuardDuty.6'],
    },
  },
  'GuardDuty.7': {
    title: 'GuardDuty runs its managed agent on EKS clusters',
    severity: 'HIGH',
    meaning:
      'What runs inside the containers of a cluster stays unseen, so a shell or miner started in a pod raises no finding.',
    byHand:
      "Turn on Runtime Monitoring with the managed EKS agent: `aws guardduty update-detector --detector-id ID --features 'Name=RUNTIME_MONITORING,Status=ENABLED,AdditionalConfiguration=[{Name=EKS_ADDON_MANAGEMENT,Status=ENABLED}]'`. The older feature EKS_RUNTIME_MONITORING cannot be on beside it.",
    gap: {
      kind: 'workload',
      reason: 'An agent on EKS runs inside of workloads, so whoever runs them asks for it (`eksAgent` of `ThreatDetection`); without it, the check warns.',
    },
    standards: {
      'fsbp-1.0': ['GuardDuty.7'],
    },
  },
  'GuardDuty.8': {
    title: 'GuardDuty scans the volumes of suspicious instances for malware',
    severity: 'HIGH',
    meaning: 'When an instance behaves oddly, nobody learns whether malware sits on its disks.',
    byHand:
      'Turn the feature on for the detector of every Region in use: `aws guardduty update-detector --detector-id ID --features Name=EBS_MALWARE_PROTECTION,Status=ENABLED`.',
    standards: {
      'fsbp-1.0': ['GuardDuty.8'],
    },
  },
  'GuardDuty.9': {
    title: 'GuardDuty watches logins to RDS and Aurora databases',
    severity: 'HIGH',
    meaning: 'Password guessing and logins from unusual places against a database go unnoticed.',
    byHand:
      'Turn the feature on for the detector of every Region in use: `aws guardduty update-detector --detector-id ID --features Name=RDS_LOGIN_EVENTS,Status=ENABLED`.',
    standards: {
      'fsbp-1.0': ['GuardDuty.9'],
    },
  },
  'GuardDuty.10': {
    title: 'GuardDuty watches reads and writes of objects in S3',
    severity: 'HIGH',
    meaning:
      'An attacker who copies or deletes objects with stolen credentials raises no finding, as only management calls are watched.',
    byHand:
      'Turn the feature on for the detector of every Region in use: `aws guardduty update-detector --detector-id ID --features Name=S3_DATA_EVENTS,Status=ENABLED`.',
    standards: {
      'fsbp-1.0': ['GuardDuty.10'],
    },
  },
  'GuardDuty.11': {
    title: 'GuardDuty Runtime Monitoring is turned on',
    severity: 'HIGH',
    meaning:
      'Attacks that show only inside the operating system, such as a reverse shell or a changed binary, stay invisible.',
    byHand:
      'Turn on Runtime Monitoring, then add agent management for the kinds of compute in use: `aws guardduty update-detector --detector-id ID --features Name=RUNTIME_MONITORING,Status=ENABLED`.',
    standards: {
      'fsbp-1.0': ['GuardDuty.11'],
    },
  },
  'GuardDuty.12': {
    title: 'GuardDuty adds its agent to ECS tasks on Fargate',
    severity: 'MEDIUM',
    meaning: 'A compromised Fargate task can run a miner or a reverse shell unseen, as there is no host to look at.',
    byHand:
      "Turn on the managed agent for Fargate; services pick it up with their next deployment: `aws guardduty update-detector --detector-id ID --features 'Name=RUNTIME_MONITORING,Status=ENABLED,AdditionalConfiguration=[{Name=ECS_FARGATE_AGENT_MANAGEMENT,Status=ENABLED}]'`.",
    gap: {
      kind: 'workload',
      reason: 'An agent beside Fargate tasks costs and starts with them, so whoever runs them asks for it (`ecsFargateAgent` of `ThreatDetection`).',
    },
    standards: {
      'fsbp-1.0': ['GuardDuty.12'],
    },
  },
  'GuardDuty.13': {
    title: 'GuardDuty installs its agent on EC2 instances',
    severity: 'MEDIUM',
    meaning: 'An intruder on an instance works unseen, as network logs do not show processes, files or new accounts.',
    byHand:
      "Turn on the managed agent for EC2, which needs instances managed by Systems Manager: `aws guardduty update-detector --detector-id ID --features 'Name=RUNTIME_MONITORING,Status=ENABLED,AdditionalConfiguration=[{Name=EC2_AGENT_MANAGEMENT,Status=ENABLED}]'`.",
    gap: {
      kind: 'workload',
      reason: 'An agent on instances runs inside of workloads, so whoever runs them asks for it (`ec2Agent` of `ThreatDetection`).',
    },
    standards: {
      'fsbp-1.0': ['GuardDuty.13'],
    },
  },
});

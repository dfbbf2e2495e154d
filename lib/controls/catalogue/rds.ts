import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'RDS.1': {
    title: 'Database snapshots are private',
    severity: 'CRITICAL',
    meaning: 'Any AWS account can restore a public snapshot and read the whole database.',
    byHand:
      'Stop sharing with everybody: `aws rds modify-db-snapshot-attribute --db-snapshot-identifier ID --attribute-name restore --values-to-remove all`. For cluster snapshots use `modify-db-cluster-snapshot-attribute` with `--db-cluster-snapshot-identifier`.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to find public snapshots and take the sharing back by itself; this one has no such remediation.',
    },
    standards: {
      'fsbp-1.0': ['RDS.1'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(20)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      'pci-4.0': ['3.5.1.3', '10.3.2', 'A1.1.2', 'A3.4.1'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)', '164.312(a)(1)'],
      'iso27001-2022': ['A.8.1'],
    },
  },
  'RDS.2': {
    title: 'Database instances have no public address',
    severity: 'CRITICAL',
    meaning:
      'The database answers on a public IP address, so a weak password or an open security group exposes it to the whole internet.',
    byHand:
      'Turn public access off: `aws rds modify-db-instance --db-instance-identifier ID --no-publicly-accessible --apply-immediately`. Clients outside the VPC then need a VPN, peering or a bastion.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to turn public access of database instances off by a remediation; this one does not change databases.',
    },
    stockRules: ['NIST.800.53.R5-RDSInstancePublicAccess'],
    standards: {
      'fsbp-1.0': ['RDS.2'],
      'cis-3.0': ['2.3.3'],
      'cis-5.0': ['2.2.3'],
      'cis-7.0': ['3.2.3'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(20)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
      hipaa: ['164.308(a)(3)(i)', '164.312(a)(1)'],
      'iso27001-2022': ['A.8.1'],
      soc2: ['CC6.2'],
    },
  },
  'RDS.3': {
    title: 'Database instances encrypt their storage',
    severity: 'MEDIUM',
    meaning:
      'Whoever gets at the storage, a snapshot or a backup of the database reads its data without needing any key.',
    byHand:
      'This can only be set at creation. Copy a snapshot with a key (`aws rds copy-db-snapshot --source-db-snapshot-identifier ID --target-db-snapshot-identifier COPY --kms-key-id KEY`), restore a new instance from the copy and move the clients to it.',
    gap: {
      kind: 'organization',
      reason:
        'Refusing the creation of unencrypted instances belongs to a service control policy, which this version does not deploy.',
    },
    stockRules: ['AwsSolutions-RDS2', 'NIST.800.53.R5-RDSStorageEncrypted'],
    standards: {
      'fsbp-1.0': ['RDS.3'],
      'cis-3.0': ['2.3.1'],
      'cis-5.0': ['2.2.1'],
      'cis-7.0': ['3.2.1'],
      'nist-800-53-r5': ['AU-9(3)', 'CP-9', 'CP-9(8)', 'SC-8(3)', 'SC-8(4)', 'SC-13', 'SC-28(1)', 'SI-19(4)'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(4)(ii)(A)', '164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
      soc2: ['PI1.5'],
    },
  },
  'RDS.4': {
    title: 'Database snapshots are encrypted',
    severity: 'MEDIUM',
    meaning:
      'A snapshot that is shared or copied by mistake shows its data to the receiver, because no key stands in between.',
    byHand:
      'Make an encrypted copy: `aws rds copy-db-snapshot --source-db-snapshot-identifier ID --target-db-snapshot-identifier COPY --kms-key-id KEY`, then delete the original. A cluster snapshot cannot be encrypted by copying: restore it with a KMS key and take a new one.',
    gap: {
      kind: 'workload',
      reason:
        'A snapshot inherits encryption from its database; the owner has to encrypt that first and decide which old snapshots may go.',
    },
    standards: {
      'fsbp-1.0': ['RDS.4'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
    },
  },
  'RDS.5': {
    title: 'Database instances keep a standby in a second zone',
    severity: 'MEDIUM',
    meaning:
      'When the zone or the host fails, the database stays down until it is restored, and the latest data may be lost.',
    byHand:
      'Add a standby: `aws rds modify-db-instance --db-instance-identifier ID --multi-az`. Without `--apply-immediately` it happens in the next maintenance window.',
    gap: {
      kind: 'workload',
      reason:
        'Whether a database is worth a second zone is a matter of its recovery target and cost; its owner decides.',
    },
    stockRules: ['AwsSolutions-RDS3', 'NIST.800.53.R5-RDSMultiAZSupport'],
    standards: {
      'fsbp-1.0': ['RDS.5'],
      'cis-5.0': ['2.2.4'],
      'cis-7.0': ['3.2.4'],
      'nist-800-53-r5': [
        'CP-1', 'CP-2', 'CP-2(5)', 'CP-2(6)', 'CP-6(2)', 'CP-10', 'SC-5(2)', 'SC-6', 'SC-22', 'SC-36', 'SI-13(5)',
      ],
      hipaa: [
        '164.308(a)(1)(ii)(B)', '164.308(a)(7)(i)', '164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)',
        '164.308(a)(7)(ii)(C)',
      ],
      'iso27001-2022': ['A.8.14'],
    },
  },
  'RDS.6': {
    title: 'Database instances report operating system metrics',
    severity: 'LOW',
    meaning:
      'Memory, disk or process trouble inside the host stays unseen, so the cause of an outage is found late or never.',
    byHand:
      'Turn on enhanced monitoring: `aws rds modify-db-instance --db-instance-identifier ID --monitoring-interval 60 --monitoring-role-arn ROLE_ARN`. The role needs the managed policy AmazonRDSEnhancedMonitoringRole.',
    gap: {
      kind: 'workload',
      reason:
        'How finely a database is watched, and what the metrics may cost in CloudWatch Logs, is for the team that operates it to choose.',
    },
    stockRules: ['NIST.800.53.R5-RDSEnhancedMonitoringEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.6'],
      'nist-800-53-r5': ['AU-12(3)', 'AU-14', 'CA-2(2)', 'CA-7', 'PM-14', 'PM-31', 'SC-36(1)', 'SI-2'],
    },
  },
  'RDS.7': {
    title: 'Database clusters are protected from deletion',
    severity: 'MEDIUM',
    meaning: 'One mistaken or malicious call deletes the whole cluster.',
    byHand: 'Turn the protection on: `aws rds modify-db-cluster --db-cluster-identifier ID --deletion-protection`.',
    gap: {
      kind: 'workload',
      reason:
        'Short-lived clusters must stay deletable by their pipeline; the owner says which clusters are to be kept.',
    },
    stockRules: ['AwsSolutions-RDS10', 'NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.7'],
    },
  },
  'RDS.8': {
    title: 'Database instances are protected from deletion',
    severity: 'LOW',
    meaning: 'A slip in the console or a stack update that replaces the instance removes the database at once.',
    byHand:
      'Turn the protection on: `aws rds modify-db-instance --db-instance-identifier ID --deletion-protection`. For members of an Aurora cluster set it on the cluster.',
    gap: {
      kind: 'workload',
      reason:
        'The application owner knows which instances are throwaway copies and which hold data that nobody may delete in one step.',
    },
    stockRules: ['AwsSolutions-RDS10', 'NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.8'],
      'nist-800-53-r5': ['CA-7(4)', 'CM-3', 'CP-1', 'CP-2', 'CP-2(5)', 'SA-15', 'SC-5(2)', 'SC-22', 'SI-13(5)'],
      soc2: ['C1.1'],
    },
  },
  'RDS.9': {
    title: 'Database instances send their logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning:
      'Logs stay on the instance for a short time only, so logins and errors before an incident can no longer be traced.',
    byHand:
      'Export the log types of the engine: `aws rds modify-db-instance --db-instance-identifier ID --cloudwatch-logs-export-configuration EnableLogTypes=error`. Name every type the engine offers, and turn on in the parameter group those it does not write by default.',
    gap: {
      kind: 'workload',
      reason:
        'Which logs an engine writes and how much of them is worth storing is settled by the team that runs the database.',
    },
    stockRules: ['NIST.800.53.R5-RDSLoggingEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.9'],
      'nist-800-53-r5': [
        'AC-2(4)', 'AC-3(1)', 'AC-3(10)', 'AC-4(26)', 'AC-6(9)', 'AU-2', 'AU-3', 'AU-6(3)', 'AU-6(4)', 'AU-6(6)',
        'AU-6(9)', 'AU-8', 'AU-10', 'AU-12', 'AU-12(1)', 'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14', 'AU-14(3)',
        'CA-7', 'CM-5(1)', 'IA-3(3)', 'MA-4(1)', 'PM-14', 'PM-31', 'SC-7(9)', 'SI-1(1)', 'SI-3(8)', 'SI-4(2)',
        'SI-4(17)', 'SI-4(20)', 'SI-7(8)', 'SI-10(1)',
      ],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      hipaa: ['164.308(a)(4)(ii)(A)', '164.312(b)'],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1', 'CC7.2', 'CC7.3', 'PI1.3'],
    },
  },
  'RDS.10': {
    title: 'Database instances accept IAM authentication',
    severity: 'MEDIUM',
    meaning: 'Applications log in with long-lived passwords that leak easily and are rarely changed.',
    byHand:
      'Allow IAM logins: `aws rds modify-db-instance --db-instance-identifier ID --enable-iam-database-authentication --apply-immediately`. Then create database users for IAM and grant rds-db:connect to the roles.',
    gap: {
      kind: 'workload',
      reason:
        'Clients must fetch tokens instead of passwords, and not every engine allows it; the application team plans that change.',
    },
    standards: {
      'fsbp-1.0': ['RDS.10'],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.5', '7.3.1', '7.3.2', '7.3.3', '8.2.7', '8.2.8', '8.3.4'],
    },
  },
  'RDS.11': {
    title: 'Database instances are backed up automatically',
    severity: 'MEDIUM',
    meaning: 'After corruption or deletion there is no point in time to go back to, and the data is lost.',
    byHand:
      'Keep backups for at least 7 days: `aws rds modify-db-instance --db-instance-identifier ID --backup-retention-period 7 --apply-immediately`. Going from 0 to more causes a short outage.',
    gap: {
      kind: 'workload',
      reason:
        'How far back a database must be recoverable follows from its recovery point target, which the owner of the data sets.',
    },
    stockRules: ['AwsSolutions-RDS13', 'NIST.800.53.R5-RDSInstanceBackupEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.11'],
      'nist-800-53-r5': [
        'CP-1(2)', 'CP-2(5)', 'CP-6', 'CP-6(1)', 'CP-6(2)', 'CP-9', 'CP-10', 'CP-10(2)', 'SC-5(2)', 'SI-13(5)',
      ],
      'pci-4.0': ['10.3.3'],
      hipaa: [
        '164.308(a)(1)(ii)(B)', '164.308(a)(4)(ii)(A)', '164.308(a)(7)(i)', '164.308(a)(7)(ii)(A)',
        '164.308(a)(7)(ii)(B)', '164.308(a)(7)(ii)(C)', '164.312(a)(2)(ii)',
      ],
      gdpr: ['Art. 32'],
      soc2: ['A1.1', 'CC7.4'],
    },
  },
  'RDS.12': {
    title: 'Database clusters accept IAM authentication',
    severity: 'MEDIUM',
    meaning:
      'Access to the cluster hangs on shared passwords that stay valid after people or workloads lose their AWS rights.',
    byHand:
      'Allow IAM logins: `aws rds modify-db-cluster --db-cluster-identifier ID --enable-iam-database-authentication --apply-immediately`. Then create database users for IAM and grant rds-db:connect to the roles.',
    gap: {
      kind: 'workload',
      reason:
        'Connection rates and drivers decide whether token logins suit a cluster; the team that owns its clients has to judge that.',
    },
    stockRules: ['AwsSolutions-RDS6'],
    standards: {
      'fsbp-1.0': ['RDS.12'],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.5', '7.3.1', '7.3.2', '7.3.3', '8.2.7', '8.2.8', '8.3.4'],
    },
  },
  'RDS.13': {
    title: 'Database instances take minor engine upgrades by themselves',
    severity: 'HIGH',
    meaning: 'Known holes in the database engine stay open until somebody remembers to patch it.',
    byHand:
      'Turn the upgrades on: `aws rds modify-db-instance --db-instance-identifier ID --auto-minor-version-upgrade`. They are then installed in the maintenance window.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to switch minor upgrades on for instances that lack them; this one has no such remediation.',
    },
    stockRules: ['HIPAA.Security-RDSAutomaticMinorVersionUpgradeEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.13'],
      'cis-3.0': ['2.3.2'],
      'cis-5.0': ['2.2.2'],
      'cis-7.0': ['3.2.2'],
      'pci-4.0': ['6.3.3'],
    },
  },
  'RDS.14': {
    title: 'Aurora MySQL clusters can be turned back in time',
    severity: 'MEDIUM',
    meaning: 'Undoing a bad statement means restoring a new cluster from backup, which takes hours instead of minutes.',
    byHand:
      'A cluster has Backtrack only if created or restored with it: `aws rds restore-db-cluster-from-snapshot --db-cluster-identifier NEW --snapshot-identifier ID --engine aurora-mysql --backtrack-window 86400`. Then add instances and move the clients.',
    gap: {
      kind: 'workload',
      reason:
        'Backtrack excludes some features, such as binlog replication, and costs by the change rate; the database owner weighs it against restores.',
    },
    stockRules: ['AwsSolutions-RDS14'],
    standards: {
      'fsbp-1.0': ['RDS.14'],
    },
  },
  'RDS.15': {
    title: 'Database clusters spread over several zones',
    severity: 'MEDIUM',
    meaning: 'The loss of one zone takes the whole cluster down, because no instance elsewhere can take over.',
    byHand:
      'Add an Aurora reader in another zone: `aws rds create-db-instance --db-instance-identifier NEW --db-cluster-identifier ID --engine ENGINE --db-instance-class CLASS --availability-zone ZONE`. Other clusters span zones from creation.',
    gap: {
      kind: 'workload',
      reason:
        'A reader in another zone costs as much as the writer; the service owner decides by how long the cluster may be away.',
    },
    standards: {
      'fsbp-1.0': ['RDS.15'],
      'cis-5.0': ['2.2.4'],
      'cis-7.0': ['3.2.4'],
      'nist-800-53-r5': [
        'CP-1', 'CP-2', 'CP-2(5)', 'CP-2(6)', 'CP-6(2)', 'CP-10', 'SC-5(2)', 'SC-6', 'SC-22', 'SC-36', 'SI-13(5)',
      ],
      hipaa: [
        '164.308(a)(1)(ii)(B)', '164.308(a)(7)(i)', '164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)',
        '164.308(a)(7)(ii)(C)',
      ],
      'iso27001-2022': ['A.8.14'],
    },
  },
  'RDS.16': {
    title: 'Aurora clusters hand their tags to their snapshots',
    severity: 'LOW',
    meaning: 'Snapshots without tags escape tag-based access rules, cost reports and clean-up.',
    byHand:
      'Turn the copying of tags on: `aws rds modify-db-cluster --db-cluster-identifier ID --copy-tags-to-snapshot`.',
    gap: {
      kind: 'workload',
      reason:
        'The tagging scheme of an Aurora cluster, and whether snapshots follow it, is laid down where its owner defines it.',
    },
    standards: {
      'fsbp-1.0': ['RDS.16'],
      'iso27001-2022': ['A.5.13'],
    },
  },
  'RDS.17': {
    title: 'Database instances hand their tags to their snapshots',
    severity: 'LOW',
    meaning: 'A snapshot cannot be traced to its owner or data class, and rules that work by tag pass it over.',
    byHand:
      'Turn the copying of tags on: `aws rds modify-db-instance --db-instance-identifier ID --copy-tags-to-snapshot`. For Aurora members set it on the cluster.',
    gap: {
      kind: 'workload',
      reason: 'Instances are tagged by the teams that create them; they choose whether snapshots carry the same tags.',
    },
    standards: {
      'fsbp-1.0': ['RDS.17'],
      soc2: ['CC7.5'],
    },
  },
  'RDS.19': {
    title: 'Event subscriptions for database clusters cover maintenance and failure',
    severity: 'LOW',
    meaning:
      'Nobody is told when a cluster fails or is taken into maintenance, so the outage is noticed by its users first.',
    byHand:
      'Subscribe a watched topic: `aws rds create-event-subscription --subscription-name NAME --sns-topic-arn TOPIC_ARN --source-type db-cluster --event-categories maintenance failure`.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to subscribe its security topic to cluster events of RDS; this one creates no event subscription.',
    },
    standards: {
      'fsbp-1.0': ['RDS.19'],
    },
  },
  'RDS.20': {
    title: 'Event subscriptions for database instances cover maintenance, failure and changes',
    severity: 'LOW',
    meaning: 'Failures, maintenance and changed settings of an instance go by without anybody hearing of them.',
    byHand:
      "Subscribe a watched topic: `aws rds create-event-subscription --subscription-name NAME --sns-topic-arn TOPIC_ARN --source-type db-instance --event-categories maintenance 'configuration change' failure`.",
    gap: {
      kind: 'planned',
      reason:
        'Events of database instances are to reach the security topic in a later version; the present one does not subscribe to them.',
    },
    standards: {
      'fsbp-1.0': ['RDS.20'],
    },
  },
  'RDS.21': {
    title: 'Event subscriptions report changed database parameter groups',
    severity: 'LOW',
    meaning: 'Somebody can turn off logging or TLS in a parameter group without any notice going out.',
    byHand:
      "Subscribe a watched topic: `aws rds create-event-subscription --subscription-name NAME --sns-topic-arn TOPIC_ARN --source-type db-parameter-group --event-categories 'configuration change'`.",
    gap: {
      kind: 'planned',
      reason:
        "A later version's posture management is to report changes of parameter groups; this version leaves RDS events alone.",
    },
    standards: {
      'fsbp-1.0': ['RDS.21'],
    },
  },
  'RDS.22': {
    title: 'Event subscriptions report changed database security groups',
    severity: 'LOW',
    meaning: 'A widened database security group lets new networks in without anybody being told.',
    byHand:
      "Subscribe a watched topic: `aws rds create-event-subscription --subscription-name NAME --sns-topic-arn TOPIC_ARN --source-type db-security-group --event-categories 'configuration change' failure`.",
    gap: {
      kind: 'planned',
      reason:
        'A subscription to events of database security groups is meant for a later version; no construct of this one makes it.',
    },
    standards: {
      'fsbp-1.0': ['RDS.22'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
    },
  },
  'RDS.23': {
    title: 'Databases listen on a port other than the engine default',
    severity: 'LOW',
    meaning: 'Scanners that try only the well-known ports find the database and its engine at once.',
    byHand:
      'Move the port: `aws rds modify-db-instance --db-instance-identifier ID --db-port-number PORT` (clusters: `modify-db-cluster` with `--port`). The database restarts at once, so change security groups and connection strings in the same step.',
    gap: {
      kind: 'workload',
      reason:
        'Every client has to learn the new port and there is a restart; the application owner decides if and when that is worth it.',
    },
    stockRules: ['AwsSolutions-RDS11'],
    standards: {
      'fsbp-1.0': ['RDS.23'],
    },
  },
  'RDS.24': {
    title: 'Database clusters have an administrator name of their own',
    severity: 'MEDIUM',
    meaning: 'An attacker who guesses passwords already knows the name of the most powerful user of the cluster.',
    byHand:
      'The name can only be set at creation: create a new cluster with `--master-username NAME`, not admin or postgres, load the data by a dump or replication and move the clients. A restored snapshot keeps the old name.',
    gap: {
      kind: 'workload',
      reason:
        'Changing the administrator of a cluster means a migration; its owner decides whether that pays for data already in use.',
    },
    standards: {
      'fsbp-1.0': ['RDS.24'],
    },
  },
  'RDS.25': {
    title: 'Database instances have an administrator name of their own',
    severity: 'MEDIUM',
    meaning:
      'Password guessing against the instance needs no search for a user name, as the default one is public knowledge.',
    byHand:
      'The name can only be set at creation: create a new instance with `--master-username NAME`, not admin or postgres, load the data by a dump or replication and move the clients. A restored snapshot keeps the old name.',
    gap: {
      kind: 'workload',
      reason:
        'The administrator name is chosen by whoever defines the instance; an existing one needs a planned move by its team.',
    },
    standards: {
      'fsbp-1.0': ['RDS.25'],
    },
  },
  'RDS.27': {
    title: 'Database clusters encrypt their storage',
    severity: 'MEDIUM',
    meaning: 'Data, replicas and backups of the cluster lie readable for anyone who gets at the storage or a snapshot.',
    byHand:
      'This can only be set at creation. For Aurora restore with a key (`aws rds restore-db-cluster-from-snapshot --db-cluster-identifier NEW --snapshot-identifier ID --engine ENGINE --kms-key-id KEY`), add instances and move the clients, else create anew and migrate.',
    gap: {
      kind: 'workload',
      reason:
        'Encryption is fixed when the cluster is defined; its owner picks the key and plans the migration of an unencrypted one.',
    },
    stockRules: ['AwsSolutions-RDS2', 'NIST.800.53.R5-RDSStorageEncrypted'],
    standards: {
      'fsbp-1.0': ['RDS.27'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
      soc2: ['PI1.5'],
    },
  },
  'RDS.34': {
    title: 'Aurora MySQL clusters send their audit log to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning: 'Who logged in and what they ran is lost with the instance, so misuse of the data cannot be proven.',
    byHand:
      'Export the audit log: `aws rds modify-db-cluster --db-cluster-identifier ID --cloudwatch-logs-export-configuration EnableLogTypes=audit`. Set server_audit_logging to 1 in the cluster parameter group, or the log stays empty.',
    gap: {
      kind: 'workload',
      reason:
        'Audit logs may hold personal data and grow fast; the data owner decides on their content and how long they are kept.',
    },
    stockRules: ['AwsSolutions-RDS16', 'NIST.800.53.R5-RDSLoggingEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.34'],
    },
  },
  'RDS.35': {
    title: 'Database clusters take minor engine upgrades by themselves',
    severity: 'MEDIUM',
    meaning: 'A Multi-AZ cluster keeps running an engine whose published holes attackers know how to use.',
    byHand:
      'Turn the upgrades on: `aws rds modify-db-cluster --db-cluster-identifier ID --auto-minor-version-upgrade`. They are then installed in the maintenance window.',
    gap: {
      kind: 'workload',
      reason:
        'An upgrade restarts the nodes of the cluster; the owner decides between automatic upgrades and a patch plan of the team.',
    },
    standards: {
      'fsbp-1.0': ['RDS.35'],
    },
  },
  'RDS.36': {
    title: 'PostgreSQL instances send their logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning: 'Failed logins, errors and slow statements vanish with the log files of the instance after a few days.',
    byHand:
      'Export the logs: `aws rds modify-db-instance --db-instance-identifier ID --cloudwatch-logs-export-configuration EnableLogTypes=postgresql,upgrade`.',
    gap: {
      kind: 'workload',
      reason:
        'What PostgreSQL logs is set by log_statement and its like, and may hold user data; the team behind the database decides.',
    },
    stockRules: ['NIST.800.53.R5-RDSLoggingEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.36'],
    },
  },
  'RDS.37': {
    title: 'Aurora PostgreSQL clusters send their logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning: 'When a node is replaced, its log goes with it and the trail of connections and errors breaks off.',
    byHand:
      'Export the log: `aws rds modify-db-cluster --db-cluster-identifier ID --cloudwatch-logs-export-configuration EnableLogTypes=postgresql`.',
    gap: {
      kind: 'workload',
      reason:
        'Storing the log of a busy Aurora cluster costs money; the service owner decides on its level and retention.',
    },
    stockRules: ['NIST.800.53.R5-RDSLoggingEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.37'],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      'iso27001-2022': ['A.8.15'],
      soc2: ['PI1.3'],
    },
  },
  'RDS.40': {
    title: 'SQL Server instances send their logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning: 'Failed logins and failed agent jobs cannot be searched or alarmed on, and old log files are removed.',
    byHand:
      'Export both logs: `aws rds modify-db-instance --db-instance-identifier ID --cloudwatch-logs-export-configuration EnableLogTypes=agent,error`.',
    gap: {
      kind: 'workload',
      reason: 'The administrators of the SQL Server database say which of its logs they need and for how long.',
    },
    stockRules: ['NIST.800.53.R5-RDSLoggingEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.40'],
    },
  },
  'RDS.41': {
    title: 'SQL Server instances accept only encrypted connections',
    severity: 'MEDIUM',
    meaning: 'Someone on the network path reads queries and results, and can change them on the way.',
    byHand:
      'Force TLS in a custom group, attach it and reboot: `aws rds modify-db-parameter-group --db-parameter-group-name GROUP --parameters ParameterName=rds.force_ssl,ParameterValue=1,ApplyMethod=pending-reboot`.',
    gap: {
      kind: 'workload',
      reason:
        'Old SQL Server drivers may not connect over TLS, so the application owner has to test them before plain connections are refused.',
    },
    standards: {
      'fsbp-1.0': ['RDS.41'],
    },
  },
  'RDS.42': {
    title: 'MariaDB instances send their logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning: 'Logins, statements and errors are kept on the instance only, where an investigation may come too late.',
    byHand:
      'Export at least audit and error: `aws rds modify-db-instance --db-instance-identifier ID --cloudwatch-logs-export-configuration EnableLogTypes=audit,error`. The audit log also needs MARIADB_AUDIT_PLUGIN in the option group.',
    gap: {
      kind: 'workload',
      reason:
        'The audit plugin of MariaDB slows the server a little and records statements; its owner decides what it may capture.',
    },
    stockRules: ['NIST.800.53.R5-RDSLoggingEnabled'],
    standards: {
      'fsbp-1.0': ['RDS.42'],
    },
  },
  'RDS.43': {
    title: 'Database proxies accept only TLS connections',
    severity: 'MEDIUM',
    meaning: 'Passwords and data between the application and the proxy can be read by anyone on the network path.',
    byHand:
      'Require TLS: `aws rds modify-db-proxy --db-proxy-name NAME --require-tls`. Check first that every client trusts the Amazon root certificates.',
    gap: {
      kind: 'workload',
      reason:
        'Only the team that uses the proxy knows whether all of its clients speak TLS; it switches the requirement on.',
    },
    standards: {
      'fsbp-1.0': ['RDS.43'],
    },
  },
  'RDS.44': {
    title: 'MariaDB instances accept only encrypted connections',
    severity: 'MEDIUM',
    meaning: 'Clients may log in over plain text, so credentials and rows can be captured on the network.',
    byHand:
      'Require TLS (MariaDB 10.5 or later) in a custom group attached to the instance: `aws rds modify-db-parameter-group --db-parameter-group-name GROUP --parameters ParameterName=require_secure_transport,ParameterValue=1,ApplyMethod=immediate`.',
    gap: {
      kind: 'workload',
      reason:
        'Clients without TLS lose their connection at once; the owner of the MariaDB database has to find and change them first.',
    },
    standards: {
      'fsbp-1.0': ['RDS.44'],
    },
  },
  'RDS.45': {
    title: 'Aurora MySQL clusters record audit events',
    severity: 'MEDIUM',
    meaning: 'The cluster notes neither logins nor statements, so misuse leaves no trace.',
    byHand:
      'Set both in a custom group of the cluster: `aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name GROUP --parameters ParameterName=server_audit_logging,ParameterValue=1,ApplyMethod=immediate ParameterName=server_audit_events,ParameterValue=CONNECT,ApplyMethod=immediate`.',
    gap: {
      kind: 'workload',
      reason:
        'Which events are recorded, from logins alone to every query, is a trade of evidence against load; the data owner makes it.',
    },
    standards: {
      'fsbp-1.0': ['RDS.45'],
    },
  },
  'RDS.46': {
    title: 'Database instances lie in subnets without a route to an internet gateway',
    severity: 'HIGH',
    meaning:
      'One wrong setting, such as a public address or an open security group, is enough to put the database on the internet.',
    byHand:
      'Give the database subnets a route table without an internet gateway: `aws ec2 replace-route-table-association --association-id ASSOCIATION --route-table-id ROUTE_TABLE`. Do it for every subnet of the DB subnet group.',
    standards: {
      'fsbp-1.0': ['RDS.46'],
    },
  },
  'RDS.47': {
    title: 'PostgreSQL Multi-AZ clusters hand their tags to their snapshots',
    severity: 'LOW',
    meaning:
      'Snapshots of the cluster show neither owner nor data class, so access rules and clean-up by tag miss them.',
    byHand:
      'Turn the copying of tags on: `aws rds modify-db-cluster --db-cluster-identifier ID --copy-tags-to-snapshot`.',
    gap: {
      kind: 'workload',
      reason: 'The team that defines the PostgreSQL cluster sets its tags and can have them copied in the same place.',
    },
    standards: {
      'fsbp-1.0': ['RDS.47'],
    },
  },
  'RDS.48': {
    title: 'MySQL Multi-AZ clusters hand their tags to their snapshots',
    severity: 'LOW',
    meaning: 'A snapshot without the tags of its cluster is open to people whose rights the tags were meant to limit.',
    byHand:
      'Turn the copying of tags on: `aws rds modify-db-cluster --db-cluster-identifier ID --copy-tags-to-snapshot`.',
    gap: {
      kind: 'workload',
      reason:
        'Whether snapshots of a MySQL cluster need its tags depends on how its owner uses tags for access and cost.',
    },
    standards: {
      'fsbp-1.0': ['RDS.48'],
    },
  },
  'RDS.50': {
    title: 'Database clusters keep their backups for at least a week',
    severity: 'MEDIUM',
    meaning: 'Damage found after a few days can no longer be undone, because the last good backup is gone.',
    byHand:
      'Keep backups for 7 days or more: `aws rds modify-db-cluster --db-cluster-identifier ID --backup-retention-period 7 --apply-immediately`.',
    gap: {
      kind: 'workload',
      reason:
        'The retention follows from how late damage may be discovered and from deletion duties; the data owner sets it.',
    },
    standards: {
      'fsbp-1.0': ['RDS.50'],
    },
  },
  'RDS.51': {
    title: 'Global Aurora MySQL databases run on a supported engine version',
    severity: 'HIGH',
    meaning:
      'AWS no longer fixes security holes of the engine, in any Region of the database, or charges extra for support.',
    byHand:
      'For a new major version: `aws rds modify-global-cluster --global-cluster-identifier ID --engine-version VERSION --allow-major-version-upgrade`. For a minor one read the notes of that version and change the secondary clusters before the primary, as some versions ask to detach them first.',
    gap: {
      kind: 'workload',
      reason:
        'An upgrade of a global database needs tests and a downtime plan over all its Regions; the application owner schedules it.',
    },
    standards: {
      'fsbp-1.0': ['RDS.51'],
    },
  },
});

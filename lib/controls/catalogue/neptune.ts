import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Neptune.1': {
    title: 'Data on the disks of Neptune clusters is encrypted',
    severity: 'MEDIUM',
    meaning: 'The graph, its backups and replicas lie in the clear on the storage beneath.',
    byHand:
      'It can only be set at creation: restore a snapshot into an encrypted cluster, `aws neptune restore-db-cluster-from-snapshot --db-cluster-identifier NEW --snapshot-identifier SNAPSHOT --engine neptune --kms-key-id KEY`, add instances and move the clients.',
    gap: {
      kind: 'workload',
      reason:
        'A running cluster has to be replaced for this; the owner of the graph decides on the key and the downtime.',
    },
    stockRules: ['AwsSolutions-N4'],
    standards: {
      'fsbp-1.0': ['Neptune.1'],
    },
  },
  'Neptune.2': {
    title: 'Neptune clusters send audit logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning: 'Nobody can find out afterwards which client ran which query against the graph.',
    byHand:
      'Set `neptune_enable_audit_log` to 1 in the cluster parameter group, reboot the instances, then export: `aws neptune modify-db-cluster --db-cluster-identifier ID --cloudwatch-logs-export-configuration EnableLogTypes=audit`.',
    gap: {
      kind: 'workload',
      reason:
        'Audit logs hold query text and cost by volume, and turning them on needs a reboot; the owner of the cluster weighs that.',
    },
    standards: {
      'fsbp-1.0': ['Neptune.2'],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      'iso27001-2022': ['A.8.15'],
    },
  },
  'Neptune.3': {
    title: 'Neptune snapshots are not shared with everyone',
    severity: 'CRITICAL',
    meaning: 'Any AWS customer can restore the snapshot and read the whole graph.',
    byHand:
      'Take back the public share: `aws neptune modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier ID --attribute-name restore --values-to-remove all`.',
    gap: {
      kind: 'planned',
      reason:
        'A later version takes back public shares of database snapshots, those of Neptune included; this one does not look for them.',
    },
    standards: {
      'fsbp-1.0': ['Neptune.3'],
      'pci-4.0': ['3.5.1.3', '10.3.2', 'A1.1.2', 'A3.4.1'],
    },
  },
  'Neptune.4': {
    title: 'Neptune clusters are protected from deletion',
    severity: 'LOW',
    meaning: 'A wrong command or a deleted stack takes the whole graph with it.',
    byHand: 'Turn on the protection: `aws neptune modify-db-cluster --db-cluster-identifier ID --deletion-protection`.',
    gap: {
      kind: 'workload',
      reason:
        'Test clusters are meant to be thrown away and production ones are not; the owner of each cluster knows which it is.',
    },
    standards: {
      'fsbp-1.0': ['Neptune.4'],
    },
  },
  'Neptune.5': {
    title: 'Neptune clusters keep automated backups for at least a week',
    severity: 'MEDIUM',
    meaning: 'Damage found after some days can no longer be undone, as the last good state is already gone.',
    byHand:
      'Lengthen the retention: `aws neptune modify-db-cluster --db-cluster-identifier ID --backup-retention-period 7`.',
    gap: {
      kind: 'workload',
      reason:
        'How far back the graph must be restorable is a recovery target that its owner sets, between the minimum of a week and 35 days.',
    },
    stockRules: ['AwsSolutions-N3'],
    standards: {
      'fsbp-1.0': ['Neptune.5'],
      'pci-4.0': ['10.3.3'],
    },
  },
  'Neptune.6': {
    title: 'Neptune snapshots hold encrypted data only',
    severity: 'MEDIUM',
    meaning: 'A copy or a shared snapshot gives away the graph, as no key is needed to read it.',
    byHand:
      'A snapshot cannot be encrypted later, not even by copying. Restore it into a cluster with `--kms-key-id`, take a new snapshot there, then `aws neptune delete-db-cluster-snapshot --db-cluster-snapshot-identifier ID`.',
    gap: {
      kind: 'workload',
      reason:
        'Old snapshots may have to be kept for legal reasons; their owner decides which to make anew and which to delete.',
    },
    standards: {
      'fsbp-1.0': ['Neptune.6'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      'iso27001-2022': ['A.8.24'],
      soc2: ['CC7.5'],
    },
  },
  'Neptune.7': {
    title: 'Neptune clusters ask clients to sign in with IAM',
    severity: 'MEDIUM',
    meaning: 'Any machine within the network can query and change the graph without saying who it is.',
    byHand:
      'Turn on IAM authentication once all clients sign their requests: `aws neptune modify-db-cluster --db-cluster-identifier ID --enable-iam-database-authentication`.',
    gap: {
      kind: 'workload',
      reason: 'Clients that do not sign their requests are cut off at once; the developers have to change them before.',
    },
    stockRules: ['AwsSolutions-N5'],
    standards: {
      'fsbp-1.0': ['Neptune.7'],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.5', '7.3.1', '7.3.2', '7.3.3', '8.2.7', '8.2.8', '8.3.4'],
    },
  },
  'Neptune.8': {
    title: 'Neptune clusters hand their tags on to snapshots',
    severity: 'LOW',
    meaning: 'Snapshots without tags escape the access rules, cost reports and clean-up that go by tags.',
    byHand:
      'Turn on the copying: `aws neptune modify-db-cluster --db-cluster-identifier ID --copy-tags-to-snapshot`. Tag existing snapshots with `aws neptune add-tags-to-resource --resource-name ARN --tags Key=KEY,Value=VALUE`.',
    gap: {
      kind: 'workload',
      reason:
        'Whether tags matter for snapshots depends on the tagging scheme of the team; the owner of the cluster decides.',
    },
    standards: {
      'fsbp-1.0': ['Neptune.8'],
      'iso27001-2022': ['A.5.13'],
      soc2: ['CC7.5'],
    },
  },
});

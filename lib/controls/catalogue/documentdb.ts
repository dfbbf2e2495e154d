import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'DocumentDB.1': {
    title: 'Data on the disks of DocumentDB clusters is encrypted',
    severity: 'MEDIUM',
    meaning: 'Documents, snapshots and replicas lie unencrypted, and no key policy limits who can read a copy.',
    byHand:
      'It can only be set at creation: take a snapshot and restore it with `aws docdb restore-db-cluster-from-snapshot --db-cluster-identifier NEW_ID --snapshot-identifier SNAPSHOT --engine docdb --kms-key-id KEY_ARN`. Add instances, then move the clients over.',
    gap: {
      kind: 'workload',
      reason:
        'An existing cluster has to be replaced, with downtime; the owner of the database plans the move and chooses the key.',
    },
    stockRules: ['AwsSolutions-DOC1'],
    standards: {
      'fsbp-1.0': ['DocumentDB.1'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      'iso27001-2022': ['A.8.24'],
    },
  },
  'DocumentDB.2': {
    title: 'DocumentDB clusters keep automatic backups for at least a week',
    severity: 'MEDIUM',
    meaning: 'Damage found after a few days can no longer be undone, because the backups from before it are gone.',
    byHand:
      'Run `aws docdb modify-db-cluster --db-cluster-identifier ID --backup-retention-period 7 --apply-immediately`. Values up to 35 days are possible.',
    gap: {
      kind: 'workload',
      reason:
        'How far back the documents must be restorable follows from the duties of the application; its owner sets the number of days.',
    },
    stockRules: ['AwsSolutions-DOC4'],
    standards: {
      'fsbp-1.0': ['DocumentDB.2'],
      'pci-4.0': ['3.2.1', '3.3.1.1', '3.3.1.3', '3.3.2', '3.3.3', '10.5.1'],
    },
  },
  'DocumentDB.3': {
    title: 'Snapshots of DocumentDB clusters are not shared with everyone',
    severity: 'CRITICAL',
    meaning: 'Any AWS account can restore the snapshot and read every document in it.',
    byHand:
      'Run `aws docdb modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier ID --attribute-name restore --values-to-remove all`. Treat the documents as leaked until the opposite is shown.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's remediation withdraws public sharing of cluster snapshots; this version does not change cluster snapshots.",
    },
    standards: {
      'fsbp-1.0': ['DocumentDB.3'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
    },
  },
  'DocumentDB.4': {
    title: 'DocumentDB clusters send audit logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning:
      'Failed logins and dropped collections leave no record outside of the cluster, so misuse cannot be proven.',
    byHand:
      'Set audit_logs to enabled in a parameter group of your own, then run `aws docdb modify-db-cluster --db-cluster-identifier ID --cloudwatch-logs-export-configuration EnableLogTypes=audit`.',
    gap: {
      kind: 'workload',
      reason:
        'Which events to audit, and the cost of keeping them, depends on the data in the cluster; its owner decides.',
    },
    standards: {
      'fsbp-1.0': ['DocumentDB.4'],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      'iso27001-2022': ['A.8.15'],
    },
  },
  'DocumentDB.5': {
    title: 'DocumentDB clusters are protected from deletion',
    severity: 'MEDIUM',
    meaning: 'A mistaken command or a stolen role removes the cluster and its data in one call.',
    byHand: 'Run `aws docdb modify-db-cluster --db-cluster-identifier ID --deletion-protection`.',
    gap: {
      kind: 'workload',
      reason:
        'Short-lived test clusters have to stay deletable; the owner of the cluster says whether its data must be guarded.',
    },
    standards: {
      'fsbp-1.0': ['DocumentDB.5'],
    },
  },
  'DocumentDB.6': {
    title: 'DocumentDB clusters accept only connections with a modern TLS version',
    severity: 'MEDIUM',
    meaning:
      'Clients may talk to the cluster in clear text or over outdated TLS, and the documents can be read on the way.',
    byHand:
      'Set the parameter in a cluster parameter group of your own: `aws docdb modify-db-cluster-parameter-group --db-cluster-parameter-group-name NAME --parameters ParameterName=tls,ParameterValue=tls1.2+,ApplyMethod=pending-reboot`. Reboot the instances afterwards.',
    gap: {
      kind: 'workload',
      reason:
        'All drivers of the application must speak TLS 1.2 or later before the cluster insists on it; its developers have to confirm that.',
    },
    standards: {
      'fsbp-1.0': ['DocumentDB.6'],
    },
  },
});

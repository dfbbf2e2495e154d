import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'ElastiCache.1': {
    title: 'Redis caches take automatic backups',
    severity: 'HIGH',
    meaning: 'Data held only in the cache is lost with a failed node or a wrong flush.',
    byHand:
      'Set a retention in days: `aws elasticache modify-replication-group --replication-group-id ID --snapshot-retention-limit DAYS --apply-immediately`. With cluster mode off, add `--snapshotting-cluster-id CLUSTER`.',
    gap: {
      kind: 'workload',
      reason:
        'Whether a cache holds anything that cannot be rebuilt from its source is known to the application owner.',
    },
    stockRules: ['NIST.800.53.R5-ElastiCacheRedisClusterAutomaticBackup'],
    standards: {
      'fsbp-1.0': ['ElastiCache.1'],
      'pci-4.0': ['10.3.3'],
    },
  },
  'ElastiCache.2': {
    title: 'Cache clusters take minor engine upgrades by themselves',
    severity: 'HIGH',
    meaning: 'Known flaws in the cache engine stay open until somebody remembers to upgrade it.',
    byHand:
      'Turn it on: `aws elasticache modify-cache-cluster --cache-cluster-id ID --auto-minor-version-upgrade --apply-immediately`. For a replication group use `modify-replication-group` with the same flag.',
    gap: {
      kind: 'workload',
      reason:
        'An upgrade in the maintenance window interrupts the cache briefly; the owner of the application has to accept it and set the window.',
    },
    standards: {
      'fsbp-1.0': ['ElastiCache.2'],
      'pci-4.0': ['6.3.3'],
    },
  },
  'ElastiCache.3': {
    title: 'Cache replication groups fail over to a replica by themselves',
    severity: 'MEDIUM',
    meaning: 'When the primary node fails, writes stop until a person promotes a replica.',
    byHand:
      'Have a replica in another zone, then: `aws elasticache modify-replication-group --replication-group-id ID --automatic-failover-enabled --multi-az-enabled --apply-immediately`.',
    gap: {
      kind: 'workload',
      reason:
        'A replica doubles the price of a small cache; its owner decides whether an outage of the cache stops the application.',
    },
    stockRules: ['AwsSolutions-AEC4'],
    standards: {
      'fsbp-1.0': ['ElastiCache.3'],
    },
  },
  'ElastiCache.4': {
    title: 'Cache replication groups are encrypted at rest',
    severity: 'MEDIUM',
    meaning: 'Session data and other cached records lie unencrypted on disk and in backups.',
    byHand:
      'It can only be set at creation: take a backup, create a new replication group from it with `--at-rest-encryption-enabled` (and `--kms-key-id KEY` for an own key), move the clients over and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'Existing caches have to be replaced for it; the owner of the application chooses the key and plans the switch.',
    },
    stockRules: ['AwsSolutions-AEC3'],
    standards: {
      'fsbp-1.0': ['ElastiCache.4'],
    },
  },
  'ElastiCache.5': {
    title: 'Cache replication groups accept only encrypted connections',
    severity: 'MEDIUM',
    meaning: 'Anyone who can read the network sees cached records and the password in clear text.',
    byHand:
      'From Redis 7 on run `aws elasticache modify-replication-group --replication-group-id ID --transit-encryption-enabled --transit-encryption-mode preferred --apply-immediately`, move the clients to TLS, then set the mode to required. Older engines: create anew.',
    gap: {
      kind: 'workload',
      reason:
        'Every client must speak TLS before plain connections can end; the teams that use the cache have to change them.',
    },
    stockRules: ['AwsSolutions-AEC3'],
    standards: {
      'fsbp-1.0': ['ElastiCache.5'],
    },
  },
  'ElastiCache.6': {
    title: 'Redis caches older than version 6 ask clients for a password',
    severity: 'MEDIUM',
    meaning: 'Anyone who reaches the port of the cache can read, change or flush all of it.',
    byHand:
      'With TLS on, run `aws elasticache modify-replication-group --replication-group-id ID --auth-token TOKEN --auth-token-update-strategy ROTATE --apply-immediately`, give clients the token, then repeat with SET. Or upgrade to version 6 or later and use user groups.',
    gap: {
      kind: 'workload',
      reason:
        'Clients must learn the password first; the application owner decides between a token and an upgrade to an engine with users.',
    },
    stockRules: ['AwsSolutions-AEC6'],
    standards: {
      'fsbp-1.0': ['ElastiCache.6'],
    },
  },
  'ElastiCache.7': {
    title: 'Cache clusters sit in a subnet group made for them',
    severity: 'HIGH',
    meaning: 'Clusters land in the default subnets, which may be public and share a network with unrelated systems.',
    byHand:
      'It can only be chosen at creation: make a group of private subnets with `aws elasticache create-cache-subnet-group --cache-subnet-group-name NAME --cache-subnet-group-description TEXT --subnet-ids SUBNETS`, create a new cluster in it and migrate.',
    gap: {
      kind: 'workload',
      reason:
        'In which subnets a cache belongs follows from the network of the application that uses it; its owner picks them.',
    },
    stockRules: ['AwsSolutions-AEC1'],
    standards: {
      'fsbp-1.0': ['ElastiCache.7'],
    },
  },
});

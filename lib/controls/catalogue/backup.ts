import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Backup.1': {
    title: 'Recovery points are encrypted',
    severity: 'MEDIUM',
    meaning: 'Whoever gets hold of a backup reads all data of the original, however well that is protected.',
    byHand:
      'Make a vault with a key, as the key of a vault cannot be changed: `aws backup create-backup-vault --backup-vault-name NAME --encryption-key-arn KEY_ARN`. Copy the recovery points over with `aws backup start-copy-job` and delete the old ones.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's backup baseline is to bring vaults with a customer managed key; this version makes no backups.",
    },
    standards: {
      'fsbp-1.0': ['Backup.1'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'SecretsManager.1': {
    title: 'Secrets rotate automatically',
    severity: 'MEDIUM',
    meaning: 'A leaked password or token stays valid until somebody remembers to change it.',
    byHand:
      'Attach a rotation function and a schedule: `aws secretsmanager rotate-secret --secret-id ID --rotation-lambda-arn ARN --rotation-rules AutomaticallyAfterDays=30`. Secrets managed by another AWS service are rotated through that service.',
    gap: {
      kind: 'workload',
      reason:
        'Rotation needs a function that knows the system behind the secret and clients that read it anew; the owner of the application provides both.',
    },
    stockRules: ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled'],
    standards: {
      'fsbp-1.0': ['SecretsManager.1'],
      'nist-800-53-r5': [
        'AC-2(1)', 'AC-3(3)', 'AC-3(4)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)', 'AC-3(15)', 'AC-4(28)', 'AC-24', 'CM-5(1)',
        'SC-23(3)',
      ],
      'pci-4.0': ['3.5.1', '8.2.2', '8.3.2', '8.3.5', '8.3.7', '8.3.9', '8.3.10.1', '8.6.3'],
      hipaa: ['164.308(a)(4)(ii)(C)'],
    },
  },
  'SecretsManager.2': {
    title: 'Scheduled rotations of secrets succeed',
    severity: 'MEDIUM',
    meaning:
      'Rotation looks switched on, yet the old value lives on, or the secret and the system behind it no longer match.',
    byHand:
      'Read the log of the rotation function, repair its rights, network path or code, then start again: `aws secretsmanager rotate-secret --secret-id ID`. Check the result with `aws secretsmanager describe-secret --secret-id ID`.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to raise an urgent alarm when a rotation fails, beside a configuration rule; this version does not watch rotations.',
    },
    standards: {
      'fsbp-1.0': ['SecretsManager.2'],
    },
  },
  'SecretsManager.3': {
    title: 'Secrets that nobody reads are removed',
    severity: 'MEDIUM',
    meaning: 'A forgotten secret may still open a live system, and nobody would notice if it were stolen and used.',
    byHand:
      'Look at LastAccessedDate in `aws secretsmanager describe-secret --secret-id ID` and ask the owner. Then delete it with a way back: `aws secretsmanager delete-secret --secret-id ID --recovery-window-in-days 30`.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to report secrets unread for 90 days by a configuration rule and delete nothing; this version does not look for them.',
    },
    standards: {
      'fsbp-1.0': ['SecretsManager.3'],
    },
  },
  'SecretsManager.4': {
    title: 'Secrets are rotated at least every 90 days',
    severity: 'MEDIUM',
    meaning:
      'The longer a value stays the same, the more old logs, laptops and former colleagues still hold a copy that works.',
    byHand:
      'Rotate now with `aws secretsmanager rotate-secret --secret-id ID` and shorten the schedule by `--rotation-rules AutomaticallyAfterDays=60`. Where no rotation function exists, change the value by hand in the system and in the secret.',
    gap: {
      kind: 'planned',
      reason:
        'The age of secrets is to be checked by a configuration rule of a later version with a limit of 90 days; the present one does not measure it.',
    },
    standards: {
      'fsbp-1.0': ['SecretsManager.4'],
    },
  },
});

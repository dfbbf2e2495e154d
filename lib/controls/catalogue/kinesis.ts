import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Kinesis.1': {
    title: 'What waits in Kinesis streams is encrypted',
    severity: 'MEDIUM',
    meaning: 'Records in the stream are stored in the clear, and no key policy stands between them and a reader.',
    byHand:
      'Turn on encryption, which starts with new records: `aws kinesis start-stream-encryption --stream-name NAME --encryption-type KMS --key-id alias/aws/kinesis`. A customer key also needs grants for producers and consumers.',
    gap: {
      kind: 'workload',
      reason:
        'Producers and consumers need rights on the key; the owner of the stream chooses the key and arranges them.',
    },
    stockRules: ['AwsSolutions-KDS1'],
    standards: {
      'fsbp-1.0': ['Kinesis.1'],
    },
  },
  'Kinesis.3': {
    title: 'Kinesis streams keep records for at least a week',
    severity: 'MEDIUM',
    meaning: 'When a consumer is broken over a long weekend, its records are gone before it is repaired.',
    byHand:
      'Lengthen the retention: `aws kinesis increase-stream-retention-period --stream-name NAME --retention-period-hours 168`.',
    gap: {
      kind: 'workload',
      reason:
        'How long records have to wait for a failed consumer, and what that may cost, is decided by the owner of the stream.',
    },
    standards: {
      'fsbp-1.0': ['Kinesis.3'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'DataSync.1': {
    title: 'Data transfer tasks write logs',
    severity: 'MEDIUM',
    meaning: 'Nobody sees which files a transfer skipped, failed to verify or copied to the wrong place.',
    byHand:
      'Run `aws datasync update-task --task-arn ARN --cloud-watch-log-group-arn LOG_GROUP_ARN --options LogLevel=BASIC`. The log group needs a resource policy that lets datasync.amazonaws.com write to it.',
    gap: {
      kind: 'workload',
      reason:
        'The level of detail depends on how many files move and what proof of delivery is wanted; the owner of the transfer chooses it.',
    },
    standards: {
      'fsbp-1.0': ['DataSync.1'],
    },
  },
});

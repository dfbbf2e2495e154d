import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Athena.4': {
    title: 'Workgroups publish metrics of their queries',
    severity: 'MEDIUM',
    meaning: 'Queries that read far more than usual, by mistake or to take data away, stay unnoticed.',
    byHand:
      'Turn the metrics on: `aws athena update-work-group --work-group NAME --configuration-updates PublishCloudWatchMetricsEnabled=true`.',
    gap: {
      kind: 'planned',
      reason:
        'The workgroup for investigations that a later version brings is to publish metrics; workgroups of analysts are set by their owners.',
    },
    standards: {
      'fsbp-1.0': ['Athena.4'],
    },
  },
});

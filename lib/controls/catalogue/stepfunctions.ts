import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'StepFunctions.1': {
    title: 'State machines write execution logs',
    severity: 'MEDIUM',
    meaning:
      'When a workflow fails or is abused, the input, path and errors of its express executions cannot be traced.',
    byHand:
      'Give the role of the state machine rights to deliver logs and run `aws stepfunctions update-state-machine --state-machine-arn ARN --logging-configuration file://logging.json` with level ALL and a log group as destination.',
    gap: {
      kind: 'planned',
      reason:
        'State machines for incidents in a later version are to log everything; for those of an application its owner decides on the level and payload data.',
    },
    stockRules: ['AwsSolutions-SF1'],
    standards: {
      'fsbp-1.0': ['StepFunctions.1'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Connect.2': {
    title: 'Contact centers log their flows to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning: 'When a call flow misroutes callers or is misused there is no record of which steps ran.',
    byHand:
      'Run `aws connect update-instance-attribute --instance-id ID --attribute-type CONTACTFLOW_LOGS --value true`. Add a Set logging behavior block to each flow that is to be logged.',
    gap: {
      kind: 'workload',
      reason:
        'Flow logs can hold what callers enter; the owner of the contact center decides what to log and what to leave out.',
    },
    standards: {
      'fsbp-1.0': ['Connect.2'],
    },
  },
});

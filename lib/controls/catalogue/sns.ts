import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'SNS.4': {
    title: 'Topics cannot be used by the public',
    severity: 'CRITICAL',
    meaning:
      'Anyone with an AWS account can subscribe and read the messages, or publish forged ones to every subscriber.',
    byHand:
      'Name accounts or roles as principals, or add a condition on aws:PrincipalOrgID or aws:SourceArn, in a new policy: `aws sns set-topic-attributes --topic-arn ARN --attribute-name Policy --attribute-value file://policy.json`.',
    gap: {
      kind: 'planned',
      reason:
        'The topics of a later version are to be limited to the account and organization, and a check at synthesis is to find open policies of other topics.',
    },
    standards: {
      'fsbp-1.0': ['SNS.4'],
    },
  },
});

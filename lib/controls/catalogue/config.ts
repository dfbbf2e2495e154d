import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Config.1': {
    title: 'AWS Config records all resources with its service-linked role',
    severity: 'CRITICAL',
    meaning:
      'Changes to resources leave no history, so controls that rest on AWS Config find nothing and nobody can reconstruct what was altered.',
    byHand:
      'Create the role with `aws iam create-service-linked-role --aws-service-name config.amazonaws.com`, set it and all resource types on the recorder, add a delivery channel, then run `aws configservice start-configuration-recorder --configuration-recorder-name NAME` in each Region.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's posture management sets up the recorder with the service-linked role; this version does not touch AWS Config.",
    },
    standards: {
      'fsbp-1.0': ['Config.1'],
      'cis-3.0': ['3.3'],
      'cis-5.0': ['3.3'],
      'cis-7.0': ['4.3'],
      hipaa: ['164.308(a)(1)(ii)(A)'],
      gdpr: ['Art. 25', 'Art. 30'],
      'iso27001-2022': ['A.5.16', 'A.5.22'],
      soc2: ['CC2.1', 'CC3.1', 'CC3.4', 'CC8.1', 'PI1.3'],
    },
  },
});

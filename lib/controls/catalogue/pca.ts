import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'PCA.1': {
    title: 'Root certificate authorities of AWS Private CA are disabled',
    severity: 'LOW',
    meaning: 'An active root CA can be made to sign false certificates that everything trusting the root accepts.',
    byHand:
      'Issue from a subordinate CA and disable the root between uses: `aws acm-pca update-certificate-authority --certificate-authority-arn ARN --status DISABLED`. Set the status to ACTIVE again only to sign a subordinate CA.',
    gap: {
      kind: 'workload',
      reason:
        'Whether the root still has to sign something is known to the owner of the certificate hierarchy, who disables it once a subordinate CA issues.',
    },
    standards: {
      'fsbp-1.0': ['PCA.1'],
    },
  },
});

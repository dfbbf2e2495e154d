import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Macie.1': {
    title: 'Macie is turned on in the account',
    severity: 'MEDIUM',
    meaning: 'Nobody learns which buckets are public, shared or full of personal data.',
    byHand:
      'Turn it on in every Region in use: `aws macie2 enable-macie --finding-publishing-frequency FIFTEEN_MINUTES`. In an organization the delegated administrator adds the members.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's data protection turns on Macie in the Regions it is deployed to; this version does not call Macie.",
    },
    standards: {
      'fsbp-1.0': ['Macie.1'],
      'cis-3.0': ['2.1.3'],
      'cis-5.0': ['2.1.3'],
      'cis-7.0': ['3.1.3'],
      'pci-4.0': ['A3.2.5.1'],
    },
  },
  'Macie.2': {
    title: 'Macie samples buckets for sensitive data by itself',
    severity: 'HIGH',
    meaning: 'Personal data lands in buckets where nobody expects it and stays without protection.',
    byHand:
      'With Macie on, start the daily sampling from the Macie administrator account: `aws macie2 update-automated-discovery-configuration --status ENABLED`.',
    gap: {
      kind: 'planned',
      reason: 'A later version turns on automated discovery together with Macie; the present one sets up neither.',
    },
    standards: {
      'fsbp-1.0': ['Macie.2'],
    },
  },
});

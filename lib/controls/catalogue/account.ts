import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Account.1': {
    title: 'Accounts name a contact for security matters',
    severity: 'MEDIUM',
    meaning:
      'AWS writes about abuse or leaked keys to the root address alone, and the people who could act hear of it too late.',
    byHand:
      'Name a mailbox and a phone that are watched: `aws account put-alternate-contact --alternate-contact-type SECURITY --name NAME --title TITLE --email-address EMAIL --phone-number PHONE`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's account hardening is to set the security contact from its props; this version does not touch the contacts of the account.",
    },
    standards: {
      'fsbp-1.0': ['Account.1'],
      'cis-3.0': ['1.2'],
      'cis-5.0': ['1.2'],
      'cis-7.0': ['2.3'],
      'pci-4.0': ['A1.2.3'],
      'iso27001-2022': ['A.5.5'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'ServiceCatalog.1': {
    title: 'Portfolios are shared through the organization only',
    severity: 'MEDIUM',
    meaning:
      'A share to a single account stays in force after that account leaves the organization, so outsiders keep getting your products.',
    byHand:
      'From the management account or a delegated administrator run `aws servicecatalog create-portfolio-share --portfolio-id ID --organization-node Type=ORGANIZATION,Value=ORG_ID`. Then remove each account: `aws servicecatalog delete-portfolio-share --portfolio-id ID --account-id ACCOUNT`.',
    gap: {
      kind: 'workload',
      reason:
        'Who may launch the products of a portfolio is decided by the team that publishes it, and a share by organization must be allowed centrally first.',
    },
    standards: {
      'fsbp-1.0': ['ServiceCatalog.1'],
    },
  },
});

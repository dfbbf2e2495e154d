import { defineAnswers } from '../controls/evidence';

export const answers = defineAnswers('Ledger', {
  controls: ['DynamoDB.1', 'DynamoDB.2', 'DynamoDB.6'],
  ownOnly: true,
  says: 'The ledger scales by itself, can be restored to any second, and is protected from deletion.',
  type: 'AWS::DynamoDB::Table',
  properties: {
    BillingMode: 'PAY_PER_REQUEST',
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  },
});

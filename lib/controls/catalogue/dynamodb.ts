import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'DynamoDB.1': {
    title: 'Tables grow and shrink their capacity with demand',
    severity: 'MEDIUM',
    meaning:
      'A rise in traffic, real or provoked by an attacker, exhausts the fixed capacity and requests are rejected.',
    byHand:
      'Run `aws dynamodb update-table --table-name NAME --billing-mode PAY_PER_REQUEST`, or keep provisioned capacity and register the table and its indexes with Application Auto Scaling.',
    gap: { kind: 'workload', reason: 'How tables of applications scale is up to their owners.' },
    stockRules: ['NIST.800.53.R5-DynamoDBAutoScalingEnabled'],
    standards: {
      'fsbp-1.0': ['DynamoDB.1'],
    },
  },
  'DynamoDB.2': {
    title: 'Tables can be restored to any second of the past weeks',
    severity: 'MEDIUM',
    meaning:
      'Items overwritten or deleted by a bug or an attacker are lost, since there is no earlier state to go back to.',
    byHand:
      'Run `aws dynamodb update-continuous-backups --table-name NAME --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`.',
    gap: {
      kind: 'workload',
      reason: 'Whether tables of applications can be restored to any second is up to their owners, who pay for it.',
    },
    stockRules: ['AwsSolutions-DDB3', 'NIST.800.53.R5-DynamoDBPITREnabled'],
    standards: {
      'fsbp-1.0': ['DynamoDB.2'],
      'nist-800-53-r5': ['CP-1(2)', 'CP-2(5)', 'CP-6(2)', 'CP-9', 'CP-10', 'CP-10(2)', 'SC-5(2)', 'SI-13(5)'],
      'pci-4.0': ['3.2.1', '3.3.1.1', '3.3.1.3', '3.3.2', '3.3.3', '10.3.3', '10.5.1'],
      hipaa: [
        '164.308(a)(1)(ii)(B)', '164.308(a)(7)(i)', '164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)',
        '164.308(a)(7)(ii)(C)', '164.312(a)(2)(ii)',
      ],
      soc2: ['A1.1', 'CC7.4'],
    },
  },
  'DynamoDB.3': {
    title: 'DAX clusters encrypt cached items at rest',
    severity: 'MEDIUM',
    meaning: 'Items that are encrypted in the table lie unencrypted on the disks of the cache.',
    byHand:
      'It can only be set at creation: create the cluster anew with `aws dax create-cluster` and `--sse-specification Enabled=true`, point the clients at it and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'A cache has to be replaced to become encrypted; the owner of the application plans the switch of its clients.',
    },
    stockRules: ['AwsSolutions-DDB4'],
    standards: {
      'fsbp-1.0': ['DynamoDB.3'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      hipaa: ['164.308(a)(4)(ii)(A)', '164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
    },
  },
  'DynamoDB.6': {
    title: 'Tables are protected from deletion',
    severity: 'MEDIUM',
    meaning: 'One mistaken or malicious call deletes the table with all its items.',
    byHand: 'Run `aws dynamodb update-table --table-name NAME --deletion-protection-enabled`.',
    gap: { kind: 'planned', reason: 'The tables of applications are up to their owners; no check asks for it yet.' },
    standards: {
      'fsbp-1.0': ['DynamoDB.6'],
    },
  },
  'DynamoDB.7': {
    title: 'DAX clusters talk to their clients over TLS',
    severity: 'MEDIUM',
    meaning:
      'Items pass between application and cache in clear text, and anyone inside the network who listens can read them.',
    byHand:
      'It can only be set at creation: create the cluster anew with `aws dax create-cluster` and `--cluster-endpoint-encryption-type TLS`, update the clients to a version that knows TLS and delete the old cluster.',
    gap: {
      kind: 'workload',
      reason:
        'The DAX client libraries of the application must support TLS endpoints; its developers check that and replace the cluster.',
    },
    standards: {
      'fsbp-1.0': ['DynamoDB.7'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Lambda.1': {
    title: 'Functions cannot be invoked by the public',
    severity: 'CRITICAL',
    meaning: 'Strangers run the function at your cost and reach whatever its role may reach.',
    byHand:
      'Remove the open statement: `aws lambda remove-permission --function-name NAME --statement-id SID`, then grant named principals. For a service as principal give `--source-account` or `--source-arn`.',
    stockRules: ['NIST.800.53.R5-LambdaFunctionPublicAccessProhibited'],
    standards: {
      'fsbp-1.0': ['Lambda.1'],
      'cis-7.0': ['2.21'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(20)', 'SC-7(21)',
        'SC-7(24)', 'SC-25',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)', '164.312(a)(1)', '164.312(e)(1)'],
      'iso27001-2022': ['A.8.1'],
    },
  },
  'Lambda.2': {
    title: 'Functions run on runtimes that Lambda still supports',
    severity: 'MEDIUM',
    meaning: 'A retired runtime gets no security fixes, and in time the function can no longer be updated.',
    byHand:
      'Test the code on a newer runtime, then switch: `aws lambda update-function-configuration --function-name NAME --runtime RUNTIME`.',
    gap: { kind: 'workload', reason: 'The runtimes of other functions are up to their owners.' },
    stockRules: ['AwsSolutions-L1'],
    standards: {
      'fsbp-1.0': ['Lambda.2'],
    },
  },
  'Lambda.5': {
    title: 'Functions in a VPC have subnets in several zones',
    severity: 'MEDIUM',
    meaning: 'When the one zone of the function fails, the function fails with it.',
    byHand:
      'Give it subnets in at least two zones: `aws lambda update-function-configuration --function-name NAME --vpc-config SubnetIds=SUBNET1,SUBNET2,SecurityGroupIds=GROUP`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's configuration rules report functions with subnets in a single zone; this one does not look at them.",
    },
    standards: {
      'fsbp-1.0': ['Lambda.5'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
    },
  },
});

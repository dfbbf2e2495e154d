import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'CloudFormation.3': {
    title: 'Stacks are protected from deletion',
    severity: 'MEDIUM',
    meaning: 'One mistaken or hostile call deletes the stack and everything in it that is not set to be retained.',
    byHand:
      'Turn it on: `aws cloudformation update-termination-protection --enable-termination-protection --stack-name NAME`. In CDK set terminationProtection: true on the stack.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to ask for it in a check at synthesis; this version does not check or change the stacks of others.',
    },
    standards: {
      'fsbp-1.0': ['CloudFormation.3'],
    },
  },
  'CloudFormation.4': {
    title: 'Stacks act through a service role',
    severity: 'MEDIUM',
    meaning: 'Whoever deploys needs every right that the stack uses, so each deployer is as good as an administrator.',
    byHand:
      'Deploy through the CloudFormation execution role of the CDK bootstrap, or name a role: `aws cloudformation update-stack --stack-name NAME --use-previous-template --role-arn ROLE_ARN`, with the parameters and capabilities of the stack.',
    gap: {
      kind: 'person',
      reason:
        'How each account was bootstrapped, and who deploys past that role, a person has to verify; the product cannot set it for stacks of others.',
    },
    standards: {
      'fsbp-1.0': ['CloudFormation.4'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'KMS.1': {
    title: 'Customer managed policies do not allow decryption with every KMS key',
    severity: 'MEDIUM',
    meaning: 'One stolen identity can decrypt the data of every application in the account.',
    byHand:
      'Name the keys in the `Resource` of statements with `kms:Decrypt` or `kms:ReEncryptFrom`: `aws iam create-policy-version --policy-arn ARN --policy-document file://POLICY.json --set-as-default`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version has a rule of its own for it; at synthesis IAM04 already reports the wildcard, whatever the action.",
    },
    stockRules: ['AwsSolutions-IAM5'],
    standards: {
      'fsbp-1.0': ['KMS.1'],
    },
  },
  'KMS.2': {
    title: 'Inline policies do not allow decryption with every KMS key',
    severity: 'MEDIUM',
    meaning:
      'Inline policies are seldom reviewed, so a right to decrypt everything can sit in one unnoticed until it is abused.',
    byHand:
      'Name the keys in the `Resource` of the inline statements: `aws iam put-role-policy --role-name ROLE --policy-name NAME --policy-document file://POLICY.json`. Do the same for users and groups.',
    gap: {
      kind: 'planned',
      reason: "A later version has a rule of its own for it; at synthesis IAM04 already reports the wildcard, whatever the action.",
    },
    stockRules: ['AwsSolutions-IAM5'],
    standards: {
      'fsbp-1.0': ['KMS.2'],
    },
  },
  'KMS.3': {
    title: 'No KMS key is waiting to be deleted by mistake',
    severity: 'CRITICAL',
    meaning: 'Once the waiting period ends, everything encrypted under the key is lost for good.',
    byHand:
      'Cancel the deletion and turn the key on again: `aws kms cancel-key-deletion --key-id ID`, then `aws kms enable-key --key-id ID`. Disable a key for some months before you delete it.',
    gap: {
      kind: 'organization',
      reason:
        'Denying key deletion to all but emergency roles belongs to organization policies, which this version does not deploy.',
    },
    standards: {
      'fsbp-1.0': ['KMS.3'],
      'pci-4.0': [
        '3.5.1.1', '3.5.1.3', '3.6.1', '3.6.1.2', '3.6.1.3', '3.6.1.4', '3.7.1', '3.7.2', '3.7.4', '3.7.6', '3.7.7',
        '4.2.1.1',
      ],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
    },
  },
  'KMS.4': {
    title: 'Customer keys are rotated',
    severity: 'MEDIUM',
    meaning: 'The same key material protects years of data, so its loss exposes all of it at once.',
    byHand:
      'Turn on yearly rotation, which only works for symmetric keys with material made by KMS: `aws kms enable-key-rotation --key-id ID`.',
    stockRules: ['AwsSolutions-KMS5', 'NIST.800.53.R5-KMSBackingKeyRotationEnabled'],
    standards: {
      'cis-3.0': ['3.6'],
      'cis-5.0': ['3.6'],
      'cis-7.0': ['4.6'],
      'nist-800-53-r5': ['CM-6', 'CM-9', 'SA-9(6)', 'SC-12', 'SC-12(2)', 'SC-12(6)'],
      'pci-4.0': ['3.7.4', '3.7.5'],
      hipaa: ['164.312(a)(2)(iv)'],
      gdpr: ['Art. 25', 'Art. 30'],
      'iso27001-2022': ['A.8.5', 'A.8.11', 'A.8.24'],
      soc2: ['PI1.5'],
    },
  },
  'KMS.5': {
    title: 'Key policies give nothing to the public',
    severity: 'CRITICAL',
    meaning: 'Anyone with an AWS account can use the key to decrypt data, or lock you out of it.',
    byHand:
      'Replace the principal `*` in the key policy by named principals, or add a condition on account or organization: `aws kms put-key-policy --key-id ID --policy-name default --policy file://POLICY.json`.',
    gap: {
      kind: 'planned',
      reason:
        'A later version checks key policies at synthesis and finds open keys by an access analyzer; this one does neither.',
    },
    standards: {
      'fsbp-1.0': ['KMS.5'],
      'cis-7.0': ['2.21'],
      'iso27001-2022': ['A.8.1'],
    },
  },
});

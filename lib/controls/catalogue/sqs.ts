import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'SQS.1': {
    title: 'Queues encrypt their messages at rest',
    severity: 'MEDIUM',
    meaning:
      'Messages lie unencrypted on disk, so anyone who gets at the storage can read what applications hand to each other.',
    byHand:
      'Turn on encryption with a key held by SQS: `aws sqs set-queue-attributes --queue-url URL --attributes SqsManagedSseEnabled=true`. For a key of your own set KmsMasterKeyId=KEY_ID instead and give producers and consumers the right to use it.',
    gap: {
      kind: 'planned',
      reason: 'Queues that were made before 2022 may lack encryption; no check of other queues is there yet.',
    },
    stockRules: ['AwsSolutions-SQS2'],
    standards: {
      'fsbp-1.0': ['SQS.1'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
    },
  },
  'SQS.3': {
    title: 'Queues cannot be used by the public',
    severity: 'CRITICAL',
    meaning: 'Strangers can read or delete waiting messages, or put in work that your consumers then carry out.',
    byHand:
      'Name accounts, roles or services as principals in the policy, with a condition on aws:SourceArn for services, and set it as Policy in a file: `aws sqs set-queue-attributes --queue-url URL --attributes file://attributes.json`.',
    gap: {
      kind: 'planned',
      reason:
        'Queues that a later version brings are to accept known senders alone, with a check at synthesis for open queue policies; this one has no such check.',
    },
    standards: {
      'fsbp-1.0': ['SQS.3'],
    },
  },
});

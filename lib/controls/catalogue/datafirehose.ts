import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'DataFirehose.1': {
    title: 'Delivery streams encrypt the records they buffer',
    severity: 'MEDIUM',
    meaning: 'Records lie unencrypted while they wait in the stream for delivery, and no key policy guards them.',
    byHand:
      'For a stream with direct input run `aws firehose start-delivery-stream-encryption --delivery-stream-name NAME --delivery-stream-encryption-configuration-input KeyType=CUSTOMER_MANAGED_CMK,KeyARN=KEY_ARN`. For one fed by Kinesis encrypt the source stream instead.',
    gap: {
      kind: 'planned',
      reason:
        'The delivery streams a later version brings for logs are to use a customer managed key; streams of an application are encrypted by its owner.',
    },
    stockRules: ['AwsSolutions-KDF1'],
    standards: {
      'fsbp-1.0': ['DataFirehose.1'],
    },
  },
});

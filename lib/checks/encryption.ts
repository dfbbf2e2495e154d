import { type CheckContext, type CheckedResource, every, some, type Verdict } from './rule';
import { is, knownValue, valueAt } from './values';

const BUCKET_DEFAULT = 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault';

/** Where the key of a resource stands. */
const KEYS: Readonly<Record<string, string>> = {
  'AWS::KinesisFirehose::DeliveryStream': 'DeliveryStreamEncryptionConfigurationInput.KeyARN',
  'AWS::Logs::LogGroup': 'KmsKeyId',
  'AWS::S3::Bucket': `${BUCKET_DEFAULT}.KMSMasterKeyID`,
};

/** Whether a resource encrypts what it keeps with a key of the customer's. */
export function hasCustomerKey({ type, properties }: CheckedResource, context: CheckContext): Verdict {
  const key = isCustomerKey(valueAt(properties, KEYS[type] ?? 'KmsKeyId'), context);
  if (type !== 'AWS::S3::Bucket') return key;
  const algorithm = valueAt(properties, `${BUCKET_DEFAULT}.SSEAlgorithm`);
  return every([some([is(algorithm, 'aws:kms', context), is(algorithm, 'aws:kms:dsse', context)]), key]);
}

/** A key under an alias of AWS's own cannot be shared, guarded or looked after by its owner. */
function isCustomerKey(key: unknown, context: CheckContext): Verdict {
  const known = knownValue(key, context);
  if (known.kind === 'unknown') return undefined;
  if (known.kind === 'literal') return known.value !== '' && !/alias\/aws\//.test(String(known.value));
  return known.kind === 'reference';
}

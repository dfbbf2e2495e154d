import { type CheckContext, type CheckedResource, every, some, type Verdict } from './rule';
import { is, knownValue, PSEUDO_PARAMETER, piecesOf, spelledOut, valueAt } from './values';

const BUCKET_DEFAULT = 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault';

/** Where the key of a resource stands. */
const KEYS: Readonly<Record<string, string>> = {
  'AWS::CloudTrail::Trail': 'KMSKeyId',
  'AWS::KinesisFirehose::DeliveryStream': 'DeliveryStreamEncryptionConfigurationInput.KeyARN',
  'AWS::Logs::LogGroup': 'KmsKeyId',
  'AWS::S3::Bucket': `${BUCKET_DEFAULT}.KMSMasterKeyID`,
};

const KEY = /^AWS::KMS::(Key|ReplicaKey|Alias)$/;

/** What hands on whatever it was given, which may be a key. */
const CARRIER = /^(AWS::CloudFormation::(Stack|CustomResource)|AWS::SSM::Parameter|Custom::.*)$/;

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
  if (known.kind === 'absent') return false;
  if (/alias\/aws\//i.test(spelledOut(key))) return false;
  if (known.kind === 'unknown') return undefined;
  if (known.kind === 'literal') return known.value !== '';
  const types = piecesOf(key).flatMap((piece) =>
    typeof piece === 'string' || PSEUDO_PARAMETER.test(String(piece.Ref)) ? [] : (context.resolve(piece)?.type ?? ''),
  );
  // Made of pseudo parameters alone, it has to be the ARN of a key.
  if (types.length === 0) return /(^|:)(key|alias)\/./.test(spelledOut(key));
  return every(types.map((type) => (CARRIER.test(type) ? undefined : KEY.test(type))));
}

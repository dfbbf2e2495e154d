import { type Denial, denies, deniesIn, PLAIN_HTTP } from '../policies';
import { type CheckedResource, type Rule, unless } from '../rule';

const BUCKET = 'AWS::S3::Bucket';
const BUCKET_POLICY = 'AWS::S3::BucketPolicy';

const WHAT: Readonly<Record<string, string>> = {
  [BUCKET]: 's3:* on the bucket and its objects',
  'AWS::SNS::Topic': 'sns:Publish on the topic',
  'AWS::SQS::Queue': 'sqs:* on the queue',
};

export const rule: Rule = {
  id: 'DAT02',
  title: 'Bucket, topic and queue deny requests over plain HTTP',
  severity: 'ERROR',
  resourceTypes: [BUCKET, BUCKET_POLICY, 'AWS::SNS::Topic', 'AWS::SQS::Queue'],
  controls: ['S3.5'],
  rationale:
    'S3, SNS and SQS answer over plain HTTP too, where everybody on the way reads along. Encryption at rest does not change that.',
  whenNotToUse:
    'A bucket that serves a website by itself, which S3 does over plain HTTP alone. Put CloudFront before it, or acknowledge the finding for that bucket.',
  check(resource, context) {
    const bucket = resource.type === BUCKET_POLICY ? elsewhere(resource) : resource;
    // The bucket itself tells where it is made here.
    if (resource.type === BUCKET_POLICY && context.find(resource.properties.Bucket, BUCKET) !== undefined) return [];
    const denial = PLAIN_HTTP[bucket.type] as Denial;
    const isDenied =
      resource === bucket ? denies(resource, denial, context) : deniesIn(resource, bucket, denial, context);
    return unless(isDenied, {
      subject: 'TLS',
      message: `The statements of its policy do not deny everybody ${WHAT[bucket.type]} where aws:SecureTransport is false, without any other condition. With an L2 construct, set enforceSSL.`,
    });
  },
};

/** A bucket of which this app makes the policy alone. */
function elsewhere({ logicalId, properties }: CheckedResource): CheckedResource {
  return { logicalId, type: BUCKET, properties: { BucketName: properties.Bucket } };
}

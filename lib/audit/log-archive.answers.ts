import { defineAnswers, SET } from '../controls/evidence';

const BUCKET = 'AWS::S3::Bucket';

export const answers = defineAnswers(
  'LogArchive',
  {
    controls: ['S3.8', 'S3.2', 'S3.3', 'CloudTrail.6'],
    ownOnly: true,
    techniques: ['AM39'],
    says: 'Each bucket of the archive blocks all public access.',
    type: BUCKET,
    properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  },
  {
    controls: ['S3.5'],
    ownOnly: true,
    says: 'The policy of each bucket denies requests without TLS.',
    type: 'AWS::S3::BucketPolicy',
    properties: {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    },
  },
  {
    controls: ['S3.9', 'CloudTrail.7'],
    ownOnly: true,
    says: 'Accesses to the buckets are logged into the access bucket, which cannot log into itself.',
    type: BUCKET,
    properties: { LoggingConfiguration: { DestinationBucketName: SET } },
    of: 'some',
  },
  {
    controls: ['S3.12'],
    ownOnly: true,
    says: 'The buckets ignore access control lists.',
    type: BUCKET,
    properties: { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
  },
  {
    controls: ['S3.10', 'S3.13'],
    ownOnly: true,
    says: 'Each bucket lets logs expire, and moves them to cheaper storage before.',
    type: BUCKET,
    properties: { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: SET }] } },
  },
  {
    controls: ['S3.14'],
    ownOnly: true,
    says: 'The buckets keep earlier versions.',
    type: BUCKET,
    properties: { VersioningConfiguration: { Status: 'Enabled' } },
  },
  {
    controls: ['S3.15', 'BW.13'],
    ownOnly: true,
    techniques: ['AM40', 'AM42'],
    says: 'What lies in the evidence bucket can be neither overwritten nor deleted before its time.',
    type: BUCKET,
    properties: { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: SET } } },
    of: 'some',
  },
  {
    controls: ['S3.17'],
    ownOnly: true,
    says: 'All buckets but the access bucket, for which AWS allows none, are encrypted with a customer key.',
    type: BUCKET,
    properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: SET } }],
      },
    },
    of: 'some',
  },
  {
    controls: ['KMS.4'],
    ownOnly: true,
    says: 'The key of the archive is rotated.',
    type: 'AWS::KMS::Key',
    properties: { EnableKeyRotation: true },
  },
);

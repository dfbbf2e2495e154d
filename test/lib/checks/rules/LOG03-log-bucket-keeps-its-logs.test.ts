import { App, aws_cloudtrail as cloudtrail, type aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { LogArchive } from '../../../../lib';
import { findingsOf, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('LOG03');

/** Who makes a bucket one of logs. */
const WRITERS = {
  trail: { Type: 'AWS::CloudTrail::Trail', Properties: { S3BucketName: { Ref: 'B' } } },
  findings: {
    Type: 'AWS::GuardDuty::PublishingDestination',
    Properties: { DestinationProperties: { DestinationArn: { 'Fn::GetAtt': ['B', 'Arn'] } } },
  },
  config: { Type: 'AWS::Config::DeliveryChannel', Properties: { S3BucketName: { Ref: 'B' } } },
  waf: { Type: 'AWS::WAFv2::LoggingConfiguration', Properties: { LogDestinationConfigs: [sub('<B.Arn>')] } },
  flow: {
    Type: 'AWS::EC2::FlowLog',
    Properties: { LogDestination: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['B', 'Arn'] }, '/vpc']] } },
  },
  resolver: {
    Type: 'AWS::Route53Resolver::ResolverQueryLoggingConfig',
    Properties: { DestinationArn: { 'Fn::GetAtt': ['B', 'Arn'] } },
  },
  firewall: {
    Type: 'AWS::NetworkFirewall::LoggingConfiguration',
    Properties: {
      LoggingConfiguration: { LogDestinationConfigs: [{ LogDestination: { bucketName: { Ref: 'B' }, prefix: 'p' } }] },
    },
  },
  bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: { LoggingConfiguration: { DestinationBucketName: { Ref: 'B' } } },
  },
  balancer: {
    Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    Properties: {
      LoadBalancerAttributes: [
        { Key: 'access_logs.s3.enabled', Value: 'true' },
        { Key: 'access_logs.s3.bucket', Value: { Ref: 'B' } },
      ],
    },
  },
  classic: {
    Type: 'AWS::ElasticLoadBalancing::LoadBalancer',
    Properties: { AccessLoggingPolicy: { S3BucketName: { Ref: 'B' } } },
  },
  cdn: {
    Type: 'AWS::CloudFront::Distribution',
    Properties: { DistributionConfig: { Logging: { Bucket: { 'Fn::GetAtt': ['B', 'RegionalDomainName'] } } } },
  },
} as const;

const LOCK = {
  ObjectLockEnabled: true,
  ObjectLockConfiguration: {
    ObjectLockEnabled: 'Enabled',
    Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 365 } },
  },
};
const encryptedWith = (KMSMasterKeyID: unknown, SSEAlgorithm: unknown = 'aws:kms') => ({
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID } }],
  },
});
const COMPLETE = {
  ...LOCK,
  ...encryptedWith({ Ref: 'Key' }),
  VersioningConfiguration: { Status: 'Enabled' },
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
};
const BUCKET_ARN = { 'Fn::GetAtt': ['B', 'Arn'] };
const OBJECTS = { 'Fn::Join': ['', [BUCKET_ARN, '/*']] };
const deny = (change: Record<string, unknown>) => ({
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Resource: [BUCKET_ARN, OBJECTS],
  ...change,
});
const TLS = deny({ Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
const DELETION = deny({ Action: ['s3:DeleteBucket', 's3:DeleteObject', 's3:DeleteObjectVersion'] });

interface Change {
  readonly writers?: Array<keyof typeof WRITERS>;
  readonly bucket?: Record<string, unknown>;
  readonly statements?: unknown;
  readonly more?: Resources;
}

const findings = ({ writers = ['trail'], bucket = {}, statements = [TLS, DELETION], more = {} }: Change = {}) =>
  judge({
    Key: { Type: 'AWS::KMS::Key' },
    B: { Type: 'AWS::S3::Bucket', Properties: { ...COMPLETE, ...bucket } },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'B' }, PolicyDocument: { Statement: statements } },
    },
    ...more,
    ...Object.fromEntries(writers.map((name) => [name, WRITERS[name]])),
  } as Resources);

const NOTHING = { bucket: Object.fromEntries(Object.keys(COMPLETE).map((name) => [name, undefined])), statements: [] };
const ALWAYS = ['versioning', 'TLS', 'deletion'];

test.each<[string, Array<keyof typeof WRITERS>, string[]]>([
  ['nobody', [], []],
  ['a trail', ['trail'], ['Object Lock', 'KMS', 'ownership', ...ALWAYS]],
  ['GuardDuty', ['findings'], ['Object Lock', 'KMS', 'ownership', ...ALWAYS]],
  ['AWS Config', ['config'], ['KMS', 'ownership', ...ALWAYS]],
  ['WAF', ['waf'], ['KMS', 'ownership', ...ALWAYS]],
  ['a flow log', ['flow'], ['KMS', 'ownership', ...ALWAYS]],
  ['the resolver', ['resolver'], ['KMS', 'ownership', ...ALWAYS]],
  ['a firewall', ['firewall'], ['KMS', 'ownership', ...ALWAYS]],
  ['a bucket', ['bucket'], ['ownership', ...ALWAYS]],
  ['a load balancer', ['balancer'], ['ownership', ...ALWAYS]],
  ['a classic load balancer', ['classic'], ['ownership', ...ALWAYS]],
  ['CloudFront', ['cdn'], ALWAYS],
  ['a bucket beside a trail', ['bucket', 'trail'], ['Object Lock', 'KMS', 'ownership', ...ALWAYS]],
])('what a bucket owes to which %s delivers', (_name, writers, subjects) => {
  const expected = subjects.map((subject) => `error LOG03[${subject}]`).sort();
  // A bucket that writes access logs itself is judged by nothing here.
  expect(findings({ writers, ...NOTHING })).toEqual(expected);
});

test.each<[string, unknown]>([
  ['aws-waf-logs-main', 'aws-waf-logs-main'],
  ['aws-waf-logs- and the account', sub('aws-waf-logs-<AWS::AccountId>')],
])('a bucket named %s takes the logs of a WAF, wherever that is', (_name, BucketName) => {
  expect(findings({ writers: [], bucket: { BucketName, VersioningConfiguration: undefined } })).toEqual([
    'error LOG03[versioning]',
  ]);
});

const KEPT_BY = (condition: unknown) => ({
  statements: [TLS, { ...DELETION, Condition: { ArnNotLike: { 'aws:PrincipalArn': condition } } }],
});

test.each<[string, Change]>([
  ['says everything', {}],
  [
    'takes access logs under SSE-S3 without lock',
    {
      writers: ['bucket'],
      bucket: {
        ObjectLockEnabled: undefined,
        ObjectLockConfiguration: undefined,
        ...encryptedWith(undefined, 'AES256'),
      },
    },
  ],
  ['takes from Config, without lock', { writers: ['config'], bucket: { ObjectLockConfiguration: undefined } }],
  [
    'takes from Config, with a lock that has no default',
    {
      writers: ['config'],
      bucket: { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } },
    },
  ],
  [
    'locks for years, in texts',
    {
      bucket: {
        ObjectLockEnabled: 'true',
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: '7' } },
        },
      },
    },
  ],
  ['encrypts twice', { bucket: encryptedWith({ 'Fn::GetAtt': ['Key', 'Arn'] }, 'aws:kms:dsse') }],
  [
    'denies in several statements',
    {
      statements: [
        TLS,
        deny({ Action: 's3:DeleteBucket', Resource: BUCKET_ARN }),
        deny({ Action: 's3:DeleteObject*', Resource: [OBJECTS] }),
      ],
    },
  ],
  [
    'denies in other words',
    {
      statements: [
        { ...TLS, Principal: '*', Action: '*', Resource: '*' },
        deny({ Principal: '*', Action: ['s3:Delete*'], Resource: sub('arn:<AWS::Partition>:s3:::<B>*') }),
      ],
    },
  ],
  ['lets break-glass roles through', KEPT_BY(['arn:aws:iam::123456789012:role/break-glass/*'])],
  [
    'lets a role and a user of this app through, and root',
    {
      ...KEPT_BY([
        { 'Fn::GetAtt': ['Rescue', 'Arn'] },
        { 'Fn::GetAtt': ['Person', 'Arn'] },
        { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] },
        sub('arn:aws:iam::123456789012:role/<Rescue>'),
        'arn:aws-cn:iam::123456789012:user/people/*',
        'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Rescue_*',
        'arn:aws:sts::123456789012:assumed-role/Rescue/*',
      ]),
      more: { Rescue: { Type: 'AWS::IAM::Role' }, Person: { Type: 'AWS::IAM::User' } },
    },
  ],
  ['lets a role of this account through', KEPT_BY(sub('arn:<AWS::Partition>:iam::<AWS::AccountId>:role/break-glass'))],
])('a bucket is compliant that %s', (_name, change) => {
  expect(findings(change)).toEqual([]);
});

test.each<[string, Change, string]>([
  ['does not lock', { bucket: { ObjectLockEnabled: undefined } }, 'Object Lock'],
  [
    'locks nothing by default',
    { bucket: { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } } },
    'Object Lock',
  ],
  [
    'locks for no time',
    {
      bucket: {
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE' } } },
      },
    },
    'Object Lock',
  ],
  ['locks what Config is to write', { writers: ['config'] }, 'Config'],
  ['suspends versions', { bucket: { VersioningConfiguration: { Status: 'Suspended' } } }, 'versioning'],
  ['lets S3 hold the key', { bucket: encryptedWith(undefined, 'AES256') }, 'KMS'],
  ['takes the key of AWS', { bucket: encryptedWith('arn:aws:kms:eu-central-1:123456789012:alias/aws/s3') }, 'KMS'],
  ['names no key', { bucket: encryptedWith({ Ref: 'AWS::NoValue' }) }, 'KMS'],
  [
    'lets writers own',
    { bucket: { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } } },
    'ownership',
  ],
  ['lets HTTP in', { statements: [DELETION] }, 'TLS'],
  ['lets objects be deleted', { statements: [TLS, deny({ Action: 's3:DeleteBucket' })] }, 'deletion'],
  [
    'lets versions be deleted',
    { statements: [TLS, deny({ Action: ['s3:DeleteBucket', 's3:DeleteObject'] })] },
    'deletion',
  ],
  [
    'denies deletion to one',
    { statements: [TLS, { ...DELETION, Principal: { AWS: 'arn:aws:iam::1:root' } }] },
    'deletion',
  ],
  [
    'denies deletion below a prefix',
    { statements: [TLS, { ...DELETION, Resource: [BUCKET_ARN, sub('<B.Arn>/a/*')] }] },
    'deletion',
  ],
  [
    'denies deletion from outside alone',
    { statements: [TLS, { ...DELETION, Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }] },
    'deletion',
  ],
  [
    'denies deletion to some names',
    { statements: [TLS, { ...DELETION, Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::1:role/x' } } }] },
    'deletion',
  ],
  ['excepts everybody', KEPT_BY('*'), 'deletion'],
  ...[
    '*/*',
    'arn:*/*',
    'arn:aws:iam::*:*/*',
    'arn:aws:iam::*:role/Admin',
    'arn:aws:iam::123456789012:*',
    'arn:aws:iam::123456789012:role/?*',
    'arn:aws:iam::123456789012:role/*/*',
    'arn:aws:iam::123456789012:role/a*',
    'arn:aws:iam::123456789012:role/break-glass/?',
    'arn:aws:iam::123456789012:role/aws-reserved/*',
    'arn:aws:iam::123456789012:group/Admins',
    'arn:*:iam::123456789012:role/Admin',
    '*role*',
    '*:role/Admin',
  ].map((who): [string, Change, string] => [`excepts ${who}`, KEPT_BY([who]), 'deletion']),
  ['excepts an account', KEPT_BY([{ Ref: 'AWS::AccountId' }]), 'deletion'],
  [
    'excepts everybody by a variable',
    KEPT_BY([{ 'Fn::Sub': ['arn:aws:iam::123456789012:role/$' + '{Who}', { Who: '*' }] }]),
    'deletion',
  ],
  [
    'takes the key of AWS, by Fn::Sub',
    { bucket: encryptedWith(sub('arn:aws:kms:<AWS::Region>:<AWS::AccountId>:alias/aws/s3')) },
    'KMS',
  ],
  ['takes itself for a key', { bucket: encryptedWith({ Ref: 'B' }) }, 'KMS'],
  ['excepts every role', KEPT_BY(['arn:aws:iam::123456789012:role/*']), 'deletion'],
])('a bucket is found that %s', (_name, change, subject) => {
  expect(findings(change)).toEqual([`error LOG03[${subject}]`]);
});

test.each<[string, Change, string]>([
  ['a lock', { bucket: { ObjectLockConfiguration: GIVEN } }, 'Object Lock'],
  ['a lock of a bucket of Config', { writers: ['config'], bucket: { ObjectLockConfiguration: GIVEN } }, 'Config'],
  [
    'a retention',
    {
      bucket: {
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: GIVEN } },
        },
      },
    },
    'Object Lock',
  ],
  ['a key', { bucket: encryptedWith(GIVEN) }, 'KMS'],
  ['a key of SSM', { bucket: encryptedWith('{{resolve:ssm:key}}') }, 'KMS'],
  ['an encryption', { bucket: { BucketEncryption: { 'Fn::If': ['Prod', {}, {}] } } }, 'KMS'],
  ['an owner', { bucket: { OwnershipControls: GIVEN } }, 'ownership'],
  ['versions', { bucket: { VersioningConfiguration: { Status: GIVEN } } }, 'versioning'],
  ['who is let through', KEPT_BY([GIVEN]), 'deletion'],
  ['a statement', { statements: [TLS, { 'Fn::If': ['Prod', DELETION, TLS] }] }, 'deletion'],
])('%s that only the deployment knows is a warning', (_name, change, subject) => {
  expect(findings(change)).toEqual([`warning LOG03[${subject} unverified]`]);
});

describe('an archive in a stack of its own', () => {
  const build = (change: (bucket: s3.CfnBucket) => void = () => {}) => {
    const app = new App();
    const archive = new LogArchive(new Stack(app, 'Audit'), 'Archive');
    change(archive.evidenceBucket.node.defaultChild as s3.CfnBucket);
    new cloudtrail.CfnTrail(new Stack(app, 'Trails'), 'Trail', {
      isLogging: true,
      s3BucketName: archive.evidenceBucket.bucketName,
    });
    app.synth();
    return findingsOf('LOG03', app);
  };

  test('is compliant as this library makes it', () => {
    expect(build()).toEqual([]);
  });

  test('is found where an override takes something away', () => {
    expect(build((bucket) => bucket.addPropertyDeletionOverride('ObjectLockConfiguration'))).toEqual([
      'error LOG03[Object Lock]',
    ]);
  });
});

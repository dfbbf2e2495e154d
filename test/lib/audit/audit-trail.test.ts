import { App, aws_kms as kms, aws_logs as logs, aws_s3 as s3, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AuditTrail, type AuditTrailProps, S3DataEvents } from '../../../lib/audit/audit-trail';
import { LogArchive } from '../../../lib/audit/log-archive';
import { BaselineChecks } from '../../../lib/checks';

const env = { account: '123456789012', region: 'eu-central-1' };
const stackOf = () => new Stack(new App(), 'Audit', { env });
const trailOf = (props: AuditTrailProps = {}, stack = stackOf()) => new AuditTrail(stack, 'Trail', props);

const stack = stackOf();
const archive = new LogArchive(stack, 'Archive');
const trail = trailOf({ archive }, stack);
const template = Template.fromStack(stack);
const trailArn = {
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':cloudtrail:eu-central-1:123456789012:trail/bulwark-main']],
};
const own = ['Evidence', 'Config', 'Waf', 'Network', 'Access'].map((kind) => ({
  'Fn::Join': ['', [{ 'Fn::GetAtt': [`ArchiveMain${kind}Bucket`, 'Arn'] }, '/']],
}));

test('the trail is complete, named, pinned and waits for what CloudTrail tries first', () => {
  const trails = template.findResources('AWS::CloudTrail::Trail');
  expect(Object.keys(trails)).toEqual(['TrailMain']);
  expect(trails.TrailMain?.Properties).toMatchObject({
    TrailName: 'bulwark-main',
    IsLogging: true,
    IsMultiRegionTrail: true,
    IncludeGlobalServiceEvents: true,
    EnableLogFileValidation: true,
    S3BucketName: { Ref: 'ArchiveMainEvidenceBucket' },
    KMSKeyId: { 'Fn::GetAtt': ['ArchiveMainKey', 'Arn'] },
    CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': ['TrailMainLogGroup', 'Arn'] },
  });
  expect(trails.TrailMain?.Properties).not.toHaveProperty('IsOrganizationTrail');
  expect(trails.TrailMain?.DependsOn).toEqual(['ArchiveMainEvidenceBucketPolicy', 'TrailMainDeliveryRole']);
});

test('management events are all recorded, object events but for those of the archive itself', () => {
  const selectors = [
    { Name: 'Management events', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
    {
      Name: 'Object events of S3',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
        { Field: 'resources.ARN', NotStartsWith: own },
      ],
    },
  ];
  template.hasResourceProperties('AWS::CloudTrail::Trail', { AdvancedEventSelectors: selectors });
  // A repair restores exactly what was deployed.
  expect(stack.resolve(trail.eventSelectors)).toEqual(selectors);
});

test('evidence lets in this trail and no other', () => {
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    Bucket: { Ref: 'ArchiveMainEvidenceBucket' },
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 's3:GetBucketAcl',
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
        }),
        Match.objectLike({
          Action: 's3:PutObject',
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Resource: {
            'Fn::Join': ['', [{ 'Fn::GetAtt': ['ArchiveMainEvidenceBucket', 'Arn'] }, '/AWSLogs/123456789012/*']],
          },
          Condition: { StringEquals: { 'aws:SourceArn': trailArn, 's3:x-amz-acl': 'bucket-owner-full-control' } },
        }),
      ]),
    },
  });
});

test('the key serves this trail and log groups of this account and Region', () => {
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 'kms:GenerateDataKey*',
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Condition: Match.objectLike({ StringEquals: { 'aws:SourceArn': trailArn } }),
        }),
        Match.objectLike({ Action: 'kms:DescribeKey', Condition: { StringEquals: { 'aws:SourceArn': trailArn } } }),
        Match.objectLike({
          Sid: 'TrailLogGroup',
          Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': Match.anyValue() } },
        }),
      ]),
    },
  });
});

test('the log group is encrypted, kept and keeps a year', () => {
  template.hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: { RetentionInDays: 365, KmsKeyId: { 'Fn::GetAtt': ['ArchiveMainKey', 'Arn'] } },
  });
  expect(stack.resolve(trail.logGroup.logGroupArn)).toEqual({ 'Fn::GetAtt': ['TrailMainLogGroup', 'Arn'] });
});

test('the delivery role is named and writes to streams of this trail only', () => {
  template.hasResourceProperties('AWS::IAM::Role', {
    RoleName: 'bulwark-main-trail-delivery',
    AssumeRolePolicyDocument: {
      Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } }],
    },
    Policies: [
      {
        PolicyDocument: {
          Statement: [
            {
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Effect: 'Allow',
              Resource: {
                'Fn::Join': [
                  '',
                  [
                    'arn:',
                    { Ref: 'AWS::Partition' },
                    ':logs:eu-central-1:123456789012:log-group:',
                    { Ref: 'TrailMainLogGroup' },
                    ':log-stream:123456789012_CloudTrail_eu-central-1*',
                  ],
                ],
              },
            },
          ],
        },
      },
    ],
  });
});

test('what a repair needs is there', () => {
  expect([trail.trailName, stack.resolve(trail.trailArn)]).toEqual(['bulwark-main', trailArn]);
  expect(trail.bucket).toBe(archive.evidenceBucket);
  expect(trail.encryptionKey).toBe(archive.encryptionKey);
  expect(stack.resolve(trail.deliveryRole.roleName)).toEqual({ Ref: 'TrailMainDeliveryRole' });
});

test('an organization trail reads all accounts into the same bucket and log group', () => {
  const made = Template.fromStack(Stack.of(trailOf({ organizationId: 'o-a1b2c3d4e5' })));
  made.hasResourceProperties('AWS::CloudTrail::Trail', { IsOrganizationTrail: true });
  const policies = JSON.stringify(made.findResources('AWS::S3::BucketPolicy'));
  expect(policies).toContain('/AWSLogs/123456789012/*');
  expect(policies).toContain('/AWSLogs/o-a1b2c3d4e5/*');
  const streamOf = (stream: string) => ({
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':logs:eu-central-1:123456789012:log-group:',
        { Ref: 'TrailMainLogGroup' },
        `:log-stream:${stream}`,
      ],
    ],
  });
  made.hasResourceProperties('AWS::IAM::Role', {
    RoleName: 'bulwark-main-trail-delivery',
    Policies: [
      {
        PolicyDocument: {
          Statement: [
            Match.objectLike({
              Resource: [streamOf('123456789012_CloudTrail_eu-central-1*'), streamOf('o-a1b2c3d4e5_*')],
            }),
          ],
        },
      },
    ],
  });
});

describe('object events', () => {
  const fieldsOf = (props: AuditTrailProps, at = stackOf()) => {
    const { eventSelectors } = trailOf(props, at);
    return (at.resolve(eventSelectors) as Array<{ FieldSelectors: unknown[] }>).map(
      ({ FieldSelectors }) => FieldSelectors,
    );
  };

  test('can be writes only', () => {
    expect(fieldsOf({ s3DataEvents: S3DataEvents.WRITE_ONLY })[1]).toContainEqual({
      Field: 'readOnly',
      Equals: ['false'],
    });
  });

  test('can be none', () => {
    expect(fieldsOf({ s3DataEvents: S3DataEvents.NONE })).toHaveLength(1);
  });

  test('can be those of some buckets', () => {
    const at = stackOf();
    const watched = s3.Bucket.fromBucketName(at, 'Watched', 'payments');
    expect(fieldsOf({ s3DataEventBuckets: [watched] }, at)[1]).toContainEqual({
      Field: 'resources.ARN',
      StartsWith: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::payments/']] }],
    });
  });
});

test('an existing bucket and key are used; their policies are theirs', () => {
  const at = stackOf();
  const bucket = s3.Bucket.fromBucketName(at, 'Bucket', 'org-trail');
  const encryptionKey = kms.Key.fromKeyArn(at, 'Key', 'arn:aws:kms:eu-central-1:123456789012:key/1');
  const made = trailOf({ bucket, encryptionKey }, at);
  const only = Template.fromStack(at);
  only.hasResourceProperties('AWS::CloudTrail::Trail', {
    S3BucketName: 'org-trail',
    KMSKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1',
  });
  for (const type of ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key']) only.resourceCountIs(type, 0);
  // It may hold the trail's files, so its objects are left out too.
  expect(JSON.stringify(at.resolve(made.eventSelectors))).toContain('org-trail/');
});

test('an existing bucket without a key gets a key that is pinned and kept', () => {
  const at = stackOf();
  trailOf({ bucket: s3.Bucket.fromBucketName(at, 'Bucket', 'org-trail') }, at);
  const keys = Template.fromStack(at).findResources('AWS::KMS::Key');
  expect(Object.keys(keys)).toEqual(['TrailMainKey']);
  expect(keys.TrailMainKey?.DeletionPolicy).toBe('RetainExceptOnCreate');
});

test('archive and trail may stand in stacks of their own', () => {
  const app = new App();
  const shared = new LogArchive(new Stack(app, 'Archive', { env }), 'Archive');
  const consumer = new Stack(app, 'Consumer', { env });
  trailOf({ archive: shared }, consumer);
  app.synth();
  Template.fromStack(consumer).resourceCountIs('AWS::CloudTrail::Trail', 1);
  expect(consumer.dependencies.map(({ node }) => node.id)).toEqual(['Archive']);
});

test.each<[string, (at: Stack) => AuditTrailProps, string]>([
  [
    'archive and bucket',
    (at) => ({ archive: new LogArchive(at, 'Archive'), bucket: s3.Bucket.fromBucketName(at, 'B', 'logs') }),
    'archive and bucket exclude each other',
  ],
  [
    'a wrong organization',
    () => ({ organizationId: 'ou-1234' }),
    'organizationId must be an id such as o-a1b2c3d4e5, got "ou-1234"',
  ],
  [
    'a short log',
    () => ({ logRetention: logs.RetentionDays.THREE_MONTHS }),
    'logRetention must be at least 365 days, got 90',
  ],
  ['an empty list of buckets', () => ({ s3DataEventBuckets: [] }), 's3DataEventBuckets must name the buckets to watch'],
  [
    'buckets of which nothing is recorded',
    (at) => ({ s3DataEvents: S3DataEvents.NONE, s3DataEventBuckets: [s3.Bucket.fromBucketName(at, 'B', 'busy')] }),
    's3DataEventBuckets must name the buckets to watch',
  ],
  [
    "the trail's own bucket",
    (at) => {
      const shared = new LogArchive(at, 'Archive');
      return { archive: shared, s3DataEventBuckets: [shared.accessBucket] };
    },
    "s3DataEventBuckets must not contain the trail's own",
  ],
  ['a wrong qualifier', () => ({ qualifier: 'Main' }), 'qualifier must be 1 to 10 lower-case letters or digits'],
])('%s is refused', (_name, props, message) => {
  const at = stackOf();
  expect(() => trailOf(props(at), at)).toThrow(message);
});

test.each([
  ['in a known account', { env }],
  ['anywhere', {}],
])('archive and trail pass our checks and AwsSolutions %s', (_name, props) => {
  const app = new App();
  const at = new Stack(app, 'Audit', props);
  trailOf({ archive: new LogArchive(at, 'Archive') }, at);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new BaselineChecks(app));
  expect(() => app.synth()).not.toThrow();
  // Findings that were acknowledged by their qualified ids are not known to a pack by itself, so ours is asked.
  expect(new BaselineChecks(app).validateScope(app).violations).toEqual([]);
  expect(JSON.stringify(Template.fromStack(at).toJSON().Resources)).not.toContain('arn:aws:');
});

import { App, Duration, aws_kms as kms, LegacyStackSynthesizer, NestedStack, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LogArchive, LogBucketKind } from '../../../lib/audit/log-archive';

interface LifecycleRule {
  readonly ExpirationInDays?: number;
  readonly ExpiredObjectDeleteMarker?: boolean;
}

const env = { account: '123456789012', region: 'eu-central-1' };
const archiveOf = (props = {}, stack = new Stack(new App(), 'Audit', { env })) =>
  new LogArchive(stack, 'Archive', props);
const stack = new Stack(new App(), 'Audit', { env });
archiveOf({}, stack);
const template = Template.fromStack(stack);
const resources = template.toJSON().Resources;
const bucketOf = (kind: string) => resources[`ArchiveMain${kind}Bucket`];
const statementsOf = (kind: string) => resources[`ArchiveMain${kind}BucketPolicy`].Properties.PolicyDocument.Statement;
const KINDS = ['Evidence', 'Config', 'Waf', 'Network', 'Access'];

test('logical ids of all that holds data are pinned', () => {
  expect(Object.keys(resources).sort()).toEqual(
    [
      'ArchiveMainKey',
      ...KINDS.flatMap((kind) => [`ArchiveMain${kind}Bucket`, `ArchiveMain${kind}BucketPolicy`]),
    ].sort(),
  );
});

describe.each(KINDS)('%s bucket', (kind) => {
  const { Properties, DeletionPolicy, UpdateReplacePolicy } = bucketOf(kind);

  test('is private, versioned, owner-enforced and kept', () => {
    expect(Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
    expect(resources[`ArchiveMain${kind}BucketPolicy`].DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  test('keeps its objects for at least 365 days, states the smallest object that moves, and drops broken uploads', () => {
    const { Rules, TransitionDefaultMinimumObjectSize } = Properties.LifecycleConfiguration;
    expect(TransitionDefaultMinimumObjectSize).toBe('all_storage_classes_128K');
    const expiring = Rules.filter(({ ExpirationInDays }: LifecycleRule) => ExpirationInDays !== undefined);
    expect(expiring.map(({ ExpirationInDays }: LifecycleRule) => ExpirationInDays)).toEqual([
      kind === 'Evidence' ? 2555 : 365,
    ]);
    expect(Rules).toContainEqual(
      expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
    );
    // S3 refuses the two in one rule.
    for (const rule of Rules)
      expect(rule.ExpirationInDays !== undefined && rule.ExpiredObjectDeleteMarker !== undefined).toBe(false);
  });

  test('denies plain HTTP, deletion by anybody, and changes of its protection by all but the deployment', () => {
    expect(statementsOf(kind)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        expect.objectContaining({
          Sid: 'DenyDeletion',
          Effect: 'Deny',
          Action: expect.arrayContaining(['s3:DeleteBucket', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention']),
        }),
        expect.objectContaining({
          Sid: 'DenyProtectionChanges',
          Effect: 'Deny',
          Action: expect.arrayContaining([
            's3:PutBucketPolicy',
            's3:DeleteBucketPolicy',
            's3:PutLifecycleConfiguration',
            's3:PutReplicationConfiguration',
            's3:PutBucketLogging',
          ]),
          Condition: {
            ArnNotLike: {
              'aws:PrincipalArn': [
                {
                  'Fn::Sub':
                    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes it so
                    'arn:${AWS::Partition}:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-eu-central-1',
                },
              ],
            },
          },
        }),
      ]),
    );
    expect(statementsOf(kind).find(({ Sid }: { Sid: string }) => Sid === 'DenyDeletion')).not.toHaveProperty(
      'Condition',
    );
  });

  test('names its key and where its access is logged', () => {
    const [{ ServerSideEncryptionByDefault: encryption, BucketKeyEnabled: bucketKey }] =
      Properties.BucketEncryption.ServerSideEncryptionConfiguration;
    if (kind === 'Access') {
      // Access logs can only be written with SSE-S3, and its own access would be logged without end.
      expect(encryption).toEqual({ SSEAlgorithm: 'AES256' });
      expect(Properties).not.toHaveProperty('LoggingConfiguration');
      return;
    }
    expect(encryption).toEqual({
      SSEAlgorithm: 'aws:kms',
      KMSMasterKeyID: { 'Fn::GetAtt': ['ArchiveMainKey', 'Arn'] },
    });
    expect(bucketKey).toBe(true);
    expect(Properties.LoggingConfiguration).toEqual({
      DestinationBucketName: { Ref: 'ArchiveMainAccessBucket' },
      LogFilePrefix: `s3/${kind.toLowerCase()}/`,
    });
    expect(statementsOf('Access')).toContainEqual(
      expect.objectContaining({
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Condition: {
          ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [`ArchiveMain${kind}Bucket`, 'Arn'] } },
          StringEquals: { 'aws:SourceAccount': '123456789012' },
        },
      }),
    );
  });
});

test('only evidence is locked, in governance mode', () => {
  expect(bucketOf('Evidence').Properties.ObjectLockConfiguration.Rule).toEqual({
    DefaultRetention: { Mode: 'GOVERNANCE', Days: 365 },
  });
  for (const kind of ['Config', 'Waf', 'Access']) {
    expect(bucketOf(kind).Properties).not.toHaveProperty('ObjectLockConfiguration');
    expect(bucketOf(kind).Properties).not.toHaveProperty('ObjectLockEnabled');
  }
});

test('only the WAF bucket has a name, which begins as WAF demands', () => {
  expect(bucketOf('Waf').Properties.BucketName).toBe('aws-waf-logs-bulwark-main-123456789012-eu-central-1');
  for (const kind of ['Evidence', 'Config', 'Access'])
    expect(bucketOf(kind).Properties).not.toHaveProperty('BucketName');
});

test('the longest name fits into the 63 characters of S3', () => {
  const far = new Stack(new App(), 'Far', { env: { account: '123456789012', region: 'ap-southeast-99' } });
  const { wafBucket } = new LogArchive(far, 'Archive', { qualifier: 'abcdefghij' });
  expect(String(far.resolve((wafBucket.node.defaultChild as s3.CfnBucket).bucketName)).length).toBeLessThanOrEqual(63);
});

test('the key is rotated and kept', () => {
  template.hasResource('AWS::KMS::Key', {
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
  });
});

test('the key is as well protected as the buckets, and the root user can always save it', () => {
  const keyOf = (made: Template) =>
    Object.values(made.findResources('AWS::KMS::Key'))[0]?.Properties.KeyPolicy.Statement as Array<{ Sid?: string }>;
  const root = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::123456789012:root']] };
  const protection = statementsOf('Evidence').find(({ Sid }: { Sid: string }) => Sid === 'DenyProtectionChanges');
  expect(keyOf(template)).toContainEqual({
    Sid: 'DenyProtectionChanges',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: [
      'kms:DeleteImportedKeyMaterial',
      'kms:DisableKey',
      'kms:DisableKeyRotation',
      'kms:PutKeyPolicy',
      'kms:ScheduleKeyDeletion',
    ],
    Resource: '*',
    Condition: {
      ArnNotLike: { 'aws:PrincipalArn': [...protection.Condition.ArnNotLike['aws:PrincipalArn'], root] },
    },
  });
  const asked = archiveOf({
    breakGlassPrincipals: ['arn:aws:iam::1:role/rescue'],
    deploymentPrincipals: ['arn:aws:iam::1:role/deploy'],
  });
  expect(keyOf(Template.fromStack(Stack.of(asked)))).toContainEqual(
    expect.objectContaining({
      Sid: 'DenyProtectionChanges',
      Condition: {
        ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::1:role/rescue', 'arn:aws:iam::1:role/deploy', root] },
      },
    }),
  );
});

test('nothing names the partition aws', () => {
  const anywhere = new Stack(new App(), 'Anywhere');
  archiveOf({}, anywhere);
  expect(JSON.stringify(Template.fromStack(anywhere).toJSON().Resources)).not.toContain('arn:aws:');
});

test('compliance mode, retentions and cold small objects are there for those who ask', () => {
  const asked = archiveOf({
    objectLockMode: s3.ObjectLockMode.COMPLIANCE,
    objectLockRetention: Duration.days(400),
    evidenceRetention: Duration.days(400),
    logRetention: Duration.days(800),
    archiveSmallObjects: true,
  });
  const made = Template.fromStack(Stack.of(asked));
  made.hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } } },
    LifecycleConfiguration: {
      TransitionDefaultMinimumObjectSize: 'varies_by_storage_class',
      Rules: Match.arrayWith([
        Match.objectLike({ Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }] }),
      ]),
    },
  });
  made.hasResourceProperties('AWS::S3::Bucket', {
    BucketName: Match.anyValue(),
    LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 800 })]) },
  });
});

test('break-glass principals may delete and change', () => {
  const made = Template.fromStack(Stack.of(archiveOf({ breakGlassPrincipals: ['arn:aws:iam::1:role/rescue'] })));
  made.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Sid: 'DenyDeletion',
          Condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::1:role/rescue'] } },
        }),
        Match.objectLike({
          Sid: 'DenyProtectionChanges',
          Condition: { ArnNotLike: { 'aws:PrincipalArn': Match.arrayWith(['arn:aws:iam::1:role/rescue']) } },
        }),
      ]),
    },
  });
});

test('kinds can be left out; the access bucket comes along, and a missing one says so', () => {
  const few = archiveOf({ kinds: [LogBucketKind.EVIDENCE] });
  expect(few.kinds).toEqual(['evidence', 'access']);
  expect(few.bucket(LogBucketKind.EVIDENCE)).toBe(few.evidenceBucket);
  expect(() => few.wafBucket).toThrow(
    'kinds must contain waf to use its bucket, got evidence, access (LogArchive at Audit/Archive)',
  );
  expect(() => few.configBucket).toThrow('kinds must contain config');
  Template.fromStack(Stack.of(few)).resourceCountIs('AWS::S3::Bucket', 2);
});

test('an existing key is used, and none made', () => {
  const own = new Stack(new App(), 'Audit', { env });
  const encryptionKey = kms.Key.fromKeyArn(own, 'Key', 'arn:aws:kms:eu-central-1:123456789012:key/1');
  const made = new LogArchive(own, 'Archive', { encryptionKey });
  expect(made.encryptionKey).toBe(encryptionKey);
  Template.fromStack(own).resourceCountIs('AWS::KMS::Key', 0);
});

test('two qualifiers live in one stack', () => {
  const both = new Stack(new App(), 'Audit', { env });
  new LogArchive(both, 'A');
  new LogArchive(both, 'B', { qualifier: 'blue' });
  expect(Object.keys(Template.fromStack(both).findResources('AWS::S3::Bucket'))).toContain('ArchiveBlueWafBucket');
});

test('a nested stack asks the stack around it who deploys', () => {
  const nested = new NestedStack(new Stack(new App(), 'Audit', { env }), 'Nested');
  archiveOf({}, nested);
  expect(JSON.stringify(Template.fromStack(nested).toJSON())).toContain('cdk-hnb659fds-cfn-exec-role-');
});

describe('findings of GuardDuty', () => {
  const stack = new Stack(new App(), 'Audit', { env });
  const archive = archiveOf({}, stack);
  archive.allowFindings();
  archive.allowFindings('eu-central-1');
  archive.allowFindings('me-south-1');
  const { ArchiveMainKey, ArchiveMainEvidenceBucketPolicy } = Template.fromStack(stack).toJSON().Resources;
  const fromDetectors = ({ Sid = '' }: { Sid?: string }) => Sid.startsWith('Findings');
  const from = (region: string) => ({
    StringEquals: { 'aws:SourceAccount': '123456789012' },
    ArnLike: {
      'aws:SourceArn': {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:guardduty:${region}:123456789012:detector/*`]],
      },
    },
  });
  const bucketArn = { 'Fn::GetAtt': ['ArchiveMainEvidenceBucket', 'Arn'] };
  const own = { Principal: { Service: 'guardduty.amazonaws.com' }, Condition: from('eu-central-1') };
  // A Region that has to be enabled is part of the name of the service there.
  const optIn = { Principal: { Service: 'guardduty.me-south-1.amazonaws.com' }, Condition: from('me-south-1') };

  test('are let into the evidence bucket from detectors of this account, once for each Region', () => {
    const objects = { 'Fn::Join': ['', [bucketArn, '/*']] };
    const put = { Effect: 'Allow', Action: 's3:PutObject', Resource: objects };
    const check = { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: bucketArn };
    expect(ArchiveMainEvidenceBucketPolicy.Properties.PolicyDocument.Statement.filter(fromDetectors)).toEqual([
      { Sid: 'Findings', ...put, ...own },
      { Sid: 'FindingsCheck', ...check, ...own },
      { Sid: 'Findings2', ...put, ...optIn },
      { Sid: 'FindingsCheck2', ...check, ...optIn },
    ]);
  });

  test('may use the key', () => {
    const generate = { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: '*' };
    expect(ArchiveMainKey.Properties.KeyPolicy.Statement.filter(fromDetectors)).toEqual([
      { Sid: 'Findings', ...generate, ...own },
      { Sid: 'Findings2', ...generate, ...optIn },
    ]);
  });

  test('need an evidence bucket', () => {
    expect(() => archiveOf({ kinds: [LogBucketKind.WAF] }).allowFindings()).toThrow(
      'kinds must contain evidence to use its bucket, got waf, access (LogArchive at Audit/Archive)',
    );
  });
});

test.each([
  ['short evidence', { evidenceRetention: Duration.days(364) }, 'evidenceRetention must be at least 365 days, got 364'],
  ['short logs', { logRetention: Duration.days(90) }, 'logRetention must be at least 365 days, got 90'],
  ['part of a day', { logRetention: Duration.hours(9001) }, 'logRetention must be whole days, got 375.04'],
  [
    'no lock',
    { objectLockRetention: Duration.days(0) },
    'objectLockRetention must be 1 to 2555 days (evidenceRetention), got 0',
  ],
  [
    'a lock longer than the evidence',
    { evidenceRetention: Duration.days(365), objectLockRetention: Duration.days(366) },
    'objectLockRetention must be 1 to 365 days (evidenceRetention), got 366',
  ],
  ['a long qualifier', { qualifier: 'much-too-long' }, 'qualifier must be 1 to 10 lower-case letters or digits'],
])('%s is refused', (_name, props, message) => {
  expect(() => archiveOf(props)).toThrow(message);
  expect(() => archiveOf(props)).toThrow('Audit/Archive');
});

test('a stack without execution role has to say who updates it', () => {
  const legacy = () => new Stack(new App(), 'Audit', { env, synthesizer: new LegacyStackSynthesizer() });
  expect(() => archiveOf({}, legacy())).toThrow('deploymentPrincipals must name who updates the stack');
  expect(() => archiveOf({ deploymentPrincipals: ['arn:aws:iam::1:role/deploy'] }, legacy())).not.toThrow();
});

import {
  ArnFormat,
  Aws,
  aws_cloudtrail as cloudtrail,
  Duration,
  aws_iam as iam,
  aws_kms as kms,
  aws_logs as logs,
  RemovalPolicy,
  type aws_s3 as s3,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../private/acknowledge-wildcards';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';
import { LogArchive, LogBucketKind } from './log-archive';

/** Which calls on objects a trail records. Each recorded call is billed. */
export enum S3DataEvents {
  /** Reads and writes (CIS 3.8 and 3.9). */
  ALL = 'ALL',
  /** Writes and deletions (CIS 3.8). */
  WRITE_ONLY = 'WRITE_ONLY',
  /** None. */
  NONE = 'NONE',
}

/** Properties of `AuditTrail`. */
export interface AuditTrailProps {
  /**
   * Distinguishes deployments in one account. 1 to 10 lower-case letters or digits, beginning with a letter.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * Archive whose evidence bucket takes the trail's files. None of its buckets is recorded: the trail would feed itself.
   *
   * @default - a `LogArchive` of evidence and access buckets is created, unless `bucket` is given
   */
  readonly archive?: LogArchive;

  /**
   * Existing bucket for the trail's files, in place of an archive. The policy of a bucket made in this app is completed; an
   * imported one has to let CloudTrail in already, for `trailArn` (see "Amazon S3 bucket policy for CloudTrail").
   *
   * @default - the evidence bucket of the archive
   */
  readonly bucket?: s3.IBucket;

  /**
   * Key for the trail's files and its log group. The policy of a key made in this app is completed; an imported one has to
   * let CloudTrail and CloudWatch Logs in already.
   *
   * @default - the key of the archive; with `bucket`, a key with yearly rotation is created and retained
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Id of the organization (`o-…`) whose accounts are all recorded. Deploy from its management account or the delegated
   * administrator of CloudTrail.
   *
   * @default - this account alone is recorded
   */
  readonly organizationId?: string;

  /**
   * Which calls on objects are recorded. They are billed by number, so a busy account may want `WRITE_ONLY`.
   *
   * @default S3DataEvents.ALL
   */
  readonly s3DataEvents?: S3DataEvents;

  /**
   * Buckets whose objects are watched.
   *
   * @default - all but those that hold the trail's own logs
   */
  readonly s3DataEventBuckets?: s3.IBucket[];

  /**
   * How long the log group keeps events, at least one year (PCI DSS 10.5.1).
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;
}

const SHORTEST_RETENTION_DAYS = 365;

const ORGANIZATION_ID = /^o-[a-z0-9]{10,32}$/;

const CLOUDTRAIL = 'cloudtrail.amazonaws.com';

/** One condition of a selector, as the CloudTrail API writes it. */
interface FieldSelector {
  readonly Field: string;
  readonly Equals?: string[];
  readonly StartsWith?: string[];
  readonly NotStartsWith?: string[];
}

interface Selector {
  readonly Name: string;
  readonly FieldSelectors: FieldSelector[];
}

/**
 * The trail of the account or organization: every Region, global services, all management events, object events of S3,
 * digests that prove files unchanged, a customer key, and a copy in a log group for alarms.
 *
 * Names are contracts, so that repairs and policies can name them: trail `bulwark-<qualifier>`, delivery role
 * `bulwark-<qualifier>-trail-delivery`. Logical ids of what holds data or has a name are pinned to `Trail<Qualifier>`,
 * `Trail<Qualifier>DeliveryRole`, `Trail<Qualifier>LogGroup` and `Trail<Qualifier>Key`.
 *
 * When not to use it: in an account that an organization trail already records. A second copy of management events is
 * billed.
 */
export class AuditTrail extends Construct {
  /** ARN of the trail. */
  public readonly trailArn: string;
  /** Name of the trail: `bulwark-<qualifier>`. */
  public readonly trailName: string;
  /** Takes a copy of every event. */
  public readonly logGroup: logs.ILogGroup;
  /** CloudTrail writes to the log group as this role. */
  public readonly deliveryRole: iam.IRole;
  /** Takes the trail's files. */
  public readonly bucket: s3.IBucket;
  /** Encrypts files and log group. */
  public readonly encryptionKey: kms.IKey;
  /**
   * What is recorded, as plain data in the words of the CloudTrail API (`AdvancedEventSelectors` of `PutEventSelectors`).
   * Contains tokens: pass it through `Stack.toJsonString()`.
   */
  public readonly eventSelectors: { readonly [key: string]: unknown }[];

  private readonly organizationId?: string;

  /**
   * @throws Error when `archive` and `bucket` are both given, or a value is out of range
   */
  public constructor(scope: Construct, id: string, props: AuditTrailProps = {}) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    this.check(props);
    this.organizationId = props.organizationId;
    this.trailName = `bulwark-${qualifier}`;
    // Put together from its name: a reference to the trail in the policies it waits for would be a circle.
    this.trailArn = Stack.of(this).formatArn({
      service: 'cloudtrail',
      resource: 'trail',
      resourceName: this.trailName,
    });
    const pinned = `Trail${inId(qualifier)}`;

    const archive = props.bucket === undefined ? (props.archive ?? this.createArchive(qualifier)) : undefined;
    this.bucket = props.bucket ?? (archive as LogArchive).evidenceBucket;
    this.encryptionKey = props.encryptionKey ?? archive?.encryptionKey ?? this.createKey(`${pinned}Key`);
    this.allowCloudTrail();
    this.logGroup = this.createLogGroup(`${pinned}LogGroup`, props.logRetention);
    this.deliveryRole = this.createDeliveryRole(`${pinned}DeliveryRole`);
    const own = archive?.kinds.map((kind) => archive.bucket(kind)) ?? [this.bucket];
    if (props.s3DataEventBuckets?.some((bucket) => own.includes(bucket))) {
      throw new Error(`s3DataEventBuckets must not contain the trail's own: it would feed itself (${this.where})`);
    }
    const selectors = selectorsOf(props, own);
    this.eventSelectors = selectors.map((selector) => ({ ...selector }));

    const trail = new cloudtrail.CfnTrail(this, 'Trail', {
      trailName: this.trailName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      isOrganizationTrail: this.organizationId === undefined ? undefined : true,
      s3BucketName: this.bucket.bucketName,
      kmsKeyId: this.encryptionKey.keyArn,
      cloudWatchLogsLogGroupArn: this.logGroup.logGroupArn,
      cloudWatchLogsRoleArn: this.deliveryRole.roleArn,
      advancedEventSelectors: selectors.map(({ Name, FieldSelectors }) => ({
        name: Name,
        fieldSelectors: FieldSelectors.map(({ Field, Equals, StartsWith, NotStartsWith }) => ({
          field: Field,
          equalTo: Equals,
          startsWith: StartsWith,
          notStartsWith: NotStartsWith,
        })),
      })),
    });
    pin(trail, pinned);
    // CloudTrail tries bucket, key and role when the trail is made.
    trail.node.addDependency(this.deliveryRole);
    if (this.bucket.policy !== undefined) trail.node.addDependency(this.bucket.policy);
  }

  private get where(): string {
    return `AuditTrail at ${this.node.path}`;
  }

  private check({
    archive,
    bucket,
    organizationId,
    logRetention,
    s3DataEvents,
    s3DataEventBuckets,
  }: AuditTrailProps): void {
    if (archive !== undefined && bucket !== undefined) {
      throw new Error(`archive and bucket exclude each other: give the one that takes the files (${this.where})`);
    }
    if (organizationId !== undefined && !ORGANIZATION_ID.test(organizationId)) {
      throw new Error(`organizationId must be an id such as o-a1b2c3d4e5, got "${organizationId}" (${this.where})`);
    }
    if (logRetention !== undefined && logRetention < SHORTEST_RETENTION_DAYS) {
      throw new Error(
        `logRetention must be at least ${SHORTEST_RETENTION_DAYS} days, got ${logRetention} (${this.where})`,
      );
    }
    if (s3DataEventBuckets?.length === 0 || (s3DataEvents === S3DataEvents.NONE && s3DataEventBuckets !== undefined)) {
      throw new Error(
        `s3DataEventBuckets must name the buckets to watch; leave it out for all, or say S3DataEvents.NONE alone (${this.where})`,
      );
    }
  }

  private createArchive(qualifier: string): LogArchive {
    return new LogArchive(this, 'Archive', { qualifier, kinds: [LogBucketKind.EVIDENCE] });
  }

  private createKey(logicalId: string): kms.Key {
    const key = new kms.Key(this, 'Key', {
      description: `Encrypts the trail ${this.trailName}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    pin(key, logicalId);
    return key;
  }

  /**
   * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
   * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
   *
   * Each statement names this trail, so that nobody can have a trail of their own write here.
   */
  private allowCloudTrail(): void {
    const { partition, account } = Stack.of(this);
    const principals = [new iam.ServicePrincipal(CLOUDTRAIL)];
    const thisTrail = { 'aws:SourceArn': this.trailArn };
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailCheck',
        principals,
        actions: ['s3:GetBucketAcl'],
        resources: [this.bucket.bucketArn],
        conditions: { StringEquals: thisTrail },
      }),
    );
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailFiles',
        principals,
        actions: ['s3:PutObject'],
        resources: [account, this.organizationId]
          .filter((owner) => owner !== undefined)
          .map((owner) => this.bucket.arnForObjects(`AWSLogs/${owner}/*`)),
        conditions: { StringEquals: { ...thisTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
    this.encryptionKey.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailEncryption',
        principals,
        actions: ['kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: {
          StringEquals: thisTrail,
          StringLike: {
            'kms:EncryptionContext:aws:cloudtrail:arn': `arn:${partition}:cloudtrail:*:${account}:trail/*`,
          },
        },
      }),
    );
    this.encryptionKey.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailKeyCheck',
        principals,
        actions: ['kms:DescribeKey'],
        resources: ['*'],
        conditions: { StringEquals: thisTrail },
      }),
    );
  }

  private createLogGroup(
    logicalId: string,
    retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
  ): logs.LogGroup {
    const { partition, account, region } = Stack.of(this);
    this.encryptionKey.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailLogGroup',
        principals: [new iam.ServicePrincipal(`logs.${region}.${Aws.URL_SUFFIX}`)],
        actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        // The group's own ARN would be a circle: the group waits for the key.
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
        },
      }),
    );
    const logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention,
      encryptionKey: this.encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    pin(logGroup, logicalId);
    return logGroup;
  }

  /**
   * The trust has no condition: CloudTrail sets neither `aws:SourceArn` nor `aws:SourceAccount` when it takes this role.
   * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
   */
  private createDeliveryRole(logicalId: string): iam.Role {
    const { account, region } = Stack.of(this);
    // As AWS's sample has them. CloudTrail numbers the streams of a busy account, and begins those of an organization with
    // its id alone.
    const streams = [
      `${account}_CloudTrail_${region}*`,
      ...(this.organizationId === undefined ? [] : [`${this.organizationId}_*`]),
    ].map((stream) =>
      Stack.of(this).formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: `${this.logGroup.logGroupName}:log-stream:${stream}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    const role = new iam.Role(this, 'DeliveryRole', {
      roleName: `${this.trailName}-trail-delivery`,
      description: `Lets CloudTrail copy events of ${this.trailName} to its log group`,
      assumedBy: new iam.ServicePrincipal(CLOUDTRAIL),
      inlinePolicies: {
        Deliver: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: streams }),
          ],
        }),
      },
    });
    pin(role, logicalId);
    acknowledgeWildcards(
      role.node.defaultChild as iam.CfnRole,
      "CloudTrail names its log streams itself; the prefix is its own and the log group is this trail's",
    );
    return role;
  }
}

/** In the order in which CloudTrail is asked: management events, then object events. */
function selectorsOf({ s3DataEvents, s3DataEventBuckets }: AuditTrailProps, own: s3.IBucket[]): Selector[] {
  const management: Selector = {
    Name: 'Management events',
    FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }],
  };
  if (s3DataEvents === S3DataEvents.NONE) return [management];
  const objectsOf = (buckets: s3.IBucket[]) => buckets.map((bucket) => bucket.arnForObjects(''));
  const objects: FieldSelector =
    s3DataEventBuckets === undefined
      ? { Field: 'resources.ARN', NotStartsWith: objectsOf(own) }
      : { Field: 'resources.ARN', StartsWith: objectsOf(s3DataEventBuckets) };
  return [
    management,
    {
      Name: 'Object events of S3',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
        ...(s3DataEvents === S3DataEvents.WRITE_ONLY ? [{ Field: 'readOnly', Equals: ['false'] }] : []),
        objects,
      ],
    },
  ];
}

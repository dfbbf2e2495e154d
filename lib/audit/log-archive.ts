import {
  DefaultStackSynthesizer,
  Duration,
  Fn,
  aws_iam as iam,
  aws_kms as kms,
  RemovalPolicy,
  aws_s3 as s3,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { guardDutyPrincipal } from '../private/guardduty-principal';
import { acknowledgeOwn } from '../private/acknowledge';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';

/** The five kinds of bucket of an archive. One bucket cannot serve: AWS services demand what excludes one another. */
export enum LogBucketKind {
  /** Trail files, findings, manifests: Object Lock, versions, customer key. */
  EVIDENCE = 'evidence',
  /** AWS Config snapshots and history. Config does not deliver to buckets with Object Lock. */
  CONFIG = 'config',
  /** AWS WAF logs. WAF demands a name that begins with `aws-waf-logs-`. */
  WAF = 'waf',
  /**
   * Flow logs, Resolver query logs and logs of AWS Network Firewall: customer key, no lock. That they are delivered to buckets
   * that lock by default is documented nowhere.
   */
  NETWORK = 'network',
  /** Access logs of buckets and load balancers, which can be written with SSE-S3 only. */
  ACCESS = 'access',
}

/** Properties of `LogArchive`. */
export interface LogArchiveProps {
  /**
   * Distinguishes deployments in one account. 1 to 10 lower-case letters or digits, beginning with a letter.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * Kinds of bucket to create. The access bucket always comes along: the others write their access logs to it.
   *
   * @default - all five
   */
  readonly kinds?: LogBucketKind[];

  /**
   * Key of all buckets but the access bucket. The services that write there need it: `AuditTrail` and this construct
   * add what they need to the policy of a key made in this app, never to that of an imported one.
   *
   * @default - a key with yearly rotation is created and retained
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * How long evidence is kept, at least 365 days (PCI DSS 10.5.1). From day 30 it is in Standard-IA, from day 365 in Deep
   * Archive where it is kept for 180 days more, the shortest time that Deep Archive bills.
   *
   * @default Duration.days(2555) - seven years
   */
  readonly evidenceRetention?: Duration;

  /**
   * How long the buckets other than the evidence bucket keep their objects, at least 365 days (PCI DSS 10.5.1).
   *
   * @default Duration.days(365)
   */
  readonly logRetention?: Duration;

  /**
   * Who can shorten the lock of evidence. In compliance mode nobody can, not even AWS, until it ends: neither a mistake nor
   * its cost can be undone, hence it has to be asked for.
   *
   * @default s3.ObjectLockMode.GOVERNANCE - break-glass principals can
   */
  readonly objectLockMode?: s3.ObjectLockMode;

  /**
   * How long each object of the evidence bucket is locked, at least 1 day and no longer than it is kept.
   *
   * @default Duration.days(365)
   */
  readonly objectLockRetention?: Duration;

  /**
   * Whether objects smaller than 128 KB move to Deep Archive too. Deep Archive adds about 40 KB to each, so moving the
   * mostly small files of a trail costs more than it saves, unless they are compacted first.
   *
   * @default false - they stay where they are until they expire
   */
  readonly archiveSmallObjects?: boolean;

  /**
   * ARNs of principals that may delete from the archive and change its protection and that of its key. A wildcard may stand
   * behind the first segment of a name (`role/break-glass/*`); LOG03 takes a wider one for anybody. Keep it to one role with a
   * second person behind it. The root user of the account can always delete a bucket policy, and change the key.
   *
   * @default - nobody but the root user
   */
  readonly breakGlassPrincipals?: string[];

  /**
   * ARNs of the principals through which the stack is updated, which have to be able to change policies, lifecycles and
   * the key.
   *
   * @default - the stack's CloudFormation execution role, as `cdk bootstrap` makes it
   */
  readonly deploymentPrincipals?: string[];
}

/** Shortest retention of logs: PCI DSS 10.5.1 asks for twelve months. */
const SHORTEST_RETENTION_DAYS = 365;

/** S3 moves nothing to Standard-IA earlier. */
const INFREQUENT_ACCESS_DAYS = 30;

const DEEP_ARCHIVE_DAYS = 365;

/** Deep Archive bills for this long whatever happens to the object. */
const DEEP_ARCHIVE_SHORTEST_DAYS = 180;

const LOG_DELETION = ['s3:DeleteBucket', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'];

/** Changes that would open, shorten or end what the bucket promises. CloudFormation needs them too. */
const PROTECTION_CHANGES = [
  's3:DeleteBucketPolicy',
  's3:PutBucketLogging',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPolicy',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutReplicationConfiguration',
];

/** What would make everything under the key unreadable, or open the way to that. */
const KEY_CHANGES = [
  'kms:DeleteImportedKeyMaterial',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
];

/**
 * Where logs and evidence are kept: a set of buckets, one for each kind of writer.
 *
 * All block public access, ignore access control lists, deny plain HTTP, deny deletion and changes of their protection,
 * write access logs, keep versions, expire by lifecycle and outlive the stack. A key that is created here denies what would
 * disable or delete it, or change its policy. Break glass: a principal of `breakGlassPrincipals`, or the root user, who
 * deletes the bucket policy first.
 *
 * Logical ids are pinned to `Archive<Qualifier><Kind>Bucket`, `Archive<Qualifier><Kind>BucketPolicy` and
 * `Archive<Qualifier>Key` (`ArchiveMainEvidenceBucket`), so that moving the construct never replaces a bucket.
 *
 * When not to use it: where an organization has a log archive account of its own. Give its bucket to `AuditTrail`.
 */
export class LogArchive extends Construct {
  /** Key of all buckets but the access bucket. */
  public readonly encryptionKey: kms.IKey;
  /** Kinds of bucket that exist. */
  public readonly kinds: LogBucketKind[];

  private readonly buckets = new Map<LogBucketKind, s3.Bucket>();
  private readonly findingRegions = new Set<string>();
  private readonly pinned: string;
  private readonly days: { readonly evidence: number; readonly logs: number; readonly lock: number };

  /**
   * @throws Error when the qualifier cannot stand in a name, or a retention is too short
   */
  public constructor(scope: Construct, id: string, props: LogArchiveProps = {}) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    this.pinned = `Archive${inId(qualifier)}`;
    this.days = this.checkedDays(props);
    const wanted = new Set([...(props.kinds ?? Object.values(LogBucketKind)), LogBucketKind.ACCESS]);
    this.kinds = Object.values(LogBucketKind).filter((kind) => wanted.has(kind));

    this.encryptionKey = props.encryptionKey ?? this.createKey(qualifier, props);
    const { account, region } = Stack.of(this);
    const access = this.createBucket(LogBucketKind.ACCESS, props, { encryption: s3.BucketEncryption.S3_MANAGED });
    if (this.kinds.length === 1) {
      // With other kinds the rule sees by itself that this bucket takes their logs.
      acknowledgeOwn(access, {
        rule: 'AwsSolutions-S1',
        reason: 'The bucket that takes access logs would log its own logging without end',
      });
    }
    const shape: Record<LogBucketKind, s3.BucketProps> = {
      [LogBucketKind.EVIDENCE]: {
        objectLockEnabled: true,
        objectLockDefaultRetention: this.lockOf(props.objectLockMode),
      },
      [LogBucketKind.CONFIG]: {},
      // The name is a contract with WAF; account and Region keep it unique.
      [LogBucketKind.WAF]: { bucketName: `aws-waf-logs-bulwark-${qualifier}-${account}-${region}` },
      [LogBucketKind.NETWORK]: {},
      [LogBucketKind.ACCESS]: {},
    };
    for (const kind of this.kinds.filter((each) => each !== LogBucketKind.ACCESS)) {
      const bucket = this.createBucket(kind, props, {
        encryption: s3.BucketEncryption.KMS,
        encryptionKey: this.encryptionKey,
        bucketKeyEnabled: true,
        ...shape[kind],
      });
      this.logAccess(kind, bucket, access);
    }
    this.allowLoadBalancerLogs(access);
    this.allowDelivery(LogBucketKind.WAF, ['kms:GenerateDataKey*']);
    // Parquet files are written in parts, which needs `kms:Decrypt`.
    this.allowDelivery(LogBucketKind.NETWORK, ['kms:GenerateDataKey*', 'kms:Decrypt']);
  }

  /** Trail files, findings, manifests. */
  public get evidenceBucket(): s3.IBucket {
    return this.bucket(LogBucketKind.EVIDENCE);
  }

  /** AWS Config snapshots and history. */
  public get configBucket(): s3.IBucket {
    return this.bucket(LogBucketKind.CONFIG);
  }

  /** AWS WAF logs. */
  public get wafBucket(): s3.IBucket {
    return this.bucket(LogBucketKind.WAF);
  }

  /** Flow logs, Resolver query logs, logs of AWS Network Firewall. */
  public get networkBucket(): s3.IBucket {
    return this.bucket(LogBucketKind.NETWORK);
  }

  /** Access logs of buckets (`s3/<kind>/`) and load balancers (`elb/`). */
  public get accessBucket(): s3.IBucket {
    return this.bucket(LogBucketKind.ACCESS);
  }

  /**
   * The bucket of a kind.
   *
   * @throws Error when this archive was made without it
   */
  public bucket(kind: LogBucketKind): s3.IBucket {
    const bucket = this.buckets.get(kind);
    if (bucket !== undefined) return bucket;
    throw new Error(`kinds must contain ${kind} to use its bucket, got ${this.kinds.join(', ')} (${this.where})`);
  }

  /**
   * Lets GuardDuty export the findings of one Region into the evidence bucket. `ThreatDetection` calls it. Only detectors of
   * this account are let in; which one is left open, so that an archive does not wait for a detector that waits for it.
   *
   * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html
   *
   * @param region Region of the detector. Default: the Region of the stack. Where the account had to enable it, its name has to
   * be known at synthesis, because GuardDuty's own name contains it.
   * @throws Error when this archive was made without an evidence bucket
   */
  public allowFindings(region?: string): void {
    const { partition, account, region: own } = Stack.of(this);
    const from = region ?? own;
    const bucket = this.evidenceBucket;
    if (this.findingRegions.has(from)) return;
    const suffix = this.findingRegions.size === 0 ? '' : `${this.findingRegions.size + 1}`;
    this.findingRegions.add(from);
    const principals = [new iam.ServicePrincipal(guardDutyPrincipal(from))];
    const conditions = {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:guardduty:${from}:${account}:detector/*` },
    };
    const statement = (sid: string, action: string, resource: string) =>
      new iam.PolicyStatement({
        sid: `${sid}${suffix}`,
        principals,
        actions: [action],
        resources: [resource],
        conditions,
      });
    // Any key: GuardDuty tries one of its own before it takes the destination (trussworks/terraform-aws-logs#54).
    bucket.addToResourcePolicy(statement('Findings', 's3:PutObject', bucket.arnForObjects('*')));
    bucket.addToResourcePolicy(statement('FindingsCheck', 's3:GetBucketLocation', bucket.bucketArn));
    // `*` is this key: a key policy knows no other.
    this.encryptionKey.addToResourcePolicy(statement('Findings', 'kms:GenerateDataKey', '*'));
  }

  private get where(): string {
    return `LogArchive at ${this.node.path}`;
  }

  private checkedDays(props: LogArchiveProps): LogArchive['days'] {
    const evidence = this.checkedRetention('evidenceRetention', props.evidenceRetention ?? Duration.days(2555));
    const logs = this.checkedRetention('logRetention', props.logRetention ?? Duration.days(SHORTEST_RETENTION_DAYS));
    const lock = this.wholeDays('objectLockRetention', props.objectLockRetention ?? Duration.days(365));
    if (lock < 1 || lock > evidence) {
      throw new Error(
        `objectLockRetention must be 1 to ${evidence} days (evidenceRetention), got ${lock} (${this.where})`,
      );
    }
    return { evidence, logs, lock };
  }

  private checkedRetention(name: string, duration: Duration): number {
    const days = this.wholeDays(name, duration);
    if (days < SHORTEST_RETENTION_DAYS) {
      throw new Error(`${name} must be at least ${SHORTEST_RETENTION_DAYS} days, got ${days} (${this.where})`);
    }
    return days;
  }

  private wholeDays(name: string, duration: Duration): number {
    if (duration.isUnresolved()) throw new Error(`${name} must be known at synthesis, got a token (${this.where})`);
    const days = duration.toDays({ integral: false });
    if (!Number.isInteger(days)) throw new Error(`${name} must be whole days, got ${days} (${this.where})`);
    return days;
  }

  private createKey(qualifier: string, props: LogArchiveProps): kms.Key {
    const key = new kms.Key(this, 'Key', {
      description: `Encrypts logs and evidence of bulwark-${qualifier}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // A grant would hand the key on past this policy (Control Tower CT.KMS.PR.3).
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'GrantsForServicesOnly',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['kms:CreateGrant'],
        resources: ['*'], // this key: a key policy knows no other
        conditions: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
      }),
    );
    const { partition, account } = Stack.of(this);
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'DenyProtectionChanges',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: KEY_CHANGES,
        resources: ['*'], // this key: a key policy knows no other
        // A key policy has no way around it as a bucket policy has: without the root user, the key is lost with the others.
        conditions: {
          ArnNotLike: { 'aws:PrincipalArn': [...this.protectors(props), `arn:${partition}:iam::${account}:root`] },
        },
      }),
    );
    pin(key, `${this.pinned}Key`);
    return key;
  }

  private createBucket(kind: LogBucketKind, props: LogArchiveProps, shape: s3.BucketProps): s3.Bucket {
    const bucket = new s3.Bucket(this, inId(kind), {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: this.lifecycleOf(kind),
      transitionDefaultMinimumObjectSize: props.archiveSmallObjects
        ? s3.TransitionDefaultMinimumObjectSize.VARIES_BY_STORAGE_CLASS
        : s3.TransitionDefaultMinimumObjectSize.ALL_STORAGE_CLASSES_128_K,
      // A bucket of a deployment that failed half-way goes with it, else its name would block the next attempt.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      ...shape,
    });
    this.buckets.set(kind, bucket);
    pin(bucket, `${this.pinned}${inId(kind)}Bucket`);
    this.denyDeletion(bucket, props);
    const { policy } = bucket;
    if (policy !== undefined) {
      // A bucket that outlives the stack keeps its protection.
      policy.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
      pin(policy, `${this.pinned}${inId(kind)}BucketPolicy`);
    }
    return bucket;
  }

  private lockOf(mode: s3.ObjectLockMode = s3.ObjectLockMode.GOVERNANCE): s3.ObjectLockRetention {
    const duration = Duration.days(this.days.lock);
    return mode === s3.ObjectLockMode.COMPLIANCE
      ? s3.ObjectLockRetention.compliance(duration)
      : s3.ObjectLockRetention.governance(duration);
  }

  private lifecycleOf(kind: LogBucketKind): s3.LifecycleRule[] {
    const days = kind === LogBucketKind.EVIDENCE ? this.days.evidence : this.days.logs;
    const cold = days >= DEEP_ARCHIVE_DAYS + DEEP_ARCHIVE_SHORTEST_DAYS;
    return [
      {
        id: 'expire',
        expiration: Duration.days(days),
        noncurrentVersionExpiration: Duration.days(INFREQUENT_ACCESS_DAYS),
        transitions: [
          { storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(INFREQUENT_ACCESS_DAYS) },
          ...(cold
            ? [{ storageClass: s3.StorageClass.DEEP_ARCHIVE, transitionAfter: Duration.days(DEEP_ARCHIVE_DAYS) }]
            : []),
        ],
      },
      // S3 takes the removal of empty delete markers only apart from an expiration in days.
      { id: 'tidy', expiredObjectDeleteMarker: true, abortIncompleteMultipartUploadAfter: Duration.days(7) },
    ];
  }

  private denyDeletion(bucket: s3.Bucket, props: LogArchiveProps): void {
    const breakGlass = props.breakGlassPrincipals ?? [];
    const deny = (sid: string, actions: string[], resources: string[], except: string[]) =>
      bucket.addToResourcePolicy(
        new iam.PolicyStatement({
          sid,
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          actions,
          resources,
          conditions: except.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': except } } : undefined,
        }),
      );
    deny('DenyDeletion', LOG_DELETION, [bucket.bucketArn, bucket.arnForObjects('*')], breakGlass);
    deny('DenyProtectionChanges', PROTECTION_CHANGES, [bucket.bucketArn], this.protectors(props));
  }

  /** Who may change the protection of buckets and key: CloudFormation has to, at any update. */
  private protectors({ breakGlassPrincipals = [], deploymentPrincipals }: LogArchiveProps): string[] {
    return [...breakGlassPrincipals, ...(deploymentPrincipals ?? [this.executionRoleArn()])];
  }

  /** The exact role: a pattern would let in whoever can make a role of a like name. */
  private executionRoleArn(): string {
    let stack = Stack.of(this);
    while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
    if (stack.synthesizer instanceof DefaultStackSynthesizer) {
      return Fn.sub(stack.synthesizer.cloudFormationExecutionRoleArn);
    }
    throw new Error(
      `deploymentPrincipals must name who updates the stack, because its synthesizer knows no execution role (${this.where})`,
    );
  }

  /** Written out, because the L2 property falls back to access control lists, which these buckets ignore. */
  private logAccess(kind: LogBucketKind, bucket: s3.Bucket, access: s3.Bucket): void {
    const logFilePrefix = `s3/${kind}/`;
    (bucket.node.defaultChild as s3.CfnBucket).loggingConfiguration = {
      destinationBucketName: access.bucketName,
      logFilePrefix,
    };
    access.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: `${inId(kind)}AccessLogs`,
        principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [access.arnForObjects(`${logFilePrefix}*`)],
        conditions: {
          ArnEquals: { 'aws:SourceArn': bucket.bucketArn },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    );
  }

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html */
  private allowLoadBalancerLogs(access: s3.Bucket): void {
    const { partition, account } = Stack.of(this);
    access.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LoadBalancerLogs',
        principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [access.arnForObjects(`elb/AWSLogs/${account}/*`)],
        conditions: {
          ArnLike: { 'aws:SourceArn': `arn:${partition}:elasticloadbalancing:*:${account}:loadbalancer/*` },
        },
      }),
    );
  }

  /**
   * Lets the service that delivers logs write. It would write these statements into the policy itself, which the policy denies.
   * https://docs.aws.amazon.com/waf/latest/developerguide/logging-s3.html
   * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
   */
  private allowDelivery(kind: LogBucketKind, keyActions: string[]): void {
    const bucket = this.buckets.get(kind);
    if (bucket === undefined) return;
    const { partition, account, region } = Stack.of(this);
    const sid = `${inId(kind)}Logs`;
    const principals = [new iam.ServicePrincipal('delivery.logs.amazonaws.com')];
    const fromHere = {
      ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:*` },
      StringEquals: { 'aws:SourceAccount': account },
    };
    // Partitions for Hive are named `aws-account-id=…`.
    const owners = kind === LogBucketKind.NETWORK ? [account, `aws-account-id=${account}`] : [account];
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid,
        principals,
        actions: ['s3:PutObject'],
        resources: owners.map((owner) => bucket.arnForObjects(`AWSLogs/${owner}/*`)),
        conditions: {
          ...fromHere,
          StringEquals: { ...fromHere.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' },
        },
      }),
    );
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: `${sid}Check`,
        principals,
        actions: ['s3:GetBucketAcl'],
        resources: [bucket.bucketArn],
        conditions: fromHere,
      }),
    );
    this.encryptionKey.addToResourcePolicy(
      new iam.PolicyStatement({
        sid,
        principals,
        actions: keyActions,
        resources: ['*'], // this key: a key policy knows no other
        // The bucket's own ARN would be a circle: the bucket waits for the key.
        conditions: fromHere,
      }),
    );
  }
}

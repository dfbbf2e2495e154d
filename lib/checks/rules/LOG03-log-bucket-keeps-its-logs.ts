import { isRecord, listOf } from '../../private/template-values';
import { hasCustomerKey } from '../encryption';
import { logKindsOf } from '../log-delivery';
import { type Denial, denies, PLAIN_HTTP } from '../policies';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  type Rule,
  some,
  unless,
  type Verdict,
} from '../rule';
import { is, isNumber, isOpaque, isResourceText, isTrue, SELF, spelledOut, valueAt } from '../values';

const RETENTION = 'ObjectLockConfiguration.Rule.DefaultRetention';

/** Conditions that let somebody through, and the key that says whom. */
const EXCEPTION = /^(Arn|String)Not(Like|Equals)(IfExists)?$/;
const WHO = /^aws:PrincipalArn$/i;

/**
 * The ARN of somebody: of one account, and the root user, or roles and users that a name or a whole part of their path tells
 * apart before any wildcard. Anything else may be anybody, and is no exception, but the rule.
 */
const SOMEBODY = new RegExp(
  [
    '^arn:(aws[a-z-]*|<[^<>]+>):(iam|sts)::(\\d{12}|<[^<>]+>):',
    '(root|(role|user|assumed-role)/(?!aws-reserved/(sso\\.amazonaws\\.com/)?\\*)[^*?/]+(/[^?]*)?)$',
  ].join(''),
);

const PRINCIPALS = ['AWS::IAM::Role', 'AWS::IAM::User'];

const DELETION: readonly Denial[] = [
  { actions: ['s3:deleteobject', 's3:deleteobjectversion'], resources: [`${SELF}/*`], condition: lets },
  { actions: ['s3:deletebucket'], resources: [SELF], condition: lets },
];

export const rule: Rule = {
  id: 'LOG03',
  title: 'Bucket of logs and evidence locks, versions and encrypts them, and denies deletion and plain HTTP',
  severity: 'ERROR',
  resourceTypes: ['AWS::S3::Bucket'],
  controls: ['BW.13', 'S3.15', 'S3.17'],
  techniques: ['AM27', 'AM40', 'AM42'],
  rationale:
    'Who breaks in deletes the traces next. Logs that an administrator can delete, or an access control list hand on, prove nothing.',
  whenNotToUse:
    'Logs that nobody would look at after an incident, such as those of a test. Acknowledge the finding for that bucket. Access logs need neither Object Lock nor a customer key: S3 and load balancers cannot write with them.',
  check(bucket, context) {
    const kinds = logKindsOf(bucket, context);
    if (kinds.size === 0) return [];
    const isAccessOnly = [...kinds].every((kind) => kind === 'access' || kind === 'cdn');
    return [
      ...(kinds.has('evidence') ? objectLock(bucket, context) : []),
      ...(kinds.has('config') ? noObjectLock(bucket, context) : []),
      ...(isAccessOnly ? [] : customerKey(bucket, context)),
      ...(kinds.has('cdn') ? [] : ownerEnforced(bucket, context)),
      ...always(bucket, context),
    ];
  },
};

function objectLock({ properties }: CheckedResource, context: CheckContext): Finding[] {
  return unless(every([isTrue(properties.ObjectLockEnabled, context), locksByDefault(properties, context)]), {
    subject: 'Object Lock',
    message: 'Evidence must be locked by default: ObjectLockEnabled, and an ObjectLockConfiguration with a retention.',
    property: 'ObjectLockConfiguration',
  });
}

/** https://docs.aws.amazon.com/config/latest/developerguide/manage-delivery-channel.html */
function noObjectLock({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const locks = locksByDefault(properties, context);
  return unless(locks === undefined ? undefined : !locks, {
    subject: 'Config',
    message: 'AWS Config does not deliver to a bucket that locks by default: give it a bucket of its own.',
    property: 'ObjectLockConfiguration',
  });
}

function locksByDefault(properties: CheckedResource['properties'], context: CheckContext): Verdict {
  const mode = valueAt(properties, `${RETENTION}.Mode`);
  const isSome = (unit: string) =>
    isNumber(valueAt(properties, `${RETENTION}.${unit}`), context, (length) => length > 0);
  return every([
    is(valueAt(properties, 'ObjectLockConfiguration.ObjectLockEnabled'), 'Enabled', context),
    some([is(mode, 'GOVERNANCE', context), is(mode, 'COMPLIANCE', context)]),
    some([isSome('Days'), isSome('Years')]),
  ]);
}

function customerKey(bucket: CheckedResource, context: CheckContext): Finding[] {
  return unless(hasCustomerKey(bucket, context), {
    subject: 'KMS',
    message: 'BucketEncryption must name a customer key: who may read it is then decided twice.',
    property: 'BucketEncryption',
  });
}

function ownerEnforced({ properties }: CheckedResource, context: CheckContext): Finding[] {
  return unless(is(valueAt(properties, 'OwnershipControls.Rules.0.ObjectOwnership'), 'BucketOwnerEnforced', context), {
    subject: 'ownership',
    message: 'OwnershipControls must say BucketOwnerEnforced, so that no access control list counts.',
    property: 'OwnershipControls',
  });
}

function always(bucket: CheckedResource, context: CheckContext): Finding[] {
  return [
    ...unless(is(valueAt(bucket.properties, 'VersioningConfiguration.Status'), 'Enabled', context), {
      subject: 'versioning',
      message: 'VersioningConfiguration must be Enabled: writing over a file deletes it too.',
      property: 'VersioningConfiguration',
    }),
    ...unless(denies(bucket, PLAIN_HTTP['AWS::S3::Bucket'] as Denial, context), {
      subject: 'TLS',
      message: 'The bucket policy must deny everybody s3:* over plain HTTP, on the bucket and its objects.',
    }),
    ...unless(every(DELETION.map((denial) => denies(bucket, denial, context))), {
      subject: 'deletion',
      message:
        'The bucket policy must deny everybody s3:DeleteObject and s3:DeleteObjectVersion on the objects and s3:DeleteBucket on the bucket; principals may be excepted that an ARN names: an account, and root, or a role or user by its name or a whole part of its path.',
    }),
  ];
}

/** Whether a condition does nothing but let named principals through. */
function lets(condition: unknown, context: CheckContext): Verdict {
  if (condition === undefined) return true;
  if (isOpaque(condition) || !isRecord(condition)) return undefined;
  return every(
    Object.entries(condition).flatMap(([operator, keys]): Verdict[] => {
      if (!EXCEPTION.test(operator) || !isRecord(keys)) return [false];
      return Object.entries(keys).flatMap(([key, who]) => [
        WHO.test(key),
        ...listOf(who).map((principal) =>
          isResourceText(principal, context) ? isSomebody(principal, context) : undefined,
        ),
      ]);
    }),
  );
}

function isSomebody(principal: unknown, context: CheckContext): Verdict {
  const made = context.resolve(principal);
  if (made === undefined) return SOMEBODY.test(spelledOut(principal));
  return PRINCIPALS.includes(made.type) || undefined;
}

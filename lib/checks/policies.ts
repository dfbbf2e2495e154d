import { isIntrinsic, isRecord, listOf, textOf } from '../private/template-values';
import { type CheckContext, type CheckedResource, every, type Properties, some, type Verdict } from './rule';
import { folded, isAbsent, isOpaque, isThereWith, recordsOf, SELF, textAbout } from './values';

/** A statement of a policy. Undefined properties: known only at deployment. */
export interface Statement {
  readonly properties?: Properties;
  /** Dotted path. */
  readonly path: string;
}

/** Resources that grant something to whoever they belong to. */
export const IDENTITY_POLICIES = [
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Role',
  'AWS::IAM::Group',
  'AWS::IAM::User',
  'AWS::IAM::RolePolicy',
  'AWS::IAM::GroupPolicy',
  'AWS::IAM::UserPolicy',
] as const;

/** Statements of all policies of a resource. A role's trust policy is none: it grants nothing to the role. */
export function statementsOf({ PolicyDocument: own, Policies: inline }: Properties): Statement[] {
  return [
    ...(isAbsent(own) ? [] : statementsIn('PolicyDocument', own)),
    ...listOf(inline).flatMap((policy, index) =>
      isAbsent(policy)
        ? []
        : statementsIn(
            `Policies.${index}.PolicyDocument`,
            isRecord(policy) && !isIntrinsic(policy) ? policy.PolicyDocument : policy,
          ),
    ),
  ];
}

export function statementsIn(path: string, document: unknown): Statement[] {
  if (!isRecord(document) || isIntrinsic(document) || isIntrinsic(document.Statement)) return [{ path }];
  return recordsOf(document.Statement).map((properties, index) => ({
    path: `${path}.Statement.${index}`,
    ...(properties !== undefined && { properties }),
  }));
}

/** Where the policy of a resource stands. */
const RESOURCE_POLICIES: Readonly<Record<string, ReadonlyArray<readonly [type: string, property: string]>>> = {
  'AWS::S3::Bucket': [['AWS::S3::BucketPolicy', 'Bucket']],
  'AWS::SNS::Topic': [
    ['AWS::SNS::TopicPolicy', 'Topics'],
    ['AWS::SNS::TopicInlinePolicy', 'TopicArn'],
  ],
  'AWS::SQS::Queue': [
    ['AWS::SQS::QueuePolicy', 'Queues'],
    ['AWS::SQS::QueueInlinePolicy', 'Queue'],
  ],
};

/** What a resource policy has to deny to everybody. */
export interface Denial {
  /** Actions in lower case, each of which has to be denied. */
  readonly actions: readonly string[];
  /** Resources as `textAbout` tells them, each of which has to be covered. */
  readonly resources: readonly string[];
  /** Whether the condition leaves nothing out that matters. */
  condition(condition: unknown, context: CheckContext): Verdict;
}

/** Whether the statements of one of the policies of a resource deny all of it together. */
export function denies(resource: CheckedResource, denial: Denial, context: CheckContext): Verdict {
  const policies = (RESOURCE_POLICIES[resource.type] ?? []).flatMap(([type, property]) =>
    context.referring(resource, type, property),
  );
  return some(
    policies.map((policy) => {
      const denied = deniesIn(policy, resource, denial, context.from(policy));
      return denied === true ? isThereWith(policy, resource) : denied;
    }),
  );
}

/** The same for one policy. */
export function deniesIn(
  { properties }: CheckedResource,
  resource: CheckedResource,
  { actions, resources, condition }: Denial,
  context: CheckContext,
): Verdict {
  const statements = statementsOf(properties).map(({ properties: statement }) => {
    if (statement === undefined) return undefined;
    const { Effect: effect, Principal: principal, Action, Resource, Condition } = statement;
    return {
      counts: every([
        isOpaque(effect) ? undefined : effect === 'Deny',
        isEverybody(principal),
        condition(Condition, context),
      ]),
      actions: listOf(Action).map((action) => textOf(folded(action))?.toLowerCase()),
      resources: listOf(Resource).map((each) => textAbout(resource, each, context)),
    };
  });
  // One statement may deny it on the bucket, the next on its objects.
  const pairs = actions.flatMap((action) => resources.map((each) => [action, each] as const));
  return every(
    pairs.map(([action, each]) =>
      some(
        statements.map(
          (statement) =>
            statement &&
            every([statement.counts, covers(statement.actions, action), covers(statement.resources, each)]),
        ),
      ),
    ),
  );
}

/** Whether a principal is whoever calls. */
export function isEverybody(principal: unknown): Verdict {
  if (isOpaque(principal)) return undefined;
  if (principal === '*') return true;
  const accounts = isRecord(principal) ? listOf(principal.AWS) : [];
  return some(accounts.map((account) => (isOpaque(account) ? undefined : account === '*')));
}

/** Whether a text is covered. A wildcard is understood at the end alone. */
function covers(given: ReadonlyArray<string | undefined>, wanted: string): Verdict {
  return some(given.map((pattern) => (pattern === undefined ? undefined : matches(pattern, wanted))));
}

function matches(pattern: string, text: string): boolean {
  if (pattern === text) return true;
  const before = pattern.slice(0, -1);
  return pattern.endsWith('*') && !/[*?]/.test(before) && text.startsWith(before);
}

/** Exactly this condition: any other beside it would leave some plain HTTP out. */
export function isPlainHttp(condition: unknown): Verdict {
  if (isOpaque(condition)) return undefined;
  const [operator, keys] = onlyMember(condition) ?? [];
  const [key, value] = onlyMember(keys) ?? [];
  // The key is in every request, so that IfExists changes nothing.
  if (!/^Bool(IfExists)?$/.test(operator ?? '') || key?.toLowerCase() !== 'aws:securetransport') return false;
  return some(listOf(value).map((each) => (isOpaque(each) ? undefined : String(each).toLowerCase() === 'false')));
}

/**
 * Parts of the ARN that a pattern of resources begins to spell, where references stand as `<>`: fewer than six where a
 * wildcard stands for the rest. Undefined: it begins with a reference, or is no ARN.
 */
export function partsOfArn(pattern: string): string[] | undefined {
  return /^(arn[:*?]|[*?])/.test(pattern) ? pattern.replace(/<[^>]*>/g, '<>').split(':') : undefined;
}

export const WILDCARD = /^[*?/:]*\*[*?/:]*$/;

function onlyMember(value: unknown): [string, unknown] | undefined {
  const members = isRecord(value) ? Object.entries(value) : [];
  return members.length === 1 ? members[0] : undefined;
}

/** What has to be denied over plain HTTP: all of S3 and SQS, publishing to a topic. */
export const PLAIN_HTTP: Readonly<Record<string, Denial>> = {
  'AWS::S3::Bucket': { actions: ['s3:*'], resources: [SELF, `${SELF}/*`], condition: isPlainHttp },
  'AWS::SNS::Topic': { actions: ['sns:publish'], resources: [SELF], condition: isPlainHttp },
  'AWS::SQS::Queue': { actions: ['sqs:*'], resources: [SELF], condition: isPlainHttp },
};

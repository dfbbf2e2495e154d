import { BulwarkError } from '../../runtime/errors';
import { isRecord } from '../../runtime/foreign';
import { canonical } from '../../runtime/ids';

/** A bucket policy, as far as it is understood here. Members that are not named are foreign, and stay as they are. */
export interface Policy {
  readonly Statement: ReadonlyArray<Readonly<Record<string, unknown>>>;
  readonly [member: string]: unknown;
}

/** Largest bucket policy, in bytes. Source: Amazon S3 User Guide, "Bucket policies" (20 KB). */
export const POLICY_LIMIT = 20 * 1_024;

/** Id of the statement that is appended. */
export const SID = 'BulwarkDenyPlainHttp';

/** @throws BulwarkError if the text is no policy of a known form: what was not understood must not be written over */
export function parsePolicy(text: string, bucket: string): Policy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new BulwarkError(`the policy of ${bucket} is not JSON: set it by hand`, { cause });
  }
  const statements: unknown[] = isRecord(document) ? [document.Statement].flat() : [];
  if (!isRecord(document) || statements.length === 0 || !statements.every(isRecord)) {
    throw new BulwarkError(`the policy of ${bucket} is not a document with statements: set it by hand`);
  }
  return { ...document, Statement: statements };
}

/**
 * Whether one statement denies everybody everything that does not come over TLS, on the bucket and on its objects. A least
 * TLS version (`s3:TlsVersion`) does not do that: requests over plain HTTP have none, so that it does not apply to them.
 */
export function deniesPlainHttp({ Statement }: Policy, bucketArn: string): boolean {
  return Statement.some(
    ({ Effect, Principal, Action, Resource, Condition }) =>
      Effect === 'Deny' &&
      isEverybody(Principal) &&
      textsOf(Action).some((action) => /^(s3:)?\*$/i.test(action)) &&
      coversBucketAndObjects(textsOf(Resource), bucketArn) &&
      isPlainHttp(Condition),
  );
}

/** The policy with one statement more, which denies plain HTTP; without a policy, one of just that statement. */
export function withDeny(policy: Policy | undefined, bucketArn: string): string {
  const former: Policy = policy ?? { Version: '2012-10-17', Statement: [] };
  const deny = {
    Sid: freeSid(former.Statement.map(({ Sid }) => Sid)),
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return JSON.stringify({ ...former, Statement: [...former.Statement, deny] });
}

/**
 * What a policy says. S3 gives it back with its lists in another order, and with a list of one as the element alone, so
 * that its text is no measure (hashicorp/terraform#2432).
 */
export function meaningOf(policy: unknown): unknown {
  if (Array.isArray(policy)) {
    const members = policy.map(meaningOf).sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
    return members.length === 1 ? members[0] : members;
  }
  if (isRecord(policy)) {
    return Object.fromEntries(Object.entries(policy).map(([name, member]) => [name, meaningOf(member)]));
  }
  return String(policy);
}

function isEverybody(principal: unknown): boolean {
  return principal === '*' || (isRecord(principal) && textsOf(principal.AWS).includes('*'));
}

/** Exactly this condition: any other beside it would leave some plain HTTP out. */
function isPlainHttp(condition: unknown): boolean {
  const [operator, keys] = onlyMember(condition) ?? [];
  const [key, value] = onlyMember(keys) ?? [];
  return (
    operator === 'Bool' &&
    key?.toLowerCase() === 'aws:securetransport' &&
    [value].flat().some((each) => String(each).toLowerCase() === 'false')
  );
}

function onlyMember(value: unknown): [string, unknown] | undefined {
  const members = isRecord(value) ? Object.entries(value) : [];
  return members.length === 1 ? members[0] : undefined;
}

function coversBucketAndObjects(resources: readonly string[], bucketArn: string): boolean {
  return (
    resources.some((resource) => resource === bucketArn || coversAllOf(resource, bucketArn)) &&
    resources.some((resource) => coversAllOf(resource, `${bucketArn}/`))
  );
}

/** Whether a resource covers whatever begins so. Only one wildcard, at the end, is understood. */
function coversAllOf(resource: string, beginning: string): boolean {
  const before = resource.slice(0, -1);
  return resource.endsWith('*') && !/[*?]/.test(before) && beginning.startsWith(before);
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter((each): each is string => typeof each === 'string');
}

function freeSid(taken: readonly unknown[]): string {
  let number = 1;
  const sid = () => (number === 1 ? SID : `${SID}${number}`);
  while (taken.includes(sid())) number += 1;
  return sid();
}

import { isIP } from 'node:net';
import type { AddPermissionRequest } from '@aws-sdk/client-lambda';
import { isPublicCidr } from '../../../lib/controls/public-ingress';
import { BulwarkError } from '../../runtime/errors';
import { isRecord } from '../../runtime/foreign';
import { canonical } from '../../runtime/ids';

/** One statement of a function's policy, as Lambda tells it. */
export type Statement = Readonly<Record<string, unknown>>;

/** @throws BulwarkError if the text is no policy of a known form */
export function statementsOf(policy: string, target: string): Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch (cause) {
    throw new BulwarkError(`the policy of the function ${target} is not JSON: look at it by hand`, { cause });
  }
  const statements: unknown[] = isRecord(document) ? [document.Statement ?? []].flat() : [undefined];
  if (!statements.every(isRecord)) {
    throw new BulwarkError(
      `the policy of the function ${target} is not a document with statements: look at it by hand`,
    );
  }
  return statements;
}

/** Whether a statement, taken for itself, lets in whoever asks. A deny beside it is not weighed. */
export function admitsPublic({ Effect, Principal, NotPrincipal, Condition }: Statement): boolean {
  const everybody = isEverybody(Principal) || NotPrincipal !== undefined;
  return Effect === 'Allow' && everybody && !isNarrowed(Condition);
}

function isEverybody(principal: unknown): boolean {
  return principal === '*' || (isRecord(principal) && textsOf(principal.AWS).includes('*'));
}

/** All conditions of a statement have to hold, so one that only a known few can fulfil is enough. */
function isNarrowed(condition: unknown): boolean {
  if (!isRecord(condition)) return false;
  return Object.entries(condition).some(
    ([operator, keys]) =>
      isRecord(keys) &&
      Object.entries(keys).some(([key, value]) => {
        const values = textsOf(value);
        return values.length > 0 && values.every((each) => isKnown(operator, key.toLowerCase(), each));
      }),
  );
}

/**
 * Operators that hold only where the key is there and has the value. `…IfExists` and `ForAllValues:` hold without it too.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
const EQUALITY = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like))$/;

/** Keys that the caller cannot choose. What the URL of a function asks for (`lambda:FunctionUrlAuthType`) is none of them. */
const ID_KEYS = new Set([
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:sourcevpc',
  'aws:sourcevpce',
]);

const ORGANIZATION_PATH_KEYS = new Set(['aws:principalorgpaths', 'aws:sourceorgpaths']);

const ARN_KEYS = new Set(['aws:sourcearn', 'aws:principalarn']);

/** Whether a condition ties a key to something that is the owner's, or at least one certain somebody's. */
function isKnown(operator: string, key: string, value: string): boolean {
  if (operator === 'IpAddress') return key === 'aws:sourceip' && isFewAddresses(value);
  if (!EQUALITY.test(operator)) return false;
  if (ID_KEYS.has(key)) return isFixed(value);
  if (ORGANIZATION_PATH_KEYS.has(key)) return /^o-[a-z0-9]{10,32}\//.test(value);
  return ARN_KEYS.has(key) && isKnownArn(value, operator.includes('Arn'));
}

/**
 * An ARN without wildcards, or with the account in it. `Arn…` tries each part for itself; under `String…` a wildcard before
 * the account could stand for another account and what follows.
 */
function isKnownArn(value: string, byParts: boolean): boolean {
  if (isFixed(value)) return true;
  const [arn, partition, service, region, account = ''] = value.split(':');
  const before = [arn, partition, service, region].join(':');
  return !value.includes('${') && /^\d{12}$/.test(account) && (byParts || isFixed(before));
}

function isFixed(value: string): boolean {
  return value !== '' && !/[*?]|\$\{/.test(value);
}

function isFewAddresses(value: string): boolean {
  if (isIP(value) !== 0) return true;
  try {
    return !isPublicCidr(value);
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** Conditions that AddPermission writes -> how they are asked for. */
const ADDED: Readonly<Record<string, keyof AddPermissionRequest>> = {
  'StringEquals aws:sourceaccount': 'SourceAccount',
  'StringEquals aws:principalorgid': 'PrincipalOrgID',
  'StringEquals lambda:eventsourcetoken': 'EventSourceToken',
  'StringEquals lambda:functionurlauthtype': 'FunctionUrlAuthType',
  'ArnLike aws:sourcearn': 'SourceArn',
  'Bool lambda:invokedviafunctionurl': 'InvokedViaFunctionUrl',
};

const MEMBERS = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);

/** The request by which Lambda would write a public statement, or undefined where AddPermission cannot make one so. */
export function requestOf(statement: Statement): AddPermissionRequest | undefined {
  const { Sid, Effect, Principal, Action, Resource, Condition = {} } = statement;
  const everybody = Principal === '*' || canonical(Principal) === '{"AWS":"*"}';
  const FunctionName = typeof Resource === 'string' ? /:function:([\w-]+(?::[\w-]+)?)$/.exec(Resource)?.[1] : undefined;
  const conditions = addedConditions(Condition);
  const makeable =
    Effect === 'Allow' &&
    everybody &&
    typeof Sid === 'string' &&
    /^[\w-]{1,100}$/.test(Sid) &&
    typeof Action === 'string' &&
    FunctionName !== undefined &&
    conditions !== undefined &&
    Object.keys(statement).every((member) => MEMBERS.has(member));
  return makeable ? { FunctionName, StatementId: Sid, Action, Principal: '*', ...conditions } : undefined;
}

function addedConditions(condition: unknown): Partial<AddPermissionRequest> | undefined {
  if (!isRecord(condition)) return undefined;
  const request: Record<string, string | boolean> = {};
  for (const [operator, keys] of Object.entries(condition)) {
    if (!isRecord(keys)) return undefined;
    for (const [key, value] of Object.entries(keys)) {
      const name = `${operator} ${key.toLowerCase()}`;
      const member = Object.hasOwn(ADDED, name) ? ADDED[name] : undefined;
      const asked = member === 'InvokedViaFunctionUrl' ? String(value) === 'true' : value;
      if (member === undefined || !(typeof asked === 'string' || asked === true)) return undefined;
      request[member] = asked;
    }
  }
  return request;
}

/** Texts of a value that may be one or a list of them. */
function textsOf(value: unknown): string[] {
  return [value].flat().filter((each): each is string => typeof each === 'string');
}

import { BlockList, isIP } from 'node:net';
import { isRecord } from '../../lib/private/template-values';

/** A rule of a managed group that matches a request: what AWS WAF would find is an input here. */
export interface ManagedMatch {
  readonly group: string;
  readonly rule: string;
  /** @default 'Block' */
  readonly action?: string;
  readonly label: string;
}

/** A request, as far as rules look at it. */
export interface WebRequest {
  /** Address that the connection comes from. */
  readonly ip: string;
  /** @default 'GET' */
  readonly method?: string;
  /** @default '/' */
  readonly path?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly country?: string;
  /**
   * How many like it the source has sent in five minutes.
   *
   * @default 1
   */
  readonly sent?: number;
  /** Whether the browser has solved a challenge. */
  readonly hasToken?: boolean;
  readonly managed?: readonly ManagedMatch[];
}

/** What became of a request. */
export interface Outcome {
  readonly rule: string;
  /** Action of the rule, or `DeadEnd` for a puzzle that the client cannot be shown. */
  readonly action: string;
  /** Rules that only counted it. */
  readonly counted: readonly string[];
  readonly labels: readonly string[];
}

/** Addresses of IP sets by logical id. */
export type IpSetContents = Readonly<Record<string, readonly string[]>>;

type Node = Record<string, unknown>;

/** AWS WAF applies no rule whose header is missing. */
class NotApplied extends Error {}

/** Everybody, as a switch holds it. */
export const EVERYBODY = { V4: ['0.0.0.0/1', '128.0.0.0/1'], V6: ['::/1', '8000::/1'] } as const;

/**
 * What a web ACL does with a request, from its template: a model of the documented behaviour of AWS WAF for the statements of
 * our own rules. A statement that it does not know is an error.
 *
 * https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-actions.html
 */
export function evaluate(webAcl: Node, request: WebRequest, sets: IpSetContents = {}): Outcome {
  const rules = [...(webAcl.Rules as Node[])].sort((one, other) => Number(one.Priority) - Number(other.Priority));
  const labels: string[] = [];
  const counted: string[] = [];
  for (const rule of rules) {
    const verdict = verdictOf(rule, { request, sets, labels });
    if (verdict === undefined) continue;
    const ends = verdict === 'Allow' || verdict === 'Block' || (isPuzzle(verdict) && !request.hasToken);
    if (ends) return { rule: String(rule.Name), action: metBy(verdict, request), counted, labels };
    counted.push(String(rule.Name));
  }
  return { rule: 'default', action: Object.keys(webAcl.DefaultAction as object)[0] ?? '', counted, labels };
}

interface Context {
  readonly request: WebRequest;
  readonly sets: IpSetContents;
  readonly labels: string[];
}

/**
 * A puzzle is a page, which stands only in the answer to a request for one; any other client gets a status and an empty body.
 *
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-actions.html
 */
function metBy(action: string, { method = 'GET', headers = {} }: WebRequest): string {
  const canAnswer = method === 'GET' && headers.accept?.includes('text/html') === true;
  return isPuzzle(action) && !canAnswer ? 'DeadEnd' : action;
}

const isPuzzle = (action: string) => action === 'Challenge' || action === 'Captcha';

/** Action of a rule, if it matches. */
function verdictOf(rule: Node, context: Context): string | undefined {
  const statement = rule.Statement as Node;
  if (isRecord(statement.ManagedRuleGroupStatement)) {
    return groupVerdict(rule, statement.ManagedRuleGroupStatement, context);
  }
  if (!applies(statement, context)) return undefined;
  context.labels.push(...((rule.RuleLabels as Array<{ Name: string }>) ?? []).map(({ Name }) => Name));
  return Object.keys(rule.Action as object)[0];
}

/** The first rule of the group that ends the evaluation decides; those before it have added their labels. */
function groupVerdict(rule: Node, group: Node, { request, labels }: Context): string | undefined {
  const overrides = (group.RuleActionOverrides ?? []) as Array<{ Name: string; ActionToUse: object }>;
  const onlyCounts = 'Count' in (rule.OverrideAction as object);
  let verdict: string | undefined;
  for (const match of (request.managed ?? []).filter(({ group: name }) => name === group.Name)) {
    const override = overrides.find(({ Name }) => Name === match.rule);
    const action = override === undefined ? (match.action ?? 'Block') : Object.keys(override.ActionToUse)[0];
    labels.push(match.label);
    verdict = action;
    if (action !== 'Count' && !(isPuzzle(String(action)) && request.hasToken)) break;
  }
  return verdict !== undefined && onlyCounts ? 'Count' : verdict;
}

function applies(statement: Node, context: Context): boolean {
  try {
    return matches(statement, context);
  } catch (error) {
    if (error instanceof NotApplied) return false;
    throw error;
  }
}

function matches(statement: Node, context: Context): boolean {
  const [[name, argument] = ['', {}], ...more] = Object.entries(statement) as Array<[string, Node]>;
  const match = STATEMENTS[name];
  if (match === undefined || more.length > 0) {
    throw new Error(`statement must be one that is modelled here, got ${Object.keys(statement).join(', ')}`);
  }
  return match(argument, context);
}

const STATEMENTS: Readonly<Record<string, (argument: Node, context: Context) => boolean>> = {
  // All are looked at, as a missing header anywhere keeps the rule from being applied.
  AndStatement: ({ Statements }, context) => (Statements as Node[]).map((one) => matches(one, context)).every(Boolean),
  OrStatement: ({ Statements }, context) => (Statements as Node[]).map((one) => matches(one, context)).some(Boolean),
  NotStatement: ({ Statement }, context) => !matches(Statement as Node, context),
  IPSetReferenceStatement: ({ Arn, IPSetForwardedIPConfig: forwarded }, { request, sets }) => {
    const id = (Arn as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];
    const sources = isRecord(forwarded) ? forwardedFor(forwarded, request) : [request.ip];
    if (isRecord(forwarded) && sources.length === 0) return forwarded.FallbackBehavior === 'MATCH';
    return sources.some((source) => listed(source, sets[id] ?? []));
  },
  LabelMatchStatement: ({ Scope, Key }, { labels }) =>
    labels.some((label) => (Scope === 'NAMESPACE' ? label.startsWith(String(Key)) : label === Key)),
  GeoMatchStatement: ({ CountryCodes, ForwardedIPConfig: forwarded }, { request }) => {
    if (isRecord(forwarded) && forwardedFor({ ...forwarded, Position: 'FIRST' }, request).length === 0) {
      return forwarded.FallbackBehavior === 'MATCH';
    }
    return (CountryCodes as string[]).includes(request.country ?? '');
  },
  ByteMatchStatement: ({ FieldToMatch, SearchString, PositionalConstraint, TextTransformations }, { request }) => {
    const value = field(FieldToMatch as Node, TextTransformations as Node[], request);
    if (value === undefined) return false;
    if (PositionalConstraint === 'EXACTLY') return value === SearchString;
    if (PositionalConstraint === 'STARTS_WITH') return value.startsWith(String(SearchString));
    if (PositionalConstraint === 'CONTAINS') return value.includes(String(SearchString));
    throw new Error(`PositionalConstraint must be one that is modelled here, got ${PositionalConstraint}`);
  },
  SizeConstraintStatement: ({ FieldToMatch, ComparisonOperator, Size, TextTransformations }, { request }) => {
    const value = field(FieldToMatch as Node, TextTransformations as Node[], request);
    if (ComparisonOperator !== 'GT')
      throw new Error(`operator must be one that is modelled here: ${ComparisonOperator}`);
    return value !== undefined && Buffer.byteLength(value) > Number(Size);
  },
  RateBasedStatement: ({ Limit, ForwardedIPConfig: forwarded, ScopeDownStatement: scope }, context) => {
    if (isRecord(scope) && !matches(scope, context)) return false;
    if (isRecord(forwarded) && forwardedFor({ ...forwarded, Position: 'FIRST' }, context.request).length === 0) {
      return forwarded.FallbackBehavior === 'MATCH';
    }
    return (context.request.sent ?? 1) > Number(Limit);
  },
};

/** Addresses that a header names in the position; none where what stands there is no address. */
function forwardedFor({ HeaderName, Position }: Node, { headers = {} }: WebRequest): string[] {
  const header = headers[String(HeaderName).toLowerCase()];
  if (header === undefined) throw new NotApplied();
  const all = header.split(',').map((one) => one.trim());
  const chosen = Position === 'ANY' ? all.slice(0, 10) : [Position === 'LAST' ? all.at(-1) : all[0]];
  return chosen.filter((one): one is string => one !== undefined && isIP(one) !== 0);
}

/** Whether an address is in one of the networks. */
function listed(address: string, cidrs: readonly string[]): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', length] = cidr.split('/');
    if ((isIP(network) === 6 ? 'ipv6' : 'ipv4') === family) list.addSubnet(network, Number(length), family);
  }
  return list.check(address, family);
}

function field(what: Node, transformations: readonly Node[], request: WebRequest): string | undefined {
  const raw = rawField(what, request);
  return [...transformations]
    .sort((one, other) => Number(one.Priority) - Number(other.Priority))
    .reduce((value, { Type }) => (value === undefined ? undefined : transformed(value, String(Type))), raw);
}

function rawField(what: Node, { method = 'GET', path = '/', headers = {} }: WebRequest): string | undefined {
  if ('Method' in what) return method;
  if ('UriPath' in what) return path;
  if (isRecord(what.SingleHeader)) return headers[String(what.SingleHeader.Name).toLowerCase()];
  throw new Error(`FieldToMatch must be one that is modelled here, got ${JSON.stringify(what)}`);
}

/** https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html */
function transformed(value: string, type: string): string {
  switch (type) {
    case 'NONE':
      return value;
    case 'LOWERCASE':
      return value.toLowerCase();
    case 'URL_DECODE':
      return value.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    case 'NORMALIZE_PATH':
      return normalized(value);
    default:
      throw new Error(`transformation must be one that is modelled here, got ${type}`);
  }
}

/** Without doubled slashes, `.` and such `..` as do not lead beyond the begin. */
function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}${path.endsWith('/') && parts.length > 0 ? '/' : ''}`;
}

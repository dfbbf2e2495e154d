import { LABELS } from './managed-rule-groups';
import {
  allOf,
  anyOf,
  type Fallback,
  type ForwardedIp,
  fromCountry,
  hasHeader,
  headerHas,
  headerIs,
  labelled,
  methodIs,
  moreThan,
  not,
  pathBegins,
  type Statement,
} from './statements';
import { ManagedRuleGroup } from './web-firewall-options';

/** What our own rules do with what they match. */
export type OwnAction = 'allow' | 'block' | 'count' | 'challenge';

/** A rule of the web ACL, but for its name. */
export interface FirewallRule {
  readonly statement: Statement;
  /** Nothing for a managed group, whose rules have actions of their own. */
  readonly action?: OwnAction;
  /** What requests that match are labelled with. */
  readonly label?: string;
  /** Whether a managed group as a whole only counts. */
  readonly counts?: boolean;
}

/** A pair of IP sets, as far as rules need it. */
interface Pair {
  matched(forwarded?: ForwardedIp, fallback?: Fallback): Statement;
}

/** Everything that rules are made of, checked and with its defaults. */
export interface FirewallSettings {
  readonly sets: Readonly<Record<'allow' | 'manual' | 'dynamic' | 'canary' | 't2' | 't3' | 't4' | 't5', Pair>>;
  readonly limits: Readonly<Record<'always' | 't2' | 't3' | 't4', number>>;
  readonly forwarded?: ForwardedIp;
  readonly allowListPasses: boolean;
  readonly costlyPaths: readonly string[];
  readonly uploadPaths: readonly string[];
  readonly countries?: { readonly codes: readonly string[]; readonly allowed: boolean };
  readonly origins: readonly string[];
  /** Whether browsers are challenged that the Anti-DDoS group suspects. */
  readonly challengesFloods: boolean;
  /** Groups that the web ACL has. */
  readonly groups: ReadonlySet<ManagedRuleGroup>;
  /** The group as a statement, with its configuration and overrides. */
  groupOf(group: ManagedRuleGroup): Statement;
  /** Whether a group as a whole only counts. */
  counts(group: ManagedRuleGroup): boolean;
}

/** Carried by requests from the allow-list. */
export const ALLOW_LABEL = 'bulwark:allow-list';

/** Carried by requests from addresses that are on trial. */
export const CANARY_LABEL = 'bulwark:canary';

/** Requests that change something, and so cost the application most. */
const STATE_CHANGING = ['POST', 'PUT', 'PATCH', 'DELETE'];

const stateChanging = () => anyOf(...STATE_CHANGING.map(methodIs));

/**
 * What a browser asks for when it opens a page: it can show the page that solves a challenge. Anything else would get 202 and an
 * empty body, which API clients take for success.
 *
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-best-practices.html
 */
const answerable = () => [methodIs('GET'), headerHas('accept', 'text/html')];

/** Who is not on the allow-list. */
const stranger = () => not(labelled(ALLOW_LABEL));

const group =
  (name: ManagedRuleGroup) =>
  ({ groups, groupOf, counts }: FirewallSettings): FirewallRule | undefined =>
    groups.has(name) ? { statement: groupOf(name), counts: counts(name) } : undefined;

/**
 * The rules in the order in which they are evaluated; those of an option are left out without it.
 *
 * Switches look at the address that the connection comes from, whatever header names another: they hold everybody or nobody.
 * A set of addresses that looks at a header takes one that holds no address for not listed; the rate rules block it.
 */
const RULES = {
  AllowList: ({ sets, forwarded, allowListPasses }) => ({
    statement: sets.allow.matched(forwarded, 'NO_MATCH'),
    action: allowListPasses ? 'allow' : 'count',
    label: ALLOW_LABEL,
  }),
  ManualBlock: ({ sets, forwarded }) => ({ statement: sets.manual.matched(forwarded, 'NO_MATCH'), action: 'block' }),
  DynamicBlock: ({ sets, forwarded }) => ({
    statement: allOf(sets.dynamic.matched(forwarded, 'NO_MATCH'), stranger()),
    action: 'block',
  }),
  Canary: ({ sets, forwarded }) => ({
    statement: sets.canary.matched(forwarded, 'NO_MATCH'),
    action: 'count',
    label: CANARY_LABEL,
  }),
  T5AllowListOnly: ({ sets }) => ({ statement: allOf(sets.t5.matched(), stranger()), action: 'block' }),
  T4CostlyRate: ({ sets, limits, forwarded, costlyPaths }) => ({
    statement: moreThan(
      limits.t4,
      forwarded,
      allOf(
        sets.t4.matched(),
        stranger(),
        costlyPaths.length > 0 ? anyOf(...costlyPaths.map(pathBegins)) : stateChanging(),
      ),
    ),
    action: 'block',
  }),
  T3Rate: ({ sets, limits, forwarded }) => ({
    statement: moreThan(limits.t3, forwarded, allOf(sets.t3.matched(), stranger())),
    action: 'block',
  }),
  T2Rate: ({ sets, limits, forwarded }) => ({
    statement: moreThan(limits.t2, forwarded, allOf(sets.t2.matched(), stranger())),
    action: 'block',
  }),
  // For everybody: what is always on has no way around it but an allow-list that lets pass.
  AlwaysOnRate: ({ limits, forwarded }) => ({ statement: moreThan(limits.always, forwarded), action: 'block' }),
  // Never behind a switch: it learns what is usual from the traffic that it sees.
  AntiDdos: group(ManagedRuleGroup.ANTI_DDOS),
  IpReputation: group(ManagedRuleGroup.IP_REPUTATION),
  AnonymousIps: group(ManagedRuleGroup.ANONYMOUS_IPS),
  // What cannot answer passes, within the limits: a rule that stopped it would stop every server that calls in from a cloud.
  ChallengeSuspects: ({ sets, challengesFloods }) => {
    const suspects = [LABELS.floodSource, LABELS.anonymous, ...(challengesFloods ? [LABELS.flood] : [])];
    return {
      statement: allOf(
        anyOf(sets.t3.matched(), sets.t4.matched()),
        stranger(),
        anyOf(...suspects.map((key) => labelled(key))),
        ...answerable(),
      ),
      action: 'challenge',
    };
  },
  CoreRules: group(ManagedRuleGroup.CORE),
  LargeBodies: ({ uploadPaths, counts }) =>
    uploadPaths.length === 0
      ? undefined
      : {
          statement: allOf(labelled(LABELS.largeBody), not(anyOf(...uploadPaths.map(pathBegins)))),
          action: counts(ManagedRuleGroup.CORE) ? 'count' : 'block',
        },
  KnownBadInputs: group(ManagedRuleGroup.KNOWN_BAD_INPUTS),
  SqlInjection: group(ManagedRuleGroup.SQL_INJECTION),
  BotControl: group(ManagedRuleGroup.BOT_CONTROL),
  Geo: ({ countries, forwarded }) => {
    if (countries === undefined) return undefined;
    const { codes, allowed } = countries;
    const statement = fromCountry(codes, forwarded, allowed ? 'NO_MATCH' : 'MATCH');
    return { statement: allowed ? not(statement) : statement, action: 'block' };
  },
  CrossOrigin: ({ origins }) =>
    origins.length === 0
      ? undefined
      : {
          statement: allOf(
            stateChanging(),
            hasHeader('origin'),
            not(anyOf(...origins.map((origin) => headerIs('origin', origin)))),
          ),
          action: 'block',
        },
} as const satisfies Readonly<Record<string, (settings: FirewallSettings) => FirewallRule | undefined>>;

/** Name of a rule, which is that of its metric too. */
export type RuleName = keyof typeof RULES;

/** A rule at its place. */
export interface NamedRule extends FirewallRule {
  readonly name: RuleName;
  readonly priority: number;
}

/** Room for rules that people add by hand in an emergency, and for later ones of ours. */
const STEP = 10;

/** Managed groups by the name of their rule. */
export const GROUP_RULES: Readonly<Record<ManagedRuleGroup, RuleName>> = {
  [ManagedRuleGroup.ANTI_DDOS]: 'AntiDdos',
  [ManagedRuleGroup.IP_REPUTATION]: 'IpReputation',
  [ManagedRuleGroup.ANONYMOUS_IPS]: 'AnonymousIps',
  [ManagedRuleGroup.CORE]: 'CoreRules',
  [ManagedRuleGroup.KNOWN_BAD_INPUTS]: 'KnownBadInputs',
  [ManagedRuleGroup.SQL_INJECTION]: 'SqlInjection',
  [ManagedRuleGroup.BOT_CONTROL]: 'BotControl',
};

/** The rules that these settings come to. An option that is turned on later changes no priority. */
export function rulesOf(settings: FirewallSettings): NamedRule[] {
  return (Object.keys(RULES) as RuleName[]).flatMap((name, index) => {
    const rule: FirewallRule | undefined = RULES[name](settings);
    return rule === undefined ? [] : [{ name, priority: (index + 1) * STEP, ...rule }];
  });
}

import { GIVEN, judgedBy, type Resources } from '../judge';

const judge = judgedBy('EDG02');
const CLOCK = { clock: { now: () => new Date('2027-01-01T12:00:00Z') } };
const GROUPS = {
  reputation: 'AWSManagedRulesAmazonIpReputationList',
  core: 'AWSManagedRulesCommonRuleSet',
  inputs: 'AWSManagedRulesKnownBadInputsRuleSet',
  sql: 'AWSManagedRulesSQLiRuleSet',
} as const;
const group = (Name: unknown, change: Record<string, unknown> = {}, managed: Record<string, unknown> = {}) => ({
  Name: `R${String(Name)}`,
  OverrideAction: { None: {} },
  Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name, ...managed } },
  ...change,
});
const rate = (change: Record<string, unknown> = {}, rule: Record<string, unknown> = {}) => ({
  Name: 'Rate',
  Action: { Block: {} },
  Statement: { RateBasedStatement: { Limit: 10_000, AggregateKeyType: 'IP', ...change } },
  ...rule,
});
type Name = keyof typeof GROUPS | 'rate';
const COMPLETE: Record<Name, unknown> = {
  reputation: group(GROUPS.reputation),
  core: group(GROUPS.core),
  inputs: group(GROUPS.inputs),
  sql: group(GROUPS.sql),
  rate: rate(),
};
const findings = (change: Partial<Record<Name, unknown>>, more: Record<string, unknown> = {}, others: Resources = {}) =>
  judge(
    {
      WebAcl: {
        Type: 'AWS::WAFv2::WebACL',
        Properties: { Rules: Object.values({ ...COMPLETE, ...change }).filter((rule) => rule !== undefined), ...more },
      },
      ...others,
    },
    CLOCK,
  );
const until = (value: unknown, Key = 'bulwark:count-until') => ({ Tags: [{ Key, Value: value }] });
const COUNTING = group(GROUPS.core, { Name: 'Core', OverrideAction: { Count: {} } });
const ipSet = (kind?: string) => ({
  Type: 'AWS::WAFv2::IPSet',
  Properties: { Addresses: [], Tags: kind === undefined ? [] : [{ Key: 'bulwark:ip-set', Value: kind }] },
});
const inSet = (id: string) => ({ IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': [id, 'Arn'] } } });
const except = (Statement: unknown) => ({ NotStatement: { Statement } });
const scope = (ScopeDownStatement: unknown) => rate({ ScopeDownStatement });
const SETS = { Switch: ipSet('switch'), Dynamic: ipSet('dynamic'), Trusted: ipSet('allow'), Bare: ipSet() };

test.each<[string, Partial<Record<Name, unknown>>, Record<string, unknown>?]>([
  ['has everything', {}],
  ['limits by a header', { rate: rate({ AggregateKeyType: 'FORWARDED_IP' }) }],
  ['limits lower in a text', { rate: rate({ Limit: '500' }) }],
  ['limits in a minute', { rate: rate({ Limit: 2_000, EvaluationWindowSec: 60 }) }],
  ['limits in ten minutes', { rate: rate({ Limit: 20_000, EvaluationWindowSec: 600 }) }],
  ['challenges whoever sends too much', { rate: rate({}, { Action: { Challenge: {} } }) }],
  ['has a puzzle solved', { rate: rate({}, { Action: { Captcha: {} } }) }],
  ['spares trusted addresses', { rate: scope(except(inSet('Trusted'))) }],
  [
    'spares several',
    {
      rate: scope({
        AndStatement: { Statements: [except(inSet('Bare')), except({ GeoMatchStatement: { CountryCodes: ['DE'] } })] },
      }),
    },
  ],
  [
    'leaves uploads out of a group',
    { core: group(GROUPS.core, {}, { ScopeDownStatement: except({ ByteMatchStatement: { SearchString: '/up' } }) }) },
  ],
  ['counts in a group until a date', { core: COUNTING }, until('Core=2027-01-01')],
  [
    'counts until a date that stands in a second tag',
    { core: COUNTING },
    until('Sql=2026-01-01 Core=2027-02-01', 'bulwark:count-until-2'),
  ],
])('a web ACL is compliant that %s', (_name, change, more = {}) => {
  expect(findings(change, more, SETS)).toEqual([]);
});

test('a rule group of this app may hold the limit', () => {
  const reference = {
    Name: 'Own',
    OverrideAction: { None: {} },
    Statement: { RuleGroupReferenceStatement: { Arn: { 'Fn::GetAtt': ['Own', 'Arn'] } } },
  };
  const own = (rule: unknown) => ({ Own: { Type: 'AWS::WAFv2::RuleGroup', Properties: { Rules: [rule] } } });
  expect(findings({ rate: reference }, {}, own(rate()))).toEqual([]);
  expect(findings({ rate: reference }, {}, own(rate({ Limit: 20_000 })))).toEqual(['error EDG02[rate]']);
  expect(findings({ rate: { ...reference, OverrideAction: { Count: {} } } }, {}, own(rate()))).toEqual([
    'error EDG02[rate]',
  ]);
});

test.each<[string, Partial<Record<Name, unknown>>, string, Record<string, unknown>?]>([
  ['lacks the list of bad addresses', { reputation: undefined }, GROUPS.reputation],
  ['lacks the core rules', { core: undefined }, GROUPS.core],
  ['lacks known bad inputs', { inputs: undefined }, GROUPS.inputs],
  ['lacks the rules against SQL', { sql: undefined }, GROUPS.sql],
  ['takes a group of somebody else', { core: group(GROUPS.core, {}, { VendorName: 'Other' }) }, GROUPS.core],
  ['only counts in a group', { core: COUNTING }, GROUPS.core],
  ['only counted until yesterday', { core: COUNTING }, GROUPS.core, until('Core=2026-12-31')],
  ['only counts until no date', { core: COUNTING }, GROUPS.core, until('Core=2027-02-30')],
  ['says when another rule acts', { core: COUNTING }, GROUPS.core, until('Other=2027-02-01')],
  ['applies a group to some', { core: group(GROUPS.core, {}, { ScopeDownStatement: inSet('Trusted') }) }, GROUPS.core],
  ['switches a group', { core: group(GROUPS.core, {}, { ScopeDownStatement: except(inSet('Switch')) }) }, GROUPS.core],
  ['has no limit', { rate: undefined }, 'rate'],
  ['counts what is too much', { rate: rate({}, { Action: { Count: {} } }) }, 'rate'],
  ['lets through what is too much', { rate: rate({}, { Action: { Allow: {} } }) }, 'rate'],
  ['limits too high', { rate: rate({ Limit: 10_001 }) }, 'rate'],
  ['limits too high for a minute', { rate: rate({ EvaluationWindowSec: 60 }) }, 'rate'],
  ['limits everybody together', { rate: rate({ AggregateKeyType: 'CONSTANT' }) }, 'rate'],
  ['limits by other keys', { rate: rate({ AggregateKeyType: 'CUSTOM_KEYS' }) }, 'rate'],
  ['limits who is on a switch', { rate: scope(inSet('Switch')) }, 'rate'],
  ['limits who is not on a switch', { rate: scope(except(inSet('Switch'))) }, 'rate'],
  [
    'limits who is not blocked',
    { rate: scope(except({ OrStatement: { Statements: [inSet('Trusted'), inSet('Dynamic')] } })) },
    'rate',
  ],
  ['limits one path', { rate: scope({ ByteMatchStatement: { SearchString: '/login' } }) }, 'rate'],
  ['turns a scope around twice', { rate: scope(except(except(inSet('Trusted')))) }, 'rate'],
  [
    'limits some of all',
    { rate: scope({ AndStatement: { Statements: [except(inSet('Trusted')), inSet('Bare')] } }) },
    'rate',
  ],
])('a web ACL is found that %s', (_name, change, subject, more = {}) => {
  expect(findings(change, more, SETS)).toEqual([`error EDG02[${subject}]`]);
});

test.each<[string, Partial<Record<Name, unknown>>, string, Record<string, unknown>?]>([
  ['a rule', { core: GIVEN }, GROUPS.core],
  ['a statement', { core: { Name: 'Core', OverrideAction: { None: {} }, Statement: GIVEN } }, GROUPS.core],
  ['a name', { core: group(GIVEN) }, GROUPS.core],
  ['an action', { core: group(GROUPS.core, { OverrideAction: GIVEN }) }, GROUPS.core],
  ['a tag', { core: COUNTING }, GROUPS.core, until(GIVEN)],
  ['tags', { core: COUNTING }, GROUPS.core, { Tags: GIVEN }],
  ['a limit', { rate: rate({ Limit: GIVEN }) }, 'rate'],
  ['a window', { rate: rate({ EvaluationWindowSec: GIVEN }) }, 'rate'],
  ['a scope', { rate: scope(GIVEN) }, 'rate'],
  ['whom a scope leaves out', { rate: scope(except(GIVEN)) }, 'rate'],
  ['any whom a scope leaves out', { rate: scope(except({ OrStatement: GIVEN })) }, 'rate'],
  ['an action of a limit', { rate: rate({}, { Action: GIVEN }) }, 'rate'],
  [
    'an IP set of another app',
    { rate: scope(except({ IPSetReferenceStatement: { Arn: 'arn:aws:wafv2:eu:1:regional/ipset/a/b' } })) },
    'rate',
  ],
  [
    'a rule group of another app',
    {
      rate: {
        Name: 'Own',
        OverrideAction: { None: {} },
        Statement: { RuleGroupReferenceStatement: { Arn: 'arn:aws:wafv2:eu:1:regional/rulegroup/a/b' } },
      },
    },
    'rate',
  ],
])('%s that only the deployment knows is a warning', (_name, change, subject, more = {}) => {
  expect(findings(change, more, SETS)).toContain(`warning EDG02[${subject} unverified]`);
  expect(findings(change, more, SETS).filter((finding) => finding.startsWith('error'))).toEqual([]);
});

test('of rules that only the deployment knows, nothing is known', () => {
  const all = [...Object.values(GROUPS), 'rate'].map((subject) => `warning EDG02[${subject} unverified]`).sort();
  expect(findings({}, { Rules: GIVEN })).toEqual(all);
});

test('an empty web ACL lacks everything', () => {
  const all = [...Object.values(GROUPS), 'rate'].map((subject) => `error EDG02[${subject}]`).sort();
  expect(findings({}, { Rules: [] })).toEqual(all);
});

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
/** Rules without a priority get that of their place. */
const inOrder = (rules: Record<string, unknown>) =>
  Object.values(rules)
    .filter((rule) => rule !== undefined)
    .map((rule, index) => (rule === GIVEN ? rule : { Priority: index, ...(rule as object) }));
const findings = (change: Partial<Record<Name, unknown>>, more: Record<string, unknown> = {}, others: Resources = {}) =>
  judge(
    {
      WebAcl: {
        Type: 'AWS::WAFv2::WebACL',
        Properties: { Rules: inOrder({ ...COMPLETE, ...change }), ...more },
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

const overridden = (action: unknown, Name = 'NoUserAgent_HEADER') =>
  group(GROUPS.core, { Name: 'Core' }, { RuleActionOverrides: [{ Name, ActionToUse: action }] });
const looksAt = (Key: string, Action: unknown = { Block: {} }) => ({
  Name: 'Look',
  Priority: 50,
  Action,
  Statement: { LabelMatchStatement: { Scope: 'LABEL', Key } },
});
const LABEL = 'awswaf:managed:aws:core-rule-set:NoUserAgent_Header';

test.each<[string, unknown, Record<string, unknown>?, unknown?]>([
  ['challenges', overridden({ Challenge: {} })],
  ['blocks', overridden({ Block: {} })],
  ['counts until a date', overridden({ Count: {} }), until('Core/NoUserAgent_HEADER=2027-06-30')],
  ['counts until the date of the group', overridden({ Count: {} }), until('Core=2027-06-30')],
  ['counts what a later rule looks at', overridden({ Count: {} }), {}, looksAt(LABEL)],
])('a group is applied of which a rule %s', (_name, core, more = {}, look = undefined) => {
  expect(findings({ core, ...(look !== undefined && { look }) } as never, more)).toEqual([]);
});

test.each<[string, unknown, Record<string, unknown>?, unknown?]>([
  ['counts', overridden({ Count: {} })],
  ['lets pass', overridden({ Allow: {} })],
  ['lets pass until a date', overridden({ Allow: {} }), until('Core=2027-06-30')],
  ['lets pass what a later rule looks at', overridden({ Allow: {} }), {}, looksAt(LABEL)],
  ['counted until yesterday', overridden({ Count: {} }), until('Core=2026-12-31')],
  ['counts for longer than half a year', overridden({ Count: {} }), until('Core=2027-07-01')],
  ['counts until the date of another', overridden({ Count: {} }), until('Core/SizeRestrictions_BODY=2027-06-30')],
  ['counts what a later rule counts', overridden({ Count: {} }), {}, looksAt(LABEL, { Count: {} })],
  ['is left out', group(GROUPS.core, {}, { ExcludedRules: [{ Name: 'NoUserAgent_HEADER' }] })],
])('a group is not applied of which a rule %s', (_name, core, more = {}, look = undefined) => {
  expect(findings({ core, ...(look !== undefined && { look }) } as never, more)).toEqual([
    `error EDG02[${GROUPS.core}]`,
  ]);
});

test('a group that counts for longer than half a year is not applied', () => {
  expect(findings({ core: COUNTING }, until('Core=2027-07-01'))).toEqual([`error EDG02[${GROUPS.core}]`]);
});

describe('a rule that lets requests pass', () => {
  const pass = (Statement: unknown, change: Record<string, unknown> = {}) => ({
    Name: 'Pass',
    Priority: -1,
    Action: { Allow: {} },
    Statement,
    ...change,
  });
  const PATH = { ByteMatchStatement: { SearchString: '/api' } };
  const passing = (rule: unknown, others: Resources = {}) =>
    findings({ pass: rule } as never, {}, { ...SETS, ...others });

  test.each<[string, unknown]>([
    ['looks at an IP set', pass(inSet('Trusted'))],
    ['looks at two', pass({ OrStatement: { Statements: [inSet('Trusted'), inSet('Bare')] } })],
    ['narrows an IP set', pass({ AndStatement: { Statements: [PATH, inSet('Trusted')] } })],
    ['comes after the groups', pass(PATH, { Priority: 3 })],
    ['comes before the limit alone', pass(PATH, { Priority: 3.5 })],
    ['only counts', pass(PATH, { Action: { Count: {} } })],
  ])('is compliant that %s', (_name, rule) => {
    expect(passing(rule)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['looks at a path', pass(PATH)],
    ['looks at a country', pass({ GeoMatchStatement: { CountryCodes: ['DE'] } })],
    ['looks at who is not in an IP set', pass(except(inSet('Trusted')))],
    ['looks at an IP set or a path', pass({ OrStatement: { Statements: [inSet('Trusted'), PATH] } })],
    ['comes before the last of the groups', pass(PATH, { Priority: 2.5 })],
  ])('is found that %s', (_name, rule) => {
    expect(passing(rule)).toEqual(['error EDG02[Pass lets pass]']);
  });

  test.each<[string, unknown]>([
    ['a statement', pass(GIVEN)],
    ['any of the statements', pass({ OrStatement: GIVEN })],
    ['one of the statements', pass({ OrStatement: { Statements: [inSet('Trusted'), GIVEN] } })],
    ['all of the statements', pass({ AndStatement: { Statements: GIVEN } })],
    ['an action', pass(PATH, { Action: GIVEN })],
    ['a priority', pass(PATH, { Priority: GIVEN })],
  ])('%s of which only the deployment knows is to be looked at', (_name, rule) => {
    expect(passing(rule)).toEqual(['warning EDG02[Pass lets pass unverified]']);
  });

  test.each<[string, unknown, Record<string, unknown>, string[]]>([
    ['by a path', PATH, {}, ['error EDG02[Own lets pass]']],
    ['by a path, while the group counts', PATH, { OverrideAction: { Count: {} } }, []],
    ['by an IP set', inSet('Trusted'), {}, []],
  ])('may stand in a rule group of this app: %s', (_name, statement, change, expected) => {
    const reference = {
      Name: 'Own',
      Priority: -1,
      OverrideAction: { None: {} },
      Statement: { RuleGroupReferenceStatement: { Arn: { 'Fn::GetAtt': ['Own', 'Arn'] } } },
      ...change,
    };
    const Own = { Type: 'AWS::WAFv2::RuleGroup', Properties: { Rules: [pass(statement)] } };
    expect(passing(reference, { Own })).toEqual(expected);
  });
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
  ['an override', { core: group(GROUPS.core, {}, { RuleActionOverrides: [GIVEN] }) }, GROUPS.core],
  ['an action of an override', { core: overridden(GIVEN) }, GROUPS.core],
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

import { App, aws_wafv2 as wafv2, Stack } from 'aws-cdk-lib';
import type { BaselineChecksProps } from '../../../../lib/checks';
import { WebFirewall } from '../../../../lib/edge/web-firewall';
import { ManagedRuleGroup } from '../../../../lib/edge/web-firewall-options';
import { changed, findingsOf, GIVEN, judgedBy, type Resources } from '../judge';

const judge = judgedBy('EDG10');
const on = (day: string): BaselineChecksProps => ({ clock: { now: () => new Date(`${day}T12:00:00Z`) } });
const TODAY = on('2027-01-01');
const managed = (change: Record<string, unknown> = {}, rule: Record<string, unknown> = {}) => ({
  Name: 'Core',
  Priority: 10,
  OverrideAction: { None: {} },
  Statement: {
    ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet', ...change },
  },
  ...rule,
});
const override = (Name: unknown, action: string) => ({
  RuleActionOverrides: [{ Name, ActionToUse: { [action]: {} } }],
});
const path = (action: string, change: Record<string, unknown> = {}) => ({
  Name: 'Path',
  Priority: 10,
  Action: { [action]: {} },
  Statement: { ByteMatchStatement: { SearchString: '/admin' } },
  ...change,
});
const looksAt = (LabelMatchStatement: unknown, change: Record<string, unknown> = {}) => ({
  Name: 'Look',
  Priority: 20,
  Action: { Block: {} },
  Statement: { AndStatement: { Statements: [{ LabelMatchStatement }, { NotStatement: { Statement: {} } }] } },
  ...change,
});
const findings = (rules: unknown, tags: Record<string, unknown> | unknown = {}, more: Resources = {}, props = TODAY) =>
  judge(
    {
      WebAcl: {
        Type: 'AWS::WAFv2::WebACL',
        Properties: {
          Rules: rules,
          Tags:
            tags === GIVEN
              ? GIVEN
              : Object.entries(tags as object).map(([Key, Value]: [string, unknown]) => ({ Key, Value })),
        },
      },
      ...more,
    },
    props,
  );
const TAG = 'bulwark:count-until';
const WHOLE = managed({}, { OverrideAction: { Count: {} } });
const BODY = managed(override('SizeRestrictions_BODY', 'Count'));
const BODY_LABEL = { Scope: 'LABEL', Key: 'awswaf:managed:aws:core-rule-set:SizeRestrictions_Body' };
const CORE_LABELS = { Scope: 'NAMESPACE', Key: 'awswaf:managed:aws:core-rule-set:' };
const marks = path('Count', { RuleLabels: [{ Name: 'bulwark:odd' }] });

test.each<[string, unknown[], Record<string, unknown>?]>([
  ['acts', [managed(), path('Block')]],
  ['acts otherwise than AWS chose', [managed(override('NoUserAgent_HEADER', 'Challenge'))]],
  ['counts until today', [path('Count')], { [TAG]: 'Path=2027-01-01' }],
  ['counts as a group until a date', [WHOLE], { [TAG]: 'Core=2027-06-30' }],
  ['counts in a part of a group until a date', [BODY], { [TAG]: 'Core/SizeRestrictions_BODY=2027-06-30' }],
  ['counts in a part of a group until the date of the group', [BODY], { [TAG]: 'Core=2027-06-30' }],
  ['counts in a part until its own date', [BODY], { [TAG]: 'Core=2020-01-01 Core/SizeRestrictions_BODY=2027-06-30' }],
  ['has its date in another tag', [path('Count')], { [TAG]: 'Other=2020-01-01', [`${TAG}-2`]: 'Path=2027-06-30' }],
  ['counts what a later rule looks at', [BODY, looksAt(BODY_LABEL)]],
  ['counts as a group what a later rule looks at', [WHOLE, looksAt(CORE_LABELS)]],
  ['marks what a later rule looks at', [marks, looksAt({ Scope: 'LABEL', Key: 'bulwark:odd' })]],
  ['marks what a later rule looks at by its last part', [marks, looksAt({ Scope: 'LABEL', Key: 'odd' })]],
  ['marks what a later rule looks at by its namespace', [marks, looksAt({ Scope: 'NAMESPACE', Key: 'bulwark:' })]],
])('a web ACL is compliant that %s', (_name, rules, tags = {}) => {
  expect(findings(rules, tags)).toEqual([]);
});

test.each<[string, unknown[], string, Record<string, unknown>?]>([
  ['counts', [path('Count')], 'Path'],
  ['counts as a group', [WHOLE], 'Core'],
  ['counts in a part of a group', [BODY], 'Core/SizeRestrictions_BODY'],
  [
    'leaves a part of a group out',
    [managed({ ExcludedRules: [{ Name: 'NoUserAgent_HEADER' }] })],
    'Core/NoUserAgent_HEADER',
  ],
  [
    'counts in a part of an own group',
    [managed({}, { Statement: { RuleGroupReferenceStatement: { Arn: 'a', ...override('Own', 'Count') } } })],
    'Core/Own',
  ],
  [
    'counts as a group that adds other labels',
    [managed({ VendorName: 'Other', Name: 'Own' }, { OverrideAction: { Count: {} } }), looksAt(CORE_LABELS)],
    'Core',
  ],
  ['counts until a date that is none', [path('Count')], 'Path', { [TAG]: 'Path=2027-02-30' }],
  ['counts until nothing', [path('Count')], 'Path', { [TAG]: 'Path' }],
  ['has a date for another rule', [path('Count')], 'Path', { [TAG]: 'Paths=2027-06-30' }],
  ['has a date for a part alone', [WHOLE], 'Core', { [TAG]: 'Core/SizeRestrictions_BODY=2027-06-30' }],
  ['has its date in a tag of another name', [path('Count')], 'Path', { [`${TAG}-x`]: 'Path=2027-06-30' }],
  ['counts what a rule looks at before', [BODY, looksAt(BODY_LABEL, { Priority: 5 })], 'Core/SizeRestrictions_BODY'],
  [
    'counts what a rule lets through',
    [BODY, looksAt(BODY_LABEL, { Action: { Allow: {} } })],
    'Core/SizeRestrictions_BODY',
  ],
  ['counts as a group and looks at a part', [WHOLE, looksAt(BODY_LABEL)], 'Core'],
  ['looks at a label that only the deployment knows', [marks, looksAt({ Scope: 'LABEL', Key: GIVEN })], 'Path'],
  ['looks at another label', [marks, looksAt({ Scope: 'LABEL', Key: 'bulwark:even' })], 'Path'],
])('a web ACL is warned of that %s', (_name, rules, subject, tags = {}) => {
  expect(findings(rules, tags)).toEqual([`warning EDG10[${subject}]`]);
});

test.each<[string, string[]]>([
  ['2027-06-30', []],
  ['2027-07-01', ['warning EDG10[Path]']],
  ['2099-01-01', ['warning EDG10[Path]']],
])('a date may be half a year away and no more: %s', (date, expected) => {
  expect(findings([path('Count')], { [TAG]: `Path=${date}` })).toEqual(expected);
});

describe('a rule group', () => {
  const GROUP = { Own: { Type: 'AWS::WAFv2::RuleGroup', Properties: {} } };
  const group = (rule: unknown, date?: string) =>
    changed(GROUP, 'Own.Properties', {
      Rules: rule === GIVEN ? GIVEN : [rule],
      Tags: date === undefined ? [] : [{ Key: TAG, Value: `Path=${date}` }],
    });
  const reference = {
    Name: 'Group',
    Priority: 10,
    OverrideAction: { None: {} },
    Statement: { RuleGroupReferenceStatement: { Arn: { 'Fn::GetAtt': ['Own', 'Arn'] } } },
  };

  test.each<[string, Resources, string[]]>([
    ['acts', group(path('Block')), []],
    ['counts until a date', group(path('Count'), '2027-06-30'), []],
    ['counts', group(path('Count')), ['warning EDG10[Path]']],
    ['counts for long', group(path('Count'), '2027-07-01'), ['warning EDG10[Path]']],
    ['only counted until yesterday', group(path('Count'), '2026-12-31'), ['error EDG10[Path]']],
    ['has rules that are given', group(GIVEN), ['warning EDG10[Rules unverified]']],
  ])('is judged by its own tag where it %s', (_name, resources, expected) => {
    expect(judge(resources, TODAY)).toEqual(expected);
  });

  test('may mark what a later rule of the web ACL looks at', () => {
    expect(findings([reference, looksAt({ Scope: 'LABEL', Key: 'bulwark:odd' })], {}, group(marks))).toEqual([]);
    expect(findings([reference, looksAt({ Scope: 'LABEL', Key: 'bulwark:even' })], {}, group(marks))).toEqual([
      'warning EDG10[Path]',
    ]);
    expect(
      findings([reference, looksAt({ Scope: 'LABEL', Key: 'bulwark:odd' }, { Priority: 5 })], {}, group(marks)),
    ).toEqual(['warning EDG10[Path]']);
  });
});

test('the day after, it is an error', () => {
  const tags = { [TAG]: 'Path=2027-01-01 Core/SizeRestrictions_BODY=2027-01-01' };
  expect(findings([path('Count'), BODY], tags, {}, on('2027-01-01'))).toEqual([]);
  expect(findings([path('Count'), BODY], tags, {}, on('2027-01-02'))).toEqual([
    'error EDG10[Core/SizeRestrictions_BODY]',
    'error EDG10[Path]',
  ]);
});

describe('addresses on trial', () => {
  const ipSet = (kind: unknown) => ({
    Type: 'AWS::WAFv2::IPSet',
    Properties: { Addresses: [], Tags: [{ Key: 'bulwark:ip-set', Value: kind }] },
  });
  const inSet = (id: string) => ({ IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': [id, 'Arn'] } } });
  const trial = (...Statements: unknown[]) => [path('Count', { Statement: { OrStatement: { Statements } } })];
  const sets = { V4: ipSet('dynamic'), V6: ipSet('dynamic'), By: ipSet('manual'), Open: ipSet(GIVEN) };

  test('need no date, since each of them has one', () => {
    expect(findings(trial(inSet('V4'), inSet('V6')), {}, sets)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['are kept by people', inSet('By')],
    ['may be kept by people', inSet('Open')],
    ['stand beside a path', { ByteMatchStatement: { SearchString: '/' } }],
    ['are turned around', { NotStatement: { Statement: inSet('V6') } }],
    ['may be anything', GIVEN],
    ['stand in another app', { IPSetReferenceStatement: { Arn: 'arn:aws:wafv2:eu:1:regional/ipset/a/b' } }],
  ])('need one where they %s', (_name, other) => {
    expect(findings(trial(inSet('V4'), other), {}, sets)).toEqual(['warning EDG10[Path]']);
  });
});

test.each<[string, unknown, unknown, string]>([
  ['the rules', GIVEN, {}, 'Rules'],
  ['a rule', [GIVEN], {}, 'Rules.0'],
  ['an action', [path('Count', { Action: GIVEN })], {}, 'Rules.0.OverrideAction'],
  [
    'an override',
    [managed({ RuleActionOverrides: [GIVEN] })],
    {},
    'Rules.0.Statement.ManagedRuleGroupStatement.RuleActionOverrides.0',
  ],
  ['the tags', [path('Count')], GIVEN, 'Path'],
  ['a date', [path('Count')], { [TAG]: GIVEN }, 'Path'],
])('%s that only the deployment knows is to be looked at', (_name, rules, tags, subject) => {
  expect(findings(rules, tags)).toEqual([`warning EDG10[${subject} unverified]`]);
});

test('a tag of the stack counts by its key', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const visibilityConfig = { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName: 'm' };
  new wafv2.CfnWebACL(stack, 'WebAcl', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig,
    rules: [
      {
        name: 'Path',
        priority: 0,
        action: { count: {} },
        statement: { geoMatchStatement: { countryCodes: ['DE'] } },
        visibilityConfig,
      },
    ],
  });
  expect(findingsOf('EDG10', app)).toEqual(['warning EDG10[Path]']);
  stack.tags.setTag(TAG, 'Path=2099-01-01');
  expect(findingsOf('EDG10', app)).toEqual(['warning EDG10[Path unverified]']);
});

test('the web firewall of this library passes all rules of the edge, and this one while it is staged', () => {
  const app = new App();
  const firewall = new WebFirewall(new Stack(app, 'Stack'), 'Firewall', {
    uploadPaths: ['/upload'],
    staging: [
      { group: ManagedRuleGroup.SQL_INJECTION, until: '2027-06-30' },
      { group: ManagedRuleGroup.CORE, rule: 'NoUserAgent_HEADER', until: '2027-06-30' },
    ],
    ...TODAY,
  });
  expect(findingsOf('EDG', app, TODAY)).toEqual([]);
  expect(findingsOf('EDG', app, on('2027-07-01'))).toEqual([
    'error EDG02[AWSManagedRulesCommonRuleSet]',
    'error EDG02[AWSManagedRulesSQLiRuleSet]',
    'error EDG10[CoreRules/NoUserAgent_HEADER]',
    'error EDG10[SqlInjection]',
  ]);
  const webAcl = firewall.node.findChild('WebAcl') as wafv2.CfnWebACL;
  webAcl.addPropertyDeletionOverride('Tags');
  expect(findingsOf('EDG10', app, TODAY)).toEqual([
    'warning EDG10[CoreRules/NoUserAgent_HEADER]',
    'warning EDG10[SqlInjection]',
  ]);
});

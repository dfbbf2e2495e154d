import { GIVEN, judgedBy, type Resources } from '../judge';

const judge = judgedBy('EDG03');
const MEASURED = { CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, MetricName: 'm' };
const header = (Name: unknown) => ({ SingleHeader: { Name } });
const REDACTED = [header('authorization'), header('cookie')];
const condition = (Action: unknown) => ({ ActionCondition: { Action } });
const keep = (...actions: unknown[]) => ({
  Behavior: 'KEEP',
  Requirement: 'MEETS_ANY',
  Conditions: actions.map(condition),
});
const acl = (change: Record<string, unknown> = {}, rule: Record<string, unknown> = {}) => ({
  Type: 'AWS::WAFv2::WebACL',
  Properties: { VisibilityConfig: MEASURED, Rules: [{ Name: 'Core', VisibilityConfig: MEASURED, ...rule }], ...change },
});
const logging = (change: Record<string, unknown> = {}, Condition?: string) => ({
  Type: 'AWS::WAFv2::LoggingConfiguration',
  Properties: {
    ResourceArn: { 'Fn::GetAtt': ['WebAcl', 'Arn'] },
    LogDestinationConfigs: ['arn:aws:s3:::aws-waf-logs-main'],
    RedactedFields: REDACTED,
    ...change,
  },
  ...(Condition !== undefined && { Condition }),
});
const findings = (WebAcl: Resources[string], Logging: Resources[string] | undefined = logging()) =>
  judge({ WebAcl, ...(Logging && { Logging }) });
const filtered = (LoggingFilter: unknown) => logging({ LoggingFilter });

test.each<[string, Resources[string]]>([
  ['logs and measures', logging()],
  [
    'redacts in capitals, and more',
    logging({ RedactedFields: [header('Cookie'), { QueryString: {} }, header('Authorization')] }),
  ],
  ['keeps what was blocked', filtered({ DefaultBehavior: 'DROP', Filters: [keep('COUNT', 'BLOCK')] })],
  [
    'drops what was let through',
    filtered({ DefaultBehavior: 'KEEP', Filters: [{ ...keep('ALLOW'), Behavior: 'DROP' }] }),
  ],
  [
    'keeps what was blocked before it drops',
    filtered({ DefaultBehavior: 'DROP', Filters: [keep('BLOCK'), { ...keep('BLOCK'), Behavior: 'DROP' }] }),
  ],
  [
    'keeps what meets the one condition',
    filtered({ DefaultBehavior: 'DROP', Filters: [{ ...keep('BLOCK'), Requirement: 'MEETS_ALL' }] }),
  ],
])('a web ACL is compliant that %s', (_name, given) => {
  expect(findings(acl(), given)).toEqual([]);
});

test.each<[string, Resources[string] | undefined, string]>([
  ['is logged nowhere', logging({ ResourceArn: 'arn:aws:wafv2:eu:1:regional/webacl/other/1' }), 'log'],
  ['is logged to nothing', logging({ LogDestinationConfigs: [] }), 'log'],
  ['logs tokens', logging({ RedactedFields: [header('cookie')] }), 'header authorization'],
  ['logs cookies', logging({ RedactedFields: [header('authorization'), header('set-cookie')] }), 'header cookie'],
  [
    'redacts another field',
    logging({ RedactedFields: [header('authorization'), { QueryString: {} }] }),
    'header cookie',
  ],
  ['keeps nothing', filtered({ DefaultBehavior: 'DROP', Filters: [] }), 'filter'],
  ['keeps what was counted', filtered({ DefaultBehavior: 'DROP', Filters: [keep('COUNT')] }), 'filter'],
  [
    'drops what was blocked',
    filtered({ DefaultBehavior: 'KEEP', Filters: [{ ...keep('BLOCK'), Behavior: 'DROP' }] }),
    'filter',
  ],
  [
    'drops what was blocked before it keeps',
    filtered({ DefaultBehavior: 'KEEP', Filters: [{ ...keep('BLOCK'), Behavior: 'DROP' }, keep('BLOCK')] }),
    'filter',
  ],
  [
    'keeps what meets more',
    filtered({ DefaultBehavior: 'DROP', Filters: [{ ...keep('BLOCK', 'COUNT'), Requirement: 'MEETS_ALL' }] }),
    'filter',
  ],
])('a web ACL is found that %s', (_name, given, subject) => {
  expect(findings(acl(), given)).toEqual([`error EDG03[${subject}]`]);
});

test('nothing redacted is found for each header', () => {
  expect(findings(acl(), logging({ RedactedFields: undefined }))).toEqual([
    'error EDG03[header authorization]',
    'error EDG03[header cookie]',
  ]);
});

const without = (flag: keyof typeof MEASURED) => ({ VisibilityConfig: { ...MEASURED, [flag]: false } });

test.each<[string, Resources[string], string]>([
  ['has no metrics', acl(without('CloudWatchMetricsEnabled')), 'CloudWatchMetricsEnabled of the web ACL'],
  ['has no samples', acl(without('SampledRequestsEnabled')), 'SampledRequestsEnabled of the web ACL'],
  ['has a rule without metrics', acl({}, without('CloudWatchMetricsEnabled')), 'CloudWatchMetricsEnabled of Core'],
  ['has a rule without samples', acl({}, without('SampledRequestsEnabled')), 'SampledRequestsEnabled of Core'],
])('a web ACL is found that %s', (_name, given, subject) => {
  expect(findings(given)).toEqual([`error EDG03[${subject}]`]);
});

test('a rule group is measured too, and logged with the web ACL', () => {
  const Group = (rule: Record<string, unknown>, whole: Record<string, unknown> = {}) => ({
    ...acl(whole, rule),
    Type: 'AWS::WAFv2::RuleGroup',
  });
  expect(judge({ Group: Group({}) })).toEqual([]);
  expect(judge({ Group: Group(without('CloudWatchMetricsEnabled')) })).toEqual([
    'error EDG03[CloudWatchMetricsEnabled of Core]',
  ]);
  expect(judge({ Group: Group({}, without('SampledRequestsEnabled')) })).toEqual([
    'error EDG03[SampledRequestsEnabled of the group]',
  ]);
});

test.each<[string, Resources[string], string]>([
  ['a log', logging({}, 'Sometimes'), 'log'],
  ['targets', logging({ LogDestinationConfigs: GIVEN }), 'log'],
  ['a redacted header', logging({ RedactedFields: [header('cookie'), header(GIVEN)] }), 'header authorization'],
  ['a filter', filtered(GIVEN), 'filter'],
  ['the filters', filtered({ DefaultBehavior: 'DROP', Filters: GIVEN }), 'filter'],
  ['an action in a filter', filtered({ DefaultBehavior: 'DROP', Filters: [keep(GIVEN)] }), 'filter'],
])('%s that only the deployment knows is a warning', (_name, given, subject) => {
  expect(findings(acl(), given)).toEqual([`warning EDG03[${subject} unverified]`]);
});

test.each<[string, Resources[string], string]>([
  [
    'a flag',
    acl({ VisibilityConfig: { ...MEASURED, SampledRequestsEnabled: GIVEN } }),
    'SampledRequestsEnabled of the web ACL',
  ],
  ['a rule', acl({ Rules: [GIVEN] }), 'Rules.0'],
  ['the rules', acl({ Rules: GIVEN }), 'Rules'],
])('%s that only the deployment knows is a warning', (_name, given, subject) => {
  expect(findings(given)).toEqual([`warning EDG03[${subject} unverified]`]);
});

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
const field = (FieldType: unknown, FieldKeys?: unknown) => ({
  Field: { FieldType, FieldKeys },
  Action: 'SUBSTITUTION',
});
const protecting = (...DataProtections: unknown[]) => ({ DataProtectionConfig: { DataProtections } });
const PROTECTED = protecting(field('SINGLE_HEADER', ['authorization', 'cookie']));
const acl = (change: Record<string, unknown> = {}, rule: Record<string, unknown> = {}) => ({
  Type: 'AWS::WAFv2::WebACL',
  Properties: {
    VisibilityConfig: MEASURED,
    Rules: [{ Name: 'Core', VisibilityConfig: MEASURED, ...rule }],
    ...PROTECTED,
    ...change,
  },
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
  ['has a rule without metrics', acl({}, without('CloudWatchMetricsEnabled')), 'CloudWatchMetricsEnabled of Core'],
])('a web ACL is found that %s', (_name, given, subject) => {
  expect(findings(given)).toEqual([`error EDG03[${subject}]`]);
});

const SILENT = without('SampledRequestsEnabled');
const OF_TOKENS = 'warning EDG03[samples with authorization]';
const OF_COOKIES = 'warning EDG03[samples with cookie]';
const BARE = { DataProtectionConfig: undefined };

test.each<[string, Resources[string], string[]]>([
  ['samples with both headers protected', acl(), []],
  [
    'samples with each protected by itself',
    acl(protecting(field('SINGLE_HEADER', ['Cookie']), field('SINGLE_HEADER', ['Authorization']))),
    [],
  ],
  ['samples with every header protected', acl(protecting(field('SINGLE_HEADER'))), []],
  ['samples nowhere', acl({ ...SILENT, ...BARE }, SILENT), []],
  ['samples by default alone, unprotected', acl(BARE, SILENT), [OF_TOKENS, OF_COOKIES]],
  ['samples by a rule, unprotected', acl({ ...SILENT, ...BARE }), [OF_TOKENS, OF_COOKIES]],
  ['samples cookies', acl(protecting(field('SINGLE_HEADER', ['authorization']))), [OF_COOKIES]],
  [
    'protects single cookies, which stand in the header still',
    acl(protecting(field('SINGLE_HEADER', ['authorization']), field('SINGLE_COOKIE'))),
    [OF_COOKIES],
  ],
  ['protects other parts', acl(protecting(field('QUERY_STRING'), field('BODY'))), [OF_TOKENS, OF_COOKIES]],
])('a web ACL that %s', (_name, given, expected) => {
  expect(findings(given)).toEqual(expected);
});

test.each<[string, Resources[string]]>([
  ['whether it samples', acl({ ...BARE, VisibilityConfig: { ...MEASURED, SampledRequestsEnabled: GIVEN } }, SILENT)],
  ['what is protected', acl({ DataProtectionConfig: GIVEN })],
  ['which header is protected', acl(protecting(field('SINGLE_HEADER', [GIVEN])))],
])('%s is to be looked at where only the deployment knows', (_name, given) => {
  expect(findings(given)).toEqual([
    'warning EDG03[samples with authorization unverified]',
    'warning EDG03[samples with cookie unverified]',
  ]);
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
  expect(judge({ Group: Group({}, without('CloudWatchMetricsEnabled')) })).toEqual([
    'error EDG03[CloudWatchMetricsEnabled of the group]',
  ]);
  expect(judge({ Group: Group({}, BARE) })).toEqual([]);
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
    acl({ VisibilityConfig: { ...MEASURED, CloudWatchMetricsEnabled: GIVEN } }),
    'CloudWatchMetricsEnabled of the web ACL',
  ],
  ['a rule', acl({ Rules: [GIVEN] }), 'Rules.0'],
  ['the rules', acl({ Rules: GIVEN }), 'Rules'],
])('%s that only the deployment knows is a warning', (_name, given, subject) => {
  expect(findings(given)).toEqual([`warning EDG03[${subject} unverified]`]);
});

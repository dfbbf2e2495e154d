import {
  App,
  aws_apigateway as apigateway,
  aws_appsync as appsync,
  aws_cloudfront as cloudfront,
  aws_cognito as cognito,
  Duration,
  aws_ec2 as ec2,
  aws_elasticloadbalancingv2 as elbv2,
  aws_cloudfront_origins as origins,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { LogArchive, LogBucketKind } from '../../../lib/audit/log-archive';
import { BaselineChecks } from '../../../lib/checks';
import { countUntilDates, isCountUntilTag, LONGEST_COUNT_DAYS } from '../../../lib/controls/edge';
import { shows } from '../../../lib/controls/evidence';
import { GROUPS } from '../../../lib/edge/managed-rule-groups';
import { answers } from '../../../lib/edge/web-firewall.answers';
import { WebFirewall, type WebFirewallProps } from '../../../lib/edge/web-firewall';
import {
  AllowListMode,
  AnonymousIpAction,
  BotControlLevel,
  DdosSensitivity,
  FirewallScope,
  ForwardedIpPosition,
  GeoRestriction,
  ManagedRuleAction,
  ManagedRuleGroup,
  TrafficLevel,
} from '../../../lib/edge/web-firewall-options';
import { GROUP_RULES } from '../../../lib/edge/web-firewall-rules';

interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly Action?: object;
  readonly OverrideAction?: object;
  readonly Statement: Record<string, { RuleActionOverrides?: object[]; ManagedRuleGroupConfigs?: object[] }>;
  readonly VisibilityConfig: object;
}

const account = '123456789012';
const stackIn = (region?: string) =>
  new Stack(new App(), 'Edge', region === undefined ? {} : { env: { account, region } });
const firewallOf = (props: WebFirewallProps = {}, stack = stackIn('eu-central-1')) =>
  new WebFirewall(stack, 'Firewall', props);

/** Properties of the one resource of a type. */
function propertiesOf(stack: Stack, type: string): Record<string, unknown> {
  const [resource] = Object.values(Template.fromStack(stack).findResources(type));
  return resource?.Properties ?? {};
}

const aclOf = (props: WebFirewallProps = {}, stack = stackIn('eu-central-1')) =>
  propertiesOf(Stack.of(firewallOf(props, stack)), 'AWS::WAFv2::WebACL');
const rulesOf = (props: WebFirewallProps = {}) => aclOf(props).Rules as Rule[];
const ruleOf = (name: string, props: WebFirewallProps = {}) => rulesOf(props).find(({ Name }) => Name === name);
/** A day on which what is staged still counts. */
const SOON = new Date(Date.now() + 90 * 24 * 60 * 60 * 1_000).toISOString().slice(0, 10);
const clockAt = (day: string) => ({ now: () => new Date(`${day}T12:00:00Z`) });

const defaults = stackIn('eu-central-1');
const firewall = firewallOf({}, defaults);
const template = Template.fromStack(defaults);
const resources = template.toJSON().Resources;
const everything: WebFirewallProps = {
  antiDdos: {},
  botControl: BotControlLevel.COMMON,
  geo: GeoRestriction.block('KP'),
  allowedOrigins: ['https://www.example.com'],
  uploadPaths: ['/upload'],
};

const SETS = ['AllowList', 'ManualBlock', 'DynamicBlock', 'Canary', 'SwitchT2', 'SwitchT3', 'SwitchT4', 'SwitchT5'];

describe('the template', () => {
  test('has pinned ids, since another web ACL would protect nothing and other sets would begin empty', () => {
    const own = Object.keys(resources).filter((id) => resources[id].Type.startsWith('AWS::WAFv2::'));
    expect(own.sort()).toEqual(
      [
        'FirewallMainWebAcl',
        'FirewallMainLogging',
        ...SETS.flatMap((set) => [`FirewallMain${set}V4`, `FirewallMain${set}V6`]),
      ]
        .map((id) => id)
        .sort(),
    );
  });

  test('keeps its ids wherever the construct stands', () => {
    const stack = stackIn('eu-central-1');
    firewallOf({ qualifier: 'shop' }, new Stack(stack, 'Nested', { env: { account, region: 'eu-central-1' } }));
    const nested = stack.node.findChild('Nested') as Stack;
    Template.fromStack(nested).hasResource('AWS::WAFv2::WebACL', {});
    expect(Object.keys(Template.fromStack(nested).findResources('AWS::WAFv2::WebACL'))).toEqual(['FirewallShopWebAcl']);
  });

  test('has other ids for CloudFront, so that one of each scope can stand in a stack', () => {
    const stack = stackIn('us-east-1');
    const archive = new LogArchive(stack, 'Archive', { kinds: [LogBucketKind.WAF] });
    new WebFirewall(stack, 'Regional', { archive });
    new WebFirewall(stack, 'Global', { archive, scope: FirewallScope.CLOUDFRONT });
    const both = Template.fromStack(stack);
    expect(Object.keys(both.findResources('AWS::WAFv2::WebACL')).sort()).toEqual([
      'CloudFrontFirewallMainWebAcl',
      'FirewallMainWebAcl',
    ]);
    both.resourceCountIs('AWS::WAFv2::IPSet', 32);
    both.resourceCountIs('AWS::WAFv2::LoggingConfiguration', 2);
  });

  test('names nothing', () => {
    template.allResourcesProperties('AWS::WAFv2::WebACL', { Name: Match.absent() });
    template.allResourcesProperties('AWS::WAFv2::IPSet', { Name: Match.absent() });
  });

  test.each(SETS)('has a pair of empty sets %s that says who writes it', (set) => {
    const kind =
      { AllowList: 'allow', ManualBlock: 'manual', DynamicBlock: 'dynamic', Canary: 'dynamic' }[set] ?? 'switch';
    for (const [suffix, version] of Object.entries({ V4: 'IPV4', V6: 'IPV6' })) {
      expect(resources[`FirewallMain${set}${suffix}`].Properties).toMatchObject({
        Scope: 'REGIONAL',
        IPAddressVersion: version,
        Addresses: [],
        Tags: [{ Key: 'bulwark:ip-set', Value: kind }],
      });
    }
  });

  test('shares addresses of people between the two families', () => {
    const stack = stackIn('eu-central-1');
    firewallOf({ allowList: ['192.0.2.0/24', '2001:db8::/32'], blockList: ['198.51.100.7/32'] }, stack);
    const made = Template.fromStack(stack).toJSON().Resources;
    const addressesOf = (id: string) => made[id].Properties.Addresses;
    expect(addressesOf('FirewallMainAllowListV4')).toEqual(['192.0.2.0/24']);
    expect(addressesOf('FirewallMainAllowListV6')).toEqual(['2001:db8::/32']);
    expect(addressesOf('FirewallMainManualBlockV4')).toEqual(['198.51.100.7/32']);
    expect(addressesOf('FirewallMainManualBlockV6')).toEqual([]);
  });

  test('tells what writes the sets at run time their ARN, id and name', () => {
    const { ipv4 } = firewall.switchSet(TrafficLevel.T3);
    expect(defaults.resolve({ ...ipv4 })).toEqual({
      arn: { 'Fn::GetAtt': ['FirewallMainSwitchT3V4', 'Arn'] },
      id: { 'Fn::GetAtt': ['FirewallMainSwitchT3V4', 'Id'] },
      name: { 'Fn::Select': [0, { 'Fn::Split': ['|', { Ref: 'FirewallMainSwitchT3V4' }] }] },
    });
    expect(
      [firewall.allowListSet, firewall.manualBlockSet, firewall.dynamicBlockSet, firewall.canarySet].map(({ ipv6 }) =>
        defaults.resolve(ipv6.arn),
      ),
    ).toEqual(SETS.slice(0, 4).map((set) => ({ 'Fn::GetAtt': [`FirewallMain${set}V6`, 'Arn'] })));
  });
});

describe('the rules', () => {
  test('stand in their order, with room between them', () => {
    expect(rulesOf(everything).map(({ Name, Priority }) => [Name, Priority])).toEqual(
      [
        'AllowList',
        'ManualBlock',
        'DynamicBlock',
        'Canary',
        'T5AllowListOnly',
        'T4CostlyRate',
        'T3Rate',
        'T2Rate',
        'AlwaysOnRate',
        'AntiDdos',
        'IpReputation',
        'AnonymousIps',
        'ChallengeSuspects',
        'CoreRules',
        'LargeBodies',
        'KnownBadInputs',
        'SqlInjection',
        'BotControl',
        'Geo',
        'CrossOrigin',
      ].map((name, index) => [name, (index + 1) * 10]),
    );
  });

  test('keep their priorities whatever options are there', () => {
    const all = new Map(rulesOf(everything).map(({ Name, Priority }) => [Name, Priority]));
    const few = rulesOf();
    expect(few.length).toBe(15);
    for (const { Name, Priority } of few) expect([Name, all.get(Name)]).toEqual([Name, Priority]);
  });

  test('are all counted and sampled', () => {
    for (const { Name, VisibilityConfig } of rulesOf(everything)) {
      expect(VisibilityConfig).toEqual({
        MetricName: Name,
        CloudWatchMetricsEnabled: true,
        SampledRequestsEnabled: true,
      });
    }
    expect(aclOf().VisibilityConfig).toMatchObject({ MetricName: 'bulwark-main', CloudWatchMetricsEnabled: true });
  });

  test('let through what none of them stops', () => {
    expect(aclOf().DefaultAction).toEqual({ Allow: {} });
  });

  test('of managed groups are in force but for the anonymous sources', () => {
    const managed = rulesOf(everything).filter(({ Statement }) => 'ManagedRuleGroupStatement' in Statement);
    expect(managed.map(({ Name }) => Name).sort()).toEqual(Object.values(GROUP_RULES).sort());
    for (const { OverrideAction } of managed) expect(OverrideAction).toEqual({ None: {} });
    const overridesOf = (props: WebFirewallProps = {}) =>
      ruleOf('AnonymousIps', props)?.Statement.ManagedRuleGroupStatement?.RuleActionOverrides;
    expect(overridesOf()).toEqual([
      { Name: 'AnonymousIPList', ActionToUse: { Count: {} } },
      { Name: 'HostingProviderIPList', ActionToUse: { Count: {} } },
    ]);
    expect(overridesOf({ anonymousIps: AnonymousIpAction.BLOCK })).toBeUndefined();
  });

  test('never put the Anti-DDoS group behind a switch, and tell it how to act', () => {
    expect(ruleOf('AntiDdos', { antiDdos: {} })?.Statement).toEqual({
      ManagedRuleGroupStatement: {
        VendorName: 'AWS',
        Name: 'AWSManagedRulesAntiDDoSRuleSet',
        ManagedRuleGroupConfigs: [
          {
            AWSManagedRulesAntiDDoSRuleSet: {
              SensitivityToBlock: 'LOW',
              ClientSideActionConfig: {
                Challenge: {
                  UsageOfAction: 'ENABLED',
                  Sensitivity: 'HIGH',
                  ExemptUriRegularExpressions: [
                    { RegexString: '\\/api\\/' },
                    { RegexString: expect.stringMatching(/css.*woff2/) },
                  ],
                },
              },
            },
          },
        ],
      },
    });
    const options = {
      blockSensitivity: DdosSensitivity.HIGH,
      challengeSensitivity: DdosSensitivity.MEDIUM,
      challengeExemptPaths: ['^/feed'],
    };
    const configOf = (antiDdos: WebFirewallProps['antiDdos']) =>
      JSON.stringify(ruleOf('AntiDdos', { antiDdos })?.Statement.ManagedRuleGroupStatement?.ManagedRuleGroupConfigs);
    expect(configOf(options)).toMatch(/"Sensitivity":"MEDIUM".*"SensitivityToBlock":"HIGH"/);
    expect(configOf(options)).toContain('[{"RegexString":"^/feed"}]');
    expect(configOf({ challenge: false })).toContain('{"Challenge":{"UsageOfAction":"DISABLED"}}');
  });

  test('look for bots as closely as asked', () => {
    const configs = ruleOf('BotControl', { botControl: BotControlLevel.TARGETED })?.Statement.ManagedRuleGroupStatement
      ?.ManagedRuleGroupConfigs;
    expect(configs).toEqual([{ AWSManagedRulesBotControlRuleSet: { InspectionLevel: 'TARGETED' } }]);
  });

  test('share many countries between statements', () => {
    const codes = Array.from({ length: 60 }, (_, index) => `A${String.fromCharCode(65 + (index % 26))}`);
    const statement = JSON.stringify(ruleOf('Geo', { geo: GeoRestriction.block(...codes) })?.Statement);
    expect(statement.match(/CountryCodes/g)).toHaveLength(2);
    expect(statement.match(/"A[A-Z]"/g)).toHaveLength(60);
  });

  test('have the actions that are asked for', () => {
    const overrides = [
      { group: ManagedRuleGroup.CORE, rule: 'NoUserAgent_HEADER', action: ManagedRuleAction.CHALLENGE },
      { group: ManagedRuleGroup.CORE, rule: 'SizeRestrictions_URIPATH', action: ManagedRuleAction.BLOCK },
    ];
    expect(ruleOf('CoreRules', { overrides })?.Statement.ManagedRuleGroupStatement?.RuleActionOverrides).toEqual([
      { Name: 'NoUserAgent_HEADER', ActionToUse: { Challenge: {} } },
      { Name: 'SizeRestrictions_URIPATH', ActionToUse: { Block: {} } },
    ]);
  });
});

test.each(answers.evidence.map((each) => [each.controls.join(', '), each] as const))(
  'show what is answered of %s',
  (_, { properties }) => {
    expect(shows(resources.FirewallMainWebAcl.Properties, properties)).toBe(true);
  },
);

describe('a name of a managed rule', () => {
  const stagedOf = (rule: string) => {
    const stack = stackIn('eu-central-1');
    const staging = [{ group: ManagedRuleGroup.SQL_INJECTION, rule, until: SOON }];
    firewallOf({ staging }, stack);
    return Annotations.fromStack(stack);
  };

  test('that is unknown is told, since AWS WAF ignores it without a word', () => {
    stagedOf('SQLi_BODDY').hasWarning(
      '/Edge/Firewall',
      Match.stringLikeRegexp('SQLi_BODDY is not among the rules of AWSManagedRulesSQLiRuleSet.*use-case\\.html'),
    );
  });

  test('that is known is not', () => {
    stagedOf('SQLi_BODY').hasNoWarning('*', Match.anyValue());
  });

  test.each(Object.entries(GROUPS))('of %s stands once, and its source is told', (_, { rules, source }) => {
    expect(new Set(rules).size).toBe(rules.length);
    expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/waf\//);
  });
});

describe('staging', () => {
  const staging = [
    { group: ManagedRuleGroup.CORE, until: '2027-01-31' },
    { group: ManagedRuleGroup.SQL_INJECTION, rule: 'SQLi_BODY', until: '2027-02-28' },
    { group: ManagedRuleGroup.SQL_INJECTION, rule: 'SQLi_COOKIE', until: '2027-02-15' },
  ];

  test('lets a group or a rule only count, and writes its dates into the tags', () => {
    const { Rules, Tags } = aclOf({ staging, clock: clockAt('2026-12-01') });
    const rules = Rules as Rule[];
    expect(rules.find(({ Name }) => Name === 'CoreRules')?.OverrideAction).toEqual({ Count: {} });
    const injection = rules.find(({ Name }) => Name === 'SqlInjection');
    expect(injection?.OverrideAction).toEqual({ None: {} });
    expect(injection?.Statement.ManagedRuleGroupStatement?.RuleActionOverrides).toEqual([
      { Name: 'SQLi_BODY', ActionToUse: { Count: {} } },
      { Name: 'SQLi_COOKIE', ActionToUse: { Count: {} } },
    ]);
    expect(Tags).toEqual([
      {
        Key: 'bulwark:count-until',
        Value: 'CoreRules=2027-01-31 SqlInjection/SQLi_BODY=2027-02-28 SqlInjection/SQLi_COOKIE=2027-02-15',
      },
    ]);
  });

  test('shares dates between tags, each of which takes 256 characters', () => {
    const rules = GROUPS[ManagedRuleGroup.CORE].rules.slice(0, 12);
    const many = rules.map((rule) => ({ group: ManagedRuleGroup.CORE, rule, until: SOON }));
    const tags = aclOf({ staging: many }).Tags as Array<{ Key: string; Value: string }>;
    expect(tags.map(({ Key }) => Key)).toEqual([
      'bulwark:count-until',
      'bulwark:count-until-2',
      'bulwark:count-until-3',
    ]);
    for (const { Key, Value } of tags) expect([isCountUntilTag(Key), Value.length <= 256]).toEqual([true, true]);
    const found = new Map(tags.flatMap(({ Value }) => [...countUntilDates(Value)]));
    expect(found).toEqual(new Map(rules.map((rule) => [`CoreRules/${rule}`, SOON])));
  });

  test.each([
    ['2026-08-04', true],
    ['2026-08-03', false],
  ])('lasts 180 days at most: decided on %s, it is taken: %s', (day, isTaken) => {
    expect(LONGEST_COUNT_DAYS).toBe(180);
    const create = () => firewallOf({ staging: staging.slice(0, 1), clock: clockAt(day) });
    if (isTaken) expect(create).not.toThrow();
    else {
      expect(create).toThrow(
        'until must lie at most 180 days ahead, got 2027-01-31, which is 181: name a nearer day for AWSManagedRulesCommonRuleSet, and decide again then (WebFirewall at Edge/Firewall)',
      );
    }
  });

  test('leaves no tag where nothing is staged', () => {
    expect(aclOf().Tags).toBeUndefined();
  });

  test('of the core group holds for the rule that takes the place of one of its own', () => {
    const acl = aclOf({ staging, uploadPaths: ['/upload'], clock: clockAt('2026-12-01') });
    expect((acl.Rules as Rule[]).find(({ Name }) => Name === 'LargeBodies')?.Action).toEqual({ Count: {} });
    expect(JSON.stringify(acl.Tags)).toContain('LargeBodies=2027-01-31');
  });

  test.each([
    ['2027-01-31', true],
    ['2027-02-01', false],
  ])('holds on %s: %s', (day, holds) => {
    const stack = stackIn('eu-central-1');
    firewallOf({ staging, clock: clockAt(day) }, stack);
    const synth = () => (stack.node.root as App).synth();
    if (holds) expect(synth).not.toThrow();
    else {
      expect(synth).toThrow(
        'until must not lie in the past, got 2027-01-31: let AWSManagedRulesCommonRuleSet act, or decide again how long it only counts (WebFirewall at Edge/Firewall)',
      );
    }
  });

  test.each([
    ['2027-01-17', 0],
    ['2027-01-18', 1],
    ['2027-01-31', 1],
  ])('that ends soon is told: on %s %i warning', (day, count) => {
    const stack = stackIn('eu-central-1');
    firewallOf({ staging: staging.slice(0, 1), clock: clockAt(day) }, stack);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('only counts until'))).toHaveLength(
      count,
    );
  });
});

describe('capacity', () => {
  test('is what the rules take', () => {
    expect([firewall.capacity, firewall.reservedCapacity]).toEqual([1_231, 0]);
  });

  test.each<[string, WebFirewallProps, number, string | undefined]>([
    ['the defaults', {}, 1_231, undefined],
    ['every group of AWS', { antiDdos: {}, botControl: BotControlLevel.COMMON }, 1_332, undefined],
    [
      'every group, and room for Shield',
      { ...everything, uploadPaths: [], allowedOrigins: [], shieldAutomaticResponse: true },
      1_333,
      undefined,
    ],
    [
      'many costly paths',
      { costlyPaths: Array.from({ length: 10 }, (_, index) => `/search/${index}`) },
      1_543,
      'The rules take 1543 capacity units, and the price of a request contains 1500: AWS bills 1 × 0.20 USD more for each million requests',
    ],
    [
      'many costly paths, and room for Shield',
      { costlyPaths: Array.from({ length: 6 }, (_, index) => `/search/${index}`), shieldAutomaticResponse: true },
      1_415,
      'The rules take 1565 capacity units, 150 of them kept for Shield Advanced, and the price',
    ],
  ])('of %s is counted, and told where it costs more', (_, props, capacity, warning) => {
    const stack = stackIn('eu-central-1');
    expect(firewallOf(props, stack).capacity).toBe(capacity);
    const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('capacity units'));
    expect(found).toHaveLength(warning === undefined ? 0 : 1);
    if (warning !== undefined) expect(found[0]?.entry.data).toContain(warning);
  });

  test.each<[number, boolean, boolean]>([
    [118, false, true],
    [119, false, false],
    [113, true, true],
    [114, true, false],
  ])('of %i paths, with room for Shield: %s, is allowed: %s', (count, shieldAutomaticResponse, isAllowed) => {
    const costlyPaths = Array.from({ length: count }, (_, index) => `/p${index}`);
    const create = () => firewallOf({ costlyPaths, shieldAutomaticResponse });
    if (isAllowed) expect(create).not.toThrow();
    else expect(create).toThrow(/^rules must take at most 5000 capacity units, the limit of AWS WAF, got 50\d\d/);
  });
});

describe('the logs', () => {
  const loggingOf = (props: WebFirewallProps) =>
    propertiesOf(Stack.of(firewallOf(props)), 'AWS::WAFv2::LoggingConfiguration');

  test('go to the waf bucket, once its policy lets them in, and show no credentials', () => {
    expect(resources.FirewallMainLogging).toMatchObject({
      Properties: {
        ResourceArn: { 'Fn::GetAtt': ['FirewallMainWebAcl', 'Arn'] },
        LogDestinationConfigs: [{ 'Fn::GetAtt': ['ArchiveMainWafBucket', 'Arn'] }],
        RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }],
      },
      DependsOn: ['ArchiveMainWafBucketPolicy'],
    });
  });

  test('hold what somebody may ask about', () => {
    const { DefaultBehavior, Filters } = resources.FirewallMainLogging.Properties.LoggingFilter;
    expect(DefaultBehavior).toBe('DROP');
    expect(Filters).toEqual([
      {
        Behavior: 'KEEP',
        Requirement: 'MEETS_ANY',
        Conditions: ['BLOCK', 'COUNT', 'CAPTCHA', 'CHALLENGE', 'EXCLUDED_AS_COUNT'].map((Action) => ({
          ActionCondition: { Action },
        })),
      },
    ]);
    expect(loggingOf({ logAllowed: true })).not.toHaveProperty('LoggingFilter');
  });

  test('hide more where asked, each header once', () => {
    expect(loggingOf({ redactedHeaders: ['X-Api-Key', 'Cookie'], redactQueryString: true }).RedactedFields).toEqual([
      { SingleHeader: { Name: 'authorization' } },
      { SingleHeader: { Name: 'cookie' } },
      { SingleHeader: { Name: 'x-api-key' } },
      { QueryString: {} },
    ]);
  });

  const protectionsOf = (props: WebFirewallProps = {}) => aclOf(props).DataProtectionConfig;

  test('are not all that hides credentials: samples do, too', () => {
    expect(protectionsOf()).toEqual({
      DataProtections: [
        { Field: { FieldType: 'SINGLE_HEADER', FieldKeys: ['authorization', 'cookie'] }, Action: 'SUBSTITUTION' },
      ],
    });
    expect(protectionsOf({ redactedHeaders: ['X-Api-Key', 'Cookie'], redactQueryString: true })).toEqual({
      DataProtections: [
        {
          Field: { FieldType: 'SINGLE_HEADER', FieldKeys: ['authorization', 'cookie', 'x-api-key'] },
          Action: 'SUBSTITUTION',
        },
        { Field: { FieldType: 'QUERY_STRING' }, Action: 'SUBSTITUTION' },
      ],
    });
  });

  test('go to the archive that is given, of another stack too', () => {
    const app = new App();
    const env = { account, region: 'eu-central-1' };
    const audit = new Stack(app, 'Audit', { env });
    const edge = new Stack(app, 'Edge', { env });
    const archive = new LogArchive(audit, 'Archive');
    expect(firewallOf({ archive }, edge).archive).toBe(archive);
    Template.fromStack(edge).resourceCountIs('AWS::S3::Bucket', 0);
    expect(edge.dependencies).toEqual([audit]);
  });
});

describe('what is protected', () => {
  const stack = stackIn('eu-central-1');
  const own = firewallOf({}, stack);
  const api = new apigateway.RestApi(stack, 'Api');
  api.root.addMethod('GET');
  const graphql = new appsync.GraphqlApi(stack, 'Graphql', {
    name: 'graphql',
    definition: appsync.Definition.fromFile(`${__dirname}/empty.graphql`),
  });
  const loadBalancer = elbv2.ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(stack, 'Balancer', {
    loadBalancerArn: `arn:aws:elasticloadbalancing:eu-central-1:${account}:loadbalancer/app/shop/50dc6c495c0c9188`,
    securityGroupId: 'sg-12345678',
  });
  own.protectApiStage(api.deploymentStage);
  own.protectGraphqlApi(graphql);
  own.protectLoadBalancer(loadBalancer);
  own.protectUserPool(new cognito.UserPool(stack, 'Pool'));
  const associations = Object.values(Template.fromStack(stack).findResources('AWS::WAFv2::WebACLAssociation'));

  test('is named by the ARN that AWS WAF wants', () => {
    for (const { Properties } of associations) {
      expect(Properties.WebACLArn).toEqual({ 'Fn::GetAtt': ['FirewallMainWebAcl', 'Arn'] });
    }
    const arns = associations.map(({ Properties }) => JSON.stringify(Properties.ResourceArn));
    expect(arns).toHaveLength(4);
    expect(arns).toEqual(
      expect.arrayContaining([
        expect.stringContaining(':apigateway:eu-central-1::/restapis/'),
        expect.stringContaining('Graphql'),
        expect.stringContaining('loadbalancer/app/shop'),
        expect.stringContaining('Pool'),
      ]),
    );
  });

  test('has one firewall', () => {
    expect(() => own.protectLoadBalancer(loadBalancer)).toThrow('Edge/Balancer must have one web firewall at most');
  });

  test('is no distribution of a regional one', () => {
    const distribution = new cloudfront.Distribution(stack, 'Distribution', {
      defaultBehavior: { origin: new origins.HttpOrigin('origin.example.com') },
    });
    expect(() => own.protectDistribution(distribution)).toThrow(
      'scope must be CLOUDFRONT to protect Edge/Distribution, got REGIONAL (WebFirewall at Edge/Firewall)',
    );
  });

  test('is a distribution of one for CloudFront, and nothing else', () => {
    const global = stackIn('us-east-1');
    const front = firewallOf({ scope: FirewallScope.CLOUDFRONT }, global);
    const distribution = new cloudfront.Distribution(global, 'Distribution', {
      defaultBehavior: { origin: new origins.HttpOrigin('origin.example.com') },
    });
    front.protectDistribution(distribution);
    Template.fromStack(global).hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { WebACLId: { 'Fn::GetAtt': ['CloudFrontFirewallMainWebAcl', 'Arn'] } },
    });
    Template.fromStack(global).allResourcesProperties('AWS::WAFv2::IPSet', { Scope: 'CLOUDFRONT' });
    expect(() => front.protectLoadBalancer(loadBalancer)).toThrow(
      'scope must be REGIONAL to protect Edge/Balancer, got CLOUDFRONT',
    );
    expect(() => front.protectUserPool(new cognito.UserPool(global, 'Pool'))).toThrow('scope must be REGIONAL');
  });
});

describe('a load balancer that lets in', () => {
  const stack = stackIn('eu-central-1');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2 });
  const list = ec2.Peer.prefixList('pl-a3a144ca');
  const archive = new LogArchive(stack, 'Archive', { kinds: [LogBucketKind.WAF] });
  const plain = new WebFirewall(stack, 'Plain', { archive });
  const forwarded = new WebFirewall(stack, 'Forwarded', { archive, qualifier: 'proxied', forwardedIp: {} });

  /** A load balancer behind a firewall, whose group is opened afterwards. */
  function balancer(id: string, peers: readonly ec2.IPeer[], own: WebFirewall = plain): void {
    const group = new ec2.SecurityGroup(stack, `${id}Group`, { vpc });
    // As networks hand groups out that nobody else may change.
    const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(stack, `${id}Known`, group.securityGroupId, {
      mutable: false,
    });
    own.protectLoadBalancer(new elbv2.ApplicationLoadBalancer(stack, id, { vpc, securityGroup }));
    for (const peer of peers) group.addIngressRule(peer, ec2.Port.HTTPS);
  }
  balancer('Cloaked', [list]);
  balancer('Proxied', [list], forwarded);
  balancer('Open', [ec2.Peer.anyIpv4()]);
  balancer('Both', [list, ec2.Peer.ipv4('192.0.2.0/24')]);
  balancer('Inner', [ec2.Peer.securityGroupId('sg-12345678')]);
  balancer('Closed', []);
  const warnings = () => Annotations.fromStack(stack);

  test.each([
    [
      'a prefix list alone is warned of, since limits would count edge servers',
      'Cloaked',
      "Security groups of Edge/Cloaked let in prefix lists alone. If that is CloudFront's, rate limits and IP sets see its edge servers, and a limit stops all visitors of one: put a WebFirewall of scope CLOUDFRONT before the distribution, or acknowledge this if the list holds visitors (WebFirewall at Edge/Plain).",
    ],
    [
      'a prefix list alone is warned of behind a header, too, whose first address visitors write',
      'Proxied',
      "Security groups of Edge/Proxied let in prefix lists alone. If that is CloudFront's, rate limits count by the first address of the header, which visitors write themselves: put a WebFirewall of scope CLOUDFRONT before the distribution, or acknowledge this if the list holds visitors (WebFirewall at Edge/Forwarded).",
    ],
  ])('%s', (_, id, message) => {
    const found = warnings().findWarning(`/Edge/${id}`, Match.anyValue());
    expect(found.map(({ entry }) => entry.data)).toEqual([expect.stringContaining(message)]);
  });

  test.each(['Open', 'Both', 'Inner', 'Closed'])('others is not: %s', (id) => {
    warnings().hasNoWarning(`/Edge/${id}`, Match.anyValue());
  });
});

test('counts in CloudWatch by the names of its rules', () => {
  expect(
    defaults.resolve(firewall.metric('BlockedRequests', 'T3Rate', { period: Duration.minutes(1) }).toMetricConfig()),
  ).toMatchObject({
    metricStat: {
      namespace: 'AWS/WAFV2',
      metricName: 'BlockedRequests',
      statistic: 'Sum',
      dimensions: [
        { name: 'Region', value: 'eu-central-1' },
        { name: 'Rule', value: 'T3Rate' },
        { name: 'WebACL', value: 'bulwark-main' },
      ],
    },
  });
  const front = firewallOf({ scope: FirewallScope.CLOUDFRONT }, stackIn('us-east-1'));
  expect(front.metric('AllowedRequests').dimensions).toEqual({ WebACL: 'bulwark-main', Rule: 'ALL' });
});

test("takes limits of one's own, down to the least of AWS WAF", () => {
  const text = JSON.stringify(rulesOf({ rateLimits: { always: 40, t2: 30, t3: 20, t4: 10 } }));
  expect(text.match(/"Limit":\d+/g)).toEqual(['"Limit":10', '"Limit":20', '"Limit":30', '"Limit":40']);
});

test('takes the place that only the deployment knows', () => {
  expect(() => firewallOf({ scope: FirewallScope.CLOUDFRONT }, stackIn())).not.toThrow();
});

test.each<[string, string, WebFirewallProps, string]>([
  [
    'CloudFront elsewhere',
    'eu-central-1',
    { scope: FirewallScope.CLOUDFRONT },
    'scope CLOUDFRONT needs a stack in us-east-1, got one in eu-central-1: move the firewall to a stack there (WebFirewall at Edge/Firewall)',
  ],
  [
    'CloudFront in China',
    'cn-north-1',
    { scope: FirewallScope.CLOUDFRONT },
    'scope must be REGIONAL in China, where AWS WAF knows no other, got CLOUDFRONT in cn-north-1',
  ],
  [
    'targeted Bot Control in China',
    'cn-northwest-1',
    { botControl: BotControlLevel.TARGETED },
    'botControl must be COMMON in China, got TARGETED in cn-northwest-1',
  ],
  ['everybody on the allow-list', 'eu-central-1', { allowList: ['0.0.0.0/0'] }, 'allowList must hold CIDRs'],
  ['an address without a length', 'eu-central-1', { blockList: ['192.0.2.1'] }, 'got "192.0.2.1"'],
  ['a network that is none', 'eu-central-1', { blockList: ['192.0.2.0/33'] }, 'got "192.0.2.0/33"'],
  ['a name in place of an address', 'eu-central-1', { blockList: ['example.com/24'] }, 'got "example.com/24"'],
  ['a network of IPv6 that is none', 'eu-central-1', { blockList: ['2001:db8::/129'] }, 'got "2001:db8::/129"'],
  ['two lengths', 'eu-central-1', { blockList: ['192.0.2.0/24/24'] }, 'got "192.0.2.0/24/24"'],
  [
    'a path that does not begin with a slash',
    'eu-central-1',
    { costlyPaths: ['search'] },
    'costlyPaths must hold begins of paths',
  ],
  ['a path that is too long', 'eu-central-1', { uploadPaths: [`/${'a'.repeat(200)}`] }, 'uploadPaths must hold begins'],
  ['a path with a query', 'eu-central-1', { uploadPaths: ['/upload?x'] }, 'got "/upload?x"'],
  [
    'an origin with a path',
    'eu-central-1',
    { allowedOrigins: ['https://example.com/'] },
    'allowedOrigins must hold origins',
  ],
  ['an odd header', 'eu-central-1', { redactedHeaders: ['X Api'] }, 'headers must be named by letters'],
  ['a header that is too long', 'eu-central-1', { redactedHeaders: ['x'.repeat(65)] }, 'at most 64, got "xxx'],
  [
    'a header that talks its way past everything',
    'eu-central-1',
    { forwardedIp: {}, allowListMode: AllowListMode.PASS },
    'allowListMode must be SPARE where forwardedIp is given, got PASS: whoever writes an address of the list into the header would pass every rule (WebFirewall at Edge/Firewall)',
  ],
  ['an odd header of a proxy', 'eu-central-1', { forwardedIp: { headerName: 'X_Real' } }, 'got "X_Real"'],
  [
    'no country',
    'eu-central-1',
    { geo: GeoRestriction.allow() },
    'geo must name countries by two capital letters, such as DE, got "none"',
  ],
  ['an odd country', 'eu-central-1', { geo: GeoRestriction.block('Germany') }, 'got "Germany"'],
  ['six exemptions', 'eu-central-1', { antiDdos: { challengeExemptPaths: Array(6).fill('x') } }, 'at most 5'],
  [
    'a limit that is too low',
    'eu-central-1',
    { rateLimits: { t4: 9 } },
    'rateLimits.t4 must be a whole number from 10',
  ],
  ['half a limit', 'eu-central-1', { rateLimits: { t3: 200.5 } }, 'rateLimits.t3 must be a whole number'],
  [
    'a level that lets more pass',
    'eu-central-1',
    { rateLimits: { t3: 2_000 } },
    'rateLimits.t3 must be below t2, which is 2000, got 2000: a higher level that lets more pass would do nothing',
  ],
  [
    'a staged rule with another action',
    'eu-central-1',
    {
      staging: [{ group: ManagedRuleGroup.CORE, rule: 'GenericLFI_BODY', until: SOON }],
      overrides: [{ group: ManagedRuleGroup.CORE, rule: 'GenericLFI_BODY', action: ManagedRuleAction.CAPTCHA }],
    },
    'GenericLFI_BODY of AWSManagedRulesCommonRuleSet must have one action, got count and captcha',
  ],
  [
    'two ways for large bodies',
    'eu-central-1',
    {
      uploadPaths: ['/upload'],
      staging: [{ group: ManagedRuleGroup.CORE, rule: 'SizeRestrictions_BODY', until: SOON }],
    },
    'SizeRestrictions_BODY of AWSManagedRulesCommonRuleSet must have one action, got count and count',
  ],
  [
    'a group that is staged twice',
    'eu-central-1',
    { staging: Array(2).fill({ group: ManagedRuleGroup.CORE, until: SOON }) },
    'AWSManagedRulesCommonRuleSet must be staged once, got twice',
  ],
  [
    'a group that is not there',
    'eu-central-1',
    { staging: [{ group: ManagedRuleGroup.BOT_CONTROL, until: SOON }] },
    'AWSManagedRulesBotControlRuleSet cannot be changed where the firewall is made without the group',
  ],
  [
    'a date that is none',
    'eu-central-1',
    { staging: [{ group: ManagedRuleGroup.CORE, until: '2027-02-30' }] },
    'until must be a date such as 2027-01-31, got "2027-02-30" (WebFirewall at Edge/Firewall)',
  ],
  ['an odd qualifier', 'eu-central-1', { qualifier: 'Not-One' }, 'qualifier must be'],
])('refuses %s', (_, region, props, message) => {
  expect(() => firewallOf(props, stackIn(region))).toThrow(message);
});

test.each<[string, { account: string; region: string }, string]>([
  [
    'Region',
    { account, region: 'eu-west-1' },
    'archive must be in the Region of the firewall, us-east-1, got one in eu-west-1',
  ],
  [
    'account',
    { account: '210987654321', region: 'us-east-1' },
    'archive must be in the account of the firewall, 123456789012, got one in 210987654321: make a LogArchive of kind waf there',
  ],
])('refuses an archive of another %s', (_, env, message) => {
  const app = new App();
  const archive = new LogArchive(new Stack(app, 'Audit', { env }), 'Archive');
  const stack = new Stack(app, 'Edge', { env: { account, region: 'us-east-1' } });
  expect(() => firewallOf({ archive, scope: FirewallScope.CLOUDFRONT }, stack)).toThrow(message);
});

describe('a second archive of one name', () => {
  const inApp = (app: App, id: string, env?: { account: string; region: string }) =>
    new Stack(app, id, env === undefined ? {} : { env });
  const env = { account, region: 'us-east-1' };

  test.each<[string, WebFirewallProps, WebFirewallProps]>([
    ['of both scopes', {}, { scope: FirewallScope.CLOUDFRONT }],
    ['of one scope', {}, {}],
  ])('is refused between firewalls %s, since buckets would collide', (_, one, other) => {
    const app = new App();
    firewallOf(one, inApp(app, 'One', env));
    expect(() => firewallOf(other, inApp(app, 'Edge', env))).toThrow(
      'archive must be given where there is one of the same qualifier, main, in the same account and Region, got none beside One/Firewall/Archive: give that one, or another qualifier (WebFirewall at Edge/Firewall)',
    );
  });

  test('is made in another Region, under another qualifier, beside one without such a bucket, or where the place is not known', () => {
    const app = new App();
    firewallOf({}, inApp(app, 'One', { account, region: 'eu-central-1' }));
    new LogArchive(inApp(app, 'Logs', env), 'Archive', { kinds: [LogBucketKind.CONFIG] });
    const create = () => {
      firewallOf({ scope: FirewallScope.CLOUDFRONT }, inApp(app, 'Global', env));
      firewallOf({ qualifier: 'shop' }, inApp(app, 'Shop', env));
      firewallOf({}, inApp(app, 'Somewhere'));
      firewallOf({}, inApp(app, 'Elsewhere'));
    };
    expect(create).not.toThrow();
  });
});

describe('refuses to protect', () => {
  const app = new App();
  const own = firewallOf({}, new Stack(app, 'Edge', { env: { account, region: 'eu-central-1' } }));
  const poolIn = (id: string, env: { account: string; region: string }) =>
    new cognito.UserPool(new Stack(app, id, { env }), 'Pool');

  test.each([
    [
      'Region',
      poolIn('Far', { account, region: 'eu-west-1' }),
      'Far/Pool must be in the Region of the firewall, eu-central-1, got eu-west-1: make a WebFirewall there (WebFirewall at Edge/Firewall)',
    ],
    [
      'account',
      poolIn('Foreign', { account: '210987654321', region: 'eu-central-1' }),
      'Foreign/Pool must be in the account of the firewall, 123456789012, got 210987654321',
    ],
    [
      'Region, known by its ARN',
      cognito.UserPool.fromUserPoolArn(
        Stack.of(own),
        'Imported',
        `arn:aws:cognito-idp:eu-west-1:${account}:userpool/eu-west-1_abc`,
      ),
      'Edge/Imported must be in the Region of the firewall, eu-central-1, got eu-west-1',
    ],
  ])('what is in another %s', (_, pool, message) => {
    expect(() => own.protectUserPool(pool)).toThrow(message);
  });

  test('nothing whose place is not known', () => {
    const pool = new cognito.UserPool(new Stack(app, 'Somewhere'), 'Pool');
    expect(() => own.protectUserPool(pool)).not.toThrow();
  });
});

test('refuses an archive without a waf bucket', () => {
  const stack = stackIn('eu-central-1');
  const archive = new LogArchive(stack, 'Archive', { kinds: [LogBucketKind.CONFIG] });
  expect(() => firewallOf({ archive }, stack)).toThrow('kinds must contain waf to use its bucket');
});

test('takes the source from the header where a proxy stands in front', () => {
  const text = JSON.stringify(rulesOf({ forwardedIp: { position: ForwardedIpPosition.ANY } }));
  expect(text).toContain(
    '"IPSetForwardedIPConfig":{"FallbackBehavior":"NO_MATCH","HeaderName":"X-Forwarded-For","Position":"ANY"}',
  );
  expect(text).toContain('"AggregateKeyType":"FORWARDED_IP"');
  expect(text).not.toContain('"AggregateKeyType":"IP"');
  const plain = JSON.stringify(rulesOf({ allowListMode: AllowListMode.PASS }));
  expect(plain).not.toMatch(/Forwarded/i);
});

describe.each<[string, WebFirewallProps]>([
  ['with its defaults', {}],
  ['with every option', everything],
  [
    'that lets the allow-list pass and blocks who hides',
    { allowListMode: AllowListMode.PASS, anonymousIps: AnonymousIpAction.BLOCK },
  ],
  ['behind a proxy', { forwardedIp: {} }],
  [
    'whose groups only count for a while',
    {
      uploadPaths: ['/upload'],
      staging: [ManagedRuleGroup.CORE, ManagedRuleGroup.SQL_INJECTION].map((group) => ({ group, until: SOON })),
    },
  ],
])('a firewall %s', (_, props) => {
  const app = new App();
  const stack = new Stack(app, 'Edge', { env: { account, region: 'eu-central-1' } });
  const own = firewallOf(props, stack);

  test('breaks no rule of the baseline, not even by a warning', () => {
    const pack = new BaselineChecks(app);
    expect(pack.validateScope(own).violations.map(({ ruleName, description }) => [ruleName, description])).toEqual([]);
  });

  test('holds to the rules of AWS Solutions', () => {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new BaselineChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});

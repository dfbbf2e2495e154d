import { defineAnswers, exactly } from '../controls/evidence';

const WEB_ACL = 'AWS::WAFv2::WebACL';

const inForce = (Name: string) => ({
  OverrideAction: { None: {} },
  Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name } },
});

const limited = (Name: string, Limit: number) => ({
  Name,
  Action: { Block: {} },
  Statement: { RateBasedStatement: { Limit, EvaluationWindowSec: 300 } },
});

/** What the defaults make. */
const RULES = [
  'AllowList',
  'ManualBlock',
  'DynamicBlock',
  'Canary',
  'T5AllowListOnly',
  'T4CostlyRate',
  'T3Rate',
  'T2Rate',
  'AlwaysOnRate',
  'IpReputation',
  'AnonymousIps',
  'ChallengeSuspects',
  'CoreRules',
  'KnownBadInputs',
  'SqlInjection',
];

export const answers = defineAnswers(
  'WebFirewall',
  {
    controls: ['WAF.10'],
    ownOnly: true,
    techniques: ['AM06', 'AM12', 'AM14'],
    says: 'The web ACL has the groups of AWS against the most usual flaws, known exploits and injected SQL.',
    type: WEB_ACL,
    properties: {
      Rules: [
        inForce('AWSManagedRulesAmazonIpReputationList'),
        inForce('AWSManagedRulesCommonRuleSet'),
        inForce('AWSManagedRulesKnownBadInputsRuleSet'),
        inForce('AWSManagedRulesSQLiRuleSet'),
      ],
    },
  },
  {
    controls: ['WAF.12'],
    ownOnly: true,
    says: 'Each rule of the web ACL counts what it matches in CloudWatch and keeps samples.',
    type: WEB_ACL,
    properties: {
      VisibilityConfig: { CloudWatchMetricsEnabled: true },
      Rules: exactly(
        ...RULES.map((Name) => ({
          Name,
          VisibilityConfig: { CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true },
        })),
      ),
    },
  },
  {
    controls: ['BW.30'],
    says: 'One address is limited at all times, and to less at each of four levels that are switched on within a minute.',
    type: WEB_ACL,
    properties: {
      Rules: [
        limited('AlwaysOnRate', 10_000),
        limited('T2Rate', 2_000),
        limited('T3Rate', 500),
        limited('T4CostlyRate', 100),
        { Name: 'T5AllowListOnly', Action: { Block: {} } },
      ],
    },
  },
);

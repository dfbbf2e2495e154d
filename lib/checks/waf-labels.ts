import { textOf } from '../private/template-values';
import type { Properties } from './rule';
import { recordsOf, valueAt } from './values';
import { statementsWithin } from './waf-statements';
import { stops, type WebRule } from './web-acl';

const MANAGED = 'awswaf:managed:aws:';

/**
 * Namespaces of the labels of managed groups.
 *
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const NAMESPACES: Readonly<Record<string, string>> = {
  AWSManagedRulesACFPRuleSet: 'acfp',
  AWSManagedRulesAmazonIpReputationList: 'amazon-ip-list',
  AWSManagedRulesAnonymousIpList: 'anonymous-ip-list',
  AWSManagedRulesAntiDDoSRuleSet: 'anti-ddos',
  AWSManagedRulesATPRuleSet: 'atp',
  AWSManagedRulesBotControlRuleSet: 'bot-control',
  AWSManagedRulesCommonRuleSet: 'core-rule-set',
  AWSManagedRulesKnownBadInputsRuleSet: 'known-bad-inputs',
  AWSManagedRulesLinuxRuleSet: 'linux-os',
  AWSManagedRulesPHPRuleSet: 'php-app',
  AWSManagedRulesSQLiRuleSet: 'sql-database',
  AWSManagedRulesUnixRuleSet: 'posix-os',
  AWSManagedRulesWindowsRuleSet: 'windows-os',
  AWSManagedRulesWordPressRuleSet: 'wordpress-app',
};

/** Labels that a rule adds, or one rule of the managed group that it stands for; one that ends in a colon stands for all in it. */
export function labelsOf(rule: Properties, inner?: string): string[] {
  const name = textOf(valueAt(rule, 'Statement.ManagedRuleGroupStatement.Name')) ?? '';
  const namespace = NAMESPACES[name];
  const managed = namespace === undefined ? [] : [`${MANAGED}${namespace}:${inner ?? ''}`];
  const own = inner === undefined ? recordsOf(rule.RuleLabels).flatMap((label) => textOf(label?.Name) ?? []) : [];
  return [...managed, ...own];
}

/** Whether a later rule that stops requests looks at one of the labels: then what counts does its part. */
export function areLookedAt(labels: readonly string[], rule: Properties, rules: readonly WebRule[]): boolean {
  return rules.some(
    ({ properties: other }) =>
      other !== undefined &&
      stops(other) === true &&
      Number(other.Priority) > Number(rule.Priority) &&
      statementsWithin(other.Statement).some(
        (statement) =>
          statement?.kind === 'LabelMatchStatement' && labels.some((label) => isMatched(label, statement.properties)),
      ),
  );
}

/** AWS WAF writes `SizeRestrictions_Body` for the label of `SizeRestrictions_BODY`; own labels may be named without namespaces. */
function isMatched(label: string, { Scope: scope, Key: key }: Properties): boolean {
  const [given, wanted] = [`:${label}`, `:${textOf(key) ?? ''}`].map((text) => text.toLowerCase()) as [string, string];
  if (scope === 'NAMESPACE') return given.includes(wanted.replace(/:?$/, ':'));
  return !given.endsWith(':') && (given.endsWith(wanted) || wanted.endsWith(given));
}

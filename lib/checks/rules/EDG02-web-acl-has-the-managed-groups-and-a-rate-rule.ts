import { COUNT_UNTIL_TAG, LONGEST_COUNT_DAYS } from '../../controls/edge';
import { isRecord } from '../../private/template-values';
import { isStaged } from '../count-until';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  not,
  type Properties,
  type Rule,
  some,
  unless,
  type Verdict,
} from '../rule';
import { folded, is, isAbsent, isNumber, isOpaque, valueAt, valuesAt } from '../values';
import { areLookedAt, labelsOf } from '../waf-labels';
import { looksAtEverybody } from '../waf-statements';
import {
  counts,
  isGiven,
  overridesOf,
  RULE_GROUP,
  says,
  stops,
  WEB_ACL,
  type WebOverride,
  type WebRule,
  webRulesOf,
} from '../web-acl';

/** https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html */
const GROUPS = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesSQLiRuleSet',
] as const;

/** As many requests as one address may send in five minutes. */
const MOST_REQUESTS = 10_000;
const FIVE_MINUTES = 300;

/** What tells one sender from the next. Other keys let a sender count as many. */
const SENDERS = ['IP', 'FORWARDED_IP'] as const;

export const rule: Rule = {
  id: 'EDG02',
  title: 'Web ACL applies the managed groups against known attacks and a rate limit to everybody, always',
  severity: 'ERROR',
  resourceTypes: [WEB_ACL],
  controls: ['WAF.10'],
  techniques: ['AM06', 'AM12', 'AM14'],
  rationale:
    'An empty web ACL looks like protection and is none. The groups stop what every scanner sends; the limit stops whoever sends too much, also while nobody watches. A rule that lets requests pass before them takes both away.',
  whenNotToUse:
    'A web ACL before something that takes no HTTP of people, such as an API with a schema of its own and clients that are known. Acknowledge the group that does not fit. A rule of a group that has to count for good needs a later rule that acts on its label. Groups that Firewall Manager adds stand in no template.',
  check(webAcl, context) {
    const rules = webRulesOf(webAcl);
    return [
      ...GROUPS.flatMap((group) =>
        unless(some(rules.map((each) => appliesGroup(group, each, rules, webAcl, context))), {
          subject: group,
          message: `No rule applies ${group} to everybody: let it act, override none of its rules with Allow, and give what only counts a date within ${LONGEST_COUNT_DAYS} days in the tag ${COUNT_UNTIL_TAG}.`,
          property: 'Rules',
        }),
      ),
      ...unless(some(rules.map((each) => limits(each, context))), {
        subject: 'rate',
        message: `No rule stops whoever sends more than ${MOST_REQUESTS} requests in five minutes from one address, always and for everybody.`,
        property: 'Rules',
      }),
      ...passFindings(rules, context),
    ];
  },
};

function appliesGroup(
  group: string,
  { name, properties }: WebRule,
  rules: readonly WebRule[],
  webAcl: CheckedResource,
  context: CheckContext,
): Verdict {
  if (properties === undefined) return undefined;
  const managed = valueAt(properties, 'Statement.ManagedRuleGroupStatement');
  return every([
    is(valueAt(managed, 'VendorName'), 'AWS', context),
    is(valueAt(managed, 'Name'), group, context),
    looksAtEverybody(valueAt(managed, 'ScopeDownStatement'), context),
    some([not(counts(properties)), isStaged(webAcl, [name], context)]),
    ...overridesOf(properties).map((override) => keepsArmed(override, { name, properties }, rules, webAcl, context)),
  ]);
}

/** Whether a group still does its part although one of its rules is given another action. */
function keepsArmed(
  override: WebOverride,
  { name, properties }: Required<Pick<WebRule, 'name' | 'properties'>>,
  rules: readonly WebRule[],
  webAcl: CheckedResource,
  context: CheckContext,
): Verdict {
  return every([
    not(isGiven('Allow', override)),
    some([
      not(isGiven('Count', override)),
      areLookedAt(labelsOf(properties, override.name), properties, rules),
      isStaged(webAcl, [`${name}/${override.name}`, name], context),
    ]),
  ]);
}

/** Rules that let requests pass before a group has looked at them. */
function passFindings(rules: readonly WebRule[], context: CheckContext): Finding[] {
  const last = Math.max(...rules.filter(({ properties }) => isRequired(properties, context)).map(priorityOf));
  return rules.flatMap((rule) => {
    // What is not known at all is told by the findings of the groups.
    if (rule.properties === undefined) return [];
    return unless(not(every([isBefore(rule, last), letsPass(rule.properties, context)])), {
      subject: `${rule.name} lets pass`,
      message: `Rule ${rule.name} lets requests pass before the managed groups look at them: narrow it to an IP set, or put it behind them.`,
      property: rule.path,
    });
  });
}

function isRequired(properties: Properties | undefined, context: CheckContext): boolean {
  const name = valueAt(properties, 'Statement.ManagedRuleGroupStatement.Name');
  return GROUPS.some((group) => is(name, group, context) === true);
}

function isBefore(rule: WebRule, last: number): Verdict {
  const priority = priorityOf(rule);
  return Number.isNaN(priority + last) ? undefined : priority < last;
}

function priorityOf({ properties }: WebRule): number {
  return Number(properties?.Priority);
}

/** Whether a rule, or one of the rule group of this app that it stands for, lets others pass than those of an IP set. */
function letsPass(properties: Properties, context: CheckContext): Verdict {
  const { Action: action, Statement: statement } = properties;
  const arn = valueAt(statement, 'RuleGroupReferenceStatement.Arn');
  const group = isAbsent(arn) ? undefined : context.find(arn, RULE_GROUP);
  if (group === undefined) return every([says('Allow', action), not(isOfAddresses(statement))]);
  const inner = webRulesOf(group).map(({ properties: each }) => each && letsPass(each, context.from(group)));
  return every([not(counts(properties)), some(inner)]);
}

/** Whether a statement is one of addresses, or narrows one. */
function isOfAddresses(statement: unknown): Verdict {
  if (isOpaque(statement)) return undefined;
  if (!isRecord(statement)) return false;
  const { IPSetReferenceStatement: set, AndStatement: all, OrStatement: any } = statement;
  if (isOpaque(all) || isOpaque(any)) return undefined;
  if (!isAbsent(all)) return some(valuesAt(all, ['Statements']).map(isOfAddresses));
  if (!isAbsent(any)) return every(valuesAt(any, ['Statements']).map(isOfAddresses));
  return !isAbsent(set);
}

/** Whether a rule limits what one sender may send, by itself or by a rule group of this app. */
function limits({ properties }: WebRule, context: CheckContext): Verdict {
  if (properties === undefined) return undefined;
  const rate = valueAt(properties, 'Statement.RateBasedStatement');
  if (isAbsent(rate)) return every([groupLimits(properties.Statement, context), not(counts(properties))]);
  return every([
    stops(properties),
    isLow(valueAt(rate, 'Limit'), valueAt(rate, 'EvaluationWindowSec'), context),
    some(SENDERS.map((sender) => is(valueAt(rate, 'AggregateKeyType'), sender, context))),
    looksAtEverybody(valueAt(rate, 'ScopeDownStatement'), context),
  ]);
}

function groupLimits(statement: unknown, context: CheckContext): Verdict {
  const arn = valueAt(statement, 'RuleGroupReferenceStatement.Arn');
  if (isAbsent(arn)) return false;
  const group = context.find(arn, RULE_GROUP);
  return group && some(webRulesOf(group).map((each) => limits(each, context.from(group))));
}

function isLow(limit: unknown, window: unknown, context: CheckContext): Verdict {
  const seconds = isAbsent(window) ? FIVE_MINUTES : Number(folded(window));
  if (Number.isNaN(seconds)) return undefined;
  return isNumber(limit, context, (requests) => (requests * FIVE_MINUTES) / seconds <= MOST_REQUESTS);
}

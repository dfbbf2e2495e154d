import { COUNT_UNTIL_TAG } from '../../controls/edge';
import { isStaged } from '../count-until';
import { type CheckContext, type CheckedResource, every, not, type Rule, some, unless, type Verdict } from '../rule';
import { folded, is, isAbsent, isNumber, valueAt } from '../values';
import { looksAtEverybody } from '../waf-statements';
import { counts, RULE_GROUP, stops, WEB_ACL, type WebRule, webRulesOf } from '../web-acl';

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
  title: 'Web ACL has the managed groups against known attacks and a rate limit that is always on',
  severity: 'ERROR',
  resourceTypes: [WEB_ACL],
  controls: ['WAF.10'],
  techniques: ['AM06', 'AM12', 'AM14'],
  rationale:
    'An empty web ACL looks like protection and is none. The groups stop what every scanner sends; the limit stops whoever sends too much, also while nobody watches.',
  whenNotToUse:
    'A web ACL before something that takes no HTTP of people, such as an API with a schema of its own and clients that are known. Acknowledge the group that does not fit. Groups that Firewall Manager adds stand in no template.',
  check(webAcl, context) {
    const rules = webRulesOf(webAcl);
    return [
      ...GROUPS.flatMap((group) =>
        unless(some(rules.map((each) => appliesGroup(group, each, webAcl, context))), {
          subject: group,
          message: `No rule applies ${group} to everybody; one that only counts needs a date in the tag ${COUNT_UNTIL_TAG}.`,
          property: 'Rules',
        }),
      ),
      ...unless(some(rules.map((each) => limits(each, context))), {
        subject: 'rate',
        message: `No rule stops whoever sends more than ${MOST_REQUESTS} requests in five minutes from one address, always and for everybody.`,
        property: 'Rules',
      }),
    ];
  },
};

function appliesGroup(
  group: string,
  { name, properties }: WebRule,
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
  ]);
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

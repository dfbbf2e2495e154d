import { COUNT_UNTIL_TAG, LONGEST_COUNT_DAYS } from '../../controls/edge';
import { daysLeft, isDate } from '../../private/calendar';
import { isRecord } from '../../private/template-values';
import { countUntilOf } from '../count-until';
import { IP_SET, isDynamic } from '../ip-sets';
import { type CheckContext, type CheckedResource, type Finding, type Properties, type Rule, unverified } from '../rule';
import { valueAt } from '../values';
import { areLookedAt, labelsOf } from '../waf-labels';
import { statementsWithin } from '../waf-statements';
import { counts, isGiven, overridesOf, RULE_GROUP, WEB_ACL, type WebRule, webRulesOf } from '../web-acl';

/** Where a web ACL names a rule group. */
const REFERENCE = 'Statement.RuleGroupReferenceStatement.Arn';

/** What only counts: a rule, or a rule of the group that it stands for. */
interface Counting {
  /** Names under which a date may stand, the closest first. */
  readonly names: readonly [string, ...string[]];
  readonly path: string;
  readonly labels: readonly string[];
}

export const rule: Rule = {
  id: 'EDG10',
  title: 'Rules of a web ACL or rule group that only count say until when',
  severity: 'WARN',
  resourceTypes: [WEB_ACL, RULE_GROUP],
  controls: ['BW.23'],
  rationale:
    'A new rule counts first, so that nobody is locked out. Without a date it counts for ever, and everybody believes that it protects; a date far away is none. After the date it is an error.',
  whenNotToUse:
    'What counts for good: a rule whose labels a later one acts on, or one of addresses that come and go at run time, needs no date. For another, acknowledge the finding.',
  check(resource, context) {
    const rules = webRulesOf(resource);
    const users = resource.type === RULE_GROUP ? usersOf(resource, context) : [];
    return rules.flatMap(({ path, properties, ...names }) => {
      if (properties === undefined) return [unverified(path)];
      const known = countings({ path, properties, ...names });
      return [
        ...known.unknown.map((property) => unverified(property)),
        ...known.counting
          .filter(({ labels }) => !areLookedAt(labels, properties, rules))
          .filter(({ labels }) => !users.some(({ by, all }) => areLookedAt(labels, by, all)))
          .filter(() => !isTrial(properties, context))
          .flatMap((each) => judge(each, resource, context)),
      ];
    });
  },
};

/** Rules of web ACLs that stand for a rule group, each with the others around it, which may look at the labels of the group. */
function usersOf(group: CheckedResource, context: CheckContext): Array<{ by: Properties; all: WebRule[] }> {
  return context.referring(group, WEB_ACL, `Rules.${REFERENCE}`).flatMap((webAcl) => {
    const all = webRulesOf(webAcl);
    return all.flatMap(({ properties: by }) =>
      by !== undefined && context.from(webAcl).find(valueAt(by, REFERENCE), RULE_GROUP) === group ? [{ by, all }] : [],
    );
  });
}

function countings({ name, path, properties }: Required<WebRule>): { counting: Counting[]; unknown: string[] } {
  const whole = counts(properties);
  if (whole === undefined) return { counting: [], unknown: [`${path}.OverrideAction`] };
  if (whole) return { counting: [{ names: [name], path, labels: labelsOf(properties) }], unknown: [] };
  const inner = overridesOf(properties).map((override) => ({ ...override, verdict: isGiven('Count', override) }));
  return {
    counting: inner.flatMap(({ name: each, verdict, at }) =>
      verdict ? [{ names: [`${name}/${each}`, name], path: `${path}.${at}`, labels: labelsOf(properties, each) }] : [],
    ),
    unknown: inner.flatMap(({ verdict, at }) => (verdict === undefined ? [`${path}.${at}`] : [])),
  };
}

/** Addresses on trial are taken from the set again one by one, each at its own time. */
function isTrial({ Statement: statement }: Properties, context: CheckContext): boolean {
  const sets = statementsWithin(statement).filter((each) => each?.kind !== 'OrStatement');
  return (
    isRecord(statement) &&
    sets.length > 0 &&
    sets.every((each) => {
      const set = each?.kind === 'IPSetReferenceStatement' ? context.find(each.properties.Arn, IP_SET) : undefined;
      return set !== undefined && isDynamic(set, context) === true;
    })
  );
}

function judge({ names, path }: Counting, resource: CheckedResource, context: CheckContext): Finding[] {
  const [subject] = names;
  const until = countUntilOf(resource, names, context);
  if (until.kind === 'absent') {
    const message = `${subject} only counts, and nothing says until when: add ${subject}=YYYY-MM-DD to the tag ${COUNT_UNTIL_TAG}.`;
    return [{ subject, message, property: path }];
  }
  if (until.kind !== 'literal') return [unverified(`tag ${COUNT_UNTIL_TAG}`, subject)];
  const date = String(until.value);
  if (!isDate(date)) {
    const message = `${subject} counts until "${date}", which is no date such as 2027-01-31.`;
    return [{ subject, message, property: 'Tags' }];
  }
  const days = daysLeft(date, context.today);
  if (days > LONGEST_COUNT_DAYS) {
    const message = `${subject} counts until ${date}: name a day at most ${LONGEST_COUNT_DAYS} days away.`;
    return [{ subject, message, property: 'Tags' }];
  }
  if (days >= 0) return [];
  const message = `${subject} only counted until ${date}: let it act, or decide again how long it counts.`;
  return [{ subject, message, property: path, level: 'ERROR' }];
}

import { COUNT_UNTIL_TAG } from '../../controls/edge';
import { daysLeft, isDate } from '../../private/calendar';
import { isRecord, textOf } from '../../private/template-values';
import { countUntilOf } from '../count-until';
import { IP_SET, isDynamic } from '../ip-sets';
import { type CheckContext, type CheckedResource, type Finding, type Properties, type Rule, unverified } from '../rule';
import { recordsOf, valueAt } from '../values';
import { areLookedAt, labelsOf } from '../waf-labels';
import { statementsWithin } from '../waf-statements';
import { counts, says, WEB_ACL, type WebRule, webRulesOf } from '../web-acl';

/** Statements of groups, whose rules can be made to count one by one. */
const GROUPS = ['ManagedRuleGroupStatement', 'RuleGroupReferenceStatement'] as const;

/** What only counts: a rule, or a rule of the group that it stands for. */
interface Counting {
  /** Names under which a date may stand, the closest first. */
  readonly names: readonly [string, ...string[]];
  readonly path: string;
  readonly labels: readonly string[];
}

export const rule: Rule = {
  id: 'EDG10',
  title: 'Rules of a web ACL that only count say until when',
  severity: 'WARN',
  resourceTypes: [WEB_ACL],
  controls: ['BW.23'],
  rationale:
    'A new rule counts first, so that nobody is locked out. Without a date it counts for ever, and everybody believes that it protects. After the date it is an error.',
  whenNotToUse: `What counts for good: a rule whose labels a later one acts on, or one of addresses that come and go at run time, needs no date; for another, write one into the tag ${COUNT_UNTIL_TAG} that is far away, or acknowledge the finding.`,
  check(webAcl, context) {
    const rules = webRulesOf(webAcl);
    return rules.flatMap(({ path, properties, ...names }) => {
      if (properties === undefined) return [unverified(path)];
      const known = countings({ path, properties, ...names });
      return [
        ...known.unknown.map((property) => unverified(property)),
        ...known.counting
          .filter(({ labels }) => !areLookedAt(labels, properties, rules))
          .filter(() => !isTrial(properties, context))
          .flatMap((each) => judge(each, webAcl, context)),
      ];
    });
  },
};

function countings({ name, path, properties }: Required<WebRule>): { counting: Counting[]; unknown: string[] } {
  const whole = counts(properties);
  if (whole === undefined) return { counting: [], unknown: [`${path}.OverrideAction`] };
  if (whole) return { counting: [{ names: [name], path, labels: labelsOf(properties) }], unknown: [] };
  const inner = GROUPS.flatMap((group) => overridesIn(properties, `Statement.${group}`));
  return {
    counting: inner.flatMap(({ rule: each, verdict, at }) =>
      verdict ? [{ names: [`${name}/${each}`, name], path: `${path}.${at}`, labels: labelsOf(properties, each) }] : [],
    ),
    unknown: inner.flatMap(({ verdict, at }) => (verdict === undefined ? [`${path}.${at}`] : [])),
  };
}

/** Rules of a group that are made to count, or may be. Excluded ones are: that is how it was written before. */
function overridesIn(properties: Properties, path: string) {
  const overrides = recordsOf(valueAt(properties, `${path}.RuleActionOverrides`)).map((each, index) => ({
    rule: textOf(each?.Name) ?? String(index),
    verdict: each && says('Count', each.ActionToUse),
    at: `${path}.RuleActionOverrides.${index}`,
  }));
  const excluded = recordsOf(valueAt(properties, `${path}.ExcludedRules`)).map((each, index) => ({
    rule: textOf(each?.Name) ?? String(index),
    verdict: each && true,
    at: `${path}.ExcludedRules.${index}`,
  }));
  return [...overrides, ...excluded];
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

function judge({ names, path }: Counting, webAcl: CheckedResource, context: CheckContext): Finding[] {
  const [subject] = names;
  const until = countUntilOf(webAcl, names, context);
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
  if (daysLeft(date, context.today) >= 0) return [];
  const message = `${subject} only counted until ${date}: let it act, or decide again how long it counts.`;
  return [{ subject, message, property: path, level: 'ERROR' }];
}

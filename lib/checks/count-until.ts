import { countUntilDates, isCountUntilTag, LONGEST_COUNT_DAYS } from '../controls/edge';
import { daysLeft, isDate } from '../private/calendar';
import { textOf } from '../private/template-values';
import type { CheckContext, CheckedResource, Verdict } from './rule';
import { recordsOf, tagOf, type Value } from './values';

/** Until when a rule of a web ACL only counts, as its tags say: the first of the names that they know. */
export function countUntilOf(webAcl: CheckedResource, names: readonly string[], context: CheckContext): Value {
  const records = recordsOf(webAcl.properties.Tags);
  const keys = [...records.map((tag) => textOf(tag?.Key) ?? ''), ...(webAcl.stackTags ?? [])].filter(isCountUntilTag);
  const tags = keys.map((key) => tagOf(webAcl, key, context));
  const dates = new Map(tags.flatMap((tag) => (tag.kind === 'literal' ? [...countUntilDates(String(tag.value))] : [])));
  const name = names.find((each) => dates.has(each));
  if (name !== undefined) return { kind: 'literal', value: dates.get(name) };
  const isWhole = !records.includes(undefined) && tags.every(({ kind }) => kind === 'literal');
  return { kind: isWhole ? 'absent' : 'unknown' };
}

/** Whether a rule only counts until a day that is neither over nor too far away. */
export function isStaged(webAcl: CheckedResource, names: readonly string[], context: CheckContext): Verdict {
  const until = countUntilOf(webAcl, names, context);
  if (until.kind !== 'literal') return until.kind === 'absent' ? false : undefined;
  const date = String(until.value);
  if (!isDate(date)) return false;
  const days = daysLeft(date, context.today);
  return days >= 0 && days <= LONGEST_COUNT_DAYS;
}

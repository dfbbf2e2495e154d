import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { IClock } from '../checks/acknowledgements';
import { COUNT_UNTIL_TAG, LONGEST_COUNT_DAYS } from '../controls/edge';
import { daysLeft, isDate } from '../private/calendar';
import type { StagedRule } from './web-firewall-options';

/** For how many days, the last one included, a warning tells that counting is about to end. */
const WARNING_DAYS = 14;

interface TagOfDates {
  readonly key: string;
  readonly value: string;
}

const SYSTEM_CLOCK: IClock = { now: () => new Date() };

/** How a staged rule is called in messages. */
export function nameOf({ group, rule }: Pick<StagedRule, 'group' | 'rule'>): string {
  return rule === undefined ? group : `${rule} of ${group}`;
}

/**
 * Holds what is staged to its dates: a warning in the last 14 days, a failed synthesis after the last one.
 *
 * @throws Error when a date is none, or lies too far ahead
 */
export function holdToDates(
  scope: IConstruct,
  staged: readonly StagedRule[],
  where: string,
  clock: IClock = SYSTEM_CLOCK,
): void {
  for (const each of staged) {
    const { until } = each;
    if (!isDate(until)) throw new Error(`until must be a date such as 2027-01-31, got "${until}" (${where})`);
    const days = daysLeft(until, clock.now());
    if (days > LONGEST_COUNT_DAYS) {
      throw new Error(
        `until must lie at most ${LONGEST_COUNT_DAYS} days ahead, got ${until}, which is ${days}: name a nearer day for ${nameOf(each)}, and decide again then (${where})`,
      );
    }
  }
  // Told in synthesis, where the CDK puts all of them into one message.
  scope.node.addValidation({
    validate: () =>
      staged
        .filter(({ until }) => daysLeft(until, clock.now()) < 0)
        .map(
          (each) =>
            `until must not lie in the past, got ${each.until}: let ${nameOf(each)} act, or decide again how long it only counts (${where})`,
        ),
  });
  for (const each of staged) {
    const days = daysLeft(each.until, clock.now());
    if (days < 0 || days >= WARNING_DAYS) continue;
    Annotations.of(scope).addWarningV2(
      'cdk-bulwark:count-ends',
      `${nameOf(each)} only counts until ${each.until}, and synthesis fails from the day after: look at what it counted, then let it act (${where}).`,
    );
  }
}

/** AWS takes so many characters in the value of a tag. */
const TAG_LENGTH = 256;

/** The tags that say until when what counts: `<RuleName>=<YYYY-MM-DD>`, as many to a tag as it takes. */
export function countUntilTags(dates: ReadonlyArray<readonly [name: string, until: string]>): TagOfDates[] {
  const values: string[] = [];
  for (const item of dates.map(([name, until]) => `${name}=${until}`)) {
    const last = values.at(-1);
    if (last === undefined || last.length + 1 + item.length > TAG_LENGTH) values.push(item);
    else values[values.length - 1] = `${last} ${item}`;
  }
  return values.map((value, index) => ({
    key: index === 0 ? COUNT_UNTIL_TAG : `${COUNT_UNTIL_TAG}-${index + 1}`,
    value,
  }));
}

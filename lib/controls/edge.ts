/** Tag that says who writes what is in an IP set of a web firewall. */
export const IP_SET_TAG = 'bulwark:ip-set';

/** Addresses are written at run time. The template leaves the set empty, or each deployment would undo them. */
export const DYNAMIC = 'dynamic';

/** Turns rules on: everybody's addresses or none, written at run time. */
export const SWITCH = 'switch';

/** Addresses that people keep, in the template or by hand. */
export const MANUAL = 'manual';

/** Addresses of those who are trusted. */
export const ALLOW = 'allow';

/**
 * Tag of a web ACL that says until when its rules only count: `<RuleName>=<YYYY-MM-DD>`, or `<RuleName>/<Rule>=<YYYY-MM-DD>` for
 * one rule of the group that a rule stands for, separated by spaces. What does not fit into one tag goes on in
 * `bulwark:count-until-2`, `bulwark:count-until-3` and so on: a value takes 256 characters.
 */
export const COUNT_UNTIL_TAG = 'bulwark:count-until';

/** For how many days ahead a rule may only count: what counts for longer is never decided upon. */
export const LONGEST_COUNT_DAYS = 180;

const COUNT_UNTIL_KEY = new RegExp(`^${COUNT_UNTIL_TAG}(-[1-9]\\d*)?$`);

/** Whether a tag is one of those that say until when rules only count. */
export function isCountUntilTag(key: string): boolean {
  return COUNT_UNTIL_KEY.test(key);
}

/** What such a tag says: name of the rule -> the date as it stands there, which may be none. */
export function countUntilDates(value: string): ReadonlyMap<string, string> {
  const items = value.split(/\s+/).filter((item) => item !== '');
  return new Map(
    items.map((item) => {
      const [name = '', date = ''] = item.split('=', 2);
      return [name, date] as const;
    }),
  );
}

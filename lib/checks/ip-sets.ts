import { DYNAMIC, IP_SET_TAG, SWITCH } from '../controls/edge';
import type { CheckContext, CheckedResource, Verdict } from './rule';
import { tagOf } from './values';

export const IP_SET = 'AWS::WAFv2::IPSet';

/** Kinds of IP sets whose addresses are written at run time. */
const AT_RUN_TIME: readonly unknown[] = [DYNAMIC, SWITCH];

/** Whether addresses are written into an IP set at run time. */
export function isWrittenAtRunTime(set: CheckedResource, context: CheckContext): Verdict {
  return isOneOf(AT_RUN_TIME, set, context);
}

/** Whether the addresses of an IP set come and go one by one at run time. */
export function isDynamic(set: CheckedResource, context: CheckContext): Verdict {
  return isOneOf([DYNAMIC], set, context);
}

function isOneOf(kinds: readonly unknown[], set: CheckedResource, context: CheckContext): Verdict {
  const tag = tagOf(set, IP_SET_TAG, context.from(set));
  if (tag.kind === 'absent') return false;
  return tag.kind === 'literal' ? kinds.includes(tag.value) : undefined;
}

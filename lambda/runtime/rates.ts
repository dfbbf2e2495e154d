import type { RemediationSpec } from './spec';

/**
 * How many writes of ours a service gets in a second, in one account and Region. Services that are not named share a modest
 * default: repairs are rare, and what else runs in the account must not be throttled because of them.
 */
const WRITES_PER_SECOND: Readonly<Record<string, number>> = {
  // About one create, put or update a second; more ends in WAFOptimisticLockException and throttling.
  // https://docs.aws.amazon.com/waf/latest/developerguide/limits.html
  wafv2: 1,
};
const DEFAULT = 10;

export interface Rate {
  readonly service: string;
  readonly perSecond: number;
}

export function rateOf(spec: RemediationSpec): Rate {
  const service = (spec.permissions.write[0].actions[0].split(':')[0] as string) || 'unknown';
  return { service, perSecond: WRITES_PER_SECOND[service] ?? DEFAULT };
}

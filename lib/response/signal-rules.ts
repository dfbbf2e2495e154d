import type { RemediationSpec } from '../../lambda/runtime/spec';

/** EventBridge's default quota for the length of a pattern, in characters. */
export const PATTERN_LIMIT = 2_048;

/** One event rule: all triggers of one service. */
export interface SignalRule {
  /** The service; from the second part of a pattern that was split, with its number. Other services do not change it. */
  readonly id: string;
  /** Service prefix, for example `s3`. */
  readonly service: string;
  readonly pattern: EventPattern;
}

export interface EventPattern {
  readonly source: string[];
  readonly 'detail-type': string[];
  readonly detail: Record<string, unknown>;
}

/**
 * The few rules that carry all signals: one per service, more only where a pattern would grow over its limit. Calls that
 * failed changed nothing and are left on the bus. Our own repairs are told apart in code, by exact role: a pattern that
 * excluded them would need the session's issuer, which events of root and IAM users lack, and so would lose those.
 */
export function signalRules(specs: readonly RemediationSpec[]): SignalRule[] {
  const byService = new Map<string, Set<string>>();
  for (const { service, eventNames } of specs.flatMap((spec) => spec.triggers)) {
    const names = byService.get(service) ?? new Set();
    byService.set(service, names);
    for (const name of eventNames) names.add(name);
  }
  return [...byService]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([service, names]) =>
      split(service, [...names].sort()).map((pattern, part) => ({
        id: part === 0 ? service : `${service}-${part + 1}`,
        service,
        pattern,
      })),
    );
}

function split(service: string, names: string[]): EventPattern[] {
  const pattern = patternOf(service, names);
  if (JSON.stringify(pattern).length <= PATTERN_LIMIT) return [pattern];
  const half = Math.ceil(names.length / 2);
  return [...split(service, names.slice(0, half)), ...split(service, names.slice(half))];
}

function patternOf(service: string, eventName: string[]): EventPattern {
  return {
    source: [`aws.${service}`],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventSource: [`${service}.amazonaws.com`], eventName, errorCode: [{ exists: false }] },
  };
}

/** The signal bus has a name of its own, because rules of other Regions and accounts point at it. */
export function signalBusName(qualifier: string): string {
  return `bulwark-${qualifier}-signals`;
}

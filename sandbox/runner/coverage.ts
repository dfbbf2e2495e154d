import type { StackReport } from '../sandbox';

/** At least this share of the resources must have been applied, not only written down. */
export const MINIMUM_APPLIED = 0.85;

/**
 * Properties (`AWS::Service::Type Property`) that the emulator may leave out of what it makes, with the reason why the proof
 * is none the worse. Empty: of the app's own resources, it applies every property.
 */
export const MAY_BE_UNAPPLIED: Readonly<Record<string, string>> = {};

export interface Coverage {
  readonly applied: number;
  readonly recorded: number;
  readonly skipped: number;
  /** 0 to 1. */
  readonly share: number;
  /** Types that were only written down, with how often and why. */
  readonly recordedTypes: readonly { readonly type: string; readonly count: number; readonly reason: string }[];
  /** Properties that the emulator did not apply to resources that it made, with how often, and why that may be. */
  readonly unapplied: readonly { readonly property: string; readonly count: number; readonly reason?: string }[];
  /** One sentence when it is not enough. */
  readonly problem?: string;
}

/** Adds up what the emulator did with the resources of these stacks. */
export function coverageOf(
  report: Readonly<Record<string, StackReport>>,
  stacks: readonly string[],
  mayBeUnapplied = MAY_BE_UNAPPLIED,
): Coverage {
  const own = stacks.flatMap((name) => (report[name] ? [report[name]] : []));
  const applied = own.reduce((sum, stack) => sum + stack.applied, 0);
  const recorded = own.flatMap((stack) => stack.recorded);
  const skipped = own.flatMap((stack) => stack.skipped);
  const total = applied + recorded.length + skipped.length;
  const share = total === 0 ? 0 : applied / total;
  const types = new Map<string, { type: string; count: number; reason: string }>();
  for (const { type, reason } of recorded) {
    types.set(type, { type, reason, count: (types.get(type)?.count ?? 0) + 1 });
  }
  const left = new Map<string, number>();
  for (const { type, unapplied } of own.flatMap((stack) => stack.unapplied)) {
    for (const name of unapplied) left.set(`${type} ${name}`, (left.get(`${type} ${name}`) ?? 0) + 1);
  }
  const unapplied = [...left].map(([property, count]) => {
    const reason = mayBeUnapplied[property];
    return { property, count, ...(reason !== undefined && { reason }) };
  });
  const unexplained = unapplied.find(({ reason }) => reason === undefined);
  const first = skipped[0];
  const problem =
    own.length < stacks.length
      ? `The emulator reports nothing of ${stacks.filter((name) => !report[name]).join(', ')}.`
      : first
        ? `${skipped.length} resources were skipped, the first is ${first.logicalId} (${first.type}).`
        : share < MINIMUM_APPLIED
          ? `Only ${Math.floor(share * 100)} % of the resources were applied; ${MINIMUM_APPLIED * 100} % are needed.`
          : unexplained
            ? `The emulator made resources without ${unexplained.property}, which is not allowed to it.`
            : undefined;
  return {
    applied,
    recorded: recorded.length,
    skipped: skipped.length,
    share,
    recordedTypes: [...types.values()],
    unapplied,
    ...(problem !== undefined && { problem }),
  };
}

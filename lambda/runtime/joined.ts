import { isDeepStrictEqual } from 'node:util';
import { isRecord } from './foreign';
import type { Join, States } from './ledger/runs';
import { comparableDrift } from './pass';
import type { Change, Remediator } from './remediation';

/** What a run changes in all, once an attempt of it failed half-way and the next one found the resource otherwise. */
export function joinOf(remediator: Remediator<unknown>): Join {
  return (recorded, found) => {
    const [one, other] = [parsed(recorded), parsed(found)];
    const { before, after } = comparableDrift(remediator, one);
    const now = comparableDrift(remediator, other);
    // Nothing has happened in between but ids that AWS assigns anew, which only the present ones of count.
    if (isDeepStrictEqual({ before, after }, now)) return found;
    const joined = joinedChange(remediator, one, other);
    return { before: JSON.stringify(joined.before), after: JSON.stringify(joined.after) };
  };
}

/** Whether what is found is only what an attempt that failed half-way has left of a change. */
export function isRestOf(remediator: Remediator<unknown>, whole: Change<unknown>, found: Change<unknown>): boolean {
  const joined = joinedChange(remediator, whole, found);
  return isDeepStrictEqual(comparableDrift(remediator, joined), comparableDrift(remediator, whole));
}

function joinedChange(remediator: Remediator<unknown>, recorded: Change<unknown>, found: Change<unknown>) {
  if (remediator.joined !== undefined) {
    return {
      before: remediator.joined(recorded.before, found.before),
      after: remediator.joined(recorded.after, found.after),
    };
  }
  return {
    before: byPart(recorded.before, recorded.after, found.before),
    after: byPart(recorded.after, undefined, found.after),
  };
}

/** A part that is not found any more, or is as the repair leaves it, is one that the repair may have reached. */
function byPart(recorded: unknown, repaired: unknown, found: unknown): unknown {
  if (!isRecord(recorded) || !isRecord(found)) return found;
  const parts = Object.keys({ ...recorded, ...found }).map((part): [string, unknown] => {
    if (!Object.hasOwn(recorded, part)) return [part, found[part]];
    const left = isRecord(repaired) ? repaired[part] : undefined;
    if (!Object.hasOwn(found, part) || isDeepStrictEqual(found[part], left)) return [part, recorded[part]];
    return [part, byPart(recorded[part], left, found[part])];
  });
  return Object.fromEntries(parts);
}

function parsed({ before, after }: States): Change<unknown> {
  return { before: JSON.parse(before) as unknown, after: JSON.parse(after) as unknown };
}

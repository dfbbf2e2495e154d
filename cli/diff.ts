import { diffLines } from 'diff';
import { canonical } from '../lambda/runtime/ids';

/** One line of a comparison: kept, taken away, or added. */
export interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Lines that are alike and stand around those that are not. */
const CONTEXT = 3;

/** How a state that is not there is called: the setting was never made, or the item is removed. */
const NOTHING = 'nothing';

/**
 * What a change changes, line by line. Members are in order, so that only what differs is shown as different; policies, which
 * AWS keeps as texts, are laid out, unless the texts differ in their form alone.
 */
export function difference(before: unknown, after: unknown): Line[] {
  const [was, becomes] = [written(unfolded(before)), written(unfolded(after))];
  const lines = (was === becomes ? diffLines(written(before), written(after)) : diffLines(was, becomes)).flatMap(
    ({ value, added, removed }): Line[] =>
      value
        .replace(/\n$/, '')
        .split('\n')
        .map((text) => ({ sign: added ? '+' : removed ? '-' : ' ', text })),
  );
  return shortened(lines);
}

/** Texts that are JSON objects or lists become what they say. */
function unfolded(state: unknown): unknown {
  if (typeof state === 'string' && /^\s*[[{]/.test(state)) {
    try {
      return JSON.parse(state) as unknown;
    } catch {
      return state;
    }
  }
  if (Array.isArray(state)) return state.map(unfolded);
  if (typeof state !== 'object' || state === null) return state;
  return Object.fromEntries(Object.entries(state).map(([name, member]) => [name, unfolded(member)]));
}

function written(state: unknown): string {
  if (state === null || state === undefined) return `${NOTHING}\n`;
  return `${JSON.stringify(JSON.parse(canonical(state)), undefined, 2)}\n`;
}

/** A policy of a thousand lines in which one has changed is shown by that one and its neighbours. */
function shortened(lines: readonly Line[]): Line[] {
  const shown = new Set<number>();
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    for (let near = index - CONTEXT; near <= index + CONTEXT; near += 1) shown.add(near);
  }
  const result: Line[] = [];
  let left = 0;
  for (const [index, line] of lines.entries()) {
    if (!shown.has(index)) {
      left += 1;
      if (index < lines.length - 1) continue;
    }
    if (left > 0) result.push({ sign: ' ', text: `… ${left} ${left === 1 ? 'line' : 'lines'} alike` });
    left = 0;
    if (shown.has(index)) result.push(line);
  }
  return result;
}

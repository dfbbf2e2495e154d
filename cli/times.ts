import { setTimeout } from 'node:timers/promises';
import { interrupted } from './interrupt';

export const SECOND_MS = 1_000;
export const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3_600 * SECOND_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** How often a thing that is waited for is asked about; CloudWatch Logs takes five such questions a second. */
export const POLL_MS = 1_000;

/** `90s`, `30m`, `24h`, `7d`, `2w`. @returns milliseconds; undefined where it is none */
export function parseDuration(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,5})([smhdw])$/.exec(text) ?? [];
  const ms = UNITS[unit];
  return ms === undefined || Number(count) === 0 ? undefined : Number(count) * ms;
}

/**
 * `2026-12-31`, which lasts to the end of that day, or a moment as ISO 8601 has it, with its time zone.
 *
 * @returns undefined where it is none
 */
export function parseDate(text: string): Date | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return valid(new Date(`${text}T23:59:59Z`), text);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return valid(new Date(text));
  return undefined;
}

/** The 31st of February is the 3rd of March to JavaScript, and a mistake to everybody else. */
function valid(date: Date, day?: string): Date | undefined {
  if (Number.isNaN(date.getTime())) return undefined;
  return day === undefined || date.toISOString().startsWith(day) ? date : undefined;
}

/** `2026-11-25 08:44:12`, in UTC as everything that AWS writes down. */
export function moment(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

/** The largest unit of which there are two or more: `95 s`, `3 days`. */
export function span(ms: number): string {
  const [name, size] = (
    [
      ['days', DAY_MS],
      ['h', 3_600 * SECOND_MS],
      ['min', 60 * SECOND_MS],
    ] as const
  ).find(([, each]) => ms >= 2 * each) ?? ['s', SECOND_MS];
  return `${Math.floor(ms / size)} ${name}`;
}

/** Milliseconds as people read them: `840 ms`, `2.41 s`. */
export function milliseconds(value: number): string {
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(2)} s`;
}

/**
 * Asks again until there is an answer.
 *
 * @returns undefined when there was none in time
 */
export async function until<T>(seconds: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const limit = Date.now() + seconds * SECOND_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const left = limit - Date.now();
    if (left <= 0) return undefined;
    await setTimeout(Math.min(POLL_MS, left), undefined, { signal: interrupted });
  }
}

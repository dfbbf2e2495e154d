/** A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = ReadonlyArray<string | number>;

/** Stands for a value that no program could write as JSON without running out of stack. */
const DEEP = '\u0001deep\u0001';
const DEEP_TEXT = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const LONG = 'x'.repeat(262_144);
const MARKS = '\u0000\u202e\ufeff\u2028💡\ud800é';

/** What a value may turn into. None is ever what it was, and none is another covered account or Region. */
const CHANGES: ReadonlyArray<(value: Json) => Json | undefined> = [
  () => undefined,
  () => undefined,
  () => null,
  (value) => value !== true,
  () => 0,
  () => -1,
  () => 1e308,
  () => 123_456_789_012,
  (value) => (value === '' ? ' ' : ''),
  () => LONG,
  () => MARKS,
  (value) => `${typeof value === 'string' ? value : ''}${MARKS}`,
  (value) => `${typeof value === 'string' ? value : ''}*`,
  (value) => (typeof value === 'string' ? { toString: value } : 'x'),
  (value) => [value],
  (value) => [value, value],
  (value) => ({ value }),
  () => [],
  () => ({}),
  () => DEEP,
  () => '999999999999',
  () => 'eu-west-9',
  () => 'REDACTED',
  () => '../../etc/passwd',
  () => own({}, '__proto__', { polluted: true }),
  (value) => own(own({}, 'constructor', { prototype: { polluted: true } }), 'hasOwnProperty', value),
];

/** As a parser would make it: a property of its own, whatever its name means to JavaScript. */
function own(object: { [key: string]: Json }, key: string, value: Json): { [key: string]: Json } {
  return Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A message with one to three changes, as text; every twentieth one is broken as text. */
export function mutantOf(message: object, random: () => number): string {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const whole = JSON.parse(JSON.stringify(message)) as { [key: string]: Json };
  const changes = 1 + Math.floor(random() * 3);
  for (let count = 0; count < changes; count += 1) {
    const path = pick(pathsOf(whole));
    if (random() < 0.1)
      own(parentOf(whole, path), pick(['__proto__', 'constructor', 'errorCode', 'toString']), pick(['x', null]));
    else change(parentOf(whole, path), path.at(-1) as string, pick(CHANGES));
  }
  const text = JSON.stringify(whole).replaceAll(JSON.stringify(DEEP), DEEP_TEXT);
  if (random() > 0.05) return text;
  const at = Math.floor(random() * text.length);
  return pick([
    text.slice(0, at),
    `\ufeff${text}`,
    `${text}${text}`,
    text.slice(0, at) + MARKS + text.slice(at),
    `[${text}]`,
  ]);
}

/** Every place in a value, the value itself left out. */
function pathsOf(value: Json, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [[...at, key], ...pathsOf(member, [...at, key])]);
}

function parentOf(whole: { [key: string]: Json }, path: Path): { [key: string]: Json } {
  return path.slice(0, -1).reduce<{ [key: string]: Json }>((at, key) => at[key] as { [key: string]: Json }, whole);
}

function change(parent: { [key: string]: Json }, key: string, to: (value: Json) => Json | undefined): void {
  const value = to(parent[key] ?? null);
  if (value === undefined) delete parent[key];
  else own(parent, key, value);
}

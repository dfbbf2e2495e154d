import type { Question } from './matchers';

/**
 * Patterns and events by chance, always the same ones. They are written as JSON texts, so that numbers and texts come in all their
 * spellings. Few names and values, so that patterns and events meet often.
 */
export class Chance {
  public constructor(private state: number) {}

  /** mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
  public next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** From 0 to one less. */
  public below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  public is(probability: number): boolean {
    return this.next() < probability;
  }

  public one<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  public list<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, make);
  }
}

// --- values

/** Case that changes length, two bytes and three, beyond the first plane, and what patterns and quotes are made of. */
const ATOMS = [
  'a',
  'A',
  'b',
  'B',
  'é',
  'É',
  'ß',
  'S',
  's',
  '漢',
  'ǆ',
  'ⱥ',
  'İ',
  '😀',
  '?',
  '*',
  '\\',
  '"',
  '.',
  ' ',
  '\n',
];
const COMMON = ['', 'a', 'ab', 'aB', 'AB', 'aab', 'b', 'null', '300', 'true', '10.0.0.1'];
/** At most 15 digits: beyond, JavaScript no longer knows what was written. */
const NUMBERS = [
  ...[
    '0',
    '-0',
    '0.0',
    '1',
    '1.0',
    '-1',
    '5',
    '5.5',
    '0.1',
    '1e-1',
    '299',
    '299.999',
    '300',
    '300.0',
    '3e2',
    '3.00E+2',
  ],
  ...['301', '1E3', '-5', '-5.50', '999999999999999', '123456789012', '0.000001', '1e-6', '1e300'],
];
const ADDRESSES = [
  ...['10.0.0.0', '10.0.0.1', '10.0.0.9', '10.0.0.15', '10.0.0.255', '10.0.1.0', '10.255.0.1', '11.0.0.1', '0.0.0.0'],
  ...['255.255.255.255', '192.168.0.1', '32.1.13.184', '2001:db8::', '2001:db8::1', '2001:DB8::1', '2001:db8:0:0::1'],
  ...['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8:ffff::f', '2001:db9::1', '::1', '::', '::ffff:a00:1'],
  ...[
    'a00:1::',
    'a00:12::',
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '10.0.0',
    '10.0.0.1.1',
    'cloudtrail.amazonaws.com',
  ],
];

function text(chance: Chance): string {
  if (chance.is(0.3)) return chance.one(COMMON);
  return chance.list(0, 4, () => chance.one(chance.is(0.4) ? ['a', 'b'] : ATOMS)).join('');
}

const json = JSON.stringify;
const other = (chance: Chance) => chance.one(['true', 'false', 'null', '{}', '[]', '{"x":1}', '{"x":"a"}']);

// --- operators

/** An operator, and values that it may or may not take, both as JSON text. */
export interface Operator {
  readonly name: string;
  readonly filter: (chance: Chance) => string;
  readonly value: (chance: Chance) => string;
}

const texts = (name: string, filter: (chance: Chance) => string): Operator => ({
  name,
  filter,
  value: (chance) => (chance.is(0.9) ? json(text(chance)) : chance.is(0.5) ? chance.one(NUMBERS) : other(chance)),
});
const numbers = (name: string, filter: (chance: Chance) => string): Operator => ({
  name,
  filter,
  value: (chance) =>
    chance.is(0.85) ? chance.one(NUMBERS) : chance.one([json(chance.one(NUMBERS)), other(chance), '1e400']),
});
const addresses = (name: string, filter: (chance: Chance) => string): Operator => ({
  name,
  filter,
  // A number that stands where an address is expected is one of event-ruler's faults.
  value: (chance) => (chance.is(0.9) ? json(chance.one(ADDRESSES)) : json(text(chance))),
});

const some = (chance: Chance, make: () => string): string =>
  chance.is(0.4) ? make() : `[${chance.list(1, 3, make).join(',')}]`;
const notEmpty = (chance: Chance): string => json(text(chance) || 'a');

/** A star never follows a star, and a backslash stands before what it may stand before. */
function wildcard(chance: Chance): string {
  const parts = chance.list(0, 5, () =>
    chance.one(['*', '*', 'a', 'b', chance.one(['\\*', '\\\\', 'é', '漢', '😀', '"', '.'])]),
  );
  return json(parts.filter((part, index) => part !== '*' || parts[index - 1] !== '*').join(''));
}

function comparison(chance: Chance): string {
  if (chance.is(0.6)) return `["${chance.one(['<', '<=', '=', '>=', '>'])}",${chance.one(NUMBERS)}]`;
  const bounds = [chance.one(NUMBERS), chance.one(NUMBERS)].sort((a, b) => Number(a) - Number(b));
  const [bottom, top] = Number(bounds[0]) === Number(bounds[1]) ? ['0', '300'] : bounds;
  return `["${chance.one(['>', '>='])}",${bottom},"${chance.one(['<', '<='])}",${top}]`;
}

function range(chance: Chance): string {
  const address = chance.one(ADDRESSES.slice(0, 23));
  // One that is written as version 6 but is of version 4 counts as that.
  const most = address.includes(':') && !address.startsWith('::ffff:') ? 128 : 32;
  return json(`${address}/${chance.is(0.5) ? chance.below(most / 8) * 8 : chance.below(most)}`);
}

export const OPERATORS: readonly Operator[] = [
  texts('a text', (chance) => json(text(chance))),
  texts('exactly', (chance) => `{"exactly":${json(text(chance))}}`),
  texts('prefix', (chance) => `{"prefix":${json(text(chance))}}`),
  texts('prefix in any case', (chance) => `{"prefix":{"equals-ignore-case":${json(text(chance))}}}`),
  texts('suffix', (chance) => `{"suffix":${json(text(chance))}}`),
  texts('suffix in any case', (chance) => `{"suffix":{"equals-ignore-case":${json(text(chance))}}}`),
  texts('equals-ignore-case', (chance) => `{"equals-ignore-case":${json(text(chance))}}`),
  texts('wildcard', (chance) => `{"wildcard":${wildcard(chance)}}`),
  texts('anything-but texts', (chance) => `{"anything-but":${some(chance, () => json(text(chance)))}}`),
  texts('anything-but prefix', (chance) => `{"anything-but":{"prefix":${some(chance, () => notEmpty(chance))}}}`),
  texts('anything-but suffix', (chance) => `{"anything-but":{"suffix":${some(chance, () => notEmpty(chance))}}}`),
  texts(
    'anything-but in any case',
    (chance) => `{"anything-but":{"equals-ignore-case":${some(chance, () => json(text(chance)))}}}`,
  ),
  texts('anything-but wildcard', (chance) => `{"anything-but":{"wildcard":${some(chance, () => wildcard(chance))}}}`),
  texts('exists', (chance) => `{"exists":${chance.is(0.5)}}`),
  texts('true, false and null', (chance) => chance.one(['true', 'false', 'null'])),
  numbers('a number', (chance) => chance.one(NUMBERS)),
  numbers('numeric', (chance) => `{"numeric":${comparison(chance)}}`),
  numbers('anything-but numbers', (chance) => `{"anything-but":${some(chance, () => chance.one(NUMBERS))}}`),
  addresses('an address', (chance) => json(chance.one(ADDRESSES))),
  addresses('cidr', (chance) => `{"cidr":${range(chance)}}`),
];

/**
 * Whether event-ruler tells two operators of one field apart. It puts all of a field into one machine of bytes, where wildcards
 * lead those astray that are read from the end or in any case. Addresses keep to themselves: see above.
 */
function isFaithfulBeside(one: string, other: string): boolean {
  const isOfAddresses = (name: string) => name === 'an address' || name === 'cidr';
  const isStrayed = (name: string) => /suffix|case/.test(name);
  if (isOfAddresses(one) !== isOfAddresses(other)) return false;
  return ![one, other].some((name) => name.includes('wildcard')) || !(isStrayed(one) || isStrayed(other));
}

/** One operator, alone or beside others, at one field with a value, several, none. */
export function operatorQuestions(operator: Operator, seed: number, count: number): Question[] {
  const chance = new Chance(seed);
  const company = OPERATORS.filter(({ name }) => isFaithfulBeside(name, operator.name));
  const field = () => {
    const value = () => operator.value(chance);
    switch (chance.below(8)) {
      case 0:
        return `[${chance.list(0, 3, value).join(',')}]`;
      case 1:
        return `[${value()},[${chance.list(0, 2, value).join(',')}],{"x":${value()}}]`;
      default:
        return value();
    }
  };
  return Array.from({ length: count }, () => {
    const filters = [operator.filter(chance)];
    if (chance.is(0.25)) filters.push(chance.one(company).filter(chance));
    return {
      patterns: [`{"f":[${filters.join(',')}]}`],
      events: [...chance.list(10, 10, () => `{"g":1,"f":${field()}}`), '{"g":1}'],
    };
  });
}

// --- structure

const NAMES = ['a', 'b', 'c', 'd'];

/** Patterns and events of several fields: objects and lists within each other, `$or`, absent fields, names with dots. */
export function structureQuestions(seed: number, count: number): Question[] {
  const chance = new Chance(seed);
  return Array.from({ length: count }, () => ({
    patterns: [structure(chance)],
    events: chance.list(12, 12, () => eventObject(chance, 0)),
  }));
}

function structure(chance: Chance): string {
  // Alternatives that share a filter are another fault of event-ruler: of each field, a value comes once.
  const taken = new Set<string>();
  const filter = (path: string): string => {
    const filters = chance
      .list(1, 2, () =>
        chance.one([
          ...['1', '2', '3', '"x"', '"y"', 'null', '{"exists":true}', '{"exists":false}', '{"exists":false}'],
          ...['{"anything-but":1}', '{"anything-but":["x","y"]}', '{"numeric":[">",1]}', '{"prefix":"x"}'],
        ]),
      )
      .filter((one) => !taken.has(`${path} ${one}`));
    for (const one of filters) taken.add(`${path} ${one}`);
    if (filters.length > 0) return `[${filters.join(',')}]`;
    return `[${taken.add(path).size + 10}]`;
  };
  const object = (path: string, depth: number, mayOr: boolean): string => {
    const names = NAMES.filter(() => chance.is(0.45));
    const keys = names.length > 0 ? names : [chance.one(NAMES)];
    const members = keys.map((key) => {
      const name = depth < 2 && chance.is(0.1) ? `${key}.${chance.one(NAMES)}` : key;
      const at = `${path}.${name}`;
      return `"${name}":${depth < 2 && chance.is(0.4) ? object(at, depth + 1, mayOr) : filter(at)}`;
    });
    if (mayOr && chance.is(0.2)) {
      const alternatives = chance.list(2, 3, () => object(path, depth, depth < 1 && chance.is(0.3)));
      members.splice(chance.below(members.length + 1), 0, `"$or":[${alternatives.join(',')}]`);
    }
    return `{${members.join(',')}}`;
  };
  return object('', 0, true);
}

function eventObject(chance: Chance, depth: number): string {
  const members = NAMES.filter(() => chance.is(0.7)).map((key) => {
    const name = chance.is(0.06) ? `${key}.${chance.one(NAMES)}` : key;
    return `"${name}":${eventValue(chance, depth + 1)}`;
  });
  return `{${members.join(',')}}`;
}

function eventValue(chance: Chance, depth: number): string {
  const scalar = () => chance.one(['1', '1.0', '2', '3', '11', '"x"', '"y"', '"xy"', 'null', 'true']);
  if (depth > 3 || chance.is(0.4)) return scalar();
  if (chance.is(0.45)) return eventObject(chance, depth);
  return `[${chance.list(0, 3, () => eventValue(chance, depth + 1)).join(',')}]`;
}

import { isIP } from 'node:net';

/**
 * Event patterns, as EventBridge matches them, compiled once and asked for each event. No maintained matcher was found on npm;
 * AWS's own (event-ruler, in Java) is the oracle of the tests: `npm test -- ruler`. What looks odd here is what it does, found
 * there and not in the documentation: it joins the steps of a path by dots, keeps texts in their quotes, and reads addresses
 * digit by digit. Not taken over is what a test names as its fault.
 *
 * Numbers are as exact as JSON.parse makes them: up to 15 digits.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and
 * https://github.com/aws/event-ruler
 */
export type Matcher = (event: unknown) => boolean;

type Scalar = string | number | boolean | null;
type Test = (value: Scalar) => boolean;
type Fields = Readonly<Record<string, unknown>>;

/** What a field takes. */
interface Filter {
  /** None where only its absence will do. */
  readonly test?: Test;
  readonly takesAbsence: boolean;
}

/** One way to meet a pattern: all these fields, by path. */
type Rule = Map<string, Filter>;

/** @throws Error for a pattern that EventBridge would refuse, naming the part */
export function compile(pattern: unknown): Matcher {
  const rules = rulesOf(pattern).map(matcherOf);
  return (event) => {
    for (const matches of rules) if (matches(event)) return true;
    return false;
  };
}

// --- reading a pattern

type Or = 'alternatives' | 'field';

function rulesOf(pattern: unknown): Rule[] {
  if (!isFields(pattern)) throw new Error(`an event pattern is an object, got ${JSON.stringify(pattern)}`);
  try {
    return withFields([new Map()], pattern, '', 'alternatives');
  } catch (error) {
    // Patterns that are older than `$or` may use it as the name of a field.
    try {
      return withFields([new Map()], pattern, '', 'field');
    } catch {
      throw error;
    }
  }
}

/** Names that EventBridge keeps for itself inside `$or`. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr'],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);

/** The rules, each with these fields too. A field that comes again overrides. */
function withFields(rules: Rule[], fields: Fields, path: string, or: Or, isInOr = false): Rule[] {
  const entries = Object.entries(fields);
  const name = path === '' ? 'an event pattern' : `"${path}" of an event pattern`;
  if (entries.length === 0) throw new Error(`${name} needs at least one field`);
  return entries.reduce((before, [key, wanted]) => {
    if (key === '$or' && or === 'alternatives') return withAlternatives(before, wanted, path);
    if (isInOr && RESERVED.has(key)) throw new Error(`"${key}" cannot be the name of a field inside "$or"`);
    const at = path === '' ? key : `${path}.${key}`;
    if (isFields(wanted)) return withFields(before, wanted, at, or, isInOr);
    const filter = filterOf(wanted, at);
    for (const rule of before) rule.set(at, filter);
    return before;
  }, rules);
}

function withAlternatives(rules: readonly Rule[], wanted: unknown, path: string): Rule[] {
  if (!Array.isArray(wanted) || wanted.length < 2 || !wanted.every(isFields)) {
    throw new Error(`"$or"${path === '' ? '' : ` in "${path}"`} is a list of at least two objects`);
  }
  return wanted.flatMap((one) =>
    withFields(
      rules.map((rule) => new Map(rule)),
      one,
      path,
      'alternatives',
      true,
    ),
  );
}

function filterOf(wanted: unknown, at: string): Filter {
  if (!Array.isArray(wanted) || wanted.length === 0) {
    throw new Error(`"${at}" of an event pattern needs an object or a list that is not empty`);
  }
  const literals = new Set<Scalar>();
  const tests: Test[] = [];
  let takesAbsence = false;
  for (const one of wanted) {
    if (!isFields(one)) {
      literals.add(scalar(one, at));
      const address = typeof one === 'string' ? digitsOf(one) : undefined;
      // However it is written.
      if (address !== undefined) tests.push(within(address, address));
      continue;
    }
    const [name, argument] = soleEntry(one, at);
    if (name !== 'exists') tests.push(testOf(name, argument, at));
    else if (argument === true) tests.push(() => true);
    else if (argument === false) takesAbsence = true;
    else throw new Error(`"exists" of "${at}" is true or false, got ${JSON.stringify(argument)}`);
  }
  if (literals.size > 0) tests.unshift((value) => literals.has(value));
  const [first] = tests;
  if (first === undefined) return { takesAbsence };
  return { test: tests.length === 1 ? first : (value) => tests.some((each) => each(value)), takesAbsence };
}

function scalar(wanted: unknown, at: string): Scalar {
  if (wanted === null || typeof wanted === 'string' || typeof wanted === 'number' || typeof wanted === 'boolean') {
    return wanted;
  }
  throw new Error(`"${at}" of an event pattern holds ${JSON.stringify(wanted)}, which is no value`);
}

// --- walking through an event

/** Elements of lists that values were found in. What is found after it stands in the same ones, where it stands in those lists. */
interface Place {
  readonly list: readonly unknown[];
  readonly index: number;
  readonly outer: Place | undefined;
}

type Search = (event: unknown, place: Place | undefined) => boolean;

/** Fields are looked for one after the other, in order of name: that matters to `exists: false`, which sees the places so far. */
function matcherOf(rule: Rule): Matcher {
  const fields = [...rule].sort(([a], [b]) => (a < b ? -1 : 1));
  const search = fields.reduceRight<Search>(
    (rest, [path, filter]) => fieldSearch(path, filter, rest),
    () => true,
  );
  return (event) => search(event, undefined);
}

function fieldSearch(path: string, { test, takesAbsence }: Filter, rest: Search): Search {
  const steps = stepsOf(path);
  const present = test ? valueSearch(steps, test, rest) : () => false;
  if (!takesAbsence) return present;
  const any = valueSearch(
    steps,
    () => true,
    () => true,
  );
  return (event, place) => (!any(event, place) && rest(event, place)) || present(event, place);
}

interface Step {
  readonly key: string;
  readonly next: number;
}

/** Where to go from each step of a path. Steps that are joined by a dot may be one key of the event. */
function stepsOf(path: string): ReadonlyArray<readonly Step[]> {
  const names = path.split('.');
  return names.map((_, from) =>
    names.slice(from).map((_, more) => ({
      key: names.slice(from, from + more + 1).join('.'),
      next: from + more + 1,
    })),
  );
}

/** Tries each value at the end of a path, and with it whatever follows. What is missing, an object or an empty list has no value. */
function valueSearch(steps: ReadonlyArray<readonly Step[]>, test: Test, rest: Search): Search {
  const end = steps.length;
  function visit(node: unknown, at: number, place: Place | undefined, event: unknown): boolean {
    if (Array.isArray(node)) return visitElements(node, at, place, event);
    if (typeof node !== 'object' || node === null) {
      return at === end && node !== undefined && test(node as Scalar) && rest(event, place);
    }
    if (at === end) return false;
    for (const { key, next } of steps[at] as readonly Step[]) {
      if (Object.hasOwn(node, key) && visit((node as Fields)[key], next, place, event)) return true;
    }
    return false;
  }
  function visitElements(list: readonly unknown[], at: number, place: Place | undefined, event: unknown): boolean {
    const chosen = indexIn(list, place);
    // A path that ends at this list comes before those that lead through it.
    if (chosen >= 0) return visit(list[chosen], at, place, event);
    let isTried = false;
    for (let index = 0; index < list.length; index += 1) {
      const element = list[index];
      if (typeof element === 'object' && element !== null) {
        if (visit(element, at, { list, index, outer: place }, event)) return true;
      } else if (at === end && !isTried && test(element as Scalar)) {
        if (rest(event, place)) return true;
        // Values that stand in the list itself share their place: what follows would come out the same.
        isTried = true;
      }
    }
    return false;
  }
  return (event, place) => visit(event, 0, place, event);
}

function indexIn(list: readonly unknown[], place: Place | undefined): number {
  for (let each = place; each !== undefined; each = each.outer) if (each.list === list) return each.index;
  return -1;
}

// --- operators

function testOf(name: string, argument: unknown, at: string): Test {
  switch (name) {
    case 'anything-but':
      return anythingBut(argument, at);
    case 'numeric':
      return numeric(argument, at);
    case 'cidr':
      return cidr(textOf(argument, name, at), at);
    case 'exactly': {
      const wanted = textOf(argument, name, at);
      return (value) => value === wanted;
    }
    case 'prefix':
    case 'suffix':
      if (isFields(argument)) {
        const [inner, text] = soleEntry(argument, at);
        if (inner !== 'equals-ignore-case') throw unknown(`${name} of ${inner}`, at);
        return FOLDED[name](textOf(text, inner, at));
      }
      return TEXT_TESTS[name](textOf(argument, name, at), at);
    case 'equals-ignore-case':
    case 'wildcard':
      return TEXT_TESTS[name](textOf(argument, name, at), at);
    default:
      throw unknown(name, at);
  }
}

/** Operators on one text, which `anything-but` takes too. */
const TEXT_TESTS = {
  prefix: (wanted: string, _at: string) => {
    const whole = wanted.endsWith('"') ? wanted.slice(0, -1) : undefined;
    return onText((value) => value.startsWith(wanted) || value === whole);
  },
  suffix: (wanted: string, _at: string) => {
    const whole = wanted.startsWith('"') ? wanted.slice(1) : undefined;
    return onText((value) => value.endsWith(wanted) || value === whole);
  },
  'equals-ignore-case': (wanted: string, _at: string) => expressionTest(`^${folded(wanted)}$`),
  wildcard,
} satisfies Readonly<Record<string, (wanted: string, at: string) => Test>>;
type TextOperator = keyof typeof TEXT_TESTS;

const FOLDED = {
  prefix: (wanted: string) =>
    expressionTest(`^${folded(wanted)}`, ...(wanted.endsWith('"') ? [`^${folded(wanted.slice(0, -1))}$`] : [])),
  suffix: (wanted: string) =>
    expressionTest(`${folded(wanted)}$`, ...(wanted.startsWith('"') ? [`^${folded(wanted.slice(1))}$`] : [])),
} as const;

function onText(holds: (value: string) => boolean): Test {
  return (value) => typeof value === 'string' && holds(value);
}

function expressionTest(...sources: string[]): Test {
  const expression = new RegExp(sources.join('|'));
  return onText((value) => expression.test(value));
}

/** Each UTF-16 unit in both cases; half a character is a question mark there. */
function folded(text: string): string {
  return text
    .split('')
    .map((unit) => {
      if (/[\ud800-\udfff]/.test(unit)) return '\\?';
      const cases = [...new Set([unit.toLowerCase(), unit.toUpperCase()])].map((one) =>
        one.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
      );
      return cases.length === 1 ? cases[0] : `(?:${cases.join('|')})`;
    })
    .join('');
}

/** A backslash takes a star or a backslash for what it is. */
function wildcard(wanted: string, at: string): Test {
  const parts = [''];
  for (const [part] of wanted.matchAll(/\\[*\\]|\*+|[^*\\]+|\\/g)) {
    if (part === '\\') throw new Error(`"wildcard" of "${at}" has a backslash before neither * nor \\: ${wanted}`);
    if (part.startsWith('**')) throw new Error(`"wildcard" of "${at}" has two stars after each other: ${wanted}`);
    if (part === '*') parts.push('');
    else parts.push(`${parts.pop()}${part.startsWith('\\') ? part.slice(1) : part}`);
  }
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return (value) => value === first;
  return onText((value) => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
    let from = first.length;
    for (const part of others) {
      const found = value.indexOf(part, from);
      if (found < 0) return false;
      from = found + part.length;
    }
    return from <= value.length - last.length;
  });
}

/** A field without a value does not match; a value of another type does. */
function anythingBut(argument: unknown, at: string): Test {
  if (isFields(argument)) {
    const [name, inner] = soleEntry(argument, at);
    if (!Object.hasOwn(TEXT_TESTS, name)) throw unknown(`anything-but of ${name}`, at);
    const operator = name as TextOperator;
    const tests = listOf(inner, at).map((one) => {
      const text = textOf(one, `anything-but of ${name}`, at);
      if (text === '' && (operator === 'prefix' || operator === 'suffix')) {
        throw new Error(`"anything-but" of ${name} of "${at}" leaves nothing: its text is empty`);
      }
      return TEXT_TESTS[operator](text, at);
    });
    return (value) => !tests.some((test) => test(value));
  }
  const list = listOf(argument, at);
  if (!list.every((one) => typeof one === 'string') && !list.every(isNumber)) {
    throw new Error(`"anything-but" of "${at}" takes texts or numbers, not both, got ${JSON.stringify(argument)}`);
  }
  const values = new Set<unknown>(list);
  return (value) => !values.has(value);
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '=': (value, bound) => value === bound,
  '>=': (value, bound) => value >= bound,
  '>': (value, bound) => value > bound,
};

/** One comparison, or a range: the lower bound first. */
function numeric(argument: unknown, at: string): Test {
  const [sign, bound, otherSign, top, ...more] = Array.isArray(argument) ? argument : [];
  const compare = COMPARISONS[String(sign)];
  const isOne = compare !== undefined && isNumber(bound) && more.length === 0;
  if (isOne && otherSign === undefined) return (value) => isNumber(value) && compare(value, bound);
  const compareTop = COMPARISONS[String(otherSign)];
  const isRange = isOne && String(sign).startsWith('>') && String(otherSign).startsWith('<');
  if (!isRange || compareTop === undefined || !isNumber(top) || bound >= top) {
    throw new Error(
      `"numeric" of "${at}" is a sign and a number, or a lower bound and an upper one, got ${JSON.stringify(argument)}`,
    );
  }
  return (value) => isNumber(value) && compare(value, bound) && compareTop(value, top);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function cidr(range: string, at: string): Test {
  const [address = '', length = '', ...more] = range.split('/');
  const digits = digitsOf(address);
  if (digits === undefined || !/^\d+$/.test(length) || more.length > 0 || Number(length) >= digits.length * 4) {
    throw new Error(
      `"cidr" of "${at}" is a range such as 10.0.0.0/24, of more than a single address, got ${JSON.stringify(range)}`,
    );
  }
  const free = BigInt(digits.length * 4 - Number(length));
  const bottom = (BigInt(`0x${digits}`) >> free) << free;
  const top = bottom | ((1n << free) - 1n);
  const text = (value: bigint) => value.toString(16).padStart(digits.length, '0');
  return within(text(bottom), text(top));
}

/** From one address to another, digit by digit: addresses of the other version are told apart by their first digits only. */
function within(bottom: string, top: string): Test {
  return onText((value) => {
    const digits = digitsOf(value);
    if (digits === undefined) return false;
    if (digits.length < bottom.length) {
      return bottom.slice(0, digits.length) < digits && digits < top.slice(0, digits.length);
    }
    const first = digits.slice(0, bottom.length);
    return bottom <= first && first <= top;
  });
}

const MAPPED = '00000000000000000000ffff';

/** An address in hexadecimal digits: 8 of version 4, which may be written as one of version 6, 32 of version 6. */
function digitsOf(address: string): string | undefined {
  if (/^\d+(?:\.\d+){3}$/.test(address)) {
    const bytes = address.split('.').map(Number);
    return bytes.every((byte) => byte <= 255)
      ? bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
      : undefined;
  }
  if (!/^[\da-f]*:[\da-f:]*$/i.test(address) || isIP(address) !== 6) return undefined;
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  const digits = [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0').toLowerCase()).join('');
  return digits.startsWith(MAPPED) ? digits.slice(MAPPED.length) : digits;
}

// --- parts of a pattern

function soleEntry(fields: Fields, at: string): [string, unknown] {
  const entries = Object.entries(fields);
  if (entries.length !== 1) {
    throw new Error(`"${at}" of an event pattern takes one operator at a time, got ${JSON.stringify(fields)}`);
  }
  return entries[0] as [string, unknown];
}

function textOf(argument: unknown, name: string, at: string): string {
  if (typeof argument === 'string') return argument;
  throw new Error(`"${name}" of "${at}" needs one text, got ${JSON.stringify(argument)}`);
}

/** One value or several. */
function listOf(argument: unknown, at: string): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  if (list.length === 0) throw new Error(`"anything-but" of "${at}" needs at least one value`);
  return list;
}

function unknown(operator: string, at: string): Error {
  return new Error(`"${at}" of an event pattern has an operator that EventBridge does not know: ${operator}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { type Limits, type Piece, Splitter } from '../../../cli/backtest/splitter';
import { seeded } from '../../support/mutants';

/** What a file gives, cut into chunks that end at these places. */
function split(bytes: Buffer | string, ends: readonly number[] = [], limits?: Limits): Piece[] {
  const whole = Buffer.from(bytes as string);
  const splitter = new Splitter(limits);
  const borders = [0, ...ends.filter((end) => end > 0 && end < whole.length), whole.length];
  return [
    ...borders.slice(1).flatMap((end, index) => splitter.push(whole.subarray(borders[index], end))),
    ...splitter.end(),
  ];
}

const each = (length: number) => Array.from({ length }, (_, index) => index);
const values = (pieces: readonly Piece[]) => pieces.flatMap((piece) => ('value' in piece ? [piece.value] : []));
const broken = (pieces: readonly Piece[]) => pieces.flatMap((piece) => ('broken' in piece ? [piece.broken] : []));

/** Whatever the chunks, the pieces are the same: whole, in two parts cut anywhere, byte by byte, and in thirds. */
function splitAnyhow(bytes: Buffer | string, limits?: Limits): Piece[] {
  const whole = split(bytes, [], limits);
  const told = JSON.stringify(whole);
  const { length } = Buffer.from(bytes as string);
  const cuts = [
    ...each(length).map((end) => [end]),
    each(length),
    ...[3, 5, 7].map((size) => each(length).filter((end) => end % size === 0)),
  ];
  for (const ends of cuts) {
    const pieces = split(bytes, ends, limits);
    if (JSON.stringify(pieces) !== told) expect({ ends, pieces }).toEqual({ ends, pieces: whole });
  }
  return whole;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };

/** All that a scanner of brackets and quotes could stumble over. */
const TEXTS = [
  '',
  'plain',
  '"',
  '\\',
  '\\"',
  '"}',
  '\\\\"',
  '{"Records":[',
  ']}',
  '}\n{',
  'line\nbreak\r\n',
  '\u0000\u001f',
  'é€💡\u2028',
  '\ufeff',
  '\ud800',
  '[1,2',
  '{"a":1}\n{"b":2}',
  'Records',
];
const KEYS = ['a', 'Records', 'events', 'event', '"', '\\', '{', '__proto__', 'constructor', 'é💡'];

class Generator {
  private readonly random: () => number;

  public constructor(seed: number) {
    this.random = seeded(seed);
  }

  public below(most: number): number {
    return Math.floor(this.random() * most);
  }

  public pick<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }

  public record(): Fields {
    // The number keeps two records apart that are otherwise alike.
    return { n: this.below(1e9), ...this.fields(0) };
  }

  private fields(depth: number): Fields {
    const entries = each(this.below(5)).map(() => [this.pick(KEYS), this.value(depth + 1)] as const);
    const isList = ([key, value]: readonly [string, Json]) => depth === 0 && Array.isArray(value) && key in LISTS;
    return Object.fromEntries(entries.filter((entry) => !isList(entry)));
  }

  private value(depth: number): Json {
    switch (this.below(depth > 4 ? 4 : 6)) {
      case 0:
        return this.pick([null, true, false]);
      case 1:
        return this.pick([0, -1, 1.5, 1e21, 123456789012]);
      case 2:
      case 3:
        return this.pick(TEXTS);
      case 4:
        return each(this.below(4)).map(() => this.value(depth + 1));
      default:
        return this.fields(depth);
    }
  }
}

/** Under these names no event has a list of its own. */
const LISTS = { Records: true, events: true };

/** As another program may write it: every character by its number, slashes escaped. */
function escaped(value: Json): string {
  return JSON.stringify(value).replaceAll(/[^\u0020-\u007e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const LAYOUTS: Readonly<Record<string, (records: readonly Fields[]) => string>> = {
  'one Records wrapper': (records) => JSON.stringify({ Records: records }),
  'a pretty Records wrapper': (records) => JSON.stringify({ Records: records }, null, 2),
  'a wrapper with one record a line': (records) =>
    `{"Records":[\n${records.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`,
  'a wrapper with members before and after': (records) =>
    JSON.stringify({
      note: '"Records":[',
      count: { Records: [1, 2] },
      others: [{ Records: [] }],
      Records: records,
      next: 'a',
      after: { b: [1] },
    }),
  'two lists in a wrapper': (records) =>
    JSON.stringify({ Findings: records.slice(0, 1), between: [{}], Events: records.slice(1) }),
  'several wrappers, a line each': (records) =>
    records.map((one) => `${JSON.stringify({ Records: [one] })}\n`).join('{"Records":[]}\n'),
  'several wrappers without a break': (records) =>
    records.map((one, index) => JSON.stringify({ Records: [one], index })).join(''),
  'a list': (records) => JSON.stringify(records),
  'a pretty list': (records) => JSON.stringify(records, null, '\t'),
  'lists after each other': (records) => records.map((one) => JSON.stringify([one])).join('\n'),
  'JSON lines': (records) => records.map((one) => `${JSON.stringify(one)}\n`).join(''),
  'JSON lines without the last break': (records) => records.map((one) => JSON.stringify(one)).join('\n'),
  'JSON lines of Windows': (records) => records.map((one) => `${JSON.stringify(one)}\r\n`).join(''),
  'JSON lines with blank ones': (records) => `\n \n${records.map((one) => ` ${escaped(one)} \n\n\t\r\n`).join('')}  `,
  'JSON lines with commas': (records) => records.map((one) => `${JSON.stringify(one)},\n`).join(''),
  'values without a break': (records) => records.map((one) => JSON.stringify(one)).join(''),
  'some values a line': (records) =>
    records.map((one, index) => JSON.stringify(one) + (index % 3 === 2 ? '\n' : index % 3 === 1 ? ' ' : '')).join(''),
  'pretty values': (records) => records.map((one) => JSON.stringify(one, null, 2)).join('\n'),
  'lines first, pretty ones then, and lines again': (records) =>
    records.map((one, index) => `${JSON.stringify(one, null, Math.floor(index / 2) % 2 === 1 ? 4 : 0)}\n`).join(''),
};
const BOM = '\ufeff';

describe.each(Object.keys(LAYOUTS))('%s', (name) => {
  const layout = LAYOUTS[name] as (records: readonly Fields[]) => string;

  const expectEach = (records: readonly Fields[], pieces: readonly Piece[], where: object) => {
    const [got, wanted] = [flat(pieces), wellFormed(records)];
    // A thousand deep comparisons would take most of the time.
    if (broken(pieces).length === 0 && JSON.stringify(got) === JSON.stringify(wanted)) return;
    expect({ ...where, got, broken: broken(pieces) }).toEqual({ ...where, got: wanted, broken: [] });
  };
  // A list that is read within its line is one piece, and its elements are told apart later.
  const flat = (pieces: readonly Piece[]): unknown[] => values(pieces).flatMap(elements);
  const elements = (value: unknown): unknown[] => {
    if (Array.isArray(value)) return value;
    const { Records, Findings, Events } = value as Record<string, unknown[]>;
    const lists = [Records, Findings, Events].filter(Array.isArray);
    return lists.length > 0 ? lists.flat() : [value];
  };

  test.each([
    ['', undefined],
    [' behind a byte order mark', undefined],
    [', when its lines are too long to be read whole', { value: 1 << 20, line: 0 }],
  ])('gives exactly its records%s, wherever the chunks end', (behind, limits) => {
    for (const seed of each(5)) {
      const generator = new Generator(seed);
      const records = each(1 + generator.below(4)).map(() => generator.record());
      const bytes = Buffer.from((behind.includes('mark') ? BOM : '') + layout(records));
      expectEach(records, split(bytes, [], limits), { seed });
      for (const ends of [each(bytes.length), ...each(bytes.length).map((end) => [end])]) {
        expectEach(records, split(bytes, ends, limits), { seed, ends });
      }
    }
  });

  test('gives them in chunks of any size, too', () => {
    for (const seed of each(60)) {
      const generator = new Generator(1_000 + seed);
      const records = each(1 + generator.below(40)).map(() => generator.record());
      const bytes = Buffer.from(layout(records));
      const most = generator.pick([2, 17, 256, 4_096]);
      const ends: number[] = [];
      for (let end = 0; end < bytes.length; end += 1 + generator.below(most)) ends.push(end);
      const pieces = split(bytes, ends, { value: 1 << 20, line: generator.pick([0, 64, 1 << 20]) });
      expectEach(records, pieces, { seed, ends });
    }
  });
});

/** Half a pair of code units cannot stand in UTF-8. */
function wellFormed(records: readonly Fields[]): unknown {
  return JSON.parse(Buffer.from(JSON.stringify(records)).toString());
}

test('a byte order mark may stand wherever files were put together', () => {
  for (const between of ['\n', '', '\r\n  ']) {
    const file = [`{"a":1}`, `{"b":2}`, `[{"c":3}]`].join(between + BOM);
    for (const limits of [undefined, { value: 1 << 20, line: 0 }]) {
      expect(values(splitAnyhow(file, limits)).flat()).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
      expect(broken(splitAnyhow(file, limits))).toEqual([]);
    }
  }
});

test.each([
  ['an empty file', ''],
  ['blanks', ' \n\r\n\t\n   '],
  ['a byte order mark', BOM],
  ['a list without elements', '[]'],
  ['a wrapper without records', '{"Records":[]}'],
  ['a pretty wrapper without records', '{\n  "Records": [\n  ]\n}\n'],
])('%s holds nothing, and nothing is wrong with it', (_, file) => {
  expect(values(splitAnyhow(file)).filter((value) => JSON.stringify(value).includes('{"n"'))).toEqual([]);
  expect(broken(splitAnyhow(file, { value: 1 << 20, line: 0 }))).toEqual([]);
});

describe('a broken record takes none with it', () => {
  const [a, b, c] = ['{"a":1,"t":"x"}', '{"b":{"c":["y"]}}', '{"c":[1,{"d":2}]}'];
  const good = [JSON.parse(a), JSON.parse(b), JSON.parse(c)] as unknown[];

  test.each([
    ['cut off in a text', '{"t":"cut'],
    ['cut off in a key', '{"t'],
    ['cut off behind a comma', '{"t":1,'],
    ['cut off behind a colon', '{"t":'],
    ['cut off behind an opening bracket', '{"t":[{'],
    ['cut off in a list', '{"t":[1,'],
    ['cut off behind a backslash', '{"t":"a\\'],
    ['that lacks a closing bracket', '{"t":{"u":1}'],
    ['with a wrong closing bracket', '{"t":[1}'],
    ['with a quote too many', '{"t":"a"b"}'],
    ['with a quote too few', '{"t:1,"u":"v"}'],
    ['with a word that JSON does not know', '{"t":NaN}'],
    ['with a comma too many', '{"t":1,}'],
    ['that does not begin', 't":1}'],
    ['with a zero in it', '{"t":"\u0000"}'],
    ['of words', 'something else "}'],
    ['of zeros', '\u0000\u0000\u0000'],
    ['that is a text', '"}'],
    ['of a closing bracket', ']'],
  ])('in lines: one %s', (_, line) => {
    for (const lines of [
      [a, line, b, c],
      [a, b, c, line],
      [a, line, b, line, c],
      [a, line, line, b, c],
    ]) {
      const pieces = splitAnyhow(`${lines.join('\n')}\n`);
      expect(values(pieces)).toEqual(good);
      expect(broken(pieces)).toHaveLength(lines.filter((one) => one === line).length);
      expect(values(splitAnyhow(lines.join('\r\n')))).toEqual(good);
    }
    const first = splitAnyhow([line, a, b, c].join('\n'));
    expect({ values: values(first), broken: broken(first).length }).toEqual({ values: good, broken: 1 });
  });

  test('in lines: also where a bracket is closed once too often, what can be read is read', () => {
    const pieces = splitAnyhow([a, `${b}}`, c].join('\n'));
    expect({ values: values(pieces), broken: broken(pieces) }).toEqual({ values: good, broken: ['not JSON'] });
  });

  test.each([
    ['with a word that JSON does not know', '{"t":NaN}'],
    ['with a comma too many', '{"t":1,}'],
    ['closed twice', '{"t":NaN}}'],
    ['that is a word', 'word'],
    ['that is a closing bracket', '}'],
  ])('in a wrapper on one line: one %s', (_, one) => {
    const pieces = splitAnyhow(`{"Records":[${a},${one},${b},${c}]}`);
    expect(values(pieces)).toEqual(good);
    expect(broken(pieces).length).toBeGreaterThan(0);
    expect(values(splitAnyhow(`[${a},${one},${b},${c}]`))).toEqual(good);
  });

  test.each(['{"t":"cut', '{"t":[{', '{"t":{"u":1}', '{"t:1,"u":"v"}'])(
    'in a wrapper with a line for each: %s',
    (one) => {
      for (const indent of ['', '  ', '\t']) {
        const lines = [a, one, b, c].map((line) => indent + line).join(',\n');
        const pieces = splitAnyhow(`{"Records": [\n${lines}\n]}\n${c}\n`);
        expect(values(pieces)).toEqual([...good, good[2]]);
        expect(broken(pieces)).toHaveLength(1);
      }
    },
  );

  test.each(['{"t":"cut', '{"t":{"u":1}'])(
    'in a wrapper, the last one: what stands behind the wrapper is whole',
    (one) => {
      const pieces = splitAnyhow(`{"Records": [\n  ${a},\n  ${b},\n  ${one}\n]}\n${c}\n`);
      expect({ values: values(pieces), broken: broken(pieces).length }).toEqual({ values: good, broken: 1 });
    },
  );

  test('in a wrapper: one that could hold those behind it, but for a comma', () => {
    const pieces = splitAnyhow(`{"Records": [\n  {"t":[1,,\n  ${a},\n  ${b},\n  ${c}\n]}`);
    expect(values(pieces)).toEqual(good);
    expect(broken(pieces)).toEqual(['not JSON', 'the file ends too early']);
  });

  test('in a pretty wrapper: the next one begins where it is indented as far', () => {
    const pretty = JSON.stringify({ Records: [good[0], { t: 'BROKEN' }, good[1], good[2]] }, null, 2);
    const pieces = splitAnyhow(pretty.replace('BROKEN"', ''));
    expect({ values: values(pieces), broken: broken(pieces).length }).toEqual({ values: good, broken: 1 });
  });

  test('in one wrapper of several: the others are whole', () => {
    const wrapper = (...records: string[]) => `{"Records":[${records.join(',')}]}`;
    const cut = wrapper(a, '{"t":"cut').slice(0, -2);
    const pieces = splitAnyhow([wrapper(a), cut, wrapper(b), wrapper(c)].join('\n'), { value: 1 << 20, line: 0 });
    expect({ values: values(pieces), broken: broken(pieces).length }).toEqual({
      values: [good[0], ...good],
      broken: 1,
    });
  });

  test('in values without a break: the next line is whole', () => {
    const pieces = splitAnyhow(`${a}{"t":{"u":1}${b}\n${c}`);
    expect({ values: values(pieces), broken: broken(pieces) }).toEqual({
      values: [good[0], good[2]],
      broken: ['not JSON'],
    });
  });

  test('in a pretty value behind others: the next value is whole', () => {
    const pretty = JSON.stringify({ t: { u: ['v'] } }, null, 2);
    const pieces = splitAnyhow([a, pretty.replace('"v"', '"v'), b, c].join('\n'));
    expect({ values: values(pieces), broken: broken(pieces).length }).toEqual({ values: good, broken: 1 });
  });

  test('wherever a file ends', () => {
    const records = [good[0], good[1], good[2]];
    for (const file of [
      JSON.stringify({ Records: records }),
      JSON.stringify({ Records: records }, null, 2),
      JSON.stringify(records),
      `${[a, b, c].join('\n')}`,
      [a, b, c].join(''),
    ]) {
      for (let end = 1; end < file.length; end += 1) {
        const pieces = split(file.slice(0, end), [], { value: 1 << 20, line: 0 });
        const whole = values(pieces);
        expect(whole).toEqual(records.slice(0, whole.length));
        expect(broken(pieces).length).toBeLessThanOrEqual(1);
        // Where it ends between two values nobody can tell.
        if (file.startsWith('{"Records"') || file.startsWith('[')) {
          expect(broken(pieces)).toEqual([expect.stringMatching(/^the file ends /)]);
        }
      }
    }
  });

  test('and a file that is known to be cut off is not told twice', () => {
    const splitter = new Splitter();
    splitter.push(Buffer.from(`{"Records":[${a},{"t":"cu`));
    expect(splitter.end(true)).toEqual([{ value: good[0] }]);
  });
});

describe('what is no JSON', () => {
  test.each([
    ['a log of lines', Buffer.from('[notice] one\n[notice] two\n'.replaceAll('[', '#['))],
    ['a table', Buffer.from('eventName,eventSource\nPutBucketPolicy,s3.amazonaws.com\n'.repeat(5))],
    ['bytes', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 10, 0x7b, 10, 0x5b, 10])],
    ['zeros', Buffer.alloc(64)],
  ])('is refused once: %s', (_, file) => {
    const pieces = splitAnyhow(file);
    expect({ values: values(pieces), broken: broken(pieces).length }).toEqual({ values: [], broken: 1 });
  });

  test.each(['utf16le', 'utf16be'])('is refused once, and the reason told: %s', (encoding) => {
    for (const text of ['\ufeff{"Records":[{"a":1}]}', '{"Records":[{"a":1}]}', '\ufeff{"a":1}\r\n{"b":2}\r\n']) {
      const little = Buffer.from(text, 'utf16le');
      expect(splitAnyhow(encoding === 'utf16le' ? little : little.swap16())).toEqual([{ broken: 'not UTF-8' }]);
    }
  });

  test('is left behind where lines of JSON begin', () => {
    const pieces = splitAnyhow('2026-11-25 the log begins\n{\n{"a":1}\nand goes on\n{"b":2}\n');
    expect(values(pieces)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(broken(pieces)).toEqual(['neither JSON nor gzip', 'not JSON']);
  });
});

describe('what is longer than the limit', () => {
  const limits: Limits = { value: 64, line: 32 };
  const long = JSON.stringify({ t: 'x'.repeat(100), u: [{ v: '}' }] });

  test.each([
    ['in lines', (lines: string[]) => lines.join('\n')],
    ['in values without a break', (lines: string[]) => lines.join('')],
    ['in a wrapper', (lines: string[]) => `{"Records":[${lines.join(',')}]}`],
    ['in a list', (lines: string[]) => `[${lines.join(', ')}]`],
  ])('is told once and left out, %s', (_, layout) => {
    const pieces = splitAnyhow(layout(['{"a":1}', long, '{"b":2}', long, '{"c":3}']), limits);
    expect(values(pieces)).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
    expect(broken(pieces)).toEqual(each(2).map(() => expect.stringMatching(/^longer than/)));
  });

  test('does not hide the list behind it in the wrapper', () => {
    const file = JSON.stringify({
      note: 'x'.repeat(100),
      Records: [{ a: 1 }],
      more: 'y'.repeat(100),
      Events: [{ b: 2 }],
    });
    expect(splitAnyhow(file, limits)).toEqual([{ value: { a: 1 } }, { value: { b: 2 } }]);
  });

  test('does not hide a list under the end of a long name', () => {
    const file = `{"${'x'.repeat(300)}Records":[{"a":1}]}{"Records"${' '.repeat(200)}:[{"b":2}]}`;
    const pieces = splitAnyhow(file, { value: 1 << 10, line: 0 });
    expect(JSON.stringify(pieces.map((piece) => ('value' in piece ? Object.keys(piece.value as object) : 0)))).toBe(
      JSON.stringify([[`${'x'.repeat(300)}Records`], ['b']]),
    );
    const long = splitAnyhow(`{"t":"${'x'.repeat(200)}","${'x'.repeat(300)}Records":[{"a":1}]}`, limits);
    expect(broken(long)).toEqual([expect.stringMatching(/^longer than/)]);
  });

  test('is told where the file ends in it', () => {
    for (const file of [`{"a":1}\n${long.slice(0, 90)}`, `[{"a":1},${long.slice(0, 90)}`]) {
      expect(values(splitAnyhow(file, limits))).toEqual([{ a: 1 }]);
      expect(broken(split(file, [], limits))).toHaveLength(1);
    }
  });

  test.each([
    ['a value that does not end', '{"t":"', 'x'],
    ['a line of words', '{"a":1}\nw', 'w'],
    ['blanks', '', ' '],
    ['blank lines', '\n', '\n'],
    ['bytes that are no JSON', 'x', 'x'],
    ['brackets', '[{"a":', '['],
    ['a member behind the list', '{"Records":[],"t":"', 'x'],
  ])('is not held: %s', (_, first, more) => {
    const splitter = new Splitter({ value: 1 << 16, line: 1 << 12 });
    splitter.push(Buffer.from(first));
    const chunk = Buffer.from(more.repeat(1 << 14));
    let held = 0;
    for (let count = 0; count < 256; count += 1) {
      splitter.push(chunk);
      const { data, open } = splitter as unknown as { data: Buffer; open: unknown[] };
      held = Math.max(held, data.length, open.length);
    }
    expect(held).toBeLessThanOrEqual(100_000);
  });
});

test('values may be nested as deep as they like', () => {
  const deep = `${'{"a":['.repeat(10_000)}1${']}'.repeat(10_000)}`;
  for (const file of [deep, `${deep}\n{"b":2}\n`, `{"Records":[${deep},{"b":2}]}`, `${deep}{"b":2}`]) {
    const pieces = split(file, [], { value: 1 << 20, line: 1 << 10 });
    expect(broken(pieces)).toEqual([]);
    expect(values(pieces).length).toBe(file === deep ? 1 : 2);
  }
});

test('lines that each open what they do not close cost no more than others', () => {
  const started = process.cpuUsage();
  const pieces = split('{"a":[\n'.repeat(200_000), [], { value: 1 << 23, line: 1 << 10 });
  expect(values(pieces)).toEqual([]);
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20);
});

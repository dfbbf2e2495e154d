import { compile } from '../../../cli/backtest/pattern';

const ABSENT = Symbol('absent');

/** What AWS documents of each operator. Far more is compared with its own matcher: `npm test -- ruler`. */
const OPERATORS: ReadonlyArray<readonly [title: string, wanted: readonly unknown[], value: unknown, verdict: boolean]> =
  [
    ['a text', ['a'], 'a', true],
    ['a text is no number', ['1'], 1, false],
    ['a number', [300], 300, true],
    ['true is not one', [1], true, false],
    ['null', [null], null, true],
    ['null is not absent', [null], ABSENT, false],
    ['one of several', [{ prefix: 'x' }, 'y'], 'y', true],
    ['none of several', [{ prefix: 'x' }, 'y'], 'z', false],
    ['an address in another spelling', ['2001:db8::1'], '2001:0DB8:0::1', true],
    ['prefix', [{ prefix: 'ab' }], 'abc', true],
    ['prefix of something else', [{ prefix: 'ab' }], 'cab', false],
    ['prefix in any case', [{ prefix: { 'equals-ignore-case': 'AB' } }], 'aBc', true],
    ['suffix', [{ suffix: '.png' }], 'a.png', true],
    ['suffix in any case', [{ suffix: { 'equals-ignore-case': '.PNG' } }], 'a.png', true],
    ['suffix in any case takes a dot for a dot', [{ suffix: { 'equals-ignore-case': '.PNG' } }], 'a/png', false],
    ['equals-ignore-case', [{ 'equals-ignore-case': 'Alice' }], 'aLICE', true],
    ['equals-ignore-case of a part', [{ 'equals-ignore-case': 'Alice' }], 'alice2', false],
    ['wildcard', [{ wildcard: 'dir/*.png' }], 'dir/a.png', true],
    ['wildcard in the middle', [{ wildcard: '*/bin/*.jar' }], 'a/bin/b/c.jar', true],
    ['texts around a star do not overlap', [{ wildcard: 'ab*ba' }], 'aba', false],
    ['texts between stars do not overlap', [{ wildcard: '*ab*b' }], 'ab', false],
    ['wildcard takes nothing', [{ wildcard: 'a*b' }], 'ab', true],
    ['wildcard with a real star', [{ wildcard: 'a\\*b' }], 'axb', false],
    ['wildcard with a real star and backslash', [{ wildcard: '\\\\a\\*b' }], '\\a*b', true],
    ['anything-but', [{ 'anything-but': ['a', 'b'] }], 'c', true],
    ['anything-but one of them', [{ 'anything-but': ['a', 'b'] }], 'b', false],
    ['anything-but does not match an absent field', [{ 'anything-but': 'a' }], ABSENT, false],
    ['anything-but matches another type', [{ 'anything-but': 'a' }], null, true],
    ['anything-but a number', [{ 'anything-but': 5 }], 6, true],
    ['anything-but prefix', [{ 'anything-but': { prefix: 'init' } }], 'initial', false],
    ['anything-but prefixes', [{ 'anything-but': { prefix: ['a', 'b'] } }], 'cat', true],
    ['anything-but suffix', [{ 'anything-but': { suffix: '.png' } }], 'a.jpg', true],
    ['anything-but wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], 'a/lib/b', false],
    ['anything-but in any case', [{ 'anything-but': { 'equals-ignore-case': ['init'] } }], 'INIT', false],
    ['numeric', [{ numeric: ['=', 5] }], 5, true],
    ['numeric range, the upper bound too', [{ numeric: ['>', 0, '<=', 5] }], 5, true],
    ['numeric range, without the lower bound', [{ numeric: ['>', 0, '<=', 5] }], 0, false],
    ['numeric of a text', [{ numeric: ['>', 0] }], '5', false],
    ['exists', [{ exists: true }], null, true],
    ['exists of an absent field', [{ exists: true }], ABSENT, false],
    ['exists of an object, which has no value', [{ exists: true }], { a: 1 }, false],
    ['absent', [{ exists: false }], ABSENT, true],
    ['absent or a value', [{ exists: false }, 'a'], 'a', true],
    ['cidr', [{ cidr: '10.0.0.0/24' }], '10.0.0.255', true],
    ['cidr of an address outside', [{ cidr: '10.0.0.0/24' }], '10.0.1.0', false],
    ['cidr of version 6', [{ cidr: '2001:db8::/32' }], '2001:db8::1', true],
    ['cidr of a name', [{ cidr: '10.0.0.0/24' }], 'cloudtrail.amazonaws.com', false],
    ['any element of a list', ['a'], ['b', 'a'], true],
    ['any element of a list in a list', ['a'], ['b', ['a']], true],
    ['an empty list does not exist', [{ exists: false }], [], true],
  ];

test.each(OPERATORS)('%s', (_, wanted, value, verdict) => {
  const event = value === ABSENT ? { other: 1 } : { field: value };
  expect(compile({ field: wanted })(event)).toBe(verdict);
});

const STRUCTURES: ReadonlyArray<readonly [title: string, pattern: object, event: unknown, verdict: boolean]> = [
  ['all fields', { a: [1], b: { c: [2] } }, { a: 1, b: { c: 2 }, d: 3 }, true],
  ['not all fields', { a: [1], b: { c: [2] } }, { a: 1, b: { c: 3 } }, false],
  ['one element has them all', { a: { b: [1], c: [2] } }, { a: [{ b: 0 }, { b: 1, c: 2 }] }, true],
  ['no element has them all', { a: { b: [1], c: [2] } }, { a: [{ b: 1 }, { c: 2 }] }, false],
  ['lists beside each other', { a: { b: [1] }, c: { d: [2] } }, { a: [{}, { b: 1 }], c: [{ d: 2 }] }, true],
  ['lists in lists', { a: { b: { c: [1] }, d: [2] } }, { a: [{ b: [{ c: 0 }, { c: 1 }], d: 2 }] }, true],
  [
    'absent from the element that was found',
    { a: { b: [1], c: [{ exists: false }] } },
    { a: [{ b: 1 }, { c: 2 }] },
    true,
  ],
  ['an alternative', { a: [1], $or: [{ b: [1] }, { c: { d: [2] } }] }, { a: 1, c: { d: 2 } }, true],
  ['no alternative', { a: [1], $or: [{ b: [1] }, { c: { d: [2] } }] }, { a: 1, c: { d: 1 } }, false],
  [
    'alternatives are about the same element',
    { a: { b: [1], $or: [{ c: [2] }, { d: [2] }] } },
    { a: [{ b: 1 }, { c: 2 }] },
    false,
  ],
  ['a name with a dot', { a: { b: { c: [1] } } }, { 'a.b': { c: 1 } }, true],
  ['no object', { a: [1] }, 'a', false],
  ['nothing', { a: [{ exists: false }] }, undefined, true],
  ['a name that every object inherits', { constructor: [{ exists: false }] }, {}, true],
];

test.each(STRUCTURES)('%s', (_, pattern, event, verdict) => {
  expect(compile(pattern)(event)).toBe(verdict);
});

test('a wildcard of many stars takes no longer than it must', () => {
  const matches = compile({ a: [{ wildcard: `${'*a'.repeat(40)}*b` }] });
  expect(matches({ a: 'a'.repeat(20_000) })).toBe(false);
});

test('a list of many elements takes no longer than it must', () => {
  const matches = compile({ findings: { a: [1], b: [1], c: [2] } });
  expect(matches({ findings: Array.from({ length: 20_000 }, () => ({ a: 1, b: 1, c: 1 })) })).toBe(false);
});

/** All that is refused is compared with AWS's own matcher: `npm test -- ruler`. Here is how it is said. */
const REFUSED: ReadonlyArray<readonly [pattern: unknown, message: string]> = [
  ['x', 'an event pattern is an object, got "x"'],
  [{}, 'an event pattern needs at least one field'],
  [{ detail: { a: {} } }, '"detail.a" of an event pattern needs at least one field'],
  [{ detail: { a: 'x' } }, '"detail.a" of an event pattern needs an object or a list that is not empty'],
  [{ a: [] }, '"a" of an event pattern needs an object or a list that is not empty'],
  [{ a: [['x']] }, '"a" of an event pattern holds ["x"], which is no value'],
  [{ a: [{ regex: 'x' }] }, '"a" of an event pattern has an operator that EventBridge does not know: regex'],
  [
    { a: [{ prefix: 'x', suffix: 'y' }] },
    '"a" of an event pattern takes one operator at a time, got {"prefix":"x","suffix":"y"}',
  ],
  [{ a: [{ prefix: ['x', 'y'] }] }, '"prefix" of "a" needs one text, got ["x","y"]'],
  [
    { a: [{ prefix: { wildcard: 'x' } }] },
    '"a" of an event pattern has an operator that EventBridge does not know: prefix of wildcard',
  ],
  [{ a: [{ exists: 'true' }] }, '"exists" of "a" is true or false, got "true"'],
  [{ a: [{ wildcard: 'a**b' }] }, '"wildcard" of "a" has two stars after each other: a**b'],
  [{ a: [{ wildcard: 'a\\b' }] }, '"wildcard" of "a" has a backslash before neither * nor \\: a\\b'],
  [{ a: [{ 'anything-but': [] }] }, '"anything-but" of "a" needs at least one value'],
  [{ a: [{ 'anything-but': ['x', 1] }] }, '"anything-but" of "a" takes texts or numbers, not both, got ["x",1]'],
  [
    { a: [{ 'anything-but': { numeric: ['>', 1] } }] },
    '"a" of an event pattern has an operator that EventBridge does not know: anything-but of numeric',
  ],
  [{ a: [{ 'anything-but': { prefix: '' } }] }, '"anything-but" of prefix of "a" leaves nothing: its text is empty'],
  [
    { a: [{ numeric: ['<', 5, '>', 1] }] },
    '"numeric" of "a" is a sign and a number, or a lower bound and an upper one, got ["<",5,">",1]',
  ],
  [
    { a: [{ cidr: '10.0.0.0/32' }] },
    '"cidr" of "a" is a range such as 10.0.0.0/24, of more than a single address, got "10.0.0.0/32"',
  ],
  [{ detail: { $or: [{ a: [1] }] } }, '"$or" in "detail" is a list of at least two objects'],
  [{ $or: [{ a: [1] }, { prefix: ['x'] }] }, '"prefix" cannot be the name of a field inside "$or"'],
];

test.each(REFUSED)('%j is refused', (pattern, message) => {
  expect(() => compile(pattern)).toThrow(new Error(message));
});

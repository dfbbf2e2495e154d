import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORPORA, deployedPatterns, HAS_CORPORA, recordedEvents } from './deployed';
import { OPERATORS, operatorQuestions, structureQuestions } from './generate';
import { type Answer, commandLine, HAS_ORACLE, oracle, type Question, sandbox } from './matchers';

const PAIRS = join(CORPORA, 'event_ruler', 'correctness-cases.json');

/** Patterns of each operator, with eleven events each. */
const PATTERNS = 250;
const STRUCTURES = 3_000;
const SEED = 20_260_101;

/** No patterns: EventBridge refuses them, and so do we. */
const REFUSED: ReadonlyArray<readonly [title: string, pattern: unknown]> = [
  ['no object', ['a']],
  ['nothing', {}],
  ['an empty object', { a: {} }],
  ['a value without a list', { a: 'x' }],
  ['null without a list', { a: null }],
  ['an empty list', { a: [] }],
  ['a list in a list', { a: [['x']] }],
  ['an empty operator', { a: [{}] }],
  ['two operators in one', { a: [{ prefix: 'x', suffix: 'y' }] }],
  ['an operator that does not exist', { a: [{ regex: 'x' }] }],
  ['prefix of several texts', { a: [{ prefix: ['x', 'y'] }] }],
  ['prefix of a number', { a: [{ prefix: 1 }] }],
  ['prefix of another operator', { a: [{ prefix: { suffix: 'x' } }] }],
  ['prefix in any case of several texts', { a: [{ prefix: { 'equals-ignore-case': ['x'] } }] }],
  ['prefix in any case and more', { a: [{ prefix: { 'equals-ignore-case': 'x', prefix: 'y' } }] }],
  ['suffix of several texts', { a: [{ suffix: ['x', 'y'] }] }],
  ['suffix of another operator', { a: [{ suffix: { wildcard: 'x' } }] }],
  ['equals-ignore-case of several texts', { a: [{ 'equals-ignore-case': ['x'] }] }],
  ['equals-ignore-case of null', { a: [{ 'equals-ignore-case': null }] }],
  ['exactly of a number', { a: [{ exactly: 1 }] }],
  ['wildcard of several texts', { a: [{ wildcard: ['x*'] }] }],
  ['a star after a star', { a: [{ wildcard: 'a**b' }] }],
  ['a backslash before a letter', { a: [{ wildcard: 'a\\b' }] }],
  ['a backslash at the end', { a: [{ wildcard: 'a\\' }] }],
  ['exists of a text', { a: [{ exists: 'true' }] }],
  ['exists and more', { a: [{ exists: true, prefix: 'x' }] }],
  ['anything-but of true', { a: [{ 'anything-but': true }] }],
  ['anything-but of null', { a: [{ 'anything-but': [null] }] }],
  ['anything-but of nothing', { a: [{ 'anything-but': [] }] }],
  ['anything-but of a text and a number', { a: [{ 'anything-but': ['x', 1] }] }],
  ['anything-but of an object in a list', { a: [{ 'anything-but': [{ prefix: 'x' }] }] }],
  ['anything-but of numeric', { a: [{ 'anything-but': { numeric: ['>', 1] } }] }],
  ['anything-but of cidr', { a: [{ 'anything-but': { cidr: '10.0.0.0/8' } }] }],
  ['anything-but of exists', { a: [{ 'anything-but': { exists: true } }] }],
  ['anything-but of two operators', { a: [{ 'anything-but': { prefix: 'x', suffix: 'y' } }] }],
  ['anything-but of an empty prefix', { a: [{ 'anything-but': { prefix: '' } }] }],
  ['anything-but of an empty suffix', { a: [{ 'anything-but': { suffix: ['x', ''] } }] }],
  ['anything-but of no prefixes', { a: [{ 'anything-but': { prefix: [] } }] }],
  ['anything-but of a prefix in any case', { a: [{ 'anything-but': { prefix: { 'equals-ignore-case': 'x' } } }] }],
  ['anything-but of a wildcard with two stars', { a: [{ 'anything-but': { wildcard: '**' } }] }],
  ['anything-but of a number in any case', { a: [{ 'anything-but': { 'equals-ignore-case': [1] } }] }],
  ['numeric without a list', { a: [{ numeric: '>' }] }],
  ['numeric of nothing', { a: [{ numeric: [] }] }],
  ['numeric without a bound', { a: [{ numeric: ['>'] }] }],
  ['numeric of a text', { a: [{ numeric: ['>', '1'] }] }],
  ['numeric of a sign that does not exist', { a: [{ numeric: ['!=', 1] }] }],
  ['numeric with the upper bound first', { a: [{ numeric: ['<', 5, '>', 1] }] }],
  ['numeric with two lower bounds', { a: [{ numeric: ['>', 1, '>', 5] }] }],
  ['numeric with an equal and more', { a: [{ numeric: ['=', 1, '<', 5] }] }],
  ['numeric with half a range', { a: [{ numeric: ['>', 1, '<'] }] }],
  ['numeric of an empty range', { a: [{ numeric: ['>', 5, '<', 1] }] }],
  ['numeric of a range of one number', { a: [{ numeric: ['>=', 1, '<=', 1] }] }],
  ['numeric of three comparisons', { a: [{ numeric: ['>', 1, '<', 5, '<', 6] }] }],
  ['cidr of several ranges', { a: [{ cidr: ['10.0.0.0/8'] }] }],
  ['cidr of an address', { a: [{ cidr: '10.0.0.0' }] }],
  ['cidr of one address', { a: [{ cidr: '10.0.0.0/32' }] }],
  ['cidr of one address of version 6', { a: [{ cidr: '::1/128' }] }],
  ['cidr of a name', { a: [{ cidr: 'localhost/8' }] }],
  ['cidr without a length', { a: [{ cidr: '10.0.0.0/' }] }],
  ['cidr with a negative length', { a: [{ cidr: '10.0.0.0/-1' }] }],
  ['cidr of version 4 written as version 6', { a: [{ cidr: '::ffff:0:0/96' }] }],
  ['$or of an object that stands alone', { $or: [{ a: ['x'] }] }],
  ['$or of an empty object', { $or: [{ a: ['x'] }, {}] }],
  ['$or of a text', { $or: 'x' }],
  ['$or of a text and an object', { $or: [{ a: ['x'] }, 'y'] }],
  ['$or with a reserved name', { $or: [{ a: ['x'] }, { prefix: ['y'] }] }],
];

/** What looks odd and is accepted all the same. */
const ODD: ReadonlyArray<readonly [title: string, pattern: string, event: string, verdict: boolean]> = [
  ['$or may be a field', '{"$or":["x"]}', '{"$or":"x"}', true],
  ['$or may be a field of operators', '{"$or":[{"prefix":"x"},{"prefix":"y"}]}', '{"$or":"yes"}', true],
  ['$or may be an object', '{"$or":{"a":[1]}}', '{"$or":{"a":1}}', true],
  ['$or overrides', '{"a":[1],"$or":[{"a":[2]},{"b":[1]}]}', '{"a":2}', true],
  ['an empty prefix', '{"a":[{"prefix":""}]}', '{"a":""}', true],
  ['an empty prefix of a number', '{"a":[{"prefix":""}]}', '{"a":1}', false],
  ['an empty wildcard', '{"a":[{"wildcard":""}]}', '{"a":""}', true],
  ['texts between stars do not overlap', '{"a":[{"wildcard":"*ab*b"}]}', '{"a":"ab"}', false],
  ['a dot joins', '{"a.b":[1]}', '{"a":{"b":1}}', true],
  ['a dot in an event', '{"a":{"b":{"c":[1]}}}', '{"a":{"b.c":1}}', true],
  ['another operator than anything-but of text', '{"a":[{"anything-but":{"prefix":"x"}}]}', '{"a":5}', true],
  ['a quote ends a prefix', '{"a":[{"prefix":"x\\""}]}', '{"a":"x"}', true],
  ['a quote begins a suffix', '{"a":[{"suffix":"\\"x"}]}', '{"a":"x"}', true],
  ['an address in another spelling', '{"a":["2001:db8::1"]}', '{"a":"2001:0DB8:0::1"}', true],
  ['an address of version 4 as one of 6', '{"a":["10.0.0.1"]}', '{"a":"::ffff:a00:1"}', true],
  ['a range of version 4 and an address of 6', '{"a":[{"cidr":"10.0.0.0/24"}]}', '{"a":"a00:12::"}', true],
  ['character of two units in any case', '{"a":[{"equals-ignore-case":"😀"}]}', '{"a":"😀"}', false],
  ['a field is absent from all elements', '{"a":{"b":[{"exists":false}],"c":[1]}}', '{"a":[{"b":1},{"c":1}]}', false],
  ['a field is absent from this element', '{"a":{"d":[{"exists":false}],"c":[1]}}', '{"a":[{"d":1},{"c":1}]}', true],
];

/** Where event-ruler 2.0.1 is wrong, and we are not. When this fails, it was mended there. */
const FAULTS: ReadonlyArray<readonly [title: string, pattern: string, event: string, theirs: boolean]> = [
  ['alternatives of $or that share a value lose the second', '{"$or":[{"a":[1]},{"a":[1,3]}]}', '{"a":3}', false],
  ['a number is taken for the digits of an address', '{"a":[{"cidr":"0.0.0.0/0"}]}', '{"a":5}', true],
  [
    'numbers of more than 15 digits may not be compared',
    '{"a":[{"numeric":[">",0]}]}',
    '{"a":1152921504606846976}',
    false,
  ],
  [
    'a wildcard leads astray what stands beside it',
    '{"a":[{"wildcard":"*a"},{"anything-but":{"equals-ignore-case":["aB","c"]}}]}',
    '{"a":"x"}',
    false,
  ],
];

const pair = (pattern: string, event: string): Question => ({ patterns: [pattern], events: [event] });

/** Questions by what they are about, asked all at once: a Java and a Python each start but once. */
const groups = new Map<string, readonly Question[]>([
  ...OPERATORS.map((one, index): [string, Question[]] => [one.name, operatorQuestions(one, SEED + index, PATTERNS)]),
  ['structures', structureQuestions(SEED, STRUCTURES)],
  ['odd', ODD.map(([, pattern, event]) => pair(pattern, event))],
  ['refused', REFUSED.map(([, pattern]) => ({ patterns: [JSON.stringify(pattern)], events: [] }))],
  ['faults', FAULTS.map(([, pattern, event]) => pair(pattern, event))],
]);

interface Answers {
  readonly command: readonly Answer[];
  readonly sandbox: readonly Answer[];
  /** Without a Java none. */
  readonly oracle?: readonly Answer[];
}
const answered = new Map<string, Answers>();

beforeAll(async () => {
  if (HAS_CORPORA) {
    groups.set('deployed', [{ patterns: deployedPatterns(), events: recordedEvents() }]);
    const cases = JSON.parse(readFileSync(PAIRS, 'utf8')) as Array<{ rule: unknown; event: unknown }>;
    groups.set(
      'pairs',
      cases.map(({ rule, event }) => pair(JSON.stringify(rule), JSON.stringify(event))),
    );
  }
  const questions = [...groups.values()].flat();
  const [command, python, java] = await Promise.all([
    commandLine(questions),
    sandbox(questions),
    HAS_ORACLE ? oracle(questions) : undefined,
  ]);
  let from = 0;
  for (const [name, { length }] of groups) {
    const of = (answers: readonly Answer[]) => answers.slice(from, from + length);
    answered.set(name, { command: of(command), sandbox: of(python), ...(java && { oracle: of(java) }) });
    from += length;
  }
}, 300_000);

if (!HAS_ORACLE) {
  console.warn(
    "SKIPPED: AWS's event-ruler is not there to compare with. It needs a JDK of 11 or newer and Maven (on Debian and Ubuntu: apt install default-jdk-headless maven), then: npm test -- ruler",
  );
}
if (!HAS_CORPORA) {
  console.warn(`SKIPPED: no recorded events at ${CORPORA} (set BULWARK_CORPORA); only generated ones are compared`);
}
const whereOracle = HAS_ORACLE ? describe : describe.skip;
const whereCorpora = HAS_CORPORA ? test : test.skip;

/** The first pairs on which two matchers differ, for whoever has to mend one. */
function differences(name: string, ours: readonly Answer[], theirs: readonly Answer[]): object[] {
  return (groups.get(name) ?? []).flatMap(({ patterns, events }, question) => {
    const [mine, other] = [ours[question] as Answer, theirs[question] as Answer];
    return [
      ...patterns.flatMap((pattern, number) =>
        (mine.refused[number] === null) === (other.refused[number] === null)
          ? []
          : [{ pattern, ours: mine.refused[number], theirs: other.refused[number] }],
      ),
      ...events.flatMap((event, at) =>
        patterns.flatMap((pattern, number) => {
          const [ours, theirs] = [mine, other].map(({ matches }) => matches[at]?.includes(number));
          return ours === theirs ? [] : [{ pattern, event, ours, theirs }];
        }),
      ),
    ];
  });
}

function expectAgreement(name: string, ours: 'command' | 'sandbox', theirs: 'command' | 'oracle'): void {
  const answers = answered.get(name) as Answers;
  const found = differences(name, answers[ours], answers[theirs] as readonly Answer[]);
  expect({ differences: found.length, first: found.slice(0, 5) }).toEqual({ differences: 0, first: [] });
}

function counted(name: string): { readonly pairs: number; readonly matched: number } {
  const questions = groups.get(name) ?? [];
  const matches = answered.get(name)?.command.flatMap((answer) => answer.matches) ?? [];
  return {
    pairs: questions.reduce((sum, { patterns, events }) => sum + patterns.length * events.length, 0),
    matched: matches.reduce((sum, numbers) => sum + numbers.length, 0),
  };
}

const GENERATED = [...OPERATORS.map(({ name }) => name), 'structures', 'odd', 'refused'];

describe.each(['command', 'sandbox'] as const)('event-ruler and the matcher of the %s agree', (ours) => {
  whereOracle("with AWS's own", () => {
    whereCorpora('on every deployed pattern and every recorded event', () => {
      expectAgreement('deployed', ours, 'oracle');
      expect(answered.get('deployed')?.oracle?.[0]?.refused.every((reason) => reason === null)).toBe(true);
      const { pairs, matched } = counted('deployed');
      expect(pairs).toBeGreaterThan(5_000);
      expect(matched).toBeGreaterThan(50);
    });

    whereCorpora('on the pairs of its own tests', () => {
      expectAgreement('pairs', ours, 'oracle');
      expect(counted('pairs').pairs).toBeGreaterThan(40);
    });

    test.each(GENERATED)('on generated cases: %s', (name) => expectAgreement(name, ours, 'oracle'));
  });
});

describe('without a Java', () => {
  test.each([...GENERATED, 'faults'])('the two matchers agree with each other: %s', (name) =>
    expectAgreement(name, 'sandbox', 'command'),
  );

  test.each(ODD.map(([title, , , verdict], index) => ({ title, verdict, index })))('$title', ({ verdict, index }) => {
    expect(answered.get('odd')?.command[index]?.matches).toEqual([verdict ? [0] : []]);
  });

  test.each(REFUSED.map(([title], index) => ({ title, index })))('$title is refused', ({ index }) => {
    expect(answered.get('refused')?.command[index]?.refused).toEqual([expect.any(String)]);
  });

  test.each(OPERATORS.map(({ name }) => name))('generated cases both match and do not: %s', (name) => {
    const { pairs, matched } = counted(name);
    expect(matched / pairs).toBeGreaterThan(0.02);
    expect(matched / pairs).toBeLessThan(0.98);
  });
});

whereOracle('event-ruler is wrong where', () => {
  test.each(FAULTS.map(([title, , , theirs], index) => ({ title, theirs, index })))('$title', ({ theirs, index }) => {
    const answers = answered.get('faults');
    expect(answers?.oracle?.[index]?.matches).toEqual([theirs ? [0] : []]);
    expect(answers?.command[index]?.matches).toEqual([theirs ? [] : [0]]);
  });
});

afterAll(() => {
  const total = GENERATED.map(counted).reduce((sum, { pairs }) => sum + pairs, 0);
  const [deployed] = groups.get('deployed') ?? [];
  console.info(
    `compared ${HAS_ORACLE ? 'with event-ruler' : 'with each other only'}: ${deployed ? `${deployed.patterns.length} deployed patterns × ${deployed.events.length} recorded events (${counted('deployed').matched} match), ` : ''}${groups.get('pairs')?.length ?? 0} pairs, ${total} generated pairs, ${REFUSED.length} patterns that are none`,
  );
});

import { difference } from '../../cli/diff';
import { count, printable } from '../../cli/text';
import { milliseconds, moment, parseDate, parseDuration, span } from '../../cli/times';

describe('times', () => {
  test.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['0h', undefined],
    ['24', undefined],
    ['1y', undefined],
    ['-1h', undefined],
    ['1.5h', undefined],
    ['', undefined],
  ])('%s is a duration of %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    ['2026-12-31', '2026-12-31T23:59:59.000Z'],
    ['2026-12-31T08:00Z', '2026-12-31T08:00:00.000Z'],
    ['2026-12-31T08:00:00+02:00', '2026-12-31T06:00:00.000Z'],
    ['2026-02-30', undefined],
    ['2026-12-31T08:00', undefined],
    ['31.12.2026', undefined],
    ['tomorrow', undefined],
  ])('%s is the moment %s', (text, iso) => {
    expect(parseDate(text)?.toISOString()).toBe(iso);
  });

  test('are told as people read them', () => {
    expect(moment('2026-11-25T08:44:12.345Z')).toBe('2026-11-25 08:44:12');
    expect([1_500, 119_000, 120_000, 7_199_000, 7_200_000, 172_799_000, 172_800_000].map(span)).toEqual([
      '1 s',
      '119 s',
      '2 min',
      '119 min',
      '2 h',
      '47 h',
      '2 days',
    ]);
    expect([840.4, 2_412].map(milliseconds)).toEqual(['840 ms', '2.41 s']);
    expect([1, 2, 0].map((number) => count(number, 'plan'))).toEqual(['1 plan', '2 plans', '0 plans']);
  });
});

describe('what others wrote', () => {
  test.each([
    ['moves no cursor', 'a\u001b[2Kb', 'a\\u{1b}[2Kb'],
    ['moves none by one byte either', 'a\u009b2Kb', 'a\\u{9b}2Kb'],
    ['breaks no line', 'a\nb\u2028c', 'a\\u{a}b\\u{2028}c'],
    ['turns no text round', 'arn:\u202eprod', 'arn:\\u{202e}prod'],
    ['hides nothing', 'admin\u200b', 'admin\\u{200b}'],
    ['stays as it is otherwise', 'Größe: 5 €, «日本» 👍', 'Größe: 5 €, «日本» 👍'],
  ])('%s', (_, given, shown) => {
    expect(printable(given)).toBe(shown);
  });
});

describe('a change', () => {
  const shown = (before: unknown, after: unknown) => difference(before, after).map(({ sign, text }) => sign + text);

  test('is shown by what it takes away and adds, whatever the order of members', () => {
    expect(shown({ b: false, a: 1 }, { a: 1, b: true })).toEqual([
      ' {',
      '   "a": 1,',
      '-  "b": false',
      '+  "b": true',
      ' }',
    ]);
  });

  test('of a setting that was never made says so', () => {
    expect(shown(null, { on: true })).toEqual(['-nothing', '+{', '+  "on": true', '+}']);
    expect(shown({ on: true }, undefined)).toEqual(['-{', '-  "on": true', '-}', '+nothing']);
  });

  test('of one line among many leaves out what is alike', () => {
    const list = (odd: string) => Array.from({ length: 40 }, (_, index) => (index === 20 ? odd : `line ${index}`));
    expect(shown(list('old'), list('new'))).toEqual([
      ' … 18 lines alike',
      '   "line 17",',
      '   "line 18",',
      '   "line 19",',
      '-  "old",',
      '+  "new",',
      '   "line 21",',
      '   "line 22",',
      '   "line 23",',
      ' … 17 lines alike',
    ]);
  });

  test('of a policy is laid out, though AWS keeps it as one text', () => {
    const policy = (effect: string) => ({ policy: JSON.stringify({ Statement: [{ Effect: effect }] }) });
    expect(shown(policy('Allow'), policy('Deny'))).toEqual([
      ' … 1 line alike',
      '   "policy": {',
      '     "Statement": [',
      '       {',
      '-        "Effect": "Allow"',
      '+        "Effect": "Deny"',
      '       }',
      '     ]',
      '   }',
      ' … 1 line alike',
    ]);
  });

  test('of the form of a policy alone is still shown', () => {
    expect(shown({ policy: '{"a":1}' }, { policy: '{ "a": 1 }' })).toEqual([
      ' {',
      '-  "policy": "{\\"a\\":1}"',
      '+  "policy": "{ \\"a\\": 1 }"',
      ' }',
    ]);
  });
});

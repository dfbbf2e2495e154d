import { isRecord, NAME, recordsOf, text, textAt, valueAt } from '../../../lambda/runtime/foreign';

describe('foreign input', () => {
  test.each([
    [{}, 'constructor.name', undefined],
    [{}, '__proto__', undefined],
    [JSON.parse('{"__proto__":{"a":1}}'), 'a', undefined],
    [{ a: { b: 1 } }, 'a.b', 1],
    [{ a: [1] }, 'a.0', undefined],
    [{ a: 'text' }, 'a.length', undefined],
    [null, 'a', undefined],
    [7, 'toFixed', undefined],
  ])('%j has at %s: %s', (value, path, found) => {
    expect(valueAt(value, path)).toBe(found);
  });

  test.each([
    ['a', 'a'],
    ['', undefined],
    [7, undefined],
    [[], undefined],
    [{ toString: () => 'a' }, undefined],
  ])('%j is the text %s', (a, found) => {
    expect(textAt({ a }, 'a')).toBe(found);
    expect(text(a)).toBe(found ?? '');
  });

  test('is a record only as an object that is no list', () => {
    expect([{}, [], null, 'x', 7, undefined].map(isRecord)).toEqual([true, false, false, false, false, false]);
    expect(recordsOf([{ a: 1 }, [], null, 'x'])).toEqual([{ a: 1 }]);
    expect(recordsOf({ 0: {} })).toEqual([]);
  });

  test.each([
    ['arn:aws:s3:::b/key=1,2@x', true],
    ['', false],
    ['a b', false],
    ['a\nb', false],
    ['ü', false],
    ['x'.repeat(512), true],
    ['x'.repeat(513), false],
  ])('%j is a name: %s', (name, is) => {
    expect(NAME.test(name)).toBe(is);
  });
});

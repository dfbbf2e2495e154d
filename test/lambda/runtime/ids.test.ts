import { canonical, digest, planHash } from '../../../lambda/runtime/ids';

describe('canonical JSON', () => {
  test.each([
    [{ b: 1, a: { d: [3, { f: 1, e: 2 }], c: null } }, '{"a":{"c":null,"d":[3,{"e":2,"f":1}]},"b":1}'],
    [[2, 1], '[2,1]'],
    [null, 'null'],
    [{ a: undefined }, '{}'],
    [{ B: 1, a: 2, A: 3 }, '{"A":3,"B":1,"a":2}'],
  ])('of %j is %s', (value, text) => {
    expect(canonical(value)).toBe(text);
  });
});

describe('a digest', () => {
  test('has sixteen hexadecimal digits, always the same', () => {
    expect(digest('a', 'b')).toBe('7e18f737311b2dc3');
  });

  test('tells parts from one another', () => {
    const all = [digest('a', 'b'), digest('ab'), digest('b', 'a'), digest('a'), digest('a', '')];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the hash of a plan', () => {
  const change = { before: { on: false, by: ['a', 'b'] }, after: { on: true } };
  const hash = planHash('test-lamp', 'arn:aws:s3:::hall', change);

  test('does not depend on the order of keys', () => {
    const same = { after: { on: true }, before: { by: ['a', 'b'], on: false } };
    expect(planHash('test-lamp', 'arn:aws:s3:::hall', same)).toBe(hash);
  });

  test.each([
    ['remediation', 'test-bell', 'arn:aws:s3:::hall', change],
    ['resource', 'test-lamp', 'arn:aws:s3:::attic', change],
    ['state before', 'test-lamp', 'arn:aws:s3:::hall', { ...change, before: { on: false, by: ['b', 'a'] } }],
    ['state after', 'test-lamp', 'arn:aws:s3:::hall', { ...change, after: { on: true, dimmed: true } }],
  ])('is another one for another %s', (_, remediation, arn, changed) => {
    expect(planHash(remediation, arn, changed)).not.toBe(hash);
  });
});

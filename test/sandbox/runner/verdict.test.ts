import { type Findings, verdictOf } from '../../../sandbox/runner/verdict';

const good: Findings = { attacks: 3, repaired: 3, skipped: 0, differences: 0, refused: 0, warnings: 0 };

describe('a run', () => {
  test('is good when all attacks were repaired and nothing else was found', () => {
    expect(verdictOf(good)).toEqual({ isGood: true, line: '3 of 3 attacks repaired, 0 skipped, 0 differences' });
  });

  test.each([
    [{ repaired: 2 }, '2 of 3 attacks repaired, 0 skipped, 0 differences'],
    [{ attacks: 0, repaired: 0 }, '0 of 0 attacks repaired, 0 skipped, 0 differences'],
    [{ skipped: 1 }, '3 of 3 attacks repaired, 1 skipped, 0 differences'],
    [{ differences: 1 }, '3 of 3 attacks repaired, 0 skipped, 1 differences'],
    [{ refused: 2 }, '3 of 3 attacks repaired, 0 skipped, 0 differences, 2 connections refused'],
    [{ warnings: 1 }, '3 of 3 attacks repaired, 0 skipped, 0 differences, 1 warnings of the gateway'],
  ])('is not with %j', (change, line) => {
    expect(verdictOf({ ...good, ...change })).toEqual({ isGood: false, line });
  });
});

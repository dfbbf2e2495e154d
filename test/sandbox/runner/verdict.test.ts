import { type Findings, verdictOf } from '../../../sandbox/runner/verdict';

const good: Findings = {
  attacks: 3,
  repaired: 3,
  approved: 1,
  undone: 1,
  networkAttacks: 2,
  noticed: 2,
  skipped: 0,
  differences: 0,
  refused: 0,
  warnings: 0,
};
const people = '1 of them approved first, 1 taken back, 2 of 2 on the network noticed';

describe('a run', () => {
  test('is good when all attacks were repaired, people had their say, and nothing else was found', () => {
    expect(verdictOf(good)).toEqual({
      isGood: true,
      line: `3 of 3 attacks repaired, ${people}, 0 skipped, 0 differences`,
    });
  });

  test.each([
    [{ repaired: 2 }, `2 of 3 attacks repaired, ${people}, 0 skipped, 0 differences`],
    [{ attacks: 0, repaired: 0 }, `0 of 0 attacks repaired, ${people}, 0 skipped, 0 differences`],
    [
      { approved: 0 },
      '3 of 3 attacks repaired, 0 of them approved first, 1 taken back, 2 of 2 on the network noticed, 0 skipped, 0 differences',
    ],
    [
      { undone: 0 },
      '3 of 3 attacks repaired, 1 of them approved first, 0 taken back, 2 of 2 on the network noticed, 0 skipped, 0 differences',
    ],
    [
      { noticed: 1 },
      '3 of 3 attacks repaired, 1 of them approved first, 1 taken back, 1 of 2 on the network noticed, 0 skipped, 0 differences',
    ],
    [
      { networkAttacks: 0, noticed: 0 },
      '3 of 3 attacks repaired, 1 of them approved first, 1 taken back, 0 of 0 on the network noticed, 0 skipped, 0 differences',
    ],
    [{ skipped: 1 }, `3 of 3 attacks repaired, ${people}, 1 skipped, 0 differences`],
    [{ differences: 1 }, `3 of 3 attacks repaired, ${people}, 0 skipped, 1 differences`],
    [{ refused: 2 }, `3 of 3 attacks repaired, ${people}, 0 skipped, 0 differences, 2 connections refused`],
    [{ warnings: 1 }, `3 of 3 attacks repaired, ${people}, 0 skipped, 0 differences, 1 warnings of the gateway`],
  ])('is not with %j', (change, line) => {
    expect(verdictOf({ ...good, ...change })).toEqual({ isGood: false, line });
  });
});

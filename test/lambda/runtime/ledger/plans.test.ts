import { isTooOld, type PlanState, Plans } from '../../../../lambda/runtime/ledger/plans';
import { Sweeps } from '../../../../lambda/runtime/ledger/sweeps';
import { MemoryTable } from '../../../support/memory-table';
import { NOW } from '../../../support/engine';
import { ACCOUNT, LAMP_ARN, REGION } from '../../../support/signals';

const PLAN = {
  planId: 'p-1',
  hash: 'f00',
  remediation: 'test-lamp',
  resourceArn: LAMP_ARN,
  account: ACCOUNT,
  region: REGION,
  names: '{"lamp":"hall"}',
  before: '{"on":false}',
  after: '{"on":true}',
  reason: 'the drift was there before',
  actor: 'bob',
  signalId: 's-1',
};
const days = (count: number) => new Date(NOW.getTime() + count * 86_400_000);

describe('a plan', () => {
  test('is kept to the letter, in the form of the index', async () => {
    const table = new MemoryTable();
    const plans = new Plans(table);
    expect(await plans.propose(PLAN, NOW)).toBe(true);
    expect(await plans.get('p-1')).toEqual({ ...PLAN, state: 'OPEN', startedAt: NOW.toISOString() });
    expect(await table.get({ pk: 'PLAN#p-1', sk: 'PLAN' })).toMatchObject({ kind: { S: 'PLAN' } });
    expect(await plans.get('p-2')).toBeUndefined();
  });

  test('that is open stays as it was first proposed, for a month', async () => {
    const plans = new Plans(new MemoryTable());
    await plans.propose(PLAN, NOW);
    expect(await plans.propose({ ...PLAN, reason: 'other' }, days(30))).toBe(false);
    expect(await plans.get('p-1')).toMatchObject({ reason: PLAN.reason, startedAt: NOW.toISOString() });
    expect(await plans.propose({ ...PLAN, reason: 'other' }, days(30.01))).toBe(true);
    expect(await plans.get('p-1')).toMatchObject({ reason: 'other', startedAt: days(30.01).toISOString() });
  });

  test.each<Exclude<PlanState, 'OPEN'>>(['APPLIED', 'STALE', 'OBSOLETE'])(
    'that is %s is closed for good, until the same change is due again',
    async (state) => {
      const plans = new Plans(new MemoryTable());
      await plans.propose(PLAN, NOW);
      await plans.close('p-1', state, 'AIDA', days(1));
      await plans.close('p-1', 'STALE', 'AIDA', days(1));
      expect(await plans.get('p-1')).toMatchObject({ state });
      expect(await plans.propose(PLAN, days(2))).toBe(true);
      expect(await plans.get('p-1')).toMatchObject({ state: 'OPEN', startedAt: days(2).toISOString() });
    },
  );

  test('is too old after a month', () => {
    const stored = { ...PLAN, state: 'OPEN' as const, startedAt: NOW.toISOString() };
    expect([isTooOld(stored, days(30)), isTooOld(stored, days(30.01))]).toEqual([false, true]);
  });
});

describe('a sweep', () => {
  test('keeps when it began, how many legs it has and which are done, however often it is said', async () => {
    const table = new MemoryTable();
    const sweeps = new Sweeps(table);
    await sweeps.begin('s-1', 3, NOW);
    await sweeps.begin('s-1', 3, days(1));
    await sweeps.found('s-1', 20);
    await sweeps.found('s-1', 5);
    for (const leg of ['a', 'b', 'a']) await sweeps.done('s-1', leg);
    expect(await table.get({ pk: 'SWEEP#s-1', sk: 'SWEEP' })).toMatchObject({
      kind: { S: 'SWEEP' },
      startedAt: { S: NOW.toISOString() },
      legs: { N: '3' },
      resources: { N: '25' },
      done: { SS: ['a', 'b'] },
    });
  });
});

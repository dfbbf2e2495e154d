import { Runs } from '../../../../lambda/runtime/ledger/runs';
import { MemoryTable } from '../../../support/memory-table';
import { NOW } from '../../../support/engine';
import { ACCOUNT, LAMP_ARN, REGION } from '../../../support/signals';

const RUN = {
  runId: 'r-1',
  remediation: 'test-lamp',
  resourceArn: LAMP_ARN,
  account: ACCOUNT,
  region: REGION,
  names: '{"lamp":"hall"}',
  signalId: 's-1',
  actor: 'bob',
  before: '{"on":false}',
  after: '{"on":true}',
};
const LIMITS = { cap: 2, rate: { service: 's3', perSecond: 2 } };
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
/** What was recorded, and what comes after by what is found. */
const JOIN: Parameters<Runs['begin']>[3] = ({ before }, { after }) => ({ before, after });
const moment = (seconds = 0) => ({ now: at(seconds), lookedAt: at(seconds), deadline: at(seconds + 60) });

function ledger() {
  const table = new MemoryTable();
  const runs = new Runs(table);
  const begin = (more: Partial<typeof RUN> = {}, seconds = 0, limits: Parameters<Runs['begin']>[1] = LIMITS) =>
    runs.begin({ ...RUN, ...more }, limits, moment(seconds), JOIN);
  /** Begins, and finishes at once. */
  const repair = async (more: Partial<typeof RUN> = {}, seconds = 0, limits: Parameters<Runs['begin']>[1] = LIMITS) => {
    const begun = await begin(more, seconds, limits);
    if (begun.kind === 'begun') await runs.finish(begun, at(seconds));
    return begun.kind;
  };
  return { table, runs, begin, repair };
}

describe('a run', () => {
  test('is written down with all that is needed to take it back, in the forms of the indices', async () => {
    const { table, runs, begin } = ledger();
    await runs.begin({ ...RUN, planId: 'p-1', approvedBy: 'AIDA' }, LIMITS, moment(), JOIN);
    expect(await begin({ runId: 'r-2', resourceArn: 'arn:aws:s3:::attic' })).toMatchObject({
      kind: 'begun',
      runId: 'r-2',
    });
    expect(await table.get({ pk: 'RUN#r-1', sk: 'RUN' })).toMatchObject({
      kind: { S: 'RUN' },
      state: { S: 'APPLYING' },
      startedAt: { S: NOW.toISOString() },
      resourceArn: { S: LAMP_ARN },
      planId: { S: 'p-1' },
      approvedBy: { S: 'AIDA' },
    });
    expect(await runs.get('r-1')).toEqual({
      ...RUN,
      state: 'APPLYING',
      startedAt: NOW.toISOString(),
      isUntouched: false,
    });
    expect(await runs.get('r-3')).toBeUndefined();
  });

  test('that is opened again after a failure keeps the state before, takes the new state after, and counts once', async () => {
    const { table, runs, begin, repair } = ledger();
    const first = await begin();
    if (first.kind === 'begun') await runs.release(first, at(0));
    expect(await begin({ before: '{"half":1}', after: '{"on":2}' }, 1)).toMatchObject({ kind: 'begun', runId: 'r-1' });
    expect(await runs.get('r-1')).toMatchObject({ before: RUN.before, after: '{"on":2}' });
    expect(await table.get({ pk: 'RUN#r-1', sk: 'RUN' })).toMatchObject({ attempts: { N: '2' } });
    expect(await repair({ runId: 'r-2', resourceArn: 'arn:aws:s3:::attic' }, 2)).toBe('begun');
    expect(await repair({ runId: 'r-3', resourceArn: 'arn:aws:s3:::cellar' }, 3)).toBe('capped');
  });

  test('that is over is never opened again: its signal gets another one', async () => {
    const { runs, repair, begin } = ledger();
    await repair();
    expect(await begin({ before: '{"on":0}' }, 2)).toMatchObject({ runId: 'r-1-2' });
    expect(await runs.latest('r-1')).toMatchObject({ runId: 'r-1-2', before: '{"on":0}' });
    expect(await runs.get('r-1')).toMatchObject({ state: 'REMEDIATED', before: RUN.before });
  });

  test('whose first attempt changed nothing takes the state as the next one finds it', async () => {
    const { runs, begin } = ledger();
    const first = await begin();
    if (first.kind === 'begun') await runs.release(first, at(0), false);
    expect(await runs.get('r-1')).toMatchObject({ state: 'APPLYING', isUntouched: true });
    const second = await begin({ before: '{"on":"dim"}' }, 1);
    expect(await runs.get('r-1')).toMatchObject({ before: '{"on":"dim"}', isUntouched: false });
    if (second.kind === 'begun') await runs.release(second, at(1));
    const third = await begin({ before: '{"half":1}' }, 2);
    // This one changed nothing, the one before may have.
    if (third.kind === 'begun') await runs.release(third, at(2), false);
    expect(await runs.get('r-1')).toMatchObject({ before: '{"on":"dim"}', isUntouched: false });
  });

  test('that changed nothing may be given up, and its signal gets another one', async () => {
    const { runs, begin } = ledger();
    const first = await begin();
    if (first.kind === 'begun') await runs.abandon(first, at(1));
    expect(await runs.get('r-1')).toMatchObject({ state: 'ABANDONED' });
    expect(await begin({}, 2)).toMatchObject({ kind: 'begun', runId: 'r-1-2' });
  });

  test('is held by one attempt at a time', async () => {
    const { begin } = ledger();
    await begin();
    expect([await begin(), await begin({ runId: 'r-2' })]).toEqual([{ kind: 'busy' }, { kind: 'busy' }]);
    expect(await begin({ runId: 'r-2' }, 61)).toMatchObject({ kind: 'begun' });
  });

  test('that took longer than it may closes all the same, and does not free what another one holds', async () => {
    const { runs, begin } = ledger();
    const slow = await begin();
    await begin({ runId: 'r-2' }, 61);
    if (slow.kind === 'begun') await runs.finish(slow, at(62));
    expect(await runs.get('r-1')).toMatchObject({ state: 'REMEDIATED' });
    expect(await begin({ runId: 'r-3' }, 63)).toEqual({ kind: 'busy' });
    if (slow.kind === 'begun') await runs.release(slow, at(63));
    expect(await begin({ runId: 'r-3' }, 63)).toEqual({ kind: 'busy' });
  });

  test('left open is taken over once its attempt is over, and by one only', async () => {
    const { table, runs, begin } = ledger();
    await begin();
    const run = { runId: 'r-1', resourceArn: LAMP_ARN };
    expect(await runs.takeOver(run, moment(9))).toEqual({ kind: 'busy' });
    const taken = await runs.takeOver(run, moment(61));
    expect(taken).toMatchObject({ kind: 'begun', runId: 'r-1' });
    expect(await runs.takeOver(run, moment(62))).toEqual({ kind: 'busy' });
    if (taken !== 'finished' && taken.kind === 'begun') await runs.finish(taken, at(63));
    expect(await runs.get('r-1')).toMatchObject({ ...RUN, state: 'REMEDIATED' });
    expect(await table.get({ pk: 'RUN#r-1', sk: 'RUN' })).toMatchObject({ attempts: { N: '2' } });
    expect(await runs.takeOver(run, moment(64))).toBe('finished');
    expect(await runs.takeOver({ ...run, runId: 'r-none' }, moment(64))).toBe('finished');
    expect(await runs.get('r-none')).toBeUndefined();
  });

  test('is not begun on a look at what another run has held since', async () => {
    const { runs, repair } = ledger();
    await repair({}, 5);
    const late = { now: at(6), lookedAt: at(4), deadline: at(66) };
    expect(await runs.begin({ ...RUN, runId: 'r-2' }, LIMITS, late, JOIN)).toEqual({ kind: 'busy' });
    expect(await runs.begin(RUN, LIMITS, late, JOIN)).toEqual({ kind: 'busy' });
    expect(await runs.begin({ ...RUN, runId: 'r-2' }, LIMITS, { ...late, lookedAt: at(5) }, JOIN)).toMatchObject({
      kind: 'begun',
    });
  });
});

describe('the bounds of runs', () => {
  const lamps = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ runId: `r-${index}`, resourceArn: `arn:aws:s3:::lamp-${index}` }));

  test('are of the hour, for each remediation and account', async () => {
    const { repair } = ledger();
    const kinds = [];
    for (const [index, lamp] of lamps(3).entries()) kinds.push(await repair(lamp, index));
    expect(kinds).toEqual(['begun', 'begun', 'capped']);
    expect(await repair({ runId: 'r-a', account: '210987654321' }, 4)).toBe('begun');
    expect(await repair({ runId: 'r-b', remediation: 'test-bell', resourceArn: 'arn:aws:s3:::b' }, 5)).toBe('begun');
    expect(await repair({ runId: 'r-c', resourceArn: 'arn:aws:s3:::c' }, 3_600)).toBe('begun');
  });

  test('leave nothing behind of a run that they stop', async () => {
    const { table, runs, repair } = ledger();
    for (const [index, lamp] of lamps(3).entries()) await repair(lamp, index);
    expect(await runs.get('r-2')).toBeUndefined();
    expect(await table.get({ pk: 'LEASE#arn:aws:s3:::lamp-2', sk: 'LEASE' })).toBeUndefined();
  });

  test('are of the second, for each service, account and Region', async () => {
    const { begin } = ledger();
    const wide = { cap: 99, rate: { service: 'wafv2', perSecond: 1 } };
    const kindOf = async (more: object, seconds = 0) => (await begin(more, seconds, wide)).kind;
    const [first, second] = lamps(2);
    expect([await kindOf(first ?? {}), await kindOf(second ?? {})]).toEqual(['begun', 'throttled']);
    expect(await kindOf({ runId: 'r-a', resourceArn: 'arn:a', region: 'us-east-1' })).toBe('begun');
    expect(await kindOf({ runId: 'r-b', resourceArn: 'arn:b', account: '210987654321' })).toBe('begun');
    expect(await kindOf(second ?? {}, 1)).toBe('begun');
  });

  test('end a fight at the fourth repair of one resource within an hour that slides', async () => {
    const { repair } = ledger();
    const wide = { ...LIMITS, cap: 99 };
    const kinds = [];
    for (const [index, seconds] of [0, 1_500, 3_000, 3_599, 3_601, 3_602, 5_101].entries()) {
      kinds.push(await repair({ runId: `r-${index}` }, seconds, wide));
    }
    expect(kinds).toEqual(['begun', 'begun', 'begun', 'flapping', 'begun', 'flapping', 'begun']);
    expect(await repair({ runId: 'r-other', remediation: 'test-bell' }, 5_102, wide)).toBe('begun');
  });

  test.each([
    [true, 'begun', 'begun'],
    [false, 'flapping', 'capped'],
  ] as const)('unguarded %s: a fourth repair is %s, one beyond the cap is %s', async (isUnguarded, fourth, beyond) => {
    const { repair } = ledger();
    for (const index of [0, 1, 2]) await repair({ runId: `r-${index}` }, index, { ...LIMITS, cap: 3 });
    const free = { ...LIMITS, cap: 99, isUnguarded };
    expect(await repair({ runId: 'r-3' }, 3, free)).toBe(fourth);
    const capped = { ...LIMITS, cap: 3, isUnguarded };
    expect(await repair({ runId: 'r-4', resourceArn: 'arn:aws:s3:::attic' }, 4, capped)).toBe(beyond);
  });
});

describe('taking a run back', () => {
  async function finished() {
    const made = ledger();
    await made.repair();
    const run = await made.runs.get('r-1');
    if (run === undefined) throw new Error('no run');
    return { ...made, run };
  }

  test('holds the resource, and is over once', async () => {
    const { runs, run, begin } = await finished();
    const held = await runs.beginUndo(run, 'AIDA', moment(1));
    expect(await begin({ runId: 'r-2' }, 2)).toEqual({ kind: 'busy' });
    expect(await runs.beginUndo(run, 'AIDA', moment(2))).toBeUndefined();
    if (held !== undefined) await runs.finishUndo(held, at(3));
    expect(await runs.get('r-1')).toMatchObject({ state: 'UNDONE' });
    expect(await runs.beginUndo(run, 'AIDA', moment(4))).toBeUndefined();
    expect(await begin({ runId: 'r-2' }, 4)).toMatchObject({ kind: 'begun' });
  });

  test('may be begun again after it failed', async () => {
    const { runs, run } = await finished();
    const held = await runs.beginUndo(run, 'AIDA', moment(1));
    if (held !== undefined) await runs.release(held, at(1));
    expect(await runs.get('r-1')).toMatchObject({ state: 'UNDOING' });
    expect(await runs.beginUndo(run, 'AIDA', moment(2))).toBeDefined();
  });

  test('that is refused leaves the run as it was', async () => {
    const { runs, run, begin } = await finished();
    const held = await runs.beginUndo(run, 'AIDA', moment(1));
    if (held !== undefined) await runs.refuseUndo(held, at(2));
    expect(await runs.get('r-1')).toMatchObject({ state: 'REMEDIATED' });
    expect(await begin({ runId: 'r-2' }, 3)).toMatchObject({ kind: 'begun' });
  });
});

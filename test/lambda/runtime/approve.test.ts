import { BusyError, RefusedError } from '../../../lambda/runtime/errors';
import { approve, type Desk } from '../../../lambda/runtime/people';
import { run, type Unit } from '../../../lambda/runtime/run';
import {
  anotherRun,
  FIRST,
  type Lamp,
  lampUnit,
  SECOND,
  signalOf,
  type TraceOptions,
  traceEngine,
} from '../../support/engine';
import { ACCOUNT, LAMP_ARN, swept } from '../../support/signals';

const BY = { name: 'alice', senderId: 'AROAEXAMPLE:alice' };

/** A plan that a sweep made of a lamp that is off, and somebody who approves it. */
async function proposed(options: TraceOptions = {}, spec: Partial<Unit['spec']> = {}, members = {}) {
  const { engine, trace } = traceEngine(options);
  const lamp: Lamp = { on: false };
  const unit = lampUnit(lamp, trace, spec, members);
  const propose = async () => {
    const [report] = await run(signalOf(swept()), unit, engine, FIRST);
    const { planId = '', planHash = '' } = report ?? {};
    return { planId, hash: planHash };
  };
  const plan = await propose();
  trace.steps.length = 0;
  const desk: Desk = { engine, units: [unit], delivery: FIRST, orderId: 'm-1' };
  const order = (more: object = {}) => approve({ order: 'approve', ...plan, by: BY, ...more }, desk);
  const stateOf = async () => (await trace.ledger.plans.get(plan.planId))?.state;
  return { engine, trace, lamp, plan, desk, order, stateOf, propose };
}

describe('an approval', () => {
  test('carries out exactly the plan, records who approved it, and closes it', async () => {
    const { trace, order, plan, stateOf } = await proposed();
    const report = await order();
    expect(trace.steps).toEqual([
      'plans.get',
      'settings',
      'exemptions.find',
      'inspect',
      'runs.begin',
      'apply',
      'inspect',
      'report REMEDIATED',
      'runs.finish',
      'plans.close',
    ]);
    expect(report).toMatchObject({
      outcome: 'REMEDIATED',
      reason: 'approved by alice',
      actor: 'alice (AROAEXAMPLE:alice)',
      resourceArn: LAMP_ARN,
      signal: { id: 'm-1', kind: 'order', cause: 'approve' },
      planId: plan.planId,
      planHash: plan.hash,
      before: { on: false },
      after: { on: true },
      answer: `bulwark undo ${report.runId}`,
      notify: true,
    });
    expect(await stateOf()).toBe('APPLIED');
    expect(await trace.ledger.runs.get(report.runId)).toMatchObject({ state: 'REMEDIATED', before: '{"on":false}' });
    expect(trace.writes).toMatchObject([
      { role: `arn:aws:iam::${ACCOUNT}:role/bulwark/main/tighten/bulwark-main-test-lamp`, session: report.runId },
    ]);
  });

  test('of a disruptive repair takes the role that only approvals may take', async () => {
    const { trace, order } = await proposed({}, { disruptive: true });
    expect((await order()).outcome).toBe('REMEDIATED');
    expect(trace.writes[0]?.role).toBe(`arn:aws:iam::${ACCOUNT}:role/bulwark/main/disruptive/bulwark-main-test-lamp`);
  });

  test.each([
    ['the cap', { 'deployed/cap': '0' }],
    ['the mode', { 'override/mode': 'PROPOSE' }],
  ])('does not mind %s: a person asked for this very change', async (_, parameters) => {
    const { order } = await proposed({ parameters });
    expect((await order()).outcome).toBe('REMEDIATED');
  });

  test('does not mind that the resource was repaired three times within the hour', async () => {
    const { trace, order } = await proposed();
    for (const runId of ['r-1', 'r-2', 'r-3']) {
      await trace.ledger.runs.finish(await anotherRun(trace, { runId, remediation: 'test-lamp' }), trace.clock.now);
    }
    expect((await order()).outcome).toBe('REMEDIATED');
  });

  test('that comes twice changes nothing the second time, and says so', async () => {
    const { trace, order } = await proposed();
    await order();
    trace.steps.length = 0;
    expect(await order()).toMatchObject({ outcome: 'COMPLIANT', reason: 'the plan was carried out before' });
    expect(trace.steps).toEqual(['plans.get', 'report COMPLIANT']);
  });

  test('of a resource that is secure by now changes nothing and closes the plan', async () => {
    const { trace, lamp, order, stateOf } = await proposed();
    lamp.on = true;
    expect(await order()).toMatchObject({ outcome: 'COMPLIANT', reason: 'found secure', answer: 'nothing to do' });
    expect(await stateOf()).toBe('OBSOLETE');
    expect(trace.writes).toEqual([]);
  });

  test('of a resource that has changed since is refused, and its plan is closed', async () => {
    const before = { on: false, dimmed: false };
    const inspect = async () => ({ compliant: false, drift: { before: { ...before }, after: { on: true } } });
    const { trace, order, stateOf } = await proposed({}, {}, { inspect });
    before.dimmed = true;
    await expect(order()).rejects.toThrow(RefusedError);
    expect(await stateOf()).toBe('STALE');
    await expect(order()).rejects.toThrow('is STALE');
    expect(trace.writes).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      'of another change than the plan is',
      { hash: 'ffffffffffffffff' },
      'the approval names the change ffffffffffffffff',
    ],
    ['of a plan that is not there', { planId: 'p-ffffffffffffffff' }, 'there is no plan p-ffffffffffffffff'],
  ])('%s is refused, and leaves the plan open', async (_, more, reason) => {
    const { trace, order, stateOf } = await proposed();
    await expect(order({ ...more })).rejects.toThrow(RefusedError);
    await expect(order({ ...more })).rejects.toThrow(reason);
    expect(await stateOf()).toBe('OPEN');
    expect(trace.writes).toEqual([]);
  });

  test('of a plan that is a month old is refused', async () => {
    const { trace, order } = await proposed();
    trace.clock.advance(30 * 86_400_000 + 1);
    await expect(order()).rejects.toThrow('wait for the next sweep');
    expect(trace.writes).toEqual([]);
  });

  test('under the kill switch is refused before anything is read', async () => {
    const { trace, order } = await proposed();
    trace.parameters.set('kill-switch', 'ON');
    await expect(order()).rejects.toThrow('the kill switch is on');
    expect(trace.steps).toEqual([]);
  });

  const covering = (desk: Desk, options: TraceOptions): Desk => ({
    ...desk,
    engine: { ...desk.engine, scope: traceEngine(options).engine.scope },
  });
  test.each<[string, (desk: Desk) => Desk, string]>([
    ['whose remediation is not deployed any more', (desk) => ({ ...desk, units: [] }), 'is not deployed any more'],
    ['whose account is not covered', (desk) => covering(desk, { accounts: ['999999999999'] }), 'is not covered'],
    ['whose Region is not covered', (desk) => covering(desk, { regions: ['eu-west-9'] }), 'is not covered'],
  ])('of a plan %s is refused', async (_, change, reason) => {
    const { desk, plan, trace } = await proposed();
    await expect(approve({ order: 'approve', ...plan, by: BY }, change(desk))).rejects.toThrow(reason);
    expect(trace.writes).toEqual([]);
  });

  test('waits while another run holds the resource', async () => {
    const { trace, order } = await proposed();
    await anotherRun(trace);
    await expect(order()).rejects.toThrow(BusyError);
    expect(trace.writes).toEqual([]);
  });

  test.each(['apply', 'report REMEDIATED', 'runs.finish', 'plans.close'])(
    'that fails at %s is carried out once, and told with the way back',
    async (step) => {
      const { trace, order, desk, plan, stateOf } = await proposed();
      trace.failNext(step);
      await expect(order()).rejects.toThrow('down');
      const report = await approve({ order: 'approve', ...plan, by: BY }, { ...desk, delivery: SECOND });
      expect(report).toMatchObject({ outcome: 'REMEDIATED', answer: `bulwark undo ${report.runId}` });
      expect(trace.steps.filter((each) => each === 'apply')).toHaveLength(1);
      expect(await stateOf()).toBe('APPLIED');
      expect(await trace.ledger.runs.get(report.runId)).toMatchObject({ state: 'REMEDIATED' });
    },
  );

  test.each<[string, (made: Awaited<ReturnType<typeof proposed>>) => unknown, RegExp]>([
    ['where the mode is OBSERVE', ({ trace }) => trace.parameters.set('override/mode', 'OBSERVE'), /OBSERVE/],
    [
      'of a resource that somebody has exempted, with the line that ends it',
      ({ trace }) =>
        trace.ledger.exemptions.put(
          {
            remediation: 'all',
            scope: 'account',
            target: ACCOUNT,
            account: ACCOUNT,
            owner: 'bob',
            reason: 'a film is shown',
            expires: '2026-12-01T00:00:00.000Z',
            createdBy: 'AIDA',
          },
          trace.clock.now,
        ),
      /bob has exempted .*bulwark exempt --revoke e-/,
    ],
  ])('is refused %s', async (_, prepare, reason) => {
    const made = await proposed();
    await prepare(made);
    await expect(made.order()).rejects.toThrow(reason);
    expect(made.trace.writes).toEqual([]);
    expect(await made.stateOf()).toBe('OPEN');
  });

  test('that failed half-way covers what is left, and nothing that came since', async () => {
    const state: Record<string, boolean> = { left: true, right: true };
    const { trace, order, stateOf } = await proposed({}, {}, {
      inspect: async () => {
        const lit = Object.fromEntries(Object.entries(state).filter(([, on]) => on));
        return Object.keys(lit).length > 0
          ? {
              compliant: false,
              drift: { before: lit, after: Object.fromEntries(Object.keys(lit).map((of) => [of, false])) },
            }
          : { compliant: true };
      },
      apply: async () => {
        state.left = false;
        throw new Error('the second call failed');
      },
    } as object);
    await expect(order()).rejects.toThrow('the second call failed');
    state.attic = true;
    await expect(order()).rejects.toThrow('the approval does not cover it');
    expect(state).toEqual({ left: false, right: true, attic: true });
    expect(await stateOf()).toBe('STALE');
    expect(trace.steps.filter((step) => step === 'runs.begin')).toHaveLength(1);
  });

  test('that failed half-way is finished, with the state before as it was at first', async () => {
    const state = { left: true, right: true };
    const { trace, order, stateOf, propose } = await proposed(
      {},
      {},
      {
        inspect: async () =>
          state.left || state.right
            ? { compliant: false, drift: { before: { ...state }, after: { left: false, right: false } } }
            : { compliant: true },
        apply: async () => {
          if (state.left) {
            state.left = false;
            throw new Error('the second call failed');
          }
          state.right = false;
        },
      },
    );
    await expect(order()).rejects.toThrow('the second call failed');
    const report = await order();
    expect(report.outcome).toBe('REMEDIATED');
    expect(await stateOf()).toBe('APPLIED');
    expect(await trace.ledger.runs.get(report.runId)).toMatchObject({ before: '{"left":true,"right":true}' });

    // The same plan, proposed and approved anew, is another run that is finished likewise.
    Object.assign(state, { left: true, right: true });
    trace.clock.advance(60_000);
    await propose();
    await expect(order()).rejects.toThrow('the second call failed');
    const again = await order();
    expect(again.outcome).toBe('REMEDIATED');
    expect(again.runId).not.toBe(report.runId);
  });
});

import { BusyError, ChangedError, RefusedError, VerificationError } from '../../../lambda/runtime/errors';
import { type Desk, undo } from '../../../lambda/runtime/people';
import type { Remediator } from '../../../lambda/runtime/remediation';
import { run, type Unit } from '../../../lambda/runtime/run';
import { anotherRun, FIRST, type Lamp, lampUnit, signalOf, type TraceOptions, traceEngine } from '../../support/engine';
import { ACCOUNT, call, LAMP_ARN, REGION, swept } from '../../support/signals';

const BY = { name: 'alice', senderId: 'AROAEXAMPLE:alice' };

/** A lamp that was switched on, and somebody who wants it off. */
async function repaired(
  spec: Partial<Unit['spec']> = {},
  members: Partial<Remediator<never>> = {},
  options: TraceOptions = {},
) {
  const { engine, trace } = traceEngine(options);
  const lamp: Lamp = { on: false };
  const unit = lampUnit(lamp, trace, spec, members as object);
  const [report] = await run(signalOf(), unit, engine, FIRST);
  const runId = report?.runId ?? '';
  trace.steps.length = 0;
  trace.writes.length = 0;
  const desk: Desk = { engine, units: [unit], delivery: FIRST, orderId: 'm-1' };
  const order = (more: object = {}, at: Partial<Desk> = {}) =>
    undo({ order: 'undo', runId, reason: 'a film is shown', by: BY, ...more }, { ...desk, ...at });
  const stateOf = async () => (await trace.ledger.runs.get(runId))?.state;
  return { engine, trace, lamp, unit, runId, desk, order, stateOf };
}

const inForce = async ({ trace, engine }: Awaited<ReturnType<typeof repaired>>) =>
  (await trace.ledger.exemptions.list()).filter(({ expires }) => new Date(expires) > engine.now());

describe('an undo', () => {
  test('writes the exemption before it changes anything, and takes back exactly what was recorded', async () => {
    const made = await repaired();
    const { trace, runId, lamp, order, stateOf } = made;
    const report = await order();
    expect(trace.steps.filter((step) => !step.endsWith('.get'))).toEqual([
      'inspect',
      'exemptions.put',
      'runs.beginUndo',
      'undo',
      'inspect',
      'runs.finishUndo',
      'report EXEMPT',
    ]);
    expect(lamp.on).toBe(false);
    expect(await stateOf()).toBe('UNDONE');
    const [exemption] = await inForce(made);
    expect(exemption).toMatchObject({
      remediation: 'test-lamp',
      scope: 'resource',
      target: LAMP_ARN,
      account: ACCOUNT,
      owner: 'alice',
      reason: `undo of ${runId}: a film is shown`,
      expires: '2026-11-21T10:00:30.000Z',
      createdBy: BY.senderId,
    });
    expect(report).toMatchObject({
      outcome: 'EXEMPT',
      runId,
      reason: `alice took ${runId} back: a film is shown`,
      before: { on: true },
      after: { on: false },
      exemptionId: exemption?.id,
      answer: `bulwark exempt --revoke ${exemption?.id}`,
      signal: { kind: 'order', cause: 'undo' },
    });
  });

  test('takes the role that loosens, narrowed to the one resource and what the change names', async () => {
    const { trace, order, runId } = await repaired(
      {
        permissions: {
          read: [{ kind: 'resource', actions: ['s3:GetLamp'] }],
          write: [{ kind: 'resource', actions: ['s3:PutLamp'] }],
          undo: [
            { kind: 'resource', actions: ['s3:DouseLamp'] },
            { kind: 'related', actions: ['s3:PutFuse'], arn: 'arn:{partition}:s3:::{fuse}' },
          ],
        },
      },
      { undoNames: () => ({ fuse: ['f-1', 'f-2'] }) },
    );
    await order();
    expect(trace.writes).toEqual([
      {
        role: `arn:aws:iam::${ACCOUNT}:role/bulwark/main/loosen/bulwark-main-test-lamp-undo`,
        region: REGION,
        session: `undo-${runId}`,
        policy: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: ['s3:DouseLamp'], Resource: [LAMP_ARN] },
            { Effect: 'Allow', Action: ['s3:PutFuse'], Resource: ['arn:aws:s3:::f-1', 'arn:aws:s3:::f-2'] },
          ],
        },
      },
    ]);
  });

  test('keeps every later signal from repairing it again for a day', async () => {
    const { engine, trace, unit, order } = await repaired();
    trace.parameters.set('deployed/adopt-existing', 'true');
    await order();
    for (const message of [swept(), call({ eventID: 'later' })]) {
      expect(await run(signalOf(message), unit, engine, FIRST)).toMatchObject([{ outcome: 'EXEMPT' }]);
    }
    trace.clock.advance(24 * 3_600_000);
    expect(await run(signalOf(swept()), unit, engine, FIRST)).toMatchObject([{ outcome: 'REMEDIATED' }]);
  });

  test('that comes twice changes nothing the second time', async () => {
    const { trace, order } = await repaired();
    await order();
    trace.steps.length = 0;
    expect(await order()).toMatchObject({ outcome: 'EXEMPT', reason: 'taken back before' });
    expect(trace.steps).toEqual(['runs.get', 'report EXEMPT']);
  });

  test('is refused of a run that is not there, without a trace of an exemption', async () => {
    const made = await repaired();
    await expect(made.order({ runId: 'r-ffffffffffffffff' })).rejects.toThrow('there is no run r-ffffffffffffffff');
    expect(await inForce(made)).toEqual([]);
  });

  test('is refused of a repair that is never taken back, with the reason', async () => {
    const made = await repaired({ undo: { never: 'it is a safety lamp' } });
    await expect(made.order()).rejects.toThrow('cannot be taken back: it is a safety lamp');
    expect(await inForce(made)).toEqual([]);
  });

  test('is refused where the code knows no way back', async () => {
    const made = await repaired({}, { undo: undefined });
    await expect(made.order()).rejects.toThrow('test-lamp has no way back');
    expect(await inForce(made)).toEqual([]);
  });

  test('is refused of a run that is not finished', async () => {
    const { engine, trace } = traceEngine();
    const unit = lampUnit({ on: false, broken: true }, trace);
    await expect(run(signalOf(), unit, engine, FIRST)).rejects.toThrow(VerificationError);
    const runId = trace.writes[0]?.session ?? '';
    const desk = { engine, units: [unit], delivery: FIRST, orderId: 'm-1' };
    const undone = undo({ order: 'undo', runId, reason: 'x', by: BY }, desk);
    await expect(undone).rejects.toThrow(`the run ${runId} is not finished`);
    expect(trace.steps).not.toContain('exemptions.put');
  });

  test('is refused where the remediation is not deployed any more', async () => {
    const made = await repaired();
    await expect(made.order({}, { units: [] })).rejects.toThrow('test-lamp is not deployed any more');
    expect(await inForce(made)).toEqual([]);
  });

  test('is refused while the resource drifts again, however often it is ordered, and leaves nothing behind', async () => {
    const made = await repaired();
    made.lamp.on = false;
    for (let time = 0; time < 2; time += 1) await expect(made.order()).rejects.toThrow('drifts again');
    expect(made.trace.steps).not.toContain('undo');
    expect(await inForce(made)).toEqual([]);
    expect(await made.stateOf()).toBe('REMEDIATED');
  });

  test('is refused where the remediation finds that something else has changed it, and leaves nothing behind', async () => {
    const made = await repaired(
      {},
      { undo: async () => Promise.reject(new ChangedError('the lamp was dimmed since')) },
      { writesNothing: true },
    );
    await expect(made.order()).rejects.toThrow(RefusedError);
    expect(await inForce(made)).toEqual([]);
    expect(await made.stateOf()).toBe('REMEDIATED');
    made.lamp.on = false;
    await expect(made.order()).rejects.toThrow('drifts again');
  });

  test('that is refused after it has changed something says so, and leaves the exemption in force', async () => {
    const made = await repaired(
      {},
      { undo: async () => Promise.reject(new ChangedError('the lamp was dimmed since')) },
    );
    await expect(made.order()).rejects.toThrow(/dimmed since.* A part of it may be taken back.*--revoke e-/);
    expect(await inForce(made)).toHaveLength(1);
    expect(await made.stateOf()).toBe('UNDOING');
  });

  test('takes back what was repaired, and never told', async () => {
    const { engine, trace } = traceEngine();
    const lamp: Lamp = { on: false };
    const unit = lampUnit(lamp, trace);
    trace.failNext('report REMEDIATED');
    await expect(run(signalOf(), unit, engine, FIRST)).rejects.toThrow('down');
    const runId = trace.writes[0]?.session ?? '';
    const desk = { engine, units: [unit], delivery: FIRST, orderId: 'm-1' };
    expect(await undo({ order: 'undo', runId, reason: 'x', by: BY }, desk)).toMatchObject({ outcome: 'EXEMPT' });
    expect(lamp.on).toBe(false);
    expect(await trace.ledger.runs.get(runId)).toMatchObject({ state: 'UNDONE' });
  });

  test('waits while another run holds the resource, with the exemption in force', async () => {
    const made = await repaired();
    await anotherRun(made.trace);
    await expect(made.order()).rejects.toThrow(BusyError);
    expect(await inForce(made)).toHaveLength(1);
    expect(made.trace.steps).not.toContain('undo');
  });

  test('that failed half-way is repeated, whatever the state is by then', async () => {
    const made = await repaired();
    const { trace, lamp, order, stateOf } = made;
    trace.failNext('undo');
    await expect(order()).rejects.toThrow('down');
    expect({ on: lamp.on, state: await stateOf() }).toEqual({ on: false, state: 'UNDOING' });
    expect(await order()).toMatchObject({ outcome: 'EXEMPT', before: { on: true }, after: { on: false } });
    expect(await stateOf()).toBe('UNDONE');
    expect(await inForce(made)).toHaveLength(1);
  });

  test('that cannot write its exemption changes nothing', async () => {
    const { trace, order, lamp } = await repaired();
    trace.failNext('exemptions.put');
    await expect(order()).rejects.toThrow('down');
    expect({ on: lamp.on, writes: trace.writes }).toEqual({ on: true, writes: [] });
  });

  test('that leaves the resource secure, or otherwise than it was, has failed', async () => {
    const { order, stateOf } = await repaired({}, { undo: async () => undefined });
    await expect(order()).rejects.toThrow(VerificationError);
    expect(await stateOf()).toBe('UNDOING');
  });
});

import { randomUUID } from 'node:crypto';
import { order } from '../../../sandbox/runner/orders';
import type { CloudTrailRecord } from '../../../sandbox/gateway';
import type { UnitCase } from '../case';
import { expectInvariants, writesAmong } from './invariants';
import type { OwnSandbox } from './own-sandbox';
import { inParallel } from './random';
import { envelopeOf, isOurs } from './signals';

const GENERATIONS = 10;

/** What CloudTrail tells of our own roles. */
async function ownRecords(own: OwnSandbox, since: number): Promise<{ records: CloudTrailRecord[]; next: number }> {
  const { events, next } = await own.sandbox.events(since);
  return { records: events.filter(isOurs), next };
}

/** CloudTrail tells of our own calls as of anybody's. */
export function loops(of: () => OwnSandbox): void {
  test('ten generations of our own calls, told as events, lead to no change after the first', async () => {
    const own = of();
    const { sandbox } = own;
    const { units, signalOf } = own.units();
    const since = await own.mark();
    const targets: Array<{ unit: UnitCase<unknown>; target: unknown }> = [];
    for (const unit of units) {
      const target = await unit.make();
      targets.push({ unit, target });
      if (unit.operation === undefined) await unit.drift(target, `loop-${unit.id}`);
      else await signalOf(unit.operation, () => unit.drift(target, ''));
    }
    await own.idle();
    // Repairs that wait for a person, and one that is taken back, make records too.
    for (const { unit, target } of targets) {
      const { plans } = await own.ledgerOf(unit.arn(target));
      const open = plans.find(({ state, remediation }) => state === 'OPEN' && remediation === unit.id);
      if (open) await order(sandbox, 'approvals', { order: 'approve', planId: open.planId, hash: open.hash });
    }
    const runs = await own.runsSince(since);
    expect(new Set(runs.map(({ remediation }) => remediation)).size).toBe(units.length);
    const taken = runs.find(({ remediation }) => remediation === 'ec2-security-group-public-ingress');
    await order(sandbox, 'orders', { order: 'undo', runId: String(taken?.runId), reason: 'to see what it makes' });
    await own.idle();

    const statesOf = () => Promise.all(targets.map(({ unit, target }) => unit.state(target)));
    const states = await statesOf();
    const first = await ownRecords(own, since.event);
    const changes = writesAmong(await own.callsSince(since)).length;
    expect(changes).toBeGreaterThanOrEqual(units.length);
    expect(first.records.length).toBeGreaterThanOrEqual(changes);

    let { next } = first;
    let told = first.records;
    for (let generation = 1; generation <= GENERATIONS; generation += 1) {
      const before = await own.mark();
      // The very same events, and the same calls once more.
      const renewed = told.map((record) => ({ ...record, eventID: randomUUID(), eventTime: new Date().toISOString() }));
      await inParallel([...told, ...renewed], 8, (record) => sandbox.emit(record.awsRegion, envelopeOf(record)));
      await own.idle();
      expect(writesAmong(await own.callsSince(before))).toEqual([]);
      // What deciding on them made in turn is told next, beside all that was told before.
      const made = await ownRecords(own, next);
      next = made.next;
      told = [...first.records, ...made.records];
    }
    expect(await statesOf()).toEqual(states);
    expect(await own.runsSince(since)).toHaveLength(runs.length);
    expect(writesAmong(await own.callsSince(since))).toHaveLength(changes);
    await expectInvariants(own, since);
  }, 240_000);
}

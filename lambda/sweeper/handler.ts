import { sweepMessage } from '../runtime/signal';
import { type Door, batchHandler, noteFailure } from '../runtime/door';
import type { Unit } from '../runtime/run';
import { digest } from '../runtime/ids';
import { exemptionReport } from '../runtime/people';
import { type Leg, legsOf, pageOf, parseSweep, type Start } from '../runtime/sweep';
import type { Delayed } from '../runtime/queue';

export interface Sweeper extends Door {
  readonly home: string;
  /** Sends to the responder's queue. */
  readonly hand: (messages: readonly Delayed[]) => Promise<void>;
  /** Sends to the sweeper's own queue. */
  readonly goOn: (messages: readonly Delayed[]) => Promise<void>;
}

/** Resources a second that one leg hands over: the responder has to have room for what happens now. */
const PER_SECOND = 20;

/** The handler of the sweeper: messages that begin a sweep, or go on with one. */
export function sweeperOf(door: Sweeper) {
  const { engine, units, logger, home, hand, goOn } = door;
  const { scope } = engine;

  async function begin(start: Start): Promise<void> {
    const { ledger } = await engine.onDrift();
    const specs = units.map(({ spec }) => spec);
    const legs = legsOf(start, specs, { accounts: scope.accounts, regions: scope.regions, home });
    await ledger.sweeps.begin(start.sweepId, legs.length, engine.now());
    await goOn(legs.map((leg) => ({ body: JSON.stringify({ leg }), delaySeconds: 0 })));
    for (const expired of await ledger.exemptions.expired(engine.now())) {
      const told = exemptionReport(expired, `the exemption of ${expired.owner} has expired: ${expired.reason}`, {
        engine,
        orderId: start.sweepId,
      });
      await engine.reporter.publish(told);
      // Afterwards: a report that comes twice is better than none.
      await ledger.exemptions.markReported(expired, engine.now());
    }
    logger.info('sweep begun', { sweep: start.sweepId, legs: legs.length });
  }

  async function goOnWith(leg: Leg): Promise<void> {
    const unit = units.find(({ spec }) => spec.id === leg.remediation);
    const { ledger } = await engine.onDrift();
    if (unit === undefined || !scope.accounts.includes(leg.account) || !scope.regions.includes(leg.region)) {
      logger.warn('leg refused', { ...leg });
      return;
    }
    const page = await pageFor(unit, leg);
    const time = engine.now();
    const messages = page.resources.map((resource, index) => {
      const region = resource.region ?? leg.region;
      const names = Object.entries(resource.names).flat();
      const id = `${leg.sweepId}:${digest(leg.remediation, leg.account, region, ...names)}`;
      const { remediation, account } = leg;
      const signal = sweepMessage(scope.hubAccount, { id, account, region, time, remediation, names: resource.names });
      return { body: JSON.stringify(signal), delaySeconds: index / PER_SECOND };
    });
    await hand(messages);
    await ledger.sweeps.found(leg.sweepId, messages.length);
    if (page.next === undefined) {
      await ledger.sweeps.done(leg.sweepId, `${leg.account}/${leg.region}/${leg.remediation}`);
    } else {
      const rest: Leg = { ...leg, by: page.by, next: page.next };
      await goOn([{ body: JSON.stringify({ leg: rest }), delaySeconds: Math.ceil(messages.length / PER_SECOND) }]);
    }
    logger.info('page swept', { ...leg, by: page.by, resources: messages.length, more: page.next !== undefined });
  }

  async function pageFor({ spec, load }: Unit, leg: Leg) {
    const remediator = (await load())(scope.settingsOf(spec.id));
    const read = engine.sessions.reader(scope.readRoleArn(leg.account), leg.region);
    const place = { account: leg.account, region: leg.region, partition: scope.partition };
    return pageOf(leg, spec, remediator, read, place);
  }

  return batchHandler(door, async (record) => {
    try {
      const message = parseSweep(record.body, record.messageId);
      await ('start' in message ? begin(message.start) : goOnWith(message.leg));
    } catch (error) {
      noteFailure(door, { messageId: record.messageId }, error);
      throw error;
    }
  });
}

/**
 * A storm against the handler of the responder: ten thousand signals at 500 a second, of which one in twenty has to be
 * repaired. AWS is played: each call takes as long as one usually does, and the ledger stands in memory. Prints one JSON line.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSRecord } from 'aws-lambda';
import { responderOf } from '../../lambda/responder/handler';
import type { OnDrift, Unit } from '../../lambda/runtime/run';
import { SPEC, traceEngine } from '../../test/support/engine';
import { envelope } from '../../test/support/signals';

const SIGNALS = 10_000;
const PER_SECOND = 500;
const ACTIONABLE = 0.05;

/** As the event source mapping of the responder is deployed: ten batches of ten at a time. */
const BATCH = 10;
const BATCHES_AT_A_TIME = 10;

/** Many accounts, as a service takes only so many writes a second in each. A prime number, so that drift comes to all. */
const ACCOUNTS = Array.from({ length: 17 }, (_, index) => String(111_111_111_111 + index));
const REGIONS = ['eu-central-1', 'us-east-1'];

/** Usual times of calls from within the same Region, in milliseconds. */
const READ_MS = 15;
const WRITE_MS = 30;
const LEDGER_MS = 8;

interface Queued {
  readonly due: number;
  readonly attempt: number;
  readonly id: string;
  readonly body: string;
}

const isDrift = (index: number): boolean => index % Math.round(1 / ACTIONABLE) === 0;
const lampOf = (index: number): string => `lamp-${index}`;
const dueOf = (id: string): number => (Number(id.replace('signal-', '')) * 1_000) / PER_SECOND;

/** Lamps that were switched off. */
const off = new Set(
  Array.from({ length: SIGNALS }, (_, index) => index)
    .filter(isDrift)
    .map(lampOf),
);
/** What became of a signal, and when. */
const decided = new Map<string, { readonly outcome: string; readonly at: number }>();

const { engine, trace } = traceEngine({
  accounts: ACCOUNTS,
  regions: REGIONS,
  parameters: { 'deployed/cap': String(SIGNALS) },
});
const unit: Unit = {
  spec: SPEC,
  load: async () => () => ({
    locate: ({ record }) => [{ names: { lamp: (record.requestParameters as { lamp: string }).lamp } }],
    list: async () => ({ resources: [] }),
    inspect: async ({ names }) => {
      await sleep(READ_MS);
      return off.has(names.lamp as string)
        ? { compliant: false, drift: { before: { on: false }, after: { on: true } } }
        : { compliant: true };
    },
    apply: async ({ names }) => {
      await sleep(WRITE_MS);
      off.delete(names.lamp as string);
    },
  }),
};

/** Parts of which each call takes its time. */
function slowed<T extends object>(part: T, ms: number): T {
  return new Proxy(part, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]): Promise<unknown> => {
        await sleep(ms);
        return Reflect.apply(member, target, given);
      };
    },
  });
}

async function onDrift(): Promise<OnDrift> {
  const { ledger, settings, surroundings } = await engine.onDrift();
  const { runs, plans, exemptions, sweeps } = ledger;
  return {
    ledger: {
      runs: slowed(runs, LEDGER_MS),
      plans: slowed(plans, LEDGER_MS),
      exemptions: slowed(exemptions, LEDGER_MS),
      sweeps,
    },
    settings,
    surroundings: slowed(surroundings, READ_MS),
  };
}

const now = () => new Date();
const handler = responderOf({
  engine: {
    ...engine,
    onDrift,
    now,
    pause: sleep,
    reporter: {
      publish: async ({ signal, outcome }) => {
        await sleep(LEDGER_MS);
        decided.set(signal.id, { outcome, at: Date.now() });
      },
    },
  },
  units: [unit],
  logger: new Logger({ serviceName: 'responder' }),
  metrics: new Metrics({ namespace: 'Bulwark/bench', serviceName: 'responder' }),
  now,
  retrySoon: async () => undefined,
  tellHub: async () => undefined,
});

/** What a storm came to. Times in milliseconds, from when a signal was due in the queue to its report. */
export interface Storm {
  readonly signals: number;
  readonly perSecond: number;
  readonly repaired: number;
  /** Signals without a decision, and lamps that are still off. */
  readonly lost: number;
  readonly p50: number;
  readonly p99: number;
  readonly mebibytes: number;
}

async function storm(): Promise<Storm> {
  const began = Date.now();
  const waiting: Queued[] = [];
  const running = new Set<Promise<void>>();
  let ended = 0;
  let sent = 0;
  while (ended < SIGNALS) {
    const due = Math.min(SIGNALS, Math.floor(((Date.now() - began) * PER_SECOND) / 1_000));
    for (; sent < due; sent += 1) waiting.push(queued(sent, began));
    while (running.size < BATCHES_AT_A_TIME && (waiting.length >= BATCH || (sent === SIGNALS && waiting.length > 0))) {
      const batch = waiting.splice(0, BATCH);
      const done = take(batch).then((again) => {
        running.delete(done);
        waiting.push(...again);
        ended += batch.length - again.length;
      });
      running.add(done);
    }
    await sleep(2);
  }
  const lost = SIGNALS - decided.size + off.size;
  const repaired = [...decided.values()].filter(({ outcome }) => outcome === 'REMEDIATED').length;
  const took = [...decided].map(([id, { at }]) => at - began - dueOf(id)).sort((a, b) => a - b);
  return {
    signals: SIGNALS,
    perSecond: (1_000 * SIGNALS) / (Date.now() - began),
    repaired,
    lost,
    p50: took[Math.floor(SIGNALS * 0.5)] as number,
    p99: took[Math.floor(SIGNALS * 0.99)] as number,
    mebibytes: process.resourceUsage().maxRSS / 1_024,
  };
}

function queued(index: number, began: number): Queued {
  const account = ACCOUNTS[index % ACCOUNTS.length] as string;
  const id = `signal-${index}`;
  const due = began + dueOf(id);
  const body = envelope(
    {
      eventID: id,
      eventTime: new Date(due).toISOString(),
      awsRegion: REGIONS[Math.floor(index / ACCOUNTS.length) % REGIONS.length],
      recipientAccountId: account,
      requestParameters: { lamp: lampOf(index) },
    },
    { account },
  );
  return { due, attempt: 1, id, body };
}

/** One batch through the handler. @returns what comes back, as the queue would bring it */
async function take(batch: readonly Queued[]): Promise<Queued[]> {
  const Records = batch.map(({ id, body, attempt, due }) => ({
    messageId: id,
    body,
    attributes: { ApproximateReceiveCount: String(attempt), SentTimestamp: String(Math.floor(due)) },
  })) as unknown as SQSRecord[];
  const { batchItemFailures } = await handler({ Records }, { getRemainingTimeInMillis: () => 60_000 } as Context);
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  trace.steps.length = 0;
  trace.reads.length = 0;
  return batch.filter(({ id }) => failed.has(id)).map((each) => ({ ...each, attempt: each.attempt + 1 }));
}

// What is logged is made as ever, and shown to nobody.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
void storm().then((result) => {
  write(`${JSON.stringify(result)}\n`);
  process.exit(0);
});

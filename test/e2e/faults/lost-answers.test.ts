import type { Verification } from '../../../sandbox/scenarios';
import { order } from '../../../sandbox/runner/orders';
import { blueprintOf, type Delivered, FunctionProcess } from './function-process';
import { Gate, type Treatment } from './gate';
import { expectInvariants, tally } from './invariants';
import { OwnSandbox } from './own-sandbox';
import { countBy, inParallel, Random } from './random';
import { again, envelopeOf, messageOf, recordsOf } from './signals';
import { insecure, makeSpecimens, type Specimen } from './specimens';

/** Resources that drift for each kind of fault, by scenario of the drill: 200. */
const DRIFTING = {
  'bucket-made-public': 60,
  'plain-http-allowed': 50,
  'snapshot-shared': 40,
  'key-rotation-stopped': 20,
  'function-opened': 20,
  'security-group-opened': 10,
};
const EACH = 200;
const KINDS = ['lost', 'truncated', 'hung'] as const satisfies readonly Treatment[];
const PROCESSES = 8;
const BATCH = 10;
/** What the queue allows. */
const ATTEMPTS = 5;
const LONGEST_CALL_MS = 10_000;

let own: OwnSandbox;
let gate: Gate;
let processes: FunctionProcess[];
beforeAll(async () => {
  own = await OwnSandbox.start({ settings: { cap: '1000' } });
  gate = await Gate.to(own.sandbox.endpoint);
  const blueprint = await blueprintOf(own, 'responder');
  processes = await Promise.all(
    Array.from({ length: PROCESSES }, () => FunctionProcess.start(own, blueprint, gate.endpoint)),
  );
});
afterAll(async () => {
  await Promise.all(processes.map((each) => each.stop()));
  await gate.close();
  await own.stop();
});

interface Struck {
  readonly specimen: Specimen;
  readonly kind: (typeof KINDS)[number];
  readonly message: Delivered;
  readonly eventId: string;
  /** As the resource was when it was repaired. */
  readonly drifted: Verification;
}

test('200 answers lost, 200 truncated and 200 hung: one change each, and nobody waits longer than 10 s', async () => {
  const { sandbox } = own;
  // Signals are handed over by the test, not by the bus.
  await sandbox.loseEvents(100);
  const since = await own.mark();
  const specimens = await makeSpecimens(
    sandbox,
    Object.fromEntries(Object.entries(DRIFTING).map(([id, count]) => [id, count * KINDS.length])),
  );
  const { next } = await sandbox.events(Number.MAX_SAFE_INTEGER);
  await inParallel(specimens, 8, (each) => each.attack());
  const drifted = await inParallel(specimens, 8, (each) => each.verify());
  const records = await recordsOf(sandbox, next, specimens);
  const struck = specimens.map((specimen, index): Struck => {
    const record = records[index] as (typeof records)[number];
    const kind = KINDS[index % KINDS.length] as Struck['kind'];
    const seen = drifted[index] as Verification;
    return { specimen, kind, message: messageOf(envelopeOf(record)), eventId: record.eventID, drifted: seen };
  });

  // The first change of each repair is struck; a session bears the name of its run.
  const hit = new Map<string, Treatment>();
  for (const kind of KINDS) {
    gate.guard = {
      before: ({ run, isWrite }) => {
        if (!isWrite || run === undefined || hit.has(run)) return undefined;
        hit.set(run, kind);
        return kind;
      },
    };
    await handOver(new Random(5).shuffled(struck.filter((each) => each.kind === kind).map(({ message }) => message)));
  }
  expect(countBy([...hit.values()], String)).toEqual({ lost: EACH, truncated: EACH, hung: EACH });

  expect(await insecure(specimens)).toEqual([]);
  const { runs } = await own.ledger();
  expect(runs.map(({ resourceArn }) => resourceArn).sort()).toEqual(specimens.map(({ target }) => target.arn).sort());
  expect(runs.filter(({ runId }) => !hit.has(runId))).toEqual([]);
  // A signal may concern several remediations, each of which says something; what was struck says it once.
  const reports = await own.reports();
  expect(tally(reports.filter(({ outcome }) => outcome !== 'COMPLIANT'))).toEqual({ REMEDIATED: EACH * KINDS.length });
  const repaired = reports.filter(({ outcome }) => outcome === 'REMEDIATED');
  expect(repaired.map(({ runId }) => runId).sort()).toEqual(runs.map(({ runId }) => runId).sort());
  expect(new Set(repaired.map(({ signal }) => signal.id))).toEqual(new Set(struck.map(({ eventId }) => eventId)));
  expect(gate.calls.filter(({ ms = Number.POSITIVE_INFINITY }) => ms > LONGEST_CALL_MS)).toEqual([]);

  // What was recorded as the state before is what was there.
  const samples = Object.keys(DRIFTING).map((id, index) =>
    struck.find(({ specimen, kind }) => specimen.scenario.id === id && kind === KINDS[index % KINDS.length]),
  );
  for (const sample of samples) {
    const { specimen, drifted } = sample as Struck;
    const run = runs.find(({ resourceArn }) => resourceArn === specimen.target.arn);
    await order(sandbox, 'orders', {
      order: 'undo',
      runId: String(run?.runId),
      reason: 'the proof of the state before',
    });
    expect(await specimen.verify()).toEqual(drifted);
  }
  await expectInvariants(own, since, { lines: processes.flatMap(({ lines }) => lines) });
});

/** Hands messages over in batches, and those that fail once more, as the queue does. */
async function handOver(messages: readonly Delivered[]): Promise<void> {
  let left = messages;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    expect(attempt).toBeLessThanOrEqual(ATTEMPTS);
    const batches = Array.from({ length: Math.ceil(left.length / BATCH) }, (_, index) =>
      left.slice(index * BATCH, (index + 1) * BATCH),
    );
    const idle = [...processes];
    const failed = await inParallel(batches, PROCESSES, async (batch) => {
      const free = idle.pop() as FunctionProcess;
      const answered = await free.invoke(batch);
      idle.push(free);
      if (answered.kind !== 'answered') throw new Error(`the function ${JSON.stringify(answered)}`);
      return batch.filter(({ messageId }) => answered.failed.includes(messageId)).map(again);
    });
    left = failed.flat();
  }
}

import { randomUUID } from 'node:crypto';
import { order } from '../../../sandbox/runner/orders';
import { blueprintOf, type Delivered, FunctionProcess } from './function-process';
import { Gate, type Treatment } from './gate';
import { expectInvariants, tally } from './invariants';
import { OwnSandbox } from './own-sandbox';
import { inParallel, Random } from './random';
import { again, messageOf, recordsOf } from './signals';
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
  const records = await recordsOf(sandbox, next, specimens);
  const struck = specimens.map((specimen, index): Struck => {
    const record = records[index] as (typeof records)[number];
    const kind = KINDS[index % KINDS.length] as Struck['kind'];
    return { specimen, kind, message: messageOf(record), eventId: record.eventID };
  });

  // The first change of each repair is struck; a run bears the name of its session.
  const kindOf = new Map(struck.map(({ specimen, kind }) => [specimen.target.arn, kind]));
  const runs = new Map<string, string>();
  void runs;
  void kindOf;
  const hit = new Map<string, Treatment>();
  let current: Treatment = 'lost';
  gate.restart({
    before: ({ run, isWrite }) => {
      if (!isWrite || run === undefined || hit.has(run)) return undefined;
      hit.set(run, current);
      return current;
    },
  });
  for (const kind of KINDS) {
    current = kind;
    const t = Date.now();
    await handOver(new Random(5).shuffled(struck.filter((each) => each.kind === kind).map(({ message }) => message)));
    process.stderr.write(`${kind} ${Date.now() - t}\n`);
  }
  const injected = [...hit.values()];
  {
    const l = await own.ledger();
    const r = await own.reports();
    process.stderr.write(`hit ${JSON.stringify(tally(injected.map((outcome) => ({ outcome })) as never))} runs ${l.runs.length} reports ${JSON.stringify(tally(r))} reasons ${JSON.stringify(tally(r.map((x) => ({ outcome: x.reason })) as never))}\n`);
    for (const s of struck) {
      const x = r.filter((y) => y.signal.id === s.eventId);
      if (x.length !== 1 || x[0]?.outcome !== 'REMEDIATED' || !hit.has(x[0].runId)) process.stderr.write(`${s.kind} ${s.specimen.scenario.id} ${s.specimen.target.arn} ${JSON.stringify(x.map((y) => [y.outcome, y.reason, y.runId, y.remediation]))}\n`);
    }
  }
  for (const kind of KINDS) expect(injected.filter((each) => each === kind)).toHaveLength(EACH);

  expect(await insecure(specimens)).toEqual([]);
  const ledger = await own.ledger();
  expect(ledger.runs.map(({ resourceArn }) => resourceArn).sort()).toEqual(
    specimens.map(({ target }) => target.arn).sort(),
  );
  const reports = await own.reports();
  expect(tally(reports)).toEqual({ REMEDIATED: EACH * KINDS.length });
  expect(new Set(reports.map(({ signal }) => signal.id))).toEqual(new Set(struck.map(({ eventId }) => eventId)));
  process.stderr.write(`max ${Math.max(...gate.calls.map(({ ms = 0 }) => ms))} calls ${gate.calls.length}\n`);
  expect(gate.calls.filter(({ ms = Number.POSITIVE_INFINITY }) => ms > LONGEST_CALL_MS)).toEqual([]);
  await expectInvariants(own, since, { lines: processes.flatMap(({ lines }) => lines) });
  void order;
  void randomUUID;
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
    process.stderr.write(`failed ${left.length}\n`);
  }
}

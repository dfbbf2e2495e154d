import { order } from '../../../sandbox/runner/orders';
import type { Delivered, FunctionProcess } from './function-process';
import type { Gate, Treatment } from './gate';
import { expectInvariants, tally } from './invariants';
import { countBy, inParallel, Random } from './random';
import { again, envelopeOf, messageOf, recordsOf } from './signals';
import { insecure, makeSpecimens, type Specimen } from './specimens';
import type { Workshop } from './workshop';

/** Resources that drift for each kind of fault, by scenario of the drill: 200. */
const DRIFTING = {
  'bucket-made-public': 90,
  'plain-http-allowed': 40,
  'snapshot-shared': 30,
  'key-rotation-stopped': 20,
  'function-opened': 10,
  'security-group-opened': 10,
};
const EACH = 200;
/** Kinds of fault, each with processes of its own: those that wait for an answer do little else. */
const PROCESSES = { lost: 3, truncated: 3, hung: 8 } as const satisfies Partial<Record<Treatment, number>>;
type Kind = keyof typeof PROCESSES;
const KINDS = Object.keys(PROCESSES) as Kind[];
const BATCH = 10;
/** What the queue allows. */
const ATTEMPTS = 5;
const LONGEST_CALL_MS = 10_000;

interface Struck {
  readonly specimen: Specimen;
  readonly kind: Kind;
  readonly message: Delivered;
  readonly eventId: string;
}

/** A change may have been made though nobody says so, and not have been made though nobody says no. */
export function lostAnswers(of: () => Workshop): void {
  test('200 answers lost, 200 truncated and 200 hung: one change each, and nobody waits longer than 10 s', async () => {
    const workshop = of();
    const { own } = workshop;
    const { sandbox } = own;
    const since = await own.mark();
    const gates = await Promise.all(KINDS.map(() => workshop.gate()));
    const specimens = await makeSpecimens(
      sandbox,
      Object.fromEntries(Object.entries(DRIFTING).map(([id, count]) => [id, count * KINDS.length])),
      { mark: 'ans' },
    );
    await inParallel(specimens, 8, (each) => each.attack());
    const records = await recordsOf(sandbox, since.event, specimens);
    const struck = specimens.map((specimen, index): Struck => {
      const record = records[index] as (typeof records)[number];
      const kind = KINDS[index % KINDS.length] as Kind;
      return { specimen, kind, message: messageOf(envelopeOf(record)), eventId: record.eventID };
    });

    const samples = Object.keys(DRIFTING).map((id, index) => {
      const kind = KINDS[index % KINDS.length];
      return struck.find((each) => each.specimen.scenario.id === id && each.kind === kind) as Struck;
    });
    const drifted = await Promise.all(samples.map(({ specimen }) => specimen.verify()));

    // The first change of each repair is struck; a session bears the name of its run.
    const hit = new Map<string, Kind>();
    await Promise.all(
      KINDS.map(async (kind, index) => {
        const gate = gates[index] as Gate;
        gate.guard = {
          before: ({ run, isWrite }) => {
            if (!isWrite || run === undefined || hit.has(run)) return undefined;
            hit.set(run, kind);
            return kind;
          },
        };
        const own = Array.from({ length: PROCESSES[kind] }, () => workshop.start('responder', gate.endpoint));
        const messages = struck.filter((each) => each.kind === kind).map(({ message }) => message);
        await handOver(await Promise.all(own), new Random(5).shuffled(messages));
      }),
    );
    expect(countBy([...hit.values()], String)).toEqual({ lost: EACH, truncated: EACH, hung: EACH });

    expect(await insecure(specimens)).toEqual([]);
    const runs = await own.runsSince(since);
    expect(runs.map(({ resourceArn }) => resourceArn).sort()).toEqual(specimens.map(({ target }) => target.arn).sort());
    expect(runs.filter(({ runId }) => !hit.has(runId))).toEqual([]);
    // A signal may concern several remediations, each of which says something; what was struck says it once.
    const reports = await own.reportsSince(since);
    expect(tally(reports.filter(({ outcome }) => outcome !== 'COMPLIANT'))).toEqual({
      REMEDIATED: EACH * KINDS.length,
    });
    const repaired = reports.filter(({ outcome }) => outcome === 'REMEDIATED');
    expect(repaired.map(({ runId }) => runId).sort()).toEqual(runs.map(({ runId }) => runId).sort());
    expect(new Set(repaired.map(({ signal }) => signal.id))).toEqual(new Set(struck.map(({ eventId }) => eventId)));
    const calls = gates.flatMap((gate) => gate.calls);
    expect(calls.filter(({ ms = Number.POSITIVE_INFINITY }) => ms > LONGEST_CALL_MS)).toEqual([]);

    // What was recorded as the state before is what was there.
    for (const [index, { specimen }] of samples.entries()) {
      const run = runs.find(({ resourceArn }) => resourceArn === specimen.target.arn);
      await order(sandbox, 'orders', {
        order: 'undo',
        runId: String(run?.runId),
        reason: 'the proof of the state before',
      });
      expect(await specimen.verify()).toEqual(drifted[index]);
    }
    await expectInvariants(own, since, workshop);
  }, 240_000);
}

/** Hands messages over in batches, and those that fail once more, as the queue does. */
async function handOver(processes: readonly FunctionProcess[], messages: readonly Delivered[]): Promise<void> {
  let left = messages;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    expect(attempt).toBeLessThanOrEqual(ATTEMPTS);
    const batches = Array.from({ length: Math.ceil(left.length / BATCH) }, (_, index) =>
      left.slice(index * BATCH, (index + 1) * BATCH),
    );
    const idle = [...processes];
    const failed = await inParallel(batches, processes.length, async (batch) => {
      const free = idle.pop() as FunctionProcess;
      const answered = await free.invoke(batch);
      idle.push(free);
      if (answered.kind !== 'answered') throw new Error(`the function ${JSON.stringify(answered)}`);
      return batch.filter(({ messageId }) => answered.failed.includes(messageId)).map(again);
    });
    left = failed.flat();
  }
}

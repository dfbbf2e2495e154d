import type { Door } from '../../../lambda/runtime/deployment/spec';
import type { StoredRun } from '../../../lambda/runtime/ledger/runs';
import type { Report } from '../../../lambda/runtime/report';
import { type BrokenRepair, brokenRepairs, type Work } from './broken-repairs';
import { type Blueprint, blueprintOf, FunctionProcess } from './function-process';
import { Gate, type Treatment } from './gate';
import { expectInvariants } from './invariants';
import { OwnSandbox } from './own-sandbox';

/** Refused, nothing was changed and nobody tries again; or made, and the answer lost. */
const KINDS = ['refused', 'lost'] as const satisfies readonly Treatment[];

let own: OwnSandbox;
let blueprints: Record<Door, Blueprint>;
const processes: FunctionProcess[] = [];
let since: number;

async function start(door: Door, endpoint: string): Promise<FunctionProcess> {
  const process = await FunctionProcess.start(own, blueprints[door], endpoint);
  processes.push(process);
  return process;
}

beforeAll(async () => {
  own = await OwnSandbox.start({ settings: { cap: '1000' } });
  const doors = ['responder', 'approved', 'undo', 'sweeper'] as const;
  blueprints = Object.fromEntries(
    await Promise.all(doors.map(async (door) => [door, await blueprintOf(own, door)])),
  ) as Record<Door, Blueprint>;
  await own.pause('responder');
  await own.sandbox.loseEvents(100);
  since = await own.mark();
});
afterAll(async () => {
  await Promise.all(processes.map((each) => each.stop()));
  await own.stop();
});

interface Tried {
  readonly repair: BrokenRepair;
  readonly work: Work;
  readonly kind?: Treatment;
  /** The call that failed. */
  readonly call?: string;
  readonly attempts: number;
}

/** One repair, of which one call fails once. */
async function tried(
  repair: BrokenRepair,
  process: FunctionProcess,
  gate: Gate,
  number: number,
  kind?: Treatment,
  k?: number,
): Promise<Tried & { calls: number }> {
  const work = await repair.make(number);
  gate.restart({ before: (call) => (call.number === k ? kind : undefined) });
  const attempts = await process.work(work.message, () => {
    gate.guard = {};
  });
  expect({ call: gate.calls[(k ?? 1) - 1]?.operation, state: await work.state() }).toEqual({
    call: gate.calls[(k ?? 1) - 1]?.operation,
    state: work.wanted,
  });
  const call = k === undefined ? undefined : gate.calls[k - 1]?.operation;
  return { repair, work, ...(kind && { kind }), ...(call && { call }), attempts, calls: gate.calls.length };
}

test('x', async () => {
  const t0 = Date.now();
  const responder = await start('responder', own.sandbox.endpoint);
  const all: Tried[] = [];
  await Promise.all(
    brokenRepairs({ own, responder }).map(async (repair) => {
      const gate = await Gate.to(own.sandbox.endpoint);
      const process = await start(repair.door, gate.endpoint);
      let number = 0;
      // The first one takes the read role and reads the switches, which the next ones need not.
      const cold = await tried(repair, process, gate, number++);
      const warm = await tried(repair, process, gate, number++);
      all.push(cold, warm);
      for (const kind of KINDS) {
        for (let k = 1; k <= warm.calls; k += 1) all.push(await tried(repair, process, gate, number++, kind, k));
      }
      globalThis.process.stderr.write(
        `${((Date.now() - t0) / 1000).toFixed(1)} ${repair.name} cold ${cold.calls} warm ${warm.calls}\n`,
      );
      await gate.close();
    }),
  );
  globalThis.process.stderr.write(`${((Date.now() - t0) / 1000).toFixed(1)} ${all.length}\n`);
  const { runs } = await own.ledger();
  const reports = await own.reports();
  for (const each of all) {
    const own1: Report[] = reports.filter(
      (r) => r.signal.id === each.work.signalId && r.remediation === each.repair.remediation,
    );
    const r: StoredRun[] = runs.filter(
      (x) =>
        x.resourceArn === each.work.arn && (x.signalId === each.work.signalId || own1.some((y) => y.runId === x.runId)),
    );
    const before = normal(r[0]?.before ?? '', each.work.names);
    const ref = all.find((x) => x.repair === each.repair) as Tried;
    const refRun = runs.find(
      (x) =>
        x.resourceArn === ref.work.arn &&
        (x.signalId === ref.work.signalId ||
          reports.some((y) => y.signal.id === ref.work.signalId && y.runId === x.runId)),
    );
    const same = before === normal(refRun?.before ?? '', ref.work.names);
    if (r.length !== 1 || own1.length !== 1 || !same)
      globalThis.process.stderr.write(
        `${each.repair.name} ${each.kind} ${each.call} attempts ${each.attempts} runs ${r.map((x) => x.state)} reports ${own1.map((x) => `${x.outcome} ${x.reason}`)} ${same}\n${same ? '' : `${before}\n${normal(refRun?.before ?? '', ref.work.names)}\n`}`,
      );
  }
  await expectInvariants(own, since, { lines: processes.flatMap(({ lines }) => lines) });
});

function normal(text: string, names: readonly string[]): string {
  return names
    .reduce((sofar, name) => sofar.replaceAll(name, 'NAME'), text)
    .replaceAll(/sgr-[0-9a-f]+|AKIA[A-Z0-9]+|\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'ID');
}

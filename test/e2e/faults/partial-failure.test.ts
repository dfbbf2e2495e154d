import { DOORS, type Door } from '../../../lambda/runtime/deployment/spec';
import type { StoredRun } from '../../../lambda/runtime/ledger/runs';
import type { Report } from '../../../lambda/runtime/report';
import { type BrokenRepair, brokenRepairs, type Work } from './broken-repairs';
import { type Blueprint, blueprintOf, FunctionProcess } from './function-process';
import { Gate, type Treatment } from './gate';
import { expectInvariants } from './invariants';
import { OwnSandbox } from './own-sandbox';

/** One call of a repair fails once: refused, so that nothing was changed; or made, and its answer lost. */
const KINDS = ['refused', 'lost'] as const satisfies readonly Treatment[];

/** Told first, then closed: where the answer to the one is lost, or the other fails, the same is told twice. */
const MAY_TELL_TWICE = /PutEvents|TransactWriteItems|UpdateItem/;

interface Tried {
  readonly repair: string;
  readonly remediation: string;
  /** What failed: `refused 7 RevokeSecurityGroupIngress`. */
  readonly fault: string;
  readonly work: Work;
  readonly attempts: number;
  readonly state: unknown;
}

/** Repairs by name, the first of each without any fault. */
const tried = new Map<string, Tried[]>();
const processes: FunctionProcess[] = [];
const gates: Gate[] = [];
let own: OwnSandbox;
let blueprints: Record<Door, Blueprint>;
let repairs: readonly BrokenRepair[];
let since: number;
let runs: readonly StoredRun[];
let reports: readonly Report[];

/** Names stand here, since tests are told before anything is started. */
const NAMES = [
  'a trail that is stopped, moved and narrowed',
  'a default group with rules both ways',
  'a function with three public statements',
  'a bucket that takes plain HTTP',
  'a user with two old keys',
  'a detector that was deleted',
  'a repair that a person asked for in Security Hub',
  'an undo of three rules',
];

beforeAll(async () => {
  own = await OwnSandbox.start({ settings: { cap: '1000' } });
  const found = await Promise.all(DOORS.map(async (door) => [door, await blueprintOf(own, door)]));
  blueprints = Object.fromEntries(found) as Record<Door, Blueprint>;
  // Signals are handed over by the test.
  await own.pause('responder');
  await own.sandbox.loseEvents(100);
  since = await own.mark();
  repairs = brokenRepairs({ own, responder: await start('responder', own.sandbox.endpoint) });
  await Promise.all([...repairs.map(failEachCall), failEachColdCall()]);
  ({ runs } = await own.ledger());
  reports = await own.reports();
}, 240_000);

afterAll(async () => {
  await Promise.all([...processes.map((each) => each.stop()), ...gates.map((each) => each.close())]);
  await own.stop();
});

async function start(door: Door, endpoint: string): Promise<FunctionProcess> {
  const process = await FunctionProcess.start(own, blueprints[door], endpoint);
  processes.push(process);
  return process;
}

async function gate(): Promise<Gate> {
  const made = await Gate.to(own.sandbox.endpoint);
  gates.push(made);
  return made;
}

/** Repairs as often as there are calls in one repair, and lets another one fail each time. */
async function failEachCall(repair: BrokenRepair): Promise<void> {
  const own = await gate();
  const process = await start(repair.door, own.endpoint);
  // The first one takes the read role and reads the switches, which the next ones need not.
  await once(repair, process, own, 1_000);
  const calls = await once(repair, process, own, 1_001);
  let number = 1_002;
  for (const kind of KINDS) {
    for (let k = 1; k <= calls; k += 1) await once(repair, process, own, number++, kind, k);
  }
}

/** Each call of a function that has just started, which asks for more. */
async function failEachColdCall(): Promise<void> {
  const repair = repairs.find(({ name }) => name === 'a function with three public statements') as BrokenRepair;
  const own = await gate();
  const calls = await once(repair, await start(repair.door, own.endpoint), own, 2_000);
  for (let k = 1; k <= calls; k += 1) {
    const process = await start(repair.door, own.endpoint);
    await once(repair, process, own, 2_000 + k, 'refused', k);
    await process.stop();
  }
}

/** @returns how many calls there were */
async function once(
  repair: BrokenRepair,
  process: FunctionProcess,
  own: Gate,
  number: number,
  kind?: Treatment,
  k?: number,
): Promise<number> {
  const work = await repair.make(number);
  let failed: string | undefined;
  own.restart({
    before: (call) => {
      if (call.number !== k) return undefined;
      failed = call.operation;
      return kind;
    },
  });
  const attempts = await process.work(work.message, () => {
    own.guard = {};
  });
  const state = await work.state();
  const fault = k === undefined ? 'none' : `${kind} ${k} ${failed}`;
  const { name, remediation } = repair;
  tried.set(name, [...(tried.get(name) ?? []), { repair: name, remediation, fault, work, attempts, state }]);
  return own.calls.length;
}

function reportsOn({ work, remediation }: Tried): Report[] {
  return reports.filter((each) => each.signal.id === work.signalId && each.remediation === remediation);
}

/** Those that the signal or order made, or that it took back. */
function runsOf(each: Tried): StoredRun[] {
  const told = new Set(reportsOn(each).map(({ runId }) => runId));
  return runs.filter(({ runId, resourceArn }) => told.has(runId) && resourceArn === each.work.arn);
}

/** A state as it is for every resource of its kind, in no order. */
function normal({ work }: Tried, text = ''): string {
  const plain = work.names
    .reduce((rest, name) => rest.replaceAll(name, 'NAME'), text)
    .replaceAll(/sgr-[0-9a-f]+|AKIA[A-Z0-9]+|\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'ID');
  const state: unknown = JSON.parse(plain);
  return JSON.stringify(Array.isArray(state) ? state.map((each) => JSON.stringify(each)).sort() : state);
}

test('every repair is tried', () => {
  expect(repairs.map(({ name }) => name)).toEqual(NAMES);
});

describe.each(NAMES)('%s', (name) => {
  const all = () => tried.get(name) as Tried[];

  test('fails at each of its calls', () => {
    const faults = all().map(({ fault }) => fault);
    const calls = faults.filter((fault) => fault.startsWith('lost ')).length;
    expect(calls).toBeGreaterThanOrEqual(9);
    expect(faults.filter((fault) => fault.startsWith('refused ')).length).toBeGreaterThanOrEqual(calls);
    expect(faults.filter((fault) => fault.endsWith('undefined'))).toEqual([]);
    expect(faults.join()).toMatch(/AssumeRole.*TransactWriteItems|TransactWriteItems.*AssumeRole/);
    expect(faults.join()).toContain('PutEvents');
  });

  test('ends in the state that was wanted, at the second attempt at the latest', () => {
    for (const { fault, state, work, attempts } of all()) {
      expect({ fault, state }).toEqual({ fault, state: work.wanted });
      expect({ fault, late: attempts > 2 }).toEqual({ fault, late: false });
    }
  });

  test('is one run, whose state before is that of the first attempt', () => {
    const [untroubled] = all() as [Tried, ...Tried[]];
    const before = normal(untroubled, runsOf(untroubled)[0]?.before);
    for (const each of all()) {
      const { fault } = each;
      const found = runsOf(each).map((run) => ({ state: run.state, before: normal(each, run.before) }));
      const state = name.startsWith('an undo') ? 'UNDONE' : 'REMEDIATED';
      expect({ fault, found }).toEqual({ fault, found: [{ state, before }] });
    }
  });

  test('is told once, or twice in the same words', () => {
    for (const each of all()) {
      const told = reportsOn(each).filter(({ outcome }) => outcome !== 'COMPLIANT');
      const words = new Set(told.map(({ outcome, runId }) => `${outcome} ${runId}`));
      expect({ fault: each.fault, words: words.size }).toEqual({ fault: each.fault, words: 1 });
      const most = MAY_TELL_TWICE.test(each.fault) ? 2 : 1;
      expect({ fault: each.fault, often: told.length > most }).toEqual({ fault: each.fault, often: false });
    }
  });
});

test('nothing else happened', async () => {
  await expectInvariants(own, since, { lines: processes.flatMap(({ lines }) => lines) });
});

import type { StoredRun } from '../../../lambda/runtime/ledger/runs';
import type { Report } from '../../../lambda/runtime/report';
import { type BrokenRepair, brokenRepairs, type Work } from './broken-repairs';
import type { FunctionProcess } from './function-process';
import type { Gate, Treatment } from './gate';
import { expectInvariants } from './invariants';
import type { Mark } from './own-sandbox';
import type { Workshop } from './workshop';

/** One call of a repair fails once: refused, so that nothing was changed; or made, and its answer lost. */
const KINDS = ['refused', 'lost'] as const satisfies readonly Treatment[];

/** Told first, then closed: where the answer to the one is lost, or the other fails, the same is told twice. */
const MAY_TELL_TWICE = /PutEvents|TransactWriteItems|UpdateItem/;

interface Tried {
  readonly repair: BrokenRepair;
  /** What failed: `refused RevokeSecurityGroupIngress, 1`. */
  readonly fault: string;
  readonly work: Work;
  readonly attempts: number;
  readonly state: unknown;
  readonly calls: readonly string[];
}

/** The repair that is also tried with a function that has just started. */
const COLD = 'a function with three public statements';

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

/** Repairs everything, and lets each call fail. @returns what came of it, the first of each without any fault */
async function failEverything(workshop: Workshop, repairs: readonly BrokenRepair[]): Promise<Tried[]> {
  const all = await Promise.all([
    ...repairs.map((repair) => failEachCall(workshop, repair)),
    failEachColdCall(workshop, repairs.find(({ name }) => name === COLD) as BrokenRepair),
  ]);
  return all.flat();
}

/** Repairs as often as there are calls in one repair, and lets another one fail each time. */
async function failEachCall(workshop: Workshop, repair: BrokenRepair): Promise<Tried[]> {
  const gate = await workshop.gate();
  const process = await workshop.start(repair.door, gate.endpoint);
  // The first one takes the read role and reads the switches, which the next ones need not.
  const cold = await once(repair, process, gate, { number: 1_000 });
  const warm = await once(repair, process, gate, { number: 1_001 });
  const all = [cold, warm];
  for (const kind of KINDS) {
    for (const call of warm.calls) {
      all.push(await once(repair, process, gate, { number: 1_000 + all.length, kind, call }));
    }
  }
  return all;
}

/** Each call of a function that has just started, which asks for more. */
async function failEachColdCall(workshop: Workshop, repair: BrokenRepair): Promise<Tried[]> {
  const gate = await workshop.gate();
  const all = [await once(repair, await workshop.start(repair.door, gate.endpoint), gate, { number: 2_000 })];
  for (const call of all[0]?.calls ?? []) {
    const process = await workshop.start(repair.door, gate.endpoint);
    all.push(await once(repair, process, gate, { number: 2_000 + all.length, kind: 'refused', call }));
    await process.stop();
  }
  return all;
}

async function once(
  repair: BrokenRepair,
  process: FunctionProcess,
  gate: Gate,
  { number, kind, call }: { readonly number: number; readonly kind?: Treatment; readonly call?: string },
): Promise<Tried> {
  const work = await repair.make(number);
  const calls: string[] = [];
  let isMet = false;
  gate.restart({
    before: ({ operation }) => {
      const name = numbered(operation, work, calls);
      calls.push(name);
      if (name !== call || isMet) return undefined;
      isMet = true;
      return kind;
    },
  });
  const attempts = await process.work(work.message, () => {
    gate.guard = {};
  });
  const fault = call === undefined ? 'none' : `${kind} ${call}${isMet ? '' : ' not met'}`;
  return { repair, fault, work, attempts, state: await work.state(), calls };
}

/**
 * A call as it is told from the other ones of the same repair: `TransactWriteItems, 2`. Not by its place among all of them,
 * since the switches are read anew from time to time, and remediations that a signal concerns as well go at their own pace.
 */
function numbered(operation: string, { names }: Work, before: readonly string[]): string {
  const plain = names
    .reduce((rest, name) => rest.replaceAll(name, 'NAME'), operation)
    .replace(/\/detector\/[0-9a-f]+/, '/detector/ID');
  const earlier = before.filter((name) => name.startsWith(`${plain}, `)).length;
  return `${plain}, ${earlier + 1}`;
}

/** A state as it is for every resource of its kind, in no order. */
function normal({ work }: Tried, text = ''): string {
  const plain = work.names
    .reduce((rest, name) => rest.replaceAll(name, 'NAME'), text)
    .replaceAll(/sgr-[0-9a-f]+|AKIA[A-Z0-9]+|\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'ID');
  const state: unknown = JSON.parse(plain);
  return JSON.stringify(Array.isArray(state) ? state.map((each) => JSON.stringify(each)).sort() : state);
}

/** What fails between two calls is resumed, and what was there before is not forgotten. */
export function partialFailure(of: () => Workshop): void {
  let since: Mark;
  let repairs: readonly BrokenRepair[];
  let tried: readonly Tried[];
  let runs: readonly StoredRun[];
  let reports: readonly Report[];

  beforeAll(async () => {
    const workshop = of();
    const { own } = workshop;
    since = await own.mark();
    repairs = brokenRepairs({ own, responder: await workshop.start('responder') });
    tried = await failEverything(workshop, repairs);
    runs = await own.runsSince(since);
    reports = await own.reportsSince(since);
  }, 240_000);

  const reportsOn = ({ work, repair }: Tried) =>
    reports.filter(({ signal, remediation }) => signal.id === work.signalId && remediation === repair.remediation);

  /** Those that the signal or order made, or that it took back. */
  const runsOf = (each: Tried) => {
    const told = new Set(reportsOn(each).map(({ runId }) => runId));
    return runs.filter(({ runId, resourceArn }) => told.has(runId) && resourceArn === each.work.arn);
  };

  test('every repair of several calls is tried', () => {
    expect(repairs.map(({ name }) => name)).toEqual(NAMES);
  });

  describe.each(NAMES)('%s', (name) => {
    const all = () => tried.filter(({ repair }) => repair.name === name);

    test('fails at each of its calls', () => {
      const faults = all().map(({ fault }) => fault);
      const lost = faults.filter((fault) => fault.startsWith('lost '));
      expect(lost.length).toBeGreaterThanOrEqual(9);
      expect(faults.filter((fault) => fault.startsWith('refused ')).length).toBeGreaterThanOrEqual(lost.length);
      expect(faults.filter((fault) => fault.endsWith(' not met'))).toEqual([]);
      for (const call of ['AssumeRole', 'TransactWriteItems', 'PutEvents']) expect(lost.join()).toContain(call);
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
        const { fault } = each;
        const told = reportsOn(each).filter(({ outcome }) => outcome !== 'COMPLIANT');
        const words = new Set(told.map(({ outcome, runId }) => `${outcome} ${runId}`));
        expect({ fault, words: words.size }).toEqual({ fault, words: 1 });
        const most = MAY_TELL_TWICE.test(fault) ? 2 : 1;
        expect({ fault, often: told.length > most }).toEqual({ fault, often: false });
      }
    });
  });

  test('nothing else happened', async () => {
    await expectInvariants(of().own, since, of());
  });
}

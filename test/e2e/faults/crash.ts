import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';
import type { UnitCase } from '../case';
import type { Answered, Delivered, FunctionProcess } from './function-process';
import type { Gate, Guard } from './gate';
import { expectInvariants } from './invariants';
import type { OwnSandbox } from './own-sandbox';
import { countBy, Random } from './random';
import { again, envelopeOf, messageOf } from './signals';
import type { Workshop } from './workshop';

/** Crashes of each playbook. */
const CRASHES = 20;
/** What the queue allows. */
const ATTEMPTS = 5;
/** How long a function that crashes would have had: what it holds is held until then. */
const LIFE_MS = 1_000;

const specs = new Map(REMEDIATIONS.map((spec) => [spec.id, spec]));
const isDisruptive = ({ id }: UnitCase<unknown>) => specs.get(id)?.disruptive === true;

/** Where a process dies: at which of its calls, before that is made, before the answer comes, or soon after that. */
interface Point {
  readonly call: number;
  readonly moment: 'before' | 'made' | 'answered';
  /** Milliseconds after the answer. */
  readonly delay: number;
}

/** A resource that drifts, and the message by which it is repaired. */
interface Drifting {
  readonly unit: UnitCase<unknown>;
  readonly target: unknown;
  readonly secure: unknown;
  readonly arn: string;
  readonly signalId: string;
  readonly message: Delivered;
}

/** What dies together: the responder's whole batch; approvals come one at a time. */
interface Group {
  readonly name: string;
  readonly door: 'responder' | 'approved';
  readonly units: readonly UnitCase<unknown>[];
}

interface Fresh {
  readonly group: Group;
  readonly gate: Gate;
  readonly process: FunctionProcess;
}

/** A function may end at any moment: out of memory, out of time, or with its host. */
export function crash(of: () => Workshop): void {
  test('20 crashes of each playbook at random points: a re-run converges', async () => {
    const { own } = of();
    const since = await own.mark();
    const site = new CrashSite(of(), new Random(7));
    const { units } = site;
    const groups: Group[] = [
      { name: 'batch', door: 'responder', units: units.filter((unit) => !isDisruptive(unit)) },
      ...units.filter(isDisruptive).map((unit) => ({ name: unit.id, door: 'approved' as const, units: [unit] })),
    ];
    const all: Drifting[] = [];
    const ways: Answered['kind'][] = [];
    // The first round runs through, and tells how many calls there are.
    for (let round = 0; round <= CRASHES; round += 1) {
      const [drifting, fresh] = await Promise.all([site.drift(), site.fresh(groups)]);
      all.push(...drifting);
      const { ends, kinds } = await site.crash(fresh, drifting, round > 0);
      if (round === 0) {
        expect(kinds).toEqual(groups.map(() => 'answered'));
      } else {
        ways.push(...kinds);
        await sleep(Math.max(0, ends - Date.now()));
        await site.finish(groups, drifting);
      }
      for (const { unit, target, secure } of drifting) {
        const state = await unit.state(target);
        const fine = unit.isRepaired ? unit.isRepaired(state, secure) : isDeepStrictEqual(state, secure);
        expect({ round, id: unit.id, state: fine || state }).toEqual({ round, id: unit.id, state: true });
      }
    }
    expect(all).toHaveLength((CRASHES + 1) * units.length);
    // One that needs a call less than the first was through before its point; what it did comes again all the same.
    const { killed = 0, answered = 0 } = countBy(ways, String);
    expect(killed + answered).toBe(CRASHES * groups.length);
    expect(answered).toBeLessThanOrEqual(2);
    await expectOneRunEach(own, since, all);
    await expectInvariants(own, since, of());
  }, 300_000);
}

/** Told at least once, and one outcome in the ledger. */
async function expectOneRunEach(
  own: OwnSandbox,
  since: Awaited<ReturnType<OwnSandbox['mark']>>,
  all: readonly Drifting[],
): Promise<void> {
  const runs = await own.runsSince(since);
  const reports = await own.reportsSince(since);
  for (const { unit, arn, signalId } of all) {
    const told = reports.filter(({ signal, remediation }) => signal.id === signalId && remediation === unit.id);
    const ids = new Set(told.map(({ runId }) => runId));
    const states = runs.filter(({ runId, resourceArn }) => ids.has(runId) && resourceArn === arn);
    const outcomes = new Set(told.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'COMPLIANT'));
    expect({ arn, signalId, runs: states.map(({ state }) => state), outcomes: [...outcomes] }).toEqual({
      arn,
      signalId,
      runs: ['REMEDIATED'],
      outcomes: ['REMEDIATED'],
    });
  }
}

class CrashSite {
  public readonly units: ReadonlyArray<UnitCase<unknown>>;
  private readonly own: OwnSandbox;
  private readonly signalOf: ReturnType<OwnSandbox['units']>['signalOf'];
  private readonly steady: Record<Group['door'], Promise<FunctionProcess>>;
  /** How many calls an untroubled process of a group makes. */
  private readonly calls = new Map<string, number>();

  public constructor(
    private readonly workshop: Workshop,
    private readonly random: Random,
  ) {
    this.own = workshop.own;
    ({ units: this.units, signalOf: this.signalOf } = this.own.units());
    this.steady = { responder: workshop.start('responder'), approved: workshop.start('approved') };
  }

  /** Makes a resource of each playbook drift; one after the other, so that each knows its own record. */
  public async drift(): Promise<Drifting[]> {
    const drifting: Drifting[] = [];
    for (const unit of this.units) drifting.push(await this.one(unit));
    return drifting;
  }

  /** A process for each group that has done nothing yet. */
  public fresh(groups: readonly Group[]): Promise<Fresh[]> {
    return Promise.all(
      groups.map(async (group) => {
        const gate = await this.workshop.gate();
        const process = await this.workshop.start(group.door, gate.endpoint);
        await process.invoke([]);
        return { group, gate, process };
      }),
    );
  }

  /** Lets each group's process work, and kills it, unless it is to run through. */
  public async crash(
    fresh: readonly Fresh[],
    drifting: readonly Drifting[],
    isKilled: boolean,
  ): Promise<{ readonly ends: number; readonly kinds: ReadonlyArray<Answered['kind']> }> {
    const crashes = await Promise.all(
      fresh.map(async ({ group, gate, process }) => {
        const ends = Date.now() + (isKilled ? LIFE_MS : 60_000);
        if (isKilled) gate.restart(killing(this.point(group), () => process.kill()));
        const { kind } = await process.invoke(messagesOf(group, drifting), new Date(ends));
        if (!isKilled) this.calls.set(group.name, gate.calls.length);
        await process.stop();
        return { kind, ends };
      }),
    );
    return { ends: 1 + Math.max(...crashes.map((each) => each.ends)), kinds: crashes.map(({ kind }) => kind) };
  }

  /** Hands everything over once more, as the queue does. */
  public async finish(groups: readonly Group[], drifting: readonly Drifting[]): Promise<void> {
    await Promise.all(
      groups.map(async (group) => {
        const process = await this.steady[group.door];
        let left = messagesOf(group, drifting).map(again);
        for (let attempt = 2; left.length > 0; attempt += 1) {
          expect(attempt).toBeLessThanOrEqual(ATTEMPTS);
          const answered = await process.invoke(left);
          if (answered.kind !== 'answered') throw new Error(`no answer: ${JSON.stringify(answered)}`);
          left = left.filter(({ messageId }) => answered.failed.includes(messageId)).map(again);
        }
      }),
    );
  }

  private async one(unit: UnitCase<unknown>): Promise<Drifting> {
    const target = await unit.make();
    const secure = await unit.state(target);
    const arn = unit.arn(target);
    await this.forgetFights(unit.id, arn);
    const { signalId, event } = await this.signal(unit, target);
    const message = messageOf(event);
    if (!isDisruptive(unit)) return { unit, target, secure, arn, signalId, message };
    await (await this.steady.responder).work(message);
    const plan = (await this.own.ledgerOf(arn)).plans.find(({ state }) => state === 'OPEN');
    const order = messageOf({ order: 'approve', planId: plan?.planId, hash: plan?.hash, by: 'operator of the test' });
    return { unit, target, secure, arn, signalId: order.messageId, message: order };
  }

  private async signal(unit: UnitCase<unknown>, target: unknown): Promise<{ signalId: string; event: object }> {
    if (unit.operation === undefined) {
      const signalId = `crash-${unit.id}-${this.random.below(1e9)}`;
      return { signalId, event: (await unit.drift(target, signalId)) as object };
    }
    const { next } = await this.own.sandbox.events(Number.MAX_SAFE_INTEGER);
    const signalId = await this.signalOf(unit.operation, () => unit.drift(target, ''));
    const { events } = await this.own.sandbox.events(next);
    const record = events.find(({ eventID }) => eventID === signalId);
    if (record === undefined) throw new Error(`${unit.operation} made no record`);
    return { signalId, event: envelopeOf(record) };
  }

  /** As if an hour had passed: settings of the account or Region drift here more often than the flap guard bears. */
  private async forgetFights(remediation: string, arn: string): Promise<void> {
    const Key = { pk: { S: `FLAP#${remediation}#${arn}` }, sk: { S: 'FLAP' } };
    await this.own.sandbox
      .client(DynamoDBClient)
      .send(new DeleteItemCommand({ TableName: this.own.facts.ledger, Key }));
  }

  /** Soon after the last answers a process might have ended by itself. */
  private point({ name }: Group): Point {
    const calls = this.calls.get(name) as number;
    const moment = (['before', 'made', 'answered'] as const)[this.random.below(3)] as Point['moment'];
    const call = 1 + this.random.below(moment === 'answered' ? calls - 2 : calls);
    return { call, moment, delay: this.random.below(6) };
  }
}

function messagesOf({ units }: Group, drifting: readonly Drifting[]): Delivered[] {
  return drifting.filter(({ unit }) => units.includes(unit)).map(({ message }) => message);
}

function killing({ call, moment, delay }: Point, kill: () => void): Guard {
  return {
    before: ({ number }) => {
      if (moment !== 'before' || number < call) return undefined;
      kill();
      return 'hung';
    },
    made: ({ number }) => {
      if (moment !== 'made' || number !== call) return true;
      kill();
      return false;
    },
    answered: ({ number }) => {
      if (moment === 'answered' && number === call) setTimeout(kill, delay);
    },
  };
}

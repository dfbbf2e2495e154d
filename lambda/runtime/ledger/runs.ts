import { randomUUID } from 'node:crypto';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { expiry, type Item, type Key, keyOf, N, type Refused, S, type Table, textOf } from './table';

/** What is remembered of a run that changes something. `before` and `after` are JSON texts, kept to the letter. */
export interface RunRecord {
  readonly runId: string;
  readonly remediation: string;
  readonly resourceArn: string;
  readonly account: string;
  readonly region: string;
  /** JSON of the resource's names, from which the same resource is found again. */
  readonly names: string;
  readonly signalId: string;
  readonly actor: string;
  readonly before: string;
  readonly after: string;
  /** The plan that a person approved. */
  readonly planId?: string;
  /** Who approved it. */
  readonly approvedBy?: string;
}

/** A run as it stands in the ledger. */
export interface StoredRun extends RunRecord {
  readonly state: RunState;
  readonly startedAt: string;
  /** No attempt sent a change. */
  readonly isUntouched: boolean;
}

/**
 * `APPLYING`: a change was, or may have been, made and is not verified, unless the run is untouched. `ABANDONED`: nothing was
 * changed, nor will be under this id.
 */
export type RunState = 'APPLYING' | 'REMEDIATED' | 'UNDOING' | 'UNDONE' | 'ABANDONED';

/** What a run changes, as JSON texts. */
export type States = Pick<RunRecord, 'before' | 'after'>;

/** Brings together what an open run has recorded, and what its next attempt finds. */
export type Join = (recorded: States, found: States) => States;

/** What one run may use up. */
export interface Limits {
  /** Most changes of this remediation in this account within one hour of the clock. */
  readonly cap: number;
  /** Name of the service whose API the repair writes to, and how many writes it takes in a second. */
  readonly rate: { readonly service: string; readonly perSecond: number };
  /**
   * Neither cap nor flap guard apply: where a person asked for this very change, or where a control is restored, because
   * whoever fights over that must not win by being stubborn.
   */
  readonly isUnguarded?: boolean;
}

/**
 * - `begun`: the change may be made, under this id.
 * - `busy`: another run holds the resource, or has held it since it was looked at.
 * - `flapping`: this resource was repaired three times within an hour.
 * - `capped`: as many changes as allowed were made within the hour.
 * - `throttled`: the service was written to as often as it takes in this second.
 */
export type Begun =
  | ({ readonly kind: 'begun' } & Held)
  | { readonly kind: 'busy' | 'flapping' | 'capped' | 'throttled' };

/** A resource that one attempt of a run holds. */
export interface Held {
  readonly runId: string;
  readonly resourceArn: string;
  /** Names the attempt: two deliveries of one signal are two attempts of one run. */
  readonly holder: string;
  /** No attempt before this one may have changed anything. */
  readonly isFirst: boolean;
}

/** When something happens, and until when it can go on happening. */
export interface Moment {
  readonly now: Date;
  /**
   * When the look began on which the change rests. A resource that was held since then may not be as it was seen: whoever
   * waited while another run repaired it would repair it once more, and record a state that is gone as the one before.
   */
  readonly lookedAt: Date;
  /** The platform ends the function then, so nobody can hold a resource for longer. */
  readonly deadline: Date;
}

const HOUR_MS = 3_600_000;
/** Runs of one signal that are found again by counting; whoever sends it more often than that is beyond being told. */
const MOST_RUNS = 20;
/** A resource is repaired this often within an hour; once more, and somebody is fighting over it. */
export const FLAP_LIMIT = 3;

/**
 * Runs, and what keeps them in bounds. One item per run under `pk = RUN#<id>`; the index `by-resource` finds the runs of a
 * resource by time, `by-kind` the latest of all. The before-state is written ahead of the change, in one transaction with
 * the lease of the resource and the counters, so that there is no change that was not written down, and none beyond the bounds.
 * While a run is open its before-state is never lost: a second attempt after a failure half-way would otherwise record the
 * half-changed state as the original. What has come to it meanwhile is joined to it. Once finished, a run is never opened again.
 */
export class Runs {
  public constructor(private readonly table: Table) {}

  /** Opens a run: a signal that comes again after its run was finished gets a run of its own. */
  public async begin(run: RunRecord, limits: Limits, moment: Moment, join: Join): Promise<Begun> {
    for (const runId of successors(run.runId)) {
      const begun = await this.open({ ...run, runId }, limits, moment, join);
      if (begun !== 'finished') return begun;
    }
    const last = await this.open(
      { ...run, runId: `${run.runId}-${moment.now.getTime().toString(36)}` },
      limits,
      moment,
      join,
    );
    return last === 'finished' ? { kind: 'busy' } : last;
  }

  /** The latest run of a signal. */
  public async latest(firstId: string): Promise<StoredRun | undefined> {
    let found: StoredRun | undefined;
    for (const runId of successors(firstId)) {
      const next = await this.get(runId);
      if (next === undefined) break;
      found = next;
    }
    return found;
  }

  /** Closes an open run and gives its resource free. */
  public async finish(held: Held, now: Date): Promise<void> {
    await this.end(held, 'APPLYING', 'REMEDIATED', now);
  }

  /**
   * Gives a resource free whose change failed, or of whose change nobody was told, so that the next attempt need not wait.
   *
   * @param wrote whether this attempt may have changed anything
   */
  public async release(held: Held, now: Date, wrote = true): Promise<void> {
    const freeing = this.freeing(held, now);
    await this.table.transact(wrote || !held.isFirst ? [freeing] : [freeing, this.untouched(held)]);
  }

  /** Closes an open run that has changed nothing. */
  public async abandon(held: Held, now: Date): Promise<void> {
    await this.end(held, 'APPLYING', 'ABANDONED', now);
  }

  /** Takes over a run whose change was made by an attempt that could not tell of it, unless that one is still at it. */
  public async takeOver(run: Pick<RunRecord, 'runId' | 'resourceArn'>, moment: Moment): Promise<Begun | 'finished'> {
    const { runId, resourceArn } = run;
    return this.goOnWith({ runId, resourceArn, holder: holderOf(runId), isFirst: false }, moment);
  }

  public async get(runId: string): Promise<StoredRun | undefined> {
    const item = await this.table.get(runKey(runId));
    return item && storedRun(item);
  }

  /**
   * Marks a finished run as being taken back, and holds its resource.
   *
   * @returns undefined when another run holds it
   */
  public async beginUndo(run: StoredRun, by: string, moment: Moment): Promise<Held | undefined> {
    const held = { runId: run.runId, resourceArn: run.resourceArn, holder: holderOf(run.runId), isFirst: false };
    const refused = await this.table.transact([
      {
        Update: {
          TableName: this.table.name,
          Key: keyOf(runKey(run.runId)),
          ConditionExpression: '#state = :closed OR #state = :undoing',
          UpdateExpression: 'SET #state = :undoing, undoneBy = :by',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':closed': S('REMEDIATED'), ':undoing': S('UNDOING'), ':by': S(by) },
        },
      },
      this.lease(held, moment),
    ]);
    return refused === undefined ? held : undefined;
  }

  public async finishUndo(held: Held, now: Date): Promise<void> {
    await this.end(held, 'UNDOING', 'UNDONE', now);
  }

  /** The repair stands after all: nothing was taken back. */
  public async refuseUndo(held: Held, now: Date): Promise<void> {
    await this.end(held, 'UNDOING', 'REMEDIATED', now);
  }

  private async end(held: Held, from: RunState, to: RunState, now: Date): Promise<void> {
    const refused = await this.table.transact([this.closing(held.runId, from, to, now), this.freeing(held, now)]);
    // Somebody else holds the resource by now: this attempt took longer than it may. Its run is over all the same.
    if (refused?.[0] === undefined && refused?.[1] !== undefined) {
      await this.table.transact([this.closing(held.runId, from, to, now)]);
    }
  }

  private closing(runId: string, from: RunState, to: RunState, now: Date) {
    return {
      Update: {
        TableName: this.table.name,
        Key: keyOf(runKey(runId)),
        ConditionExpression: '#state = :open',
        UpdateExpression: `SET #state = :closed, ${to === 'UNDONE' ? 'undoneAt' : 'finishedAt'} = :now`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':open': S(from), ':closed': S(to), ':now': S(now.toISOString()) },
      },
    };
  }

  private freeing({ resourceArn, holder }: Held, now: Date): TransactWriteItem {
    return {
      Update: {
        TableName: this.table.name,
        Key: keyOf(leaseKey(resourceArn)),
        ConditionExpression: 'holder = :holder',
        UpdateExpression: 'SET heldUntil = :now',
        ExpressionAttributeValues: { ':holder': S(holder), ':now': N(now.getTime()) },
      },
    };
  }

  private untouched({ runId }: Held): TransactWriteItem {
    return {
      Update: {
        TableName: this.table.name,
        Key: keyOf(runKey(runId)),
        ConditionExpression: '#state = :open',
        UpdateExpression: 'SET untouched = :yes',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':open': S('APPLYING'), ':yes': S(YES) },
      },
    };
  }

  private async open(run: RunRecord, limits: Limits, moment: Moment, join: Join): Promise<Begun | 'finished'> {
    const { now } = moment;
    const held = { runId: run.runId, resourceArn: run.resourceArn, holder: holderOf(run.runId), isFirst: true };
    const items: Array<{ readonly item: TransactWriteItem; readonly kind: Exclude<Begun['kind'], 'begun'> | 'known' }> =
      [
        { kind: 'known', item: this.record(run, now) },
        { kind: 'busy', item: this.lease(held, moment) },
        { kind: 'throttled', item: this.rate(run, limits, now) },
        ...(limits.isUnguarded
          ? []
          : [
              { kind: 'flapping' as const, item: this.flap(run, now) },
              { kind: 'capped' as const, item: this.cap(run, limits, now) },
            ]),
      ];
    const refused = await this.table.transact(items.map(({ item }) => item));
    if (refused === undefined) return { kind: 'begun', ...held };
    if (refused[0] !== undefined) return this.resume(run, held, refused[0], moment, join);
    const [kind] = items.flatMap((each, index) => (refused[index] ? [each.kind] : []));
    return { kind: (kind ?? 'busy') as Exclude<Begun['kind'], 'begun'> };
  }

  /** A run that an earlier attempt opened has been counted already. */
  private async resume(
    run: RunRecord,
    held: Held,
    { item }: Refused,
    moment: Moment,
    join: Join,
  ): Promise<Begun | 'finished'> {
    if (textOf(item, 'state') !== 'APPLYING') return 'finished';
    const recorded = storedRun(item);
    // Where nothing was changed, what was recorded is only what somebody has seen.
    const states = recorded.isUntouched ? run : join(recorded, run);
    return this.goOnWith({ ...held, isFirst: recorded.isUntouched }, moment, { recorded, states });
  }

  /** Goes on with an open run, unless another attempt does or did meanwhile. */
  private async goOnWith(
    held: Held,
    moment: Moment,
    anew?: { readonly recorded: States; readonly states: States },
  ): Promise<Begun | 'finished'> {
    const { recorded, states } = anew ?? {};
    const refused = await this.table.transact([
      {
        Update: {
          TableName: this.table.name,
          Key: keyOf(runKey(held.runId)),
          ConditionExpression: `#state = :open${recorded ? ' AND #before = :recorded' : ''}`,
          UpdateExpression: `${states ? 'SET #before = :before, #after = :after REMOVE untouched ' : ''}ADD attempts :one`,
          ExpressionAttributeNames: { '#state': 'state', ...(states && { '#before': 'before', '#after': 'after' }) },
          ExpressionAttributeValues: {
            ':open': S('APPLYING'),
            ':one': N(1),
            ...(recorded && { ':recorded': S(recorded.before) }),
            ...(states && { ':before': S(states.before), ':after': S(states.after) }),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      this.lease(held, moment),
    ]);
    if (refused === undefined) return { kind: 'begun', ...held };
    const isOver = refused[0] !== undefined && textOf(refused[0].item, 'state') !== 'APPLYING';
    return isOver ? 'finished' : { kind: 'busy' };
  }

  private record(run: RunRecord, now: Date): TransactWriteItem {
    const { runId, ...rest } = run;
    const attributes = Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return {
      Put: {
        TableName: this.table.name,
        Item: {
          ...keyOf(runKey(runId)),
          kind: S('RUN'),
          state: S('APPLYING'),
          startedAt: S(now.toISOString()),
          attempts: N(1),
          ...Object.fromEntries(attributes.map(([name, value]) => [name, S(value)])),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
  }

  private lease({ resourceArn, holder }: Held, { now, lookedAt, deadline }: Moment): TransactWriteItem {
    return {
      Update: {
        TableName: this.table.name,
        Key: keyOf(leaseKey(resourceArn)),
        ConditionExpression: 'attribute_not_exists(holder) OR heldUntil <= :looked',
        UpdateExpression: 'SET holder = :holder, heldUntil = :until, expiresAt = :expiry',
        ExpressionAttributeValues: {
          ':holder': S(holder),
          ':looked': N(lookedAt.getTime()),
          ':until': N(deadline.getTime()),
          ':expiry': expiry(now, 86_400),
        },
      },
    };
  }

  /** The times of the last three repairs, of which the oldest must be an hour ago: a window that slides. */
  private flap(run: RunRecord, now: Date): TransactWriteItem {
    return {
      Update: {
        TableName: this.table.name,
        Key: keyOf({ pk: `FLAP#${run.remediation}#${run.resourceArn}`, sk: 'FLAP' }),
        ConditionExpression: 'attribute_not_exists(third) OR third < :hourAgo',
        UpdateExpression:
          'SET third = if_not_exists(#second, :never), #second = if_not_exists(#first, :never), #first = :now, expiresAt = :expiry',
        ExpressionAttributeNames: { '#first': 'first', '#second': 'second' },
        ExpressionAttributeValues: {
          ':hourAgo': N(now.getTime() - HOUR_MS),
          ':never': N(0),
          ':now': N(now.getTime()),
          ':expiry': expiry(now, 7_200),
        },
      },
    };
  }

  private cap(run: RunRecord, { cap }: Limits, now: Date): TransactWriteItem {
    const window = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS).toISOString();
    return {
      Update: {
        TableName: this.table.name,
        Key: keyOf({ pk: `CAP#${run.remediation}#${run.account}`, sk: window }),
        // A counter that is not there yet is not below any cap, so that a cap of none lets none through.
        ConditionExpression: cap > 0 ? 'attribute_not_exists(changes) OR changes < :cap' : 'changes < :cap',
        UpdateExpression: 'SET expiresAt = :expiry ADD changes :one',
        ExpressionAttributeValues: { ':cap': N(cap), ':one': N(1), ':expiry': expiry(now, 7_200) },
      },
    };
  }

  /** A bucket of tokens for each account, Region and service, which is full again with each second. */
  private rate(run: RunRecord, { rate }: Limits, now: Date): TransactWriteItem {
    const second = Math.floor(now.getTime() / 1_000);
    return {
      Update: {
        TableName: this.table.name,
        Key: keyOf({ pk: `RATE#${run.account}#${run.region}#${rate.service}`, sk: String(second) }),
        ConditionExpression: 'attribute_not_exists(writes) OR writes < :most',
        UpdateExpression: 'SET expiresAt = :expiry ADD writes :one',
        ExpressionAttributeValues: { ':most': N(rate.perSecond), ':one': N(1), ':expiry': expiry(now, 60) },
      },
    };
  }
}

export function runKey(runId: string): Key {
  return { pk: `RUN#${runId}`, sk: 'RUN' };
}

/** What marks a run of which no attempt sent a change. */
const YES = 'yes';

/** A signal that comes again after its run was finished gets another id, which its next delivery finds as well. */
function* successors(runId: string): Generator<string> {
  yield runId;
  for (let next = 2; next <= MOST_RUNS; next += 1) yield `${runId}-${next}`;
}

function holderOf(runId: string): string {
  return `${runId}/${randomUUID()}`;
}

function leaseKey(resourceArn: string): Key {
  return { pk: `LEASE#${resourceArn}`, sk: 'LEASE' };
}

export function storedRun(item: Item): StoredRun {
  const text = (name: string) => textOf(item, name) ?? '';
  return {
    runId: text('pk').replace('RUN#', ''),
    remediation: text('remediation'),
    resourceArn: text('resourceArn'),
    account: text('account'),
    region: text('region'),
    names: text('names'),
    signalId: text('signalId'),
    actor: text('actor'),
    before: text('before'),
    after: text('after'),
    state: text('state') as RunState,
    startedAt: text('startedAt'),
    isUntouched: text('untouched') === YES,
  };
}

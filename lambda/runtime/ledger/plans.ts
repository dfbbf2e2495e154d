import { type Item, type Key, S, type Table, textOf } from './table';

/** A change that waits for a person. `before` and `after` are JSON texts. */
export interface Plan {
  readonly planId: string;
  /** Stands for resource and change; an approval names it, and approves nothing else. */
  readonly hash: string;
  readonly remediation: string;
  readonly resourceArn: string;
  readonly account: string;
  readonly region: string;
  /** JSON of the resource's names. */
  readonly names: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
  readonly actor: string;
  readonly signalId: string;
}

/** `APPLIED`, `STALE` and `OBSOLETE` (secure by now) are final. */
export type PlanState = 'OPEN' | 'APPLIED' | 'STALE' | 'OBSOLETE';

export interface StoredPlan extends Plan {
  readonly state: PlanState;
  readonly startedAt: string;
}

/** A plan that nobody has approved by then is none any more; the next sweep makes a new one where it is still needed. */
export const PLAN_DAYS = 30;

/** Plans stand under `pk = PLAN#<id>`; the index `by-kind` lists them by time. */
export class Plans {
  public constructor(private readonly table: Table) {}

  /**
   * Stores a plan. The same change of the same resource is the same plan, however often it is proposed.
   *
   * @returns whether nobody was told of it yet
   */
  public async propose(plan: Plan, now: Date): Promise<boolean> {
    const { planId, ...rest } = plan;
    const fields = Object.entries(rest);
    const made = await this.table.update(key(planId), {
      ConditionExpression: 'attribute_not_exists(pk) OR #state <> :open OR startedAt < :old',
      UpdateExpression: `SET #state = :open, kind = :kind, startedAt = :now, ${fields.map((_, index) => `#f${index} = :f${index}`).join(', ')}`,
      ExpressionAttributeNames: {
        '#state': 'state',
        ...Object.fromEntries(fields.map(([name], index) => [`#f${index}`, name])),
      },
      ExpressionAttributeValues: {
        ':open': S('OPEN'),
        ':kind': S('PLAN'),
        ':now': S(now.toISOString()),
        ':old': S(daysAgo(now, PLAN_DAYS)),
        ...Object.fromEntries(fields.map(([, value], index) => [`:f${index}`, S(value)])),
      },
    });
    return made !== undefined;
  }

  public async get(planId: string): Promise<StoredPlan | undefined> {
    const item = await this.table.get(key(planId));
    return item && storedPlan(item);
  }

  /** Ends an open plan. */
  public async close(planId: string, state: Exclude<PlanState, 'OPEN'>, by: string, now: Date): Promise<void> {
    await this.table.update(key(planId), {
      ConditionExpression: '#state = :open',
      UpdateExpression: 'SET #state = :state, closedAt = :now, closedBy = :by',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':open': S('OPEN'),
        ':state': S(state),
        ':now': S(now.toISOString()),
        ':by': S(by),
      },
    });
  }
}

export function isTooOld(plan: StoredPlan, now: Date): boolean {
  return plan.startedAt < daysAgo(now, PLAN_DAYS);
}

function daysAgo(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}

function key(planId: string): Key {
  return { pk: `PLAN#${planId}`, sk: 'PLAN' };
}

export function storedPlan(item: Item): StoredPlan {
  const text = (name: string) => textOf(item, name) ?? '';
  return {
    planId: text('pk').replace('PLAN#', ''),
    hash: text('hash'),
    remediation: text('remediation'),
    resourceArn: text('resourceArn'),
    account: text('account'),
    region: text('region'),
    names: text('names'),
    before: text('before'),
    after: text('after'),
    reason: text('reason'),
    actor: text('actor'),
    signalId: text('signalId'),
    state: text('state') as PlanState,
    startedAt: text('startedAt'),
  };
}

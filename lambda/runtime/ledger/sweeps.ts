import { expiry, type Key, N, S, type Table } from './table';

/** What became of a sweep, kept for a quarter of a year. */
const KEPT_SECONDS = 90 * 86_400;

/** Sweeps stand under `pk = SWEEP#<id>`; the index `by-kind` lists them by time. */
export class Sweeps {
  public constructor(private readonly table: Table) {}

  public async begin(sweepId: string, legs: number, now: Date): Promise<void> {
    await this.table.update(key(sweepId), {
      UpdateExpression:
        'SET kind = :kind, startedAt = if_not_exists(startedAt, :now), legs = :legs, expiresAt = :expiry',
      ExpressionAttributeValues: {
        ':kind': S('SWEEP'),
        ':now': S(now.toISOString()),
        ':legs': N(legs),
        ':expiry': expiry(now, KEPT_SECONDS),
      },
    });
  }

  /** Counts the resources of a page; a page that is done twice counts twice. */
  public async found(sweepId: string, resources: number): Promise<void> {
    await this.table.update(key(sweepId), {
      UpdateExpression: 'ADD resources :found',
      ExpressionAttributeValues: { ':found': N(resources) },
    });
  }

  /** Marks a leg as done, however often it is said. */
  public async done(sweepId: string, leg: string): Promise<void> {
    await this.table.update(key(sweepId), {
      UpdateExpression: 'ADD done :leg',
      ExpressionAttributeValues: { ':leg': { SS: [leg] } },
    });
  }
}

function key(sweepId: string): Key {
  return { pk: `SWEEP#${sweepId}`, sk: 'SWEEP' };
}

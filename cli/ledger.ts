import { DynamoDBClient, paginateQuery, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { type Exemption, Exemptions } from '../lambda/runtime/ledger/exemptions';
import { PLAN_DAYS, Plans, type StoredPlan, storedPlan } from '../lambda/runtime/ledger/plans';
import { runKey, type StoredRun, storedRun } from '../lambda/runtime/ledger/runs';
import { type Item, numberOf, S, Table, textOf } from '../lambda/runtime/ledger/table';
import type { Deployment } from './deployment';
import { DAY_MS } from './times';

/** A run with all that the ledger has of it. */
export interface WholeRun extends StoredRun {
  readonly attempts: number;
  readonly finishedAt?: string;
  readonly approvedBy?: string;
  readonly undoneAt?: string;
  readonly undoneBy?: string;
}

export interface SweepProgress {
  readonly sweepId: string;
  readonly startedAt: string;
  /** Remediations times accounts and Regions. */
  readonly legs: number;
  readonly done: number;
  readonly resources: number;
}

export interface RunQuery {
  readonly since: Date;
  readonly resource?: string;
  readonly remediation?: string;
  readonly limit?: number;
}

export interface PlanQuery {
  /** Those too that are closed, or too old to be approved. */
  readonly all?: boolean;
  readonly remediations?: readonly string[];
  readonly account?: string;
  readonly limit?: number;
}

/** Reads the ledger for people: newest first, by the table's indexes. Writing is the engine's alone. */
export class LedgerReader {
  private readonly table: Table;
  private readonly stored: { readonly plans: Plans; readonly exemptions: Exemptions };

  public constructor({ facts, aws }: Pick<Deployment, 'facts' | 'aws'>) {
    this.table = new Table(facts.ledger, aws.region, aws.client(DynamoDBClient));
    this.stored = { plans: new Plans(this.table), exemptions: new Exemptions(this.table) };
  }

  public async run(runId: string): Promise<WholeRun | undefined> {
    const item = await this.table.get(runKey(runId));
    return item && wholeRun(item);
  }

  public async runs({ since, resource, remediation, limit }: RunQuery): Promise<WholeRun[]> {
    const found = await this.newest(
      resource === undefined ? byKind('RUN', since) : byResource(resource, since),
      { kind: 'RUN', ...(remediation !== undefined && { remediation }) },
      limit,
    );
    return found.map(wholeRun);
  }

  /** How many runs stand in which state. */
  public async runStates(since: Date): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const item of await this.newest(byKind('RUN', since), {})) {
      const state = textOf(item, 'state') ?? 'unknown';
      counts[state] = (counts[state] ?? 0) + 1;
    }
    return counts;
  }

  public plan(planId: string): Promise<StoredPlan | undefined> {
    return this.stored.plans.get(planId);
  }

  public async plans({ all, remediations, account, limit }: PlanQuery): Promise<StoredPlan[]> {
    const since = all ? new Date(0) : new Date(Date.now() - PLAN_DAYS * DAY_MS);
    const wanted = { ...(!all && { state: 'OPEN' }), ...(account !== undefined && { account }) };
    const found = (await this.newest(byKind('PLAN', since), wanted)).map(storedPlan);
    const chosen = found.filter((plan) => remediations === undefined || remediations.includes(plan.remediation));
    return limit === undefined ? chosen : chosen.slice(0, limit);
  }

  public exemptions(): Promise<Exemption[]> {
    return this.stored.exemptions.list();
  }

  public async sweep(sweepId: string): Promise<SweepProgress | undefined> {
    const item = await this.table.get({ pk: `SWEEP#${sweepId}`, sk: 'SWEEP' });
    return item && sweepProgress(item);
  }

  public async lastSweep(): Promise<SweepProgress | undefined> {
    const [item] = await this.newest(byKind('SWEEP', new Date(0)), {}, 1);
    return item && sweepProgress(item);
  }

  private async newest(
    index: Pick<QueryCommandInput, 'IndexName' | 'KeyConditionExpression' | 'ExpressionAttributeValues'> & Names,
    wanted: Readonly<Record<string, string>>,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<Item[]> {
    // A filter may not name what the index is keyed by.
    const filters = Object.entries(wanted).filter(
      ([name]) => !Object.values(index.ExpressionAttributeNames).includes(name),
    );
    const items: Item[] = [];
    const pages = paginateQuery(
      { client: this.table.dynamodb },
      {
        TableName: this.table.name,
        ...index,
        ScanIndexForward: false,
        ...(filters.length > 0 && {
          FilterExpression: filters.map((_, at) => `#w${at} = :w${at}`).join(' AND '),
        }),
        ExpressionAttributeNames: {
          ...index.ExpressionAttributeNames,
          ...Object.fromEntries(filters.map(([name], at) => [`#w${at}`, name])),
        },
        ExpressionAttributeValues: {
          ...index.ExpressionAttributeValues,
          ...Object.fromEntries(filters.map(([, value], at) => [`:w${at}`, S(value)])),
        },
      },
    );
    for await (const { Items = [] } of pages) {
      items.push(...Items);
      if (items.length >= limit) break;
    }
    return items.slice(0, limit);
  }
}

interface Names {
  readonly ExpressionAttributeNames: Record<string, string>;
}

function byKind(kind: 'RUN' | 'PLAN' | 'SWEEP', since: Date) {
  return indexed('by-kind', 'kind', kind, since);
}

function byResource(resource: string, since: Date) {
  return indexed('by-resource', 'resourceArn', resource, since);
}

function indexed(IndexName: string, name: string, value: string, since: Date) {
  return {
    IndexName,
    KeyConditionExpression: '#key = :key AND #time >= :since',
    ExpressionAttributeNames: { '#key': name, '#time': 'startedAt' },
    ExpressionAttributeValues: { ':key': S(value), ':since': S(since.toISOString()) },
  };
}

function wholeRun(item: Item): WholeRun {
  const optional = ['finishedAt', 'planId', 'approvedBy', 'undoneAt', 'undoneBy'].flatMap((name) => {
    const value = textOf(item, name);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...storedRun(item), attempts: numberOf(item, 'attempts') ?? 1, ...Object.fromEntries(optional) };
}

function sweepProgress(item: Item): SweepProgress {
  return {
    sweepId: (textOf(item, 'pk') ?? '').replace('SWEEP#', ''),
    startedAt: textOf(item, 'startedAt') ?? '',
    legs: numberOf(item, 'legs') ?? 0,
    done: item.done?.SS?.length ?? 0,
    resources: numberOf(item, 'resources') ?? 0,
  };
}

import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAwsError } from '../errors';
import { RETRIES, TIMEOUTS } from '../sessions';

export type Item = Record<string, AttributeValue>;

/** Keys of an item. Everything of one kind has a prefix of its own. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Transactions on one item at the same time exclude each other; DynamoDB leaves it to the caller to try again. */
const CONFLICT_WAITS_MS = [50, 100, 200, 400, 800];

/**
 * The ledger's table, which is the memory of the engine. DynamoDB's own names are kept; values are text, numbers and
 * nothing else.
 */
export class Table {
  public constructor(
    public readonly name: string,
    region: string,
    public readonly dynamodb = new DynamoDBClient({ region, ...RETRIES, requestHandler: TIMEOUTS }),
  ) {}

  public async get(key: Key): Promise<Item | undefined> {
    const { Item: found } = await this.dynamodb.send(
      new GetItemCommand({ TableName: this.name, Key: keyOf(key), ConsistentRead: true }),
    );
    return found;
  }

  /** Every item of a partition, in order of the sort key. */
  public async all(pk: string): Promise<Item[]> {
    const items: Item[] = [];
    const pages = paginateQuery(
      { client: this.dynamodb },
      {
        TableName: this.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
      },
    );
    for await (const page of pages) items.push(...(page.Items ?? []));
    return items;
  }

  /** @returns the item as it is now; undefined when the condition does not hold */
  public async update(key: Key, update: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>): Promise<Item | undefined> {
    try {
      const { Attributes } = await this.dynamodb.send(
        new UpdateItemCommand({ TableName: this.name, Key: keyOf(key), ReturnValues: 'ALL_NEW', ...update }),
      );
      return Attributes ?? {};
    } catch (error) {
      if (isAwsError(error, ['ConditionalCheckFailedException'])) return undefined;
      throw error;
    }
  }

  /**
   * All or nothing.
   *
   * @returns undefined when everything was written, else for each item why not, if it was for that one
   */
  public async transact(items: readonly TransactWriteItem[]): Promise<ReadonlyArray<Refused | undefined> | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [...items] }));
        return undefined;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const reasons = error.CancellationReasons ?? [];
        const failed = reasons.map(({ Code, Item: item }) =>
          Code === 'ConditionalCheckFailed' ? { item: item ?? {} } : undefined,
        );
        if (failed.some((each) => each !== undefined)) return failed;
        const wait = CONFLICT_WAITS_MS[attempt];
        const isPassing = reasons.some(({ Code }) => Code === 'TransactionConflict' || Code === 'ThrottlingError');
        if (wait === undefined || !isPassing) throw error;
        await sleep(wait * (0.5 + Math.random()));
      }
    }
  }
}

/** A condition that did not hold, with the item as it was found. */
export interface Refused {
  readonly item: Item;
}

export function keyOf({ pk, sk }: Key): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: pk }, sk: { S: sk } };
}

export function S(value: string): { S: string } {
  return { S: value };
}

export function N(value: number): { N: string } {
  return { N: String(value) };
}

export function textOf(item: Item | undefined, name: string): string | undefined {
  return item?.[name]?.S;
}

export function numberOf(item: Item | undefined, name: string): number | undefined {
  const value = item?.[name]?.N;
  return value === undefined ? undefined : Number(value);
}

/** Seconds since the epoch, as DynamoDB's time to live wants it: an item is removed some time after. */
export function expiry(now: Date, seconds: number): { N: string } {
  return N(Math.ceil(now.getTime() / 1_000) + seconds);
}

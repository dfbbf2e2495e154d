import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type Item, type Key, type Refused, Table } from '../../lambda/runtime/ledger/table';

interface Expressions {
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/**
 * The ledger's table in memory: the ledger itself runs as it is. Expressions are read like DynamoDB reads them, as far as the
 * ledger uses them; anything else is an error, a name or value that no expression uses too. What DynamoDB really does is tested
 * in the sandbox.
 */
export class MemoryTable extends Table {
  private readonly partitions = new Map<string, Map<string, Item>>();

  public constructor() {
    super('ledger', 'eu-central-1');
  }

  public override async get({ pk, sk }: Key): Promise<Item | undefined> {
    return this.partitions.get(pk)?.get(sk);
  }

  public override async all(pk: string): Promise<Item[]> {
    return [...(this.partitions.get(pk) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }

  public override async update({ pk, sk }: Key, update: Expressions): Promise<Item | undefined> {
    const plan = this.read({ pk: { S: pk }, sk: { S: sk } }, update);
    if (!plan.holds()) return undefined;
    plan.write();
    return this.get({ pk, sk });
  }

  public override async transact(
    items: readonly TransactWriteItem[],
  ): Promise<ReadonlyArray<Refused | undefined> | undefined> {
    const plans = items.map(({ Put, Update, ...others }) => {
      if (Object.keys(others).length > 0) throw new Error(`no such item in a transaction: ${Object.keys(others)}`);
      if (Put) return { ...this.read(Put.Item ?? {}, Put, Put.Item), given: Put };
      if (Update) return { ...this.read(Update.Key ?? {}, Update), given: Update };
      throw new Error('a transaction holds puts and updates');
    });
    if (new Set(plans.map(({ id }) => id)).size < plans.length) throw new Error('a transaction names an item once');
    const failed = plans.map((plan) => !plan.holds());
    if (failed.includes(true)) {
      return plans.map(({ present, given }, index) => {
        if (!failed[index]) return undefined;
        return { item: given.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? present() : {} };
      });
    }
    for (const plan of plans) plan.write();
    return undefined;
  }

  private read(key: Item, expressions: Expressions, whole?: Item) {
    const [pk, sk] = [key.pk?.S, key.sk?.S];
    if (pk === undefined || sk === undefined) throw new Error('an item has pk and sk');
    const partition = this.partitions.get(pk) ?? new Map<string, Item>();
    this.partitions.set(pk, partition);
    const present = (): Item => partition.get(sk) ?? {};
    const { holds, change } = parse(expressions);
    return {
      id: `${pk}|${sk}`,
      present,
      holds: () => holds(present()),
      write: () => {
        partition.set(sk, whole ?? { ...change(present()), pk: { S: pk }, sk: { S: sk } });
      },
    };
  }
}

type Value = (item: Item) => AttributeValue | undefined;
type Condition = (item: Item) => boolean;

function parse({
  ConditionExpression: condition,
  UpdateExpression: update,
  ExpressionAttributeNames: names = {},
  ExpressionAttributeValues: values = {},
}: Expressions): { holds: Condition; change: (item: Item) => Item } {
  const used = new Set<string>();
  const holds = condition === undefined ? () => true : conditionOf(new Tokens(condition, names, values, used));
  const change = update === undefined ? (item: Item) => item : changeOf(new Tokens(update, names, values, used));
  const unused = [...Object.keys(names), ...Object.keys(values)].filter((each) => !used.has(each));
  if (unused.length > 0) throw new Error(`no expression uses ${unused.join(', ')}`);
  return { holds, change };
}

class Tokens {
  private readonly tokens: string[];

  public constructor(
    text: string,
    private readonly names: Record<string, string>,
    private readonly values: Record<string, AttributeValue>,
    private readonly used: Set<string>,
  ) {
    this.tokens = text.match(/[:#]?\w+|<>|<=|>=|\S/g) ?? [];
  }

  public get next(): string | undefined {
    return this.tokens[0];
  }

  public take(wanted?: string): string {
    const token = this.tokens.shift();
    if (token === undefined || (wanted !== undefined && token !== wanted)) {
      throw new Error(`expected ${wanted ?? 'something'}, found ${token ?? 'the end'}`);
    }
    return token;
  }

  public takes(wanted: string): boolean {
    if (this.next !== wanted) return false;
    this.take();
    return true;
  }

  public name(): string {
    const token = this.take();
    const name = token.startsWith('#') ? this.names[token] : token;
    if (name === undefined || !/^\w+$/.test(name)) throw new Error(`${token} is no name`);
    this.used.add(token);
    return name;
  }

  public value(): AttributeValue {
    const token = this.take();
    const value = this.values[token];
    if (value === undefined) throw new Error(`${token} is no value`);
    this.used.add(token);
    return value;
  }
}

function conditionOf(tokens: Tokens): Condition {
  const found = either(tokens);
  if (tokens.next !== undefined) throw new Error(`cannot read ${tokens.next} in a condition`);
  return found;
}

function either(tokens: Tokens): Condition {
  const parts = [both(tokens)];
  while (tokens.takes('OR')) parts.push(both(tokens));
  return (item) => parts.some((part) => part(item));
}

function both(tokens: Tokens): Condition {
  const parts = [single(tokens)];
  while (tokens.takes('AND')) parts.push(single(tokens));
  return (item) => parts.every((part) => part(item));
}

function single(tokens: Tokens): Condition {
  for (const [word, wanted] of [
    ['attribute_exists', true],
    ['attribute_not_exists', false],
  ] as const) {
    if (!tokens.takes(word)) continue;
    tokens.take('(');
    const name = tokens.name();
    tokens.take(')');
    return (item) => (item[name] !== undefined) === wanted;
  }
  // DynamoDB knows of no comparison of two given values that would make sense, so the first is an attribute.
  const name = tokens.name();
  const operator = tokens.take();
  const value = tokens.value();
  return (item) => compares(item[name], operator, value);
}

/** Values of different types are never in order, and an attribute that is not there is unequal to all. */
function compares(left: AttributeValue | undefined, operator: string, right: AttributeValue): boolean {
  const pair =
    left?.N !== undefined && right.N !== undefined
      ? ([Number(left.N), Number(right.N)] as const)
      : left?.S !== undefined && right.S !== undefined
        ? ([left.S, right.S] as const)
        : undefined;
  if (pair === undefined) return operator === '<>';
  const [a, b] = pair;
  switch (operator) {
    case '=':
      return a === b;
    case '<>':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      throw new Error(`no such comparison: ${operator}`);
  }
}

function changeOf(tokens: Tokens): (item: Item) => Item {
  const changes: Array<(before: Item, after: Item) => void> = [];
  while (tokens.next !== undefined) {
    const clause = tokens.take();
    do {
      const name = tokens.name();
      if (clause === 'SET') {
        tokens.take('=');
        const value = valueIn(tokens);
        changes.push((before, after) => set(after, name, value(before)));
      } else if (clause === 'ADD') {
        const value = tokens.value();
        changes.push((before, after) => set(after, name, sum(before[name], value)));
      } else if (clause === 'REMOVE') {
        changes.push((_, after) => {
          delete after[name];
        });
      } else {
        throw new Error(`no such clause: ${clause}`);
      }
    } while (tokens.takes(','));
  }
  return (before) => {
    const after = { ...before };
    for (const change of changes) change(before, after);
    return after;
  };
}

function valueIn(tokens: Tokens): Value {
  if (tokens.takes('if_not_exists')) {
    tokens.take('(');
    const name = tokens.name();
    tokens.take(',');
    const otherwise = valueIn(tokens);
    tokens.take(')');
    return (item) => item[name] ?? otherwise(item);
  }
  const value = tokens.value();
  return () => value;
}

function set(item: Item, name: string, value: AttributeValue | undefined): void {
  if (value === undefined) throw new Error(`nothing to set ${name} to`);
  item[name] = value;
}

function sum(present: AttributeValue | undefined, more: AttributeValue): AttributeValue {
  if (more.N !== undefined) return { N: String(Number(present?.N ?? 0) + Number(more.N)) };
  if (more.SS !== undefined) return { SS: [...new Set([...(present?.SS ?? []), ...more.SS])] };
  throw new Error('only numbers and sets of texts are added');
}

import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { N, numberOf, S, Table, textOf } from '../../../../lambda/runtime/ledger/table';
import { answering, awsError } from '../../../support/remediation';

jest.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));

const KEY = { pk: 'A', sk: 'B' };
const ITEM = { pk: { S: 'A' }, sk: { S: 'B' }, n: { N: '1' } };

function table(answers: Record<string, unknown>) {
  const { send, sent } = answering(answers);
  jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(send);
  return { table: new Table('ledger', 'eu-central-1'), sent };
}
afterEach(() => jest.restoreAllMocks());

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    $metadata: {},
    message: 'cancelled',
    CancellationReasons: codes.map((Code) => ({ Code, ...(Code === 'ConditionalCheckFailed' && { Item: ITEM }) })),
  });

describe('the table', () => {
  test('reads what was written a moment ago', async () => {
    const { table: made, sent } = table({ GetItem: { Item: ITEM } });
    expect(await made.get(KEY)).toEqual(ITEM);
    expect(sent[0]?.input).toEqual({
      TableName: 'ledger',
      Key: { pk: { S: 'A' }, sk: { S: 'B' } },
      ConsistentRead: true,
    });
  });

  test('reads a partition to its end', async () => {
    const pages: Record<string, object> = { '': { Items: [ITEM], LastEvaluatedKey: ITEM }, A: { Items: [ITEM, ITEM] } };
    const { table: made, sent } = table({
      Query: ({ ExclusiveStartKey: from }: { ExclusiveStartKey?: typeof ITEM }) => pages[from?.pk.S ?? ''],
    });
    expect(await made.all('A')).toHaveLength(3);
    expect(sent.map(({ input }) => input.ConsistentRead)).toEqual([true, true]);
  });

  test.each([
    ['the item as it is now', { Attributes: ITEM }, ITEM],
    ['an empty one where nothing is told', {}, {}],
    ['nothing where the condition does not hold', awsError('ConditionalCheckFailedException'), undefined],
  ])('gives back of an update %s', async (_, answer, expected) => {
    expect(await table({ UpdateItem: answer }).table.update(KEY, {})).toEqual(expected);
  });

  test('lets any other error of an update through', async () => {
    await expect(table({ UpdateItem: awsError('AccessDeniedException') }).table.update(KEY, {})).rejects.toThrow(
      'AccessDenied',
    );
  });
});

describe('a transaction', () => {
  test.each([
    ['that was written has no refusals', {}, undefined],
    [
      'that was refused says for which items, with those as they were found',
      cancelled('None', 'ConditionalCheckFailed'),
      [undefined, { item: ITEM }],
    ],
    [
      'that was refused is not tried again because of a conflict beside',
      cancelled('TransactionConflict', 'ConditionalCheckFailed'),
      [undefined, { item: ITEM }],
    ],
  ])('%s', async (_, answer, expected) => {
    const { table: made, sent } = table({ TransactWriteItems: answer });
    expect(await made.transact([])).toEqual(expected);
    expect(sent).toHaveLength(1);
  });

  test.each(['TransactionConflict', 'ThrottlingError'])('that met %s is tried again', async (code) => {
    let tries = 0;
    const { table: made } = table({
      TransactWriteItems: () => {
        tries += 1;
        return tries < 3 ? cancelled(code, 'None') : {};
      },
    });
    expect(await made.transact([])).toBeUndefined();
    expect(tries).toBe(3);
  });

  test.each([
    ['a conflict that does not end', cancelled('TransactionConflict'), 6],
    ['a reason that no retry mends', cancelled('ValidationError'), 1],
    ['any other error', awsError('AccessDeniedException'), 1],
  ])('fails in the end with %s', async (_, answer, tries) => {
    const { table: made, sent } = table({ TransactWriteItems: answer });
    await expect(made.transact([])).rejects.toBe(answer);
    expect(sent).toHaveLength(tries);
  });
});

test('values are read as what they are', () => {
  expect([textOf(ITEM, 'pk'), textOf(ITEM, 'n'), textOf(undefined, 'pk')]).toEqual(['A', undefined, undefined]);
  expect([numberOf(ITEM, 'n'), numberOf(ITEM, 'pk')]).toEqual([1, undefined]);
  expect([S('a'), N(1)]).toEqual([{ S: 'a' }, { N: '1' }]);
});

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { BusyError, ConfigurationError } from '../../../../lambda/runtime/errors';
import { EXEMPTION_TAG, type Exemption, Exemptions } from '../../../../lambda/runtime/ledger/exemptions';
import { MemoryTable } from '../../../support/memory-table';
import { NOW } from '../../../support/engine';
import { ACCOUNT, LAMP_ARN } from '../../../support/signals';

const GIVEN = {
  remediation: 'test-lamp',
  scope: 'resource' as Exemption['scope'],
  target: LAMP_ARN,
  account: ACCOUNT,
  owner: 'alice',
  reason: 'a film is shown',
  expires: '2026-11-21T10:00:00.000Z',
  createdBy: 'AIDA',
};
const QUESTION = { remediation: 'test-lamp', account: ACCOUNT, resourceArn: LAMP_ARN };

async function kept(...all: Array<Partial<typeof GIVEN>>) {
  const table = new MemoryTable();
  const exemptions = new Exemptions(table);
  for (const more of all) await exemptions.put({ ...GIVEN, ...more }, NOW);
  const tags = jest.fn(async () => new Map([[EXEMPTION_TAG, 'cinema']]));
  const find = (question: Partial<typeof QUESTION> = {}, now = NOW) =>
    exemptions.find({ ...QUESTION, ...question }, tags, now);
  const idOf = async () => (await exemptions.list())[0]?.id ?? '';
  /** Overwrites an attribute of the first one behind the back of the code. */
  const store = async (name: string, value: AttributeValue | undefined) => {
    const id = await idOf();
    await table.update(
      { pk: 'EXEMPTIONS', sk: id },
      {
        UpdateExpression: value === undefined ? 'REMOVE #name' : 'SET #name = :value',
        ExpressionAttributeNames: { '#name': name },
        ...(value !== undefined && { ExpressionAttributeValues: { ':value': value } }),
      },
    );
    return id;
  };
  const stored = async () => (await table.all('EXEMPTIONS'))[0];
  return { exemptions, tags, find, table, idOf, store, stored };
}

describe('an exemption holds', () => {
  test.each<[boolean, string, Partial<typeof GIVEN>]>([
    [true, 'for its resource', {}],
    [true, 'for all remediations', { remediation: 'all' }],
    [true, 'for every resource of its account', { scope: 'account', target: ACCOUNT }],
    [true, 'for resources that name it by a tag', { scope: 'tag', target: 'cinema' }],
    [false, 'for another remediation', { remediation: 'test-bell' }],
    [false, 'for another resource', { target: `${LAMP_ARN}-2` }],
    [false, 'in another account', { account: '210987654321' }],
    [
      false,
      'for another account, whose number it names',
      { account: '210987654321', scope: 'account', target: ACCOUNT },
    ],
    [false, 'for resources that name another one', { scope: 'tag', target: 'theatre' }],
    [false, 'at the moment that it expires', { expires: NOW.toISOString() }],
  ])('%s: %s', async (holds, _, given) => {
    const { find } = await kept(given);
    expect(await find()).toEqual(holds ? expect.objectContaining({ ...GIVEN, ...given }) : undefined);
  });

  test('whose owner is told: of several, one that needs no tags', async () => {
    const { find, tags } = await kept({ scope: 'tag', target: 'cinema' }, { owner: 'bob', reason: 'other' });
    expect(await find()).toMatchObject({ owner: 'bob' });
    expect(tags).not.toHaveBeenCalled();
  });

  test('without the tags being read, where none depends on them', async () => {
    const { find, tags } = await kept(
      { scope: 'tag', target: 'cinema', account: '210987654321' },
      { remediation: 'test-bell' },
    );
    expect(await find()).toBeUndefined();
    expect(tags).not.toHaveBeenCalled();
  });

  test('for no tag alone: whoever can open a bucket can tag it', async () => {
    const { find } = await kept();
    expect(await find({ resourceArn: 'arn:aws:s3:::attic' })).toBeUndefined();
  });

  test('is not said where it cannot be read', async () => {
    const { exemptions, tags } = await kept();
    jest.spyOn(MemoryTable.prototype, 'all').mockRejectedValueOnce(new Error('no answer'));
    await expect(exemptions.find(QUESTION, tags, NOW)).rejects.toThrow('no answer');
  });

  const ATTRIBUTES = [...Object.keys(GIVEN), 'createdAt'];
  test.each([
    ...ATTRIBUTES.map((name) => [name, undefined, '(undefined)'] as const),
    ...ATTRIBUTES.map((name) => [name, { S: '' }, '""'] as const),
    ['owner', { N: '7' }, '(undefined)'],
    ['scope', { S: 'organization' }, '"organization"'],
    ['account', { S: '1234' }, '"1234"'],
    ['expires', { S: 'never' }, '"never"'],
    ['createdAt', { S: 'once' }, '"once"'],
  ] as const)('is not denied where its %s is %j: nobody knows what it says', async (name, value, told) => {
    const { exemptions, find, store } = await kept({});
    const id = await store(name, value);
    const reason = `the exemption ${id} has no valid ${name}, got ${told} (table ledger, pk EXEMPTIONS, sk ${id})`;
    const asked = [find(), exemptions.list(), exemptions.expired(NOW), exemptions.revoke(id, 'AIDA', NOW)];
    for (const answer of await Promise.allSettled<unknown>(asked)) {
      expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(ConfigurationError) as unknown });
      const { message } = (answer as PromiseRejectedResult).reason as Error;
      expect(message).toContain(reason);
      expect(message).toContain('correct the attribute, or delete the item');
    }
  });
});

describe('an exemption', () => {
  const LATER = new Date('2026-11-22T00:00:00Z');

  test('of the same words is the same one, with the expiry that was said last, and is told anew when that is over', async () => {
    const { exemptions } = await kept({});
    const [over] = await exemptions.expired(LATER);
    expect(over).toMatchObject({ reason: GIVEN.reason });
    await exemptions.markReported(over as Exemption, LATER);
    await exemptions.put({ ...GIVEN, expires: '2026-11-23T00:00:00.000Z' }, LATER);
    expect(await exemptions.list()).toMatchObject([{ expires: '2026-11-23T00:00:00.000Z' }]);
    expect(await exemptions.expired(new Date('2026-11-24T00:00:00Z'))).toHaveLength(1);
  });

  test.each([
    ['the later expiry counts while it is in force', NOW, '2026-11-21T10:00:00.000Z'],
    ['what is given counts once it is over', LATER, '2026-11-21T00:00:00.000Z'],
  ])('of the same words: %s', async (_, now, expires) => {
    const { exemptions, find } = await kept({});
    expect(await exemptions.put({ ...GIVEN, expires: '2026-11-21T00:00:00Z' }, now)).toMatchObject({ expires });
    expect(await find()).toMatchObject({ expires });
  });

  test('stays ended when the order that wrote it comes again, whatever other orders came since', async () => {
    const { exemptions, find, idOf } = await kept();
    await exemptions.put(GIVEN, NOW, 'm-1');
    await exemptions.put(GIVEN, NOW, 'm-2');
    await exemptions.revoke(await idOf(), 'AIDA', NOW);
    for (const order of ['m-1', 'm-2']) {
      expect(await exemptions.put(GIVEN, NOW, order)).toMatchObject({ expires: NOW.toISOString() });
      expect(await find()).toBeUndefined();
    }
    await exemptions.put(GIVEN, NOW, 'm-3');
    expect(await find()).toMatchObject({ expires: GIVEN.expires });
  });

  test('stays ended when that happens while the order that wrote it comes again', async () => {
    const { exemptions, find, idOf, table } = await kept();
    await exemptions.put(GIVEN, NOW);
    const get = jest.spyOn(table, 'get');
    get.mockImplementationOnce(async (key) => {
      const before = await table.all(key.pk);
      await exemptions.put(GIVEN, NOW, 'm-1');
      await exemptions.revoke(await idOf(), 'AIDA', NOW);
      return before[0];
    });
    expect(await exemptions.put(GIVEN, NOW, 'm-1')).toMatchObject({ expires: NOW.toISOString() });
    expect(await find()).toBeUndefined();
  });

  test('that others keep changing is tried again later', async () => {
    const { exemptions, table, idOf } = await kept({});
    const id = await idOf();
    jest.spyOn(table, 'update').mockResolvedValue(undefined);
    await expect(exemptions.revoke(id, 'AIDA', NOW)).rejects.toThrow(BusyError);
  });

  test('that has expired is told until somebody says that it was', async () => {
    const { exemptions } = await kept({}, { reason: 'other', expires: '2027-01-01T00:00:00.000Z' });
    for (let time = 0; time < 2; time += 1) {
      expect(await exemptions.expired(LATER)).toMatchObject([{ reason: GIVEN.reason }]);
    }
    for (const each of await exemptions.expired(LATER)) await exemptions.markReported(each, LATER);
    expect(await exemptions.expired(LATER)).toEqual([]);
    expect(await exemptions.expired(new Date('2027-01-02T00:00:00Z'))).toMatchObject([{ reason: 'other' }]);
  });

  test('that is written anew while it is reported to be over is told once that is over too', async () => {
    const { exemptions } = await kept({});
    const [over] = await exemptions.expired(LATER);
    await exemptions.put({ ...GIVEN, expires: '2026-11-23T00:00:00.000Z' }, LATER);
    await exemptions.markReported(over as Exemption, LATER);
    expect(await exemptions.expired(new Date('2026-11-24T00:00:00Z'))).toHaveLength(1);
  });

  test('that is ended is over at once, and keeps who ended it', async () => {
    const { exemptions, find, idOf, stored } = await kept({});
    const id = await idOf();
    expect(await exemptions.revoke(id, 'AIDA', NOW)).toMatchObject({ id, expires: NOW.toISOString() });
    expect(await stored()).toMatchObject({ revokedBy: { S: 'AIDA' } });
    expect(await find()).toBeUndefined();
    expect(await exemptions.revoke(id, 'AIDA', NOW)).toBeUndefined();
    expect(await exemptions.expired(NOW)).toEqual([]);
  });

  test('that is not there cannot be ended', async () => {
    const { exemptions } = await kept();
    expect(await exemptions.revoke('e-ffffffffffffffff', 'AIDA', NOW)).toBeUndefined();
  });

  // Compared as texts, the first is before now and the second after it.
  test.each([
    [true, '1 Dec 2026 10:00:00 GMT'],
    [false, 'Fri, 20 Nov 2026 09:00:00 GMT'],
    [true, '2026-11-20T09:30:00-05:00'],
    [false, '2026-11-20T11:00:00+05:00'],
  ])('whose stored expiry is another form of a time is in force (%s) to all who ask: %s', async (is, expires) => {
    const { exemptions, find, store } = await kept({});
    const id = await store('expires', { S: expires });
    const iso = new Date(expires).toISOString();
    expect((await find())?.expires).toBe(is ? iso : undefined);
    expect(await exemptions.list()).toMatchObject([{ expires: iso }]);
    expect(await exemptions.expired(NOW)).toHaveLength(is ? 0 : 1);
    expect(await exemptions.revoke(id, 'AIDA', NOW)).toEqual(is ? expect.objectContaining({ id }) : undefined);
  });

  test('is stored with its expiry in one form, whatever form is given', async () => {
    const { stored } = await kept({ expires: '21 Nov 2026 10:00:00 GMT' });
    expect(await stored()).toMatchObject({ expires: { S: '2026-11-21T10:00:00.000Z' } });
  });

  test('goes 90 days after it is over, or after it was ended', async () => {
    const { exemptions, idOf, stored } = await kept({});
    const seconds = (time: string) => ({ N: String(Date.parse(time) / 1_000) });
    expect(await stored()).toMatchObject({ expiresAt: seconds('2027-02-19T10:00:00Z') });
    await exemptions.revoke(await idOf(), 'AIDA', new Date('2026-11-20T12:00:00Z'));
    expect(await stored()).toMatchObject({ expiresAt: seconds('2027-02-18T12:00:00Z') });
  });
});

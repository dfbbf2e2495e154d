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
  const exemptions = new Exemptions(new MemoryTable());
  for (const more of all) await exemptions.put({ ...GIVEN, ...more }, NOW);
  const tags = jest.fn(async () => new Map([[EXEMPTION_TAG, 'cinema']]));
  const find = (question: Partial<typeof QUESTION> = {}, now = NOW) =>
    exemptions.find({ ...QUESTION, ...question }, tags, now);
  return { exemptions, tags, find };
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
    [false, 'once its expiry cannot be read', { expires: 'never' }],
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
});

describe('an exemption', () => {
  test('of the same words is the same one, with the expiry that was said last, and is told anew when that is over', async () => {
    const { exemptions } = await kept({});
    const later = new Date('2026-11-22T00:00:00Z');
    expect(await exemptions.takeExpired(later)).toMatchObject([{ reason: GIVEN.reason }]);
    await exemptions.put({ ...GIVEN, expires: '2026-11-23T00:00:00.000Z' }, later);
    expect(await exemptions.list()).toMatchObject([{ expires: '2026-11-23T00:00:00.000Z' }]);
    expect(await exemptions.takeExpired(new Date('2026-11-24T00:00:00Z'))).toHaveLength(1);
  });

  test('that has expired is taken once', async () => {
    const { exemptions } = await kept({}, { reason: 'other', expires: '2027-01-01T00:00:00.000Z' });
    const later = new Date('2026-11-22T00:00:00Z');
    const taken = await Promise.all([exemptions.takeExpired(later), exemptions.takeExpired(later)]);
    expect(taken.flat().map(({ reason }) => reason)).toEqual([GIVEN.reason]);
  });

  test('that is ended is over at once, and keeps who ended it', async () => {
    const { exemptions, find } = await kept({});
    const id = (await exemptions.list())[0]?.id ?? '';
    expect(await exemptions.revoke(id, 'AIDA', NOW)).toMatchObject({ id, expires: NOW.toISOString() });
    expect(await find()).toBeUndefined();
    expect(await exemptions.revoke(id, 'AIDA', NOW)).toBeUndefined();
    expect(await exemptions.takeExpired(NOW)).toEqual([]);
  });
});

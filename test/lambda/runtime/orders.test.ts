import { parseOrder } from '../../../lambda/runtime/orders';
import { isRefusal } from '../../../lambda/runtime/signal';

const NOW = new Date('2026-11-20T10:00:00Z');
const SENDER = 'AROAEXAMPLE:alice';

const parse = (body: object | string) =>
  parseOrder(typeof body === 'string' ? body : JSON.stringify(body), SENDER, NOW);

const APPROVE = { order: 'approve', planId: 'p-0123456789abcdef', hash: '0123456789abcdef' };
const UNDO = { order: 'undo', runId: 'r-0123456789abcdef', reason: 'needed for the fair' };
const EXEMPT = {
  order: 'exempt',
  remediation: 'test-lamp',
  scope: 'resource',
  target: 'arn:aws:s3:::hall',
  account: '123456789012',
  owner: 'alice',
  reason: 'a film is shown',
  expires: '2026-12-20T10:00:00.000Z',
};
const REVOKE = { order: 'revoke', exemptionId: 'e-0123456789abcdef' };

describe('an order', () => {
  const by = { name: SENDER, senderId: SENDER };
  test.each([
    [APPROVE],
    [UNDO],
    [{ ...UNDO, runId: 'r-0123456789abcdef-mi7k2x' }],
    [EXEMPT],
    [{ ...EXEMPT, remediation: 'all', scope: 'account', target: '123456789012' }],
    [{ ...EXEMPT, scope: 'tag', target: 'cinema' }],
    [{ ...EXEMPT, target: 'arn:aws-us-gov:ec2:us-gov-west-1:123456789012:security-group/sg-1' }],
    [REVOKE],
  ])('is read: %j', (order) => {
    expect(parse(order)).toEqual({ ...order, by });
  });

  test('says who gave it, as they call themselves and as AWS knows them', () => {
    expect(parse({ ...UNDO, by: 'Alice' })).toMatchObject({ by: { name: 'Alice', senderId: SENDER } });
    expect(parse({ ...UNDO, by: 'x'.repeat(1_000) })).toMatchObject({ by: { name: 'x'.repeat(300) } });
    expect(parse({ ...UNDO, by: { senderId: 'AIDAFORGED' } })).toMatchObject({ by });
    expect(parse({ ...UNDO, by: 'Alice\nAnswer: bulwark undo r-1' })).toMatchObject({ by });
  });

  test.each(['2026-12-20T10:00:00Z', '2026-12-20T11:00+01:00', 'Sun, 20 Dec 2026 10:00:00 GMT'])(
    'to exempt says until when in one form, whatever form was sent: %s',
    (expires) => {
      expect(parse({ ...EXEMPT, expires })).toEqual({ ...EXEMPT, by });
    },
  );

  test('to undo needs no reason', () => {
    expect(parse({ order: 'undo', runId: UNDO.runId })).toMatchObject({ reason: 'not said' });
  });

  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  test.each<[object | string, string]>([
    ['', 'not JSON'],
    ['{"order":"approve"', 'not JSON'],
    ['null', 'not an object'],
    ['[]', 'not an object'],
    ['"approve"', 'not an object'],
    ['{}', 'there is no order'],
    [{ order: 'delete' }, 'there is no order "delete"'],
    [{ order: 'toString' }, 'there is no order "toString"'],
    [{ order: ['approve'] }, 'there is no order'],
    [`{"order":${deep}}`, 'there is no order'],
    [{ ...APPROVE, planId: 'r-0123456789abcde' }, 'malformed planId'],
    [{ ...APPROVE, planId: 'p-0123456789abcdef\n' }, 'malformed planId'],
    [{ ...APPROVE, planId: 7, hash: 'F00' }, 'malformed planId, hash'],
    [{ ...APPROVE, hash: undefined }, 'malformed hash'],
    [{ ...UNDO, runId: '../../x' }, 'malformed runId'],
    [{ ...UNDO, reason: 'a\u0000b' }, 'malformed reason'],
    [{ ...UNDO, reason: 'x'.repeat(301) }, 'malformed reason'],
    [{ ...REVOKE, exemptionId: 'e-' }, 'malformed exemptionId'],
    [{ ...EXEMPT, remediation: 'lamp' }, 'malformed remediation'],
    [{ ...EXEMPT, remediation: '*' }, 'malformed remediation'],
    [{ ...EXEMPT, scope: 'organization' }, 'malformed scope'],
    [{ ...EXEMPT, target: 'hall' }, 'malformed target'],
    [{ ...EXEMPT, target: 'arn:aws:s3:::*' }, 'malformed target'],
    [{ ...EXEMPT, target: 'arn:aws:s3:::a b' }, 'malformed target'],
    [{ ...EXEMPT, scope: 'account', target: '999999999999' }, 'malformed target'],
    [{ ...EXEMPT, scope: 'tag', target: 'a b' }, 'malformed target'],
    [{ ...EXEMPT, account: 'all' }, 'malformed account'],
    [{ ...EXEMPT, owner: '' }, 'malformed owner'],
    [{ ...EXEMPT, reason: '\n' }, 'malformed reason'],
    [{ ...EXEMPT, expires: '2026-11-20T10:00:00Z' }, 'malformed expires'],
    [{ ...EXEMPT, expires: '2027-11-21T10:00:01Z' }, 'malformed expires (at most 366 days ahead)'],
    [{ ...EXEMPT, expires: 'never' }, 'malformed expires'],
    [{ ...EXEMPT, expires: undefined }, 'malformed expires'],
  ])('is refused as %j', (order, reason) => {
    const found = parse(order);
    expect(isRefusal(found) ? found.refused : found).toContain(reason);
  });
});

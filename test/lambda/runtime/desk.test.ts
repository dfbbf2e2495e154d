import { deskOf } from '../../../lambda/runtime/desk';
import { approve, exempt, undo } from '../../../lambda/runtime/people';
import { run } from '../../../lambda/runtime/run';
import { handled, openedDoor } from '../../support/door';
import { anotherRun, FIRST, lampUnit, signalOf } from '../../support/engine';
import { ACCOUNT, LAMP_ARN, swept } from '../../support/signals';

/** The desks as they are deployed, over one engine with a plan that waits for a person. */
async function desks() {
  const lamp = { on: false };
  const opened = openedDoor((trace) => [lampUnit(lamp, trace)]);
  const { door, trace, lines } = opened;
  const [report] = await run(signalOf(swept()), door.units[0] as (typeof door.units)[0], door.engine, FIRST);
  trace.reports.length = 0;
  const approved = deskOf(door, { approve });
  const undoing = deskOf(door, { undo, exempt, revoke: exempt });
  const text = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));
  return {
    ...opened,
    lamp,
    plan: { order: 'approve', planId: report?.planId ?? '', hash: report?.planHash ?? '' },
    approve: (...bodies: unknown[]) => handled(approved, ...bodies.map(text)),
    undo: (...bodies: unknown[]) => handled(undoing, ...bodies.map(text)),
    messages: () => lines.map(({ message }) => message),
  };
}

const EXEMPT = {
  order: 'exempt',
  remediation: 'test-lamp',
  scope: 'resource',
  target: LAMP_ARN,
  account: ACCOUNT,
  owner: 'alice',
  reason: 'a film is shown',
  expires: '2026-11-21T10:00:00Z',
};

describe('a desk', () => {
  test('carries out what a person orders, from the approval to the way back', async () => {
    const { approve: send, undo: take, plan, lamp, trace, messages } = await desks();
    expect(await send(plan)).toEqual([]);
    expect(lamp.on).toBe(true);
    expect(await take({ order: 'undo', runId: trace.reports[0]?.runId })).toEqual([]);
    expect(lamp.on).toBe(false);
    const [made] = await trace.ledger.exemptions.list();
    expect(await take({ order: 'revoke', exemptionId: made?.id })).toEqual([]);
    expect(await take(EXEMPT)).toEqual([]);
    expect(trace.reports.map(({ outcome, signal }) => `${signal.cause} ${outcome}`)).toEqual([
      'approve REMEDIATED',
      'undo EXEMPT',
      'revoke EXEMPT',
      'exempt EXEMPT',
    ]);
    expect(trace.reports.map(({ actor }) => actor)).toEqual(Array(4).fill('AROAEXAMPLE:alice'));
    expect(messages()).toEqual(Array(4).fill('carried out'));
  });

  test('answers an order that it refuses, and does not try it again', async () => {
    const { approve: send, plan, trace, lines, counts } = await desks();
    expect(await send({ ...plan, hash: 'ffffffffffffffff' })).toEqual([]);
    expect(trace.reports).toMatchObject([
      { title: 'The order to approve was refused', reason: expect.stringContaining('names the change') as string },
    ]);
    expect(lines).toMatchObject([{ level: 'warn', message: 'refused', facts: { order: 'approve', messageId: 'm0' } }]);
    expect(counts).toEqual({});
  });

  test.each([
    ['approve', { order: 'undo', runId: 'r-0123456789abcdef' }],
    ['approve', EXEMPT],
    ['approve', { order: 'revoke', exemptionId: 'e-0123456789abcdef' }],
    ['undo', { order: 'approve', planId: 'p-0123456789abcdef', hash: '0123456789abcdef' }],
  ] as const)('that is to %s does not take %j: each door has its own orders', async (which, order) => {
    const made = await desks();
    expect(await made[which](order)).toEqual([]);
    expect(made.trace.reports).toMatchObject([{ reason: `this door does not take the order to ${order.order}` }]);
    expect(await made.trace.ledger.exemptions.list()).toEqual([]);
    expect(made.trace.writes).toEqual([]);
  });

  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  test.each([
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['half an order', '{"order":"approve"}'],
    ['an inherited order', '{"__proto__":{"order":"undo"}}'],
    ['no order', '{"order":null}'],
    ['something deep', `{"order":${deep}}`],
    ['half a character', '"\ud800"'],
  ])('refuses %s with a reason, tells the sender, and never throws', async (_, body) => {
    const { approve: send, undo: take, trace, lines } = await desks();
    expect([await send(body), await take(body)]).toEqual([[], []]);
    expect(lines).toMatchObject([{ message: 'refused' }, { message: 'refused' }]);
    const told = { outcome: 'SUPPRESSED', title: 'An order was refused', actor: 'AROAEXAMPLE:alice' };
    expect(trace.reports).toMatchObject([told, told]);
    expect(trace.writes).toEqual([]);
  });

  test('has a busy resource come again soon, which is no failure', async () => {
    const { approve: send, plan, trace, soon, counts, messages } = await desks();
    await anotherRun(trace);
    expect(await send(plan)).toEqual(['m0']);
    expect(soon).toEqual(['m0']);
    expect({ counts, messages: messages() }).toEqual({ counts: {}, messages: ['busy'] });
  });

  test('has what fails tried again, with the rest of the batch done', async () => {
    const { approve: send, plan, trace, soon, counts, lines } = await desks();
    trace.failNext('inspect', new TypeError('no such lamp'));
    expect(await send(plan, { ...plan, planId: 'p-ffffffffffffffff' })).toEqual(['m0']);
    expect({ soon, counts }).toEqual({ soon: [], counts: { Failed: 1 } });
    expect(lines.find(({ message }) => message === 'failed')?.facts).toMatchObject({
      order: 'approve',
      errorName: 'TypeError',
      errorMessage: 'no such lamp',
      sender: 'AROAEXAMPLE:alice',
    });
  });

  test('tries a refusal again that it could not tell', async () => {
    const { approve: send, plan, trace } = await desks();
    trace.failNext('report SUPPRESSED');
    expect(await send({ ...plan, hash: 'ffffffffffffffff' })).toEqual(['m0']);
  });
});

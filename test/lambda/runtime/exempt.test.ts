import { RefusedError } from '../../../lambda/runtime/errors';
import { type Desk, exempt, exemptionReport, refusalReport } from '../../../lambda/runtime/people';
import { lampUnit, FIRST, traceEngine } from '../../support/engine';
import { ACCOUNT, LAMP_ARN, REGION } from '../../support/signals';

const BY = { name: 'alice', senderId: 'AROAEXAMPLE:alice' };
const ORDER = {
  order: 'exempt' as const,
  remediation: 'test-lamp',
  scope: 'resource' as const,
  target: LAMP_ARN,
  account: ACCOUNT,
  owner: 'the cinema',
  reason: 'a film is shown',
  expires: '2026-11-21T10:00:00.000Z',
  by: BY,
};

function desk() {
  const { engine, trace } = traceEngine();
  return {
    trace,
    desk: { engine, units: [lampUnit({ on: true }, trace)], delivery: FIRST, orderId: 'm-1' } satisfies Desk,
  };
}

describe('an exemption', () => {
  test('is written with who ordered it, and told', async () => {
    const { trace, desk: at } = desk();
    const report = await exempt(ORDER, at);
    const [made] = await trace.ledger.exemptions.list();
    const { order: _, by: __, ...given } = ORDER;
    expect(made).toEqual({
      ...given,
      id: report.exemptionId,
      createdAt: '2026-11-20T10:00:30.000Z',
      createdBy: BY.senderId,
    });
    expect(report).toMatchObject({
      outcome: 'EXEMPT',
      title: 'Drift is exempted from repair',
      reason: 'alice exempted it until 2026-11-21T10:00:00.000Z: a film is shown',
      resourceArn: LAMP_ARN,
      signal: { kind: 'order', cause: 'exempt' },
      answer: `bulwark exempt --revoke ${made?.id}`,
      notify: true,
    });
  });

  test.each([
    ['account', ACCOUNT, `account:${ACCOUNT}`],
    ['tag', 'cinema', 'tag:cinema'],
  ] as const)('of an %s may be of all remediations', async (scope, target, told) => {
    const { trace, desk: at } = desk();
    const report = await exempt({ ...ORDER, remediation: 'all', scope, target }, at);
    expect(report.resourceArn).toBe(told);
    expect(await trace.ledger.exemptions.list()).toMatchObject([{ remediation: 'all', scope, target }]);
  });

  test('that is ordered twice is one', async () => {
    const { trace, desk: at } = desk();
    const first = await exempt(ORDER, at);
    const second = await exempt({ ...ORDER, expires: '2026-11-22T10:00:00.000Z' }, { ...at, orderId: 'm-2' });
    expect(second.exemptionId).toBe(first.exemptionId);
    expect(await trace.ledger.exemptions.list()).toMatchObject([{ expires: '2026-11-22T10:00:00.000Z' }]);
  });

  test.each([
    [{ remediation: 'test-bell' }, 'there is no remediation test-bell in this deployment'],
    [{ account: '999999999999' }, 'account 999999999999 is not covered'],
  ])('is refused with %j', async (more, reason) => {
    const { trace, desk: at } = desk();
    await expect(exempt({ ...ORDER, ...more }, at)).rejects.toThrow(RefusedError);
    await expect(exempt({ ...ORDER, ...more }, at)).rejects.toThrow(reason);
    expect(await trace.ledger.exemptions.list()).toEqual([]);
  });

  test('that is ended holds no more, is told at once and not again as expired', async () => {
    const { trace, desk: at } = desk();
    const { exemptionId = '' } = await exempt(ORDER, at);
    const question = { remediation: 'test-lamp', account: ACCOUNT, resourceArn: LAMP_ARN };
    const held = () => trace.ledger.exemptions.find(question, async () => new Map(), at.engine.now());
    expect(await held()).toMatchObject({ id: exemptionId });
    const report = await exempt({ order: 'revoke', exemptionId, by: BY }, at);
    expect(report).toMatchObject({
      title: 'An exemption is over',
      reason: 'alice ended the exemption',
      signal: { cause: 'revoke' },
      answer: 'drift is repaired again',
    });
    expect(await held()).toBeUndefined();
    trace.clock.advance(86_400_000);
    expect(await trace.ledger.exemptions.expired(at.engine.now())).toEqual([]);
  });

  test('cannot be ended twice, nor when there is none', async () => {
    const { desk: at } = desk();
    const { exemptionId = '' } = await exempt(ORDER, at);
    await exempt({ order: 'revoke', exemptionId, by: BY }, at);
    for (const id of [exemptionId, 'e-ffffffffffffffff']) {
      await expect(exempt({ order: 'revoke', exemptionId: id, by: BY }, at)).rejects.toThrow(
        `no exemption ${id} is in force`,
      );
    }
  });

  test('that has expired is told as over', () => {
    const { desk: at } = desk();
    const { order: _, by: __, ...given } = ORDER;
    const expired = { ...given, id: 'e-1', createdAt: 'x', createdBy: 'y', expires: '2026-11-20T10:00:30.000Z' };
    expect(exemptionReport(expired, 'it has expired', at)).toMatchObject({
      title: 'An exemption is over',
      signal: { cause: 'revoke' },
      answer: 'drift is repaired again',
    });
  });
});

describe('a refusal', () => {
  test.each([
    [{ order: 'approve', planId: 'p-1', hash: 'f', by: BY }, 'p-1', 'none'],
    [{ order: 'undo', runId: 'r-1', reason: 'x', by: BY }, 'r-1', 'none'],
    [{ order: 'revoke', exemptionId: 'e-1', by: BY }, 'e-1', 'none'],
    [ORDER, LAMP_ARN, 'test-lamp'],
  ] as const)('of %j is told to whoever gave the order', async (order, subject, remediation) => {
    const { trace, desk: at } = desk();
    await refusalReport(order, 'it is too late', at);
    expect(trace.reports).toMatchObject([
      {
        runId: subject,
        remediation,
        title: `The order to ${order.order} was refused`,
        outcome: 'SUPPRESSED',
        reason: 'it is too late',
        resourceArn: `order:${subject}`,
        account: ACCOUNT,
        region: REGION,
        actor: 'alice (AROAEXAMPLE:alice)',
        signal: { id: 'm-1', kind: 'order', cause: order.order },
        answer: 'nothing was changed',
        notify: true,
      },
    ]);
  });
});

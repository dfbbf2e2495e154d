import { sweeperOf } from '../../../lambda/sweeper/handler';
import type { Remediator } from '../../../lambda/runtime/remediation';
import type { Delayed } from '../../../lambda/runtime/queue';
import type { Unit } from '../../../lambda/runtime/run';
import { isRefusal, parseSignal } from '../../../lambda/runtime/signal';
import type { Leg } from '../../../lambda/runtime/sweep';
import { handled, openedDoor } from '../../support/door';
import { lampUnit, type TraceOptions } from '../../support/engine';
import { ACCOUNT, LAMP_ARN, REGION } from '../../support/signals';

const OTHER = '210987654321';
const LEG = { sweepId: 's-1', remediation: 'test-lamp', account: ACCOUNT, region: REGION };

function sweeper(
  list: Remediator<unknown>['list'] = async () => ({ resources: [] }),
  spec: Partial<Unit['spec']> = {},
  options: TraceOptions = {},
) {
  const opened = openedDoor((trace) => [lampUnit({ on: true }, trace, spec, { list })], options);
  const handed: Delayed[] = [];
  const own: Delayed[] = [];
  const handler = sweeperOf({
    ...opened.door,
    home: REGION,
    hand: async (messages) => {
      opened.trace.step('hand');
      handed.push(...messages);
    },
    goOn: async (messages) => {
      opened.trace.step('goOn');
      own.push(...messages);
    },
  });
  return {
    ...opened,
    handed,
    own,
    handle: (...bodies: object[]) => handled(handler, ...bodies.map((each) => JSON.stringify(each))),
  };
}

const signalsOf = (messages: readonly Delayed[]) =>
  messages.map(({ body }) => {
    const signal = parseSignal(body);
    if (isRefusal(signal)) throw new Error(signal.refused);
    return signal;
  });

describe('the sweeper', () => {
  test('begins a sweep with one leg for each place, and writes it down before', async () => {
    const { handle, own, trace } = sweeper(
      undefined,
      {},
      { accounts: [ACCOUNT, OTHER], regions: [REGION, 'us-east-1'] },
    );
    expect(await handle({ start: {} })).toEqual([]);
    const legs = own.map(({ body }) => (JSON.parse(body) as { leg: Leg }).leg);
    expect(legs.map(({ account, region }) => `${account} ${region}`)).toEqual([
      `${ACCOUNT} ${REGION}`,
      `${ACCOUNT} us-east-1`,
      `${OTHER} ${REGION}`,
      `${OTHER} us-east-1`,
    ]);
    expect(legs[0]).toEqual({ ...LEG, sweepId: 's-m0' });
    expect(trace.steps).toEqual(['sweeps.begin', 'goOn', 'exemptions.expired']);
  });

  const EXPIRED = {
    remediation: 'test-lamp',
    scope: 'resource' as const,
    target: LAMP_ARN,
    account: ACCOUNT,
    owner: 'alice',
    reason: 'a film is shown',
    expires: '2026-11-20T10:00:00Z',
    createdBy: 'AIDA',
  };

  test('tells what exemptions have expired, each once', async () => {
    const { handle, trace } = sweeper();
    await trace.ledger.exemptions.put(EXPIRED, trace.clock.now);
    await handle({ start: {} });
    await handle({ start: {} });
    expect(trace.reports).toMatchObject([
      {
        outcome: 'EXEMPT',
        title: 'An exemption is over',
        reason: 'the exemption of alice has expired: a film is shown',
        resourceArn: LAMP_ARN,
        signal: { cause: 'revoke' },
      },
    ]);
  });

  test.each([
    ['report EXEMPT', 1],
    ['exemptions.markReported', 2],
  ])('loses no report of an expired exemption where %s fails', async (step, reports) => {
    const { handle, trace } = sweeper();
    await trace.ledger.exemptions.put(EXPIRED, trace.clock.now);
    trace.failNext(step);
    expect(await handle({ start: {} })).toEqual(['m0']);
    expect(await handle({ start: {} })).toEqual([]);
    expect(trace.reports).toHaveLength(reports);
  });

  test('hands over what it lists, spread out so that there is room for what happens now', async () => {
    const resources = Array.from({ length: 45 }, (_, index) => ({ names: { lamp: `lamp-${index}` } }));
    const { handle, handed, own, trace } = sweeper(async () => ({ resources }));
    expect(await handle({ leg: LEG })).toEqual([]);
    expect(signalsOf(handed.slice(0, 1))).toEqual([
      {
        kind: 'sweep',
        id: expect.stringMatching(/^s-1:[0-9a-f]{16}$/) as string,
        account: ACCOUNT,
        region: REGION,
        time: trace.clock.now,
        actor: { arn: 'cdk-bulwark sweep' },
        remediation: 'test-lamp',
        names: { lamp: 'lamp-0' },
      },
    ]);
    expect(new Set(signalsOf(handed).map(({ id }) => id)).size).toBe(45);
    expect(Math.max(...handed.map(({ delaySeconds }) => delaySeconds))).toBe(44 / 20);
    expect(own).toEqual([]);
    expect(trace.steps).toEqual(['hand', 'sweeps.found', 'sweeps.done']);
    expect(trace.reads).toEqual([`arn:aws:iam::${ACCOUNT}:role/bulwark/main/read/bulwark-main-read`]);
  });

  test('hands a resource of a global service over with its own Region', async () => {
    const { handle, handed } = sweeper(async () => ({ resources: [{ names: { lamp: 'hall' }, region: 'us-east-1' }] }));
    await handle({ leg: LEG });
    expect(signalsOf(handed)).toMatchObject([{ region: 'us-east-1' }]);
  });

  test('goes on page by page, after what it handed over, until there is none', async () => {
    const { handle, own, handed, trace } = sweeper(async (_, __, next) =>
      next === undefined
        ? { resources: Array.from({ length: 21 }, (___, index) => ({ names: { lamp: `lamp-${index}` } })), next: 'n-2' }
        : { resources: [{ names: { lamp: next } }] },
    );
    await handle({ leg: LEG });
    expect(own).toEqual([{ body: JSON.stringify({ leg: { ...LEG, by: 'list', next: 'n-2' } }), delaySeconds: 2 }]);
    await handle(JSON.parse(own[0]?.body ?? '') as object);
    expect(signalsOf(handed).at(-1)).toMatchObject({ names: { lamp: 'n-2' } });
    expect(trace.steps.at(-1)).toBe('sweeps.done');
  });

  test('does a page that failed again, with the same signals', async () => {
    const { handle, handed, trace } = sweeper(async () => ({ resources: [{ names: { lamp: 'hall' } }] }));
    trace.failNext('sweeps.found');
    expect(await handle({ leg: LEG })).toEqual(['m0']);
    expect(await handle({ leg: LEG })).toEqual([]);
    expect(new Set(signalsOf(handed).map(({ id }) => id)).size).toBe(1);
  });

  test.each([
    ['remediation', { ...LEG, remediation: 'test-bell' }],
    ['account', { ...LEG, account: '999999999999' }],
    ['Region', { ...LEG, region: 'eu-west-9' }],
  ])('refuses a leg of a %s that is not covered', async (_, leg) => {
    const { handle, handed, lines, trace } = sweeper(async () => ({ resources: [{ names: { lamp: 'hall' } }] }));
    expect(await handle({ leg })).toEqual([]);
    expect({ handed, reads: trace.reads }).toEqual({ handed: [], reads: [] });
    expect(lines).toMatchObject([{ level: 'warn', message: 'leg refused' }]);
  });

  test.each([[{}], [[]], [{ start: { sweepId: 'x' } }], [{ leg: { sweepId: 's-1' } }]])(
    'has %j tried again, and in the end parked, rather than throwing',
    async (body) => {
      const { handle, counts } = sweeper();
      expect(await handle(body)).toEqual(['m0']);
      expect(counts).toEqual({ Failed: 1 });
    },
  );
});

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { responderOf } from '../../../lambda/responder/handler';
import type { Report } from '../../../lambda/runtime/report';
import type { Unit } from '../../../lambda/runtime/run';
import type { HubFinding } from '../../../lambda/runtime/signal';
import { handled, openedDoor } from '../../support/door';
import { anotherRun, type Lamp, lampUnit, type Trace, type TraceOptions } from '../../support/engine';
import {
  ACCOUNT,
  asff,
  call,
  config,
  envelope,
  guardDuty,
  ocsf,
  securityHub,
  securityHubV2,
} from '../../support/signals';

function responder(units: (trace: Trace) => Unit[], options: TraceOptions = {}) {
  const opened = openedDoor(units, options);
  const told: Array<[HubFinding, string[]]> = [];
  const tellHub = async (finding: HubFinding, reports: readonly Report[]) => {
    opened.trace.step('tellHub');
    told.push([finding, reports.map(({ outcome }) => outcome)]);
  };
  const handler = responderOf({ ...opened.door, tellHub });
  return { ...opened, told, handler, handle: (...bodies: string[]) => handled(handler, ...bodies) };
}
const lamp =
  (given: Lamp = { on: false }, spec: Partial<Unit['spec']> = {}) =>
  (trace: Trace) => [lampUnit(given, trace, spec)];

describe('the responder', () => {
  test('reports only the failed messages of a batch for another try', async () => {
    const breaks = { triggers: [{ service: 's3', eventNames: ['BreakLamp'] }] } as const;
    const { handle, trace, counts } = responder((t) => [
      lampUnit({ on: false }, t),
      lampUnit({ on: false, broken: true }, t, breaks),
    ]);
    const broken = { eventName: 'BreakLamp', requestParameters: { lamp: 'attic' } };
    expect(await handle(envelope(), envelope(broken))).toEqual(['m1']);
    expect(trace.reports.map((report) => report.outcome)).toEqual(['REMEDIATED']);
    expect(counts).toMatchObject({ Failed: 1, 'Outcome{remediation=test-lamp,outcome=REMEDIATED}': 1 });
  });

  test('has a batch in which everything fails tried again message by message', async () => {
    const { handle } = responder(lamp({ on: false, broken: true }));
    expect(await handle(envelope(), envelope({ requestParameters: { lamp: 'attic' } }))).toEqual(['m0', 'm1']);
  });

  test('lets no failing remediation keep another one from its repair', async () => {
    const { handle, trace } = responder((t) => [
      lampUnit({ on: false, broken: true }, t, { id: 'test-bell' }),
      lampUnit({ on: false }, t, {}, { locate: () => [{ names: { lamp: 'attic' } }] }),
    ]);
    expect(await handle(envelope())).toEqual(['m0']);
    expect(trace.reports.map((report) => report.outcome)).toEqual(['REMEDIATED']);
  });

  test('repairs once what comes three times at once', async () => {
    const given: Lamp = { on: false };
    const { handle, trace } = responder(lamp(given));
    const failed = await handle(envelope(), envelope(), envelope());
    expect(failed).toEqual([]);
    expect(trace.steps.filter((step) => step === 'apply')).toHaveLength(1);
    expect(trace.reports.map(({ outcome }) => outcome).sort()).toEqual(['COMPLIANT', 'COMPLIANT', 'REMEDIATED']);
  });

  test('tells and counts what concerns nobody', async () => {
    const { handle, lines, counts, trace } = responder(lamp());
    expect(await handle(envelope({ eventName: 'GetLamp' }))).toEqual([]);
    expect(counts).toEqual({ Unmatched: 1 });
    expect(lines).toMatchObject([{ level: 'info', message: 'unmatched' }]);
    expect(trace.steps).toEqual([]);
  });

  test('tells, counts and drops what is no signal', async () => {
    const { handle, lines, counts } = responder(lamp());
    expect(await handle('not JSON', envelope({ errorCode: 'AccessDenied' }))).toEqual([]);
    expect(counts).toEqual({ Refused: 2 });
    expect(lines).toMatchObject([
      { level: 'warn', message: 'refused', facts: { messageId: 'm0', reason: 'not JSON' } },
      { level: 'warn', message: 'refused', facts: { messageId: 'm1' } },
    ]);
  });

  test('has a signal come again soon whose resource is held, by one remediation or by all', async () => {
    for (const ids of [['test-lamp'], ['test-lamp', 'test-bell']]) {
      const { handle, trace, soon, counts } = responder((t) => ids.map((id) => lampUnit({ on: false }, t, { id })));
      await anotherRun(trace, { deadline: new Date('2027-01-01T00:00:00Z') });
      expect(await handle(envelope())).toEqual(['m0']);
      expect({ soon, counts }).toEqual({ soon: ['m0'], counts: {} });
    }
  });

  test('does not hurry a signal of which one part has failed', async () => {
    const { handle, trace, soon } = responder((t) => [
      lampUnit({ on: false }, t),
      lampUnit({ on: false }, t, { id: 'test-bell' }, { inspect: () => Promise.reject(new Error('down')) }),
    ]);
    await anotherRun(trace, { deadline: new Date('2027-01-01T00:00:00Z') });
    expect(await handle(envelope())).toEqual(['m0']);
    expect(soon).toEqual([]);
  });

  test('counts how long a repair took, and what a guard stopped', async () => {
    const { handle, counts } = responder(lamp(), { parameters: { 'deployed/cap': '1' } });
    const attic = envelope({ eventID: 'other', requestParameters: { lamp: 'attic' } });
    await handle(envelope());
    expect(counts).toMatchObject({ TimeToRepair: 30_000 });
    const { handle: again, counts: guarded, trace } = responder(lamp(), { parameters: { 'deployed/cap': '0' } });
    await again(attic);
    expect(guarded).toMatchObject({ Guarded: 1, 'Outcome{remediation=test-lamp,outcome=PROPOSED}': 1 });
    expect(trace.reports).toMatchObject([{ guard: 'cap' }]);
  });
});

describe('Security Hub', () => {
  test.each([
    ['a finding', securityHub(), [[{ format: 'ASFF', id: asff().Id }, ['PROPOSED']]]],
    ['a finding that a person picked', securityHub([asff()], 'Custom Action'), [[{ format: 'ASFF' }, ['REMEDIATED']]]],
    ['a finding of the current hub', securityHubV2(), [[{ format: 'OCSF', uid: ocsf().metadata.uid }, ['PROPOSED']]]],
    ['a call', call(), []],
    ['a finding of GuardDuty', guardDuty(), []],
    ['a violation that Config found', config(), []],
  ])('is told what became of %s', async (_, message, expected) => {
    const { handle, told } = responder(lamp());
    expect(await handle(JSON.stringify(message))).toEqual([]);
    expect(told).toMatchObject(expected);
  });

  test('is told of a finding once, with what all remediations made of it', async () => {
    const { handle, told } = responder((t) => [
      lampUnit({ on: true }, t),
      lampUnit({ on: false }, t, { id: 'test-bell' }),
    ]);
    await handle(JSON.stringify(securityHub()));
    expect(told).toMatchObject([[{}, ['COMPLIANT', 'PROPOSED']]]);
  });

  test('is not told while a part has failed; the next try tells it', async () => {
    const given: Lamp = { on: false, broken: true };
    const { handle, told } = responder(lamp(given));
    const asked = JSON.stringify(securityHub([asff()], 'Custom Action'));
    expect(await handle(asked)).toEqual(['m0']);
    expect(told).toEqual([]);
    given.broken = false;
    expect(await handle(asked)).toEqual([]);
    expect(told).toMatchObject([[{}, ['REMEDIATED']]]);
  });

  test('that does not take it has the signal tried again', async () => {
    const { handle, trace } = responder(lamp());
    trace.failNext('tellHub');
    expect(await handle(JSON.stringify(securityHub()))).toEqual(['m0']);
  });
});

describe('what is written', () => {
  const logged: string[] = [];
  beforeEach(() => {
    logged.length = 0;
    for (const level of ['info', 'warn', 'error', 'debug', 'log'] as const) {
      jest.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
        logged.push(parts.join(' '));
      });
    }
  });
  afterEach(() => jest.restoreAllMocks());

  function real(units: (trace: Trace) => Unit[]) {
    const { door } = openedDoor(units);
    const handler = responderOf({
      ...door,
      logger: new Logger({ serviceName: 'responder' }),
      metrics: new Metrics({ namespace: 'Bulwark/test', serviceName: 'responder' }),
      tellHub: async () => undefined,
    });
    return (...bodies: string[]) => handled(handler, ...bodies);
  }

  test('are refusals and outcomes as metrics of one namespace', async () => {
    await real(lamp())(envelope(), 'not JSON');
    const metrics = logged.filter((line) => line.includes('CloudWatchMetrics'));
    expect(metrics.join()).toContain('"Refused":1');
    expect(metrics.join()).toContain('"outcome":"REMEDIATED"');
    expect(metrics.join()).toContain('"Namespace":"Bulwark/test"');
  });

  test('is neither the event nor what may be secret in it', async () => {
    await real(lamp({ on: false, broken: true }))(
      envelope({
        requestParameters: { lamp: 'hall', password: 'hunter2' },
        userIdentity: { arn: `arn:aws:iam::${ACCOUNT}:user/alice`, accessKeyId: 'AKIASECRETSECRET0000' },
      }),
    );
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join()).not.toMatch(/hunter2|AKIASECRET/);
  });
});

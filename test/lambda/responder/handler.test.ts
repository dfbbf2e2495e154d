import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSEvent } from 'aws-lambda';
import { responderOf } from '../../../lambda/responder/handler';
import type { Unit } from '../../../lambda/runtime/run';
import { envelope, lampUnit, type Trace, traceEngine } from '../../support/engine';

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

function responder(units: (trace: Trace) => Unit[]) {
  const { engine, trace } = traceEngine();
  const handler = responderOf({
    engine,
    units: units(trace),
    logger: new Logger({ serviceName: 'responder' }),
    metrics: new Metrics({ namespace: 'Bulwark/test', serviceName: 'responder' }),
  });
  return { handle: (...bodies: string[]) => handler(batch(bodies), {} as Context), trace };
}

function batch(bodies: string[]): SQSEvent {
  return { Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) } as unknown as SQSEvent;
}

describe('the responder', () => {
  test('reports only the failed messages of a batch for another try', async () => {
    const { handle, trace } = responder((t) => [
      lampUnit({ on: false }, t),
      lampUnit({ on: false, broken: true }, t, { triggers: [{ service: 's3', eventNames: ['BreakLamp'] }] }),
    ]);
    const answer = await handle(envelope(), envelope({ eventName: 'BreakLamp' }));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(trace.reports.map((report) => report.outcome)).toEqual(['REMEDIATED']);
  });

  test('a batch in which everything fails is tried again message by message', async () => {
    const { handle } = responder((t) => [lampUnit({ on: false, broken: true }, t)]);
    expect((await handle(envelope())).batchItemFailures).toHaveLength(1);
  });

  test('one failing remediation does not keep another from its repair', async () => {
    const { handle, trace } = responder((t) => [lampUnit({ on: false, broken: true }, t), lampUnit({ on: false }, t)]);
    expect((await handle(envelope())).batchItemFailures).toHaveLength(1);
    expect(trace.reports.map((report) => report.outcome)).toEqual(['REMEDIATED']);
  });

  test.each([['not JSON'], ['null'], ['{}'], ['"\\ud800"'], [envelope({ requestParameters: null, userIdentity: 7 })]])(
    'never throws on %s',
    async (body) => {
      const { handle, trace } = responder((t) => [lampUnit({ on: true }, t)]);
      expect(await handle(body)).toEqual({ batchItemFailures: [] });
      expect(trace.steps).not.toContain('apply');
    },
  );

  test('counts refusals and outcomes as metrics of its namespace', async () => {
    const { handle } = responder((t) => [lampUnit({ on: false }, t)]);
    await handle(envelope(), 'not JSON');
    const metrics = logged.filter((line) => line.includes('CloudWatchMetrics'));
    expect(metrics.join()).toContain('"Refused":1');
    expect(metrics.join()).toContain('"outcome":"REMEDIATED"');
    expect(metrics.join()).toContain('"Namespace":"Bulwark/test"');
  });

  test('logs neither the event nor what may be secret in it', async () => {
    const { handle } = responder((t) => [lampUnit({ on: false, broken: true }, t)]);
    await handle(
      envelope({
        requestParameters: { bucketName: 'hall', password: 'hunter2' },
        userIdentity: { arn: 'arn:aws:iam::123456789012:user/alice', accessKeyId: 'AKIASECRETSECRET0000' },
      }),
    );
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join()).not.toMatch(/hunter2|AKIASECRET/);
  });
});

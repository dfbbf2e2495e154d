import { VerificationError } from '../../../lambda/runtime/errors';
import { run } from '../../../lambda/runtime/run';
import { parseSignal, type Signal } from '../../../lambda/runtime/signal';
import { ACCOUNT, envelope, FIRST, lampUnit, SECOND, traceEngine } from '../../support/engine';

function signalOf(detail: Record<string, unknown> = {}): Signal {
  const signal = parseSignal(envelope(detail, { account: detail.recipientAccountId ?? ACCOUNT }));
  if ('refused' in signal) throw new Error(signal.refused);
  return signal;
}

describe('a run', () => {
  test('of drift records the before-state ahead of the change, verifies and reports', async () => {
    const { engine, trace } = traceEngine();
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST);
    expect(trace.steps).toEqual(['inspect', 'begin', 'apply', 'inspect', 'finish', 'report REMEDIATED']);
    expect(report).toMatchObject({
      outcome: 'REMEDIATED',
      resourceArn: 'arn:aws:s3:::hall',
      before: false,
      after: true,
      severity: 'HIGH',
      elapsedMs: 30_000,
    });
    expect(trace.runs[0]).toMatchObject({ before: 'false', after: 'true', runId: report?.runId });
  });

  test('of a compliant resource changes nothing', async () => {
    const { engine, trace } = traceEngine();
    await run(signalOf(), lampUnit({ on: true }, trace), engine, FIRST);
    expect(trace.steps).toEqual(['inspect', 'report COMPLIANT']);
  });

  test('of a duplicate changes nothing and is the same run', async () => {
    const { engine, trace } = traceEngine();
    const unit = lampUnit({ on: false }, trace);
    const [first] = await run(signalOf(), unit, engine, FIRST);
    const [second] = await run(signalOf(), unit, engine, FIRST);
    expect(second).toMatchObject({ outcome: 'COMPLIANT', runId: first?.runId });
    expect(trace.steps.filter((step) => step === 'apply')).toHaveLength(1);
  });

  test('narrows the write session to the one resource', async () => {
    const { engine, trace } = traceEngine();
    await run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST);
    expect(trace.policies).toEqual([
      {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['s3:PutLamp'], Resource: ['arn:aws:s3:::hall'] }],
      },
    ]);
  });

  test('whose repair has no effect fails and is not called finished', async () => {
    const { engine, trace } = traceEngine();
    await expect(run(signalOf(), lampUnit({ on: false, broken: true }, trace), engine, FIRST)).rejects.toThrow(
      VerificationError,
    );
    expect(trace.steps.filter((step) => step !== 'inspect')).toEqual(['begin', 'apply']);
  });

  test('looks again where the service is slow to show the change', async () => {
    const { engine, trace } = traceEngine();
    const [report] = await run(signalOf(), lampUnit({ on: false, looksUntilSeen: 3 }, trace), engine, FIRST);
    expect(report?.outcome).toBe('REMEDIATED');
    expect(trace.steps).toEqual([
      'inspect',
      'begin',
      'apply',
      'inspect',
      'inspect',
      'inspect',
      'finish',
      'report REMEDIATED',
    ]);
  });

  test.each(['finish', 'publish'])(
    'that fails at %s is closed and told by the next attempt, with the state before',
    async (step) => {
      const { engine, trace } = traceEngine();
      const unit = lampUnit({ on: false }, trace);
      const down = () => Promise.reject(new Error('down'));
      const { ledger, mode } = await engine.onDrift();
      const failing =
        step === 'finish'
          ? { ...engine, onDrift: async () => ({ ledger: { ...ledger, finish: down }, mode }) }
          : {
              ...engine,
              onDrift: async () => ({ ledger: { ...ledger, finish: async () => undefined }, mode }),
              reporter: { publish: down },
            };
      await expect(run(signalOf(), unit, failing, FIRST)).rejects.toThrow('down');
      const [report] = await run(signalOf(), unit, engine, SECOND);
      expect(report).toMatchObject({ outcome: 'REMEDIATED', before: false, after: true, runId: trace.runs[0]?.runId });
      expect(trace.steps.filter((each) => each === 'apply')).toHaveLength(1);
    },
  );

  test('of a change that came in late changes nothing by itself, however often it is tried', async () => {
    const { engine, trace } = traceEngine();
    const late = { attempt: 1, arrived: new Date('2026-11-20T10:15:01Z') };
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, late);
    expect(report).toMatchObject({ outcome: 'OBSERVED', reason: expect.stringContaining('15 minutes') as string });
    const retried = { attempt: 4, arrived: new Date('2026-11-20T10:14:59Z') };
    const [again] = await run(signalOf(), lampUnit({ on: false }, trace), engine, retried);
    expect(again?.outcome).toBe('REMEDIATED');
  });

  test('in OBSERVE tells what it would change and changes nothing', async () => {
    const { engine, trace } = traceEngine({ mode: 'OBSERVE' });
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST);
    expect(trace.steps).toEqual(['inspect', 'report OBSERVED']);
    expect(report).toMatchObject({ before: false, after: true, reason: 'the mode is OBSERVE' });
  });

  test('with an unreadable mode changes nothing and fails', async () => {
    const { engine, trace } = traceEngine({ mode: new Error('no such parameter') });
    await expect(run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST)).rejects.toThrow('no such parameter');
    expect(trace.steps).toEqual(['inspect']);
  });

  test('of a disruptive remediation changes nothing by itself', async () => {
    const { engine, trace } = traceEngine();
    await run(signalOf(), lampUnit({ on: false }, trace, { disruptive: true }), engine, FIRST);
    expect(trace.steps).toEqual(['inspect', 'report OBSERVED']);
  });

  test.each([
    [
      'an account outside the deployment',
      { recipientAccountId: '999999999999' },
      'account 999999999999 is not covered',
    ],
    ['a Region outside the deployment', { awsRegion: 'eu-west-9' }, 'Region eu-west-9 is not covered'],
    [
      'a resource of another account',
      { resources: [{ ARN: 'arn:aws:s3:::hall', accountId: '999999999999', type: 'AWS::S3::Bucket' }] },
      'belongs to account 999999999999',
    ],
    ['our own repair', assumedBy('/bulwark/main/tighten/bulwark-main-test-lamp'), 'the event is our own repair'],
  ])('of %s reads and changes nothing', async (_, detail, reason) => {
    const { engine, trace } = traceEngine();
    const [report] = await run(signalOf(detail), lampUnit({ on: false }, trace), engine, FIRST);
    expect(trace.steps).toEqual(['report SUPPRESSED']);
    expect(report?.reason).toContain(reason);
  });

  test('is not hidden by a role that merely looks like ours', async () => {
    const { engine, trace } = traceEngine();
    const lookalike = assumedBy('/evil/bulwark/main/tighten/bulwark-main-test-lamp');
    const [report] = await run(signalOf(lookalike), lampUnit({ on: false }, trace), engine, FIRST);
    expect(report?.outcome).toBe('REMEDIATED');
  });

  test('of an event that concerns no resource still ends in one outcome', async () => {
    const { engine, trace } = traceEngine();
    const reports = await run(
      signalOf(),
      lampUnit({ on: false }, trace, {}, () => []),
      engine,
      FIRST,
    );
    expect(reports.map((report) => report.outcome)).toEqual(['SUPPRESSED']);
  });
});

function assumedBy(role: string): Record<string, unknown> {
  const arn = `arn:aws:iam::${ACCOUNT}:role${role}`;
  return {
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/x/y`,
      sessionContext: { sessionIssuer: { type: 'Role', arn } },
    },
  };
}

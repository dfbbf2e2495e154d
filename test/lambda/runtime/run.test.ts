import { BusyError, ConfigurationError, VerificationError } from '../../../lambda/runtime/errors';
import { run, type Unit } from '../../../lambda/runtime/run';
import {
  anotherRun,
  FIRST,
  type Lamp,
  lampUnit,
  SECOND,
  signalOf,
  type Trace,
  traceEngine,
} from '../../support/engine';
import {
  ACCOUNT,
  asff,
  call,
  config,
  guardDuty,
  LAMP_ARN,
  ocsf,
  REGION,
  securityHub,
  securityHubV2,
  swept,
} from '../../support/signals';

const DECIDE = ['inspect', 'settings', 'exemptions.find', 'stack'];
const REPAIR = ['runs.begin', 'apply', 'inspect', 'report REMEDIATED', 'runs.finish', 'plans.close'];
const STACK = { stackId: 'arn:aws:cloudformation:x', stackName: 'shop', logicalId: 'Lamp' };

const changes = ({ steps }: Trace) => steps.filter((step) => step === 'apply' || step === 'undo').length;

describe('a run', () => {
  test('of drift records the before-state ahead of the change, verifies, reports, and is then over', async () => {
    const { engine, trace } = traceEngine();
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST);
    expect(trace.steps).toEqual([...DECIDE, ...REPAIR]);
    expect(report).toEqual({
      runId: expect.stringMatching(/^r-[0-9a-f]{16}$/) as string,
      remediation: 'test-lamp',
      title: 'Lamp is on',
      controls: ['S3.8'],
      severity: 'HIGH',
      outcome: 'REMEDIATED',
      reason: 'new drift',
      resourceArn: LAMP_ARN,
      resourceType: 'AWS::Test::Lamp',
      account: ACCOUNT,
      region: REGION,
      actor: `arn:aws:iam::${ACCOUNT}:user/alice`,
      signal: {
        id: '10000000-0000-4000-8000-000000000001',
        kind: 'call',
        cause: 'PutLamp',
        time: '2026-11-20T10:00:00.000Z',
      },
      before: { on: false },
      after: { on: true },
      answer: `bulwark undo ${report?.runId}`,
      notify: true,
      elapsedMs: 30_000,
    });
    expect(await trace.ledger.runs.get(report?.runId ?? '')).toMatchObject({
      before: '{"on":false}',
      after: '{"on":true}',
      state: 'REMEDIATED',
    });
  });

  test('of a compliant resource changes nothing, tells nobody and reads nothing else', async () => {
    const { engine, trace } = traceEngine();
    const [report] = await run(signalOf(), lampUnit({ on: true }, trace), engine, FIRST);
    expect(trace.steps).toEqual(['inspect', 'report COMPLIANT']);
    expect(report).toMatchObject({ answer: 'nothing to do', notify: false });
  });

  test('of a duplicate changes nothing and is the same run', async () => {
    const { engine, trace } = traceEngine();
    const unit = lampUnit({ on: false }, trace);
    const [first] = await run(signalOf(), unit, engine, FIRST);
    const [second] = await run(signalOf(), unit, engine, FIRST);
    expect(second).toMatchObject({ outcome: 'COMPLIANT', runId: first?.runId });
    expect(changes(trace)).toBe(1);
  });

  test('of a replayed signal, whose run is over, is a run of its own', async () => {
    const { engine, trace } = traceEngine();
    const lamp: Lamp = { on: false };
    const [first] = await run(signalOf(), lampUnit(lamp, trace), engine, FIRST);
    lamp.on = false;
    const [second] = await run(signalOf(), lampUnit(lamp, trace), engine, FIRST);
    expect(second).toMatchObject({
      outcome: 'REMEDIATED',
      runId: expect.stringMatching(`^${first?.runId}-`) as string,
    });
  });

  test('narrows the write session to the one resource, under the role that tightens', async () => {
    const { engine, trace } = traceEngine();
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST);
    expect(trace.writes).toEqual([
      {
        role: `arn:aws:iam::${ACCOUNT}:role/bulwark/main/tighten/bulwark-main-test-lamp`,
        region: REGION,
        session: report?.runId,
        policy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['s3:PutLamp'], Resource: [LAMP_ARN] }],
        },
      },
    ]);
  });

  test('whose repair has no effect fails, is not called finished and leaves the resource free', async () => {
    const { engine, trace } = traceEngine();
    const lamp: Lamp = { on: false, broken: true };
    await expect(run(signalOf(), lampUnit(lamp, trace), engine, FIRST)).rejects.toThrow(VerificationError);
    expect(trace.steps).not.toContain('runs.finish');
    expect(trace.steps.at(-1)).toBe('runs.release');
    lamp.broken = false;
    const [report] = await run(signalOf(), lampUnit(lamp, trace), engine, SECOND);
    expect(report?.outcome).toBe('REMEDIATED');
  });

  test('whose first attempt changed nothing takes the state as the next one finds it', async () => {
    const { engine, trace } = traceEngine({ writesNothing: true });
    const found = { on: false, dimmed: false };
    const inspect = async () =>
      found.on
        ? { compliant: true as const }
        : { compliant: false as const, drift: { before: { ...found }, after: { on: true } } };
    const apply = async () => {
      if (!found.dimmed) throw new Error('the role was refused');
      found.on = true;
    };
    const unit = lampUnit({ on: false }, trace, {}, { inspect, apply });
    await expect(run(signalOf(), unit, engine, FIRST)).rejects.toThrow('the role was refused');
    found.dimmed = true;
    const [report] = await run(signalOf(), unit, engine, SECOND);
    expect(await trace.ledger.runs.get(report?.runId ?? '')).toMatchObject({ before: '{"on":false,"dimmed":true}' });
  });

  test('whose attempt changed nothing, and that somebody else made needless, claims no repair', async () => {
    const { engine, trace } = traceEngine({ writesNothing: true });
    const lamp: Lamp = { on: false, broken: true };
    await expect(run(signalOf(), lampUnit(lamp, trace), engine, FIRST)).rejects.toThrow(VerificationError);
    const [report] = await run(signalOf(), lampUnit({ on: true }, trace), engine, SECOND);
    expect(report?.outcome).toBe('COMPLIANT');
    expect(await trace.ledger.runs.get(report?.runId ?? '')).toMatchObject({ state: 'ABANDONED' });
  });

  test('that somebody changed after a failure half-way brings both together, for the one who takes it back', async () => {
    const { engine, trace } = traceEngine();
    const found: Record<string, string> = { left: 'off', right: 'off' };
    const inspect = async () => {
      const before = Object.fromEntries(Object.entries(found).filter(([, state]) => state !== 'on'));
      return Object.keys(before).length === 0
        ? { compliant: true as const }
        : {
            compliant: false as const,
            drift: { before, after: Object.fromEntries(Object.keys(before).map((of) => [of, 'on'])) },
          };
    };
    const apply = async (_: unknown, { after }: { after: object }) => {
      const [first] = Object.keys(after);
      found[first as string] = 'on';
      if (Object.keys(after).length > 1) {
        found.middle = 'broken';
        if (trace.clock.now < new Date('2026-11-20T10:00:40Z')) throw new Error('the second call failed');
        Object.assign(found, after);
      }
    };
    const unit = lampUnit({ on: false }, trace, {}, { inspect, apply } as object);
    await expect(run(signalOf(), unit, engine, FIRST)).rejects.toThrow('the second call failed');
    trace.clock.advance(20_000);
    const [report] = await run(signalOf(), unit, engine, SECOND);
    const { before, after } = (await trace.ledger.runs.get(report?.runId ?? '')) ?? { before: '{}', after: '{}' };
    expect([JSON.parse(before), JSON.parse(after)]).toEqual([
      { left: 'off', right: 'off', middle: 'broken' },
      { left: 'on', right: 'on', middle: 'on' },
    ]);
  });

  test('looks again where the service is slow to show the change', async () => {
    const { engine, trace } = traceEngine();
    const [report] = await run(signalOf(), lampUnit({ on: false, looksUntilSeen: 3 }, trace), engine, FIRST);
    expect(report?.outcome).toBe('REMEDIATED');
    expect(trace.steps.filter((step) => step === 'inspect')).toHaveLength(4);
  });

  test.each(['apply', 'report REMEDIATED', 'runs.finish'])(
    'that fails at %s after the change is told by a later attempt as one change, with the state before',
    async (step) => {
      const { engine, trace } = traceEngine();
      const unit = lampUnit({ on: false }, trace);
      trace.failNext(step);
      await expect(run(signalOf(), unit, engine, FIRST)).rejects.toThrow('down');
      trace.failNext('report REMEDIATED');
      await expect(run(signalOf(), unit, engine, SECOND)).rejects.toThrow('down');
      const [report] = await run(signalOf(), unit, engine, { ...FIRST, attempt: 3 });
      expect(report).toMatchObject({ outcome: 'REMEDIATED', before: { on: false }, after: { on: true } });
      expect(await trace.ledger.runs.get(report?.runId ?? '')).toMatchObject({ state: 'REMEDIATED' });
      expect(changes(trace)).toBe(1);
    },
  );

  test('that was parked untold is told when its message is put back, which counts attempts anew', async () => {
    const { engine, trace } = traceEngine();
    const unit = lampUnit({ on: false }, trace);
    trace.failNext('report REMEDIATED');
    await expect(run(signalOf(), unit, engine, FIRST)).rejects.toThrow('down');
    const redriven = { ...FIRST, arrived: new Date('2026-11-21T08:00:00Z') };
    const [report] = await run(signalOf(), unit, engine, redriven);
    expect(report?.outcome).toBe('REMEDIATED');
    expect((await run(signalOf(), unit, engine, redriven))[0]?.outcome).toBe('COMPLIANT');
  });

  test.each<[string, Partial<Unit['spec']>, string]>([
    ['the most severe of its controls', { controls: ['S3.5', 'S3.8'] }, 'HIGH'],
    ['its own, where the spec says one', { severity: 'LOW' }, 'LOW'],
  ])('has the severity of %s', async (_, spec, severity) => {
    const { engine, trace } = traceEngine();
    const [report] = await run(signalOf(), lampUnit({ on: true }, trace, spec), engine, FIRST);
    expect(report?.severity).toBe(severity);
  });
});

describe('a signal', () => {
  const OLD = { outcome: 'PROPOSED', reason: 'the drift was there before' };
  test.each([
    ['a call', call(), { outcome: 'REMEDIATED', reason: 'new drift' }, 'PutLamp'],
    ['a finding of GuardDuty', guardDuty(), OLD, 'guardduty Policy:S3/LampSwitchedOff'],
    ['a finding of Security Hub', securityHub(), OLD, 'securityhub S3.8'],
    ['a finding of the current Security Hub', securityHubV2(), OLD, 'securityhub S3.8'],
    ['a violation that Config found', config(), OLD, 'config lamp-is-on'],
    [
      'a finding that a person picked for repair',
      securityHub([asff()], 'Custom Action'),
      { outcome: 'REMEDIATED', reason: 'a person asked for it' },
      'securityhub S3.8',
    ],
    ['what a sweep found', swept(), OLD, 'sweep'],
  ])('that is %s ends in its outcome', async (_, message, decision, cause) => {
    const { engine, trace } = traceEngine();
    const reports = await run(signalOf(message), lampUnit({ on: false }, trace), engine, FIRST);
    expect(reports).toEqual([expect.objectContaining({ ...decision, resourceArn: LAMP_ARN })]);
    expect(reports[0]?.signal.cause).toBe(cause);
  });

  test('on a whole account leads to every resource of it, page by page', async () => {
    const { engine, trace } = traceEngine({ parameters: { 'deployed/adopt-existing': 'true' } });
    const pages = [
      { resources: [{ names: { lamp: 'hall' } }], next: '2' },
      { resources: [{ names: { lamp: 'attic' } }] },
    ];
    const unit = lampUnit(
      { on: true },
      trace,
      {},
      { list: async (_, __, next) => pages[Number(next ?? 1) - 1] ?? { resources: [] } },
    );
    const account = asff({ Resources: [{ Type: 'AwsAccount', Id: `AWS::::Account:${ACCOUNT}` }] });
    const reports = await run(signalOf(securityHub([account])), unit, engine, FIRST);
    expect(reports.map(({ resourceArn }) => resourceArn)).toEqual([LAMP_ARN, 'arn:aws:s3:::attic']);
  });

  test.each([
    ['of an account without such a resource', {}, 'the account has no such resource'],
    ['of an account outside the deployment', { AwsAccountId: '999999999999' }, 'account 999999999999 is not covered'],
    ['of a Region outside the deployment', { Region: 'eu-west-9' }, 'Region eu-west-9 is not covered'],
  ])('on a whole account, %s, lists nothing it may not', async (_, more, reason) => {
    const { engine, trace } = traceEngine();
    const unit = lampUnit({ on: false }, trace, {}, { list: async () => ({ resources: [] }) });
    const finding = asff({ Resources: [{ Type: 'AwsAccount', Id: 'AWS::::Account:1' }], ...more });
    const [report] = await run(signalOf(securityHub([finding])), unit, engine, FIRST);
    expect(report).toMatchObject({ outcome: 'SUPPRESSED', reason: expect.stringContaining(reason) as string });
    expect(trace.steps).toEqual(['report SUPPRESSED']);
  });

  test('that concerns no resource still ends in one outcome', async () => {
    const { engine, trace } = traceEngine();
    const reports = await run(
      signalOf(call({ requestParameters: null })),
      lampUnit({ on: false }, trace),
      engine,
      FIRST,
    );
    expect(reports.map(({ outcome }) => outcome)).toEqual(['SUPPRESSED']);
  });

  test('that names several resources ends in one outcome for each', async () => {
    const { engine, trace } = traceEngine();
    const lamps = [{ names: { lamp: 'hall' } }, { names: { lamp: 'cellar' }, region: 'eu-west-9' }];
    const reports = await run(signalOf(), lampUnit({ on: true }, trace, {}, { locate: () => lamps }), engine, FIRST);
    expect(reports.map(({ outcome }) => outcome)).toEqual(['COMPLIANT', 'SUPPRESSED']);
  });

  test.each([
    [
      'an account outside the deployment',
      { recipientAccountId: '999999999999' },
      'account 999999999999 is not covered',
    ],
    ['a Region outside the deployment', { awsRegion: 'eu-west-9' }, 'Region eu-west-9 is not covered'],
    [
      'a name that would widen a policy',
      { requestParameters: { lamp: 'hall*' } },
      'the name lamp of the resource is none',
    ],
    [
      'a resource of another account',
      { resources: [{ ARN: LAMP_ARN, accountId: '999999999999', type: 'AWS::Test::Lamp' }] },
      'belongs to account 999999999999',
    ],
  ])('of %s reads and changes nothing', async (_, detail, reason) => {
    const { engine, trace } = traceEngine();
    const account = 'recipientAccountId' in detail ? detail.recipientAccountId : ACCOUNT;
    const [report] = await run(signalOf(call(detail, { account })), lampUnit({ on: false }, trace), engine, FIRST);
    expect(trace.steps).toEqual(['report SUPPRESSED']);
    expect(trace.reads).toEqual([]);
    expect(report?.reason).toContain(reason);
  });
});

describe('the decision on drift', () => {
  test('is not by itself on a change that came in late, however often it is tried', async () => {
    const { engine, trace } = traceEngine();
    const late = { ...FIRST, arrived: new Date('2026-11-20T10:15:01Z') };
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, late);
    expect(report).toMatchObject({ outcome: 'PROPOSED', reason: 'the drift was there before' });
    const retried = { ...FIRST, attempt: 4, arrived: new Date('2026-11-20T10:14:59Z') };
    const [again] = await run(signalOf(), lampUnit({ on: false }, trace), engine, retried);
    expect(again?.outcome).toBe('REMEDIATED');
  });

  test.each([
    ['OBSERVE', call(), true],
    ['OBSERVE', swept(), false],
  ])('in %s tells what it would change and changes nothing; people hear of calls', async (mode, message, notify) => {
    const { engine, trace } = traceEngine({ parameters: { 'override/mode': mode } });
    const [report] = await run(signalOf(message), lampUnit({ on: false }, trace), engine, FIRST);
    expect(trace.steps).toEqual([...DECIDE, 'report OBSERVED']);
    expect(report).toMatchObject({ before: { on: false }, after: { on: true }, reason: 'the mode is OBSERVE', notify });
    expect(report?.answer).toMatch(/^bulwark exempt --remediation test-lamp --resource arn:aws:s3:::hall /);
  });

  test('in PROPOSE stores a plan, once, that its approval line names', async () => {
    const { engine, trace } = traceEngine({ parameters: { 'override/mode': 'PROPOSE' }, stack: STACK });
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST);
    expect(trace.steps).toEqual([...DECIDE, 'plans.propose', 'report PROPOSED']);
    expect(report).toMatchObject({ stack: STACK, planId: `p-${report?.planHash}`, notify: true });
    expect(report?.answer).toBe(`bulwark approve ${report?.planId} --hash ${report?.planHash}`);
    expect(await trace.ledger.plans.get(report?.planId ?? '')).toMatchObject({
      state: 'OPEN',
      resourceArn: LAMP_ARN,
      before: '{"on":false}',
      after: '{"on":true}',
      reason: 'the mode is PROPOSE',
    });
    const [again] = await run(signalOf(swept()), lampUnit({ on: false }, trace), engine, FIRST);
    expect(again).toMatchObject({ outcome: 'PROPOSED', planId: report?.planId, notify: false });
    trace.clock.advance(31 * 86_400_000);
    const [later] = await run(signalOf(swept()), lampUnit({ on: false }, trace), engine, FIRST);
    expect(later).toMatchObject({ planId: report?.planId, notify: true });
  });

  test('is a proposal where the repair may interrupt an application', async () => {
    const { engine, trace } = traceEngine();
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace, { disruptive: true }), engine, FIRST);
    expect(report).toMatchObject({ outcome: 'PROPOSED', reason: 'the repair may interrupt an application' });
    expect(trace.writes).toEqual([]);
  });

  test('is a proposal where CloudFormation made the change, which it would make again', async () => {
    const { engine, trace } = traceEngine({ stack: STACK });
    const byCloudFormation = call({ sourceIPAddress: 'cloudformation.amazonaws.com' });
    const [report] = await run(signalOf(byCloudFormation), lampUnit({ on: false }, trace), engine, FIRST);
    expect(report).toMatchObject({
      outcome: 'PROPOSED',
      reason: expect.stringContaining('mend the template') as string,
    });
  });

  test('names the stack of a resource that is repaired', async () => {
    const { engine, trace } = traceEngine({ stack: STACK });
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST);
    expect(report).toMatchObject({ outcome: 'REMEDIATED', stack: STACK });
  });

  test('says that a restored control cannot be taken back', async () => {
    const { engine, trace } = traceEngine();
    const unit = lampUnit({ on: false }, trace, { undo: { never: 'it is a safety lamp' } });
    const [report] = await run(signalOf(), unit, engine, FIRST);
    expect(report?.answer).toBe('cannot be taken back: it is a safety lamp');
  });

  test.each([
    ['settings', 'a switch'],
    ['exemptions.find', 'an exemption'],
    ['stack', 'the owning stack'],
  ])('is none while %s (%s) cannot be read: nothing is changed, and it fails', async (step) => {
    const { engine, trace } = traceEngine();
    trace.failNext(step, new Error('no answer'));
    await expect(run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST)).rejects.toThrow('no answer');
    expect(trace.steps.at(-1)).toBe(step);
    expect(changes(trace)).toBe(0);
  });

  test('is none while a switch says what it cannot mean', async () => {
    const { engine, trace } = traceEngine({ parameters: { 'override/mode': 'off' } });
    await expect(run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST)).rejects.toThrow(ConfigurationError);
    expect(changes(trace)).toBe(0);
  });
});

describe('an exemption', () => {
  const given = {
    remediation: 'test-lamp',
    scope: 'resource' as const,
    target: LAMP_ARN,
    account: ACCOUNT,
    owner: 'alice',
    reason: 'a film is shown',
    expires: '2026-11-21T00:00:00.000Z',
    createdBy: 'AIDAEXAMPLE',
  };

  test('keeps the engine from a change, and says whose it is and how it ends', async () => {
    const { engine, trace } = traceEngine();
    const { id } = await trace.ledger.exemptions.put(given, engine.now());
    trace.steps.length = 0;
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST);
    expect(trace.steps).toEqual(['inspect', 'settings', 'exemptions.find', 'report EXEMPT']);
    expect(report).toMatchObject({
      reason: 'alice until 2026-11-21: a film is shown',
      exemptionId: id,
      answer: `bulwark exempt --revoke ${id}`,
      notify: false,
    });
  });

  test('by tag asks for the tags; others do not', async () => {
    const { engine, trace } = traceEngine({ tags: { 'bulwark:exemption': 'cinema' } });
    await trace.ledger.exemptions.put({ ...given, scope: 'tag', target: 'cinema' }, engine.now());
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST);
    expect(report?.outcome).toBe('EXEMPT');
    expect(trace.steps).toContain('tags');
  });

  test('by tag is never asked of a setting of an account or Region, which has no tags', async () => {
    const { engine, trace } = traceEngine({ tags: { 'bulwark:exemption': 'cinema' } });
    await trace.ledger.exemptions.put({ ...given, scope: 'tag', target: 'cinema' }, engine.now());
    const resource = { type: 'AWS::Test::Lamp', arn: 'arn:{partition}:s3:::{lamp}' };
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace, { resource }), engine, FIRST);
    expect(report?.outcome).toBe('REMEDIATED');
    expect(trace.steps).not.toContain('tags');
  });

  test('by tag that cannot be looked up is no licence: nothing is changed, and it fails', async () => {
    const { engine, trace } = traceEngine();
    await trace.ledger.exemptions.put({ ...given, scope: 'tag', target: 'cinema' }, engine.now());
    trace.failNext('tags', new Error('no answer'));
    await expect(run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST)).rejects.toThrow('no answer');
    expect(changes(trace)).toBe(0);
  });
});

describe('a guard', () => {
  async function repeat(
    times: number,
    options: {
      lamps: boolean;
      minutes: number;
      parameters?: Record<string, string>;
      spec?: Partial<Unit['spec']>;
    },
  ) {
    const { engine, trace } = traceEngine({ parameters: options.parameters });
    const lamp: Lamp = { on: false };
    const unit = lampUnit(lamp, trace, options.spec);
    const reports = [];
    for (let turn = 0; turn < times; turn += 1) {
      lamp.on = false;
      const { now } = trace.clock;
      const message = call({
        eventID: `call-${turn}`,
        eventTime: now.toISOString(),
        requestParameters: { lamp: options.lamps ? `lamp-${turn}` : 'hall' },
      });
      const delivery = { attempt: 1, arrived: now, deadline: new Date(now.getTime() + 60_000) };
      const [report] = await run(signalOf(message), unit, engine, delivery);
      reports.push(report);
      trace.clock.advance(options.minutes * 60_000);
    }
    return { reports, trace };
  }

  test('ends a fight over one resource at the fourth repair within an hour', async () => {
    const { reports, trace } = await repeat(4, { lamps: false, minutes: 19 });
    expect(reports.map((report) => report?.outcome)).toEqual(['REMEDIATED', 'REMEDIATED', 'REMEDIATED', 'SUPPRESSED']);
    expect(reports[3]).toMatchObject({ guard: 'flap', notify: true, before: { on: false } });
    expect(changes(trace)).toBe(3);
  });

  test('lets what restores a control go on, and tells of the fight', async () => {
    const spec = { persistent: true };
    const { reports } = await repeat(5, { lamps: false, minutes: 1, spec });
    expect(reports.map((report) => report?.outcome)).toEqual(Array(5).fill('REMEDIATED'));
    expect(reports.map((report) => report?.guard)).toEqual([undefined, undefined, undefined, 'flap', 'flap']);
  });

  test('lets what restores a control go on beyond the cap, and tells of it', async () => {
    const spec = { persistent: true };
    const { reports } = await repeat(3, { lamps: true, minutes: 1, spec, parameters: { 'deployed/cap': '2' } });
    expect(reports.map((report) => report?.outcome)).toEqual(Array(3).fill('REMEDIATED'));
    expect(reports.map((report) => report?.guard)).toEqual([undefined, undefined, 'cap']);
  });

  test('does not take three repairs in an hour and one later for a fight', async () => {
    const { reports } = await repeat(4, { lamps: false, minutes: 20.01 });
    expect(reports.map((report) => report?.outcome)).toEqual(Array(4).fill('REMEDIATED'));
  });

  test('proposes what is beyond the cap of an hour', async () => {
    const { reports, trace } = await repeat(4, { lamps: true, minutes: 1, parameters: { 'deployed/cap': '3' } });
    expect(reports.map((report) => report?.outcome)).toEqual(['REMEDIATED', 'REMEDIATED', 'REMEDIATED', 'PROPOSED']);
    expect(reports[3]).toMatchObject({
      guard: 'cap',
      planId: expect.stringMatching(/^p-/) as string,
      reason: expect.stringContaining('3 changes') as string,
    });
    expect(changes(trace)).toBe(3);
  });

  test('lets nothing through where the cap is none', async () => {
    const { reports } = await repeat(1, { lamps: true, minutes: 1, parameters: { 'deployed/cap': '0' } });
    expect(reports[0]).toMatchObject({ outcome: 'PROPOSED', guard: 'cap' });
  });

  test('of the rate waits for the next second rather than failing', async () => {
    const { engine, trace } = traceEngine();
    const began = engine.now().getTime();
    const lamp: Lamp = { on: false };
    for (let turn = 0; turn < 11; turn += 1) {
      lamp.on = false;
      const message = call({ eventID: `call-${turn}`, requestParameters: { lamp: `lamp-${turn}` } });
      await run(signalOf(message), lampUnit(lamp, trace), engine, FIRST);
    }
    expect(trace.reports.map(({ outcome }) => outcome)).toEqual(Array(11).fill('REMEDIATED'));
    expect(engine.now().getTime() - began).toBeGreaterThanOrEqual(1_000);
  });
});

describe('a resource that another run holds', () => {
  async function held(deadline: Date) {
    const { engine, trace } = traceEngine();
    return { engine, trace, other: await anotherRun(trace, { deadline }) };
  }

  test('is waited for, and looked at again before it is changed', async () => {
    const { engine, trace, other } = await held(FIRST.deadline);
    const lamp: Lamp = { on: false };
    const waiting = {
      ...engine,
      pause: async () => {
        lamp.on = true;
        await trace.ledger.runs.finish(other, engine.now());
      },
    };
    const [report] = await run(signalOf(), lampUnit(lamp, trace), waiting, FIRST);
    expect(report?.outcome).toBe('COMPLIANT');
    expect(changes(trace)).toBe(0);
  });

  test('is taken over once its holder must have ended', async () => {
    const { engine, trace } = await held(new Date('2026-11-20T10:00:31Z'));
    const [report] = await run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST);
    expect(report?.outcome).toBe('REMEDIATED');
  });

  test('is left for another try when too little time is left for a repair', async () => {
    const { engine, trace } = await held(new Date('2026-11-20T11:00:00Z'));
    await expect(run(signalOf(), lampUnit({ on: false }, trace), engine, FIRST)).rejects.toThrow(BusyError);
    expect(engine.now().getTime()).toBeLessThanOrEqual(FIRST.deadline.getTime() - 15_000);
    expect(changes(trace)).toBe(0);
  });
});

describe('the loop guard', () => {
  const ours = [
    'tighten/bulwark-main-test-lamp',
    'disruptive/bulwark-main-test-lamp',
    'loosen/bulwark-main-test-lamp-undo',
    'read/bulwark-main-read',
    'bulwark-main-responder',
    'bulwark-main-approved',
    'bulwark-main-undo',
    'bulwark-main-sweeper',
  ];
  test.each(ours)('knows %s for ours, and changes nothing', async (role) => {
    const { engine, trace } = traceEngine();
    const [report] = await run(
      signalOf(call(assumedBy(`/bulwark/main/${role}`))),
      lampUnit({ on: false }, trace),
      engine,
      FIRST,
    );
    expect(trace.steps).toEqual(['report SUPPRESSED']);
    expect(report?.reason).toBe('the event is our own change');
  });

  const others: Array<[string, object]> = [
    ['the root user', { userIdentity: { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root` } }],
    ['an IAM user', { userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/bulwark-main-test-lamp` } }],
    ['a role under another path', assumedBy('/evil/bulwark/main/tighten/bulwark-main-test-lamp')],
    ['a role without a path', assumedBy('/bulwark-main-test-lamp')],
    ['a role with a longer name', assumedBy('/bulwark/main/tighten/bulwark-main-test-lamp-2')],
    ['a role of a remediation that is not deployed', assumedBy('/bulwark/main/tighten/bulwark-main-test-bell')],
    ['a role of another deployment', assumedBy('/bulwark/blue/tighten/bulwark-blue-test-lamp')],
    ['a role of another account', assumedBy('/bulwark/main/tighten/bulwark-main-test-lamp', '999999999999')],
  ];
  test.each(others)('is not taken in by %s', async (_, detail) => {
    const { engine, trace } = traceEngine();
    const [report] = await run(signalOf(call({ ...detail })), lampUnit({ on: false }, trace), engine, FIRST);
    expect(report?.outcome).toBe('REMEDIATED');
  });

  test('does not silence what a finding or a sweep says', async () => {
    const { engine, trace } = traceEngine({ parameters: { 'deployed/adopt-existing': 'true' } });
    const finding = ocsf({ ...assumedBy('/bulwark/main/tighten/bulwark-main-test-lamp') });
    const [report] = await run(signalOf(securityHubV2([finding])), lampUnit({ on: false }, trace), engine, FIRST);
    expect(report?.outcome).toBe('REMEDIATED');
  });
});

function assumedBy(role: string, account = ACCOUNT) {
  return {
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/x/y`,
      sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${account}:role${role}` } },
    },
  };
}

import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import {
  type Aftermath,
  callsSince,
  changesAmong,
  forgetRepairs,
  handAgain,
  looksAmong,
  order,
  repairsAmong,
  sandbox,
  sweep,
  switchTo,
} from './deployed';
import { settled } from '../../sandbox/runner/watch';
import { attack, type UnitCase } from './case';
import { UNITS } from './units';

const cases = UNITS.map((unit) => ({ id: unit.id, unit, spec: specOf(unit.id) }));
const exact = cases.filter(({ spec }) => spec.undo === 'exact');

function specOf(id: string): RemediationSpec {
  return REMEDIATIONS.find((each) => each.id === id) as RemediationSpec;
}

test('every remediation is tried below', () => {
  expect(UNITS.map(({ id }) => id).sort()).toEqual(REMEDIATIONS.map(({ id }) => id).sort());
});

beforeEach(forgetRepairs);

describe('in OBSERVE', () => {
  beforeAll(() => switchTo({ 'override/mode': 'OBSERVE' }));
  afterAll(() => switchTo({ 'override/mode': undefined }));

  test.each(cases)('$id changes nothing', async ({ unit }) => {
    const target = await unit.make();
    const { reports, calls } = await attack(unit, target);
    expect(reports.map(({ outcome, reason }) => [outcome, reason])).toEqual([['OBSERVED', 'the mode is OBSERVE']]);
    expect(reports[0]?.answer).toMatch(/^bulwark exempt --remediation /);
    expect(changesAmong(calls)).toEqual([]);
    await unit.secure(target);
  });
});

describe('in PROPOSE', () => {
  beforeAll(() => switchTo({ 'override/mode': 'PROPOSE' }));
  afterAll(() => switchTo({ 'override/mode': undefined }));

  test.each(cases)('$id changes nothing until its plan is approved, and then exactly that', async ({ unit, spec }) => {
    const target = await unit.make();
    const secure = await unit.state(target);
    const { reports, calls } = await attack(unit, target);
    const drifted = await unit.state(target);
    if (unit.operation !== undefined) expect(drifted).not.toEqual(secure);
    const [{ outcome, planId = '', planHash = '', answer } = {} as never] = reports;
    expect(outcome).toBe('PROPOSED');
    expect(answer).toBe(`bulwark approve ${planId} --hash ${planHash}`);
    expect(changesAmong(calls)).toEqual([]);

    const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
    const approved = await order('approvals', { order: 'approve', planId, hash: planHash });
    expect(approved).toMatchObject({ outcome: 'REMEDIATED', remediation: unit.id, resourceArn: unit.arn(target) });
    await expectRepaired(unit, target, secure);
    expectOneResource(await callsSince(next), unit.arn(target), spec);

    // The same approval again finds its plan carried out.
    const again = await order('approvals', { order: 'approve', planId, hash: planHash });
    expect(again.outcome).toBe('COMPLIANT');
  });

  test.each(cases)('$id refuses an approval whose plan is not what is there any more', async ({ unit }) => {
    const target = await unit.make();
    const { reports } = await attack(unit, target);
    const [{ planId = '', planHash = '' } = {} as never] = reports;
    await (unit.change ?? unit.secure)(target);
    const changed = await unit.state(target);

    const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
    const answer = await order('approvals', { order: 'approve', planId, hash: planHash });
    // Where there is but one drift, the resource is secure by now, and the plan has no object.
    expect(answer.outcome).toBe(unit.change ? 'SUPPRESSED' : 'COMPLIANT');
    if (unit.change) expect(answer.reason).toMatch(/^the resource is not as it was when /);
    expect(changesAmong(await callsSince(next))).toEqual([]);
    expect(await unit.state(target)).toEqual(changed);
    await unit.secure(target);
  });
});

describe('in ENFORCE', () => {
  test.each(cases)(
    '$id repairs once, can be taken back where it says so, and a sweep leaves it',
    async ({ unit, spec }) => {
      const target = await unit.make();
      // What making it caused has been looked at before the attack comes, and will not answer for it.
      await settled(sandbox);
      const secure = await unit.state(target);
      const aftermath = await attack(unit, target);
      const drifted = spec.disruptive ? await unit.state(target) : undefined;
      const runId = spec.disruptive ? await approve(aftermath) : repaired(aftermath);
      if (!spec.disruptive) expectOneResource(aftermath.calls, unit.arn(target), spec);
      await expectRepaired(unit, target, secure);

      if (aftermath.event !== undefined) {
        const again = await handAgain(aftermath.event);
        expect(again.failures).toBe(0);
        expect(changesAmong(again.calls)).toEqual([]);
      }
      if (spec.undo !== 'exact') {
        const refused = await order('orders', { order: 'undo', runId });
        expect(refused).toMatchObject({
          outcome: 'SUPPRESSED',
          reason: expect.stringContaining(spec.undo.never) as string,
        });
        expect(await unit.state(target)).toEqual(secure);
        return;
      }
      const undone = await order('orders', { order: 'undo', runId, reason: 'a test' });
      expect(undone).toMatchObject({
        outcome: 'EXEMPT',
        resourceArn: unit.arn(target),
        before: aftermath.reports[0]?.after,
      });
      const restored = await unit.state(target);
      if (unit.operation !== undefined) expect(restored).not.toEqual(secure);
      if (drifted !== undefined) expect(restored).toEqual(drifted);

      const swept = (await sweep(unit.id)).filter(({ resourceArn }) => resourceArn === unit.arn(target));
      // A sweep does not know of a finding that has passed: a young key is as it should be.
      expect(swept.map(({ outcome }) => outcome)).toEqual([isAccessKey(unit.id) ? 'COMPLIANT' : 'EXEMPT']);
      expect(await unit.state(target)).toEqual(restored);

      await order('orders', { order: 'revoke', exemptionId: undone.exemptionId as string });
      await unit.secure(target);
    },
  );

  test.each(exact)('$id is taken back to the letter', async ({ unit, spec }) => {
    // Seen beside the engine: the same drift, made while nothing is repaired.
    await switchTo({ 'override/mode': 'OBSERVE' });
    const target = await unit.make();
    await attack(unit, target);
    const drifted = await unit.state(target);
    await switchTo({ 'override/mode': undefined, [`override/adopt-existing/${unit.id}`]: 'true' });
    try {
      const found = isAccessKey(unit.id) ? (await attack(unit, target)).reports : await sweep(unit.id);
      const own = found.find(({ resourceArn }) => resourceArn === unit.arn(target));
      const runId = spec.disruptive ? await approve({ reports: [own] } as never) : (own?.runId as string);
      expect(await unit.state(target)).not.toEqual(drifted);
      const undone = await order('orders', { order: 'undo', runId, reason: 'a test' });
      expect(await unit.state(target)).toEqual(drifted);
      await order('orders', { order: 'revoke', exemptionId: undone.exemptionId as string });
    } finally {
      await switchTo({ [`override/adopt-existing/${unit.id}`]: undefined });
      await unit.secure(target);
    }
  });
});

async function expectRepaired(unit: UnitCase<never>, target: never, before: unknown): Promise<void> {
  const state = await unit.state(target);
  if (unit.isRepaired === undefined) expect(state).toEqual(before);
  else expect({ state, isRepaired: unit.isRepaired(state, before) }).toMatchObject({ isRepaired: true });
}

function isAccessKey(id: string): boolean {
  return id === 'iam-access-key-exposed';
}

function repaired({ reports }: Aftermath): string {
  expect(reports.map(({ outcome }) => outcome)).toEqual(['REMEDIATED']);
  return reports[0]?.runId as string;
}

async function approve({ reports }: Pick<Aftermath, 'reports'>): Promise<string> {
  const [{ outcome, reason, planId = '', planHash = '' } = {} as never] = reports;
  expect({ outcome, reason }).toEqual({ outcome: 'PROPOSED', reason: 'the repair may interrupt an application' });
  const answer = await order('approvals', { order: 'approve', planId, hash: planHash });
  expect(answer.outcome).toBe('REMEDIATED');
  return answer.runId;
}

/** What was changed is the one resource, within the bounds of the spec. */
function expectOneResource(calls: Aftermath['calls'], arn: string, spec: RemediationSpec): void {
  const changes = repairsAmong(calls);
  expect(changes.length).toBeGreaterThan(0);
  expect(changes.length).toBeLessThanOrEqual(spec.calls.write);
  const resources = new Set(
    changes.flatMap((call) => call.resources).filter((each) => each !== '*' && !isHelper(each)),
  );
  expect([...resources].filter((each) => !names(arn, each))).toEqual([]);
  expect(looksAmong(calls, spec).length).toBeGreaterThan(0);
}

function isHelper(arn: string): boolean {
  return arn.includes(':role/');
}

/** Users have a path in their ARN, and detectors an id, which our own names leave out. */
function names(ours: string, theirs: string): boolean {
  const last = ours.slice(ours.lastIndexOf('/') + 1);
  return theirs === ours || theirs.startsWith(`${ours}/`) || (ours.includes(':user/') && theirs.endsWith(`/${last}`));
}

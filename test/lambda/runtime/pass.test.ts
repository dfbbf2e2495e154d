import { VerificationError } from '../../../lambda/runtime/errors';
import { comparableDrift, type Target, targetOf, verifyRepair, verifyUndo } from '../../../lambda/runtime/pass';
import type { Remediator, Verdict } from '../../../lambda/runtime/remediation';
import { SPEC, traceEngine } from '../../support/engine';
import { ACCOUNT, LAMP_ARN, REGION } from '../../support/signals';

const { scope } = traceEngine({ remediations: { 'test-lamp': { role: 'r' } } }).engine;
const at = { account: ACCOUNT, region: REGION };

describe('a target', () => {
  test('has all names that placeholders can stand for, the place before what was found', () => {
    const located = {
      names: { lamp: 'hall', account: '999999999999', region: 'x', partition: 'y', 'setting.role': 'z' },
    };
    expect(targetOf(SPEC, located, at, scope)).toMatchObject({
      arn: LAMP_ARN,
      ...at,
      resource: { names: { lamp: 'hall', account: ACCOUNT, region: REGION, partition: 'aws' } },
      names: { lamp: 'hall', account: ACCOUNT, region: REGION, partition: 'aws', 'setting.role': 'r' },
    });
  });

  test('may be in another covered Region than the signal', () => {
    const wide = traceEngine({ regions: [REGION, 'us-east-1'] }).engine.scope;
    expect(targetOf(SPEC, { names: { lamp: 'hall' }, region: 'us-east-1' }, at, wide)).toMatchObject({
      region: 'us-east-1',
    });
  });

  test.each(['*', 'hall*', 'ha?l', '$\u007baws:username}', '{account}', 'ha ll', 'hall\n', '', 'x'.repeat(513)])(
    'is refused by the name %j',
    (lamp) => {
      expect(targetOf(SPEC, { names: { lamp } }, at, scope)).toMatch(/^the name lamp of the resource is none: "/);
    },
  );

  test.each([
    ['account', { account: '999999999999', region: REGION }, undefined, 'account 999999999999 is not covered'],
    ['Region', { account: ACCOUNT, region: 'eu-west-9' }, undefined, 'Region eu-west-9 is not covered'],
    ['Region of its own', at, 'eu-west-9', 'Region eu-west-9 is not covered'],
  ])('is refused outside, by its %s', (_, place, region, reason) => {
    const located = { names: { lamp: 'hall' }, ...(region === undefined ? {} : { region }) };
    expect(targetOf(SPEC, located, place, scope)).toContain(reason);
  });

  test.each([[{}], [{ bulb: '7' }]])('is refused with the names %j, of which its ARN cannot be made', (names) => {
    expect(targetOf(SPEC, { names }, at, scope)).toBe('the resource has no name lamp');
  });
});

describe('a change, to be compared', () => {
  const compare = (comparable?: Remediator<unknown>['comparable']) =>
    comparableDrift({ comparable } as Remediator<unknown>, {
      before: { on: false, bulb: 'b-1', since: undefined },
      after: undefined,
    });

  test('is as JSON tells it', () => {
    expect(compare()).toEqual({ before: { on: false, bulb: 'b-1' }, after: null });
    expect(Object.keys(compare().before as object)).toEqual(['on', 'bulb']);
  });

  test('is without what the remediation leaves out', () => {
    expect(compare((state) => (state as { on: boolean } | undefined)?.on)).toEqual({ before: false, after: null });
  });
});

describe('after a change', () => {
  const target = targetOf(SPEC, { names: { lamp: 'hall' } }, at, scope) as Target;
  const before = { on: false, bulb: 'b-1', since: undefined };

  /** Verdicts one after the other, and how long was waited for them. */
  function seeing(...verdicts: Array<Verdict<unknown>>) {
    const waited: number[] = [];
    const remediator = {
      inspect: async () => verdicts[Math.min(waited.length, verdicts.length) - 1],
    } as unknown as Remediator<unknown>;
    const pause = async (ms: number) => waited.push(ms);
    return { remediator, pause, waited };
  }
  const drifting = (state: unknown): Verdict<unknown> => ({ compliant: false, drift: { before: state, after: null } });
  const read = () => undefined as never;
  const compliant: Verdict<unknown> = { compliant: true };

  test('a repair is looked for until it shows', async () => {
    const { remediator, pause, waited } = seeing(drifting(before), drifting(before), compliant);
    await verifyRepair(remediator, target, { before, after: null }, read, pause);
    expect(waited).toEqual([0, 200, 500]);
  });

  test.each([
    [before, 'nothing changed'],
    [{ on: 'half' }, 'it changed, but not to the secure state'],
  ])('a repair that shows %j to the end has failed', async (state, reason) => {
    const { remediator, pause, waited } = seeing(drifting(state));
    const verified = verifyRepair(remediator, target, { before, after: null }, read, pause);
    await expect(verified).rejects.toThrow(VerificationError);
    await expect(verified).rejects.toThrow(reason);
    expect(waited).toHaveLength(5);
  });

  test('an undo is looked for until the state before shows, as JSON tells it', async () => {
    const { remediator, pause, waited } = seeing(compliant, drifting({ on: false }), drifting(before));
    await verifyUndo(remediator, target, JSON.parse(JSON.stringify(before)), read, pause);
    expect(waited).toEqual([0, 200, 500]);
  });

  test('an undo is compared without what AWS assigns anew, where the remediation says what that is', async () => {
    const anew = drifting({ on: false, bulb: 'b-2' });
    const { remediator, pause } = seeing(anew);
    const undone = () => verifyUndo(remediator, target, before, read, pause);
    await expect(undone()).rejects.toThrow('is not as it was before');
    remediator.comparable = (state) => ({ on: (state as { on: boolean }).on });
    await expect(undone()).resolves.toBeUndefined();
  });

  test('an undo that leaves the secure state has failed', async () => {
    const { remediator, pause } = seeing(compliant);
    await expect(verifyUndo(remediator, target, before, read, pause)).rejects.toThrow(VerificationError);
  });
});

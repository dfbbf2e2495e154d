import { findingOn } from './findings';
import { expectInvariants, tally, withoutOwn, writesAmong } from './invariants';
import type { OwnSandbox } from './own-sandbox';
import { countBy, inParallel, Random } from './random';
import { insecure, makeSpecimens } from './specimens';

/** How many resources drift, by scenario of the drill: 500 findings in all. */
const DRIFTING = {
  'bucket-made-public': 260,
  'snapshot-shared': 80,
  'plain-http-allowed': 70,
  'key-rotation-stopped': 60,
  'security-group-opened': 15,
  'function-opened': 15,
};
const FINDINGS = 500;
const COPIES = 3;
const AT_ONCE = 20;

/** EventBridge, SQS and the finders deliver at least once. Existing drift is adopted, since findings speak of what was there before. */
export function duplicates(of: () => OwnSandbox): void {
  test('500 findings, each told three times and all mixed up, are 500 repairs', async () => {
    const own = of();
    const { sandbox } = own;
    // The drift is to be told by the findings alone.
    await sandbox.loseEvents(100);
    const specimens = await makeSpecimens(sandbox, DRIFTING, { mark: 'dup' });
    await inParallel(specimens, 8, (each) => each.attack());
    await sandbox.loseEvents(0);
    expect(await insecure(specimens)).toHaveLength(FINDINGS);

    const since = await own.mark();
    // Some are told at once and some late, which must make no difference.
    const findings = specimens.map((specimen, index) => ({
      specimen,
      event: findingOn(specimen, index >> 1, `told-${index}`, new Date(Date.now() - (index % 3 === 0 ? 3_600_000 : 0))),
    }));
    const told = new Random(1).shuffled(Array.from({ length: COPIES }, () => findings).flat());
    await inParallel(told, AT_ONCE, ({ specimen, event }) => sandbox.emit(specimen.region, event));
    await own.idle(240_000);

    const reports = withoutOwn(await own.reportsSince(since));
    expect(tally(reports)).toEqual({ REMEDIATED: FINDINGS, COMPLIANT: FINDINGS * (COPIES - 1) });
    const perFinding = Object.values(countBy(reports, ({ signal }) => signal.id));
    expect(perFinding).toEqual(Array(FINDINGS).fill(COPIES));

    const runs = await own.runsSince(since);
    expect(new Set(runs.map(({ resourceArn }) => resourceArn)).size).toBe(FINDINGS);
    expect(runs).toHaveLength(FINDINGS);
    const writes = writesAmong(await own.callsSince(since));
    expect(writes.filter(({ status }) => status >= 300)).toEqual([]);
    expect(writes).toHaveLength(FINDINGS);
    expect(await insecure(specimens)).toEqual([]);
    await expectInvariants(own, since);
  });
}

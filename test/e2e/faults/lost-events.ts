import type { Report } from '../../../lambda/runtime/report';
import { expectInvariants, withoutOwn } from './invariants';
import type { OwnSandbox } from './own-sandbox';
import { recordsOf } from './signals';
import { insecure, makeSpecimens, type Specimen } from './specimens';

/** Attacks, by scenario of the drill: 100 in all. */
const ATTACKS = {
  'plain-http-allowed': 30,
  'snapshot-shared': 25,
  'key-rotation-stopped': 15,
  'bucket-made-public': 15,
  'security-group-opened': 10,
  'function-opened': 5,
};
const PERCENT = 20;
const SEED = 11;

/** EventBridge gets API calls by best effort. Existing drift is adopted, since what a sweep finds was there before. */
export function lostEvents(of: () => OwnSandbox): void {
  test('a fifth of the events is lost, and one sweep repairs what they would have told', async () => {
    const own = of();
    const { sandbox } = own;
    const specimens = await makeSpecimens(sandbox, ATTACKS, { mark: 'lost' });
    await own.idle();
    const since = await own.mark();
    await sandbox.loseEvents(PERCENT, SEED);
    for (const each of specimens) await each.attack();
    await own.idle();
    const lost = new Set(await sandbox.loseEvents(0));
    const attacks = await recordsOf(sandbox, since.event, specimens);
    const unseen = specimens.filter((_, index) => lost.has(attacks[index]?.eventID ?? ''));
    expect(unseen.length).toBeGreaterThanOrEqual(10);
    expect((await insecure(specimens)).map(arnIn).sort()).toEqual(unseen.map(({ target }) => target.arn).sort());

    await own.sweep('s-after');
    expect(await insecure(specimens)).toEqual([]);
    const swept = withoutOwn(await own.reportsSince(since)).filter(({ signal }) => signal.id.startsWith('s-after:'));
    const pairs = new Set(specimens.map(pairOf));
    const repaired = swept.filter(({ outcome }) => outcome === 'REMEDIATED').map(nameOf);
    expect(repaired.filter((name) => pairs.has(name)).sort()).toEqual(unseen.map(pairOf).sort());
    // Of snapshots a sweep lists only those that are public.
    const secureSnapshots = specimens.filter((each) => isSnapshot(each) && !unseen.includes(each)).length;
    // Each resource is looked at once by each remediation that it concerns, and each look ends in one outcome.
    expect(new Set(swept.map(({ signal }) => signal.id)).size).toBe(swept.length);
    expect(swept.filter((report) => pairs.has(nameOf(report)))).toHaveLength(specimens.length - secureSnapshots);
    await expectInvariants(own, since);
  });
}

function arnIn(line: string): string {
  return line.replace(/: \w+: .*$/s, '');
}

function pairOf({ scenario, target }: Specimen): string {
  return `${scenario.remediation} ${target.arn}`;
}

function nameOf({ remediation, resourceArn }: Report): string {
  return `${remediation} ${resourceArn}`;
}

function isSnapshot({ scenario }: Specimen): boolean {
  return scenario.id === 'snapshot-shared';
}

import type { StoredRun } from '../../../lambda/runtime/ledger/runs';
import type { Report } from '../../../lambda/runtime/report';
import type { Call } from '../../../sandbox/gateway';
import type { Mark, OwnSandbox } from './own-sandbox';
import { countBy } from './random';

/** Roles that change something: repairs, and what takes them back. */
const WRITE = /:role\/bulwark\/main\/(tighten|disruptive|loosen)\//;

/** Keys of a session beside their names, in whatever way they are written. */
const SECRET = /secretAccessKey|SecretAccessKey|sessionToken|SessionToken|secret_access_key|session_token/;

/** What could be a key or a token. */
const WORD = /[\w+/=]{20,}/g;

const NOTHING = { lines: [], secrets: [] };

/** By which a function, or the platform under it, says that its code threw. */
const THROWN = /Invoke Error|Uncaught Exception|Unhandled Promise|Task timed out|Runtime\.\w+/;

/** Calls that changed something or tried to, by a remediation's role. */
export function writesAmong(calls: readonly Call[]): Call[] {
  return calls.filter((call) => WRITE.test(call.roleArn ?? '') && call.mutating);
}

/** Writes that reached beyond the resource of the run in whose name they were made; none, if all is well. */
export function strayWrites(calls: readonly Call[], runs: readonly StoredRun[]): string[] {
  const byId = new Map(runs.map((run) => [run.runId, run.resourceArn]));
  return writesAmong(calls).flatMap(({ sessionName = '', operation, resources }) => {
    const target = byId.get(sessionName.replace(/^undo-/, ''));
    const stray = resources.filter((resource) => target === undefined || !belongs(resource, target));
    return stray.map((resource) => `${operation} on ${resource} by ${sessionName}, whose resource is ${target}`);
  });
}

/** Some calls name no resource, a detector has an id, a user a path, and CloudTrail is handed the role that delivers. */
function belongs(resource: string, target: string): boolean {
  const lastOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
  return (
    resource === target ||
    resource === '*' ||
    resource.startsWith(`${target}/`) ||
    (target.includes(':user/') && resource.includes(':user/') && lastOf(resource) === lastOf(target)) ||
    (target.includes(':trail/') && resource.endsWith(':role/bulwark-main-trail-delivery'))
  );
}

/** How often each outcome was told. */
export function tally(reports: readonly Report[]): Record<string, number> {
  return countBy(reports, ({ outcome }) => outcome);
}

/** Reports but for those on our own calls, which CloudTrail tells like anybody's. */
export function withoutOwn(reports: readonly Report[]): Report[] {
  return reports.filter(({ reason }) => reason !== 'the event is our own change');
}

/**
 * What holds after every fault: each run closed and told, with its resource free; no write outside the resource of its run; no
 * secret in any log; nothing thrown; nothing parked.
 *
 * @param beside what functions wrote elsewhere than into a log group, and what they must not have written
 */
export async function expectInvariants(
  own: OwnSandbox,
  since: Mark,
  { lines, secrets }: { readonly lines: readonly string[]; readonly secrets: readonly string[] } = NOTHING,
): Promise<void> {
  const { runs, held } = await own.ledger();
  const calls = await own.callsSince(since);
  expect(strayWrites(calls, runs)).toEqual([]);
  expect(held).toEqual([]);
  const begun = runs.filter(({ runId }) => !since.runs.has(runId));
  const changed = begun.filter(({ state }) => state === 'REMEDIATED' || state === 'UNDONE');
  expect(begun.filter((run) => !changed.includes(run) && run.state !== 'ABANDONED')).toEqual([]);
  const repairs = (await own.reportsSince(since)).filter(({ outcome }) => outcome === 'REMEDIATED');
  const told = new Set(repairs.map(({ runId }) => runId));
  expect(changed.filter(({ runId }) => !told.has(runId))).toEqual([]);
  expect([...told].filter((runId) => !changed.some((run) => run.runId === runId))).toEqual([]);
  const log = [...(await own.logLines()), ...lines];
  expect(log.length).toBeGreaterThan(0);
  expect(log.filter((line) => SECRET.test(line))).toEqual([]);
  const known = new Set(secrets);
  expect(log.filter((line) => line.match(WORD)?.some((word) => known.has(word)))).toEqual([]);
  expect(log.filter((line) => THROWN.test(line))).toEqual([]);
  expect(await own.parked()).toBe(0);
}

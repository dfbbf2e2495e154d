import { isDeepStrictEqual } from 'node:util';
import { VerificationError } from './errors';
import { recordsOf, textAt } from './foreign';
import type { Drift, Located, Remediator } from './remediation';
import type { Client } from './sessions';
import type { Signal } from './signal';
import { fillOne, type Names, placeholders, type RemediationSpec } from './spec';
import type { Scope } from './scope';

/** Services need a moment until a read shows a write. Waits between looks, in milliseconds. */
const LOOKS = [0, 200, 500, 1_000, 2_000];

/** Names go into ARNs of session policies, where a wildcard would widen what they narrow. */
const PLAIN = /^[^*?${}\s]{1,512}$/;

/** A resource with everything that placeholders of its spec can stand for. */
export interface Target {
  readonly resource: Located;
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  readonly names: Names;
}

/**
 * Where a located resource lives, and what it is called.
 *
 * @returns the reason why it is none that may be touched, as text
 */
export function targetOf(
  spec: RemediationSpec,
  located: Located,
  at: { readonly account: string; readonly region: string },
  scope: Scope,
): Target | string {
  const odd = Object.entries(located.names).find(([, name]) => !PLAIN.test(name));
  if (odd !== undefined) return `the name ${odd[0]} of the resource is none: ${JSON.stringify(odd[1]).slice(0, 100)}`;
  const region = located.region ?? at.region;
  if (!scope.accounts.includes(at.account)) return `account ${at.account} is not covered by this deployment`;
  if (!scope.regions.includes(region)) return `Region ${region} is not covered by this deployment`;
  const place = { account: at.account, region, partition: scope.partition };
  const resource: Located = { ...located, names: { ...located.names, ...place } };
  const settings = Object.entries(scope.settingsOf(spec.id));
  const names = {
    ...resource.names,
    ...Object.fromEntries(settings.map(([name, value]) => [`setting.${name}`, value])),
  };
  const missing = placeholders(spec.resource.arn).find(
    (name) => !name.startsWith('setting.') && !Object.hasOwn(names, name),
  );
  if (missing !== undefined) return `the resource has no name ${missing}`;
  return { resource, account: at.account, region, arn: fillOne(spec.resource.arn, names), names };
}

/** Why a call is none of ours to judge, though it names the resource; undefined where it is. Nothing is read for it. */
export function notOurs(
  signal: Signal,
  { arn, account }: Pick<Target, 'arn' | 'account'>,
  scope: Pick<Scope, 'isOurs'>,
): string | undefined {
  if (signal.kind !== 'call') return undefined;
  // Somebody here changed a bucket of another account: S3 tells the caller's account, and its ARNs tell none.
  const owner = ownerOf(signal.record, arn);
  if (owner !== undefined && owner !== account) return `the resource belongs to account ${owner}`;
  // Our own changes answer with events of their own, which must not set off another one.
  const { roleArn } = signal.actor;
  return roleArn !== undefined && scope.isOurs(roleArn, account) ? 'the event is our own change' : undefined;
}

/** The account that CloudTrail names as the owner of a resource, where it names one. */
function ownerOf({ resources }: Readonly<Record<string, unknown>>, arn: string): string | undefined {
  return textAt(
    recordsOf(resources).find((each) => textAt(each, 'ARN') === arn),
    'accountId',
  );
}

/** Looks until the resource is as it should be after a repair. */
export async function verifyRepair(
  remediator: Remediator<unknown>,
  { resource, arn }: Target,
  drift: Drift<unknown>,
  read: Client,
  pause: (ms: number) => Promise<unknown>,
): Promise<void> {
  let seen: unknown;
  for (const wait of LOOKS) {
    await pause(wait);
    const again = await remediator.inspect(resource, read);
    if (again.compliant) return;
    seen = again.drift.before;
  }
  const unchanged = isDeepStrictEqual(seen, drift.before);
  throw new VerificationError(
    `${arn} still drifts after the repair (${unchanged ? 'nothing changed' : 'it changed, but not to the secure state'})`,
  );
}

/** Looks until the resource is as it was before a repair, but for what AWS assigns anew. */
export async function verifyUndo(
  remediator: Remediator<unknown>,
  { resource, arn }: Target,
  before: unknown,
  read: Client,
  pause: (ms: number) => Promise<unknown>,
): Promise<void> {
  const comparable = (state: unknown) => comparableState(remediator, state);
  for (const wait of LOOKS) {
    await pause(wait);
    const again = await remediator.inspect(resource, read);
    if (!again.compliant && isDeepStrictEqual(comparable(again.drift.before), comparable(before))) return;
  }
  throw new VerificationError(`${arn} is not as it was before the repair`);
}

/** A change as it is compared: the same one has the same form, whatever AWS assigns or shuffles. */
export function comparableDrift(
  remediator: Remediator<unknown>,
  { before, after }: Pick<Drift<unknown>, 'before' | 'after'>,
): { readonly before: unknown; readonly after: unknown } {
  return { before: comparableState(remediator, before), after: comparableState(remediator, after) };
}

/** As JSON tells it: what the ledger gives back has no undefined members. */
function comparableState(remediator: Remediator<unknown>, state: unknown): unknown {
  const compared = remediator.comparable ? remediator.comparable(state) : state;
  return compared === undefined ? null : (JSON.parse(JSON.stringify(compared)) as unknown);
}

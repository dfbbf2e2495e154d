import type { Client } from './client';
import type { CallSignal, FindingSignal } from './signal';
import type { Names } from './spec';

/** One resource, told by its names: `{ bucket: 'reports' }`. `region` only where it is not the signal's own. */
export interface Located {
  readonly names: Readonly<Record<string, string>>;
  readonly region?: string;
}

/** The present state against the secure one. `before` and `after` are plain JSON: they go to the ledger and to people. */
export type Verdict<S> =
  | { readonly compliant: true; readonly reason?: string }
  | { readonly compliant: false; readonly drift: Drift<S> };

export interface Drift<S> {
  /** Only what the repair will change, as it is now. */
  readonly before: S;
  /** The same, as the repair will leave it. */
  readonly after: S;
  /** Names that `related` permissions need, beside those of the resource. */
  readonly names?: Names;
}

export function compliant(reason?: string): { readonly compliant: true; readonly reason?: string } {
  return reason === undefined ? { compliant: true } : { compliant: true, reason };
}

export function drift<S>(before: S, after: S, names?: Names): { readonly compliant: false; readonly drift: Drift<S> } {
  return { compliant: false, drift: names === undefined ? { before, after } : { before, after, names } };
}

/** Where a sweep looks. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** One page of what a sweep found. */
export interface Page {
  readonly resources: readonly Located[];
  /** Asks for the next page. */
  readonly next?: string;
}

/** What a repair changed, as the ledger has it. */
export interface Change<S> {
  readonly before: S;
  readonly after: S;
}

/**
 * What a remediation does. `inspect` only reads and may be called at any time; `apply` and `undo` change only what the
 * drift names, and must be safe to repeat after a failure half-way.
 */
export interface Remediator<S> {
  /** Pure. An empty list says that the event concerns no resource of this remediation. */
  locate(signal: CallSignal): Located[];
  /**
   * Pure. Resources that a finding names. An empty list says that it concerns none; undefined that it speaks of the account, so
   * that a sweep has to look for them.
   *
   * @default - by the ARN or id of the resource
   */
  locateFinding?(finding: FindingSignal): Located[] | undefined;
  /** Every resource of a place that could drift, one page at a time. */
  list(read: Client, place: Place, next?: string): Promise<Page>;
  inspect(resource: Located, read: Client): Promise<Verdict<S>>;
  apply(resource: Located, drift: Drift<S>, write: Client): Promise<void>;
  /**
   * Takes a repair back. Called only while the resource is as the repair left it, as far as `inspect` can tell.
   *
   * @throws ChangedError when something else has changed it since, which taking back would overwrite
   */
  undo?(
    resource: Located,
    change: Change<S>,
    clients: { readonly read: Client; readonly write: Client },
  ): Promise<void>;
  /** Names that the `related` permissions of `undo` need, beside those of the resource. */
  undoNames?(change: Change<S>): Names;
  /**
   * What a run changes in all, where an attempt failed half-way and the resource looks different by now: what that one recorded,
   * and what the next one finds.
   *
   * @default - part by part what is found, and what was recorded of parts that are missing or as the repair leaves them
   */
  joined?(recorded: S, found: S): S;
  /**
   * A state without what AWS assigns anew, such as ids of rules.
   *
   * @default - all of it counts
   */
  comparable?(state: S): unknown;
}

/** Values the deployment provides to a remediation, by name. */
export type Settings = Readonly<Record<string, string>>;

/** What a unit's `remediation.ts` exports as `create`. */
export type CreateRemediator<S = unknown> = (settings: Settings) => Remediator<S>;

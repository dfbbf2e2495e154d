import type { Client } from './sessions';
import type { Signal } from './signal';
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

/**
 * What a remediation does. `inspect` only reads and may be called at any time; `apply` changes only what the drift names,
 * and must be safe to repeat after a failure half-way.
 */
export interface Remediator<S> {
  /** Pure. An empty list says that the event concerns no resource of this remediation. */
  locate(signal: Signal): Located[];
  inspect(resource: Located, read: Client): Promise<Verdict<S>>;
  apply(resource: Located, drift: Drift<S>, write: Client): Promise<void>;
}

/** Values the deployment provides to a remediation, by name. */
export type Settings = Readonly<Record<string, string>>;

/** What a unit's `remediation.ts` exports as `create`. */
export type CreateRemediator<S = unknown> = (settings: Settings) => Remediator<S>;

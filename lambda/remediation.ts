/**
 * What a remediation of your own is made of: `import { defineRemediation, drift } from 'cdk-bulwark/remediation'`. Bundle
 * each unit to `<id>/index.mjs` with an export `create`, put its data beside it as `spec.json`, and give the folder to
 * `AutoRemediation.modules`. It runs in the same functions as ours, by the same laws.
 */
import type { Severity } from '../lib/controls';
import type { RemediationSpec } from './runtime/spec';

export { BulwarkError, ChangedError, isAwsError } from './runtime/errors';
export { isRecord, recordsOf, textAt, valueAt } from './runtime/foreign';
export {
  type Change,
  type CreateRemediator,
  compliant,
  type Drift,
  drift,
  type Located,
  type Page,
  type Place,
  type Remediator,
  type Settings,
  type Verdict,
} from './runtime/remediation';
export type { Client } from './runtime/client';
export type { CallSignal, FindingSignal } from './runtime/signal';
export { never } from './runtime/spec';

/** Data of a unit of your own: as ours, but for controls that may be yours, and hence need a severity of their own. */
export type OwnRemediationSpec = Omit<RemediationSpec, 'controls' | 'severity' | 'declared'> & {
  /** Ids of controls: those of Security Hub, or your own. */
  readonly controls: readonly [string, ...string[]];
  readonly severity: Severity;
};

/** Types the data of a unit of your own literally. */
export function defineRemediation<const S extends OwnRemediationSpec>(spec: S): S {
  return spec;
}

/** Severity of a control as Security Hub rates it: its control reference, as of summer 2026. Ours (`BW.`) are rated by ourselves. */
export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';

/** Standards whose requirements a control helps to meet, in the order in which they are shown. */
export const STANDARDS = {
  'fsbp-1.0': 'AWS Foundational Security Best Practices v1.0.0',
  'cis-3.0': 'CIS AWS Foundations Benchmark v3.0.0',
  'cis-5.0': 'CIS AWS Foundations Benchmark v5.0.0',
  'cis-7.0': 'CIS AWS Foundations Benchmark v7.0.0',
  'nist-800-53-r5': 'NIST SP 800-53 Rev. 5',
  'pci-4.0': 'PCI DSS v4.0.1',
  hipaa: 'HIPAA Security Rule',
  gdpr: 'GDPR',
  'iso27001-2022': 'ISO/IEC 27001:2022',
  soc2: 'SOC 2 (Trust Services Criteria)',
} as const;

export type Standard = keyof typeof STANDARDS;

/** What a control is, wherever it is answered. */
export interface ControlDefinition {
  /** The secure state, as a sentence without full stop. */
  readonly title: string;
  readonly severity: Severity;
  /** What goes wrong where the control is not met, as a sentence. */
  readonly meaning: string;
  /** What a person does to meet it. */
  readonly byHand: string;
  /** Why nothing of ours answers it beyond our own resources. Stands where, and only where, nothing does. */
  readonly gap?: Gap;
  /** Rules of cdk-nag's own packs that ask for it at synthesis, where an app adds the pack: `AwsSolutions-RDS3`. */
  readonly stockRules?: readonly string[];
  /** Requirement ids as the standard itself writes them: `2.1.4`, `SC-7(11)`, `164.312(a)(1)`, `Art. 32`. */
  readonly standards: Readonly<Partial<Record<Standard, readonly string[]>>>;
}

/**
 * - `workload`: depends on what runs in the account; its owner decides.
 * - `person`: only a person can do it.
 * - `organization`: belongs to policies of the organization, which this version does not deploy.
 * - `planned`: will be answered; this version does not yet.
 * - `not-applicable`: the service or the setting is no more.
 */
export type GapKind = 'workload' | 'person' | 'organization' | 'planned' | 'not-applicable';

/** A stated gap: whoever reads a report learns why, rather than nothing. */
export interface Gap {
  readonly kind: GapKind;
  /** As a sentence. */
  readonly reason: string;
}

/** Types the controls of one service; their ids stay known to the compiler, and nothing else of them burdens it. */
export function defineControls<const Id extends string>(
  controls: Record<Id, ControlDefinition>,
): Readonly<Record<Id, ControlDefinition>> {
  return controls;
}

import type { Destroyable, OperatorConfig } from '../runner/clients';

/** The one who attacks, with the operator's rights. */
export interface Attacker {
  client<C extends Destroyable>(Client: new (config: OperatorConfig) => C): C;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Qualifier of the deployment. */
  readonly qualifier: string;
  /** Part of the names of what a drill makes, so that two drills do not meet. */
  readonly suffix: string;
}

/** What is attacked. */
export interface Target {
  readonly arn: string;
  /** As a person would call it. */
  readonly name: string;
}

/** What became of the target, by the operator's own reading. */
export interface Verification {
  readonly secure: boolean;
  /** By which call, and what it said: "GetTrailStatus: logging". */
  readonly evidence: string;
}

/**
 * One attack by real API calls, on a resource made for it where that is possible. It writes no event of its own: what the
 * baseline sees is what the calls caused.
 */
export interface Scenario<T extends Target = Target> {
  readonly id: string;
  /** What happens, in few words: "A bucket is made public". */
  readonly title: string;
  /** The operation of the API that does the harm. */
  readonly operation: string;
  /** Id of the remediation that answers. */
  readonly remediation: string;
  /** Whether the repair is made at once, or waits for a person because it could interrupt something. @default 'REMEDIATED' */
  readonly expects?: 'REMEDIATED' | 'PROPOSED';
  /** True where the target is a resource of the deployment or the account itself, rather than one made for the drill. */
  readonly touchesAccount?: boolean;
  /** Makes the target in a secure state, with something beside the harm that must survive. */
  prepare(attacker: Attacker): Promise<T>;
  attack(attacker: Attacker, target: T): Promise<void>;
  verify(attacker: Attacker, target: T): Promise<Verification>;
  /** Removes what was made. Called after success and failure. */
  clean(attacker: Attacker, target: T): Promise<void>;
}

import type { IConstruct } from 'constructs';
import { acknowledge } from '../private/acknowledge';

/** Tells the time. Tests and reports about another day bring one of their own. */
export interface IClock {
  /** The present moment. */
  now(): Date;
}

/** A finding that is accepted: which, why, and how long. */
export interface Acknowledgement {
  /**
   * The finding as the report names it, with what stands in brackets: `Bulwark-NET02[tcp 22 from 0.0.0.0/0]`,
   * `AwsSolutions-S1`. It covers this one and no other, so an id without brackets covers nothing of a rule whose findings have
   * them.
   */
  readonly rule: string;
  /** Why the finding is acceptable, for the person who reads the report. */
  readonly reason: string;
  /** Last day on which it holds, as `YYYY-MM-DD` in UTC. */
  readonly until: string;
}

/**
 * Accepts findings of validation packs, of this library's and of cdk-nag's own, for a while.
 *
 * CDK takes the finding out of the violations and keeps it, with reason and date, among the suppressed ones of
 * `validation-report.json`. In the last 14 days a warning tells that the decision has to be taken again; after the last day
 * synthesis fails, and names every acknowledgement that is over.
 *
 * When not to use it: for what can be mended. An acknowledgement is a debt with a date.
 */
export class Acknowledgements {
  /**
   * Accepts one finding on a construct and everything below it.
   *
   * @param scope construct that the report names, or one above it
   * @param acknowledgement which finding, why, and until when
   * @param clock tells the day. Default: the system's clock
   * @throws Error when the rule is no id of one finding, the reason is empty, or the date is none
   */
  public static add(scope: IConstruct, acknowledgement: Acknowledgement, clock?: IClock): void {
    acknowledge(scope, acknowledgement, clock);
  }

  private constructor() {}
}

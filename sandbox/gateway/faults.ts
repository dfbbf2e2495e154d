import type { FaultKind } from './types';

/**
 * One kind of trouble, for the next `n` calls that fit.
 *
 * - `error`, `throttle`: refused, nothing was changed
 * - `reset`: the connection breaks before the call is made
 * - `hang`: no answer ever, nothing was changed
 * - `lost`: the call is made, its answer never arrives
 * - `truncate`: the call is made, half of its answer arrives
 * - `delay`: the call is made, its answer comes late
 */
export interface Fault {
  readonly service?: string;
  readonly operation?: string;
  readonly roleArn?: string;
  n: number;
  readonly kind: FaultKind;
  /** Only for `error`. @default InternalError */
  readonly code?: string;
  /** Only for `error`. @default 500 */
  readonly status?: number;
  /** Only for `delay`. @default 1000 */
  readonly ms?: number;
}

const KINDS: readonly FaultKind[] = ['error', 'throttle', 'reset', 'hang', 'lost', 'truncate', 'delay'];

/** The list of faults to come. */
export class Faults {
  private faults: Fault[] = [];

  /** Replaces the list. */
  plan(faults: unknown): void {
    if (!Array.isArray(faults)) {
      throw new Error(`faults must be a list, got ${JSON.stringify(faults)}`);
    }
    this.faults = faults.map((fault: Fault) => {
      if (!KINDS.includes(fault.kind)) {
        throw new Error(`kind must be one of ${KINDS.join(', ')}, got ${fault.kind}`);
      }
      if (!Number.isInteger(fault.n) || fault.n < 1) {
        throw new Error(`n must be a positive integer, got ${fault.n}`);
      }
      return { ...fault };
    });
  }

  /** What is left. */
  pending(): readonly Fault[] {
    return this.faults.filter((fault) => fault.n > 0);
  }

  /** The first fault that fits a call, used up by one. */
  take(call: { service: string; operation: string; roleArn?: string }): Fault | undefined {
    const fault = this.faults.find(
      (candidate) =>
        candidate.n > 0 &&
        (candidate.service === undefined || candidate.service === call.service) &&
        (candidate.operation === undefined || candidate.operation === call.operation) &&
        (candidate.roleArn === undefined || candidate.roleArn === call.roleArn),
    );
    if (fault) {
      fault.n -= 1;
    }
    return fault;
  }
}

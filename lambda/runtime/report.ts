import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Severity } from '../../lib/controls';
import { REPORT_DETAIL_TYPE, REPORT_SOURCE } from './deployment/spec';
import { BulwarkError } from './errors';
import { RETRIES, TIMEOUTS } from './sessions';
import type { Signal } from './signal';
import type { OwningStack } from './surroundings';

/** What led to a decision: a call, a finding, a sweep, or an order of a person (an approval, an undo, an exemption). */
export type Cause = Signal['kind'] | 'order';

/** Every accepted signal ends in exactly one of these. A failure is none of them: it is an exception, and tried again. */
export type Outcome = 'COMPLIANT' | 'REMEDIATED' | 'OBSERVED' | 'PROPOSED' | 'EXEMPT' | 'SUPPRESSED';

/** One decision, as it goes to the report bus. Plain JSON; states are configuration, never data or secrets. */
export interface Report {
  readonly runId: string;
  readonly remediation: string;
  readonly title: string;
  readonly controls: readonly string[];
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly resourceArn: string;
  readonly resourceType: string;
  readonly account: string;
  readonly region: string;
  readonly actor: string;
  /** `cause`: name of the call, subject of the finding, `sweep`, or the order of a person. */
  readonly signal: { readonly id: string; readonly kind: Cause; readonly cause: string; readonly time: string };
  readonly before?: unknown;
  readonly after?: unknown;
  /** The stack that owns the resource. */
  readonly stack?: OwningStack;
  /** The plan that was stored, or carried out. */
  readonly planId?: string;
  /** What an approval of the plan has to name. */
  readonly planHash?: string;
  readonly exemptionId?: string;
  /** What stopped a repair that would have been made: as many changes as allowed, or somebody fighting over the resource. */
  readonly guard?: 'cap' | 'flap';
  /** The line that a person pastes to answer, or why there is none. */
  readonly answer: string;
  /** Whether people are told: they are not of what is as it should be, nor twice of the same plan. */
  readonly notify: boolean;
  /** Milliseconds from the call that caused the drift to this decision. */
  readonly elapsedMs: number;
}

/** In bytes. EventBridge takes 256 KB an entry: states of pathological size are left out, the ledger has them. */
const STATE_LIMIT = 64_000;

export class Reporter {
  private readonly events: EventBridgeClient;

  public constructor(
    private readonly busArn: string,
    region: string,
  ) {
    this.events = new EventBridgeClient({ region, ...RETRIES, requestHandler: TIMEOUTS });
  }

  public async publish(report: Report): Promise<void> {
    const answer = await this.events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: this.busArn,
            Source: REPORT_SOURCE,
            DetailType: REPORT_DETAIL_TYPE,
            Resources: [report.resourceArn],
            Detail: JSON.stringify({ ...plain(report), before: bounded(report.before), after: bounded(report.after) }),
          },
        ],
      }),
    );
    if (answer.FailedEntryCount) {
      throw new BulwarkError(
        `the report of ${report.runId} was refused: ${answer.Entries?.[0]?.ErrorCode ?? 'no reason given'}`,
      );
    }
  }
}

/** EventBridge does not escape what it puts into the text of a notification, which a quote would break. */
function plain(report: Report): Report {
  const of = (text: string) => text.replaceAll('"', "'").replaceAll('\\', '/').replaceAll(/\s+/g, ' ');
  return {
    ...report,
    actor: of(report.actor),
    answer: of(report.answer),
    ...(report.reason !== undefined && { reason: of(report.reason) }),
  };
}

function bounded(state: unknown): unknown {
  return state !== undefined && Buffer.byteLength(JSON.stringify(state)) > STATE_LIMIT
    ? 'too long for a message: see the ledger'
    : state;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { Call, CloudTrailRecord } from '../gateway';
import type { Destroyable, OperatorConfig } from './clients';
import { isObject, parsed } from './compare';

/** The log group that keeps every decision of the deployment. */
const REPORTS = '/bulwark/main/reports';
const READ = '/bulwark/main/read/';
const WRITE = /\/bulwark\/main\/(tighten|disruptive)\//;

/** Quick enough to look live, slow enough not to be the load. */
const POLL_MS = 60;

/** What the watch needs of a sandbox. */
export interface Watched {
  calls(since?: number): Promise<{ readonly calls: readonly Call[]; readonly next: number }>;
  events(since?: number): Promise<{ readonly events: readonly CloudTrailRecord[]; readonly next: number }>;
  client<C extends Destroyable>(Client: new (config: OperatorConfig) => C, region?: string): C;
}

/** One step on the way from the attack to the repair, once it was seen. */
export interface Sighting {
  readonly step: 'attack' | 'signal' | 'read' | 'decision' | 'repair' | 'report';
  /** Milliseconds since the attacker's call was answered. */
  readonly after: number;
  readonly text: string;
}

/** What became of an attack, as far as the baseline's own traces tell. */
export interface Followed {
  /** Milliseconds from the attack to the first look at the resource. */
  readonly detectedAfter?: number;
  /** Milliseconds from the attack to the end of the last change. */
  readonly repairedAfter?: number;
  readonly outcome: string;
  readonly reason?: string;
  readonly runId?: string;
  readonly plan?: { readonly planId: string; readonly hash: string };
}

/** What is followed: the call that does harm, and the remediation that should answer it. */
export interface Attack {
  readonly operation: string;
  readonly arn: string;
  readonly remediation: string;
}

/** A decision on the report bus, as far as it is shown. */
export interface Report {
  readonly runId: string;
  readonly remediation: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly resourceArn: string;
  readonly signal: { readonly id: string; readonly kind: string; readonly cause: string };
  readonly planId?: string;
  readonly planHash?: string;
  readonly answer: string;
}

/** Where the watch stands in the streams. */
export interface Mark {
  readonly call: number;
  readonly event: number;
}

export async function mark(sandbox: Watched): Promise<Mark> {
  const [calls, events] = await Promise.all([
    sandbox.calls(Number.MAX_SAFE_INTEGER),
    sandbox.events(Number.MAX_SAFE_INTEGER),
  ]);
  return { call: calls.next, event: events.next };
}

/** Waits until no function has called anything for a while: what the preparation caused has been dealt with. */
export async function settled(sandbox: Watched, quietMs = 300, limitMs = 10_000): Promise<void> {
  const limit = Date.now() + limitMs;
  let { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
  let quietSince = Date.now();
  while (Date.now() - quietSince < quietMs && Date.now() < limit) {
    await sleep(POLL_MS);
    const seen = await sandbox.calls(next);
    next = seen.next;
    if (seen.calls.some(({ roleArn }) => roleArn !== undefined)) quietSince = Date.now();
  }
}

/**
 * Follows one attack through call log, CloudTrail records and reports until the baseline has decided, and tells each step
 * when it is first seen.
 */
export async function follow(
  sandbox: Watched,
  from: Mark,
  attack: Attack,
  { onSighting, limitMs = 60_000 }: { onSighting: (sighting: Sighting) => void; limitMs?: number },
): Promise<Followed> {
  const trace = new Trace(attack, onSighting);
  const limit = Date.now() + limitMs;
  let { call, event } = from;
  while (Date.now() < limit) {
    // Reports are asked for first: what a report tells of was in the call log before it.
    const reports = trace.attackId === undefined ? [] : await reportsSince(sandbox, trace.attackedAt - 1000);
    const [calls, events] = await Promise.all([sandbox.calls(call), sandbox.events(event)]);
    call = calls.next;
    event = events.next;
    trace.take(calls.calls, events.events, reports);
    if (trace.result) return trace.result;
    await sleep(POLL_MS);
  }
  return { ...trace.times, outcome: 'NOTHING', reason: `no decision within ${limitMs / 1000} s` };
}

export async function reportsSince(sandbox: Watched, startTime: number): Promise<Report[]> {
  const logs = sandbox.client(CloudWatchLogsClient);
  const found: string[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName: REPORTS, startTime })) {
    found.push(...events.map(({ message = '' }) => message));
  }
  return found.flatMap((message) => {
    const event = parsed(message);
    const detail = isObject(event) ? event['detail'] : undefined;
    return isReport(detail) ? [detail] : [];
  });
}

function isReport(value: unknown): value is Report {
  return isObject(value) && typeof value['outcome'] === 'string' && isObject(value['signal']);
}

/** Puts the three streams of one attack in order. */
export class Trace {
  public attackId: string | undefined;
  public attackedAt = 0;
  public result: Followed | undefined;
  private detectedAfter: number | undefined;
  private repairedAfter: number | undefined;
  private readonly writes: Call[] = [];
  private hasSignal = false;
  private hasDecision = false;

  public constructor(
    private readonly attack: Attack,
    private readonly onSighting: (sighting: Sighting) => void,
  ) {}

  public get times(): Pick<Followed, 'detectedAfter' | 'repairedAfter'> {
    return {
      ...(this.detectedAfter !== undefined && { detectedAfter: this.detectedAfter }),
      ...(this.repairedAfter !== undefined && { repairedAfter: this.repairedAfter }),
    };
  }

  public take(calls: readonly Call[], events: readonly CloudTrailRecord[], reports: readonly Report[]): void {
    for (const call of calls) this.takeCall(call);
    const record = events.find(({ eventID }) => eventID === this.attackId);
    if (record && !this.hasSignal) {
      this.hasSignal = true;
      this.tell('signal', this.attackedAt, `CloudTrail ${record.eventName} in ${record.awsRegion}`);
    }
    // One call can concern several remediations; what the others say of it is not what is followed here.
    const decided = reports.find(
      ({ signal, remediation }) => signal.id === this.attackId && remediation === this.attack.remediation,
    );
    if (decided && !this.result) this.conclude(decided);
  }

  private takeCall(call: Call): void {
    if (this.attackId === undefined) {
      if (call.roleArn === undefined && call.operation === this.attack.operation && call.status < 300) {
        this.attackId = call.eventId;
        this.attackedAt = Date.parse(call.time);
        this.tell('attack', this.attackedAt, `${short(call.caller)} called ${call.service}:${call.operation}`);
      }
      return;
    }
    if (call.decision === 'denied' && call.roleArn?.includes('/bulwark/')) {
      this.tell('decision', endOf(call), `${call.operation} was denied: ${call.reason ?? call.errorCode ?? ''}`);
      return;
    }
    if (call.roleArn?.includes(READ) && this.detectedAfter === undefined) {
      this.detectedAfter = endOf(call) - call.ms - this.attackedAt;
      this.tell('read', endOf(call) - call.ms, `${short(call.roleArn)} calls ${call.service}:${call.operation}`);
    } else if (call.operation === 'AssumeRole' && call.resources.some((arn) => WRITE.test(arn))) {
      if (!this.hasDecision) this.tell('decision', endOf(call), `drift: takes ${short(call.resources[0] ?? '')}`);
      this.hasDecision = true;
    } else if (WRITE.test(call.roleArn ?? '') && call.mutating && call.status < 300) {
      this.writes.push(call);
      this.repairedAfter = endOf(call) - this.attackedAt;
      this.tell('repair', endOf(call), `${call.service}:${call.operation} on ${short(call.resources[0] ?? '')}`);
    }
  }

  private conclude(report: Report): void {
    const reason = report.reason === undefined ? '' : `: ${report.reason}`;
    this.tell('report', Date.now(), `${report.outcome} ${report.remediation}${reason}`);
    this.result = {
      ...this.times,
      outcome: report.outcome,
      runId: report.runId,
      ...(report.reason !== undefined && { reason: report.reason }),
      ...(report.planId !== undefined && { plan: { planId: report.planId, hash: report.planHash ?? '' } }),
    };
  }

  private tell(step: Sighting['step'], at: number, text: string): void {
    this.onSighting({ step, text, after: Math.max(0, Math.round(at - this.attackedAt)) });
  }
}

/** The call log writes down when a call was answered. */
function endOf(call: Call): number {
  return Date.parse(call.time);
}

function short(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
}

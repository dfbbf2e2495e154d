import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { isRecord } from '../lambda/runtime/foreign';
import type { Report } from '../lambda/runtime/report';
import type { Deployment } from './deployment';
import { SECOND_MS } from './times';

/** Clocks differ, and CloudWatch Logs shows events late and out of order. */
const OVERLAP_MS = 60 * SECOND_MS;

/** Follows decisions as the history keeps them: the log group that has every one. */
export class History {
  private readonly seen = new Set<string>();
  private from: number;

  /**
   * @param pattern filter of CloudWatch Logs, which saves reading what is not wanted; callers check again
   */
  public constructor(
    private readonly deployment: Pick<Deployment, 'facts' | 'aws'>,
    private readonly pattern: string,
    since: Date,
  ) {
    this.from = since.getTime() - OVERLAP_MS;
  }

  /** Those that have come since it was last asked. */
  public async next(): Promise<Report[]> {
    const { facts, aws } = this.deployment;
    const fresh: Report[] = [];
    let latest = this.from + OVERLAP_MS;
    const pages = paginateFilterLogEvents(
      { client: aws.client(CloudWatchLogsClient) },
      { logGroupName: facts.history, startTime: this.from, filterPattern: this.pattern },
    );
    for await (const { events = [] } of pages) {
      for (const { eventId = '', message = '', timestamp = 0 } of events) {
        latest = Math.max(latest, timestamp);
        if (this.seen.has(eventId)) continue;
        this.seen.add(eventId);
        const report = reportOf(message);
        if (report !== undefined) fresh.push(report);
      }
    }
    this.from = latest - OVERLAP_MS;
    return fresh;
  }
}

/** A decision as the report bus carried it. */
export function reportOf(message: string): Report | undefined {
  let event: unknown;
  try {
    event = JSON.parse(message);
  } catch {
    return undefined;
  }
  const detail = isRecord(event) ? event.detail : undefined;
  return isRecord(detail) && typeof detail.outcome === 'string' && isRecord(detail.signal)
    ? (detail as unknown as Report)
    : undefined;
}

import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Door } from '../../lambda/runtime/door';
import type { Unit } from '../../lambda/runtime/run';
import { type Trace, type TraceOptions, traceEngine } from './engine';

/** A line of a log. */
export interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly facts: Record<string, unknown>;
}

export interface OpenDoor {
  readonly door: Door;
  readonly trace: Trace;
  readonly lines: Line[];
  /** Counts by name of the metric; those with dimensions as `Name{dimension=value}`. */
  readonly counts: Record<string, number>;
  /** Ids of the messages that were asked to come again soon. */
  readonly soon: string[];
}

/** A door over an engine without AWS; what it logs and counts is written down. */
export function openedDoor(units: (trace: Trace) => Unit[], options: TraceOptions = {}): OpenDoor {
  const { engine, trace } = traceEngine(options);
  const lines: Line[] = [];
  const counts: Record<string, number> = {};
  const soon: string[] = [];
  const at =
    (level: Line['level']) =>
    (message: string, facts: Record<string, unknown> = {}): void => {
      lines.push({ level, message, facts });
    };
  const counting = (dimensions: Record<string, string> = {}) => ({
    addDimensions: (more: Record<string, string>) => Object.assign(dimensions, more),
    addMetric: (name: string, _unit: string, value: number) => {
      const told = Object.entries(dimensions).map(([key, each]) => `${key}=${each}`);
      const key = told.length === 0 ? name : `${name}{${told.join(',')}}`;
      counts[key] = (counts[key] ?? 0) + value;
    },
  });
  const logger = { info: at('info'), warn: at('warn'), error: at('error'), debug: () => undefined };
  const metrics = { ...counting(), singleMetric: () => counting(), hasStoredMetrics: () => false };
  return {
    door: {
      engine,
      units: units(trace),
      logger: logger as unknown as Logger,
      metrics: metrics as unknown as Metrics,
      now: engine.now,
      retrySoon: async ({ messageId }) => {
        soon.push(messageId);
      },
    },
    trace,
    lines,
    counts,
    soon,
  };
}

/** Messages as SQS hands them over, a second after they were sent. */
export function batchOf(bodies: readonly string[], attributes: Record<string, string> = {}): SQSEvent {
  const Records = bodies.map((body, index) => ({
    messageId: `m${index}`,
    receiptHandle: `h${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.parse('2026-11-20T10:00:01Z')),
      SenderId: 'AROAEXAMPLE:alice',
      ...attributes,
    },
  }));
  return { Records: Records as unknown as SQSRecord[] };
}

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** Hands messages to a handler, with a minute to go. @returns ids of those to be tried again */
export async function handled(handler: Handler, ...bodies: readonly string[]): Promise<string[]> {
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
  const { batchItemFailures } = await handler(batchOf(bodies), context);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

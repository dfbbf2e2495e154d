import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Delivery, type Engine, run, type Unit } from '../runtime/run';
import type { Report } from '../runtime/report';
import { parseSignal, type Signal } from '../runtime/signal';

export interface Responder {
  readonly engine: Engine;
  readonly units: readonly Unit[];
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The handler of the responder: a batch of signals in, the ones to try again out. */
export function responderOf({ engine, units, logger, metrics }: Responder) {
  const byEvent = indexOf(units);
  const processor = new BatchProcessor(EventType.SQS, { logger });

  async function handleRecord(record: SQSRecord): Promise<void> {
    const signal = parseSignal(record.body);
    if ('refused' in signal) {
      // Told and dropped: no retry would make it a signal.
      logger.warn('refused', { messageId: record.messageId, reason: signal.refused });
      metrics.addMetric('Refused', MetricUnit.Count, 1);
      return;
    }
    const matching = byEvent.get(eventKey(signal.service, signal.eventName)) ?? [];
    if (matching.length === 0) {
      logger.info('unmatched', { signal: signal.id, eventName: signal.eventName });
      metrics.addMetric('Unmatched', MetricUnit.Count, 1);
    }
    // Each remediation has its say even where another one fails; one failure sends the signal round again, and those
    // that succeeded find nothing left to do.
    const results = await Promise.allSettled(
      matching.map((unit) => runOne(signal, unit, deliveryOf(record, engine.now()))),
    );
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (failures.length > 0)
      throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'several remediations failed');
  }

  async function runOne(signal: Signal, unit: Unit, delivery: Delivery): Promise<void> {
    const facts = { signal: signal.id, eventName: signal.eventName, remediation: unit.spec.id };
    try {
      for (const report of await run(signal, unit, engine, delivery)) {
        logger.info('outcome', { ...facts, ...brief(report) });
        count(metrics, report);
      }
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      logger.error('failed', { ...facts, errorName: name, errorMessage: message });
      metrics.addMetric('Failed', MetricUnit.Count, 1);
      throw error;
    }
  }

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    try {
      return await processPartialResponse(event, handleRecord, processor, { context, throwOnFullBatchFailure: false });
    } finally {
      metrics.publishStoredMetrics();
    }
  };
}

/** Messages that a person hands in by a test event lack the attributes of the queue. */
function deliveryOf({ attributes }: SQSRecord, now: Date): Delivery {
  const sent = Number(attributes?.SentTimestamp);
  return {
    attempt: Number(attributes?.ApproximateReceiveCount) || 1,
    arrived: Number.isFinite(sent) && sent > 0 ? new Date(sent) : now,
  };
}

function indexOf(units: readonly Unit[]): Map<string, Unit[]> {
  const index = new Map<string, Unit[]>();
  for (const unit of units) {
    for (const { service, eventNames } of unit.spec.triggers) {
      for (const eventName of eventNames) {
        const key = eventKey(service, eventName);
        index.set(key, [...(index.get(key) ?? []), unit]);
      }
    }
  }
  return index;
}

function eventKey(service: string, eventName: string): string {
  return `${service}:${eventName}`;
}

/** What the log keeps of a report: who, what, where. States stay in the ledger. */
function brief(report: Report): Record<string, unknown> {
  const { runId, outcome, reason, resourceArn, actor, elapsedMs } = report;
  return { runId, outcome, reason, resourceArn, actor, elapsedMs };
}

function count(metrics: Metrics, report: Report): void {
  const single = metrics.singleMetric();
  single.addDimensions({ remediation: report.remediation, outcome: report.outcome });
  single.addMetric('Outcome', MetricUnit.Count, 1);
  if (report.outcome === 'REMEDIATED') {
    metrics.addMetric('TimeToRepair', MetricUnit.Milliseconds, report.elapsedMs);
  }
}

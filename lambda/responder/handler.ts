import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { batchHandler, type Door, noteFailure } from '../runtime/door';
import { BusyError } from '../runtime/errors';
import { concerns } from '../runtime/match';
import type { Report } from '../runtime/report';
import { type Delivery, run, type Unit } from '../runtime/run';
import { type FindingSignal, isRefusal, parseSignals, type Signal } from '../runtime/signal';

export interface Responder extends Door {
  /** Tells Security Hub what became of a finding of its own. */
  readonly tellHub: (finding: NonNullable<FindingSignal['hub']>, reports: readonly Report[]) => Promise<void>;
}

/** The handler of the responder: a batch of signals in, the ones to try again out. */
export function responderOf(door: Responder) {
  const { engine, units, logger, metrics, tellHub } = door;

  async function handleSignal(signal: Signal, delivery: Delivery): Promise<void> {
    const facts = { signal: signal.id, kind: signal.kind };
    const matching = units.filter(({ spec }) => concerns(spec, signal));
    if (matching.length === 0) {
      logger.info('unmatched', facts);
      metrics.addMetric('Unmatched', MetricUnit.Count, 1);
      return;
    }
    // Each remediation has its say even where another one fails; one failure sends the signal round again, and those
    // that succeeded find nothing left to do.
    const results = await Promise.allSettled(matching.map((unit) => runOne(signal, unit, delivery, facts)));
    throwFirst(results);
    const reports = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    if (signal.kind === 'finding' && signal.hub !== undefined) await tellHub(signal.hub, reports);
  }

  async function runOne(signal: Signal, unit: Unit, delivery: Delivery, facts: object): Promise<Report[]> {
    const own = { ...facts, remediation: unit.spec.id };
    try {
      const reports = await run(signal, unit, engine, delivery);
      for (const report of reports) {
        logger.info('outcome', { ...own, ...brief(report) });
        count(report);
      }
      return reports;
    } catch (error) {
      noteFailure(door, own, error);
      throw error;
    }
  }

  function count(report: Report): void {
    const single = metrics.singleMetric();
    single.addDimensions({ remediation: report.remediation, outcome: report.outcome });
    single.addMetric('Outcome', MetricUnit.Count, 1);
    if (report.outcome === 'REMEDIATED') metrics.addMetric('TimeToRepair', MetricUnit.Milliseconds, report.elapsedMs);
    if (report.guard !== undefined) metrics.addMetric('Guarded', MetricUnit.Count, 1);
  }

  return batchHandler(door, async (record, delivery) => {
    const found = parseSignals(record.body);
    for (const each of found.filter(isRefusal)) {
      // Told and dropped: no retry would make it a signal.
      logger.warn('refused', { messageId: record.messageId, reason: each.refused });
      metrics.addMetric('Refused', MetricUnit.Count, 1);
    }
    const signals = found.filter((each): each is Signal => !isRefusal(each));
    throwFirst(await Promise.allSettled(signals.map((signal) => handleSignal(signal, delivery))));
  });
}

/** One failure as it is, several as one that names them all; where each one only has to wait, so has the signal. */
function throwFirst(results: ReadonlyArray<PromiseSettledResult<unknown>>): void {
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (failures.every((failure) => failure instanceof BusyError)) failures.splice(1);
  if (failures.length > 1) throw new AggregateError(failures, 'several remediations failed');
  if (failures.length === 1) throw failures[0];
}

/** What the log keeps of a report: who, what, where. States stay in the ledger. */
function brief(report: Report): Record<string, unknown> {
  const { runId, outcome, reason, resourceArn, actor, elapsedMs } = report;
  return { runId, outcome, reason, resourceArn, actor, elapsedMs };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { FunctionVariables } from './deployment/spec';
import { REGISTRY } from '../registry.generated';
import { BusyError } from './errors';
import { Reporter } from './report';
import type { Delivery, Engine, OnDrift, Unit } from './run';
import { readDeployment } from './scope';
import { Sessions } from './sessions';
import { activeUnits } from './units';

/** What every function of ours works with. */
export interface Door {
  readonly engine: Engine;
  readonly units: readonly Unit[];
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => Date;
  /** Makes a message visible again soon, rather than after the whole visibility timeout. */
  readonly retrySoon: (record: SQSRecord) => Promise<void>;
}

/** Opens a door in the platform's environment: once, when the function starts. */
export function openDoor(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): Door & { readonly variables: FunctionVariables; readonly region: string } {
  // AWS Lambda always sets it.
  const region = env.AWS_REGION as string;
  const { variables, active, scope } = readDeployment(env);
  let needed: Promise<OnDrift> | undefined;
  const now = () => new Date();
  return {
    variables,
    region,
    engine: {
      scope,
      sessions: new Sessions(region),
      onDrift: () => {
        needed ??= import('./on-drift').then((module) => module.onDrift(variables, region));
        return needed;
      },
      reporter: new Reporter(variables.BULWARK_REPORT_BUS, region),
      now,
      pause: (ms) => sleep(ms),
    },
    units: activeUnits(active, REGISTRY, env.LAMBDA_TASK_ROOT ?? '.'),
    logger: new Logger({ serviceName: name }),
    metrics: new Metrics({
      namespace: `Bulwark/${variables.BULWARK_QUALIFIER}`,
      serviceName: name,
      defaultDimensions: { qualifier: variables.BULWARK_QUALIFIER },
    }),
    now,
    retrySoon: async (record) => (await import('./queue')).retrySoon(variables.BULWARK_QUEUE, record, region),
  };
}

/**
 * A handler of batches: what fails is tried again, the rest is done. Nothing that arrives makes it throw.
 *
 * @param handle one message; what it throws sends the message round again
 */
export function batchHandler(
  { logger, metrics, retrySoon, now }: Pick<Door, 'logger' | 'metrics' | 'retrySoon' | 'now'>,
  handle: (record: SQSRecord, delivery: Delivery) => Promise<void>,
) {
  const processor = new BatchProcessor(EventType.SQS, { logger });
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const deadline = new Date(now().getTime() + (context.getRemainingTimeInMillis?.() ?? 60_000));
    const one = async (record: SQSRecord): Promise<void> => {
      try {
        await handle(record, deliveryOf(record, now(), deadline));
      } catch (error) {
        if (error instanceof BusyError) await retrySoon(record);
        throw error;
      }
    };
    try {
      return await processPartialResponse(event, one, processor, { context, throwOnFullBatchFailure: false });
    } finally {
      // Without any it would only write a warning for every batch.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    }
  };
}

/** A failure in the log and in the metrics; a resource that somebody else holds is none. */
export function noteFailure(
  { logger, metrics }: Pick<Door, 'logger' | 'metrics'>,
  facts: object,
  error: unknown,
): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof BusyError) {
    logger.info('busy', { ...facts, reason: message });
    return;
  }
  logger.error('failed', { ...facts, errorName: name, errorMessage: message });
  metrics.addMetric('Failed', MetricUnit.Count, 1);
}

/** Messages that a person hands in by a test event lack the attributes of the queue. */
function deliveryOf({ attributes }: SQSRecord, now: Date, deadline: Date): Delivery {
  const sent = Number(attributes?.SentTimestamp);
  return {
    attempt: Number(attributes?.ApproximateReceiveCount) || 1,
    arrived: Number.isFinite(sent) && sent > 0 ? new Date(sent) : now,
    deadline,
  };
}

import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { BulwarkError } from './errors';
import { RETRIES, TIMEOUTS } from './sessions';

/** Somebody who holds a resource is done within a function's run. */
const SOON_SECONDS = 20;

/** SQS takes ten messages at a time, and delays them by at most a quarter of an hour. */
const BATCH = 10;
export const LONGEST_DELAY_SECONDS = 900;

const clients = new Map<string, SQSClient>();

/** Makes a message visible again soon, rather than after the whole visibility timeout. */
export async function retrySoon(queueUrl: string, { receiptHandle }: SQSRecord, region: string): Promise<void> {
  await clientOf(region).send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: SOON_SECONDS,
    }),
  );
}

export interface Delayed {
  readonly body: string;
  readonly delaySeconds: number;
}

/**
 * Sends messages, ten at a time.
 *
 * @throws BulwarkError when the queue refuses one
 */
export async function sendAll(queueUrl: string, messages: readonly Delayed[], region: string): Promise<void> {
  for (let first = 0; first < messages.length; first += BATCH) {
    const Entries = messages.slice(first, first + BATCH).map(({ body, delaySeconds }, index) => ({
      Id: String(index),
      MessageBody: body,
      DelaySeconds: Math.min(LONGEST_DELAY_SECONDS, Math.max(0, Math.floor(delaySeconds))),
    }));
    const { Failed = [] } = await clientOf(region).send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const [failed] = Failed;
    if (failed !== undefined) {
      throw new BulwarkError(`${queueUrl} refused ${Failed.length} messages: ${failed.Code} ${failed.Message ?? ''}`);
    }
  }
}

function clientOf(region: string): SQSClient {
  const client = clients.get(region) ?? new SQSClient({ region, ...RETRIES, requestHandler: TIMEOUTS });
  clients.set(region, client);
  return client;
}

import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { isRecord, textAt } from '../lambda/runtime/foreign';
import type { Deployment } from './deployment';
import { SECOND_MS } from './times';

/** A message that failed every time. */
export interface Parked {
  readonly messageId: string;
  readonly sentAt: string;
  /** What it is: "CloudTrail PutBucketAcl", "order undo", "leg of a sweep". */
  readonly what: string;
  /** By which the function's log names it. */
  readonly signal?: string;
  /** What the function's log says of it last. */
  readonly reason?: string;
}

/** Of more messages than that no more is known than how many there are. */
const SAMPLE = 30;
/** SQS hands out ten at most. */
const BATCH = 10;
/** A message was tried again for that long before it was parked: five times, six minutes apart where a function hung. */
const TRIED_MS = 3_600 * SECOND_MS;

/** Where messages are parked that failed. */
export class DeadLetters {
  public static async open({ aws, facts }: Pick<Deployment, 'aws' | 'facts'>): Promise<DeadLetters> {
    const [QueueName = '', QueueOwnerAWSAccountId] = facts.deadLetters.split(':').reverse();
    const sqs = aws.client(SQSClient);
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId }));
    return new DeadLetters(sqs, QueueUrl);
  }

  private constructor(
    private readonly sqs: SQSClient,
    private readonly url: string,
  ) {}

  /** How many wait, as far as SQS knows. */
  public async count(): Promise<number> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const { Attributes = {} } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: [...names] }),
    );
    return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  }

  /** Some of them; they stay where they are, and others can take them at once. */
  public async sample(): Promise<Message[]> {
    const found = new Map<string, Message>();
    for (let turn = 0; turn < SAMPLE / BATCH; turn += 1) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.url,
          MaxNumberOfMessages: BATCH,
          VisibilityTimeout: 0,
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      for (const message of Messages) found.set(message.MessageId ?? '', message);
      if (Messages.length < BATCH) break;
    }
    return [...found.values()];
  }
}

/** What a message is, as far as it says. */
export function parkedOf({ MessageId = '', Body = '', Attributes = {} }: Message): Parked {
  const { what, signal } = described(Body);
  const sentAt = new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString();
  return { messageId: MessageId, sentAt, what, ...(signal !== undefined && { signal }) };
}

function described(body: string): { readonly what: string; readonly signal?: string } {
  let found: unknown;
  try {
    found = JSON.parse(body);
  } catch {
    return { what: 'not JSON' };
  }
  if (!isRecord(found)) return { what: 'no object' };
  const order = textAt(found, 'order');
  if (order !== undefined) return { what: `order ${order}` };
  const remediation = textAt(found, 'leg.remediation');
  if (remediation !== undefined) return { what: `sweep of ${remediation}, ${textAt(found, 'leg.region') ?? ''}` };
  if (isRecord(found.start)) return { what: 'beginning of a sweep' };
  const name = textAt(found, 'detail.eventName') ?? textAt(found, 'detail.type') ?? textAt(found, 'detail-type') ?? '?';
  const signal = textAt(found, 'detail.eventID') ?? textAt(found, 'detail.id') ?? textAt(found, 'id');
  return { what: `${textAt(found, 'source') ?? '?'} ${name}`, ...(signal !== undefined && { signal }) };
}

/** Why a message failed, as the log of the function that tried it says. Undefined where it says nothing, or none is known. */
export async function reasonOf({ aws, facts }: Deployment, parked: Parked): Promise<string | undefined> {
  const sent = Date.parse(parked.sentAt);
  const named = parked.signal ?? parked.messageId;
  let reason: string | undefined;
  for (const logGroupName of Object.values(facts.logs ?? {})) {
    const pages = paginateFilterLogEvents(
      { client: aws.client(CloudWatchLogsClient) },
      {
        logGroupName,
        startTime: sent - 60 * SECOND_MS,
        endTime: sent + TRIED_MS,
        filterPattern: `{ $.message = "failed" && ($.signal = "${named}" || $.messageId = "${parked.messageId}") }`,
      },
    );
    for await (const { events = [] } of pages) {
      for (const { message = '' } of events) reason = reasonIn(message, [named, parked.messageId]) ?? reason;
    }
  }
  return reason;
}

/** A line of a function's log, where it tells of a failure of one of these. */
export function reasonIn(line: string, names: readonly string[]): string | undefined {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(found) || found.message !== 'failed') return undefined;
  const isMeant = names.some((name) => found.signal === name || found.messageId === name);
  const { errorName, errorMessage } = found;
  return isMeant ? `${String(errorName ?? 'Error')}: ${String(errorMessage ?? '')}` : undefined;
}

/** What CloudFormation asks of a custom resource, and how it is answered. */

/** One request of CloudFormation, as far as ours need it. */
export interface ResourceRequest {
  readonly kind: 'Create' | 'Update' | 'Delete';
  /** Type in the template: `Custom::BulwarkNetworkFacts`. */
  readonly type: string;
  /** Account of the stack. */
  readonly account: string;
  /** Scalars are texts here, whatever they are in the template. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What Lambda tells of the time that a run has left. */
export interface Clock {
  getRemainingTimeInMillis(): number;
}

/** Attributes for `Fn::GetAtt`. */
export type Attributes = Readonly<Record<string, string>>;

/** Does what is asked. It has to be idempotent, because CloudFormation may ask twice, and to take what is gone for deleted. */
export type ResourceHandler = (request: ResourceRequest) => Promise<Attributes>;

/** What fails a deployment, as a sentence for the person who deploys. */
export class ResourceError extends Error {
  public override readonly name = 'ResourceError';
}

/** Where an answer goes to. */
interface Envelope {
  readonly url: URL;
  readonly ids: Readonly<Record<'StackId' | 'RequestId' | 'LogicalResourceId' | 'PhysicalResourceId', string>>;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const ANSWER_LIMIT = 4_096;

/** What people read of a reason in the events of a stack. */
const LONGEST_REASON = 1_000;

const ATTEMPTS = 4;
const ANSWER_MS = 5_000;
const FIRST_PAUSE_MS = 250;

/** What the answer takes when every attempt hangs: 20 s, and 3.5 s of pauses between them. */
const RESERVE_MS = 23_500;

/** Where the sandbox listens, in whose place nobody else can answer. */
const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** `arn:aws:cloudformation:eu-central-1:123456789012:stack/network/…` */
const STACK_ARN = /^arn:[\w-]+:cloudformation:[\w-]+:(\d{12}):stack\//;

const KINDS: readonly unknown[] = ['Create', 'Update', 'Delete'];

/**
 * A Lambda function that serves custom resources: whatever happens, CloudFormation gets an answer, else a deployment would hang for
 * an hour.
 *
 * @param handlers type of the resource -> what does it
 * @param pause waits, in milliseconds, before an answer is sent again
 */
export function serve(
  handlers: Readonly<Record<string, ResourceHandler>>,
  pause: (milliseconds: number) => Promise<void> = sleep,
): (event: unknown, clock: Clock) => Promise<void> {
  return async (event, clock) => {
    // Without a place to answer to, there is nobody to tell but the log.
    const envelope = envelopeOf(event);
    const answer = await run(handlers, event, clock.getRemainingTimeInMillis() - RESERVE_MS);
    await send(envelope, answer, pause);
  };
}

type Answer =
  | { readonly Status: 'SUCCESS'; readonly Data: Attributes }
  | { readonly Status: 'FAILED'; readonly Reason: string };

async function run(
  handlers: Readonly<Record<string, ResourceHandler>>,
  event: unknown,
  milliseconds: number,
): Promise<Answer> {
  try {
    const request = requestOf(event);
    const handler = Object.hasOwn(handlers, request.type) ? handlers[request.type] : undefined;
    if (handler !== undefined) {
      return { Status: 'SUCCESS', Data: await inTime(handler(request), request.type, milliseconds) };
    }
    // What could not be made is deleted in the rollback, which would otherwise be stuck there.
    if (request.kind === 'Delete') return { Status: 'SUCCESS', Data: {} };
    throw new ResourceError(`This function does not know ${request.type}.`);
  } catch (error) {
    console.error(error);
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const reason = name === 'ResourceError' ? message : `${name}: ${message}`;
    return { Status: 'FAILED', Reason: reason.slice(0, LONGEST_REASON) };
  }
}

/** Lambda stops a function that takes too long, and nobody would answer. */
async function inTime<T>(work: Promise<T>, type: string, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new ResourceError(`${type} took longer than ${Math.round(milliseconds / 1_000)} s: deploy again.`);
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function requestOf(event: unknown): ResourceRequest {
  const { RequestType: kind, ResourceType: type, ResourceProperties: given, StackId: stack } = recordOf(event);
  if (!KINDS.includes(kind))
    throw new ResourceError(`RequestType must be Create, Update or Delete, got ${String(kind)}.`);
  if (typeof type !== 'string') throw new ResourceError('ResourceType must be a text.');
  const account = STACK_ARN.exec(String(stack))?.[1];
  if (account === undefined) throw new ResourceError(`StackId must be the ARN of a stack, got ${String(stack)}.`);
  const { ServiceToken: _, ...properties } = recordOf(given);
  return { kind: kind as ResourceRequest['kind'], type, account, properties };
}

/** @throws TypeError where the event names no place to answer to, or one that others could read on the way */
function envelopeOf(event: unknown): Envelope {
  const { ResponseURL: url, StackId, RequestId, LogicalResourceId, PhysicalResourceId } = recordOf(event);
  const place = new URL(String(url));
  if (place.protocol !== 'https:' && !(place.protocol === 'http:' && LOOPBACK.includes(place.hostname))) {
    throw new TypeError(`ResponseURL must begin with https, got ${place.origin}`);
  }
  const [stack, request, logical] = [StackId, RequestId, LogicalResourceId].map((id) =>
    typeof id === 'string' ? id : '',
  ) as [string, string, string];
  return {
    url: place,
    // The same for ever: another one would make CloudFormation delete the one before.
    ids: {
      StackId: stack,
      RequestId: request,
      LogicalResourceId: logical,
      PhysicalResourceId: typeof PhysicalResourceId === 'string' ? PhysicalResourceId : logical,
    },
  };
}

async function send(
  { url, ids }: Envelope,
  answer: Answer,
  pause: (milliseconds: number) => Promise<void>,
): Promise<void> {
  const body = bodyOf(ids, answer);
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Any other content type would break the signature of the URL.
      const response = await fetch(url, {
        method: 'PUT',
        body,
        headers: { 'content-type': '' },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      if (response.ok) return;
      throw new Error(`CloudFormation refused the answer with ${response.status}`);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** attempt);
    }
  }
}

/** The answer, or as much of it as CloudFormation takes. */
function bodyOf(ids: Envelope['ids'], answer: Answer): string {
  const body = JSON.stringify({ ...ids, ...answer });
  if (Buffer.byteLength(body) <= ANSWER_LIMIT) return body;
  if (answer.Status === 'SUCCESS') {
    const Reason = `The attributes must fit into an answer of ${ANSWER_LIMIT} bytes, got ${Buffer.byteLength(body)}.`;
    return bodyOf(ids, { Status: 'FAILED', Reason });
  }
  // In bytes a text may be six times as long as in characters.
  return answer.Reason === ''
    ? body
    : bodyOf(ids, { ...answer, Reason: answer.Reason.slice(0, answer.Reason.length / 2) });
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

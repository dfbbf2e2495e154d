/** What CloudFormation asks of a custom resource, and how it is answered. */

/** One request of CloudFormation, as far as ours need it. */
export interface ResourceRequest {
  readonly kind: 'Create' | 'Update' | 'Delete';
  /** Type in the template: `Custom::BulwarkNetworkFacts`. */
  readonly type: string;
  /** Scalars are texts here, whatever they are in the template. */
  readonly properties: Readonly<Record<string, unknown>>;
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

/** CloudFormation takes answers of up to 4 KB, and shows less of a reason. */
const LONGEST_REASON = 1_000;

const ATTEMPTS = 4;
const ANSWER_MS = 5_000;
const FIRST_PAUSE_MS = 250;

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
): (event: unknown) => Promise<void> {
  return async (event) => {
    // Without a place to answer to, there is nobody to tell but the log.
    const envelope = envelopeOf(event);
    const answer = await run(handlers, event);
    await send(envelope, answer, pause);
  };
}

type Answer =
  | { readonly Status: 'SUCCESS'; readonly Data: Attributes }
  | { readonly Status: 'FAILED'; readonly Reason: string };

async function run(handlers: Readonly<Record<string, ResourceHandler>>, event: unknown): Promise<Answer> {
  try {
    const request = requestOf(event);
    const handler = Object.hasOwn(handlers, request.type) ? handlers[request.type] : undefined;
    if (handler === undefined) throw new ResourceError(`This function does not know ${request.type}.`);
    return { Status: 'SUCCESS', Data: await handler(request) };
  } catch (error) {
    console.error(error);
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const reason = name === 'ResourceError' ? message : `${name}: ${message}`;
    return { Status: 'FAILED', Reason: reason.slice(0, LONGEST_REASON) };
  }
}

function requestOf(event: unknown): ResourceRequest {
  const { RequestType: kind, ResourceType: type, ResourceProperties: given } = recordOf(event);
  if (!KINDS.includes(kind))
    throw new ResourceError(`RequestType must be Create, Update or Delete, got ${String(kind)}.`);
  if (typeof type !== 'string') throw new ResourceError('ResourceType must be a text.');
  const { ServiceToken: _, ...properties } = recordOf(given);
  return { kind: kind as ResourceRequest['kind'], type, properties };
}

/** @throws TypeError where the event names no place to answer to */
function envelopeOf(event: unknown): Envelope {
  const { ResponseURL: url, StackId, RequestId, LogicalResourceId, PhysicalResourceId } = recordOf(event);
  const [stack, request, logical] = [StackId, RequestId, LogicalResourceId].map((id) =>
    typeof id === 'string' ? id : '',
  ) as [string, string, string];
  return {
    url: new URL(String(url)),
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
  const body = JSON.stringify({ ...ids, ...answer });
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

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

import http, { type IncomingHttpHeaders } from 'node:http';
import type { ApiRequest, ApiResponse, Json, Principal, Understanding } from './types';

/** The emulator does not answer any more. */
export class EmulatorLostError extends Error {
  constructor(url: string, cause: Error) {
    super(`The sandbox's emulator at ${url} does not answer (${cause.message}); start the sandbox again.`, { cause });
    this.name = 'EmulatorLostError';
  }
}

/** No operation of the service's model has this form; the emulator says what it saw. */
export class NotUnderstoodError extends Error {
  override readonly name = 'NotUnderstoodError';
}

/** How long a policy may be trusted that CloudFormation could change behind our back, inside the emulator. */
const POLICY_TTL_MS = 1000;

const PRINCIPAL_HEADER = 'x-bulwark-principal';

/** Hop-by-hop headers speak of the other connection, `expect` is answered already, and who calls is for us to say. */
const NOT_FORWARDED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect', PRINCIPAL_HEADER]);

/** Everything that the gateway asks of the emulator, over connections kept alive. */
export class EmulatorClient {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 256, scheduling: 'lifo' });
  private readonly host: string;
  private readonly port: number;
  private readonly policies = new Map<string, { until: number; answer: Promise<Json | undefined> }>();
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly onLost: (error: EmulatorLostError) => void,
  ) {
    const { hostname, port } = new URL(url);
    this.host = hostname;
    this.port = Number(port);
  }

  /** What a request means: operation, parameters, IAM actions and resources. */
  async understand(request: ApiRequest, scope: { region: string; service: string }): Promise<Understanding> {
    const answer = await this.control('POST', '/_bulwark/understand', {
      method: request.method,
      path: request.url,
      headers: request.headers,
      bodyBase64: isObjectUpload(request, scope.service) ? '' : request.body.toString('base64'),
      region: scope.region,
      service: scope.service,
    });
    if (answer.status !== 200) {
      throw new NotUnderstoodError(`The sandbox does not understand the request: ${answer.body.toString()}`);
    }
    return JSON.parse(answer.body.toString()) as Understanding;
  }

  /** A role's policies, or undefined when there is no such role. */
  async principal(roleArn: string): Promise<Principal | undefined> {
    return (await this.policy(`/_bulwark/principal?arn=${encodeURIComponent(roleArn)}`)) as Principal | undefined;
  }

  /** The policy attached to a resource (a role's is its trust policy), or undefined. */
  async resourcePolicy(arn: string): Promise<Json | undefined> {
    return (await this.policy(`/_bulwark/resource-policy?arn=${encodeURIComponent(arn)}`))?.policy as Json | undefined;
  }

  /** To be called after every change that could be one of a policy. */
  forgetPolicies(): void {
    this.policies.clear();
  }

  /**
   * Puts a CloudTrail record on the default bus of its Region and into the log groups, if a trail takes it.
   *
   * @param trails number of the trails' state when the call arrived, from its answer; the present one when undefined
   * @param lost   the bus does not get it
   */
  async deliver(region: string, record: Json, trails?: number, lost = false): Promise<void> {
    const answer = await this.control('POST', '/_bulwark/deliver', {
      region,
      record,
      ...(trails && { trails }),
      ...(lost && { lost }),
    });
    if (answer.status >= 300) {
      throw new Error(`The emulator did not deliver a CloudTrail record: ${answer.status} ${answer.body.toString()}`);
    }
  }

  /** Passes one of the control paths on that the emulator answers itself. */
  async relay(path: string, body: Buffer): Promise<ApiResponse> {
    return this.control('POST', path, JSON.parse(body.toString()) as Json);
  }

  /**
   * Passes an API call on.
   *
   * @param principalId the caller's unique id, which the emulator believes; nobody else can tell it one
   */
  forward(request: ApiRequest, principalId?: string): Promise<ApiResponse> {
    const headers: Record<string, string | string[]> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined && !NOT_FORWARDED.has(name)) {
        headers[name] = value;
      }
    }
    if (principalId !== undefined) {
      headers[PRINCIPAL_HEADER] = principalId;
    }
    headers['content-length'] = `${request.body.length}`;
    return this.send(request.method, request.url, headers, request.body);
  }

  close(): void {
    this.closed = true;
    this.agent.destroy();
  }

  /** Asks for a policy once per second at most. That there is none is never remembered: it may be on its way. */
  private policy(path: string): Promise<Json | undefined> {
    const known = this.policies.get(path);
    if (known && known.until > Date.now()) {
      return known.answer;
    }
    const answer = this.control('GET', path).then((response) => {
      if (response.status === 404) {
        return undefined;
      }
      if (response.status !== 200) {
        throw new Error(`The emulator cannot tell a policy: ${response.status} ${response.body.toString()}`);
      }
      return JSON.parse(response.body.toString()) as Json;
    });
    const entry = { until: Date.now() + POLICY_TTL_MS, answer };
    this.policies.set(path, entry);
    const forget = () => {
      if (this.policies.get(path) === entry) {
        this.policies.delete(path);
      }
    };
    answer.then((policy) => policy === undefined && forget(), forget);
    return answer;
  }

  private control(method: string, path: string, body?: Json): Promise<ApiResponse> {
    const payload = Buffer.from(body === undefined ? '' : JSON.stringify(body));
    return this.send(
      method,
      path,
      {
        host: `${this.host}:${this.port}`,
        'x-bulwark-token': this.token,
        'content-type': 'application/json',
        'content-length': `${payload.length}`,
      },
      payload,
    );
  }

  private send(method: string, path: string, headers: Record<string, string | string[]>, body: Buffer) {
    const once = () => this.sendOnce(method, path, headers, body);
    return once().catch((failure: { error: Error; stale: boolean }) => {
      // A kept-alive connection that the other side had just closed: nothing was processed, so once more is safe.
      if (failure.stale) {
        return once().catch((second: { error: Error }) => this.lost(second.error));
      }
      return this.lost(failure.error);
    });
  }

  private sendOnce(
    method: string,
    path: string,
    headers: Record<string, string | string[]>,
    body: Buffer,
  ): Promise<ApiResponse> {
    return new Promise((resolve, reject) => {
      const outgoing = http.request(
        { host: this.host, port: this.port, method, path, headers, agent: this.agent, setHost: false },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', (error) => reject({ error, stale: false }));
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 500,
              headers: responseHeaders(incoming.headers),
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      outgoing.on('error', (error) => reject({ error, stale: outgoing.reusedSocket && !this.closed }));
      outgoing.end(body);
    });
  }

  private lost(cause: Error): never {
    const error = new EmulatorLostError(this.url, cause);
    if (!this.closed) {
      this.onLost(error);
    }
    throw error;
  }
}

/** The answer is read whole, so its framing is ours to choose. */
function responseHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection, 'keep-alive': keepAlive, 'transfer-encoding': transferEncoding, ...kept } = headers;
  return kept;
}

/** An object's content says nothing about the request; a 50 MB asset need not travel twice. */
function isObjectUpload(request: ApiRequest, service: string): boolean {
  return (
    service === 's3' && request.method === 'PUT' && request.body.length > 65_536 && !/\?(?!x-id=)/.test(request.url)
  );
}

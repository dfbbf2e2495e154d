import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { protocolOf, refuse } from '../../../sandbox/gateway/errors';

/**
 * What becomes of a call.
 *
 * - `refused`: 403, nothing is changed; the SDK does not try again
 * - `lost`: the call is made, its answer never arrives
 * - `truncated`: the call is made, half of its answer arrives
 * - `hung`: no answer ever, nothing is changed
 */
export type Treatment = 'refused' | 'lost' | 'truncated' | 'hung';

/** A call at the gate. */
export interface GateCall {
  /** Number of the call since the gate was told to count anew, from 1. */
  readonly number: number;
  readonly service: string;
  /** `AssumeRole`, `DynamoDB_20120810.Query` or `PUT /bucket?policy`, whatever the protocol tells. */
  readonly operation: string;
  /** Name of the session, for calls that are made with a role of a remediation. */
  readonly run?: string;
  /** Whether it is a change by a remediation. */
  readonly isWrite: boolean;
  treatment?: Treatment;
  /** From its arrival until the caller had an answer, or gave up. */
  ms?: number;
}

/** Stands at the gate, and says what becomes of each call. What it does itself happens before the call is made. */
export interface Guard {
  readonly before?: (call: GateCall) => Treatment | undefined;
  /** The call is made, its answer not yet sent. @returns false to send none */
  readonly made?: (call: GateCall) => boolean;
  readonly answered?: (call: GateCall) => void;
}

const WRITE_ROLE = /:role\/bulwark\/main\/(tighten|disruptive|loosen)\//;

/**
 * A door in front of the gateway for one process or for several, at which every call is counted. The gateway's own faults go by
 * service and role; this one tells each call of one repair from the next, and sees when its caller has had enough.
 */
export class Gate {
  public static async to(endpoint: string): Promise<Gate> {
    const gate = new Gate(new URL(endpoint));
    await new Promise<void>((resolve) => gate.server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  public guard: Guard = {};
  public readonly calls: GateCall[] = [];
  /** What STS handed out through this gate, and must not stand in a log. */
  public readonly secrets: string[] = [];
  private counted = 0;
  private readonly server: http.Server;
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 128 });
  private readonly sockets = new Set<Socket>();
  /** Access key -> name of the write session that it opens. */
  private readonly writers = new Map<string, string>();

  private constructor(private readonly gateway: URL) {
    this.server = http.createServer((request, response) => void this.pass(request, response));
    this.server.keepAliveTimeout = 120_000;
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  public get endpoint(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** Counts anew. @returns the calls so far */
  public restart(guard: Guard = {}): GateCall[] {
    this.guard = guard;
    this.counted = 0;
    return this.calls.splice(0);
  }

  public async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    this.agent.destroy();
    await closed;
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming).catch(() => undefined);
    if (body === undefined) return;
    const call = this.see(incoming, body);
    const { guard } = this;
    const started = performance.now();
    outgoing.on('close', () => {
      call.ms = performance.now() - started;
    });
    call.treatment = guard.before?.(call);
    if (call.treatment === 'hung') return;
    if (call.treatment === 'refused') {
      const error = { code: 'AccessDenied', status: 403, message: 'refused at the gate' };
      answer(outgoing, refuse(protocolOf(incoming, call.service), error));
      return;
    }
    const made = await this.make(incoming, body).catch(() => undefined);
    if (made === undefined || call.treatment === 'lost' || guard.made?.(call) === false) {
      outgoing.socket?.destroy();
      return;
    }
    this.learn(body, made.body);
    if (call.treatment === 'truncated') answerHalf(outgoing, made);
    else answer(outgoing, made);
    guard.answered?.(call);
  }

  private see({ headers, method, url = '' }: IncomingMessage, body: Buffer): GateCall {
    const [, key = '', service = ''] =
      /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
    const run = this.writers.get(key);
    const operation =
      headers['x-amz-target'] ??
      /(?:^|&)Action=(\w+)/.exec(body.toString('latin1', 0, 2_000))?.[1] ??
      `${method} ${url}`;
    const call: GateCall = {
      number: ++this.counted,
      service,
      operation: String(operation),
      ...(run !== undefined && { run }),
      isWrite: run !== undefined && method !== 'GET',
    };
    this.calls.push(call);
    return call;
  }

  private make({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    // The bucket may stand in front of the host; only the port is another one behind the gate.
    const host = String(headers.host).replace(/:\d+$/, `:${this.gateway.port}`);
    return new Promise((resolve, reject) => {
      const request = http.request(
        {
          host: '127.0.0.1',
          port: this.gateway.port,
          method,
          path: url,
          headers: { ...headers, host },
          agent: this.agent,
        },
        (response) => {
          const { statusCode: status = 500, headers: own } = response;
          bodyOf(response).then((content) => resolve({ status, headers: own, body: content }), reject);
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  /** Whoever takes a role of a remediation gets a key, by which its calls are known. */
  private learn(request: Buffer, response: Buffer): void {
    const asked = new URLSearchParams(request.toString('latin1'));
    if (asked.get('Action') !== 'AssumeRole') return;
    const issued = response.toString('latin1');
    const textOf = (element: string) => new RegExp(`<${element}>([^<]+)<`).exec(issued)?.[1];
    for (const secret of [textOf('SecretAccessKey'), textOf('SessionToken')]) if (secret) this.secrets.push(secret);
    const key = textOf('AccessKeyId');
    if (key === undefined || !WRITE_ROLE.test(asked.get('RoleArn') ?? '')) return;
    this.writers.set(key, String(asked.get('RoleSessionName')));
  }
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

function answer(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  const { connection: _, 'transfer-encoding': __, ...kept } = headers;
  outgoing.writeHead(status, { ...kept, 'content-length': body.length });
  outgoing.end(body);
}

/** Half of the body, well framed; of an empty one not even the end. */
function answerHalf(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  if (body.length > 0) {
    answer(outgoing, { status, headers, body: body.subarray(0, body.length >> 1) });
    return;
  }
  outgoing.writeHead(status, { 'content-length': 1 });
  outgoing.flushHeaders();
  setImmediate(() => outgoing.socket?.destroy());
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Json, Principal, Understanding } from '../../../sandbox/gateway/types';

/**
 * An emulator that understands what the test tells it to: each request carries its own understanding in the header
 * `x-case`, policies come from maps, and API calls are answered by `answer`.
 */
export class FakeEmulator {
  readonly principals = new Map<string, Principal>();
  readonly resourcePolicies = new Map<string, Json>();
  readonly delivered: { region: string; record: Json; trails?: number; lost?: boolean }[] = [];
  readonly relayed: { path: string; body: Json }[] = [];
  readonly forwarded: { method: string; url: string; headers: http.IncomingHttpHeaders; body: string }[] = [];
  answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: '{}' };
  url = '';
  private readonly sockets = new Set<Socket>();
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, body, headers } = this.respond(request, Buffer.concat(chunks).toString());
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body);
    });
  });

  async start(): Promise<void> {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await closed;
  }

  private respond(
    request: http.IncomingMessage,
    body: string,
  ): { status: number; body: string; headers?: Record<string, string> } {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const arn = url.searchParams.get('arn') ?? '';
    const found = (value: unknown) => ({ status: value === undefined ? 404 : 200, body: JSON.stringify(value ?? {}) });
    switch (url.pathname) {
      case '/_bulwark/understand': {
        const asked = JSON.parse(body) as { headers: Record<string, string>; region: string };
        if (asked.headers['x-case'] === 'garbage') {
          return { status: 400, body: '{"error":"NotUnderstood: s3 has no operation for it"}' };
        }
        const told = JSON.parse(asked.headers['x-case'] ?? '{}') as Partial<Understanding>;
        return found({
          service: 's3',
          operation: 'ListBuckets',
          region: asked.region,
          params: {},
          mutating: false,
          actions: [],
          problems: [],
          ...told,
        });
      }
      case '/_bulwark/principal':
        return found(this.principals.get(arn));
      case '/_bulwark/resource-policy': {
        const trust = this.principals.get(arn)?.trust;
        const policy = this.resourcePolicies.get(arn) ?? trust;
        return found(policy && { policy });
      }
      case '/_bulwark/deliver':
        this.delivered.push(JSON.parse(body));
        return found({});
      case '/_bulwark/emit':
      case '/_bulwark/kill':
      case '/_bulwark/age':
        this.relayed.push({ path: url.pathname, body: JSON.parse(body) });
        return found({ killed: 1 });
      default:
        this.forwarded.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
        return this.answer;
    }
  }
}

/** A policy document of these statements. */
export function policy(...statements: Json[]): Json {
  return { Version: '2012-10-17', Statement: statements };
}

/** A role that `trusted` may assume, with one policy of these statements. */
export function role(trusted: Json, ...statements: Json[]): Principal {
  return {
    policies: statements.length > 0 ? [{ name: 'inline', policy: policy(...statements) }] : [],
    trust: policy({ Effect: 'Allow', Principal: trusted, Action: 'sts:AssumeRole' }),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface CallOptions {
  readonly key?: string;
  readonly service?: string;
  readonly region?: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly understood?: Partial<Understanding>;
}

/** One signed-looking call to the gateway, on a connection of its own. */
export function call(port: number, options: CallOptions): Promise<Answer> {
  const { key = 'AKIABULWARKOPERATOR', service = 's3', region = 'eu-central-1' } = options;
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        method: options.method ?? 'POST',
        path: options.path ?? '/',
        agent: false,
        headers: {
          ...(key !== '' && {
            authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=00`,
          }),
          'x-case': JSON.stringify({ service, ...options.understood }),
          ...options.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

/** One call of the gateway's or the emulator's own paths. */
export async function control(port: number, token: string, path: string, body?: unknown): Promise<Json> {
  const response = await fetch(`http://127.0.0.1:${port}/_bulwark/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-bulwark-token': token, connection: 'close' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Json;
}

/** Waits for what happens after the answer. */
export async function until<T>(probe: () => T | undefined | Promise<T | undefined>, ms = 3000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await probe();
    if (value !== undefined) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`nothing happened within ${ms} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Call, CallLog } from './call-log';
import { type CloudTrailRecord, isDelivered, toRecord } from './cloudtrail';
import { EmulatorClient, EmulatorLostError, NotUnderstoodError } from './emulator-client';
import {
  accessDenied,
  expiredToken,
  type Protocol,
  protocolOf,
  refuse,
  type ServiceError,
  throttled,
  unknownKey,
  unsigned,
} from './errors';
import { type Fault, Faults } from './faults';
import { type Caller, type Credential, credentialOf, nameOf, Sessions } from './identity';
import { Judge, type Verdict } from './judge';
import { limitBroken } from './limits';
import { Losses } from './losses';
import { ACCOUNT_ID, type ApiRequest, type ApiResponse, type Json, type Understanding } from './types';
import { elementText, escapeXml } from './xml';

export interface ServerOptions {
  readonly emulator: string;
  readonly token: string;
  readonly logFile?: string;
  readonly onEmulatorLost?: (error: EmulatorLostError) => void;
  readonly onWarning?: (message: string) => void;
}

/** What is known of a call while it passes through. */
interface Passage {
  readonly request: ApiRequest;
  readonly started: number;
  readonly caller: Caller;
  readonly protocol: Protocol;
  readonly understanding: Understanding;
}

/** What goes back over the wire, and what is written down about it. */
interface Outcome {
  readonly response?: ApiResponse;
  readonly decision: Call['decision'];
  readonly reason?: string;
  readonly fault?: Fault;
  readonly record?: CloudTrailRecord;
  /** Number of the state of the trails that the record is judged by. */
  readonly trails?: number;
}

/** With each answer the emulator tells the state that the trails had before the call; nobody else has to know. */
const TRAILS_HEADER = 'x-bulwark-trails';

/**
 * Answers of custom resources carry no signature, in AWS neither: the URL itself is the secret. moto's own paths for them
 * and the plug-in's are let through.
 */
const UNSIGNED_CALLBACK = /^\/+(cfn-callback\/|cloudformation_[a-z0-9-]+\/cfnresponse)/;

/** Services whose changes can change a policy, or who may do something. */
const POLICY_SERVICES = new Set([
  'iam',
  'cloudformation',
  's3',
  'sqs',
  'sns',
  'kms',
  'events',
  'lambda',
  'logs',
  'secretsmanager',
]);

/** The steps of every call, in their order: who, what, may they, fault, forward, write down, CloudTrail. */
export class GatewayServer {
  readonly http: http.Server;
  private readonly emulator: EmulatorClient;
  private readonly sessions = new Sessions();
  private readonly judge: Judge;
  private readonly faults = new Faults();
  private readonly losses = new Losses();
  private readonly log: CallLog;
  private readonly records: CloudTrailRecord[] = [];
  private readonly sockets = new Set<Socket>();
  private deliveries: Promise<void> = Promise.resolve();
  private lostReported = false;

  constructor(private readonly options: ServerOptions) {
    this.emulator = new EmulatorClient(options.emulator, options.token, (error) => this.emulatorLost(error));
    this.judge = new Judge(this.emulator);
    this.log = new CallLog(options.logFile);
    this.http = http.createServer((request, response) => void this.receive(request, response));
    // The SDKs keep connections longer than Node's five seconds and are surprised by the reset.
    this.http.keepAliveTimeout = 120_000;
    this.http.headersTimeout = 125_000;
    this.http.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  /** Ends everything, hanging calls too. Records on their way are waited for, up to two seconds. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await closed;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.deliveries, new Promise((resolve) => (timer = setTimeout(resolve, 2000)))]);
    clearTimeout(timer);
    this.emulator.close();
    await this.log.close();
  }

  private async receive(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const request = await read(incoming);
      if (request.url.startsWith('/_bulwark/')) {
        send(outgoing, await this.control(request));
        return;
      }
      if (UNSIGNED_CALLBACK.test(request.url)) {
        send(outgoing, await this.emulator.forward(request));
        return;
      }
      await this.call(request, outgoing);
    } catch (error) {
      this.fail(incoming, outgoing, error as Error);
    }
  }

  /** One AWS call from arrival to CloudTrail. */
  private async call(request: ApiRequest, outgoing: ServerResponse): Promise<void> {
    const started = performance.now();
    const credential = credentialOf(request);
    const protocol = protocolOf(request, credential?.service ?? 's3');
    const caller = credential && this.sessions.find(credential.accessKeyId);
    if (!credential || !caller) {
      const stranger = credential ? `unknown key ${credential.accessKeyId.slice(0, 20)}` : 'unsigned';
      const reason = 'nobody whom this sandbox knows signed the request';
      const error = credential ? unknownKey(protocol) : unsigned(protocol);
      send(outgoing, refuse(protocol, error));
      this.noteUnjudged({ caller: stranger, reason, ...error }, request, credential, started);
      return;
    }
    const understanding = await this.emulator.understand(request, credential).catch((error: Error) => {
      if (error instanceof NotUnderstoodError) {
        return error;
      }
      throw error;
    });
    if (understanding instanceof NotUnderstoodError) {
      const error = { code: 'InvalidAction', status: 400, message: understanding.message };
      send(outgoing, refuse(protocol, error));
      this.noteUnjudged({ caller: caller.arn, reason: error.message, ...error }, request, credential, started);
      return;
    }
    const passage: Passage = { request, started, caller, protocol, understanding };
    const outcome = await this.decide(passage);
    await this.answer(passage, outcome, outgoing);
  }

  private async decide(passage: Passage): Promise<Outcome> {
    const { request, caller, protocol, understanding } = passage;
    if (caller.role && caller.role.expiresAt.getTime() <= Date.now()) {
      return refused(protocol, expiredToken(protocol), 'denied', 'the session has expired');
    }
    const verdict = await this.judge.decide(caller, understanding, request);
    if (verdict.decision === 'denied') {
      const error = accessDenied(protocol, understanding.service, denialMessage(caller, verdict));
      return refused(protocol, error, 'denied', `${verdict.action} on ${verdict.resource}: ${verdict.reason}`);
    }
    const invalid = limitBroken(protocol, understanding, caller);
    if (invalid) {
      return refused(protocol, invalid, 'allowed', invalid.message);
    }
    const { service, operation } = understanding;
    const fault = this.faults.take({ service, operation, roleArn: caller.role?.roleArn });
    switch (fault?.kind) {
      case 'error': {
        const error = { code: fault.code ?? 'InternalError', status: fault.status ?? 500, message: 'injected fault' };
        return { ...refused(protocol, error, 'allowed'), fault };
      }
      case 'throttle':
        return { ...refused(protocol, throttled(protocol, service), 'allowed'), fault };
      case 'reset':
      case 'hang':
        return { decision: 'allowed', fault };
      default:
        return { ...(await this.execute(passage)), fault };
    }
  }

  /** Makes the call, and everything that follows from its success. */
  private async execute({ request, caller, protocol, understanding }: Passage): Promise<Outcome> {
    const { service, operation, mutating } = understanding;
    if (service === 'sts' && operation === 'GetCallerIdentity') {
      return { response: callerIdentity(caller), decision: 'allowed' };
    }
    const answer = await this.emulator.forward(withKnownAccount(request), caller.principalId);
    const { [TRAILS_HEADER]: trails, ...headers } = answer.headers;
    const response = asServiceError(protocol, { ...answer, headers });
    if (mutating && POLICY_SERVICES.has(service)) {
      this.emulator.forgetPolicies();
    }
    if (service === 'sts' && operation === 'AssumeRole' && response.status === 200) {
      this.rememberSession(understanding.params, response);
    }
    const call = { caller, request, understanding, response, time: new Date() };
    const record = isDelivered(call) ? toRecord(call) : undefined;
    return { response, decision: 'allowed', record, ...(trails !== undefined && { trails: Number(trails) }) };
  }

  /** Sends what there is to send, spoiled as the fault wants it, then writes it down. */
  private async answer(passage: Passage, outcome: Outcome, outgoing: ServerResponse): Promise<void> {
    const { response, fault, record } = outcome;
    if (record) {
      this.records.push(record);
    }
    const silent = fault?.kind === 'hang' || fault?.kind === 'reset' || fault?.kind === 'lost';
    this.note(passage, outcome, silent ? 0 : (response?.status ?? 0));
    if (record) {
      this.deliver(record, outcome.trails);
    }
    if (fault?.kind === 'hang') {
      return;
    }
    if (!response || silent) {
      outgoing.socket?.destroy();
      return;
    }
    if (fault?.kind === 'delay') {
      await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1000));
    }
    if (fault?.kind === 'truncate') {
      sendHalf(outgoing, response);
      return;
    }
    send(outgoing, response);
  }

  /** One after the other, so that events keep the order of the calls; nobody waits for them. */
  private deliver(record: CloudTrailRecord, trails: number | undefined): void {
    const isLost = this.losses.takes(record.eventID);
    this.deliveries = this.deliveries
      .then(() => this.emulator.deliver(record.awsRegion, record, trails, isLost))
      .catch((error: Error) => this.warn(`CloudTrail record ${record.eventName} was not delivered: ${error.message}`));
  }

  private note({ understanding, caller, started }: Passage, outcome: Outcome, status: number): void {
    const { service, operation, region, mutating, actions } = understanding;
    this.log.add({
      time: new Date().toISOString(),
      caller: caller.arn,
      ...(caller.role && { roleArn: caller.role.roleArn, sessionName: caller.role.sessionName }),
      service,
      operation,
      region,
      resources: [...new Set(actions.flatMap(({ resources }) => resources))],
      actions: actions.map(({ action }) => action),
      decision: outcome.decision,
      ...(outcome.reason !== undefined && { reason: outcome.reason }),
      mutating,
      status,
      ...(outcome.response && outcome.response.status >= 300 && { errorCode: errorCode(outcome.response) }),
      ms: elapsed(started),
      ...(outcome.record && { eventId: outcome.record.eventID }),
      ...(outcome.fault && { fault: outcome.fault.kind }),
    });
  }

  /** A call refused before anybody could say what it means. */
  private noteUnjudged(
    refusal: { caller: string; reason: string; code: string; status: number },
    request: ApiRequest,
    scope: Credential | undefined,
    started: number,
  ): void {
    this.log.add({
      time: new Date().toISOString(),
      caller: refusal.caller,
      service: scope?.service ?? '?',
      operation: `${request.method} ${request.url.split('?')[0]}`,
      region: scope?.region ?? '?',
      resources: [],
      actions: [],
      decision: 'denied',
      reason: refusal.reason,
      mutating: false,
      status: refusal.status,
      errorCode: refusal.code,
      ms: elapsed(started),
    });
  }

  private rememberSession(params: Json, response: ApiResponse): void {
    const xml = response.body.toString();
    const accessKeyId = elementText(xml, 'AccessKeyId');
    const roleArn = params.RoleArn as string;
    if (accessKeyId === undefined) {
      this.warn('An answer to AssumeRole had no AccessKeyId; its session is not known.');
      return;
    }
    const issuedAt = new Date();
    const seconds = Number(params.DurationSeconds ?? 3600);
    this.sessions.add(accessKeyId, {
      roleArn,
      roleName: nameOf(roleArn),
      sessionName: params.RoleSessionName as string,
      ...(typeof params.Policy === 'string' && { sessionPolicy: JSON.parse(params.Policy) as Json }),
      tags: Object.fromEntries(((params.Tags ?? []) as { Key: string; Value: string }[]).map((t) => [t.Key, t.Value])),
      issuedAt,
      expiresAt: new Date(issuedAt.getTime() + seconds * 1000),
    });
  }

  /** The sandbox's own paths; without the token they do not exist. */
  private async control(request: ApiRequest): Promise<ApiResponse> {
    const url = new URL(request.url, 'http://localhost');
    if (request.headers['x-bulwark-token'] !== this.options.token) {
      return json(404, { message: 'not found' });
    }
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /_bulwark/health':
        return json(200, { ok: true });
      case 'GET /_bulwark/calls':
        return json(200, this.log.since(count(url, 'since')));
      case 'GET /_bulwark/events':
        return json(200, this.eventsSince(count(url, 'since')));
      case 'GET /_bulwark/faults':
        return json(200, this.faults.pending());
      case 'POST /_bulwark/faults':
        return planned(() => {
          this.faults.plan(JSON.parse(request.body.toString()));
          return this.faults.pending();
        });
      case 'POST /_bulwark/drop':
        return planned(() => ({ lost: this.losses.plan(JSON.parse(request.body.toString())) }));
      case 'POST /_bulwark/emit':
      case 'POST /_bulwark/kill':
      case 'POST /_bulwark/age':
      case 'POST /_bulwark/shield':
        return this.emulator.relay(url.pathname, request.body);
      case 'POST /_bulwark/assume':
        return this.assume(request);
      default:
        return json(404, { message: 'not found' });
    }
  }

  private eventsSince(since: number): { events: readonly CloudTrailRecord[]; next: number } {
    return { events: this.records.slice(since), next: this.records.length };
  }

  /** Keys of an execution role for a function worker, as the Lambda service would fetch them. */
  private async assume(request: ApiRequest): Promise<ApiResponse> {
    const { roleArn, sessionName, service } = JSON.parse(request.body.toString()) as Record<string, string>;
    if (!roleArn || !sessionName || !service) {
      return json(400, { message: 'roleArn, sessionName and service are required' });
    }
    const principal = service.includes('.') ? service : `${service}.amazonaws.com`;
    const verdict = await this.judge.serviceMayAssume(roleArn, principal);
    if (verdict.decision === 'denied') {
      return json(403, { message: `${principal} may not assume ${roleArn}: ${verdict.reason}` });
    }
    return json(200, { ...this.sessions.issue(roleArn, sessionName) });
  }

  private fail(incoming: IncomingMessage, outgoing: ServerResponse, error: Error): void {
    if (outgoing.headersSent || outgoing.socket === null || outgoing.socket.destroyed) {
      outgoing.destroy();
      return;
    }
    if (incoming.url?.startsWith('/_bulwark/')) {
      send(outgoing, json(error instanceof EmulatorLostError ? 503 : 500, { message: error.message }));
      return;
    }
    const service = credentialOf({ url: incoming.url ?? '/', headers: incoming.headers })?.service ?? 's3';
    const protocol = protocolOf(incoming, service);
    if (error instanceof EmulatorLostError) {
      send(outgoing, refuse(protocol, { code: 'ServiceUnavailable', status: 503, message: error.message }));
      return;
    }
    this.warn(error.message);
    send(outgoing, refuse(protocol, { code: 'InternalError', status: 500, message: error.message }));
  }

  private emulatorLost(error: EmulatorLostError): void {
    if (!this.lostReported) {
      this.lostReported = true;
      this.options.onEmulatorLost?.(error);
    }
  }

  private warn(message: string): void {
    this.options.onWarning?.(message);
  }
}

function refused(protocol: Protocol, error: ServiceError, decision: Call['decision'], reason?: string): Outcome {
  return { response: refuse(protocol, error), decision, reason };
}

function denialMessage(caller: Caller, verdict: Extract<Verdict, { decision: 'denied' }>): string {
  return (
    `User: ${caller.arn} is not authorized to perform: ${verdict.action} on resource: ${verdict.resource} ` +
    `because ${verdict.reason}`
  ).replace('because with', 'with');
}

/** moto finds the account by access key and knows none of ours, so it is told. */
function withKnownAccount(request: ApiRequest): ApiRequest {
  return { ...request, headers: { ...request.headers, 'x-moto-account-id': ACCOUNT_ID } };
}

/** A fault inside the emulator is plain text, which would show in a client as an XML parse error. */
function asServiceError(protocol: Protocol, response: ApiResponse): ApiResponse {
  if (response.status !== 500 || !`${response.headers['content-type']}`.startsWith('text/plain')) {
    return response;
  }
  const message = `The sandbox's emulator failed: ${response.body.toString('utf8', 0, 300)}`;
  return refuse(protocol, { code: 'InternalFailure', status: 500, message });
}

/** Answered here, because only the gateway knows who calls. */
function callerIdentity(caller: Caller): ApiResponse {
  const body = Buffer.from(
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
      `<Arn>${escapeXml(caller.arn)}</Arn><UserId>${escapeXml(caller.principalId)}</UserId>` +
      `<Account>${caller.accountId}</Account></GetCallerIdentityResult><ResponseMetadata>` +
      '<RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
  );
  return { status: 200, headers: { 'content-type': 'text/xml', 'content-length': `${body.length}` }, body };
}

function errorCode(response: ApiResponse): string {
  const header = response.headers['x-amzn-errortype'];
  if (typeof header === 'string') {
    return header.split(':')[0] ?? header;
  }
  const text = response.body.toString('utf8', 0, 4096);
  return elementText(text, 'Code') ?? /"__type"\s*:\s*"(?:[^"]*#)?([^"]+)"/.exec(text)?.[1] ?? `${response.status}`;
}

async function read(incoming: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
  }
  return {
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: incoming.headers,
    body: Buffer.concat(chunks),
    remoteAddress: incoming.socket.remoteAddress ?? '127.0.0.1',
  };
}

function send(outgoing: ServerResponse, response: ApiResponse): void {
  outgoing.writeHead(response.status, response.headers as http.OutgoingHttpHeaders);
  outgoing.end(response.body);
}

/** Half of the body, well framed, as from a proxy that cuts off; of an empty one not even the end. */
function sendHalf(outgoing: ServerResponse, response: ApiResponse): void {
  if (response.body.length === 0) {
    outgoing.writeHead(response.status, { ...(response.headers as http.OutgoingHttpHeaders), 'content-length': 1 });
    outgoing.flushHeaders();
    setImmediate(() => outgoing.socket?.destroy());
    return;
  }
  const half = response.body.subarray(0, response.body.length >> 1);
  send(outgoing, { ...response, headers: { ...response.headers, 'content-length': `${half.length}` }, body: half });
}

/** The answer to a plan: what it gives, or what is wrong with it. */
function planned(plan: () => unknown): ApiResponse {
  try {
    return json(200, plan());
  } catch (error) {
    return json(400, { message: (error as Error).message });
  }
}

function json(status: number, value: unknown): ApiResponse {
  const body = Buffer.from(JSON.stringify(value));
  return { status, headers: { 'content-type': 'application/json', 'content-length': `${body.length}` }, body };
}

function count(url: URL, name: string): number {
  return Number(url.searchParams.get(name) ?? 0) || 0;
}

function elapsed(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Door } from '../../../lambda/runtime/deployment/spec';
import { ROOT } from '../../../sandbox/runner/paths';
import type { OwnSandbox } from './own-sandbox';

/** A message as the queue hands it over. */
export interface Delivered {
  readonly messageId: string;
  readonly body: string;
  /** 1 for the first time. */
  readonly attempt: number;
  readonly sentAt: Date;
}

/** What a function answered, or that it did not. */
export type Answered =
  | { readonly kind: 'answered'; readonly failed: readonly string[] }
  | { readonly kind: 'threw'; readonly message: string }
  | { readonly kind: 'killed' };

/** A deployed function as a process of this test, which runs the deployed bundle under the deployed role and settings. */
export interface Blueprint {
  readonly door: Door;
  readonly code: string;
  readonly role: string;
  readonly variables: Readonly<Record<string, string>>;
}

export async function blueprintOf(own: OwnSandbox, door: Door): Promise<Blueprint> {
  const { Role = '', Environment } = await own.sandbox
    .client(LambdaClient)
    .send(new GetFunctionConfigurationCommand({ FunctionName: await own.functionOf(door) }));
  const folder = readdirSync(own.assembly).find((name) => existsSync(join(own.assembly, name, `${door}.mjs`)));
  if (folder === undefined) throw new Error(`the cloud assembly holds no bundle with ${door}.mjs`);
  return { door, code: join(own.assembly, folder), role: Role, variables: Environment?.Variables ?? {} };
}

/** What the queue allows. */
const ATTEMPTS = 5;

interface Message {
  readonly log?: string;
  readonly id?: string;
  readonly result?: { readonly batchItemFailures?: ReadonlyArray<{ readonly itemIdentifier: string }> };
  readonly error?: { readonly errorMessage: string };
}

/**
 * One execution environment of a function. A queue and its poller would decide when which message is handled; here the test
 * does, so that every call of one repair can be met by a fault of its own, and the process killed at any of them.
 */
export class FunctionProcess {
  public static async start(own: OwnSandbox, blueprint: Blueprint, endpoint: string): Promise<FunctionProcess> {
    const { record } = own.sandbox;
    const asked = { roleArn: blueprint.role, sessionName: `e2e-${blueprint.door}`, service: 'lambda.amazonaws.com' };
    const response = await fetch(`${record.endpoint}/_bulwark/assume`, {
      method: 'POST',
      headers: { 'x-bulwark-token': record.token, 'content-type': 'application/json' },
      body: JSON.stringify(asked),
    });
    const keys = (await response.json()) as Record<string, string>;
    return new FunctionProcess(
      blueprint.code,
      {
        ...own.sandbox.environment(),
        ...blueprint.variables,
        _HANDLER: `${blueprint.door}.handler`,
        LAMBDA_TASK_ROOT: blueprint.code,
        AWS_LAMBDA_FUNCTION_NAME: blueprint.door,
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: keys.accessKeyId as string,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey as string,
        AWS_SESSION_TOKEN: keys.sessionToken as string,
      },
      [keys.secretAccessKey as string, keys.sessionToken as string],
    );
  }

  /** What it wrote to its log. */
  public readonly lines: string[] = [];
  /** Ends when the process does, in whatever way. */
  public readonly ended: Promise<void>;
  private readonly process: ChildProcess;
  private readonly waiting = new Map<string, (answered: Answered) => void>();
  private hasEnded = false;
  private count = 0;

  private constructor(
    cwd: string,
    env: Record<string, string>,
    /** Must never stand in a line of its log. */
    public readonly secrets: readonly string[],
  ) {
    this.process = spawn(process.execPath, [join(ROOT, 'sandbox', 'emulator', 'worker.mjs'), '3'], {
      cwd,
      env,
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    });
    this.process.stdin?.on('error', () => undefined);
    createInterface({ input: this.process.stdio[3] as Readable }).on('line', (line) => this.take(JSON.parse(line)));
    this.ended = new Promise((resolve) => {
      this.process.once('close', () => {
        this.hasEnded = true;
        for (const answer of this.waiting.values()) answer({ kind: 'killed' });
        resolve();
      });
    });
  }

  public invoke(messages: readonly Delivered[], deadline = new Date(Date.now() + 60_000)): Promise<Answered> {
    if (this.hasEnded) return Promise.resolve({ kind: 'killed' });
    const id = `e2e-${++this.count}`;
    const Records = messages.map(({ messageId, body, attempt, sentAt }) => ({
      messageId,
      body,
      receiptHandle: 'none',
      attributes: {
        ApproximateReceiveCount: String(attempt),
        SentTimestamp: String(sentAt.getTime()),
        SenderId: 'AIDABULWARKOPERATOR00',
      },
      eventSource: 'aws:sqs',
    }));
    const context = { functionName: 'e2e', functionVersion: '$LATEST', memoryLimitInMB: '512' };
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      const event = { id, event: { Records }, deadline: deadline.getTime(), credentials: {}, context };
      this.process.stdin?.write(`${JSON.stringify(event)}\n`);
    });
  }

  /**
   * Hands one message over until it is done, as the queue does; from the second time on after `healed`.
   *
   * @returns how often that was
   */
  public async work(message: Delivered, healed: () => void = () => undefined): Promise<number> {
    for (let attempt = message.attempt; attempt <= ATTEMPTS; attempt += 1) {
      const answered = await this.invoke([{ ...message, attempt }]);
      if (answered.kind !== 'answered') throw new Error(`the function did not answer: ${JSON.stringify(answered)}`);
      if (answered.failed.length === 0) return attempt;
      healed();
    }
    throw new Error(`${message.messageId} failed ${ATTEMPTS} times: ${this.lines.slice(-3).join(' ')}`);
  }

  /** SIGKILL: no time to say anything. */
  public kill(): void {
    this.process.kill('SIGKILL');
  }

  public async stop(): Promise<void> {
    this.kill();
    await this.ended;
  }

  private take(message: Message): void {
    if (message.log !== undefined) {
      this.lines.push(message.log);
      return;
    }
    const { id = '', result, error } = message;
    this.waiting.get(id)?.(
      error === undefined
        ? { kind: 'answered', failed: (result?.batchItemFailures ?? []).map((each) => each.itemIdentifier) }
        : { kind: 'threw', message: error.errorMessage },
    );
    this.waiting.delete(id);
  }
}

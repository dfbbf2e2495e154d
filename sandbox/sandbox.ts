import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { STSClient } from '@aws-sdk/client-sts';
import { ACCOUNT_ID, type Call, type CloudTrailRecord, type Fault, Gateway } from './gateway';
import { Clients, type Destroyable, type OperatorConfig } from './runner/clients';
import { type Deployment, deployApp, type DeployOptions } from './runner/deploy';
import { childEnvironment, GLOBAL_REGION, HOME_REGION, requireCli, requireSandboxAccount } from './runner/environment';
import { SandboxError, sentence } from './runner/errors';
import { ROOT, SANDBOX_FOLDER, shown } from './runner/paths';
import { type Child, startEmulator } from './runner/processes';
import type { SandboxRecord } from './runner/state';

/** How a sandbox is started. Everything has a default. */
export interface SandboxOptions {
  /** Port of the public endpoint on 127.0.0.1. @default - a free one is taken */
  readonly port?: number;
  /**
   * Python that has what sandbox/emulator/requirements.txt names.
   *
   * @default - `BULWARK_PYTHON`, else the virtual environment that `npm start` made, else python3
   */
  readonly python?: string;
  /** How many times faster than AWS waiting goes by (redelivery, retries). @default - the emulator's own, 20 */
  readonly speed?: number;
  /** Told once, in one sentence, when the emulator ends without being asked to. @default - calls answer 503 */
  readonly onLost?: (message: string) => void;
}

/** What the emulator did with a stack's resources. */
export interface StackReport {
  readonly applied: number;
  readonly recorded: readonly { readonly logicalId: string; readonly type: string; readonly reason: string }[];
  readonly skipped: readonly { readonly logicalId: string; readonly type: string }[];
  /** Resources that were made without some of their properties, which the emulator does not read. */
  readonly unapplied: readonly {
    readonly logicalId: string;
    readonly type: string;
    readonly region: string;
    readonly unapplied: readonly string[];
  }[];
}

/** What the gateway found wrong, one line each. */
const WARNINGS = 'gateway.log';

/** A control call that takes longer than that gets no answer any more. */
const CONTROL_MS = 10_000;

/** Runs of which the logs are kept. */
const KEPT_LOGS = 5;

/**
 * One local AWS: the emulator, and the gateway in front of it. Several may run beside each other, each with ports and
 * folders of its own.
 *
 * ```ts
 * const sandbox = await Sandbox.start();
 * await sandbox.deploy();
 * await sandbox.client(S3Client).send(new CreateBucketCommand({ Bucket: 'mine' }));
 * await sandbox.stop();
 * ```
 */
export class Sandbox {
  /**
   * Starts one and checks, before anything else is called, that it is the sandbox that answers.
   *
   * @throws SandboxError with one sentence; nothing is left running then
   */
  public static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    requireCli();
    const port = await freePort(options.port);
    const id = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${process.pid}-${port}`;
    const folder = join(SANDBOX_FOLDER, 'state', id);
    const logs = join(SANDBOX_FOLDER, 'logs', id);
    mkdirSync(join(folder, 'home'), { recursive: true });
    mkdirSync(logs, { recursive: true });
    forgetRuns(join(SANDBOX_FOLDER, 'state'), 0);
    forgetRuns(join(SANDBOX_FOLDER, 'logs'), KEPT_LOGS);

    const token = randomBytes(16).toString('hex');
    const endpoint = `http://localhost:${port}`;
    const gateway = new Gateway();
    let emulator: Child | undefined;
    try {
      const started = await startEmulator({
        python: options.python ?? defaultPython(),
        folder: join(ROOT, 'sandbox', 'emulator'),
        gateway: `http://127.0.0.1:${port}`,
        token,
        state: join(folder, 'emulator'),
        ...(options.speed !== undefined && { speed: options.speed }),
        env: childEnvironment({ endpoint, home: join(folder, 'home'), refusedLog: join(logs, 'refused.jsonl') }),
        log: join(logs, 'emulator.log'),
      });
      emulator = started.child;
      const warn = (message: string) => {
        appendFileSync(join(logs, WARNINGS), `${new Date().toISOString()} ${message.replaceAll(/\s+/g, ' ')}\n`);
      };
      await gateway
        .start({
          emulator: started.url,
          token,
          port,
          logFile: join(logs, 'calls.jsonl'),
          onWarning: warn,
          onEmulatorLost: (error) => warn(error.message),
        })
        .catch((error: unknown) => {
          // It was free when it was chosen; another process was quicker.
          throw new SandboxError(`The local AWS cannot listen at ${endpoint}: ${sentence(error)}`, { cause: error });
        });
      const sandbox = new Sandbox(
        { endpoint, emulator: started.url, token, folder, logs, emulatorPid: emulator.pid ?? 0 },
        { gateway, emulator },
        options.onLost,
      );
      await requireSandboxAccount(sandbox.client(STSClient));
      return sandbox;
    } catch (error) {
      await gateway.stop();
      await emulator?.stop();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** One that another process holds. Stopping it here ends the connections, not the sandbox. */
  public static attach(record: SandboxRecord): Sandbox {
    return new Sandbox(record, undefined, undefined);
  }

  public readonly account = ACCOUNT_ID;
  public readonly region = HOME_REGION;
  public readonly regions: readonly string[] = [HOME_REGION, GLOBAL_REGION];
  private readonly clients: Clients;
  private isStopping = false;

  private constructor(
    public readonly record: SandboxRecord,
    private readonly own: { readonly gateway: Gateway; readonly emulator: Child } | undefined,
    onLost: ((message: string) => void) | undefined,
  ) {
    this.clients = new Clients(record.endpoint);
    own?.emulator.ended.then((ending) => {
      if (!this.isStopping) onLost?.(own.emulator.obituary(ending));
    });
  }

  /** For `AWS_ENDPOINT_URL`; host `localhost`. */
  public get endpoint(): string {
    return this.record.endpoint;
  }

  /** What it writes and may throw away: cdk.out, home folder, functions' code. */
  public get folder(): string {
    return this.record.folder;
  }

  /** Stays when the sandbox is stopped. */
  public get logs(): string {
    return this.record.logs;
  }

  /** A client of the AWS SDK that calls as the operator. */
  public client<C extends Destroyable>(Client: new (config: OperatorConfig) => C, region: string = HOME_REGION): C {
    return this.clients.get(Client, region);
  }

  /** One JSON call as the operator, for services without a client among the dependencies. */
  public call(region: string, service: string, target: string, input: object): Promise<Record<string, unknown>> {
    return this.clients.call(region, service, target, input);
  }

  /** One call as the operator, for services that speak XML; without a form the path is read. */
  public xml(
    region: string,
    service: string,
    path: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<Record<string, unknown>> {
    return this.clients.xml(region, service, path, form);
  }

  /** The environment for a command that is to act on this sandbox, and on nothing else. */
  public environment(region: string = HOME_REGION): Record<string, string> {
    const { endpoint, folder, logs } = this.record;
    return childEnvironment({ endpoint, region, home: join(folder, 'home'), refusedLog: join(logs, 'refused.jsonl') });
  }

  /**
   * Bootstraps both Regions and deploys an app with the real CDK CLI.
   *
   * @throws SandboxError with the first cause and the log's place
   */
  public deploy(options: DeployOptions = {}): Promise<Deployment> {
    return deployApp(this, options);
  }

  /** API calls after that sequence number, and the number to ask with next time. */
  public async calls(since = 0): Promise<{ readonly calls: readonly Call[]; readonly next: number }> {
    return (await this.control('GET', `/_bulwark/calls?since=${since}`)) as { calls: Call[]; next: number };
  }

  /** CloudTrail records after that number, and the number to ask with next time. */
  public async events(since = 0): Promise<{ readonly events: readonly CloudTrailRecord[]; readonly next: number }> {
    return (await this.control('GET', `/_bulwark/events?since=${since}`)) as {
      events: CloudTrailRecord[];
      next: number;
    };
  }

  /** Replaces the faults that the gateway is to inject. */
  public async faults(faults: readonly Fault[]): Promise<void> {
    await this.control('POST', '/_bulwark/faults', faults);
  }

  /**
   * Puts an event of an AWS service on the default bus of a Region, for what the emulator does not cause itself. An event of
   * Security Hub makes its findings known there too.
   *
   * @param event `source` (`aws.…`), `detail-type` and `detail`; the rest of the envelope is made when left out
   * @returns the event as it went
   */
  public async emit(region: string, event: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    return (await this.control('POST', '/_bulwark/emit', { region, event })) as Record<string, unknown>;
  }

  /**
   * Kills the processes of a function that are at work, in the middle of it (SIGKILL). Their invocations fail with
   * `Runtime.ExitError`, their messages return to the queue.
   *
   * @returns how many were at work
   */
  public async kill(functionName: string): Promise<number> {
    return ((await this.control('POST', '/_bulwark/kill', { function: functionName })) as { killed: number }).killed;
  }

  /**
   * Lets the access keys of a user have been made earlier, for what takes months to become a finding.
   *
   * @returns how many there are
   */
  public async age(userName: string, days: number): Promise<number> {
    return ((await this.control('POST', '/_bulwark/age', { user: userName, days })) as { aged: number }).aged;
  }

  /** Makes or ends the account's subscription to Shield Advanced; a new sandbox has none. Ending it takes all protections away. */
  public async shield(subscribed: boolean): Promise<void> {
    await this.control('POST', '/_bulwark/shield', { subscribed });
  }

  /**
   * Lets CloudTrail records get lost on their way to EventBridge from now on. The trail's log group still gets them.
   *
   * @param percent share of the records; 0 for none
   * @param seed    the same one loses the same records of a sequence
   * @returns ids (`eventID`) of those lost since it was last called
   */
  public async loseEvents(percent: number, seed = 1): Promise<readonly string[]> {
    return ((await this.control('POST', '/_bulwark/drop', { percent, seed })) as { lost: string[] }).lost;
  }

  /** What became of every resource, by stack. */
  public async report(): Promise<Readonly<Record<string, StackReport>>> {
    const answer = await this.control('GET', '/_bulwark/report', undefined, this.record.emulator);
    return (answer as { stacks: Record<string, StackReport> }).stacks;
  }

  /** Connections to the outside that something of the sandbox wanted to make, and did not get. */
  public refusedConnections(): readonly { readonly what: string; readonly host: string; readonly argv?: string }[] {
    return linesOf(join(this.logs, 'refused.jsonl')).map((line) => JSON.parse(line));
  }

  /** What the gateway found wrong without breaking a call, such as a CloudTrail record that was not delivered. */
  public warnings(): readonly string[] {
    return linesOf(join(this.logs, WARNINGS)).map((line) => line.slice(line.indexOf(' ') + 1));
  }

  /** Ends gateway and emulator, and removes the state folder. The logs stay. May be called twice. */
  public async stop(): Promise<void> {
    if (this.isStopping) return;
    this.isStopping = true;
    this.clients.destroy();
    if (!this.own) return;
    await this.own.gateway.stop();
    await this.own.emulator.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async control(method: string, path: string, body?: unknown, base = this.endpoint): Promise<unknown> {
    const unanswered = (error: unknown): never => {
      const cause = error instanceof Error && error.cause ? error.cause : error;
      throw new SandboxError(`The sandbox does not answer (${sentence(cause)}); its logs are in ${shown(this.logs)}.`, {
        cause,
      });
    };
    const response = await fetch(`${base}${path}`, {
      method,
      signal: AbortSignal.timeout(CONTROL_MS),
      headers: { 'x-bulwark-token': this.record.token, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch(unanswered);
    const text = await response.text().catch(unanswered);
    if (!response.ok) throw new SandboxError(`${method} ${path} was answered with ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

function defaultPython(): string {
  const venv = join(SANDBOX_FOLDER, 'venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  return process.env['BULWARK_PYTHON'] || (existsSync(venv) ? venv : 'python3');
}

/**
 * A port of 127.0.0.1 that nobody listens on.
 *
 * @throws SandboxError when the wanted one is taken
 */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        new SandboxError(
          taken
            ? `Port ${wanted} is taken by another process; choose another with --port, or none for a free one.`
            : `Port ${wanted} cannot be used: ${error.message}.`,
          { cause: error },
        ),
      );
    });
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** The name of a run's folder: when it began, the process that holds it, its port. */
const RUN = /^\d{8}-\d{6}-(\d+)-\d+$/;

/**
 * Removes the folders of runs that have ended, but for the newest. A run that was killed could not do it itself; one that is
 * kept, or runs beside this one, still writes to its own.
 */
export function forgetRuns(folder: string, kept: number): void {
  const runs = readdirSync(folder)
    .filter((name) => RUN.test(name))
    .sort();
  for (const name of runs.slice(0, Math.max(0, runs.length - kept))) {
    if (!isAlive(Number(RUN.exec(name)?.[1]))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's, but alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

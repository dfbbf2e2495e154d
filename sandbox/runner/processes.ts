import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { SandboxError } from './errors';
import { shown } from './paths';

/** How to start a child. */
export interface ChildOptions {
  /** What a person would call it, at the beginning of a sentence. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Its whole environment; nothing is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets everything that it writes. */
  readonly log: string;
  /** @default - lines are only logged */
  readonly onLine?: (line: string) => void;
}

/** How a child ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** From SIGTERM to SIGKILL. */
const GRACE_MS = 4000;

const running = new Set<Child>();

/**
 * A process of ours with everything that it starts: it leads a group of its own, and is only ever ended by the id that it
 * was started with. Its standard input is a pipe that ends when this process does, in whatever way.
 */
export class Child {
  public readonly ended: Promise<Ending>;
  private readonly process: ChildProcess;
  private hasEnded = false;

  private constructor(private readonly options: ChildOptions) {
    mkdirSync(dirname(options.log), { recursive: true });
    const log = createWriteStream(options.log, { flags: 'a' });
    log.write(`$ ${[options.command, ...options.args].join(' ')}\n`);
    this.process = spawn(options.command, [...options.args], {
      cwd: options.cwd,
      env: { ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C reaches the whole foreground group at once; ours are ended by us, in order.
      detached: process.platform !== 'win32',
    });
    this.process.stdin?.on('error', () => undefined);
    for (const stream of [this.process.stdout, this.process.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        options.onLine?.(line);
      });
    }
    running.add(this);
    this.ended = new Promise((resolve, reject) => {
      this.process.once('error', (error) => {
        this.forget();
        log.end(`${error.message}\n`);
        reject(new SandboxError(`${options.name} cannot be started: ${error.message}.`, { cause: error }));
      });
      this.process.once('close', (code, signal) => {
        if (this.hasEnded) return; // it never began
        this.forget();
        log.end(`ended with ${code ?? signal}\n`, () => resolve({ code, signal }));
      });
    });
    // Whoever cares awaits it; nobody has to.
    this.ended.catch(() => undefined);
  }

  public static start(options: ChildOptions): Child {
    return new Child(options);
  }

  public get pid(): number | undefined {
    return this.process.pid;
  }

  public get isRunning(): boolean {
    return !this.hasEnded;
  }

  /** One sentence about its end that was not asked for. */
  public obituary({ code, signal }: Ending): string {
    const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
    return `${this.options.name} ${how}; its log is ${shown(this.options.log)}.`;
  }

  /** SIGTERM, then SIGKILL; resolves when it is gone. */
  public async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), GRACE_MS);
    await this.ended.catch(() => undefined);
    clearTimeout(timer);
    // What it started may outlive it.
    this.signal('SIGKILL');
  }

  /** For the last moment of this process, when nothing can be awaited. */
  public kill(): void {
    this.signal('SIGKILL');
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? this.pid : -this.pid, signal);
    } catch {
      // It is gone already.
    }
  }

  private forget(): void {
    this.hasEnded = true;
    running.delete(this);
  }
}

/** Ends whatever still runs. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((child) => child.stop()));
}

process.on('exit', () => {
  for (const child of running) child.kill();
});

/** How the emulator is started. */
export interface EmulatorOptions {
  readonly python: string;
  readonly folder: string;
  readonly gateway: string;
  readonly token: string;
  readonly state: string;
  readonly speed?: number;
  readonly env: Readonly<Record<string, string>>;
  readonly log: string;
}

/** moto imports for a second or two on a slow disk; a minute means that something hangs. */
const READY_MS = 60_000;

/**
 * Starts the emulator and waits for its ready line.
 *
 * @throws SandboxError with its last line when it ends before, or says nothing for a minute
 */
export async function startEmulator(
  options: EmulatorOptions,
): Promise<{ readonly child: Child; readonly url: string }> {
  const lines: string[] = [];
  let ready: (port: number) => void = () => undefined;
  const port = new Promise<number>((resolve) => {
    ready = resolve;
  });
  const child = Child.start({
    name: 'The emulator',
    command: options.python,
    args: [
      ...['-m', 'bulwark_emulator', '--port', '0', '--gateway', options.gateway],
      ...['--state', options.state],
      ...(options.speed === undefined ? [] : ['--speed', String(options.speed)]),
    ],
    cwd: options.folder,
    // Not an argument: those stand in the list of processes, and at the head of the log.
    env: { ...options.env, BULWARK_END_WITH_STDIN: '1', BULWARK_TOKEN: options.token },
    log: options.log,
    onLine: (line) => {
      const announced = readyPort(line);
      if (announced !== undefined) ready(announced);
      else if (line.trim() !== '') lines.push(line.trim());
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), READY_MS);
  });
  const first = await Promise.race([port, child.ended, late]).finally(() => clearTimeout(timer));
  if (typeof first === 'number') return { child, url: `http://127.0.0.1:${first}` };
  await child.stop();
  const log = shown(options.log);
  throw new SandboxError(
    first === undefined
      ? `The emulator was not ready after ${READY_MS / 1000} s; its log is ${log}.`
      : `The emulator did not start: ${lines.at(-1) ?? `it ended with ${first.code ?? first.signal}`}. Its log is ${log}.`,
  );
}

function readyPort(line: string): number | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { ready, port } = JSON.parse(line) as { ready?: unknown; port?: unknown };
    return ready === true && typeof port === 'number' ? port : undefined;
  } catch {
    return undefined;
  }
}

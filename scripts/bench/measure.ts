import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export const ROOT = join(__dirname, '../..');

/** One figure and its budget. */
export interface Row {
  readonly what: string;
  readonly measured: number;
  /** Quartiles over the turns, where it was measured more than once. */
  readonly spread?: readonly [low: number, high: number];
  readonly budget: number;
  /** Whether more is better. Default: less is. */
  readonly atLeast?: true;
  readonly unit: string;
  readonly detail: string;
  /** Why the budget is missed, for whoever reads that it is. */
  readonly why?: string;
  /** Of one remediation among others: told in a table of their own. */
  readonly remediation?: string;
}

export function isMet({ measured, budget, atLeast }: Row): boolean {
  return atLeast ? measured >= budget : measured <= budget;
}

/** A program of Node. */
export interface Program {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** File descriptor for what it prints. Default: nobody reads it. */
  readonly stdout?: number;
}

export interface Run {
  readonly seconds: number;
  /** Most memory that the process held. */
  readonly mebibytes: number;
}

/** Everything that is made goes there, and away at the end. */
export const scratch = mkdtempSync(join(tmpdir(), 'bulwark-bench-'));
const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});
// Also after Ctrl-C: there may be a gigabyte.
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, () => process.exit(code));
}

export function measure({ args, env, stdout }: Program): Promise<Run> {
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint();
    const child = spawn(process.execPath, ['-r', join(ROOT, 'scripts/bench/max-rss.cjs'), ...args], {
      cwd: ROOT,
      stdio: ['ignore', stdout ?? 'ignore', 'pipe', 'pipe'],
      env: {
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
        HOME: process.env.HOME,
        CDK_VALIDATION: 'false',
        CDK_OUTDIR: mkdtempSync(join(scratch, 'out-')),
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...env,
      },
    });
    running.add(child);
    let seconds = 0;
    const said = ['', ''];
    [child.stderr, child.stdio[3]].forEach((stream, index) => {
      stream?.on('data', (data: Buffer) => {
        said[index] += data.toString();
      });
    });
    child.once('error', reject);
    child.once('exit', () => {
      seconds = Number(process.hrtime.bigint() - began) / 1e9;
    });
    child.once('close', (status) => {
      running.delete(child);
      if (status === 0) resolve({ seconds, mebibytes: Number(said[1]) / 1_024 });
      else reject(new Error(`${args.join(' ')} ended with ${status}: ${said[0]}`));
    });
  });
}

/** Runs of programs that ran one after the other, again and again, so that a busy moment hits all of them. */
export class Turns<Name extends string> {
  private constructor(private readonly taken: Readonly<Record<Name, readonly Run[]>>) {}

  public static async take<Name extends string>(runs: number, programs: Record<Name, Program>): Promise<Turns<Name>> {
    const names = Object.keys(programs) as Name[];
    const taken = Object.fromEntries(names.map((name) => [name, [] as Run[]])) as Record<Name, Run[]>;
    for (let turn = 0; turn <= runs; turn++) {
      for (const name of names) {
        const run = await measure(programs[name]);
        if (turn > 0) taken[name].push(run); // the first turn only warms the disk
      }
    }
    return new Turns(taken);
  }

  /** What is made of the runs of one turn: its median and quartiles over all turns. */
  public figure(of: (run: (name: Name) => Run) => number): { measured: number; spread: readonly [number, number] } {
    const values = Object.keys(Object.values<readonly Run[]>(this.taken)[0] ?? []).map((turn) =>
      of((name) => this.taken[name][Number(turn)] as Run),
    );
    return {
      measured: rounded(quantile(values, 0.5)),
      spread: [rounded(quantile(values, 0.25)), rounded(quantile(values, 0.75))],
    };
  }

  public seconds(name: Name): number {
    return quantile(
      this.taken[name].map((run) => run.seconds),
      0.5,
    );
  }

  public mebibytes(name: Name): number {
    return quantile(
      this.taken[name].map((run) => run.mebibytes),
      0.5,
    );
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] as number;
}

export function rounded(value: number): number {
  return Number(value.toFixed(3));
}

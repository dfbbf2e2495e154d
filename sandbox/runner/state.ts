import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SANDBOX_FOLDER } from './paths';

/** A running sandbox, enough to attach to it and to stop it. */
export interface SandboxRecord {
  readonly endpoint: string;
  readonly emulator: string;
  /** Opens the control paths. */
  readonly token: string;
  /** What it made; removed when it is stopped. */
  readonly folder: string;
  readonly logs: string;
  readonly emulatorPid: number;
}

/** A sandbox that was left running. */
export interface Kept extends SandboxRecord {
  /** The process that holds the gateway and the emulator. */
  readonly hostPid: number;
}

/** Appears in the host's command line, by which a process id is known to be still ours. */
export const HOST_MARK = join('sandbox', 'runner', 'host.ts');
const EMULATOR_MARK = 'bulwark_emulator';

const KEPT_FILE = join(SANDBOX_FOLDER, 'kept.json');

/** How long a host may take to end. */
const GRACE_MS = 8000;

export function remember(kept: Kept, file = KEPT_FILE): void {
  mkdirSync(dirname(file), { recursive: true });
  // The token opens the control paths; it is nobody else's business on a shared machine.
  writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600 });
}

/** The sandbox that is kept running, if it still runs; a record of one that ended is removed. */
export function keptSandbox(file = KEPT_FILE): Kept | undefined {
  if (!existsSync(file)) return undefined;
  const kept = read(file);
  if (kept && (isOurs(kept.hostPid, HOST_MARK) || isOurs(kept.emulatorPid, EMULATOR_MARK))) return kept;
  if (kept) rmSync(kept.folder, { recursive: true, force: true });
  rmSync(file, { force: true });
  return undefined;
}

/** Stops it by the ids it was recorded with, after checking that these still are what they were. */
export async function stopKept(kept: Kept, file = KEPT_FILE): Promise<void> {
  await end(kept.hostPid, HOST_MARK);
  await end(kept.emulatorPid, EMULATOR_MARK);
  rmSync(kept.folder, { recursive: true, force: true });
  rmSync(file, { force: true });
}

function read(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

async function end(pid: number, mark: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isOurs(pid, mark)) return;
    process.kill(pid, signal);
    const deadline = Date.now() + GRACE_MS;
    while (isOurs(pid, mark) && Date.now() < deadline) await sleep(50);
  }
}

/** Process ids are used again: the command line tells whether this one is still what was started. */
export function isOurs(pid: number, mark: string): boolean {
  return commandLine(pid).includes(mark);
}

function commandLine(pid: number): string {
  if (!Number.isInteger(pid) || pid <= 1) return '';
  const proc = `/proc/${pid}/cmdline`;
  try {
    if (existsSync('/proc/self/cmdline')) {
      return existsSync(proc) ? readFileSync(proc, 'utf8').replaceAll('\0', ' ') : '';
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return ''; // it ended between the two looks, or there is none
  }
}

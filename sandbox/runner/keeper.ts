import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { inherited } from './environment';
import { SandboxError } from './errors';
import { ROOT, SANDBOX_FOLDER, shown } from './paths';
import { HOST_MARK, type Kept, remember, type SandboxRecord } from './state';

/** What the host is started with. */
export interface HostOptions {
  readonly port?: number;
  readonly python?: string;
}

/** What the host says, once. */
export type HostMessage = { readonly record: SandboxRecord } | { readonly error: string };

/**
 * Starts a sandbox in a process of its own that outlives this one, and writes down how to stop it.
 *
 * @param signal ends the host as long as it has not said that it runs
 * @throws SandboxError with the host's own sentence
 */
export async function startKept(options: HostOptions, signal?: AbortSignal): Promise<Kept> {
  const logs = join(SANDBOX_FOLDER, 'logs');
  mkdirSync(logs, { recursive: true });
  const log = join(logs, 'host.log');
  const file = openSync(log, 'w');
  const host = spawn(process.execPath, ['--require', 'tsx/cjs', join(ROOT, HOST_MARK), JSON.stringify(options)], {
    cwd: ROOT,
    env: inherited(),
    detached: true,
    stdio: ['ignore', file, file, 'ipc'],
  });
  closeSync(file);
  // That nobody listens any more is what ends it, in whatever way it came about.
  const leave = () => {
    if (host.connected) host.disconnect();
  };
  if (signal?.aborted) leave();
  signal?.addEventListener('abort', leave, { once: true });
  const message = await new Promise<HostMessage>((resolve) => {
    host.once('message', (said) => resolve(said as HostMessage));
    host.once('error', (error) => resolve({ error: error.message }));
    host.once('exit', (code) => resolve({ error: `The sandbox's host ended with ${code}; its log is ${shown(log)}.` }));
  });
  signal?.removeEventListener('abort', leave);
  if ('error' in message || host.pid === undefined) {
    throw new SandboxError('error' in message ? message.error : 'The sandbox has no process id.');
  }
  host.unref();
  const kept: Kept = { ...message.record, hostPid: host.pid };
  remember(kept);
  return kept;
}

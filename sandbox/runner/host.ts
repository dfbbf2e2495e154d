/**
 * Holds a sandbox that is kept running: gateway and emulator, until it is told to end. Started by keeper.ts, which learns
 * by message what was started or why it was not.
 */
import { join } from 'node:path';
import { Sandbox } from '../sandbox';
import { cleanOwnProcess, writeRefusalsTo } from './environment';
import { sentence } from './errors';
import type { HostMessage, HostOptions } from './keeper';
import { stopAll } from './processes';

let starting: Promise<Sandbox> | undefined;
let sandbox: Sandbox | undefined;
let isReported = false;
let isEnding = false;

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end());
  // Whoever started this one went before it could be told; nobody would know how to stop it.
  process.once('disconnect', () => {
    if (!isReported) void end();
  });
  cleanOwnProcess();
  const options = JSON.parse(process.argv[2] ?? '{}') as HostOptions;
  starting = Sandbox.start({
    ...options,
    onLost: (message) => {
      if (isEnding) return;
      console.error(message);
      process.exit(1);
    },
  });
  sandbox = await starting;
  writeRefusalsTo(join(sandbox.logs, 'refused.jsonl'));
  if (!isEnding) tell({ record: sandbox.record });
}

/** A sandbox that is still starting fails when its emulator ends, and then removes what it made. */
async function end(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  if (!sandbox) await stopAll();
  const started = await starting?.catch(() => undefined);
  await started?.stop();
  await stopAll();
  process.exit(0);
}

function tell(message: HostMessage): void {
  if (!process.connected) return;
  isReported = true;
  process.send?.(message, () => {
    if (process.connected) process.disconnect();
  });
}

main().catch((error: unknown) => {
  if (isEnding) return;
  console.error(error);
  tell({ error: sentence(error) });
  process.exitCode = 1;
});

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

async function main(): Promise<void> {
  cleanOwnProcess();
  const options = JSON.parse(process.argv[2] ?? '{}') as HostOptions;
  const sandbox = await Sandbox.start({
    ...options,
    onLost: (message) => {
      console.error(message);
      process.exit(1);
    },
  });
  writeRefusalsTo(join(sandbox.logs, 'refused.jsonl'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      void sandbox
        .stop()
        .then(stopAll)
        .finally(() => process.exit(0));
    });
  }
  tell({ record: sandbox.record });
}

function tell(message: HostMessage): void {
  process.send?.(message, () => process.disconnect());
}

main().catch((error: unknown) => {
  console.error(error);
  tell({ error: sentence(error) });
  process.exitCode = 1;
});

import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure, type Row, scratch } from './measure';
import type { Storm } from './storm';

/** Ten thousand signals at 500 a second, once: it takes its twenty seconds, whatever the machine. */
export async function storm(): Promise<Row[]> {
  const file = join(scratch, 'storm.json');
  const stdout = openSync(file, 'w');
  await measure({ args: ['--import', 'tsx', 'scripts/bench/storm.ts'], stdout });
  closeSync(stdout);
  const { signals, perSecond, repaired, lost, p50, p99, mebibytes } = JSON.parse(readFileSync(file, 'utf8')) as Storm;
  return [
    {
      what: 'signals lost in a storm',
      measured: lost,
      budget: 0,
      unit: '',
      detail: `${signals} at ${perSecond.toFixed(0)}/s, ${repaired} repaired`,
    },
    {
      what: 'p99 of a signal in a storm',
      measured: p99,
      budget: 250,
      unit: 'ms',
      detail: `p50 ${p50} ms, calls of AWS played at their usual times`,
      why: 'One process does it all here, the sender too: anything else that runs on the machine adds to it.',
    },
    {
      what: 'peak memory in a storm',
      measured: mebibytes,
      budget: 256,
      unit: 'MiB',
      detail: 'with the loader of TypeScript',
    },
  ];
}

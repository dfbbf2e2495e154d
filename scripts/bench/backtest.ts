import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { measure, rounded, type Row, scratch } from './measure';
import { writeTrailFile } from './trail-file';

/** Size of the file that the budget is for. */
export const MEGABYTES = 1_000;

/** One file of CloudTrail's, once through the command line, as a person calls it. */
export async function backtest(megabytes: number): Promise<Row[]> {
  const file = join(scratch, 'trail.json');
  const records = await writeTrailFile(file, megabytes * 1e6);
  const { size } = statSync(file);
  const found = join(scratch, 'backtest.jsonl');
  const stdout = openSync(found, 'w');
  const run = await measure({ args: ['dist/cli/bulwark.mjs', 'backtest', '--json', file], stdout });
  closeSync(stdout);
  rmSync(file);
  const lines = readFileSync(found, 'utf8').trimEnd().split('\n');
  const { summary } = JSON.parse(lines.at(-1) ?? '') as {
    summary: { events: number; matched: number; refused: number };
  };
  // A fast answer to another question is worth nothing.
  const share = summary.matched / records;
  if (summary.events !== records || summary.refused !== 0 || share < 0.01 || share > 0.1) {
    throw new Error(
      `the backtest of ${records} records came to ${JSON.stringify(summary)}, which is not what was written`,
    );
  }
  const gigabytes = `${(size / 1e9).toFixed(2)} GB`;
  return [
    {
      what: 'backtest of recorded events',
      measured: Math.round(summary.events / run.seconds),
      budget: 20_000,
      atLeast: true,
      unit: 'events/s',
      detail: `${summary.events} events in ${gigabytes} in ${run.seconds.toFixed(1)} s, ${(100 * share).toFixed(1)} % of them matched`,
    },
    {
      what: 'peak memory of the backtest',
      measured: rounded(run.mebibytes),
      budget: 250,
      unit: 'MiB',
      detail: `one line of ${gigabytes}`,
    },
  ];
}

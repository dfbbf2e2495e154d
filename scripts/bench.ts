/**
 * Prints what the baseline costs, against its budgets: `npm run bench`; with `--write` also into docs/performance.md. Machines are
 * noisy, so times are ratios between programs that run in turns. Exits 1 when a budget is missed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { backtest, MEGABYTES } from './bench/backtest';
import { functions } from './bench/functions';
import { isMet, ROOT, type Row } from './bench/measure';
import { type Bench, machine, page, repeated, table } from './bench/report';
import { storm } from './bench/storm-rows';
import { synthesis } from './bench/synthesis';

const PAGE = 'docs/performance.md';
const RUNS = 9;

interface Options {
  readonly json?: boolean;
  readonly write?: boolean;
  readonly runs: number;
  readonly only?: PartName[];
  readonly backtestMegabytes: number;
}

const PARTS = {
  synthesis: ({ runs }: Options) => synthesis(runs),
  functions: ({ runs }: Options) => functions(runs),
  storm,
  backtest: ({ backtestMegabytes }: Options) => backtest(backtestMegabytes),
};
type PartName = keyof typeof PARTS;

const command = new Command('bench')
  .description('measures synthesis, functions and backtest against their budgets')
  .option('--json', 'one JSON line')
  .option('--write', `also writes ${PAGE}`)
  .option('--runs <n>', 'runs of each program', positive, RUNS)
  .addOption(new Option('--only <part...>', 'not everything').choices(Object.keys(PARTS)))
  .option(
    '--backtest-megabytes <n>',
    `size of the generated file of records; the budget is for ${MEGABYTES}`,
    positive,
    MEGABYTES,
  );

void main(command.parse().opts<Options>()).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});

async function main(options: Options): Promise<void> {
  const { json, write, only, runs, backtestMegabytes } = options;
  if (write) {
    if (only !== undefined || backtestMegabytes !== MEGABYTES) {
      command.error(`error: ${PAGE} tells of everything: --write goes with neither --only nor --backtest-megabytes`);
    }
    const twice = repeated(readFileSync(join(ROOT, 'README.md'), 'utf8'));
    if (twice.length > 0) {
      command.error(`error: README.md must link to ${PAGE} and not repeat its figures: ${twice.join('; ')}`);
    }
  }
  const rows: Row[] = [];
  for (const name of only ?? (Object.keys(PARTS) as PartName[])) rows.push(...(await PARTS[name](options)));
  const bench: Bench = { machine: machine(), date: new Date().toISOString().slice(0, 10), runs, rows };
  console.log(json ? JSON.stringify(bench) : table(bench));
  if (write) writeFileSync(join(ROOT, PAGE), page(bench));
  process.exitCode = rows.every(isMet) ? 0 : 1;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError(`It must be a whole number from 1, got ${text}.`);
  return value;
}

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { isMet, ROOT, type Row } from './measure';

export interface Bench {
  readonly machine: Machine;
  /** The day, as `YYYY-MM-DD` (UTC). */
  readonly date: string;
  readonly runs: number;
  readonly rows: readonly Row[];
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly gibibytes: number;
  readonly node: string;
  /** Of what is measured along. */
  readonly versions: Readonly<Record<string, string>>;
  /** Mean number of processes that wanted to run during the last minutes: more than there are cores, and times are noisy. */
  readonly load: number;
}

export function machine(): Machine {
  const versionOf = (name: string) =>
    (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    gibibytes: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    versions: Object.fromEntries(['aws-cdk-lib', 'aws-cdk', 'cdk-nag'].map((name) => [name, versionOf(name)])),
    load: Number((loadavg()[2] ?? 0).toFixed(1)),
  };
}

/** For a terminal. */
export function table({ rows }: Bench): string {
  const shown = new Table({
    head: ['What', 'Measured', 'Quartiles', 'Budget', 'How'],
    style: { head: [], border: [] },
  });
  for (const row of rows) shown.push([row.what, measured(row), spread(row), budget(row), row.detail]);
  const missed = rows.filter((row) => !isMet(row));
  const verdict = missed.length === 0 ? 'every budget is met' : `missed: ${missed.map(({ what }) => what).join('; ')}`;
  return `${shown.toString()}\n${verdict}`;
}

/** docs/performance.md */
export function page({ machine: on, date, runs, rows }: Bench): string {
  const whole = rows.filter((row) => row.remediation === undefined);
  const units = [...new Set(rows.flatMap(({ remediation }) => remediation ?? []))];
  const missed = rows.filter((row) => !isMet(row));
  const versions = Object.entries(on.versions).map(([name, version]) => `${name} ${version}`);
  return `<!-- Written by \`npm run bench -- --write\`; do not edit. -->

# What it costs in time

\`npm run bench\` prints this, \`npm run bench -- --write\` writes it here. Times are those of whole processes, as ratios between
programs that ran in turns, so that a busy moment hits all of them; what is told is the median over ${runs} turns, and the
quartiles. Compare ratios, never seconds of two days or two machines.

${date}, ${on.cores} cores (${on.processor}), ${on.gibibytes} GiB, Node ${on.node}, ${versions.join(', ')}, mean load ${on.load}.

| What | Measured | Quartiles | Budget | | How |
| --- | --- | --- | --- | --- | --- |
${whole.map((row) => line(row.what, measured(row), spread(row), budget(row), verdict(row), row.detail)).join('\n')}

## One start of the responder, by remediation

What is loaded is the core and the chunks of that one remediation. The start is measured against that of a handler that does
nothing.

| Remediation | Loaded | Budget | | Start | Quartiles | Budget | | Median times |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${units
  .map((id) => {
    const [loaded, start] = rows.filter(({ remediation }) => remediation === id) as [Row, Row];
    const size = [measured(loaded), budget(loaded), verdict(loaded)];
    return line(`\`${id}\``, ...size, measured(start), spread(start), budget(start), verdict(start), start.detail);
  })
  .join('\n')}

## What is missed, and why

${missed.length === 0 ? 'Nothing.' : reasons(missed)}

## What is held elsewhere

- The API calls of one repair: declared in each remediation's \`spec.ts\`, and asserted by the tests from the log of calls.
- Synthesis against the number of accounts: does not apply yet, one deployment serves one account.
- The time of the tests: \`npm test\` prints it.
`;
}

/** Rows of a document that tell what docs/performance.md tells. Figures that stand twice disagree one day. */
export function repeated(markdown: string): string[] {
  return markdown.split('\n').filter((text) => /^\|.*\b\d[\d.,]*( to [\d.]+)? (ms|x|KB|MiB|events\/s)\b/.test(text));
}

function line(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function reasons(missed: readonly Row[]): string {
  const byReason = new Map<string, string[]>();
  for (const { what, remediation, why = 'Not known yet.' } of missed) {
    byReason.set(why, [...(byReason.get(why) ?? []), remediation === undefined ? what : `\`${remediation}\``]);
  }
  return [...byReason].map(([why, whats]) => `- ${whats.join(', ')}: ${why}`).join('\n');
}

function verdict(row: Row): string {
  return isMet(row) ? 'met' : '**missed**';
}

function measured({ measured: value, unit }: Row): string {
  return `${shown(value)} ${unit}`.trim();
}

function spread({ spread: range }: Row): string {
  return range === undefined ? '' : range.map(shown).join(' to ');
}

function budget({ budget: value, unit, atLeast }: Row): string {
  return `${atLeast ? '≥' : '≤'} ${value.toLocaleString('en')} ${unit}`.trim();
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(Number.isInteger(value) ? 0 : 2);
}

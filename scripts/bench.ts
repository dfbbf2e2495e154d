/**
 * Prints what the baseline costs: `npm run bench`. Times are ratios of medians taken in turns within one run, because
 * machines are noisy; each has its budget and its reason in docs/adr or the README. Exits 1 when a budget is missed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command } from 'commander';
import { REGISTRY } from '../lambda/registry.generated';
import { FUNCTION_VARIABLES } from '../lambda/runtime/deployment/spec';
import type { Storm } from './bench/storm';

interface Run {
  readonly seconds: number;
  readonly mebibytes: number;
}

interface Row {
  readonly what: string;
  readonly measured: number;
  readonly budget: number;
  readonly unit: string;
  readonly detail: string;
}

interface Program {
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
}

const root = join(__dirname, '..');
const { json, runs } = new Command('bench')
  .description('measures synthesis, bundles and start-up against their budgets')
  .option('--json', 'one JSON line')
  .option('--runs <n>', 'runs of each program', positive, 9)
  .parse()
  .opts<{ json?: boolean; runs: number }>();

const scratch = mkdtempSync(join(tmpdir(), 'bulwark-bench-'));
try {
  const rows = [...synthesis(), ...functions(), ...storm()];
  const missed = rows.filter((row) => row.measured > row.budget);
  if (json) {
    console.log(JSON.stringify({ node: process.version, runs, rows }));
  } else {
    const table = new Table({ head: ['What', 'Measured', 'Budget', 'How'], style: { head: [], border: [] } });
    for (const row of rows) {
      table.push([row.what, `${row.measured.toFixed(2)} ${row.unit}`, `${row.budget} ${row.unit}`, row.detail]);
    }
    console.log(
      `${table.toString()}\n${missed.length === 0 ? 'every budget is met' : `missed: ${missed.map((row) => row.what).join('; ')}`}`,
    );
  }
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function synthesis(): Row[] {
  const baseline = join(root, 'dist/bin/baseline.js');
  const context = (more: object) => ({ CDK_CONTEXT_JSON: JSON.stringify({ environment: 'sandbox', ...more }) });
  const bare = { args: [baseline], env: context({ 'bulwark:packs': 'off' }) };
  const templates = join(scratch, 'templates');
  measure({ ...bare, env: { ...bare.env, CDK_OUTDIR: templates } });
  const resources = readdirSync(templates)
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) =>
      Object.keys((JSON.parse(readFileSync(join(templates, file), 'utf8')) as { Resources: object }).Resources),
    ).length;

  const { empty, app, raw, packs, twice } = inTurns({
    empty: { args: [join(root, 'scripts/bench/empty-app.cjs')] },
    app: bare,
    raw: { args: [join(root, 'scripts/bench/raw-app.cjs')], env: { BENCH_TEMPLATES: templates } },
    packs: { args: [baseline], env: context({}) },
    twice: { args: [join(root, 'scripts/bench/double-app.cjs')] },
  });
  const ms = (1_000 * (app.seconds - empty.seconds)) / resources;
  const seconds = (run: Run) => `${run.seconds.toFixed(2)} s`;
  return [
    row('(app - empty app) / resources', ms, 1.5, 'ms', `${resources} resources, ${seconds(app)} - ${seconds(empty)}`),
    row(
      'a second baseline / resources',
      (1_000 * (twice.seconds - app.seconds)) / resources,
      1.5,
      'ms',
      'what each resource costs once the CDK is loaded',
    ),
    row('app / raw CfnResource app', app.seconds / raw.seconds, 1.8, 'x', `${seconds(app)} / ${seconds(raw)}`),
    row('app with both packs / without', packs.seconds / app.seconds, 1.6, 'x', `${seconds(packs)} / ${seconds(app)}`),
    row('peak memory of the app', app.mebibytes, 150, 'MiB', `empty app ${empty.mebibytes.toFixed(0)} MiB`),
  ];
}

/** What one start of the function loads: its core, then the chunks of one remediation. */
function functions(): Row[] {
  const folder = join(root, 'dist/functions');
  const outputs = JSON.parse(readFileSync(join(folder, 'response.meta.json'), 'utf8')) as Outputs;
  const env = Object.fromEntries([
    ...FUNCTION_VARIABLES.map((name) => [name, name === 'BULWARK_REMEDIATIONS' ? '{}' : 'bench']),
    ['AWS_REGION', 'eu-central-1'],
  ]) as Record<string, string>;
  const core = entryOf(outputs, 'lambda/responder/index.ts');
  const units = REGISTRY.map(({ spec }) => {
    const own = `lambda/remediations/${spec.id}`;
    const entries = spec.declared
      ? [entryOf(outputs, `${own}/operations.generated.ts`), entryOf(outputs, 'lambda/runtime/declared.ts')]
      : [entryOf(outputs, `${own}/remediation.ts`)];
    const files = closure(outputs, [core, ...entries]);
    const bytes = files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0);
    const script = [core, ...entries].map((file) => `await import(${JSON.stringify(join(root, file))});`).join('');
    return { spec, kilobytes: bytes / 1_000, program: { args: ['--input-type=module', '-e', script], env } };
  });
  const times: Record<string, Run> = inTurns<string>({
    minimal: { args: [join(root, 'scripts/bench/minimal-handler.mjs')] },
    ...Object.fromEntries(units.map(({ spec, program }) => [spec.id, program])),
  });
  const minimal = times.minimal as Run;
  return units.flatMap(({ spec, kilobytes }) => {
    const heavy = spec.triggers.some((trigger) => trigger.service === 'ec2');
    const start = times[spec.id] as Run;
    return [
      row(`loaded for ${spec.id}`, kilobytes, heavy ? 1_000 : 600, 'KB', 'core and its chunks'),
      row(
        `start for ${spec.id} / minimal handler`,
        start.seconds / minimal.seconds,
        heavy ? 3 : 2.3,
        'x',
        `${(1_000 * start.seconds).toFixed(0)} / ${(1_000 * minimal.seconds).toFixed(0)} ms`,
      ),
    ];
  });
}

/** Ten thousand signals at 500 a second, once: it takes its twenty seconds, whatever the machine. */
function storm(): Row[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'scripts/bench/storm.ts')],
    {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    },
  );
  if (status !== 0) throw new Error(`scripts/bench/storm.ts failed: ${stderr}`);
  const { signals, perSecond, repaired, lost, p50, p99, mebibytes } = JSON.parse(stdout) as Storm;
  return [
    row('signals lost in a storm', lost, 0, '', `${signals} at ${perSecond.toFixed(0)}/s, ${repaired} repaired`),
    row('p99 of a signal in a storm', p99, 250, 'ms', `p50 ${p50} ms, calls of AWS played at their usual times`),
    row('peak memory in a storm', mebibytes, 256, 'MiB', 'with the loader of TypeScript'),
  ];
}

type Outputs = Record<
  string,
  { entryPoint?: string; imports: Array<{ path: string; kind: string; external?: boolean }> }
>;

function entryOf(outputs: Outputs, entryPoint: string): string {
  const found = Object.keys(outputs).find((file) => outputs[file]?.entryPoint === entryPoint);
  if (found === undefined) throw new Error(`${entryPoint} is in no bundle: run npm run build`);
  return found;
}

/** Files that are loaded with these: static imports only, the others wait until somebody asks. */
function closure(outputs: Outputs, entries: string[]): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const each of outputs[file]?.imports ?? []) {
      if (each.kind === 'import-statement' && !each.external) visit(each.path);
    }
  };
  for (const entry of entries) visit(entry);
  return [...seen];
}

/** Medians of programs that ran one after the other, again and again, so that a busy moment hits all of them. */
function inTurns<Name extends string>(programs: Record<Name, Program>): Record<Name, Run> {
  const names = Object.keys(programs) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as Run[]])) as Record<Name, Run[]>;
  for (let turn = 0; turn <= runs; turn++) {
    for (const name of names) {
      const run = measure(programs[name]);
      if (turn > 0) taken[name].push(run); // the first turn only warms the disk
    }
  }
  const medians = names.map((name) => [
    name,
    {
      seconds: median(taken[name].map((run) => run.seconds)),
      mebibytes: median(taken[name].map((run) => run.mebibytes)),
    },
  ]);
  return Object.fromEntries(medians) as Record<Name, Run>;
}

function measure({ args, env }: Program): Run {
  const began = process.hrtime.bigint();
  const { status, stderr, output } = spawnSync(
    process.execPath,
    ['-r', join(root, 'scripts/bench/max-rss.cjs'), ...args],
    {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        CDK_VALIDATION: 'false',
        CDK_OUTDIR: mkdtempSync(join(scratch, 'out-')),
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...env,
      },
    },
  );
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return { seconds, mebibytes: Number(output[3]) / 1_024 };
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function row(what: string, measured: number, budget: number, unit: string, detail: string): Row {
  return { what, measured: Number(measured.toFixed(3)), budget, unit, detail };
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--runs must be a whole number from 1, got ${text}`);
  return value;
}

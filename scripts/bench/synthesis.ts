import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure, type Program, type Row, scratch, Turns } from './measure';

/**
 * BLEA's standalone base as shipped took 9.0 s in `cdk synth` where an empty app took 1.5 s; a quarter of that is the budget. It is
 * not part of this repository, hence the empty app as the common measure.
 */
const EMPTY_SYNTHS_OF_BLEA = 9.0 / 1.5;

/** Whole processes: the app as `cdk.json` runs it, an empty one, and the same templates without the library. */
export async function synthesis(runs: number): Promise<Row[]> {
  const baseline = 'dist/bin/baseline.js';
  const empty = 'scripts/bench/empty-app.cjs';
  const context = (more: object) => ({ CDK_CONTEXT_JSON: JSON.stringify({ environment: 'sandbox', ...more }) });
  const bare = { args: [baseline], env: context({ 'bulwark:packs': 'off' }) };
  const templates = join(scratch, 'templates');
  await measure({ ...bare, env: { ...bare.env, CDK_OUTDIR: templates } });
  const resources = resourcesIn(templates);

  const turns = await Turns.take(runs, {
    empty: { args: [empty] },
    app: bare,
    raw: { args: ['scripts/bench/raw-app.cjs'], env: { BENCH_TEMPLATES: templates } },
    packs: { args: [baseline], env: context({}) },
    twice: { args: ['scripts/bench/double-app.cjs'] },
    emptySynth: cdkSynth(empty),
    synth: cdkSynth(baseline),
  });
  type Name = Parameters<typeof turns.seconds>[0];
  const seconds = (name: Name) => `${turns.seconds(name).toFixed(2)} s`;
  const ratio = (one: Name, other: Name) => ({
    ...turns.figure((run) => run(one).seconds / run(other).seconds),
    unit: 'x',
    detail: `${seconds(one)} / ${seconds(other)}`,
  });
  const perResource = (one: Name, other: Name) => ({
    ...turns.figure((run) => (1_000 * (run(one).seconds - run(other).seconds)) / resources),
    budget: 1.5,
    unit: 'ms',
    detail: `(${seconds(one)} - ${seconds(other)}) / ${resources}`,
  });
  return [
    {
      what: '(app - empty app) / resources',
      ...perResource('app', 'empty'),
      why:
        'Only the part that the next line tells grows with the app. The rest comes once: Node reads and compiles 3 MB of the CDK for the 13 ' +
        'services that the baseline uses, all code runs cold, and the code of the functions is hashed and copied.',
    },
    {
      what: 'a second baseline / resources',
      ...perResource('twice', 'app'),
      why: 'It is what the CDK itself takes for one more resource, and the difference of two times that are each noisy.',
    },
    {
      what: 'app / raw `CfnResource` app',
      ...ratio('app', 'raw'),
      budget: 1.8,
      why:
        'The raw app loads no module of any service, and its templates hold no tokens: the CDK resolves those of ours twice, once to find ' +
        'references between stacks.',
    },
    {
      what: 'app with both packs / without',
      ...ratio('packs', 'app'),
      budget: 1.6,
      why:
        'Most of what AwsSolutions adds is loading: cdk-nag asks each resource whether it is one of a class, which loads the modules of ' +
        'services that the app does not use (QuickSight alone is 5 MB). The checks of our own add less than a tenth to the app.',
    },
    {
      what: '`cdk synth --no-validation` / that of an empty app',
      ...ratio('synth', 'emptySynth'),
      budget: EMPTY_SYNTHS_OF_BLEA / 4,
      why: 'It is the app with both packs, as shipped: what is said of them holds here too.',
    },
    {
      what: 'peak memory of the app',
      ...turns.figure((run) => run('app').mebibytes),
      budget: 150,
      unit: 'MiB',
      detail: `empty app ${turns.mebibytes('empty').toFixed(0)} MiB`,
    },
  ];
}

function cdkSynth(app: string): Program {
  const output = join(scratch, 'cdk.out');
  return {
    args: [
      ...['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--no-validation', '--no-notices'],
      ...['--app', `node ${app}`, '--output', output, '-c', 'environment=sandbox'],
    ],
    env: { CI: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true', AWS_EC2_METADATA_DISABLED: 'true' },
  };
}

function resourcesIn(folder: string): number {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as { Resources: object })
    .reduce((sum, { Resources }) => sum + Object.keys(Resources).length, 0);
}

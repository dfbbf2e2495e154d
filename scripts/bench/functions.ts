import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { REGISTRY } from '../../lambda/registry.generated';
import { FUNCTION_VARIABLES } from '../../lambda/runtime/deployment/spec';
import { ROOT, type Row, Turns } from './measure';

const WHY =
  'The start of the responder goes into loading the core of the SDK, the clients of STS and EventBridge beside that of the remediation, ' +
  'and Powertools. Ledger and mode load only when there is drift.';

/** What one start of the function loads, and how long that takes: its core, then the chunks of one remediation. */
export async function functions(runs: number): Promise<Row[]> {
  const outputs = JSON.parse(readFileSync(join(ROOT, 'dist/functions/response.meta.json'), 'utf8')) as Outputs;
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
    const bytes = files.reduce((sum, file) => sum + statSync(join(ROOT, file)).size, 0);
    const script = [core, ...entries].map((file) => `await import(${JSON.stringify(join(ROOT, file))});`).join('');
    return { spec, kilobytes: bytes / 1_000, program: { args: ['--input-type=module', '-e', script], env } };
  });
  const turns = await Turns.take<string>(runs, {
    minimal: { args: ['scripts/bench/minimal-handler.mjs'] },
    ...Object.fromEntries(units.map(({ spec, program }) => [spec.id, program])),
  });
  const ms = (name: string) => (1_000 * turns.seconds(name)).toFixed(0);
  return units.flatMap(({ spec: { id, triggers }, kilobytes }) => {
    const isHeavy = triggers.some(({ service }) => service === 'ec2');
    return [
      {
        what: `loaded for ${id}`,
        measured: kilobytes,
        budget: isHeavy ? 1_000 : 600,
        unit: 'KB',
        detail: 'core and its chunks',
        remediation: id,
      },
      {
        what: `start for ${id} / minimal handler`,
        ...turns.figure((run) => run(id).seconds / run('minimal').seconds),
        budget: isHeavy ? 3 : 2.3,
        unit: 'x',
        detail: `${ms(id)} / ${ms('minimal')} ms`,
        why: WHY,
        remediation: id,
      },
    ];
  });
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

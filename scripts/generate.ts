/**
 * Writes what follows from the folders: `npm run generate`, or `npm run generate -- --check` to fail when a committed file
 * no longer follows. Adding or deleting a unit's folder is all that adds or deletes the unit.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Permission, RemediationSpec } from '../lambda/runtime/spec';
import type { Rule } from '../lib/checks/rule';
import type { ControlDefinition } from '../lib/controls';
import type { ConstructAnswers } from '../lib/controls/evidence';
import { coveragePage } from './generate/coverage';

const root = join(__dirname, '..');
const HEADER = '// Written by `npm run generate`. Do not edit.\n';
const HTML_HEADER = '<!-- Written by `npm run generate`. Do not edit. -->\n';

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--check');
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown.join(' ')}; the only flag is --check`);

  const [specs, services, rules, constructs] = await Promise.all([
    readSpecs(),
    readUnits<Readonly<Record<string, ControlDefinition>>>('lib/controls/catalogue', 'controls'),
    readUnits<Rule>('lib/checks/rules', 'rule'),
    readAnswers(),
  ]);
  const controls = sorted(Object.assign({}, ...services.map(({ unit }) => unit)));
  const files = new Map<string, string>([
    ['lib/controls/severities.generated.ts', severities(controls)],
    ['lib/controls/catalogue.generated.ts', controlList(services.map(({ file }) => file))],
    ['lib/controls/constructs.generated.ts', constructList(constructs.map(({ path }) => path))],
    ['lambda/registry.generated.ts', registry(specs)],
    ['lib/response/remediations.generated.ts', specList(specs)],
    ['lib/checks/rules.generated.ts', ruleList(rules.map(({ file }) => file))],
    ['docs/generated/remediations.md', catalogue(specs, controls)],
    ['docs/generated/permissions.md', permissions(specs)],
    [
      'docs/generated/coverage.md',
      HTML_HEADER +
        coveragePage({
          controls,
          rules: rules.map(({ unit }) => unit),
          remediations: specs,
          constructs: constructs.map(({ answers }) => answers),
        }),
    ],
    ...specs.flatMap(
      (spec): Array<[string, string]> =>
        spec.declared ? [[`lambda/remediations/${spec.id}/operations.generated.ts`, operations(spec)]] : [],
    ),
  ]);

  const stale = [...files].filter(
    ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
  );
  if (check) {
    if (stale.length > 0) {
      throw new Error(
        `these files no longer follow from their sources, run \`npm run generate\`: ${stale.map(([path]) => path).join(', ')}`,
      );
    }
    return;
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${relative(process.cwd(), join(root, path))}`);
  }
}

type Controls = Readonly<Record<string, ControlDefinition>>;

/** What each file of a folder exports under one name, in order of file name. */
async function readUnits<T>(folder: string, name: string): Promise<Array<{ file: string; unit: T }>> {
  const files = readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const exported = (await import(pathToFileURL(join(root, folder, `${file}.ts`)).href)) as Record<string, T>;
      const unit = exported[name];
      if (unit === undefined) throw new Error(`${folder}/${file}.ts must export "${name}"`);
      return { file, unit };
    }),
  );
}

/** The answers that stand beside constructs; `path` is the file below `lib`, without its ending. */
async function readAnswers(): Promise<Array<{ path: string; answers: ConstructAnswers }>> {
  const paths = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.answers.ts'))
    .map((path) => path.replaceAll('\\', '/').replace(/\.ts$/, ''))
    .sort();
  return Promise.all(
    paths.map(async (path) => {
      const { answers } = (await import(pathToFileURL(join(root, 'lib', `${path}.ts`)).href)) as {
        answers?: ConstructAnswers;
      };
      if (answers === undefined) throw new Error(`lib/${path}.ts must export "answers"`);
      return { path, answers };
    }),
  );
}

function sorted(controls: Controls): Controls {
  const natural = new Intl.Collator('en', { numeric: true });
  return Object.fromEntries(Object.entries(controls).sort(([a], [b]) => natural.compare(a, b)));
}

async function readSpecs(): Promise<RemediationSpec[]> {
  const folder = join(root, 'lambda/remediations');
  const specs: RemediationSpec[] = [];
  for (const id of folders(folder)) {
    const file = join(folder, id, 'spec.ts');
    if (!existsSync(file)) throw new Error(`lambda/remediations/${id} has no spec.ts`);
    const { spec } = (await import(pathToFileURL(file).href)) as { spec?: RemediationSpec };
    if (spec?.id !== id)
      throw new Error(`lambda/remediations/${id}/spec.ts must export a spec with the id "${id}", got "${spec?.id}"`);
    const coded = existsSync(join(folder, id, 'remediation.ts'));
    if (coded === Boolean(spec.declared)) {
      throw new Error(
        `${id} needs either a declaration in spec.ts or a remediation.ts, ${coded ? 'it has both' : 'it has neither'}`,
      );
    }
    specs.push(spec);
  }
  return specs;
}

function registry(specs: RemediationSpec[]): string {
  const entries = specs.map((spec) => {
    const at = `./remediations/${spec.id}`;
    const load = spec.declared
      ? `async () => {\n      const [{ declared }, { operations }] = await Promise.all([\n        import('./runtime/declared'),\n        import('${at}/operations.generated'),\n      ]);\n      return declared(${camel(spec.id)}.declared, operations);\n    }`
      : `async () => (await import('${at}/remediation')).create as CreateRemediator`;
    return `  {\n    spec: ${camel(spec.id)},\n    load: ${load},\n  },\n`;
  });
  return (
    HEADER +
    specs.map((spec) => `import { spec as ${camel(spec.id)} } from './remediations/${spec.id}/spec';\n`).join('') +
    (specs.some((spec) => !spec.declared) ? `import type { CreateRemediator } from './runtime/remediation';\n` : '') +
    `import type { Unit } from './runtime/run';\n\n` +
    '/** Every remediation: its data at once, its code when a signal asks for it. */\n' +
    `export const REGISTRY: readonly Unit[] = [\n${entries.join('')}];\n`
  );
}

function specList(specs: RemediationSpec[]): string {
  return (
    HEADER +
    specs
      .map((spec) => `import { spec as ${camel(spec.id)} } from '../../lambda/remediations/${spec.id}/spec';\n`)
      .join('') +
    `import type { RemediationSpec } from '../../lambda/runtime/spec';\n\n` +
    '/** What the library deploys for, in order of id. */\n' +
    `export const REMEDIATIONS: readonly RemediationSpec[] = [\n${specs.map((spec) => `  ${camel(spec.id)},\n`).join('')}];\n`
  );
}

/** The client and commands of a declared unit, imported by name so that the bundler can leave out all others. */
function operations(spec: RemediationSpec): string {
  const { client, read, write, list, undo } = spec.declared as NonNullable<RemediationSpec['declared']>;
  const commands = Object.entries({
    read: read.operation,
    write: write.operation,
    list: list === 'per-place' ? undefined : list.operation,
    undoSet: undo?.set?.operation,
    undoUnset: undo?.unset?.operation,
  }).flatMap(([role, operation]) => (operation === undefined ? [] : [{ role, command: `${operation}Command` }]));
  const names = [...new Set([client.class, ...commands.map(({ command }) => command)])].sort();
  const oneLine = `import { ${names.join(', ')} } from '@aws-sdk/client-${client.package}';\n`;
  return (
    HEADER +
    oneLine +
    `import type { Operations } from '../../runtime/declared';\n\n` +
    `export const operations: Operations = {\n  client: ${client.class},\n${commands.map(({ role, command }) => `  ${role}: ${command},\n`).join('')}};\n`
  );
}

function ruleList(files: string[]): string {
  const names = files.map((file) => file.split('-')[0] as string);
  return (
    HEADER +
    files.map((file, index) => `import { rule as ${names[index]} } from './rules/${file}';\n`).join('') +
    `import type { Rule } from './rule';\n\n` +
    '/** The rules of the pack, in order of id. */\n' +
    `export const RULES: readonly Rule[] = [\n${names.map((name) => `  ${name},\n`).join('')}];\n`
  );
}

/** Ids and severities alone: what runs at synthesis and in functions needs no more, and the whole catalogue takes its time to load. */
function severities(controls: Controls): string {
  const rows = Object.entries(controls).map(([id, { severity }]) => `  '${id}': '${severity}',\n`);
  return (
    HEADER +
    `import type { Severity } from './control';\n\n` +
    '/** Id of every control -> its severity. */\n' +
    `export const SEVERITIES = {\n${rows.join('')}} as const satisfies Record<string, Severity>;\n\n` +
    'export type ControlId = keyof typeof SEVERITIES;\n'
  );
}

function controlList(files: string[]): string {
  return (
    HEADER +
    files.map((file) => `import { controls as ${camel(file)} } from './catalogue/${file}';\n`).join('') +
    `import type { ControlDefinition } from './control';\nimport type { ControlId } from './severities.generated';\n\n` +
    '/** Every control, service by service. */\n' +
    `export const CONTROLS: Readonly<Record<ControlId, ControlDefinition>> = {\n${files.map((file) => `  ...${camel(file)},\n`).join('')}};\n`
  );
}

function constructList(paths: string[]): string {
  const names = paths.map((path) => camel(basename(path).replace('.answers', '')));
  return (
    HEADER +
    paths.map((path, index) => `import { answers as ${names[index]} } from '../${path}';\n`).join('') +
    `import type { ConstructAnswers } from './evidence';\n\n` +
    '/** What the constructs answer by how they are made. */\n' +
    `export const CONSTRUCTS: readonly ConstructAnswers[] = [\n${names.map((name) => `  ${name},\n`).join('')}];\n`
  );
}

function catalogue(specs: RemediationSpec[], known: Controls): string {
  const rows = specs.map((spec) => {
    const controls = spec.controls.map((id) => `${id} (${known[id]?.severity})`).join(', ');
    const events = spec.triggers.flatMap((trigger) => trigger.eventNames.map((name) => `\`${name}\``)).join(', ');
    const found = [...(spec.findings?.guardDuty ?? []), ...(spec.findings?.config ?? [])].map((each) => `\`${each}\``);
    const undo = spec.undo === 'exact' ? 'exactly' : `never: ${spec.undo.never}`;
    return `| [${spec.id}](../../lambda/remediations/${spec.id}/README.md) | ${spec.title} | ${controls} | ${events || 'no call'} | ${found.join(', ') || 'those of Security Hub'} | ${spec.disruptive ? 'proposed' : 'repaired'} | ${undo} |`;
  });
  return (
    `${HTML_HEADER}# Remediations\n\nEach also looks after a finding of Security Hub for one of its controls, and when a sweep comes by.\n\n` +
    '| Id | Secure state | Controls | Calls | Findings | New drift is | Taken back |\n' +
    `| --- | --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
  );
}

function permissions(specs: RemediationSpec[]): string {
  const sections = specs.map((spec) => {
    const rows = (['read', 'list', 'write', 'undo'] as const).flatMap((phase) =>
      (spec.permissions[phase] ?? []).map(
        (permission) =>
          `| ${phase} | ${permission.actions.map((action) => `\`${action}\``).join(', ')} | ${scopeOf(permission, spec)} |`,
      ),
    );
    return `## ${spec.id}\n\n| Phase | Actions | On |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return (
    `${HTML_HEADER}# Permissions\n\nWhat each remediation may do. Reads and lists use the one read role. Each write uses the remediation's own role, and each\n` +
    `undo another one that only the undo function may take, both narrowed by a session policy to the ARN named here.\n\n${sections.join('\n')}`
  );
}

function scopeOf(permission: Permission, spec: RemediationSpec): string {
  switch (permission.kind) {
    case 'resource':
      return `\`${spec.resource.arn}\``;
    case 'related':
      return `related: \`${permission.arn}\``;
    case 'account':
      return `\`*\`: ${permission.reason}`;
  }
}

function folders(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function camel(id: string): string {
  return id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

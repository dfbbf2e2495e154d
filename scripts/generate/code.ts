import { basename } from 'node:path';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import type { Controls } from './read';

const HEADER = '// Written by `npm run generate`. Do not edit.\n';

export function registry(specs: RemediationSpec[]): string {
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

export function specList(specs: RemediationSpec[]): string {
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
export function operations(spec: RemediationSpec): string {
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

export function ruleList(files: string[]): string {
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
export function severities(controls: Controls): string {
  const rows = Object.entries(controls).map(([id, { severity }]) => `  '${id}': '${severity}',\n`);
  return (
    HEADER +
    `import type { Severity } from './control';\n\n` +
    '/** Id of every control -> its severity. */\n' +
    `export const SEVERITIES = {\n${rows.join('')}} as const satisfies Record<string, Severity>;\n\n` +
    'export type ControlId = keyof typeof SEVERITIES;\n'
  );
}

export function controlList(files: string[]): string {
  return (
    HEADER +
    files.map((file) => `import { controls as ${camel(file)} } from './catalogue/${file}';\n`).join('') +
    `import type { ControlDefinition } from './control';\nimport type { ControlId } from './severities.generated';\n\n` +
    '/** Every control, service by service. */\n' +
    `export const CONTROLS: Readonly<Record<ControlId, ControlDefinition>> = {\n${files.map((file) => `  ...${camel(file)},\n`).join('')}};\n`
  );
}

export function constructList(paths: string[]): string {
  const names = paths.map((path) => camel(basename(path).replace('.answers', '')));
  return (
    HEADER +
    paths.map((path, index) => `import { answers as ${names[index]} } from '../${path}';\n`).join('') +
    `import type { ConstructAnswers } from './evidence';\n\n` +
    '/** What the constructs answer by how they are made. */\n' +
    `export const CONSTRUCTS: readonly ConstructAnswers[] = [\n${names.map((name) => `  ${name},\n`).join('')}];\n`
  );
}

function camel(id: string): string {
  return id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

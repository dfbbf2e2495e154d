import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import type { ControlDefinition } from '../../lib/controls';
import type { ConstructAnswers } from '../../lib/controls/evidence';

export const root = join(__dirname, '../..');

/** Control id -> what it is. */
export type Controls = Readonly<Record<string, ControlDefinition>>;

/** What each file of a folder exports under one name, in order of file name. */
export async function readUnits<T>(folder: string, name: string): Promise<Array<{ file: string; unit: T }>> {
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
export async function readAnswers(): Promise<Array<{ path: string; answers: ConstructAnswers }>> {
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

export function sorted(controls: Controls): Controls {
  const natural = new Intl.Collator('en', { numeric: true });
  return Object.fromEntries(Object.entries(controls).sort(([a], [b]) => natural.compare(a, b)));
}

export async function readSpecs(): Promise<RemediationSpec[]> {
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

function folders(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import { problemsOf } from './module-laws';

/**
 * Reads a consumer's own units: one folder each, named as its id, with `spec.json` and `index.mjs`. They are held to the same
 * laws as ours, because their permissions end in real roles.
 *
 * @internal
 * @throws Error that names the file and everything that is wrong with it
 */
export function readModules(where: string, folder: string): RemediationSpec[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Error(`modules must be a folder of bundled units, got ${folder} (${where})`);
  }
  const ids = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  if (ids.length === 0) throw new Error(`modules must hold a folder for each unit, ${folder} holds none (${where})`);
  return ids.map((id) => readModule(where, join(folder, id), id));
}

function readModule(where: string, folder: string, id: string): RemediationSpec {
  const file = join(folder, 'spec.json');
  for (const needed of ['spec.json', 'index.mjs']) {
    if (!existsSync(join(folder, needed))) throw new Error(`the unit ${id} has no ${needed} at ${folder} (${where})`);
  }
  let spec: unknown;
  try {
    spec = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${(cause as Error).message} (${where})`, { cause });
  }
  const problems = problemsOf(spec, id);
  if (problems.length > 0) throw new Error(`${file} cannot be deployed: ${problems.join('; ')} (${where})`);
  return spec as RemediationSpec;
}

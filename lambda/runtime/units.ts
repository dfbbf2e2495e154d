import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MODULES_FOLDER } from './deployment/spec';
import { ConfigurationError } from './errors';
import type { CreateRemediator } from './remediation';
import type { Unit } from './run';
import type { RemediationSpec } from './spec';

/**
 * The active units: ours by the registry, a consumer's from the bundle. Code is loaded when a signal asks for it.
 *
 * @throws ConfigurationError for an id that is neither
 */
export function activeUnits(active: ReadonlySet<string>, registry: readonly Unit[], root: string): Unit[] {
  return [...active].map((id) => {
    const own = registry.find(({ spec }) => spec.id === id);
    return own ?? moduleUnit(id, join(root, MODULES_FOLDER, id));
  });
}

function moduleUnit(id: string, folder: string): Unit {
  const file = join(folder, 'spec.json');
  if (!existsSync(file)) throw new ConfigurationError(`there is no remediation ${id}, in the registry or at ${file}`);
  return {
    spec: JSON.parse(readFileSync(file, 'utf8')) as RemediationSpec,
    load: async () => {
      const code = (await import(pathToFileURL(join(folder, 'index.mjs')).href)) as { create?: CreateRemediator };
      if (typeof code.create !== 'function') {
        throw new ConfigurationError(`modules/${id}/index.mjs must export a function "create"`);
      }
      return code.create;
    },
  };
}

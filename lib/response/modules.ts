import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CONTROLS } from '../controls';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import { isRecord } from '../private/template-values';
import { REMEDIATIONS } from './remediations.generated';

const ID = /^[a-z0-9]+(-[a-z0-9]+)+$/;
const LONGEST_ID = 34;
const PHASES = ['read', 'list', 'write', 'undo'] as const;

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

function problemsOf(spec: unknown, id: string): string[] {
  if (!isRecord(spec)) return ['it must be an object'];
  const { resource, sweep, permissions, calls, controls, triggers } = spec;
  const undo = isRecord(permissions) ? permissions.undo : undefined;
  return [
    spec.id !== id && `id must be "${id}", as its folder, got ${JSON.stringify(spec.id)}`,
    (!ID.test(id) || id.length > LONGEST_ID) &&
      `id must be lower-case words joined by hyphens, at most ${LONGEST_ID} characters`,
    REMEDIATIONS.some((own) => own.id === id) && `id must not be one of the package's own, got ${id}`,
    typeof spec.title !== 'string' && 'title must be a sentence',
    typeof spec.disruptive !== 'boolean' && 'disruptive must be true or false',
    !(Array.isArray(controls) && controls.length > 0 && controls.every((one) => typeof one === 'string')) &&
      'controls must name at least one control',
    Array.isArray(controls) &&
      typeof spec.severity !== 'string' &&
      controls.some((one) => !Object.hasOwn(CONTROLS, String(one))) &&
      'severity must be said where a control is not one of the package',
    !Array.isArray(triggers) && 'triggers must be a list',
    !(isRecord(resource) && typeof resource.type === 'string' && typeof resource.arn === 'string') &&
      'resource must have type and arn',
    !(isRecord(sweep) && (sweep.per === 'region' || sweep.per === 'account')) && 'sweep.per must be region or account',
    !(isRecord(calls) && typeof calls.read === 'number' && typeof calls.write === 'number') &&
      'calls must bound read and write',
    !(spec.undo === 'exact' || (isRecord(spec.undo) && typeof spec.undo.never === 'string')) &&
      'undo must be "exact" or never(reason)',
    spec.undo === 'exact' && undo === undefined && 'permissions.undo must be there where undo is exact',
    isRecord(permissions) && permissions.read === undefined && 'permissions.read must be there',
    isRecord(permissions) && permissions.write === undefined && 'permissions.write must be there',
    ...(isRecord(permissions)
      ? PHASES.flatMap((phase) => permissionProblems(phase, permissions[phase]))
      : ['permissions must be an object']),
  ].filter((problem): problem is string => typeof problem === 'string');
}

function permissionProblems(phase: string, found: unknown): string[] {
  if (found === undefined) return [];
  if (!Array.isArray(found) || found.length === 0) return [`permissions.${phase} must be a list that is not empty`];
  return found.flatMap((permission: unknown, index) => {
    const at = `permissions.${phase}[${index}]`;
    if (!isRecord(permission)) return [`${at} must be an object`];
    const { kind, actions, arn, reason } = permission;
    const named =
      Array.isArray(actions) &&
      actions.length > 0 &&
      actions.every((one) => /^[a-z0-9-]+:[A-Za-z0-9]+$/.test(String(one)));
    return [
      ...(named ? [] : [`${at}.actions must name actions in full, without *, got ${JSON.stringify(actions)}`]),
      ...(kind === 'resource' || kind === 'related' || kind === 'account'
        ? []
        : [`${at}.kind must be resource, related or account`]),
      ...(kind === 'related' && typeof arn !== 'string' ? [`${at}.arn must name the related resource`] : []),
      ...(kind === 'account' && typeof reason !== 'string'
        ? [`${at}.reason must say why the action has no resource level`]
        : []),
    ];
  });
}

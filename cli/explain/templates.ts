import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, textAt } from '../../lambda/runtime/foreign';
import { Stop } from '../exit';

/** A resource as it stands in a synthesized template. */
export interface Placed {
  /** Template file. */
  readonly template: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Path of the construct, where the template tells it. */
  readonly path?: string;
  /** Classes of ours above it in the tree of constructs: `LogArchive`. */
  readonly within: readonly string[];
}

const DEFAULT_FOLDER = 'cdk.out';

/**
 * Every resource of the templates below a folder.
 *
 * @param folder as it was asked for; by default `cdk.out`, where that is there
 * @returns undefined where nothing was asked for, and nothing has been synthesized
 * @throws Stop for a folder that is not there, or has no templates
 */
export function readTemplates(folder: string | undefined): Placed[] | undefined {
  const where = folder ?? DEFAULT_FOLDER;
  if (!existsSync(where)) {
    if (folder === undefined) return undefined;
    throw new Stop(
      'notFound',
      `There is no folder ${folder}: synthesize first (cdk synth), or name where it wrote to.`,
    );
  }
  const files = readdirSync(where, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.template.json'),
  );
  if (files.length === 0 && folder !== undefined) {
    throw new Stop('notFound', `There are no templates (*.template.json) in ${folder}: synthesize first (cdk synth).`);
  }
  const owners = ownersIn(join(where, 'tree.json'));
  return files.sort().flatMap((file) => resourcesIn(join(where, file), owners));
}

/** Paths of the constructs of ours -> their classes. The CDK writes the tree beside the templates. */
function ownersIn(file: string): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const walk = (node: unknown): void => {
    if (!isRecord(node)) return;
    const [, name] = /^cdk-bulwark\.(?:[\w.]*\.)?(\w+)$/.exec(textAt(node, 'constructInfo.fqn') ?? '') ?? [];
    if (name !== undefined && typeof node.path === 'string') owners.set(node.path, name);
    if (isRecord(node.children)) for (const child of Object.values(node.children)) walk(child);
  };
  try {
    walk((JSON.parse(readFileSync(file, 'utf8')) as { tree?: unknown }).tree);
  } catch {
    // Without a tree nobody can tell whose a resource is.
  }
  return owners;
}

function withinOf(path: string, owners: ReadonlyMap<string, string>): string[] {
  return path.split('/').flatMap((_, index, parts) => owners.get(parts.slice(0, index + 1).join('/')) ?? []);
}

function resourcesIn(template: string, owners: ReadonlyMap<string, string>): Placed[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(template, 'utf8'));
  } catch {
    throw new Stop('failed', `${template} is no template: it is not JSON. Synthesize anew (cdk synth).`);
  }
  const resources = isRecord(parsed) && isRecord(parsed.Resources) ? parsed.Resources : {};
  return Object.entries(resources).flatMap(([logicalId, resource]) => {
    if (!isRecord(resource) || typeof resource.Type !== 'string') return [];
    const path = isRecord(resource.Metadata) ? resource.Metadata['aws:cdk:path'] : undefined;
    return [
      {
        template,
        logicalId,
        type: resource.Type,
        properties: isRecord(resource.Properties) ? resource.Properties : {},
        ...(typeof path === 'string' && { path }),
        within: typeof path === 'string' ? withinOf(path, owners) : [],
      },
    ];
  });
}

/** Whether a resource is the role of a remediation, or an event rule that carries its signals. */
export function carries(
  id: string,
  triggers: ReadonlyArray<{ readonly service: string; readonly eventNames: readonly string[] }>,
) {
  // repairRole and undoRole name them so.
  const name = new RegExp(`^bulwark-[a-z0-9]+-${id}(-undo)?$`);
  return ({ type, properties, within }: Placed): boolean => {
    if (type === 'AWS::IAM::Role') return typeof properties.RoleName === 'string' && name.test(properties.RoleName);
    if (type !== 'AWS::Events::Rule' || !within.includes('RegionalSignals')) return false;
    const names = isRecord(properties.EventPattern) ? properties.EventPattern.detail : undefined;
    const source = sourceOf(properties);
    const listed = isRecord(names) && Array.isArray(names.eventName) ? names.eventName : [];
    return triggers.some(
      ({ service, eventNames }) => source === `aws.${service}` && eventNames.some((name) => listed.includes(name)),
    );
  };
}

function sourceOf(properties: Readonly<Record<string, unknown>>): string | undefined {
  const pattern = properties.EventPattern;
  const sources = isRecord(pattern) ? pattern.source : undefined;
  return Array.isArray(sources) && typeof sources[0] === 'string' ? sources[0] : undefined;
}

import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  paginateListExports,
} from '@aws-sdk/client-cloudformation';
import { DescribeAvailabilityZonesCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Destroyable, OperatorConfig } from './clients';
import { canonical, matches } from './compare';
import type { DeployedStack, TemplateResource } from './deploy';
import { sentence } from './errors';
import { isNoValue, type Names, resolve, Unresolvable } from './intrinsics';
import { READERS } from './readers';
import { ATTRIBUTES } from './readers/attributes';
import type { Ask, Reader } from './readers/reader';

/** One property of one resource. */
export interface PropertyPlace {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** `*` when the resource as a whole could not be read. */
  readonly property: string;
}

export interface Difference extends PropertyPlace {
  readonly expected: unknown;
  readonly actual: unknown;
}

export interface NotCompared extends PropertyPlace {
  readonly reason: string;
}

export interface ReadBack {
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly notCompared: readonly NotCompared[];
}

/** What the read-back needs of a sandbox. */
export interface ReadableSandbox {
  readonly account: string;
  client<C extends Destroyable>(Client: new (config: OperatorConfig) => C, region?: string): C;
  call(region: string, service: string, target: string, input: object): Promise<Record<string, unknown>>;
  xml(
    region: string,
    service: string,
    path: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<Record<string, unknown>>;
}

/**
 * Compares what was deployed, as the services' own describe calls tell it, with the synthesized templates. A stack that turned
 * green proves nothing.
 */
export async function readBack(
  sandbox: ReadableSandbox,
  stacks: readonly DeployedStack[],
  readers: Readonly<Record<string, Reader>> = READERS,
): Promise<ReadBack> {
  const parts = await Promise.all(stacks.map((stack) => readStack(sandbox, stack, readers)));
  return sum(parts);
}

async function readStack(
  sandbox: ReadableSandbox,
  stack: DeployedStack,
  readers: Readonly<Record<string, Reader>>,
): Promise<ReadBack> {
  const ask: Ask = {
    client: (Client) => sandbox.client(Client, stack.region),
    json: (service, target, input) => sandbox.call(stack.region, service, target, input),
    xml: (service, path, form) => sandbox.xml(stack.region, service, path, form),
  };
  const names = await withAttributes(await namesOf(sandbox, stack), stack, ask);
  const resources = Object.entries(stack.template.Resources ?? {});
  return sum(
    await Promise.all(
      resources.map(([logicalId, resource]) =>
        readResource({ stack: stack.name, logicalId, type: resource.Type }, resource, {
          names,
          ask,
          reader: readers[resource.Type],
        }),
      ),
    ),
  );
}

async function namesOf(sandbox: ReadableSandbox, { name, region, template }: DeployedStack): Promise<Names> {
  const cloudformation = sandbox.client(CloudFormationClient, region);
  const [{ StackResources: found }, { Stacks: described }, exports] = await Promise.all([
    cloudformation.send(new DescribeStackResourcesCommand({ StackName: name })),
    cloudformation.send(new DescribeStacksCommand({ StackName: name })),
    exportsOf(cloudformation),
  ]);
  const resources = (found ?? []).map(({ LogicalResourceId: logicalId = '', PhysicalResourceId: physicalId = '' }) => {
    const resource = template.Resources?.[logicalId];
    return [logicalId, { type: resource?.Type ?? '', physicalId, properties: resource?.Properties ?? {} }] as const;
  });
  return {
    account: sandbox.account,
    region,
    stackName: name,
    stackId: described?.[0]?.StackId ?? '',
    resources: Object.fromEntries(resources),
    exports,
    parameters: Object.fromEntries(
      (described?.[0]?.Parameters ?? []).map((each) => [
        each.ParameterKey ?? '',
        each.ResolvedValue ?? each.ParameterValue,
      ]),
    ),
  };
}

/** What the references need that neither the template nor the physical ids tell; each service is asked for its own. */
async function withAttributes(names: Names, { template }: DeployedStack, ask: Ask): Promise<Names> {
  const text = JSON.stringify(template.Resources ?? {});
  const resources = await Promise.all(
    Object.entries(names.resources).map(async ([id, resource]) => {
      const read = ATTRIBUTES[resource.type];
      if (!read || !(text.includes(`["${id}",`) || text.includes(`{${id}.`))) return [id, resource] as const;
      const attributes = await read({ ...resource, region: names.region }, ask);
      return [id, { ...resource, attributes }] as const;
    }),
  );
  const zones = text.includes('"Fn::GetAZs"') ? await zonesOf(ask) : undefined;
  return { ...names, resources: Object.fromEntries(resources), ...(zones && { zones }) };
}

async function zonesOf(ask: Ask): Promise<readonly string[]> {
  const { AvailabilityZones: zones = [] } = await ask.client(EC2Client).send(new DescribeAvailabilityZonesCommand({}));
  return zones.flatMap(({ ZoneName: name }) => (name === undefined ? [] : [name])).sort();
}

async function exportsOf(client: CloudFormationClient): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const page of paginateListExports({ client }, {})) {
    for (const { Name: name, Value: value } of page.Exports ?? []) {
      if (name !== undefined && value !== undefined) found[name] = value;
    }
  }
  return found;
}

interface Reading {
  readonly names: Names;
  readonly ask: Ask;
  readonly reader: Reader | undefined;
}

type Place = Omit<PropertyPlace, 'property'>;

async function readResource(place: Place, resource: TemplateResource, reading: Reading): Promise<ReadBack> {
  const properties = Object.entries(resource.Properties ?? {});
  const untold = (reason: string): ReadBack => ({
    compared: 0,
    differences: [],
    notCompared: properties.map(([property]) => ({ ...place, property, reason })),
  });
  const deployed = reading.names.resources[place.logicalId];
  if (!deployed) {
    // A condition may have left it out; anything else is a resource that is not there.
    return resource.Condition === undefined
      ? unreadable(place, resource, 'the stack has no such resource')
      : untold(`the condition ${resource.Condition} left it out`);
  }
  if (!reading.reader) return untold(`nothing reads ${place.type} back`);

  const { expected, unresolved } = resolveEach(properties, reading.names);
  try {
    const actual = await reading.reader(
      { physicalId: deployed.physicalId, properties: Object.fromEntries(expected), region: reading.names.region },
      reading.ask,
    );
    return compareProperties(place, expected, unresolved, actual);
  } catch (error) {
    return unreadable(place, resource, sentence(error));
  }
}

/** References first: a property whose value is not known cannot be compared. */
function resolveEach(properties: readonly (readonly [string, unknown])[], names: Names) {
  const expected = new Map<string, unknown>();
  const unresolved = new Map<string, string>();
  for (const [property, value] of properties) {
    try {
      const resolved = resolve(value, names);
      if (!isNoValue(resolved)) expected.set(property, resolved);
    } catch (error) {
      if (!(error instanceof Unresolvable)) throw error;
      unresolved.set(property, error.message);
    }
  }
  return { expected, unresolved };
}

/** The comparison itself, of one resource. */
export function compareProperties(
  place: Place,
  expected: ReadonlyMap<string, unknown>,
  unresolved: ReadonlyMap<string, string>,
  actual: Readonly<Record<string, unknown>>,
): ReadBack {
  const notCompared: NotCompared[] = [...unresolved].map(([property, reason]) => ({ ...place, property, reason }));
  const differences: Difference[] = [];
  let compared = 0;
  for (const [property, wanted] of expected) {
    if (!(property in actual)) {
      notCompared.push({ ...place, property, reason: 'no describe call tells it' });
      continue;
    }
    compared += 1;
    const [left, right] = [canonical(wanted, property), canonical(actual[property], property)];
    if (!matches(left, right)) differences.push({ ...place, property, expected: left, actual: right });
  }
  return { compared, differences, notCompared };
}

function unreadable(place: Place, resource: TemplateResource, reason: string): ReadBack {
  const difference = { ...place, property: '*', expected: resource.Properties, actual: reason };
  return { compared: 0, differences: [difference], notCompared: [] };
}

function sum(parts: readonly ReadBack[]): ReadBack {
  return {
    compared: parts.reduce((total, part) => total + part.compared, 0),
    differences: parts.flatMap((part) => part.differences),
    notCompared: parts.flatMap((part) => part.notCompared),
  };
}

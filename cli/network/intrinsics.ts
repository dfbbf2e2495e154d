import { isRecord, listOf } from '../../lib/private/template-values';
import { cut, parseRange } from './ranges';

/** A template as it was synthesized. */
export interface Template {
  /** Name of its file or stack, which tells two resources with one logical id apart. */
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Account that it is for, where that is known. */
  readonly account?: string;
}

/** A resource with everything that is known about it before the deployment. */
export interface Resource {
  /** Its logical id, behind the name of its template where several have it. */
  readonly id: string;
  readonly type: string;
  readonly template: Template;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly condition?: string;
}

/** Zones of a Region by their place in its list: which they are, the deployment knows. */
const ZONES = Array.from({ length: 6 }, (_, index) => `zone ${index + 1}`);

/** Attributes that name the resource itself, as `Ref` does. */
const OWN_ID = /^(\w*Id|Ref)$/;

/** How the library's custom resource calls the prefix lists of gateway endpoints. */
const SERVICE_LISTS: Readonly<Record<string, string>> = { S3PrefixListId: 's3', DynamoDbPrefixListId: 'dynamodb' };

/** Resolves what templates say, as far as it does not depend on the deployment. References become ids. */
export class Resolver {
  public readonly resources: readonly Resource[];
  /** Parameters of which the default was taken, which a deployment may override. */
  public readonly presumed = new Set<string>();
  private readonly byPlace = new Map<string, Resource>();
  private readonly exports = new Map<string, { readonly value: unknown; readonly template: Template }>();

  public constructor(templates: readonly Template[]) {
    const named = templates.flatMap((template) =>
      Object.entries(recordAt(template.body, 'Resources')).flatMap(([logicalId, resource]) =>
        isRecord(resource) && typeof resource.Type === 'string' ? [{ template, logicalId, resource }] : [],
      ),
    );
    const counts = new Map<string, number>();
    for (const { logicalId } of named) counts.set(logicalId, (counts.get(logicalId) ?? 0) + 1);
    this.resources = named.map(({ template, logicalId, resource }) => {
      const made: Resource = {
        id: (counts.get(logicalId) ?? 0) > 1 ? `${template.name}/${logicalId}` : logicalId,
        type: String(resource.Type),
        template,
        properties: isRecord(resource.Properties) ? resource.Properties : {},
        ...(typeof resource.Condition === 'string' && { condition: resource.Condition }),
      };
      this.byPlace.set(`${template.name} ${logicalId}`, made);
      return made;
    });
    for (const template of templates) {
      for (const output of Object.values(recordAt(template.body, 'Outputs'))) {
        if (!isRecord(output) || !isRecord(output.Export)) continue;
        const name = this.text(output.Export.Name, template);
        if (name !== undefined) this.exports.set(name, { value: output.Value, template });
      }
    }
  }

  public text(value: unknown, template: Template): string | undefined {
    const resolved = this.resolve(value, template);
    return typeof resolved === 'string' || typeof resolved === 'number' || typeof resolved === 'boolean'
      ? String(resolved)
      : undefined;
  }

  public list(value: unknown, template: Template): Array<string | undefined> {
    const resolved = this.resolve(value, template);
    return listOf(resolved).map((item) => this.text(item, template));
  }

  /** The value with its references as ids; undefined where only the deployment knows it. */
  public resolve(value: unknown, template: Template): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item, template));
    if (!isRecord(value)) return value;
    const [name, ...others] = Object.keys(value);
    if (name === undefined || others.length > 0) return value;
    const argument = value[name];
    switch (name) {
      case 'Ref':
        return this.reference(String(argument), template);
      case 'Fn::GetAtt':
        return this.attribute(argument, template);
      case 'Fn::Select':
        return this.select(argument, template);
      case 'Fn::Split':
        return this.split(argument, template);
      case 'Fn::Join':
        return this.join(argument, template);
      case 'Fn::Sub':
        return this.substitute(argument, template);
      case 'Fn::Cidr':
        return this.cidr(argument, template);
      case 'Fn::GetAZs':
        return ZONES;
      case 'Fn::ImportValue':
        return this.imported(argument, template);
      default:
        return name.startsWith('Fn::') ? undefined : value;
    }
  }

  private reference(name: string, template: Template): unknown {
    if (name === 'AWS::NoValue') return undefined;
    if (name.startsWith('AWS::')) return `<${name}>`;
    const resource = this.byPlace.get(`${template.name} ${name}`);
    if (resource !== undefined) return resource.id;
    return this.parameter(name, template);
  }

  private parameter(name: string, template: Template): unknown {
    const parameter = recordAt(template.body, 'Parameters')[name];
    if (!isRecord(parameter) || parameter.Default === undefined) return undefined;
    const { Type: type, Default: preset } = parameter;
    // What stands there is the name under which Systems Manager keeps the value.
    if (String(type).startsWith('AWS::SSM::Parameter::Value<')) return undefined;
    this.presumed.add(name);
    return /^(CommaDelimitedList|List<)/.test(String(type)) ? String(preset).split(/\s*,\s*/) : preset;
  }

  private attribute(argument: unknown, template: Template): unknown {
    const [logicalId = '', ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
    const name = path.join('.');
    const resource = this.byPlace.get(`${template.name} ${logicalId}`);
    if (resource === undefined) return undefined;
    const { id, properties } = resource;
    if (name === 'CidrBlock') return this.resolve(properties.CidrBlock, template);
    if (name === 'DefaultSecurityGroup') return defaultGroupOf(id);
    if (name === 'DefaultNetworkAcl') return defaultAclOf(id);
    if (name === 'EndpointIds')
      return listOf(properties.SubnetMappings).map((_, index) => `<zone>:${endpointOf(id, index)}`);
    if (name === 'DnsEntries') return [`${id} zone:${id} name`];
    if (SERVICE_LISTS[name] !== undefined) return SERVICE_LISTS[name];
    // A range that only the deployment knows must not pass for an id.
    if (/Cidr/.test(name)) return undefined;
    return OWN_ID.test(name) ? id : `${id}.${name}`;
  }

  private select(argument: unknown, template: Template): unknown {
    const [index, items] = listOf(argument);
    const resolved = this.resolve(items, template);
    return Array.isArray(resolved) ? this.resolve(resolved[Number(this.text(index, template))], template) : undefined;
  }

  private split(argument: unknown, template: Template): unknown {
    const [separator, whole] = listOf(argument);
    return this.text(whole, template)?.split(String(separator));
  }

  private join(argument: unknown, template: Template): unknown {
    const [separator, parts] = listOf(argument);
    const texts = this.list(parts, template);
    return texts.includes(undefined) ? undefined : texts.join(String(separator));
  }

  private substitute(argument: unknown, template: Template): unknown {
    const [text, own] = listOf(argument);
    let isKnown = true;
    const put = String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      const given =
        isRecord(own) && Object.hasOwn(own, name)
          ? own[name]
          : name.includes('.')
            ? { 'Fn::GetAtt': name }
            : { Ref: name };
      const value = this.text(given, template);
      isKnown &&= value !== undefined;
      return value ?? '';
    });
    return isKnown ? put : undefined;
  }

  private cidr(argument: unknown, template: Template): unknown {
    const [whole, count, bits] = listOf(argument).map((item) => this.text(item, template));
    const range = whole === undefined ? undefined : parseRange(whole);
    return range === undefined
      ? undefined
      : cut(range, Number(count), Number(bits ?? (range.family === 'v4' ? 8 : 64)));
  }

  private imported(argument: unknown, template: Template): unknown {
    const found = this.exports.get(this.text(argument, template) ?? '');
    return found && this.resolve(found.value, found.template);
  }
}

/** What the group is called that EC2 makes with a VPC. */
export function defaultGroupOf(vpc: string): string {
  return `${vpc} default group`;
}

/** What the network ACL is called that EC2 makes with a VPC. */
export function defaultAclOf(vpc: string): string {
  return `${vpc} default ACL`;
}

/** What the route table is called that EC2 makes with a VPC. */
export function mainTableOf(vpc: string): string {
  return `${vpc} main route table`;
}

export function endpointOf(firewall: string, index: number): string {
  return `${firewall} endpoint ${index + 1}`;
}

function recordAt(body: Readonly<Record<string, unknown>>, section: string): Record<string, unknown> {
  const found = body[section];
  return isRecord(found) ? found : {};
}

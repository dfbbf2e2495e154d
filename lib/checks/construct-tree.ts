import { readFileSync } from 'node:fs';
import { CfnOutput, CfnResource, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { flatten, isIntrinsic, isRecord, listOf } from '../private/template-values';
import type { CheckContext, CheckedResource, Properties } from './rule';
import { type Piece, physicalName, piecesOf, valuesAt } from './values';

/** A resource of the tree with what is needed to report on it. */
export interface TreeResource {
  readonly node: CfnResource;
  readonly stack: Stack;
}

/** What a stack holds, by logical id. */
interface Contents {
  readonly resources: Map<string, CfnResource>;
  readonly outputs: Map<string, CfnOutput>;
}

interface Named {
  readonly resource: CheckedResource;
  readonly stack: Stack;
}

/**
 * Lets rules see a construct tree as the templates it becomes: overrides and tags are in place, tokens are intrinsic
 * functions. Each resource is read or rendered once, and only when a rule asks for it; what refers to what is looked up once for each
 * property that a rule asks for, so that all of it takes time in proportion to the app.
 */
export class ConstructTree {
  public readonly resources: TreeResource[] = [];
  private readonly byType = new Map<string, TreeResource[]>();
  private readonly contents = new Map<Stack, Contents>();
  private readonly stacksByName = new Map<string, Stack>();
  private readonly stacksByResource = new Map<CfnResource, Stack>();
  private readonly exports = new Map<string, CfnOutput>();
  private readonly rendered = new Map<CfnResource, CheckedResource>();
  private readonly stackOf = new Map<CheckedResource, Stack>();
  private readonly contexts = new Map<Stack, CheckContext>();
  private readonly names = new Map<string, Map<string, Named[]>>();
  private readonly references = new Map<string, Map<CheckedResource, CheckedResource[]>>();
  private readonly templates = new Map<string, unknown>();
  private readonly stackTags = new Map<Stack, string[]>();
  private actors?: Map<CheckedResource, CheckedResource[]>;

  /**
   * @param templateFiles path of a stack -> file of its template; what synthesis has written need not be rendered again
   * @param today the day on which the app is judged
   */
  public constructor(
    scope: IConstruct,
    private readonly allowedPrefixLists: readonly string[] = [],
    private readonly templateFiles: ReadonlyMap<string, string> = new Map(),
    private readonly today: Date = new Date(),
  ) {
    for (const node of scope.node.findAll()) {
      if (CfnResource.isCfnResource(node)) this.addResource(node);
      else if (node instanceof CfnOutput) this.addOutput(node);
      else if (Stack.isStack(node)) this.addStack(node);
    }
  }

  public render(node: CfnResource): CheckedResource {
    const known = this.rendered.get(node);
    if (known !== undefined) return known;
    const stack = Stack.of(node);
    const logicalId = logicalIdOf(node);
    const written = resourceIn(this.templateOf(stack), logicalId);
    const { Properties: properties, Condition: condition } =
      written ?? resourceIn(stack.resolve(fragmentOf(node)), logicalId) ?? {};
    const stackTags = this.tagsOf(stack);
    const resource: CheckedResource = {
      logicalId,
      type: node.cfnResourceType,
      properties: isRecord(properties) ? properties : {},
      ...(condition !== undefined && { condition: `${stack.node.path}/${String(condition)}` }),
      ...(stackTags.length > 0 && { stackTags }),
    };
    this.rendered.set(node, resource);
    this.stackOf.set(resource, stack);
    return resource;
  }

  private tagsOf(stack: Stack): string[] {
    const tags = this.stackTags.get(stack) ?? Object.keys(stack.tags.tagValues());
    this.stackTags.set(stack, tags);
    return tags;
  }

  private templateOf({ node: { path } }: Stack): unknown {
    const file = this.templateFiles.get(path);
    if (file === undefined) return undefined;
    const template = this.templates.get(path) ?? JSON.parse(readFileSync(file, 'utf8'));
    this.templates.set(path, template);
    return template;
  }

  /** What rules may ask about values that stand in a stack. */
  public contextOf(stack: Stack): CheckContext {
    const known = this.contexts.get(stack);
    if (known !== undefined) return known;
    const context: CheckContext = {
      ...(!Token.isUnresolved(stack.region) && { region: stack.region }),
      ...(!Token.isUnresolved(stack.account) && { account: stack.account }),
      allowedPrefixLists: this.allowedPrefixLists,
      today: this.today,
      all: (type) => (this.byType.get(type) ?? []).map(({ node }) => this.render(node)),
      resolve: (reference) => this.resolve(reference, stack),
      find: (value, type) => this.find(value, type, stack),
      referring: (to, type, property) => this.referring(to, type, property),
      actingAs: (role) => this.actingAs(role),
      from: (other) => this.contextOf(this.stackOf.get(other) ?? stack),
    };
    this.contexts.set(stack, context);
    return context;
  }

  /** Follows a reference from a stack to a resource, through exports, outputs and the parameters of nested stacks. */
  private resolve(reference: unknown, stack: Stack): CheckedResource | undefined {
    const pieces = piecesOf(reference);
    const [piece] = pieces;
    if (pieces.length !== 1 || !isRecord(piece)) return undefined;
    const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported, 'Fn::GetStackOutput': output } = piece;
    if (imported !== undefined) return this.follow(this.exports.get(exportKey(stack, imported)));
    if (isRecord(output)) {
      const producer = this.stacksByName.get(stackKey(output.StackName, output.Region ?? stack.region));
      return this.follow(producer && this.contents.get(producer)?.outputs.get(String(output.OutputName)));
    }
    const [target, name] = attribute === undefined ? [ref] : partsOfAttribute(attribute);
    const node = this.contents.get(stack)?.resources.get(String(target));
    if (node === undefined) return this.resolveParameter(String(target), stack);
    if (node.cfnResourceType === READER) return this.followParameter(String(name)) ?? this.render(node);
    const nested = this.stacksByResource.get(node);
    const outputs = nested && this.contents.get(nested)?.outputs;
    return (name?.startsWith('Outputs.') && this.follow(outputs?.get(name.slice(8)))) || this.render(node);
  }

  private resolveParameter(
    name: string,
    { nestedStackResource, nestedStackParent }: Stack,
  ): CheckedResource | undefined {
    if (nestedStackParent === undefined || !CfnResource.isCfnResource(nestedStackResource)) return undefined;
    const { Parameters: parameters } = this.render(nestedStackResource).properties;
    return isRecord(parameters) ? this.resolve(parameters[name], nestedStackParent) : undefined;
  }

  /** Follows what the CDK hands to a stack of another Region by a parameter of that name. */
  private followParameter(name: string): CheckedResource | undefined {
    for (const { node, stack } of this.byType.get(WRITER) ?? []) {
      const { WriterProps: given } = this.render(node).properties;
      const exported = isRecord(given) && isRecord(given.exports) ? given.exports[name] : undefined;
      if (exported !== undefined) return this.resolve(exported, stack);
    }
    return undefined;
  }

  private follow(output: CfnOutput | undefined): CheckedResource | undefined {
    if (output === undefined) return undefined;
    const stack = Stack.of(output);
    return this.resolve(stack.resolve(output.value), stack);
  }

  private find(value: unknown, type: string, stack: Stack): CheckedResource | undefined {
    const pieces = piecesOf(value);
    for (const [index, piece] of pieces.entries()) {
      if (typeof piece === 'string' || !isSegment(pieces, index)) continue;
      const resource = this.resolve(piece, stack);
      if (resource?.type === type) return resource;
    }
    const named = this.namesOf(type);
    for (const name of namesIn(flatten(value))) {
      const found = named.get(name)?.find((each) => isSameName(name, type, each.stack, stack));
      if (found !== undefined) return found.resource;
    }
    return undefined;
  }

  private referring(to: CheckedResource, type: string, property: string): readonly CheckedResource[] {
    const key = `${type} ${property} ${to.type}`;
    const known = this.references.get(key);
    if (known !== undefined) return known.get(to) ?? [];
    const found = new Map<CheckedResource, CheckedResource[]>();
    this.references.set(key, found);
    for (const { node, stack } of this.byType.get(type) ?? []) {
      const resource = this.render(node);
      const targets = valuesAt(resource.properties, property.split('.')).map((value) =>
        this.find(value, to.type, stack),
      );
      for (const target of new Set(targets)) if (target !== undefined) push(found, target, resource);
    }
    return found.get(to) ?? [];
  }

  private actingAs(role: CheckedResource): readonly CheckedResource[] {
    if (this.actors === undefined) {
      this.actors = new Map();
      for (const { node, stack } of this.resources) {
        if (HANDS_ROLES_ON.has(node.cfnResourceType)) continue;
        const resource = this.render(node);
        const roles = rolesIn(resource.properties).map((value) => this.find(value, 'AWS::IAM::Role', stack));
        for (const each of new Set(roles)) if (each !== undefined) push(this.actors, each, resource);
      }
    }
    return this.actors.get(role) ?? [];
  }

  private namesOf(type: string): Map<string, Named[]> {
    const known = this.names.get(type);
    if (known !== undefined) return known;
    const names = new Map<string, Named[]>();
    this.names.set(type, names);
    for (const { node, stack } of this.byType.get(type) ?? []) {
      const resource = this.render(node);
      const name = physicalName(resource);
      if (name !== undefined) push(names, name, { resource, stack });
    }
    return names;
  }

  private addResource(node: CfnResource): void {
    const stack = Stack.of(node);
    this.contentsOf(stack).resources.set(logicalIdOf(node), node);
    this.resources.push({ node, stack });
    push(this.byType, node.cfnResourceType, { node, stack });
  }

  private addOutput(output: CfnOutput): void {
    const stack = Stack.of(output);
    this.contentsOf(stack).outputs.set(String(stack.resolve(output.logicalId)), output);
    const { exportName } = output;
    if (exportName !== undefined) this.exports.set(exportKey(stack, stack.resolve(exportName)), output);
  }

  private addStack(stack: Stack): void {
    this.stacksByName.set(stackKey(stack.stackName, stack.region), stack);
    if (stack.nestedStackResource !== undefined) this.stacksByResource.set(stack.nestedStackResource, stack);
  }

  private contentsOf(stack: Stack): Contents {
    const contents = this.contents.get(stack) ?? { resources: new Map(), outputs: new Map() };
    this.contents.set(stack, contents);
    return contents;
  }
}

/** Custom resources of the CDK for `crossRegionReferences`: one writes parameters in the other Region, one reads them there. */
const WRITER = 'Custom::CrossRegionExportWriter';
const READER = 'Custom::CrossRegionExportReader';

/** What names a role without acting under it: policies belong to it, and what a stack is handed is used inside of it. */
const HANDS_ROLES_ON = new Set([
  'AWS::CloudFormation::Stack',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::RolePolicy',
]);

/** `Role`, `TaskRoleArn`, `ServiceRole`, `Roles`; a policy or an environment that names one does not act under it. */
const ROLE_PROPERTY = /role(s|arns?|names?)?$/i;
const NO_ROLE_WITHIN = /^(.*PolicyDocument|.*Policy|Environment|EnvironmentVariables|Tags|DefinitionSubstitutions)$/;

/** Values of all properties for roles, at whatever depth. */
function rolesIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(rolesIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (NO_ROLE_WITHIN.test(name)) return [];
    if (!ROLE_PROPERTY.test(name)) return rolesIn(member);
    return isRecord(member) && !isIntrinsic(member) ? [...rolesIn(member), ...Object.values(member)] : listOf(member);
  });
}

function push<Key, Member>(lists: Map<Key, Member[]>, key: Key, member: Member): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [member]);
  else list.push(member);
}

/** Names of exports are unique in an account and Region. */
function exportKey(stack: Stack, name: unknown): string {
  return `${stack.environment} ${JSON.stringify(name)}`;
}

function stackKey(name: unknown, region: unknown): string {
  return `${String(name)} ${typeof region !== 'string' || Token.isUnresolved(region) ? 'here' : region}`;
}

function partsOfAttribute(attribute: unknown): [string, string | undefined] {
  const [target, ...name] = Array.isArray(attribute) ? attribute.map(String) : String(attribute).split('.');
  return [target ?? '', name.join('.')];
}

/** Whether a reference stands between the separators of an ARN or URL: `<Bucket>-logs` is the name of something else. */
function isSegment(pieces: readonly Piece[], index: number): boolean {
  const [before, after] = [pieces[index - 1], pieces[index + 1]];
  const ends = before === undefined || (typeof before === 'string' && /[:/]$/.test(before));
  const begins = after === undefined || (typeof after === 'string' && /^[:/]/.test(after));
  return ends && begins;
}

/** What a text may be the name of: itself, or the last part of an ARN or URL, without the path of an object. */
function namesIn(text: string): string[] {
  const last = text.replace(/:\*$/, '').split(':').at(-1) ?? '';
  return [...new Set([text, last, last.split('/', 1)[0] ?? '', last.split('/').at(-1) ?? ''])];
}

/** Names of buckets are the world's, those of other resources their account's and Region's; `<Given>` is a stack's own. */
function isSameName(name: string, type: string, one: Stack, other: Stack): boolean {
  if (one === other) return true;
  return !name.includes('<') && (type === 'AWS::S3::Bucket' || one.environment === other.environment);
}

function logicalIdOf(node: CfnResource): string {
  return String(Stack.of(node).resolve(node.logicalId));
}

/** CDK renders templates through this method, which its typings hide; the typed properties lack overrides. */
function fragmentOf(node: CfnResource): unknown {
  return (node as unknown as { _toCloudFormation(): unknown })._toCloudFormation();
}

function resourceIn(template: unknown, logicalId: string): Properties | undefined {
  const resources = isRecord(template) ? template.Resources : undefined;
  const resource = isRecord(resources) ? resources[logicalId] : undefined;
  return isRecord(resource) ? resource : undefined;
}

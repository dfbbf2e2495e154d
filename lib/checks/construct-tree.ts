import { isRecord } from '../private/template-values';
import { CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { CheckedResource, Properties } from './rule';

/** A resource of the tree with what is needed to report on it. */
export interface TreeResource {
  readonly node: CfnResource;
  readonly stack: Stack;
}

/**
 * Lets rules see a construct tree as the templates it becomes: overrides and tags are in place, tokens are intrinsic
 * functions. Each resource is rendered once, and only when a rule asks for it.
 */
export class ConstructTree {
  public readonly resources: TreeResource[] = [];
  private readonly byLogicalId = new Map<Stack, Map<string, CfnResource>>();
  private readonly exports = new Map<string, { readonly stack: Stack; readonly output: CfnOutput }>();
  private readonly rendered = new Map<CfnResource, CheckedResource>();

  public constructor(scope: IConstruct) {
    for (const node of scope.node.findAll()) {
      if (CfnResource.isCfnResource(node)) this.addResource(node);
      else if (node instanceof CfnOutput && node.exportName !== undefined) this.addExport(node);
    }
  }

  public render(node: CfnResource): CheckedResource {
    const known = this.rendered.get(node);
    if (known !== undefined) return known;
    const logicalId = logicalIdOf(node);
    const properties = propertiesIn(Stack.of(node).resolve(fragmentOf(node)), logicalId);
    const resource = { logicalId, type: node.cfnResourceType, properties };
    this.rendered.set(node, resource);
    return resource;
  }

  /** Follows `Ref`, `Fn::GetAtt` and `Fn::ImportValue` from a stack to a resource of this tree. */
  public resolve(reference: unknown, stack: Stack): CheckedResource | undefined {
    if (!isRecord(reference)) return undefined;
    const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported } = reference;
    if (imported !== undefined) {
      const origin = this.exports.get(JSON.stringify(imported));
      return origin && this.resolve(origin.stack.resolve(origin.output.value), origin.stack);
    }
    const target = ref ?? (Array.isArray(attribute) ? attribute[0] : String(attribute ?? '').split('.')[0]);
    const node = this.byLogicalId.get(stack)?.get(String(target));
    return node && this.render(node);
  }

  private addResource(node: CfnResource): void {
    const stack = Stack.of(node);
    const ids = this.byLogicalId.get(stack) ?? new Map<string, CfnResource>();
    this.byLogicalId.set(stack, ids.set(logicalIdOf(node), node));
    this.resources.push({ node, stack });
  }

  private addExport(output: CfnOutput): void {
    const stack = Stack.of(output);
    this.exports.set(JSON.stringify(stack.resolve(output.exportName)), { stack, output });
  }
}

function logicalIdOf(node: CfnResource): string {
  return String(Stack.of(node).resolve(node.logicalId));
}

/** CDK renders templates through this method, which its typings hide; the typed properties lack overrides. */
function fragmentOf(node: CfnResource): unknown {
  return (node as unknown as { _toCloudFormation(): unknown })._toCloudFormation();
}

function propertiesIn(template: unknown, logicalId: string): Properties {
  const resources = isRecord(template) ? template.Resources : undefined;
  const resource = isRecord(resources) ? resources[logicalId] : undefined;
  const properties = isRecord(resource) ? resource.Properties : undefined;
  return isRecord(properties) ? properties : {};
}

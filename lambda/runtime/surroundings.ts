import { isAwsError } from './errors';
import type { Client } from './sessions';
import { fillOne, type Names, type RemediationSpec } from './spec';

/** The CloudFormation stack that owns a resource. */
export interface OwningStack {
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
}

/** What the engine itself reads around a resource that drifts, beside what the remediation inspects. */
export interface Surroundings {
  stackOf(spec: RemediationSpec, names: Names, read: Client): Promise<OwningStack | undefined>;
  tagsOf(arn: string, read: Client): Promise<ReadonlyMap<string, string>>;
}

/** The tags of a resource that can have some. Settings of an account or Region have none. */
export async function tagsOf(
  { resource }: RemediationSpec,
  { names, arn }: { readonly names: Names; readonly arn: string },
  { tagsOf: read }: Surroundings,
  client: Client,
): Promise<ReadonlyMap<string, string>> {
  const { taggedArn, physicalId } = resource;
  if (taggedArn === 'none' || (taggedArn === undefined && physicalId === undefined)) return new Map();
  return read(taggedArn === undefined ? arn : fillOne(taggedArn, names), client);
}

/** Clients are loaded when a question is asked: most runs ask neither. */
export const surroundings: Surroundings = {
  async stackOf(spec, names, read) {
    if (spec.resource.physicalId === undefined) return undefined;
    const { CloudFormationClient, DescribeStackResourcesCommand } = await import('@aws-sdk/client-cloudformation');
    const PhysicalResourceId = fillOne(spec.resource.physicalId, names);
    try {
      const { StackResources = [] } = await read(CloudFormationClient).send(
        new DescribeStackResourcesCommand({ PhysicalResourceId }),
      );
      // Physical ids are names: those of another type may be called the same.
      const found = StackResources.find(
        (each) => each.PhysicalResourceId === PhysicalResourceId && each.ResourceType === spec.resource.type,
      );
      if (found?.StackId === undefined) return undefined;
      return { stackId: found.StackId, stackName: found.StackName ?? '', logicalId: found.LogicalResourceId ?? '' };
    } catch (error) {
      // "Stack for … does not exist": no stack has it. Anything else is no answer.
      if (isAwsError(error, ['ValidationError']) && (error as Error).message.endsWith('does not exist'))
        return undefined;
      throw error;
    }
  },

  async tagsOf(arn, read) {
    const { ResourceGroupsTaggingAPIClient, GetResourcesCommand } = await import(
      '@aws-sdk/client-resource-groups-tagging-api'
    );
    const { ResourceTagMappingList = [] } = await read(ResourceGroupsTaggingAPIClient).send(
      new GetResourcesCommand({ ResourceARNList: [arn] }),
    );
    const tags = ResourceTagMappingList.find((each) => each.ResourceARN === arn)?.Tags ?? [];
    return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  },
};

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
      const found = StackResources.find((each) => each.PhysicalResourceId === PhysicalResourceId);
      if (found?.StackId === undefined) return undefined;
      return { stackId: found.StackId, stackName: found.StackName ?? '', logicalId: found.LogicalResourceId ?? '' };
    } catch (error) {
      // "Stack for … does not exist": no stack has it.
      if (isAwsError(error, ['ValidationError'])) return undefined;
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

import {
  type AccessScopePath,
  DescribeFlowLogsCommand,
  DescribeNetworkInsightsAccessScopesCommand,
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  GetNetworkInsightsAccessScopeContentCommand,
} from '@aws-sdk/client-ec2';
import { parsed } from '../compare';
import { present } from './once';
import { type Reader, tagsOf } from './reader';

export const vpcEndpoint: Reader = async ({ physicalId }, ask) => {
  const { VpcEndpoints: endpoints } = await ask
    .client(EC2Client)
    .send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [physicalId] }));
  const found = present(endpoints?.[0], `VPC endpoint ${physicalId}`);
  return {
    PolicyDocument: parsed(found.PolicyDocument),
    PrivateDnsEnabled: found.PrivateDnsEnabled,
    RouteTableIds: found.RouteTableIds,
    SecurityGroupIds: found.Groups?.map(({ GroupId }) => GroupId),
    ServiceName: found.ServiceName,
    SubnetIds: found.SubnetIds,
    Tags: tagsOf(found.Tags),
    VpcEndpointType: found.VpcEndpointType,
    VpcId: found.VpcId,
  };
};

const WATCHED: Readonly<Record<string, string>> = {
  eni: 'NetworkInterface',
  subnet: 'Subnet',
  tgw: 'TransitGateway',
  vpc: 'VPC',
};

/** A flow log that cannot deliver is there and shows nothing. */
export const flowLog: Reader = async ({ physicalId }, ask) => {
  const { FlowLogs: logs } = await ask
    .client(EC2Client)
    .send(new DescribeFlowLogsCommand({ FlowLogIds: [physicalId] }));
  const found = present(logs?.[0], `flow log ${physicalId}`);
  if (found.DeliverLogsStatus === 'FAILED')
    throw new Error(`${physicalId} delivers nothing: ${found.DeliverLogsErrorMessage}`);
  return {
    DeliverLogsPermissionArn: found.DeliverLogsPermissionArn,
    DestinationOptions: found.DestinationOptions,
    LogDestination: found.LogDestination,
    LogDestinationType: found.LogDestinationType,
    LogFormat: found.LogFormat,
    LogGroupName: found.LogGroupName,
    MaxAggregationInterval: found.MaxAggregationInterval,
    ResourceId: found.ResourceId,
    ResourceType: WATCHED[found.ResourceId?.split('-')[0] ?? ''],
    Tags: tagsOf(found.Tags),
    TrafficType: found.TrafficType,
  };
};

export const blockPublicAccessOptions: Reader = async (_, ask) => {
  const { VpcBlockPublicAccessOptions: found } = await ask
    .client(EC2Client)
    .send(new DescribeVpcBlockPublicAccessOptionsCommand({}));
  return { InternetGatewayBlockMode: found?.InternetGatewayBlockMode };
};

export const blockPublicAccessExclusion: Reader = async ({ physicalId }, ask) => {
  const { VpcBlockPublicAccessExclusions: exclusions } = await ask
    .client(EC2Client)
    .send(new DescribeVpcBlockPublicAccessExclusionsCommand({ ExclusionIds: [physicalId] }));
  const found = present(exclusions?.[0], `exclusion ${physicalId}`);
  const [kind, id] = found.ResourceArn?.split(':').at(-1)?.split('/', 2) ?? [];
  return {
    InternetGatewayExclusionMode: found.InternetGatewayExclusionMode,
    SubnetId: kind === 'subnet' ? id : undefined,
    Tags: tagsOf(found.Tags),
    VpcId: kind === 'vpc' ? id : undefined,
  };
};

export const accessScope: Reader = async ({ physicalId: NetworkInsightsAccessScopeId }, ask) => {
  const ec2 = ask.client(EC2Client);
  const [{ NetworkInsightsAccessScopeContent: content }, { NetworkInsightsAccessScopes: scopes }] = await Promise.all([
    ec2.send(new GetNetworkInsightsAccessScopeContentCommand({ NetworkInsightsAccessScopeId })),
    ec2.send(
      new DescribeNetworkInsightsAccessScopesCommand({ NetworkInsightsAccessScopeIds: [NetworkInsightsAccessScopeId] }),
    ),
  ]);
  return {
    ExcludePaths: pathsOf(content?.ExcludePaths),
    MatchPaths: pathsOf(content?.MatchPaths),
    Tags: tagsOf(scopes?.[0]?.Tags),
  };
};

/** The template's paths have the API's own form. */
function pathsOf(paths: readonly AccessScopePath[] | undefined): readonly AccessScopePath[] | undefined {
  return paths?.length === 0 ? undefined : paths;
}

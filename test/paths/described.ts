import {
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTransitGatewaysCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type InternetGateway,
  type NatGateway,
  type NetworkAcl,
  type NetworkInterface,
  type PrefixList,
  type RouteTable,
  type SecurityGroup,
  type Subnet,
  type Tag,
  type TransitGateway,
  type Vpc,
  type VpcEndpoint,
  type VpcPeeringConnection,
} from '@aws-sdk/client-ec2';

/** What EC2 says of a network, under the keys of its answers. */
export interface Described {
  readonly Vpcs: readonly Vpc[];
  readonly Subnets: readonly Subnet[];
  readonly RouteTables: readonly RouteTable[];
  readonly NetworkAcls: readonly NetworkAcl[];
  readonly SecurityGroups: readonly SecurityGroup[];
  readonly NetworkInterfaces: readonly NetworkInterface[];
  readonly InternetGateways: readonly InternetGateway[];
  readonly NatGateways: readonly NatGateway[];
  readonly VpcPeeringConnections: readonly VpcPeeringConnection[];
  readonly VpcEndpoints: readonly VpcEndpoint[];
  readonly TransitGateways: readonly TransitGateway[];
  readonly PrefixLists: readonly PrefixList[];
}

/** Asks a sandbox, which gives everything on one page. */
export async function describeNetwork(client: EC2Client): Promise<Described> {
  const { Vpcs = [] } = await client.send(new DescribeVpcsCommand({}));
  const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({}));
  const { RouteTables = [] } = await client.send(new DescribeRouteTablesCommand({}));
  const { NetworkAcls = [] } = await client.send(new DescribeNetworkAclsCommand({}));
  const { SecurityGroups = [] } = await client.send(new DescribeSecurityGroupsCommand({}));
  const { NetworkInterfaces = [] } = await client.send(new DescribeNetworkInterfacesCommand({}));
  const { InternetGateways = [] } = await client.send(new DescribeInternetGatewaysCommand({}));
  const { NatGateways = [] } = await client.send(new DescribeNatGatewaysCommand({}));
  const { VpcPeeringConnections = [] } = await client.send(new DescribeVpcPeeringConnectionsCommand({}));
  const { VpcEndpoints = [] } = await client.send(new DescribeVpcEndpointsCommand({}));
  const { TransitGateways = [] } = await client.send(new DescribeTransitGatewaysCommand({}));
  const { PrefixLists = [] } = await client.send(new DescribePrefixListsCommand({}));
  return {
    Vpcs,
    Subnets,
    RouteTables,
    NetworkAcls,
    SecurityGroups,
    NetworkInterfaces,
    InternetGateways,
    NatGateways,
    VpcPeeringConnections,
    VpcEndpoints,
    TransitGateways,
    PrefixLists,
  };
}

export function tagged(key: string, { Tags = [] }: { readonly Tags?: readonly Tag[] }): string | undefined {
  return Tags.find(({ Key }) => Key === key)?.Value;
}

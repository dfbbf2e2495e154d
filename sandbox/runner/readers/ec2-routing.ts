import { DescribeRouteTablesCommand, EC2Client, type RouteTable } from '@aws-sdk/client-ec2';
import { once, present } from './once';
import { type Ask, type Reader, tagsOf } from './reader';

function tableOf(id: string, ask: Ask): Promise<RouteTable> {
  return once(ask, `route table ${id}`, async () => {
    const { RouteTables: tables } = await ask
      .client(EC2Client)
      .send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }));
    return present(tables?.[0], `route table ${id}`);
  });
}

export const routeTable: Reader = async ({ physicalId }, ask) => {
  const found = await tableOf(physicalId, ask);
  return { Tags: tagsOf(found.Tags), VpcId: found.VpcId };
};

export const subnetAssociation: Reader = async ({ physicalId, properties }, ask) => {
  const table = await tableOf(String(properties['RouteTableId']), ask);
  const found = table.Associations?.find((each) => each.RouteTableAssociationId === physicalId);
  return { RouteTableId: found?.RouteTableId, SubnetId: found?.SubnetId };
};

/** A route whose target is gone, or not there yet, carries nothing. */
export const route: Reader = async ({ physicalId }, ask) => {
  const [id = '', destination] = physicalId.split('|', 2);
  const table = await tableOf(id, ask);
  const found = present(
    table.Routes?.find((each) =>
      [each.DestinationCidrBlock, each.DestinationIpv6CidrBlock, each.DestinationPrefixListId].includes(destination),
    ),
    `route to ${destination} in ${id}`,
  );
  if (found.State !== 'active') throw new Error(`the route to ${destination} in ${id} is a ${found.State}`);
  return {
    RouteTableId: table.RouteTableId,
    DestinationCidrBlock: found.DestinationCidrBlock,
    DestinationIpv6CidrBlock: found.DestinationIpv6CidrBlock,
    DestinationPrefixListId: found.DestinationPrefixListId,
    EgressOnlyInternetGatewayId: found.EgressOnlyInternetGatewayId,
    GatewayId: found.GatewayId,
    InstanceId: found.InstanceId,
    NatGatewayId: found.NatGatewayId,
    NetworkInterfaceId: found.NetworkInterfaceId,
    TransitGatewayId: found.TransitGatewayId,
    // The endpoint of a firewall or of a gateway load balancer is told as a gateway.
    VpcEndpointId: found.GatewayId?.startsWith('vpce-') ? found.GatewayId : undefined,
    VpcPeeringConnectionId: found.VpcPeeringConnectionId,
  };
};

import type { Placed } from '../explain/templates';
import type { NetworkModel } from './model';

/** What of a deployed network is billed by standing there, as templates would say it. */
export function resourcesOf(model: NetworkModel): Placed[] {
  const placed = (type: string, id: string, properties: Placed['properties'] = {}): Placed => {
    return { template: 'deployed', logicalId: id, type, properties, within: [] };
  };
  return [
    ...model.interfaceEndpoints.map(({ id, service, subnets }) =>
      placed('AWS::EC2::VPCEndpoint', id, {
        VpcEndpointType: 'Interface',
        ServiceName: service,
        SubnetIds: subnets,
      }),
    ),
    ...model.gatewayEndpoints.map(({ id }) => placed('AWS::EC2::VPCEndpoint', id, { VpcEndpointType: 'Gateway' })),
    ...model.nats.map((nat) => placed('AWS::EC2::NatGateway', nat.id, nat.public ? { AllocationId: nat.id } : {})),
    ...model.transitGateways.flatMap(({ attachments }) =>
      attachments.map(({ id }) => placed('AWS::EC2::TransitGatewayVpcAttachment', id)),
    ),
    ...model.firewallEndpoints.map(({ id, subnet }) =>
      placed('AWS::NetworkFirewall::Firewall', id, { SubnetMappings: [{ SubnetId: subnet }] }),
    ),
    ...model.peerings.map(({ id }) => placed('AWS::EC2::VPCPeeringConnection', id)),
  ];
}

/** What a deployed network does not tell, so that its costs are no full sum. */
export const NOT_COUNTED =
  'The costs of hosted zones, web ACLs, keys, logs and further public addresses are not counted: the account is not asked for them.';

import {
  DescribeTransitGatewayRouteTablesCommand,
  DescribeTransitGatewaysCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  EC2Client,
  GetTransitGatewayRouteTableAssociationsCommand,
  GetTransitGatewayRouteTablePropagationsCommand,
  SearchTransitGatewayRoutesCommand,
} from '@aws-sdk/client-ec2';
import { present } from './once';
import { type Reader, tagsOf } from './reader';

export const transitGateway: Reader = async ({ physicalId }, ask) => {
  const { TransitGateways: gateways } = await ask
    .client(EC2Client)
    .send(new DescribeTransitGatewaysCommand({ TransitGatewayIds: [physicalId] }));
  const found = present(gateways?.[0], `transit gateway ${physicalId}`);
  return {
    AmazonSideAsn: found.Options?.AmazonSideAsn,
    AutoAcceptSharedAttachments: found.Options?.AutoAcceptSharedAttachments,
    DefaultRouteTableAssociation: found.Options?.DefaultRouteTableAssociation,
    DefaultRouteTablePropagation: found.Options?.DefaultRouteTablePropagation,
    Description: found.Description,
    DnsSupport: found.Options?.DnsSupport,
    MulticastSupport: found.Options?.MulticastSupport,
    SecurityGroupReferencingSupport: found.Options?.SecurityGroupReferencingSupport,
    Tags: tagsOf(found.Tags),
    VpnEcmpSupport: found.Options?.VpnEcmpSupport,
  };
};

export const vpcAttachment: Reader = async ({ physicalId }, ask) => {
  const { TransitGatewayVpcAttachments: attachments } = await ask
    .client(EC2Client)
    .send(new DescribeTransitGatewayVpcAttachmentsCommand({ TransitGatewayAttachmentIds: [physicalId] }));
  const found = present(attachments?.[0], `attachment ${physicalId}`);
  return {
    Options: found.Options,
    SubnetIds: found.SubnetIds,
    Tags: tagsOf(found.Tags),
    TransitGatewayId: found.TransitGatewayId,
    VpcId: found.VpcId,
  };
};

export const transitRouteTable: Reader = async ({ physicalId }, ask) => {
  const { TransitGatewayRouteTables: tables } = await ask
    .client(EC2Client)
    .send(new DescribeTransitGatewayRouteTablesCommand({ TransitGatewayRouteTableIds: [physicalId] }));
  const found = present(tables?.[0], `transit gateway route table ${physicalId}`);
  return { Tags: tagsOf(found.Tags), TransitGatewayId: found.TransitGatewayId };
};

export const transitRoute: Reader = async ({ physicalId }, ask) => {
  const [TransitGatewayRouteTableId, cidr = ''] = physicalId.split('_', 2);
  const { Routes: routes } = await ask.client(EC2Client).send(
    new SearchTransitGatewayRoutesCommand({
      TransitGatewayRouteTableId,
      Filters: [{ Name: 'route-search.exact-match', Values: [cidr] }],
    }),
  );
  const found = present(
    routes?.find(({ Type }) => Type === 'static'),
    `static route to ${cidr} in ${TransitGatewayRouteTableId}`,
  );
  return {
    Blackhole: found.State === 'blackhole',
    DestinationCidrBlock: found.DestinationCidrBlock,
    TransitGatewayAttachmentId: found.TransitGatewayAttachments?.[0]?.TransitGatewayAttachmentId,
    TransitGatewayRouteTableId,
  };
};

export const transitAssociation: Reader = async ({ physicalId }, ask) => {
  const [TransitGatewayRouteTableId, attachment] = physicalId.split('_', 2);
  const { Associations: associations } = await ask
    .client(EC2Client)
    .send(new GetTransitGatewayRouteTableAssociationsCommand({ TransitGatewayRouteTableId }));
  const found = present(
    associations?.find((each) => each.TransitGatewayAttachmentId === attachment),
    `association of ${attachment} with ${TransitGatewayRouteTableId}`,
  );
  return { TransitGatewayAttachmentId: found.TransitGatewayAttachmentId, TransitGatewayRouteTableId };
};

export const transitPropagation: Reader = async ({ physicalId }, ask) => {
  const [TransitGatewayRouteTableId, attachment] = physicalId.split('_', 2);
  const { TransitGatewayRouteTablePropagations: propagations } = await ask
    .client(EC2Client)
    .send(new GetTransitGatewayRouteTablePropagationsCommand({ TransitGatewayRouteTableId }));
  const found = present(
    propagations?.find((each) => each.TransitGatewayAttachmentId === attachment),
    `propagation of ${attachment} to ${TransitGatewayRouteTableId}`,
  );
  return { TransitGatewayAttachmentId: found.TransitGatewayAttachmentId, TransitGatewayRouteTableId };
};

import {
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetIpamPoolAllocationsCommand,
} from '@aws-sdk/client-ec2';
import { present } from './once';
import { type Reader, tagsOf } from './reader';

export const vpc: Reader = async ({ physicalId: VpcId, properties }, ask) => {
  const ec2 = ask.client(EC2Client);
  const pool = properties['Ipv4IpamPoolId'];
  const [{ Vpcs: vpcs }, support, hostnames] = await Promise.all([
    ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] })),
    ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsSupport' })),
    ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' })),
  ]);
  const found = present(vpcs?.[0], `VPC ${VpcId}`);
  const { IpamPoolAllocations: allocations } =
    pool === undefined ? {} : await ec2.send(new GetIpamPoolAllocationsCommand({ IpamPoolId: String(pool) }));
  return {
    CidrBlock: found.CidrBlock,
    EnableDnsHostnames: hostnames.EnableDnsHostnames?.Value,
    EnableDnsSupport: support.EnableDnsSupport?.Value,
    InstanceTenancy: found.InstanceTenancy,
    Ipv4IpamPoolId: allocations?.some((each) => each.ResourceId === VpcId) ? pool : undefined,
    Ipv4NetmaskLength: found.CidrBlock?.split('/')[1],
    Tags: tagsOf(found.Tags),
  };
};

export const subnet: Reader = async ({ physicalId }, ask) => {
  const { Subnets: subnets } = await ask
    .client(EC2Client)
    .send(new DescribeSubnetsCommand({ SubnetIds: [physicalId] }));
  const found = present(subnets?.[0], `subnet ${physicalId}`);
  return {
    AssignIpv6AddressOnCreation: found.AssignIpv6AddressOnCreation,
    AvailabilityZone: found.AvailabilityZone,
    AvailabilityZoneId: found.AvailabilityZoneId,
    CidrBlock: found.CidrBlock,
    Ipv6CidrBlock: found.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock,
    MapPublicIpOnLaunch: found.MapPublicIpOnLaunch,
    Tags: tagsOf(found.Tags),
    VpcId: found.VpcId,
  };
};

export const internetGateway: Reader = async ({ physicalId }, ask) => {
  const { InternetGateways: gateways } = await ask
    .client(EC2Client)
    .send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [physicalId] }));
  return { Tags: tagsOf(present(gateways?.[0], `internet gateway ${physicalId}`).Tags) };
};

export const gatewayAttachment: Reader = async ({ physicalId }, ask) => {
  const VpcId = physicalId.slice(physicalId.indexOf('|') + 1);
  const { InternetGateways: gateways } = await ask
    .client(EC2Client)
    .send(new DescribeInternetGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [VpcId] }] }));
  return { InternetGatewayId: gateways?.[0]?.InternetGatewayId, VpcId: gateways?.[0]?.Attachments?.[0]?.VpcId };
};

export const elasticAddress: Reader = async ({ physicalId }, ask) => {
  const { Addresses: addresses } = await ask
    .client(EC2Client)
    .send(new DescribeAddressesCommand({ PublicIps: [physicalId] }));
  const found = present(addresses?.[0], `address ${physicalId}`);
  return { Address: found.PublicIp, Domain: found.Domain, Tags: tagsOf(found.Tags) };
};

export const natGateway: Reader = async ({ physicalId }, ask) => {
  const { NatGateways: gateways } = await ask
    .client(EC2Client)
    .send(new DescribeNatGatewaysCommand({ NatGatewayIds: [physicalId] }));
  const found = present(
    gateways?.find(({ State }) => State === 'available'),
    `NAT gateway ${physicalId}`,
  );
  return {
    AllocationId: found.NatGatewayAddresses?.[0]?.AllocationId,
    ConnectivityType: found.ConnectivityType,
    SubnetId: found.SubnetId,
    Tags: tagsOf(found.Tags),
  };
};

/** A peering that nobody has accepted carries nothing. */
export const peering: Reader = async ({ physicalId }, ask) => {
  const { VpcPeeringConnections: peerings } = await ask
    .client(EC2Client)
    .send(new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [physicalId] }));
  const found = present(
    peerings?.find(({ Status }) => Status?.Code === 'active'),
    `active peering ${physicalId}`,
  );
  return {
    PeerOwnerId: found.AccepterVpcInfo?.OwnerId,
    PeerRegion: found.AccepterVpcInfo?.Region,
    PeerVpcId: found.AccepterVpcInfo?.VpcId,
    Tags: tagsOf(found.Tags),
    VpcId: found.RequesterVpcInfo?.VpcId,
  };
};

import {
  DescribeAddressesCommand,
  DescribeManagedPrefixListsCommand,
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { isObject, listOf } from '../compare';
import { firewallAttributes } from './network-firewall';
import { once } from './once';
import type { Ask, Reader } from './reader';

/** The ids under which AWS keeps its lists of domains in this Region, by name. */
export function managedLists(ask: Ask): Promise<Record<string, unknown>> {
  return once(ask, 'managed domain lists', async () => {
    const answer = await ask.json('route53resolver', 'Route53Resolver.ListFirewallDomainLists', { MaxResults: 100 });
    const lists = listOf(answer['FirewallDomainLists']).filter(isObject);
    const managed = lists.filter((each) => each['ManagedOwnerName'] !== undefined);
    return Object.fromEntries(managed.map((each) => [String(each['Name']), each['Id']]));
  });
}

async function prefixList(name: string, ask: Ask): Promise<string | undefined> {
  const { PrefixLists: lists } = await ask
    .client(EC2Client)
    .send(new DescribeManagedPrefixListsCommand({ Filters: [{ Name: 'prefix-list-name', Values: [name] }] }));
  return lists?.[0]?.PrefixListId;
}

/**
 * Attributes that cannot be told from the physical id. The service is asked for them, not the stack: what a reference became
 * is compared with what it should have become.
 */
export const ATTRIBUTES: Readonly<Record<string, Reader>> = {
  'AWS::EC2::EIP': async ({ physicalId }, ask) => {
    const answer = await ask.client(EC2Client).send(new DescribeAddressesCommand({ PublicIps: [physicalId] }));
    return { AllocationId: answer.Addresses?.[0]?.AllocationId };
  },
  'AWS::EC2::VPC': async ({ physicalId }, ask) => {
    const ec2 = ask.client(EC2Client);
    const ofVpc = { Name: 'vpc-id', Values: [physicalId] };
    const [vpcs, groups, acls] = await Promise.all([
      ec2.send(new DescribeVpcsCommand({ VpcIds: [physicalId] })),
      ec2.send(new DescribeSecurityGroupsCommand({ Filters: [ofVpc, { Name: 'group-name', Values: ['default'] }] })),
      ec2.send(new DescribeNetworkAclsCommand({ Filters: [ofVpc, { Name: 'default', Values: ['true'] }] })),
    ]);
    return {
      CidrBlock: vpcs.Vpcs?.[0]?.CidrBlock,
      DefaultNetworkAcl: acls.NetworkAcls?.[0]?.NetworkAclId,
      DefaultSecurityGroup: groups.SecurityGroups?.[0]?.GroupId,
    };
  },
  'AWS::EC2::VPCEndpoint': async ({ physicalId }, ask) => {
    const answer = await ask.client(EC2Client).send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [physicalId] }));
    const found = answer.VpcEndpoints?.[0];
    return {
      DnsEntries: found?.DnsEntries?.map(({ HostedZoneId, DnsName }) => `${HostedZoneId}:${DnsName}`),
      NetworkInterfaceIds: found?.NetworkInterfaceIds,
    };
  },
  'AWS::NetworkFirewall::Firewall': firewallAttributes,
  'Custom::BulwarkNetworkFacts': async ({ region }, ask) => {
    const [lists, s3, dynamodb] = await Promise.all([
      managedLists(ask),
      prefixList(`com.amazonaws.${region}.s3`, ask),
      prefixList(`com.amazonaws.${region}.dynamodb`, ask),
    ]);
    return { ...lists, S3PrefixListId: s3, DynamoDbPrefixListId: dynamodb };
  },
};

import type {
  IpPermission,
  IpRange,
  NetworkInterface,
  Route,
  SecurityGroup,
  VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import { isTier, type Tier, TIER_TAG } from '../../lib/controls/tiers';
import { type Described, tagged } from './described';

export const INTERNET = 'internet';

/** Somebody outside: an address that is nobody's, and that no library takes for a private one (RFC 7526). */
const OUTSIDE = '192.88.99.1';

/** Which address of each subnet a host has: the first that EC2 does not keep for itself, and some more. */
const HOST_NUMBER = 10;

/** A machine that stands for all of its tier in one zone. */
export interface Host {
  readonly id: string;
  readonly tier: Tier | typeof INTERNET;
  readonly vpc: string;
  readonly address: string;
  readonly groups: readonly string[];
  readonly interface: NetworkInterface;
}

/**
 * The network as the second tool can take it in: a host in every subnet of a tier, with that tier's group; one outside; and what
 * the tool does not know itself said in terms that it knows.
 */
export interface Populated {
  readonly network: Described;
  readonly hosts: readonly Host[];
}

export function populate(network: Described): Populated {
  const hosts = [...tierHosts(network), outside()];
  const peerings = network.VpcPeeringConnections.filter(({ Status }) => Status?.Code === 'active');
  return {
    hosts,
    network: {
      ...network,
      Subnets: [...network.Subnets, { SubnetId: 'subnet-outside', VpcId: 'vpc-outside', CidrBlock: `${OUTSIDE}/32` }],
      RouteTables: [
        ...network.RouteTables.map((table) => ({
          ...table,
          Routes: table.Routes?.flatMap((route) => withoutPeering(route, table.VpcId, peerings)),
        })),
        {
          RouteTableId: 'rtb-outside',
          VpcId: 'vpc-outside',
          Associations: [{ SubnetId: 'subnet-outside' }],
          Routes: [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'local', State: 'active' }],
        },
      ],
      NetworkAcls: [
        ...network.NetworkAcls,
        {
          NetworkAclId: 'acl-outside',
          VpcId: 'vpc-outside',
          Associations: [{ SubnetId: 'subnet-outside' }],
          Entries: [true, false].map((Egress) => ({
            Egress,
            CidrBlock: '0.0.0.0/0',
            Protocol: '-1',
            RuleAction: 'allow',
            RuleNumber: 100,
          })),
        },
      ],
      SecurityGroups: [
        ...network.SecurityGroups.map((group) => withoutReferences(group, hosts, peerings)),
        {
          GroupId: 'sg-outside',
          VpcId: 'vpc-outside',
          IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
          IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
        },
      ],
      NetworkInterfaces: hosts.map((host) => host.interface),
    },
  };
}

function tierHosts({ Subnets, SecurityGroups }: Described): Host[] {
  return Subnets.flatMap((subnet) => {
    const tier = tagged(TIER_TAG, subnet) ?? '';
    if (!isTier(tier)) return [];
    const groups = SecurityGroups.filter(
      (group) => group.VpcId === subnet.VpcId && tagged(TIER_TAG, group) === tier,
    ).flatMap(({ GroupId = '' }) => GroupId);
    const [first = ''] = subnet.CidrBlock?.split('/') ?? [];
    const address = first.replace(/\d+$/, (last) => String(Number(last) + HOST_NUMBER));
    return [
      host(`eni-${subnet.SubnetId}`, tier, {
        vpc: String(subnet.VpcId),
        subnet: String(subnet.SubnetId),
        address,
        groups,
      }),
    ];
  });
}

function outside(): Host {
  return host('eni-outside', INTERNET, {
    vpc: 'vpc-outside',
    subnet: 'subnet-outside',
    address: OUTSIDE,
    groups: ['sg-outside'],
  });
}

function host(
  id: string,
  tier: Host['tier'],
  at: { readonly vpc: string; readonly subnet: string; readonly address: string; readonly groups: readonly string[] },
): Host {
  const { vpc, subnet, address, groups } = at;
  return {
    id,
    tier,
    vpc,
    address,
    groups,
    interface: {
      NetworkInterfaceId: id,
      VpcId: vpc,
      SubnetId: subnet,
      PrivateIpAddress: address,
      Groups: groups.map((GroupId) => ({ GroupId })),
    },
  };
}

/**
 * The tool ends its way at a peering and calls the other side reached, so a peering is told as if both VPCs were one: what it leads
 * to is local. Which ranges it leads to at all, the route still says.
 */
function withoutPeering(route: Route, vpc: string | undefined, peerings: readonly VpcPeeringConnection[]): Route[] {
  const { VpcPeeringConnectionId: id, ...rest } = route;
  if (id === undefined) return [route];
  const joins = peerings.some(
    ({ VpcPeeringConnectionId, RequesterVpcInfo, AccepterVpcInfo }) =>
      VpcPeeringConnectionId === id && [RequesterVpcInfo?.VpcId, AccepterVpcInfo?.VpcId].includes(vpc),
  );
  return joins ? [{ ...rest, GatewayId: 'local' }] : [];
}

/** The tool lets no rule match that names a group, so such a rule is told as one for the addresses of the group's hosts. */
function withoutReferences(
  group: SecurityGroup,
  hosts: readonly Host[],
  peerings: readonly VpcPeeringConnection[],
): SecurityGroup {
  const near = hosts.filter(({ vpc }) => vpc === group.VpcId || arePeers(vpc, group.VpcId, peerings));
  const spelt = (permission: IpPermission): IpPermission => ({
    ...permission,
    UserIdGroupPairs: [],
    IpRanges: [
      ...(permission.IpRanges ?? []),
      ...(permission.UserIdGroupPairs ?? []).flatMap(({ GroupId = '' }): IpRange[] =>
        near.filter(({ groups }) => groups.includes(GroupId)).map(({ address }) => ({ CidrIp: `${address}/32` })),
      ),
    ],
  });
  return {
    ...group,
    IpPermissions: group.IpPermissions?.map(spelt),
    IpPermissionsEgress: group.IpPermissionsEgress?.map(spelt),
  };
}

function arePeers(one: string, other: string | undefined, peerings: readonly VpcPeeringConnection[]): boolean {
  return peerings.some(({ RequesterVpcInfo, AccepterVpcInfo }) => {
    const ends = [RequesterVpcInfo?.VpcId, AccepterVpcInfo?.VpcId];
    return ends.includes(one) && ends.includes(other);
  });
}

import type {
  InternetGateway,
  IpPermission,
  IpRange,
  NatGateway,
  NetworkAcl,
  NetworkInterface,
  Route,
  RouteTable,
  SecurityGroup,
  Subnet,
  Tag,
  VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import type { Deployed } from '../../cli/network/from-deployed';
import { isTier, QUARANTINE_TIER, TIER_TAG, VPC_TAG } from '../../lib/controls/tiers';

export const INTERNET = 'internet';

/** Somebody outside: an address that is nobody's, and that no library takes for a private one (RFC 7526). */
const OUTSIDE = '192.88.99.1';

/** Which addresses of each subnet hosts have, beyond those that EC2 keeps for itself. */
const NUMBERS = { ordinary: 10, quarantined: 11 } as const;

/** A machine that stands for all of its kind in one subnet. */
export interface Host {
  readonly id: string;
  /** As our table calls it: `app`, `quarantine (business)`, `internet`. */
  readonly place: string;
  readonly vpc: string;
  readonly address: string;
  readonly groups: readonly string[];
  readonly interface: NetworkInterface;
}

/** What EC2 says of a network, under the keys of its answers, as far as the second tool reads it. */
interface Described {
  readonly Subnets: readonly Subnet[];
  readonly RouteTables: readonly RouteTable[];
  readonly NetworkAcls: readonly NetworkAcl[];
  readonly SecurityGroups: readonly SecurityGroup[];
  readonly NetworkInterfaces: readonly NetworkInterface[];
  readonly InternetGateways: readonly InternetGateway[];
  readonly NatGateways: readonly NatGateway[];
}

/**
 * The network as the second tool can take it in: a host in every subnet of a tier, with that tier's group, and one in quarantine; one
 * outside; and what the tool does not know itself said in terms that it knows.
 */
export interface Populated {
  readonly network: Described;
  readonly hosts: readonly Host[];
}

export function populate(deployed: Deployed): Populated {
  const hosts = [...insiders(deployed), outside()];
  const peerings = deployed.peerings.filter(({ Status }) => Status?.Code === 'active');
  return {
    hosts,
    network: {
      Subnets: [...deployed.subnets, { SubnetId: 'subnet-outside', VpcId: 'vpc-outside', CidrBlock: `${OUTSIDE}/32` }],
      RouteTables: [
        ...deployed.routeTables.map((table) => ({
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
        ...deployed.networkAcls,
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
        ...deployed.securityGroups.map((group) => withoutReferences(group, hosts, peerings)),
        {
          GroupId: 'sg-outside',
          VpcId: 'vpc-outside',
          IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
          IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
        },
      ],
      NetworkInterfaces: hosts.map((host) => host.interface),
      InternetGateways: deployed.internetGateways,
      NatGateways: deployed.nats,
    },
  };
}

function insiders({ vpcs, subnets, securityGroups }: Deployed): Host[] {
  return subnets.flatMap((subnet) => {
    const tier = tagged(TIER_TAG, subnet) ?? '';
    if (!isTier(tier)) return [];
    const { SubnetId: id = '', VpcId: vpc = '', CidrBlock = '' } = subnet;
    const name = tagged(VPC_TAG, vpcs.find(({ VpcId }) => VpcId === vpc) ?? {});
    const one = (place: string, bears: string, number: number) => {
      const groups = securityGroups.filter((group) => group.VpcId === vpc && tagged(TIER_TAG, group) === bears);
      const [first = ''] = CidrBlock.split('/');
      return host(`eni-${number}-${id}`, place, {
        vpc,
        subnet: id,
        address: first.replace(/\d+$/, (last) => String(Number(last) + number)),
        groups: groups.flatMap(({ GroupId }) => GroupId ?? []),
      });
    };
    return [
      one(tier, tier, NUMBERS.ordinary),
      one(`${QUARANTINE_TIER} (${name})`, QUARANTINE_TIER, NUMBERS.quarantined),
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
  place: string,
  at: { readonly vpc: string; readonly subnet: string; readonly address: string; readonly groups: readonly string[] },
): Host {
  const { vpc, subnet, address, groups } = at;
  return {
    id,
    place,
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

/** The value of a tag. */
export function tagged(key: string, { Tags = [] }: { readonly Tags?: readonly Tag[] }): string | undefined {
  return Tags.find(({ Key }) => Key === key)?.Value;
}

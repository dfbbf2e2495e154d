import {
  DescribeTransitGatewaysCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  EC2Client,
  paginateDescribeEgressOnlyInternetGateways,
  paginateDescribeInternetGateways,
  paginateDescribeManagedPrefixLists,
  paginateDescribeNatGateways,
  paginateDescribeNetworkAcls,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeTransitGatewayRouteTables,
  paginateDescribeTransitGatewayVpcAttachments,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcPeeringConnections,
  paginateDescribeVpcs,
  paginateGetManagedPrefixListEntries,
  paginateGetTransitGatewayRouteTableAssociations,
  paginateSearchTransitGatewayRoutes,
} from '@aws-sdk/client-ec2';
import type * as ec2 from '@aws-sdk/client-ec2';
import { TIER_TAG, VPC_TAG } from '../../lib/controls/tiers';
import type { Aws } from '../aws';
import type * as model from './model';
import type { PortRange } from './ports';

/** What EC2 answered: plain data, which can be written down and read again. */
export interface Deployed {
  readonly vpcs: readonly ec2.Vpc[];
  readonly subnets: readonly ec2.Subnet[];
  readonly routeTables: readonly ec2.RouteTable[];
  readonly networkAcls: readonly ec2.NetworkAcl[];
  readonly securityGroups: readonly ec2.SecurityGroup[];
  readonly peerings: readonly ec2.VpcPeeringConnection[];
  readonly transitGateways: readonly ec2.TransitGateway[];
  readonly attachments: readonly ec2.TransitGatewayVpcAttachment[];
  readonly transitTables: readonly TransitTable[];
  readonly internetGateways: readonly ec2.InternetGateway[];
  readonly egressOnlyGateways: readonly ec2.EgressOnlyInternetGateway[];
  readonly nats: readonly ec2.NatGateway[];
  readonly endpoints: readonly ec2.VpcEndpoint[];
  readonly prefixLists: readonly PrefixList[];
  /** What VPC Block Public Access blocks in the Region, or why EC2 does not tell. Left out: nothing. */
  readonly blockPublicAccess?: { readonly mode: string } | { readonly error: string };
}

interface TransitTable {
  readonly id: string;
  readonly gateway: string;
  readonly associations: readonly ec2.TransitGatewayRouteTableAssociation[];
  readonly routes: readonly ec2.TransitGatewayRoute[];
}

interface PrefixList {
  readonly list: ec2.ManagedPrefixList;
  readonly cidrs: readonly string[];
}

/** Asks EC2 for the VPCs that bear `bulwark:vpc`, and for everything that decides on their packets. */
export async function describeNetwork(client: EC2Client): Promise<Deployed> {
  const given = { client };
  const vpcs = await all(paginateDescribeVpcs(given, { Filters: [{ Name: 'tag-key', Values: [VPC_TAG] }] }), 'Vpcs');
  const ids = vpcs.flatMap(({ VpcId }) => VpcId ?? []);
  const within = (name: string) => ({ Filters: [{ Name: name, Values: ids }] });
  // EC2 refuses a filter without values, and there is nothing to ask for.
  if (ids.length === 0) return NOTHING;
  const [subnets, routeTables, networkAcls, securityGroups, endpoints, nats, internetGateways, outward, attachments] =
    await Promise.all([
      all(paginateDescribeSubnets(given, within('vpc-id')), 'Subnets'),
      all(paginateDescribeRouteTables(given, within('vpc-id')), 'RouteTables'),
      all(paginateDescribeNetworkAcls(given, within('vpc-id')), 'NetworkAcls'),
      all(paginateDescribeSecurityGroups(given, within('vpc-id')), 'SecurityGroups'),
      all(paginateDescribeVpcEndpoints(given, within('vpc-id')), 'VpcEndpoints'),
      all(paginateDescribeNatGateways(given, { Filter: within('vpc-id').Filters }), 'NatGateways'),
      all(paginateDescribeInternetGateways(given, within('attachment.vpc-id')), 'InternetGateways'),
      all(paginateDescribeEgressOnlyInternetGateways(given, {}), 'EgressOnlyInternetGateways'),
      all(paginateDescribeTransitGatewayVpcAttachments(given, within('vpc-id')), 'TransitGatewayVpcAttachments'),
    ]);
  const peerings = await Promise.all(
    ['requester-vpc-info.vpc-id', 'accepter-vpc-info.vpc-id'].map((name) =>
      all(paginateDescribeVpcPeeringConnections(given, within(name)), 'VpcPeeringConnections'),
    ),
  );
  const transit = [...new Set(attachments.flatMap(({ TransitGatewayId }) => TransitGatewayId ?? []))];
  return {
    vpcs,
    subnets,
    routeTables,
    networkAcls,
    securityGroups,
    peerings: [...new Map(peerings.flat().map((peering) => [peering.VpcPeeringConnectionId, peering])).values()],
    ...(await describeTransit(client, transit)),
    attachments,
    internetGateways,
    egressOnlyGateways: outward,
    nats,
    endpoints,
    prefixLists: await describeLists(client, { routeTables, securityGroups, endpoints }),
    ...(await describeBlock(client)),
  };
}

const NOTHING: Deployed = {
  vpcs: [],
  subnets: [],
  routeTables: [],
  networkAcls: [],
  securityGroups: [],
  peerings: [],
  transitGateways: [],
  attachments: [],
  transitTables: [],
  internetGateways: [],
  egressOnlyGateways: [],
  nats: [],
  endpoints: [],
  prefixLists: [],
};

async function describeTransit(
  client: EC2Client,
  ids: readonly string[],
): Promise<Pick<Deployed, 'transitGateways' | 'transitTables'>> {
  if (ids.length === 0) return { transitGateways: [], transitTables: [] };
  const [{ TransitGateways = [] }, tables] = await Promise.all([
    client.send(new DescribeTransitGatewaysCommand({ TransitGatewayIds: [...ids] })),
    all(
      paginateDescribeTransitGatewayRouteTables(
        { client },
        { Filters: [{ Name: 'transit-gateway-id', Values: [...ids] }] },
      ),
      'TransitGatewayRouteTables',
    ),
  ]);
  const transitTables = await Promise.all(
    tables.map(async ({ TransitGatewayRouteTableId: id = '', TransitGatewayId: gateway = '' }) => {
      const [associations, routes] = await Promise.all([
        all(
          paginateGetTransitGatewayRouteTableAssociations({ client }, { TransitGatewayRouteTableId: id }),
          'Associations',
        ),
        all(
          paginateSearchTransitGatewayRoutes(
            { client },
            { TransitGatewayRouteTableId: id, Filters: [{ Name: 'state', Values: ['active', 'blackhole'] }] },
          ),
          'Routes',
        ),
      ]);
      return { id, gateway, associations, routes };
    }),
  );
  return { transitGateways: TransitGateways, transitTables };
}

/** Prefix lists that something names, with what stands on them. */
async function describeLists(
  client: EC2Client,
  { routeTables, securityGroups, endpoints }: Pick<Deployed, 'routeTables' | 'securityGroups' | 'endpoints'>,
): Promise<PrefixList[]> {
  const services = new Set(endpoints.flatMap(({ ServiceName }) => ServiceName ?? []));
  const named = new Set([
    ...routeTables.flatMap(({ Routes = [] }) => Routes.flatMap(({ DestinationPrefixListId: id }) => id ?? [])),
    ...securityGroups.flatMap(({ IpPermissions = [], IpPermissionsEgress = [] }) =>
      [...IpPermissions, ...IpPermissionsEgress].flatMap(({ PrefixListIds = [] }) =>
        PrefixListIds.flatMap(({ PrefixListId }) => PrefixListId ?? []),
      ),
    ),
  ]);
  const lists = await all(paginateDescribeManagedPrefixLists({ client }, {}), 'PrefixLists');
  return Promise.all(
    lists
      .filter(({ PrefixListId = '', PrefixListName = '' }) => named.has(PrefixListId) || services.has(PrefixListName))
      .map(async (list) => {
        const entries = await all(
          paginateGetManagedPrefixListEntries({ client }, { PrefixListId: list.PrefixListId }),
          'Entries',
        );
        return { list, cidrs: entries.flatMap(({ Cidr }) => Cidr ?? []) };
      }),
  );
}

/** Who may not ask, or asks where there is no such thing, is told of the network all the same. */
const NOT_TOLD: readonly string[] = ['UnauthorizedOperation', 'AccessDenied', 'InvalidAction', 'UnsupportedOperation'];

async function describeBlock(client: EC2Client): Promise<Pick<Deployed, 'blockPublicAccess'>> {
  try {
    const { VpcBlockPublicAccessOptions: options } = await client.send(
      new DescribeVpcBlockPublicAccessOptionsCommand({}),
    );
    const { InternetGatewayBlockMode: mode = 'off' } = options ?? {};
    return mode === 'off' ? {} : { blockPublicAccess: { mode } };
  } catch (error) {
    if (!(error instanceof Error) || !NOT_TOLD.includes(error.name)) throw error;
    return { blockPublicAccess: { error: error.name } };
  }
}

type ItemOf<List> = List extends ReadonlyArray<infer Item> ? Item : never;

async function all<Page extends object, Name extends keyof Page>(
  pages: AsyncIterable<Page>,
  name: Name,
): Promise<Array<ItemOf<NonNullable<Page[Name]>>>> {
  const found: Array<ItemOf<NonNullable<Page[Name]>>> = [];
  for await (const page of pages) found.push(...((page[name] ?? []) as typeof found));
  return found;
}

/** The network that stands in the account that a client asks. */
export async function fromDeployed(client: EC2Client): Promise<model.NetworkModel> {
  return networkFrom(await describeNetwork(client));
}

/** The network that stands in the caller's account and Region. */
export function readDeployed(aws: Aws): Promise<model.NetworkModel> {
  return fromDeployed(aws.client(EC2Client));
}

/** The network that EC2 described. */
export function networkFrom(deployed: Deployed): model.NetworkModel {
  const { vpcs, endpoints } = deployed;
  const own = new Set(vpcs.flatMap(({ OwnerId }) => OwnerId ?? []));
  const ofType = (type: string) =>
    endpoints.filter(({ VpcEndpointType = 'Gateway', State }) => VpcEndpointType === type && isAlive(State));
  const gatewayEndpoints = ofType('Gateway').map((endpoint) => gatewayEndpointOf(endpoint, deployed.prefixLists));
  const kinds = new Map<string, model.RouteTargetKind>([
    ...gatewayEndpoints.map(({ id }) => [id, 'gateway-endpoint'] as const),
    ...ofType('GatewayLoadBalancer').map(({ VpcEndpointId = '' }) => [VpcEndpointId, 'firewall-endpoint'] as const),
  ]);
  return {
    vpcs: vpcs.map(vpcOf),
    subnets: deployed.subnets.map((subnet) => subnetOf(subnet, deployed)),
    routeTables: deployed.routeTables.map(({ RouteTableId = '', Routes = [] }) => ({
      id: RouteTableId,
      routes: Routes.flatMap((route) => routeOf(route, kinds)),
    })),
    networkAcls: deployed.networkAcls.map(aclOf),
    securityGroups: deployed.securityGroups.map(groupOf),
    peerings: deployed.peerings
      .filter(({ Status }) => !ENDED.includes(Status?.Code ?? ''))
      .map((peering) => peeringOf(peering, own)),
    transitGateways: deployed.transitGateways.map((gateway) => transitOf(gateway, deployed)),
    internetGateways: deployed.internetGateways.flatMap(({ InternetGatewayId: id = '', Attachments }) =>
      gatewaysOf(id, Attachments),
    ),
    egressOnlyGateways: deployed.egressOnlyGateways.flatMap(({ EgressOnlyInternetGatewayId: id = '', Attachments }) =>
      gatewaysOf(id, Attachments),
    ),
    nats: deployed.nats.filter(({ State }) => isAlive(State)).map(natOf),
    firewallEndpoints: ofType('GatewayLoadBalancer').flatMap(({ VpcEndpointId: id = '', SubnetIds = [] }) =>
      SubnetIds.map((subnet) => ({ id, subnet })),
    ),
    gatewayEndpoints,
    interfaceEndpoints: ofType('Interface').map(interfaceEndpointOf),
    prefixLists: deployed.prefixLists.map(({ list, cidrs }) => ({
      id: list.PrefixListId ?? '',
      name: list.PrefixListName ?? '',
      ...(cidrs.length > 0 && { cidrs }),
    })),
    unknown: unknownOf(deployed),
  };
}

function unknownOf({ blockPublicAccess: block }: Deployed): string[] {
  if (block === undefined) return [];
  return 'mode' in block
    ? [`what VPC Block Public Access (${block.mode}) stops: paths are told as if it were off`]
    : [`whether VPC Block Public Access is on (${block.error}): paths are told as if it were off`];
}

/** Whether something is there, or about to be. */
function isAlive(state: string | undefined): boolean {
  return state === undefined || !/delet|fail|reject|expire/i.test(state);
}

function tagOf(tags: readonly ec2.Tag[] | undefined, key: string): string | undefined {
  return tags?.find(({ Key }) => Key === key)?.Value;
}

function vpcOf({ VpcId: id = '', Tags, ...vpc }: ec2.Vpc): model.Vpc {
  const v4 = vpc.CidrBlockAssociationSet?.filter(({ CidrBlockState }) => CidrBlockState?.State === 'associated');
  const v6 = vpc.Ipv6CidrBlockAssociationSet?.filter(
    ({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State === 'associated',
  );
  return {
    id,
    name: tagOf(Tags, VPC_TAG) ?? tagOf(Tags, 'Name') ?? id,
    cidrs: [
      ...(v4 ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []),
      ...(v6 ?? []).flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []),
    ],
  };
}

function subnetOf(subnet: ec2.Subnet, { routeTables, networkAcls }: Deployed): model.Subnet {
  const { SubnetId: id = '', VpcId: vpc = '', Tags } = subnet;
  const tier = tagOf(Tags, TIER_TAG);
  const v6 = subnet.Ipv6CidrBlockAssociationSet?.filter(
    ({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State === 'associated',
  );
  const table =
    routeTables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === id)) ??
    routeTables.find(({ VpcId, Associations = [] }) => VpcId === vpc && Associations.some(({ Main }) => Main));
  const acl = networkAcls.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === id));
  return {
    id,
    name: tagOf(Tags, 'Name') ?? id,
    vpc,
    ...(tier !== undefined && { tier }),
    zone: subnet.AvailabilityZone ?? subnet.AvailabilityZoneId ?? '',
    cidrs: [
      ...(subnet.CidrBlock === undefined ? [] : [subnet.CidrBlock]),
      ...(v6 ?? []).flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []),
    ],
    routeTable: table?.RouteTableId ?? '',
    networkAcl: acl?.NetworkAclId ?? '',
    publicAddresses: subnet.MapPublicIpOnLaunch ?? false,
  };
}

function routeOf(route: ec2.Route, kinds: ReadonlyMap<string, model.RouteTargetKind>): model.Route[] {
  const destination = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
  if (destination === undefined) return [];
  return [{ destination, target: targetOf(route, kinds), ...(route.State === 'blackhole' && { blackhole: true }) }];
}

function targetOf(route: ec2.Route, kinds: ReadonlyMap<string, model.RouteTargetKind>): model.Route['target'] {
  const { GatewayId: gateway } = route;
  if (gateway === 'local') return { kind: 'local', id: gateway };
  if (gateway !== undefined) {
    return { kind: kinds.get(gateway) ?? (gateway.startsWith('igw-') ? 'internet-gateway' : 'other'), id: gateway };
  }
  const targets: ReadonlyArray<readonly [model.RouteTargetKind, string | undefined]> = [
    ['nat', route.NatGatewayId],
    ['peering', route.VpcPeeringConnectionId],
    ['transit-gateway', route.TransitGatewayId],
    ['egress-only', route.EgressOnlyInternetGatewayId],
    ['instance', route.InstanceId],
    ['interface', route.NetworkInterfaceId],
    ['other', route.CarrierGatewayId ?? route.LocalGatewayId ?? route.CoreNetworkArn],
  ];
  const [kind, id] = targets.find(([, found]) => found !== undefined) ?? [];
  return { kind: kind ?? 'other', id: id ?? 'something that EC2 does not name' };
}

function aclOf({ NetworkAclId: id = '', Tags, Entries = [] }: ec2.NetworkAcl): model.NetworkAcl {
  return {
    id,
    name: tagOf(Tags, 'Name') ?? id,
    entries: Entries.flatMap((entry): model.AclEntry[] => {
      const cidr = entry.CidrBlock ?? entry.Ipv6CidrBlock;
      if (cidr === undefined) return [];
      const protocol = protocolOf(entry.Protocol);
      const ports = portsOf(protocol, entry.PortRange?.From, entry.PortRange?.To);
      const { Type: type, Code: code } = entry.IcmpTypeCode ?? {};
      return [
        {
          number: entry.RuleNumber ?? 0,
          egress: entry.Egress ?? false,
          allow: entry.RuleAction === 'allow',
          protocol,
          cidr,
          ...(ports !== undefined && { ports }),
          ...(type !== undefined && code !== undefined && { icmp: { type, code } }),
        },
      ];
    }),
  };
}

function groupOf(group: ec2.SecurityGroup): model.SecurityGroup {
  const { GroupId: id = '', GroupName, VpcId: vpc = '', Tags } = group;
  const tier = tagOf(Tags, TIER_TAG);
  return {
    id,
    name: tagOf(Tags, 'Name') ?? GroupName ?? id,
    vpc,
    ...(tier !== undefined && { tier }),
    // The name is EC2's own: nobody else can give it.
    ...(GroupName === 'default' && { isDefault: true }),
    ingress: (group.IpPermissions ?? []).flatMap(rulesOf),
    egress: (group.IpPermissionsEgress ?? []).flatMap(rulesOf),
  };
}

function rulesOf({ IpProtocol, FromPort, ToPort, ...permission }: ec2.IpPermission): model.GroupRule[] {
  const protocol = protocolOf(IpProtocol);
  const ports = portsOf(protocol, FromPort, ToPort);
  const peers: model.GroupPeer[] = [
    ...(permission.IpRanges ?? []).flatMap(({ CidrIp: cidr }) => (cidr === undefined ? [] : [{ cidr }])),
    ...(permission.Ipv6Ranges ?? []).flatMap(({ CidrIpv6: cidr }) => (cidr === undefined ? [] : [{ cidr }])),
    ...(permission.UserIdGroupPairs ?? []).flatMap(({ GroupId: group }) => (group === undefined ? [] : [{ group }])),
    ...(permission.PrefixListIds ?? []).flatMap(({ PrefixListId: prefixList }) =>
      prefixList === undefined ? [] : [{ prefixList }],
    ),
  ];
  const isIcmp = protocol === PROTOCOL_NUMBERS.icmp || protocol === PROTOCOL_NUMBERS.icmpv6;
  const icmp = isIcmp ? { type: FromPort ?? -1, code: ToPort ?? -1 } : undefined;
  return peers.map((peer) => ({
    protocol,
    ...(ports !== undefined && { ports }),
    ...(icmp !== undefined && { icmp }),
    peer,
  }));
}

/**
 * States of a peering that is over, which EC2 goes on telling for a while.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
 */
const ENDED: readonly string[] = ['deleted', 'expired', 'failed', 'rejected'];

function peeringOf(peering: ec2.VpcPeeringConnection, own: ReadonlySet<string>): model.Peering {
  const { RequesterVpcInfo: requester, AccepterVpcInfo: accepter, Status } = peering;
  const foreign = [requester?.OwnerId, accepter?.OwnerId].find((owner) => owner !== undefined && !own.has(owner));
  return {
    id: peering.VpcPeeringConnectionId ?? '',
    requester: requester?.VpcId ?? '',
    accepter: accepter?.VpcId ?? '',
    active: Status?.Code === 'active',
    ...(foreign !== undefined && { foreignAccount: foreign }),
  };
}

function transitOf(gateway: ec2.TransitGateway, { attachments, transitTables }: Deployed): model.TransitGateway {
  const { TransitGatewayId: id = '', Options } = gateway;
  return {
    id,
    groupReferences: Options?.SecurityGroupReferencingSupport === 'enable',
    attachments: attachments
      .filter(({ TransitGatewayId, State }) => TransitGatewayId === id && isAlive(State))
      .map((attachment) => ({
        id: attachment.TransitGatewayAttachmentId ?? '',
        vpc: attachment.VpcId ?? '',
        subnets: attachment.SubnetIds ?? [],
        groupReferences: attachment.Options?.SecurityGroupReferencingSupport === 'enable',
        ...(attachment.Options?.ApplianceModeSupport === 'enable' && { applianceMode: true }),
      })),
    routeTables: transitTables.filter((table) => table.gateway === id).map(transitTableOf),
  };
}

function transitTableOf({ id, associations, routes }: TransitTable): model.TransitRouteTable {
  return {
    id,
    associations: associations
      .filter(({ State }) => State === 'associated' || State === undefined)
      .flatMap(({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId ?? []),
    routes: routes.flatMap(({ DestinationCidrBlock: cidr, State, TransitGatewayAttachments = [] }) => {
      const attachment = TransitGatewayAttachments[0]?.TransitGatewayAttachmentId;
      if (cidr === undefined) return [];
      return [{ cidr, ...(State !== 'blackhole' && attachment !== undefined && { attachment }) }];
    }),
  };
}

function gatewaysOf(
  id: string,
  attachments: readonly ec2.InternetGatewayAttachment[] | undefined,
): model.InternetGateway[] {
  return (attachments ?? []).flatMap(({ VpcId: vpc, State }) =>
    vpc === undefined || State === 'detached' || State === 'detaching' ? [] : [{ id, vpc }],
  );
}

function natOf({ NatGatewayId: id = '', SubnetId: subnet = '', ConnectivityType }: ec2.NatGateway): model.Nat {
  return { id, subnet, public: ConnectivityType !== 'private' };
}

function gatewayEndpointOf(endpoint: ec2.VpcEndpoint, lists: readonly PrefixList[]): model.GatewayEndpoint {
  const { VpcEndpointId: id = '', VpcId: vpc = '', ServiceName = '', RouteTableIds = [] } = endpoint;
  const found = lists.find(({ list }) => list.PrefixListName === ServiceName);
  const service = serviceOf(ServiceName);
  return { id, service, vpc, routeTables: RouteTableIds, prefixList: found?.list.PrefixListId ?? service };
}

function interfaceEndpointOf(endpoint: ec2.VpcEndpoint): model.InterfaceEndpoint {
  return {
    id: endpoint.VpcEndpointId ?? '',
    service: serviceOf(endpoint.ServiceName ?? ''),
    vpc: endpoint.VpcId ?? '',
    subnets: endpoint.SubnetIds ?? [],
    groups: (endpoint.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    privateDns: endpoint.PrivateDnsEnabled ?? false,
  };
}

/** `s3` of `com.amazonaws.eu-central-1.s3`. */
export function serviceOf(name: string): string {
  return /^(?:\w+\.)*com\.amazonaws\.[^.]+\.(.+)$/.exec(name)?.[1] ?? name;
}

const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 };

function protocolOf(text: string | undefined): model.Protocol {
  if (text === undefined || text === '-1') return 'all';
  return PROTOCOL_NUMBERS[text] ?? Number(text);
}

function portsOf(protocol: model.Protocol, from: number | undefined, to: number | undefined): PortRange | undefined {
  if (protocol !== PROTOCOL_NUMBERS.tcp && protocol !== PROTOCOL_NUMBERS.udp) return undefined;
  return from === undefined || from < 0 ? undefined : { first: from, last: to ?? from };
}

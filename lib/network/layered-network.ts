import { aws_ec2 as ec2, type aws_kms as kms, aws_logs as logs } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { LogArchive } from '../audit/log-archive';
import { ENDPOINT_PORT, isTier, type Tier } from '../controls/tiers';
import { acknowledgeOwn } from '../private/acknowledge';
import { checkedQualifier } from '../private/names';
import { inId } from '../private/pin';
import {
  type Addresses,
  INSPECTION,
  SINGLE_VPC,
  type SubnetKind,
  THREE_VPCS,
  type VpcShape,
  withNat,
  withTransit,
} from './address-plan';
import { type Connections, NO_CONNECTIONS, Peerings, TransitGateway } from './connections';
import { DnsFirewall, DnsFirewallAction, MANAGED_DOMAIN_LISTS } from './dns-firewall';
import { Endpoints } from './endpoints';
import { Inspection } from './inspection';
import { cidrsOf, problemsOf } from './layered-network-problems';
import { type LayeredNetworkProps, NetworkConnectivity, NetworkTopology } from './layered-network-props';
import { EVERYBODY, FRAGMENTATION_NEEDED, TierAcl } from './network-acl';
import { NetworkOptions } from './network-options';
import { NetworkSettings } from './network-settings';
import {
  EPHEMERAL,
  isGateway,
  nameOf,
  NetworkPlace,
  type OpenPath,
  type Ports,
  portsOf,
  refusalOf,
  tcp,
} from './open-paths';
import { TierVpc } from './tier-vpc';
import { TrafficRecords } from './traffic-records';

const DEFAULT_SERVICES = ['ssm', 'ssmmessages', 'kms', 'logs', 'sts', 'secretsmanager'];
const WEB_PORTS: readonly number[] = [80, 443];
const FOR_VISITORS =
  'Load balancers at the edge are for everybody, on the ports of the web; a web firewall stands before them';
const { MANAGEMENT, EDGE, APP, DATA, ENDPOINTS, INTERNET, S3, DYNAMODB } = NetworkPlace;
const TIER_GROUPS: Readonly<Record<Tier, string>> = {
  management: 'Tools of operators: reached by Systems Manager, never from outside',
  edge: 'Load balancers: what the public reaches',
  app: 'Applications: reached by load balancers',
  data: 'Databases: reached by applications',
  endpoints: 'Interface endpoints of AWS services: reached by all tiers',
};

/**
 * A network in layers: the public reaches load balancers, these reach applications, these reach databases. Routes keep VPCs apart,
 * network ACLs keep ranges without a path and ports below 1024 shut, and groups say who begins: an ACL cannot tell a reply from a
 * beginning on a high port. Nothing signs in by SSH or RDP: Session Manager reaches every tier through endpoints. No database
 * begins a connection with anything but those.
 *
 * What runs something once at its start should wait for the whole network (`node.addDependency(network)`).
 *
 * Put load balancers, applications and databases into `subnets(tier)` of `vpc(tier)`, with `securityGroup(tier)`; the groups cannot
 * be changed from outside, `allow()` opens one more path. `quarantineGroup(tier)` holds a machine apart.
 *
 * Logical ids of VPCs and subnets are pinned (`NetworkMainBusinessVpc`, `NetworkMainAppSubnet1`), so that moving the construct never
 * replaces them. IPv4 only: without an IPv6 range nothing is reached by IPv6.
 *
 * When not to use it: where a landing zone gives accounts their VPCs. The checks NET01 to NET14 hold those to the same rules.
 */
export class LayeredNetwork extends Construct {
  /** Flow logs of the edge subnets, for those who look within minutes. */
  public readonly edgeFlowLogGroup: logs.ILogGroup;

  private readonly where: string;
  private readonly vpcs: readonly TierVpc[];
  private readonly views = new Map<TierVpc, ec2.IVpc>();
  private readonly groups = new Map<Tier, ec2.CfnSecurityGroup>();
  private readonly acls = new Map<Tier, TierAcl>();
  private readonly connections: Connections;
  private readonly opened = new Map<string, OpenPath>();
  private readonly settings: NetworkSettings;
  private readonly outward: boolean;
  private readonly edgeLists: readonly string[];

  /**
   * @throws Error when ranges overlap or cannot be those of a VPC, a port or service is none, a network ACL would get more rules
   * than EC2 takes, or an option needs an acknowledgement that is not there
   */
  public constructor(scope: Construct, id: string, props: LayeredNetworkProps) {
    super(scope, id);
    this.where = `LayeredNetwork at ${this.node.path}`;
    const qualifier = checkedQualifier(this, props.qualifier);
    const [name, pinned] = [`bulwark-${qualifier}`, `Network${inId(qualifier)}`];
    const isSingle = props.topology === NetworkTopology.SINGLE_VPC;
    const plain = [...(isSingle ? SINGLE_VPC : THREE_VPCS), ...(props.inspection ? [INSPECTION] : [])];
    const isTransit = props.connectivity === NetworkConnectivity.TRANSIT_GATEWAY;
    const outward = props.natGateways ? plain.map(withNat) : plain;
    const shapes = isTransit ? outward.map(withTransit) : outward;
    const problems = problemsOf(props, shapes);
    if (problems.length > 0) throw new Error(`${problems.join('; ')} (${this.where})`);
    this.edgeLists = props.edgePrefixListIds ?? [];
    this.outward = props.natGateways === true || props.inspection !== undefined;
    this.vpcs = this.createVpcs(props, shapes, { name, pinned });
    this.settings = new NetworkSettings(this, 'Settings', {
      encryptionKey: props.encryptionKey ?? props.archive?.encryptionKey,
      domainLists: (props.dnsFirewall ?? true) ? MANAGED_DOMAIN_LISTS : [],
      vpcs: this.vpcs,
    });
    for (const vpc of this.vpcs) this.settings.close(vpc);
    this.connections = this.connect(props, isSingle, name);
    this.createTiers(name);

    const services = [...new Set(props.interfaceEndpoints ?? DEFAULT_SERVICES)];
    new Endpoints(this, 'Endpoints', {
      vpcs: this.vpcs,
      shared: this.home('endpoints'),
      groupId: this.groupId('endpoints'),
      services,
      organizationId: props.organizationId,
      readableBuckets: props.readableBuckets ?? [],
      name,
      pinned,
    });
    const logBucket = props.logBucket ?? (props.archive as LogArchive).networkBucket;
    const records = new TrafficRecords(this, 'Records', {
      vpcs: this.vpcs,
      bucket: logBucket,
      encryptionKey: (props.encryptionKey ?? props.archive?.encryptionKey) as kms.IKey,
      retention: props.logRetention ?? logs.RetentionDays.ONE_YEAR,
      name,
    });
    this.edgeFlowLogGroup = records.logGroup;
    if (props.dnsFirewall ?? true) {
      new DnsFirewall(this, 'DnsFirewall', {
        vpcs: this.vpcs,
        settings: this.settings,
        action: props.dnsFirewallAction ?? DnsFirewallAction.BLOCK,
        failOpen: props.dnsFirewallFailOpen ?? false,
        name,
      });
    }
    new NetworkOptions(this, 'Options', { ...props, vpcs: this.vpcs, data: this.home('data') });
    if (props.inspection !== undefined && this.connections instanceof TransitGateway) {
      new Inspection(this, 'Inspection', {
        ...props.inspection,
        vpc: this.home('firewall'),
        business: this.home('app'),
        transit: this.connections,
        logBucket,
        name,
        pinned,
      });
    }
    this.openFrom(props.appPorts ?? [8080], props.databasePorts ?? [5432]);
  }

  /**
   * The VPC of a tier. Its subnets are found by `subnetGroupName`, the name of the tier.
   *
   * @throws Error for a place that is no tier
   */
  public vpc(tier: NetworkPlace): ec2.IVpc {
    const home = this.home(tier);
    const known = this.views.get(home) ?? home.asVpc(home, 'View');
    this.views.set(home, known);
    return known;
  }

  /**
   * Where resources of a tier belong, one subnet in each Availability Zone.
   *
   * @throws Error for a place that is no tier
   */
  public subnets(tier: NetworkPlace): ec2.SubnetSelection {
    return { subnets: this.vpc(tier).selectSubnets({ subnetGroupName: tier }).subnets };
  }

  /**
   * The group of a tier. Constructs that would add rules of their own change nothing: paths are opened by `allow()`.
   *
   * @throws Error for a place that is no tier
   */
  public securityGroup(tier: NetworkPlace): ec2.ISecurityGroup {
    const id = `${inId(tier)}GroupView`;
    return (
      (this.node.tryFindChild(id) as ec2.ISecurityGroup | undefined) ??
      ec2.SecurityGroup.fromSecurityGroupId(this, id, this.groupId(tier), { mutable: false })
    );
  }

  /**
   * The group that holds a machine of a tier apart: nothing reaches it, it reaches nothing. Connections that are being tracked go
   * on until they are cut otherwise (catalogue 4.6).
   *
   * @throws Error for a place that is no tier
   */
  public quarantineGroup(tier: NetworkPlace): ec2.ISecurityGroup {
    const home = this.home(tier);
    const id = 'QuarantineView';
    return (
      (home.node.tryFindChild(id) as ec2.ISecurityGroup | undefined) ??
      ec2.SecurityGroup.fromSecurityGroupId(home, id, home.quarantineGroupId, { mutable: false })
    );
  }

  /**
   * Opens one more path: in the groups, the network ACLs and the routes of both ends. Opening the same path again changes nothing.
   *
   * @param source where connections begin
   * @param target where they lead to
   * @param port one port or a range, of TCP or UDP
   * @param why stands in the rule for those who read it, 1 to 200 characters
   * @throws Error when the path is none that this network has (a database to the Internet), with the reason
   */
  public allow(source: NetworkPlace, target: NetworkPlace, port: ec2.Port, why: string): void {
    const ports = portsOf(port);
    if (ports === undefined) {
      throw new Error(
        `port must be one or a range of TCP or UDP that is known at synthesis, got ${port.toString()} (${this.where})`,
      );
    }
    this.open({ from: source, to: target, ports, why });
  }

  private createVpcs(
    props: LayeredNetworkProps,
    shapes: readonly VpcShape[],
    { name, pinned }: { readonly name: string; readonly pinned: string },
  ): TierVpc[] {
    const cidrs = cidrsOf(props, shapes);
    return shapes.map((shape) => {
      const cidr = cidrs.get(shape.name) as string;
      const addresses: Addresses =
        props.ipamPoolId === undefined ? { cidr } : { netmask: Number(shape.cidr.split('/')[1]) };
      return new TierVpc(this, `${inId(shape.name)}Vpc`, {
        shape,
        addresses,
        ipamPoolId: props.ipamPoolId,
        zones: props.availabilityZones ?? props.maxAzs ?? 3,
        pinned,
        name,
        natGateways: props.natGateways ?? false,
      });
    });
  }

  private connect(props: LayeredNetworkProps, isSingle: boolean, name: string): Connections {
    if (isSingle) return NO_CONNECTIONS;
    return props.connectivity === NetworkConnectivity.TRANSIT_GATEWAY
      ? new TransitGateway(this, 'TransitGateway', name)
      : new Peerings(this, 'Peerings');
  }

  /** Group and network ACL of each tier. */
  private createTiers(name: string): void {
    for (const vpc of this.vpcs) {
      for (const tier of vpc.tiers.filter(isTier)) {
        this.groups.set(tier, vpc.group(inId(tier), tier, TIER_GROUPS[tier]));
        this.acls.set(
          tier,
          new TierAcl(vpc, `${inId(tier)}Acl`, {
            vpcId: vpc.vpcId,
            tier,
            name: `${name}-${tier}`,
            subnetIds: (vpc.subnets.get(tier) ?? []).map(({ subnetId }) => subnetId),
          }),
        );
      }
    }
  }

  /** The paths that every such network has. */
  private openFrom(appPorts: readonly number[], databasePorts: readonly number[]): void {
    const endpoint = tcp(ENDPOINT_PORT);
    this.open({ from: INTERNET, to: EDGE, ports: tcp(443), why: 'Visitors' });
    if (this.edgeLists.length === 0) {
      this.open({ from: INTERNET, to: EDGE, ports: tcp(80), why: 'Visitors who are redirected to HTTPS' });
    }
    // Without it large packets vanish on the way to visitors behind a smaller link (RFC 1191).
    const discovery = new ec2.CfnSecurityGroupIngress(this, 'PathMtuIn', {
      groupId: this.groupId('edge'),
      ipProtocol: 'icmp',
      fromPort: FRAGMENTATION_NEEDED.type,
      toPort: FRAGMENTATION_NEEDED.code,
      cidrIp: EVERYBODY,
      description: 'Path MTU discovery',
    });
    acknowledgeOwn(discovery, {
      rule: 'AwsSolutions-EC23',
      reason: 'One message of ICMP, which any router on the way to a visitor may have to send',
    });
    for (const from of [MANAGEMENT, APP, DATA]) {
      this.open({ from, to: ENDPOINTS, ports: endpoint, why: 'AWS services through their interface endpoints' });
    }
    for (const from of [MANAGEMENT, APP]) {
      this.open({ from, to: S3, ports: endpoint, why: 'Amazon S3 through its gateway endpoint' });
    }
    this.open({ from: APP, to: DYNAMODB, ports: endpoint, why: 'Amazon DynamoDB through its gateway endpoint' });
    if (this.outward) this.open({ from: APP, to: INTERNET, ports: endpoint, why: 'Applications to the Internet' });
    // Last, since more of them may come: what stands before keeps its place in the network ACLs.
    for (const port of appPorts) {
      this.open({ from: EDGE, to: APP, ports: tcp(port), why: 'Load balancers to applications' });
      this.open({ from: MANAGEMENT, to: APP, ports: tcp(port), why: 'Tools of operators to applications' });
    }
    for (const port of databasePorts) {
      this.open({ from: APP, to: DATA, ports: tcp(port), why: 'Applications to databases' });
      this.open({ from: MANAGEMENT, to: DATA, ports: tcp(port), why: 'Tools of operators to databases' });
    }
  }

  private open(path: OpenPath): void {
    const refusal = refusalOf(path, this.outward);
    if (refusal !== undefined) throw new Error(`${refusal} (${this.where})`);
    const { from, to, ports } = path;
    const key = `${inId(from)}To${inId(to)}${inId(nameOf(ports).replaceAll(' ', '-'))}`;
    if (this.opened.has(key)) return;
    this.opened.set(key, path);
    this.route(path);
    this.letThrough(path);
    this.admit(path, key);
  }

  /** Both ways: a reply that finds no way back is no connection. */
  private route({ from, to }: OpenPath): void {
    if (!this.isTier(from) || !this.isTier(to)) return;
    const [source, target] = [
      { vpc: this.home(from), tier: from as Tier },
      { vpc: this.home(to), tier: to as Tier },
    ];
    this.connections.route(source, target);
    this.connections.route(target, source);
  }

  /** Network ACLs are stateless: the path and its replies, at both ends. */
  private letThrough({ from, to, ports }: OpenPath): void {
    const replies: Ports = { ...EPHEMERAL, protocol: ports.protocol };
    const ends = [
      { own: from, other: to, out: ports, in: replies },
      { own: to, other: from, out: replies, in: ports },
    ];
    for (const { own, other, out, in: inwards } of ends) {
      const acl = this.acls.get(own as Tier);
      acl?.allow('egress', this.rangeOf(other), out);
      acl?.allow('ingress', this.rangeOf(other), inwards);
    }
    // The edge is within what applications may send to, and admits everybody: that is not the way that is meant.
    if (from === APP && to === INTERNET) this.acls.get('edge')?.deny(this.rangeOf(APP), ports);
  }

  /** Groups chain by reference, so that an address that is reused opens nothing. */
  private admit({ from, to, ports, why }: OpenPath, key: string): void {
    const range = { ipProtocol: ports.protocol, fromPort: ports.first, toPort: ports.last, description: why };
    const [source, target] = [this.groups.get(from as Tier), this.groups.get(to as Tier)];
    const across = source && target ? this.connections.between(this.home(from), this.home(to)) : [];
    if (source !== undefined) {
      const peer = target && (across.length === 0 || this.connections.groupsAcross) ? target : undefined;
      const egress = new ec2.CfnSecurityGroupEgress(this, `${key}Out`, {
        groupId: source.attrGroupId,
        ...range,
        ...(peer !== undefined && { destinationSecurityGroupId: peer.attrGroupId }),
        ...(isGateway(to) && { destinationPrefixListId: this.settings.prefixListId(to) }),
        ...(peer === undefined && !isGateway(to) && { cidrIp: this.rangeOf(to) }),
      });
      for (const connection of across) egress.addResourceDependency(connection);
    }
    // https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html (security group referencing, limitations)
    const isEndpointAcross = to === ENDPOINTS && across.length > 0 && !this.connections.groupsAcross;
    if (target !== undefined && from === INTERNET && this.edgeLists.length > 0) {
      this.edgeLists.forEach((sourcePrefixListId, index) => {
        new ec2.CfnSecurityGroupIngress(this, `${key}In${index + 1}`, {
          groupId: target.attrGroupId,
          ...range,
          sourcePrefixListId,
        });
      });
    } else if (target !== undefined) {
      const ingress = new ec2.CfnSecurityGroupIngress(this, `${key}In`, {
        groupId: target.attrGroupId,
        ...range,
        ...(source && !isEndpointAcross
          ? { sourceSecurityGroupId: source.attrGroupId }
          : { cidrIp: this.rangeOf(from) }),
      });
      for (const connection of across) ingress.addResourceDependency(connection);
      if (source === undefined && ports.first === ports.last && WEB_PORTS.includes(ports.first)) {
        acknowledgeOwn(ingress, { rule: 'AwsSolutions-EC23', reason: FOR_VISITORS });
      }
    }
  }

  /** The addresses of a place. What gateways lead to has public ones, to which routes lead through the gateway alone. */
  private rangeOf(place: NetworkPlace): string {
    return this.isTier(place) ? this.home(place).plan.tier(place as Tier) : EVERYBODY;
  }

  private groupId(tier: string): string {
    this.home(tier);
    return (this.groups.get(tier as Tier) as ec2.CfnSecurityGroup).attrGroupId;
  }

  private isTier(place: string): boolean {
    return this.vpcs.some(({ tiers }) => tiers.includes(place as SubnetKind));
  }

  private home(tier: string): TierVpc {
    const home = this.vpcs.find(({ tiers }) => tiers.includes(tier as SubnetKind));
    if (home !== undefined) return home;
    throw new Error(
      `tier must be one of ${this.vpcs.flatMap(({ tiers }) => tiers.filter(isTier)).join(', ')}, got ${tier} (${this.where})`,
    );
  }
}

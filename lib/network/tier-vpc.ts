import { Aws, aws_ec2 as ec2, type CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EDGE_TIER, isTier, QUARANTINE_TIER, TIER_TAG, VPC_TAG } from '../controls/tiers';
import { inId, pin } from '../private/pin';
import { EVERYBODY } from './network-acl';
import { type Addresses, AddressPlan, type SubnetKind, type VpcShape } from './address-plan';

/** @internal */
export interface TierVpcProps {
  readonly shape: VpcShape;
  readonly addresses: Addresses;
  readonly ipamPoolId?: string;
  /** Two or three names, or as many of the Region's as a number says. */
  readonly zones: readonly string[] | number;
  /** Begins the pinned logical ids. */
  readonly pinned: string;
  /** Begins the names that people read. */
  readonly name: string;
  readonly natGateways: boolean;
}

/** A subnet with the route table that it alone has. @internal */
export interface TierSubnet {
  readonly subnetId: string;
  readonly routeTableId: string;
  readonly zone: string;
  /** Where its routes stand. */
  readonly scope: Construct;
}

/** What a group needs so that EC2 does not give it the rule that lets everything out. */
const NOTHING_OUT: ec2.CfnSecurityGroup.EgressProperty = {
  cidrIp: '255.255.255.255/32',
  description: 'Nothing goes out; without a rule here EC2 would let everything',
  ipProtocol: 'icmp',
  fromPort: 252,
  toPort: 86,
};

/**
 * A VPC with its tiers' subnets, a route table for each, its gateways and its quarantine group.
 *
 * @internal
 */
export class TierVpc extends Construct {
  /** What people call it, which the tag says too. */
  public readonly name: string;
  public readonly vpcId: string;
  public readonly cidr: string;
  public readonly plan: AddressPlan;
  public readonly tiers: readonly SubnetKind[];
  public readonly subnets = new Map<SubnetKind, readonly TierSubnet[]>();
  public readonly quarantineGroupId: string;
  public readonly defaultGroupId: string;
  /** Waits until the Internet can be reached. */
  public readonly internetRoutes: CfnResource[] = [];
  public readonly vpc: ec2.CfnVPC;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: TierVpcProps,
  ) {
    super(scope, id);
    const { shape, addresses } = props;
    this.name = shape.name;
    this.vpc = new ec2.CfnVPC(this, 'Vpc', {
      ...('cidr' in addresses
        ? { cidrBlock: addresses.cidr }
        : { ipv4IpamPoolId: props.ipamPoolId, ipv4NetmaskLength: addresses.netmask }),
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: this.tags(shape.name, [{ key: VPC_TAG, value: shape.name }]),
    });
    pin(this.vpc, `${props.pinned}${inId(shape.name)}Vpc`);
    this.vpcId = this.vpc.ref;
    this.cidr = 'cidr' in addresses ? addresses.cidr : this.vpc.attrCidrBlock;
    this.defaultGroupId = this.vpc.attrDefaultSecurityGroup;
    this.plan = new AddressPlan(shape, addresses, this.cidr);
    this.tiers = Object.keys(shape.tiers) as SubnetKind[];
    for (const tier of this.tiers) this.subnets.set(tier, this.createSubnets(tier));
    if (this.tiers.includes(EDGE_TIER)) {
      this.openToInternet(EDGE_TIER, 'egress');
      if (props.natGateways) this.openApplications();
    }
    this.quarantineGroupId = this.group(
      'Quarantine',
      QUARANTINE_TIER,
      'Holds a machine apart: nothing reaches it, it reaches nothing',
    ).attrGroupId;
  }

  /** A group without rules. */
  public group(id: string, tier: string, groupDescription: string): ec2.CfnSecurityGroup {
    return new ec2.CfnSecurityGroup(this, `${id}Group`, {
      groupDescription,
      vpcId: this.vpcId,
      securityGroupEgress: [NOTHING_OUT],
      tags: this.tags(tier === QUARANTINE_TIER ? `${this.props.shape.name}-${tier}` : tier, [
        { key: TIER_TAG, value: tier },
      ]),
    });
  }

  /** Route tables of all subnets. */
  public get routeTableIds(): string[] {
    return [...this.subnets.values()].flat().map(({ routeTableId }) => routeTableId);
  }

  /** The VPC as other constructs take it. Its subnets are found by `subnetGroupName`, which is the name of the tier. */
  public asVpc(scope: Construct, id: string): ec2.IVpc {
    // Steps on the way are for nobody's resources.
    const rest = this.tiers.filter((tier) => isTier(tier) && tier !== EDGE_TIER);
    const outward = rest.filter((tier) => this.reachesOut(tier));
    const inward = rest.filter((tier) => !this.reachesOut(tier));
    const edge = this.tiers.filter((tier) => tier === EDGE_TIER);
    const subnetsOf = (tiers: readonly SubnetKind[]) => tiers.flatMap((tier) => this.subnets.get(tier) ?? []);
    const ids = (tiers: readonly SubnetKind[]) =>
      tiers.length === 0 ? undefined : subnetsOf(tiers).map(({ subnetId }) => subnetId);
    const tables = (tiers: readonly SubnetKind[]) =>
      tiers.length === 0 ? undefined : subnetsOf(tiers).map(({ routeTableId }) => routeTableId);
    const named = (tiers: readonly SubnetKind[]) => (tiers.length === 0 ? undefined : [...tiers]);
    const vpc = ec2.Vpc.fromVpcAttributes(scope, id, {
      vpcId: this.vpcId,
      vpcCidrBlock: this.cidr,
      availabilityZones: (this.subnets.get(this.tiers[0] as SubnetKind) ?? []).map(({ zone }) => zone),
      publicSubnetIds: ids(edge),
      publicSubnetNames: named(edge),
      publicSubnetRouteTableIds: tables(edge),
      privateSubnetIds: ids(outward),
      privateSubnetNames: named(outward),
      privateSubnetRouteTableIds: tables(outward),
      isolatedSubnetIds: ids(inward),
      isolatedSubnetNames: named(inward),
      isolatedSubnetRouteTableIds: tables(inward),
    });
    // What is put there waits for the way out, as it does with a VPC of the CDK's own.
    for (const { internetConnectivityEstablished } of [...vpc.publicSubnets, ...vpc.privateSubnets]) {
      const waiting = internetConnectivityEstablished as { add?: (...dependables: CfnResource[]) => void };
      waiting.add?.(...this.internetRoutes);
    }
    return vpc;
  }

  /** Whether a tier begins connections with the Internet through a NAT gateway. */
  private reachesOut(tier: SubnetKind): boolean {
    return this.props.natGateways && tier === 'app';
  }

  private tags(name: string, more: readonly { key: string; value: string }[]): { key: string; value: string }[] {
    return [{ key: 'Name', value: `${this.props.name}-${name}` }, ...more];
  }

  private createSubnets(tier: SubnetKind): TierSubnet[] {
    const { zones } = this.props;
    const names = typeof zones === 'number' ? range(zones).map((zone) => Fn.select(zone, Fn.getAzs())) : zones;
    return names.map((availabilityZone, zone) => {
      const scope = new Construct(this, `${inId(tier)}${zone + 1}`);
      const name = `${tier}-${zone + 1}`;
      const tags = this.tags(name, [{ key: TIER_TAG, value: tier }]);
      const subnet = new ec2.CfnSubnet(scope, 'Subnet', {
        vpcId: this.vpcId,
        availabilityZone,
        cidrBlock: this.plan.subnet(tier, zone),
        mapPublicIpOnLaunch: false,
        tags: [...tags, { key: 'aws-cdk:subnet-name', value: tier }],
      });
      // A tier stands in one VPC, a step on the way in several.
      const owner = isTier(tier) ? '' : inId(this.name);
      pin(subnet, `${this.props.pinned}${owner}${inId(tier)}Subnet${zone + 1}`);
      const table = new ec2.CfnRouteTable(scope, 'RouteTable', { vpcId: this.vpcId, tags });
      new ec2.CfnSubnetRouteTableAssociation(scope, 'Association', {
        subnetId: subnet.ref,
        routeTableId: table.ref,
      });
      return {
        subnetId: subnet.ref,
        routeTableId: table.ref,
        zone: availabilityZone,
        scope,
      };
    });
  }

  /** Gives the VPC a way in and out, which the subnets of some kinds have. */
  public openToInternet(...kinds: readonly SubnetKind[]): void {
    const gateway = new ec2.CfnInternetGateway(this, 'InternetGateway', { tags: this.tags(this.name, []) });
    const attachment = new ec2.CfnVPCGatewayAttachment(this, 'InternetAttachment', {
      vpcId: this.vpcId,
      internetGatewayId: gateway.ref,
    });
    for (const { scope, routeTableId } of kinds.flatMap((kind) => this.subnets.get(kind) ?? [])) {
      const route = new ec2.CfnRoute(scope, 'ToInternet', {
        routeTableId,
        destinationCidrBlock: EVERYBODY,
        gatewayId: gateway.ref,
      });
      route.addResourceDependency(attachment);
      this.internetRoutes.push(route);
    }
  }

  /** A NAT gateway in the subnet of a kind that stands in this zone; its id. */
  public createNat(kind: SubnetKind, zone: number): string {
    const { scope, subnetId } = (this.subnets.get(kind) ?? [])[zone] as TierSubnet;
    const tags = this.tags(`nat-${zone + 1}`, []);
    const address = new ec2.CfnEIP(scope, 'NatAddress', { domain: 'vpc', tags });
    const nat = new ec2.CfnNatGateway(scope, 'Nat', { subnetId, allocationId: address.attrAllocationId, tags });
    for (const route of this.internetRoutes) {
      address.addResourceDependency(route);
      nat.addResourceDependency(route);
    }
    return nat.ref;
  }

  private openApplications(): void {
    const routes = (this.subnets.get('app') ?? []).map(
      ({ scope, routeTableId }, zone) =>
        new ec2.CfnRoute(scope, 'ToInternet', {
          routeTableId,
          destinationCidrBlock: EVERYBODY,
          natGatewayId: this.createNat('egress', zone),
        }),
    );
    this.internetRoutes.push(...routes);
  }
}

/** The stack's Region, spelled out where it is known: the name of a service needs it. */
export function regionOf(scope: Construct): string {
  return Stack.of(scope).region ?? Aws.REGION;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

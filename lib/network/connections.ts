import { type CfnResource, aws_ec2 as ec2 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Tier } from '../controls/tiers';
import { inId } from '../private/pin';
import { INSPECTION } from './address-plan';
import type { TierVpc } from './tier-vpc';

/** How the VPCs of a network reach each other. @internal */
export interface Connections {
  /** Whether a rule that sends may name a group of another VPC. */
  readonly groupsAcross: boolean;
  /** Lets packets of a tier find another, one way: both routes are needed for a connection. */
  route(from: { readonly vpc: TierVpc; readonly tier: Tier }, to: { readonly vpc: TierVpc; readonly tier: Tier }): void;
  /** What has to be there before a rule may name a group of the other VPC. */
  between(one: TierVpc, other: TierVpc): readonly CfnResource[];
}

/** One VPC, in which every subnet finds every other. */
export const NO_CONNECTIONS: Connections = {
  groupsAcross: true,
  route: () => undefined,
  between: () => [],
};

/**
 * A peering for each two VPCs that talk: no standing cost, and not transitive.
 *
 * @internal
 */
export class Peerings extends Construct implements Connections {
  public readonly groupsAcross = true;
  private readonly peerings = new Map<string, ec2.CfnVPCPeeringConnection>();
  private readonly routes = new Set<string>();

  public route(from: Parameters<Connections['route']>[0], to: Parameters<Connections['route']>[1]): void {
    const [peering] = this.between(from.vpc, to.vpc);
    if (peering === undefined) return;
    for (const { scope, routeTableId } of from.vpc.subnets.get(from.tier) ?? []) {
      const id = `To${inId(to.tier)}`;
      const key = `${scope.node.path}/${id}`;
      if (this.routes.has(key)) continue;
      this.routes.add(key);
      new ec2.CfnRoute(scope, id, {
        routeTableId,
        destinationCidrBlock: to.vpc.plan.tier(to.tier),
        vpcPeeringConnectionId: peering.ref,
      });
    }
  }

  public between(one: TierVpc, other: TierVpc): ec2.CfnVPCPeeringConnection[] {
    if (one === other) return [];
    const [first, second] = [one, other].sort((a, b) => (a.name < b.name ? -1 : 1)) as [TierVpc, TierVpc];
    const id = `${inId(first.name)}With${inId(second.name)}`;
    let peering = this.peerings.get(id);
    if (peering === undefined) {
      peering = new ec2.CfnVPCPeeringConnection(this, id, {
        vpcId: first.vpcId,
        peerVpcId: second.vpcId,
        tags: [{ key: 'Name', value: `${first.name}-${second.name}` }],
      });
      this.peerings.set(id, peering);
    }
    return [peering];
  }
}

/**
 * A transit gateway with a route table for each VPC. Nothing is associated, propagated or accepted by itself.
 *
 * @internal
 */
export class TransitGateway extends Construct implements Connections {
  /** Across a transit gateway only rules that admit may name groups. */
  // https://docs.aws.amazon.com/vpc/latest/tgw/tgw-security-group-referencing.html
  public readonly groupsAcross = false;
  public readonly gatewayId: string;
  private readonly attachments = new Map<TierVpc, Attachment>();
  private readonly routes = new Set<string>();

  public constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    this.gatewayId = new ec2.CfnTransitGateway(this, 'Gateway', {
      autoAcceptSharedAttachments: 'disable',
      defaultRouteTableAssociation: 'disable',
      defaultRouteTablePropagation: 'disable',
      dnsSupport: 'enable',
      securityGroupReferencingSupport: 'enable',
      vpnEcmpSupport: 'disable',
      tags: [{ key: 'Name', value: name }],
    }).ref;
  }

  public route(from: Parameters<Connections['route']>[0], to: Parameters<Connections['route']>[1]): void {
    if (from.vpc === to.vpc) return;
    const [here, there] = [this.attachmentOf(from.vpc), this.attachmentOf(to.vpc)];
    const destinationCidrBlock = to.vpc.plan.tier(to.tier);
    for (const { scope, routeTableId } of from.vpc.subnets.get(from.tier) ?? []) {
      this.once(`${scope.node.path}/To${inId(to.tier)}`, () => {
        const route = new ec2.CfnRoute(scope, `To${inId(to.tier)}`, {
          routeTableId,
          destinationCidrBlock,
          transitGatewayId: this.gatewayId,
        });
        route.addResourceDependency(here.attachment);
      });
    }
    this.once(`${here.scope.node.path}/To${inId(to.tier)}`, () => {
      new ec2.CfnTransitGatewayRoute(here.scope, `To${inId(to.tier)}`, {
        transitGatewayRouteTableId: here.routeTableId,
        destinationCidrBlock,
        transitGatewayAttachmentId: there.attachment.ref,
      });
    });
  }

  public between(one: TierVpc, other: TierVpc): CfnResource[] {
    return one === other ? [] : [one, other].map((vpc) => this.attachmentOf(vpc).attachment);
  }

  /** The VPC's attachment, with the route table that is for what comes from it. */
  public attachmentOf(vpc: TierVpc): Attachment {
    const known = this.attachments.get(vpc);
    if (known !== undefined) return known;
    const scope = new Construct(this, inId(vpc.name));
    const tags = [{ key: 'Name', value: vpc.name }];
    const attachment = new ec2.CfnTransitGatewayVpcAttachment(scope, 'Attachment', {
      transitGatewayId: this.gatewayId,
      vpcId: vpc.vpcId,
      subnetIds: (vpc.subnets.get('transit') ?? []).map(({ subnetId }) => subnetId),
      options: {
        DnsSupport: 'enable',
        SecurityGroupReferencingSupport: 'enable',
        // A firewall has to see both directions of a flow: they stay in one zone.
        ApplianceModeSupport: vpc.name === INSPECTION.name ? 'enable' : 'disable',
      },
      tags,
    });
    const table = new ec2.CfnTransitGatewayRouteTable(scope, 'RouteTable', { transitGatewayId: this.gatewayId, tags });
    new ec2.CfnTransitGatewayRouteTableAssociation(scope, 'Association', {
      transitGatewayAttachmentId: attachment.ref,
      transitGatewayRouteTableId: table.ref,
    });
    const made = { scope, attachment, routeTableId: table.ref };
    this.attachments.set(vpc, made);
    return made;
  }

  private once(key: string, make: () => void): void {
    if (this.routes.has(key)) return;
    this.routes.add(key);
    make();
  }
}

/** @internal */
export interface Attachment {
  readonly scope: Construct;
  readonly attachment: ec2.CfnTransitGatewayVpcAttachment;
  readonly routeTableId: string;
}

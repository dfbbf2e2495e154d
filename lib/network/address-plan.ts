import { Fn } from 'aws-cdk-lib';
import type { Tier, TRANSIT } from '../controls/tiers';
import { format, overlap, parse, partOf, unfitForVpc } from './cidr';

/** What a subnet is for: a tier, or a step on the way through an inspection. */
export type SubnetKind = Tier | typeof TRANSIT | 'firewall' | 'egress';

/** What a VPC is called, and which tiers have their subnets in it. */
export interface VpcShape {
  readonly name: string;
  /** Its default range. */
  readonly cidr: string;
  /** Tier -> its part of the VPC. */
  readonly tiers: Partial<Readonly<Record<SubnetKind, Part>>>;
}

/** A part of a range: `index` among the equal parts that `bits` more bits make. */
interface Part {
  readonly bits: number;
  readonly index: number;
}

/** A part holds four subnets, of which two or three are used: another Availability Zone moves nothing. */
const SUBNET_BITS = 2;

const MOST_ZONES = 3;

const WHOLE: Part = { bits: 0, index: 0 };
const FIRST_HALF: Part = { bits: 1, index: 0 };
const quarter = (index: number): Part => ({ bits: 2, index });
const eighth = (index: number): Part => ({ bits: 3, index });

/** Three VPCs, and a small one for the interface endpoints that all of them reach (catalogue 4.10, ADR 16). */
export const THREE_VPCS: readonly VpcShape[] = [
  { name: 'management', cidr: '10.0.0.0/20', tiers: { management: WHOLE } },
  { name: 'business', cidr: '10.16.0.0/16', tiers: { app: FIRST_HALF, edge: eighth(4) } },
  { name: 'database', cidr: '10.32.0.0/20', tiers: { data: WHOLE } },
  { name: 'endpoints', cidr: '10.48.0.0/24', tiers: { endpoints: WHOLE } },
];

/** The tiers as subnets of one VPC. */
export const SINGLE_VPC: readonly VpcShape[] = [
  {
    name: 'network',
    cidr: '10.16.0.0/16',
    tiers: { app: FIRST_HALF, edge: eighth(4), data: eighth(5), management: eighth(6), endpoints: eighth(7) },
  },
];

/**
 * The same with subnets for the attachments to a transit gateway, in the part that a fourth subnet of the first tier would have. They
 * stand apart, because what arrives in one zone for another has to leave the attachment's subnet, whose network ACL would stop it.
 * https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
 */
export function withTransit(shape: VpcShape): VpcShape {
  const [first] = Object.values(shape.tiers);
  if (first === undefined || shape.tiers.transit !== undefined) return shape;
  const transit = { bits: first.bits + SUBNET_BITS, index: first.index * 2 ** SUBNET_BITS + MOST_ZONES };
  return { ...shape, tiers: { ...shape.tiers, transit } };
}

/**
 * The same with subnets for NAT gateways, in the part that a fourth subnet of the edge would have. They stand apart, because the
 * network ACL of a subnet that has them sees where packets come from and not where they go: it could not keep applications from
 * load balancers.
 */
export function withNat(shape: VpcShape): VpcShape {
  const { edge } = shape.tiers;
  if (edge === undefined) return shape;
  const egress = { bits: edge.bits + SUBNET_BITS, index: edge.index * 2 ** SUBNET_BITS + MOST_ZONES };
  return { ...shape, tiers: { ...shape.tiers, egress } };
}

/** What goes out passes a firewall here: in from the transit gateway, through the firewall, out by NAT. */
export const INSPECTION: VpcShape = {
  name: 'inspection',
  cidr: '10.64.0.0/24',
  tiers: { transit: quarter(0), firewall: quarter(1), egress: quarter(2) },
};

/** Where the addresses of a VPC come from: a range that is written down, or as many as a pool gives. */
export type Addresses = { readonly cidr: string } | { readonly netmask: number };

/** Why ranges cannot stand beside each other; undefined where they can. */
export function conflictOf(shapes: readonly VpcShape[], cidrs: ReadonlyMap<string, string>): string | undefined {
  for (const { name, tiers } of shapes) {
    const cidr = cidrs.get(name) as string;
    const wanted = unfitForVpc(cidr, bitsOf(tiers));
    if (wanted !== undefined) return `cidrs.${name} must be ${wanted}, got ${cidr}`;
  }
  const all = [...cidrs];
  for (const [index, [name, cidr]] of all.entries()) {
    for (const [other, another] of all.slice(index + 1)) {
      if (overlap(parse(cidr) as never, parse(another) as never)) {
        return `cidrs must not overlap: ${name} ${cidr} overlaps ${other} ${another}`;
      }
    }
  }
  return undefined;
}

/** How many bits more the smallest subnets have than their VPC. */
export function bitsOf(tiers: VpcShape['tiers']): number {
  return Math.max(...Object.values(tiers).map(({ bits }) => bits)) + SUBNET_BITS;
}

/** The ranges within one VPC: literal where its own is, else cut out at deployment. */
export class AddressPlan {
  public constructor(
    private readonly shape: VpcShape,
    private readonly addresses: Addresses,
    /** Range of the VPC, as the template names it. */
    private readonly vpcCidr: string,
  ) {}

  /** What holds all subnets of a tier, and nothing else. */
  public tier(tier: SubnetKind): string {
    return this.cut(this.shape.tiers[tier] as Part);
  }

  /** @param zone 0 for the first Availability Zone */
  public subnet(tier: SubnetKind, zone: number): string {
    const { bits, index } = this.shape.tiers[tier] as Part;
    return this.cut({ bits: bits + SUBNET_BITS, index: index * 2 ** SUBNET_BITS + zone });
  }

  private cut({ bits, index }: Part): string {
    if (bits === 0) return this.vpcCidr;
    if ('cidr' in this.addresses) {
      const range = parse(this.addresses.cidr);
      if (range !== undefined) return format(partOf(range, bits, index));
    }
    const netmask = 'netmask' in this.addresses ? this.addresses.netmask : 0;
    return Fn.select(index, Fn.cidr(this.vpcCidr, index + 1, String(32 - netmask - bits)));
  }
}

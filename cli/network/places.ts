import { QUARANTINE_TIER } from '../../lib/controls/tiers';
import type { NetworkModel, SecurityGroup, Subnet } from './model';
import { type AddressRange, atomsOf, type Family, formatRange, parseRange, subtract } from './ranges';

/** Where connections begin and end. */
export interface Place {
  /** `app`, `quarantine (business)`, `internet`, `s3`. */
  readonly name: string;
  readonly kind: 'group' | 'internet' | 'service';
  /** Groups that a machine here has: the rules of all are merged. */
  readonly groups: readonly string[];
  readonly subnets: readonly Subnet[];
  /** Of a service: its prefix lists, one of which a route leads to. */
  readonly lists: readonly string[];
}

/** Addresses of a place about which the same is decided. */
export interface Point {
  /** The same for the same subnet and addresses, whatever the groups; short, because it is looked up by. */
  readonly key: string;
  readonly family: Family;
  /** Undefined where only AWS knows it: the addresses of a service in a template. */
  readonly address?: bigint;
  readonly ranges: readonly AddressRange[];
  readonly subnet?: Subnet;
  readonly lists: readonly string[];
}

export const INTERNET = 'internet';

/**
 * What no router of the Internet forwards (RFC 6890). The ranges of documentation are left in: they stand for somebody's address
 * in examples and tests.
 */
const NEVER_ROUTED = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
].map(known);

/** All that is given out of IPv6 to be routed (RFC 4291). */
const EVERYBODY = { v4: known('0.0.0.0/0'), v6: known('2000::/3') } as const;

function known(cidr: string): AddressRange {
  const range = parseRange(cidr);
  if (range === undefined) throw new Error(`${cidr} is no range`);
  return range;
}

/** All places of a network: its tiers, what is held apart or fell into a default group, the Internet, and AWS's services. */
export function placesOf(model: NetworkModel): Place[] {
  return [...tiersOf(model), ...apartOf(model), internet(), ...servicesOf(model)];
}

/** Whether there is any subnet in which a place can be; without one nothing about it is judged. */
export function isSomewhere({ kind, subnets }: Place): boolean {
  return kind !== 'group' || subnets.length > 0;
}

function internet(): Place {
  return { name: INTERNET, kind: 'internet', groups: [], subnets: [], lists: [] };
}

/** A tier has the groups and the subnets that bear its name, in one VPC; where several VPCs have it, theirs stands behind. */
function tiersOf({ securityGroups, subnets, vpcs }: NetworkModel): Place[] {
  const tiers = new Map<string, SecurityGroup[]>();
  for (const group of securityGroups) {
    if (group.tier === undefined || group.tier === QUARANTINE_TIER || group.isDefault) continue;
    const key = JSON.stringify([group.tier, group.vpc]);
    tiers.set(key, [...(tiers.get(key) ?? []), group]);
  }
  const keys = [...tiers.keys()].map((key) => JSON.parse(key) as [string, string]);
  return [...tiers.values()].map((groups) => {
    const [{ tier, vpc }] = groups as [SecurityGroup];
    const isAlone = keys.filter(([other]) => other === tier).length === 1;
    return {
      name: isAlone ? String(tier) : `${tier} (${vpcs.find(({ id }) => id === vpc)?.name ?? vpc})`,
      kind: 'group',
      groups: groups.map(({ id }) => id),
      subnets: subnets.filter((subnet) => subnet.vpc === vpc && subnet.tier === tier),
      lists: [],
    };
  });
}

/** What is in a quarantine or default group can stand in any subnet of a tier. */
function apartOf({ securityGroups, subnets, vpcs }: NetworkModel): Place[] {
  return securityGroups.flatMap((group) => {
    const name = group.isDefault ? 'default' : group.tier === QUARANTINE_TIER ? QUARANTINE_TIER : undefined;
    if (name === undefined) return [];
    const where = vpcs.find(({ id }) => id === group.vpc)?.name ?? group.vpc;
    return {
      name: `${name} (${where})`,
      kind: 'group' as const,
      groups: [group.id],
      subnets: subnets.filter(({ vpc, tier }) => vpc === group.vpc && tier !== undefined),
      lists: [],
    };
  });
}

function servicesOf({ gatewayEndpoints }: NetworkModel): Place[] {
  const services = new Map<string, Set<string>>();
  for (const { service, prefixList } of gatewayEndpoints) {
    services.set(service, (services.get(service) ?? new Set()).add(prefixList));
  }
  return [...services].map(([name, lists]) => ({ name, kind: 'service', groups: [], subnets: [], lists: [...lists] }));
}

/** Gives the points of places, parted wherever a rule or route of the model parts them. */
export class Points {
  private readonly cuts: readonly AddressRange[];
  private readonly known = new Map<string, readonly Point[]>();
  private count = 0;

  public constructor(private readonly model: NetworkModel) {
    this.cuts = cutsOf(model);
  }

  public of({ kind, name, subnets, lists }: Place, family: Family): readonly Point[] {
    if (kind === 'group')
      return subnets.flatMap((subnet) => this.once(`${subnet.id} ${family}`, () => this.in(subnet, family)));
    return this.once(`${name} ${family}`, () =>
      kind === 'internet' ? this.outside(family) : this.service(lists, family),
    );
  }

  private once(key: string, make: () => readonly Point[]): readonly Point[] {
    const points = this.known.get(key) ?? make();
    this.known.set(key, points);
    return points;
  }

  private in(subnet: Subnet, family: Family): Point[] {
    return this.parted(rangesOf(subnet.cidrs, family), { subnet, lists: [] });
  }

  /** Every address that is routed, but those of the VPCs and of services behind gateway endpoints. */
  private outside(family: Family): Point[] {
    const { vpcs, gatewayEndpoints, prefixLists } = this.model;
    const services = new Set(gatewayEndpoints.map(({ prefixList }) => prefixList));
    const taken = [
      ...vpcs.flatMap(({ cidrs }) => cidrs),
      ...prefixLists.flatMap(({ id, cidrs = [] }) => (services.has(id) ? cidrs : [])),
    ];
    return this.parted(subtract([EVERYBODY[family]], [...NEVER_ROUTED, ...rangesOf(taken, family)]), {
      lists: [],
    });
  }

  private service(lists: readonly string[], family: Family): Point[] {
    const of = this.model.prefixLists.filter(({ id }) => lists.includes(id));
    const cidrs = of.flatMap((list) => list.cidrs ?? []);
    if (cidrs.length > 0) return this.parted(rangesOf(cidrs, family), { lists });
    // Gateway endpoints of which nobody told the addresses: IPv4, which both services always have.
    return family === 'v4' ? [{ key: this.nextKey(), family, ranges: [], lists }] : [];
  }

  private parted(ranges: readonly AddressRange[], rest: Pick<Point, 'subnet' | 'lists'>): Point[] {
    return atomsOf(ranges, this.cuts).map((atom) => ({ key: this.nextKey(), ...atom, ...rest }));
  }

  private nextKey(): string {
    this.count += 1;
    return String(this.count);
  }
}

function rangesOf(cidrs: readonly string[], family: Family): AddressRange[] {
  return cidrs.flatMap((cidr) => {
    const range = parseRange(cidr);
    return range?.family === family ? [range] : [];
  });
}

/** Every range that a rule or a route tells apart. */
function cutsOf(model: NetworkModel): AddressRange[] {
  const cidrs = new Set([
    ...model.routeTables.flatMap(({ routes }) => routes.map(({ destination }) => destination)),
    ...model.networkAcls.flatMap(({ entries }) => entries.map(({ cidr }) => cidr)),
    ...model.securityGroups.flatMap(({ ingress, egress }) =>
      [...ingress, ...egress].flatMap(({ peer }) => ('cidr' in peer ? [peer.cidr] : [])),
    ),
    ...model.transitGateways.flatMap(({ routeTables }) =>
      routeTables.flatMap(({ routes }) => routes.map(({ cidr }) => cidr)),
    ),
    ...model.prefixLists.flatMap(({ cidrs = [] }) => cidrs),
    ...model.vpcs.flatMap(({ cidrs }) => cidrs),
  ]);
  return [...cidrs].flatMap((cidr) => parseRange(cidr) ?? []);
}

/** What a point is called in a sentence. */
export function calledOf({ subnet, lists }: Point): string {
  return subnet?.name ?? (lists.length > 0 ? lists.join(', ') : 'the Internet');
}

/** What a point is called where places are not enough: the subnet, or the addresses. */
export function labelOf({ subnet, ranges, lists }: Point): string {
  if (subnet !== undefined) return `${subnet.name} (${ranges.map(formatRange).join(', ')})`;
  const texts = ranges.map(formatRange);
  if (texts.length === 0) return lists.join(', ');
  return texts.length > 4 ? `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more ranges` : texts.join(', ');
}

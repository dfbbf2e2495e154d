import type { Attachment, NetworkAcl, NetworkModel, Route, RouteTargetKind, Subnet, TransitGateway } from './model';
import { isIn, isOnList } from './filters';
import { calledOf, type Point } from './places';
import { parseRange, prefixLength } from './ranges';

/** A network ACL on the way, and whose address it looks at. */
export interface Crossing {
  readonly acl: NetworkAcl;
  readonly egress: boolean;
  readonly peer: Point;
}

/** Which way packets go, in one direction. */
export interface Trace {
  readonly arrives: boolean;
  /** Why they do not arrive; where nobody can tell, `isUnknown` stands beside. */
  readonly why?: string;
  readonly isUnknown?: boolean;
  readonly crossings: readonly Crossing[];
  /** What they passed: `local`, `peering`, … */
  readonly via: readonly RouteTargetKind[];
  /** Whether rules that admit may name groups of where they come from. */
  readonly namesGroups: boolean;
  /** Where their source became that of a NAT gateway, to which replies go. */
  readonly translatedAt?: Subnet;
  /** Firewall endpoints that they passed, and that the other direction has to pass as well. */
  readonly firewalls: readonly string[];
  /**
   * Those between the internet gateway and what has a public address: that the other direction passes them the route table of
   * the gateway has to say, at which nobody looks.
   */
  readonly facing: readonly string[];
  /** Whether a transit gateway chooses one zone for both directions. */
  readonly keepsZone: boolean;
}

const STRAIGHT = { firewalls: [], facing: [], keepsZone: false, namesGroups: false } as const;

/** How they came into a subnet: a machine sent them, or something handed them on. */
type Entry = 'origin' | 'nat' | 'firewall' | 'transit-gateway';

/** On from where they are, or no further. */
type Step =
  | { readonly at: Subnet; readonly entry: Entry }
  | { readonly end: string | true; readonly isUnknown?: boolean };

/** More than any way that leads somewhere has. */
const MOST_STEPS = 16;

const EVERY_PREFIX_LIST = 129;

/** Follows route tables, of VPCs and of transit gateways; those of internet gateways, which lead what comes in, are not known. */
export class Tracer {
  private readonly known = new Map<string, Trace>();

  public constructor(private readonly model: NetworkModel) {}

  /** The way of a packet from a point to another. */
  public trace(from: Point, to: Point): Trace {
    return this.once(`${from.key} > ${to.key}`, () =>
      from.subnet === undefined ? this.inbound(from, to) : new Walk(this.model, from, to).from(from.subnet, 'origin'),
    );
  }

  /** The way of a reply, which goes to wherever the packet seemed to come from, by the firewalls that saw the packet. */
  public reply(forth: Trace, from: Point, to: Point): Trace {
    const back = this.returned(forth, from, to);
    const isSeenByBoth =
      isSame(forth.firewalls, back.firewalls) ||
      (forth.keepsZone && back.keepsZone && forth.firewalls.length > 0 && back.firewalls.length > 0);
    if (isSeenByBoth || !forth.arrives || !back.arrives) return back;
    // https://docs.aws.amazon.com/network-firewall/latest/developerguide/asymmetric-routing.html
    const [there, here] = [forth, back].map(({ firewalls }) => [...firewalls].join(', ') || 'no firewall endpoint');
    const why = `packets pass ${there} and replies ${here}: what a firewall does that sees one direction cannot be told`;
    return { ...back, arrives: false, isUnknown: true, why };
  }

  private returned(forth: Trace, from: Point, to: Point): Trace {
    const { translatedAt } = forth;
    if (to.subnet === undefined)
      return this.once(`${to.key} < ${from.key} ${translatedAt?.id}`, () => this.back(forth, from, to));
    const back = this.trace(to, from);
    if (back.translatedAt !== undefined) return { ...back, arrives: false, why: 'replies leave through a NAT gateway' };
    const isLost = from.subnet === undefined && back.arrives && !back.via.includes('internet-gateway');
    return isLost ? { ...back, arrives: false, why: 'replies do not leave through the internet gateway' } : back;
  }

  private once(key: string, work: () => Trace): Trace {
    const trace = this.known.get(key) ?? work();
    this.known.set(key, trace);
    return trace;
  }

  /** In from the Internet: through the gateway of the VPC, to a machine that has a public address. */
  private inbound(from: Point, to: Point): Trace {
    const { subnet } = to;
    const nothing = { ...STRAIGHT, arrives: false, crossings: [], via: [] };
    if (subnet === undefined) return { ...nothing, why: 'neither end is in the network' };
    const crossings = [crossing(this.model, subnet, false, from)];
    if (from.lists.length > 0)
      return { ...nothing, crossings, why: 'AWS services begin no connections through a gateway endpoint' };
    if (!this.model.internetGateways.some(({ vpc }) => vpc === subnet.vpc)) {
      return { ...nothing, crossings, why: `${vpcName(this.model, subnet.vpc)} has no internet gateway` };
    }
    return { ...STRAIGHT, arrives: true, crossings, via: ['internet-gateway'] };
  }

  /** Back from the Internet or a service. What sent the packet on knows the way; a NAT gateway has to find its own. */
  private back({ translatedAt }: Trace, from: Point, to: Point): Trace {
    const { subnet } = from;
    if (subnet === undefined) return { ...STRAIGHT, arrives: false, crossings: [], via: [] };
    if (translatedAt === undefined) {
      return { ...STRAIGHT, arrives: true, crossings: [crossing(this.model, subnet, false, to)], via: [] };
    }
    const walk = new Walk(this.model, to, from);
    walk.cross(translatedAt, false, to);
    return walk.from(translatedAt, 'nat');
  }
}

/** One packet on its way. */
class Walk {
  private readonly crossings: Crossing[] = [];
  private readonly via: RouteTargetKind[] = [];
  private readonly firewalls = new Set<string>();
  private readonly facing = new Set<string>();
  private namesGroups = true;
  private keepsZone = false;
  private translatedAt: Subnet | undefined;

  public constructor(
    private readonly model: NetworkModel,
    private readonly source: Point,
    private readonly target: Point,
  ) {}

  public cross(subnet: Subnet, egress: boolean, peer: Point): void {
    this.crossings.push(crossing(this.model, subnet, egress, peer));
  }

  public from(start: Subnet, startEntry: Entry): Trace {
    let step: Step = { at: start, entry: startEntry };
    for (let count = 0; count < MOST_STEPS && 'at' in step; count += 1) step = this.on(step.at, step.entry);
    const end = 'end' in step ? step.end : 'it goes round in a circle';
    const isUnknown = 'end' in step && step.isUnknown === true;
    return {
      arrives: end === true,
      ...(end !== true && { why: end }),
      ...(isUnknown && { isUnknown }),
      crossings: end === true ? this.crossings : this.atEnds(start, startEntry),
      via: [...new Set(this.via)],
      namesGroups: this.namesGroups,
      firewalls: [...this.firewalls],
      facing: [...this.facing],
      keepsZone: this.keepsZone,
      ...(this.translatedAt !== undefined && { translatedAt: this.translatedAt }),
    };
  }

  /** What packets would meet in any case, wherever the missing route led. */
  private atEnds(start: Subnet, entry: Entry): Crossing[] {
    const last = this.target.subnet;
    if (last === start) return [];
    return [
      ...(entry === 'origin' ? [crossing(this.model, start, true, this.target)] : []),
      ...(last === undefined ? [] : [crossing(this.model, last, false, this.source)]),
    ];
  }

  private on(at: Subnet, entry: Entry): Step {
    const { target } = this;
    if (target.subnet === at && (entry === 'origin' || entry === 'transit-gateway')) {
      // Within a subnet nothing stands between. Neither does, says AWS, between a transit gateway and machines of the very
      // subnet that it is attached to: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
      this.via.push('local');
      return { end: true };
    }
    const route = this.routeIn(at.routeTable, target);
    const table = `route table of ${at.name}`;
    if (route === undefined) return { end: `the ${table} has no route to ${calledOf(target)}` };
    const { kind, id } = route.target;
    if (route.blackhole) return { end: `the ${table} leads ${route.destination} into a black hole (${id})` };
    this.via.push(kind);
    const step = this.through(at, entry, route);
    return 'end' in step && typeof step.end === 'string'
      ? { ...step, end: `the ${table} leads ${route.destination} to ${id}: ${step.end}` }
      : step;
  }

  private through(at: Subnet, entry: Entry, { target: { kind, id } }: Route): Step {
    switch (kind) {
      case 'local':
        return this.deliver(at, at.vpc);
      case 'peering':
        return this.peering(at, entry, id);
      case 'transit-gateway':
        return this.transit(at, entry, id);
      case 'nat':
        return this.nat(at, id);
      case 'firewall-endpoint':
        return this.firewall(at, id);
      case 'internet-gateway':
        return this.internet(at, entry, id);
      case 'egress-only':
        return this.egressOnly(at, entry, id);
      case 'gateway-endpoint':
        return this.gatewayEndpoint(at, entry, id);
      default:
        return {
          end: `what becomes of packets at ${kind === 'other' ? 'it' : `the ${kind}`} cannot be told`,
          isUnknown: true,
        };
    }
  }

  private deliver(at: Subnet, vpc: string): Step {
    const { subnet } = this.target;
    if (subnet?.vpc !== vpc) return { end: `nothing in ${vpcName(this.model, vpc)} has that address` };
    if (subnet !== at) {
      this.cross(at, true, this.target);
      this.cross(subnet, false, this.source);
    }
    return { end: true };
  }

  private peering(at: Subnet, entry: Entry, id: string): Step {
    const peering = this.model.peerings.find((other) => other.id === id);
    if (peering === undefined) return { end: 'there is no such peering here', isUnknown: true };
    const { requester, accepter, active, foreignAccount } = peering;
    if (requester !== at.vpc && accepter !== at.vpc) return { end: `it does not join ${vpcName(this.model, at.vpc)}` };
    if (!active) return { end: 'the peering is not active' };
    // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
    if (entry !== 'origin') return { end: 'peering is not transitive' };
    const other = requester === at.vpc ? accepter : requester;
    const arrived = this.deliver(at, other);
    return foreignAccount !== undefined && 'end' in arrived && arrived.end !== true
      ? { end: `it leads to account ${foreignAccount}`, isUnknown: true }
      : arrived;
  }

  private transit(at: Subnet, entry: Entry, id: string): Step {
    const gateway = this.model.transitGateways.find((other) => other.id === id);
    if (gateway === undefined) return { end: 'there is no such transit gateway here', isUnknown: true };
    const here = gateway.attachments.find(({ vpc }) => vpc === at.vpc);
    if (here === undefined) return { end: `${vpcName(this.model, at.vpc)} is not attached to it` };
    const door = this.doorIn(here, at.zone);
    if (door === undefined) return { end: `it is not attached in ${at.zone}` };
    // Where machines stand in the subnet of the attachment, its network ACL is asked both ways for what they send, says AWS:
    // https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
    if (door !== at || entry === 'origin') {
      this.cross(at, true, this.target);
      this.cross(door, false, this.source);
    }
    const next = this.attachmentAfter(gateway, here);
    if (typeof next === 'string') return { end: next };
    const entrance =
      this.doorIn(next, at.zone) ?? this.model.subnets.find((subnet) => next.subnets.includes(subnet.id));
    if (entrance === undefined) return { end: `it is attached to no subnet of ${vpcName(this.model, next.vpc)}` };
    this.namesGroups = gateway.groupReferences && here.groupReferences && next.groupReferences;
    this.keepsZone ||= here.applianceMode === true || next.applianceMode === true;
    return { at: entrance, entry: 'transit-gateway' };
  }

  private attachmentAfter(gateway: TransitGateway, here: Attachment): Attachment | string {
    const where = vpcName(this.model, here.vpc);
    const table = gateway.routeTables.find(({ associations }) => associations.includes(here.id));
    if (table === undefined) return `the attachment of ${where} is associated with no route table`;
    const [route] = table.routes
      .filter(({ cidr }) => isIn(cidr, this.target))
      .sort((one, other) => lengthOf(other.cidr) - lengthOf(one.cidr));
    if (route === undefined) return `its route table for ${where} has no route to ${calledOf(this.target)}`;
    if (route.attachment === undefined) return `its route table for ${where} drops ${route.cidr}`;
    return (
      gateway.attachments.find(({ id }) => id === route.attachment) ??
      `its route table for ${where} leads to ${route.attachment}, which is none of its attachments`
    );
  }

  /** A transit gateway takes and gives packets in the zone they are in: https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html */
  private doorIn({ subnets }: Attachment, zone: string): Subnet | undefined {
    return this.model.subnets.find((subnet) => subnets.includes(subnet.id) && subnet.zone === zone);
  }

  private nat(at: Subnet, id: string): Step {
    const nat = this.model.nats.find((other) => other.id === id);
    const subnet = this.model.subnets.find((other) => other.id === nat?.subnet);
    if (nat === undefined || subnet === undefined) return { end: 'there is no such NAT gateway here', isUnknown: true };
    if (subnet.vpc !== at.vpc) return { end: 'the NAT gateway is in another VPC' };
    if (!nat.public) return { end: 'the NAT gateway has no public address' };
    if (this.target.family === 'v6') return { end: 'NAT gateways do not pass IPv6' };
    if (subnet === at) return { end: 'the NAT gateway stands in the subnet itself, which leads back to it' };
    this.cross(at, true, this.target);
    this.cross(subnet, false, this.source);
    this.translatedAt = subnet;
    return { at: subnet, entry: 'nat' };
  }

  private firewall(at: Subnet, id: string): Step {
    const endpoint = this.model.firewallEndpoints.find((other) => other.id === id);
    const subnet = this.model.subnets.find((other) => other.id === endpoint?.subnet);
    if (subnet === undefined) return { end: 'there is no such endpoint here', isUnknown: true };
    if (subnet.vpc !== at.vpc) return { end: 'the endpoint is in another VPC' };
    if (subnet !== at) {
      this.cross(at, true, this.target);
      this.cross(subnet, false, this.source);
    }
    (this.translatedAt === undefined ? this.firewalls : this.facing).add(id);
    return { at: subnet, entry: 'firewall' };
  }

  private internet(at: Subnet, entry: Entry, id: string): Step {
    if (!this.isAttached(this.model.internetGateways, id, at)) return { end: 'it is not attached to this VPC' };
    if (this.target.subnet !== undefined) return { end: 'the Internet knows no private address' };
    const isOwn = this.source.subnet?.vpc === at.vpc;
    if (entry === 'transit-gateway' || !isOwn) {
      if (this.translatedAt === undefined) return { end: 'packets of another VPC have no public address there' };
    }
    this.cross(at, true, this.target);
    if (this.translatedAt === undefined) {
      for (const id of this.firewalls) this.facing.add(id);
      this.firewalls.clear();
    }
    return { end: true };
  }

  private egressOnly(at: Subnet, entry: Entry, id: string): Step {
    if (this.target.family !== 'v6') return { end: 'it passes IPv6 only' };
    if (this.target.subnet !== undefined) return { end: 'that address is not outside' };
    if (!this.isAttached(this.model.egressOnlyGateways, id, at)) return { end: 'it is not attached to this VPC' };
    if (entry !== 'origin') return { end: 'it passes what comes from its own VPC only' };
    this.cross(at, true, this.target);
    return { end: true };
  }

  private gatewayEndpoint(at: Subnet, entry: Entry, id: string): Step {
    const endpoint = this.model.gatewayEndpoints.find((other) => other.id === id);
    if (endpoint === undefined) return { end: 'there is no such endpoint here', isUnknown: true };
    if (endpoint.vpc !== at.vpc) return { end: 'the endpoint is in another VPC' };
    // https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    if (entry !== 'origin') return { end: 'gateway endpoints serve their own VPC only' };
    this.cross(at, true, this.target);
    return { end: true };
  }

  private isAttached(gateways: NetworkModel['internetGateways'], id: string, { vpc }: Subnet): boolean {
    return gateways.some((gateway) => gateway.id === id && gateway.vpc === vpc);
  }

  /** The route with the longest prefix. */
  private routeIn(tableId: string, to: Point): Route | undefined {
    let best: Route | undefined;
    let longest = -1;
    for (const route of this.model.routeTables.find(({ id }) => id === tableId)?.routes ?? []) {
      const length = this.matched(route, to);
      if (length > longest) [best, longest] = [route, length];
    }
    return best;
  }

  /** How many bits of an address a route matches; -1 for none. */
  private matched({ destination }: Route, to: Point): number {
    if (parseRange(destination) !== undefined) return isIn(destination, to) ? lengthOf(destination) : -1;
    if (!isOnList(this.model, destination, to)) return -1;
    const list = this.model.prefixLists.find(({ id }) => id === destination);
    const lengths = (list?.cidrs ?? []).filter((cidr) => isIn(cidr, to)).map(lengthOf);
    return lengths.length === 0 ? EVERY_PREFIX_LIST : Math.max(...lengths);
  }
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id) => others.includes(id));
}

function lengthOf(cidr: string): number {
  const range = parseRange(cidr);
  return range === undefined ? -1 : prefixLength(range);
}

function crossing(model: NetworkModel, { networkAcl }: Subnet, egress: boolean, peer: Point): Crossing {
  const acl = model.networkAcls.find(({ id }) => id === networkAcl) ?? {
    id: networkAcl,
    name: networkAcl,
    entries: [],
  };
  return { acl, egress, peer };
}

function vpcName({ vpcs }: NetworkModel, id: string): string {
  return `the VPC ${vpcs.find((vpc) => vpc.id === id)?.name ?? id}`;
}

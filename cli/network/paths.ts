import { Filters, type PathProtocol, PROTOCOLS, type Question } from './filters';
import type { NetworkModel, RouteTargetKind } from './model';
import { calledOf, INTERNET, labelOf, type Place, placesOf, type Point, Points } from './places';
import {
  ALL_PORTS,
  formatPorts,
  holds,
  intersect,
  isEmpty,
  isSame,
  NO_PORTS,
  type PortSet,
  union,
  without,
} from './ports';
import type { Family } from './ranges';
import { type Crossing, type Trace, Tracer } from './trace';

/** What a connection has to pass, in the order in which packets meet it. */
export const LAYERS = ['address', 'group out', 'route', 'network ACL', 'group in', 'route back', 'replies'] as const;

export type Layer = (typeof LAYERS)[number];

/** A layer that lets nothing through, and what shows it. */
export interface Closure {
  readonly layer: Layer;
  readonly says: string;
}

/** Whether connections can begin between two places. */
export interface Path {
  readonly from: string;
  readonly to: string;
  readonly family: Family;
  readonly protocol: PathProtocol;
  /** Ports of the target that are open between any two addresses of the places. Empty: closed. */
  readonly ports: PortSet;
  /** That some of it holds for a part of the addresses or zones only, or for a part of the ports that replies go to. */
  readonly partial: boolean;
  /** What the way leads through: `peering`, `transit-gateway`, … */
  readonly via: readonly RouteTargetKind[];
  /** Of an open path, what has to be known besides; of one that is partial, why. */
  readonly notes: readonly string[];
  /** Of a closed path, every layer that closes it: the first is where a packet would end. */
  readonly closedBy: readonly Closure[];
  /** What a layer lets through, whatever the others do. */
  readonly layers: Readonly<Record<Layer, PortSet>>;
  /** Why nobody can tell from here; such a path counts as closed, and is none that is known to be. */
  readonly unknown?: string;
}

/** Where Linux and Amazon's load balancers begin connections from; what does not get replies there is no connection. */
// https://docs.kernel.org/networking/ip-sysctl.html (ip_local_port_range)
const REPLIES: PortSet = [{ first: 32_768, last: 60_999 }];

/** What NAT gateways, functions and other systems take: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html */
const ALL_REPLIES: PortSet = [{ first: 1_024, last: 65_535 }];

const FAMILIES = ['v4', 'v6'] as const;

/** Answers for every two places, every family and protocol, whether anything can begin there and get an answer. */
export function pathTable(model: NetworkModel): Path[] {
  const places = placesOf(model);
  const judge = new Judge(model);
  return places.flatMap((from) =>
    places
      // AWS's services begin no connections, and what the Internet does with itself is its own affair.
      .filter((to) => from.kind !== 'service' && (from.kind === 'group' || to.kind === 'group'))
      .flatMap((to) =>
        FAMILIES.flatMap((family) =>
          (Object.keys(PROTOCOLS) as PathProtocol[]).map((protocol) => judge.path(from, to, family, protocol)),
        ),
      ),
  );
}

/** Those of a table on which something is open. */
export function openPaths(table: readonly Path[]): Path[] {
  return table.filter(({ ports }) => !isEmpty(ports));
}

/** `app -> data tcp 5432 (v4)`. */
export function describePath({ from, to, family, protocol, ports, partial }: Path): string {
  return `${from} -> ${to} ${protocol} ${formatPorts(ports)} (${family}${partial ? ', in part' : ''})`;
}

/** What two single points get from each other. */
interface Verdict {
  readonly from: Point;
  readonly to: Point;
  readonly layers: Readonly<Record<Layer, PortSet>>;
  readonly open: PortSet;
  readonly forth: Trace;
  readonly back: Trace;
}

class Judge {
  private readonly points: Points;
  private readonly filters: Filters;
  private readonly tracer: Tracer;

  public constructor(private readonly model: NetworkModel) {
    this.points = new Points(model);
    this.filters = new Filters(model);
    this.tracer = new Tracer(model);
  }

  public path(from: Place, to: Place, family: Family, protocol: PathProtocol): Path {
    const head = { from: from.name, to: to.name, family, protocol };
    const [sources, targets] = [this.points.of(from, family), this.points.of(to, family)];
    const verdicts = sources.flatMap((source) =>
      targets.map((target) => this.verdict({ place: from, point: source }, { place: to, point: target }, protocol)),
    );
    if (verdicts.length === 0) return { ...head, ...nowhere(from, to, family) };
    const ports = union(...verdicts.map(({ open }) => open));
    const everywhere = intersect(...verdicts.map(({ open }) => open));
    const open = verdicts.filter((verdict) => !isEmpty(verdict.open));
    const unanswered = open.filter(({ layers }) => !holds(layers.replies, ALL_REPLIES));
    const layers = merged(verdicts);
    const doubt = verdicts.find(({ forth, back }) => forth.isUnknown || back.isUnknown);
    const isOpen = open.length > 0;
    return {
      ...head,
      ports,
      partial: isOpen && (!isSame(ports, everywhere) || unanswered.length > 0),
      via: [...new Set(open.flatMap(({ forth }) => forth.via))],
      notes: isOpen
        ? [...differing(verdicts, everywhere), ...replyNotes(unanswered), ...publicNotes(from, to, open, this.model)]
        : [],
      closedBy: isOpen ? [] : closures({ from, to, protocol, verdicts, layers }),
      layers,
      ...(!isOpen &&
        doubt !== undefined && { unknown: doubt.forth.why ?? doubt.back.why ?? 'a route leads somewhere else' }),
    };
  }

  private verdict(
    from: { readonly place: Place; readonly point: Point },
    to: { readonly place: Place; readonly point: Point },
    protocol: PathProtocol,
  ): Verdict {
    const forth = this.tracer.trace(from.point, to.point);
    const back = this.tracer.reply(forth, from.point, to.point);
    const isWithin = from.point.subnet?.vpc === to.point.subnet?.vpc;
    // A rule that names a group of another VPC holds over a peering; over a transit gateway only one that admits does.
    const overPeering = isWithin || !forth.via.includes('transit-gateway');
    const group = (
      of: { readonly place: Place },
      direction: 'ingress' | 'egress',
      peer: { readonly place: Place; readonly point: Point },
      mayName: boolean,
    ) =>
      of.place.kind === 'group'
        ? this.filters.group(of.place.groups, direction, {
            protocol,
            peer: peer.point,
            peerGroups: mayName ? peer.place.groups : [],
          })
        : ALL_PORTS;
    const layers: Record<Layer, PortSet> = {
      address: ALL_PORTS,
      'group out': group(from, 'egress', to, overPeering),
      route: forth.arrives ? ALL_PORTS : NO_PORTS,
      'network ACL': this.through(forth.crossings, protocol),
      'group in': group(to, 'ingress', from, overPeering || forth.namesGroups),
      'route back': back.arrives ? ALL_PORTS : NO_PORTS,
      replies: this.through(back.crossings, protocol),
    };
    const answered = holds(layers.replies, REPLIES);
    const { replies: _, ...forward } = layers;
    return {
      from: from.point,
      to: to.point,
      layers,
      open: answered ? intersect(...Object.values(forward)) : NO_PORTS,
      forth,
      back,
    };
  }

  private through(crossings: readonly Crossing[], protocol: PathProtocol): PortSet {
    return crossings.reduce<PortSet>((left, { acl, egress, peer }) => {
      const question: Question = { protocol, peer, peerGroups: [] };
      return intersect(left, this.filters.acl(acl, egress, question));
    }, ALL_PORTS);
  }
}

function merged(verdicts: readonly Verdict[]): Record<Layer, PortSet> {
  const of = (layer: Layer) => union(...verdicts.map(({ layers }) => layers[layer]));
  return Object.fromEntries(LAYERS.map((layer) => [layer, of(layer)])) as Record<Layer, PortSet>;
}

/** A path that cannot be, because one end has no address of the family. */
function nowhere(from: Place, to: Place, family: Family): Omit<Path, 'from' | 'to' | 'family' | 'protocol'> {
  const missing = [from, to].filter(
    ({ kind, subnets }) =>
      kind === 'group' && !subnets.some(({ cidrs }) => cidrs.some((cidr) => cidr.includes(':') === (family === 'v6'))),
  );
  const names = [...new Set((missing.length > 0 ? missing : [to]).map(({ name }) => name))];
  const doubtful = missing.filter(({ subnets }) =>
    subnets.some(({ unknownRanges = [] }) => unknownRanges.includes(family)),
  );
  return {
    ports: NO_PORTS,
    partial: false,
    via: [],
    notes: [],
    closedBy: [{ layer: 'address', says: `${names.join(' and ')} has no IP${family} addresses` }],
    layers: Object.fromEntries(LAYERS.map((layer) => [layer, NO_PORTS])) as unknown as Path['layers'],
    ...(doubtful.length > 0 && {
      unknown: `the IP${family} ranges of ${doubtful.map(({ name }) => name).join(' and ')} are known only at deployment`,
    }),
  };
}

/** What is not open everywhere, and where it is. */
function differing(verdicts: readonly Verdict[], everywhere: PortSet): string[] {
  const places = new Map<string, { readonly from: Set<string>; readonly to: Set<string> }>();
  for (const { from, to, open } of verdicts) {
    const more = without(open, everywhere);
    if (isEmpty(more)) continue;
    const ports = formatPorts(more);
    const ends = places.get(ports) ?? { from: new Set(), to: new Set() };
    ends.from.add(labelOf(from));
    ends.to.add(labelOf(to));
    places.set(ports, ends);
  }
  return [...places].map(
    ([ports, { from, to }]) => `${ports} only from ${[...from].join(', ')} to ${[...to].join(', ')}`,
  );
}

function replyNotes(unanswered: readonly Verdict[]): string[] {
  const lost = union(...unanswered.map(({ layers }) => without(ALL_REPLIES, layers.replies)));
  return isEmpty(lost) ? [] : [`no replies to ports ${formatPorts(lost)}`];
}

/** Whether a machine is reached at all, or gets out, depends on an address that this cannot see. */
function publicNotes(from: Place, to: Place, open: readonly Verdict[], model: NetworkModel): string[] {
  const inside = from.name === INTERNET ? to : to.name === INTERNET ? from : undefined;
  const isDirect = open.some(({ forth }) => forth.via.includes('internet-gateway') && forth.translatedAt === undefined);
  if (inside === undefined || !isDirect || open.every(({ from: { family } }) => family === 'v6')) return [];
  const given = inside.subnets.filter(({ publicAddresses }) => publicAddresses).map(({ name }) => name);
  const endpoints = model.interfaceEndpoints.some(({ groups }) =>
    groups.some((group) => inside.groups.includes(group)),
  );
  return [
    given.length > 0
      ? `machines get a public address by themselves in ${given.join(', ')}`
      : `for machines with a public address, which no subnet gives by itself${endpoints ? '; interface endpoints have none' : ''}`,
  ];
}

/** Why nothing passes, layer by layer. */
function closures({
  from,
  to,
  protocol,
  verdicts,
  layers,
}: {
  readonly from: Place;
  readonly to: Place;
  readonly protocol: PathProtocol;
  readonly verdicts: readonly Verdict[];
  readonly layers: Readonly<Record<Layer, PortSet>>;
}): Closure[] {
  const [first] = verdicts as [Verdict];
  const says: Record<Layer, () => string> = {
    address: () => `${to.name} has no address`,
    'group out': () => `no rule of ${from.groups.join(', ')} lets ${protocol} out to ${to.name}`,
    route: () => first.forth.why ?? 'no route leads there',
    'network ACL': () => `${aclsOf(first.forth)} let no ${protocol} through from ${from.name} to ${to.name}`,
    'group in': () => `no rule of ${to.groups.join(', ')} admits ${protocol} from ${from.name}`,
    'route back': () => first.back.why ?? 'no route leads back',
    replies: () => `${aclsOf(first.back)} let no replies through to ${from.name} on ${formatPorts(REPLIES)}`,
  };
  const closed = LAYERS.filter((layer) =>
    layer === 'replies' ? !holds(layers.replies, REPLIES) : isEmpty(layers[layer]),
  ).map((layer) => ({ layer, says: says[layer]() }));
  if (closed.length > 0) return closed;
  // Each lets something through, but not the same.
  const all = LAYERS.filter((layer) => layer !== 'replies' && !isSame(layers[layer], ALL_PORTS));
  return [
    {
      layer: all[0] ?? 'route',
      says: `no port passes all of ${all.map((layer) => `${layer} (${formatPorts(layers[layer])})`).join(', ')} between ${calledOf(first.from)} and ${calledOf(first.to)}`,
    },
  ];
}

function aclsOf({ crossings }: Trace): string {
  return [...new Set(crossings.map(({ acl, egress }) => `${acl.name} (${egress ? 'out' : 'in'})`))].join(', ');
}

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
export const LAYERS = [
  'address',
  'group out',
  'route',
  'network ACL out',
  'network ACL in',
  'group in',
  'route back',
  'replies out',
  'replies in',
] as const;

export type Layer = (typeof LAYERS)[number];

/** Layers of which each has to let the very port through. */
const FORWARD = LAYERS.filter((layer) => !isReplies(layer));

function isReplies(layer: Layer): boolean {
  return layer === 'replies out' || layer === 'replies in';
}

/** A layer that lets nothing through, and what shows it. */
export interface Closure {
  readonly layer: Layer;
  readonly says: string;
}

/** Ports by layer. */
export type Layers = Readonly<Record<Layer, PortSet>>;

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
  /** What a layer lets through between any two addresses, whatever the others do. */
  readonly layers: Layers;
  /** What it lets through between all of them. */
  readonly everywhere: Layers;
  /** Why nobody can tell from here; such a path counts as closed, and is none that is known to be. */
  readonly unknown?: string;
}

/** Where Linux and Amazon's load balancers begin connections from; what does not get replies there is no connection. */
// https://docs.kernel.org/networking/ip-sysctl.html (ip_local_port_range)
const REPLIES: PortSet = [{ first: 32_768, last: 60_999 }];

/** What NAT gateways, functions and other systems take: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html */
const ALL_REPLIES: PortSet = [{ first: 1_024, last: 65_535 }];

/** Closed to everybody on purpose, replies included: who draws such a port tries again. */
const SIGN_IN: PortSet = [
  { first: 22, last: 22 },
  { first: 3_389, last: 3_389 },
];

const FAMILIES = ['v4', 'v6'] as const;

/**
 * Answers for every two places, every family and protocol, whether anything can begin there and get an answer. Protocols are TCP
 * and UDP; no other is judged.
 */
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
  readonly layers: Layers;
  /** Ports on which answers come back. */
  readonly replies: PortSet;
  readonly open: PortSet;
  readonly forth: Trace;
  readonly back: Trace;
}

/** Ports that network ACLs let through, there and back. */
interface Passed {
  readonly out: PortSet;
  readonly in: PortSet;
  readonly repliesOut: PortSet;
  readonly repliesIn: PortSet;
}

class Judge {
  private readonly points: Points;
  private readonly filters: Filters;
  private readonly tracer: Tracer;
  private readonly passed = new Map<string, Passed>();

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
    const lost = union(...open.map(({ replies }) => without(ALL_REPLIES, replies)));
    const layers = layersOf((layer) => union(...verdicts.map((verdict) => verdict.layers[layer])));
    const doubt = verdicts.find(({ forth, back }) => forth.isUnknown || back.isUnknown);
    const isOpen = open.length > 0;
    return {
      ...head,
      ports,
      partial: isOpen && (!isSame(ports, everywhere) || !holds(SIGN_IN, lost)),
      via: [...new Set(open.flatMap(({ forth }) => forth.via))],
      notes: isOpen
        ? [
            ...differing(verdicts, everywhere),
            ...(isEmpty(lost) ? [] : [`no replies to ports ${formatPorts(lost)}`]),
            ...publicNotes(from, to, open, this.model),
            ...firewallNotes(open),
            ...serviceNotes(from, to, this.model),
          ]
        : [],
      closedBy: isOpen ? [] : this.closures({ from, to, protocol, verdicts, layers }),
      layers,
      everywhere: layersOf((layer) => intersect(...verdicts.map((verdict) => verdict.layers[layer]))),
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
    // Behind a middlebox a rule has to say addresses: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    const isDirect = !forth.via.includes('firewall-endpoint');
    // A rule that names a group of another VPC holds over a peering; over a transit gateway only one that admits does.
    const overPeering = isDirect && (isWithin || !forth.via.includes('transit-gateway'));
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
    const passed = this.acls(forth, back, `${from.point.key} > ${to.point.key} ${protocol}`, protocol);
    const layers: Record<Layer, PortSet> = {
      address: ALL_PORTS,
      'group out': group(from, 'egress', to, overPeering),
      route: forth.arrives ? ALL_PORTS : NO_PORTS,
      'network ACL out': passed.out,
      'network ACL in': passed.in,
      'group in': group(to, 'ingress', from, overPeering || (isDirect && forth.namesGroups)),
      'route back': back.arrives ? ALL_PORTS : NO_PORTS,
      'replies out': passed.repliesOut,
      'replies in': passed.repliesIn,
    };
    const replies = intersect(passed.repliesOut, passed.repliesIn);
    const forward = FORWARD.map((layer) => layers[layer]);
    return {
      from: from.point,
      to: to.point,
      layers,
      replies,
      open: holds(replies, REPLIES) ? intersect(...forward) : NO_PORTS,
      forth,
      back,
    };
  }

  /** Why nothing passes, layer by layer. */
  private closures({
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
    readonly layers: Layers;
  }): Closure[] {
    const [first] = verdicts as [Verdict];
    const sent = `${protocol} from ${from.name} to ${to.name}`;
    const answered = `replies from ${to.name} to ${from.name} on ${formatPorts(REPLIES)}`;
    const says: Record<Layer, () => string> = {
      address: () => `${to.name} has no address`,
      'group out': () => `no rule of ${this.groupsOf(from)} lets ${protocol} out to ${to.name}`,
      route: () => first.forth.why ?? 'no route leads there',
      'network ACL out': () => `${this.stopping(outward(first.forth), protocol)}: no ${sent}`,
      'network ACL in': () => `${this.stopping(inward(first.forth), protocol)}: no ${sent}`,
      'group in': () => `no rule of ${this.groupsOf(to)} admits ${protocol} from ${from.name}`,
      'route back': () => first.back.why ?? 'no route leads back',
      'replies out': () => `${this.stopping(outward(first.back), protocol)}: no ${answered}`,
      'replies in': () => `${this.stopping(inward(first.back), protocol)}: no ${answered}`,
    };
    const closed = LAYERS.filter((layer) =>
      isReplies(layer) ? !holds(layers[layer], REPLIES) : isEmpty(layers[layer]),
    ).map((layer) => ({ layer, says: says[layer]() }));
    if (closed.length > 0) return closed;
    // Each lets something through, but not the same.
    const all = FORWARD.filter((layer) => !isSame(layers[layer], ALL_PORTS));
    return [
      {
        layer: all[0] ?? 'route',
        says: `no port passes all of ${all.map((layer) => `${layer} (${formatPorts(layers[layer])})`).join(', ')} between ${calledOf(first.from)} and ${calledOf(first.to)}`,
      },
    ];
  }

  private groupsOf({ groups }: Place): string {
    return groups.map((id) => this.model.securityGroups.find((group) => group.id === id)?.name ?? id).join(', ');
  }

  /** Those network ACLs on a way that alone let nothing through, or else all of them. */
  private stopping(crossings: readonly Crossing[], protocol: PathProtocol): string {
    const alone = crossings.filter((one) => isEmpty(this.through([one], protocol)));
    const named = (alone.length > 0 ? alone : crossings).map(
      ({ acl, egress }) => `${acl.name} ${egress ? 'outbound' : 'inbound'}`,
    );
    return `network ACL ${[...new Set(named)].join(', ')}`;
  }

  /** What network ACLs let through is the same for all groups of a subnet. */
  private acls(forth: Trace, back: Trace, key: string, protocol: PathProtocol): Passed {
    const passed = this.passed.get(key) ?? {
      out: this.through(outward(forth), protocol),
      in: this.through(inward(forth), protocol),
      repliesOut: this.through(outward(back), protocol),
      repliesIn: this.through(inward(back), protocol),
    };
    this.passed.set(key, passed);
    return passed;
  }

  private through(crossings: readonly Crossing[], protocol: PathProtocol): PortSet {
    return crossings.reduce<PortSet>((left, { acl, egress, peer }) => {
      const question: Question = { protocol, peer, peerGroups: [] };
      return intersect(left, this.filters.acl(acl, egress, question));
    }, ALL_PORTS);
  }
}

/** Network ACLs that packets pass on leaving a subnet. */
function outward({ crossings }: Trace): Crossing[] {
  return crossings.filter(({ egress }) => egress);
}

function inward({ crossings }: Trace): Crossing[] {
  return crossings.filter(({ egress }) => !egress);
}

function layersOf(ports: (layer: Layer) => PortSet): Layers {
  return Object.fromEntries(LAYERS.map((layer) => [layer, ports(layer)])) as Record<Layer, PortSet>;
}

const NOTHING = layersOf(() => NO_PORTS);

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
  const unknown =
    doubtful.length === 0
      ? undefined
      : `the IP${family} ranges of ${doubtful.map(({ name }) => name).join(' and ')} are known only at deployment`;
  return {
    ports: NO_PORTS,
    partial: false,
    via: [],
    notes: [],
    closedBy: [{ layer: 'address', says: unknown ?? `${names.join(' and ')} has no IP${family} addresses` }],
    layers: NOTHING,
    everywhere: NOTHING,
    ...(unknown !== undefined && { unknown }),
  };
}

/** What is not open everywhere, and where it is. */
function differing(verdicts: readonly Verdict[], everywhere: PortSet): string[] {
  const byPorts = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const more = without(verdict.open, everywhere);
    if (!isEmpty(more)) byPorts.set(formatPorts(more), [...(byPorts.get(formatPorts(more)) ?? []), verdict]);
  }
  return [...byPorts].map(([ports, pairs]) => `${ports} only ${whereOf(pairs, verdicts)}`);
}

/** Zones, where they are what differs; else both ends of each pair. */
function whereOf(pairs: readonly Verdict[], all: readonly Verdict[]): string {
  const [froms, tos] = [ends(pairs, 'from'), ends(pairs, 'to')];
  if (froms.length * tos.length === pairs.length) {
    if (tos.length === ends(all, 'to').length) return `from ${froms.join(', ')}`;
    if (froms.length === ends(all, 'from').length) return `to ${tos.join(', ')}`;
    return `from ${froms.join(', ')} to ${tos.join(', ')}`;
  }
  const isWithinZone = ({ from, to }: Verdict) => from.subnet !== undefined && from.subnet.zone === to.subnet?.zone;
  if (pairs.every(isWithinZone) && pairs.length === all.filter(isWithinZone).length) return 'within one zone';
  return pairs.map(({ from, to }) => `from ${labelOf(from)} to ${labelOf(to)}`).join(', ');
}

function ends(verdicts: readonly Verdict[], end: 'from' | 'to'): string[] {
  return [...new Set(verdicts.map((verdict) => labelOf(verdict[end])))];
}

/** Services that stand in the target as interface endpoints, and that the source finds by their names. */
function serviceNotes(from: Place, to: Place, { interfaceEndpoints }: NetworkModel): string[] {
  const vpcs = new Set(from.subnets.map(({ vpc }) => vpc));
  const found = interfaceEndpoints.filter(
    ({ groups, vpc, privateDns, sharedWith }) =>
      groups.some((group) => to.groups.includes(group)) &&
      [...vpcs].every((one) => (privateDns && one === vpc) || sharedWith === undefined || sharedWith.includes(one)),
  );
  const services = [...new Set(found.map(({ service }) => service))].sort();
  return services.length === 0 || from === to ? [] : [`leads to ${services.join(', ')}`];
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

/** The route table of an internet gateway has to lead what comes in through the firewalls that what goes out passes. */
function firewallNotes(open: readonly Verdict[]): string[] {
  const endpoints = new Set(open.flatMap(({ forth, back }) => [...forth.facing, ...back.facing]));
  return endpoints.size === 0
    ? []
    : [
        `the route table of the internet gateway, which is not looked at, has to lead through ${[...endpoints].join(', ')}`,
      ];
}

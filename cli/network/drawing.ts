import type { NetworkModel, Subnet } from './model';
import { openPaths, type Path } from './paths';
import { type Place, placesOf } from './places';
import { formatPorts, isSame } from './ports';

/** What is to be drawn, before anybody knows where. */
export interface Drawing {
  readonly vpcs: readonly DrawnVpc[];
  /** What stands in no VPC: the Internet, AWS's services. */
  readonly outside: readonly DrawnPlace[];
  readonly arrows: readonly DrawnArrow[];
}

export interface DrawnVpc {
  readonly id: string;
  readonly label: string;
  readonly places: readonly DrawnPlace[];
}

export interface DrawnPlace {
  readonly id: string;
  readonly label: string;
  /** Chooses the colour. */
  readonly tier?: string;
  /** A line for each subnet. */
  readonly subnets: readonly string[];
  /** Further lines: what stands in it, what it may do within itself. */
  readonly notes: readonly string[];
}

export interface DrawnArrow {
  readonly from: string;
  readonly to: string;
  /** A line for each protocol. */
  readonly labels: readonly string[];
}

const SERVICES: Readonly<Record<string, string>> = { s3: 'Amazon S3', dynamodb: 'Amazon DynamoDB' };

/** Tiers with their subnets, and an arrow from each to where it may begin connections. */
export function drawingOf(model: NetworkModel, table: readonly Path[]): Drawing {
  const open = openPaths(table);
  const places = placesOf(model);
  const within = (name: string) => labelsOf(open.filter(({ from, to }) => from === name && to === name));
  const told = new Set(open.flatMap(({ from, to }) => [from, to]));
  const claimed = new Set<string>();
  const drawn = places.flatMap((place) => {
    // A machine in a quarantine or default group stands in the subnet of a tier, which is drawn there already.
    const subnets = place.subnets.filter(({ id }) => !claimed.has(id));
    if (subnets.length === 0 && !told.has(place.name)) return [];
    for (const { id } of subnets) claimed.add(id);
    const vpc = model.securityGroups.find(({ id }) => place.groups.includes(id))?.vpc;
    const notes = [
      ...endpointsIn(model, subnets),
      ...within(place.name).map((label) => `within: ${label}`),
      ...(place.kind === 'service' ? ['through gateway endpoints'] : []),
    ];
    return [{ vpc, place: { ...head(place), subnets: subnets.map(subnetLine), notes } }];
  });
  return {
    vpcs: model.vpcs.map(({ id, name, cidrs }) => ({
      id,
      label: [`VPC ${name}`, ...(cidrs.length > 0 ? cidrs : ['range known at deployment'])].join('  '),
      places: [...drawn.filter(({ vpc }) => vpc === id).map(({ place }) => place), ...otherSubnets(model, id, claimed)],
    })),
    outside: drawn.filter(({ vpc }) => vpc === undefined).map(({ place }) => place),
    arrows: arrowsOf(open),
  };
}

function head({ name, kind, subnets }: Place): Pick<DrawnPlace, 'id' | 'label' | 'tier'> {
  const label = kind === 'internet' ? 'Internet' : (SERVICES[name] ?? name);
  const tier = subnets[0]?.tier;
  return { id: name, label, ...(kind === 'group' && tier !== undefined && { tier }) };
}

function subnetLine({ zone, cidrs, name }: Subnet): string {
  return [zone, cidrs.join(' ') || 'range known at deployment', name].join('  ');
}

/** Subnets to which no group belongs: those of firewalls and gateways, or of a network without tiers. */
function otherSubnets(model: NetworkModel, vpc: string, claimed: ReadonlySet<string>): DrawnPlace[] {
  const kinds = new Map<string, Subnet[]>();
  for (const subnet of model.subnets) {
    if (subnet.vpc !== vpc || claimed.has(subnet.id)) continue;
    const kind = subnet.tier ?? 'no tier';
    kinds.set(kind, [...(kinds.get(kind) ?? []), subnet]);
  }
  return [...kinds].map(([kind, subnets]) => ({
    id: `${vpc} ${kind}`,
    label: kind,
    ...(kind !== 'no tier' && { tier: kind }),
    subnets: subnets.map(subnetLine),
    notes: endpointsIn(model, subnets),
  }));
}

/** Names of services whose interface endpoints stand in these subnets, a few in each line. */
function endpointsIn({ interfaceEndpoints }: NetworkModel, subnets: readonly Subnet[]): string[] {
  const ids = new Set(subnets.map(({ id }) => id));
  const services = interfaceEndpoints
    .filter((each) => each.subnets.some((id) => ids.has(id)))
    .map((each) => each.service);
  const lines: string[] = [];
  for (const service of services) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + service.length < 30) lines[lines.length - 1] = `${last}, ${service}`;
    else lines.push(service);
  }
  return lines;
}

function arrowsOf(open: readonly Path[]): DrawnArrow[] {
  const ends = new Map<string, Path[]>();
  for (const path of open) {
    if (path.from === path.to) continue;
    const key = JSON.stringify([path.from, path.to]);
    ends.set(key, [...(ends.get(key) ?? []), path]);
  }
  return [...ends].map(([key, paths]) => {
    const [from, to] = JSON.parse(key) as [string, string];
    return { from, to, labels: labelsOf(paths) };
  });
}

/** `tcp 443`, `tcp 80, 443 v6`; what is so of both families is said once. */
export function labelsOf(paths: readonly Path[]): string[] {
  return paths.flatMap((path) => {
    const twin = paths.find(
      (other) => other !== path && other.protocol === path.protocol && isSame(other.ports, path.ports),
    );
    if (twin !== undefined && path.family === 'v6') return [];
    const family = twin !== undefined ? ' v4 and v6' : path.family === 'v6' ? ' v6' : '';
    return `${path.protocol} ${formatPorts(path.ports)}${family}${path.partial ? ', in part' : ''}`;
  });
}

import type { NetworkModel, Subnet } from './model';
import { openPaths, type Path } from './paths';
import { type Place, placesOf } from './places';
import { formatPorts, isSame } from './ports';
import { isApart, tiersOf, vpcOf } from './tiers';

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
  const reached = new Set(open.flatMap(({ from, to }) => [from, to]));
  const within = (name: string) =>
    labelsOf(open.filter(({ from, to }) => from === name && to === name)).map((label) => `within: ${label}`);
  const tiers = tiersOf(model);
  const places = placesOf(model);
  // What is held apart is drawn where something is open: it should not be.
  const apart = places.filter((place) => isApart(model, place) && reached.has(place.name));
  return {
    vpcs: model.vpcs.map(({ id, name, cidrs }) => ({
      id,
      label: [`VPC ${name}`, ...(cidrs.length > 0 ? cidrs : ['range known at deployment'])].join('  '),
      places: [
        ...tiers
          .filter(({ vpc }) => vpc === id)
          .map((tier) => ({
            ...tier,
            id: reached.has(tier.name) ? tier.name : `${id} ${tier.name}`,
            label: tier.name,
            subnets: tier.subnets.map(subnetLine),
            notes: [...endpointsIn(model, tier.subnets), ...within(tier.name)],
          })),
        ...apart
          .filter((place) => vpcOf(model, place) === id)
          .map((place) => ({ id: place.name, label: place.name, subnets: [], notes: within(place.name) })),
      ],
    })),
    outside: places.filter(({ kind }) => kind !== 'group').map(outsider),
    arrows: arrowsOf(open),
  };
}

function outsider({ name, kind }: Place): DrawnPlace {
  if (kind === 'internet') return { id: name, label: 'Internet', subnets: [], notes: [] };
  return { id: name, label: SERVICES[name] ?? name, subnets: [], notes: ['through gateway endpoints'] };
}

function subnetLine({ zone, cidrs, name }: Subnet): string {
  return [zone, cidrs.join(' ') || 'range known at deployment', name].join('  ');
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

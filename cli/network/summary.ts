import type { Bill, Costs } from './costs';
import type { NetworkModel, RouteTargetKind, Subnet } from './model';
import { type Layer, openPaths, type Path } from './paths';
import { isSomewhere, placesOf } from './places';
import type { PortSet } from './ports';
import { isApart, tiersOf, unjudged } from './tiers';

/** All that is told of a network: the shape of `bulwark network --json`. */
export interface Summary {
  readonly vpcs: readonly VpcSummary[];
  readonly tiers: readonly TierSummary[];
  readonly paths: readonly OpenPath[];
  /** Every two places between which nothing is open, whatever the family and the protocol. */
  readonly refused: readonly Refusal[];
  /** What nobody can tell from here, a sentence each. */
  readonly unknown: readonly string[];
  readonly costs: Costs;
}

export interface VpcSummary {
  readonly id: string;
  readonly name: string;
  readonly cidrs: readonly string[];
  readonly zones: readonly string[];
}

export interface TierSummary {
  readonly name: string;
  readonly vpc: string;
  readonly subnets: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly zone: string;
    readonly cidrs: readonly string[];
  }>;
}

export interface OpenPath extends Pick<Path, 'from' | 'to' | 'family' | 'protocol' | 'partial' | 'notes'> {
  readonly ports: PortSet;
  readonly via: readonly RouteTargetKind[];
}

export interface Refusal {
  readonly from: string;
  readonly to: string;
  /** The first that stops a packet; others may, too. */
  readonly layer: Layer;
  readonly reason: string;
}

/** Where an app makes several networks their VPCs bear the same names, by which paths are told: their ids stand behind. */
export function withDistinctNames(model: NetworkModel): NetworkModel {
  const names = model.vpcs.map(({ name }) => name);
  const isShared = (name: string) => names.filter((other) => other === name).length > 1;
  return {
    ...model,
    vpcs: model.vpcs.map((vpc) => (isShared(vpc.name) ? { ...vpc, name: `${vpc.name} ${vpc.id}` } : vpc)),
  };
}

/** Places of quarantine and default groups from and to which nothing is open, as far as all of it is known. */
export function heldApart(model: NetworkModel, table: readonly Path[]): string[] {
  const apart = placesOf(model).filter((place) => isApart(model, place) && isSomewhere(place));
  return apart
    .map(({ name }) => name)
    .filter((name) => {
      const own = table.filter(({ from, to }) => from === name || to === name);
      return openPaths(own).length === 0 && own.every(({ unknown }) => unknown === undefined);
    });
}

export function summaryOf(model: NetworkModel, table: readonly Path[], { costs, unknown }: Bill): Summary {
  return {
    vpcs: model.vpcs.map(({ id, name, cidrs }) => ({
      id,
      name,
      cidrs,
      zones: [...new Set(model.subnets.flatMap(({ vpc, zone }) => (vpc === id ? [zone] : [])))].sort(),
    })),
    tiers: tiersOf(model).map(({ name, vpc, subnets }) => ({ name, vpc, subnets: subnets.map(subnetOf) })),
    paths: openPaths(table).map(({ from, to, family, protocol, ports, partial, via, notes }) => {
      return { from, to, family, protocol, ports, partial, via, notes };
    }),
    refused: refusedOf(table, new Set(placesOf(model).flatMap((place) => (isSomewhere(place) ? [] : [place.name])))),
    unknown: [
      ...new Set([
        ...unjudged(model).map((what) => `Not judged: ${what}.`),
        ...model.unknown.map((what) => `Not known: ${what}.`),
        ...doubtsOf(table),
        ...unknown,
      ]),
    ],
    costs,
  };
}

function subnetOf({ id, name, zone, cidrs }: Subnet): TierSummary['subnets'][number] {
  return { id, name, zone, cidrs };
}

/** Whether connections of any place of the network are judged: something of it bears a tier, and stands in a subnet. */
export function isJudged(model: NetworkModel): boolean {
  return placesOf(model).some((place) => place.kind === 'group' && isSomewhere(place));
}

function refusedOf(table: readonly Path[], nowhere: ReadonlySet<string>): Refusal[] {
  return [...pairsOf(table).values()].flatMap((paths) => {
    if (openPaths(paths).length > 0 || paths.some(({ from, to }) => nowhere.has(from) || nowhere.has(to))) return [];
    // What has no address of a family says nothing about the rules.
    const [told] = [...paths].sort((one, other) => depthOf(one) - depthOf(other));
    const [closure] = told?.closedBy ?? [];
    if (told === undefined || closure === undefined || told.unknown !== undefined) return [];
    return [{ from: told.from, to: told.to, layer: closure.layer, reason: closure.says }];
  });
}

function depthOf({ closedBy: [first] }: Path): number {
  return first?.layer === 'address' ? 1 : 0;
}

/** Closed, as far as one can tell, and that is not far: those that reach the same in one sentence. */
function doubtsOf(table: readonly Path[]): string[] {
  const targets = new Map<string, { readonly to: string[]; readonly why: string }>();
  for (const paths of pairsOf(table).values()) {
    const doubt = openPaths(paths).length > 0 ? undefined : paths.find(({ unknown }) => unknown !== undefined);
    if (doubt?.unknown === undefined) continue;
    const known = targets.get(doubt.from) ?? { to: [], why: doubt.unknown };
    known.to.push(doubt.to);
    targets.set(doubt.from, known);
  }
  const sources = new Map<string, { readonly from: string[]; readonly why: string }>();
  for (const [from, { to, why }] of targets) {
    const key = to.join(', ');
    const known = sources.get(key) ?? { from: [], why };
    known.from.push(from);
    sources.set(key, known);
  }
  return [...sources].map(
    ([to, { from, why }]) => `Not known: whether something gets from ${from.join(', ')} to ${to}; for one, ${why}.`,
  );
}

function pairsOf(table: readonly Path[]): Map<string, Path[]> {
  const pairs = new Map<string, Path[]>();
  for (const path of table) {
    const key = JSON.stringify([path.from, path.to]);
    pairs.set(key, [...(pairs.get(key) ?? []), path]);
  }
  return pairs;
}

import { QUARANTINE_TIER, TIER_TAG } from '../../lib/controls/tiers';
import type { NetworkModel, Subnet } from './model';
import { isSomewhere, type Place, placesOf } from './places';

/** Subnets that belong together in one VPC. */
export interface TierSubnets {
  /** As paths call it, where any can begin or end there; else what the subnets are tagged with. */
  readonly name: string;
  readonly vpc: string;
  /** What `bulwark:tier` says. */
  readonly tier?: string;
  readonly subnets: readonly Subnet[];
}

const UNTAGGED = 'no tier';

/** Every subnet once: those of tiers, then those to which no group belongs, as where gateways and firewalls stand. */
export function tiersOf(model: NetworkModel): TierSubnets[] {
  const places = placesOf(model).filter((place) => place.kind === 'group' && !isApart(model, place));
  const tiers = places.map((place): TierSubnets => {
    const { name, subnets } = place;
    const tier = subnets[0]?.tier;
    return { name, vpc: vpcOf(model, place), subnets, ...(tier !== undefined && { tier }) };
  });
  const rest = new Map<string, Subnet[]>();
  for (const subnet of model.subnets) {
    if (tiers.some(({ subnets }) => subnets.some(({ id }) => id === subnet.id))) continue;
    const key = JSON.stringify([subnet.vpc, subnet.tier ?? null]);
    rest.set(key, [...(rest.get(key) ?? []), subnet]);
  }
  return [
    ...tiers,
    ...[...rest.values()].map((subnets): TierSubnets => {
      const [{ vpc, tier }] = subnets as [Subnet];
      return { name: tier ?? UNTAGGED, vpc, subnets, ...(tier !== undefined && { tier }) };
    }),
  ];
}

/** Whether a place is a quarantine or default group: what has it stands in the subnet of a tier. */
export function isApart({ securityGroups }: NetworkModel, { groups }: Pick<Place, 'groups'>): boolean {
  return securityGroups.some(
    ({ id, tier, isDefault }) => groups.includes(id) && (isDefault || tier === QUARANTINE_TIER),
  );
}

/** VPC of a place that is one of groups. */
export function vpcOf({ securityGroups }: NetworkModel, { groups }: Pick<Place, 'groups'>): string {
  return securityGroups.find(({ id }) => groups.includes(id))?.vpc ?? '';
}

/** Groups and subnets about which paths say nothing, a phrase each: those of no tier, and groups of a tier without subnets. */
export function unjudged(model: NetworkModel): string[] {
  const subnets = model.subnets.filter(({ tier }) => tier === undefined).map(({ name }) => name);
  const groups = model.securityGroups.filter(({ tier, isDefault }) => tier === undefined && !isDefault);
  const nowhere = placesOf(model).filter((place) => !isSomewhere(place));
  return [
    ...(subnets.length === 0 ? [] : [`what stands in ${subnets.join(', ')}: no tag ${TIER_TAG} says the tier`]),
    ...(groups.length === 0
      ? []
      : [`what ${groups.map(({ name }) => name).join(', ')} let through: no tag ${TIER_TAG} says the tier`]),
    ...nowhere.map((place) => `what ${place.name} reaches, and what reaches it: ${missingIn(model, place)}`),
  ];
}

function missingIn(model: NetworkModel, place: Place): string {
  const id = vpcOf(model, place);
  const vpc = model.vpcs.find((other) => other.id === id)?.name ?? id;
  return `no subnet of ${vpc} bears ${isApart(model, place) ? 'a tier' : 'this tier'}`;
}

import { QUARANTINE_TIER } from '../../lib/controls/tiers';
import type { NetworkModel, Subnet } from './model';
import { type Place, placesOf } from './places';

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

import { isTier, QUARANTINE_TIER, TIER_TAG, TRANSIT, type Tier, VPC_TAG } from '../controls/tiers';
import { type CheckContext, type CheckedResource, some, type Verdict } from './rule';
import { tagOf } from './values';

export const SUBNET = 'AWS::EC2::Subnet';

/** Where a resource belongs, as far as its tag tells: `none` without a tag that names a tier, `unknown` until deployment. */
export type Place = Tier | typeof QUARANTINE_TIER | 'none' | 'unknown';

/** Tag of the VPC of databases. */
const DATABASE_VPC = 'database';

export function placeOf(resource: CheckedResource, context: CheckContext): Place {
  const tag = tagOf(resource, TIER_TAG, context.from(resource));
  if (tag.kind === 'absent') return 'none';
  if (tag.kind !== 'literal') return 'unknown';
  const name = String(tag.value);
  return isTier(name) || name === QUARANTINE_TIER ? name : 'none';
}

export function isIn(tier: Tier, resource: CheckedResource, context: CheckContext): Verdict {
  const place = placeOf(resource, context);
  return place === 'unknown' ? undefined : place === tier;
}

/** The subnets of a VPC in which resources may be. */
export function subnetsOf(vpc: CheckedResource, context: CheckContext): readonly CheckedResource[] {
  return context.referring(vpc, SUBNET, 'VpcId').filter((subnet) => mayHold(subnet, context));
}

/** All subnets of the app in which resources may be. */
export function allSubnets(context: CheckContext): readonly CheckedResource[] {
  return context.all(SUBNET).filter((subnet) => mayHold(subnet, context));
}

function mayHold(subnet: CheckedResource, context: CheckContext): boolean {
  const tag = tagOf(subnet, TIER_TAG, context.from(subnet));
  return tag.kind !== 'literal' || tag.value !== TRANSIT;
}

/** Whether a VPC is there for the data tier alone. */
export function isDataVpc(vpc: CheckedResource, context: CheckContext): Verdict {
  const tag = tagOf(vpc, VPC_TAG, context.from(vpc));
  const tiers = subnetsOf(vpc, context).map((subnet) => isIn('data', subnet, context));
  const all = tiers.length > 0 && !tiers.includes(false) && (tiers.includes(undefined) ? undefined : true);
  return some([tag.kind === 'literal' ? tag.value === DATABASE_VPC : tag.kind === 'absent' ? false : undefined, all]);
}

/** Whether a subnet of this app is, or may be, one of the data tier. */
export function hasDataTier(context: CheckContext): boolean {
  return context.all(SUBNET).some((subnet) => isIn('data', subnet, context) !== false);
}

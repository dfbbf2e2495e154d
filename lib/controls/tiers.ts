/** Tag that names the tier a network resource belongs to. */
export const TIER_TAG = 'bulwark:tier';

/** Tag that names a VPC of the layered network. */
export const VPC_TAG = 'bulwark:vpc';

/** Tier of what the public may reach: load balancers and their security groups. */
export const EDGE_TIER = 'edge';

/** Group of a machine that is held apart: nothing reaches it, it reaches nothing. */
export const QUARANTINE_TIER = 'quarantine';

/** The tiers of the layered network. */
export const TIERS = ['management', EDGE_TIER, 'app', 'data', 'endpoints'] as const;

/** One of the tiers. */
export type Tier = (typeof TIERS)[number];

/** The one port on which interface endpoints answer. */
export const ENDPOINT_PORT = 443;

/**
 * Which tier may begin a connection with which: what is not here is never opened. Interface endpoints are reached on 443 alone.
 * A tier may always talk within itself as far as its own group says so.
 */
export const TIER_PATHS: Readonly<Record<Tier, readonly Tier[]>> = {
  management: ['app', 'data', 'endpoints'],
  edge: ['app', 'endpoints'],
  app: ['data', 'endpoints'],
  data: ['endpoints'],
  endpoints: [],
};

/** Tiers from which nothing reaches the Internet, whatever a route or a group says. */
export const INWARD_TIERS: readonly Tier[] = ['management', 'data', 'endpoints'];

/** Tag of subnets for attachments to a transit gateway, where nobody's resources are: they make a VPC no wider than its tier. */
export const TRANSIT = 'transit';

/** Whether a text names a tier. */
export function isTier(text: string): text is Tier {
  return (TIERS as readonly string[]).includes(text);
}

/** Tag on functions that change what others own: whatever its value, such a function is held to RSP01. */
export const RESPONSE_TAG = 'security:response';

/** Tag that names the tier a network resource belongs to. */
export const TIER_TAG = 'bulwark:tier';

/** Tier of what the public may reach: load balancers and their security groups. */
export const EDGE_TIER = 'edge';

/** Tag on functions that change what others own: whatever its value, such a function is held to RSP01. */
export const RESPONSE_TAG = 'security:response';

export type { ControlDefinition, Gap, GapKind, Severity, Standard } from './control';
export { type ControlId, SEVERITIES } from './severities.generated';
export type { TechniqueId } from './techniques';
export { EDGE_TIER, RESPONSE_TAG, TIER_TAG } from './tiers';

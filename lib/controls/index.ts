export { CONTROLS, type ControlDefinition, type ControlId, type Severity, type Standard } from './controls';
export { EDGE_TIER, TIER_TAG } from './tiers';

import { bucketMadePublic } from './bucket-made-public';
import type { Scenario } from './scenario';
import { securityGroupOpened } from './security-group-opened';
import { trailStopped } from './trail-stopped';

export type { Attacker, Scenario, Target, Verification } from './scenario';

/** Every attack of the drill, in the order in which they happen. */
export const SCENARIOS: readonly Scenario[] = [bucketMadePublic, securityGroupOpened, trailStopped];

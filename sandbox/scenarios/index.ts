import { accountBlockRemoved } from './account-block-removed';
import { bucketMadePublic } from './bucket-made-public';
import { defaultEncryptionOff } from './default-encryption-off';
import { defaultGroupUsed } from './default-group-used';
import { detectorWeakened } from './detector-weakened';
import { functionOpened } from './function-opened';
import { keyRotationStopped } from './key-rotation-stopped';
import { plainHttpAllowed } from './plain-http-allowed';
import type { Scenario } from './scenario';
import { securityGroupOpened, securityGroupOpenedInHalves } from './security-group-opened';
import { snapshotShared } from './snapshot-shared';
import { trailStopped } from './trail-stopped';

export type { Attacker, Scenario, Target, Verification } from './scenario';

/** Every attack of the drill, in the order in which they happen. */
export const SCENARIOS: readonly Scenario[] = [
  bucketMadePublic,
  plainHttpAllowed,
  accountBlockRemoved,
  securityGroupOpened,
  securityGroupOpenedInHalves,
  defaultGroupUsed,
  snapshotShared,
  defaultEncryptionOff,
  keyRotationStopped,
  functionOpened,
  detectorWeakened,
  trailStopped,
];

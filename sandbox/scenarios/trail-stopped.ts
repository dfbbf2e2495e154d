import { CloudTrailClient, GetTrailStatusCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import type { Scenario } from './scenario';

/** The trail of the deployment itself: there is only one that it stands for, so none is made for the drill. */
const TRAIL = 'bulwark-main';

export const trailStopped: Scenario = {
  id: 'trail-stopped',
  title: 'The audit trail is stopped',
  operation: 'StopLogging',

  async prepare() {
    return { arn: `arn:aws:cloudtrail:eu-central-1:123456789012:trail/${TRAIL}`, name: TRAIL };
  },

  async attack({ client }) {
    await client(CloudTrailClient).send(new StopLoggingCommand({ Name: TRAIL }));
  },

  async verify({ client }) {
    const { IsLogging: isLogging } = await client(CloudTrailClient).send(new GetTrailStatusCommand({ Name: TRAIL }));
    return { secure: isLogging === true, evidence: `GetTrailStatus: ${isLogging ? 'logging' : 'not logging'}` };
  },

  async clean() {
    // Nothing was made.
  },
};

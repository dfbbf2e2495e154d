import { CloudTrailClient, GetTrailStatusCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import type { Scenario } from './scenario';

/** The trail of the deployment itself: there is only one that it stands for, so none is made for the drill. */
export const trailStopped: Scenario = {
  id: 'trail-stopped',
  title: 'The audit trail is stopped',
  operation: 'StopLogging',
  remediation: 'cloudtrail-trail-weakened',
  touchesAccount: true,

  async prepare({ partition, region, account, qualifier }) {
    const name = `bulwark-${qualifier}`;
    return { arn: `arn:${partition}:cloudtrail:${region}:${account}:trail/${name}`, name };
  },

  async attack({ client }, { name }) {
    await client(CloudTrailClient).send(new StopLoggingCommand({ Name: name }));
  },

  async verify({ client }, { name }) {
    const { IsLogging: isLogging } = await client(CloudTrailClient).send(new GetTrailStatusCommand({ Name: name }));
    return { secure: isLogging === true, evidence: `GetTrailStatus: ${isLogging ? 'logging' : 'not logging'}` };
  },

  async clean() {
    // Nothing was made.
  },
};

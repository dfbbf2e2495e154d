import { sandbox } from '../../../test/e2e/deployed';
import {
  CloudTrailClient,
  GetEventSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  StartLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { ACCOUNT, REGION, type UnitCase } from '../../../test/e2e/case';

const cloudtrail = sandbox.client(CloudTrailClient);

const TRAIL = 'bulwark-main';

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 'cloudtrail-trail-weakened',
  make: async () => TRAIL,
  arn: (name) => `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${name}`,
  // Not stopped: nothing would be seen of it afterwards.
  operation: 'UpdateTrail',
  drift: (Name) => cloudtrail.send(new UpdateTrailCommand({ Name, EnableLogFileValidation: false })),
  state: async (Name) => {
    const [{ Trail }, { IsLogging }, selectors] = await Promise.all([
      cloudtrail.send(new GetTrailCommand({ Name })),
      cloudtrail.send(new GetTrailStatusCommand({ Name })),
      cloudtrail.send(new GetEventSelectorsCommand({ TrailName: Name })),
    ]);
    return { Trail, IsLogging, selectors: selectors.AdvancedEventSelectors };
  },
  change: (Name) => cloudtrail.send(new UpdateTrailCommand({ Name, S3KeyPrefix: 'elsewhere' })),
  secure: async (Name) => {
    await cloudtrail.send(new UpdateTrailCommand({ Name, EnableLogFileValidation: true, S3KeyPrefix: '' }));
    await cloudtrail.send(new StartLoggingCommand({ Name }));
  },
};

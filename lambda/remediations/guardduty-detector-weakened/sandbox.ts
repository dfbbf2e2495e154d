import { sandbox } from '../../../test/e2e/deployed';
import {
  GetDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  UpdateDetectorCommand,
} from '@aws-sdk/client-guardduty';
import { ACCOUNT, REGION, type UnitCase } from '../../../test/e2e/case';

const guardduty = sandbox.client(GuardDutyClient);

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 'guardduty-detector-weakened',
  make: detectorId,
  arn: () => `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector`,
  operation: 'UpdateDetector',
  drift: (DetectorId) => guardduty.send(new UpdateDetectorCommand({ DetectorId, Enable: false })),
  state: async (DetectorId) => {
    const found = await guardduty.send(new GetDetectorCommand({ DetectorId }));
    const features = (found.Features ?? []).map(({ UpdatedAt: _, AdditionalConfiguration, ...rest }) => ({
      ...rest,
      more: AdditionalConfiguration?.map(({ Name, Status }) => `${Name} ${Status}`),
    }));
    return { status: found.Status, frequency: found.FindingPublishingFrequency, features };
  },
  change: (DetectorId) =>
    guardduty.send(
      new UpdateDetectorCommand({ DetectorId, Features: [{ Name: 'S3_DATA_EVENTS', Status: 'DISABLED' }] }),
    ),
  secure: (DetectorId) =>
    guardduty.send(
      new UpdateDetectorCommand({
        DetectorId,
        Enable: true,
        Features: [{ Name: 'S3_DATA_EVENTS', Status: 'ENABLED' }],
      }),
    ),
};

async function detectorId(): Promise<string> {
  const { DetectorIds: [id] = [] } = await guardduty.send(new ListDetectorsCommand({}));
  return id as string;
}

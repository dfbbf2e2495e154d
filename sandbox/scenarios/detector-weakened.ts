import {
  GetDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  UpdateDetectorCommand,
} from '@aws-sdk/client-guardduty';
import type { Attacker, Scenario, Target } from './scenario';

interface DetectorTarget extends Target {
  readonly detectorId: string;
}

export const detectorWeakened: Scenario<DetectorTarget> = {
  id: 'detector-weakened',
  title: 'GuardDuty is switched off',
  operation: 'UpdateDetector',
  remediation: 'guardduty-detector-weakened',
  touchesAccount: true,

  async prepare({ client, account, region, partition }) {
    const { DetectorIds: [detectorId = ''] = [] } = await client(GuardDutyClient).send(new ListDetectorsCommand({}));
    return { detectorId, name: detectorId, arn: `arn:${partition}:guardduty:${region}:${account}:detector` };
  },

  async attack({ client }, { detectorId }) {
    await client(GuardDutyClient).send(
      new UpdateDetectorCommand({
        DetectorId: detectorId,
        Enable: false,
        Features: [{ Name: 'S3_DATA_EVENTS', Status: 'DISABLED' }],
      }),
    );
  },

  async verify(attacker, { detectorId }) {
    const { Status: status, features } = await stateOf(attacker, detectorId);
    const secure = status === 'ENABLED' && features.includes('S3_DATA_EVENTS');
    return { secure, evidence: `GetDetector: ${status}, ${features.length} features on` };
  },

  async clean() {
    // Nothing was made.
  },
};

async function stateOf({ client }: Attacker, DetectorId: string) {
  const { Status, Features = [] } = await client(GuardDutyClient).send(new GetDetectorCommand({ DetectorId }));
  return { Status, features: Features.filter((each) => each.Status === 'ENABLED').map((each) => each.Name as string) };
}

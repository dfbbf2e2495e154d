import {
  CreateKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import type { Scenario, Target } from './scenario';

interface KeyTarget extends Target {
  readonly keyId: string;
}

/** The shortest that KMS takes. */
const DAYS_UNTIL_DELETION = 7;

export const keyRotationStopped: Scenario<KeyTarget> = {
  id: 'key-rotation-stopped',
  title: 'The rotation of a key is stopped',
  operation: 'DisableKeyRotation',
  remediation: 'kms-key-rotation',

  async prepare({ client }) {
    const { KeyMetadata: key } = await client(KMSClient).send(
      new CreateKeyCommand({ Description: 'Made for a drill' }),
    );
    const keyId = key?.KeyId ?? '';
    await client(KMSClient).send(new EnableKeyRotationCommand({ KeyId: keyId }));
    return { keyId, name: keyId, arn: key?.Arn ?? '' };
  },

  async attack({ client }, { keyId }) {
    await client(KMSClient).send(new DisableKeyRotationCommand({ KeyId: keyId }));
  },

  async verify({ client }, { keyId }) {
    const { KeyRotationEnabled: rotates } = await client(KMSClient).send(
      new GetKeyRotationStatusCommand({ KeyId: keyId }),
    );
    return { secure: rotates === true, evidence: `GetKeyRotationStatus: ${rotates ? 'rotates' : 'does not rotate'}` };
  },

  async clean({ client }, { keyId }) {
    await client(KMSClient).send(
      new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: DAYS_UNTIL_DELETION }),
    );
  },
};

import { sandbox } from '../../../test/e2e/deployed';
import {
  CreateKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { ACCOUNT, REGION, type UnitCase } from '../../../test/e2e/case';

const kms = sandbox.client(KMSClient);

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 'kms-key-rotation',
  make: async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'Made by a test' }));
    await kms.send(new EnableKeyRotationCommand({ KeyId: KeyMetadata?.KeyId }));
    return KeyMetadata?.KeyId as string;
  },
  arn: (id) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`,
  operation: 'DisableKeyRotation',
  drift: (KeyId) => kms.send(new DisableKeyRotationCommand({ KeyId })),
  state: async (KeyId) => {
    const { KeyRotationEnabled, RotationPeriodInDays } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    return { KeyRotationEnabled, RotationPeriodInDays };
  },
  secure: (KeyId) => kms.send(new EnableKeyRotationCommand({ KeyId })),
};

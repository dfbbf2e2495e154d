import {
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  KMSClient,
  ListKeysCommand,
} from '@aws-sdk/client-kms';
import { ChangedError, isAwsError } from '../../runtime/errors';
import { textAt } from '../../runtime/foreign';
import { compliant, drift, type Located, type Remediator } from '../../runtime/remediation';

interface Rotation {
  readonly KeyRotationEnabled: boolean;
  readonly RotationPeriodInDays?: number;
}

/** An id, of a multi-Region key too, or the ARN around it. KMS takes no alias here. */
const KEY = /^(?:arn:[\w-]+:kms:[\w-]+:\d{12}:key\/)?((?:mrk-)?[0-9a-f-]{32,36})$/;

/** Where nobody says otherwise. https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html */
const DEFAULT_PERIOD = 365;

/** Keys of one page of a sweep. */
const PAGE = 200;

/** Turns the rotation of a key on again, with the period it had. */
export function create(): Remediator<Rotation> {
  return {
    locate: (signal) => keyIn(textAt(signal.record, 'requestParameters.keyId')),

    list: async (read, _place, next) => {
      const { Keys = [], NextMarker } = await read(KMSClient).send(
        new ListKeysCommand({ Limit: PAGE, ...(next !== undefined && { Marker: next }) }),
      );
      return { resources: Keys.flatMap(({ KeyId }) => keyIn(KeyId)), ...(NextMarker && { next: NextMarker }) };
    },

    inspect: async ({ names }, read) => {
      const kms = read(KMSClient);
      const KeyId = names.key;
      try {
        const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
        const reason = cannotRotate(KeyMetadata);
        if (reason !== undefined) return compliant(reason);
        const { KeyRotationEnabled, RotationPeriodInDays } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
        if (KeyRotationEnabled) return compliant();
        const period = RotationPeriodInDays === undefined ? {} : { RotationPeriodInDays };
        return drift<Rotation>({ KeyRotationEnabled: false, ...period }, { KeyRotationEnabled: true, ...period });
      } catch (error) {
        if (isAwsError(error, ['NotFoundException'])) return compliant('the key is gone');
        throw error;
      }
    },

    apply: async ({ names }, { after }, write) => {
      const { RotationPeriodInDays } = after;
      await write(KMSClient).send(
        new EnableKeyRotationCommand({
          KeyId: names.key,
          ...(RotationPeriodInDays !== undefined && { RotationPeriodInDays }),
        }),
      );
    },

    undo: async ({ names }, { after }, { read, write }) => {
      const KeyId = names.key;
      const { KeyRotationEnabled, RotationPeriodInDays } = await read(KMSClient).send(
        new GetKeyRotationStatusCommand({ KeyId }),
      );
      if (!KeyRotationEnabled) return;
      const set = after.RotationPeriodInDays ?? DEFAULT_PERIOD;
      if (RotationPeriodInDays !== undefined && RotationPeriodInDays !== set) {
        throw new ChangedError(
          `the key ${KeyId} is rotated every ${RotationPeriodInDays} days, the repair set ${set}: somebody wants it so`,
        );
      }
      await write(KMSClient).send(new DisableKeyRotationCommand({ KeyId }));
    },

    // Whether a key that is not rotated tells a period is KMS's own affair.
    comparable: ({ KeyRotationEnabled }) => KeyRotationEnabled,
  };
}

function keyIn(text: string | undefined): Located[] {
  const key = KEY.exec(text ?? '')?.[1];
  return key === undefined ? [] : [{ names: { key } }];
}

/**
 * Why KMS does not rotate a key by itself, or does not now. The control does not ask for it either.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
 */
function cannotRotate(key: KeyMetadata | undefined): string | undefined {
  const reasons: ReadonlyArray<readonly [boolean, string]> = [
    [key?.KeyManager === 'AWS', 'AWS manages the key and rotates it'],
    [key?.KeySpec !== 'SYMMETRIC_DEFAULT', `KMS does not rotate keys of the kind ${key?.KeySpec}`],
    [key?.Origin === 'EXTERNAL', 'KMS does not rotate imported key material'],
    [key?.Origin !== 'AWS_KMS' && key?.Origin !== 'EXTERNAL', 'KMS does not rotate keys of a custom key store'],
    [
      key?.MultiRegionConfiguration?.MultiRegionKeyType === 'REPLICA',
      'the rotation of a replica follows its primary key',
    ],
    [key?.KeyState !== 'Enabled', `the key is not enabled (${key?.KeyState})`],
  ];
  return reasons.find(([applies]) => applies)?.[1];
}

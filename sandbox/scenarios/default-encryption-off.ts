import {
  DisableEbsEncryptionByDefaultCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  GetEbsEncryptionByDefaultCommand,
} from '@aws-sdk/client-ec2';
import type { Scenario, Target } from './scenario';

interface EncryptionTarget extends Target {
  /** As it was before the drill. */
  readonly wasOn: boolean;
}

export const defaultEncryptionOff: Scenario<EncryptionTarget> = {
  id: 'default-encryption-off',
  title: 'New volumes are no longer encrypted',
  operation: 'DisableEbsEncryptionByDefault',
  remediation: 'ec2-ebs-default-encryption',
  touchesAccount: true,

  async prepare({ client, account, region, partition }) {
    const ec2 = client(EC2Client);
    const { EbsEncryptionByDefault: wasOn = false } = await ec2.send(new GetEbsEncryptionByDefaultCommand({}));
    await ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
    return { wasOn, name: region, arn: `arn:${partition}:ec2:${region}:${account}:ebs-encryption-by-default` };
  },

  async attack({ client }) {
    await client(EC2Client).send(new DisableEbsEncryptionByDefaultCommand({}));
  },

  async verify({ client }) {
    const { EbsEncryptionByDefault: isOn } = await client(EC2Client).send(new GetEbsEncryptionByDefaultCommand({}));
    return { secure: isOn === true, evidence: `GetEbsEncryptionByDefault: ${isOn ? 'on' : 'off'}` };
  },

  async clean() {
    // It stays on: that is the secure state, and switching it off would be drift.
  },
};

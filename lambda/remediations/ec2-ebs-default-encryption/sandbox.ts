import { sandbox } from '../../../test/e2e/deployed';
import {
  DisableEbsEncryptionByDefaultCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  GetEbsEncryptionByDefaultCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, REGION, type UnitCase } from '../../../test/e2e/case';

const ec2 = sandbox.client(EC2Client);

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 'ec2-ebs-default-encryption',
  make: async () => {
    await unit.secure(REGION);
    return REGION;
  },
  arn: () => `arn:aws:ec2:${REGION}:${ACCOUNT}:ebs-encryption-by-default`,
  operation: 'DisableEbsEncryptionByDefault',
  drift: () => ec2.send(new DisableEbsEncryptionByDefaultCommand({})),
  state: async () => (await ec2.send(new GetEbsEncryptionByDefaultCommand({}))).EbsEncryptionByDefault,
  secure: () => ec2.send(new EnableEbsEncryptionByDefaultCommand({})),
};

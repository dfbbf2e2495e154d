// Written by `npm run generate`. Do not edit.
import { DisableEbsEncryptionByDefaultCommand, EC2Client, EnableEbsEncryptionByDefaultCommand, GetEbsEncryptionByDefaultCommand } from '@aws-sdk/client-ec2';
import type { Operations } from '../../runtime/declared';

export const operations: Operations = {
  client: EC2Client,
  read: GetEbsEncryptionByDefaultCommand,
  write: EnableEbsEncryptionByDefaultCommand,
  undoSet: DisableEbsEncryptionByDefaultCommand,
};

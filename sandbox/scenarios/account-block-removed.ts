import {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
  S3ControlClient,
} from '@aws-sdk/client-s3-control';
import type { Scenario } from './scenario';

const BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

export const accountBlockRemoved: Scenario = {
  id: 'account-block-removed',
  title: 'The account lets buckets be public',
  operation: 'DeletePublicAccessBlock',
  remediation: 's3-account-public-access',
  touchesAccount: true,

  async prepare({ client, account, partition }) {
    await client(S3ControlClient).send(
      new PutPublicAccessBlockCommand({ AccountId: account, PublicAccessBlockConfiguration: BLOCKED }),
    );
    return { name: account, arn: `arn:${partition}:s3::${account}:account-public-access-block` };
  },

  async attack({ client, account }) {
    await client(S3ControlClient).send(new DeletePublicAccessBlockCommand({ AccountId: account }));
  },

  async verify({ client, account }) {
    try {
      const { PublicAccessBlockConfiguration: settings = {} } = await client(S3ControlClient).send(
        new GetPublicAccessBlockCommand({ AccountId: account }),
      );
      const on = Object.keys(BLOCKED).filter((name) => settings[name as keyof typeof BLOCKED] === true).length;
      return { secure: on === 4, evidence: `GetPublicAccessBlock of the account: ${on} of 4 on` };
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchPublicAccessBlockConfiguration') {
        return { secure: false, evidence: 'GetPublicAccessBlock of the account: there is none' };
      }
      throw error;
    }
  },

  async clean() {
    // It stays blocked: that is the secure state, and taking it off would be drift.
  },
};

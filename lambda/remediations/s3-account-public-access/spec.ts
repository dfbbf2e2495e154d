import { defineRemediation } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 's3-account-public-access',
  title: 'Account blocks all public access to its buckets',
  controls: ['S3.1'],
  techniques: ['AM39'],
  triggers: [{ service: 's3', eventNames: ['PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock'] }],
  findings: {
    guardDuty: ['Policy:S3/AccountBlockPublicAccessDisabled'],
    config: ['s3-account-level-public-access-blocks', 's3-account-level-public-access-blocks-periodic'],
  },
  resource: {
    type: 'AWS::S3::AccountPublicAccessBlock',
    arn: 'arn:{partition}:s3::{account}:account-public-access-block',
  },
  sweep: { per: 'account' },
  disruptive: false,
  undo: 'exact',
  permissions: {
    read: [
      {
        kind: 'account',
        actions: ['s3:GetAccountPublicAccessBlock'],
        reason: 'The settings of an account have no resource level',
      },
    ],
    write: [
      {
        kind: 'account',
        actions: ['s3:PutAccountPublicAccessBlock'],
        reason: 'The settings of an account have no resource level',
      },
    ],
    // S3 asks for the same action to take the settings off.
    undo: [
      {
        kind: 'account',
        actions: ['s3:PutAccountPublicAccessBlock'],
        reason: 'The settings of an account have no resource level',
      },
    ],
  },
  calls: { read: 1, write: 1 },
  declared: {
    client: { package: 's3-control', class: 'S3ControlClient' },
    // An account has one setting, so there is nothing to tell it by.
    locate: {},
    read: {
      operation: 'GetPublicAccessBlock',
      input: { AccountId: '{account}' },
      path: 'PublicAccessBlockConfiguration',
      absent: ['NoSuchPublicAccessBlockConfiguration'],
    },
    desired: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    write: {
      operation: 'PutPublicAccessBlock',
      input: { AccountId: '{account}', PublicAccessBlockConfiguration: '{after}' },
    },
    list: 'per-place',
    undo: { unset: { operation: 'DeletePublicAccessBlock', input: { AccountId: '{account}' } } },
  },
});

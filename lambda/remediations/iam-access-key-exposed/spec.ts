import { defineRemediation } from '../../runtime/spec';

/** The path of a user is part of the ARN, and no signal tells it. `inspect` does. */
const USER = 'arn:{partition}:iam::{account}:user/{userPath}';

export const spec = defineRemediation({
  id: 'iam-access-key-exposed',
  title: 'Access keys that are old or used by somebody else are inactive',
  controls: ['IAM.3'],
  techniques: ['AM01'],
  // IAM.3 is about old keys, and MEDIUM. One that GuardDuty saw with somebody else is being used this minute.
  severity: 'HIGH',
  // No call makes a key old, and none tells that it was stolen.
  triggers: [],
  findings: {
    // Types that speak of somebody else with the key of a user, or of harm already done with it. Not those that only speak of
    // unusual reading or setting up, which is what administrators do.
    // https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html
    guardDuty: [
      'UnauthorizedAccess:IAMUser/*',
      'CredentialAccess:IAMUser/*',
      'Exfiltration:IAMUser/*',
      'Impact:IAMUser/AnomalousBehavior',
      'Recon:IAMUser/*',
    ],
    config: ['access-keys-rotated'],
  },
  resource: {
    type: 'AWS::IAM::User',
    arn: 'arn:{partition}:iam::{account}:user/{user}',
    physicalId: '{user}',
    taggedArn: 'none',
  },
  // Config knows a user by an id that the API does not take.
  sweep: { per: 'account' },
  disruptive: true,
  undo: 'exact',
  permissions: {
    // The shared role leaves the user open, which covers every path.
    read: [{ kind: 'resource', actions: ['iam:ListAccessKeys', 'iam:GetUser'] }],
    list: [{ kind: 'account', actions: ['iam:ListUsers'], reason: 'Listing users has no resource level' }],
    write: [{ kind: 'related', actions: ['iam:UpdateAccessKey'], arn: USER }],
    undo: [{ kind: 'related', actions: ['iam:UpdateAccessKey'], arn: USER }],
  },
  // IAM gives a user two keys at most.
  calls: { read: 2, write: 2 },
});

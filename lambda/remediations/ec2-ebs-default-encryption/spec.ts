import { defineRemediation } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 'ec2-ebs-default-encryption',
  title: 'Region encrypts every new EBS volume and snapshot copy',
  controls: ['EC2.7'],
  triggers: [{ service: 'ec2', eventNames: ['DisableEbsEncryptionByDefault'] }],
  findings: { config: ['ec2-ebs-encryption-by-default'] },
  resource: {
    type: 'AWS::EC2::EbsEncryptionByDefault',
    arn: 'arn:{partition}:ec2:{region}:{account}:ebs-encryption-by-default',
  },
  sweep: { per: 'region' },
  disruptive: false,
  undo: 'exact',
  permissions: {
    read: [
      {
        kind: 'account',
        actions: ['ec2:GetEbsEncryptionByDefault'],
        reason: 'The settings of a Region have no resource level',
      },
    ],
    write: [
      {
        kind: 'account',
        actions: ['ec2:EnableEbsEncryptionByDefault'],
        reason: 'The settings of a Region have no resource level',
      },
    ],
    undo: [
      {
        kind: 'account',
        actions: ['ec2:DisableEbsEncryptionByDefault'],
        reason: 'The settings of a Region have no resource level',
      },
    ],
  },
  calls: { read: 1, write: 1 },
  declared: {
    client: { package: 'ec2', class: 'EC2Client' },
    // A Region has one setting, so there is nothing to tell it by.
    locate: {},
    read: { operation: 'GetEbsEncryptionByDefault', input: {} },
    desired: { EbsEncryptionByDefault: true },
    write: { operation: 'EnableEbsEncryptionByDefault', input: {} },
    list: 'per-place',
    undo: { set: { operation: 'DisableEbsEncryptionByDefault', input: {} } },
  },
});

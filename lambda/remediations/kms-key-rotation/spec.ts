import { defineRemediation } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 'kms-key-rotation',
  title: 'Customer key is rotated',
  controls: ['KMS.4'],
  triggers: [{ service: 'kms', eventNames: ['DisableKeyRotation'] }],
  findings: { config: ['cmk-backing-key-rotation-enabled'] },
  resource: {
    type: 'AWS::KMS::Key',
    arn: 'arn:{partition}:kms:{region}:{account}:key/{key}',
    physicalId: '{key}',
  },
  sweep: { per: 'region', config: { key: 'resourceId' } },
  disruptive: false,
  undo: 'exact',
  permissions: {
    read: [{ kind: 'resource', actions: ['kms:DescribeKey', 'kms:GetKeyRotationStatus'] }],
    list: [{ kind: 'account', actions: ['kms:ListKeys'], reason: 'Listing keys has no resource level' }],
    write: [{ kind: 'resource', actions: ['kms:EnableKeyRotation'] }],
    undo: [{ kind: 'resource', actions: ['kms:DisableKeyRotation'] }],
  },
  calls: { read: 2, write: 1 },
});

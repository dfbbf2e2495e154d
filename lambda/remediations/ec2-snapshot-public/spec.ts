import { defineRemediation } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 'ec2-snapshot-public',
  title: 'EBS snapshot cannot be restored by everyone',
  controls: ['EC2.1'],
  techniques: ['AM39'],
  triggers: [{ service: 'ec2', eventNames: ['ModifySnapshotAttribute'] }],
  findings: { config: ['ebs-snapshot-public-restorable-check'] },
  // EC2 writes no account into the ARN of a snapshot. CloudFormation makes none, so no stack can own one.
  resource: {
    type: 'AWS::EC2::Snapshot',
    arn: 'arn:{partition}:ec2:{region}::snapshot/{snapshot}',
    taggedArn: 'arn:{partition}:ec2:{region}:{account}:snapshot/{snapshot}',
  },
  // Config does not record snapshots.
  sweep: { per: 'region' },
  disruptive: false,
  undo: 'exact',
  permissions: {
    read: [{ kind: 'resource', actions: ['ec2:DescribeSnapshotAttribute'] }],
    list: [
      {
        kind: 'account',
        actions: ['ec2:DescribeSnapshots'],
        reason: 'Describe calls of EC2 have no resource level',
      },
    ],
    // One action for both ways; what a call adds and removes stands in condition keys.
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    write: [
      {
        kind: 'resource',
        actions: ['ec2:ModifySnapshotAttribute'],
        conditions: {
          StringEquals: { 'ec2:Remove/group': 'all' },
          Null: { 'ec2:Add/group': 'true', 'ec2:Add/userId': 'true' },
        },
      },
    ],
    undo: [
      {
        kind: 'resource',
        actions: ['ec2:ModifySnapshotAttribute'],
        conditions: { StringEquals: { 'ec2:Add/group': 'all' }, Null: { 'ec2:Add/userId': 'true' } },
      },
    ],
  },
  calls: { read: 1, write: 1 },
});

import { defineRemediation } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 'ec2-default-security-group',
  title: 'Default security group of a VPC has no rules',
  controls: ['EC2.2'],
  techniques: ['AM34', 'AM35'],
  // Most calls are about other groups: one read tells, and no more is done.
  triggers: [
    {
      service: 'ec2',
      eventNames: ['AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'ModifySecurityGroupRules'],
    },
  ],
  findings: { config: ['vpc-default-security-group-closed'] },
  // EC2 makes the group with its VPC; no stack owns it.
  resource: {
    type: 'AWS::EC2::SecurityGroup',
    arn: 'arn:{partition}:ec2:{region}:{account}:security-group/{group}',
    taggedArn: 'arn:{partition}:ec2:{region}:{account}:security-group/{group}',
  },
  // A query of Config would name every group of the Region; `list` asks EC2 for the default ones only.
  sweep: { per: 'region' },
  // Whatever uses the default group loses its network.
  disruptive: true,
  undo: 'exact',
  permissions: {
    read: [
      {
        kind: 'account',
        actions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules'],
        reason: 'Describe calls of EC2 have no resource level',
      },
    ],
    list: [
      {
        kind: 'account',
        actions: ['ec2:DescribeSecurityGroups'],
        reason: 'Describe calls of EC2 have no resource level',
      },
    ],
    write: [{ kind: 'resource', actions: ['ec2:RevokeSecurityGroupIngress', 'ec2:RevokeSecurityGroupEgress'] }],
    undo: [
      { kind: 'resource', actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupEgress'] },
      // Rules come back with their tags, and with ids that nobody knows before: hence the wildcard.
      {
        kind: 'related',
        actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupEgress'],
        arn: 'arn:{partition}:ec2:{region}:{account}:security-group-rule/*',
      },
      {
        kind: 'related',
        actions: ['ec2:CreateTags'],
        arn: 'arn:{partition}:ec2:{region}:{account}:security-group-rule/*',
        conditions: { StringLike: { 'ec2:CreateAction': 'AuthorizeSecurityGroup*' } },
      },
    ],
  },
  // Rules come in pages of 1,000 (the quota is 60 to 1,000 rules each way).
  calls: { read: 3, write: 2 },
});

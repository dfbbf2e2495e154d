import { defineRemediation } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 'ec2-security-group-public-ingress',
  title: 'Security group admits the public only to ports 80 and 443 of edge groups',
  controls: ['EC2.18', 'EC2.19', 'EC2.13', 'EC2.14'],
  techniques: ['AM13', 'AM34'],
  triggers: [{ service: 'ec2', eventNames: ['AuthorizeSecurityGroupIngress', 'ModifySecurityGroupRules'] }],
  findings: {
    config: [
      'vpc-sg-open-only-to-authorized-ports',
      'restricted-ssh',
      'restricted-common-ports',
      'vpc-sg-restricted-common-ports',
    ],
  },
  resource: {
    type: 'AWS::EC2::SecurityGroup',
    arn: 'arn:{partition}:ec2:{region}:{account}:security-group/{group}',
    physicalId: '{group}',
  },
  sweep: { per: 'region', config: { group: 'resourceId' } },
  disruptive: false,
  undo: 'exact',
  permissions: {
    read: [
      {
        kind: 'account',
        actions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules'],
        reason: 'Describe calls of EC2 have no resource level',
      },
      // The owner part stays open: a rule may point at a list of AWS or of a sharing account.
      {
        kind: 'related',
        actions: ['ec2:GetManagedPrefixListEntries'],
        arn: 'arn:{partition}:ec2:{region}:{owner}:prefix-list/{prefixList}',
      },
    ],
    write: [{ kind: 'resource', actions: ['ec2:RevokeSecurityGroupIngress'] }],
    undo: [
      { kind: 'resource', actions: ['ec2:AuthorizeSecurityGroupIngress'] },
      // Rules come back with their tags, and with ids that nobody knows before: hence the wildcard.
      {
        kind: 'related',
        actions: ['ec2:AuthorizeSecurityGroupIngress'],
        arn: 'arn:{partition}:ec2:{region}:{account}:security-group-rule/*',
      },
      {
        kind: 'related',
        actions: ['ec2:CreateTags'],
        arn: 'arn:{partition}:ec2:{region}:{account}:security-group-rule/*',
        conditions: { StringEquals: { 'ec2:CreateAction': 'AuthorizeSecurityGroupIngress' } },
      },
    ],
  },
  // Rules come in pages of 1,000 (the quota is 60 to 1,000 rules a group); one call more for each prefix list.
  calls: { read: 3, write: 1 },
});

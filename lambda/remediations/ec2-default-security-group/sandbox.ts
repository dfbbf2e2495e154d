import { sandbox } from '../../../test/e2e/deployed';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateVpcCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, REGION, rulesOf, tcp, type UnitCase } from '../../../test/e2e/case';

const ec2 = sandbox.client(EC2Client);

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 'ec2-default-security-group',
  make: async () => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.41.0.0/16' }));
    const { SecurityGroups: [group] = [] } = await ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [Vpc?.VpcId as string] },
          { Name: 'group-name', Values: ['default'] },
        ],
      }),
    );
    const id = group?.GroupId as string;
    await unit.secure(id);
    return id;
  },
  arn: (group) => `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/${group}`,
  operation: 'AuthorizeSecurityGroupIngress',
  drift: async (GroupId) => {
    await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [tcp(443, '10.0.0.0/8')] }));
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(443, '10.0.0.0/8', 'app')] }),
    );
  },
  state: rulesOf,
  change: (GroupId) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(8080, '10.0.0.0/8')] })),
  secure: async (GroupId) => {
    const { SecurityGroupRules = [] } = await ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }),
    );
    const ids = (outward: boolean) =>
      SecurityGroupRules.filter((rule) => rule.IsEgress === outward).flatMap((rule) => rule.SecurityGroupRuleId ?? []);
    const [inward, outward] = [ids(false), ids(true)];
    if (inward.length > 0) {
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: inward }));
    }
    if (outward.length > 0) {
      await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: outward }));
    }
  },
};

import {
  AuthorizeSecurityGroupIngressCommand,
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { Attacker, Scenario, Target } from './scenario';

interface DefaultGroupTarget extends Target {
  readonly groupId: string;
  readonly vpcId: string;
}

export const defaultGroupUsed: Scenario<DefaultGroupTarget> = {
  id: 'default-group-used',
  title: 'The default group of a VPC is used',
  operation: 'AuthorizeSecurityGroupIngress',
  remediation: 'ec2-default-security-group',
  expects: 'PROPOSED',

  async prepare(attacker) {
    const ec2 = attacker.client(EC2Client);
    const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.78.0.0/16' }));
    const vpcId = vpc?.VpcId ?? '';
    const { SecurityGroups: groups = [] } = await ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [vpcId] },
          { Name: 'group-name', Values: ['default'] },
        ],
      }),
    );
    const groupId = groups[0]?.GroupId ?? '';
    const rules = await rulesOf(attacker, groupId);
    for (const isEgress of [false, true]) {
      const ids = rules.filter((rule) => rule.IsEgress === isEgress).flatMap((rule) => rule.SecurityGroupRuleId ?? []);
      if (ids.length === 0) continue;
      const input = { GroupId: groupId, SecurityGroupRuleIds: ids };
      await (isEgress
        ? ec2.send(new RevokeSecurityGroupEgressCommand(input))
        : ec2.send(new RevokeSecurityGroupIngressCommand(input)));
    }
    const { partition, region, account } = attacker;
    return {
      groupId,
      vpcId,
      name: groupId,
      arn: `arn:${partition}:ec2:${region}:${account}:security-group/${groupId}`,
    };
  },

  async attack({ client }, { groupId }) {
    await client(EC2Client).send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: groupId,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
      }),
    );
  },

  async verify(attacker, { groupId }) {
    const rules = await rulesOf(attacker, groupId);
    return { secure: rules.length === 0, evidence: `DescribeSecurityGroupRules: ${rules.length || 'no'} rules left` };
  },

  async clean({ client }, { vpcId }) {
    await client(EC2Client).send(new DeleteVpcCommand({ VpcId: vpcId }));
  },
};

async function rulesOf({ client }: Attacker, groupId: string) {
  const { SecurityGroupRules: rules = [] } = await client(EC2Client).send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [groupId] }] }),
  );
  return rules;
}

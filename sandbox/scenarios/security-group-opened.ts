import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DeleteSecurityGroupCommand,
  DeleteVpcCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Scenario, Target } from './scenario';

interface SecurityGroupTarget extends Target {
  readonly groupId: string;
  readonly vpcId: string;
}

/** Must survive the repair. */
const INNOCENT = { port: 443, cidr: '10.0.0.0/8' };

export const securityGroupOpened = opened({
  id: 'security-group-opened',
  title: 'SSH is opened to the world',
  ranges: ['0.0.0.0/0'],
});

/** What those try who know that others look for the text `/0` (catalogue F3). */
export const securityGroupOpenedInHalves = opened({
  id: 'security-group-opened-in-halves',
  title: 'SSH is opened to both halves of the world',
  ranges: ['0.0.0.0/1', '128.0.0.0/1'],
});

function opened({
  ranges,
  ...named
}: {
  readonly id: string;
  readonly title: string;
  readonly ranges: readonly string[];
}): Scenario<SecurityGroupTarget> {
  return {
    ...named,
    operation: 'AuthorizeSecurityGroupIngress',
    remediation: 'ec2-security-group-public-ingress',

    async prepare({ client, suffix, region, account, partition }) {
      const ec2 = client(EC2Client);
      const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.77.0.0/16' }));
      const vpcId = vpc?.VpcId ?? '';
      const name = `bulwark-drill-${suffix}`;
      const { GroupId: groupId = '' } = await ec2.send(
        new CreateSecurityGroupCommand({ GroupName: name, Description: 'Made for a drill', VpcId: vpcId }),
      );
      await ec2.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, ...ingress(INNOCENT.port, INNOCENT.cidr) }),
      );
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
          ...ingress(22, ...ranges),
        }),
      );
    },

    async verify({ client }, { groupId }) {
      const { SecurityGroupRules: rules = [] } = await client(EC2Client).send(
        new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [groupId] }] }),
      );
      const inward = rules.filter(({ IsEgress: isEgress }) => isEgress === false);
      const isInnocent = (rule: (typeof inward)[number]) =>
        rule.FromPort === INNOCENT.port && rule.CidrIpv4 === INNOCENT.cidr;
      const secure = inward.length === 1 && inward.every(isInnocent);
      const left = inward.map((rule) => `${rule.FromPort} from ${rule.CidrIpv4 ?? rule.CidrIpv6 ?? '?'}`).join(', ');
      return { secure, evidence: `DescribeSecurityGroupRules: ${left || 'no rule'} left` };
    },

    async clean({ client }, { groupId, vpcId }) {
      await client(EC2Client).send(new DeleteSecurityGroupCommand({ GroupId: groupId }));
      await client(EC2Client).send(new DeleteVpcCommand({ VpcId: vpcId }));
    },
  };
}

function ingress(port: number, ...ranges: readonly string[]) {
  const IpRanges = ranges.map((CidrIp) => ({ CidrIp }));
  return { IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges }] };
}

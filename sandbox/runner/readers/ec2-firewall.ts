import {
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type NetworkAcl,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { isObject, listOf, matches } from '../compare';
import { once, present } from './once';
import { type Ask, type Reader, tagsOf } from './reader';

/** All rules of a group, whoever has put them there. */
export function rulesOf(group: string, ask: Ask): Promise<readonly SecurityGroupRule[]> {
  return once(ask, `rules of ${group}`, async () => {
    const { SecurityGroupRules: rules } = await ask
      .client(EC2Client)
      .send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [group] }] }));
    return rules ?? [];
  });
}

/** A rule under the names of its direction in CloudFormation. */
function ruleOf(rule: SecurityGroupRule): Record<string, unknown> {
  const [other, owner] = [rule.ReferencedGroupInfo?.GroupId, rule.ReferencedGroupInfo?.UserId];
  return {
    IpProtocol: rule.IpProtocol,
    FromPort: rule.FromPort,
    ToPort: rule.ToPort,
    CidrIp: rule.CidrIpv4,
    CidrIpv6: rule.CidrIpv6,
    Description: rule.Description,
    ...(rule.IsEgress
      ? { DestinationPrefixListId: rule.PrefixListId, DestinationSecurityGroupId: other }
      : { SourcePrefixListId: rule.PrefixListId, SourceSecurityGroupId: other, SourceSecurityGroupOwnerId: owner }),
  };
}

/** What EC2 itself puts into a new group; it has to be gone where the template has outbound rules of its own. */
const EVERYTHING_OUT = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };

/** Other resources of the stack put rules on the same group; those that the group names are its own. */
function ownRules(asked: unknown, rules: readonly SecurityGroupRule[], leftover?: object): readonly object[] {
  const wanted = listOf(asked).filter(isObject);
  return rules.map(ruleOf).filter((found) => {
    const isAsked = wanted.some(({ Description: _, ...rule }) => matches(rule, found));
    return isAsked || (wanted.length > 0 && leftover !== undefined && matches(leftover, found));
  });
}

export const securityGroup: Reader = async ({ physicalId, properties }, ask) => {
  const [{ SecurityGroups: groups }, rules] = await Promise.all([
    ask.client(EC2Client).send(new DescribeSecurityGroupsCommand({ GroupIds: [physicalId] })),
    rulesOf(physicalId, ask),
  ]);
  const found = present(groups?.[0], `security group ${physicalId}`);
  const [ingress, egress] = [false, true].map((isEgress) => rules.filter((rule) => rule.IsEgress === isEgress));
  return {
    GroupDescription: found.Description,
    GroupName: found.GroupName,
    SecurityGroupEgress: ownRules(properties['SecurityGroupEgress'], egress ?? [], EVERYTHING_OUT),
    SecurityGroupIngress: ownRules(properties['SecurityGroupIngress'], ingress ?? []),
    Tags: tagsOf(found.Tags),
    VpcId: found.VpcId,
  };
};

const groupRule =
  (isEgress: boolean): Reader =>
  async ({ physicalId, properties }, ask) => {
    const rules = await rulesOf(String(properties['GroupId']), ask);
    const found = present(
      rules.find((rule) => rule.SecurityGroupRuleId === physicalId && rule.IsEgress === isEgress),
      `rule ${physicalId}`,
    );
    return { GroupId: found.GroupId, ...ruleOf(found) };
  };

export const securityGroupIngress = groupRule(false);
export const securityGroupEgress = groupRule(true);

function aclOf(id: string, ask: Ask): Promise<NetworkAcl> {
  return once(ask, `network ACL ${id}`, async () => {
    const { NetworkAcls: acls } = await ask
      .client(EC2Client)
      .send(new DescribeNetworkAclsCommand({ NetworkAclIds: [id] }));
    return present(acls?.[0], `network ACL ${id}`);
  });
}

export const networkAcl: Reader = async ({ physicalId }, ask) => {
  const found = await aclOf(physicalId, ask);
  return { Tags: tagsOf(found.Tags), VpcId: found.VpcId };
};

/** An entry is known by its ACL, direction and number. */
export const networkAclEntry: Reader = async ({ properties }, ask) => {
  const acl = await aclOf(String(properties['NetworkAclId']), ask);
  const isEgress = String(properties['Egress'] ?? false) === 'true';
  const found = present(
    acl.Entries?.find(
      (entry) => entry.Egress === isEgress && String(entry.RuleNumber) === String(properties['RuleNumber']),
    ),
    `entry ${properties['RuleNumber']} in ${acl.NetworkAclId}`,
  );
  return {
    CidrBlock: found.CidrBlock,
    Egress: found.Egress,
    Icmp: found.IcmpTypeCode,
    Ipv6CidrBlock: found.Ipv6CidrBlock,
    NetworkAclId: acl.NetworkAclId,
    PortRange: found.PortRange,
    Protocol: found.Protocol,
    RuleAction: found.RuleAction,
    RuleNumber: found.RuleNumber,
  };
};

export const aclAssociation: Reader = async ({ physicalId, properties }, ask) => {
  const acl = await aclOf(String(properties['NetworkAclId']), ask);
  const found = acl.Associations?.find((each) => each.NetworkAclAssociationId === physicalId);
  return { NetworkAclId: found?.NetworkAclId, SubnetId: found?.SubnetId };
};

import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type EC2Client,
  type IpPermission,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { isAwsError } from './errors';
import { isRecord, textAt, valueAt } from './foreign';
import { canonical } from './ids';
import type { CallSignal } from './signal';

const GROUP_ID = /^sg-[0-9a-f]{8,17}$/;

/** What repairs of security groups share: how a rule that was revoked comes back. */

/** AuthorizeSecurityGroupIngress by name (default VPC) tells the id only in its answer. */
export function groupIds(signal: CallSignal): string[] {
  const answered = valueAt(signal.record, 'responseElements.securityGroupRuleSet.items');
  const candidates = [
    textAt(signal.record, 'requestParameters.groupId'),
    textAt(signal.record, 'requestParameters.ModifySecurityGroupRulesRequest.GroupId'),
    ...(Array.isArray(answered) ? answered.map((item) => (isRecord(item) ? textAt(item, 'groupId') : undefined)) : []),
  ];
  return [...new Set(candidates.filter((id) => id !== undefined && GROUP_ID.test(id)))] as string[];
}

/** Adds a rule as it was; EC2 gives it a new id. One that is there already stays as it is. */
export async function addIngressRule(ec2: EC2Client, GroupId: string, rule: SecurityGroupRule): Promise<void> {
  await unlessThere(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, ...requestOf(rule) })));
}

/** Likewise, outward. */
export async function addEgressRule(ec2: EC2Client, GroupId: string, rule: SecurityGroupRule): Promise<void> {
  await unlessThere(ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, ...requestOf(rule) })));
}

/** All rules that a repair revokes in several attempts. One that came back has a new id, which counts. */
export function joinedRules(recorded: SecurityGroupRule[], found: SecurityGroupRule[]): SecurityGroupRule[] {
  const present = new Set(found.map((rule) => canonical(withoutIds(rule))));
  return [...recorded.filter((rule) => !present.has(canonical(withoutIds(rule)))), ...found].sort(byId);
}

/** A rule without what EC2 assigns anew. */
export function withoutIds(rule: SecurityGroupRule): SecurityGroupRule {
  const { SecurityGroupRuleId: _, SecurityGroupRuleArn: __, ...rest } = rule;
  return rest;
}

/** An order of rules that does not depend on how EC2 lists them. */
export function byId(a: SecurityGroupRule, b: SecurityGroupRule): number {
  return String(a.SecurityGroupRuleId) < String(b.SecurityGroupRuleId) ? -1 : 1;
}

async function unlessThere(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isAwsError(error, ['InvalidPermission.Duplicate'])) throw error;
  }
}

function requestOf(rule: SecurityGroupRule) {
  const { Description, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo: group, Tags = [] } = rule;
  const described = Description === undefined ? {} : { Description };
  const permission: IpPermission = {
    IpProtocol: rule.IpProtocol,
    // All protocols have no ports; EC2 then tells -1.
    ...(rule.IpProtocol === '-1' ? {} : { FromPort: rule.FromPort, ToPort: rule.ToPort }),
    ...(CidrIpv4 && { IpRanges: [{ CidrIp: CidrIpv4, ...described }] }),
    ...(CidrIpv6 && { Ipv6Ranges: [{ CidrIpv6, ...described }] }),
    ...(PrefixListId && { PrefixListIds: [{ PrefixListId, ...described }] }),
    ...(group && { UserIdGroupPairs: [{ GroupId: group.GroupId, UserId: group.UserId, ...described }] }),
  };
  return {
    IpPermissions: [permission],
    ...(Tags.length > 0 && { TagSpecifications: [{ ResourceType: 'security-group-rule' as const, Tags }] }),
  };
}

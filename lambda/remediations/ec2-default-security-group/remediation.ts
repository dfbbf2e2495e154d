import {
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { isAwsError } from '../../runtime/errors';
import { canonical } from '../../runtime/ids';
import { compliant, drift, type Located, type Remediator } from '../../runtime/remediation';
import {
  addEgressRule,
  addIngressRule,
  byId,
  groupIds,
  joinedRules,
  withoutIds,
} from '../../runtime/security-group-rules';

/** EC2 gives this name to the group it makes with a VPC, and to no other. */
const DEFAULT = 'default';

/** Groups of one page of a sweep. */
const PAGE = 200;

/** Revokes every rule of a default group, each by its own id. */
export function create(): Remediator<SecurityGroupRule[]> {
  return {
    locate: (signal) => groupIds(signal).map((group) => ({ names: { group } })),

    list: async (read, _place, next) => {
      const { SecurityGroups = [], NextToken } = await read(EC2Client).send(
        new DescribeSecurityGroupsCommand({
          Filters: [{ Name: 'group-name', Values: [DEFAULT] }],
          MaxResults: PAGE,
          ...(next !== undefined && { NextToken: next }),
        }),
      );
      const resources = SecurityGroups.flatMap(({ GroupId }) => (GroupId ? [{ names: { group: GroupId } }] : []));
      return { resources, ...(NextToken && { next: NextToken }) };
    },

    inspect: async (resource, read) => {
      const ec2 = read(EC2Client);
      const name = await nameOf(ec2, resource);
      if (name === undefined) return compliant('the security group is gone');
      if (name !== DEFAULT) return compliant('not the default group of a VPC');
      const rules = await rulesOf(ec2, resource);
      return rules.length === 0 ? compliant() : drift(rules.sort(byId), []);
    },

    apply: async (resource, { before }, write) => {
      const ec2 = write(EC2Client);
      const GroupId = resource.names.group;
      const ids = (outward: boolean) =>
        before.filter(({ IsEgress }) => IsEgress === outward).flatMap((rule) => rule.SecurityGroupRuleId ?? []);
      const [inward, outward] = [ids(false), ids(true)];
      if (inward.length > 0) {
        await unlessRevoked(ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: inward })));
      }
      if (outward.length > 0) {
        await unlessRevoked(ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: outward })));
      }
    },

    undo: async (resource, { before }, { write }) => {
      const ec2 = write(EC2Client);
      for (const rule of before) {
        await (rule.IsEgress ? addEgressRule : addIngressRule)(ec2, resource.names.group as string, rule);
      }
    },

    joined: joinedRules,

    comparable: (rules) => rules.map(withoutIds).sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1)),
  };
}

/** The name of a group, or undefined if it is gone. */
async function nameOf(ec2: EC2Client, { names }: Located): Promise<string | undefined> {
  try {
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [names.group as string] }));
    return SecurityGroups?.[0]?.GroupName;
  } catch (error) {
    if (isAwsError(error, ['InvalidGroup.NotFound'])) return undefined;
    throw error;
  }
}

async function rulesOf(ec2: EC2Client, { names }: Located): Promise<SecurityGroupRule[]> {
  const rules: SecurityGroupRule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: 'group-id', Values: [names.group as string] }],
        MaxResults: 1_000,
        NextToken,
      }),
    );
    rules.push(...(page.SecurityGroupRules ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return rules;
}

/** Somebody else may have revoked some of them meanwhile. The next look decides. */
async function unlessRevoked(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isAwsError(error, ['InvalidSecurityGroupRuleId.NotFound'])) throw error;
  }
}

import {
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  paginateGetManagedPrefixListEntries,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { EDGE_TIER, TIER_TAG } from '../../../lib/controls';
import { judgeIngress } from '../../../lib/controls/public-ingress';
import { isAwsError } from '../../runtime/errors';
import { canonical } from '../../runtime/ids';
import { addIngressRule, byId, groupIds, joinedRules, withoutIds } from '../../runtime/security-group-rules';
import { compliant, drift, type Located, type Remediator } from '../../runtime/remediation';

/** Groups of one page of a sweep. */
const PAGE = 200;

/** Revokes the rules that admit the public, each by its own id, and leaves every other rule of the group alone. */
export function create(): Remediator<SecurityGroupRule[]> {
  return {
    locate: (signal) => groupIds(signal).map((group) => ({ names: { group } })),

    inspect: async (resource, read) => {
      const ec2 = read(EC2Client);
      const edge = await isEdgeGroup(ec2, resource);
      if (edge === 'gone') return compliant('the security group is gone');
      const offending: SecurityGroupRule[] = [];
      const lists = new Map<string, string[]>();
      for (const rule of await ingressRules(ec2, resource)) {
        if (await admitsPublic(ec2, rule, edge, lists)) offending.push(rule);
      }
      return offending.length === 0 ? compliant() : drift(offending.sort(byId), []);
    },

    apply: async (resource, { before }, write) => {
      const ids = before.flatMap((rule) => rule.SecurityGroupRuleId ?? []);
      try {
        await write(EC2Client).send(
          new RevokeSecurityGroupIngressCommand({ GroupId: resource.names.group, SecurityGroupRuleIds: ids }),
        );
      } catch (error) {
        // Rules added in one go make a signal each, and one of the runs may have revoked all. The next look decides.
        if (!isAwsError(error, ['InvalidSecurityGroupRuleId.NotFound'])) throw error;
      }
    },

    list: async (read, _place, next) => {
      const { SecurityGroups = [], NextToken } = await read(EC2Client).send(
        new DescribeSecurityGroupsCommand({ MaxResults: PAGE, ...(next !== undefined && { NextToken: next }) }),
      );
      const resources = SecurityGroups.flatMap(({ GroupId }) => (GroupId ? [{ names: { group: GroupId } }] : []));
      return { resources, ...(NextToken && { next: NextToken }) };
    },

    undo: async (resource, { before }, { write }) => {
      for (const rule of before) await addIngressRule(write(EC2Client), resource.names.group as string, rule);
    },

    joined: joinedRules,

    comparable: (rules) => rules.map(withoutIds).sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1)),
  };
}

async function isEdgeGroup(ec2: EC2Client, resource: Located): Promise<boolean | 'gone'> {
  try {
    const { SecurityGroups } = await ec2.send(
      new DescribeSecurityGroupsCommand({ GroupIds: [resource.names.group as string] }),
    );
    return SecurityGroups?.[0]?.Tags?.some((tag) => tag.Key === TIER_TAG && tag.Value === EDGE_TIER) ?? false;
  } catch (error) {
    if (isAwsError(error, ['InvalidGroup.NotFound'])) return 'gone';
    throw error;
  }
}

async function ingressRules(ec2: EC2Client, resource: Located): Promise<SecurityGroupRule[]> {
  const rules: SecurityGroupRule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: 'group-id', Values: [resource.names.group as string] }],
        MaxResults: 1_000,
        NextToken,
      }),
    );
    rules.push(...(page.SecurityGroupRules ?? []).filter((rule) => rule.IsEgress === false));
    NextToken = page.NextToken;
  } while (NextToken);
  return rules;
}

type Lists = Map<string, string[]>;

async function admitsPublic(ec2: EC2Client, rule: SecurityGroupRule, edge: boolean, lists: Lists): Promise<boolean> {
  for (const cidr of await sources(ec2, rule, lists)) {
    const ingress = { protocol: rule.IpProtocol ?? '-1', fromPort: rule.FromPort, toPort: rule.ToPort, cidr };
    if (judgeIngress(ingress, { edge }) === 'public') return true;
  }
  return false;
}

/** The ranges a rule admits. Rules that refer to another group admit no range. */
async function sources(ec2: EC2Client, rule: SecurityGroupRule, lists: Lists): Promise<string[]> {
  const own = [rule.CidrIpv4, rule.CidrIpv6].filter((cidr) => cidr !== undefined);
  if (rule.PrefixListId === undefined) return own;
  const entries = lists.get(rule.PrefixListId) ?? (await entriesOf(ec2, rule.PrefixListId));
  lists.set(rule.PrefixListId, entries);
  return [...own, ...entries];
}

async function entriesOf(ec2: EC2Client, PrefixListId: string): Promise<string[]> {
  const cidrs: string[] = [];
  for await (const page of paginateGetManagedPrefixListEntries({ client: ec2 }, { PrefixListId })) {
    cidrs.push(...(page.Entries ?? []).flatMap((entry) => entry.Cidr ?? []));
  }
  return cidrs;
}

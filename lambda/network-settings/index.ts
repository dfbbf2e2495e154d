import {
  DescribeManagedPrefixListsCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import {
  type FirewallDomainListMetadata,
  ListFirewallDomainListsCommand,
  Route53ResolverClient,
  UpdateFirewallConfigCommand,
} from '@aws-sdk/client-route53resolver';
import { RETRIES, TIMEOUTS } from '../runtime/client';
import { type Attributes, ResourceError, type ResourceHandler, serve } from '../runtime/custom-resource';
import { isAwsError } from '../runtime/errors';

/** Clients that give up on a hung request, and try throttled ones again. */
const OPTIONS = { ...RETRIES, requestHandler: TIMEOUTS };

/** The services behind gateway endpoints, and the attributes that hold the ids of their prefix lists. */
const PREFIX_LISTS = { S3PrefixListId: 's3', DynamoDbPrefixListId: 'dynamodb' } as const;

/** Entry of the function that does for the network what CloudFormation cannot. */
export const handler = serve({
  'Custom::BulwarkNetworkFacts': facts,
  'Custom::BulwarkDefaultGroup': closeDefaultGroup,
  'Custom::BulwarkDnsFirewallMode': setFailOpen,
} satisfies Record<string, ResourceHandler>);

/** Ids that differ by Region. */
async function facts({ kind, properties }: Parameters<ResourceHandler>[0]): Promise<Attributes> {
  if (kind === 'Delete') return {};
  const names = textsOf(properties, 'DomainLists');
  const [prefixLists, domainLists] = await Promise.all([prefixListIds(), domainListIds(names)]);
  return { ...prefixLists, ...domainLists };
}

async function prefixListIds(): Promise<Attributes> {
  const ec2 = new EC2Client(OPTIONS);
  const region = await ec2.config.region();
  const wanted = Object.entries(PREFIX_LISTS).map(
    ([id, service]) => [id, `com.amazonaws.${region}.${service}`] as const,
  );
  const { PrefixLists: found = [] } = await ec2.send(
    new DescribeManagedPrefixListsCommand({
      Filters: [{ Name: 'prefix-list-name', Values: wanted.map(([, name]) => name) }],
    }),
  );
  return Object.fromEntries(
    wanted.map(([id, name]) => {
      const list = found.find(({ PrefixListName: other }) => other === name)?.PrefixListId;
      if (list === undefined) throw new ResourceError(`There is no prefix list ${name} in ${region}.`);
      return [id, list];
    }),
  );
}

async function domainListIds(names: readonly string[]): Promise<Attributes> {
  const resolver = new Route53ResolverClient(OPTIONS);
  const found: FirewallDomainListMetadata[] = [];
  let NextToken: string | undefined;
  do {
    const page = await resolver.send(
      new ListFirewallDomainListsCommand({ MaxResults: 100, ...(NextToken && { NextToken }) }),
    );
    found.push(...(page.FirewallDomainLists ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return Object.fromEntries(
    names.map((name) => {
      // AWS's own are managed; a list that somebody gave the same name is not.
      const list = found.find((one) => one.Name === name && one.ManagedOwnerName !== undefined)?.Id;
      if (list === undefined) {
        throw new ResourceError(
          `AWS has no managed domain list ${name} in this Region: set dnsFirewall to false, or choose another Region.`,
        );
      }
      return [name, list];
    }),
  );
}

/** Somebody who keeps on changing the group is not waited for. */
const ROUNDS = 3;

/** Takes every rule out of a group. What somebody adds later is for the remediation of default groups. */
async function closeDefaultGroup({ kind, properties }: Parameters<ResourceHandler>[0]): Promise<Attributes> {
  // The group goes with its VPC; opened again it would be worse off than before.
  if (kind === 'Delete') return {};
  const groupId = textOf(properties, 'DefaultSecurityGroupId');
  const ec2 = new EC2Client(OPTIONS);
  for (let round = 1; round <= ROUNDS; round += 1) {
    if (await revokeAll(ec2, groupId)) return {};
  }
  throw new ResourceError(`Rules of ${groupId} change while they are taken out: deploy again.`);
}

/** False when a rule was gone meanwhile: EC2 then takes out none of those it was asked to, so that they have to be read anew. */
async function revokeAll(ec2: EC2Client, GroupId: string): Promise<boolean> {
  const rules = await rulesOf(ec2, GroupId);
  const [ingress, egress] = [false, true].map((IsEgress) =>
    rules.filter((rule) => rule.IsEgress === IsEgress).flatMap(({ SecurityGroupRuleId: id }) => id ?? []),
  ) as [string[], string[]];
  try {
    if (ingress.length > 0) {
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: ingress }));
    }
    if (egress.length > 0) {
      await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: egress }));
    }
    return true;
  } catch (error) {
    // Another run was quicker, or a lost answer was asked for again.
    if (isAwsError(error, ['InvalidSecurityGroupRuleId.NotFound', 'InvalidPermission.NotFound'])) return false;
    throw error;
  }
}

async function rulesOf(ec2: EC2Client, GroupId: string): Promise<SecurityGroupRule[]> {
  const rules: SecurityGroupRule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: 'group-id', Values: [GroupId] }],
        ...(NextToken && { NextToken }),
      }),
    );
    rules.push(...(page.SecurityGroupRules ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rules;
}

/** Whether names are resolved while DNS Firewall cannot answer. */
async function setFailOpen({ kind, properties }: Parameters<ResourceHandler>[0]): Promise<Attributes> {
  // The configuration goes with its VPC.
  if (kind === 'Delete') return {};
  const failOpen = textOf(properties, 'FailOpen');
  if (failOpen !== 'true' && failOpen !== 'false') {
    throw new ResourceError(`FailOpen must be true or false, got ${failOpen}.`);
  }
  await new Route53ResolverClient(OPTIONS).send(
    new UpdateFirewallConfigCommand({
      ResourceId: textOf(properties, 'VpcId'),
      FirewallFailOpen: failOpen === 'true' ? 'ENABLED' : 'DISABLED',
    }),
  );
  return {};
}

function textOf(properties: Readonly<Record<string, unknown>>, name: string): string {
  const value = properties[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new ResourceError(`${name} must be a text, got ${JSON.stringify(value) ?? 'nothing'}.`);
}

function textsOf(properties: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = properties[name];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value as string[];
  throw new ResourceError(`${name} must be a list of texts, got ${JSON.stringify(value) ?? 'nothing'}.`);
}

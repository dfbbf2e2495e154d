import { isObject, listOf } from '../compare';
import { type Ask, objectOf, type Reader, tagsOf } from './reader';

async function resolver(ask: Ask, operation: string, member: string, input: object): Promise<Record<string, unknown>> {
  const answer = await ask.json('route53resolver', `Route53Resolver.${operation}`, input);
  return { ...objectOf(answer[member]) };
}

async function tagsOfArn(ask: Ask, arn: unknown) {
  const answer = await ask.json('route53resolver', 'Route53Resolver.ListTagsForResource', { ResourceArn: arn });
  return tagsOf(listOf(answer['Tags']).filter(isObject));
}

export const queryLogConfig: Reader = async ({ physicalId }, ask) => {
  const input = { ResolverQueryLogConfigId: physicalId };
  const found = await resolver(ask, 'GetResolverQueryLogConfig', 'ResolverQueryLogConfig', input);
  return { DestinationArn: found['DestinationArn'], Name: found['Name'], Tags: await tagsOfArn(ask, found['Arn']) };
};

export const queryLogAssociation: Reader = async ({ physicalId }, ask) => {
  const input = { ResolverQueryLogConfigAssociationId: physicalId };
  const operation = 'GetResolverQueryLogConfigAssociation';
  const found = await resolver(ask, operation, 'ResolverQueryLogConfigAssociation', input);
  return { ResolverQueryLogConfigId: found['ResolverQueryLogConfigId'], ResourceId: found['ResourceId'] };
};

/** The resource stands for a validation that is on. */
export const dnssecConfig: Reader = async ({ properties }, ask) => {
  const input = { ResourceId: properties['ResourceId'] };
  const found = await resolver(ask, 'GetResolverDnssecConfig', 'ResolverDNSSECConfig', input);
  return { ResourceId: found['ValidationStatus'] === 'ENABLED' ? found['ResourceId'] : undefined };
};

export const firewallConfig: Reader = async ({ properties }, ask) => {
  const input = { ResourceId: properties['ResourceId'] };
  const found = await resolver(ask, 'GetFirewallConfig', 'FirewallConfig', input);
  return { FirewallFailOpen: found['FirewallFailOpen'], ResourceId: found['ResourceId'] };
};

export const firewallDomainList: Reader = async ({ physicalId: FirewallDomainListId, properties }, ask) => {
  const [found, domains] = await Promise.all([
    resolver(ask, 'GetFirewallDomainList', 'FirewallDomainList', { FirewallDomainListId }),
    ask.json('route53resolver', 'Route53Resolver.ListFirewallDomains', { FirewallDomainListId }),
  ]);
  const asked = new Set(listOf(properties['Domains']).map(String));
  return {
    // Resolver ends every domain with a dot.
    Domains: listOf(domains['Domains']).map((each) =>
      asked.has(String(each)) ? each : String(each).replace(/\.$/, ''),
    ),
    Name: found['Name'],
    Tags: await tagsOfArn(ask, found['Arn']),
  };
};

export const firewallRuleGroup: Reader = async ({ physicalId: FirewallRuleGroupId }, ask) => {
  const [found, rules] = await Promise.all([
    resolver(ask, 'GetFirewallRuleGroup', 'FirewallRuleGroup', { FirewallRuleGroupId }),
    ask.json('route53resolver', 'Route53Resolver.ListFirewallRules', { FirewallRuleGroupId }),
  ]);
  return {
    FirewallRules: listOf(rules['FirewallRules']),
    Name: found['Name'],
    Tags: await tagsOfArn(ask, found['Arn']),
  };
};

export const firewallAssociation: Reader = async ({ physicalId }, ask) => {
  const input = { FirewallRuleGroupAssociationId: physicalId };
  const operation = 'GetFirewallRuleGroupAssociation';
  const found = await resolver(ask, operation, 'FirewallRuleGroupAssociation', input);
  return {
    FirewallRuleGroupId: found['FirewallRuleGroupId'],
    MutationProtection: found['MutationProtection'],
    Name: found['Name'],
    Priority: found['Priority'],
    Tags: await tagsOfArn(ask, found['Arn']),
    VpcId: found['VpcId'],
  };
};

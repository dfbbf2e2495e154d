import { listOf } from '../compare';
import { managedLists } from './attributes';
import { rulesOf } from './ec2-firewall';
import { objectOf, type Reader } from './reader';

/** The custom resource has done its work when its group has no rule at all. */
export const defaultGroup: Reader = async ({ properties }, ask) => {
  const group = String(properties['DefaultSecurityGroupId']);
  const rules = await rulesOf(group, ask);
  if (rules.length > 0) throw new Error(`the default group ${group} has ${rules.length} rules`);
  return { DefaultSecurityGroupId: group };
};

/** What the custom resource has found is compared where it is used; here, that there is something to find. */
export const networkFacts: Reader = async ({ properties }, ask) => {
  const known = await managedLists(ask);
  return { DomainLists: listOf(properties['DomainLists']).filter((name) => known[String(name)] !== undefined) };
};

export const dnsFirewallMode: Reader = async ({ properties }, ask) => {
  const input = { ResourceId: properties['VpcId'] };
  const found = objectOf(
    (await ask.json('route53resolver', 'Route53Resolver.GetFirewallConfig', input))['FirewallConfig'],
  );
  return { FailOpen: found['FirewallFailOpen'] === 'ENABLED', VpcId: found['ResourceId'] };
};

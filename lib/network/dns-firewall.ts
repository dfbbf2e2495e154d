import { aws_route53resolver as resolver } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { NetworkSettings } from './network-settings';
import type { TierVpc } from './tier-vpc';

/** What becomes of queries for names that serve attacks. */
export enum DnsFirewallAction {
  /** They get no answer. */
  BLOCK = 'BLOCK',
  /** They are answered and marked in the query log: for a first look at what would be stopped. */
  ALERT = 'ALERT',
}

/** @internal */
export interface DnsFirewallProps {
  readonly vpcs: readonly TierVpc[];
  /** Knows the ids of AWS's lists, which differ by Region. */
  readonly settings: NetworkSettings;
  readonly action: DnsFirewallAction;
  readonly failOpen: boolean;
  readonly name: string;
}

/**
 * AWS's lists. The aggregate one contains the others but for GuardDuty's; each is named, so that the log tells which one it was.
 *
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-managed-domain-lists.html
 */
export const MANAGED_DOMAIN_LISTS: readonly string[] = [
  'AWSManagedDomainsMalwareDomainList',
  'AWSManagedDomainsBotnetCommandandControl',
  'AWSManagedDomainsAmazonGuardDutyThreatList',
  'AWSManagedDomainsAggregateThreatList',
];

/** Must lie between 100 and 9,900, apart from those of AWS Firewall Manager. */
const ASSOCIATION_PRIORITY = 101;

const STEP = 100;

/**
 * Stops names of malware and of command-and-control servers where they are asked for.
 *
 * @internal
 */
export class DnsFirewall extends Construct {
  public constructor(scope: Construct, id: string, props: DnsFirewallProps) {
    super(scope, id);
    const { vpcs, settings, action, failOpen, name } = props;
    const group = new resolver.CfnFirewallRuleGroup(this, 'Rules', {
      tags: [{ key: 'Name', value: `${name}-dns-firewall` }],
      firewallRules: MANAGED_DOMAIN_LISTS.map((list, index) => ({
        action,
        // The same whether a name exists or not.
        ...(action === DnsFirewallAction.BLOCK && { blockResponse: 'NXDOMAIN' }),
        firewallDomainListId: settings.facts.getAttString(list),
        priority: (index + 1) * STEP,
      })),
    });
    for (const vpc of vpcs) {
      new resolver.CfnFirewallRuleGroupAssociation(vpc, 'DnsFirewall', {
        firewallRuleGroupId: group.ref,
        vpcId: vpc.vpcId,
        priority: ASSOCIATION_PRIORITY,
        mutationProtection: 'DISABLED', // enabled, CloudFormation could not change it either
        tags: [{ key: 'Name', value: `${name}-${vpc.name}` }],
      });
      settings.setFailOpen(vpc, failOpen);
    }
  }
}

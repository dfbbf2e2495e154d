import { type CustomResource, aws_iam as iam, type aws_kms as kms, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { SettingsFunction } from '../private/settings-function';
import { NetworkPlace } from './open-paths';
import type { TierVpc } from './tier-vpc';

/** @internal */
export interface NetworkSettingsProps {
  readonly encryptionKey?: kms.IKey;
  /** Names of the lists of DNS Firewall of which the ids are asked for. */
  readonly domainLists: readonly string[];
  readonly vpcs: readonly TierVpc[];
}

const PREFIX_LISTS: Partial<Readonly<Record<NetworkPlace, string>>> = {
  [NetworkPlace.S3]: 'S3PrefixListId',
  [NetworkPlace.DYNAMODB]: 'DynamoDbPrefixListId',
};

/**
 * What CloudFormation cannot do or does not know: rules of default groups, ids that differ by Region.
 *
 * @internal
 */
export class NetworkSettings extends Construct {
  /** Ids of prefix lists and of the lists of DNS Firewall. */
  public readonly facts: CustomResource;
  private readonly fn: SettingsFunction;

  public constructor(scope: Construct, id: string, props: NetworkSettingsProps) {
    super(scope, id);
    const { partition, account, region } = Stack.of(this);
    this.fn = new SettingsFunction(this, 'Function', {
      handler: 'network-settings',
      description: 'Closes default groups, finds ids of the Region, sets how DNS Firewall fails',
      encryptionKey: props.encryptionKey,
      statements: [
        new iam.PolicyStatement({
          sid: 'Find',
          actions: [
            'ec2:DescribeManagedPrefixLists',
            'ec2:DescribeSecurityGroupRules',
            'ec2:DescribeVpcs', // asked for by UpdateFirewallConfig
            'route53resolver:ListFirewallDomainLists',
          ],
          resources: ['*'], // none of these has a resource level
        }),
        new iam.PolicyStatement({
          sid: 'CloseDefaultGroups',
          actions: ['ec2:RevokeSecurityGroupIngress', 'ec2:RevokeSecurityGroupEgress'],
          resources: props.vpcs.map(
            ({ defaultGroupId }) => `arn:${partition}:ec2:${region}:${account}:security-group/${defaultGroupId}`,
          ),
        }),
        new iam.PolicyStatement({
          sid: 'FailOpenOrClosed',
          actions: ['route53resolver:UpdateFirewallConfig'],
          resources: [`arn:${partition}:route53resolver:${region}:${account}:firewall-config/*`],
        }),
      ],
      wildcards: 'Listing has no resource level, and the id of the configuration of a VPC is made by AWS',
    });
    this.facts = this.fn.resource(this, 'Facts', 'Custom::BulwarkNetworkFacts', { DomainLists: props.domainLists });
  }

  /** Takes the rules out of the group into which falls whatever is started without one. */
  public close(vpc: TierVpc): void {
    this.fn.resource(vpc, 'DefaultGroup', 'Custom::BulwarkDefaultGroup', {
      DefaultSecurityGroupId: vpc.defaultGroupId,
    });
  }

  /** Whether names of a VPC are resolved while DNS Firewall cannot answer. */
  public setFailOpen(vpc: TierVpc, failOpen: boolean): void {
    this.fn.resource(vpc, 'DnsFirewallMode', 'Custom::BulwarkDnsFirewallMode', {
      VpcId: vpc.vpcId,
      FailOpen: failOpen,
    });
  }

  /** What a rule names when it lets out to a service behind a gateway endpoint. */
  public prefixListId(place: NetworkPlace): string {
    return this.facts.getAttString(PREFIX_LISTS[place] as string);
  }
}

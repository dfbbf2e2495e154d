import { aws_ec2 as ec2, Fn, aws_networkfirewall as firewall, type aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledgeOwn } from '../private/acknowledge';
import { pin } from '../private/pin';
import type { TransitGateway } from './connections';
import type { NetworkInspection } from './layered-network-props';
import { EVERYBODY } from './network-acl';
import { waitForPolicy } from './traffic-records';
import type { TierSubnet, TierVpc } from './tier-vpc';

/** @internal */
export interface InspectionProps extends NetworkInspection {
  readonly vpc: TierVpc;
  /** Where the applications are. */
  readonly business: TierVpc;
  readonly transit: TransitGateway;
  readonly logBucket: s3.IBucket;
  /** Begins the names, which are required. */
  readonly name: string;
  /** Begins the pinned logical ids. */
  readonly pinned: string;
}

/** https://docs.aws.amazon.com/network-firewall/latest/developerguide/aws-managed-rule-groups-list.html */
const MANAGED_GROUPS = ['AttackInfrastructureStrictOrder', 'ThreatSignaturesMalwareStrictOrder'] as const;

/** Cannot be changed afterwards; two for each name (TLS and HTTP), with room to grow. */
const CAPACITY = 1_000;
export const MOST_DOMAINS = CAPACITY / 2;

const OUTWARD = {
  rule: 'Bulwark-NET11[route to 0.0.0.0/0]',
  reason: 'The way to the Internet leads through the firewall of the inspecting VPC, which the transit gateway reaches',
};

/**
 * Lets applications out through AWS Network Firewall: known attackers and their signatures are dropped, of the rest only the
 * names that are listed pass. One firewall for each Availability Zone, because CloudFormation gives the endpoints of one that
 * spans several in no order, and routes need the one of their own zone.
 *
 * @internal
 */
export class Inspection extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: InspectionProps,
  ) {
    super(scope, id);
    const { vpc, business, transit } = props;
    const firewallPolicyArn = this.createPolicy(business.plan.tier('app'));
    vpc.openToInternet('egress');
    (vpc.subnets.get('firewall') ?? []).forEach(({ subnetId }, zone) => {
      this.lead(zone, this.createFirewall(zone, subnetId, firewallPolicyArn));
    });
    const [here, there] = [transit.attachmentOf(business), transit.attachmentOf(vpc)];
    for (const { scope: place, routeTableId } of business.subnets.get('app') ?? []) {
      const route = new ec2.CfnRoute(place, 'ToInternet', {
        routeTableId,
        destinationCidrBlock: EVERYBODY,
        transitGatewayId: transit.gatewayId,
      });
      route.addResourceDependency(here.attachment);
      acknowledgeOwn(route, OUTWARD);
    }
    const outward = new ec2.CfnTransitGatewayRoute(here.scope, 'ToInternet', {
      transitGatewayRouteTableId: here.routeTableId,
      destinationCidrBlock: EVERYBODY,
      transitGatewayAttachmentId: there.attachment.ref,
    });
    acknowledgeOwn(outward, OUTWARD);
    new ec2.CfnTransitGatewayRoute(there.scope, 'ToApp', {
      transitGatewayRouteTableId: there.routeTableId,
      destinationCidrBlock: business.plan.tier('app'),
      transitGatewayAttachmentId: here.attachment.ref,
    });
  }

  /** In from the transit gateway, through the firewall, out by NAT; and back the same way. */
  private lead(zone: number, vpcEndpointId: string): void {
    const { vpc, business, transit } = this.props;
    const at = (kind: 'transit' | 'firewall' | 'egress') => (vpc.subnets.get(kind) ?? [])[zone] as TierSubnet;
    const applications = business.plan.tier('app');
    const route = (from: TierSubnet, id: string, to: Omit<ec2.CfnRouteProps, 'routeTableId'>) =>
      new ec2.CfnRoute(from.scope, id, { routeTableId: from.routeTableId, ...to });
    route(at('transit'), 'ToFirewall', { destinationCidrBlock: EVERYBODY, vpcEndpointId });
    route(at('firewall'), 'ToNat', {
      destinationCidrBlock: EVERYBODY,
      natGatewayId: vpc.createNat('egress', zone),
    });
    route(at('egress'), 'ToFirewall', { destinationCidrBlock: applications, vpcEndpointId });
    route(at('firewall'), 'ToApp', {
      destinationCidrBlock: applications,
      transitGatewayId: transit.gatewayId,
    }).addResourceDependency(transit.attachmentOf(vpc).attachment);
  }

  /** @returns the id of its endpoint */
  private createFirewall(zone: number, subnetId: string, firewallPolicyArn: string): string {
    const { vpc, logBucket, name, pinned } = this.props;
    const made = new firewall.CfnFirewall(this, `Firewall${zone + 1}`, {
      firewallName: `${name}-egress-${zone + 1}`,
      vpcId: vpc.vpcId,
      subnetMappings: [{ subnetId }],
      firewallPolicyArn,
      deleteProtection: true,
      subnetChangeProtection: true,
    });
    pin(made, `${pinned}Firewall${zone + 1}`);
    const logs = new firewall.CfnLoggingConfiguration(this, `Logs${zone + 1}`, {
      firewallArn: made.attrFirewallArn,
      loggingConfiguration: {
        logDestinationConfigs: ['ALERT', 'FLOW'].map((logType) => ({
          logType,
          logDestinationType: 'S3',
          logDestination: { bucketName: logBucket.bucketName },
        })),
      },
    });
    waitForPolicy(logs, logBucket);
    return Fn.select(1, Fn.split(':', Fn.select(0, made.attrEndpointIds)));
  }

  private createPolicy(applications: string): string {
    const { allowedDomains, name, pinned } = this.props;
    const { partition, region } = Stack.of(this);
    const domains = new firewall.CfnRuleGroup(this, 'Domains', {
      ruleGroupName: `${name}-egress-domains`,
      description: 'Names that applications may ask for',
      type: 'STATEFUL',
      capacity: CAPACITY,
      ruleGroup: {
        // Else only what comes from the inspecting VPC itself would be looked at.
        ruleVariables: { ipSets: { HOME_NET: { definition: [applications] } } },
        rulesSource: {
          rulesSourceList: {
            generatedRulesType: 'ALLOWLIST',
            targets: [...allowedDomains],
            targetTypes: ['TLS_SNI', 'HTTP_HOST'],
          },
        },
        statefulRuleOptions: { ruleOrder: 'STRICT_ORDER' },
      },
    });
    pin(domains, `${pinned}EgressDomains`);
    const groups = [
      ...MANAGED_GROUPS.map(
        (group) => `arn:${partition}:network-firewall:${region}:aws-managed:stateful-rulegroup/${group}`,
      ),
      domains.attrRuleGroupArn,
    ];
    const policy = new firewall.CfnFirewallPolicy(this, 'Policy', {
      firewallPolicyName: `${name}-egress`,
      description: 'What applications may reach on the Internet',
      firewallPolicy: {
        statelessDefaultActions: ['aws:forward_to_sfe'],
        statelessFragmentDefaultActions: ['aws:forward_to_sfe'],
        statefulEngineOptions: { ruleOrder: 'STRICT_ORDER', streamExceptionPolicy: 'DROP' },
        statefulDefaultActions: ['aws:drop_established', 'aws:alert_established'],
        statefulRuleGroupReferences: groups.map((resourceArn, index) => ({ resourceArn, priority: index + 1 })),
      },
    });
    pin(policy, `${pinned}EgressPolicy`);
    return policy.attrFirewallPolicyArn;
  }
}

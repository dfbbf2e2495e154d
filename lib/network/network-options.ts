import { aws_ec2 as ec2, aws_route53resolver as resolver } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EDGE_TIER } from '../controls/tiers';
import type { TierVpc } from './tier-vpc';

/** What VPC Block Public Access stops. */
export enum VpcBlockPublicAccess {
  /** Neither in nor out, but for what is excepted. */
  BIDIRECTIONAL = 'block-bidirectional',
  /** Nothing comes in; what NAT gateways and egress-only gateways let out goes out. */
  INGRESS = 'block-ingress',
}

/** @internal */
export interface NetworkOptionsProps {
  readonly vpcs: readonly TierVpc[];
  /** The VPC of the database tier. */
  readonly data: TierVpc;
  readonly blockPublicAccess?: VpcBlockPublicAccess;
  readonly dnssecValidation?: boolean;
  readonly accessScope?: boolean;
}

/**
 * What a network has on request only.
 *
 * @internal
 */
export class NetworkOptions extends Construct {
  public constructor(scope: Construct, id: string, props: NetworkOptionsProps) {
    super(scope, id);
    const { vpcs, data, blockPublicAccess, dnssecValidation, accessScope } = props;
    if (blockPublicAccess !== undefined) this.block(vpcs, blockPublicAccess);
    if (dnssecValidation) {
      for (const vpc of vpcs) new resolver.CfnResolverDNSSECConfig(vpc, 'Dnssec', { resourceId: vpc.vpcId });
    }
    if (accessScope) {
      new ec2.CfnNetworkInsightsAccessScope(this, 'InternetToData', {
        matchPaths: [
          {
            source: { resourceStatement: { resourceTypes: ['AWS::EC2::InternetGateway'] } },
            destination: {
              resourceStatement: { resources: (data.subnets.get('data') ?? []).map(({ subnetId }) => subnetId) },
            },
          },
        ],
        tags: [{ key: 'Name', value: 'internet-to-data-must-be-empty' }],
      });
    }
  }

  /** https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html */
  private block(vpcs: readonly TierVpc[], internetGatewayBlockMode: VpcBlockPublicAccess): void {
    const options = new ec2.CfnVPCBlockPublicAccessOptions(this, 'BlockPublicAccess', { internetGatewayBlockMode });
    for (const { scope, subnetId } of vpcs.flatMap((vpc) => vpc.subnets.get(EDGE_TIER) ?? [])) {
      // First the exception, then the rule: in the other order the edge would be cut off in between.
      const exclusion = new ec2.CfnVPCBlockPublicAccessExclusion(scope, 'PublicAccess', {
        subnetId,
        internetGatewayExclusionMode: 'allow-bidirectional',
        tags: [{ key: 'Name', value: scope.node.id.toLowerCase() }],
      });
      options.addResourceDependency(exclusion);
    }
  }
}

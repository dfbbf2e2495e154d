import type {
  aws_cloudfront as cloudfront,
  aws_ec2 as ec2,
  aws_elasticloadbalancingv2 as elbv2,
  aws_globalaccelerator as globalaccelerator,
  aws_route53 as route53,
} from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What Shield Advanced does by itself about floods of requests. It works through rules that it adds to the web ACL. */
export enum AutomaticResponse {
  /** Rules only count what they would stop: begin with this, and look at the metrics. */
  COUNT = 'count',
  /** Rules stop it. */
  BLOCK = 'block',
}

/** How a resource is protected. */
export interface ResourceProtectionOptions {
  /**
   * Health checks of Route 53 that tell whether visitors are served. Shield detects sooner with them and knows what harms; at least
   * one of all protected resources needs them for proactive engagement.
   *
   * @default - none: Shield goes by traffic alone
   */
  readonly healthChecks?: route53.IHealthCheck[];
}

/** The same for what stands behind a web ACL. */
export interface WebProtectionOptions extends ResourceProtectionOptions {
  /**
   * What is done about floods of requests. Needs a web ACL before the resource, with 150 units of capacity free
   * (`WebFirewallProps.shieldAutomaticResponse`).
   *
   * @default - nothing is done by itself
   */
  readonly automaticResponse?: AutomaticResponse;
}

/** Where metrics of CloudFront and Route 53 are told: https://docs.aws.amazon.com/waf/latest/developerguide/shield-metrics.html */
const GLOBAL = 'us-east-1';

/** Where AWS Global Accelerator lives: https://docs.aws.amazon.com/general/latest/gr/global_accelerator.html */
const ACCELERATORS = 'us-west-2';

/** A resource that Shield Advanced can protect. */
export class ProtectedResource {
  /** An Application Load Balancer that faces the Internet. */
  public static loadBalancer(
    loadBalancer: elbv2.IApplicationLoadBalancer,
    options: WebProtectionOptions = {},
  ): ProtectedResource {
    return new ProtectedResource('LoadBalancer', loadBalancer, () => loadBalancer.loadBalancerArn, undefined, options);
  }

  /** An Elastic IP address: of a Network Load Balancer, an instance or a NAT gateway. */
  public static elasticIp(address: ec2.CfnEIP, options: ResourceProtectionOptions = {}): ProtectedResource {
    const arn = () =>
      Stack.of(address).formatArn({
        service: 'ec2',
        resource: 'eip-allocation',
        resourceName: address.attrAllocationId,
      });
    return new ProtectedResource('ElasticIp', address, arn, undefined, options);
  }

  /** A CloudFront distribution. */
  public static distribution(
    distribution: cloudfront.IDistribution,
    options: WebProtectionOptions = {},
  ): ProtectedResource {
    return new ProtectedResource('Distribution', distribution, () => distribution.distributionArn, GLOBAL, options);
  }

  /** A standard accelerator of AWS Global Accelerator. */
  public static accelerator(
    accelerator: globalaccelerator.IAccelerator,
    options: ResourceProtectionOptions = {},
  ): ProtectedResource {
    return new ProtectedResource('Accelerator', accelerator, () => accelerator.acceleratorArn, ACCELERATORS, options);
  }

  /**
   * A public hosted zone of Route 53. It takes no health checks.
   * https://docs.aws.amazon.com/waf/latest/developerguide/ddos-advanced-health-checks.html
   */
  public static hostedZone(zone: route53.IHostedZone): ProtectedResource {
    return new ProtectedResource('HostedZone', zone, () => zone.hostedZoneArn, GLOBAL, {});
  }

  private constructor(
    /** What it is, in one word. */
    public readonly kind: string,
    /** @internal */
    public readonly _construct: IConstruct,
    private readonly arnOf: () => string,
    /**
     * Region in which its metrics are told, whatever the Region of the stack.
     *
     * @internal
     */
    public readonly _metricsRegion: string | undefined,
    /** How it is protected. */
    public readonly options: WebProtectionOptions,
  ) {}

  /** ARN of the resource. */
  public get resourceArn(): string {
    return this.arnOf();
  }
}

import {
  aws_cloudfront as cloudfront,
  aws_ec2 as ec2,
  aws_elasticloadbalancingv2 as elbv2,
  aws_cloudfront_origins as origins,
  RemovalPolicy,
  SecretValue,
  aws_secretsmanager as secretsmanager,
  Stack,
  Token,
} from 'aws-cdk-lib';
import { Construct, DependencyGroup } from 'constructs';
import { acknowledgeOwn } from '../private/acknowledge';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';
import { isRecord, listOf, textOf } from '../private/template-values';
import { admittedBy, isEverybody } from './admitted';

/** How CloudFront reaches an internal load balancer. */
export interface VpcOriginOptions {
  /**
   * Name that the certificate of the load balancer is for, since its own name stands in no certificate.
   */
  readonly domainName: string;

  /**
   * The list of CloudFront's addresses, `com.amazonaws.global.cloudfront.origin-facing`, which is let into the security group of
   * the load balancer.
   *
   * @default - the group is left as it is: let in the group `CloudFront-VPCOrigins-Service-SG`, which AWS makes with the first
   * VPC origin of a VPC
   */
  readonly prefixList?: ec2.IPrefixList;
}

/** What a listener does with requests that come from the distribution. */
export interface CloakedListenerOptions {
  /** Priority of the rule in the listener. */
  readonly priority: number;
  /** Where the requests go. */
  readonly targetGroups: elbv2.IApplicationTargetGroup[];
}

/** Properties of `OriginCloaking`. */
export interface OriginCloakingProps {
  /**
   * Distinguishes deployments in one account. 1 to 10 lower-case letters or digits, beginning with a letter.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * The list of CloudFront's addresses in this Region: `ec2.PrefixList.fromLookup` with the name
   * `com.amazonaws.global.cloudfront.origin-facing`, or by the id that `aws ec2 describe-managed-prefix-lists` tells. It counts
   * as 55 of the 60 rules that a security group may have by default
   * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html). Give its id to
   * `BaselineChecks.allowedPrefixLists`, too.
   */
  readonly prefixList: ec2.IPrefixList;

  /**
   * Header in which the distribution proves itself.
   *
   * @default 'X-Origin-Proof'
   */
  readonly headerName?: string;

  /**
   * Secret whose whole text is the value of the header.
   *
   * @default - one of 48 letters and digits is created and retained
   */
  readonly secret?: secretsmanager.ISecret;

  /**
   * Id of the version of the secret that the distribution sends.
   *
   * @default - the version that is current when the resources are first deployed; a later one is not noticed
   */
  readonly currentVersion?: string;

  /**
   * Id of the version that was sent before. Listeners accept it still.
   *
   * @default - one version is accepted
   */
  readonly previousVersion?: string;
}

const HTTPS = 443;

/** Says in a security group what a rule is for. */
const FROM_CLOUDFRONT = 'HTTPS from CloudFront only';

const HEADER = /^[A-Za-z0-9-]{1,40}$/;

/** What Secrets Manager takes for an id of a version. */
const VERSION = /^[A-Za-z0-9-]{32,64}$/;

/**
 * Hides a load balancer behind CloudFront, so that nobody gets past the distribution and its web firewall.
 *
 * Prefer `OriginCloaking.vpcOrigin`: an internal load balancer has no public address to be found. Where it has to be public, make an
 * `OriginCloaking`: its security group lets in CloudFront alone, which is any customer's, hence a secret header that only your
 * distribution sends. The listener refuses everything else by its default action, which has to be a fixed response of 4xx.
 *
 * The secret is rotated by a deployment, because CloudFront and load balancers take the value when they are deployed:
 *
 * 1. `aws secretsmanager put-secret-value --secret-id SECRET --secret-string VALUE` tells the id of the new version.
 * 2. Give it as `currentVersion`, and the one before as `previousVersion`. `aws secretsmanager list-secret-version-ids` tells
 *    both.
 * 3. Deploy. Listeners accept both before the distribution sends the new one, so nothing is refused meanwhile.
 * 4. Take `previousVersion` out and deploy again, once the distribution has arrived everywhere.
 *
 * What it may break: whatever reaches the load balancer without CloudFront, such as health checks of others. Its own health
 * checks of targets are not touched. Whoever may read the distribution or the listener in AWS can read the header there.
 *
 * A name that leads to the load balancer tells attackers its address: give it one that nobody guesses, in a zone of its own.
 *
 * Logical id of the secret is pinned to `OriginCloaking<Qualifier>Secret`.
 *
 * When not to use it: before an S3 bucket or a function URL, for which CloudFront has origin access control.
 */
export class OriginCloaking extends Construct {
  /**
   * An internal load balancer as an origin, over HTTPS. The VPC needs an internet gateway, through which nothing is routed; not
   * every Region has VPC origins.
   *
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
   *
   * @throws Error when the load balancer is known to be public
   */
  public static vpcOrigin(loadBalancer: elbv2.IApplicationLoadBalancer, options: VpcOriginOptions): cloudfront.IOrigin {
    const { defaultChild } = loadBalancer.node;
    if (defaultChild instanceof elbv2.CfnLoadBalancer && defaultChild.scheme === 'internet-facing') {
      throw new Error(
        `loadBalancer must be internal to be a VPC origin, got a public one: set internetFacing to false, or use OriginCloaking (${loadBalancer.node.path})`,
      );
    }
    if (options.prefixList !== undefined) {
      const peer = ec2.Peer.prefixList(options.prefixList.prefixListId);
      loadBalancer.connections.allowFrom(peer, ec2.Port.tcp(HTTPS), FROM_CLOUDFRONT);
    }
    return origins.VpcOrigin.withApplicationLoadBalancer(loadBalancer, {
      domainName: options.domainName,
      protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
      httpsPort: HTTPS,
      originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
    });
  }

  /** Holds the value of the header. */
  public readonly secret: secretsmanager.ISecret;
  /** Header in which the distribution proves itself. */
  public readonly headerName: string;

  private readonly prefixList: ec2.IPrefixList;
  private readonly versions: ReadonlyArray<string | undefined>;
  /** Rules of listeners, which have to accept a value before the distribution sends it. */
  private readonly rules = new DependencyGroup();

  /**
   * @throws Error when the header or a version cannot be one
   */
  public constructor(scope: Construct, id: string, props: OriginCloakingProps) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    this.headerName = props.headerName ?? 'X-Origin-Proof';
    this.check(props);
    this.prefixList = props.prefixList;
    this.secret = props.secret ?? this.createSecret(`OriginCloaking${inId(qualifier)}Secret`);
    const { currentVersion, previousVersion } = props;
    this.versions = previousVersion === undefined ? [currentVersion] : [currentVersion, previousVersion];
  }

  /**
   * Lets requests of the distribution through a listener, and CloudFront to the port of the listener. Make the listener with
   * `open: false`, since CDK's default lets in everybody, and with a default action that refuses.
   *
   * A group that was imported as immutable, such as those of `LayeredNetwork`, takes no rule: let CloudFront in where it is made.
   *
   * @throws Error in synthesis, when the default action of the listener does not refuse, or a security group of the load balancer
   * lets in everybody, on whatever port
   */
  public accept(listener: elbv2.ApplicationListener, id: string, options: CloakedListenerOptions): void {
    const peer = ec2.Peer.prefixList(this.prefixList.prefixListId);
    listener.connections.allowDefaultPortFrom(peer, FROM_CLOUDFRONT);
    const values = this.versions.map((version) => this.headerValue(version));
    const rule = new elbv2.ApplicationListenerRule(this, id, {
      listener,
      priority: options.priority,
      conditions: [elbv2.ListenerCondition.httpHeader(this.headerName, values)],
      targetGroups: options.targetGroups,
    });
    this.rules.add(rule);
    this.node.addValidation({ validate: () => [...this.refusals(listener), ...this.openings(listener)] });
  }

  /**
   * The load balancer as an origin, over HTTPS, which is sent the header. The distribution is updated after the listeners.
   *
   * @param domainName name that leads to the load balancer and that its certificate is for
   * @param port of the listener: 443, or one from 1024 on, since CloudFront reaches no other
   */
  public origin(domainName: string, port: number = HTTPS): cloudfront.IOrigin {
    const origin = new origins.HttpOrigin(domainName, {
      httpsPort: port,
      protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
      customHeaders: { [this.headerName]: this.headerValue(this.versions[0]) },
    });
    return {
      bind: (scope, options) => {
        // The distribution is what stands above the origin.
        scope.node.scope?.node.addDependency(this.rules);
        return origin.bind(scope, options);
      },
    };
  }

  private get where(): string {
    return `OriginCloaking at ${this.node.path}`;
  }

  private refusals({ node: { defaultChild, path } }: elbv2.ApplicationListener): string[] {
    if (refuses(defaultChild as elbv2.CfnListener)) return [];
    return [
      `listener must refuse by default what does not come from the distribution: give ${path} a defaultAction such as ListenerAction.fixedResponse(403) (${this.where})`,
    ];
  }

  private openings({ loadBalancer, node: { path } }: elbv2.ApplicationListener): string[] {
    const open = admittedBy(loadBalancer.connections.securityGroups, this.node.root).filter(isEverybody);
    if (open.length === 0) return [];
    const sources = [...new Set(open.map(({ source }) => source))].join(' and ');
    return [
      `security groups must not let in everybody, or the load balancer can be reached past CloudFront, got ${sources}: set open: false on the listener ${path} and on the others of ${loadBalancer.node.path}, and take such rules out of its groups (${this.where})`,
    ];
  }

  private check({ currentVersion, previousVersion }: OriginCloakingProps): void {
    if (!HEADER.test(this.headerName)) {
      throw new Error(
        `headerName must be letters, digits and hyphens, at most 40, got "${this.headerName}" (${this.where})`,
      );
    }
    for (const [name, version] of Object.entries({ currentVersion, previousVersion })) {
      if (version === undefined || Token.isUnresolved(version) || VERSION.test(version)) continue;
      throw new Error(`${name} must be the id of a version of the secret, got "${version}" (${this.where})`);
    }
    if (previousVersion !== undefined && (currentVersion === undefined || currentVersion === previousVersion)) {
      throw new Error(
        `previousVersion needs a currentVersion that is another, got ${currentVersion ?? 'none'}: give the id of the new version (${this.where})`,
      );
    }
  }

  private createSecret(logicalId: string): secretsmanager.ISecret {
    const secret = new secretsmanager.Secret(this, 'Secret', {
      description: 'Header in which the CloudFront distribution proves itself to the load balancer',
      // Listeners take `*` and `?` for wildcards.
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    pin(secret, logicalId);
    acknowledgeOwn(secret, {
      rule: 'AwsSolutions-SMG4',
      reason: 'CloudFront and load balancers take the value when they are deployed, so it is rotated by deployments',
    });
    return secret;
  }

  private headerValue(versionId: string | undefined): string {
    // Not to be kept from templates: it stands there as a reference, which CloudFormation resolves.
    return SecretValue.secretsManager(this.secret.secretArn, { versionId }).unsafeUnwrap();
  }
}

/** Whether a listener answers with a fixed 4xx what no rule takes. */
function refuses(listener: elbv2.CfnListener): boolean {
  const { defaultActions } = listener;
  const actions = listOf(Stack.of(listener).resolve(defaultActions)).filter(isRecord);
  return actions.every(
    ({ type, fixedResponseConfig: response }) =>
      type === 'fixed-response' && isRecord(response) && /^4\d\d$/.test(textOf(response.statusCode) ?? ''),
  );
}

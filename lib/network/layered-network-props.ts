import type { aws_kms as kms, aws_logs as logs, aws_s3 as s3 } from 'aws-cdk-lib';
import type { LogArchive } from '../audit/log-archive';
import type { DnsFirewallAction } from './dns-firewall';
import type { VpcBlockPublicAccess } from './network-options';

/** How the tiers are kept apart. */
export enum NetworkTopology {
  /** A VPC each for management, business and databases, and a small one for interface endpoints. */
  THREE_VPCS = 'three-vpcs',
  /** Tiers as subnets of one VPC, for small accounts: network ACLs and groups keep them apart, routes do not. */
  SINGLE_VPC = 'single-vpc',
}

/** How the VPCs reach each other. */
export enum NetworkConnectivity {
  /** Peering connections, which cost nothing while idle and are not transitive. */
  PEERING = 'peering',
  /** A transit gateway with a route table for each VPC. Each attachment is billed by the hour. */
  TRANSIT_GATEWAY = 'transit-gateway',
}

/** Ranges of the VPCs, each /16 to /24, private and apart from the others. */
export interface NetworkCidrs {
  /** @default '10.0.0.0/20' */
  readonly management?: string;
  /** At most /23. @default '10.16.0.0/16' */
  readonly business?: string;
  /** @default '10.32.0.0/20' */
  readonly database?: string;
  /** @default '10.48.0.0/24' */
  readonly endpoints?: string;
  /** Of the one VPC of `SINGLE_VPC`, at most /23. @default '10.16.0.0/16' */
  readonly network?: string;
}

/**
 * What applications may reach on the Internet, and by which way. Its firewalls are protected from deletion: switch that off
 * (`aws network-firewall update-firewall-delete-protection`) before the stack is deleted, the inspection is left out again, or a
 * zone goes. A first deployment that fails leaves them too.
 */
export interface NetworkInspection {
  /** Names that may be asked for over HTTPS; one that begins with a dot stands for all below it (`.example.com`). */
  readonly allowedDomains: string[];
  /** Range of the VPC that inspects, /16 to /24. @default '10.64.0.0/24' */
  readonly cidr?: string;
}

/** Properties of `LayeredNetwork`. */
export interface LayeredNetworkProps {
  /**
   * Distinguishes deployments in one account. 1 to 10 lower-case letters or digits, beginning with a letter.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * Archive whose network bucket keeps flow logs and DNS queries, under the archive's key. Either this or `logBucket`.
   *
   * @default - `logBucket` keeps them
   */
  readonly archive?: LogArchive;

  /**
   * Bucket of somebody else's archive. Its policy, and that of its key, have to let `delivery.logs.amazonaws.com` in.
   *
   * @default - the network bucket of `archive`
   */
  readonly logBucket?: s3.IBucket;

  /**
   * Key of the log groups. The policy of a key made in this app is completed, that of an imported one has to let
   * `logs.<region>.amazonaws.com` in.
   *
   * @default - the key of `archive`
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * How long the log group of the edge keeps flow logs.
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Four VPCs, or one. EC2 lets an account have five in a Region, the default one included, until it asks for more; an inspection
   * takes one more.
   *
   * @default NetworkTopology.THREE_VPCS
   */
  readonly topology?: NetworkTopology;

  /** @default NetworkConnectivity.PEERING */
  readonly connectivity?: NetworkConnectivity;

  /**
   * Availability Zones: 2 or 3. An address range is kept for the third, so that it can be added later; with a transit gateway
   * CloudFormation cannot add it without taking the attachments away first. A Region that shows two zones to an account
   * (us-west-1) takes 2.
   *
   * @default 3
   */
  readonly maxAzs?: number;

  /**
   * Names of the Availability Zones, two or three. Name them where the first ones will not do: use1-az3 in us-east-1 knows no
   * references to groups across a transit gateway, for example.
   *
   * @default - the first `maxAzs` of the Region, as EC2 lists them
   */
  readonly availabilityZones?: string[];

  /**
   * Ranges of the VPCs.
   *
   * @default - 10.0.0.0/20, 10.16.0.0/16, 10.32.0.0/20, 10.48.0.0/24; 10.16.0.0/16 with `SINGLE_VPC`
   */
  readonly cidrs?: NetworkCidrs;

  /**
   * Pool of Amazon VPC IPAM that gives the ranges, which then cannot overlap with others of the organization. Their sizes are those
   * of the default ranges.
   *
   * @default - the ranges of `cidrs`
   */
  readonly ipamPoolId?: string;

  /**
   * Ids of managed prefix lists from which alone load balancers are reached, on 443: that of CloudFront
   * (`com.amazonaws.global.cloudfront.origin-facing`, which has another id in each Region), where `OriginCloaking` hides them. Give
   * `BaselineChecks` the same ids.
   *
   * @default - everybody reaches them, on 443 and, to be redirected, on 80
   */
  readonly edgePrefixListIds?: string[];

  /**
   * TCP ports on which applications answer load balancers and management: at most three, since a network ACL has few rules;
   * `allow()` takes ranges.
   *
   * @default [8080]
   */
  readonly appPorts?: number[];

  /**
   * TCP ports on which databases answer applications and management: at most five; `allow()` takes ranges.
   *
   * @default [5432] - PostgreSQL
   */
  readonly databasePorts?: number[];

  /**
   * Services that get an interface endpoint, each billed by the hour and Availability Zone, by the last part of their names
   * (`ecr.api`). `bulwark network` lists what each costs. Sessions of Systems Manager need the first two.
   *
   * @default ['ssm', 'ssmmessages', 'kms', 'logs', 'sts', 'secretsmanager']
   */
  readonly interfaceEndpoints?: string[];

  /**
   * Organization whose principals may use the endpoints, on resources of the organization: `o-` and 10 to 32 letters or digits.
   *
   * @default - principals and resources of the stack's account only
   */
  readonly organizationId?: string;

  /**
   * Buckets of others from which may be read through the gateway endpoint, beside AWS's own for Systems Manager, Amazon Linux and
   * images.
   *
   * @default - none
   */
  readonly readableBuckets?: string[];

  /**
   * Whether applications reach the Internet, through a NAT gateway in each Availability Zone (billed by the hour, and with an Elastic
   * IP address, of which an account has five at first) and on port 443 alone. Management never needs one: Systems Manager and packages come through endpoints.
   *
   * @default false
   */
  readonly natGateways?: boolean;

  /**
   * Whether applications reach the Internet through AWS Network Firewall in a VPC of its own, which lets names pass that are listed
   * (a firewall endpoint and a NAT gateway in each Availability Zone, billed by the hour). Needs a transit gateway, because
   * peering connections are not transitive, and takes the place of `natGateways`.
   *
   * @default - applications have no way to the Internet but `natGateways`
   */
  readonly inspection?: NetworkInspection;

  /**
   * Whether DNS Firewall looks at queries. Turn it off in a Region that lacks one of AWS's lists, which the deployment tells.
   *
   * @default true
   */
  readonly dnsFirewall?: boolean;

  /** @default DnsFirewallAction.BLOCK */
  readonly dnsFirewallAction?: DnsFirewallAction;

  /**
   * Whether names are resolved while DNS Firewall cannot answer: availability before protection.
   *
   * @default false - such queries fail
   */
  readonly dnsFirewallFailOpen?: boolean;

  /**
   * Whether the Resolver checks signatures of public zones (DNSSEC). Domains with broken signatures are not resolved then.
   *
   * @default false
   */
  readonly dnssecValidation?: boolean;

  /**
   * VPC Block Public Access, which holds for every VPC of the account in this Region. The edge subnets are excepted. Needs
   * `acknowledgeAffectsAllVpcs`.
   *
   * @default - it is left as it is
   */
  readonly blockPublicAccess?: VpcBlockPublicAccess;

  /**
   * That everything in this account and Region which is reached from the Internet, or reaches it, is excepted or meant to stop.
   *
   * @default false
   */
  readonly acknowledgeAffectsAllVpcs?: boolean;

  /**
   * Whether a Network Access Scope is made that must find nothing: ways from an internet gateway to the database tier. It is looked at
   * when somebody asks, which is billed by the network interface:
   * `aws ec2 start-network-insights-access-scope-analysis --network-insights-access-scope-id ID`.
   *
   * @default false
   */
  readonly accessScope?: boolean;
}

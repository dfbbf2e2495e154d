import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { TIER_TAG, type Tier } from '../controls/tiers';
import { acknowledgeOwn } from '../private/acknowledge';
import type { Ports } from './open-paths';

/** @internal */
export interface TierAclProps {
  readonly vpcId: string;
  readonly tier: Tier;
  readonly name: string;
  readonly subnetIds: readonly string[];
}

/** One line of an ACL, in one direction. */
interface Entry {
  readonly action: 'allow' | 'deny';
  readonly cidr: string;
  /** Without ports: "fragmentation needed", by which hosts learn how large a packet may be (RFC 1191). */
  readonly ports?: Ports;
}

/** Numbers below are left to automatic blocks of single addresses (catalogue X02). */
const STEP = 100;

/** How many automatic blocks have to find a place beside the rules that are written here. */
export const RESERVED_RULES = 5;

/**
 * Rules of one direction and family, which the last one, `*`, counts among:
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-nacls
 */
const QUOTA = 20;
export const OWN_RULES = QUOTA - RESERVED_RULES - 1;

/** First what comes from within, replies to the ports of sign-in included; then the denials; then what is open to everybody. */
const BANDS = { inside: 1, denial: 30, everybody: 40 } as const;

export const EVERYBODY = '0.0.0.0/0';

const PROTOCOLS = { tcp: 6, udp: 17, icmp: 1 } as const;

/** Type and code of ICMP by which a router tells how large a packet may be. */
export const FRAGMENTATION_NEEDED = { type: 3, code: 4 };

const DENIED: readonly Ports[] = [22, 3389].map((port) => ({ protocol: 'tcp', first: port, last: port }));

/**
 * The network ACL of a tier: stateless, so each path has its line in both directions at both ends.
 *
 * @internal
 */
export class TierAcl extends Construct {
  private readonly acl: ec2.CfnNetworkAcl;
  /** The newest entry of each direction and band. */
  private readonly last = new Map<string, ec2.CfnNetworkAclEntry>();
  private readonly entries = { ingress: new Map<string, number>(), egress: new Map<string, number>() };

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: TierAclProps,
  ) {
    super(scope, id);
    this.acl = new ec2.CfnNetworkAcl(this, 'Acl', {
      vpcId: props.vpcId,
      tags: [
        { key: TIER_TAG, value: props.tier },
        { key: 'Name', value: props.name },
      ],
    });
    acknowledgeOwn(this, {
      rule: 'AwsSolutions-VPC3',
      reason: 'Tiers are kept apart twice: a group that is opened by mistake still meets the ACL of its subnet',
    });
    props.subnetIds.forEach((subnetId, zone) => {
      new ec2.CfnSubnetNetworkAclAssociation(this, `Subnet${zone + 1}`, { networkAclId: this.acl.ref, subnetId });
    });
    for (const ports of DENIED) this.add('ingress', 'denial', { action: 'deny', cidr: EVERYBODY, ports });
    for (const direction of ['ingress', 'egress'] as const) {
      this.add(direction, 'everybody', { action: 'allow', cidr: EVERYBODY });
    }
  }

  /**
   * Lets packets through.
   *
   * @throws Error when the ACL would have more rules than EC2 takes
   */
  public allow(direction: 'ingress' | 'egress', cidr: string, ports: Ports): void {
    if (cidr !== EVERYBODY) {
      this.add(direction, 'inside', { action: 'allow', cidr, ports });
      return;
    }
    // The ports of sign-in stay out of what everybody may send, beside being denied: whoever reads the line alone sees it too.
    const parts = direction === 'ingress' ? withoutDenied(ports) : [ports];
    for (const part of parts) this.add(direction, 'everybody', { action: 'allow', cidr, ports: part });
  }

  /** Stops packets that a rule for everybody would let in. */
  public deny(cidr: string, ports: Ports): void {
    this.add('ingress', 'denial', { action: 'deny', cidr, ports });
  }

  private add(direction: 'ingress' | 'egress', band: keyof typeof BANDS, entry: Entry): void {
    const entries = this.entries[direction];
    const key = JSON.stringify([band, entry]);
    if (entries.has(key)) return;
    if (entries.size >= OWN_RULES) {
      throw new Error(
        `the network ACL of the ${this.props.tier} tier must have at most ${OWN_RULES} rules of its own in each direction (EC2 takes ${QUOTA}, of which ${RESERVED_RULES} are kept for automatic blocks and one is *), and ${entries.size + 1} are asked for: open a range of ports with allow() and Port.tcpRange instead of single ones (LayeredNetwork at ${this.node.scope?.node.path})`,
      );
    }
    const inBand = [...entries.keys()].filter((other) => other.startsWith(`["${band}"`)).length;
    const ruleNumber = (BANDS[band] + inBand) * STEP;
    entries.set(key, ruleNumber);
    const { action, cidr, ports } = entry;
    // The id bears the number: what else changes of an entry is changed in place, and two never claim one number. An entry waits for
    // the next one of its band, so that where rules move down, each stands in its new place before its old one is overwritten.
    const made = new ec2.CfnNetworkAclEntry(this, `${direction === 'egress' ? 'Out' : 'In'}${ruleNumber}`, {
      networkAclId: this.acl.ref,
      ruleNumber,
      egress: direction === 'egress',
      ruleAction: action,
      cidrBlock: cidr,
      protocol: PROTOCOLS[ports?.protocol ?? 'icmp'],
      ...(ports === undefined ? { icmp: FRAGMENTATION_NEEDED } : { portRange: { from: ports.first, to: ports.last } }),
    });
    const place = `${direction}/${band}`;
    this.last.get(place)?.addResourceDependency(made);
    this.last.set(place, made);
  }
}

function withoutDenied(ports: Ports): Ports[] {
  return DENIED.reduce<Ports[]>(
    (parts, { protocol, first: port }) =>
      parts.flatMap((part) => {
        if (part.protocol !== protocol || port < part.first || port > part.last) return [part];
        return [
          { ...part, last: port - 1 },
          { ...part, first: port + 1 },
        ].filter(({ first, last }) => first <= last);
      }),
    [ports],
  );
}

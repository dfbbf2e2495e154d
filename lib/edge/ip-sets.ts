import { isIPv4, isIPv6 } from 'node:net';
import { Fn, aws_wafv2 as wafv2 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { IP_SET_TAG } from '../controls/edge';
import { pin } from '../private/pin';
import { anyOf, type Fallback, type ForwardedIp, inSet, type Statement } from './statements';
import type { FirewallIpSet, FirewallIpSetPair } from './web-firewall-options';

/** @internal */
export interface IpSetsProps {
  readonly scope: string;
  /** What the set is for, as people read it in the console. */
  readonly description: string;
  /** Value of the tag that says who writes the addresses. */
  readonly kind: string;
  /** Begin of the logical ids. */
  readonly pinned: string;
  /** Known to be addresses. */
  readonly addresses: readonly string[];
}

/**
 * Two IP sets that are one: IPv4 and IPv6.
 *
 * @internal
 */
export class IpSets extends Construct implements FirewallIpSetPair {
  public readonly ipv4: FirewallIpSet;
  public readonly ipv6: FirewallIpSet;

  public constructor(scope: Construct, id: string, props: IpSetsProps) {
    super(scope, id);
    this.ipv4 = this.createSet('V4', 'IPV4', props);
    this.ipv6 = this.createSet('V6', 'IPV6', props);
  }

  /** The source is in one of the two. */
  public matched(forwarded?: ForwardedIp, fallback?: Fallback): Statement {
    return anyOf(inSet(this.ipv4.arn, forwarded, fallback), inSet(this.ipv6.arn, forwarded, fallback));
  }

  private createSet(id: string, family: string, props: IpSetsProps): FirewallIpSet {
    const set = new wafv2.CfnIPSet(this, id, {
      scope: props.scope,
      description: props.description,
      ipAddressVersion: family,
      addresses: props.addresses.filter((address) => familyOf(address) === family),
      tags: [{ key: IP_SET_TAG, value: props.kind }],
    });
    // A rule names the set by its ARN, and a new set would begin empty.
    pin(set, `${props.pinned}${id}`);
    // The reference of an IP set is `name|id|scope`.
    return { arn: set.attrArn, id: set.attrId, name: Fn.select(0, Fn.split('|', set.ref)) };
  }
}

/** Family of a CIDR as AWS WAF takes it: with its length, which is never 0. */
export function familyOf(cidr: string): 'IPV4' | 'IPV6' | undefined {
  const [address = '', length = '', ...rest] = cidr.split('/');
  if (rest.length > 0 || !/^[1-9]\d{0,2}$/.test(length)) return undefined;
  if (isIPv4(address)) return Number(length) <= 32 ? 'IPV4' : undefined;
  return isIPv6(address) && Number(length) <= 128 ? 'IPV6' : undefined;
}

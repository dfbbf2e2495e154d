import { BlockList } from 'node:net';
import { isPublicCidr, parseCidr } from '../controls/public-ingress';
import { isRecord, listOf, textOf } from '../private/template-values';
import type { CheckContext, CheckedResource, Verdict } from './rule';
import { folded, isAbsent, knownValue, piecesOf, recordsOf } from './values';

const NETWORKS = ['AWS::EC2::VPC', 'AWS::EC2::Subnet'];

/** What the library looks up the lists of the gateway endpoints with: the attribute names the service. */
const NETWORK_FACTS = 'Custom::BulwarkNetworkFacts';

/** The range that a value is, as text. Undefined: known only at deployment. */
export function rangeOf(given: unknown, context: CheckContext): string | undefined {
  const known = knownValue(given, context);
  if (known.kind === 'literal') return textOf(known.value);
  const network = networkOf(given, context);
  return network && textOf(folded(network.properties.CidrBlock));
}

/** The VPC or subnet of this app whose range a value is taken from. */
export function networkOf(given: unknown, context: CheckContext): CheckedResource | undefined {
  const network = context.resolve(given);
  if (network === undefined || !NETWORKS.includes(network.type)) return undefined;
  const [piece] = piecesOf(given);
  const attribute = isRecord(piece) ? piece['Fn::GetAtt'] : undefined;
  const name = Array.isArray(attribute)
    ? attribute[1]
    : String(attribute ?? 'CidrBlock')
        .split('.')
        .at(-1);
  return name === 'CidrBlock' ? network : undefined;
}

/** A range that is cut out of another with `Fn::Cidr`. */
export interface Cut {
  readonly network: CheckedResource;
  /** Whether it is known to leave something out. */
  readonly isPart: boolean;
}

/** What a value is cut out of: the range of a VPC or subnet of this app. */
export function cutOf(given: unknown, context: CheckContext): Cut | undefined {
  const [, parts] = isRecord(given) ? listOf(given['Fn::Select']) : [];
  const [whole, count, bits] = isRecord(parts) ? listOf(parts['Fn::Cidr']) : [];
  const network = networkOf(whole, context);
  if (network === undefined) return undefined;
  const netmask = Number(folded(network.properties.Ipv4NetmaskLength));
  return { network, isPart: Number(count) > 1 || 32 - Number(bits) > netmask };
}

/** Whether a range stands for the public; what cannot be read does too. */
export function isPublic(cidr: string): boolean {
  return parseCidr(cidr) === undefined || isPublicCidr(cidr);
}

/**
 * The same for a value. What a VPC or subnet has is known to be no wider than a /16, even where only the deployment knows it.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 */
export function isPublicRange(given: unknown, context: CheckContext): Verdict {
  const cidr = rangeOf(given, context);
  if (cidr !== undefined) return isPublic(cidr);
  return networkOf(given, context) !== undefined || cutOf(given, context) !== undefined ? false : undefined;
}

/** Whether all addresses of the inner range lie in the outer one. */
export function covers(outer: string, inner: string): boolean {
  const [wide, narrow] = [parseCidr(outer), parseCidr(inner)];
  if (wide === undefined || narrow === undefined) return false;
  if (wide.version !== narrow.version || wide.prefix > narrow.prefix) return false;
  const list = new BlockList();
  list.addSubnet(wide.address, wide.prefix, `ipv${wide.version}`);
  return list.check(narrow.address, `ipv${narrow.version}`);
}

/** Whether two ranges share addresses. */
export function overlap(one: string, other: string): boolean {
  return covers(one, other) || covers(other, one);
}

/** Ranges on a prefix list of this app, where undefined ones are known only at deployment. Undefined: somebody else's list. */
export function rangesOn(list: unknown, context: CheckContext): Array<string | undefined> | undefined {
  const made = context.find(list, 'AWS::EC2::PrefixList');
  if (made === undefined) return undefined;
  const there = context.from(made);
  return isAbsent(made.properties.Entries)
    ? []
    : recordsOf(made.properties.Entries).map((entry) => entry && rangeOf(entry.Cidr, there));
}

/** Whether each range of a prefix list passes; one that does not settles it. */
export function everyRangeOn(
  list: unknown,
  passes: (cidr: string | undefined) => Verdict,
  context: CheckContext,
): Verdict {
  const verdicts = rangesOn(list, context)?.map(passes) ?? [undefined];
  return verdicts.includes(false) ? false : verdicts.every((verdict) => verdict) || undefined;
}

/** Whether a prefix list is that of a gateway endpoint of this library's network. */
export function isGatewayList(list: unknown, context: CheckContext): boolean {
  const [piece] = piecesOf(list);
  const attribute = isRecord(piece) ? listOf(piece['Fn::GetAtt']).join('.') : '';
  return context.resolve(list)?.type === NETWORK_FACTS && (attribute === '' || /PrefixListId$/.test(attribute));
}

import { EDGE_TIER, TIER_TAG } from '../../controls';
import { isPathMtuDiscovery, isWeb, judgeIngress } from '../../controls/public-ingress';
import { flatten, isIntrinsic, isRecord, listOf, textOf } from '../../private/template-values';
import { type CheckContext, type CheckedResource, type Finding, type Properties, type Rule, unverified } from '../rule';
import { knownValue } from '../values';

const GROUP = 'AWS::EC2::SecurityGroup';

export const rule: Rule = {
  id: 'NET02',
  title: 'Security group admits the public only to ports 80 and 443 of edge groups',
  severity: 'ERROR',
  resourceTypes: [GROUP, 'AWS::EC2::SecurityGroupIngress'],
  controls: ['EC2.18', 'EC2.19', 'EC2.13', 'EC2.14', 'EC2.53', 'EC2.54'],
  rationale:
    'Every port open to the public is scanned within minutes. Ranges larger than any private network count as public, so that two halves of the Internet do not pass for something else.',
  whenNotToUse:
    'A service that the public reaches on other ports, such as SMTP or a VPN. Acknowledge that one finding for that group.',
  check(resource, context) {
    if (resource.type !== GROUP) {
      const group = context.resolve(resource.properties.GroupId ?? resource.properties.GroupName);
      return ingressFindings('', resource.properties, group && isEdge(group, context), context);
    }
    const { SecurityGroupIngress: rules } = resource.properties;
    if (isIntrinsic(rules)) return [unverified('SecurityGroupIngress')];
    const edge = isEdge(resource, context);
    return listOf(rules).flatMap((ingress, index) => {
      const path = `SecurityGroupIngress.${index}`;
      if (!isRecord(ingress) || isIntrinsic(ingress)) return [unverified(path)];
      return ingressFindings(`${path}.`, ingress, edge, context);
    });
  },
};

/** Undefined: whether the group stands at the edge is known only at deployment. */
type Edge = boolean | undefined;

function isEdge(group: CheckedResource, context: CheckContext): Edge {
  const { Tags: tags } = group.properties;
  if (isIntrinsic(tags)) return undefined;
  const own = listOf(tags).find((tag) => isRecord(tag) && tag.Key === TIER_TAG);
  if (!isRecord(own)) return listOf(tags).some(isIntrinsic) ? undefined : false;
  const value = knownValue(own.Value, context);
  return value.kind === 'literal' ? value.value === EDGE_TIER : undefined;
}

function ingressFindings(path: string, rule: Properties, edge: Edge, context: CheckContext): Finding[] {
  return [
    ...rangeFindings(`${path}CidrIp`, rule.CidrIp, rule, edge, context),
    ...rangeFindings(`${path}CidrIpv6`, rule.CidrIpv6, rule, edge, context),
    ...prefixListFindings(`${path}SourcePrefixListId`, rule, context),
  ];
}

function rangeFindings(
  property: string,
  given: unknown,
  rule: Properties,
  edge: Edge,
  context: CheckContext,
): Finding[] {
  const source = knownValue(given, context);
  if (source.kind === 'absent') return [];
  const ports = portsOf(rule);
  const subject = `${describe(rule)} from ${flatten(given)}`;
  if (ports !== undefined && (isPathMtuDiscovery(ports) || (edge === true && isWeb(ports)))) return [];

  const cidr = source.kind === 'literal' ? textOf(source.value) : networkOf(given, context);
  if (cidr === undefined) return [unverified(property, subject)];
  const verdict = judgeIngress({ ...(ports ?? { protocol: '-1' }), cidr }, { edge: false });
  if (verdict === 'allowed') return [];
  if (verdict === 'unknown') {
    return [{ subject, message: `${cidr} is not a range that can be judged.`, property }];
  }
  // With the answer still open, the rule may be one of those that are meant for everybody.
  if (ports === undefined) return [unverified(`${property} with the ports it opens`, subject)];
  if (edge === undefined && isWeb(ports)) return [unverified(`tag ${TIER_TAG} of the group`, subject)];
  return [{ subject, message: `${describe(rule)} is open to ${cidr}, which stands for the public.`, property }];
}

function prefixListFindings(property: string, rule: Properties, context: CheckContext): Finding[] {
  const { SourcePrefixListId: given } = rule;
  const list = knownValue(given, context);
  if (list.kind === 'absent') return [];
  const subject = `${describe(rule)} from ${flatten(given)}`;
  if (list.kind === 'unknown') return [unverified(property, subject)];
  if (context.allowedPrefixLists.includes(flatten(given))) return [];
  return [{ subject, message: `Prefix list ${flatten(given)} is not on the list of allowed ones.`, property }];
}

interface Ports {
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
}

/** Undefined: protocol or ports are known only at deployment. */
function portsOf({ IpProtocol, FromPort, ToPort }: Properties): Ports | undefined {
  if ([IpProtocol, FromPort, ToPort].some(isIntrinsic)) return undefined;
  return { protocol: textOf(IpProtocol) ?? '-1', fromPort: numberOf(FromPort), toPort: numberOf(ToPort) };
}

function numberOf(value: unknown): number | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : Number(text);
}

/** A range taken from a VPC or subnet of this app is as large as the template says there. */
function networkOf(reference: unknown, context: CheckContext): string | undefined {
  const network = context.resolve(reference);
  const attribute = isRecord(reference) ? listOf(reference['Fn::GetAtt'])[1] : undefined;
  const known = network && ['AWS::EC2::VPC', 'AWS::EC2::Subnet'].includes(network.type) && attribute === 'CidrBlock';
  return known ? textOf(network.properties.CidrBlock) : undefined;
}

function describe({ IpProtocol, FromPort, ToPort }: Properties): string {
  const protocol = flatten(IpProtocol ?? '-1');
  if (protocol === '-1' || FromPort === undefined) return protocol === '-1' ? 'all traffic' : `${protocol} all`;
  const [from, to] = [flatten(FromPort), flatten(ToPort ?? FromPort)];
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
}

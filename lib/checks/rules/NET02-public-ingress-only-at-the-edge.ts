import { EDGE_TIER, TIER_TAG } from '../../controls';
import { isPathMtuDiscovery, isWeb, judgeIngress } from '../../controls/public-ingress';
import { flatten } from '../../private/template-values';
import {
  describe,
  groupOf,
  type IngressRule,
  ingressRules,
  portsOf,
  SECURITY_GROUP,
  type Source,
  sourcesOf,
} from '../ingress';
import { type CheckContext, type CheckedResource, type Finding, type Properties, type Rule, unverified } from '../rule';
import { isIn } from '../tiers';
import { knownValue } from '../values';

export const rule: Rule = {
  id: 'NET02',
  title: 'Security group admits the public only to ports 80 and 443 of edge groups',
  severity: 'ERROR',
  resourceTypes: [SECURITY_GROUP, 'AWS::EC2::SecurityGroupIngress'],
  controls: ['EC2.18', 'EC2.19', 'EC2.13', 'EC2.14', 'EC2.53', 'EC2.54'],
  techniques: ['AM13', 'AM34'],
  rationale:
    'Every port open to the public is scanned within minutes. Ranges larger than any private network count as public, so that two halves of the Internet do not pass for something else.',
  whenNotToUse:
    'A service that the public reaches on other ports, such as SMTP or a VPN. Acknowledge that one finding for that group.',
  check(resource, context) {
    const edge = edgeOf(resource, context);
    return ingressRules(resource).flatMap((ingress) => {
      const { properties } = ingress;
      if (properties === undefined) return [unverified(ingress.path)];
      return [
        ...sourcesOf(ingress, context).flatMap((source) => rangeFindings(source, properties, edge)),
        ...prefixListFindings(ingress, properties, context),
      ];
    });
  },
};

/** Undefined: whether the group stands at the edge is known only at deployment. */
type Edge = boolean | undefined;

/** A rule that stands by itself is judged by its group. */
function edgeOf(resource: CheckedResource, context: CheckContext): Edge {
  const group = groupOf(resource, context);
  return group && isIn(EDGE_TIER, group, context);
}

function rangeFindings({ property, given, cidr }: Source, rule: Properties, edge: Edge): Finding[] {
  const ports = portsOf(rule);
  const subject = `${describe(rule)} from ${flatten(given)}`;
  if (ports !== undefined && (isPathMtuDiscovery(ports) || (edge === true && isWeb(ports)))) return [];
  if (cidr === undefined) return [unverified(property, subject)];
  const verdict = judgeIngress({ ...(ports ?? { protocol: '-1' }), cidr }, { edge: false });
  if (verdict === 'allowed') return [];
  if (verdict === 'unknown') {
    return [{ subject, message: `${cidr} is not a range that can be judged.`, property }];
  }
  // With the answer still open, the rule may be one of those that are meant for everybody.
  if (ports === undefined) return [unverified(`${property} with the ports it opens`, subject)];
  if (edge === undefined && isWeb(ports)) return [unverified(`tag ${TIER_TAG} of the group`, subject)];
  const remedy = isWeb(ports)
    ? `tag the group of what faces the public ${TIER_TAG}=${EDGE_TIER}, or use securityGroup(NetworkPlace.EDGE) of LayeredNetwork`
    : 'admit a group or the addresses of those who need it';
  return [
    { subject, message: `${describe(rule)} is open to ${cidr}, which stands for the public: ${remedy}.`, property },
  ];
}

function prefixListFindings({ path }: IngressRule, rule: Properties, context: CheckContext): Finding[] {
  const { SourcePrefixListId: given } = rule;
  const property = `${path}SourcePrefixListId`;
  const list = knownValue(given, context);
  if (list.kind === 'absent') return [];
  const subject = `${describe(rule)} from ${flatten(given)}`;
  if (list.kind === 'unknown') return [unverified(property, subject)];
  if (context.allowedPrefixLists.includes(flatten(given))) return [];
  return [
    {
      subject,
      message: `Prefix list ${flatten(given)} is none of the allowed ones: add its id to allowedPrefixLists.`,
      property,
    },
  ];
}

import { INWARD_TIERS, TIER_TAG } from '../../controls/tiers';
import { judgeIngress } from '../../controls/public-ingress';
import { flatten } from '../../private/template-values';
import {
  describe,
  egressRules,
  groupOf,
  type IngressRule,
  letsEverythingOut,
  portsOf,
  SECURITY_GROUP,
  sourcesOf,
} from '../ingress';
import { everyRangeOn, isGatewayList, isPublicRange } from '../ranges';
import {
  type CheckContext,
  type Finding,
  not,
  type Properties,
  type Rule,
  some,
  unless,
  unverified,
  type Verdict,
} from '../rule';
import { placeOf } from '../tiers';
import { knownValue } from '../values';

const INWARD: readonly string[] = INWARD_TIERS;

export const rule: Rule = {
  id: 'NET04',
  title: 'Security groups of the management, data and endpoints tiers let nothing out to the public',
  severity: 'ERROR',
  resourceTypes: [SECURITY_GROUP, 'AWS::EC2::SecurityGroupEgress'],
  controls: ['BW.14'],
  techniques: ['AM16', 'AM39'],
  rationale:
    'Whoever breaks in has to fetch tools and to carry data off, and both need a way out. Where none is, a backdoor cannot phone home.',
  whenNotToUse:
    'A tool of the management tier that has to reach one vendor. Name the addresses of the vendor in place of the public, or acknowledge that one finding.',
  check(resource, context) {
    const group = groupOf(resource, context);
    const place = group === undefined ? 'unknown' : placeOf(group, context);
    if (place !== 'unknown' && !INWARD.includes(place)) return [];
    const findings = [
      ...(letsEverythingOut(resource) ? [EVERYTHING] : []),
      ...egressRules(resource).flatMap((egress) => {
        const { properties } = egress;
        return properties === undefined ? [unverified(egress.path)] : egressFindings(egress, properties, context);
      }),
    ];
    return place === 'unknown' ? findings.map(ofUnknownTier) : findings;
  },
};

const EVERYTHING: Finding = {
  subject: 'rules of EC2',
  message:
    'Without a rule of its own EC2 gives the group one that lets everything out. With the L2 group, set allowAllOutbound to false, and give databases of RDS such a group by securityGroups.',
  property: 'SecurityGroupEgress',
};

function egressFindings(egress: IngressRule, properties: Properties, context: CheckContext): Finding[] {
  const ports = portsOf(properties) ?? { protocol: '-1' };
  const stays = (cidr: string | undefined): Verdict =>
    cidr === undefined ? undefined : judgeIngress({ ...ports, cidr }, { edge: false }) === 'allowed';
  // The group that the L2 makes, and those that it makes for databases, have this rule.
  const remedy =
    ports.protocol === '-1'
      ? 'set allowAllOutbound of the group to false, and for RDS pass securityGroups with such a group'
      : 'name the group or the addresses that it has to reach';
  const finding = (property: string, given: unknown) => ({
    subject: `${describe(properties)} to ${flatten(given)}`,
    message: `${describe(properties)} reaches ${flatten(given)}, which stands for the public: ${remedy}.`,
    property,
  });
  const { DestinationPrefixListId: list } = properties;
  return [
    ...sourcesOf(egress, context).flatMap(({ property, given, cidr }) =>
      unless(some([stays(cidr), not(isPublicRange(given, context))]), finding(property, given)),
    ),
    ...(isFit(list, context)
      ? []
      : unless(everyRangeOn(list, stays, context), finding(`${egress.path}DestinationPrefixListId`, list))),
  ];
}

function isFit(list: unknown, context: CheckContext): boolean {
  return (
    knownValue(list, context).kind === 'absent' ||
    isGatewayList(list, context) ||
    context.allowedPrefixLists.includes(flatten(list))
  );
}

/** The group may be one of another tier. */
function ofUnknownTier({ subject = '', level, ...finding }: Finding): Finding {
  return level === 'WARN' ? { subject, level, ...finding } : unverified(`tag ${TIER_TAG} of the group`, subject);
}

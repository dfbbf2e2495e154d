import {
  EDGE_TIER,
  ENDPOINT_PORT,
  INWARD_TIERS,
  isTier,
  QUARANTINE_TIER,
  TIER_PATHS,
  TIER_TAG,
  TIERS,
} from '../../controls/tiers';
import { flatten } from '../../private/template-values';
import {
  describe,
  egressRules,
  groupOf,
  type IngressRule,
  ingressRules,
  letsEverythingOut,
  portsOf,
  SECURITY_GROUP,
  sourcesOf,
} from '../ingress';
import { isGatewayList, isPublic, networkOf, overlap, rangeOf, rangesOn } from '../ranges';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  type Properties,
  type Rule,
  unverified,
  type Verdict,
} from '../rule';
import { allSubnets, type Place, placeOf, SUBNET, subnetsOf } from '../tiers';
import { knownValue, tagOf } from '../values';

/** What a rule leads to or from: a tier, the public, or a range in which no subnet of this app lies. */
type Peer = Place | 'public' | 'outside';

/** In which direction connections begin, seen from the group. */
type Direction = 'ingress' | 'egress';

interface Side {
  readonly property: string;
  readonly given: unknown;
  readonly peers: readonly Peer[];
}

/** A group, seen from the other one. */
const GROUP_REFERENCES: Readonly<Record<Direction, readonly string[]>> = {
  ingress: ['SourceSecurityGroupId', 'SourceSecurityGroupName'],
  egress: ['DestinationSecurityGroupId'],
};

const PREFIX_LISTS: Readonly<Record<Direction, string>> = {
  ingress: 'SourcePrefixListId',
  egress: 'DestinationPrefixListId',
};

/** The limited broadcast address, which no VPC delivers to: a rule for it stands for "nothing", and keeps EC2 from adding one. */
const NOWHERE = '255.255.255.255/32';

const TCP: readonly string[] = ['tcp', '6'];

export const rule: Rule = {
  id: 'NET06',
  title: 'Security groups of the tiers open only the paths that the tiers have',
  severity: 'ERROR',
  resourceTypes: [SECURITY_GROUP, 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'],
  controls: ['BW.16'],
  techniques: ['AM34', 'AM35'],
  rationale:
    'Tiers slow an intruder down only while each reaches nothing but the next one. One rule from data back to applications, or to management, gives away all of it.',
  whenNotToUse:
    'A path that is meant to be, such as replication into another network. Acknowledge that one finding with the reason. Ranges that stand for the public are left to NET02 and NET04.',
  check(resource, context) {
    const group = groupOf(resource, context);
    const place = group === undefined ? 'unknown' : placeOf(group, context);
    return [
      ...(resource.type === SECURITY_GROUP ? [...misnamed(resource, context), ...letsOut(resource, place)] : []),
      ...(resource.type === 'AWS::EC2::SecurityGroupEgress' ? [] : ingressRules(resource)).flatMap((ingress) =>
        ruleFindings(ingress, 'ingress', place, context),
      ),
      ...(resource.type === 'AWS::EC2::SecurityGroupIngress' ? [] : egressRules(resource)).flatMap((egress) =>
        ruleFindings(egress, 'egress', place, context),
      ),
    ];
  },
};

/** A tier that does not exist would lift every limit of the one that was meant. */
function misnamed(group: CheckedResource, context: CheckContext): Finding[] {
  const tag = tagOf(group, TIER_TAG, context);
  if (tag.kind !== 'literal') return [];
  const name = String(tag.value);
  if (isTier(name) || name === QUARANTINE_TIER) return [];
  const message = `${TIER_TAG} must be one of ${[...TIERS, QUARANTINE_TIER].join(', ')}, got ${name}.`;
  return [{ subject: `tier ${name}`, message, property: 'Tags' }];
}

function letsOut(group: CheckedResource, place: Place): Finding[] {
  if (place !== QUARANTINE_TIER || !letsEverythingOut(group)) return [];
  const message = 'Without a rule of its own EC2 lets everything out of the group that is to hold machines apart.';
  return [{ subject: 'rules of EC2', message, property: 'SecurityGroupEgress' }];
}

function ruleFindings(rule: IngressRule, direction: Direction, place: Place, context: CheckContext): Finding[] {
  const { properties, path } = rule;
  if (place === 'none') return [];
  if (properties === undefined) return [unverified(path)];
  return sidesOf(rule, properties, direction, context).flatMap((side) =>
    sideFindings(side, properties, direction, place),
  );
}

function sideFindings(
  { property, given, peers }: Side,
  properties: Properties,
  direction: Direction,
  place: Place,
): Finding[] {
  const subject = `${describe(properties)} ${direction === 'ingress' ? 'from' : 'to'} ${flatten(given)}`;
  if (place === 'unknown') {
    const concerned = peers.some((peer) => isTier(peer) || peer === QUARANTINE_TIER);
    return concerned ? [unverified(`tag ${TIER_TAG} of the group`, subject)] : [];
  }
  const verdict = every(peers.map((peer) => mayBegin(place, peer, direction, properties)));
  if (verdict === true) return [];
  const named = [...new Set(peers)].join(', ');
  if (verdict === false) {
    const [from, to] = direction === 'ingress' ? [named, place] : [place, named];
    return [
      { subject, message: `${subject} opens a path from ${from} to ${to}, which the tiers do not have.`, property },
    ];
  }
  if (peers.includes('unknown')) return [unverified(property, subject)];
  const message = `Cannot verify ${property}: nothing in this app says which tier ${flatten(given)} belongs to.`;
  return [{ subject: `${subject} unverified`, message, property, level: 'WARN' }];
}

/** Whether a tier may have such a rule. Undefined: nobody knows where it leads. */
function mayBegin(place: Place, peer: Peer, direction: Direction, properties: Properties): Verdict {
  const [from, to] = direction === 'ingress' ? [peer, place] : [place, peer];
  if (to === QUARANTINE_TIER) return false;
  if (from === QUARANTINE_TIER) {
    const reaches = to === 'endpoints' ? true : to === 'none' || to === 'unknown' ? undefined : false;
    return every([reaches, isEndpointPort(properties)]);
  }
  if (peer === 'public') return true;
  if (peer === 'outside') return leadsOutside(place, direction);
  if (!isTier(from) || !isTier(to)) return undefined;
  if (from === to && to !== 'endpoints') return true;
  if (from !== to && !TIER_PATHS[from].includes(to)) return false;
  return to === 'endpoints' ? isEndpointPort(properties) : true;
}

/** Single addresses outside of the network are what the edge is for, and what applications may ask. */
function leadsOutside(place: Place, direction: Direction): Verdict {
  const fits = direction === 'ingress' ? place === EDGE_TIER : isTier(place) && !INWARD_TIERS.includes(place);
  return fits || undefined;
}

function isEndpointPort(properties: Properties): Verdict {
  const ports = portsOf(properties);
  if (ports === undefined) return undefined;
  const { protocol, fromPort, toPort = fromPort } = ports;
  return TCP.includes(protocol.toLowerCase()) && fromPort === ENDPOINT_PORT && toPort === ENDPOINT_PORT;
}

function sidesOf(rule: IngressRule, properties: Properties, direction: Direction, context: CheckContext): Side[] {
  const named = GROUP_REFERENCES[direction].flatMap((name): Side[] => {
    const given = properties[name];
    if (knownValue(given, context).kind === 'absent') return [];
    const group = context.find(given, SECURITY_GROUP);
    const peer = group === undefined ? 'unknown' : placeOf(group, context);
    return [{ property: `${rule.path}${name}`, given, peers: [peer] }];
  });
  const ranges = sourcesOf(rule, context).flatMap(({ property, given }): Side[] => {
    const peers = peersAt(given, context);
    return peers === undefined ? [] : [{ property, given, peers }];
  });
  const name = PREFIX_LISTS[direction];
  const list = properties[name];
  if (knownValue(list, context).kind === 'absent' || context.allowedPrefixLists.includes(flatten(list))) {
    return [...named, ...ranges];
  }
  return [...named, ...ranges, { property: `${rule.path}${name}`, given: list, peers: peersOn(list, context) }];
}

/** Whom a range holds. Undefined: nobody at all. */
function peersAt(given: unknown, context: CheckContext): readonly Peer[] | undefined {
  const network = networkOf(given, context);
  if (network?.type === SUBNET) return [placeOf(network, context)];
  const subnets = network && subnetsOf(network, context);
  if (subnets !== undefined && subnets.length > 0) return subnets.map((subnet) => placeOf(subnet, context));
  const cidr = rangeOf(given, context);
  return cidr === NOWHERE ? undefined : peersIn(cidr, context);
}

function peersIn(cidr: string | undefined, context: CheckContext): readonly Peer[] {
  if (cidr === undefined) return ['unknown'];
  if (isPublic(cidr)) return ['public'];
  const subnets = allSubnets(context).map((subnet) => ({
    place: placeOf(subnet, context),
    range: rangeOf(subnet.properties.CidrBlock, context.from(subnet)),
  }));
  const within = subnets.filter(({ range }) => range !== undefined && overlap(cidr, range)).map(({ place }) => place);
  if (within.length > 0) return within;
  // It may lie in a subnet whose range is cut out at deployment.
  return subnets.some(({ place, range }) => range === undefined && place !== 'none') ? ['unknown'] : ['outside'];
}

/** Gateway endpoints are reached like the others. */
function peersOn(list: unknown, context: CheckContext): readonly Peer[] {
  if (isGatewayList(list, context)) return ['endpoints'];
  return rangesOn(list, context)?.flatMap((cidr) => peersIn(cidr, context)) ?? ['unknown'];
}

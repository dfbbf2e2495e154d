import { isPathMtuDiscovery, judgeIngress } from '../../controls/public-ingress';
import { flatten, listOf } from '../../private/template-values';
import { describe, type IngressRule, ingressRules, type Ports, portsOf, SECURITY_GROUP, sourcesOf } from '../ingress';
import { everyRangeOn } from '../ranges';
import { type CheckContext, type Finding, type Properties, type Rule, type Verdict, unless, unverified } from '../rule';
import { knownValue } from '../values';

/** Where somebody administers, where data is kept, and what answers a small question with a large packet to a forged sender. */
const RISKY_PORTS = {
  tcp: [
    ...[20, 21, 22, 23, 25, 110, 135, 139, 143, 445, 1433, 1434, 1521, 2375, 2376, 3000, 3306, 3389, 4333, 5000],
    ...[2379, 2380, 5432, 5439, 5500, 5601, 5900, 5984, 5985, 5986, 6379, 6443, 8080, 8088, 8888, 9042, 9200, 9300],
    ...[10250, 10255, 11211, 15672, 27017, 50070],
  ],
  udp: [19, 53, 69, 111, 123, 137, 161, 389, 1900, 11211],
} as const;

/** IANA numbers stand for names. Other protocols have no ports. */
const PORTED: Readonly<Record<string, keyof typeof RISKY_PORTS>> = { tcp: 'tcp', '6': 'tcp', udp: 'udp', '17': 'udp' };

const NAMED = 5;

export const rule: Rule = {
  id: 'NET03',
  title: 'Security group admits the public to no port of administration, data or amplification',
  severity: 'ERROR',
  resourceTypes: [SECURITY_GROUP, 'AWS::EC2::SecurityGroupIngress'],
  controls: ['EC2.13', 'EC2.14', 'EC2.19', 'EC2.53', 'EC2.54', 'BW.10', 'Redshift.15'],
  techniques: ['AM03', 'AM13', 'AM34'],
  rationale:
    'Behind these ports stand logins that are guessed, databases that are emptied and servers that are made to flood others. A range of ports opens each port in it.',
  whenNotToUse:
    'A service whose purpose is one of these ports, such as a public name server or SMTP. Acknowledge that one finding for that group, beside the one of NET02. Each range is judged by itself: many that are small enough, such as every public /8 one by one, pass although together they are the public.',
  check(resource, context) {
    return ingressRules(resource).flatMap((ingress) => {
      const { properties } = ingress;
      return properties === undefined ? [unverified(ingress.path)] : ingressFindings(ingress, properties, context);
    });
  },
};

function ingressFindings(ingress: IngressRule, properties: Properties, context: CheckContext): Finding[] {
  const ports = portsOf(properties);
  const risky = ports && riskyPorts(ports);
  if (risky?.length === 0) return [];
  const finding = (property: string, given: unknown) => ({
    subject: `${describe(properties)} from ${flatten(given)}`,
    message: `${describe(properties)} opens ${risky === undefined ? 'ports' : listed(risky)} to ${flatten(given)}, which stands for the public.`,
    property,
  });
  const judged = (cidr: string | undefined): Verdict => {
    if (cidr === undefined) return undefined;
    if (judgeIngress({ ...(ports ?? { protocol: '-1' }), cidr }, { edge: false }) === 'allowed') return true;
    return ports === undefined ? undefined : false;
  };
  const { SourcePrefixListId: list } = properties;
  return [
    ...sourcesOf(ingress, context).flatMap(({ property, given, cidr }) =>
      unless(judged(cidr), finding(property, given)),
    ),
    ...(knownValue(list, context).kind === 'absent' || context.allowedPrefixLists.includes(flatten(list))
      ? []
      : unless(everyRangeOn(list, judged, context), finding(`${ingress.path}SourcePrefixListId`, list))),
  ];
}

/** What a rule opens of these ports; `every port` with all traffic. */
function riskyPorts(ports: Ports): readonly (number | string)[] {
  const { protocol, fromPort, toPort } = ports;
  if (isPathMtuDiscovery(ports)) return [];
  const lower = protocol.toLowerCase();
  if (lower === '-1' || lower === 'all') return ['every port'];
  const name = PORTED[lower];
  if (name === undefined) return [];
  if (fromPort === undefined || fromPort === -1) return RISKY_PORTS[name];
  return RISKY_PORTS[name].filter((port) => port >= fromPort && port <= (toPort ?? fromPort));
}

function listed(ports: readonly (number | string)[]): string {
  const more = ports.length - NAMED;
  return `${listOf(ports.slice(0, NAMED)).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

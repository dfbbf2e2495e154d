import { EDGE_TIER, INWARD_TIERS, isTier, TIER_PATHS } from '../../lib/controls/tiers';
import type { AclEntry, NetworkAcl, NetworkModel } from './model';
import { openPaths, type Path, pathTable } from './paths';
import { INTERNET } from './places';
import { formatPorts, intersect, isEmpty, type PortRange, type PortSet, union, without } from './ports';
import { PROTOCOLS } from './filters';

const EVERYBODY = '0.0.0.0/0';

/** Its number: https://www.iana.org/assignments/protocol-numbers */
const ICMP = 1;

const EVERY_PORT: PortRange = { first: 0, last: 65_535 };

/** Ports of sign-in from afar, which every network ACL keeps shut. */
const SIGN_IN: PortSet = [
  { first: 22, last: 22 },
  { first: 3_389, last: 3_389 },
];

/**
 * What should not be, a sentence each: paths that no tier may have, network ACLs that keep sign-in open, and what the paths of
 * one account cannot tell.
 */
export function concerns(model: NetworkModel, table: readonly Path[] = pathTable(model)): string[] {
  return [
    ...openPaths(table).flatMap(forbidden),
    ...openToSignIn(table),
    ...withoutDenial(model),
    ...strangers(model),
    ...blackHoles(model),
    ...withoutTier(model),
    ...deafToMtu(model),
    ...strayEndpoints(model),
    ...model.subnets
      .filter(({ publicAddresses }) => publicAddresses)
      .map(({ name }) => `subnet ${name} gives public addresses to what starts there`),
  ];
}

/** A path that the tiers do not have among them (TIER_PATHS). */
function forbidden({ from, to, family, protocol, ports }: Path): string[] {
  const [source, target] = [from, to].map((place) => place.replace(/ \(.*\)$/, '')) as [string, string];
  const isAllowed =
    source === INTERNET
      ? target === EDGE_TIER
      : target === INTERNET
        ? isTier(source) && !INWARD_TIERS.includes(source)
        : isTier(source) &&
          (!isTier(target)
            ? !/^(quarantine|default)$/.test(target)
            : source === target || TIER_PATHS[source].includes(target));
  return isAllowed ? [] : [`${from} may not reach ${to}, and does on ${protocol} ${formatPorts(ports)} (${family})`];
}

function openToSignIn(table: readonly Path[]): string[] {
  return table.flatMap(({ from, to, protocol, family, layers }) => {
    if (from !== INTERNET || protocol !== 'tcp' || !isTier(to.replace(/ \(.*\)$/, ''))) return [];
    const open = intersect(layers['network ACL in'], SIGN_IN);
    return isEmpty(open)
      ? []
      : [`the network ACL of ${to} lets the Internet through on ${formatPorts(open)} (${family})`];
  });
}

/** Network ACLs of tiers in which nothing says so that sign-in is shut: the next entry that is too wide opens it. */
function withoutDenial({ networkAcls, subnets }: NetworkModel): string[] {
  const acls = new Set(subnets.filter(({ tier = '' }) => isTier(tier)).map(({ networkAcl }) => networkAcl));
  return networkAcls.flatMap(({ id, name, entries }) => {
    const denied = entries.flatMap(({ egress, allow, cidr, protocol, ports }) => {
      const counts = !egress && !allow && cidr === EVERYBODY && (protocol === 'all' || protocol === PROTOCOLS.tcp);
      return counts ? [ports ?? EVERY_PORT] : [];
    });
    const missing = without(SIGN_IN, union(denied));
    return acls.has(id) && !isEmpty(missing)
      ? [`network ACL ${name} has no entry that denies ${formatPorts(missing)} to everybody`]
      : [];
  });
}

function strangers({ peerings, vpcs }: NetworkModel): string[] {
  return peerings.flatMap(({ id, requester, accepter, foreignAccount, active }) => {
    const known = vpcs.filter((vpc) => vpc.id === requester || vpc.id === accepter).map(({ name }) => name);
    const state = active ? '' : ', which is not active';
    if (foreignAccount !== undefined) {
      return [`peering ${id} joins ${known.join(' and ')} to account ${foreignAccount}${state}`];
    }
    return known.length < 2
      ? [`peering ${id} joins ${known.join(' and ')} to a VPC that is none of the network's${state}`]
      : [];
  });
}

function blackHoles({ routeTables }: NetworkModel): string[] {
  return routeTables.flatMap(({ id, routes }) =>
    routes
      .filter(({ blackhole }) => blackhole)
      .map(({ destination, target }) => `route table ${id} leads ${destination} to ${target.id}, which is gone`),
  );
}

/** Subnets beside tiers that are none themselves: no rule about tiers holds there. */
function withoutTier({ subnets }: NetworkModel): string[] {
  const tiered = new Set(subnets.filter(({ tier }) => tier !== undefined).map(({ vpc }) => vpc));
  return subnets
    .filter(({ vpc, tier }) => tier === undefined && tiered.has(vpc))
    .map(({ name }) => `subnet ${name} belongs to no tier`);
}

/**
 * Tiers that are not told how large a packet may be, "fragmentation needed" of ICMP: to them large packets vanish behind a smaller
 * link (RFC 1191). What the Internet reaches needs a rule of its group besides.
 */
function deafToMtu(model: NetworkModel): string[] {
  const acls = new Set(model.subnets.filter(({ tier = '' }) => isTier(tier)).map(({ networkAcl }) => networkAcl));
  const deafAcls = model.networkAcls.flatMap((acl) =>
    [false, true]
      .filter((egress) => acls.has(acl.id) && !passesMtu(acl, egress))
      .map(
        (egress) =>
          `network ACL ${acl.name} stops "fragmentation needed" (ICMP type 3, code 4) on its way ${egress ? 'out' : 'in'}`,
      ),
  );
  const deafGroups = model.securityGroups.filter(
    ({ tier, ingress }) =>
      tier === EDGE_TIER &&
      !ingress.some(({ peer, ...rule }) => isMtu(rule) && 'cidr' in peer && peer.cidr === EVERYBODY),
  );
  return [
    ...deafAcls,
    ...deafGroups.map(
      ({ name }) => `group ${name} admits no "fragmentation needed" (ICMP type 3, code 4) from everybody`,
    ),
  ];
}

function passesMtu({ entries }: NetworkAcl, egress: boolean): boolean {
  const [first] = entries
    .filter((entry) => entry.egress === egress && entry.cidr === EVERYBODY && isMtu(entry))
    .sort((one, other) => one.number - other.number);
  return first?.allow === true;
}

function isMtu({ protocol, icmp }: Pick<AclEntry, 'protocol' | 'icmp'>): boolean {
  if (protocol === 'all') return true;
  if (protocol !== ICMP) return false;
  return icmp === undefined || ([-1, 3].includes(icmp.type) && [-1, 4].includes(icmp.code));
}

/** Interface endpoints that the tiers do not reach by name, or that stand in another group than that of their tier. */
function strayEndpoints({ interfaceEndpoints, securityGroups, subnets, vpcs }: NetworkModel): string[] {
  const tierGroups = new Set(securityGroups.filter(({ tier }) => tier === 'endpoints').map(({ id }) => id));
  const asking = new Set(subnets.filter(({ tier = '' }) => isTier(tier) && tier !== 'endpoints').map(({ vpc }) => vpc));
  return interfaceEndpoints.flatMap(({ id, service, vpc, groups, privateDns, sharedWith }) => {
    const others = groups.filter((group) => !tierGroups.has(group));
    const blind = [...asking].filter((one) => !(privateDns && one === vpc) && !sharedWith?.includes(one));
    return [
      ...(others.length === 0
        ? []
        : [`endpoint ${id} (${service}) stands in ${others.join(', ')}, which is none of the endpoints' groups`]),
      ...(sharedWith === undefined || blind.length === 0
        ? []
        : [
            `${blind.map((one) => vpcs.find((other) => other.id === one)?.name ?? one).join(', ')} does not find endpoint ${id} by the name of ${service}`,
          ]),
    ];
  });
}

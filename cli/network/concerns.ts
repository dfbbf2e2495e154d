import { EDGE_TIER, INWARD_TIERS, isTier, TIER_PATHS } from '../../lib/controls/tiers';
import type { NetworkModel } from './model';
import { openPaths, type Path, pathTable } from './paths';
import { INTERNET } from './places';
import { formatPorts, intersect, isEmpty, type PortSet } from './ports';

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
    ...strangers(model),
    ...blackHoles(model),
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
    const open = intersect(layers['network ACL'], SIGN_IN);
    return isEmpty(open)
      ? []
      : [`the network ACL of ${to} lets the Internet through on ${formatPorts(open)} (${family})`];
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

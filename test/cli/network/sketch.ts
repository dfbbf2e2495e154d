import { EMPTY, type GroupPeer, type NetworkModel, type Route, type RouteTargetKind } from '../../../cli/network/model';
import { describePath, openPaths, type Path, pathTable } from '../../../cli/network/paths';
import type { PortRange } from '../../../cli/network/ports';

/** A network in a few words. */
export interface Sketch {
  /** Name -> ranges: `10.0.0.0/16`. */
  readonly vpcs: Readonly<Record<string, string>>;
  /** Name -> VPC, tier, zone and ranges: `v app z1 10.0.0.0/24`. */
  readonly subnets: Readonly<Record<string, string>>;
  /** Subnet -> routes besides the local ones: `0.0.0.0/0 internet-gateway igw`, with `blackhole` behind those that are. */
  readonly routes?: Readonly<Record<string, readonly string[]>>;
  /** Subnet or tier -> entries: `100 in allow tcp 443 0.0.0.0/0`. Without any, everything passes. */
  readonly acls?: Readonly<Record<string, readonly string[]>>;
  /** Tier -> rules: `out tcp 443 data`, `in udp 1000-2000 10.0.0.0/8`, `out tcp 443 list s3`. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** What is said in full. */
  readonly more?: Partial<NetworkModel>;
}

const OPEN = [
  '1 in allow all all 0.0.0.0/0',
  '2 in allow all all ::/0',
  '1 out allow all all 0.0.0.0/0',
  '2 out allow all all ::/0',
];

export function network({ vpcs, subnets, routes = {}, acls = {}, groups = {}, more = {} }: Sketch): NetworkModel {
  const placed = Object.entries(subnets).map(([name, text]) => {
    const [vpc = '', tier = '', zone = '', ...cidrs] = text.split(' ');
    return { name, vpc, tier, zone, cidrs };
  });
  return {
    ...EMPTY,
    vpcs: Object.entries(vpcs).map(([id, text]) => ({ id, name: id, cidrs: text.split(' ') })),
    subnets: placed.map(({ name, ...rest }) => ({
      id: name,
      name,
      ...rest,
      routeTable: `table of ${name}`,
      networkAcl: `acl of ${name}`,
      publicAddresses: false,
    })),
    routeTables: placed.map(({ name, vpc }) => ({
      id: `table of ${name}`,
      routes: [
        ...(vpcs[vpc] ?? '')
          .split(' ')
          .map((destination): Route => ({ destination, target: { kind: 'local', id: 'local' } })),
        ...(routes[name] ?? []).map(routeOf),
      ],
    })),
    networkAcls: placed.map(({ name, tier }) => ({
      id: `acl of ${name}`,
      name: `acl of ${name}`,
      entries: (acls[name] ?? acls[tier] ?? OPEN).map(entryOf),
    })),
    securityGroups: Object.entries(groups).map(([tier, rules]) => ({
      id: tier,
      name: tier,
      vpc: placed.find((subnet) => subnet.tier === tier)?.vpc ?? Object.keys(vpcs)[0] ?? '',
      tier,
      ingress: rules.filter((rule) => rule.startsWith('in ')).map(ruleOf),
      egress: rules.filter((rule) => rule.startsWith('out ')).map(ruleOf),
    })),
    ...more,
  };
}

function routeOf(text: string): Route {
  const [destination = '', kind, id = '', blackhole] = text.split(' ');
  return { destination, target: { kind: kind as RouteTargetKind, id }, ...(blackhole && { blackhole: true }) };
}

function entryOf(text: string): NetworkModel['networkAcls'][number]['entries'][number] {
  const [number, direction, action, protocol = '', ports = '', cidr = ''] = text.split(' ');
  return {
    number: Number(number),
    egress: direction === 'out',
    allow: action === 'allow',
    ...trafficOf(protocol, ports),
    cidr,
  };
}

function ruleOf(text: string): NetworkModel['securityGroups'][number]['ingress'][number] {
  const [, protocol = '', ports = '', peer = '', list = ''] = text.split(' ');
  const of: GroupPeer = peer === 'list' ? { prefixList: list } : peer.includes('/') ? { cidr: peer } : { group: peer };
  return { ...trafficOf(protocol, ports), peer: of };
}

function trafficOf(protocol: string, ports: string): { readonly protocol: number | 'all'; readonly ports?: PortRange } {
  const numbers: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1 };
  const [first, last] = ports.split('-').map(Number);
  return {
    protocol: protocol === 'all' ? 'all' : (numbers[protocol] ?? Number(protocol)),
    ...(first !== undefined && !Number.isNaN(first) && { ports: { first, last: last ?? first } }),
  };
}

/** What is open in a network, a line each. */
export function open(model: NetworkModel): string[] {
  return openPaths(pathTable(model)).map(describePath);
}

/** One path of a network. */
export function path(model: NetworkModel, from: string, to: string, protocol = 'tcp', family = 'v4'): Path {
  const found = pathTable(model).find(
    (one) => one.from === from && one.to === to && one.protocol === protocol && one.family === family,
  );
  if (found === undefined) throw new Error(`there is no path from ${from} to ${to}`);
  return found;
}

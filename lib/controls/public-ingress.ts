import { isIP } from 'node:net';

/** One rule of a security group, as EC2 and CloudFormation describe it. */
export interface Ingress {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or an IANA protocol number. */
  readonly protocol: string;
  /** First port; of ICMP the type, -1 for all. Without it all ports are meant. */
  readonly fromPort?: number;
  /** Last port; of ICMP the code, -1 for all. */
  readonly toPort?: number;
  /** Source range. */
  readonly cidr: string;
}

/** `unknown`: the range cannot be read, hence is neither safe nor known to be public. */
export type IngressVerdict = 'allowed' | 'public' | 'unknown';

export interface IngressContext {
  /** Whether the group stands at the edge, where the public may reach the web ports. */
  readonly edge: boolean;
}

/**
 * Shorter prefixes count as public, so that 0.0.0.0/1 beside 128.0.0.0/1 is caught as 0.0.0.0/0 is. 10.0.0.0/8 is the
 * largest private IPv4 network; a /32 is what a registry gives to one provider.
 */
const SHORTEST_PRIVATE_PREFIX = { 4: 8, 6: 32 } as const;

const WEB_PORTS: readonly number[] = [80, 443];

/** IANA numbers, which EC2 takes in place of names. */
const PROTOCOL_NAMES: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };

/**
 * Whether a range is so large that it stands for the public.
 *
 * Unique local and link-local IPv6 addresses (RFC 4193, RFC 4291) are never routed on the Internet, whatever the size.
 *
 * @throws TypeError when the text is not a CIDR range
 */
export function isPublicCidr(cidr: string): boolean {
  const range = parseCidr(cidr);
  if (range === undefined) throw new TypeError(`cidr must be a range such as 10.0.0.0/8 or 2001:db8::/32, got ${cidr}`);
  if (range.prefix >= SHORTEST_PRIVATE_PREFIX[range.version]) return false;
  return !(range.version === 6 && isNeverRouted(range.address, range.prefix));
}

/** Judges one rule with one source range. A rule that is fit for everybody is allowed whatever its range. */
export function judgeIngress(rule: Ingress, context: IngressContext): IngressVerdict {
  if (isPathMtuDiscovery(rule) || (context.edge && isWeb(rule))) return 'allowed';
  if (parseCidr(rule.cidr) === undefined) return 'unknown';
  return isPublicCidr(rule.cidr) ? 'public' : 'allowed';
}

/** Whether the rule opens exactly one of the ports that the public may reach at the edge. */
export function isWeb({ protocol, fromPort, toPort }: Omit<Ingress, 'cidr'>): boolean {
  return (
    protocolName(protocol) === 'tcp' && fromPort !== undefined && fromPort === toPort && WEB_PORTS.includes(fromPort)
  );
}

/**
 * "Fragmentation needed" and "packet too big" have to come from any router on the way: without them large packets
 * vanish (RFC 1191, RFC 8201).
 */
export function isPathMtuDiscovery({ protocol, fromPort, toPort }: Omit<Ingress, 'cidr'>): boolean {
  const name = protocolName(protocol);
  return (name === 'icmp' && fromPort === 3 && toPort === 4) || (name === 'icmpv6' && fromPort === 2);
}

function protocolName(protocol: string): string {
  const lower = protocol.toLowerCase();
  return PROTOCOL_NAMES[lower] ?? lower;
}

/** A range taken apart. */
export interface Range {
  readonly version: 4 | 6;
  readonly address: string;
  readonly prefix: number;
}

/** Undefined where the text is no range. */
export function parseCidr(cidr: string): Range | undefined {
  const [address = '', length = '', ...rest] = cidr.trim().split('/');
  const version = isIP(address);
  const prefix = Number(length);
  if (rest.length > 0 || !/^\d{1,3}$/.test(length) || (version !== 4 && version !== 6)) return undefined;
  return prefix <= (version === 4 ? 32 : 128) ? { version, address, prefix } : undefined;
}

function isNeverRouted(address: string, prefix: number): boolean {
  const first = Number.parseInt(address.split(':', 1)[0] || '0', 16);
  const uniqueLocal = prefix >= 7 && (first & 0xfe00) === 0xfc00;
  const linkLocal = prefix >= 10 && (first & 0xffc0) === 0xfe80;
  return uniqueLocal || linkLocal;
}

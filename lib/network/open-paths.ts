import { type aws_ec2 as ec2, Token } from 'aws-cdk-lib';
import { isTier, TIER_PATHS, ENDPOINT_PORT, type Tier, INWARD_TIERS } from '../controls/tiers';

/** What a connection begins at or leads to. */
export enum NetworkPlace {
  /** Tools of operators. No path leads here. */
  MANAGEMENT = 'management',
  /** Load balancers that the public reaches. */
  EDGE = 'edge',
  /** Applications. */
  APP = 'app',
  /** Databases. */
  DATA = 'data',
  /** Interface endpoints of AWS services. */
  ENDPOINTS = 'endpoints',
  /** Everybody. */
  INTERNET = 'internet',
  /** Amazon S3, through the gateway endpoint. */
  S3 = 's3',
  /** Amazon DynamoDB, through the gateway endpoint. */
  DYNAMODB = 'dynamodb',
}

/** A path: `from` may begin connections with `to` on these ports. */
export interface OpenPath {
  readonly from: NetworkPlace;
  readonly to: NetworkPlace;
  readonly ports: Ports;
  /** For people who read the rule. */
  readonly why: string;
}

/** One port or a range, of TCP or UDP. */
export interface Ports {
  readonly protocol: 'tcp' | 'udp';
  readonly first: number;
  readonly last: number;
}

/** Where replies go: what load balancers, NAT gateways and functions take. */
export const EPHEMERAL: Ports = { protocol: 'tcp', first: 1_024, last: 65_535 };

/** Sign-in from afar: sessions go through Systems Manager, which needs no open port. */
const SIGN_IN_PORTS: readonly number[] = [22, 3389];

/** Longest text of a rule, and the characters in it: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html */
const WHY = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,200}$/;

const GATEWAYS: ReadonlySet<NetworkPlace> = new Set([NetworkPlace.S3, NetworkPlace.DYNAMODB]);

/** Whether a place is AWS's own, behind a gateway endpoint. */
export function isGateway(place: NetworkPlace): boolean {
  return GATEWAYS.has(place);
}

export function tcp(port: number): Ports {
  return { protocol: 'tcp', first: port, last: port };
}

/** Undefined where the port is something else than one or several of TCP or UDP. */
export function portsOf(port: ec2.Port): Ports | undefined {
  const { ipProtocol, fromPort, toPort } = port.toRuleJson() as Record<string, unknown>;
  if (ipProtocol !== 'tcp' && ipProtocol !== 'udp') return undefined;
  if (typeof fromPort !== 'number' || typeof toPort !== 'number' || Token.isUnresolved(fromPort)) return undefined;
  return { protocol: ipProtocol, first: fromPort, last: toPort };
}

/** `tcp 443`, `udp 1000-2000`. */
export function nameOf({ protocol, first, last }: Ports): string {
  return `${protocol} ${first === last ? first : `${first}-${last}`}`;
}

/**
 * Why a path is not opened; undefined where it can be.
 *
 * @param outward whether the application tier has a way to the Internet
 */
export function refusalOf({ from, to, ports, why }: OpenPath, outward: boolean): string | undefined {
  if (!WHY.test(why)) {
    return `why must be 1 to 200 characters that EC2 takes in a description (letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *), got "${why}"`;
  }
  const { first, last } = ports;
  if (!(Number.isInteger(first) && Number.isInteger(last) && first >= 1 && first <= last && last <= 65_535)) {
    return `port must be within 1 to 65535, got ${nameOf(ports)}`;
  }
  const signIn = SIGN_IN_PORTS.find((port) => ports.protocol === 'tcp' && first <= port && port <= last);
  const path = `${from} to ${to} on ${nameOf(ports)}`;
  if (signIn !== undefined) {
    return `${path} must not be opened: port ${signIn} is for signing in, which Session Manager does without an open port`;
  }
  if (isGateway(from))
    return `${path} must not be opened: AWS's services do not begin connections through a gateway endpoint`;
  if (isGateway(to)) {
    return from === NetworkPlace.INTERNET || first !== ENDPOINT_PORT || last !== ENDPOINT_PORT
      ? `${path} must not be opened: a gateway endpoint is reached from a tier, on ${ENDPOINT_PORT}`
      : undefined;
  }
  if (from === NetworkPlace.INTERNET) {
    return to === NetworkPlace.EDGE
      ? undefined
      : `${path} must not be opened: the Internet reaches the edge tier alone; put a load balancer there`;
  }
  if (to === NetworkPlace.INTERNET) return refusalOutward(from, path, outward);
  if (from === to || TIER_PATHS[from as Tier].includes(to as Tier)) {
    const narrow = to !== NetworkPlace.ENDPOINTS || (first === ENDPOINT_PORT && last === ENDPOINT_PORT);
    return narrow ? undefined : `${path} must not be opened: interface endpoints answer on ${ENDPOINT_PORT} alone`;
  }
  const allowed = TIER_PATHS[from as Tier];
  return allowed.length === 0
    ? `${path} must not be opened: the ${from} tier begins no connections (ADR 16)`
    : `${path} must not be opened: the ${from} tier may begin connections with ${allowed.join(', ')} only (ADR 16)`;
}

function refusalOutward(from: NetworkPlace, path: string, outward: boolean): string | undefined {
  if (isTier(from) && INWARD_TIERS.includes(from)) {
    return `${path} must not be opened: the ${from} tier is never given a way to the Internet; use an interface endpoint, or let the app tier ask`;
  }
  if (from === NetworkPlace.APP && !outward) {
    return `${path} must not be opened: the app tier has no way to the Internet; set natGateways or an inspection VPC, or use an interface endpoint`;
  }
  return undefined;
}

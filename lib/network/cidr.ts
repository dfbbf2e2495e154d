/** A range of IPv4 addresses, as numbers: the library has no dependencies, and the CDK keeps its own arithmetic to itself. */
export interface Range {
  readonly first: number;
  /** Length of the prefix, 0 to 32. */
  readonly prefix: number;
}

/** EC2 makes VPCs of 16 to 65,536 addresses: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const WIDEST_VPC_PREFIX = 16;
const NARROWEST_SUBNET_PREFIX = 28;

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Addresses that no router of the Internet forwards (RFC 1918), and the shared ones of carriers (RFC 6598), which VPCs may have. */
const PRIVATE: readonly Range[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(
  (cidr) => parse(cidr) as Range,
);

/** Undefined where the text is no range, or has bits set behind its prefix: EC2 would move it silently. */
export function parse(cidr: string): Range | undefined {
  const parts = CIDR.exec(cidr)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [prefix = 33, octets] = [parts[4], parts.slice(0, 4)];
  if (prefix > 32 || octets.some((octet) => octet > 255)) return undefined;
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return first % sizeOf(prefix) === 0 ? { first, prefix } : undefined;
}

export function format({ first, prefix }: Range): string {
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${octets.join('.')}/${prefix}`;
}

/** The part of a range: `index` among the equal parts that `bits` more bits make. */
export function partOf({ first, prefix }: Range, bits: number, index: number): Range {
  return { first: first + index * sizeOf(prefix + bits), prefix: prefix + bits };
}

export function overlap(one: Range, other: Range): boolean {
  return one.first < other.first + sizeOf(other.prefix) && other.first < one.first + sizeOf(one.prefix);
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.prefix <= inner.prefix && overlap(outer, inner);
}

/**
 * Why a range cannot be that of a VPC; undefined where it can.
 *
 * @param bits how many bits more the prefixes of its subnets have
 */
export function unfitForVpc(cidr: string, bits: number): string | undefined {
  const narrowest = NARROWEST_SUBNET_PREFIX - bits;
  const range = parse(cidr);
  if (range === undefined) return 'a range such as 10.0.0.0/20, whose address has no bits set behind the prefix';
  if (range.prefix < WIDEST_VPC_PREFIX || range.prefix > narrowest) {
    return `a range of /${WIDEST_VPC_PREFIX} to /${narrowest}, so that each subnet has at least a /${NARROWEST_SUBNET_PREFIX}`;
  }
  return PRIVATE.some((wide) => contains(wide, range)) ? undefined : 'a private range (RFC 1918 or RFC 6598)';
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

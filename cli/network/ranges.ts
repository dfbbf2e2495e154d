import { isIP } from 'node:net';

export type Family = 'v4' | 'v6';

/** Addresses of one family from the first to the last, both counted. */
export interface AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

const BITS = { v4: 32, v6: 128 } as const;

const parsed = new Map<string, AddressRange | undefined>();

/** The addresses that a text such as `10.0.0.0/16` or `2001:db8::/32` means; undefined where it is no range. */
export function parseRange(cidr: string): AddressRange | undefined {
  if (!parsed.has(cidr)) parsed.set(cidr, parse(cidr));
  return parsed.get(cidr);
}

function parse(cidr: string): AddressRange | undefined {
  const [, text = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const address = parseAddress(text);
  if (address === undefined || Number(length) > BITS[address.family]) return undefined;
  const { family, value } = address;
  const size = 1n << BigInt(BITS[family] - Number(length));
  const first = value - (value % size);
  return { family, first, last: first + size - 1n };
}

function parseAddress(text: string): { readonly family: Family; readonly value: bigint } | undefined {
  switch (isIP(text)) {
    case 4:
      return { family: 'v4', value: ofParts(text.split('.').map(Number), 8) };
    case 6:
      return { family: 'v6', value: ofParts(groupsOf(text), 16) };
    default:
      return undefined;
  }
}

/** The eight groups of an IPv6 address, with those that `::` stands for. */
function groupsOf(text: string): number[] {
  // The last four bytes may be written as those of IPv4.
  const plain = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = [], tail] = plain
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))));
  return tail === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill(0), ...tail];
}

function ofParts(parts: readonly number[], bits: number): bigint {
  return parts.reduce((sum, part) => (sum << BigInt(bits)) + BigInt(part), 0n);
}

/** How many leading bits all addresses of a range share. */
export function prefixLength({ family, first, last }: AddressRange): number {
  return BITS[family] - (last - first).toString(2).replace(/^0$/, '').length;
}

export function has(range: AddressRange, family: Family, address: bigint): boolean {
  return range.family === family && range.first <= address && address <= range.last;
}

export function contains(outer: AddressRange, inner: AddressRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(one: AddressRange, other: AddressRange): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

/** What is left of ranges once others are taken out. */
export function subtract(ranges: readonly AddressRange[], taken: readonly AddressRange[]): AddressRange[] {
  return taken.reduce<AddressRange[]>(
    (left, hole) =>
      left.flatMap((range) =>
        overlaps(range, hole)
          ? [
              { ...range, last: hole.first - 1n },
              { ...range, first: hole.last + 1n },
            ].filter(({ first, last }) => first <= last)
          : [range],
      ),
    [...ranges],
  );
}

/** The parts of `into` equal parts with `bits` host bits each, as `Fn::Cidr` cuts them. */
export function cut(range: AddressRange, count: number, bits: number): string[] {
  const size = 1n << BigInt(bits);
  return Array.from({ length: count }, (_, index) =>
    formatRange({
      family: range.family,
      first: range.first + BigInt(index) * size,
      last: range.first + BigInt(index + 1) * size - 1n,
    }),
  );
}

/** A range as text: `10.0.0.0/16` where it is one, else the addresses at its ends. */
export function formatRange({ family, first, last }: AddressRange): string {
  const size = last - first + 1n;
  const isCidr = (size & (size - 1n)) === 0n && first % size === 0n;
  if (isCidr) return `${formatAddress(family, first)}/${prefixLength({ family, first, last })}`;
  return `${formatAddress(family, first)}-${formatAddress(family, last)}`;
}

function formatAddress(family: Family, address: bigint): string {
  const [count, bits] = family === 'v4' ? [4, 8n] : [8, 16n];
  const parts = Array.from(
    { length: count },
    (_, index) => (address >> (BigInt(count - 1 - index) * bits)) & ((1n << bits) - 1n),
  );
  return family === 'v4' ? parts.join('.') : shorten(parts.map((part) => part.toString(16)).join(':'));
}

/** Leaves out the longest row of zeros, as people do (RFC 5952). */
function shorten(address: string): string {
  const [longest] = (address.match(/\b0(:0)+\b/g) ?? []).sort((one, other) => other.length - one.length);
  if (longest === undefined) return address;
  const at = address.indexOf(longest);
  const [head, tail] = [address.slice(0, at), address.slice(at + longest.length)];
  return `${head.replace(/:$/, '')}::${tail.replace(/^:/, '')}`;
}

/** Addresses on which the same is decided, whatever range is asked about. */
export interface Atom {
  readonly family: Family;
  /** One of them, which stands for all. */
  readonly address: bigint;
  readonly ranges: readonly AddressRange[];
}

/** Parts ranges so finely that each of the given ones holds all of a part or nothing of it. */
export function atomsOf(ranges: readonly AddressRange[], cuts: readonly AddressRange[]): Atom[] {
  const atoms = new Map<string, { family: Family; address: bigint; ranges: AddressRange[] }>();
  for (const range of ranges) {
    const touching = cuts.filter((other) => overlaps(other, range));
    const starts = new Set([range.first]);
    for (const { first, last } of touching) {
      if (first > range.first) starts.add(first);
      if (last < range.last) starts.add(last + 1n);
    }
    const ascending = [...starts].sort((one, other) => (one < other ? -1 : 1));
    for (const [index, first] of ascending.entries()) {
      const last = (ascending[index + 1] ?? range.last + 1n) - 1n;
      const key = `${range.family} ${cuts.map((other) => (has(other, range.family, first) ? 1 : 0)).join('')}`;
      const atom = atoms.get(key) ?? { family: range.family, address: first, ranges: [] };
      atom.ranges.push({ family: range.family, first, last });
      atoms.set(key, atom);
    }
  }
  return [...atoms.values()];
}

import fc from 'fast-check';
import { contains, format, overlap, parse, partOf, type Range, unfitForVpc } from '../../../lib/network/cidr';

const range = (cidr: string) => parse(cidr) as Range;

const prefixes = fc.integer({ min: 8, max: 30 });
const ranges = fc
  .tuple(fc.nat({ max: 2 ** 30 - 1 }), prefixes)
  .map(([seed, prefix]) => ({ first: seed * 4 - ((seed * 4) % 2 ** (32 - prefix)), prefix }));

test.each([
  ['10.0.0.0/20', { first: 167_772_160, prefix: 20 }],
  ['255.255.255.255/32', { first: 4_294_967_295, prefix: 32 }],
  ['0.0.0.0/0', { first: 0, prefix: 0 }],
])('%s is read', (cidr, expected) => {
  expect(parse(cidr)).toEqual(expected);
});

test.each(['10.0.0.1/20', '10.0.0.0', '10.0.0.0/33', '256.0.0.0/8', '10.0.0/8', '::/0', 'ten/8', ''])(
  '%j is no range',
  (cidr) => {
    expect(parse(cidr)).toBeUndefined();
  },
);

test('what is written is read back', () => {
  fc.assert(fc.property(ranges, (one) => expect(parse(format(one))).toEqual(one)));
});

test('the parts of a range lie in it, apart from each other, and fill it', () => {
  fc.assert(
    fc.property(ranges, fc.integer({ min: 1, max: 2 }), (whole, bits) => {
      const parts = Array.from({ length: 2 ** bits }, (_, index) => partOf(whole, bits, index));
      for (const [index, part] of parts.entries()) {
        expect(contains(whole, part)).toBe(true);
        for (const other of parts.slice(index + 1)) expect(overlap(part, other)).toBe(false);
      }
      expect(parts.reduce((sum, { prefix }) => sum + 2 ** (32 - prefix), 0)).toBe(2 ** (32 - whole.prefix));
    }),
  );
});

test('two ranges overlap exactly where one contains the other', () => {
  fc.assert(
    fc.property(ranges, ranges, (one, other) => {
      expect(overlap(one, other)).toBe(contains(one, other) || contains(other, one));
      expect(overlap(one, other)).toBe(overlap(other, one));
    }),
  );
});

test.each([
  ['10.0.0.0/20', 2, undefined],
  ['100.64.0.0/16', 5, undefined],
  ['192.168.1.0/24', 2, undefined],
  ['10.0.0.0/15', 2, 'a range of /16 to /26'],
  ['10.0.0.0/24', 5, 'a range of /16 to /23'],
  ['8.8.0.0/16', 2, 'a private range'],
  ['10.0.0.1/20', 2, 'whose address has no bits set behind the prefix'],
])('%s with %d bits more for its subnets: %s', (cidr, bits, expected) => {
  const verdict = unfitForVpc(cidr, bits);
  if (expected === undefined) expect(verdict).toBeUndefined();
  else expect(verdict).toContain(expected);
});

test('neighbours do not overlap', () => {
  expect(overlap(range('10.0.0.0/20'), range('10.0.16.0/20'))).toBe(false);
  expect(overlap(range('10.0.0.0/20'), range('10.0.15.0/24'))).toBe(true);
});

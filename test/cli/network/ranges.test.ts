import { formatPorts, holds, intersect, type PortSet, union, without } from '../../../cli/network/ports';
import {
  type AddressRange,
  atomsOf,
  contains,
  cut,
  formatRange,
  has,
  overlaps,
  parseRange,
  prefixLength,
  subtract,
} from '../../../cli/network/ranges';

const range = (cidr: string) => parseRange(cidr) as AddressRange;
const ports = (...texts: string[]): PortSet =>
  texts.map((text) => {
    const [first = 0, last = first] = text.split('-').map(Number);
    return { first, last };
  });

describe('a range', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8', 8],
    ['10.1.2.3/16', '10.1.0.0/16', 16],
    ['255.255.255.255/32', '255.255.255.255/32', 32],
    ['0.0.0.0/0', '0.0.0.0/0', 0],
    ['2001:db8::/32', '2001:db8::/32', 32],
    ['::/0', '::/0', 0],
    ['::1/128', '::1/128', 128],
    ['2001:DB8:0:0:1::/80', '2001:db8:0:0:1::/80', 80],
    ['::ffff:192.0.2.1/128', '::ffff:c000:201/128', 128],
    ['fe80:1:2:3:4:5:6:7/128', 'fe80:1:2:3:4:5:6:7/128', 128],
  ])('%s is %s', (cidr, shown, length) => {
    expect([formatRange(range(cidr)), prefixLength(range(cidr))]).toEqual([shown, length]);
  });

  test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '2001:db8::/129', 'pl-123', 's3', ''])('%j is none', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  test('holds what lies in it, of its own family', () => {
    expect(contains(range('10.0.0.0/8'), range('10.255.0.0/16'))).toBe(true);
    expect(contains(range('10.255.0.0/16'), range('10.0.0.0/8'))).toBe(false);
    expect(contains(range('0.0.0.0/0'), range('::/0'))).toBe(false);
    expect(overlaps(range('10.0.0.0/8'), range('10.255.0.0/16'))).toBe(true);
    expect(overlaps(range('10.0.0.0/9'), range('10.128.0.0/9'))).toBe(false);
    expect(has(range('10.0.0.0/8'), 'v4', 0x0affffffn)).toBe(true);
    expect(has(range('10.0.0.0/8'), 'v4', 0x0b000000n)).toBe(false);
    expect(has(range('10.0.0.0/8'), 'v6', 0x0affffffn)).toBe(false);
  });

  test('is what is left once others are taken out', () => {
    const left = subtract([range('10.0.0.0/8')], [range('10.0.0.0/9'), range('10.200.0.0/16'), range('11.0.0.0/8')]);
    expect(left.map(formatRange)).toEqual(['10.128.0.0-10.199.255.255', '10.201.0.0-10.255.255.255']);
    expect(subtract([range('10.0.0.0/8')], [range('0.0.0.0/0')])).toEqual([]);
  });

  test('is cut as CloudFormation cuts it', () => {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html
    expect(cut(range('192.168.0.0/24'), 3, 5)).toEqual(['192.168.0.0/27', '192.168.0.32/27', '192.168.0.64/27']);
    expect(cut(range('2001:db8::/56'), 2, 64)).toEqual(['2001:db8::/64', '2001:db8:0:1::/64']);
  });

  test('is parted where others begin and end, and what they treat alike stays together', () => {
    const atoms = atomsOf([range('10.0.0.0/24')], ['10.0.0.64/26', '10.0.0.128/25', '0.0.0.0/0'].map(range));
    expect(atoms.map(({ ranges }) => ranges.map(formatRange))).toEqual([
      ['10.0.0.0/26'],
      ['10.0.0.64/26'],
      ['10.0.0.128/25'],
    ]);
    const halves = atomsOf([range('10.0.0.0/24')], [range('10.0.0.64/26')]);
    expect(halves.map(({ ranges }) => ranges.map(formatRange))).toEqual([
      ['10.0.0.0/26', '10.0.0.128/25'],
      ['10.0.0.64/26'],
    ]);
  });
});

describe('ports', () => {
  test.each([
    [ports('443', '80', '1024-65535'), '80, 443, 1024-65535'],
    [ports('80', '81'), '80-81'],
    [ports('1-10', '5-20', '20'), '1-20'],
    [ports('0-65535', '22'), 'all'],
    [ports(), 'none'],
  ])('%j together are %s', (set, shown) => {
    expect(formatPorts(union(set))).toBe(shown);
  });

  test('have in common what both have, and keep what is not taken', () => {
    expect(formatPorts(intersect(ports('80', '443-500'), ports('80-450', '490-600')))).toBe('80, 443-450, 490-500');
    expect(formatPorts(intersect(ports('80'), ports('443')))).toBe('none');
    expect(formatPorts(without(ports('0-65535'), ports('22', '3389')))).toBe('0-21, 23-3388, 3390-65535');
    expect(holds(ports('1024-65535'), ports('32768-60999'))).toBe(true);
    expect(holds(ports('1024-40000'), ports('32768-60999'))).toBe(false);
  });
});

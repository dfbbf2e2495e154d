import { isPublicCidr, judgeIngress } from '../../../lib/controls/public-ingress';

describe('isPublicCidr', () => {
  test.each([
    '0.0.0.0/0',
    '0.0.0.0/1',
    '128.0.0.0/1',
    '64.0.0.0/2',
    '8.0.0.0/7',
    '10.1.2.3/0',
    '::/0',
    '::/1',
    '8000::/1',
    '2000::/3',
    '2001:db8::/31',
    '2600::/12',
    'f000::/4',
    'fc00::/6',
    'fe80::/9',
  ])('%s stands for the public', (cidr) => {
    expect(isPublicCidr(cidr)).toBe(true);
  });

  test.each([
    '10.0.0.0/8',
    '3.0.0.0/8',
    '203.0.113.7/32',
    '192.168.0.0/16',
    '2001:db8::/32',
    '2001:db8::1/128',
    'fc00::/7',
    'fd00::/8',
    'FD12:3456::/16',
    'fe80::/10',
  ])('%s does not', (cidr) => {
    expect(isPublicCidr(cidr)).toBe(false);
  });

  test.each([
    '',
    '0.0.0.0',
    '0.0.0.0/',
    '0.0.0.0/33',
    '::/129',
    '0.0.0.0/0/0',
    '300.0.0.0/8',
    'anywhere/0',
    '0.0.0.0/-1',
    '010.0.0.0/8',
  ])('%j is refused', (cidr) => {
    expect(() => isPublicCidr(cidr)).toThrow(`got ${cidr}`);
  });
});

describe('judgeIngress', () => {
  const anywhere = '0.0.0.0/0';
  test.each([
    ['SSH from anywhere', { protocol: 'tcp', fromPort: 22, toPort: 22, cidr: anywhere }, false, 'public'],
    ['SSH from anywhere at the edge', { protocol: 'tcp', fromPort: 22, toPort: 22, cidr: anywhere }, true, 'public'],
    ['SSH from one half', { protocol: 'tcp', fromPort: 22, toPort: 22, cidr: '128.0.0.0/1' }, true, 'public'],
    ['SSH from anywhere over IPv6', { protocol: '6', fromPort: 22, toPort: 22, cidr: '::/0' }, true, 'public'],
    ['SSH from an office', { protocol: 'tcp', fromPort: 22, toPort: 22, cidr: '203.0.113.0/24' }, false, 'allowed'],
    ['HTTPS at the edge', { protocol: 'tcp', fromPort: 443, toPort: 443, cidr: anywhere }, true, 'allowed'],
    ['HTTP at the edge over IPv6', { protocol: 'TCP', fromPort: 80, toPort: 80, cidr: '::/0' }, true, 'allowed'],
    ['HTTPS by protocol number', { protocol: '6', fromPort: 443, toPort: 443, cidr: anywhere }, true, 'allowed'],
    ['HTTPS elsewhere', { protocol: 'tcp', fromPort: 443, toPort: 443, cidr: anywhere }, false, 'public'],
    ['80 to 443 at the edge', { protocol: 'tcp', fromPort: 80, toPort: 443, cidr: anywhere }, true, 'public'],
    ['UDP 443 at the edge', { protocol: 'udp', fromPort: 443, toPort: 443, cidr: anywhere }, true, 'public'],
    ['TCP without ports at the edge', { protocol: 'tcp', cidr: anywhere }, true, 'public'],
    ['everything', { protocol: '-1', cidr: anywhere }, true, 'public'],
    ['fragmentation needed', { protocol: 'icmp', fromPort: 3, toPort: 4, cidr: anywhere }, false, 'allowed'],
    ['fragmentation needed by number', { protocol: '1', fromPort: 3, toPort: 4, cidr: anywhere }, false, 'allowed'],
    ['packet too big', { protocol: 'icmpv6', fromPort: 2, toPort: -1, cidr: '::/0' }, false, 'allowed'],
    ['packet too big by number', { protocol: '58', fromPort: 2, toPort: 0, cidr: '::/0' }, false, 'allowed'],
    ['all ICMP', { protocol: 'icmp', fromPort: -1, toPort: -1, cidr: anywhere }, false, 'public'],
    ['all codes of type 3', { protocol: 'icmp', fromPort: 3, toPort: -1, cidr: anywhere }, false, 'public'],
    ['echo', { protocol: 'icmp', fromPort: 8, toPort: -1, cidr: anywhere }, true, 'public'],
    ['TCP port 3 to 4', { protocol: 'tcp', fromPort: 3, toPort: 4, cidr: anywhere }, false, 'public'],
    ['no range at all', { protocol: 'tcp', fromPort: 22, toPort: 22, cidr: 'sg-12345678' }, false, 'unknown'],
  ])('%s', (_name, rule, edge, verdict) => {
    expect(judgeIngress(rule, { edge })).toBe(verdict);
  });
});

import { concerns } from '../../../cli/network/concerns';
import { differences } from '../../../cli/network/differences';
import type { NetworkModel } from '../../../cli/network/model';
import { pathTable } from '../../../cli/network/paths';
import { formatPorts } from '../../../cli/network/ports';
import { network, open, path, type Sketch } from './sketch';

/** One VPC with two tiers, between which everything is open but what groups say. */
const PAIR: Sketch = {
  vpcs: { v: '10.0.0.0/16' },
  subnets: { app: 'v app z1 10.0.0.0/24', data: 'v data z1 10.0.1.0/24' },
  groups: { app: ['out tcp 5432 data'], data: ['in tcp 5432 app'] },
};

/** The same over two VPCs. */
const APART: Sketch = {
  ...PAIR,
  vpcs: { v: '10.0.0.0/16', w: '10.1.0.0/16' },
  subnets: { app: 'v app z1 10.0.0.0/24', data: 'w data z1 10.1.0.0/24' },
};
const PEERED: Sketch = {
  ...APART,
  routes: { app: ['10.1.0.0/16 peering p'], data: ['10.0.0.0/16 peering p'] },
  more: { peerings: [{ id: 'p', requester: 'v', accepter: 'w', active: true }] },
};
const attached = (id: string, vpc: string, ...subnets: string[]) => ({ id, vpc, subnets, groupReferences: true });
const TRANSIT: NetworkModel['transitGateways'][number] = {
  id: 't',
  groupReferences: true,
  attachments: [attached('tv', 'v', 'app'), attached('tw', 'w', 'data')],
  routeTables: [
    { id: 'of v', associations: ['tv'], routes: [{ cidr: '10.1.0.0/16', attachment: 'tw' }] },
    { id: 'of w', associations: ['tw'], routes: [{ cidr: '10.0.0.0/16', attachment: 'tv' }] },
  ],
};
const over = (gateway: Partial<typeof TRANSIT> = {}, sketch: Partial<Sketch> = {}): Sketch => ({
  ...APART,
  groups: { app: ['out tcp 5432 10.1.0.0/24'], data: ['in tcp 5432 app'] },
  routes: { app: ['10.1.0.0/16 transit-gateway t'], data: ['10.0.0.0/16 transit-gateway t'] },
  more: { transitGateways: [{ ...TRANSIT, ...gateway }] },
  ...sketch,
});

/** A tier that the Internet reaches, and one behind it. */
const FACING: Sketch = {
  vpcs: { v: '10.0.0.0/16' },
  subnets: { edge: 'v edge z1 10.0.0.0/24', app: 'v app z1 10.0.1.0/24' },
  routes: { edge: ['0.0.0.0/0 internet-gateway igw'] },
  groups: { edge: ['in tcp 443 0.0.0.0/0'], app: ['out tcp 443 0.0.0.0/0'] },
  more: { internetGateways: [{ id: 'igw', vpc: 'v' }], nats: [{ id: 'nat', subnet: 'edge', public: true }] },
};
const but = (sketch: Sketch, change: Partial<Sketch>): Sketch => ({ ...sketch, ...change });

const OPEN = ['app -> data tcp 5432 (v4)'];

describe('security groups', () => {
  test.each<[string, NonNullable<Sketch['groups']>, string[]]>([
    ['both ends have to let it through', { app: ['out tcp 5432 data'], data: ['in tcp 5432 app'] }, OPEN],
    ['nothing leaves without a rule', { app: [], data: ['in tcp 5432 app'] }, []],
    ['nothing enters without a rule', { app: ['out tcp 5432 data'], data: [] }, []],
    [
      'only ports of both are open',
      { app: ['out tcp 5000-6000 data'], data: ['in tcp 5400-7000 app'] },
      ['app -> data tcp 5400-6000 (v4)'],
    ],
    [
      'rules are merged',
      { app: ['out all all data'], data: ['in tcp 5432 app', 'in tcp 80 10.0.0.0/8', 'in tcp 443 app'] },
      ['app -> data tcp 80, 443, 5432 (v4)'],
    ],
    ['a protocol is not another', { app: ['out udp 5432 data'], data: ['in tcp 5432 app'] }, []],
    [
      'all protocols are TCP and UDP too',
      { app: ['out all all data'], data: ['in all all app'] },
      ['app -> data tcp all (v4)', 'app -> data udp all (v4)'],
    ],
    ['another group does not count', { app: ['out tcp 5432 data'], data: ['in tcp 5432 edge'] }, []],
    [
      'a range that holds half of a subnet opens it in part',
      { app: ['out tcp 5432 data'], data: ['in tcp 5432 10.0.0.0/25'] },
      ['app -> data tcp 5432 (v4, in part)'],
    ],
    [
      'two halves are the whole',
      { app: ['out tcp 5432 data'], data: ['in tcp 5432 10.0.0.0/25', 'in tcp 5432 10.0.0.128/25'] },
      OPEN,
    ],
    [
      'a tier talks within itself where its group says so',
      { app: ['out tcp 7000 app', 'in tcp 7000 app'], data: [] },
      ['app -> app tcp 7000 (v4)'],
    ],
  ])('%s', (_, groups, expected) => {
    expect(open(network(but(PAIR, { groups })))).toEqual(expected);
  });

  test('tell which part of a subnet a rule is for', () => {
    const { notes } = path(
      network(but(PAIR, { groups: { app: ['out tcp 5432 data'], data: ['in tcp 5432 10.0.0.0/25'] } })),
      'app',
      'data',
    );
    expect(notes).toEqual(['5432 only from app (10.0.0.0/25)']);
  });

  test('admit what stands on a prefix list', () => {
    const model = network(but(PAIR, { groups: { app: ['out tcp 5432 data'], data: ['in tcp 5432 list mine'] } }));
    const listed = (...cidrs: string[]) => open({ ...model, prefixLists: [{ id: 'mine', name: 'mine', cidrs }] });
    expect(listed('10.0.0.0/24')).toEqual(OPEN);
    expect(listed('10.9.0.0/24')).toEqual([]);
  });

  test('of one tier are merged, as with a machine that has all of them', () => {
    const model = network(but(PAIR, { groups: { app: [], data: ['in tcp 5432 more'] } }));
    const more = {
      id: 'more',
      name: 'more',
      vpc: 'v',
      tier: 'app',
      ingress: [],
      egress: [{ protocol: 'all' as const, peer: { cidr: '0.0.0.0/0' } }],
    };
    expect(open({ ...model, securityGroups: [...model.securityGroups, more] })).toEqual(OPEN);
  });
});

describe('network ACLs', () => {
  const reply = '900 out allow tcp 1024-65535 10.0.0.0/24';
  test.each<[string, readonly string[], string]>([
    [
      'the lowest number that matches decides: allow first',
      ['100 in allow tcp 5432 0.0.0.0/0', '200 in deny tcp 5432 0.0.0.0/0', reply],
      '5432',
    ],
    [
      'the lowest number that matches decides: deny first',
      ['200 in allow tcp 5432 0.0.0.0/0', '100 in deny tcp 5432 0.0.0.0/0', reply],
      'none',
    ],
    [
      'numbers count, not the order in which they are told',
      ['900 in deny all all 0.0.0.0/0', '5 in allow tcp 5432 10.0.0.0/16', reply],
      '5432',
    ],
    ['what no entry names is denied', ['100 in allow tcp 443 0.0.0.0/0', reply], 'none'],
    [
      'a denial of other addresses does not matter',
      ['1 in deny all all 10.9.0.0/16', '2 in allow tcp 5432 0.0.0.0/0', reply],
      '5432',
    ],
    [
      'a denial of another protocol does not matter',
      ['1 in deny udp 5432 0.0.0.0/0', '2 in allow tcp 5432 0.0.0.0/0', reply],
      '5432',
    ],
    ['replies have to leave', ['100 in allow tcp 5432 0.0.0.0/0'], 'none'],
    [
      'replies to the port of the request are none',
      ['100 in allow tcp 5432 0.0.0.0/0', '100 out allow tcp 5432 0.0.0.0/0'],
      'none',
    ],
    [
      'replies to the ports of Linux are enough',
      ['100 in allow tcp 5432 0.0.0.0/0', '100 out allow tcp 32768-60999 0.0.0.0/0'],
      '5432',
    ],
    ['fewer are not', ['100 in allow tcp 5432 0.0.0.0/0', '100 out allow tcp 40000-65535 0.0.0.0/0'], 'none'],
  ])('%s', (_, entries, expected) => {
    expect(formatPorts(path(network(but(PAIR, { acls: { data: entries } })), 'app', 'data').ports)).toBe(expected);
  });

  test('are asked at both ends, both ways', () => {
    const ends = (app: string[]) => open(network(but(PAIR, { acls: { app } })));
    expect(ends(['1 out allow tcp 5432 10.0.1.0/24', '1 in allow tcp 1024-65535 10.0.1.0/24'])).toEqual(OPEN);
    expect(ends(['1 out allow tcp 5432 10.0.1.0/24'])).toEqual([]);
    expect(ends(['1 in allow tcp 1024-65535 10.0.1.0/24'])).toEqual([]);
  });

  test('that keep some ports of replies shut open a path in part, and sign-in ports do not count', () => {
    const replies = (ports: string, ...more: string[]) =>
      path(
        network(
          but(PAIR, {
            acls: { data: ['1 in allow tcp 5432 0.0.0.0/0', ...more, `2 out allow tcp ${ports} 0.0.0.0/0`] },
          }),
        ),
        'app',
        'data',
      );
    expect(replies('1024-65535')).toMatchObject({ partial: false, notes: [] });
    expect(replies('32768-65535')).toMatchObject({ partial: true, notes: ['no replies to ports 1024-32767'] });
    expect(replies('1024-65535', '1 out deny tcp 3389 0.0.0.0/0')).toMatchObject({
      partial: false,
      notes: ['no replies to ports 3389'],
    });
  });

  test('do not stand within a subnet', () => {
    const model = network({
      ...PAIR,
      groups: { app: ['out tcp 7000 app', 'in tcp 7000 app'] },
      acls: { app: ['1 in deny all all 0.0.0.0/0'] },
    });
    expect(open(model)).toEqual(['app -> app tcp 7000 (v4)']);
  });

  test('of two zones that differ are told', () => {
    const model = network({
      ...PAIR,
      subnets: { ...PAIR.subnets, 'data-2': 'v data z2 10.0.2.0/24' },
      acls: { 'data-2': [] },
    });
    expect(path(model, 'app', 'data')).toMatchObject({ partial: true, notes: ['5432 only to data (10.0.1.0/24)'] });
  });
});

describe('routes', () => {
  test.each<[string, Sketch, string | undefined]>([
    ['a peering joins two VPCs', PEERED, undefined],
    [
      'a peering needs a route',
      but(PEERED, { routes: { data: ['10.0.0.0/16 peering p'] } }),
      'route: the route table of app has no route to data',
    ],
    [
      'a peering needs a route back',
      but(PEERED, { routes: { app: ['10.1.0.0/16 peering p'] } }),
      'route back: the route table of data has no route to app',
    ],
    [
      'the longest prefix decides',
      but(PEERED, {
        routes: { ...PEERED.routes, app: ['10.1.0.0/16 peering p', '10.1.0.0/24 peering x blackhole'] },
      }),
      'route: the route table of app leads 10.1.0.0/24 into a black hole (x)',
    ],
    [
      'a shorter prefix does not',
      but(PEERED, {
        routes: { ...PEERED.routes, app: ['10.1.0.0/24 peering p', '10.1.0.0/16 peering x blackhole'] },
      }),
      undefined,
    ],
    [
      'a black hole swallows',
      but(PEERED, { routes: { ...PEERED.routes, app: ['10.1.0.0/16 peering p blackhole'] } }),
      'route: the route table of app leads 10.1.0.0/16 into a black hole (p)',
    ],
    [
      'a peering has to be active',
      but(PEERED, { more: { peerings: [{ id: 'p', requester: 'v', accepter: 'w', active: false }] } }),
      'route: the route table of app leads 10.1.0.0/16 to p: the peering is not active',
    ],
    [
      'a peering has to be with the VPC',
      but(PEERED, { more: { peerings: [{ id: 'p', requester: 'v', accepter: 'x', active: true }] } }),
      'route: the route table of app leads 10.1.0.0/16 to p: nothing in the VPC x has that address',
    ],
    ['a transit gateway joins two VPCs', over(), undefined],
    [
      'an attachment without a route table leads nowhere',
      over({ routeTables: TRANSIT.routeTables.slice(1) }),
      'route: the route table of app leads 10.1.0.0/16 to t: the attachment of the VPC v is associated with no route table',
    ],
    [
      'a table of the transit gateway needs the route',
      over({ routeTables: [{ id: 'of v', associations: ['tv'], routes: [] }, ...TRANSIT.routeTables.slice(1)] }),
      'route: the route table of app leads 10.1.0.0/16 to t: its route table for the VPC v has no route to data',
    ],
    [
      'a table of the transit gateway may drop',
      over({
        routeTables: [
          {
            id: 'of v',
            associations: ['tv'],
            routes: [{ cidr: '10.1.0.0/16', attachment: 'tw' }, { cidr: '10.1.0.0/24' }],
          },
          ...TRANSIT.routeTables.slice(1),
        ],
      }),
      'route: the route table of app leads 10.1.0.0/16 to t: its route table for the VPC v drops 10.1.0.0/24',
    ],
    [
      'a VPC has to be attached',
      over({ attachments: TRANSIT.attachments.slice(1) }),
      'route: the route table of app leads 10.1.0.0/16 to t: the VPC v is not attached to it',
    ],
    [
      'a VPC has to be attached in the zone',
      over(
        { attachments: [attached('tv', 'v', 'other'), attached('tw', 'w', 'data')] },
        { subnets: { ...APART.subnets, other: 'v none z2 10.0.2.0/24' } },
      ),
      'route: the route table of app leads 10.1.0.0/16 to t: it is not attached in z1',
    ],
  ])('%s', (_, sketch, closed) => {
    const { ports, closedBy } = path(network(sketch), 'app', 'data');
    expect(closedBy.map(({ layer, says }) => `${layer}: ${says}`)[0]).toBe(closed);
    expect(formatPorts(ports)).toBe(closed === undefined ? '5432' : 'none');
  });

  test('over a peering do not go on to a third VPC', () => {
    const model = network({
      vpcs: { v: '10.0.0.0/16', w: '10.1.0.0/16', x: '10.2.0.0/16' },
      subnets: { app: 'v app z1 10.0.0.0/24', hub: 'w hub z1 10.1.0.0/24', data: 'x data z1 10.2.0.0/24' },
      groups: { app: ['out tcp 5432 10.0.0.0/8'], data: ['in tcp 5432 10.0.0.0/8'] },
      routes: { app: ['10.2.0.0/16 peering p'], hub: ['10.2.0.0/16 peering q'], data: ['10.0.0.0/16 peering q'] },
      more: {
        peerings: [
          { id: 'p', requester: 'v', accepter: 'w', active: true },
          { id: 'q', requester: 'w', accepter: 'x', active: true },
        ],
      },
    });
    expect(open(model)).toEqual([]);
    expect(path(model, 'app', 'data').closedBy).toEqual([
      { layer: 'route', says: 'the route table of app leads 10.2.0.0/16 to p: nothing in the VPC w has that address' },
      {
        layer: 'route back',
        says: 'the route table of data leads 10.0.0.0/16 to q: nothing in the VPC w has that address',
      },
    ]);
  });

  test('over a transit gateway let groups be named where packets come in, never where they go out', () => {
    const groups = { app: ['out tcp 5432 data'], data: ['in tcp 5432 app'] };
    expect(path(network(over({}, { groups })), 'app', 'data').closedBy).toMatchObject([{ layer: 'group out' }]);
    expect(path(network(over({ groupReferences: false })), 'app', 'data').closedBy).toMatchObject([
      { layer: 'group in' },
    ]);
  });

  test('over a transit gateway meet the network ACL of the subnet to which it is attached, unless that is their end', () => {
    const sketch = over(
      { attachments: [attached('tv', 'v', 'app'), attached('tw', 'w', 'door')] },
      { subnets: { ...APART.subnets, door: 'w none z1 10.1.1.0/24' }, acls: { door: [] } },
    );
    const through = (sketch_: Sketch) => formatPorts(path(network(sketch_), 'app', 'data').ports);
    expect(through(sketch)).toBe('none');
    expect(through(but(sketch, { acls: {} }))).toBe('5432');
  });

  // https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
  test.each<[string, string, readonly string[], string | undefined]>([
    [
      'lets in what comes from there',
      'app',
      ['1 in allow tcp 5432 10.0.0.0/24', '1 out allow all all 0.0.0.0/0'],
      undefined,
    ],
    ['does not', 'app', ['1 in allow all all 10.1.0.0/16', '1 out allow all all 0.0.0.0/0'], 'network ACL in'],
    ['does not let it out', 'app', ['1 in allow all all 0.0.0.0/0'], 'network ACL out'],
    [
      'lets in replies from there',
      'data',
      ['1 in allow all all 10.1.0.0/24', '1 out allow all all 0.0.0.0/0'],
      undefined,
    ],
    [
      'does not let in replies',
      'data',
      ['1 in allow all all 10.0.0.0/24', '1 out allow all all 0.0.0.0/0'],
      'replies in',
    ],
  ])('over a transit gateway attached in the own subnet, whose network ACL %s (%s)', (_, subnet, entries, closed) => {
    const { ports, closedBy } = path(network(over({}, { acls: { [subnet]: entries } })), 'app', 'data');
    expect(closedBy.map(({ layer }) => layer)).toEqual(closed === undefined ? [] : [closed]);
    expect(formatPorts(ports)).toBe(closed === undefined ? '5432' : 'none');
  });

  test('that nobody can follow are told as unknown, and open nothing', () => {
    const model = network(but(PEERED, { routes: { ...PEERED.routes, app: ['10.1.0.0/16 interface eni-1'] } }));
    expect(path(model, 'app', 'data')).toMatchObject({
      ports: [],
      unknown:
        'the route table of app leads 10.1.0.0/16 to eni-1: what becomes of packets at the interface cannot be told',
    });
  });
});

describe('the Internet', () => {
  const nat = { app: ['0.0.0.0/0 nat nat'] };
  const routes = (change: NonNullable<Sketch['routes']>) => but(FACING, { routes: { ...FACING.routes, ...change } });
  const INWARD = ['internet -> edge tcp 443 (v4)'];
  const OUTWARD = ['app -> edge tcp 443 (v4)', 'app -> internet tcp 443 (v4)'];

  test.each<[string, Sketch, string[]]>([
    ['is let in where the gateway, a route back and a group are', FACING, ['app -> edge tcp 443 (v4)', ...INWARD]],
    ['is not let in without a route back', routes({ edge: [] }), ['app -> edge tcp 443 (v4)']],
    [
      'is not let in by a gateway of another VPC',
      but(FACING, { more: { internetGateways: [{ id: 'igw', vpc: 'w' }] } }),
      ['app -> edge tcp 443 (v4)'],
    ],
    [
      'is let in by a default route that is split',
      routes({ edge: ['0.0.0.0/1 internet-gateway igw', '128.0.0.0/1 internet-gateway igw'] }),
      ['app -> edge tcp 443 (v4)', ...INWARD],
    ],
    [
      'is let in by half of a default route, in part',
      routes({ edge: ['0.0.0.0/1 internet-gateway igw'] }),
      ['app -> edge tcp 443 (v4)', 'internet -> edge tcp 443 (v4, in part)'],
    ],
    [
      'is not let in where replies leave by another way',
      routes({ edge: ['0.0.0.0/0 nat nat'] }),
      ['app -> edge tcp 443 (v4)'],
    ],
    ['is reached through a NAT gateway', routes(nat), [...OUTWARD, ...INWARD]],
    [
      'is not reached through a NAT gateway that has no way itself',
      routes({ ...nat, edge: [] }),
      ['app -> edge tcp 443 (v4)'],
    ],
    [
      'is not reached through a private NAT gateway',
      but(routes(nat), { more: { ...FACING.more, nats: [{ id: 'nat', subnet: 'edge', public: false }] } }),
      ['app -> edge tcp 443 (v4)', ...INWARD],
    ],
    [
      'is not reached where the network ACL of the NAT gateway stops it',
      but(routes(nat), {
        acls: {
          edge: ['1 in deny tcp 443 10.0.1.0/24', '2 in allow all all 0.0.0.0/0', '1 out allow all all 0.0.0.0/0'],
        },
      }),
      INWARD,
    ],
    [
      'is no private address',
      but(FACING, {
        groups: { edge: ['in tcp 443 172.16.0.0/12', 'in tcp 80 192.168.0.0/16', 'in tcp 22 10.0.0.0/16'] },
      }),
      [],
    ],
    [
      'has addresses of its own',
      but(FACING, { groups: { edge: ['in tcp 22 203.0.113.5/32'] } }),
      ['internet -> edge tcp 22 (v4, in part)'],
    ],
    [
      'is let in by two halves as by the whole',
      but(FACING, { groups: { edge: ['in tcp 22 0.0.0.0/1', 'in tcp 22 128.0.0.0/1'] } }),
      ['internet -> edge tcp 22 (v4)'],
    ],
  ])('%s', (_, sketch, expected) => {
    expect(open(network(sketch))).toEqual(expected);
  });

  test('is told to need a public address, or who gives one', () => {
    const model = network(FACING);
    const given = {
      ...model,
      subnets: model.subnets.map((subnet) => ({ ...subnet, publicAddresses: subnet.tier === 'edge' })),
    };
    expect(path(model, 'internet', 'edge').notes).toEqual([
      'for machines with a public address, which no subnet gives by itself',
    ]);
    expect(path(given, 'internet', 'edge').notes).toEqual(['machines get a public address by themselves in edge']);
  });

  test('does not reach data, and five layers say so', () => {
    const model = network({
      ...FACING,
      subnets: { ...FACING.subnets, data: 'v data z1 10.0.2.0/24' },
      groups: { ...FACING.groups, data: ['in tcp 5432 app'] },
      acls: { data: ['1 in allow tcp 5432 10.0.1.0/24', '1 out allow tcp 1024-65535 10.0.1.0/24'] },
    });
    expect(path(model, 'internet', 'data').closedBy).toEqual([
      { layer: 'network ACL in', says: 'network ACL acl of data inbound: no tcp from internet to data' },
      { layer: 'group in', says: 'no rule of data admits tcp from internet' },
      { layer: 'route back', says: 'the route table of data has no route to the Internet' },
      {
        layer: 'replies out',
        says: 'network ACL acl of data outbound: no replies from data to internet on 32768-60999',
      },
    ]);
  });
});

describe('IPv6', () => {
  const sketch: Sketch = {
    vpcs: { v: '10.0.0.0/16 2001:db8::/56' },
    subnets: { edge: 'v edge z1 10.0.0.0/24 2001:db8::/64', app: 'v app z1 10.0.1.0/24 2001:db8:0:1::/64' },
    groups: { edge: ['in tcp 443 ::/0'], app: ['out tcp 443 ::/0'] },
    more: { internetGateways: [{ id: 'igw', vpc: 'v' }], egressOnlyGateways: [{ id: 'eigw', vpc: 'v' }] },
  };
  const WITHIN = 'app -> edge tcp 443 (v6)';

  test.each<[string, Partial<Sketch>, string[]]>([
    ['has its own rules', {}, [WITHIN]],
    [
      'has its own network ACL entries',
      { acls: { edge: ['1 in allow all all 0.0.0.0/0', '1 out allow all all 0.0.0.0/0'] } },
      [],
    ],
    ['has its own routes', { routes: { edge: ['0.0.0.0/0 internet-gateway igw'] } }, [WITHIN]],
    [
      'comes in by an internet gateway',
      { routes: { edge: ['::/0 internet-gateway igw'] } },
      [WITHIN, 'internet -> edge tcp 443 (v6)'],
    ],
    ['does not come in by an egress-only gateway', { routes: { edge: ['::/0 egress-only eigw'] } }, [WITHIN]],
    [
      'goes out by an egress-only gateway',
      { routes: { app: ['::/0 egress-only eigw'] } },
      [WITHIN, 'app -> internet tcp 443 (v6)'],
    ],
    [
      'does not go out by a NAT gateway',
      { routes: { app: ['::/0 nat nat'] }, more: { nats: [{ id: 'nat', subnet: 'edge', public: true }] } },
      [WITHIN],
    ],
  ])('%s', (_, change, expected) => {
    expect(open(network(but(sketch, change)))).toEqual(expected);
  });

  test('is nowhere where no subnet has addresses of it', () => {
    expect(path(network(PAIR), 'app', 'data', 'tcp', 'v6').closedBy).toEqual([
      { layer: 'address', says: 'app and data has no IPv6 addresses' },
    ]);
  });
});

describe('AWS services behind gateway endpoints', () => {
  const endpoint = { id: 'vpce-s3', service: 's3', vpc: 'v', routeTables: ['table of app'], prefixList: 's3' };
  const sketch = (change: Partial<Sketch> = {}): Sketch => ({
    ...PAIR,
    groups: { app: ['out tcp 443 list s3'] },
    routes: { app: ['s3 gateway-endpoint vpce-s3'] },
    more: { gatewayEndpoints: [endpoint], prefixLists: [{ id: 's3', name: 's3' }] },
    ...change,
  });
  const S3 = ['app -> s3 tcp 443 (v4)'];

  test.each<[string, Sketch, string[]]>([
    ['are reached by their prefix list', sketch(), S3],
    ['are reached by a rule for everybody', sketch({ groups: { app: ['out tcp 443 0.0.0.0/0'] } }), S3],
    ['are not reached without a route', sketch({ routes: {} }), []],
    ['are not reached by a rule for others', sketch({ groups: { app: ['out tcp 443 10.0.0.0/8'] } }), []],
    [
      'are not reached where the network ACL stops them',
      sketch({
        acls: {
          app: ['1 out deny tcp 443 0.0.0.0/0', '2 out allow all all 0.0.0.0/0', '1 in allow all all 0.0.0.0/0'],
        },
      }),
      [],
    ],
    ['are not reached where it stops replies', sketch({ acls: { app: ['1 out allow all all 0.0.0.0/0'] } }), []],
    [
      'are reached at the addresses of their list',
      sketch({
        groups: { app: ['out tcp 443 52.92.0.0/16'] },
        more: {
          gatewayEndpoints: [endpoint],
          prefixLists: [{ id: 's3', name: 's3', cidrs: ['52.92.0.0/17', '52.92.128.0/17'] }],
        },
      }),
      S3,
    ],
    [
      'are no part of the Internet',
      sketch({
        groups: { app: ['out tcp 443 0.0.0.0/0'] },
        more: { gatewayEndpoints: [endpoint], prefixLists: [{ id: 's3', name: 's3', cidrs: ['52.92.0.0/16'] }] },
      }),
      S3,
    ],
  ])('%s', (_, given, expected) => {
    expect(open(network(given))).toEqual(expected);
  });

  test('begin no connections', () => {
    const table = pathTable(network(sketch()));
    expect(table.filter(({ from }) => from === 's3')).toEqual([]);
    expect(table.filter(({ to }) => to === 's3').length).toBeGreaterThan(0);
  });
});

describe('an inspection', () => {
  const sketch = (routes: NonNullable<Sketch['routes']> = {}): Sketch => ({
    vpcs: { v: '10.0.0.0/16', i: '10.9.0.0/24' },
    subnets: {
      app: 'v app z1 10.0.0.0/24',
      door: 'i transit z1 10.9.0.0/26',
      wall: 'i firewall z1 10.9.0.64/26',
      exit: 'i egress z1 10.9.0.128/26',
    },
    groups: { app: ['out tcp 443 0.0.0.0/0'] },
    routes: {
      app: ['0.0.0.0/0 transit-gateway t'],
      door: ['0.0.0.0/0 firewall-endpoint f'],
      wall: ['0.0.0.0/0 nat n', '10.0.0.0/16 transit-gateway t'],
      exit: ['0.0.0.0/0 internet-gateway igw', '10.0.0.0/16 firewall-endpoint f'],
      ...routes,
    },
    more: {
      transitGateways: [
        {
          id: 't',
          groupReferences: true,
          attachments: [attached('tv', 'v', 'app'), attached('ti', 'i', 'door')],
          routeTables: [
            { id: 'of v', associations: ['tv'], routes: [{ cidr: '0.0.0.0/0', attachment: 'ti' }] },
            { id: 'of i', associations: ['ti'], routes: [{ cidr: '10.0.0.0/16', attachment: 'tv' }] },
          ],
        },
      ],
      firewallEndpoints: [{ id: 'f', subnet: 'wall' }],
      nats: [{ id: 'n', subnet: 'exit', public: true }],
      internetGateways: [{ id: 'igw', vpc: 'i' }],
    },
  });

  test('leads out through transit gateway, firewall and NAT gateway, and back', () => {
    expect(path(network(sketch()), 'app', 'internet')).toMatchObject({
      ports: [{ first: 443, last: 443 }],
      via: ['transit-gateway', 'firewall-endpoint', 'nat', 'internet-gateway'],
    });
  });

  test.each<[string, NonNullable<Sketch['routes']>, string, string]>([
    ['the way in', { door: [] }, 'route', 'the route table of door has no route to the Internet'],
    [
      'the way out',
      { exit: ['10.0.0.0/16 firewall-endpoint f'] },
      'route',
      'the route table of exit has no route to the Internet',
    ],
    [
      'the way back from the NAT gateway',
      { exit: ['0.0.0.0/0 internet-gateway igw'] },
      'route back',
      'the route table of exit leads 0.0.0.0/0 to igw: the Internet knows no private address',
    ],
    ['the way back from the firewall', { wall: ['0.0.0.0/0 nat n'] }, 'route back', 'it goes round in a circle'],
    [
      'translation',
      { wall: ['0.0.0.0/0 internet-gateway igw', '10.0.0.0/16 transit-gateway t'] },
      'route',
      'the route table of wall leads 0.0.0.0/0 to igw: packets of another VPC have no public address there',
    ],
  ])('is closed without %s', (_, routes, layer, says) => {
    const { closedBy, ports } = path(network(sketch(routes)), 'app', 'internet');
    expect(ports).toEqual([]);
    expect(closedBy).toMatchObject([{ layer, says }]);
  });
});

describe('a firewall between two subnets', () => {
  const sketch = (change: Partial<Sketch> = {}): Sketch => ({
    ...PAIR,
    subnets: { ...PAIR.subnets, wall: 'v firewall z1 10.0.9.0/26', other: 'v firewall z1 10.0.9.64/26' },
    groups: { app: ['out tcp 5432 10.0.1.0/24'], data: ['in tcp 5432 10.0.0.0/24'] },
    routes: { app: ['10.0.1.0/24 firewall-endpoint f'], data: ['10.0.0.0/24 firewall-endpoint f'] },
    more: {
      firewallEndpoints: [
        { id: 'f', subnet: 'wall' },
        { id: 'g', subnet: 'other' },
      ],
    },
    ...change,
  });

  test('is passed both ways', () => {
    expect(path(network(sketch()), 'app', 'data')).toMatchObject({
      ports: [{ first: 5432, last: 5432 }],
      partial: false,
      via: ['firewall-endpoint', 'local'],
      notes: [],
    });
  });

  // https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
  test('hides the groups behind it', () => {
    const closed = path(network(sketch({ groups: PAIR.groups })), 'app', 'data').closedBy;
    expect(closed.map(({ layer }) => layer)).toEqual(['group out', 'group in']);
  });

  test.each<[string, NonNullable<Sketch['routes']>, string]>([
    ['there', { app: ['10.0.1.0/24 firewall-endpoint f'] }, 'packets pass f and replies no firewall endpoint'],
    ['back', { data: ['10.0.0.0/24 firewall-endpoint f'] }, 'packets pass no firewall endpoint and replies f'],
    [
      'there, and another back',
      { app: ['10.0.1.0/24 firewall-endpoint f'], data: ['10.0.0.0/24 firewall-endpoint g'] },
      'packets pass f and replies g',
    ],
  ])('that is passed on the way %s opens nothing, and is told as unknown', (_, routes, why) => {
    const says = `${why}: what a firewall does that sees one direction cannot be told`;
    expect(path(network(sketch({ routes })), 'app', 'data')).toMatchObject({
      ports: [],
      unknown: says,
      closedBy: [{ layer: 'route back', says }],
    });
  });

  test('is the same for both directions over a transit gateway in appliance mode only', () => {
    const zones = (applianceMode: boolean): Sketch => ({
      vpcs: { v: '10.0.0.0/16', w: '10.1.0.0/16', i: '10.9.0.0/24' },
      subnets: {
        app: 'v app z1 10.0.0.0/24',
        data: 'w data z2 10.1.0.0/24',
        'door-1': 'i transit z1 10.9.0.0/28',
        'door-2': 'i transit z2 10.9.0.16/28',
        'wall-1': 'i firewall z1 10.9.0.32/28',
        'wall-2': 'i firewall z2 10.9.0.48/28',
        'v-2': 'v none z2 10.0.1.0/24',
        'w-1': 'w none z1 10.1.1.0/24',
      },
      groups: { app: ['out tcp 5432 10.1.0.0/24'], data: ['in tcp 5432 10.0.0.0/24'] },
      routes: {
        app: ['10.1.0.0/16 transit-gateway t'],
        data: ['10.0.0.0/16 transit-gateway t'],
        'door-1': ['10.0.0.0/8 firewall-endpoint f'],
        'door-2': ['10.0.0.0/8 firewall-endpoint g'],
        'wall-1': ['10.0.0.0/8 transit-gateway t'],
        'wall-2': ['10.0.0.0/8 transit-gateway t'],
      },
      more: {
        transitGateways: [
          {
            id: 't',
            groupReferences: true,
            attachments: [
              attached('tv', 'v', 'app', 'v-2'),
              attached('tw', 'w', 'w-1', 'data'),
              { ...attached('ti', 'i', 'door-1', 'door-2'), applianceMode },
            ],
            routeTables: [
              { id: 'of others', associations: ['tv', 'tw'], routes: [{ cidr: '10.0.0.0/8', attachment: 'ti' }] },
              {
                id: 'of i',
                associations: ['ti'],
                routes: [
                  { cidr: '10.0.0.0/16', attachment: 'tv' },
                  { cidr: '10.1.0.0/16', attachment: 'tw' },
                ],
              },
            ],
          },
        ],
        firewallEndpoints: [
          { id: 'f', subnet: 'wall-1' },
          { id: 'g', subnet: 'wall-2' },
        ],
      },
    });
    expect(open(network(zones(true)))).toEqual(OPEN);
    expect(path(network(zones(false)), 'app', 'data')).toMatchObject({
      ports: [],
      unknown: expect.stringMatching(/^packets pass f and replies g: /),
    });
  });

  test('before an internet gateway is told to need the route table of the gateway', () => {
    const facing = but(FACING, {
      subnets: { ...FACING.subnets, wall: 'v firewall z1 10.0.9.0/26' },
      groups: { edge: ['in tcp 443 0.0.0.0/0', 'out tcp 80 0.0.0.0/0'] },
      routes: { edge: ['0.0.0.0/0 firewall-endpoint f'], wall: ['0.0.0.0/0 internet-gateway igw'] },
      more: { ...FACING.more, firewallEndpoints: [{ id: 'f', subnet: 'wall' }] },
    });
    const note = 'the route table of the internet gateway, which is not looked at, has to lead through f';
    expect(path(network(facing), 'internet', 'edge')).toMatchObject({
      ports: [{ first: 443, last: 443 }],
      notes: expect.arrayContaining([note]),
    });
    expect(path(network(facing), 'edge', 'internet')).toMatchObject({
      ports: [{ first: 80, last: 80 }],
      notes: expect.arrayContaining([note]),
    });
  });

  test('before a NAT gateway has to be passed by replies as well', () => {
    const routes = (back: readonly string[]) =>
      but(FACING, {
        subnets: { ...FACING.subnets, wall: 'v firewall z1 10.0.9.0/26' },
        routes: {
          app: ['0.0.0.0/0 firewall-endpoint f'],
          wall: ['0.0.0.0/0 nat nat'],
          edge: ['0.0.0.0/0 internet-gateway igw', ...back],
        },
        more: { ...FACING.more, firewallEndpoints: [{ id: 'f', subnet: 'wall' }] },
      });
    expect(path(network(routes(['10.0.1.0/24 firewall-endpoint f'])), 'app', 'internet')).toMatchObject({
      ports: [{ first: 443, last: 443 }],
      notes: [],
    });
    expect(path(network(routes([])), 'app', 'internet')).toMatchObject({
      ports: [],
      unknown: expect.stringMatching(/^packets pass f and replies no firewall endpoint: /),
    });
  });
});

describe('what is held apart', () => {
  const model = network({
    ...FACING,
    groups: { ...FACING.groups, quarantine: [] },
    routes: { ...FACING.routes, app: ['0.0.0.0/0 nat nat'] },
  });

  test('reaches nothing, and nothing reaches it', () => {
    const touching = pathTable(model).filter(({ from, to }) => `${from} ${to}`.includes('quarantine (v)'));
    expect(touching.length).toBeGreaterThan(10);
    expect(touching.filter(({ ports }) => ports.length > 0)).toEqual([]);
    expect(touching.every(({ closedBy }) => closedBy.length > 0)).toBe(true);
  });

  test('is seen once its group lets something out', () => {
    const leaky = {
      ...model,
      securityGroups: model.securityGroups.map((group) =>
        group.tier === 'quarantine' ? { ...group, egress: [{ protocol: 6, peer: { cidr: '0.0.0.0/0' } }] } : group,
      ),
    };
    expect(open(leaky)).toContain('quarantine (v) -> internet tcp all (v4)');
    expect(concerns(leaky)).toContain('quarantine (v) may not reach internet, and does on tcp all (v4)');
  });
});

describe('differences', () => {
  const between = (before: Sketch, after: Sketch) =>
    differences(pathTable(network(before)), pathTable(network(after))).map(({ kind, says }) => `${kind}: ${says}`);

  test('are none between a network and itself', () => {
    expect(between(FACING, FACING)).toEqual([]);
  });

  test('say what opened and what closed', () => {
    const after = but(PAIR, { groups: { app: ['out tcp 5432 data', 'out tcp 22 data'], data: ['in tcp 22 app'] } });
    expect(between(PAIR, after)).toEqual([
      'opened: app -> data tcp (v4) is open on 22',
      'closed: app -> data tcp (v4) is closed on 5432',
    ]);
  });

  test('say what is still closed, by fewer layers', () => {
    const narrow = ['1 in allow tcp 5432 10.0.0.0/24', '1 out allow tcp 1024-65535 10.0.0.0/24'];
    const wide = but(PAIR, { acls: { data: ['0 in allow all all 0.0.0.0/0', ...narrow] } });
    const found = between(but(PAIR, { acls: { data: narrow } }), wide);
    expect(found).toContain('thinner: internet -> data tcp (v4): network ACL in now lets all through');
    expect(found.every((sentence) => sentence.startsWith('thinner: '))).toBe(true);
  });

  test('say that a path is now open in part', () => {
    const two = but(PAIR, { subnets: { ...PAIR.subnets, 'data-2': 'v data z2 10.0.2.0/24' } });
    expect(between(two, but(two, { acls: { 'data-2': [] } }))).toContain(
      'changed: app -> data tcp (v4) is otherwise: 5432 only to data (10.0.1.0/24); through local (before: through local)',
    );
  });
});

describe('concerns', () => {
  const ACL = [
    '10 in deny tcp 22 0.0.0.0/0',
    '11 in deny tcp 3389 0.0.0.0/0',
    '20 in allow all all 10.0.0.0/16',
    '20 out allow all all 10.0.0.0/16',
    '30 in allow icmp all 0.0.0.0/0',
    '30 out allow icmp all 0.0.0.0/0',
  ];
  const shut = (change: Partial<Sketch>) => but(PAIR, { acls: { app: ACL, data: ACL }, ...change });
  const instead = (...entries: string[]) => shut({ acls: { app: entries, data: ACL } });

  test('are none where tiers reach what they may, and network ACLs keep sign-in shut', () => {
    expect(concerns(network(shut({})))).toEqual([]);
  });

  test.each<[string, Sketch, string[]]>([
    [
      'a network ACL that lets everybody sign in',
      instead('1 in allow tcp 22 0.0.0.0/0', ...ACL),
      ['the network ACL of app lets the Internet through on 22 (v4)'],
    ],
    [
      'one that does not say so that it does not',
      instead(...ACL.slice(1)),
      ['network ACL acl of app has no entry that denies 22 to everybody'],
    ],
    [
      'one that stops what tells how large packets may be',
      instead('1 in deny icmp all 0.0.0.0/0', ...ACL.slice(0, -1)),
      [
        'network ACL acl of app stops "fragmentation needed" (ICMP type 3, code 4) on its way in',
        'network ACL acl of app stops "fragmentation needed" (ICMP type 3, code 4) on its way out',
      ],
    ],
    [
      'a subnet of no tier beside tiers',
      shut({
        more: {
          subnets: network(shut({})).subnets.map((one) => (one.id === 'data' ? { ...one, tier: undefined } : one)),
        },
      }),
      ['subnet data belongs to no tier'],
    ],
    [
      'an edge that is not told how large packets may be',
      but(shut({}), { subnets: { app: 'v app z1 10.0.0.0/24' }, groups: { edge: [] } }),
      ['group edge admits no "fragmentation needed" (ICMP type 3, code 4) from everybody'],
    ],
  ])('are %s', (_, sketch, expected) => {
    expect(concerns(network(sketch))).toEqual(expected);
  });

  test.each<[string, Sketch, string]>([
    [
      'a path that no tier has',
      but(PAIR, { groups: { app: ['in tcp 80 data'], data: ['out tcp 80 app'] } }),
      'data may not reach app, and does on tcp 80 (v4)',
    ],
    [
      'a way in but to the edge',
      but(FACING, {
        subnets: { edge: 'v app z1 10.0.0.0/24' },
        groups: { app: ['in tcp 22 0.0.0.0/0'] },
        routes: { edge: ['0.0.0.0/0 internet-gateway igw'] },
      }),
      'internet may not reach app, and does on tcp 22 (v4)',
    ],
    [
      'a peering with another account',
      but(PAIR, {
        more: { peerings: [{ id: 'p', requester: 'v', accepter: 'x', active: false, foreignAccount: '210987654321' }] },
      }),
      'peering p joins v to account 210987654321, which is not active',
    ],
    [
      'a peering with a stranger',
      but(PAIR, { more: { peerings: [{ id: 'p', requester: 'x', accepter: 'v', active: true }] } }),
      "peering p joins v to a VPC that is none of the network's",
    ],
    [
      'a black hole',
      but(PAIR, { routes: { app: ['10.1.0.0/16 peering p blackhole'] } }),
      'route table table of app leads 10.1.0.0/16 to p, which is gone',
    ],
    [
      'an endpoint in another group',
      but(PAIR, {
        more: {
          interfaceEndpoints: [
            { id: 'e', service: 'kms', vpc: 'v', subnets: ['app'], groups: ['app'], privateDns: true, sharedWith: [] },
          ],
        },
      }),
      "endpoint e (kms) stands in app, which is none of the endpoints' groups",
    ],
    [
      'an endpoint that nobody finds',
      but(PAIR, {
        more: {
          interfaceEndpoints: [
            { id: 'e', service: 'kms', vpc: 'v', subnets: ['app'], groups: [], privateDns: false, sharedWith: [] },
          ],
        },
      }),
      'v does not find endpoint e by the name of kms',
    ],
  ])('are %s', (_, sketch, expected) => {
    expect(concerns(network(sketch))).toContain(expected);
  });
});

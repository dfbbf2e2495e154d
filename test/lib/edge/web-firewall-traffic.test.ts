import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { WebFirewall, type WebFirewallProps } from '../../../lib/edge/web-firewall';
import {
  AllowListMode,
  AnonymousIpAction,
  ForwardedIpPosition,
  GeoRestriction,
  ManagedRuleAction,
  ManagedRuleGroup,
} from '../../../lib/edge/web-firewall-options';
import {
  EVERYBODY,
  evaluate,
  type IpSetContents,
  type ManagedMatch,
  type Outcome,
  type WebRequest,
} from '../../support/waf';

const LEVELS = ['T1', 'T2', 'T3', 'T4', 'T5'] as const;
type Level = (typeof LEVELS)[number];

function webAclOf(props: WebFirewallProps = {}): Record<string, unknown> {
  const stack = new Stack(new App(), 'Edge', { env: { account: '123456789012', region: 'eu-central-1' } });
  new WebFirewall(stack, 'Firewall', props);
  return Template.fromStack(stack).toJSON().Resources.FirewallMainWebAcl.Properties;
}

/** A level is on when its switches and those below it hold everybody. */
function switchedTo(level: Level): IpSetContents {
  const on = LEVELS.slice(1, LEVELS.indexOf(level) + 1);
  return Object.fromEntries(
    on.flatMap((each) => [
      [`FirewallMainSwitch${each}V4`, EVERYBODY.V4],
      [`FirewallMainSwitch${each}V6`, EVERYBODY.V6],
    ]),
  );
}

const IP = '203.0.113.9';
const LISTED: IpSetContents = {
  FirewallMainAllowListV4: ['198.51.100.0/24'],
  FirewallMainAllowListV6: ['2001:db8:a::/48'],
  FirewallMainManualBlockV4: ['192.0.2.66/32'],
  FirewallMainManualBlockV6: ['2001:db8:bad::/48'],
  FirewallMainDynamicBlockV4: ['192.0.2.77/32', '198.51.100.7/32'],
  FirewallMainDynamicBlockV6: ['2001:db8:d::/48'],
  FirewallMainCanaryV4: ['192.0.2.88/32'],
};

const group =
  (name: string, namespace: string, action?: string) =>
  (rule: string, label: string = rule): ManagedMatch => ({
    group: `AWSManagedRules${name}`,
    rule,
    action,
    label: `awswaf:managed:aws:${namespace}:${label}`,
  });
const anonymous = group('AnonymousIpList', 'anonymous-ip-list');
const reputation = group('AmazonIpReputationList', 'amazon-ip-list');
const core = group('CommonRuleSet', 'core-rule-set');
const injection = group('SQLiRuleSet', 'sql-database');
const floodSource = group('AmazonIpReputationList', 'amazon-ip-list', 'Count')('AWSManagedIPDDoSList');
const ddos = group('AntiDDoSRuleSet', 'anti-ddos', 'Count')('DDoSRequests', 'ddos-request');

/** What a browser sends to open a page, and what scripts and servers send. */
const PAGE = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const JSON_ONLY = { accept: 'application/json' };

const plain = webAclOf();
const sent = (
  webAcl: Record<string, unknown>,
  request: Partial<WebRequest>,
  level: Level,
  sets: IpSetContents = LISTED,
) => evaluate(webAcl, { ip: IP, ...request }, { ...sets, ...switchedTo(level) });
const said = ({ rule, action }: Outcome) => `${action} by ${rule}`;

/** What each level does, from T1 to T5. */
type Row = readonly [
  what: string,
  request: Partial<WebRequest>,
  outcomes: readonly [string, string, string, string, string],
];

const ALLOWED = 'Allow by default';
const CRISIS = 'Block by T5AllowListOnly';
const same = (outcome: string) => [outcome, outcome, outcome, outcome, outcome] as const;
const untilCrisis = (outcome: string) => [outcome, outcome, outcome, outcome, CRISIS] as const;

describe.each<Row>([
  ['a visitor', {}, untilCrisis(ALLOWED)],
  ['a visitor over IPv6', { ip: '2a00:1450::1' }, untilCrisis(ALLOWED)],
  ['a visitor over the upper half of IPv6', { ip: 'fd00::1' }, untilCrisis(ALLOWED)],
  ['100 requests', { method: 'POST', sent: 100 }, untilCrisis(ALLOWED)],
  ['101 pages', { sent: 101 }, untilCrisis(ALLOWED)],
  ['101 orders', { method: 'POST', sent: 101 }, [ALLOWED, ALLOWED, ALLOWED, 'Block by T4CostlyRate', CRISIS]],
  ['101 deletions', { method: 'DELETE', sent: 101 }, [ALLOWED, ALLOWED, ALLOWED, 'Block by T4CostlyRate', CRISIS]],
  ['501 pages', { sent: 501 }, [ALLOWED, ALLOWED, 'Block by T3Rate', 'Block by T3Rate', CRISIS]],
  [
    '501 pages over IPv6',
    { ip: '2a00::1', sent: 501 },
    [ALLOWED, ALLOWED, 'Block by T3Rate', 'Block by T3Rate', CRISIS],
  ],
  ['2,000 pages', { sent: 2_000 }, [ALLOWED, ALLOWED, 'Block by T3Rate', 'Block by T3Rate', CRISIS]],
  ['2,001 pages', { sent: 2_001 }, [ALLOWED, 'Block by T2Rate', 'Block by T3Rate', 'Block by T3Rate', CRISIS]],
  [
    '10,001 pages',
    { sent: 10_001 },
    ['Block by AlwaysOnRate', 'Block by T2Rate', 'Block by T3Rate', 'Block by T3Rate', CRISIS],
  ],
  ['a friend', { ip: '198.51.100.8' }, same(ALLOWED)],
  ['a friend over IPv6', { ip: '2001:db8:a::1' }, same(ALLOWED)],
  ['2,001 orders of a friend', { ip: '198.51.100.8', method: 'POST', sent: 2_001 }, same(ALLOWED)],
  ['10,001 pages of a friend', { ip: '198.51.100.8', sent: 10_001 }, same('Block by AlwaysOnRate')],
  ['a friend who was blocked at run time', { ip: '198.51.100.7' }, same(ALLOWED)],
  [
    'a friend with SQL in a field',
    { ip: '198.51.100.8', managed: [injection('SQLi_BODY')] },
    same('Block by SqlInjection'),
  ],
  ['a friend who hides', { ip: '198.51.100.8', managed: [anonymous('AnonymousIPList')] }, same(ALLOWED)],
  ['somebody whom people block', { ip: '192.0.2.66' }, same('Block by ManualBlock')],
  ['somebody whom people block over IPv6', { ip: '2001:db8:bad::1' }, same('Block by ManualBlock')],
  ['somebody who is blocked at run time', { ip: '192.0.2.77' }, same('Block by DynamicBlock')],
  ['somebody who is blocked at run time over IPv6', { ip: '2001:db8:d::1' }, same('Block by DynamicBlock')],
  ['somebody on trial', { ip: '192.0.2.88' }, untilCrisis(ALLOWED)],
  ['a known attacker', { managed: [reputation('AWSManagedIPReputationList')] }, untilCrisis('Block by IpReputation')],
  [
    'a browser that hides',
    { headers: PAGE, managed: [anonymous('AnonymousIPList')] },
    [ALLOWED, ALLOWED, 'Challenge by ChallengeSuspects', 'Challenge by ChallengeSuspects', CRISIS],
  ],
  [
    'a hosted browser',
    { headers: PAGE, managed: [anonymous('HostingProviderIPList')] },
    [ALLOWED, ALLOWED, 'Challenge by ChallengeSuspects', 'Challenge by ChallengeSuspects', CRISIS],
  ],
  [
    'a browser that hides and has answered',
    { headers: PAGE, managed: [anonymous('AnonymousIPList')], hasToken: true },
    untilCrisis(ALLOWED),
  ],
  [
    'a browser among the sources of floods',
    { headers: PAGE, managed: [floodSource] },
    [ALLOWED, ALLOWED, 'Challenge by ChallengeSuspects', 'Challenge by ChallengeSuspects', CRISIS],
  ],
  // What cannot answer a challenge is not sent one.
  [
    'a server that reads JSON from a cloud',
    { headers: JSON_ONLY, managed: [anonymous('HostingProviderIPList')] },
    untilCrisis(ALLOWED),
  ],
  [
    'a server that posts JSON from a cloud',
    { method: 'POST', headers: JSON_ONLY, managed: [anonymous('HostingProviderIPList')] },
    untilCrisis(ALLOWED),
  ],
  [
    'a client that hides and says nothing of what it accepts',
    { managed: [anonymous('AnonymousIPList')] },
    untilCrisis(ALLOWED),
  ],
  [
    'a form that is sent by a browser that hides',
    { method: 'POST', headers: PAGE, managed: [anonymous('AnonymousIPList')] },
    untilCrisis(ALLOWED),
  ],
  [
    'a preflight of a browser that hides',
    { method: 'OPTIONS', headers: PAGE, managed: [anonymous('AnonymousIPList')] },
    untilCrisis(ALLOWED),
  ],
  [
    '501 JSON requests from a cloud',
    { headers: JSON_ONLY, sent: 501, managed: [anonymous('HostingProviderIPList')] },
    [ALLOWED, ALLOWED, 'Block by T3Rate', 'Block by T3Rate', CRISIS],
  ],
  [
    '101 JSON orders of a source of floods',
    { method: 'POST', headers: JSON_ONLY, sent: 101, managed: [floodSource] },
    [ALLOWED, ALLOWED, ALLOWED, 'Block by T4CostlyRate', CRISIS],
  ],
  ['a script in a field', { managed: [core('CrossSiteScripting_BODY')] }, untilCrisis('Block by CoreRules')],
  [
    'a large body',
    { managed: [core('SizeRestrictions_BODY', 'SizeRestrictions_Body')] },
    untilCrisis('Block by CoreRules'),
  ],
  [
    'Log4j',
    { managed: [group('KnownBadInputsRuleSet', 'known-bad-inputs')('Log4JRCE_HEADER')] },
    untilCrisis('Block by KnownBadInputs'),
  ],
])('%s', (_, request, outcomes) => {
  test('at each level', () => {
    expect(LEVELS.map((level) => said(sent(plain, request, level)))).toEqual(outcomes);
  });
});

describe('options', () => {
  test('one on trial is only counted, and labelled', () => {
    const { counted, labels } = sent(plain, { ip: '192.0.2.88' }, 'T1');
    expect([counted, labels]).toEqual([['Canary'], ['bulwark:canary']]);
  });

  test('the allow-list lets pass where asked, before everything else', () => {
    const webAcl = webAclOf({ allowListMode: AllowListMode.PASS });
    const sets = { ...LISTED, FirewallMainManualBlockV4: ['198.51.100.8/32'] };
    const request = { ip: '198.51.100.8', sent: 20_000, managed: [injection('SQLi_BODY')] };
    expect(LEVELS.map((level) => said(sent(webAcl, request, level, sets)))).toEqual(same('Allow by AllowList'));
    expect(said(sent(plain, request, 'T5', sets))).toBe('Block by ManualBlock');
  });

  const searching = webAclOf({ costlyPaths: ['/login', '/Search'] });
  test.each([
    ['/search', 'Block by T4CostlyRate'],
    ['/SEARCH/all', 'Block by T4CostlyRate'],
    ['/%73earch', 'Block by T4CostlyRate'],
    ['//search', 'Block by T4CostlyRate'],
    ['/x/../search', 'Block by T4CostlyRate'],
    ['/./search', 'Block by T4CostlyRate'],
    ['/shop/search', ALLOWED],
    ['/', ALLOWED],
  ])('%s as a costly path at T4: %s', (path, outcome) => {
    expect(said(sent(searching, { path, sent: 101 }, 'T4'))).toBe(outcome);
    expect(said(sent(searching, { path, sent: 101 }, 'T3'))).toBe(ALLOWED);
    expect(said(sent(searching, { path: '/other', method: 'POST', sent: 101 }, 'T4'))).toBe(ALLOWED);
  });

  const uploading = webAclOf({ uploadPaths: ['/upload'] });
  test.each([
    ['/upload/photo', ALLOWED],
    ['/Upload', ALLOWED],
    ['/profile', 'Block by LargeBodies'],
    ['/profile/../upload', ALLOWED],
    ['/upload/../profile', 'Block by LargeBodies'],
  ])('a large body for %s: %s', (path, outcome) => {
    const large = core('SizeRestrictions_BODY', 'SizeRestrictions_Body');
    expect(said(sent(uploading, { path, method: 'POST', managed: [large] }, 'T1'))).toBe(outcome);
    // What else the core rules find still counts.
    const script = core('CrossSiteScripting_BODY');
    expect(said(sent(uploading, { path, method: 'POST', managed: [large, script] }, 'T1'))).toBe('Block by CoreRules');
  });

  const guarded = webAclOf({ allowedOrigins: ['https://shop.example.com', 'https://www.example.com'] });
  test.each<[string, string, Record<string, string>, string]>([
    ['its own page', 'POST', { origin: 'https://www.example.com' }, ALLOWED],
    ['its own page, in capitals', 'POST', { origin: 'HTTPS://WWW.EXAMPLE.COM' }, ALLOWED],
    ['another page', 'POST', { origin: 'https://evil.example' }, 'Block by CrossOrigin'],
    [
      'a page whose name begins alike',
      'PUT',
      { origin: 'https://www.example.com.evil.example' },
      'Block by CrossOrigin',
    ],
    ['a page without TLS', 'DELETE', { origin: 'http://www.example.com' }, 'Block by CrossOrigin'],
    ['a hidden page', 'PATCH', { origin: 'null' }, 'Block by CrossOrigin'],
    ['another page that only reads', 'GET', { origin: 'https://evil.example' }, ALLOWED],
    ['another page that asks', 'OPTIONS', { origin: 'https://evil.example' }, ALLOWED],
    ['a server', 'POST', {}, ALLOWED],
    ['an empty header', 'POST', { origin: '' }, ALLOWED],
  ])('a request of %s by %s', (_, method, headers, outcome) => {
    expect(said(sent(guarded, { method, headers }, 'T1'))).toBe(outcome);
  });

  const blocked = webAclOf({ geo: GeoRestriction.block('KP') });
  const allowed = webAclOf({ geo: GeoRestriction.allow('DE', 'AT') });
  test.each([
    ['DE', ALLOWED, ALLOWED],
    ['KP', 'Block by Geo', 'Block by Geo'],
    ['FR', ALLOWED, 'Block by Geo'],
    [undefined, ALLOWED, 'Block by Geo'],
  ])('a request from %s: %s, or %s where only some countries may', (country, blocking, allowing) => {
    expect(said(sent(blocked, { country }, 'T1'))).toBe(blocking);
    expect(said(sent(allowed, { country }, 'T1'))).toBe(allowing);
  });

  test('suspects that are no browsers are stopped where asked', () => {
    const strict = webAclOf({
      anonymousIps: AnonymousIpAction.BLOCK,
      overrides: [
        {
          group: ManagedRuleGroup.IP_REPUTATION,
          rule: 'AWSManagedIPDDoSList',
          action: ManagedRuleAction.BLOCK,
        },
      ],
    });
    const by = (one: ManagedMatch) => said(sent(strict, { headers: JSON_ONLY, managed: [one] }, 'T1'));
    expect(by(anonymous('HostingProviderIPList'))).toBe('Block by AnonymousIps');
    expect(by(floodSource)).toBe('Block by IpReputation');
  });

  test('what the Anti-DDoS group suspects is not challenged where challenges are off', () => {
    const webAcl = webAclOf({ antiDdos: { challenge: false } });
    const outcomes = LEVELS.map((level) => said(sent(webAcl, { headers: PAGE, managed: [ddos] }, level)));
    expect(outcomes).toEqual(untilCrisis(ALLOWED));
    const hidden = { headers: PAGE, managed: [anonymous('AnonymousIPList')] };
    expect(said(sent(webAcl, hidden, 'T3'))).toBe('Challenge by ChallengeSuspects');
  });

  test('what the Anti-DDoS group suspects is challenged from T3 on, and the group itself acts at each level', () => {
    const webAcl = webAclOf({ antiDdos: {} });
    expect(LEVELS.map((level) => said(sent(webAcl, { headers: PAGE, managed: [ddos] }, level)))).toEqual([
      ALLOWED,
      ALLOWED,
      'Challenge by ChallengeSuspects',
      'Challenge by ChallengeSuspects',
      CRISIS,
    ]);
    const high = { ...ddos, action: 'Block' };
    expect(said(sent(webAcl, { managed: [high] }, 'T1'))).toBe('Block by AntiDdos');
  });

  test('a switch that holds one family switches that one', () => {
    const sets = { FirewallMainSwitchT3V6: EVERYBODY.V6 };
    expect(said(evaluate(plain, { ip: IP, sent: 501 }, sets))).toBe(ALLOWED);
    expect(said(evaluate(plain, { ip: '2a00::1', sent: 501 }, sets))).toBe('Block by T3Rate');
  });
});

describe('behind a proxy', () => {
  const proxy = '10.0.0.1';
  const nearest = webAclOf({ forwardedIp: {} });
  const named = webAclOf({ forwardedIp: { headerName: 'Forwarded-By' } });
  const first = webAclOf({ forwardedIp: { position: ForwardedIpPosition.FIRST } });
  const any = webAclOf({ forwardedIp: { position: ForwardedIpPosition.ANY } });
  const via = (webAcl: Record<string, unknown>, headers: Record<string, string>, level: Level = 'T1', count = 1) =>
    said(sent(webAcl, { ip: proxy, headers, sent: count }, level));

  test('the source is the one that the header names', () => {
    expect(via(nearest, { 'x-forwarded-for': '10.9.9.9, 192.0.2.66' })).toBe('Block by ManualBlock');
    expect(via(nearest, { 'x-forwarded-for': '192.0.2.66, 10.9.9.9' })).toBe(ALLOWED);
    expect(via(first, { 'x-forwarded-for': '192.0.2.66, 10.9.9.9' })).toBe('Block by ManualBlock');
    expect(via(first, { 'x-forwarded-for': '10.9.9.9, 192.0.2.66' })).toBe(ALLOWED);
    expect(via(named, { 'forwarded-by': '10.9.9.9, 192.0.2.66' })).toBe('Block by ManualBlock');
    expect(via(any, { 'x-forwarded-for': '10.9.9.9, 192.0.2.66, 10.8.8.8' })).toBe('Block by ManualBlock');
  });

  test('an address that a client writes itself is none of the allow-list, by default', () => {
    const forged = { 'x-forwarded-for': `198.51.100.8, ${IP}` };
    expect(via(nearest, forged, 'T5')).toBe(CRISIS);
    expect(via(first, forged, 'T5')).toBe(ALLOWED);
  });

  test('one on trial is the one that the header names', () => {
    expect(sent(nearest, { ip: proxy, headers: { 'x-forwarded-for': '192.0.2.88' } }, 'T1').counted).toEqual([
      'Canary',
    ]);
    expect(sent(nearest, { ip: '192.0.2.88', headers: { 'x-forwarded-for': IP } }, 'T1').counted).toEqual([]);
  });

  test('a header that holds no address is blocked by the limit that is always on', () => {
    expect(via(nearest, { 'x-forwarded-for': 'unknown' })).toBe('Block by AlwaysOnRate');
  });

  test('a request without the header escapes limits and sets, but not T5', () => {
    expect(via(nearest, {}, 'T4', 20_000)).toBe(ALLOWED);
    expect(via(nearest, {}, 'T5')).toBe(CRISIS);
  });

  test('levels are switched for everybody', () => {
    expect(via(nearest, { 'x-forwarded-for': IP }, 'T3', 501)).toBe('Block by T3Rate');
  });
});

describe('laws', () => {
  const ip = fc.oneof(fc.ipV4(), fc.ipV6());
  const request: fc.Arbitrary<WebRequest> = fc.record({
    ip,
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
    path: fc.webPath(),
    headers: fc.constantFrom({}, PAGE, JSON_ONLY, { accept: '*/*' }),
    sent: fc.integer({ min: 1, max: 20_000 }),
    managed: fc.subarray([
      anonymous('AnonymousIPList'),
      floodSource,
      reputation('AWSManagedReconnaissanceList'),
      core('SizeRestrictions_BODY', 'SizeRestrictions_Body'),
      injection('SQLi_COOKIE'),
    ]),
  });
  const stops = ({ action }: Outcome) => action !== 'Allow';

  test('a higher level lets nothing more pass', () => {
    fc.assert(
      fc.property(request, fc.integer({ min: 0, max: 3 }), (one, index) => {
        const [level, higher] = [LEVELS[index] ?? 'T1', LEVELS[index + 1] ?? 'T5'];
        if (stops(sent(plain, one, level))) expect(stops(sent(plain, one, higher))).toBe(true);
      }),
    );
  });

  test('no client is sent a challenge that it cannot answer', () => {
    fc.assert(
      fc.property(request, fc.constantFrom(...LEVELS), (one, level) => {
        expect(sent(plain, one, level).action).not.toBe('DeadEnd');
      }),
    );
  });

  test('at T5 nobody passes but the allow-list', () => {
    fc.assert(
      fc.property(request, (one) => {
        expect(stops(sent(plain, one, 'T5', {}))).toBe(true);
      }),
    );
  });

  test('empty sets switch nothing on and block nobody', () => {
    const switched = /^T\d|Block$|ChallengeSuspects|Canary|AllowList/;
    fc.assert(
      fc.property(request, (one) => {
        const { rule, counted } = evaluate(plain, one);
        expect([rule, ...counted].filter((name) => switched.test(name))).toEqual([]);
      }),
    );
  });

  test('a switch holds everybody', () => {
    fc.assert(
      fc.property(ip, (source) => {
        expect(said(evaluate(plain, { ip: source, sent: 501 }, switchedTo('T3')))).toBe('Block by T3Rate');
      }),
    );
  });

  test('however a costly path is written, it is limited', () => {
    const webAcl = webAclOf({ costlyPaths: ['/login'] });
    const letter = (one: string) =>
      fc.constantFrom(
        one,
        one.toUpperCase(),
        `%${one.charCodeAt(0).toString(16)}`,
        `%${one.toUpperCase().charCodeAt(0).toString(16)}`,
      );
    const written = fc
      .tuple(fc.constantFrom('/', '//', '/./', '/a/../', '/%2e/'), ...[...'login'].map(letter))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(written, (path) => {
        expect(said(sent(webAcl, { path, sent: 101 }, 'T4'))).toBe('Block by T4CostlyRate');
      }),
    );
  });
});

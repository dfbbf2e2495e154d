import { App, Stack } from 'aws-cdk-lib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTemplates } from '../../cli/explain/templates';
import { billOf, type Bill } from '../../cli/network/costs';
import { LIST_PRICES, PRICES, type PriceName, readPrices } from '../../cli/network/prices';
import { LogArchive } from '../../lib/audit/log-archive';
import { LayeredNetwork } from '../../lib/network/layered-network';
import { NetworkTopology } from '../../lib/network/layered-network-props';

const folder = mkdtempSync(join(tmpdir(), 'bulwark-costs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Resource = readonly [type: string, properties?: Readonly<Record<string, unknown>>];

function bill(resources: readonly Resource[], prices = LIST_PRICES): Bill {
  const placed = resources.map(([type, properties = {}], index) => {
    return { template: 't', logicalId: `R${index}`, type, properties, within: [] };
  });
  return billOf(placed, prices);
}

const rows = ({ costs }: Bill) => costs.lines.map(({ item, quantity, monthly }) => [item, quantity, monthly]);

const endpoint = (service: unknown, subnets: unknown): Resource => [
  'AWS::EC2::VPCEndpoint',
  { VpcEndpointType: 'Interface', ServiceName: service, SubnetIds: subnets },
];
const eip = { 'Fn::GetAtt': ['R0', 'AllocationId'] };
const zones = (count: number): Resource[] => Array(count).fill(['AWS::Route53::HostedZone']);

describe('what stands in templates', () => {
  test.each<readonly [what: string, resources: readonly Resource[], rows: ReadonlyArray<readonly unknown[]>]>([
    [
      'interface endpoints by service and zone',
      [
        endpoint('com.amazonaws.eu-central-1.ssm', ['a', 'b']),
        endpoint({ 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.ecr.api']] }, ['a', 'b', 'c']),
        endpoint({ 'Fn::Sub': 'com.amazonaws.$' + '{AWS::Region}.ssm' }, ['a']),
      ],
      [
        ['Interface endpoint ssm', 3, 21.9],
        ['Interface endpoint ecr.api', 3, 21.9],
      ],
    ],
    ['gateway endpoints, for nothing', [['AWS::EC2::VPCEndpoint', {}]], [['Gateway endpoints', 1, 0]]],
    [
      'hosted zones from the 26th on at the lower price',
      zones(27),
      [
        ['Hosted zones', 25, 12.5],
        ['Further hosted zones', 2, 0.2],
      ],
    ],
    [
      'NAT gateways and their addresses once',
      [
        ['AWS::EC2::EIP'],
        ['AWS::EC2::NatGateway', { AllocationId: eip }],
        ['AWS::EC2::NatGateway', { AllocationId: 'eipalloc-1', SecondaryAllocationIds: ['eipalloc-2'] }],
        ['AWS::EC2::NatGateway', { ConnectivityType: 'private' }],
      ],
      [
        ['NAT gateways', 3, 98.55],
        ['Public IPv4 addresses', 3, 10.95],
      ],
    ],
    [
      'NAT gateways that Network Firewall waives',
      [
        ['AWS::EC2::NatGateway'],
        ['AWS::EC2::NatGateway'],
        ['AWS::NetworkFirewall::Firewall', { SubnetMappings: [{ SubnetId: 'a' }] }],
      ],
      [
        ['NAT gateways', 1, 32.85],
        ['NAT gateways', 1, 0],
        ['Network Firewall endpoints', 1, 288.35],
      ],
    ],
    [
      'attachments of either type',
      [['AWS::EC2::TransitGatewayAttachment'], ['AWS::EC2::TransitGatewayVpcAttachment'], ['AWS::EC2::TransitGateway']],
      [['Transit gateway attachments', 2, 73]],
    ],
    [
      'web ACLs and rules, those of own groups too',
      [
        ['AWS::WAFv2::WebACL', { Rules: [{ Name: 'a' }, { Name: 'b' }] }],
        ['AWS::WAFv2::WebACL', {}],
        ['AWS::WAFv2::RuleGroup', { Rules: [{ Name: 'c' }] }],
        ['AWS::WAFv2::IPSet'],
      ],
      [
        ['Web ACLs', 2, 10],
        ['Rules of web ACLs', 3, 3],
      ],
    ],
    ['keys', [['AWS::KMS::Key'], ['AWS::KMS::ReplicaKey'], ['AWS::KMS::Alias']], [['KMS keys', 2, 2]]],
    [
      'what is billed by use alone',
      [['AWS::EC2::FlowLog'], ['AWS::EC2::VPCPeeringConnection'], ['AWS::Route53Resolver::FirewallRuleGroup']],
      [
        ['VPC peering', 1, 0],
        ['Flow logs', 1, 0],
        ['DNS Firewall', 1, 0],
      ],
    ],
    ['nothing of other services', [['AWS::S3::Bucket'], ['AWS::EC2::VPC'], ['AWS::EC2::Route']], []],
  ])('are %s', (_, resources, expected) => {
    const found = bill(resources);
    expect(rows(found)).toEqual(expected);
    expect(found.unknown).toEqual([]);
    expect(found.costs.total).toBeCloseTo(
      expected.reduce((sum, [, , monthly]) => sum + Number(monthly), 0),
      2,
    );
  });

  const managed = (vendor: string, name: string) => ({
    Statement: { ManagedRuleGroupStatement: { VendorName: vendor, Name: name } },
  });

  test.each<readonly [what: string, resource: Resource, sentence: string]>([
    [
      'zones that only the deployment knows',
      endpoint('com.amazonaws.eu-central-1.ssm', { Ref: 'Subnets' }),
      'R0 does not tell how many SubnetIds it has: it is not counted.',
    ],
    [
      'a regional NAT gateway',
      ['AWS::EC2::NatGateway', { AvailabilityMode: 'regional' }],
      'R0 is a regional NAT gateway: in how many zones it is billed shows in use.',
    ],
    [
      'a managed group with a fee',
      ['AWS::WAFv2::WebACL', { Rules: [managed('AWS', 'AWSManagedRulesBotControlRuleSet')] }],
      "The fee for AWS's AWSManagedRulesBotControlRuleSet in R0 is not counted.",
    ],
    [
      'a managed group of another vendor',
      ['AWS::WAFv2::WebACL', { Rules: [managed('Somebody', 'Rules')] }],
      "The fee for Somebody's Rules in R0 is not counted.",
    ],
    [
      'a load balancer',
      ['AWS::ElasticLoadBalancingV2::LoadBalancer'],
      'What 1 AWS::ElasticLoadBalancingV2::LoadBalancer cost is not counted.',
    ],
    [
      'another endpoint',
      ['AWS::EC2::VPCEndpoint', { VpcEndpointType: 'GatewayLoadBalancer' }],
      'What 1 AWS::EC2::VPCEndpoint cost is not counted.',
    ],
  ])('of %s it is said that it is not counted', (_, resource, sentence) => {
    expect(bill([resource]).unknown).toEqual([sentence]);
  });

  test('managed groups of AWS without a fee are rules like others', () => {
    const rules = [managed('AWS', 'AWSManagedRulesCommonRuleSet')];
    expect(bill([['AWS::WAFv2::WebACL', { Rules: rules }]]).unknown).toEqual([]);
  });
});

describe('prices', () => {
  const file = (content: unknown, name = 'prices.json') => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const all = Object.fromEntries(Object.keys(PRICES).map((name) => [name, 7]));

  test('say where and when they were looked up', () => {
    for (const { source, lookedUp } of Object.values(PRICES)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\/$/);
      expect(lookedUp).toMatch(/^20\d\d-\d\d-\d\d$/);
    }
  });

  test('each moves a sum, and no sum moves without one', () => {
    const everything: readonly Resource[] = [
      endpoint('com.amazonaws.eu-central-1.ssm', ['a']),
      ['AWS::EC2::NatGateway', { AllocationId: 'eipalloc-1' }],
      ['AWS::EC2::NatGateway'],
      ['AWS::NetworkFirewall::Firewall', { SubnetMappings: [{}] }],
      ['AWS::EC2::TransitGatewayVpcAttachment'],
      ...zones(26),
      ['AWS::WAFv2::WebACL', { Rules: [{}] }],
      ['AWS::KMS::Key'],
    ];
    const totalWith = (name: PriceName) =>
      bill(everything, { ...LIST_PRICES, values: { ...LIST_PRICES.values, [name]: 100 } }).costs.total;
    const listed = bill(everything).costs.total;
    const unmoved = (Object.keys(PRICES) as PriceName[]).filter((name) => totalWith(name) === listed);
    expect(unmoved).toEqual([]);
    const values = Object.fromEntries(Object.keys(PRICES).map((name) => [name, 0])) as Record<PriceName, number>;
    expect(bill(everything, { currency: 'USD', values }).costs.total).toBe(0);
  });

  test('are those given, else those of the list', () => {
    const { currency, values } = readPrices(file({ natGateway: 0.052 }));
    expect({ currency, values }).toEqual({ currency: 'USD', values: { ...LIST_PRICES.values, natGateway: 0.052 } });
    expect(readPrices(undefined)).toBe(LIST_PRICES);
  });

  test('can be all in another currency', () => {
    expect(readPrices(file({ ...all, currency: 'CNY' }))).toEqual({ currency: 'CNY', values: all });
  });

  test.each([
    ['no JSON', '{', /it is not JSON/],
    ['a list', [1], /it must be one object of prices \(interfaceEndpoint, /],
    ['a name that is none', { natGatway: 1 }, /there is no price natGatway, there are interfaceEndpoint, /],
    ['a name that every object has', '{"constructor": 1}', /there is no price constructor/],
    ['a text', { natGateway: '1' }, /natGateway must be a number from 0 on, got "1"/],
    ['less than nothing', { key: -1 }, /key must be a number from 0 on, got -1/],
    ['a currency that is none', { ...all, currency: 'euro' }, /currency must be three capital letters, got "euro"/],
    [
      'a part in another currency',
      { key: 1, currency: 'EUR' },
      /currency EUR needs all prices, there is none of interfaceEndpoint, /,
    ],
  ])('that are %s are refused', (_, content, message) => {
    expect(() => readPrices(file(content))).toThrow(message);
  });

  test('that are not there are refused', () => {
    const path = join(folder, 'none.json');
    expect(() => readPrices(path)).toThrow(`--prices ${path}: there is no such file, or it cannot be read.`);
  });
});

describe('the small profile of LayeredNetwork', () => {
  const app = new App({ outdir: join(folder, 'cdk.out') });
  const env = { account: '123456789012', region: 'us-east-1' };
  const archive = new LogArchive(new Stack(app, 'Audit', { env }), 'Archive');
  const topologies = Object.values(NetworkTopology);
  for (const topology of topologies) {
    new LayeredNetwork(new Stack(app, topology, { env }), 'Network', {
      archive,
      qualifier: topology.slice(0, 5).replace('-', ''),
      topology,
      maxAzs: 2,
    });
  }
  app.synth();
  const resources = readTemplates(join(folder, 'cdk.out')) ?? [];

  test.each(topologies)('costs at most 100 USD a month standing: %s', (topology) => {
    const own = resources.filter(({ template }) => template.endsWith(`${topology}.template.json`));
    const { costs, unknown } = billOf(own, LIST_PRICES);
    const endpoints = costs.lines.filter(({ item }) => item.startsWith('Interface endpoint'));
    expect(endpoints.map(({ item, quantity }) => [item, quantity])).toEqual(
      ['ssm', 'ssmmessages', 'kms', 'logs', 'sts', 'secretsmanager'].map((service) => [
        `Interface endpoint ${service}`,
        2,
      ]),
    );
    expect(costs.lines.map(({ item }) => item)).not.toContain('NAT gateways');
    expect(unknown).toEqual([]);
    expect(costs.total).toBeGreaterThan(80);
    expect(costs.total).toBeLessThanOrEqual(100);
  });
});

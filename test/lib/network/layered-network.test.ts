import { App, aws_ec2 as ec2, aws_kms as kms, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BaselineChecks } from '../../../lib/checks/baseline-checks';
import { LogArchive } from '../../../lib/audit/log-archive';
import { LayeredNetwork } from '../../../lib/network/layered-network';
import {
  type LayeredNetworkProps,
  NetworkConnectivity,
  NetworkTopology,
} from '../../../lib/network/layered-network-props';
import { VpcBlockPublicAccess } from '../../../lib/network/network-options';
import { DnsFirewallAction } from '../../../lib/network/dns-firewall';
import { NetworkPlace } from '../../../lib/network/open-paths';

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string[];
}

const { MANAGEMENT, EDGE, APP, DATA, ENDPOINTS, INTERNET, S3, DYNAMODB } = NetworkPlace;
const env = { account: '123456789012', region: 'eu-central-1' };

function networkOf(props: Partial<LayeredNetworkProps> = {}): LayeredNetwork {
  const stack = new Stack(new App(), 'Network', { env });
  const archive = props.logBucket === undefined ? new LogArchive(stack, 'Archive') : undefined;
  return new LayeredNetwork(stack, 'Layers', { archive, ...props });
}

function resourcesOf(network: LayeredNetwork): Array<Resource & { readonly id: string }> {
  const { Resources } = Template.fromStack(Stack.of(network)).toJSON() as { Resources: Record<string, Resource> };
  return Object.entries(Resources).map(([id, resource]) => ({ id, ...resource }));
}

const VARIANTS: Record<string, Partial<LayeredNetworkProps>> = {
  'three VPCs': {},
  'a single VPC': { topology: NetworkTopology.SINGLE_VPC },
  'a transit gateway': { connectivity: NetworkConnectivity.TRANSIT_GATEWAY },
  'a pool of addresses': { ipamPoolId: 'ipam-pool-0123456789abcdef0', maxAzs: 2 },
  'NAT gateways': { natGateways: true },
  'an inspection': {
    connectivity: NetworkConnectivity.TRANSIT_GATEWAY,
    inspection: { allowedDomains: ['.example.com', 'example.org'] },
  },
};
const made = Object.fromEntries(
  Object.entries(VARIANTS).map(([name, props]) => [name, resourcesOf(networkOf(props))] as const),
) as Record<string, Array<Resource & { readonly id: string }>>;
const of = (variant: string, type: string) =>
  (made[variant] ?? [])
    .filter(({ Type }) => Type === `AWS::${type}`)
    .map(({ id, Properties }) => ({ id, ...Properties }) as Record<string, unknown> & { readonly id: string });

describe.each(Object.keys(VARIANTS))('with %s', (variant) => {
  test('VPCs, subnets and what they are called stay what they were', () => {
    expect(
      [...of(variant, 'EC2::VPC'), ...of(variant, 'EC2::Subnet')].map(({ id, CidrBlock }) => [id, CidrBlock]),
    ).toMatchSnapshot();
  });

  test('every network ACL has the numbers 1 to 99 free, and room for five blocks beside its own rules', () => {
    const entries = of(variant, 'EC2::NetworkAclEntry');
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter(({ RuleNumber }) => Number(RuleNumber) < 100)).toEqual([]);
    const sizes = new Map<string, number>();
    for (const { NetworkAclId, Egress } of entries) {
      const key = JSON.stringify([NetworkAclId, Egress]);
      sizes.set(key, (sizes.get(key) ?? 0) + 1);
    }
    expect(sizes.size).toBe(10);
    for (const size of sizes.values()) expect(size).toBeLessThanOrEqual(20 - 1 - 5);
  });

  test('what everybody may send never has a port of sign-in among it, whatever stands before', () => {
    const open = of(variant, 'EC2::NetworkAclEntry').filter(
      ({ Egress, RuleAction, CidrBlock, Protocol }) =>
        Egress === false && RuleAction === 'allow' && CidrBlock === '0.0.0.0/0' && Protocol === 6,
    );
    const ranges = open.map(({ PortRange }) => PortRange as { From: number; To: number });
    expect(ranges.length).toBeGreaterThan(0);
    for (const port of [22, 3389]) expect(ranges.filter(({ From, To }) => From <= port && port <= To)).toEqual([]);
  });

  test('no two entries of a network ACL claim one number', () => {
    const keys = of(variant, 'EC2::NetworkAclEntry').map(({ NetworkAclId, Egress, RuleNumber }) =>
      JSON.stringify([NetworkAclId, Egress, RuleNumber]),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('each VPC has flow logs of all traffic by the minute, in the format of the traffic detector', () => {
    const logs = of(variant, 'EC2::FlowLog');
    expect(logs.filter(({ ResourceType }) => ResourceType === 'VPC')).toHaveLength(of(variant, 'EC2::VPC').length);
    for (const log of logs) {
      expect(log).toMatchObject({ TrafficType: 'ALL', MaxAggregationInterval: 60 });
      expect(String(log.LogFormat).replaceAll(/[${}]/g, '')).toBe(
        // Catalogue 4.1.
        'version vpc-id subnet-id instance-id interface-id type srcaddr pkt-srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags flow-direction pkt-src-aws-service traffic-path log-status',
      );
    }
    const toBucket = logs.filter(({ LogDestinationType }) => LogDestinationType === 's3');
    expect(toBucket.map(({ DestinationOptions }) => DestinationOptions)).toEqual(
      toBucket.map(() => ({ FileFormat: 'parquet', HiveCompatiblePartitions: true, PerHourPartition: true })),
    );
    const edge = logs.filter(({ LogDestinationType }) => LogDestinationType === 'cloud-watch-logs');
    expect(edge.map(({ ResourceType }) => ResourceType)).toEqual(
      of(variant, 'EC2::Subnet')
        .filter(({ id }) => id.includes('EdgeSubnet'))
        .map(() => 'Subnet'),
    );
  });

  test('each VPC has both gateway endpoints, Resolver query logs and DNS Firewall', () => {
    const vpcs = of(variant, 'EC2::VPC').length;
    expect(of(variant, 'EC2::VPCEndpoint').filter(({ VpcEndpointType }) => VpcEndpointType === 'Gateway')).toHaveLength(
      2 * vpcs,
    );
    expect(of(variant, 'Route53Resolver::ResolverQueryLoggingConfigAssociation')).toHaveLength(vpcs);
    expect(of(variant, 'Route53Resolver::FirewallRuleGroupAssociation')).toHaveLength(vpcs);
    const modes = (made[variant] ?? []).filter(({ Type }) => Type === 'Custom::BulwarkDnsFirewallMode');
    expect(modes.map(({ Properties: { FailOpen } }) => FailOpen)).toEqual(Array(vpcs).fill(false));
  });

  test('every endpoint is bound to the owner, principals and resources, but for exceptions that name what they are about', () => {
    const endpoints = of(variant, 'EC2::VPCEndpoint');
    expect(endpoints.length).toBeGreaterThan(6);
    for (const { PolicyDocument } of endpoints) {
      const [own, ...exceptions] = (PolicyDocument as { Statement: Array<Record<string, unknown>> }).Statement;
      expect(own).toMatchObject({
        Action: '*',
        Condition: {
          StringEquals: { 'aws:PrincipalAccount': '123456789012' },
          StringEqualsIfExists: { 'aws:ResourceAccount': '123456789012' },
        },
      });
      for (const { Action, Condition, Resource } of exceptions) {
        expect(JSON.stringify([Action, Resource])).not.toMatch(/"\*"/);
        // Objects of AWS's own buckets, and tokens of other parties, come from nobody's principals.
        if (!/s3:GetObject|s3:PutObject|sts:AssumeRoleWith/.test(JSON.stringify(Action))) {
          expect(Condition).toEqual({ StringEquals: { 'aws:PrincipalAccount': '123456789012' } });
        }
      }
    }
  });

  test('groups name groups, and only the edge admits everybody, on 443, 80 and for path MTU discovery', () => {
    const byRange = of(variant, 'EC2::SecurityGroupIngress').filter(({ CidrIp }) => CidrIp !== undefined);
    // Endpoints behind a transit gateway know no groups of other VPCs.
    const open = byRange.filter(({ id }) => !id.includes('ToEndpoints'));
    expect(open.map(({ CidrIp, FromPort }) => [CidrIp, FromPort])).toEqual([
      ['0.0.0.0/0', 443],
      ['0.0.0.0/0', 80],
      ['0.0.0.0/0', 3],
    ]);
    for (const { Description } of of(variant, 'EC2::SecurityGroupIngress')) expect(Description).toBeTruthy();
  });

  test('no subnet gives public addresses, and each default group is closed', () => {
    for (const { MapPublicIpOnLaunch } of of(variant, 'EC2::Subnet')) expect(MapPublicIpOnLaunch).toBe(false);
    const closed = (made[variant] ?? []).filter(({ Type }) => Type === 'Custom::BulwarkDefaultGroup');
    expect(closed).toHaveLength(of(variant, 'EC2::VPC').length);
  });
});

test.each(Object.entries(VARIANTS))('with %s passes every check of ours, warnings included', (_, props) => {
  const stack = Stack.of(networkOf(props));
  const { violations } = new BaselineChecks(stack.node.root, {}).validateScope(stack);
  expect(
    violations.map(({ ruleName, violatingResources }) => [
      ruleName,
      violatingResources.map(({ constructPath }) => constructPath),
    ]),
  ).toEqual([]);
});

test('peerings join exactly the VPCs that talk, and lead to exactly the tiers that answer', () => {
  expect(of('three VPCs', 'EC2::VPCPeeringConnection')).toHaveLength(6);
  const routes = of('three VPCs', 'EC2::Route').filter(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId);
  const destinations = new Map<string, Set<unknown>>();
  for (const { id, DestinationCidrBlock } of routes) {
    const tier = /Vpc(Management|Edge|App|Data|Endpoints)\d/.exec(id)?.[1] as string;
    destinations.set(tier, (destinations.get(tier) ?? new Set()).add(DestinationCidrBlock));
  }
  expect(Object.fromEntries([...destinations].map(([tier, to]) => [tier, [...to].sort()]))).toEqual({
    Management: ['10.16.0.0/17', '10.32.0.0/20', '10.48.0.0/24'],
    App: ['10.0.0.0/20', '10.32.0.0/20', '10.48.0.0/24'],
    Data: ['10.0.0.0/20', '10.16.0.0/17', '10.48.0.0/24'],
    Endpoints: ['10.0.0.0/20', '10.16.0.0/17', '10.32.0.0/20'],
  });
});

test('rules that name a group of another VPC wait for the peering', () => {
  const rule = (made['three VPCs'] ?? []).find(({ id }) => id.startsWith('LayersAppToDataTcp5432In'));
  expect(rule?.DependsOn).toEqual([expect.stringMatching(/^LayersPeerings.*BusinessWithDatabase/)]);
});

test('across a transit gateway endpoints admit ranges: what PrivateLink serves knows no references there', () => {
  const admits = of('a transit gateway', 'EC2::SecurityGroupIngress').filter(({ id }) => id.includes('ToEndpoints'));
  expect(admits.map(({ CidrIp }) => CidrIp).sort()).toEqual(['10.0.0.0/20', '10.16.0.0/17', '10.32.0.0/20']);
});

test('what delivers logs into a bucket of the same stack waits for its policy', () => {
  const waiting = (made['three VPCs'] ?? []).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::Route53Resolver::ResolverQueryLoggingConfig' ||
      (Type === 'AWS::EC2::FlowLog' && Properties.LogDestinationType === 's3'),
  );
  expect(waiting).toHaveLength(5);
  for (const { DependsOn } of waiting) expect(DependsOn).toContain('ArchiveMainNetworkBucketPolicy');
});

test('a port more moves no rule that was there before', () => {
  const entriesOf = (databasePorts: number[]) =>
    resourcesOf(networkOf({ databasePorts })).filter(({ Type }) => Type === 'AWS::EC2::NetworkAclEntry');
  const [before, after] = [entriesOf([5432]), entriesOf([5432, 3306])];
  const now = new Map(after.map(({ id, Properties }) => [id, Properties]));
  expect(before.filter(({ id, Properties }) => JSON.stringify(now.get(id)) !== JSON.stringify(Properties))).toEqual([]);
  expect(after.length).toBeGreaterThan(before.length);
});

test('across a transit gateway rules that send name ranges, and nothing is associated, propagated or accepted by itself', () => {
  const egress = of('a transit gateway', 'EC2::SecurityGroupEgress').find(({ id }) => id.startsWith('LayersAppToData'));
  expect(egress).toMatchObject({ CidrIp: '10.32.0.0/20' });
  expect(of('a transit gateway', 'EC2::TransitGateway')[0]).toMatchObject({
    AutoAcceptSharedAttachments: 'disable',
    DefaultRouteTableAssociation: 'disable',
    DefaultRouteTablePropagation: 'disable',
  });
  expect(of('a transit gateway', 'EC2::TransitGatewayRouteTable')).toHaveLength(4);
  expect(of('a transit gateway', 'EC2::TransitGatewayRoute')).toHaveLength(12);
});

test('attachments stand in subnets of their own, so that no network ACL stops what crosses zones', () => {
  const transit = of('a transit gateway', 'EC2::Subnet').filter(({ id }) => id.includes('TransitSubnet'));
  expect(transit.map(({ CidrBlock }) => CidrBlock)).toEqual([
    ...['10.0.12.0/24', '10.0.13.0/24', '10.0.14.0/24'],
    ...['10.16.96.0/21', '10.16.104.0/21', '10.16.112.0/21'],
    ...['10.32.12.0/24', '10.32.13.0/24', '10.32.14.0/24'],
    ...['10.48.0.192/28', '10.48.0.208/28', '10.48.0.224/28'],
  ]);
  const associated = of('a transit gateway', 'EC2::SubnetNetworkAclAssociation').map(({ SubnetId }) =>
    JSON.stringify(SubnetId),
  );
  expect(associated.filter((subnet) => subnet.includes('TransitSubnet'))).toEqual([]);
});

test('addresses of a pool are cut out at deployment, each subnet its own part', () => {
  const subnets = of('a pool of addresses', 'EC2::Subnet').filter(({ id }) => id.includes('AppSubnet'));
  expect(subnets.map(({ CidrBlock }) => CidrBlock)).toEqual(
    [0, 1].map((index) => ({
      'Fn::Select': [
        index,
        { 'Fn::Cidr': [{ 'Fn::GetAtt': ['NetworkMainBusinessVpc', 'CidrBlock'] }, index + 1, '13'] },
      ],
    })),
  );
});

test('management needs no NAT: every service that sessions need has an endpoint, and its names lead there', () => {
  const services = of('three VPCs', 'EC2::VPCEndpoint')
    .filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface')
    .map(({ ServiceName }) => ServiceName);
  expect(services).toEqual(
    ['ssm', 'ssmmessages', 'kms', 'logs', 'sts', 'secretsmanager'].map(
      (service) => `com.amazonaws.eu-central-1.${service}`,
    ),
  );
  const zones = of('three VPCs', 'Route53::HostedZone');
  expect(zones.map(({ VPCs }) => (VPCs as unknown[]).length)).toEqual(Array(6).fill(4));
  expect(of('three VPCs', 'EC2::NatGateway')).toEqual([]);
  const management = of('three VPCs', 'EC2::Route').filter(({ id }) => id.includes('VpcManagement'));
  expect(management.filter(({ GatewayId, NatGatewayId }) => GatewayId ?? NatGatewayId)).toEqual([]);
});

test('applications reach the Internet by NAT gateways alone, on 443', () => {
  const routes = of('NAT gateways', 'EC2::Route').filter(({ NatGatewayId }) => NatGatewayId);
  expect(routes.map(({ id }) => /Vpc(App\d)/.exec(id)?.[1])).toEqual(['App1', 'App2', 'App3']);
  const egress = of('NAT gateways', 'EC2::SecurityGroupEgress').filter(({ CidrIp }) => CidrIp === '0.0.0.0/0');
  expect(egress).toEqual([expect.objectContaining({ FromPort: 443, ToPort: 443 })]);
});

describe('what applications ask the Internet for passes a firewall', () => {
  const routes = of('an inspection', 'EC2::Route');
  const from = (kind: string) =>
    routes.filter(({ id }) => id.includes(`InspectionVpc${kind}`) || id.includes(`BusinessVpc${kind}`));

  test('on the way out and back, in each zone by the endpoint of its own', () => {
    for (const zone of [1, 2, 3]) {
      const firewall = {
        'Fn::Select': [
          1,
          {
            'Fn::Split': [':', { 'Fn::Select': [0, { 'Fn::GetAtt': [`NetworkMainFirewall${zone}`, 'EndpointIds'] }] }],
          },
        ],
      };
      expect(from(`App${zone}`)).toContainEqual(
        expect.objectContaining({ DestinationCidrBlock: '0.0.0.0/0', TransitGatewayId: expect.anything() }),
      );
      expect(from(`Transit${zone}`)).toEqual([
        expect.objectContaining({ DestinationCidrBlock: '0.0.0.0/0', VpcEndpointId: firewall }),
      ]);
      expect(from(`Firewall${zone}`)).toEqual([
        expect.objectContaining({ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: expect.anything() }),
        expect.objectContaining({ DestinationCidrBlock: '10.16.0.0/17', TransitGatewayId: expect.anything() }),
      ]);
      expect(from(`Egress${zone}`)).toEqual([
        expect.objectContaining({ DestinationCidrBlock: '0.0.0.0/0', GatewayId: expect.anything() }),
        expect.objectContaining({ DestinationCidrBlock: '10.16.0.0/17', VpcEndpointId: firewall }),
      ]);
    }
  });

  test('that looks at applications, drops known attackers, and lets the listed names pass alone', () => {
    expect(of('an inspection', 'NetworkFirewall::RuleGroup')[0]?.RuleGroup).toMatchObject({
      RuleVariables: { IPSets: { HOME_NET: { Definition: ['10.16.0.0/17'] } } },
      RulesSource: { RulesSourceList: { GeneratedRulesType: 'ALLOWLIST', Targets: ['.example.com', 'example.org'] } },
    });
    const policy = of('an inspection', 'NetworkFirewall::FirewallPolicy')[0]?.FirewallPolicy as Record<string, unknown>;
    expect(policy).toMatchObject({
      StatelessDefaultActions: ['aws:forward_to_sfe'],
      StatelessFragmentDefaultActions: ['aws:forward_to_sfe'],
      StatefulDefaultActions: ['aws:drop_established', 'aws:alert_established'],
    });
    expect(policy.StatefulRuleGroupReferences).toHaveLength(3);
    expect(of('an inspection', 'NetworkFirewall::LoggingConfiguration')).toHaveLength(3);
  });

  test('both directions of a flow stay in one zone', () => {
    const attachments = of('an inspection', 'EC2::TransitGatewayVpcAttachment');
    const modes = attachments.map(({ id, Options }) => [
      id.includes('Inspection'),
      (Options as Record<string, string>).ApplianceModeSupport,
    ]);
    expect(modes.filter(([inspects]) => inspects)).toEqual([[true, 'enable']]);
    expect(modes.filter(([inspects]) => !inspects)).toEqual(Array(4).fill([false, 'disable']));
  });
});

describe('allow', () => {
  test('opens a path in groups, network ACLs and routes, once', () => {
    const network = networkOf();
    const before = resourcesOf(networkOf());
    network.allow(MANAGEMENT, DATA, ec2.Port.tcp(9187), 'Metrics of databases');
    network.allow(MANAGEMENT, DATA, ec2.Port.tcp(9187), 'Metrics of databases');
    const known = new Set(before.map(({ id }) => id));
    const added = resourcesOf(network).filter(({ id }) => !known.has(id));
    expect(added.map(({ Type, Properties }) => [Type, Properties.FromPort ?? Properties.PortRange]).sort()).toEqual([
      ['AWS::EC2::NetworkAclEntry', { From: 9187, To: 9187 }],
      ['AWS::EC2::NetworkAclEntry', { From: 9187, To: 9187 }],
      ['AWS::EC2::SecurityGroupEgress', 9187],
      ['AWS::EC2::SecurityGroupIngress', 9187],
    ]);
  });

  test.each([
    [DATA, INTERNET, ec2.Port.tcp(443), 'the data tier is never given a way to the Internet'],
    [MANAGEMENT, INTERNET, ec2.Port.tcp(443), 'the management tier is never given a way to the Internet'],
    [DATA, APP, ec2.Port.tcp(8080), 'the data tier may begin connections with endpoints only (ADR 16)'],
    [APP, MANAGEMENT, ec2.Port.tcp(443), 'the app tier may begin connections with data, endpoints only'],
    [ENDPOINTS, APP, ec2.Port.tcp(443), 'the endpoints tier begins no connections'],
    [APP, INTERNET, ec2.Port.tcp(443), 'set natGateways'],
    [INTERNET, APP, ec2.Port.tcp(443), 'the Internet reaches the edge tier alone'],
    [INTERNET, DATA, ec2.Port.tcp(5432), 'the Internet reaches the edge tier alone'],
    [MANAGEMENT, APP, ec2.Port.tcp(22), 'Session Manager'],
    [MANAGEMENT, APP, ec2.Port.tcpRange(3000, 4000), 'port 3389 is for signing in'],
    [APP, ENDPOINTS, ec2.Port.tcp(80), 'interface endpoints answer on 443 alone'],
    [S3, APP, ec2.Port.tcp(443), 'do not begin connections'],
    [APP, DYNAMODB, ec2.Port.tcp(80), 'is reached from a tier, on 443'],
    [APP, DATA, ec2.Port.allTraffic(), 'port must be one or a range of TCP or UDP'],
    [APP, DATA, ec2.Port.icmpPing(), 'port must be one or a range of TCP or UDP'],
  ])('%s to %s on %s is refused', (from, to, port, reason) => {
    const allow = () => shared.allow(from, to, port, 'Because');
    expect(allow).toThrow(reason);
    expect(allow).toThrow('(LayeredNetwork at Network/Layers)');
  });

  test.each(['', 'ünsafe', 'x'.repeat(201)])('%j is no reason', (why) => {
    expect(() => shared.allow(APP, DATA, ec2.Port.tcp(6432), why)).toThrow('why must be 1 to 200 characters');
  });

  test('refuses what no longer fits into a network ACL', () => {
    const network = networkOf();
    expect(() => {
      for (let port = 10_000; port < 10_030; port += 1) network.allow(APP, DATA, ec2.Port.tcp(port), 'Another');
    }).toThrow(/the network ACL of the (app|data) tier must have at most 14 rules of its own.*and 15 are asked for/);
  });
});

const shared = networkOf();

test('gives tiers to other constructs: a VPC with its subnets, and a group that they cannot change', () => {
  expect(shared.subnets(APP).subnets).toHaveLength(3);
  expect(shared.vpc(EDGE).selectSubnets({ subnetType: ec2.SubnetType.PUBLIC }).subnets).toHaveLength(3);
  expect(shared.vpc(APP)).toBe(shared.vpc(EDGE));
  expect(shared.vpc(DATA).isolatedSubnets).toHaveLength(3);
  expect(shared.securityGroup(APP)).toBe(shared.securityGroup(APP));
  expect(shared.securityGroup(APP).canInlineRule).toBe(false);
  expect(shared.quarantineGroup(APP)).toBe(shared.quarantineGroup(EDGE));
  expect(() => shared.vpc(INTERNET)).toThrow(
    'tier must be one of management, app, edge, data, endpoints, got internet (LayeredNetwork at Network/Layers)',
  );
});

test('a group that is handed out takes no rules', () => {
  const network = networkOf();
  const count = resourcesOf(network).length;
  const other = networkOf();
  other.securityGroup(APP).addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22));
  other.securityGroup(APP).addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.allTraffic());
  expect(resourcesOf(other)).toHaveLength(count);
});

test('what is put into public subnets waits for the way to the Internet', () => {
  const network = networkOf();
  const stack = Stack.of(network);
  const instance = new ec2.CfnInstance(stack, 'Late', {});
  instance.node.addDependency(
    network.vpc(EDGE).selectSubnets({ subnetGroupName: 'edge' }).internetConnectivityEstablished,
  );
  const late = resourcesOf(network).find(({ id }) => id === 'Late');
  expect(late?.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/Edge1ToInternet/)]));
});

test('what is on request only is made on request', () => {
  const types = (props: Partial<LayeredNetworkProps>) => new Set(resourcesOf(networkOf(props)).map(({ Type }) => Type));
  const OPTIONAL = [
    'AWS::EC2::VPCBlockPublicAccessOptions',
    'AWS::EC2::VPCBlockPublicAccessExclusion',
    'AWS::EC2::NetworkInsightsAccessScope',
    'AWS::Route53Resolver::ResolverDNSSECConfig',
  ];
  const [none, all] = [
    types({}),
    types({
      blockPublicAccess: VpcBlockPublicAccess.BIDIRECTIONAL,
      acknowledgeAffectsAllVpcs: true,
      accessScope: true,
      dnssecValidation: true,
    }),
  ];
  expect(OPTIONAL.filter((type) => none.has(type))).toEqual([]);
  expect(OPTIONAL.filter((type) => all.has(type))).toEqual(OPTIONAL);
});

test('load balancers can be kept for those who are on a list, such as CloudFront, on 443 alone', () => {
  const resources = resourcesOf(networkOf({ edgePrefixListIds: ['pl-a3a144ca'] }));
  const admits = resources.filter(
    ({ Type, id }) => Type === 'AWS::EC2::SecurityGroupIngress' && id.includes('InternetToEdge'),
  );
  expect(
    admits.map(({ Properties }) => [Properties.SourcePrefixListId, Properties.CidrIp, Properties.FromPort]),
  ).toEqual([['pl-a3a144ca', undefined, 443]]);
});

test('DNS Firewall can be left out where a Region lacks a list', () => {
  const resources = resourcesOf(networkOf({ dnsFirewall: false }));
  expect(resources.filter(({ Type }) => /Firewall/.test(Type))).toEqual([]);
  const facts = resources.find(({ Type }) => Type === 'Custom::BulwarkNetworkFacts');
  expect(facts?.Properties.DomainLists).toEqual([]);
});

test('DNS Firewall can only tell, and can give way', () => {
  const resources = resourcesOf(networkOf({ dnsFirewallAction: DnsFirewallAction.ALERT, dnsFirewallFailOpen: true }));
  const group = resources.find(({ Type }) => Type === 'AWS::Route53Resolver::FirewallRuleGroup');
  expect(group?.Properties.FirewallRules).toEqual(Array(4).fill(expect.objectContaining({ Action: 'ALERT' })));
  const modes = resources.filter(({ Type }) => Type === 'Custom::BulwarkDnsFirewallMode');
  expect(modes.map(({ Properties: { FailOpen } }) => FailOpen)).toEqual(Array(4).fill(true));
});

test.each<[string, Partial<LayeredNetworkProps>, string]>([
  [
    'overlapping ranges',
    { cidrs: { management: '10.16.8.0/21' } },
    'cidrs must not overlap: management 10.16.8.0/21 overlaps business 10.16.0.0/16',
  ],
  [
    'a range that is none',
    { cidrs: { database: '10.32.0.1/20' } },
    'cidrs.database must be a range such as 10.0.0.0/20',
  ],
  ['a public range', { cidrs: { database: '52.32.0.0/20' } }, 'cidrs.database must be a private range'],
  ['a range too small', { cidrs: { business: '10.16.0.0/24' } }, 'cidrs.business must be a range of /16 to /23'],
  [
    'a range without VPC',
    { cidrs: { network: '10.16.0.0/16' } },
    'cidrs.network has no VPC in this topology; there are management, business, database, endpoints',
  ],
  [
    'ranges beside a pool',
    { ipamPoolId: 'ipam-pool-1', cidrs: {} },
    'cidrs must be left out where ipamPoolId is given',
  ],
  ['four zones', { maxAzs: 4 }, 'maxAzs must be 2 or 3, got 4'],
  ['one zone', { availabilityZones: ['eu-central-1a'] }, 'availabilityZones must be two or three, got eu-central-1a'],
  ['one zone twice', { availabilityZones: ['a', 'a'] }, 'availabilityZones must differ, got a, a'],
  ['an unknown service', { interfaceEndpoints: ['ssm', 'simspaceweaver'] }, 'got "simspaceweaver"'],
  ['an organization that is none', { organizationId: 'r-abcd' }, 'organizationId must be o- and 10 to 32'],
  ['a port that is none', { appPorts: [70_000] }, 'port must be within 1 to 65535, got tcp 70000'],
  ['sign-in as an application', { appPorts: [22] }, 'port 22 is for signing in'],
  ['no port', { databasePorts: [] }, 'databasePorts must have one port at least, got none'],
  [
    'VPC Block Public Access by accident',
    { blockPublicAccess: VpcBlockPublicAccess.INGRESS },
    'needs acknowledgeAffectsAllVpcs: true',
  ],
  [
    'connectivity of one VPC',
    { topology: NetworkTopology.SINGLE_VPC, connectivity: NetworkConnectivity.PEERING },
    'connectivity must be left out where there is a single VPC',
  ],
  [
    'inspection over peerings',
    { inspection: { allowedDomains: ['example.com'] } },
    'inspection needs connectivity: NetworkConnectivity.TRANSIT_GATEWAY',
  ],
  [
    'an inspection that lets nothing pass',
    { connectivity: NetworkConnectivity.TRANSIT_GATEWAY, inspection: { allowedDomains: [] } },
    'inspection.allowedDomains must name what may be reached, got none',
  ],
  [
    'a name that is none',
    { connectivity: NetworkConnectivity.TRANSIT_GATEWAY, inspection: { allowedDomains: ['https://example.com'] } },
    'got "https://example.com"',
  ],
  [
    'two ways out',
    {
      connectivity: NetworkConnectivity.TRANSIT_GATEWAY,
      natGateways: true,
      inspection: { allowedDomains: ['example.com'] },
    },
    'natGateways must be left out where there is an inspection',
  ],
  [
    'an inspection in the way of another VPC',
    {
      connectivity: NetworkConnectivity.TRANSIT_GATEWAY,
      inspection: { allowedDomains: ['example.com'], cidr: '10.48.0.0/22' },
    },
    'endpoints 10.48.0.0/24 overlaps inspection 10.48.0.0/22',
  ],
  ['a qualifier that is none', { qualifier: 'Main' }, 'qualifier must be 1 to 10 lower-case letters or digits'],
])('%s: refused', (_, props, message) => {
  expect(() => networkOf(props)).toThrow(message);
  expect(() => networkOf(props)).toThrow('Network/Layers');
});

test('somebody else may keep the logs', () => {
  const stack = new Stack(new App(), 'Network', { env });
  expect(() => new LayeredNetwork(stack, 'None', {})).toThrow(
    'either archive or logBucket must say where flow logs are kept',
  );
  const network = new LayeredNetwork(stack, 'Layers', {
    logBucket: s3.Bucket.fromBucketName(stack, 'Central', 'central-logs'),
    encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:123456789012:key/one'),
  });
  const flowLog = resourcesOf(network).find(({ Type }) => Type === 'AWS::EC2::FlowLog');
  expect(JSON.stringify(flowLog?.Properties.LogDestination)).toContain('central-logs');
});

import { READERS } from '../../../sandbox/runner/readers';
import { ATTRIBUTES } from '../../../sandbox/runner/readers/attributes';
import type { Ask, Reader } from '../../../sandbox/runner/readers/reader';

type Answers = Readonly<Record<string, object>>;

/** Services that answer each command, each JSON operation and each path by its name. */
function answering(answers: Answers): Ask & { readonly asked: string[] } {
  const asked: string[] = [];
  const answer = async (name: string) => {
    asked.push(name);
    return (answers[name] ?? {}) as Record<string, unknown>;
  };
  const send = (command: object) => answer(command.constructor.name.replace(/Command$/, ''));
  return {
    asked,
    client: () => ({ send, destroy: () => undefined }) as never,
    json: (_, target) => answer(target.split('.').at(-1) ?? ''),
    xml: (_, path) => answer(path.split('?')[0] ?? ''),
  };
}

function reads(type: string, physicalId: string, properties: object, answers: Answers | Ask) {
  const reader = READERS[type] as Reader;
  const ask = 'json' in answers ? (answers as Ask) : answering(answers as Answers);
  return reader({ physicalId, properties: { ...properties }, region: 'eu-central-1' }, ask);
}

describe('a security group', () => {
  const type = 'AWS::EC2::SecurityGroup';
  const nothing = { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32', Description: 'None' };
  const found = {
    IsEgress: true,
    IpProtocol: 'icmp',
    FromPort: 252,
    ToPort: 86,
    CidrIpv4: '255.255.255.255/32',
    Description: 'None',
  };
  const others = { ...found, IpProtocol: 'tcp', ReferencedGroupInfo: { GroupId: 'sg-2' }, CidrIpv4: undefined };
  const everything = { IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' };
  const answers = (...rules: object[]) => ({
    DescribeSecurityGroups: { SecurityGroups: [{ GroupId: 'sg-1' }] },
    DescribeSecurityGroupRules: { SecurityGroupRules: rules },
  });

  test('has of its rules those that it names', async () => {
    const read = await reads(type, 'sg-1', { SecurityGroupEgress: [nothing] }, answers(found, others));
    expect(read['SecurityGroupEgress']).toEqual([expect.objectContaining(nothing)]);
    expect(read['SecurityGroupIngress']).toEqual([]);
  });

  test('that still lets everything out beside its own rules shows it', async () => {
    const read = await reads(type, 'sg-1', { SecurityGroupEgress: [nothing] }, answers(found, everything));
    expect(read['SecurityGroupEgress']).toHaveLength(2);
    expect((await reads(type, 'sg-1', {}, answers(everything)))['SecurityGroupEgress']).toEqual([]);
  });

  test('shows another description as another description', async () => {
    const read = await reads(type, 'sg-1', { SecurityGroupEgress: [nothing] }, answers({ ...found, Description: 'x' }));
    expect(read['SecurityGroupEgress']).toEqual([expect.objectContaining({ Description: 'x' })]);
  });
});

test('a rule is found by its id in its direction only, under the names of that direction', async () => {
  const rule = { SecurityGroupRuleId: 'sgr-1', IsEgress: true, GroupId: 'sg-1', PrefixListId: 'pl-1' };
  const answers = { DescribeSecurityGroupRules: { SecurityGroupRules: [rule] } };
  const out = await reads('AWS::EC2::SecurityGroupEgress', 'sgr-1', { GroupId: 'sg-1' }, answers);
  expect(out).toMatchObject({ GroupId: 'sg-1', DestinationPrefixListId: 'pl-1' });
  const inward = reads('AWS::EC2::SecurityGroupIngress', 'sgr-1', { GroupId: 'sg-1' }, answers);
  await expect(inward).rejects.toThrow('there is no rule sgr-1');
});

describe('a route', () => {
  const type = 'AWS::EC2::Route';
  const table = (...routes: object[]) => ({
    DescribeRouteTables: { RouteTables: [{ RouteTableId: 'rtb-1', Routes: routes }] },
  });
  const route = { DestinationCidrBlock: '10.2.0.0/16', State: 'active', VpcPeeringConnectionId: 'pcx-1' };

  test('is the one to its destination', async () => {
    const other = { ...route, DestinationCidrBlock: '0.0.0.0/0', VpcPeeringConnectionId: 'pcx-2' };
    const read = await reads(type, 'rtb-1|10.2.0.0/16', {}, table(other, route));
    expect(read).toMatchObject({ RouteTableId: 'rtb-1', VpcPeeringConnectionId: 'pcx-1', GatewayId: undefined });
  });

  test.each([
    ['a black hole', [{ ...route, State: 'blackhole' }], 'is a blackhole'],
    ['missing', [], 'there is no route to 10.2.0.0/16 in rtb-1'],
  ])('that is %s is no route', async (_, routes, message) => {
    await expect(reads(type, 'rtb-1|10.2.0.0/16', {}, table(...routes))).rejects.toThrow(message);
  });

  test('through a firewall names its endpoint', async () => {
    const through = { ...route, VpcPeeringConnectionId: undefined, GatewayId: 'vpce-1' };
    expect(await reads(type, 'rtb-1|10.2.0.0/16', {}, table(through))).toMatchObject({ VpcEndpointId: 'vpce-1' });
  });
});

describe('an entry of a network ACL', () => {
  const type = 'AWS::EC2::NetworkAclEntry';
  const entry = { Egress: false, RuleNumber: 100, Protocol: '6', RuleAction: 'allow', CidrBlock: '10.0.0.0/8' };
  const answers = {
    DescribeNetworkAcls: {
      NetworkAcls: [{ NetworkAclId: 'acl-1', Entries: [{ ...entry, Egress: true, RuleAction: 'deny' }, entry] }],
    },
  };

  test('is known by its direction and number', async () => {
    const read = await reads(type, 'any', { NetworkAclId: 'acl-1', RuleNumber: '100' }, answers);
    expect(read).toMatchObject({ ...entry, NetworkAclId: 'acl-1' });
    const out = await reads(type, 'any', { NetworkAclId: 'acl-1', RuleNumber: 100, Egress: true }, answers);
    expect(out).toMatchObject({ RuleAction: 'deny' });
  });

  test('is read with all others of its ACL by one call', async () => {
    const ask = answering(answers);
    const read = (number: number) => reads(type, 'any', { NetworkAclId: 'acl-1', RuleNumber: number }, ask);
    await Promise.allSettled([read(100), read(100), read(110)]);
    expect(ask.asked).toEqual(['DescribeNetworkAcls']);
    await expect(read(110)).rejects.toThrow('there is no entry 110 in acl-1');
  });
});

test.each([
  [
    'a peering that waits',
    'AWS::EC2::VPCPeeringConnection',
    {
      DescribeVpcPeeringConnections: {
        VpcPeeringConnections: [{ Status: { Code: 'pending-acceptance' } }],
      },
    },
  ],
  [
    'a flow log that cannot deliver',
    'AWS::EC2::FlowLog',
    {
      DescribeFlowLogs: {
        FlowLogs: [{ DeliverLogsStatus: 'FAILED', DeliverLogsErrorMessage: 'Access error' }],
      },
    },
  ],
  ['a deleted NAT gateway', 'AWS::EC2::NatGateway', { DescribeNatGateways: { NatGateways: [{ State: 'deleted' }] } }],
])('%s is none', async (_, type, answers) => {
  await expect(reads(type, 'id', {}, answers)).rejects.toThrow(/there is no|delivers nothing/);
});

describe('the custom resources of a network', () => {
  test('a default group is closed when it has no rule', async () => {
    const properties = { DefaultSecurityGroupId: 'sg-1' };
    const rules = (...found: object[]) => ({ DescribeSecurityGroupRules: { SecurityGroupRules: found } });
    expect(await reads('Custom::BulwarkDefaultGroup', 'id', properties, rules())).toEqual(properties);
    const open = reads('Custom::BulwarkDefaultGroup', 'id', properties, rules({ IsEgress: true }));
    await expect(open).rejects.toThrow('the default group sg-1 has 1 rules');
  });

  test('facts are asked of the services that have them', async () => {
    const lists = [
      { Name: 'AWSManagedDomainsMalwareDomainList', Id: 'rslvr-fdl-1', ManagedOwnerName: 'AWS' },
      { Name: 'own', Id: 'rslvr-fdl-2' },
    ];
    const ask = answering({
      ListFirewallDomainLists: { FirewallDomainLists: lists },
      DescribeManagedPrefixLists: { PrefixLists: [{ PrefixListId: 'pl-1' }] },
    });
    const told = ATTRIBUTES['Custom::BulwarkNetworkFacts'] as Reader;
    expect(await told({ physicalId: 'id', properties: {}, region: 'eu-central-1' }, ask)).toEqual({
      AWSManagedDomainsMalwareDomainList: 'rslvr-fdl-1',
      S3PrefixListId: 'pl-1',
      DynamoDbPrefixListId: 'pl-1',
    });
    const asked = { DomainLists: ['AWSManagedDomainsMalwareDomainList', 'own'] };
    const read = await reads('Custom::BulwarkNetworkFacts', 'id', asked, ask);
    expect(read).toEqual({ DomainLists: ['AWSManagedDomainsMalwareDomainList'] });
  });

  test.each([
    ['ENABLED', true],
    ['DISABLED', false],
  ])('DNS Firewall that is %s to fail open is read as %s', async (mode, isOpen) => {
    const answers = { GetFirewallConfig: { FirewallConfig: { FirewallFailOpen: mode, ResourceId: 'vpc-1' } } };
    const read = await reads('Custom::BulwarkDnsFirewallMode', 'id', { VpcId: 'vpc-1' }, answers);
    expect(read).toEqual({ FailOpen: isOpen, VpcId: 'vpc-1' });
  });
});

describe('Route 53', () => {
  test('a zone has its VPCs, one or several, and its name as the template writes it', async () => {
    const zone = (vpcs: unknown) => ({
      '/2013-04-01/hostedzone/Z1': {
        HostedZone: { Name: 'a.example.', Config: { Comment: 'c' } },
        VPCs: { VPC: vpcs },
      },
    });
    const one = { VPCId: 'vpc-1', VPCRegion: 'eu-central-1' };
    for (const [name, vpcs, expected] of [
      ['a.example', one, [one]],
      ['a.example.', [one, one], [one, one]],
    ] as const) {
      const read = await reads('AWS::Route53::HostedZone', 'Z1', { Name: name }, zone(vpcs));
      expect(read).toMatchObject({ Name: name, VPCs: expected, HostedZoneConfig: { Comment: 'c' } });
    }
  });

  test('an alias has its target and no time to live', async () => {
    const record = {
      Name: 'a.example.',
      Type: 'A',
      TTL: '0',
      AliasTarget: { HostedZoneId: 'Z2', DNSName: 'vpce.example.', EvaluateTargetHealth: 'false' },
    };
    const answers = {
      '/2013-04-01/hostedzone/Z1/rrset': {
        ResourceRecordSets: { ResourceRecordSet: [{ ...record, Type: 'NS' }, record] },
      },
    };
    const target = { HostedZoneId: 'Z2', DNSName: 'vpce.example' };
    const asked = { HostedZoneId: 'Z1', Name: 'a.example', Type: 'A', AliasTarget: target };
    const read = await reads('AWS::Route53::RecordSet', 'a.example', asked, answers);
    expect(read).toMatchObject({ ...asked, TTL: undefined, ResourceRecords: undefined });
    const missing = reads('AWS::Route53::RecordSet', 'b.example', { ...asked, Name: 'b.example' }, answers);
    await expect(missing).rejects.toThrow('there is no record A b.example in Z1');
  });

  test('a validation that is off is no DNSSEC config', async () => {
    const answer = (status: string) => ({
      GetResolverDnssecConfig: { ResolverDNSSECConfig: { ResourceId: 'vpc-1', ValidationStatus: status } },
    });
    const type = 'AWS::Route53Resolver::ResolverDNSSECConfig';
    expect(await reads(type, 'id', { ResourceId: 'vpc-1' }, answer('ENABLED'))).toEqual({ ResourceId: 'vpc-1' });
    expect(await reads(type, 'id', { ResourceId: 'vpc-1' }, answer('DISABLED'))).toEqual({ ResourceId: undefined });
  });
});

test('a firewall tells its endpoints after their zones', async () => {
  const told = ATTRIBUTES['AWS::NetworkFirewall::Firewall'] as Reader;
  const state = (id: string) => ({ Attachment: { EndpointId: id } });
  const answers = {
    DescribeFirewall: {
      FirewallStatus: { SyncStates: { 'eu-central-1b': state('vpce-2'), 'eu-central-1a': state('vpce-1') } },
    },
  };
  const attributes = await told({ physicalId: 'arn', properties: {}, region: 'eu-central-1' }, answering(answers));
  expect(attributes).toEqual({ EndpointIds: ['eu-central-1a:vpce-1', 'eu-central-1b:vpce-2'] });
});

import { EC2Client } from '@aws-sdk/client-ec2';
import { type Deployed, describeNetwork, fromDeployed, networkFrom } from '../../../cli/network/from-deployed';
import { describePath, openPaths, pathTable } from '../../../cli/network/paths';

const OWN = '123456789012';
const STRANGER = '210987654321';
const named = (Name: string, ...tags: Array<[string, string]>) => ({
  Tags: [{ Key: 'Name', Value: Name }, ...tags.map(([Key, Value]) => ({ Key, Value }))],
});
const cidrs = (CidrBlock: string) => ({
  CidrBlock,
  CidrBlockAssociationSet: [
    { CidrBlock, CidrBlockState: { State: 'associated' as const } },
    { CidrBlock: '192.0.2.0/24', CidrBlockState: { State: 'disassociated' as const } },
  ],
});

/** Answers of EC2, as they come: two VPCs with a peering, a transit gateway that leads out, and what is gone but still told of. */
const ANSWERS: Readonly<Record<string, Record<string, unknown>>> = {
  DescribeVpcs: {
    Vpcs: [
      { VpcId: 'vpc-1', OwnerId: OWN, ...cidrs('10.1.0.0/16'), ...named('one', ['bulwark:vpc', 'business']) },
      {
        VpcId: 'vpc-2',
        OwnerId: OWN,
        ...cidrs('10.2.0.0/16'),
        Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2001:db8::/56', Ipv6CidrBlockState: { State: 'associated' } }],
        ...named('two', ['bulwark:vpc', 'database']),
      },
    ],
  },
  DescribeSubnets: {
    Subnets: [
      {
        SubnetId: 'subnet-1',
        VpcId: 'vpc-1',
        AvailabilityZone: 'eu-central-1a',
        CidrBlock: '10.1.0.0/24',
        MapPublicIpOnLaunch: true,
        ...named('app-1', ['bulwark:tier', 'app']),
      },
      {
        SubnetId: 'subnet-2',
        VpcId: 'vpc-2',
        AvailabilityZone: 'eu-central-1a',
        CidrBlock: '10.2.0.0/24',
        ...named('data-1', ['bulwark:tier', 'data']),
      },
    ],
  },
  DescribeRouteTables: {
    RouteTables: [
      {
        RouteTableId: 'rtb-1',
        VpcId: 'vpc-1',
        Associations: [{ SubnetId: 'subnet-1' }],
        Routes: [
          { DestinationCidrBlock: '10.1.0.0/16', GatewayId: 'local', State: 'active' },
          { DestinationCidrBlock: '10.2.0.0/16', VpcPeeringConnectionId: 'pcx-1', State: 'active' },
          { DestinationCidrBlock: '10.9.0.0/16', NatGatewayId: 'nat-2', State: 'blackhole' },
          { DestinationPrefixListId: 'pl-s3', GatewayId: 'vpce-s3', State: 'active' },
          { DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId: 'eigw-1', State: 'active' },
          { DestinationCidrBlock: '10.8.0.0/16', GatewayId: 'vpce-fw', State: 'active' },
          { DestinationCidrBlock: '10.7.0.0/16', InstanceId: 'i-1', NetworkInterfaceId: 'eni-1', State: 'active' },
          { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' },
          { DestinationCidrBlock: '10.6.0.0/16', GatewayId: 'vgw-1', State: 'active' },
          { DestinationCidrBlock: '10.5.0.0/16', TransitGatewayId: 'tgw-1', State: 'active' },
        ],
      },
      {
        RouteTableId: 'rtb-2',
        VpcId: 'vpc-2',
        Associations: [{ Main: true }],
        Routes: [
          { DestinationCidrBlock: '10.2.0.0/16', GatewayId: 'local', State: 'active' },
          { DestinationCidrBlock: '10.1.0.0/16', VpcPeeringConnectionId: 'pcx-1', State: 'active' },
        ],
      },
    ],
  },
  DescribeNetworkAcls: {
    NetworkAcls: [
      {
        NetworkAclId: 'acl-1',
        Associations: [{ SubnetId: 'subnet-1' }, { SubnetId: 'subnet-2' }],
        Entries: [
          {
            RuleNumber: 90,
            Egress: false,
            RuleAction: 'deny',
            Protocol: '6',
            CidrBlock: '0.0.0.0/0',
            PortRange: { From: 22, To: 22 },
          },
          {
            RuleNumber: 95,
            Egress: false,
            RuleAction: 'allow',
            Protocol: '1',
            CidrBlock: '0.0.0.0/0',
            IcmpTypeCode: { Type: 3, Code: 4 },
          },
          { RuleNumber: 100, Egress: false, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' },
          { RuleNumber: 100, Egress: true, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' },
          { RuleNumber: 101, Egress: true, RuleAction: 'allow', Protocol: '-1', Ipv6CidrBlock: '::/0' },
          { RuleNumber: 32767, Egress: false, RuleAction: 'deny', Protocol: '-1', CidrBlock: '0.0.0.0/0' },
        ],
      },
    ],
  },
  DescribeSecurityGroups: {
    SecurityGroups: [
      {
        GroupId: 'sg-app',
        GroupName: 'app',
        VpcId: 'vpc-1',
        IpPermissions: [{ IpProtocol: 'icmp', FromPort: 3, ToPort: 4, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
        IpPermissionsEgress: [
          {
            IpProtocol: 'tcp',
            FromPort: 5432,
            ToPort: 5432,
            UserIdGroupPairs: [{ GroupId: 'sg-data', VpcId: 'vpc-2' }],
          },
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId: 'pl-s3' }] },
        ],
        ...named('app', ['bulwark:tier', 'app']),
      },
      {
        GroupId: 'sg-data',
        GroupName: 'data',
        VpcId: 'vpc-2',
        IpPermissions: [
          {
            IpProtocol: 'tcp',
            FromPort: 22,
            ToPort: 22,
            IpRanges: [{ CidrIp: '0.0.0.0/1' }],
            Ipv6Ranges: [{ CidrIpv6: '::/0' }],
          },
          {
            IpProtocol: 'tcp',
            FromPort: 5432,
            ToPort: 5432,
            UserIdGroupPairs: [{ GroupId: 'sg-app', VpcId: 'vpc-1' }],
          },
        ],
        IpPermissionsEgress: [],
        ...named('data', ['bulwark:tier', 'data']),
      },
      {
        GroupId: 'sg-0',
        GroupName: 'default',
        VpcId: 'vpc-1',
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-0' }] }],
        IpPermissionsEgress: [],
      },
    ],
  },
  DescribeVpcPeeringConnections: {
    VpcPeeringConnections: [
      {
        VpcPeeringConnectionId: 'pcx-1',
        Status: { Code: 'active' },
        RequesterVpcInfo: { VpcId: 'vpc-1', OwnerId: OWN },
        AccepterVpcInfo: { VpcId: 'vpc-2', OwnerId: OWN },
      },
      {
        VpcPeeringConnectionId: 'pcx-2',
        Status: { Code: 'pending-acceptance' },
        RequesterVpcInfo: { VpcId: 'vpc-2', OwnerId: OWN },
        AccepterVpcInfo: { VpcId: 'vpc-9', OwnerId: STRANGER },
      },
    ],
  },
  DescribeVpcEndpoints: {
    VpcEndpoints: [
      {
        VpcEndpointId: 'vpce-s3',
        VpcEndpointType: 'Gateway',
        State: 'available',
        VpcId: 'vpc-1',
        ServiceName: 'com.amazonaws.eu-central-1.s3',
        RouteTableIds: ['rtb-1'],
      },
      {
        VpcEndpointId: 'vpce-kms',
        VpcEndpointType: 'Interface',
        State: 'available',
        VpcId: 'vpc-1',
        ServiceName: 'com.amazonaws.eu-central-1.kms',
        SubnetIds: ['subnet-1'],
        Groups: [{ GroupId: 'sg-app' }],
        PrivateDnsEnabled: true,
      },
      {
        VpcEndpointId: 'vpce-fw',
        VpcEndpointType: 'GatewayLoadBalancer',
        State: 'available',
        VpcId: 'vpc-1',
        SubnetIds: ['subnet-1'],
      },
      {
        VpcEndpointId: 'vpce-old',
        VpcEndpointType: 'Interface',
        State: 'deleted',
        VpcId: 'vpc-1',
        ServiceName: 'com.amazonaws.eu-central-1.sts',
      },
    ],
  },
  DescribeNatGateways: {
    NatGateways: [
      { NatGatewayId: 'nat-1', SubnetId: 'subnet-1', State: 'available', ConnectivityType: 'public' },
      { NatGatewayId: 'nat-2', SubnetId: 'subnet-1', State: 'deleted', ConnectivityType: 'public' },
    ],
  },
  DescribeInternetGateways: {
    InternetGateways: [{ InternetGatewayId: 'igw-1', Attachments: [{ VpcId: 'vpc-1', State: 'available' }] }],
  },
  DescribeEgressOnlyInternetGateways: {
    EgressOnlyInternetGateways: [
      { EgressOnlyInternetGatewayId: 'eigw-1', Attachments: [{ VpcId: 'vpc-1', State: 'attached' }] },
    ],
  },
  DescribeTransitGatewayVpcAttachments: {
    TransitGatewayVpcAttachments: [
      {
        TransitGatewayAttachmentId: 'att-1',
        TransitGatewayId: 'tgw-1',
        VpcId: 'vpc-1',
        SubnetIds: ['subnet-1'],
        State: 'available',
        Options: { SecurityGroupReferencingSupport: 'enable' },
      },
      {
        TransitGatewayAttachmentId: 'att-2',
        TransitGatewayId: 'tgw-1',
        VpcId: 'vpc-2',
        SubnetIds: ['subnet-2'],
        State: 'deleted',
      },
    ],
  },
  DescribeTransitGateways: {
    TransitGateways: [{ TransitGatewayId: 'tgw-1', Options: { SecurityGroupReferencingSupport: 'enable' } }],
  },
  DescribeTransitGatewayRouteTables: {
    TransitGatewayRouteTables: [{ TransitGatewayRouteTableId: 'tgw-rtb-1', TransitGatewayId: 'tgw-1' }],
  },
  GetTransitGatewayRouteTableAssociations: {
    Associations: [{ TransitGatewayAttachmentId: 'att-1', State: 'associated' }],
  },
  SearchTransitGatewayRoutes: {
    Routes: [
      {
        DestinationCidrBlock: '10.1.0.0/16',
        State: 'active',
        TransitGatewayAttachments: [{ TransitGatewayAttachmentId: 'att-1' }],
      },
      { DestinationCidrBlock: '10.9.0.0/16', State: 'blackhole' },
    ],
  },
  DescribeManagedPrefixLists: {
    PrefixLists: [
      { PrefixListId: 'pl-s3', PrefixListName: 'com.amazonaws.eu-central-1.s3' },
      { PrefixListId: 'pl-other', PrefixListName: 'com.amazonaws.global.cloudfront.origin-facing' },
    ],
  },
  GetManagedPrefixListEntries: { Entries: [{ Cidr: '52.219.168.0/24' }, { Cidr: '3.5.134.0/23' }] },
  DescribeVpcBlockPublicAccessOptions: { VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: 'off' } },
};

type Answer = Record<string, unknown> | Error | ((input: Record<string, unknown>) => Record<string, unknown>);

/** A client that has the answers, and notes what it was asked. */
function replay(answers: Readonly<Record<string, Answer>>): { readonly client: EC2Client; readonly asked: string[] } {
  const client = new EC2Client({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
  const asked: string[] = [];
  client.send = async (command: { readonly input: Record<string, unknown> }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    asked.push(name);
    const answer = answers[name];
    if (answer === undefined) throw new Error(`nobody expected ${name}`);
    if (answer instanceof Error) throw answer;
    return (typeof answer === 'function' ? answer(command.input) : answer) as never;
  };
  return { client, asked };
}

describe('a deployed network', () => {
  let deployed: Deployed;

  beforeAll(async () => {
    deployed = await describeNetwork(replay(ANSWERS).client);
  });

  test('is read into the model that templates have, too', () => {
    const {
      vpcs,
      subnets,
      routeTables,
      peerings,
      transitGateways,
      nats,
      gatewayEndpoints,
      interfaceEndpoints,
      prefixLists,
      firewallEndpoints,
      internetGateways,
      egressOnlyGateways,
      unknown,
    } = networkFrom(deployed);
    expect(vpcs).toEqual([
      { id: 'vpc-1', name: 'business', cidrs: ['10.1.0.0/16'] },
      { id: 'vpc-2', name: 'database', cidrs: ['10.2.0.0/16', '2001:db8::/56'] },
    ]);
    expect(subnets).toEqual([
      {
        id: 'subnet-1',
        name: 'app-1',
        vpc: 'vpc-1',
        tier: 'app',
        zone: 'eu-central-1a',
        cidrs: ['10.1.0.0/24'],
        routeTable: 'rtb-1',
        networkAcl: 'acl-1',
        publicAddresses: true,
      },
      {
        id: 'subnet-2',
        name: 'data-1',
        vpc: 'vpc-2',
        tier: 'data',
        zone: 'eu-central-1a',
        cidrs: ['10.2.0.0/24'],
        routeTable: 'rtb-2',
        networkAcl: 'acl-1',
        publicAddresses: false,
      },
    ]);
    expect(
      routeTables[0]?.routes.map(({ destination, target: { kind, id }, blackhole }) => [
        destination,
        kind,
        id,
        blackhole ?? false,
      ]),
    ).toEqual([
      ['10.1.0.0/16', 'local', 'local', false],
      ['10.2.0.0/16', 'peering', 'pcx-1', false],
      ['10.9.0.0/16', 'nat', 'nat-2', true],
      ['pl-s3', 'gateway-endpoint', 'vpce-s3', false],
      ['::/0', 'egress-only', 'eigw-1', false],
      ['10.8.0.0/16', 'firewall-endpoint', 'vpce-fw', false],
      ['10.7.0.0/16', 'instance', 'i-1', false],
      ['0.0.0.0/0', 'internet-gateway', 'igw-1', false],
      ['10.6.0.0/16', 'other', 'vgw-1', false],
      ['10.5.0.0/16', 'transit-gateway', 'tgw-1', false],
    ]);
    expect(peerings).toEqual([
      { id: 'pcx-1', requester: 'vpc-1', accepter: 'vpc-2', active: true },
      { id: 'pcx-2', requester: 'vpc-2', accepter: 'vpc-9', active: false, foreignAccount: STRANGER },
    ]);
    expect(transitGateways).toEqual([
      {
        id: 'tgw-1',
        groupReferences: true,
        attachments: [{ id: 'att-1', vpc: 'vpc-1', subnets: ['subnet-1'], groupReferences: true }],
        routeTables: [
          {
            id: 'tgw-rtb-1',
            associations: ['att-1'],
            routes: [{ cidr: '10.1.0.0/16', attachment: 'att-1' }, { cidr: '10.9.0.0/16' }],
          },
        ],
      },
    ]);
    expect(nats).toEqual([{ id: 'nat-1', subnet: 'subnet-1', public: true }]);
    expect(internetGateways).toEqual([{ id: 'igw-1', vpc: 'vpc-1' }]);
    expect(egressOnlyGateways).toEqual([{ id: 'eigw-1', vpc: 'vpc-1' }]);
    expect(firewallEndpoints).toEqual([{ id: 'vpce-fw', subnet: 'subnet-1' }]);
    expect(gatewayEndpoints).toEqual([
      { id: 'vpce-s3', service: 's3', vpc: 'vpc-1', routeTables: ['rtb-1'], prefixList: 'pl-s3' },
    ]);
    expect(interfaceEndpoints).toEqual([
      { id: 'vpce-kms', service: 'kms', vpc: 'vpc-1', subnets: ['subnet-1'], groups: ['sg-app'], privateDns: true },
    ]);
    expect(prefixLists).toEqual([
      { id: 'pl-s3', name: 'com.amazonaws.eu-central-1.s3', cidrs: ['52.219.168.0/24', '3.5.134.0/23'] },
    ]);
    expect(unknown).toEqual([]);
  });

  test('has its rules and entries with the protocols of IANA', () => {
    const { networkAcls, securityGroups } = networkFrom(deployed);
    expect(networkAcls[0]?.entries.slice(0, 3)).toEqual([
      { number: 90, egress: false, allow: false, protocol: 6, cidr: '0.0.0.0/0', ports: { first: 22, last: 22 } },
      { number: 95, egress: false, allow: true, protocol: 1, cidr: '0.0.0.0/0', icmp: { type: 3, code: 4 } },
      { number: 100, egress: false, allow: true, protocol: 'all', cidr: '0.0.0.0/0' },
    ]);
    expect(securityGroups.find(({ id }) => id === 'sg-data')?.ingress).toEqual([
      { protocol: 6, ports: { first: 22, last: 22 }, peer: { cidr: '0.0.0.0/1' } },
      { protocol: 6, ports: { first: 22, last: 22 }, peer: { cidr: '::/0' } },
      { protocol: 6, ports: { first: 5432, last: 5432 }, peer: { group: 'sg-app' } },
    ]);
    expect(securityGroups.find(({ isDefault }) => isDefault)).toMatchObject({
      id: 'sg-0',
      ingress: [{ protocol: 'all', peer: { group: 'sg-0' } }],
    });
  });

  test('has the paths that it lets through, whatever was written down and read again', () => {
    const read = JSON.parse(JSON.stringify(deployed)) as Deployed;
    expect(openPaths(pathTable(networkFrom(read))).map(describePath)).toEqual([
      'app -> data tcp 5432 (v4)',
      'app -> s3 tcp 443 (v4)',
    ]);
  });
});

test('prefix lists are read to their last page', async () => {
  const { client } = replay({
    ...ANSWERS,
    GetManagedPrefixListEntries: ({ NextToken }) =>
      NextToken === undefined
        ? { Entries: [{ Cidr: '52.219.168.0/24' }], NextToken: 'more' }
        : { Entries: [{ Cidr: '3.5.134.0/23' }] },
  });
  expect((await fromDeployed(client)).prefixLists).toMatchObject([{ cidrs: ['52.219.168.0/24', '3.5.134.0/23'] }]);
});

test('an attachment in appliance mode is known', async () => {
  const { TransitGatewayVpcAttachments } = ANSWERS.DescribeTransitGatewayVpcAttachments as {
    TransitGatewayVpcAttachments: Array<Record<string, unknown>>;
  };
  const { client } = replay({
    ...ANSWERS,
    DescribeTransitGatewayVpcAttachments: {
      TransitGatewayVpcAttachments: TransitGatewayVpcAttachments.map((attachment) => ({
        ...attachment,
        Options: { ApplianceModeSupport: 'enable' },
      })),
    },
  });
  expect((await fromDeployed(client)).transitGateways[0]?.attachments).toMatchObject([{ applianceMode: true }]);
});

describe('VPC Block Public Access', () => {
  const failing = (name: string) => Object.assign(new Error('no'), { name });
  const asked = async (answer: Answer) => {
    const { client } = replay({ ...ANSWERS, DescribeVpcBlockPublicAccessOptions: answer });
    return (await fromDeployed(client)).unknown;
  };

  test.each<[string, Answer, string[]]>([
    ['is off', { VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: 'off' } }, []],
    ['was never set', {}, []],
    [
      'is on',
      { VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: 'block-ingress' } },
      ['what VPC Block Public Access (block-ingress) stops: paths are told as if it were off'],
    ],
    [
      'is not told to everybody',
      failing('UnauthorizedOperation'),
      ['whether VPC Block Public Access is on (UnauthorizedOperation): paths are told as if it were off'],
    ],
  ])('%s', async (_, answer, expected) => {
    await expect(asked(answer)).resolves.toEqual(expected);
  });

  test('is not passed over when EC2 fails', async () => {
    await expect(asked(failing('InternalError'))).rejects.toThrow('no');
  });
});

test('an account without such a VPC is asked nothing more', async () => {
  const { client, asked } = replay({ DescribeVpcs: { Vpcs: [] } });
  await expect(fromDeployed(client)).resolves.toMatchObject({ vpcs: [], subnets: [] });
  expect(asked).toEqual(['DescribeVpcs']);
});

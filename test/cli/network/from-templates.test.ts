import { App, Stack } from 'aws-cdk-lib';
import { Template as Synthesized } from 'aws-cdk-lib/assertions';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concerns } from '../../../cli/network/concerns';
import { networkOf, readNetwork } from '../../../cli/network/from-templates';
import type { NetworkModel } from '../../../cli/network/model';
import { openPaths, pathTable } from '../../../cli/network/paths';
import { formatPorts } from '../../../cli/network/ports';
import { LogArchive } from '../../../lib/audit/log-archive';
import { LayeredNetwork } from '../../../lib/network/layered-network';
import {
  type LayeredNetworkProps,
  NetworkConnectivity,
  NetworkTopology,
} from '../../../lib/network/layered-network-props';

/** Two stacks, as an app has them: the network imports from that of the archive. */
function synthesized(props: Partial<LayeredNetworkProps>): NetworkModel {
  const env = { account: '123456789012', region: 'eu-central-1' };
  const app = new App();
  const archive = new LogArchive(new Stack(app, 'Audit', { env }), 'Archive');
  const stack = new Stack(app, 'Network', { env });
  new LayeredNetwork(stack, 'Layers', { archive, ...props });
  return networkOf([{ name: 'Network', body: Synthesized.fromStack(stack).toJSON() }]);
}

const TIERS = [
  'app -> data tcp 5432',
  'app -> dynamodb tcp 443',
  'app -> endpoints tcp 443',
  'app -> s3 tcp 443',
  'data -> endpoints tcp 443',
  'edge -> app tcp 8080',
  'internet -> edge tcp 80, 443',
  'management -> app tcp 8080',
  'management -> data tcp 5432',
  'management -> endpoints tcp 443',
  'management -> s3 tcp 443',
];
const OUTWARD = ['app -> internet tcp 443'];

const VARIANTS: Readonly<
  Record<string, { readonly props: Partial<LayeredNetworkProps>; readonly paths: readonly string[] }>
> = {
  'three VPCs': { props: {}, paths: TIERS },
  'a single VPC': { props: { topology: NetworkTopology.SINGLE_VPC }, paths: TIERS },
  'NAT gateways': { props: { natGateways: true }, paths: [...TIERS, ...OUTWARD] },
  'a transit gateway': { props: { connectivity: NetworkConnectivity.TRANSIT_GATEWAY }, paths: TIERS },
  'an inspection': {
    props: { connectivity: NetworkConnectivity.TRANSIT_GATEWAY, inspection: { allowedDomains: ['.example.com'] } },
    paths: [...TIERS, ...OUTWARD],
  },
};

describe.each(Object.entries(VARIANTS))('a network with %s', (_, { props, paths }) => {
  const model = synthesized(props);
  const table = pathTable(model);
  const open = openPaths(table);

  test('has these paths and no others', () => {
    expect(model.unknown).toEqual([]);
    expect(
      open.map(({ from, to, protocol, ports }) => `${from} -> ${to} ${protocol} ${formatPorts(ports)}`).sort(),
    ).toEqual([...paths].sort());
    expect(open.filter(({ family, partial }) => family === 'v6' || partial)).toEqual([]);
  });

  test('lets the Internet see databases by no layer', () => {
    const path = table.find(
      ({ from, to, family, protocol }) => from === 'internet' && to === 'data' && family === 'v4' && protocol === 'tcp',
    );
    expect(path?.closedBy.map(({ layer }) => layer)).toEqual(
      expect.arrayContaining(['network ACL in', 'group in', 'route back', 'replies out']),
    );
  });

  test('holds nothing that concerns anybody', () => {
    expect(concerns(model, table)).toEqual([]);
  });
});

test('what an address pool gives is told as unknown, and nothing is made of it', () => {
  const model = synthesized({ ipamPoolId: 'ipam-pool-0123456789abcdef0', maxAzs: 2 });
  const table = pathTable(model);
  expect(model.unknown).toHaveLength(4);
  expect(model.unknown[0]).toMatch(
    /^range of NetworkMainManagementVpc, and what is cut out of it: an address pool gives it$/,
  );
  expect(openPaths(table)).toEqual([]);
  expect(table.find(({ from, to }) => from === 'app' && to === 'data')?.unknown).toBe(
    'the IPv4 ranges of app and data are known only at deployment',
  );
});

describe('templates', () => {
  const vpc = {
    Type: 'AWS::EC2::VPC',
    Properties: { CidrBlock: '10.0.0.0/16', Tags: [{ Key: 'bulwark:vpc', Value: 'one' }] },
  };
  const of = (...templates: Array<Record<string, unknown>>) =>
    networkOf(templates.map((body, index) => ({ name: `Stack${index}`, body })));
  const resources = (Resources: Record<string, unknown>) => of({ Resources });

  test('hand over by exports', () => {
    const { subnets, unknown } = of(
      { Resources: { Vpc: vpc }, Outputs: { Id: { Value: { Ref: 'Vpc' }, Export: { Name: 'Stack0:Id' } } } },
      {
        Resources: {
          Subnet: {
            Type: 'AWS::EC2::Subnet',
            Properties: { VpcId: { 'Fn::ImportValue': 'Stack0:Id' }, CidrBlock: '10.0.0.0/24' },
          },
        },
      },
    );
    expect(subnets).toMatchObject([{ id: 'Subnet', vpc: 'Vpc' }]);
    expect(unknown).toEqual([]);
  });

  test('with the same logical ids do not get in each others way', () => {
    const { vpcs } = of({ Resources: { Vpc: vpc } }, { Resources: { Vpc: vpc } });
    expect(vpcs.map(({ id }) => id)).toEqual(['Stack0/Vpc', 'Stack1/Vpc']);
  });

  test('cut ranges and choose zones', () => {
    const { subnets } = resources({
      Vpc: vpc,
      Subnet: {
        Type: 'AWS::EC2::Subnet',
        Properties: {
          VpcId: { Ref: 'Vpc' },
          AvailabilityZone: { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] },
          CidrBlock: { 'Fn::Select': ['2', { 'Fn::Cidr': [{ 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }, 4, '8'] }] },
        },
      },
    });
    expect(subnets).toMatchObject([
      { zone: 'zone 2', cidrs: ['10.0.2.0/24'], routeTable: 'Vpc main route table', networkAcl: 'Vpc default ACL' },
    ]);
  });

  test('leave a group without rules open outwards, and the default group open within, as EC2 does', () => {
    const { securityGroups } = resources({
      Vpc: vpc,
      Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: { Ref: 'Vpc' } } },
    });
    expect(securityGroups.map(({ id, ingress, egress }) => [id, ingress.length, egress.length])).toEqual([
      ['Group', 0, 2],
      ['Vpc default group', 1, 2],
    ]);
  });

  test('that depend on what only the deployment knows say so', () => {
    const { unknown, routeTables } = of({
      Parameters: { Given: { Type: 'String' }, Preset: { Type: 'String', Default: '10.9.0.0/16' } },
      Resources: {
        Vpc: vpc,
        Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
        Known: {
          Type: 'AWS::EC2::Route',
          Condition: 'Sometimes',
          Properties: { RouteTableId: { Ref: 'Table' }, DestinationCidrBlock: { Ref: 'Preset' }, GatewayId: 'igw-1' },
        },
        Unknown: {
          Type: 'AWS::EC2::Route',
          Properties: { RouteTableId: { Ref: 'Table' }, DestinationCidrBlock: { Ref: 'Given' }, GatewayId: 'igw-1' },
        },
      },
    });
    expect(unknown).toEqual([
      'whether Known is there: it depends on the condition Sometimes',
      'DestinationCidrBlock of Unknown',
      'whether the deployment gives Preset another value than the default, which is taken',
    ]);
    expect(routeTables[0]?.routes).toEqual([
      { destination: '10.0.0.0/16', target: { kind: 'local', id: 'local' } },
      { destination: '10.9.0.0/16', target: { kind: 'internet-gateway', id: 'igw-1' } },
    ]);
  });

  test('do not give what Systems Manager keeps under the name that stands in a parameter', () => {
    const { unknown, vpcs } = of({
      Parameters: { Range: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/network/range' } },
      Resources: { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: { Ref: 'Range' } } } },
    });
    expect(unknown).toEqual(['CidrBlock of Vpc']);
    expect(vpcs).toEqual([{ id: 'Vpc', name: 'Vpc', cidrs: [] }]);
  });

  test('give lists and ranges in parameters, whose defaults are told once', () => {
    const { unknown, vpcs, subnets } = of({
      Parameters: {
        Range: { Type: 'String', Default: '10.0.0.0/16' },
        Ranges: { Type: 'CommaDelimitedList', Default: '10.0.0.0/24, 10.0.1.0/24' },
      },
      Resources: {
        Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: { Ref: 'Range' } } },
        Subnet: {
          Type: 'AWS::EC2::Subnet',
          Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: { 'Fn::Select': [1, { Ref: 'Ranges' }] } },
        },
        Other: {
          Type: 'AWS::EC2::Subnet',
          Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: { 'Fn::Select': [0, { Ref: 'Ranges' }] } },
        },
      },
    });
    expect(vpcs[0]?.cidrs).toEqual(['10.0.0.0/16']);
    expect(subnets.map(({ cidrs }) => cidrs)).toEqual([['10.0.1.0/24'], ['10.0.0.0/24']]);
    expect(unknown).toEqual([
      'whether the deployment gives Range, Ranges another value than the default, which is taken',
    ]);
  });

  test('that do not say the number, ports or protocol of a rule make none of it, and say so', () => {
    const given = { Ref: 'Given' };
    const entry = (properties: Record<string, unknown>) => ({
      Type: 'AWS::EC2::NetworkAclEntry',
      Properties: {
        NetworkAclId: { Ref: 'Acl' },
        RuleNumber: 100,
        Protocol: 6,
        RuleAction: 'allow',
        Egress: false,
        CidrBlock: '0.0.0.0/0',
        PortRange: { From: 443, To: 443 },
        ...properties,
      },
    });
    const { unknown, networkAcls, securityGroups } = of({
      Parameters: { Given: { Type: 'String' } },
      Resources: {
        Vpc: vpc,
        Acl: { Type: 'AWS::EC2::NetworkAcl', Properties: { VpcId: { Ref: 'Vpc' } } },
        Known: entry({}),
        Number: entry({ RuleNumber: given }),
        Without: entry({ RuleNumber: undefined }),
        Action: entry({ RuleAction: given, Protocol: given }),
        Ports: entry({ PortRange: { From: given, To: 443 } }),
        Group: {
          Type: 'AWS::EC2::SecurityGroup',
          Properties: {
            VpcId: { Ref: 'Vpc' },
            SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: given, ToPort: 443, CidrIp: '0.0.0.0/0' }],
          },
        },
      },
    });
    expect(networkAcls[0]?.entries).toEqual([
      { number: 100, egress: false, allow: true, protocol: 6, cidr: '0.0.0.0/0', ports: { first: 443, last: 443 } },
    ]);
    expect(securityGroups[0]?.ingress).toEqual([]);
    expect(unknown).toEqual([
      'RuleNumber of Number',
      'RuleNumber of Without',
      'Protocol of Action',
      'RuleAction of Action',
      'From of Ports',
      'FromPort of Group',
    ]);
  });

  test('say whether a transit gateway keeps connections in one zone', () => {
    const attachment = (mode?: string) => ({
      Type: 'AWS::EC2::TransitGatewayVpcAttachment',
      Properties: {
        TransitGatewayId: { Ref: 'Gateway' },
        VpcId: { Ref: 'Vpc' },
        SubnetIds: [],
        ...(mode !== undefined && { Options: { ApplianceModeSupport: mode } }),
      },
    });
    const { transitGateways } = resources({
      Vpc: vpc,
      Gateway: { Type: 'AWS::EC2::TransitGateway', Properties: {} },
      On: attachment('enable'),
      Off: attachment('disable'),
      Unsaid: attachment(),
    });
    expect(transitGateways[0]?.attachments.map(({ applianceMode }) => applianceMode)).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });

  test('tell whom a peering is with', () => {
    const peering = (properties: Record<string, unknown>) => ({
      Type: 'AWS::EC2::VPCPeeringConnection',
      Properties: { VpcId: { Ref: 'Vpc' }, PeerVpcId: 'vpc-0', ...properties },
    });
    const { peerings } = resources({
      Vpc: vpc,
      Own: peering({ PeerOwnerId: { Ref: 'AWS::AccountId' } }),
      Foreign: peering({ PeerOwnerId: '210987654321' }),
    });
    expect(peerings.map(({ id, foreignAccount }) => [id, foreignAccount])).toEqual([
      ['Own', undefined],
      ['Foreign', '210987654321'],
    ]);
  });

  test('let a transit gateway associate and propagate by itself, unless they tell it not to', () => {
    const gateway = (properties: Record<string, unknown>) =>
      resources({
        Vpc: vpc,
        Gateway: { Type: 'AWS::EC2::TransitGateway', Properties: properties },
        Attachment: {
          Type: 'AWS::EC2::TransitGatewayAttachment',
          Properties: { TransitGatewayId: { Ref: 'Gateway' }, VpcId: { Ref: 'Vpc' }, SubnetIds: [] },
        },
      }).transitGateways[0]?.routeTables;
    expect(gateway({})).toEqual([
      {
        id: 'Gateway default route table',
        associations: ['Attachment'],
        routes: [{ cidr: '10.0.0.0/16', attachment: 'Attachment' }],
      },
    ]);
    expect(gateway({ DefaultRouteTableAssociation: 'disable', DefaultRouteTablePropagation: 'disable' })).toEqual([]);
  });

  test('know their own account where the manifest tells it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'network-'));
    const foreign = (environment: string | undefined) => {
      const properties = { VpcId: { Ref: 'Vpc' }, PeerVpcId: 'vpc-0', PeerOwnerId: '123456789012' };
      const Resources = { Vpc: vpc, Peering: { Type: 'AWS::EC2::VPCPeeringConnection', Properties: properties } };
      writeFileSync(join(folder, 'Network.template.json'), JSON.stringify({ Resources }));
      const stack = {
        type: 'aws:cloudformation:stack',
        environment,
        properties: { templateFile: 'Network.template.json' },
      };
      writeFileSync(
        join(folder, 'manifest.json'),
        JSON.stringify({ artifacts: { Tree: { type: 'cdk:tree' }, Network: stack } }),
      );
      return readNetwork(folder)?.peerings[0]?.foreignAccount;
    };
    try {
      expect(foreign('aws://123456789012/eu-central-1')).toBeUndefined();
      expect(foreign('aws://210987654321/eu-central-1')).toBe('123456789012');
      expect(foreign('aws://unknown-account/unknown-region')).toBe('123456789012');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('are read from the folder to which they were synthesized', () => {
    const folder = mkdtempSync(join(tmpdir(), 'network-'));
    writeFileSync(join(folder, 'Network.template.json'), JSON.stringify({ Resources: { Vpc: vpc } }));
    try {
      expect(readNetwork(folder)?.vpcs).toEqual([{ id: 'Vpc', name: 'one', cidrs: ['10.0.0.0/16'] }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(() => readNetwork(folder)).toThrow(/^There is no folder/);
  });
});

import { changed, GIVEN, judgedBy, type Resources } from '../judge';

const judge = judgedBy('NET09');
const FOUND = ['error NET09[public address]'];
const UNVERIFIED = ['warning NET09[public address unverified]'];
const subnet = (Properties: Record<string, unknown>, tier?: unknown) => ({
  Type: 'AWS::EC2::Subnet',
  Properties: { ...Properties, ...(tier === undefined ? {} : { Tags: [{ Key: 'bulwark:tier', Value: tier }] }) },
});
const RESOURCES: Resources = {
  Private: subnet({ MapPublicIpOnLaunch: false }, 'app'),
  Silent: subnet({}),
  Public: subnet({ MapPublicIpOnLaunch: true }),
  Open: subnet({ MapPublicIpOnLaunch: GIVEN }),
  Edge: subnet({ MapPublicIpOnLaunch: true }, 'edge'),
  Somewhere: subnet({}, GIVEN),
};
const instance = (Properties: Record<string, unknown>) => ({ Type: 'AWS::EC2::Instance', Properties });
const withInterface = (Properties: Record<string, unknown>) => instance({ NetworkInterfaces: [Properties] });

test.each<[string, Record<string, unknown>, string[]]>([
  ['in a subnet that assigns none', { SubnetId: { Ref: 'Private' } }, []],
  ['in a subnet that says nothing', { SubnetId: { 'Fn::GetAtt': ['Silent', 'SubnetId'] } }, []],
  ['in a subnet that assigns one', { SubnetId: { Ref: 'Public' } }, FOUND],
  ['in a subnet of the edge', { SubnetId: { Ref: 'Edge' } }, []],
  ['in a subnet that may assign one', { SubnetId: { Ref: 'Open' } }, UNVERIFIED],
  ['in a subnet of another app', { SubnetId: 'subnet-1' }, UNVERIFIED],
  ['in a subnet that is given', { SubnetId: GIVEN }, UNVERIFIED],
  ['in the default VPC', {}, UNVERIFIED],
  ['with interfaces that are given', { NetworkInterfaces: GIVEN }, UNVERIFIED],
])('an instance %s', (_name, properties, expected) => {
  expect(judge({ ...RESOURCES, I: instance(properties) })).toEqual(expected);
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['takes none in a subnet that assigns one', { AssociatePublicIpAddress: false, SubnetId: { Ref: 'Public' } }, []],
  ['takes none in a subnet of another app', { AssociatePublicIpAddress: 'false', SubnetId: 'subnet-1' }, []],
  ['takes one', { AssociatePublicIpAddress: true, SubnetId: { Ref: 'Private' } }, FOUND],
  ['takes one, as text', { AssociatePublicIpAddress: 'true', SubnetId: { Ref: 'Private' } }, FOUND],
  ['takes one in a subnet of another app', { AssociatePublicIpAddress: true, SubnetId: 'subnet-1' }, FOUND],
  ['takes one at the edge', { AssociatePublicIpAddress: true, SubnetId: { Ref: 'Edge' } }, []],
  ['takes one where the edge may be', { AssociatePublicIpAddress: true, SubnetId: { Ref: 'Somewhere' } }, UNVERIFIED],
  ['may take one', { AssociatePublicIpAddress: GIVEN, SubnetId: { Ref: 'Private' } }, UNVERIFIED],
  ['says nothing in a subnet that assigns one', { SubnetId: { Ref: 'Public' } }, FOUND],
  ['was made before', { NetworkInterfaceId: 'eni-1' }, []],
])('an instance whose interface %s', (_name, properties, expected) => {
  expect(judge({ ...RESOURCES, I: withInterface(properties) })).toEqual(expected);
});

test('each interface counts', () => {
  const NetworkInterfaces = [false, true].map((AssociatePublicIpAddress) => ({ AssociatePublicIpAddress }));
  expect(judge({ ...RESOURCES, I: instance({ NetworkInterfaces }) })).toEqual(FOUND);
});

test.each(['AWS::EC2::EIP', 'AWS::EC2::EIPAssociation'])('%s gives an instance an address', (Type) => {
  const Address = { Type, Properties: { InstanceId: { Ref: 'I' } } };
  const at = (SubnetId: unknown) => judge({ ...RESOURCES, I: instance({ SubnetId }), Address });
  expect(at({ Ref: 'Private' })).toEqual(['error NET09[address Address]']);
  expect(at({ Ref: 'Edge' })).toEqual([]);
});

const template = (interfaces: unknown) => ({
  Type: 'AWS::EC2::LaunchTemplate',
  Properties: { LaunchTemplateData: { NetworkInterfaces: interfaces } },
});
const fleet = (zones: unknown, change: Record<string, unknown> = {}) => ({
  Type: 'AWS::AutoScaling::AutoScalingGroup',
  Properties: { LaunchTemplate: { LaunchTemplateId: { Ref: 'T' } }, VPCZoneIdentifier: zones, ...change },
});
const TAKES = [{ AssociatePublicIpAddress: true }];

test.each<[string, unknown, string[]]>([
  ['says nothing', undefined, []],
  ['leaves it to the subnet', [{ DeviceIndex: 0 }], []],
  ['takes none', [{ AssociatePublicIpAddress: false }], []],
  ['takes one', TAKES, FOUND],
  ['takes one in a subnet of the edge', [{ ...TAKES[0], SubnetId: { Ref: 'Edge' } }], []],
  ['takes one in another subnet', [{ ...TAKES[0], SubnetId: { Ref: 'Private' } }], FOUND],
  ['may take one', [{ AssociatePublicIpAddress: GIVEN }], UNVERIFIED],
  ['has interfaces that are given', GIVEN, UNVERIFIED],
])('a launch template that %s', (_name, interfaces, expected) => {
  expect(judge({ ...RESOURCES, T: template(interfaces) })).toEqual(expected);
});

test.each<[string, Resources, string[]]>([
  ['at the edge', { F: fleet([{ Ref: 'Edge' }]) }, []],
  [
    'at the edge, as one of several instance types',
    {
      F: fleet([{ Ref: 'Edge' }], {
        LaunchTemplate: undefined,
        MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: { Ref: 'T' } } } },
      }),
    },
    [],
  ],
  ['at the edge and elsewhere', { F: fleet([{ Ref: 'Edge' }, { Ref: 'Private' }]) }, FOUND],
  ['in two fleets, of which one is elsewhere', { F: fleet([{ Ref: 'Edge' }]), G: fleet([{ Ref: 'Private' }]) }, FOUND],
  ['where the edge may be', { F: fleet([{ Ref: 'Somewhere' }]) }, UNVERIFIED],
  ['in zones that are given', { F: fleet(GIVEN) }, FOUND],
])('a launch template that takes an address and starts %s', (_name, fleets, expected) => {
  expect(judge({ ...RESOURCES, T: template(TAKES), ...fleets })).toEqual(expected);
});

const configuration = (AssociatePublicIpAddress: unknown) => ({
  Type: 'AWS::AutoScaling::LaunchConfiguration',
  Properties: { AssociatePublicIpAddress },
});
const startedFrom = (zones: unknown) =>
  fleet(zones, { LaunchTemplate: undefined, LaunchConfigurationName: { Ref: 'C' } });

test.each<[string, unknown, Resources, string[]]>([
  ['says nothing', undefined, { F: startedFrom([{ Ref: 'Private' }]) }, []],
  ['takes none', false, { F: startedFrom([{ Ref: 'Private' }]) }, []],
  ['takes one', true, { F: startedFrom([{ Ref: 'Private' }]) }, FOUND],
  ['takes one, as text, nowhere', 'true', {}, FOUND],
  ['takes one at the edge', true, { F: startedFrom([{ Ref: 'Edge' }]) }, []],
  ['takes one at the edge and elsewhere', true, { F: startedFrom([{ Ref: 'Edge' }, { Ref: 'Private' }]) }, FOUND],
  ['takes one where the edge may be', true, { F: startedFrom([{ Ref: 'Somewhere' }]) }, UNVERIFIED],
  ['may take one', GIVEN, { F: startedFrom([{ Ref: 'Private' }]) }, UNVERIFIED],
])('a launch configuration that %s', (_name, associates, fleets, expected) => {
  expect(judge({ ...RESOURCES, C: configuration(associates), ...fleets })).toEqual(expected);
});

const service = (AwsvpcConfiguration: unknown) => ({
  Type: 'AWS::ECS::Service',
  Properties: { NetworkConfiguration: { AwsvpcConfiguration } },
});
const inSubnets = (AssignPublicIp: unknown, ...Subnets: unknown[]) => ({ AssignPublicIp, Subnets });

test.each<[string, unknown, string[]]>([
  ['on the network of its host', undefined, []],
  ['that says nothing', inSubnets(undefined, { Ref: 'Private' }), []],
  ['that takes none', inSubnets('DISABLED', { Ref: 'Public' }), []],
  ['that takes one', inSubnets('ENABLED', { Ref: 'Private' }), FOUND],
  ['that takes one in a subnet of another app', inSubnets('ENABLED', 'subnet-1'), FOUND],
  ['that takes one at the edge', inSubnets('ENABLED', { Ref: 'Edge' }), []],
  ['that takes one at the edge and elsewhere', inSubnets('ENABLED', { Ref: 'Edge' }, { Ref: 'Private' }), FOUND],
  ['that takes one where the edge may be', inSubnets('ENABLED', { Ref: 'Somewhere' }), UNVERIFIED],
  ['that may take one', inSubnets(GIVEN, { Ref: 'Private' }), UNVERIFIED],
  ['whose network is given', GIVEN, UNVERIFIED],
])('a container service %s', (_name, network, expected) => {
  expect(judge({ ...RESOURCES, Service: service(network) })).toEqual(expected);
});

test.each<[string, unknown]>([
  ['Private.Properties.MapPublicIpOnLaunch', true],
  ['I.Properties.SubnetId', { Ref: 'Public' }],
  ['T.Properties.LaunchTemplateData.NetworkInterfaces.0.AssociatePublicIpAddress', true],
])('of a compliant template with another %s', (path, value) => {
  const compliant = {
    ...RESOURCES,
    I: instance({ SubnetId: { Ref: 'Private' } }),
    T: template([{ AssociatePublicIpAddress: false }]),
  };
  expect(judge(compliant)).toEqual([]);
  expect(judge(changed(compliant, path, value))).toEqual(FOUND);
});

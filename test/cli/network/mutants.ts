import type { Resources } from '../../lib/checks/judge';

/** One setting of a network that somebody changed. */
export interface Mutant {
  /** What was done to which resource. */
  readonly name: string;
  /** Kind of the change, the same for all resources. */
  readonly kind: string;
  readonly resources: Resources;
}

type Properties = Record<string, unknown>;

const EVERYBODY = '0.0.0.0/0';
/** Half of everybody: what looks for 0.0.0.0/0 does not see it. */
const HALF = '0.0.0.0/1';
const STRANGER = '210987654321';

/** Every way to change one setting of a template of the network, by the type of the resource that is changed. */
const CHANGES: Readonly<Record<string, Readonly<Record<string, (properties: Properties) => Properties | undefined>>>> =
  {
    'AWS::EC2::SecurityGroupIngress': {
      'opens all ports': (rule) => ({ ...rule, FromPort: 0, ToPort: 65_535 }),
      'opens one port more': (rule) => ({ ...rule, ToPort: Number(rule.ToPort) + 1 }),
      'opens all protocols': ({ FromPort, ToPort, ...rule }) => ({ ...rule, IpProtocol: '-1' }),
      'admits half of everybody': (rule) => ({ ...from(rule), CidrIp: HALF }),
      'admits a range in place of a group': (rule) => ({ ...from(rule), CidrIp: '10.0.0.0/8' }),
      'admits IPv6': (rule) => ({ ...from(rule), CidrIpv6: '::/0' }),
    },
    'AWS::EC2::SecurityGroupEgress': {
      'lets out to all ports': (rule) => ({ ...rule, FromPort: 0, ToPort: 65_535 }),
      'lets out to everybody': (rule) => ({ ...from(rule), CidrIp: EVERYBODY }),
      'lets out to half of everybody': (rule) => ({ ...from(rule), CidrIp: HALF }),
      'lets out to all protocols': ({ FromPort, ToPort, ...rule }) => ({ ...rule, IpProtocol: '-1' }),
    },
    'AWS::EC2::SecurityGroup': {
      'admits SSH from half of everybody': (group) => ({ ...group, SecurityGroupIngress: [rule(22, HALF)] }),
      'admits SSH from the other half': (group) => ({ ...group, SecurityGroupIngress: [rule(22, '128.0.0.0/1')] }),
      'admits one stranger to all ports': (group) => ({
        ...group,
        SecurityGroupIngress: [{ IpProtocol: '-1', CidrIp: '203.0.113.5/32' }],
      }),
      'lets everything out': ({ SecurityGroupEgress, ...group }) => group,
      'is of no tier': untagged,
    },
    'AWS::EC2::NetworkAclEntry': {
      'does the opposite': (entry) => ({ ...entry, RuleAction: entry.RuleAction === 'allow' ? 'deny' : 'allow' }),
      'is for all ports': ({ PortRange, ...entry }) =>
        PortRange === undefined ? undefined : { ...entry, PortRange: { From: 0, To: 65_535 } },
      'is for everybody': (entry) => (entry.CidrBlock === EVERYBODY ? undefined : { ...entry, CidrBlock: EVERYBODY }),
      'is for all protocols': ({ PortRange, Icmp, ...entry }) => ({ ...entry, Protocol: -1 }),
      'is for the other direction': (entry) => ({ ...entry, Egress: entry.Egress !== true }),
    },
    'AWS::EC2::Route': {
      'is for everybody': (route) =>
        route.DestinationCidrBlock === EVERYBODY ? undefined : { ...route, DestinationCidrBlock: EVERYBODY },
      'is for a quarter as many': (route) => ({
        ...route,
        DestinationCidrBlock: quartered(route.DestinationCidrBlock),
      }),
      'leads to a machine': ({ RouteTableId, DestinationCidrBlock }) => ({
        RouteTableId,
        DestinationCidrBlock,
        InstanceId: 'i-0123456789abcdef0',
      }),
    },
    'AWS::EC2::Subnet': {
      'gives public addresses': (subnet) => ({ ...subnet, MapPublicIpOnLaunch: true }),
      'is of no tier': untagged,
      'has an IPv6 range': (subnet) => ({ ...subnet, Ipv6CidrBlock: '2001:db8::/64' }),
    },
    'AWS::EC2::VPCPeeringConnection': {
      'is with another account': (peering) => ({
        ...peering,
        PeerOwnerId: STRANGER,
        PeerVpcId: 'vpc-0123456789abcdef0',
      }),
    },
    'AWS::EC2::VPCEndpoint': {
      'serves everybody': ({ PolicyDocument, ...endpoint }) => endpoint,
      'serves everybody by its own policy': (endpoint) => ({
        ...endpoint,
        PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
      }),
      'is in no route table': (endpoint) =>
        endpoint.RouteTableIds === undefined ? undefined : { ...endpoint, RouteTableIds: [] },
      'stands in another group': (endpoint) =>
        endpoint.SecurityGroupIds === undefined ? undefined : { ...endpoint, SecurityGroupIds: ['sg-1'] },
    },
    'AWS::Route53::HostedZone': {
      'is not found by a VPC': (zone) => ({ ...zone, VPCs: (zone.VPCs as unknown[]).slice(1) }),
    },
    'AWS::EC2::FlowLog': {
      'records what is refused only': (log) => ({ ...log, TrafficType: 'REJECT' }),
    },
    'AWS::EC2::VPCGatewayAttachment': {
      'opens the database VPC': (attachment) => ({ ...attachment, VpcId: { Ref: 'NetworkMainDatabaseVpc' } }),
    },
  };

/** Types of which any resource may go. */
const REMOVED = [
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::NetworkAclEntry',
  'AWS::EC2::SubnetNetworkAclAssociation',
  'AWS::EC2::Route',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCPeeringConnection',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::FlowLog',
  'AWS::Route53::HostedZone',
  'AWS::Route53::RecordSet',
  'Custom::BulwarkDefaultGroup',
];

/** What comes beside a resource; undefined where it is there already. */
type Addition = (ref: unknown, properties: Properties, resources: Resources) => Resources | undefined;

const one = (Type: string, properties: Properties): Resources => ({ Added: { Type, Properties: properties } });

/** Type -> what may be added beside each of its resources. */
const ADDED: Readonly<Record<string, Readonly<Record<string, Addition>>>> = {
  'AWS::EC2::RouteTable': {
    'leads to the Internet': outward(EVERYBODY),
    'leads half of the Internet out': outward(HALF),
    'leads to a stranger': (RouteTableId) =>
      one('AWS::EC2::Route', {
        RouteTableId,
        DestinationCidrBlock: '172.16.0.0/12',
        VpcPeeringConnectionId: 'pcx-0123456789abcdef0',
      }),
  },
  'AWS::EC2::NetworkAcl': {
    'lets everybody in': (NetworkAclId) => one('AWS::EC2::NetworkAclEntry', { NetworkAclId, ...entry(false) }),
    'lets everything out': (NetworkAclId) => one('AWS::EC2::NetworkAclEntry', { NetworkAclId, ...entry(true) }),
    'lets IPv6 in': (NetworkAclId) => {
      const { CidrBlock, ...rest } = entry(false);
      return one('AWS::EC2::NetworkAclEntry', { NetworkAclId, ...rest, Ipv6CidrBlock: '::/0' });
    },
  },
  'AWS::EC2::VPC': {
    'is joined with another account': (VpcId) =>
      one('AWS::EC2::VPCPeeringConnection', { VpcId, PeerVpcId: 'vpc-0123456789abcdef0', PeerOwnerId: STRANGER }),
    'gets a subnet that is open': (VpcId) =>
      one('AWS::EC2::Subnet', { VpcId, CidrBlock: '10.0.0.0/28', MapPublicIpOnLaunch: true }),
    'admits SSH to its default group': (vpc) =>
      one('AWS::EC2::SecurityGroupIngress', {
        GroupId: { 'Fn::GetAtt': [(vpc as { Ref: string }).Ref, 'DefaultSecurityGroup'] },
        ...rule(22, HALF),
      }),
  },
};

function rule(port: number, CidrIp: string): Properties {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIp };
}

function entry(Egress: boolean): Properties {
  return { RuleNumber: 1, Egress, RuleAction: 'allow', Protocol: -1, CidrBlock: EVERYBODY };
}

/** A rule without whom it is for. */
function from({
  SourceSecurityGroupId,
  DestinationSecurityGroupId,
  DestinationPrefixListId,
  CidrIp,
  ...rule
}: Properties): Properties {
  return rule;
}

function untagged({ Tags, ...properties }: Properties): Properties {
  return { ...properties, Tags: (Tags as Array<{ Key: string }>).filter(({ Key }) => Key !== 'bulwark:tier') };
}

function quartered(cidr: unknown): string {
  const [address, length] = String(cidr).split('/');
  return `${address}/${Number(length) + 2}`;
}

/** All mutants of a template, one change each; what the change refers to comes and goes with it. */
export function mutantsOf(resources: Resources): Mutant[] {
  return Object.entries(resources).flatMap(([id, resource]) => {
    const { Type, Properties = {} } = resource;
    const changed = Object.entries(CHANGES[Type] ?? {}).flatMap(([what, change]) => {
      const properties = change(structuredClone(Properties));
      const others = { ...resources, [id]: { ...resource, Properties: properties } };
      return properties === undefined ? [] : [mutant(Type, id, what, others)];
    });
    const removed = REMOVED.includes(Type) ? [mutant(Type, id, 'is gone', without(resources, id))] : [];
    const added = Object.entries(ADDED[Type] ?? {}).flatMap(([what, make]) => {
      const made = make({ Ref: id }, Properties, resources);
      return made === undefined ? [] : [mutant(Type, id, what, { ...resources, ...made })];
    });
    return [...changed, ...removed, ...added];
  });
}

/** CloudFormation takes no reference to what is not there. */
function without(resources: Resources, id: string): Resources {
  const { [id]: _, ...others } = resources;
  const broken = Object.entries(others).find(([, { Properties }]) => refersTo(Properties, id));
  return broken === undefined ? others : without(others, broken[0]);
}

function refersTo(value: unknown, id: string): boolean {
  if (Array.isArray(value)) return value.some((item) => refersTo(item, id));
  if (typeof value !== 'object' || value === null) return false;
  const { Ref, 'Fn::GetAtt': attribute } = value as Properties;
  if (Ref === id || (Array.isArray(attribute) && attribute[0] === id)) return true;
  return Object.values(value).some((item) => refersTo(item, id));
}

/** A route to the Internet for a table that has none; with a gateway, where its VPC has none. */
function outward(range: string): Addition {
  return (RouteTableId, { VpcId }, resources) => {
    const all = Object.values(resources);
    const isThere = all.some(
      ({ Type, Properties = {} }) =>
        Type === 'AWS::EC2::Route' &&
        isSame(Properties.RouteTableId, RouteTableId) &&
        Properties.GatewayId !== undefined,
    );
    if (isThere) return undefined;
    const attachment = all.find(
      ({ Type, Properties = {} }) => Type === 'AWS::EC2::VPCGatewayAttachment' && isSame(Properties.VpcId, VpcId),
    );
    const GatewayId = attachment?.Properties?.InternetGatewayId ?? { Ref: 'AddedGateway' };
    return {
      Added: { Type: 'AWS::EC2::Route', Properties: { RouteTableId, DestinationCidrBlock: range, GatewayId } },
      ...(attachment === undefined && {
        AddedGateway: { Type: 'AWS::EC2::InternetGateway' },
        AddedAttachment: {
          Type: 'AWS::EC2::VPCGatewayAttachment',
          Properties: { VpcId, InternetGatewayId: { Ref: 'AddedGateway' } },
        },
      }),
    };
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function mutant(type: string, id: string, what: string, resources: Resources): Mutant {
  const kind = `${type.replace(/^AWS::(EC2::)?/, '')} ${what}`;
  return { name: `${kind}: ${id}`, kind, resources };
}

/** What a network ACL says of one packet, found out entry by entry: a second opinion on what the evaluator computes with sets. */
function verdict(entries: readonly Properties[], packet: Packet): boolean {
  const [first] = entries
    .filter((entry) => matches(entry, packet))
    .sort((one, other) => Number(one.RuleNumber) - Number(other.RuleNumber));
  return first?.RuleAction === 'allow';
}

interface Packet {
  readonly egress: boolean;
  readonly protocol: number;
  readonly port: number;
  /** As a number. */
  readonly address: number;
}

function matches({ Egress, Protocol, PortRange, CidrBlock, Icmp }: Properties, packet: Packet): boolean {
  if ((Egress === true) !== packet.egress || CidrBlock === undefined) return false;
  if (Protocol !== -1 && Protocol !== packet.protocol) return false;
  const { first, last } = addressesOf(CidrBlock);
  if (packet.address < first || packet.address > last) return false;
  const { From, To } = (PortRange ?? { From: 0, To: 65_535 }) as { From: number; To: number };
  if (Protocol === -1 || packet.protocol === ICMP)
    return Protocol === -1 || Icmp !== undefined || PortRange !== undefined;
  return From <= packet.port && packet.port <= To;
}

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const SIGN_IN = [22, 3389];

function addressesOf(cidr: unknown): { readonly first: number; readonly last: number } {
  const [address = '', length] = String(cidr).split('/');
  const first = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return { first, last: first + 2 ** (32 - Number(length)) - 1 };
}

/** Whether a mutant of a network ACL is none: every packet meets the same end as before. */
export function decidesAlike(before: Resources, { kind, resources: after }: Mutant): boolean {
  if (!kind.startsWith('NetworkAclEntry ')) return false;
  const [was, is] = [entriesOf(before), entriesOf(after)];
  const [changed] = [...was].filter(([acl, entries]) => !isSame(entries, is.get(acl)));
  if (changed === undefined) return false;
  const [acl, entries] = changed;
  const others = is.get(acl) ?? [];
  return (
    hasDenials(others) &&
    packetsFor([...entries, ...others]).every((packet) => verdict(entries, packet) === verdict(others, packet))
  );
}

/** Denials of sign-in are to stand there even where nothing else admits it. */
function hasDenials(entries: readonly Properties[]): boolean {
  return SIGN_IN.every((port) =>
    entries.some(
      (entry) => entry.RuleAction === 'deny' && matches(entry, { egress: false, protocol: TCP, port, address: 0 }),
    ),
  );
}

function entriesOf(resources: Resources): Map<string, Properties[]> {
  const entries = new Map<string, Properties[]>();
  for (const { Type, Properties = {} } of Object.values(resources)) {
    if (Type !== 'AWS::EC2::NetworkAclEntry') continue;
    const acl = JSON.stringify(Properties.NetworkAclId);
    entries.set(acl, [...(entries.get(acl) ?? []), Properties]);
  }
  return entries;
}

/** A packet on each side of every edge that an entry draws. */
function packetsFor(entries: readonly Properties[]): Packet[] {
  const ranges = entries.flatMap(({ CidrBlock }) => (CidrBlock === undefined ? [] : [addressesOf(CidrBlock)]));
  const addresses = new Set(ranges.flatMap(({ first, last }) => [first - 1, first, last, last + 1]));
  const edges = entries.flatMap(({ PortRange: range }) =>
    range === undefined ? [] : Object.values(range as object).map(Number),
  );
  const ports = new Set([0, 65_535, ...edges.flatMap((port) => [port - 1, port, port + 1])]);
  return [true, false].flatMap((egress) =>
    [TCP, UDP, ICMP].flatMap((protocol) =>
      [...addresses].flatMap((address) => [...ports].map((port) => ({ egress, protocol, port, address }))),
    ),
  );
}

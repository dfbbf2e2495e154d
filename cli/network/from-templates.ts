import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { TIER_TAG, VPC_TAG } from '../../lib/controls/tiers';
import { isRecord, listOf } from '../../lib/private/template-values';
import { readTemplates } from '../explain/templates';
import {
  defaultAclOf,
  defaultGroupOf,
  endpointOf,
  mainTableOf,
  type Resource,
  Resolver,
  type Template,
} from './intrinsics';
import type * as model from './model';
import type { PortRange } from './ports';

/**
 * The network that the templates below a folder make.
 *
 * @param folder by default `cdk.out`
 * @returns undefined where nothing was asked for, and nothing has been synthesized
 * @throws Stop for a folder that is not there, or has no templates
 */
export function readNetwork(folder?: string): model.NetworkModel | undefined {
  const files = new Set(readTemplates(folder)?.map(({ template }) => template));
  if (files.size === 0) return undefined;
  return networkOf(
    [...files].map((file) => ({
      name: basename(file, '.template.json'),
      body: JSON.parse(readFileSync(file, 'utf8')) as Template['body'],
      ...accountOf(file),
    })),
  );
}

/** Account of a template, which the manifest of the CDK beside it tells, where the app does. */
function accountOf(file: string): Pick<Template, 'account'> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(join(dirname(file), 'manifest.json'), 'utf8'));
  } catch {
    // Templates that the CDK did not write have none.
    return {};
  }
  const artifacts = isRecord(manifest) && isRecord(manifest.artifacts) ? Object.values(manifest.artifacts) : [];
  for (const artifact of artifacts.filter(isRecord)) {
    const { environment, properties } = artifact;
    if (!isRecord(properties) || properties.templateFile !== basename(file)) continue;
    const [, account] = /^aws:\/\/(\d{12})\//.exec(String(environment)) ?? [];
    return account === undefined ? {} : { account };
  }
  return {};
}

/** The network that templates make, without anything that only the deployment knows. */
export function networkOf(templates: readonly Template[]): model.NetworkModel {
  return new Reader(templates).read();
}

/** What everybody has, of either family. */
const EVERYBODY = ['0.0.0.0/0', '::/0'] as const;

const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 };

/** Property of a route -> what it leads to. */
const ROUTE_TARGETS: ReadonlyArray<readonly [property: string, kind: model.RouteTargetKind]> = [
  ['NatGatewayId', 'nat'],
  ['VpcPeeringConnectionId', 'peering'],
  ['TransitGatewayId', 'transit-gateway'],
  ['VpcEndpointId', 'firewall-endpoint'],
  ['EgressOnlyInternetGatewayId', 'egress-only'],
  ['NetworkInterfaceId', 'interface'],
  ['InstanceId', 'instance'],
  ['CarrierGatewayId', 'other'],
  ['LocalGatewayId', 'other'],
  ['CoreNetworkArn', 'other'],
];

/** Reads resource by resource; what cannot be read is told. */
class Reader {
  private readonly resolver: Resolver;
  private readonly unknown = new Set<string>();

  public constructor(templates: readonly Template[]) {
    this.resolver = new Resolver(templates);
  }

  public read(): model.NetworkModel {
    const vpcs = this.all('AWS::EC2::VPC').map((resource) => this.vpc(resource));
    const gatewayEndpoints = this.gatewayEndpoints();
    for (const { id, condition, type } of this.resolver.resources) {
      if (condition !== undefined && /^AWS::(EC2|NetworkFirewall)::/.test(type)) {
        this.unknown.add(`whether ${id} is there: it depends on the condition ${condition}`);
      }
    }
    if (this.all('AWS::EC2::VPCBlockPublicAccessOptions').length > 0) {
      this.unknown.add('what VPC Block Public Access stops: paths are told as if it were off');
    }
    const read = {
      vpcs,
      subnets: this.all('AWS::EC2::Subnet').map((resource) => this.subnet(resource)),
      routeTables: this.routeTables(vpcs, gatewayEndpoints),
      networkAcls: this.networkAcls(vpcs),
      securityGroups: this.securityGroups(vpcs),
      peerings: this.all('AWS::EC2::VPCPeeringConnection').map((resource) => this.peering(resource)),
      transitGateways: this.transitGateways(vpcs),
      internetGateways: this.internetGateways(),
      egressOnlyGateways: this.all('AWS::EC2::EgressOnlyInternetGateway').map((resource) => ({
        id: resource.id,
        vpc: this.id(resource, 'VpcId'),
      })),
      nats: this.all('AWS::EC2::NatGateway').map((resource) => ({
        id: resource.id,
        subnet: this.id(resource, 'SubnetId'),
        public: this.text(resource, 'ConnectivityType') !== 'private',
      })),
      firewallEndpoints: this.firewallEndpoints(),
      gatewayEndpoints,
      interfaceEndpoints: this.interfaceEndpoints(),
      prefixLists: this.prefixLists(gatewayEndpoints),
    };
    // Only now is everything read.
    const presumed = [...this.resolver.presumed];
    if (presumed.length > 0) {
      this.unknown.add(
        `whether the deployment gives ${presumed.join(', ')} another value than the default, which is taken`,
      );
    }
    return { ...read, unknown: [...this.unknown] };
  }

  private all(...types: readonly string[]): Resource[] {
    return this.resolver.resources.filter(({ type }) => types.includes(type));
  }

  private text({ properties, template }: Resource, name: string): string | undefined {
    return this.resolver.text(properties[name], template);
  }

  /** What a property has to name; what cannot be resolved is told. */
  private id(resource: Resource, name: string): string {
    const found = this.text(resource, name);
    if (found === undefined) this.unknown.add(`${name} of ${resource.id}`);
    return found ?? 'unknown';
  }

  /** Whether properties can be resolved, as far as they are there; what cannot be is told. */
  private areKnown(resource: Resource, ...names: readonly string[]): boolean {
    const missing = names.filter(
      (name) => resource.properties[name] !== undefined && this.text(resource, name) === undefined,
    );
    for (const name of missing) this.unknown.add(`${name} of ${resource.id}`);
    return missing.length === 0;
  }

  private ids(resource: Resource, name: string): string[] {
    return this.resolver.list(resource.properties[name], resource.template).flatMap((item) => {
      if (item === undefined) this.unknown.add(`one of the ${name} of ${resource.id}`);
      return item ?? [];
    });
  }

  /** A range, or nothing where it is not there or known only at deployment, which is told. */
  private range(resource: Resource, name: string): string[] {
    if (resource.properties[name] === undefined) return [];
    const found = this.text(resource, name);
    if (found !== undefined) return [found];
    if (!this.isFromPool(resource.properties[name], resource.template)) this.unknown.add(`${name} of ${resource.id}`);
    return [];
  }

  /** Whether a range is cut out of one that an address pool gives, which the VPC tells for all of them. */
  private isFromPool(value: unknown, template: Template): boolean {
    if (Array.isArray(value)) return value.some((item) => this.isFromPool(item, template));
    if (!isRecord(value)) return false;
    const [id, name] = listOf(value['Fn::GetAtt']);
    if (name === 'CidrBlock') {
      const vpc = this.resolver.text({ Ref: id }, template);
      return this.all('AWS::EC2::VPC').some(
        (other) => other.id === vpc && other.properties.Ipv4IpamPoolId !== undefined,
      );
    }
    return Object.values(value).some((item) => this.isFromPool(item, template));
  }

  private tag({ properties, template }: Resource, key: string): string | undefined {
    const tags = listOf(properties.Tags).filter(isRecord);
    return this.resolver.text(tags.find((tag) => tag.Key === key)?.Value, template);
  }

  private vpc(resource: Resource): model.Vpc {
    const { id, properties } = resource;
    if (properties.Ipv4IpamPoolId !== undefined)
      this.unknown.add(`range of ${id}, and what is cut out of it: an address pool gives it`);
    const more = this.all('AWS::EC2::VPCCidrBlock').filter((block) => this.text(block, 'VpcId') === id);
    for (const block of more) {
      if (block.properties.AmazonProvidedIpv6CidrBlock === true || block.properties.Ipv4IpamPoolId !== undefined) {
        this.unknown.add(`range of ${block.id}: the deployment gives it`);
      }
    }
    return {
      id,
      name: this.tag(resource, VPC_TAG) ?? this.tag(resource, 'Name') ?? id,
      cidrs: [
        ...this.range(resource, 'CidrBlock'),
        ...more.flatMap((block) => [...this.range(block, 'CidrBlock'), ...this.range(block, 'Ipv6CidrBlock')]),
      ],
    };
  }

  private subnet(resource: Resource): model.Subnet {
    const { id, properties } = resource;
    const vpc = this.id(resource, 'VpcId');
    const tier = this.tag(resource, TIER_TAG);
    const blocks = this.all('AWS::EC2::SubnetCidrBlock').filter((block) => this.text(block, 'SubnetId') === id);
    const v4 = this.range(resource, 'CidrBlock');
    const v6 = [
      ...this.range(resource, 'Ipv6CidrBlock'),
      ...blocks.flatMap((block) => this.range(block, 'Ipv6CidrBlock')),
    ];
    const unknownRanges = [
      ...(v4.length === 0 && properties.Ipv6Native !== true ? (['v4'] as const) : []),
      ...(v6.length === 0 && (properties.Ipv6CidrBlock !== undefined || blocks.length > 0) ? (['v6'] as const) : []),
    ];
    return {
      id,
      name: this.tag(resource, 'Name') ?? id,
      vpc,
      ...(tier !== undefined && { tier }),
      zone: this.text(resource, 'AvailabilityZone') ?? this.text(resource, 'AvailabilityZoneId') ?? `zone of ${id}`,
      cidrs: [...v4, ...v6],
      ...(unknownRanges.length > 0 && { unknownRanges }),
      routeTable: this.associated('AWS::EC2::SubnetRouteTableAssociation', id, 'RouteTableId') ?? mainTableOf(vpc),
      networkAcl: this.associated('AWS::EC2::SubnetNetworkAclAssociation', id, 'NetworkAclId') ?? defaultAclOf(vpc),
      publicAddresses: properties.MapPublicIpOnLaunch === true || properties.MapPublicIpOnLaunch === 'true',
    };
  }

  private associated(type: string, subnet: string, name: string): string | undefined {
    const association = this.all(type).find((resource) => this.text(resource, 'SubnetId') === subnet);
    return association && this.id(association, name);
  }

  private routeTables(vpcs: readonly model.Vpc[], gateways: readonly model.GatewayEndpoint[]): model.RouteTable[] {
    const routes = this.all('AWS::EC2::Route').map((resource) => ({
      table: this.id(resource, 'RouteTableId'),
      route: this.route(resource),
    }));
    const of = (id: string, vpc: string): model.RouteTable => ({
      id,
      routes: [
        ...(vpcs.find((other) => other.id === vpc)?.cidrs ?? []).map((destination) => ({
          destination,
          target: { kind: 'local' as const, id: 'local' },
        })),
        ...routes.flatMap(({ table, route }) => (table === id && route !== undefined ? [route] : [])),
        ...gateways
          .filter(({ routeTables }) => routeTables.includes(id))
          .map((endpoint) => ({
            destination: endpoint.prefixList,
            target: { kind: 'gateway-endpoint' as const, id: endpoint.id },
          })),
      ],
    });
    return [
      ...this.all('AWS::EC2::RouteTable').map((resource) => of(resource.id, this.id(resource, 'VpcId'))),
      ...vpcs.map(({ id }) => of(mainTableOf(id), id)),
    ];
  }

  private route(resource: Resource): model.Route | undefined {
    const [destination] = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId'].flatMap(
      (name) => this.range(resource, name),
    );
    if (destination === undefined) return undefined;
    const [property, kind] = ROUTE_TARGETS.find(([name]) => resource.properties[name] !== undefined) ?? ['GatewayId'];
    const id = this.id(resource, property);
    return { destination, target: { kind: kind ?? this.gatewayKind(id), id } };
  }

  private gatewayKind(id: string): model.RouteTargetKind {
    if (id === 'local') return 'local';
    const isInternet =
      id.startsWith('igw-') || this.all('AWS::EC2::InternetGateway').some((gateway) => gateway.id === id);
    return isInternet ? 'internet-gateway' : 'other';
  }

  private networkAcls(vpcs: readonly model.Vpc[]): model.NetworkAcl[] {
    const entries = this.all('AWS::EC2::NetworkAclEntry').map((resource) => ({
      acl: this.id(resource, 'NetworkAclId'),
      entry: this.aclEntry(resource),
    }));
    const of = (id: string) => entries.flatMap(({ acl, entry }) => (acl === id && entry !== undefined ? [entry] : []));
    return [
      ...this.all('AWS::EC2::NetworkAcl').map((resource) => ({
        id: resource.id,
        name: this.tag(resource, 'Name') ?? resource.id,
        entries: of(resource.id),
      })),
      ...vpcs.map(({ id }) => ({
        id: defaultAclOf(id),
        name: defaultAclOf(id),
        entries: [...of(defaultAclOf(id)), ...OPEN_ACL],
      })),
    ];
  }

  private aclEntry(resource: Resource): model.AclEntry | undefined {
    const { properties, template } = resource;
    const [cidr] = [...this.range(resource, 'CidrBlock'), ...this.range(resource, 'Ipv6CidrBlock')];
    const number = Number(this.id(resource, 'RuleNumber'));
    const range = isRecord(properties.PortRange) ? properties.PortRange : {};
    const isKnown = [
      !Number.isNaN(number),
      this.areKnown(resource, 'Protocol', 'RuleAction', 'Egress'),
      this.areKnown({ ...resource, properties: range }, 'From', 'To'),
    ].every(Boolean);
    if (cidr === undefined || !isKnown) return undefined;
    const protocol = protocolOf(this.text(resource, 'Protocol'));
    const ports = portsOf(this.resolver.text(range.From, template), this.resolver.text(range.To, template), protocol);
    const icmp = isRecord(properties.Icmp) ? properties.Icmp : undefined;
    return {
      number,
      egress: this.text(resource, 'Egress') === 'true',
      allow: this.text(resource, 'RuleAction') === 'allow',
      protocol,
      cidr,
      ...(ports !== undefined && { ports }),
      ...(icmp !== undefined && { icmp: { type: Number(icmp.Type), code: Number(icmp.Code) } }),
    };
  }

  private securityGroups(vpcs: readonly model.Vpc[]): model.SecurityGroup[] {
    const made = this.all('AWS::EC2::SecurityGroup').map((resource): model.SecurityGroup => {
      const { id, properties } = resource;
      const tier = this.tag(resource, TIER_TAG);
      return {
        id,
        name: this.tag(resource, 'Name') ?? this.text(resource, 'GroupName') ?? id,
        vpc: this.id(resource, 'VpcId'),
        ...(tier !== undefined && { tier }),
        ingress: [...this.inline(resource, 'SecurityGroupIngress'), ...this.rulesOf(id, 'ingress')],
        egress: [
          // Without a rule of its own EC2 lets everything out, whatever other resources add to it.
          ...(listOf(properties.SecurityGroupEgress).length === 0
            ? EVERYTHING
            : this.inline(resource, 'SecurityGroupEgress')),
          ...this.rulesOf(id, 'egress'),
        ],
      };
    });
    const closed = new Set(
      this.all('Custom::BulwarkDefaultGroup').map((resource) => this.text(resource, 'DefaultSecurityGroupId')),
    );
    const byItself = vpcs.map(({ id: vpc }): model.SecurityGroup => {
      const id = defaultGroupOf(vpc);
      const isClosed = closed.has(id);
      return {
        id,
        name: id,
        vpc,
        isDefault: true,
        ingress: [
          ...(isClosed ? [] : [{ protocol: 'all' as const, peer: { group: id } }]),
          ...this.rulesOf(id, 'ingress'),
        ],
        egress: [...(isClosed ? [] : EVERYTHING), ...this.rulesOf(id, 'egress')],
      };
    });
    return [...made, ...byItself];
  }

  private inline(resource: Resource, name: string): model.GroupRule[] {
    return listOf(resource.properties[name])
      .filter(isRecord)
      .flatMap((properties) => this.rule({ ...resource, properties }));
  }

  private rulesOf(group: string, direction: 'ingress' | 'egress'): model.GroupRule[] {
    const type = direction === 'ingress' ? 'AWS::EC2::SecurityGroupIngress' : 'AWS::EC2::SecurityGroupEgress';
    return this.all(type)
      .filter((resource) => this.text(resource, 'GroupId') === group)
      .flatMap((resource) => this.rule(resource));
  }

  private rule(resource: Resource): model.GroupRule[] {
    if (!this.areKnown(resource, 'IpProtocol', 'FromPort', 'ToPort')) return [];
    const protocol = protocolOf(this.text(resource, 'IpProtocol'));
    const ports = portsOf(this.text(resource, 'FromPort'), this.text(resource, 'ToPort'), protocol);
    const peers: model.GroupPeer[] = [
      ...['CidrIp', 'CidrIpv6'].flatMap((name) => this.range(resource, name).map((cidr) => ({ cidr }))),
      ...['SourceSecurityGroupId', 'DestinationSecurityGroupId'].flatMap((name) =>
        resource.properties[name] === undefined ? [] : [{ group: this.id(resource, name) }],
      ),
      ...['SourcePrefixListId', 'DestinationPrefixListId'].flatMap((name) =>
        resource.properties[name] === undefined ? [] : [{ prefixList: this.id(resource, name) }],
      ),
    ];
    const icmp = icmpOf(this.text(resource, 'FromPort'), this.text(resource, 'ToPort'), protocol);
    return peers.map((peer) => ({
      protocol,
      ...(ports !== undefined && { ports }),
      ...(icmp !== undefined && { icmp }),
      peer,
    }));
  }

  private peering(resource: Resource): model.Peering {
    const owner = this.text(resource, 'PeerOwnerId');
    const isOwn = owner === '<AWS::AccountId>' || owner === resource.template.account;
    return {
      id: resource.id,
      requester: this.id(resource, 'VpcId'),
      accepter: this.id(resource, 'PeerVpcId'),
      active: true,
      ...(owner !== undefined && !isOwn && { foreignAccount: owner }),
    };
  }

  private transitGateways(vpcs: readonly model.Vpc[]): model.TransitGateway[] {
    return this.all('AWS::EC2::TransitGateway').map((gateway) => {
      const { id } = gateway;
      const of = (resource: Resource) => this.text(resource, 'TransitGatewayId') === id;
      const attachments = this.all('AWS::EC2::TransitGatewayVpcAttachment', 'AWS::EC2::TransitGatewayAttachment')
        .filter(of)
        .map((resource): model.Attachment => {
          const options = isRecord(resource.properties.Options) ? resource.properties.Options : {};
          return {
            id: resource.id,
            vpc: this.id(resource, 'VpcId'),
            subnets: this.ids(resource, 'SubnetIds'),
            groupReferences: options.SecurityGroupReferencingSupport !== 'disable',
            ...(options.ApplianceModeSupport === 'enable' && { applianceMode: true }),
          };
        });
      const tables = this.all('AWS::EC2::TransitGatewayRouteTable').filter(of);
      return {
        id,
        groupReferences: this.text(gateway, 'SecurityGroupReferencingSupport') === 'enable',
        attachments,
        routeTables: [
          ...tables.map((table) => this.transitTable(table.id, attachments, vpcs)),
          ...this.defaultTransitTable(gateway, attachments, vpcs),
        ],
      };
    });
  }

  private transitTable(
    id: string,
    attachments: readonly model.Attachment[],
    vpcs: readonly model.Vpc[],
  ): model.TransitRouteTable {
    const of = (type: string) =>
      this.all(type).filter((resource) => this.text(resource, 'TransitGatewayRouteTableId') === id);
    const routes = of('AWS::EC2::TransitGatewayRoute').flatMap((resource) =>
      this.range(resource, 'DestinationCidrBlock').map((cidr) => ({
        cidr,
        ...(this.text(resource, 'Blackhole') !== 'true' && {
          attachment: this.id(resource, 'TransitGatewayAttachmentId'),
        }),
      })),
    );
    const propagated = of('AWS::EC2::TransitGatewayRouteTablePropagation').map((resource) =>
      this.id(resource, 'TransitGatewayAttachmentId'),
    );
    return {
      id,
      associations: of('AWS::EC2::TransitGatewayRouteTableAssociation').map((resource) =>
        this.id(resource, 'TransitGatewayAttachmentId'),
      ),
      // Where both have the same range the route that somebody wrote counts, which therefore stands first.
      routes: [
        ...routes,
        ...propagationsOf(
          attachments.filter((attachment) => propagated.includes(attachment.id)),
          vpcs,
        ),
      ],
    };
  }

  /** The table that a transit gateway makes by itself, unless it was told not to. */
  private defaultTransitTable(
    gateway: Resource,
    attachments: readonly model.Attachment[],
    vpcs: readonly model.Vpc[],
  ): model.TransitRouteTable[] {
    const associates = this.text(gateway, 'DefaultRouteTableAssociation') !== 'disable';
    const propagates = this.text(gateway, 'DefaultRouteTablePropagation') !== 'disable';
    if (!associates && !propagates) return [];
    const elsewhere = this.all('AWS::EC2::TransitGatewayRouteTableAssociation').map((resource) =>
      this.text(resource, 'TransitGatewayAttachmentId'),
    );
    return [
      {
        id: `${gateway.id} default route table`,
        associations: associates ? attachments.map(({ id }) => id).filter((id) => !elsewhere.includes(id)) : [],
        routes: propagates ? propagationsOf(attachments, vpcs) : [],
      },
    ];
  }

  private internetGateways(): model.InternetGateway[] {
    const attachments = this.all('AWS::EC2::VPCGatewayAttachment');
    return this.all('AWS::EC2::InternetGateway').map(({ id }) => {
      const attachment = attachments.find((resource) => this.text(resource, 'InternetGatewayId') === id);
      return { id, ...(attachment !== undefined && { vpc: this.id(attachment, 'VpcId') }) };
    });
  }

  private firewallEndpoints(): model.FirewallEndpoint[] {
    const firewalls = this.all('AWS::NetworkFirewall::Firewall').flatMap((resource) => {
      const mappings = listOf(resource.properties.SubnetMappings).filter(isRecord);
      if (mappings.length > 1) {
        // CloudFormation gives them in no order.
        this.unknown.add(`which endpoint of ${resource.id} stands in which subnet`);
        return [];
      }
      return mappings.map((properties, index) => ({
        id: endpointOf(resource.id, index),
        subnet: this.id({ ...resource, properties }, 'SubnetId'),
      }));
    });
    const balancers = this.endpoints('GatewayLoadBalancer').flatMap((resource) =>
      this.ids(resource, 'SubnetIds').map((subnet) => ({ id: resource.id, subnet })),
    );
    return [...firewalls, ...balancers];
  }

  private endpoints(type: string): Resource[] {
    return this.all('AWS::EC2::VPCEndpoint').filter(
      (resource) => (this.text(resource, 'VpcEndpointType') ?? 'Gateway') === type,
    );
  }

  private gatewayEndpoints(): model.GatewayEndpoint[] {
    return this.endpoints('Gateway').map((resource) => {
      const service = this.service(resource);
      return {
        id: resource.id,
        service,
        vpc: this.id(resource, 'VpcId'),
        routeTables: this.ids(resource, 'RouteTableIds'),
        prefixList: service,
      };
    });
  }

  private interfaceEndpoints(): model.InterfaceEndpoint[] {
    return this.endpoints('Interface').map((resource) => ({
      id: resource.id,
      service: this.service(resource),
      vpc: this.id(resource, 'VpcId'),
      subnets: this.ids(resource, 'SubnetIds'),
      groups: this.ids(resource, 'SecurityGroupIds'),
      privateDns: this.text(resource, 'PrivateDnsEnabled') === 'true',
      sharedWith: this.sharedWith(resource.id),
    }));
  }

  private service(resource: Resource): string {
    const name = this.id(resource, 'ServiceName');
    return /^(?:\w+\.)*com\.amazonaws\.[^.]+\.(.+)$|^aws\.api\.[^.]+\.(.+)$/.exec(name)?.slice(1).find(Boolean) ?? name;
  }

  /** VPCs of the private hosted zones in which a record leads to an endpoint. */
  private sharedWith(endpoint: string): string[] {
    const zones = this.all('AWS::Route53::RecordSet').flatMap((resource) => {
      const { AliasTarget: target } = resource.properties;
      const leads = isRecord(target) && this.resolver.text(target.DNSName, resource.template) === `${endpoint} name`;
      return leads ? [this.id(resource, 'HostedZoneId')] : [];
    });
    const vpcs = this.all('AWS::Route53::HostedZone')
      .filter(({ id }) => zones.includes(id))
      .flatMap((resource) =>
        listOf(resource.properties.VPCs)
          .filter(isRecord)
          .map((properties) => this.id({ ...resource, properties }, 'VPCId')),
      );
    return [...new Set(vpcs)];
  }

  private prefixLists(gateways: readonly model.GatewayEndpoint[]): model.PrefixList[] {
    const services = [...new Set(gateways.map(({ prefixList }) => prefixList))];
    return [
      ...services.map((id) => ({ id, name: id })),
      ...this.all('AWS::EC2::PrefixList').map((resource) => ({
        id: resource.id,
        name: this.text(resource, 'PrefixListName') ?? resource.id,
        cidrs: listOf(resource.properties.Entries)
          .filter(isRecord)
          .flatMap((properties) => this.range({ ...resource, properties }, 'Cidr')),
      })),
    ];
  }
}

const EVERYTHING: readonly model.GroupRule[] = EVERYBODY.map((cidr) => ({ protocol: 'all', peer: { cidr } }));

/** What EC2 writes into the ACL that it makes with a VPC. */
const OPEN_ACL: readonly model.AclEntry[] = [true, false].flatMap((egress) =>
  EVERYBODY.map((cidr, index) => ({ number: 100 + index, egress, allow: true, protocol: 'all' as const, cidr })),
);

function propagationsOf(attachments: readonly model.Attachment[], vpcs: readonly model.Vpc[]): model.TransitRoute[] {
  return attachments.flatMap(({ id, vpc }) =>
    (vpcs.find((other) => other.id === vpc)?.cidrs ?? []).map((cidr) => ({ cidr, attachment: id })),
  );
}

function protocolOf(text: string | undefined): model.Protocol {
  if (text === undefined || text === '-1') return 'all';
  return PROTOCOL_NUMBERS[text.toLowerCase()] ?? Number(text);
}

/** Ports of TCP and UDP: with any other protocol the numbers mean something else, or nothing. */
function portsOf(from: string | undefined, to: string | undefined, protocol: model.Protocol): PortRange | undefined {
  if (protocol !== PROTOCOL_NUMBERS.tcp && protocol !== PROTOCOL_NUMBERS.udp) return undefined;
  if (from === undefined || Number(from) < 0) return undefined;
  return { first: Number(from), last: Number(to ?? from) };
}

/** Groups say type and code of ICMP where ports stand otherwise. */
function icmpOf(
  type: string | undefined,
  code: string | undefined,
  protocol: model.Protocol,
): model.GroupRule['icmp'] | undefined {
  if (protocol !== PROTOCOL_NUMBERS.icmp && protocol !== PROTOCOL_NUMBERS.icmpv6) return undefined;
  return { type: Number(type ?? -1), code: Number(code ?? -1) };
}

import { isRecord } from '../../lambda/runtime/foreign';
import type { Placed } from '../explain/templates';
import { FIRST_HOSTED_ZONES, HOURS_A_MONTH, type PriceList, PRICES, type PriceName } from './prices';

/** What one kind of thing costs a month by standing there. */
export interface CostLine {
  readonly item: string;
  readonly quantity: number;
  /** What is counted: `Availability Zone`, `gateway`. */
  readonly unit: string;
  /** Of one, for an hour or a month. */
  readonly price: number;
  readonly per: 'hour' | 'month';
  readonly monthly: number;
  /** What else is billed, or why it costs nothing. */
  readonly note?: string;
}

export interface Costs {
  readonly lines: readonly CostLine[];
  readonly total: number;
  readonly currency: string;
}

export interface Bill {
  readonly costs: Costs;
  /** What could not be counted, a sentence each. */
  readonly unknown: readonly string[];
}

/** What each type costs by standing there: nothing. What moves through it may be billed by its amount. */
const BY_USE: Readonly<Record<string, readonly [item: string, unit: string, note: string]>> = {
  'AWS::EC2::VPCPeeringConnection': [
    'VPC peering',
    'connection',
    'nothing standing; traffic between zones is billed by the GB',
  ],
  'AWS::EC2::FlowLog': ['Flow logs', 'flow log', 'nothing standing; billed by the GB that is delivered and kept'],
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': [
    'Resolver query logs',
    'configuration',
    'nothing standing; billed by the GB that is delivered and kept',
  ],
  'AWS::Route53Resolver::FirewallRuleGroup': ['DNS Firewall', 'rule group', 'nothing standing; billed by the query'],
  'AWS::EC2::NetworkInsightsAccessScope': [
    'Network Access Scope',
    'scope',
    'nothing standing; billed by the network interface that is analyzed',
  ],
};

/** Costs nothing, whatever passes: https://aws.amazon.com/vpc/pricing/, https://aws.amazon.com/waf/pricing/ */
const FREE = new RegExp(
  `^AWS::(${[
    'EC2::(VPC|Subnet|RouteTable|Route|InternetGateway|EgressOnlyInternetGateway|SecurityGroup|NetworkAcl|PrefixList)',
    'EC2::(VPCCidrBlock|SubnetCidrBlock|VPCGatewayAttachment|VPCDHCPOptionsAssociation|DHCPOptions|EIPAssociation)',
    'EC2::(SubnetRouteTableAssociation|SubnetNetworkAclAssociation|NetworkAclEntry|SecurityGroup(In|E)gress)',
    'EC2::(TransitGateway|TransitGatewayRoute|TransitGatewayRouteTable\\w*|VPCBlockPublicAccess\\w+)',
    'EC2::(LaunchTemplate|VPCEndpointConnectionNotification)',
    'Route53::RecordSet(Group)?',
    'Route53Resolver::(\\w+Association|FirewallConfig|ResolverDNSSECConfig|ResolverConfig)',
    'NetworkFirewall::(FirewallPolicy|RuleGroup|LoggingConfiguration)',
    'WAFv2::(IPSet|RegexPatternSet|WebACLAssociation|LoggingConfiguration)',
  ].join('|')})$`,
);

/** What has a line of its own. */
const COUNTED: ReadonlySet<string> = new Set([
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::NatGateway',
  'AWS::EC2::EIP',
  'AWS::EC2::TransitGatewayVpcAttachment',
  'AWS::EC2::TransitGatewayAttachment',
  'AWS::NetworkFirewall::Firewall',
  'AWS::Route53::HostedZone',
  'AWS::WAFv2::WebACL',
  'AWS::WAFv2::RuleGroup',
]);

/** Services of the network and its edge: what of theirs has no line is told. */
const OF_THE_NETWORK =
  /^AWS::(EC2|NetworkFirewall|Route53|Route53Resolver|WAFv2|Shield|ElasticLoadBalancingV2|GlobalAccelerator|CloudFront|VpcLattice|NetworkManager)::/;

/** Managed groups of AWS that have a fee of their own: https://aws.amazon.com/waf/pricing/ */
const WITH_FEE = /^AWSManagedRules(BotControl|ATP|ACFP|AntiDDoS)RuleSet$/;

/** Counts what stands in templates, and what it costs. */
export function billOf(resources: readonly Placed[], prices: PriceList): Bill {
  const counter = new Counter(resources, prices);
  const lines = counter.lines();
  return {
    costs: { lines, total: cents(lines.reduce((sum, { monthly }) => sum + monthly, 0)), currency: prices.currency },
    unknown: counter.unknown,
  };
}

class Counter {
  public readonly unknown: string[] = [];

  public constructor(
    private readonly resources: readonly Placed[],
    private readonly prices: PriceList,
  ) {}

  public lines(): CostLine[] {
    const firewalls = this.sum('AWS::NetworkFirewall::Firewall', 'SubnetMappings');
    const lines = [
      ...this.interfaceEndpoints(),
      ...this.hostedZones(),
      ...this.nats(firewalls),
      this.line('Public IPv4 addresses', 'publicAddress', this.addresses(), 'address', 'used or not'),
      this.line(
        'Transit gateway attachments',
        'transitGatewayAttachment',
        this.of('AWS::EC2::TransitGatewayVpcAttachment', 'AWS::EC2::TransitGatewayAttachment').length,
        'attachment',
        'and by the GB',
      ),
      this.line('Network Firewall endpoints', 'firewallEndpoint', firewalls, 'endpoint', 'and by the GB'),
      ...this.webAcls(),
      this.line(
        'KMS keys',
        'key',
        this.of('AWS::KMS::Key', 'AWS::KMS::ReplicaKey').length,
        'key',
        'and by the request; each rotation adds a version that is billed',
      ),
      ...this.byUse(),
    ].filter(({ quantity }) => quantity > 0);
    this.tellRest();
    return lines;
  }

  /** Each has its line: they are what a person can leave out. */
  private interfaceEndpoints(): CostLine[] {
    const zones = new Map<string, number>();
    for (const endpoint of this.of('AWS::EC2::VPCEndpoint')) {
      const { VpcEndpointType: type = 'Gateway', SubnetIds, ServiceName } = endpoint.properties;
      if (type !== 'Interface') continue;
      const service = serviceOf(ServiceName);
      zones.set(service, (zones.get(service) ?? 0) + this.lengthOf(SubnetIds, endpoint, 'SubnetIds'));
    }
    return [...zones].map(([service, number]) =>
      this.line(`Interface endpoint ${service}`, 'interfaceEndpoint', number, 'Availability Zone', 'and by the GB'),
    );
  }

  private hostedZones(): CostLine[] {
    const zones = this.of('AWS::Route53::HostedZone').length;
    const first = Math.min(zones, FIRST_HOSTED_ZONES);
    return [
      this.line(
        'Hosted zones',
        'hostedZone',
        first,
        'hosted zone',
        'zones of the account elsewhere may lower the price',
      ),
      this.line('Further hosted zones', 'furtherHostedZone', zones - first, 'hosted zone'),
    ];
  }

  /** For each endpoint of Network Firewall AWS waives one NAT gateway: https://aws.amazon.com/network-firewall/pricing/ */
  private nats(firewalls: number): CostLine[] {
    const gateways = this.of('AWS::EC2::NatGateway');
    const regional = gateways.filter(({ properties }) => properties.AvailabilityMode === 'regional');
    for (const gateway of regional) {
      this.unknown.push(`${nameOf(gateway)} is a regional NAT gateway: in how many zones it is billed shows in use.`);
    }
    const billed = gateways.length - regional.length;
    const waived = Math.min(billed, firewalls);
    return [
      this.line('NAT gateways', 'natGateway', billed - waived, 'gateway', 'and by the GB'),
      ...(waived === 0
        ? []
        : [this.free('NAT gateways', waived, 'gateway', 'waived, one for each endpoint of Network Firewall')]),
    ];
  }

  /** Those made here, and those of others that NAT gateways were given. */
  private addresses(): number {
    const given = this.of('AWS::EC2::NatGateway').flatMap(
      ({ properties: { AllocationId, SecondaryAllocationIds } }) => [
        AllocationId,
        ...(Array.isArray(SecondaryAllocationIds) ? SecondaryAllocationIds : []),
      ],
    );
    const foreign = given.filter((id) => id !== undefined && !(isRecord(id) && Object.hasOwn(id, 'Fn::GetAtt')));
    return this.of('AWS::EC2::EIP').length + foreign.length;
  }

  private webAcls(): CostLine[] {
    const acls = this.of('AWS::WAFv2::WebACL');
    const groups = this.of('AWS::WAFv2::RuleGroup');
    let rules = 0;
    for (const each of [...acls, ...groups]) {
      rules += this.lengthOf(each.properties.Rules ?? [], each, 'Rules');
      const fees = managedGroupsIn(each.properties.Rules).filter(
        ({ vendor, name }) => vendor !== 'AWS' || WITH_FEE.test(name),
      );
      for (const { vendor, name } of fees) {
        this.unknown.push(`The fee for ${vendor}'s ${name} in ${nameOf(each)} is not counted.`);
      }
    }
    return [
      this.line('Web ACLs', 'webAcl', acls.length, 'web ACL', 'and by the request'),
      this.line('Rules of web ACLs', 'webAclRule', rules, 'rule'),
    ];
  }

  private byUse(): CostLine[] {
    const gateways = this.of('AWS::EC2::VPCEndpoint').filter(
      ({ properties }) => (properties.VpcEndpointType ?? 'Gateway') === 'Gateway',
    );
    return [
      this.free('Gateway endpoints', gateways.length, 'endpoint', 'nothing, whatever passes'),
      ...Object.entries(BY_USE).map(([type, [item, unit, note]]) => this.free(item, this.of(type).length, unit, note)),
    ];
  }

  /** Nothing is left out silently. */
  private tellRest(): void {
    const rest = new Map<string, number>();
    for (const { type, properties } of this.resources) {
      const isOther =
        type === 'AWS::EC2::VPCEndpoint' &&
        !['Interface', 'Gateway'].includes(String(properties.VpcEndpointType ?? 'Gateway'));
      const isKnown = COUNTED.has(type) || Object.hasOwn(BY_USE, type) || FREE.test(type);
      if (OF_THE_NETWORK.test(type) && (isOther || !isKnown)) rest.set(type, (rest.get(type) ?? 0) + 1);
    }
    for (const [type, number] of rest) this.unknown.push(`What ${number} ${type} cost is not counted.`);
  }

  private of(...types: readonly string[]): Placed[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  private sum(type: string, list: string): number {
    return this.of(type).reduce((sum, each) => sum + this.lengthOf(each.properties[list], each, list), 0);
  }

  private lengthOf(list: unknown, of: Placed, name: string): number {
    if (Array.isArray(list)) return list.length;
    this.unknown.push(`${nameOf(of)} does not tell how many ${name} it has: it is not counted.`);
    return 0;
  }

  private line(item: string, name: PriceName, quantity: number, unit: string, note?: string): CostLine {
    const price = this.prices.values[name];
    const { per } = PRICES[name];
    const monthly = cents(quantity * price * (per === 'hour' ? HOURS_A_MONTH : 1));
    return { item, quantity, unit, price, per, monthly, ...(note !== undefined && { note }) };
  }

  private free(item: string, quantity: number, unit: string, note: string): CostLine {
    return { item, quantity, unit, price: 0, per: 'month', monthly: 0, note };
  }
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

function nameOf({ path, logicalId }: Placed): string {
  return path ?? logicalId;
}

/** `ecr.api` of `com.amazonaws.<region>.ecr.api`, whose Region may be known only at deployment. */
function serviceOf(name: unknown): string {
  const text = textOf(name);
  return /amazonaws\.[^.]*\.(.+)$/.exec(text)?.[1] ?? (text === '' ? 'of a service told at deployment' : text);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return '';
  const [, parts] = Array.isArray(value['Fn::Join']) ? value['Fn::Join'] : [];
  if (Array.isArray(parts)) return parts.map(textOf).join('');
  return typeof value['Fn::Sub'] === 'string' ? value['Fn::Sub'].replaceAll(/\$\{[^}]*\}/g, '') : '';
}

function managedGroupsIn(rules: unknown): Array<{ readonly vendor: string; readonly name: string }> {
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((rule) => {
    const group = isRecord(rule) && isRecord(rule.Statement) ? rule.Statement.ManagedRuleGroupStatement : undefined;
    return isRecord(group) ? [{ vendor: String(group.VendorName), name: String(group.Name) }] : [];
  });
}

/** `12.50 USD`. */
export function money(amount: number, currency: string): string {
  return `${amount.toFixed(2)} ${currency}`;
}

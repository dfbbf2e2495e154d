import { isObject } from './compare';

/** What the references of one template point at. */
export interface Names {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  /** Types and physical ids by logical id. */
  readonly resources: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly physicalId: string;
        readonly properties: Properties;
        /** What the service told when it was asked; the physical id does not tell it. */
        readonly attributes?: Properties;
      }
    >
  >;
  /** Availability Zones of the Region. */
  readonly zones?: readonly string[];
  readonly exports: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export type Properties = Readonly<Record<string, unknown>>;

/** A reference whose value cannot be told from outside the stack. */
export class Unresolvable extends Error {}

/** The property was asked to be left out. */
const NO_VALUE = Symbol('AWS::NoValue');

/**
 * A template's value with its references replaced by what they became.
 *
 * @throws Unresolvable with the reference
 */
export function resolve(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, names)).filter((item) => item !== NO_VALUE);
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    throw new Unresolvable('a dynamic reference is not resolved here');
  }
  if (!isObject(value)) return value;
  const [key, ...others] = Object.keys(value);
  const intrinsic = key === undefined || others.length > 0 ? undefined : INTRINSICS[key];
  if (intrinsic && key !== undefined) return intrinsic(value[key], names);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]) => [name, resolve(item, names)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
}

/** True for what stands for a property left out. */
export function isNoValue(value: unknown): boolean {
  return value === NO_VALUE;
}

const INTRINSICS: Readonly<Record<string, (argument: unknown, names: Names) => unknown>> = {
  Ref: (name, names) => reference(String(name), names),
  'Fn::GetAtt': (argument, names) => {
    const [id, attribute] = Array.isArray(argument) ? argument : splitOnce(String(argument));
    return attributeOf(String(id), String(attribute), names);
  },
  'Fn::Join': (argument, names) => {
    const [separator, parts] = pair(argument);
    return list(resolve(parts, names)).join(String(separator));
  },
  'Fn::Split': (argument, names) => {
    const [separator, text] = pair(argument);
    return String(resolve(text, names)).split(String(separator));
  },
  'Fn::Select': (argument, names) => {
    const [index, items] = pair(argument);
    return list(resolve(items, names))[Number(resolve(index, names))];
  },
  'Fn::Sub': (argument, names) => {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (isObject(own) && name in own) return String(resolve(own[name], names));
      const [id, attribute] = splitOnce(name);
      return String(attribute === undefined ? reference(name, names) : attributeOf(id, attribute, names));
    });
  },
  'Fn::Cidr': (argument, names) => {
    const [range, count, bits = 8] = list(argument).map((each) => resolve(each, names));
    return subnetsOf(String(range), Number(count), Number(bits));
  },
  'Fn::GetAZs': (region, names) => {
    const wanted = resolve(region, names);
    if (!names.zones || (wanted !== '' && wanted !== names.region)) {
      throw new Unresolvable(`the zones of ${wanted} are not known`);
    }
    return names.zones;
  },
  'Fn::ImportValue': (argument, names) => {
    const name = String(resolve(argument, names));
    if (!(name in names.exports)) throw new Unresolvable(`there is no export ${name}`);
    return names.exports[name];
  },
};

for (const name of ['Fn::If', 'Fn::FindInMap', 'Fn::Base64', 'Fn::Transform']) {
  Object.assign(INTRINSICS, {
    [name]: () => {
      throw new Unresolvable(`${name} is not resolved here`);
    },
  });
}

function reference(name: string, names: Names): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return names.account;
    case 'AWS::Region':
      return names.region;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return names.stackName;
    case 'AWS::StackId':
      return names.stackId;
    case 'AWS::NoValue':
      return NO_VALUE;
  }
  if (name in names.parameters) return names.parameters[name];
  const resource = names.resources[name];
  if (!resource) throw new Unresolvable(`Ref ${name} points at nothing that was deployed`);
  return resource.physicalId;
}

type Attribute = (physicalId: string, names: Names, properties: Properties) => string | undefined;

const arn =
  (service: string, path: (id: string) => string): Attribute =>
  (id, { region, account }) =>
    `arn:aws:${service}:${region}:${account}:${path(id)}`;

/** What AWS WAF has is known as name|id|scope. */
const waf =
  (kind: string): Attribute =>
  (physicalId, { region, account }) => {
    const [name, id, scope] = physicalId.split('|');
    return `arn:aws:wafv2:${region}:${account}:${scope === 'CLOUDFRONT' ? 'global' : 'regional'}/${kind}/${name}/${id}`;
  };

/** Attributes that AWS builds from the physical id, as the type's reference documents them ("Return values"). */
const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  'AWS::S3::Bucket.Arn': (id) => `arn:aws:s3:::${id}`,
  'AWS::SQS::Queue.Arn': arn('sqs', (url) => url.slice(url.lastIndexOf('/') + 1)),
  'AWS::SQS::Queue.QueueName': (url) => url.slice(url.lastIndexOf('/') + 1),
  'AWS::SQS::Queue.QueueUrl': (url) => url,
  'AWS::DynamoDB::Table.Arn': arn('dynamodb', (name) => `table/${name}`),
  'AWS::DynamoDB::GlobalTable.Arn': arn('dynamodb', (name) => `table/${name}`),
  'AWS::IAM::Role.Arn': (name, { account }, { Path: path }) =>
    `arn:aws:iam::${account}:role${typeof path === 'string' ? path : '/'}${name}`,
  'AWS::Lambda::Function.Arn': arn('lambda', (name) => `function:${name}`),
  'AWS::Logs::LogGroup.Arn': arn('logs', (name) => `log-group:${name}:*`),
  'AWS::KMS::Key.Arn': arn('kms', (id) => `key/${id}`),
  'AWS::KMS::Key.KeyId': (id) => id,
  'AWS::Events::EventBus.Arn': arn('events', (name) => `event-bus/${name}`),
  'AWS::Events::EventBus.Name': (name) => name,
  // A rule of a custom bus is known as bus|rule.
  'AWS::Events::Rule.Arn': arn('events', (id) => `rule/${id.replace('|', '/')}`),
  'AWS::Events::Archive.Arn': arn('events', (name) => `archive/${name}`),
  'AWS::GuardDuty::Detector.Id': (id) => id,
  'AWS::CloudTrail::Trail.Arn': arn('cloudtrail', (name) => `trail/${name}`),
  'AWS::CloudWatch::Alarm.Arn': arn('cloudwatch', (name) => `alarm:${name}`),
  'AWS::SNS::Topic.TopicArn': (topicArn) => topicArn,
  'AWS::SNS::Topic.TopicName': (topicArn) => topicArn.slice(topicArn.lastIndexOf(':') + 1),
  'AWS::StepFunctions::StateMachine.Arn': (machineArn) => machineArn,
  'AWS::EC2::EIP.PublicIp': (address) => address,
  'AWS::EC2::InternetGateway.InternetGatewayId': (id) => id,
  'AWS::EC2::NatGateway.NatGatewayId': (id) => id,
  'AWS::EC2::NetworkAcl.Id': (id) => id,
  'AWS::EC2::RouteTable.RouteTableId': (id) => id,
  'AWS::EC2::SecurityGroup.GroupId': (id) => id,
  'AWS::EC2::SecurityGroup.Id': (id) => id,
  'AWS::EC2::Subnet.SubnetId': (id) => id,
  'AWS::EC2::TransitGateway.Id': (id) => id,
  'AWS::EC2::TransitGatewayAttachment.Id': (id) => id,
  'AWS::EC2::TransitGatewayRouteTable.TransitGatewayRouteTableId': (id) => id,
  'AWS::EC2::TransitGatewayVpcAttachment.Id': (id) => id,
  'AWS::EC2::VPC.VpcId': (id) => id,
  'AWS::EC2::VPCEndpoint.Id': (id) => id,
  'AWS::EC2::VPCPeeringConnection.Id': (id) => id,
  'AWS::ElasticLoadBalancingV2::Listener.ListenerArn': (listenerArn) => listenerArn,
  'AWS::ElasticLoadBalancingV2::LoadBalancer.LoadBalancerArn': (balancerArn) => balancerArn,
  'AWS::ElasticLoadBalancingV2::LoadBalancer.LoadBalancerFullName': (balancerArn) =>
    balancerArn.split(':loadbalancer/', 2)[1],
  'AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupArn': (groupArn) => groupArn,
  'AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupFullName': (groupArn) =>
    groupArn.slice(groupArn.lastIndexOf(':') + 1),
  'AWS::Route53::HealthCheck.HealthCheckId': (id) => id,
  'AWS::NetworkFirewall::Firewall.FirewallArn': (firewallArn) => firewallArn,
  'AWS::NetworkFirewall::FirewallPolicy.FirewallPolicyArn': (policyArn) => policyArn,
  'AWS::NetworkFirewall::RuleGroup.RuleGroupArn': (groupArn) => groupArn,
  'AWS::Route53::HostedZone.Id': (id) => id,
  'AWS::Route53Resolver::FirewallDomainList.Id': (id) => id,
  'AWS::Route53Resolver::FirewallRuleGroup.Id': (id) => id,
  'AWS::Route53Resolver::ResolverQueryLoggingConfig.Id': (id) => id,
  'AWS::SecretsManager::Secret.Id': (secretArn) => secretArn,
  'AWS::Shield::Protection.ProtectionArn': (protectionArn) => protectionArn,
  'AWS::Shield::Protection.ProtectionId': (protectionArn) => protectionArn.slice(protectionArn.lastIndexOf('/') + 1),
  'AWS::Shield::ProtectionGroup.ProtectionGroupArn': (groupArn) => groupArn,
  'AWS::WAFv2::IPSet.Arn': waf('ipset'),
  'AWS::WAFv2::IPSet.Id': (physicalId) => physicalId.split('|')[1],
  'AWS::WAFv2::RegexPatternSet.Arn': waf('regexpatternset'),
  'AWS::WAFv2::RuleGroup.Arn': waf('rulegroup'),
  'AWS::WAFv2::WebACL.Arn': waf('webacl'),
  'AWS::WAFv2::WebACL.Id': (physicalId) => physicalId.split('|')[1],
  'AWS::WAFv2::WebACL.LabelNamespace': (physicalId, { account }) =>
    `awswaf:${account}:webacl:${physicalId.split('|')[0]}:`,
};

function attributeOf(id: string, attribute: string, names: Names): unknown {
  const resource = names.resources[id];
  const told = resource?.attributes?.[attribute];
  if (told !== undefined) return told;
  const value = resource && ATTRIBUTES[`${resource.type}.${attribute}`];
  if (!resource || !value) throw new Unresolvable(`the attribute ${attribute} of ${id} is not told from outside`);
  const known = value(resource.physicalId, names, resource.properties);
  if (known === undefined) throw new Unresolvable(`the attribute ${attribute} of ${id} is not known`);
  return known;
}

/** The first ranges of so many bits within an IPv4 range. */
function subnetsOf(range: string, count: number, bits: number): readonly string[] {
  const octets = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/\d+$/.exec(range)?.slice(1);
  if (!octets) throw new Unresolvable(`Fn::Cidr of ${range} is not resolved here`);
  const first = octets.reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return Array.from({ length: count }, (_, index) => {
    const start = first + index * 2 ** bits;
    return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join('.')}/${32 - bits}`;
  });
}

function splitOnce(text: string): [string, string | undefined] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, undefined] : [text.slice(0, dot), text.slice(dot + 1)];
}

function pair(argument: unknown): [unknown, unknown] {
  const [first, second] = list(argument);
  return [first, second];
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Unresolvable(`${JSON.stringify(value)} is not a list`);
  return value;
}

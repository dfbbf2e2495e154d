import { isObject, listOf } from '../compare';
import type { Properties } from '../intrinsics';
import { type Ask, objectOf, type Reader, tagsOf } from './reader';

export const loadBalancer: Reader = async ({ physicalId: arn, properties }, ask) => {
  const [[found = {}], attributes, tags] = await Promise.all([
    list(ask, 'DescribeLoadBalancers', { 'LoadBalancerArns.member.1': arn }, 'LoadBalancers'),
    list(ask, 'DescribeLoadBalancerAttributes', { LoadBalancerArn: arn }, 'Attributes'),
    tagsOfArn(ask, arn),
  ]);
  const { IpAddressType, LoadBalancerName: Name, Scheme, Type } = found;
  const subnets = objects(found['AvailabilityZones']).map(({ SubnetId }) => SubnetId);
  return {
    ...{ IpAddressType, Name, Scheme, Type },
    LoadBalancerAttributes: askedFor(properties, 'LoadBalancerAttributes', attributes),
    SecurityGroups: found['SecurityGroups'],
    SubnetMappings: subnets.map((SubnetId) => ({ SubnetId })),
    Subnets: subnets,
    Tags: tags,
  };
};

export const listener: Reader = async ({ physicalId: arn, properties }, ask) => {
  const [[found = {}], attributes, tags] = await Promise.all([
    list(ask, 'DescribeListeners', { 'ListenerArns.member.1': arn }, 'Listeners'),
    list(ask, 'DescribeListenerAttributes', { ListenerArn: arn }, 'Attributes'),
    tagsOfArn(ask, arn),
  ]);
  const { AlpnPolicy, Certificates, DefaultActions, LoadBalancerArn, MutualAuthentication, Port, Protocol, SslPolicy } =
    found;
  return {
    ...{ AlpnPolicy, Certificates, DefaultActions, LoadBalancerArn, MutualAuthentication, Port, Protocol, SslPolicy },
    ListenerAttributes: askedFor(properties, 'ListenerAttributes', attributes),
    Tags: tags,
  };
};

export const listenerRule: Reader = async ({ physicalId: arn, properties }, ask) => {
  const { ListenerArn } = properties;
  const rules = await list(ask, 'DescribeRules', { ListenerArn: String(ListenerArn) }, 'Rules');
  const found = rules.find(({ RuleArn }) => RuleArn === arn);
  if (!found) return { ListenerArn: undefined };
  const { Actions, Conditions, Priority } = found;
  return { Actions, Conditions, ListenerArn, Priority, Tags: await tagsOfArn(ask, arn) };
};

export const targetGroup: Reader = async ({ physicalId: arn, properties }, ask) => {
  const [[found = {}], attributes, tags] = await Promise.all([
    list(ask, 'DescribeTargetGroups', { 'TargetGroupArns.member.1': arn }, 'TargetGroups'),
    list(ask, 'DescribeTargetGroupAttributes', { TargetGroupArn: arn }, 'Attributes'),
    tagsOfArn(ask, arn),
  ]);
  const same = [
    ...[
      'HealthCheckEnabled',
      'HealthCheckIntervalSeconds',
      'HealthCheckPath',
      'HealthCheckPort',
      'HealthCheckProtocol',
    ],
    ...['HealthCheckTimeoutSeconds', 'HealthyThresholdCount', 'IpAddressType', 'Matcher', 'Port', 'Protocol'],
    ...['ProtocolVersion', 'TargetType', 'UnhealthyThresholdCount', 'VpcId'],
  ];
  return {
    ...Object.fromEntries(same.map((name) => [name, found[name]])),
    Name: found['TargetGroupName'],
    TargetGroupAttributes: askedFor(properties, 'TargetGroupAttributes', attributes),
    Tags: tags,
  };
};

/** A list that an operation answers with. */
async function list(ask: Ask, Action: string, parameters: Readonly<Record<string, string>>, member: string) {
  const answer = await ask.xml('elasticloadbalancing', '/', { Action, Version: '2015-12-01', ...parameters });
  return objects(objectOf(answer[`${Action}Result`])[member]);
}

/** There are attributes beside those of the template, each with its default. */
function askedFor(properties: Properties, property: string, found: readonly Properties[]) {
  const asked = objects(properties[property]).map(({ Key }) => Key);
  return found.filter(({ Key }) => asked.includes(Key));
}

async function tagsOfArn(ask: Ask, arn: string) {
  const [found] = await list(ask, 'DescribeTags', { 'ResourceArns.member.1': arn }, 'TagDescriptions');
  return tagsOf(objects(found?.['Tags']));
}

function objects(value: unknown): readonly Properties[] {
  return listOf(value).filter(isObject);
}

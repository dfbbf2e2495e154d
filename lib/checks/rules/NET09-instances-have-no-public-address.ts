import { EDGE_TIER } from '../../controls/tiers';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  not,
  type Rule,
  some,
  unless,
  type Verdict,
} from '../rule';
import { isIn, SUBNET } from '../tiers';
import { is, isAbsent, isOpaque, isTrue, recordsOf, valueAt, valuesAt } from '../values';

const INSTANCE = 'AWS::EC2::Instance';
const TEMPLATE = 'AWS::EC2::LaunchTemplate';
const CONFIGURATION = 'AWS::AutoScaling::LaunchConfiguration';
const SERVICE = 'AWS::ECS::Service';

/** Where a group names what it starts its instances from. */
const STARTS_FROM = [
  'LaunchConfigurationName',
  'LaunchTemplate.LaunchTemplateId',
  'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId',
] as const;

const CHECKS = {
  [INSTANCE]: instanceFindings,
  [TEMPLATE]: templateFindings,
  [CONFIGURATION]: configurationFindings,
  [SERVICE]: serviceFindings,
} as const;

export const rule: Rule = {
  id: 'NET09',
  title: 'Instances, what they are launched from, and container services take no public address outside the edge tier',
  severity: 'ERROR',
  resourceTypes: [INSTANCE, TEMPLATE, CONFIGURATION, SERVICE],
  controls: ['EC2.9', 'EC2.25', 'Autoscaling.5', 'ECS.2'],
  techniques: ['AM03', 'AM34'],
  rationale:
    'With an address of its own a machine is scanned within minutes, and a single careless rule is all that stands between its services and everybody.',
  whenNotToUse:
    'An appliance that has to be reached directly, such as a VPN gateway. Put it into a subnet of the edge tier, or acknowledge the finding. Without an address, tasks need a NAT gateway or endpoints to pull their images.',
  check: (resource, context) => CHECKS[resource.type as keyof typeof CHECKS](resource, context),
};

function instanceFindings(instance: CheckedResource, context: CheckContext): Finding[] {
  const { properties } = instance;
  const { NetworkInterfaces: given, SubnetId: subnetId } = properties;
  const interfaces = recordsOf(given);
  const own = interfaces.length === 0 ? [{ SubnetId: subnetId }] : interfaces;
  const hidden = own.map((each): Verdict => {
    if (each === undefined) return undefined;
    // An interface that was made before has no address but what somebody gives it.
    if (!isAbsent(each.NetworkInterfaceId)) return true;
    const place = each.SubnetId ?? subnetId;
    return some([keepsHidden(each.AssociatePublicIpAddress, place, context), isEdgeSubnet(place, context)]);
  });
  return [
    ...unless(every(hidden), {
      subject: 'public address',
      message:
        'The instance gets a public address: AssociatePublicIpAddress of its interface must be false, or its subnet must assign none.',
      ...(interfaces.length > 0 && { property: 'NetworkInterfaces' }),
    }),
    ...addressesOf(instance, context).map(({ logicalId }) => ({
      subject: `address ${logicalId}`,
      message: `${logicalId} gives the instance a public address.`,
    })),
  ];
}

/** What the interface says counts, else what the subnet does. */
function keepsHidden(associate: unknown, subnetId: unknown, context: CheckContext): Verdict {
  if (!isAbsent(associate)) return not(isTrue(associate, context));
  const subnet = context.find(subnetId, SUBNET);
  if (subnet === undefined) return undefined;
  return not(isTrue(subnet.properties.MapPublicIpOnLaunch, context.from(subnet)));
}

/** Elastic addresses of an instance that is not known to stand at the edge. */
function addressesOf(instance: CheckedResource, context: CheckContext): CheckedResource[] {
  const { SubnetId: subnetId, NetworkInterfaces: interfaces } = instance.properties;
  const places = [subnetId, ...valuesAt(interfaces, ['SubnetId'])].filter((given) => !isAbsent(given));
  if (places.length > 0 && every(places.map((given) => isEdgeSubnet(given, context)))) return [];
  return ['AWS::EC2::EIP', 'AWS::EC2::EIPAssociation'].flatMap((type) => [
    ...context.referring(instance, type, 'InstanceId'),
  ]);
}

/** Where a template says nothing, the subnet decides, which NET08 judges. */
function templateFindings(template: CheckedResource, context: CheckContext): Finding[] {
  const path = 'LaunchTemplateData.NetworkInterfaces';
  const interfaces = recordsOf(valueAt(template.properties, path));
  const hidden = interfaces.map((each): Verdict => {
    if (each === undefined) return undefined;
    const associates = isTrue(each.AssociatePublicIpAddress, context);
    if (associates === false) return true;
    return some([not(associates), startsAtEdge(template, each.SubnetId, context)]);
  });
  return unless(every(hidden), {
    subject: 'public address',
    message: 'AssociatePublicIpAddress must not be true: each instance of the template gets a public address.',
    property: path,
  });
}

/** Where a configuration says nothing, the subnet decides here too. */
function configurationFindings(configuration: CheckedResource, context: CheckContext): Finding[] {
  const associates = isTrue(configuration.properties.AssociatePublicIpAddress, context);
  if (associates === false) return [];
  return unless(some([not(associates), startsAtEdge(configuration, undefined, context)]), {
    subject: 'public address',
    message: 'AssociatePublicIpAddress must be false: each instance of the configuration gets a public address.',
    property: 'AssociatePublicIpAddress',
  });
}

function serviceFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const path = 'NetworkConfiguration.AwsvpcConfiguration';
  const takes = is(valueAt(properties, `${path}.AssignPublicIp`), 'ENABLED', context);
  if (takes === false) return [];
  return unless(some([not(takes), areEdgeSubnets(valueAt(properties, `${path}.Subnets`), context)]), {
    subject: 'public address',
    message: 'AssignPublicIp must be DISABLED: each task of the service gets a public address.',
    property: `${path}.AssignPublicIp`,
  });
}

/** Whether each subnet in which instances of a template or configuration start, as far as this app tells, is one of the edge. */
function startsAtEdge(origin: CheckedResource, subnetId: unknown, context: CheckContext): Verdict {
  if (!isAbsent(subnetId)) return isEdgeSubnet(subnetId, context);
  const zones = STARTS_FROM.flatMap((path) =>
    context.referring(origin, 'AWS::AutoScaling::AutoScalingGroup', path),
  ).map((group) => areEdgeSubnets(group.properties.VPCZoneIdentifier, context.from(group)));
  return zones.length > 0 && every(zones);
}

function areEdgeSubnets(ids: unknown, context: CheckContext): Verdict {
  if (isOpaque(ids) || !Array.isArray(ids) || ids.length === 0) return false;
  return every(ids.map((id) => isEdgeSubnet(id, context)));
}

/** What this app does not make stands at no edge that it knows of. */
function isEdgeSubnet(given: unknown, context: CheckContext): Verdict {
  const subnet = context.find(given, SUBNET);
  return subnet === undefined ? false : isIn(EDGE_TIER, subnet, context);
}

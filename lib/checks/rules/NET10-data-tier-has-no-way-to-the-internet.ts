import { flatten, listOf } from '../../private/template-values';
import { isForPublic, isToInternetGateway, ROUTE, routesOf, subnetsWith } from '../routes';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  not,
  type Rule,
  some,
  unless,
  unverified,
  type Verdict,
} from '../rule';
import { hasDataTier, isDataVpc, isIn, SUBNET } from '../tiers';
import { isAbsent, isOpaque } from '../values';

const VPC = 'AWS::EC2::VPC';

/** What leads out of a VPC, wherever the packet is for. */
const WAYS_OUT = ['NatGatewayId', 'EgressOnlyInternetGatewayId', 'CarrierGatewayId'] as const;

/** Gateways stand in a VPC, and say in which. */
const ATTACHED = [
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::CarrierGateway',
] as const;

/** Where services put databases and caches. */
const SUBNET_GROUPS = [
  'AWS::RDS::DBSubnetGroup',
  'AWS::Neptune::DBSubnetGroup',
  'AWS::DocDB::DBSubnetGroup',
  'AWS::Redshift::ClusterSubnetGroup',
  'AWS::ElastiCache::SubnetGroup',
  'AWS::MemoryDB::SubnetGroup',
  'AWS::DAX::SubnetGroup',
] as const;

type Check = (resource: CheckedResource, context: CheckContext) => Finding[];

const CHECKS: Readonly<Record<string, Check>> = {
  [ROUTE]: routeFindings,
  'AWS::EC2::NatGateway': natFindings,
  ...Object.fromEntries(ATTACHED.map((type) => [type, attachmentFindings])),
};

export const rule: Rule = {
  id: 'NET10',
  title: 'Data tier has no way to the Internet, and databases lie nowhere else',
  severity: 'ERROR',
  resourceTypes: [ROUTE, 'AWS::EC2::NatGateway', ...ATTACHED, ...SUBNET_GROUPS],
  controls: ['RDS.46', 'BW.17'],
  techniques: ['AM32', 'AM39'],
  rationale:
    'As long as no route leads out, neither an open group nor a public address puts a database on the Internet, and what is stolen cannot be carried off directly.',
  whenNotToUse:
    'A database that a partner reaches over the Internet. Put a proxy into another tier instead, or acknowledge the finding.',
  check: (resource, context) => (CHECKS[resource.type] ?? groupFindings)(resource, context),
};

function routeFindings(route: CheckedResource, context: CheckContext): Finding[] {
  const table = context.resolve(route.properties.RouteTableId);
  const isData = table === undefined ? perhaps(context) : isDataTable(table, context);
  return unless(some([not(isData), not(leadsOut(route, context))]), {
    subject: 'route',
    message: `The route for ${destinationOf(route)} leads out of the data tier to the Internet.`,
  });
}

function leadsOut(route: CheckedResource, context: CheckContext): Verdict {
  return some([
    WAYS_OUT.some((name) => !isAbsent(route.properties[name])),
    isToInternetGateway(route, context),
    isForPublic(route, context),
  ]);
}

/** A table belongs to the data tier by its tag, by its VPC, or by one subnet that uses it. */
function isDataTable(table: CheckedResource, context: CheckContext): Verdict {
  const vpc = context.from(table).find(table.properties.VpcId, VPC);
  return some([
    isIn('data', table, context),
    vpc === undefined ? false : isDataVpc(vpc, context),
    ...subnetsWith(table, context).map((subnet) =>
      subnet === undefined ? perhaps(context) : isIn('data', subnet, context),
    ),
  ]);
}

function attachmentFindings(resource: CheckedResource, context: CheckContext): Finding[] {
  const { type, properties } = resource;
  if (type === 'AWS::EC2::VPCGatewayAttachment' && isAbsent(properties.InternetGatewayId)) return [];
  const vpc = context.find(properties.VpcId, VPC);
  return unless(not(vpc === undefined ? perhaps(context) : isDataVpc(vpc, context)), {
    subject: 'gateway',
    message: 'The VPC holds the data tier alone, and must have no gateway to the Internet.',
    property: 'VpcId',
  });
}

function natFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const subnet = context.find(properties.SubnetId, SUBNET);
  const vpc = context.find(properties.VpcId, VPC);
  const known = [
    ...(subnet === undefined ? [] : [isIn('data', subnet, context)]),
    ...(vpc === undefined ? [] : [isDataVpc(vpc, context)]),
  ];
  return unless(not(known.length === 0 ? perhaps(context) : some(known)), {
    subject: 'NAT gateway',
    message: 'A NAT gateway must not stand in the data tier: it is a way to the Internet.',
    property: isAbsent(properties.SubnetId) ? 'VpcId' : 'SubnetId',
  });
}

function groupFindings({ properties: { SubnetIds: ids } }: CheckedResource, context: CheckContext): Finding[] {
  if (isOpaque(ids)) return [unverified('SubnetIds')];
  return listOf(ids).flatMap((given, index): Finding[] => {
    const property = `SubnetIds.${index}`;
    const subnet = context.find(given, SUBNET);
    if (subnet === undefined) return [unverified(property, flatten(given))];
    const routes = routesOf(subnet, context).map((route) => isToInternetGateway(route, context.from(route)));
    return [
      ...unless(hasDataTier(context) ? isIn('data', subnet, context) : true, {
        subject: `${subnet.logicalId} tier`,
        message: `${subnet.logicalId} is no subnet of the data tier, where databases belong.`,
        property,
      }),
      ...unless(every(routes.map(not)), {
        subject: `${subnet.logicalId} route`,
        message: `${subnet.logicalId} has a route to an Internet gateway.`,
        property,
      }),
    ];
  });
}

/** Where an app has no data tier, what it does not make is not its data tier either. */
function perhaps(context: CheckContext): Verdict {
  return hasDataTier(context) ? undefined : false;
}

function destinationOf({ properties }: CheckedResource): string {
  const { DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId } = properties;
  return flatten(DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? DestinationPrefixListId ?? 'nothing');
}

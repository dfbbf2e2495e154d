import { everyRangeOn, isPublic, isPublicRange } from './ranges';
import { type CheckContext, type CheckedResource, every, not, some, type Verdict } from './rule';
import { SUBNET } from './tiers';
import { isAbsent, knownValue } from './values';

const ASSOCIATION = 'AWS::EC2::SubnetRouteTableAssociation';
export const ROUTE = 'AWS::EC2::Route';

/** Where the range stands that a route is for. */
export const DESTINATIONS = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock'] as const;

/** Subnets that use a route table; undefined for those that this app does not make. */
export function subnetsWith(table: CheckedResource, context: CheckContext): Array<CheckedResource | undefined> {
  return context
    .referring(table, ASSOCIATION, 'RouteTableId')
    .map((association) => context.from(association).find(association.properties.SubnetId, SUBNET));
}

/** Routes that a subnet uses, as far as this app makes them. */
export function routesOf(subnet: CheckedResource, context: CheckContext): CheckedResource[] {
  return context.referring(subnet, ASSOCIATION, 'SubnetId').flatMap((association) => {
    const table = context.from(association).resolve(association.properties.RouteTableId);
    return table === undefined ? [] : context.referring(table, ROUTE, 'RouteTableId');
  });
}

/** Whether a subnet has a route to an Internet gateway. Undefined: it uses a table that this app does not make, or the main one. */
export function hasWayToInternetGateway(subnet: CheckedResource, context: CheckContext): Verdict {
  const associations = context.referring(subnet, ASSOCIATION, 'SubnetId');
  if (associations.length === 0) return undefined;
  return some(
    associations.map((association): Verdict => {
      const table = context.from(association).resolve(association.properties.RouteTableId);
      if (table === undefined) return undefined;
      const routes = context.referring(table, ROUTE, 'RouteTableId');
      return some(routes.map((route) => isToInternetGateway(route, context.from(route))));
    }),
  );
}

/** Whether a route is for addresses that stand for the public. */
export function isForPublic({ properties }: CheckedResource, context: CheckContext): Verdict {
  const { DestinationPrefixListId: list } = properties;
  const stays = (cidr: string | undefined): Verdict => (cidr === undefined ? undefined : !isPublic(cidr));
  const verdicts = DESTINATIONS.filter((name) => !isAbsent(properties[name])).map((name) =>
    not(isPublicRange(properties[name], context)),
  );
  return not(every(isAbsent(list) ? verdicts : [...verdicts, everyRangeOn(list, stays, context)]));
}

/** Whether a route leads to an Internet gateway. */
export function isToInternetGateway(
  { properties: { GatewayId: given } }: CheckedResource,
  context: CheckContext,
): Verdict {
  if (isAbsent(given)) return false;
  const known = knownValue(given, context);
  if (known.kind === 'literal') return String(known.value).startsWith('igw-');
  const gateway = context.resolve(given);
  return gateway === undefined ? undefined : gateway.type === 'AWS::EC2::InternetGateway';
}

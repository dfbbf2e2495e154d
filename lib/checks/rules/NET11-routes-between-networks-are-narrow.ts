import { isTier } from '../../controls/tiers';
import { flatten } from '../../private/template-values';
import { covers, cutOf, isPublic, networkOf, rangeOf, rangesOn } from '../ranges';
import { DESTINATIONS, ROUTE } from '../routes';
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
import { placeOf, SUBNET, subnetsOf } from '../tiers';
import { is, isAbsent, isTrue, knownValue } from '../values';

const VPC = 'AWS::EC2::VPC';
const GATEWAY = 'AWS::EC2::TransitGateway';
const GATEWAY_ROUTE = 'AWS::EC2::TransitGatewayRoute';
const PROPAGATION = 'AWS::EC2::TransitGatewayRouteTablePropagation';
const PEERING = 'AWS::EC2::VPCPeeringConnection';
const GATEWAY_PEERING = 'AWS::EC2::TransitGatewayPeeringAttachment';

const ATTACHMENTS = ['AWS::EC2::TransitGatewayAttachment', 'AWS::EC2::TransitGatewayVpcAttachment'] as const;

/** What a transit gateway does unasked. Left out, the last two are on. */
const UNASKED = [
  ['AutoAcceptSharedAttachments', 'accepts whatever is attached to it', 'disable'],
  ['DefaultRouteTableAssociation', 'lets each attachment use one table', 'enable'],
  ['DefaultRouteTablePropagation', 'tells each attachment of every other', 'enable'],
] as const;

type Check = (resource: CheckedResource, context: CheckContext) => Finding[];

const CHECKS: Readonly<Record<string, Check>> = {
  [ROUTE]: routeFindings,
  [GATEWAY_ROUTE]: gatewayRouteFindings,
  [PROPAGATION]: propagationFindings,
  [GATEWAY]: gatewayFindings,
  [PEERING]: (peering, context) => ownerFindings('PeerOwnerId', peering, context),
  [GATEWAY_PEERING]: (peering, context) => ownerFindings('PeerAccountId', peering, context),
};

export const rule: Rule = {
  id: 'NET11',
  title: 'Routes between networks lead to what is needed, and to networks of the same account',
  severity: 'ERROR',
  resourceTypes: [ROUTE, GATEWAY_ROUTE, PROPAGATION, GATEWAY, PEERING, GATEWAY_PEERING],
  controls: ['BW.11', 'BW.18', 'EC2.23'],
  techniques: ['AM34', 'AM35'],
  rationale:
    'A route for a whole network reaches every tier of it, so that one machine there can be tried from each machine here. A transit gateway that attaches and propagates unasked opens such routes by itself.',
  whenNotToUse:
    'Central inspection or a central way out, to which everything is sent on purpose, and peering with a partner who is known. Acknowledge the finding and name the network.',
  check: (resource, context) => CHECKS[resource.type]?.(resource, context) ?? [],
};

/** A range that a route is for. */
interface Destination {
  readonly property: string;
  readonly given: unknown;
  /** Undefined: known only at deployment. */
  readonly cidr?: string;
}

function routeFindings(route: CheckedResource, context: CheckContext): Finding[] {
  const { VpcPeeringConnectionId: peering, TransitGatewayId: gateway } = route.properties;
  if (isAbsent(peering) && isAbsent(gateway)) return [];
  const table = context.resolve(route.properties.RouteTableId);
  const own = table && context.from(table).find(table.properties.VpcId, VPC);
  const peers = isAbsent(peering) ? behindGateway(gateway, own, context) : behindPeering(peering, own, context);
  return destinationFindings(route, peers, context);
}

function gatewayRouteFindings(route: CheckedResource, context: CheckContext): Finding[] {
  const { Blackhole: blackhole, TransitGatewayAttachmentId: attachment } = route.properties;
  if (isTrue(blackhole, context) === true) return [];
  return destinationFindings(route, [attachedVpc(attachment, context)], context);
}

function propagationFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const vpc = attachedVpc(properties.TransitGatewayAttachmentId, context);
  return unless(vpc && hasOneTier(vpc, context), {
    subject: 'propagation',
    message:
      'Propagation makes a route for the whole VPC, of which not everything is needed. Add routes for the tiers.',
    property: 'TransitGatewayAttachmentId',
  });
}

function gatewayFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  return UNASKED.flatMap(([property, does, byDefault]) =>
    unless(is(isAbsent(properties[property]) ? byDefault : properties[property], 'disable', context), {
      subject: property,
      message: `${property} must be disable: the gateway ${does}.`,
      property,
    }),
  );
}

function ownerFindings(property: string, { properties }: CheckedResource, context: CheckContext): Finding[] {
  const owner = properties[property];
  return unless(isOwnAccount(owner, context), {
    subject: `peer ${flatten(owner)}`,
    message: `${property} is ${flatten(owner)}, another account: what stands behind the peering is not yours to see.`,
    property,
  });
}

function isOwnAccount(owner: unknown, context: CheckContext): Verdict {
  if (isAbsent(owner) || flatten(owner) === '<AWS::AccountId>') return true;
  const known = knownValue(owner, context);
  if (known.kind !== 'literal' || context.account === undefined) return undefined;
  return String(known.value) === context.account;
}

/** VPCs that a peering leads to, where undefined is one that this app does not make. */
function behindPeering(given: unknown, own: CheckedResource | undefined, context: CheckContext): Peers {
  const peering = context.find(given, PEERING);
  if (peering === undefined || own === undefined) return [undefined];
  const there = context.from(peering);
  const ends = [peering.properties.VpcId, peering.properties.PeerVpcId].map((id) => there.find(id, VPC));
  return ends.includes(own) ? ends.filter((vpc) => vpc !== own) : [undefined];
}

function behindGateway(given: unknown, own: CheckedResource | undefined, context: CheckContext): Peers {
  const gateway = context.find(given, GATEWAY);
  if (gateway === undefined) return [undefined];
  const attached = ATTACHMENTS.flatMap((type) => context.referring(gateway, type, 'TransitGatewayId')).map(
    (attachment) => context.from(attachment).find(attachment.properties.VpcId, VPC),
  );
  return attached.filter((vpc) => vpc === undefined || vpc !== own);
}

type Peers = ReadonlyArray<CheckedResource | undefined>;

function attachedVpc(given: unknown, context: CheckContext): CheckedResource | undefined {
  for (const type of ATTACHMENTS) {
    const attachment = context.find(given, type);
    if (attachment !== undefined) return context.from(attachment).find(attachment.properties.VpcId, VPC);
  }
  return undefined;
}

function destinationFindings(route: CheckedResource, peers: Peers, context: CheckContext): Finding[] {
  return destinationsOf(route, context).flatMap((destination) => {
    const { property, given, cidr } = destination;
    const subject = `route to ${flatten(given)}`;
    if (cidr !== undefined && isPublic(cidr)) {
      const message = `The route for ${cidr} stands for the public, not for a network behind the connection.`;
      return [{ subject, message, property }];
    }
    const narrow = peers.map((vpc) => vpc && some([hasOneTier(vpc, context), isPartOf(destination, vpc, context)]));
    return unless(every(narrow), {
      subject,
      message: `The route for ${cidr ?? flatten(given)} reaches a whole VPC. Add a route for each subnet or tier that is needed.`,
      property,
    });
  });
}

function destinationsOf({ properties }: CheckedResource, context: CheckContext): Destination[] {
  const ranges = DESTINATIONS.filter((name) => !isAbsent(properties[name])).map((name): Destination => {
    const given = properties[name];
    const cidr = rangeOf(given, context);
    return { property: name, given, ...(cidr !== undefined && { cidr }) };
  });
  const { DestinationPrefixListId: list } = properties;
  if (isAbsent(list)) return ranges;
  const property = 'DestinationPrefixListId';
  const listed = (rangesOn(list, context) ?? [undefined]).map(
    (cidr): Destination => ({ property, given: cidr ?? list, ...(cidr !== undefined && { cidr }) }),
  );
  return [...ranges, ...listed];
}

/** Whether a range leaves something of a VPC out. */
function isPartOf({ property, given, cidr }: Destination, vpc: CheckedResource, context: CheckContext): Verdict {
  const network = networkOf(given, context);
  if (network === vpc) return false;
  if (network?.type === SUBNET || cutOf(given, context)?.isPart) return true;
  if (cidr === undefined) return undefined;
  const ranges = rangesOf(vpc, property === 'DestinationIpv6CidrBlock' || cidr.includes(':'), context);
  return every(ranges.map((range) => (range === undefined ? undefined : not(covers(cidr, range)))));
}

/** Ranges of a VPC in one family, secondary ones included. */
function rangesOf(vpc: CheckedResource, ofIpv6: boolean, context: CheckContext): Array<string | undefined> {
  const more = context.referring(vpc, 'AWS::EC2::VPCCidrBlock', 'VpcId');
  const isV4 = ({ properties }: CheckedResource) =>
    !isAbsent(properties.CidrBlock) || !isAbsent(properties.Ipv4IpamPoolId);
  const added = more
    .filter((block) => isV4(block) !== ofIpv6)
    .map((block) => rangeOf(block.properties[ofIpv6 ? 'Ipv6CidrBlock' : 'CidrBlock'], context.from(block)));
  return ofIpv6 ? added : [rangeOf(vpc.properties.CidrBlock, context.from(vpc)), ...added];
}

/** A VPC of one tier is no wider than the tier. */
function hasOneTier(vpc: CheckedResource, context: CheckContext): Verdict {
  const places = new Set(subnetsOf(vpc, context).map((subnet) => placeOf(subnet, context)));
  const isOpen = places.delete('unknown');
  const [place, ...others] = places;
  if (others.length > 0) return false;
  return isOpen ? undefined : place !== undefined && isTier(place);
}

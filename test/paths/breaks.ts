import { isDeepStrictEqual } from 'node:util';
import type { IpPermission, NetworkAclEntry, Route } from '@aws-sdk/client-ec2';
import type { Deployed } from '../../cli/network/from-deployed';
import { TIER_TAG, VPC_TAG } from '../../lib/controls/tiers';
import { tagged } from './hosts';

/** One thing after another that somebody changes in a network. */
export type Change = (network: Deployed) => Deployed;

export function all(...changes: readonly Change[]): Change {
  return (network) => changes.reduce((changed, change) => change(changed), network);
}

type Direction = 'in' | 'out';

/** Rules of a tier's group. */
export function group(
  tier: string,
  direction: Direction,
  edit: (rules: readonly IpPermission[]) => readonly IpPermission[],
): Change {
  const key = direction === 'in' ? 'IpPermissions' : 'IpPermissionsEgress';
  return (network) => ({
    ...network,
    securityGroups: network.securityGroups.map((one) =>
      tagged(TIER_TAG, one) === tier ? { ...one, [key]: [...edit(one[key] ?? [])] } : one,
    ),
  });
}

/** Entries of a tier's network ACL. */
export function acl(tier: string, edit: (entries: readonly NetworkAclEntry[]) => readonly NetworkAclEntry[]): Change {
  return (network) => ({
    ...network,
    networkAcls: network.networkAcls.map((one) =>
      tagged(TIER_TAG, one) === tier ? { ...one, Entries: [...edit(one.Entries ?? [])] } : one,
    ),
  });
}

/** Routes of a tier's subnets. */
export function routes(tier: string, edit: (routes: readonly Route[]) => readonly Route[]): Change {
  return (network) => {
    const subnets = network.subnets.filter((one) => tagged(TIER_TAG, one) === tier).map(({ SubnetId }) => SubnetId);
    return {
      ...network,
      routeTables: network.routeTables.map((one) =>
        one.Associations?.some(({ SubnetId }) => SubnetId !== undefined && subnets.includes(SubnetId))
          ? { ...one, Routes: [...edit(one.Routes ?? [])] }
          : one,
      ),
    };
  };
}

/** A group lets tcp in or out at one port. */
export function opens(tier: string, direction: Direction, port: number, ...cidrs: readonly string[]): Change {
  return group(tier, direction, (rules) => [
    ...rules,
    { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: cidrs.map((CidrIp) => ({ CidrIp })) },
  ]);
}

/** A network ACL lets everything through, both ways, before it says anything else. */
export function opensAcl(tier: string): Change {
  return acl(tier, (entries) => [
    ...[true, false].map((Egress) => ({
      Egress,
      CidrBlock: '0.0.0.0/0',
      Protocol: '-1',
      RuleAction: 'allow' as const,
      RuleNumber: 1,
    })),
    ...entries,
  ]);
}

/** The subnets of a tier are led to an internet gateway, which their VPC gets for it where it has none. */
export function leadsOut(tier: string, ...destinations: readonly string[]): Change {
  return (network) => {
    const vpc = network.subnets.find((one) => tagged(TIER_TAG, one) === tier)?.VpcId;
    const known = network.internetGateways.find(({ Attachments }) => Attachments?.some(({ VpcId }) => VpcId === vpc));
    const id = known?.InternetGatewayId ?? 'igw-added';
    const led = routes(tier, (existing) => [
      ...existing,
      ...destinations.map((DestinationCidrBlock): Route => ({ DestinationCidrBlock, GatewayId: id, State: 'active' })),
    ])(network);
    const added = { InternetGatewayId: id, Attachments: [{ VpcId: vpc, State: 'attached' as const }] };
    return { ...led, internetGateways: known ? led.internetGateways : [...led.internetGateways, added] };
  };
}

/** The gateway stays, and the routes to it; it only belongs to no VPC any more. */
export const detachesGateways: Change = (network) => ({
  ...network,
  internetGateways: network.internetGateways.map((one) => ({ ...one, Attachments: [] })),
});

/** A peering between two VPCs is not active any more. */
export function unpairs(one: string, other: string): Change {
  return (network) => {
    const ids = network.vpcs
      .filter((vpc) => [one, other].includes(tagged(VPC_TAG, vpc) ?? ''))
      .map(({ VpcId }) => VpcId);
    return {
      ...network,
      peerings: network.peerings.map((peering) =>
        ids.includes(peering.RequesterVpcInfo?.VpcId) && ids.includes(peering.AccepterVpcInfo?.VpcId)
          ? { ...peering, Status: { Code: 'deleted' as const } }
          : peering,
      ),
    };
  };
}

/** Something that was taken out. */
export interface Deletion {
  readonly what: string;
  readonly change: Change;
  /** Whether it was an entry that lets replies in to where connections begin. */
  readonly isForReplies?: boolean;
}

/** Each rule, entry and route of the tiers taken out, one at a time; routes in one zone alone, for the others are alike. */
export function deletions(network: Deployed): Deletion[] {
  const without = <T>(list: readonly T[], index: number) => list.filter((_, at) => at !== index);
  const isTier = (of: Parameters<typeof tagged>[1]) => tagged(TIER_TAG, of) !== undefined;
  return [
    ...network.securityGroups.filter(isTier).flatMap(({ GroupId, IpPermissions = [], IpPermissionsEgress = [] }) =>
      (
        [
          ['IpPermissions', IpPermissions],
          ['IpPermissionsEgress', IpPermissionsEgress],
        ] as const
      ).flatMap(([key, rules]) =>
        rules.map((rule, index) => ({
          what: `${GroupId} ${key} ${rule.IpProtocol} ${rule.FromPort}`,
          change: (other: Deployed) => ({
            ...other,
            securityGroups: other.securityGroups.map((one) =>
              one.GroupId === GroupId ? { ...one, [key]: without(one[key] ?? [], index) } : one,
            ),
          }),
        })),
      ),
    ),
    ...network.networkAcls.filter(isTier).flatMap(({ NetworkAclId, Entries = [] }) =>
      Entries.map((entry, index) => ({
        what: `${NetworkAclId} ${entry.Egress ? 'out' : 'in'} ${entry.RuleNumber}`,
        isForReplies: !entry.Egress && entry.RuleAction === 'allow' && entry.PortRange?.From === 1_024,
        change: (other: Deployed) => ({
          ...other,
          networkAcls: other.networkAcls.map((one) =>
            one.NetworkAclId === NetworkAclId ? { ...one, Entries: without(one.Entries ?? [], index) } : one,
          ),
        }),
      })),
    ),
    ...network.routeTables
      .filter((one) => isTier(one) && /-1$/.test(tagged('Name', one) ?? ''))
      .flatMap(({ RouteTableId, Routes = [] }) =>
        Routes.filter(({ GatewayId }) => GatewayId !== 'local').map((route) => ({
          what: `${RouteTableId} ${route.DestinationCidrBlock ?? route.DestinationPrefixListId}`,
          change: (other: Deployed) => ({
            ...other,
            routeTables: other.routeTables.map((one) =>
              one.RouteTableId === RouteTableId
                ? { ...one, Routes: one.Routes?.filter((other) => !isDeepStrictEqual(other, route)) }
                : one,
            ),
          }),
        })),
      ),
  ];
}

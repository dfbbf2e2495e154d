import type { PortRange } from './ports';

/**
 * A network as plain data, whether templates say it or EC2 does. Ids are what the source calls things: logical ids, or `vpc-…`.
 * Paths are computed from this and nothing else, so whatever decides on a packet has to stand here.
 */
export interface NetworkModel {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
  readonly networkAcls: readonly NetworkAcl[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly peerings: readonly Peering[];
  readonly transitGateways: readonly TransitGateway[];
  readonly internetGateways: readonly InternetGateway[];
  readonly egressOnlyGateways: readonly InternetGateway[];
  readonly nats: readonly Nat[];
  readonly firewallEndpoints: readonly FirewallEndpoint[];
  readonly gatewayEndpoints: readonly GatewayEndpoint[];
  readonly interfaceEndpoints: readonly InterfaceEndpoint[];
  readonly prefixLists: readonly PrefixList[];
  /** What the source does not tell, a sentence each: nothing is guessed in its place. */
  readonly unknown: readonly string[];
}

export interface Vpc {
  readonly id: string;
  /** What `bulwark:vpc` says, else `Name`, else the id. */
  readonly name: string;
  /** IPv4 and IPv6; empty where they are known only at deployment. */
  readonly cidrs: readonly string[];
}

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly vpc: string;
  /** What `bulwark:tier` says. */
  readonly tier?: string;
  /** Name of the Availability Zone, or its place in the Region's list: `zone 1`. */
  readonly zone: string;
  readonly cidrs: readonly string[];
  /** Families of which it has a range that is known only at deployment. */
  readonly unknownRanges?: ReadonlyArray<'v4' | 'v6'>;
  readonly routeTable: string;
  readonly networkAcl: string;
  /** Whether what starts here gets a public address by itself. */
  readonly publicAddresses: boolean;
}

export interface RouteTable {
  readonly id: string;
  readonly routes: readonly Route[];
}

export type RouteTargetKind =
  | 'local'
  | 'internet-gateway'
  | 'egress-only'
  | 'nat'
  | 'peering'
  | 'transit-gateway'
  | 'gateway-endpoint'
  | 'firewall-endpoint'
  | 'interface'
  | 'instance'
  | 'other';

export interface Route {
  /** A range, or the id of a prefix list. */
  readonly destination: string;
  readonly target: { readonly kind: RouteTargetKind; readonly id: string };
  /** Its target is gone: what it takes is dropped. */
  readonly blackhole?: boolean;
}

export interface NetworkAcl {
  readonly id: string;
  readonly name: string;
  readonly entries: readonly AclEntry[];
}

/** Number of a protocol as IANA gives it (6 is TCP, 17 UDP), or all of them. */
export type Protocol = number | 'all';

export interface AclEntry {
  readonly number: number;
  readonly egress: boolean;
  readonly allow: boolean;
  readonly protocol: Protocol;
  readonly cidr: string;
  /** Of the destination. Left out: all. */
  readonly ports?: PortRange;
  /** -1 for all of them. */
  readonly icmp?: { readonly type: number; readonly code: number };
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpc: string;
  /** What `bulwark:tier` says. */
  readonly tier?: string;
  /** Whether it is the one into which falls whatever is started without a group. */
  readonly isDefault?: boolean;
  readonly ingress: readonly GroupRule[];
  readonly egress: readonly GroupRule[];
}

export interface GroupRule {
  readonly protocol: Protocol;
  /** Of the destination. Left out: all. */
  readonly ports?: PortRange;
  /** -1 for all of them. */
  readonly icmp?: { readonly type: number; readonly code: number };
  readonly peer: GroupPeer;
}

export type GroupPeer = { readonly cidr: string } | { readonly group: string } | { readonly prefixList: string };

export interface Peering {
  readonly id: string;
  readonly requester: string;
  readonly accepter: string;
  readonly active: boolean;
  /** Account of the other side, where it is not the own one. */
  readonly foreignAccount?: string;
}

export interface TransitGateway {
  readonly id: string;
  /** Whether rules that admit may name groups of other VPCs. */
  readonly groupReferences: boolean;
  readonly attachments: readonly Attachment[];
  readonly routeTables: readonly TransitRouteTable[];
}

export interface Attachment {
  readonly id: string;
  readonly vpc: string;
  /** One in each zone that it serves. */
  readonly subnets: readonly string[];
  readonly groupReferences: boolean;
  /** Whether the gateway keeps both directions of a connection in one zone: the appliance mode. */
  readonly applianceMode?: boolean;
}

export interface TransitRouteTable {
  readonly id: string;
  /** Attachments for what comes from which it is asked. */
  readonly associations: readonly string[];
  readonly routes: readonly TransitRoute[];
}

export interface TransitRoute {
  readonly cidr: string;
  /** Where it leads to. Left out: it drops what it takes. */
  readonly attachment?: string;
}

export interface InternetGateway {
  readonly id: string;
  /** Left out: attached to none. */
  readonly vpc?: string;
}

export interface Nat {
  readonly id: string;
  readonly subnet: string;
  /** Whether it has a public address. */
  readonly public: boolean;
}

export interface FirewallEndpoint {
  readonly id: string;
  readonly subnet: string;
}

export interface GatewayEndpoint {
  readonly id: string;
  /** `s3` or `dynamodb`. */
  readonly service: string;
  readonly vpc: string;
  readonly routeTables: readonly string[];
  readonly prefixList: string;
}

export interface InterfaceEndpoint {
  readonly id: string;
  readonly service: string;
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
  /** Whether its own VPC resolves the name of the service to it. */
  readonly privateDns: boolean;
  /** VPCs that a private hosted zone leads to it. Left out: nobody asked. */
  readonly sharedWith?: readonly string[];
}

export interface PrefixList {
  readonly id: string;
  readonly name: string;
  /** Undefined: only AWS knows them, as those of its services in a template. */
  readonly cidrs?: readonly string[];
}

/** A model without anything in it. */
export const EMPTY: NetworkModel = {
  vpcs: [],
  subnets: [],
  routeTables: [],
  networkAcls: [],
  securityGroups: [],
  peerings: [],
  transitGateways: [],
  internetGateways: [],
  egressOnlyGateways: [],
  nats: [],
  firewallEndpoints: [],
  gatewayEndpoints: [],
  interfaceEndpoints: [],
  prefixLists: [],
  unknown: [],
};

"""VPCs, subnets, gateways, peerings and routes."""

from __future__ import annotations

import ipaddress
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2 import exceptions
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.internet_gateways import InternetGatewayBackend
from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
from moto.ec2.models.route_tables import Route, RouteBackend
from moto.ec2.models.subnets import Subnet, SubnetBackend
from moto.ec2.models.vpc_peering_connections import VPCPeeringConnection, VPCPeeringConnectionBackend
from moto.ec2.models.vpcs import VPC, VPCBackend
from moto.ec2.responses.route_tables import RouteTables
from moto.ec2.responses.security_groups import SecurityGroups
from moto.ec2.responses.vpc_peering_connections import VPCPeeringConnections

PENDING = ("initiating-request", "pending-acceptance", "provisioning")

# What a VPC of another account is taken to have: a range that few have.
STRANGERS_CIDR = "192.168.240.0/24"


def apply() -> None:
    """Applies the repairs."""
    vpcs_in_use()
    subnets_in_use()
    groups_in_use()
    gateways_in_use()
    nat_gateways()
    peerings()
    peerings_with_strangers()
    filtered_peerings()
    one_table_of_a_subnet()
    route_targets()
    replaced_routes()


def ec2_error(code: str, message: str) -> exceptions.EC2ClientError:
    """A refusal in EC2's words."""
    return exceptions.EC2ClientError(code, message)


def dependencies(kind: str, resource_id: str) -> exceptions.EC2ClientError:
    return ec2_error("DependencyViolation", f"The {kind} '{resource_id}' has dependencies and cannot be deleted.")


def vpcs_in_use() -> None:
    """A VPC can be deleted while gateways, groups, ACLs or endpoints are in it, and its default ACL stays for ever.

    Cause: moto looks for subnets, route tables and VPN gateways only. Can go when DeleteVpc answers DependencyViolation
    for all of them (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html).
    """
    delete = VPCBackend.delete_vpc

    def delete_vpc(self: EC2Backend, vpc_id: str) -> VPC:
        vpc = self.get_vpc(vpc_id)
        acls = [one for one in self.network_acls.values() if one.vpc_id == vpc_id]
        others = (
            any(one.vpc is vpc for one in self.internet_gateways.values()),
            any(not one.default for one in acls),
            any(not one.is_default for one in self.groups[vpc_id].values()),
            any(one.vpc_id == vpc_id for one in self.vpc_end_points.values()),
            any(one.resource_id == vpc_id for one in self.transit_gateway_attachments.values()),
        )
        if any(others):
            raise dependencies("vpc", vpc_id)
        deleted = delete(self, vpc_id)
        for acl in acls:
            self.network_acls.pop(acl.id)
        for peering in self.vpc_pcxs.values():
            if vpc in (peering.vpc, peering.peer_vpc):
                peering._status.deleted(deleter_id=self.account_id)
        return deleted

    VPCBackend.delete_vpc = delete_vpc


def subnets_in_use() -> None:
    """A subnet can be deleted while network interfaces are in it; its associations stay.

    Cause: moto has no such check. Can go when DeleteSubnet answers DependencyViolation.
    """
    delete = SubnetBackend.delete_subnet

    def delete_subnet(self: EC2Backend, subnet_id: str) -> Subnet:
        in_use = any(one.subnet.id == subnet_id for one in self.enis.values()) or any(
            subnet_id in getattr(one, "subnet_ids", ()) for one in self.transit_gateway_attachments.values()
        )
        if in_use:
            raise dependencies("subnet", subnet_id)
        deleted = delete(self, subnet_id)
        for table in self.route_tables.values():
            table._associations = {key: one for key, one in table._associations.items() if one != subnet_id}
        for acl in self.network_acls.values():
            acl._associations = {key: one for key, one in acl._associations.items() if one.subnet_id != subnet_id}
        return deleted

    SubnetBackend.delete_subnet = delete_subnet


def groups_in_use() -> None:
    """A security group can be deleted while others name it, or interfaces are in it, or it is a VPC's default one.

    Cause: moto has no such check. Can go when DeleteSecurityGroup answers DependencyViolation and CannotDelete
    (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html).
    """
    delete = SecurityGroups.delete_security_group

    def delete_security_group(self: SecurityGroups) -> ActionResult:
        backend = self.ec2_backend
        name = self._get_param("GroupId") or self._get_param("GroupName")
        group = backend.get_security_group_by_name_or_id(name)
        if group is not None:
            if group.is_default:
                text = f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
                raise ec2_error("CannotDelete", text)
            others = [one for groups in backend.groups.values() for one in groups.values() if one is not group]
            named = any(
                rule.source_group.get("GroupId") == group.id
                for one in others
                for rule in (*one.ingress_rules, *one.egress_rules)
            )
            if named or any(group in one.group_set for one in backend.enis.values()):
                raise ec2_error("DependencyViolation", f"resource {group.id} has a dependent object")
        return delete(self)

    SecurityGroups.delete_security_group = delete_security_group


def gateways_in_use() -> None:
    """An internet gateway can be detached while public addresses of its VPC are in use.

    Cause: moto has a TODO there. Can go when DetachInternetGateway answers DependencyViolation.
    """
    detach = InternetGatewayBackend.detach_internet_gateway

    def detach_internet_gateway(self: EC2Backend, internet_gateway_id: str, vpc_id: str) -> None:
        if any(one.eni is not None and one.eni.subnet.vpc_id == vpc_id for one in self.addresses):
            raise ec2_error(
                "DependencyViolation",
                f"Network {vpc_id} has some mapped public address(es). "
                "Please unmap those public address(es) before detaching the gateway.",
            )
        detach(self, internet_gateway_id, vpc_id)

    InternetGatewayBackend.detach_internet_gateway = detach_internet_gateway


def nat_gateways() -> None:
    """A deleted NAT gateway keeps its interface and its address.

    Cause: moto changes the state only. Can go when both are free afterwards.
    """

    def delete_nat_gateway(self: EC2Backend, nat_gateway_id: str) -> NatGateway:
        gateway = self.nat_gateways.get(nat_gateway_id)
        if gateway is None or gateway.state == "deleted":
            raise ec2_error("NatGatewayNotFound", f"NatGateway {nat_gateway_id} was not found")
        gateway.state = "deleted"
        for address in self.addresses:
            if address.eni is gateway._eni:
                self.disassociate_address(address=address.public_ip)
        self.enis.pop(gateway._eni.id, None)
        return gateway

    NatGatewayBackend.delete_nat_gateway = delete_nat_gateway


def overlap(one: VPC, other: VPC) -> bool:
    """Whether two VPCs share an address."""
    blocks = [
        [ipaddress.ip_network(block["cidr_block"], strict=False) for block in vpc.get_cidr_block_association_set()]
        for vpc in (one, other)
    ]
    return any(left.overlaps(right) for left in blocks[0] for right in blocks[1])


def peerings() -> None:
    """VPCs whose ranges overlap can be peered; so can two that are peered already.

    Cause: moto compares nothing. AWS makes such a peering fail
    (https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html). Can go when moto does.
    """
    create = VPCPeeringConnectionBackend.create_vpc_peering_connection

    def create_vpc_peering_connection(
        self: EC2Backend, vpc: VPC, peer_vpc: VPC, tags: dict[str, str] | None = None
    ) -> VPCPeeringConnection:
        if any(
            {one.vpc.id, one.peer_vpc.id} == {vpc.id, peer_vpc.id} and one._status.code in (*PENDING, "active")
            for one in self.vpc_pcxs.values()
        ):
            text = "A VPC peering connection between these VPCs already exists."
            raise ec2_error("VpcPeeringConnectionAlreadyExists", text)
        made = create(self, vpc, peer_vpc, tags)
        if overlap(vpc, peer_vpc):
            made._status.code = "failed"
            made._status.message = "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"
        return made

    VPCPeeringConnectionBackend.create_vpc_peering_connection = create_vpc_peering_connection


def peerings_with_strangers() -> None:
    """A peering can be asked for with the VPC of another account only where that account has made it here.

    Cause: moto keeps all accounts, of which the sandbox has one. Whoever asks cannot tell what a stranger has: each VPC of
    another account is taken to be there, and the peering waits to be accepted.
    """
    create = VPCPeeringConnections.create_vpc_peering_connection

    def create_vpc_peering_connection(self: VPCPeeringConnections) -> ActionResult:
        owner, wanted = self._get_param("PeerOwnerId"), self._get_param("PeerVpcId")
        if owner and owner != self.current_account:
            theirs = ec2_backends[owner][self._get_param("PeerRegion") or self.region]
            if wanted not in theirs.vpcs:
                vpc = theirs.create_vpc(STRANGERS_CIDR)
                del theirs.vpcs[vpc.id]
                vpc.id = wanted
                theirs.vpcs[wanted] = vpc
        return create(self)

    create_vpc_peering_connection.__name__ = "create_vpc_peering_connection"
    VPCPeeringConnections.create_vpc_peering_connection = create_vpc_peering_connection


def filtered_peerings() -> None:
    """DescribeVpcPeeringConnections answers everything, whatever is filtered for.

    Cause: moto does not read Filters. Can go when it does.
    """

    def describe(self: VPCPeeringConnections) -> ActionResult:
        ids = self._get_param("VpcPeeringConnectionIds", [])
        found = self.ec2_backend.describe_vpc_peering_connections(vpc_peering_ids=ids)
        for name, values in self._filters_from_querystring().items():
            if name not in PEERING_FILTERS:
                raise exceptions.FilterNotImplementedError(name, "DescribeVpcPeeringConnections")
            found = [one for one in found if PEERING_FILTERS[name](one) in values]
        return ActionResult({"VpcPeeringConnections": found})

    describe.__name__ = "describe_vpc_peering_connections"
    VPCPeeringConnections.describe_vpc_peering_connections = describe


PEERING_FILTERS = {
    "accepter-vpc-info.owner-id": lambda one: one.peer_vpc.owner_id,
    "accepter-vpc-info.vpc-id": lambda one: one.peer_vpc.id,
    "requester-vpc-info.owner-id": lambda one: one.vpc.owner_id,
    "requester-vpc-info.vpc-id": lambda one: one.vpc.id,
    "status-code": lambda one: one._status.code,
    "vpc-peering-connection-id": lambda one: one.id,
}


def one_table_of_a_subnet() -> None:
    """Associating a subnet with a second route table is answered with the first association.

    Cause: moto looks for the subnet, not for the table. Can go when AssociateRouteTable answers
    Resource.AlreadyAssociated.
    """
    associate = RouteBackend.associate_route_table

    def associate_route_table(
        self: EC2Backend, route_table_id: str, gateway_id: str | None = None, subnet_id: str | None = None
    ) -> str:
        if subnet_id is not None:
            if self.get_subnet(subnet_id).vpc_id != self.get_route_table(route_table_id).vpc_id:
                text = f"Route table {route_table_id} and subnet {subnet_id} belong to different networks"
                raise ec2_error("InvalidParameterValue", text)
            for table in self.route_tables.values():
                if table.id != route_table_id and subnet_id in table._associations.values():
                    text = (
                        f"the specified association for route table {table.id} conflicts with an existing association"
                    )
                    raise ec2_error("Resource.AlreadyAssociated", text)
        return associate(self, route_table_id, gateway_id, subnet_id)

    RouteBackend.associate_route_table = associate_route_table


def check_targets(backend: Any, table: Any, targets: dict[str, Any]) -> None:
    """Refuses a target that is not there or that serves another VPC."""

    def different(kind: str, target: str) -> exceptions.EC2ClientError:
        text = f"route table {table.id} and {kind} {target} belong to different networks"
        return ec2_error("InvalidParameterValue", text)

    gateway = targets.get("gateway_id") or ""
    if gateway.startswith("igw-"):
        vpc = backend.get_internet_gateway(gateway).vpc
        if vpc is None or vpc.id != table.vpc_id:
            raise different("network gateway", gateway)
    if peering_id := targets.get("vpc_peering_connection_id"):
        peering = backend.get_vpc_peering_connection(peering_id)
        if table.vpc_id not in (peering.vpc.id, peering.peer_vpc.id):
            raise different("peering connection", peering_id)
        if peering._status.code not in (*PENDING, "active"):
            raise exceptions.InvalidVPCPeeringConnectionIdError(peering_id)
    if nat_id := targets.get("nat_gateway_id"):
        nat = backend.nat_gateways.get(nat_id)
        if nat is None or nat.state == "deleted":
            raise ec2_error("InvalidNatGatewayID.NotFound", f"The natGateway ID '{nat_id}' does not exist")
        if nat.vpc_id != table.vpc_id:
            raise different("network gateway", nat_id)
    if endpoint := targets.get("vpc_endpoint_id"):
        if backend.get_vpc_end_point(endpoint).vpc_id != table.vpc_id:
            raise different("VPC endpoint", endpoint)
    if (transit := targets.get("transit_gateway_id")) and not attached(backend, transit, table.vpc_id):
        raise ec2_error("InvalidTransitGatewayID.NotFound", f"The transitGateway ID '{transit}' does not exist.")


def attached(backend: Any, transit_gateway_id: str, vpc_id: str) -> bool:
    """Whether a VPC is attached to a transit gateway."""
    return any(
        one.transit_gateway_id == transit_gateway_id and one.resource_id == vpc_id and one.state == "available"
        for one in backend.transit_gateway_attachments.values()
    )


def route_targets() -> None:
    """A route is made to anything, and is always active.

    Cause: moto looks few targets up and compares no VPC. A route to a transit gateway needs the VPC's attachment
    (https://github.com/hashicorp/terraform-provider-aws/issues/10025). Can go when CreateRoute refuses them, and
    shows `blackhole` where the target is gone or a peering is not accepted yet
    (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html).
    """
    create, replace = RouteBackend.create_route, RouteBackend.replace_route

    def create_route(self: EC2Backend, route_table_id: str, *arguments: Any, **named: Any) -> Route:
        if not named.get("local"):
            check_targets(self, self.get_route_table(route_table_id), named)
        return create(self, route_table_id, *arguments, **named)

    def replace_route(self: EC2Backend, route_table_id: str, *arguments: Any, **named: Any) -> Route:
        names = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id",
                 "nat_gateway_id", "egress_only_igw_id", "transit_gateway_id")  # fmt: skip
        given = {**dict(zip(names, arguments, strict=False)), **named}
        check_targets(self, self.get_route_table(route_table_id), given)
        return replace(self, route_table_id, **given)

    def state(self: Route) -> str:
        backend, vpc_id = self.route_table.ec2_backend, self.route_table.vpc_id
        gone = (
            self.vpc_pcx is not None and self.vpc_pcx._status.code != "active",
            self.nat_gateway is not None and self.nat_gateway.state == "deleted",
            self.transit_gateway is not None and not attached(backend, self.transit_gateway.id, vpc_id),
            self.vpc_endpoint_id is not None and self.vpc_endpoint_id not in backend.vpc_end_points,
            (self.gateway_id or "").startswith("igw-") and getattr(self.gateway, "vpc", None) is None,
        )
        return "blackhole" if any(gone) else "active"

    RouteBackend.create_route = create_route
    RouteBackend.replace_route = replace_route
    Route.state = property(state)


def replaced_routes() -> None:
    """A replaced route keeps an endpoint as its target, and cannot get one.

    Cause: moto does not look at `VpcEndpointId` in ReplaceRoute. Can go when ReplaceRoute leaves the one target that
    was asked for.
    """
    replace, respond = RouteBackend.replace_route, RouteTables.replace_route

    def replace_route(self: EC2Backend, *arguments: Any, **named: Any) -> Route:
        route = replace(self, *arguments, **named)
        route.vpc_endpoint_id = route.carrier_gateway = None
        return route

    def operation(self: RouteTables) -> ActionResult:
        table, endpoint = (
            self.ec2_backend.get_route_table(self._get_param("RouteTableId")),
            self._get_param("VpcEndpointId"),
        )
        check_targets(self.ec2_backend, table, {"vpc_endpoint_id": endpoint})
        answer = respond(self)
        names = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        wanted = next(given for name in names if (given := self._get_param(name)))
        for route in table.routes if endpoint else ():
            destinations = (
                route.destination_cidr_block, route.destination_ipv6_cidr_block, route.destination_prefix_list_id,
            )  # fmt: skip
            if wanted in destinations:
                route.vpc_endpoint_id = endpoint
        return answer

    operation.__name__ = "replace_route"
    RouteBackend.replace_route = replace_route
    RouteTables.replace_route = operation

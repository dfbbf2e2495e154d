"""Transit gateways."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import RouteAlreadyExistsError
from moto.ec2.models import EC2Backend
from moto.ec2.models.transit_gateway import TransitGateway, TransitGatewayBackend
from moto.ec2.models.transit_gateway_attachments import (
    TransitGatewayAttachment,
    TransitGatewayAttachmentBackend,
    TransitGatewayVpcAttachment,
)
from moto.ec2.models.transit_gateway_route_tables import (
    TransitGatewayRelations,
    TransitGatewayRouteTable,
    TransitGatewayRouteTableBackend,
)

from .vpc import ec2_error


def apply() -> None:
    """Applies the repairs."""
    options()
    attachments()
    associations()
    propagations()
    routes()
    deletions()


def incorrect_state(text: str) -> Exception:
    return ec2_error("IncorrectState", text)


def options() -> None:
    """A gateway does not tell whether groups can be referenced, and has default tables also when it shall have none.

    Cause: moto knows the option of attachments only and always makes a table. Can go when DescribeTransitGateways shows
    `SecurityGroupReferencingSupport` and no default table where both defaults are disabled.
    """
    TransitGateway.DEFAULT_OPTIONS = {**TransitGateway.DEFAULT_OPTIONS, "SecurityGroupReferencingSupport": "disable"}
    create = TransitGatewayBackend.create_transit_gateway

    def create_transit_gateway(self: EC2Backend, *arguments: Any, **named: Any) -> TransitGateway:
        made = create(self, *arguments, **named)
        association = made.options["DefaultRouteTableAssociation"] == "enable"
        propagation = made.options["DefaultRouteTablePropagation"] == "enable"
        made.default_route_table.default_association_route_table = association
        made.default_route_table.default_propagation_route_table = propagation
        if not association:
            made.options.pop("AssociationDefaultRouteTableId")
        if not propagation:
            made.options.pop("PropagationDefaultRouteTableId")
        if not (association or propagation):
            self.transit_gateways_route_tables.pop(made.default_route_table.id)
        return made

    TransitGatewayBackend.create_transit_gateway = create_transit_gateway


def attachments() -> None:
    """Every attachment is associated with the default table; subnets are not looked at.

    Cause: moto does not read the gateway's options. Can go when an attachment of a gateway without defaults has no
    association.
    """

    def create_transit_gateway_vpc_attachment(
        self: EC2Backend,
        transit_gateway_id: str,
        vpc_id: str,
        subnet_ids: list[str],
        tags: dict[str, str] | None = None,
        options: dict[str, str] | None = None,
    ) -> TransitGatewayVpcAttachment:
        gateway = self.transit_gateways.get(transit_gateway_id)
        if gateway is None:
            text = f"Transit Gateway {transit_gateway_id} was deleted or does not exist."
            raise ec2_error("InvalidTransitGatewayID.NotFound", text)
        if any(
            one.resource_id == vpc_id and one.transit_gateway_id == transit_gateway_id
            for one in self.transit_gateway_attachments.values()
        ):
            text = f"{transit_gateway_id} has non-deleted Transit Gateway Attachments with same VPC ID."
            raise ec2_error("DuplicateTransitGatewayAttachment", text)
        self.get_vpc(vpc_id)
        check_subnets(self, vpc_id, subnet_ids)
        made = TransitGatewayVpcAttachment(
            self, transit_gateway=gateway, tags=tags, vpc_id=vpc_id, subnet_ids=list(subnet_ids), options=options
        )
        self.transit_gateway_attachments[made.id] = made
        table = gateway.default_route_table
        if table.default_association_route_table:
            self.associate_transit_gateway_route_table(made.id, table.id)
        if table.default_propagation_route_table:
            self.enable_transit_gateway_route_table_propagation(made.id, table.id)
        return made

    modify = TransitGatewayAttachmentBackend.modify_transit_gateway_vpc_attachment

    def modify_transit_gateway_vpc_attachment(
        self: EC2Backend, transit_gateway_attachment_id: str, **named: Any
    ) -> TransitGatewayAttachment:
        found = attachment(self, transit_gateway_attachment_id)
        kept = [one for one in found.subnet_ids if one not in (named.get("remove_subnet_ids") or [])]
        check_subnets(self, found.vpc_id, [*kept, *(named.get("add_subnet_ids") or [])])
        return modify(self, transit_gateway_attachment_id, **named)

    TransitGatewayAttachmentBackend.create_transit_gateway_vpc_attachment = create_transit_gateway_vpc_attachment
    TransitGatewayAttachmentBackend.modify_transit_gateway_vpc_attachment = modify_transit_gateway_vpc_attachment


def check_subnets(backend: EC2Backend, vpc_id: str, subnet_ids: list[str]) -> None:
    """One subnet of the VPC in each zone."""
    zones: set[str] = set()
    for subnet_id in subnet_ids:
        subnet = backend.get_subnet(subnet_id)
        if subnet.vpc_id != vpc_id:
            raise ec2_error("InvalidParameterValue", f"Subnet {subnet_id} does not belong to VPC {vpc_id}")
        if subnet.availability_zone in zones:
            text = f"Duplicate Subnets for same AZ {subnet.availability_zone}"
            raise ec2_error("DuplicateSubnetsInSameZone", text)
        zones.add(subnet.availability_zone)


def attachment(backend: EC2Backend, attachment_id: str) -> Any:
    if attachment_id not in backend.transit_gateway_attachments:
        text = f"Transit Gateway Attachment {attachment_id} was deleted or does not exist."
        raise ec2_error("InvalidTransitGatewayAttachmentID.NotFound", text)
    return backend.transit_gateway_attachments[attachment_id]


def table_of(backend: EC2Backend, table_id: str) -> TransitGatewayRouteTable:
    if table_id not in backend.transit_gateways_route_tables:
        text = f"Transit Gateway Route Table {table_id} was deleted or does not exist."
        raise ec2_error("InvalidRouteTableID.NotFound", text)
    return backend.transit_gateways_route_tables[table_id]


def associated(backend: EC2Backend, attachment_id: str) -> TransitGatewayRouteTable | None:
    """The table that decides where traffic from an attachment goes."""
    tables = backend.transit_gateways_route_tables.values()
    return next((one for one in tables if attachment_id in one.route_table_associations), None)


def associations() -> None:
    """An attachment can have several tables and shows the first.

    Cause: moto counts no associations. Can go when AssociateTransitGatewayRouteTable answers
    Resource.AlreadyAssociated.
    """
    associate = TransitGatewayRouteTableBackend.associate_transit_gateway_route_table

    def associate_transit_gateway_route_table(
        self: EC2Backend, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> TransitGatewayRelations:
        attachment(self, transit_gateway_attachment_id)
        table_of(self, transit_gateway_route_table_id)
        if associated(self, transit_gateway_attachment_id):
            text = f"Transit Gateway Attachment {transit_gateway_attachment_id} is already associated to a route table."
            raise ec2_error("Resource.AlreadyAssociated", text)
        return associate(self, transit_gateway_attachment_id, transit_gateway_route_table_id)

    def association(self: TransitGatewayAttachment) -> dict[str, str] | None:
        table = associated(self.ec2_backend, self.id)
        return {"State": "associated", "TransitGatewayRouteTableId": table.id} if table else None

    TransitGatewayRouteTableBackend.associate_transit_gateway_route_table = associate_transit_gateway_route_table
    TransitGatewayAttachment.association = property(association)


def propagations() -> None:
    """A propagation brings no routes, and an attachment can propagate to one table only.

    Cause: moto writes the propagation down, by attachment. Can go when SearchTransitGatewayRoutes shows routes of the
    type `propagated`.
    """

    def enable(
        self: EC2Backend, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> TransitGatewayRelations:
        source, table = attachment(self, transit_gateway_attachment_id), table_of(self, transit_gateway_route_table_id)
        if any(one.transitGatewayAttachmentId == source.id for one in table.route_table_propagation):
            text = f"Propagation from attachment {source.id} to route table {table.id} already exists."
            raise ec2_error("TransitGatewayRouteTablePropagation.Duplicate", text)
        self.set_route_table_propagation(source.id, table.id)
        for block in self.get_vpc(source.resource_id).get_cidr_block_association_set():
            # A static route is preferred to a propagated one of the same range.
            table.routes.setdefault(block["cidr_block"], route(block["cidr_block"], source, "propagated"))
        return TransitGatewayRelations(self, source.id, table.id, state="enabled")

    def disable(
        self: EC2Backend, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> TransitGatewayRelations:
        source, table = attachment(self, transit_gateway_attachment_id), table_of(self, transit_gateway_route_table_id)
        if not any(one.transitGatewayAttachmentId == source.id for one in table.route_table_propagation):
            text = f"Propagation from attachment {source.id} to route table {table.id} does not exist."
            raise ec2_error("TransitGatewayRouteTablePropagation.NotFound", text)
        forget(table, source.id)
        return TransitGatewayRelations(self, source.id, table.id, state="disabled")

    TransitGatewayRouteTableBackend.enable_transit_gateway_route_table_propagation = enable
    TransitGatewayRouteTableBackend.disable_transit_gateway_route_table_propagation = disable


def forget(table: TransitGatewayRouteTable, attachment_id: str) -> None:
    """Takes away what an attachment propagates to a table."""
    table.route_table_propagation = [
        one for one in table.route_table_propagation if one.transitGatewayAttachmentId != attachment_id
    ]
    table.routes = {
        key: one
        for key, one in table.routes.items()
        if one["type"] != "propagated" or attachment_id not in attachments_of(one)
    }


def attachments_of(one: dict[str, Any]) -> list[str]:
    return [each["transitGatewayAttachmentId"] for each in one.get("transitGatewayAttachments") or []]


def route(cidr: str, target: Any, kind: str) -> dict[str, Any]:
    """A route of a transit gateway's table."""
    made: dict[str, Any] = {
        "destinationCidrBlock": cidr,
        "prefixListId": None,
        "state": "blackhole" if target is None else "active",
        "type": kind,
    }
    if target is not None:
        made["transitGatewayAttachments"] = [
            {
                "resourceId": target.resource_id,
                "resourceType": target.resource_type,
                "transitGatewayAttachmentId": target.id,
            }
        ]
    return made


def routes() -> None:
    """A route can be made twice, to nothing, and its attachment cannot be read.

    Cause: moto overwrites, and answers with one attachment where the API has a list. Can go when
    CreateTransitGatewayRoute answers RouteAlreadyExists.
    """

    def create_transit_gateway_route(
        self: EC2Backend,
        transit_gateway_route_table_id: str,
        destination_cidr_block: str,
        transit_gateway_attachment_id: str | None = None,
        blackhole: bool = False,
    ) -> dict[str, Any]:
        table = table_of(self, transit_gateway_route_table_id)
        if bool(transit_gateway_attachment_id) == blackhole:
            text = "A route needs either an attachment or Blackhole"
            raise ec2_error("InvalidParameterCombination", text)
        target = None if blackhole else attachment(self, str(transit_gateway_attachment_id))
        if table.routes.get(destination_cidr_block, {}).get("type") == "static":
            raise RouteAlreadyExistsError(destination_cidr_block)
        table.routes[destination_cidr_block] = route(destination_cidr_block, target, "static")
        return table.routes[destination_cidr_block]

    def delete_transit_gateway_route(
        self: EC2Backend, transit_gateway_route_table_id: str, destination_cidr_block: str
    ) -> dict[str, Any]:
        table = table_of(self, transit_gateway_route_table_id)
        if table.routes.get(destination_cidr_block, {}).get("type") != "static":
            text = f"No static route for {destination_cidr_block} in {transit_gateway_route_table_id}"
            raise ec2_error("InvalidRoute.NotFound", text)
        return {**table.routes.pop(destination_cidr_block), "state": "deleted"}

    TransitGatewayRouteTableBackend.create_transit_gateway_route = create_transit_gateway_route
    TransitGatewayRouteTableBackend.delete_transit_gateway_route = delete_transit_gateway_route


def deletions() -> None:
    """What is in use can be deleted, and what was deleted is described.

    Cause: moto looks at no dependents. Can go when the three calls answer IncorrectState.
    """

    def delete_transit_gateway(self: EC2Backend, transit_gateway_id: str) -> TransitGateway:
        if any(one.transit_gateway_id == transit_gateway_id for one in self.transit_gateway_attachments.values()):
            raise incorrect_state(f"{transit_gateway_id} has non-deleted VPC Attachments.")
        gateway = self.transit_gateways.get(transit_gateway_id)
        if gateway is None:
            text = f"Transit Gateway {transit_gateway_id} was deleted or does not exist."
            raise ec2_error("InvalidTransitGatewayID.NotFound", text)
        own = [one for one in self.transit_gateways_route_tables.values() if one.transit_gateway_id == gateway.id]
        for table in own:
            if table is not gateway.default_route_table:
                raise incorrect_state(f"{transit_gateway_id} has non-deleted Transit Gateway Route Tables.")
            self.transit_gateways_route_tables.pop(table.id)
        return self.transit_gateways.pop(transit_gateway_id)

    def delete_transit_gateway_route_table(
        self: EC2Backend, transit_gateway_route_table_id: str
    ) -> TransitGatewayRouteTable:
        table = table_of(self, transit_gateway_route_table_id)
        if table.route_table_associations:
            raise incorrect_state(f"{table.id} has associated Transit Gateway Attachments.")
        table.state = "deleted"
        return self.transit_gateways_route_tables.pop(table.id)

    def delete_transit_gateway_vpc_attachment(
        self: EC2Backend, transit_gateway_attachment_id: str
    ) -> TransitGatewayAttachment:
        gone = attachment(self, transit_gateway_attachment_id)
        for table in self.transit_gateways_route_tables.values():
            table.route_table_associations.pop(gone.id, None)
            forget(table, gone.id)
            for one in table.routes.values():
                if gone.id in attachments_of(one):
                    one["state"] = "blackhole"
        gone.state = "deleted"
        return self.transit_gateway_attachments.pop(gone.id)

    TransitGatewayBackend.delete_transit_gateway = delete_transit_gateway
    TransitGatewayRouteTableBackend.delete_transit_gateway_route_table = delete_transit_gateway_route_table
    TransitGatewayAttachmentBackend.delete_transit_gateway_vpc_attachment = delete_transit_gateway_vpc_attachment

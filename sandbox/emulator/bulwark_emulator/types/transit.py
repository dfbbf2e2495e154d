"""Transit gateways."""

from __future__ import annotations

from typing import Any

from ..cloudformation.resource import Made, Request, ResourceType
from .ec2 import Fixed, added_and_removed, set_tags

OPTIONS = (
    "AmazonSideAsn",
    "AutoAcceptSharedAttachments",
    "DefaultRouteTableAssociation",
    "DefaultRouteTablePropagation",
    "DnsSupport",
    "MulticastSupport",
    "SecurityGroupReferencingSupport",
    "TransitGatewayCidrBlocks",
    "VpnEcmpSupport",
)


class TransitGateway(ResourceType):
    """AWS::EC2::TransitGateway."""

    type = "AWS::EC2::TransitGateway"
    replacement = ("AmazonSideAsn", "MulticastSupport")

    def create(self, request: Request) -> Made:
        call = {"Options": request.properties.take(*OPTIONS), **request.properties.take("Description")}
        made = request.call("ec2", "create_transit_gateway", call)["TransitGateway"]
        gateway = made["TransitGatewayId"]
        set_tags(request, gateway)
        return Made(gateway, {"Id": gateway, "TransitGatewayArn": made["TransitGatewayArn"]})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        options = request.properties.take(*OPTIONS)
        fixed = {*self.replacement, "TransitGatewayCidrBlocks"}
        call = {
            "TransitGatewayId": request.physical_id,
            "Options": {name: value for name, value in options.items() if name not in fixed},
            **request.properties.take("Description"),
        }
        request.call("ec2", "modify_transit_gateway", call)
        set_tags(request, request.physical_id)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_transit_gateway(TransitGatewayId=request.physical_id)


class VpcAttachment(ResourceType):
    """AWS::EC2::TransitGatewayVpcAttachment, and AWS::EC2::TransitGatewayAttachment, which is its older name."""

    replacement = ("TransitGatewayId", "VpcId")

    def __init__(self, kind: str):
        self.type = f"AWS::EC2::{kind}"

    def create(self, request: Request) -> Made:
        call = request.properties.take("Options", "SubnetIds", "TransitGatewayId", "VpcId")
        made = request.call("ec2", "create_transit_gateway_vpc_attachment", call)["TransitGatewayVpcAttachment"]
        attachment = made["TransitGatewayAttachmentId"]
        set_tags(request, attachment)
        return Made(attachment, {"Id": attachment})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take(*self.replacement)
        added, removed = added_and_removed(request.old.get("SubnetIds"), request.properties.get("SubnetIds"))
        extra = {**request.properties.take("AddSubnetIds", "RemoveSubnetIds")}
        call: dict[str, Any] = {
            "TransitGatewayAttachmentId": request.physical_id,
            "AddSubnetIds": added + (extra.get("AddSubnetIds") or []),
            "RemoveSubnetIds": removed + (extra.get("RemoveSubnetIds") or []),
            **request.properties.take("Options"),
        }
        request.call("ec2", "modify_transit_gateway_vpc_attachment", call)
        set_tags(request, request.physical_id)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=request.physical_id)


class TransitRouteTable(ResourceType):
    """AWS::EC2::TransitGatewayRouteTable."""

    type = "AWS::EC2::TransitGatewayRouteTable"
    replacement = ("TransitGatewayId",)

    def create(self, request: Request) -> Made:
        gateway = request.properties["TransitGatewayId"]
        made = request.client("ec2").create_transit_gateway_route_table(TransitGatewayId=gateway)
        table = made["TransitGatewayRouteTable"]["TransitGatewayRouteTableId"]
        set_tags(request, table)
        return Made(table, {"TransitGatewayRouteTableId": table})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take(*self.replacement)
        set_tags(request, request.physical_id)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_transit_gateway_route_table(TransitGatewayRouteTableId=request.physical_id)


class TransitRoute(Fixed):
    """AWS::EC2::TransitGatewayRoute."""

    type = "AWS::EC2::TransitGatewayRoute"

    def create(self, request: Request) -> Made:
        names = ("Blackhole", "DestinationCidrBlock", "TransitGatewayAttachmentId", "TransitGatewayRouteTableId")
        call = request.properties.take(*names)
        request.call("ec2", "create_transit_gateway_route", call)
        return Made(f"{call['TransitGatewayRouteTableId']}_{call['DestinationCidrBlock']}")

    def delete(self, request: Request) -> None:
        call = request.properties.take("DestinationCidrBlock", "TransitGatewayRouteTableId")
        request.call("ec2", "delete_transit_gateway_route", call)


class TransitRelation(Fixed):
    """AWS::EC2::TransitGatewayRouteTableAssociation and -Propagation: an attachment and a table."""

    def __init__(self, kind: str, make: str, end: str):
        self.type = f"AWS::EC2::TransitGatewayRouteTable{kind}"
        self.calls = (make, end)

    def create(self, request: Request) -> Made:
        call = self.parameters(request)
        request.call("ec2", self.calls[0], call)
        return Made(f"{call['TransitGatewayRouteTableId']}_{call['TransitGatewayAttachmentId']}")

    def delete(self, request: Request) -> None:
        request.call("ec2", self.calls[1], self.parameters(request))

    @staticmethod
    def parameters(request: Request) -> dict[str, Any]:
        return request.properties.take("TransitGatewayAttachmentId", "TransitGatewayRouteTableId")


TYPES = (
    TransitGateway(),
    VpcAttachment("TransitGatewayVpcAttachment"),
    VpcAttachment("TransitGatewayAttachment"),
    TransitRouteTable(),
    TransitRoute(),
    TransitRelation("Association", "associate_transit_gateway_route_table", "disassociate_transit_gateway_route_table"),
    TransitRelation(
        "Propagation",
        "enable_transit_gateway_route_table_propagation",
        "disable_transit_gateway_route_table_propagation",
    ),
)

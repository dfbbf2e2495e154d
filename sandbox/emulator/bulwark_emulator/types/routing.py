"""Route tables and routes."""

from __future__ import annotations

from ..cloudformation.resource import Made, Request, ResourceType
from .ec2 import Tagged, set_tags

DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
TARGETS = (
    "CarrierGatewayId",
    "EgressOnlyInternetGatewayId",
    "GatewayId",
    "InstanceId",
    "NatGatewayId",
    "NetworkInterfaceId",
    "TransitGatewayId",
    "VpcEndpointId",
    "VpcPeeringConnectionId",
)


class RouteTable(Tagged):
    """AWS::EC2::RouteTable."""

    type = "AWS::EC2::RouteTable"
    replacement = ("VpcId",)

    def create(self, request: Request) -> Made:
        made = request.client("ec2").create_route_table(VpcId=request.properties["VpcId"])["RouteTable"]
        set_tags(request, made["RouteTableId"])
        return Made(made["RouteTableId"], {"RouteTableId": made["RouteTableId"]})

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_route_table(RouteTableId=request.physical_id)


class SubnetAssociation(ResourceType):
    """AWS::EC2::SubnetRouteTableAssociation."""

    type = "AWS::EC2::SubnetRouteTableAssociation"
    replacement = ("SubnetId",)

    def create(self, request: Request) -> Made:
        call = request.properties.take("RouteTableId", "SubnetId")
        association = request.call("ec2", "associate_route_table", call)["AssociationId"]
        return Made(association, {"Id": association})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.get("SubnetId")
        if not request.changed("RouteTableId"):
            return request.made
        association = request.client("ec2").replace_route_table_association(
            AssociationId=request.physical_id, RouteTableId=request.properties["RouteTableId"]
        )["NewAssociationId"]
        return Made(association, {"Id": association})

    def delete(self, request: Request) -> None:
        request.client("ec2").disassociate_route_table(AssociationId=request.physical_id)


class Route(ResourceType):
    """AWS::EC2::Route."""

    type = "AWS::EC2::Route"
    replacement = ("RouteTableId", *DESTINATIONS)

    def create(self, request: Request) -> Made:
        request.call("ec2", "create_route", request.properties.take("RouteTableId", *DESTINATIONS, *TARGETS))
        return self.made(request)

    def update(self, request: Request) -> Made:
        request.call("ec2", "replace_route", request.properties.take("RouteTableId", *DESTINATIONS, *TARGETS))
        return self.made(request)

    def delete(self, request: Request) -> None:
        request.call("ec2", "delete_route", request.properties.take("RouteTableId", *DESTINATIONS))

    @staticmethod
    def made(request: Request) -> Made:
        destination = next(request.properties[name] for name in DESTINATIONS if name in request.properties)
        return Made(f"{request.properties['RouteTableId']}|{destination}", {"CidrBlock": destination})


TYPES = (RouteTable(), SubnetAssociation(), Route())

"""VPCs, subnets, gateways and peerings."""

from __future__ import annotations

from typing import Any

from .. import clients
from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType, flag
from ..settings import ACCOUNT_ID
from .ec2 import Fixed, Tagged, filters, set_tags


class Vpc(ResourceType):
    """AWS::EC2::VPC."""

    type = "AWS::EC2::VPC"
    replacement = ("CidrBlock", "Ipv4IpamPoolId", "Ipv4NetmaskLength")

    def create(self, request: Request) -> Made:
        call = request.properties.take("CidrBlock", "InstanceTenancy", "Ipv4IpamPoolId", "Ipv4NetmaskLength")
        vpc = request.call("ec2", "create_vpc", call)["Vpc"]["VpcId"]
        self.configure(request, vpc)
        return Made(vpc, self.attributes(request, vpc))

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take(*self.replacement)
        if request.changed("InstanceTenancy"):
            tenancy = request.properties.get("InstanceTenancy", "default")
            request.client("ec2").modify_vpc_tenancy(VpcId=request.physical_id, InstanceTenancy=tenancy)
        self.configure(request, request.physical_id)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_vpc(VpcId=request.physical_id)

    @staticmethod
    def configure(request: Request, vpc: str) -> None:
        """Both settings have a default; one call changes one of them."""
        for name, default in (("EnableDnsSupport", True), ("EnableDnsHostnames", False)):
            value = {"Value": flag(request.properties.get(name), default)}
            request.client("ec2").modify_vpc_attribute(VpcId=vpc, **{name: value})
        set_tags(request, vpc)

    @staticmethod
    def attributes(request: Request, vpc: str) -> dict[str, Any]:
        ec2 = request.client("ec2")
        described = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]
        groups = ec2.describe_security_groups(Filters=filters(vpc_id=vpc, group_name="default"))["SecurityGroups"]
        acls = ec2.describe_network_acls(Filters=filters(vpc_id=vpc, default="true"))["NetworkAcls"]
        return {
            "VpcId": vpc,
            "CidrBlock": described["CidrBlock"],
            "CidrBlockAssociations": [one["AssociationId"] for one in described["CidrBlockAssociationSet"]],
            "DefaultNetworkAcl": acls[0]["NetworkAclId"],
            "DefaultSecurityGroup": groups[0]["GroupId"],
            "Ipv6CidrBlocks": [one["Ipv6CidrBlock"] for one in described.get("Ipv6CidrBlockAssociationSet", [])],
        }


class Subnet(ResourceType):
    """AWS::EC2::Subnet."""

    type = "AWS::EC2::Subnet"
    replacement = ("AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "Ipv6CidrBlock", "VpcId")

    def create(self, request: Request) -> Made:
        subnet = request.call("ec2", "create_subnet", request.properties.take(*self.replacement))["Subnet"]
        self.configure(request, subnet["SubnetId"])
        return Made(subnet["SubnetId"], self.attributes(request, subnet))

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take(*self.replacement)
        self.configure(request, request.physical_id)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_subnet(SubnetId=request.physical_id)

    @staticmethod
    def configure(request: Request, subnet: str) -> None:
        for name in ("MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation"):
            value = {"Value": flag(request.properties.get(name))}
            request.client("ec2").modify_subnet_attribute(SubnetId=subnet, **{name: value})
        set_tags(request, subnet)

    @staticmethod
    def attributes(request: Request, subnet: dict[str, Any]) -> dict[str, Any]:
        acl = acl_of(request, subnet["SubnetId"])
        return {
            "SubnetId": subnet["SubnetId"],
            "AvailabilityZone": subnet["AvailabilityZone"],
            "AvailabilityZoneId": subnet.get("AvailabilityZoneId", ""),
            "CidrBlock": subnet["CidrBlock"],
            "Ipv6CidrBlocks": [one["Ipv6CidrBlock"] for one in subnet.get("Ipv6CidrBlockAssociationSet", [])],
            "NetworkAclAssociationId": acl["NetworkAclAssociationId"] if acl else "",
            "VpcId": subnet["VpcId"],
        }


def acl_of(request: Request, subnet: str) -> dict[str, Any] | None:
    """A subnet's association with its network ACL, as it is now."""
    found = request.client("ec2").describe_network_acls(Filters=filters(association__subnet_id=subnet))
    return next((one for acl in found["NetworkAcls"] for one in acl["Associations"] if one["SubnetId"] == subnet), None)


class InternetGateway(Tagged):
    """AWS::EC2::InternetGateway."""

    type = "AWS::EC2::InternetGateway"

    def create(self, request: Request) -> Made:
        gateway = request.client("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        set_tags(request, gateway)
        return Made(gateway, {"InternetGatewayId": gateway})

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_internet_gateway(InternetGatewayId=request.physical_id)


class GatewayAttachment(Fixed):
    """AWS::EC2::VPCGatewayAttachment, of internet gateways."""

    type = "AWS::EC2::VPCGatewayAttachment"

    def create(self, request: Request) -> Made:
        if "InternetGatewayId" not in request.properties:
            raise ResourceFailure("sandbox attaches internet gateways only")
        call = request.properties.take("InternetGatewayId", "VpcId")
        request.call("ec2", "attach_internet_gateway", call)
        return Made(f"IGW|{call['VpcId']}", {"AttachmentType": "IGW"})

    def delete(self, request: Request) -> None:
        request.call("ec2", "detach_internet_gateway", request.properties.take("InternetGatewayId", "VpcId"))


class ElasticAddress(Tagged):
    """AWS::EC2::EIP."""

    type = "AWS::EC2::EIP"
    replacement = ("Address", "Domain", "NetworkBorderGroup")

    def create(self, request: Request) -> Made:
        call = {"Domain": "vpc", **request.properties.take("Address", "Domain", "NetworkBorderGroup")}
        address = request.call("ec2", "allocate_address", call)
        set_tags(request, address["AllocationId"])
        return Made(address["PublicIp"], {"AllocationId": address["AllocationId"], "PublicIp": address["PublicIp"]})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take(*self.replacement)
        set_tags(request, request.made.attributes["AllocationId"])
        return request.made

    def delete(self, request: Request) -> None:
        assert request.made is not None
        request.client("ec2").release_address(AllocationId=request.made.attributes["AllocationId"])


class NatGateway(Tagged):
    """AWS::EC2::NatGateway."""

    type = "AWS::EC2::NatGateway"
    replacement = ("AllocationId", "ConnectivityType", "PrivateIpAddress", "SubnetId")

    def create(self, request: Request) -> Made:
        call = request.properties.take("AllocationId", "ConnectivityType", "SubnetId")
        gateway = request.call("ec2", "create_nat_gateway", call)["NatGateway"]
        set_tags(request, gateway["NatGatewayId"])
        interface = gateway["NatGatewayAddresses"][0]["NetworkInterfaceId"]
        return Made(gateway["NatGatewayId"], {"NatGatewayId": gateway["NatGatewayId"], "EniId": interface})

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_nat_gateway(NatGatewayId=request.physical_id)


class Peering(Tagged):
    """AWS::EC2::VPCPeeringConnection: within an account, CloudFormation accepts what it has asked for."""

    type = "AWS::EC2::VPCPeeringConnection"
    replacement = ("PeerOwnerId", "PeerRegion", "PeerRoleArn", "PeerVpcId", "VpcId")

    def create(self, request: Request) -> Made:
        ec2 = request.client("ec2")
        call = request.properties.take("PeerOwnerId", "PeerRegion", "PeerVpcId", "VpcId")
        made = request.call("ec2", "create_vpc_peering_connection", call)["VpcPeeringConnection"]
        peering = made["VpcPeeringConnectionId"]
        found = ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=[peering])["VpcPeeringConnections"][0]
        if found["Status"]["Code"] == "failed":
            raise ResourceFailure(f"VpcPeeringConnection failed to stabilize with error: {found['Status']['Message']}")
        if call.get("PeerOwnerId", ACCOUNT_ID) == ACCOUNT_ID:
            region = call.get("PeerRegion", request.region)
            clients.client("ec2", region).accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
        set_tags(request, peering)
        return Made(peering, {"Id": peering})

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_vpc_peering_connection(VpcPeeringConnectionId=request.physical_id)


TYPES = (Vpc(), Subnet(), InternetGateway(), GatewayAttachment(), ElasticAddress(), NatGateway(), Peering())

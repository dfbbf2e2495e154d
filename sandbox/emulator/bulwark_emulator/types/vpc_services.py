"""What watches and serves VPCs: endpoints, flow logs, block of public access, access scopes."""

from __future__ import annotations

from typing import Any

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType, flag, policy_text
from ..settings import ACCOUNT_ID
from .ec2 import Tagged, added_and_removed, set_tags


class VpcEndpoint(ResourceType):
    """AWS::EC2::VPCEndpoint."""

    type = "AWS::EC2::VPCEndpoint"
    replacement = ("ServiceName", "VpcEndpointType", "VpcId")

    def create(self, request: Request) -> Made:
        properties = request.properties
        call = properties.take(
            "DnsOptions",
            "IpAddressType",
            "PrivateDnsEnabled",
            "RouteTableIds",
            "SecurityGroupIds",
            "ServiceName",
            "SubnetIds",
            "VpcEndpointType",
            "VpcId",
        )
        if "PolicyDocument" in properties:
            call["PolicyDocument"] = policy_text(properties["PolicyDocument"])
        endpoint = request.call("ec2", "create_vpc_endpoint", call)["VpcEndpoint"]["VpcEndpointId"]
        set_tags(request, endpoint)
        return Made(endpoint, self.attributes(request, endpoint))

    def update(self, request: Request) -> Made:
        properties = request.properties
        properties.take(*self.replacement)
        call: dict[str, Any] = {"VpcEndpointId": request.physical_id, **properties.take("DnsOptions", "IpAddressType")}
        if "PolicyDocument" in properties:
            call["PolicyDocument"] = policy_text(properties["PolicyDocument"])
        elif request.old.get("PolicyDocument"):
            call["ResetPolicy"] = True
        if request.changed("PrivateDnsEnabled"):
            call["PrivateDnsEnabled"] = flag(properties.get("PrivateDnsEnabled"))
        for name in ("RouteTableIds", "SecurityGroupIds", "SubnetIds"):
            added, removed = added_and_removed(request.old.get(name), properties.get(name))
            call |= {f"Add{name}": added} if added else {}
            call |= {f"Remove{name}": removed} if removed else {}
        request.call("ec2", "modify_vpc_endpoint", call)
        set_tags(request, request.physical_id)
        return Made(request.physical_id, self.attributes(request, request.physical_id))

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[request.physical_id])

    @staticmethod
    def attributes(request: Request, endpoint: str) -> dict[str, Any]:
        found = request.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]
        return {
            "Id": endpoint,
            "CreationTimestamp": found["CreationTimestamp"].isoformat(),
            "DnsEntries": [f"{one['HostedZoneId']}:{one['DnsName']}" for one in found.get("DnsEntries", [])],
            "NetworkInterfaceIds": found.get("NetworkInterfaceIds", []),
        }


class FlowLog(Tagged):
    """AWS::EC2::FlowLog."""

    type = "AWS::EC2::FlowLog"

    def replaces(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        return {**old, "Tags": None} != {**new, "Tags": None}

    def create(self, request: Request) -> Made:
        properties = request.properties
        call = properties.take(
            "DeliverLogsPermissionArn",
            "DestinationOptions",
            "LogDestination",
            "LogDestinationType",
            "LogFormat",
            "LogGroupName",
            "MaxAggregationInterval",
            "ResourceType",
            "TrafficType",
        )
        answer = request.call("ec2", "create_flow_logs", {**call, "ResourceIds": [properties["ResourceId"]]})
        for failed in answer.get("Unsuccessful", []):
            raise ResourceFailure(failed["Error"]["Message"])
        log = answer["FlowLogIds"][0]
        set_tags(request, log)
        return Made(log, {"Id": log})

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_flow_logs(FlowLogIds=[request.physical_id])


class BlockPublicAccessOptions(ResourceType):
    """AWS::EC2::VPCBlockPublicAccessOptions: one for all VPCs of the account in the Region."""

    type = "AWS::EC2::VPCBlockPublicAccessOptions"

    def create(self, request: Request) -> Made:
        return self.put(request, request.properties["InternetGatewayBlockMode"])

    def update(self, request: Request) -> Made:
        return self.put(request, request.properties["InternetGatewayBlockMode"])

    def delete(self, request: Request) -> None:
        self.put(request, "off")

    @staticmethod
    def put(request: Request, mode: str) -> Made:
        answer = request.client("ec2").modify_vpc_block_public_access_options(InternetGatewayBlockMode=mode)
        allowed = answer["VpcBlockPublicAccessOptions"]["ExclusionsAllowed"]
        return Made(ACCOUNT_ID, {"AccountId": ACCOUNT_ID, "ExclusionsAllowed": allowed})


class BlockPublicAccessExclusion(ResourceType):
    """AWS::EC2::VPCBlockPublicAccessExclusion."""

    type = "AWS::EC2::VPCBlockPublicAccessExclusion"
    replacement = ("SubnetId", "VpcId")

    def create(self, request: Request) -> Made:
        call = request.properties.take("InternetGatewayExclusionMode", "SubnetId", "VpcId")
        made = request.call("ec2", "create_vpc_block_public_access_exclusion", call)
        exclusion = made["VpcBlockPublicAccessExclusion"]["ExclusionId"]
        set_tags(request, exclusion)
        return Made(exclusion, {"ExclusionId": exclusion})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take(*self.replacement)
        request.client("ec2").modify_vpc_block_public_access_exclusion(
            ExclusionId=request.physical_id,
            InternetGatewayExclusionMode=request.properties["InternetGatewayExclusionMode"],
        )
        set_tags(request, request.physical_id)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_vpc_block_public_access_exclusion(ExclusionId=request.physical_id)


class AccessScope(Tagged):
    """AWS::EC2::NetworkInsightsAccessScope."""

    type = "AWS::EC2::NetworkInsightsAccessScope"
    replacement = ("ExcludePaths", "MatchPaths")

    def create(self, request: Request) -> Made:
        call = {"ClientToken": request.name(), **request.properties.take("ExcludePaths", "MatchPaths")}
        made = request.call("ec2", "create_network_insights_access_scope", call)["NetworkInsightsAccessScope"]
        scope = made["NetworkInsightsAccessScopeId"]
        set_tags(request, scope)
        attributes = {
            "NetworkInsightsAccessScopeId": scope,
            "NetworkInsightsAccessScopeArn": made["NetworkInsightsAccessScopeArn"],
            "CreatedDate": made["CreatedDate"].isoformat(),
            "UpdatedDate": made["UpdatedDate"].isoformat(),
        }
        return Made(scope, attributes)

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_network_insights_access_scope(NetworkInsightsAccessScopeId=request.physical_id)


TYPES = (VpcEndpoint(), FlowLog(), BlockPublicAccessOptions(), BlockPublicAccessExclusion(), AccessScope())

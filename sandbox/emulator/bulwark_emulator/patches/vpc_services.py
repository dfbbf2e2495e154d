"""VPC endpoints, flow logs, block of public access, access scopes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import EC2Backend
from moto.ec2.models.flow_logs import FlowLogs as FlowLog
from moto.ec2.models.vpcs import VPCBackend, VPCEndPoint
from moto.ec2.responses import EC2Response
from moto.ec2.responses.flow_logs import FlowLogs
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import random_resource_id, random_vpc_ep_id
from moto.route53.models import route53_backends

from ..settings import ACCOUNT_ID, PARTITION
from .vpc import ec2_error

GATEWAY_SERVICES = ("dynamodb", "s3")
PLAIN_FILES = {"FileFormat": "plain-text", "HiveCompatiblePartitions": False, "PerHourPartition": False}

Record = dict[str, Any]

_modes: dict[str, Record] = {}
"""Block of public access, by Region."""
_exclusions: dict[tuple[str, str], Record] = {}
_scopes: dict[tuple[str, str], Record] = {}


def apply() -> None:
    """Applies the repairs."""
    endpoints()
    changed_endpoints()
    deleted_endpoints()
    flow_logs()
    block_public_access()
    access_scopes()


def short_name(service: str) -> str:
    """`com.amazonaws.eu-central-1.ecr.api` is `ecr.api`."""
    return ".".join(service.split(".")[3:])


def private_name(service: str, region: str) -> str:
    """The name that a service has everywhere, and that an endpoint can have in its VPC."""
    return f"{'.'.join(reversed(short_name(service).split('.')))}.{region}.amazonaws.com"


def zone_id(*of: str) -> str:
    """The id of a hosted zone that AWS owns; always the same of the same zone."""
    return f"Z{hashlib.sha256('|'.join(of).encode()).hexdigest()[:13].upper()}"


def dns_entries(backend: EC2Backend, endpoint: VPCEndPoint) -> list[Record]:
    """One name for the endpoint, one per zone, and the private one where it has been asked for, in this order
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html)."""
    region, service = backend.region_name, endpoint.service_name
    base = f"{'.'.join(reversed(short_name(service).split('.')))}.{region}.vpce.amazonaws.com"
    suffix = hashlib.sha256(endpoint.id.encode()).hexdigest()[:8]
    zones = sorted({backend.get_subnet(one).availability_zone for one in endpoint.subnet_ids or []})
    names = [f"{endpoint.id}-{suffix}", *(f"{endpoint.id}-{suffix}-{zone}" for zone in zones)]
    entries = [{"dns_name": f"{name}.{base}", "hosted_zone_id": zone_id("vpce", region)} for name in names]
    if endpoint.private_dns_enabled:
        own = private_name(service, region)
        entries.append({"dns_name": own, "hosted_zone_id": zone_id(own, endpoint.vpc_id)})
    return entries


def check_private_dns(backend: EC2Backend, vpc_id: str, service: str, besides: str = "") -> None:
    """The VPC needs DNS, and nobody else there may answer for the name."""
    vpc, name = backend.get_vpc(vpc_id), private_name(service, backend.region_name)
    if not (is_on(vpc.enable_dns_support) and is_on(vpc.enable_dns_hostnames)):
        text = (
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true "
            f"for {vpc_id}"
        )
        raise ec2_error("InvalidParameter", text)
    zones = route53_backends[ACCOUNT_ID][PARTITION].zones.values()
    taken = any(
        one.vpc_id == vpc_id and one.service_name == service and one.private_dns_enabled and one.id != besides
        for one in backend.vpc_end_points.values()
    ) or any(zone.name.rstrip(".") == name and any(one.get("vpc_id") == vpc_id for one in zone.vpcs) for zone in zones)
    if taken:
        text = (
            f"private-dns-enabled cannot be set because there is already a conflicting DNS domain for {name} "
            f"in the VPC {vpc_id}"
        )
        raise ec2_error("InvalidParameter", text)


def is_on(value: Any) -> bool:
    return str(value).lower() == "true"


def add_interfaces(backend: EC2Backend, endpoint: VPCEndPoint, subnets: list[str]) -> None:
    """One interface with an address of the subnet, in one subnet per zone."""
    taken = {backend.get_subnet(one).availability_zone for one in endpoint.subnet_ids or [] if one not in subnets}
    for subnet_id in subnets:
        subnet = backend.get_subnet(subnet_id)
        if subnet.vpc_id != endpoint.vpc_id:
            text = f"The subnet ID '{subnet_id}' does not belong to VPC {endpoint.vpc_id}"
            raise ec2_error("InvalidParameter", text)
        if subnet.availability_zone in taken:
            text = f"Found another VPC endpoint subnet in the availability zone of {subnet_id}"
            raise ec2_error("DuplicateSubnetsInSameZone", text)
        taken.add(subnet.availability_zone)
    for subnet_id in subnets:
        subnet = backend.get_subnet(subnet_id)
        address = subnet.get_available_subnet_ip(endpoint)
        made = backend.create_network_interface(
            subnet_id,
            address,
            group_ids=list(endpoint.security_group_ids),
            description=f"VPC Endpoint Interface {endpoint.id}",
        )
        made.interface_type, made.requester_managed, made.status = "vpc_endpoint", True, "in-use"
        endpoint.network_interface_ids.append(made.id)


def remove_interfaces(backend: EC2Backend, endpoint: VPCEndPoint, subnets: list[str]) -> None:
    for interface_id in list(endpoint.network_interface_ids):
        interface = backend.enis.get(interface_id)
        if interface is not None and interface.subnet.id in subnets:
            interface.subnet.del_subnet_ip(interface.private_ip_address)
            backend.enis.pop(interface_id)
            endpoint.network_interface_ids.remove(interface_id)


def add_routes(backend: EC2Backend, endpoint: VPCEndPoint, tables: list[str]) -> None:
    """A gateway endpoint is a route to the service's prefix list in each of its tables."""
    for table_id in tables:
        table = backend.get_route_table(table_id)
        if table.vpc_id != endpoint.vpc_id:
            text = f"Route table {table_id} and VPC {endpoint.vpc_id} belong to different networks"
            raise ec2_error("InvalidParameter", text)
        if any(one.destination_prefix_list_id == endpoint.destination_prefix_list_id for one in table.routes):
            text = (
                f"route table {table_id} already has a route with destination-prefix-list-id "
                f"{endpoint.destination_prefix_list_id}"
            )
            raise ec2_error("RouteAlreadyExists", text)
    for table_id in tables:
        backend.create_route(
            table_id,
            None,
            gateway_id=endpoint.id,
            destination_prefix_list_id=endpoint.destination_prefix_list_id,
        )


def remove_routes(backend: EC2Backend, endpoint: VPCEndPoint, tables: list[str]) -> None:
    for table_id in tables:
        table = backend.route_tables.get(table_id)
        if table is not None:
            table._routes = {
                key: one for key, one in table._routes.items() if getattr(one.gateway, "id", None) != endpoint.id
            }


def check_groups(backend: EC2Backend, vpc_id: str, groups: list[str]) -> None:
    for group_id in groups:
        group = backend.get_security_group_from_id(group_id)
        if group is None or group.vpc_id != vpc_id:
            raise ec2_error("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist in {vpc_id}")


def endpoints() -> None:
    """Endpoints have made-up names, no security group, addresses of no subnet, and can be made twice.

    Cause: moto keeps what it is given. Can go when an endpoint has the names that AWS gives it, interfaces in its
    subnets, and is refused where AWS refuses it
    (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html).
    """

    def create_vpc_endpoint(
        self: EC2Backend, vpc_id: str, service_name: str, endpoint_type: str | None, policy_document: str | None,
        route_table_ids: list[str], subnet_ids: list[str] | None = None, client_token: str | None = None,
        security_group_ids: list[str] | None = None, tags: dict[str, str] | None = None,
        private_dns_enabled: bool | None = None, **_: Any,
    ) -> VPCEndPoint:  # fmt: skip
        self.get_vpc(vpc_id)
        kind = endpoint_type or "Gateway"
        own = service_name.startswith("com.amazonaws.") and not service_name.startswith("com.amazonaws.vpce.")
        if own and service_name.split(".")[2] != self.region_name:
            raise ec2_error("InvalidServiceName", f"The Vpc Endpoint Service '{service_name}' does not exist")
        if kind == "Gateway" and short_name(service_name) not in GATEWAY_SERVICES:
            text = f"Endpoint type (Gateway) does not match available service types ([Interface]) of {service_name}"
            raise ec2_error("InvalidParameter", text)
        private = kind == "Interface" and private_dns_enabled is not False and own
        if private:
            check_private_dns(self, vpc_id, service_name)
        groups = list(security_group_ids or [])
        if kind == "Interface" and not groups:
            groups = [self.get_default_security_group(vpc_id).id]
        check_groups(self, vpc_id, groups)
        lists = self.managed_prefix_lists.values() if kind == "Gateway" else ()
        made = VPCEndPoint(
            self, random_vpc_ep_id(), vpc_id, service_name, kind, policy_document, list(route_table_ids),
            list(subnet_ids or []), [], client_token=client_token, security_group_ids=groups, tags=tags,
            private_dns_enabled=private,
            destination_prefix_list_id=next((one.id for one in lists if one.prefix_list_name == service_name), None),
        )  # fmt: skip
        self.vpc_end_points[made.id] = made
        try:
            if kind == "Gateway":
                add_routes(self, made, made.route_table_ids)
            else:
                add_interfaces(self, made, made.subnet_ids)
        except Exception:
            self.vpc_end_points.pop(made.id)
            raise
        made.dns_entries = dns_entries(self, made) if kind == "Interface" else []
        return made

    VPCBackend.create_vpc_endpoint = create_vpc_endpoint


def changed_endpoints() -> None:
    """A changed endpoint keeps its routes, interfaces and private name.

    Cause: moto changes its lists only, and does not read PrivateDnsEnabled and ResetPolicy. Can go when
    ModifyVpcEndpoint applies both.
    """

    def modify_vpc_endpoint(self: VPCs) -> ActionResult:
        backend = self.ec2_backend
        endpoint = backend.get_vpc_end_point(self._get_param("VpcEndpointId"))
        names = ("RouteTableIds", "SecurityGroupIds", "SubnetIds")
        added = {name: list(self._get_param(f"Add{name}", [])) for name in names}
        removed = {name: list(self._get_param(f"Remove{name}", [])) for name in names}
        private = self._get_param("PrivateDnsEnabled")
        check_groups(backend, endpoint.vpc_id, added["SecurityGroupIds"])
        if private and not endpoint.private_dns_enabled:
            check_private_dns(backend, endpoint.vpc_id, endpoint.service_name, endpoint.id)
        remove_routes(backend, endpoint, removed["RouteTableIds"])
        add_routes(backend, endpoint, [one for one in added["RouteTableIds"] if one not in endpoint.route_table_ids])
        policy = self._get_param("PolicyDocument")
        if self._get_param("ResetPolicy"):
            policy = json.dumps(VPCEndPoint.DEFAULT_POLICY)
        remove_interfaces(backend, endpoint, removed["SubnetIds"])
        fresh = [one for one in added["SubnetIds"] if one not in (endpoint.subnet_ids or [])]
        endpoint.modify(
            policy, added["SubnetIds"], removed["SubnetIds"], added["RouteTableIds"], removed["RouteTableIds"],
            added["SecurityGroupIds"], removed["SecurityGroupIds"],
        )  # fmt: skip
        add_interfaces(backend, endpoint, fresh)
        for interface in endpoint.network_interface_ids:
            groups = [backend.get_security_group_from_id(one) for one in endpoint.security_group_ids]
            backend.enis[interface]._group_set = groups
        if private is not None:
            endpoint.private_dns_enabled = is_on(private)
        if endpoint.vpc_endpoint_type == "Interface":
            endpoint.dns_entries = dns_entries(backend, endpoint)
        return ActionResult({"Return": True})

    VPCs.modify_vpc_endpoint = modify_vpc_endpoint


def deleted_endpoints() -> None:
    """A deleted endpoint is described for ever, its interfaces' addresses stay taken, and an unknown id is deleted.

    Cause: moto changes the state only. Can go when DescribeVpcEndpoints answers InvalidVpcEndpointId.NotFound.
    """

    def delete_vpc_endpoints(self: VPCs) -> ActionResult:
        backend, failed = self.ec2_backend, []
        for endpoint_id in self._get_param("VpcEndpointIds", []):
            endpoint = backend.vpc_end_points.get(endpoint_id)
            if endpoint is None:
                message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
                failed.append(
                    {"ResourceId": endpoint_id, "Error": {"Code": "InvalidVpcEndpoint.NotFound", "Message": message}}
                )
                continue
            remove_routes(backend, endpoint, endpoint.route_table_ids)
            remove_interfaces(backend, endpoint, endpoint.subnet_ids or [])
            backend.vpc_end_points.pop(endpoint_id)
        return ActionResult({"Unsuccessful": failed})

    VPCs.delete_vpc_endpoints = delete_vpc_endpoints


def flow_logs() -> None:
    """The form of a flow log's files is lost; a log group's ARN is taken for no group, a folder for a bucket.

    Cause: moto does not read DestinationOptions, and reads LogDestination as the ARN of a bucket. Can go when
    DescribeFlowLogs shows DestinationOptions.
    """
    create = FlowLogs.create_flow_logs
    create_in_backend = EC2Backend.create_flow_logs

    def create_flow_logs(self: FlowLogs) -> ActionResult:
        kind = self._get_param("LogDestinationType") or "cloud-watch-logs"
        options = self._get_param("DestinationOptions")
        if options and kind != "s3":
            raise ec2_error("InvalidParameter", "DestinationOptions can be given for the destination type s3 only")
        answer = create(self)
        if kind == "s3":
            for log_id in answer.result["FlowLogIds"]:
                self.ec2_backend.flow_logs[log_id].destination_options = {**PLAIN_FILES, **(options or {})}
        return answer

    def in_backend(self: EC2Backend, *arguments: Any, **named: Any) -> tuple[list[FlowLog], list[Any]]:
        kind, destination = named.get("log_destination_type"), named.get("log_destination")
        if destination and kind == "s3":
            named["log_destination"] = destination.split("/")[0]
        elif destination and kind in (None, "cloud-watch-logs") and not named.get("log_group_name"):
            named["log_group_name"] = destination.split(":")[6]
        made, failed = create_in_backend(self, *arguments, **named)
        for one in made:
            one.log_destination = destination
        return made, failed

    EC2Backend.create_flow_logs = in_backend
    FlowLogs.create_flow_logs = create_flow_logs


def operation(name: str) -> Any:
    """Adds an operation to EC2 that moto has not."""

    def add(method: Any) -> Any:
        method.__name__ = name
        setattr(EC2Response, name, method)
        return method

    return add


def block_public_access() -> None:
    """VPC Block Public Access is unknown.

    Can go when moto has it
    (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcBlockPublicAccessOptions.html).
    """

    def options(region: str) -> Record:
        default = {
            "AwsAccountId": ACCOUNT_ID,
            "AwsRegion": region,
            "State": "default-state",
            "InternetGatewayBlockMode": "off",
            "ManagedBy": "account",
            "ExclusionsAllowed": "allowed",
        }
        return _modes.get(region, default)

    @operation("describe_vpc_block_public_access_options")
    def describe(self: EC2Response) -> ActionResult:
        return ActionResult({"VpcBlockPublicAccessOptions": options(self.region)})

    @operation("modify_vpc_block_public_access_options")
    def modify(self: EC2Response) -> ActionResult:
        mode = self._get_param("InternetGatewayBlockMode")
        changed = {"State": "update-complete", "InternetGatewayBlockMode": mode, "LastUpdateTimestamp": utcnow()}
        _modes[self.region] = {**options(self.region), **changed}
        return ActionResult({"VpcBlockPublicAccessOptions": _modes[self.region]})

    @operation("create_vpc_block_public_access_exclusion")
    def create_exclusion(self: EC2Response) -> ActionResult:
        subnet, vpc = self._get_param("SubnetId"), self._get_param("VpcId")
        if bool(subnet) == bool(vpc):
            raise ec2_error("InvalidParameterCombination", "Specify either a subnet or a VPC")
        if subnet:
            self.ec2_backend.get_subnet(subnet)
        else:
            self.ec2_backend.get_vpc(vpc)
        exclusion_id = f"vpcbpa-exclude-{random_resource_id(17)}"
        resource = f"subnet/{subnet}" if subnet else f"vpc/{vpc}"
        made = {
            "ExclusionId": exclusion_id,
            "InternetGatewayExclusionMode": self._get_param("InternetGatewayExclusionMode"),
            "ResourceArn": f"arn:aws:ec2:{self.region}:{ACCOUNT_ID}:{resource}",
            "State": "create-complete",
            "CreationTimestamp": utcnow(),
            "LastUpdateTimestamp": utcnow(),
        }
        _exclusions[self.region, exclusion_id] = made
        return ActionResult({"VpcBlockPublicAccessExclusion": made})

    def exclusion(self: EC2Response) -> Record:
        key = (self.region, self._get_param("ExclusionId"))
        if key not in _exclusions:
            text = f"The exclusion ID '{key[1]}' does not exist"
            raise ec2_error("InvalidVpcBlockPublicAccessExclusionId.NotFound", text)
        return _exclusions[key]

    @operation("modify_vpc_block_public_access_exclusion")
    def modify_exclusion(self: EC2Response) -> ActionResult:
        found = exclusion(self)
        mode = self._get_param("InternetGatewayExclusionMode")
        found |= {"InternetGatewayExclusionMode": mode, "State": "update-complete", "LastUpdateTimestamp": utcnow()}
        return ActionResult({"VpcBlockPublicAccessExclusion": found})

    @operation("delete_vpc_block_public_access_exclusion")
    def delete_exclusion(self: EC2Response) -> ActionResult:
        found = exclusion(self)
        _exclusions.pop((self.region, found["ExclusionId"]))
        return ActionResult({"VpcBlockPublicAccessExclusion": {**found, "State": "delete-complete"}})

    @operation("describe_vpc_block_public_access_exclusions")
    def describe_exclusions(self: EC2Response) -> ActionResult:
        wanted = self._get_param("ExclusionIds", [])
        found = [
            {**one, "Tags": tags_of(self, key)}
            for (region, key), one in _exclusions.items()
            if region == self.region and (not wanted or key in wanted)
        ]
        return ActionResult({"VpcBlockPublicAccessExclusions": found})


def tags_of(response: EC2Response, resource_id: str) -> list[dict[str, str]]:
    tags = response.ec2_backend.tags.get(resource_id, {})
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def access_scopes() -> None:
    """Network access scopes are unknown.

    Can go when moto keeps them
    (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInsightsAccessScope.html). Nothing here
    analyzes one: the paths of the deployed network are computed by this project's own evaluator.
    """

    @operation("create_network_insights_access_scope")
    def create(self: EC2Response) -> ActionResult:
        scope_id = f"nis-{random_resource_id(17)}"
        made = {
            "NetworkInsightsAccessScopeId": scope_id,
            "NetworkInsightsAccessScopeArn": (
                f"arn:aws:ec2:{self.region}:{ACCOUNT_ID}:network-insights-access-scope/{scope_id}"
            ),
            "CreatedDate": utcnow(),
            "UpdatedDate": utcnow(),
        }
        content = {
            "NetworkInsightsAccessScopeId": scope_id,
            "MatchPaths": self._get_param("MatchPaths", []),
            "ExcludePaths": self._get_param("ExcludePaths", []),
        }
        _scopes[self.region, scope_id] = {"scope": made, "content": content}
        return ActionResult({"NetworkInsightsAccessScope": made, "NetworkInsightsAccessScopeContent": content})

    def find(self: EC2Response, scope_id: str) -> Record:
        if (self.region, scope_id) not in _scopes:
            text = f"The network insights access scope ID '{scope_id}' does not exist"
            raise ec2_error("InvalidNetworkInsightsAccessScopeId.NotFound", text)
        return _scopes[self.region, scope_id]

    @operation("describe_network_insights_access_scopes")
    def describe(self: EC2Response) -> ActionResult:
        wanted = self._get_param("NetworkInsightsAccessScopeIds", [])
        ids = wanted or [key for region, key in _scopes if region == self.region]
        found = [{**find(self, one)["scope"], "Tags": tags_of(self, one)} for one in ids]
        return ActionResult({"NetworkInsightsAccessScopes": found})

    @operation("get_network_insights_access_scope_content")
    def content(self: EC2Response) -> ActionResult:
        found = find(self, self._get_param("NetworkInsightsAccessScopeId"))
        return ActionResult({"NetworkInsightsAccessScopeContent": found["content"]})

    @operation("delete_network_insights_access_scope")
    def delete(self: EC2Response) -> ActionResult:
        scope_id = self._get_param("NetworkInsightsAccessScopeId")
        find(self, scope_id)
        _scopes.pop((self.region, scope_id))
        return ActionResult({"NetworkInsightsAccessScopeId": scope_id})

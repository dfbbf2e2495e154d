"""Elastic Load Balancing: load balancers, listeners with their rules, target groups."""

from __future__ import annotations

from typing import Any

from ..cloudformation.resource import Made, Request, ResourceType


class LoadBalancer(ResourceType):
    """AWS::ElasticLoadBalancingV2::LoadBalancer."""

    type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    replacement = ("Name", "Scheme", "Type")

    def create(self, request: Request) -> Made:
        properties = request.properties
        call = {
            "Name": properties.get("Name") or request.name(limit=32),
            "Tags": request.tag_list(),
            **properties.take("IpAddressType", "Scheme", "SecurityGroups", "SubnetMappings", "Subnets", "Type"),
        }
        balancer = request.call("elbv2", "create_load_balancer", call)["LoadBalancers"][0]
        arn = balancer["LoadBalancerArn"]
        try:
            self.configure(request, arn)
        except Exception:
            request.client("elbv2").delete_load_balancer(LoadBalancerArn=arn)
            raise
        return self.made(request, arn)

    def update(self, request: Request) -> Made:
        arn = {"LoadBalancerArn": request.physical_id}
        request.properties.take("Name", "Scheme", "Type")
        if request.changed("SecurityGroups"):
            call = {**arn, "SecurityGroups": request.properties.get("SecurityGroups") or []}
            request.call("elbv2", "set_security_groups", call)
        if request.changed("Subnets", "SubnetMappings"):
            request.call("elbv2", "set_subnets", {**arn, **request.properties.take("Subnets", "SubnetMappings")})
        if request.changed("IpAddressType"):
            call = {**arn, "IpAddressType": request.properties.get("IpAddressType", "ipv4")}
            request.call("elbv2", "set_ip_address_type", call)
        self.configure(request, request.physical_id)
        retag(request)
        return self.made(request, request.physical_id)

    def delete(self, request: Request) -> None:
        request.client("elbv2").delete_load_balancer(LoadBalancerArn=request.physical_id)

    @staticmethod
    def configure(request: Request, arn: str) -> None:
        attributes = request.properties.get("LoadBalancerAttributes")
        if attributes:
            call = {"LoadBalancerArn": arn, "Attributes": attributes}
            request.call("elbv2", "modify_load_balancer_attributes", call)

    @staticmethod
    def made(request: Request, arn: str) -> Made:
        found = request.client("elbv2").describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]
        return Made(
            arn,
            {
                "CanonicalHostedZoneID": found["CanonicalHostedZoneId"],
                "DNSName": found["DNSName"],
                "LoadBalancerArn": arn,
                "LoadBalancerFullName": arn.split(":loadbalancer/", 1)[1],
                "LoadBalancerName": found["LoadBalancerName"],
                "SecurityGroups": found.get("SecurityGroups", []),
            },
        )


class Listener(ResourceType):
    """AWS::ElasticLoadBalancingV2::Listener."""

    type = "AWS::ElasticLoadBalancingV2::Listener"
    replacement = ("LoadBalancerArn",)
    settings = ("AlpnPolicy", "Certificates", "DefaultActions", "MutualAuthentication", "Port", "Protocol", "SslPolicy")

    def create(self, request: Request) -> Made:
        call = {"Tags": request.tag_list(), **request.properties.take("LoadBalancerArn", *self.settings)}
        arn = request.call("elbv2", "create_listener", call)["Listeners"][0]["ListenerArn"]
        self.configure(request, arn)
        return Made(arn, {"ListenerArn": arn})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take("LoadBalancerArn")
        call = {"ListenerArn": request.physical_id, **request.properties.take(*self.settings)}
        request.call("elbv2", "modify_listener", call)
        self.configure(request, request.physical_id)
        retag(request)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("elbv2").delete_listener(ListenerArn=request.physical_id)

    @staticmethod
    def configure(request: Request, arn: str) -> None:
        attributes = request.properties.get("ListenerAttributes")
        if attributes:
            request.call("elbv2", "modify_listener_attributes", {"ListenerArn": arn, "Attributes": attributes})


class ListenerRule(ResourceType):
    """AWS::ElasticLoadBalancingV2::ListenerRule."""

    type = "AWS::ElasticLoadBalancingV2::ListenerRule"
    replacement = ("ListenerArn",)

    def create(self, request: Request) -> Made:
        taken = request.properties.take("Actions", "Conditions", "ListenerArn", "Priority")
        call = {"Tags": request.tag_list(), **taken}
        arn = request.call("elbv2", "create_rule", call)["Rules"][0]["RuleArn"]
        return Made(arn, {"RuleArn": arn, "IsDefault": "false"})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take("ListenerArn")
        arn = {"RuleArn": request.physical_id}
        request.call("elbv2", "modify_rule", {**arn, **request.properties.take("Actions", "Conditions")})
        if request.changed("Priority"):
            call = {"RulePriorities": [{**arn, "Priority": request.properties["Priority"]}]}
            request.call("elbv2", "set_rule_priorities", call)
        retag(request)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("elbv2").delete_rule(RuleArn=request.physical_id)


class TargetGroup(ResourceType):
    """AWS::ElasticLoadBalancingV2::TargetGroup."""

    type = "AWS::ElasticLoadBalancingV2::TargetGroup"
    replacement = ("IpAddressType", "Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId")
    health = (
        "HealthCheckEnabled", "HealthCheckIntervalSeconds", "HealthCheckPath", "HealthCheckPort",
        "HealthCheckProtocol", "HealthCheckTimeoutSeconds", "HealthyThresholdCount", "Matcher",
        "UnhealthyThresholdCount",
    )  # fmt: skip

    def create(self, request: Request) -> Made:
        properties = request.properties
        call = {
            "Tags": request.tag_list(),
            **properties.take(*self.replacement, *self.health),
            "Name": properties.get("Name") or request.name(limit=32),
        }
        group = request.call("elbv2", "create_target_group", call)["TargetGroups"][0]
        self.configure(request, group["TargetGroupArn"])
        return self.made(group)

    def update(self, request: Request) -> Made:
        request.properties.take(*self.replacement)
        call = {"TargetGroupArn": request.physical_id, **request.properties.take(*self.health)}
        group = request.call("elbv2", "modify_target_group", call)["TargetGroups"][0]
        self.configure(request, request.physical_id)
        retag(request)
        return self.made(group)

    def delete(self, request: Request) -> None:
        request.client("elbv2").delete_target_group(TargetGroupArn=request.physical_id)

    @staticmethod
    def configure(request: Request, arn: str) -> None:
        """Attributes and targets, from what was to what is wanted."""
        attributes = request.properties.get("TargetGroupAttributes")
        if attributes:
            call = {"TargetGroupArn": arn, "Attributes": attributes}
            request.call("elbv2", "modify_target_group_attributes", call)
        wanted, was = request.properties.get("Targets") or [], request.old.get("Targets") or []
        for operation, targets in (
            ("deregister_targets", [one for one in was if one not in wanted]),
            ("register_targets", [one for one in wanted if one not in was]),
        ):
            if targets:
                request.call("elbv2", operation, {"TargetGroupArn": arn, "Targets": targets})

    @staticmethod
    def made(group: dict[str, Any]) -> Made:
        arn = group["TargetGroupArn"]
        return Made(
            arn,
            {
                "LoadBalancerArns": group.get("LoadBalancerArns", []),
                "TargetGroupArn": arn,
                "TargetGroupFullName": arn.split(":", 5)[5],
                "TargetGroupName": group["TargetGroupName"],
            },
        )


def retag(request: Request) -> None:
    """The resource's tags, and none beside them."""
    elbv2, arn, tags = request.client("elbv2"), request.physical_id, request.tag_map()
    there = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    gone = [one["Key"] for one in there if one["Key"] not in tags]
    if gone:
        elbv2.remove_tags(ResourceArns=[arn], TagKeys=gone)
    elbv2.add_tags(ResourceArns=[arn], Tags=request.tag_list())


TYPES = (LoadBalancer(), Listener(), ListenerRule(), TargetGroup())

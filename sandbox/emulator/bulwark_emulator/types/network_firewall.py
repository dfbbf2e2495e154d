"""Network Firewall."""

from __future__ import annotations

from typing import Any

from ..cloudformation.resource import Made, Request, ResourceType
from .dns import tags_without_system
from .ec2 import added_and_removed

SERVICE = "network-firewall"
PROTECTIONS = {
    "DeleteProtection": "update_firewall_delete_protection",
    "FirewallPolicyChangeProtection": "update_firewall_policy_change_protection",
    "SubnetChangeProtection": "update_subnet_change_protection",
}


class RuleGroup(ResourceType):
    """AWS::NetworkFirewall::RuleGroup."""

    type = "AWS::NetworkFirewall::RuleGroup"
    replacement = ("Capacity", "RuleGroupName", "Type")

    def create(self, request: Request) -> Made:
        names = (*self.replacement, "Description", "RuleGroup", "SummaryConfiguration")
        call = {**request.properties.take(*names), **tags(request)}
        made = request.call(SERVICE, "create_rule_group", call)["RuleGroupResponse"]
        attributes = {"RuleGroupArn": made["RuleGroupArn"], "RuleGroupId": made["RuleGroupId"]}
        return Made(made["RuleGroupArn"], attributes)

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take(*self.replacement, "Tags")
        found = request.client(SERVICE).describe_rule_group(RuleGroupArn=request.physical_id)
        call = request.properties.take("Description", "RuleGroup", "SummaryConfiguration")
        identity = {"RuleGroupArn": request.physical_id, "UpdateToken": found["UpdateToken"]}
        request.call(SERVICE, "update_rule_group", {**identity, **call})
        return request.made

    def delete(self, request: Request) -> None:
        request.client(SERVICE).delete_rule_group(RuleGroupArn=request.physical_id)


class FirewallPolicy(ResourceType):
    """AWS::NetworkFirewall::FirewallPolicy."""

    type = "AWS::NetworkFirewall::FirewallPolicy"
    replacement = ("FirewallPolicyName",)

    def create(self, request: Request) -> Made:
        call = {**request.properties.take("Description", "FirewallPolicy", "FirewallPolicyName"), **tags(request)}
        made = request.call(SERVICE, "create_firewall_policy", call)["FirewallPolicyResponse"]
        attributes = {name: made[name] for name in ("FirewallPolicyArn", "FirewallPolicyId")}
        return Made(made["FirewallPolicyArn"], attributes)

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take(*self.replacement, "Tags")
        found = request.client(SERVICE).describe_firewall_policy(FirewallPolicyArn=request.physical_id)
        identity = {"FirewallPolicyArn": request.physical_id, "UpdateToken": found["UpdateToken"]}
        call = request.properties.take("Description", "FirewallPolicy")
        request.call(SERVICE, "update_firewall_policy", {**identity, **call})
        return request.made

    def delete(self, request: Request) -> None:
        request.client(SERVICE).delete_firewall_policy(FirewallPolicyArn=request.physical_id)


class Firewall(ResourceType):
    """AWS::NetworkFirewall::Firewall."""

    type = "AWS::NetworkFirewall::Firewall"
    replacement = ("FirewallName", "VpcId")

    def create(self, request: Request) -> Made:
        names = (*self.replacement, *PROTECTIONS, "Description", "EnabledAnalysisTypes", "FirewallPolicyArn",
                 "SubnetMappings")  # fmt: skip
        call = {**request.properties.take(*names), **tags(request)}
        made = request.call(SERVICE, "create_firewall", call)
        return self.made(made)

    def update(self, request: Request) -> Made:
        """Protections that end, end first; those that begin, begin last."""
        properties, firewall = request.properties, {"FirewallArn": request.physical_id}
        properties.take(*self.replacement, "Tags", "EnabledAnalysisTypes")
        for name, operation in PROTECTIONS.items():
            if request.changed(name):
                request.call(SERVICE, operation, {**firewall, name: False})
        if request.changed("Description"):
            description = {"Description": properties.get("Description", "")}
            request.call(SERVICE, "update_firewall_description", {**firewall, **description})
        if request.changed("FirewallPolicyArn"):
            policy = {"FirewallPolicyArn": properties["FirewallPolicyArn"]}
            request.call(SERVICE, "associate_firewall_policy", {**firewall, **policy})
        added, removed = added_and_removed(request.old.get("SubnetMappings"), properties["SubnetMappings"])
        if added:
            request.call(SERVICE, "associate_subnets", {**firewall, "SubnetMappings": added})
        if removed:
            gone = [one["SubnetId"] for one in removed]
            request.call(SERVICE, "disassociate_subnets", {**firewall, "SubnetIds": gone})
        for name, operation in PROTECTIONS.items():
            if name in properties and request.changed(name):
                request.call(SERVICE, operation, {**firewall, name: properties[name]})
        return self.made(request.client(SERVICE).describe_firewall(**firewall))

    def delete(self, request: Request) -> None:
        request.client(SERVICE).delete_firewall(FirewallArn=request.physical_id)

    @staticmethod
    def made(answer: dict[str, Any]) -> Made:
        firewall, states = answer["Firewall"], answer["FirewallStatus"]["SyncStates"]
        attributes = {
            "FirewallArn": firewall["FirewallArn"],
            "FirewallId": firewall["FirewallId"],
            "EndpointIds": [f"{zone}:{one['Attachment']['EndpointId']}" for zone, one in sorted(states.items())],
        }
        return Made(firewall["FirewallArn"], attributes)


class LoggingConfiguration(ResourceType):
    """AWS::NetworkFirewall::LoggingConfiguration: the API takes one change of a destination at a time."""

    type = "AWS::NetworkFirewall::LoggingConfiguration"
    replacement = ("FirewallArn", "FirewallName")

    def create(self, request: Request) -> Made:
        request.properties.get("FirewallName")
        self.put(request, request.properties["LoggingConfiguration"]["LogDestinationConfigs"])
        return Made(request.properties["FirewallArn"])

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.get("FirewallName")
        self.put(request, request.properties["LoggingConfiguration"]["LogDestinationConfigs"])
        return request.made

    def delete(self, request: Request) -> None:
        self.put(request, [])

    @staticmethod
    def put(request: Request, wanted: list[dict[str, Any]]) -> None:
        firewall = {"FirewallArn": request.properties["FirewallArn"]}
        found = request.client(SERVICE).describe_logging_configuration(**firewall)
        current = list(found["LoggingConfiguration"]["LogDestinationConfigs"])
        steps = [(False, one) for one in current if one not in wanted]
        steps += [(True, one) for one in wanted if one not in current]
        for is_new, one in steps:
            current = [*current, one] if is_new else [each for each in current if each != one]
            configuration = {"LogDestinationConfigs": current}
            call = {**firewall, "LoggingConfiguration": configuration}
            request.call(SERVICE, "update_logging_configuration", call)


def tags(request: Request) -> dict[str, Any]:
    """The API takes no empty list."""
    own = tags_without_system(request)
    return {"Tags": own} if own else {}


TYPES = (RuleGroup(), FirewallPolicy(), Firewall(), LoggingConfiguration())

"""Network Firewall."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.utils import random_vpc_ep_id
from moto.networkfirewall.responses import NetworkFirewallResponse

from ..settings import ACCOUNT_ID
from .vpc_services import add_interfaces, remove_interfaces

Record = dict[str, Any]

FIREWALL_FIELDS = (
    "DeleteProtection", "Description", "EnabledAnalysisTypes", "EncryptionConfiguration", "FirewallName",
    "FirewallPolicyArn", "FirewallPolicyChangeProtection", "SubnetChangeProtection", "SubnetMappings", "Tags", "VpcId",
)  # fmt: skip
PROTECTIONS = ("DeleteProtection", "FirewallPolicyChangeProtection", "SubnetChangeProtection")


class Region:
    """Network Firewall of one Region; everything by its ARN."""

    def __init__(self) -> None:
        self.groups: dict[str, Record] = {}
        self.policies: dict[str, Record] = {}
        self.firewalls: dict[str, Record] = {}


_regions: dict[str, Region] = {}


class NetworkFirewallError(JsonRESTError):
    """A refusal."""

    code = 400


def apply() -> None:
    """Applies the repairs."""
    rule_groups()
    policies()
    firewalls()
    firewall_changes()
    logging()


def here(response: NetworkFirewallResponse) -> Region:
    return _regions.setdefault(response.region, Region())


def arn(response: NetworkFirewallResponse, kind: str, name: str) -> str:
    return f"arn:aws:network-firewall:{response.region}:{ACCOUNT_ID}:{kind}/{name}"


def operation(method: Callable[[NetworkFirewallResponse], Record]) -> None:
    """Adds or replaces an operation, by the function's name."""

    def answer(self: NetworkFirewallResponse) -> str:
        return json.dumps(method(self))

    answer.__name__ = method.__name__
    setattr(NetworkFirewallResponse, method.__name__, answer)


def given(response: NetworkFirewallResponse, *names: str) -> Record:
    return {name: value for name in names if (value := response._get_param(name)) is not None}


def find(records: dict[str, Record], resource: str) -> Record:
    if resource not in records:
        raise NetworkFirewallError("ResourceNotFoundException", f"Unable to find {resource}")
    return records[resource]


def refuse(records: dict[str, Record], resource: str) -> None:
    if resource in records:
        text = f"A resource with the specified name already exists, {resource}"
        raise NetworkFirewallError("InvalidRequestException", text)


def in_use(text: str) -> NetworkFirewallError:
    return NetworkFirewallError("InvalidOperationException", text)


def check_token(response: NetworkFirewallResponse, record: Record) -> None:
    """What was read before is to be what is changed."""
    token = response._get_param("UpdateToken")
    if token is not None and token != record["UpdateToken"]:
        raise NetworkFirewallError("InvalidTokenException", "Update token is invalid.")
    record["UpdateToken"] = str(uuid.uuid4())


def rule_groups() -> None:
    """Rule groups are unknown. Can go when moto has them."""

    def group(self: NetworkFirewallResponse) -> Record:
        kind = str(self._get_param("Type") or "STATEFUL").lower()
        name = self._get_param("RuleGroupName")
        return find(here(self).groups, self._get_param("RuleGroupArn") or arn(self, f"{kind}-rulegroup", name))

    def create_rule_group(self: NetworkFirewallResponse) -> Record:
        kind, name = self._get_param("Type"), self._get_param("RuleGroupName")
        resource = arn(self, f"{kind.lower()}-rulegroup", name)
        refuse(here(self).groups, resource)
        response = {
            "RuleGroupArn": resource,
            "RuleGroupName": name,
            "RuleGroupId": str(uuid.uuid4()),
            "Type": kind,
            "RuleGroupStatus": "ACTIVE",
            **given(self, "Capacity", "Description", "Tags", "EncryptionConfiguration", "SummaryConfiguration"),
        }
        content = self._get_param("RuleGroup") or {"RulesSource": {"RulesString": self._get_param("Rules")}}
        made = {"UpdateToken": str(uuid.uuid4()), "RuleGroup": content, "RuleGroupResponse": response}
        here(self).groups[resource] = made
        return {name: made[name] for name in ("UpdateToken", "RuleGroupResponse")}

    def describe_rule_group(self: NetworkFirewallResponse) -> Record:
        found = group(self)
        users = [
            one for one in here(self).policies.values() if found["RuleGroupResponse"]["RuleGroupArn"] in named(one)
        ]
        return {**found, "RuleGroupResponse": {**found["RuleGroupResponse"], "NumberOfAssociations": len(users)}}

    def update_rule_group(self: NetworkFirewallResponse) -> Record:
        found = group(self)
        check_token(self, found)
        if rules := self._get_param("Rules"):
            found["RuleGroup"] = {**found["RuleGroup"], "RulesSource": {"RulesString": rules}}
        found |= given(self, "RuleGroup")
        found["RuleGroupResponse"] |= given(self, "Description", "SummaryConfiguration")
        return {name: found[name] for name in ("UpdateToken", "RuleGroupResponse")}

    def delete_rule_group(self: NetworkFirewallResponse) -> Record:
        found = group(self)
        resource = found["RuleGroupResponse"]["RuleGroupArn"]
        if any(resource in named(one) for one in here(self).policies.values()):
            raise in_use(f"Unable to delete the object because it is still in use: {resource}")
        here(self).groups.pop(resource)
        return {"RuleGroupResponse": {**found["RuleGroupResponse"], "RuleGroupStatus": "DELETING"}}

    for one in (create_rule_group, describe_rule_group, update_rule_group, delete_rule_group):
        operation(one)


def named(policy: Record) -> list[str]:
    """The rule groups that a policy names."""
    content = policy["FirewallPolicy"]
    kinds = ("StatefulRuleGroupReferences", "StatelessRuleGroupReferences")
    return [one["ResourceArn"] for kind in kinds for one in content.get(kind) or []]


def check_policy(response: NetworkFirewallResponse, content: Record) -> None:
    """Rule groups of the account have to be there, and evaluated in the order that the policy has."""
    order = (content.get("StatefulEngineOptions") or {}).get("RuleOrder", "DEFAULT_ACTION_ORDER")
    for resource in named({"FirewallPolicy": content}):
        if ":aws-managed:" in resource:
            continue
        group = find(here(response).groups, resource)
        if group["RuleGroupResponse"]["Type"] != "STATEFUL":
            continue
        own = (group["RuleGroup"].get("StatefulRuleOptions") or {}).get("RuleOrder", "DEFAULT_ACTION_ORDER")
        if own != order:
            text = f"The rule order of {resource} is {own}, that of the policy {order}"
            raise NetworkFirewallError("InvalidRequestException", text)


def policies() -> None:
    """Firewall policies are unknown. Can go when moto has them."""

    def policy(self: NetworkFirewallResponse) -> Record:
        name = self._get_param("FirewallPolicyName")
        return find(here(self).policies, self._get_param("FirewallPolicyArn") or arn(self, "firewall-policy", name))

    def create_firewall_policy(self: NetworkFirewallResponse) -> Record:
        name, content = self._get_param("FirewallPolicyName"), self._get_param("FirewallPolicy")
        resource = arn(self, "firewall-policy", name)
        refuse(here(self).policies, resource)
        check_policy(self, content)
        response = {
            "FirewallPolicyArn": resource,
            "FirewallPolicyName": name,
            "FirewallPolicyId": str(uuid.uuid4()),
            "FirewallPolicyStatus": "ACTIVE",
            **given(self, "Description", "Tags", "EncryptionConfiguration"),
        }
        made = {"UpdateToken": str(uuid.uuid4()), "FirewallPolicy": content, "FirewallPolicyResponse": response}
        here(self).policies[resource] = made
        return {name: made[name] for name in ("UpdateToken", "FirewallPolicyResponse")}

    def describe_firewall_policy(self: NetworkFirewallResponse) -> Record:
        return policy(self)

    def update_firewall_policy(self: NetworkFirewallResponse) -> Record:
        found = policy(self)
        check_policy(self, self._get_param("FirewallPolicy"))
        check_token(self, found)
        found["FirewallPolicy"] = self._get_param("FirewallPolicy")
        found["FirewallPolicyResponse"] |= given(self, "Description")
        return {name: found[name] for name in ("UpdateToken", "FirewallPolicyResponse")}

    def delete_firewall_policy(self: NetworkFirewallResponse) -> Record:
        found = policy(self)
        resource = found["FirewallPolicyResponse"]["FirewallPolicyArn"]
        if any(one["Firewall"]["FirewallPolicyArn"] == resource for one in here(self).firewalls.values()):
            raise in_use(f"Unable to delete the object because it is still in use: {resource}")
        here(self).policies.pop(resource)
        return {"FirewallPolicyResponse": {**found["FirewallPolicyResponse"], "FirewallPolicyStatus": "DELETING"}}

    for one in (create_firewall_policy, describe_firewall_policy, update_firewall_policy, delete_firewall_policy):
        operation(one)


def firewall_of(response: NetworkFirewallResponse) -> Record:
    name = response._get_param("FirewallName")
    return find(here(response).firewalls, response._get_param("FirewallArn") or arn(response, "firewall", name))


def add_endpoint(backend: EC2Backend, record: Record, subnet_id: str) -> None:
    """A firewall is reached through an endpoint of its own in each of its subnets."""
    vpc_id = record["Firewall"]["VpcId"]
    service = f"com.amazonaws.vpce.{backend.region_name}.vpce-svc-{uuid.uuid4().hex[:17]}"
    made = VPCEndPoint(backend, random_vpc_ep_id(), vpc_id, service, "GatewayLoadBalancer", None, [], [subnet_id], [])
    add_interfaces(backend, made, [subnet_id])
    backend.vpc_end_points[made.id] = made
    zone = backend.get_subnet(subnet_id).availability_zone
    attachment = {"SubnetId": subnet_id, "EndpointId": made.id, "Status": "READY"}
    record["FirewallStatus"]["SyncStates"][zone] = {"Attachment": attachment, "Config": {}}


def remove_endpoint(backend: EC2Backend, record: Record, subnet_id: str) -> None:
    states = record["FirewallStatus"]["SyncStates"]
    for zone, state in list(states.items()):
        if state["Attachment"]["SubnetId"] == subnet_id:
            endpoint = backend.vpc_end_points.pop(state["Attachment"]["EndpointId"])
            remove_interfaces(backend, endpoint, [subnet_id])
            states.pop(zone)


def firewalls() -> None:
    """A firewall has no endpoint, cannot be deleted, and names a policy that need not be there.

    Cause: moto keeps what it is given. Can go when DescribeFirewall shows SyncStates with endpoints
    (https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_FirewallStatus.html).
    """

    def create_firewall(self: NetworkFirewallResponse) -> Record:
        resource = arn(self, "firewall", self._get_param("FirewallName"))
        refuse(here(self).firewalls, resource)
        find(here(self).policies, self._get_param("FirewallPolicyArn"))
        backend = ec2_backends[ACCOUNT_ID][self.region]
        backend.get_vpc(self._get_param("VpcId"))
        made = {
            "UpdateToken": str(uuid.uuid4()),
            "Firewall": {
                "FirewallArn": resource,
                "FirewallId": str(uuid.uuid4()),
                **dict.fromkeys(PROTECTIONS, False),
                **given(self, *FIREWALL_FIELDS),
            },
            "FirewallStatus": {"Status": "READY", "ConfigurationSyncStateSummary": "IN_SYNC", "SyncStates": {}},
            "LoggingConfiguration": {"LogDestinationConfigs": []},
        }
        for mapping in made["Firewall"]["SubnetMappings"]:
            add_endpoint(backend, made, mapping["SubnetId"])
        here(self).firewalls[resource] = made
        return {name: made[name] for name in ("Firewall", "FirewallStatus")}

    def describe_firewall(self: NetworkFirewallResponse) -> Record:
        found = firewall_of(self)
        return {name: found[name] for name in ("UpdateToken", "Firewall", "FirewallStatus")}

    def list_firewalls(self: NetworkFirewallResponse) -> Record:
        vpcs = self._get_param("VpcIds")
        records = [one["Firewall"] for one in here(self).firewalls.values()]
        fields = ("FirewallName", "FirewallArn")
        found = [{name: one[name] for name in fields} for one in records if not vpcs or one["VpcId"] in vpcs]
        return {"Firewalls": found}

    def delete_firewall(self: NetworkFirewallResponse) -> Record:
        found = firewall_of(self)
        if found["Firewall"]["DeleteProtection"]:
            raise in_use("Unable to delete the firewall because it has delete protection enabled.")
        if found["LoggingConfiguration"]["LogDestinationConfigs"]:
            raise in_use("Unable to delete the firewall because it has a logging configuration.")
        for mapping in found["Firewall"]["SubnetMappings"]:
            remove_endpoint(ec2_backends[ACCOUNT_ID][self.region], found, mapping["SubnetId"])
        here(self).firewalls.pop(found["Firewall"]["FirewallArn"])
        return {"Firewall": found["Firewall"], "FirewallStatus": {**found["FirewallStatus"], "Status": "DELETING"}}

    for one in (create_firewall, describe_firewall, list_firewalls, delete_firewall):
        operation(one)


def firewall_changes() -> None:
    """A firewall cannot be changed. Can go when moto has the calls."""

    def changed(self: NetworkFirewallResponse, name: str, protection: str = "") -> Record:
        found = firewall_of(self)
        firewall = found["Firewall"]
        if protection and firewall[protection]:
            raise in_use(f"The firewall has {protection} enabled.")
        check_token(self, found)
        firewall |= given(self, name)
        keys = ("FirewallArn", "FirewallName", name)
        return {"UpdateToken": found["UpdateToken"], **{key: firewall[key] for key in keys if key in firewall}}

    for protection in PROTECTIONS:

        def update(self: NetworkFirewallResponse, protection: str = protection) -> Record:
            return changed(self, protection)

        words = {"DeleteProtection": "delete", "SubnetChangeProtection": "subnet_change"}
        update.__name__ = f"update_{'firewall_' if protection == 'DeleteProtection' else ''}" + (
            f"{words.get(protection, 'firewall_policy_change')}_protection"
        )
        operation(update)

    def update_firewall_description(self: NetworkFirewallResponse) -> Record:
        return changed(self, "Description")

    def associate_firewall_policy(self: NetworkFirewallResponse) -> Record:
        find(here(self).policies, self._get_param("FirewallPolicyArn"))
        return changed(self, "FirewallPolicyArn", "FirewallPolicyChangeProtection")

    def subnets(self: NetworkFirewallResponse, mappings: list[Record]) -> Record:
        found, backend = firewall_of(self), ec2_backends[ACCOUNT_ID][self.region]
        if found["Firewall"]["SubnetChangeProtection"]:
            raise in_use("The firewall has SubnetChangeProtection enabled.")
        before = {one["SubnetId"] for one in found["Firewall"]["SubnetMappings"]}
        after = {one["SubnetId"] for one in mappings}
        check_token(self, found)
        for subnet_id in before - after:
            remove_endpoint(backend, found, subnet_id)
        for subnet_id in after - before:
            add_endpoint(backend, found, subnet_id)
        found["Firewall"]["SubnetMappings"] = mappings
        shown = {name: found["Firewall"][name] for name in ("FirewallArn", "FirewallName", "SubnetMappings")}
        return {**shown, "UpdateToken": found["UpdateToken"]}

    def associate_subnets(self: NetworkFirewallResponse) -> Record:
        known = firewall_of(self)["Firewall"]["SubnetMappings"]
        return subnets(self, [*known, *self._get_param("SubnetMappings")])

    def disassociate_subnets(self: NetworkFirewallResponse) -> Record:
        gone = self._get_param("SubnetIds")
        known = firewall_of(self)["Firewall"]["SubnetMappings"]
        return subnets(self, [one for one in known if one["SubnetId"] not in gone])

    for one in (update_firewall_description, associate_firewall_policy, associate_subnets, disassociate_subnets):
        operation(one)


def logging() -> None:
    """Logging is moto's own, of moto's own firewalls. Can go with the repair of these."""

    def describe_logging_configuration(self: NetworkFirewallResponse) -> Record:
        found = firewall_of(self)
        configuration = found["LoggingConfiguration"]
        return {"FirewallArn": found["Firewall"]["FirewallArn"], "LoggingConfiguration": configuration}

    def update_logging_configuration(self: NetworkFirewallResponse) -> Record:
        found = firewall_of(self)
        wanted = self._get_param("LoggingConfiguration") or {"LogDestinationConfigs": []}
        before, after = found["LoggingConfiguration"]["LogDestinationConfigs"], wanted["LogDestinationConfigs"]
        # One destination comes, goes or changes with each call
        # (https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_UpdateLoggingConfiguration.html).
        changes = [one for one in after if one not in before], [one for one in before if one not in after]
        if max(map(len, changes)) > 1:
            text = "Only one log destination configuration can be added, changed or removed at a time."
            raise NetworkFirewallError("InvalidRequestException", text)
        found["LoggingConfiguration"] = wanted
        firewall = found["Firewall"]
        shown = {name: firewall[name] for name in ("FirewallArn", "FirewallName")}
        return {**shown, "LoggingConfiguration": wanted}

    operation(describe_logging_configuration)
    operation(update_logging_configuration)

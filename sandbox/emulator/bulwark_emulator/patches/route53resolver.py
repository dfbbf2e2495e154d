"""Route 53 Resolver: what ends a query log, and DNS Firewall."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from moto.route53resolver import models
from moto.route53resolver.exceptions import (
    InvalidRequestException,
    ResourceExistsException,
    ResourceInUseException,
    ResourceNotFoundException,
    RRValidationException,
)
from moto.route53resolver.responses import Route53ResolverResponse

from .. import pages
from ..settings import ACCOUNT_ID

MANAGED_LISTS = (
    "AWSManagedDomainsAggregateThreatList",
    "AWSManagedDomainsAmazonGuardDutyThreatList",
    "AWSManagedDomainsBotnetCommandandControl",
    "AWSManagedDomainsMalwareDomainList",
)
"""Lists that AWS keeps in every Region, under ids of the Region
(https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-managed-domain-lists.html)."""
OWNER = "Route 53 Resolver DNS Firewall"
FAIL_OPEN = ("DISABLED", "ENABLED", "USE_LOCAL_RESOURCE_SETTING")
RULE_FIELDS = (
    "Action", "BlockOverrideDnsType", "BlockOverrideDomain", "BlockOverrideTtl", "BlockResponse", "ConfidenceThreshold",
    "DnsThreatProtection", "FirewallDomainRedirectionAction", "Name", "Priority", "Qtype",
)  # fmt: skip

Record = dict[str, Any]


class Firewall:
    """DNS Firewall of one Region."""

    def __init__(self, region: str):
        self.region = region
        self.lists: dict[str, Record] = {}
        self.domains: dict[str, list[str]] = {}
        self.groups: dict[str, Record] = {}
        self.rules: dict[str, list[Record]] = {}
        self.associations: dict[str, Record] = {}
        self.configs: dict[str, Record] = {}
        for name in MANAGED_LISTS:
            managed = f"rslvr-fdl-{hashlib.sha256(f'{region}|{name}'.encode()).hexdigest()[:16]}"
            self.lists[managed] = {
                "Id": managed,
                "Arn": f"arn:aws:route53resolver:{region}::firewall-domain-list/{managed}",
                "Name": name,
                "DomainCount": 0,
                "Status": "COMPLETE",
                "StatusMessage": "",
                "ManagedOwnerName": OWNER,
                **times(),
            }

    def arn(self, kind: str, resource_id: str) -> str:
        return f"arn:aws:route53resolver:{self.region}:{ACCOUNT_ID}:{kind}/{resource_id}"


_firewalls: dict[str, Firewall] = {}


def apply() -> None:
    """Applies the repairs."""
    ends_of_query_logs()
    tagged()
    domain_lists()
    rule_groups()
    rules()
    associations()
    configs()


def firewall(response: Route53ResolverResponse) -> Firewall:
    return _firewalls.setdefault(response.region, Firewall(response.region))


def times() -> Record:
    now = datetime.now(timezone.utc).isoformat()
    return {"CreationTime": now, "ModificationTime": now}


def touch(record: Record) -> None:
    record["ModificationTime"] = datetime.now(timezone.utc).isoformat()


def operation(method: Callable[[Route53ResolverResponse], Record]) -> None:
    """Adds an operation that moto has not, by the function's name."""

    def answer(self: Route53ResolverResponse) -> str:
        return json.dumps(method(self))

    answer.__name__ = method.__name__
    setattr(Route53ResolverResponse, method.__name__, answer)


def find(records: dict[str, Record], kind: str, resource_id: str) -> Record:
    if resource_id not in records:
        text = f"[RSLVR-02025] Can't find the resource with ID '{resource_id}' ({kind})."
        raise ResourceNotFoundException(text)
    return records[resource_id]


def new_id(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:17]}"


def listed(response: Route53ResolverResponse, member: str, records: list[Record]) -> Record:
    """One page of a list."""
    size = response._get_param("MaxResults") or 100
    shown, token = pages.page(
        records, lambda one: one.get("Id") or f"{one['Priority']:010}", size, response._get_param("NextToken")
    )
    return {member: shown, **({"NextToken": token} if token else {})}


def given(response: Route53ResolverResponse, *names: str) -> Record:
    return {name: value for name in names if (value := response._get_param(name)) is not None}


def keep_tags(response: Route53ResolverResponse, arn: str) -> None:
    if tags := response._get_param("Tags"):
        response.route53resolver_backend.tagger.tag_resource(arn, tags)


def ends_of_query_logs() -> None:
    """A query log can be made and associated, and nothing ends that.

    Can go when moto has DeleteResolverQueryLogConfig and DisassociateResolverQueryLogConfig.
    """

    def delete_resolver_query_log_config(self: Route53ResolverResponse) -> Record:
        backend = self.route53resolver_backend
        config = backend.get_resolver_query_log_config(self._get_param("ResolverQueryLogConfigId"))
        if any(
            one.resolver_query_log_config_id == config.id
            for one in backend.resolver_query_log_config_associations.values()
        ):
            text = (
                f"[RSLVR-01424] The query logging configuration '{config.id}' is associated with VPCs: "
                "disassociate them before it is deleted."
            )
            raise InvalidRequestException(text)
        backend.resolver_query_log_configs.pop(config.id)
        return {"ResolverQueryLogConfig": {**config.description(), "Status": "DELETING"}}

    def disassociate_resolver_query_log_config(self: Route53ResolverResponse) -> Record:
        backend = self.route53resolver_backend
        config_id, vpc = self._get_param("ResolverQueryLogConfigId"), self._get_param("ResourceId")
        config = backend.get_resolver_query_log_config(config_id)
        for key, one in list(backend.resolver_query_log_config_associations.items()):
            if (one.resolver_query_log_config_id, one.resource_id) == (config_id, vpc):
                backend.resolver_query_log_config_associations.pop(key)
                config.association_count -= 1
                return {"ResolverQueryLogConfigAssociation": {**one.description(), "Status": "DELETING"}}
        raise ResourceNotFoundException(f"[RSLVR-01425] '{config_id}' is not associated with '{vpc}'.")

    operation(delete_resolver_query_log_config)
    operation(disassociate_resolver_query_log_config)


def tagged() -> None:
    """Tags of query logs and of the firewall cannot be read or changed.

    Cause: moto looks among endpoints and rules only. Can go when it looks among all.
    """
    matched = models.Route53ResolverBackend._matched_arn

    def matched_arn(self: models.Route53ResolverBackend, resource_arn: str) -> None:
        known = _firewalls.get(self.region_name)
        records = [*known.lists.values(), *known.groups.values(), *known.associations.values()] if known else []
        arns = {one["Arn"] for one in records} | {one.arn for one in self.resolver_query_log_configs.values()}
        if resource_arn not in arns:
            matched(self, resource_arn)

    models.Route53ResolverBackend._matched_arn = matched_arn


def domain_lists() -> None:
    """DNS Firewall's lists are unknown. Can go when moto has them, AWS's own among them."""
    metadata = ("Id", "Arn", "Name", "CreatorRequestId", "ManagedOwnerName")

    def own_list(self: Route53ResolverResponse) -> Record:
        found = find(firewall(self).lists, "firewall domain list", self._get_param("FirewallDomainListId"))
        if found.get("ManagedOwnerName"):
            raise InvalidRequestException(f"[RSLVR-02008] '{found['Id']}' is a managed list.")
        return found

    def list_firewall_domain_lists(self: Route53ResolverResponse) -> Record:
        records = sorted(firewall(self).lists.values(), key=lambda one: one["Id"])
        shown = [{name: one[name] for name in metadata if name in one} for one in records]
        return listed(self, "FirewallDomainLists", shown)

    def get_firewall_domain_list(self: Route53ResolverResponse) -> Record:
        list_id = self._get_param("FirewallDomainListId")
        return {"FirewallDomainList": find(firewall(self).lists, "firewall domain list", list_id)}

    def create_firewall_domain_list(self: Route53ResolverResponse) -> Record:
        own, list_id = firewall(self), new_id("rslvr-fdl")
        made = {
            "Id": list_id,
            "Arn": own.arn("firewall-domain-list", list_id),
            "DomainCount": 0,
            "Status": "COMPLETE",
            "StatusMessage": "",
            **given(self, "Name", "CreatorRequestId"),
            **times(),
        }
        own.lists[list_id], own.domains[list_id] = made, []
        keep_tags(self, made["Arn"])
        return {"FirewallDomainList": made}

    def update_firewall_domains(self: Route53ResolverResponse) -> Record:
        found, domains = own_list(self), [domain(one) for one in self._get_param("Domains", [])]
        known = firewall(self).domains[found["Id"]]
        change = self._get_param("Operation")
        if change == "REPLACE":
            known[:] = domains
        elif change == "ADD":
            known += [one for one in domains if one not in known]
        else:
            known[:] = [one for one in known if one not in domains]
        found["DomainCount"] = len(known)
        touch(found)
        return {name: found[name] for name in ("Id", "Name", "Status", "StatusMessage")}

    def list_firewall_domains(self: Route53ResolverResponse) -> Record:
        """Those of a managed list are not told, in AWS neither."""
        return {"Domains": firewall(self).domains[own_list(self)["Id"]]}

    def delete_firewall_domain_list(self: Route53ResolverResponse) -> Record:
        found, own = own_list(self), firewall(self)
        if any(rule["FirewallDomainListId"] == found["Id"] for group in own.rules.values() for rule in group):
            raise ResourceInUseException(f"[RSLVR-02013] '{found['Id']}' is in use by a rule.")
        own.domains.pop(found["Id"])
        return {"FirewallDomainList": {**own.lists.pop(found["Id"]), "Status": "DELETING"}}

    for one in (
        list_firewall_domain_lists,
        get_firewall_domain_list,
        create_firewall_domain_list,
        update_firewall_domains,
        list_firewall_domains,
        delete_firewall_domain_list,
    ):
        operation(one)


def domain(name: str) -> str:
    """A domain as Resolver writes it; a star may stand at its beginning."""
    if not re.fullmatch(r"(\*\.?)?[A-Za-z0-9_.-]+\.?|\*", name):
        raise InvalidRequestException(f"[RSLVR-02044] '{name}' is no domain.")
    return name if name.endswith(".") or name == "*" else f"{name}."


def rule_groups() -> None:
    """DNS Firewall's groups of rules are unknown. Can go when moto has them."""
    metadata = ("Id", "Arn", "Name", "OwnerId", "CreatorRequestId", "ShareStatus")

    def group(self: Route53ResolverResponse) -> Record:
        return find(firewall(self).groups, "firewall rule group", self._get_param("FirewallRuleGroupId"))

    def create_firewall_rule_group(self: Route53ResolverResponse) -> Record:
        own, group_id = firewall(self), new_id("rslvr-frg")
        made = {
            "Id": group_id,
            "Arn": own.arn("firewall-rule-group", group_id),
            "RuleCount": 0,
            "Status": "COMPLETE",
            "StatusMessage": "Created Firewall Rule Group",
            "OwnerId": ACCOUNT_ID,
            "ShareStatus": "NOT_SHARED",
            **given(self, "Name", "CreatorRequestId"),
            **times(),
        }
        own.groups[group_id], own.rules[group_id] = made, []
        keep_tags(self, made["Arn"])
        return {"FirewallRuleGroup": made}

    def get_firewall_rule_group(self: Route53ResolverResponse) -> Record:
        return {"FirewallRuleGroup": group(self)}

    def list_firewall_rule_groups(self: Route53ResolverResponse) -> Record:
        records = sorted(firewall(self).groups.values(), key=lambda one: one["Id"])
        shown = [{name: one[name] for name in metadata if name in one} for one in records]
        return listed(self, "FirewallRuleGroups", shown)

    def delete_firewall_rule_group(self: Route53ResolverResponse) -> Record:
        found, own = group(self), firewall(self)
        if own.rules[found["Id"]] or any(
            one["FirewallRuleGroupId"] == found["Id"] for one in own.associations.values()
        ):
            raise ResourceInUseException(f"[RSLVR-02023] '{found['Id']}' has rules or is associated with a VPC.")
        own.rules.pop(found["Id"])
        return {"FirewallRuleGroup": {**own.groups.pop(found["Id"]), "Status": "DELETING"}}

    for one in (
        create_firewall_rule_group,
        get_firewall_rule_group,
        list_firewall_rule_groups,
        delete_firewall_rule_group,
    ):
        operation(one)


def rules() -> None:
    """DNS Firewall's rules are unknown. Can go when moto has them.

    A rule is known by its list and query type; within a group each has its own priority
    (https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateFirewallRule.html).
    """

    def group_of(self: Route53ResolverResponse) -> Record:
        return find(firewall(self).groups, "firewall rule group", self._get_param("FirewallRuleGroupId"))

    def rule(self: Route53ResolverResponse) -> Record:
        group, list_id, qtype = group_of(self), self._get_param("FirewallDomainListId"), self._get_param("Qtype")
        for one in firewall(self).rules[group["Id"]]:
            if one["FirewallDomainListId"] == list_id and one.get("Qtype") == qtype:
                return one
        raise ResourceNotFoundException(f"[RSLVR-02026] '{group['Id']}' has no rule about '{list_id}'.")

    def check(wanted: Record, others: list[Record]) -> None:
        if any(one["Priority"] == wanted["Priority"] for one in others):
            text = f"[RSLVR-02118] Another rule of the group has the priority {wanted['Priority']}."
            raise InvalidRequestException(text)
        if (wanted["Action"] == "BLOCK") != ("BlockResponse" in wanted):
            raise InvalidRequestException("[RSLVR-02045] BlockResponse belongs to rules with the action BLOCK.")
        if (wanted.get("BlockResponse") == "OVERRIDE") != ("BlockOverrideDomain" in wanted):
            raise InvalidRequestException("[RSLVR-02046] BlockOverrideDomain belongs to the response OVERRIDE.")

    def create_firewall_rule(self: Route53ResolverResponse) -> Record:
        own, group, list_id = firewall(self), group_of(self), self._get_param("FirewallDomainListId")
        find(own.lists, "firewall domain list", list_id)
        known = own.rules[group["Id"]]
        made = {
            "FirewallRuleGroupId": group["Id"],
            "FirewallDomainListId": list_id,
            "FirewallDomainRedirectionAction": "INSPECT_REDIRECTION_DOMAIN",
            **given(self, "CreatorRequestId", *RULE_FIELDS),
            **times(),
        }
        if any((one["FirewallDomainListId"], one.get("Qtype")) == (list_id, made.get("Qtype")) for one in known):
            raise ResourceExistsException(f"[RSLVR-02117] '{group['Id']}' has a rule about '{list_id}' already.")
        check(made, known)
        known.append(made)
        known.sort(key=lambda one: one["Priority"])
        group["RuleCount"] = len(known)
        return {"FirewallRule": made}

    def update_firewall_rule(self: Route53ResolverResponse) -> Record:
        found = rule(self)
        known = firewall(self).rules[found["FirewallRuleGroupId"]]
        changed = {**found, **given(self, *RULE_FIELDS)}
        check(changed, [one for one in known if one is not found])
        found |= changed
        touch(found)
        known.sort(key=lambda one: one["Priority"])
        return {"FirewallRule": found}

    def delete_firewall_rule(self: Route53ResolverResponse) -> Record:
        found, own = rule(self), firewall(self)
        known = own.rules[found["FirewallRuleGroupId"]]
        known.remove(found)
        own.groups[found["FirewallRuleGroupId"]]["RuleCount"] = len(known)
        return {"FirewallRule": found}

    def list_firewall_rules(self: Route53ResolverResponse) -> Record:
        wanted = given(self, "Action", "Priority")
        found = firewall(self).rules[group_of(self)["Id"]]
        shown = [one for one in found if all(one[name] == value for name, value in wanted.items())]
        return listed(self, "FirewallRules", shown)

    for one in (create_firewall_rule, update_firewall_rule, delete_firewall_rule, list_firewall_rules):
        operation(one)


def associations() -> None:
    """DNS Firewall cannot be put before a VPC. Can go when moto has the associations.

    The priority is above 100 and below 9900, and each group of a VPC has its own
    (https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateFirewallRuleGroup.html).
    """

    def association(self: Route53ResolverResponse) -> Record:
        key = self._get_param("FirewallRuleGroupAssociationId")
        return find(firewall(self).associations, "firewall rule group association", key)

    def check_priority(self: Route53ResolverResponse, wanted: Record) -> None:
        priority = int(wanted["Priority"])
        if not 100 < priority < 9900:
            constraint = "be greater than 100 and less than 9900"
            raise RRValidationException([("priority", str(priority), constraint)])
        for one in firewall(self).associations.values():
            if one["Id"] != wanted["Id"] and (one["VpcId"], one["Priority"]) == (wanted["VpcId"], priority):
                text = f"[RSLVR-02204] Another association of '{one['VpcId']}' has the priority {priority}."
                raise InvalidRequestException(text)

    def associate_firewall_rule_group(self: Route53ResolverResponse) -> Record:
        own, association_id = firewall(self), new_id("rslvr-frgassoc")
        find(own.groups, "firewall rule group", self._get_param("FirewallRuleGroupId"))
        require_vpc(self, self._get_param("VpcId"))
        made = {
            "Id": association_id,
            "Arn": own.arn("firewall-rule-group-association", association_id),
            "MutationProtection": "ENABLED",
            "Status": "COMPLETE",
            "StatusMessage": "Finished rule group association update",
            **given(self, "FirewallRuleGroupId", "VpcId", "Name", "Priority", "MutationProtection", "CreatorRequestId"),
            **times(),
        }
        for one in own.associations.values():
            if all(one[name] == made[name] for name in ("FirewallRuleGroupId", "VpcId")):
                text = f"[RSLVR-02202] '{one['FirewallRuleGroupId']}' is associated with '{one['VpcId']}' already."
                raise ResourceExistsException(text)
        check_priority(self, made)
        own.associations[association_id] = made
        keep_tags(self, made["Arn"])
        return {"FirewallRuleGroupAssociation": made}

    def update_firewall_rule_group_association(self: Route53ResolverResponse) -> Record:
        found = association(self)
        changed = {**found, **given(self, "Name", "Priority", "MutationProtection")}
        check_priority(self, changed)
        found |= changed
        touch(found)
        return {"FirewallRuleGroupAssociation": found}

    def get_firewall_rule_group_association(self: Route53ResolverResponse) -> Record:
        return {"FirewallRuleGroupAssociation": association(self)}

    def disassociate_firewall_rule_group(self: Route53ResolverResponse) -> Record:
        found = association(self)
        if found["MutationProtection"] == "ENABLED":
            text = f"[RSLVR-02205] '{found['Id']}' is protected: disable MutationProtection first."
            raise InvalidRequestException(text)
        firewall(self).associations.pop(found["Id"])
        return {"FirewallRuleGroupAssociation": {**found, "Status": "DELETING"}}

    def list_firewall_rule_group_associations(self: Route53ResolverResponse) -> Record:
        wanted = given(self, "FirewallRuleGroupId", "VpcId", "Priority", "Status")
        records = sorted(firewall(self).associations.values(), key=lambda one: one["Id"])
        shown = [one for one in records if all(one[name] == value for name, value in wanted.items())]
        return listed(self, "FirewallRuleGroupAssociations", shown)

    for one in (
        associate_firewall_rule_group,
        update_firewall_rule_group_association,
        get_firewall_rule_group_association,
        disassociate_firewall_rule_group,
        list_firewall_rule_group_associations,
    ):
        operation(one)


def require_vpc(response: Route53ResolverResponse, vpc_id: str) -> None:
    if vpc_id not in response.route53resolver_backend.ec2_backend.vpcs:
        raise ResourceNotFoundException(f"[RSLVR-02110] The VPC '{vpc_id}' does not exist.")


def configs() -> None:
    """What happens to queries while DNS Firewall does not answer is unknown. Can go when moto has FirewallConfig.

    Every VPC has one; it fails closed until somebody opens it
    (https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_FirewallConfig.html).
    """

    def config(self: Route53ResolverResponse, vpc_id: str) -> Record:
        require_vpc(self, vpc_id)
        own = firewall(self)
        made = {
            "Id": new_id("rslvr-fc"),
            "ResourceId": vpc_id,
            "OwnerId": ACCOUNT_ID,
            "FirewallFailOpen": "DISABLED",
        }
        return own.configs.setdefault(vpc_id, made)

    def get_firewall_config(self: Route53ResolverResponse) -> Record:
        return {"FirewallConfig": config(self, self._get_param("ResourceId"))}

    def update_firewall_config(self: Route53ResolverResponse) -> Record:
        mode = self._get_param("FirewallFailOpen")
        if mode not in FAIL_OPEN:
            constraint = f"satisfy enum value set: [{', '.join(FAIL_OPEN)}]"
            raise RRValidationException([("firewallFailOpen", mode, constraint)])
        found = config(self, self._get_param("ResourceId"))
        found["FirewallFailOpen"] = mode
        return {"FirewallConfig": found}

    def list_firewall_configs(self: Route53ResolverResponse) -> Record:
        vpcs = self.route53resolver_backend.ec2_backend.vpcs
        records = sorted((config(self, one) for one in vpcs), key=lambda one: one["Id"])
        return listed(self, "FirewallConfigs", records)

    for one in (get_firewall_config, update_firewall_config, list_firewall_configs):
        operation(one)

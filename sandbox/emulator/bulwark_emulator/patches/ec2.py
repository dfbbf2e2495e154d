"""EC2."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2 import exceptions
from moto.ec2.models.managed_prefixes import ManagedPrefixListBackend
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.responses.security_groups import SecurityGroups

SOURCES = ("CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId")


class InvalidPrefixListIdNotFound(exceptions.EC2ClientError):
    """There is no such prefix list."""

    def __init__(self, prefix_list_id: str):
        super().__init__("InvalidPrefixListID.NotFound", f"The prefix list ID '{prefix_list_id}' does not exist")


def apply() -> None:
    """Applies the repairs."""
    all_authorized_rules()
    modify_rules()
    revoke_unknown_rule()
    unknown_prefix_list()


def all_authorized_rules() -> None:
    """AuthorizeSecurityGroupIngress and -Egress answer with the rules of the last permission only.

    Cause: the loop overwrites its result. Can go when the answer lists all rules.
    """

    def authorize(direction: str) -> Any:
        def operation(self: SecurityGroups) -> ActionResult:
            self.error_on_dryrun()
            made: list[SecurityGroupRule] = []
            for arguments in self._process_rules_from_querystring():
                rules, _ = getattr(self.ec2_backend, f"authorize_security_group_{direction}")(**arguments)
                made += rules
            return ActionResult({"Return": True, "SecurityGroupRules": made})

        operation.__name__ = f"authorize_security_group_{direction}"
        return operation

    SecurityGroups.authorize_security_group_ingress = authorize("ingress")
    SecurityGroups.authorize_security_group_egress = authorize("egress")


def source_of(rule: SecurityGroupRule) -> str:
    """Which kind of source a rule has."""
    if "CidrIpv6" in rule.ip_range:
        return "CidrIpv6"
    if rule.prefix_list_id:
        return "PrefixListId"
    return "ReferencedGroupId" if rule.source_group else "CidrIpv4"


def modify_rules() -> None:
    """ModifySecurityGroupRules changes IPv4 ranges only, and refuses protocol -1 without ports.

    Cause: moto has a TODO there. Can go when all four kinds of source change; AWS refuses to change the kind.
    """

    def modify(self: SecurityGroupBackend, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        group = self.get_security_group_by_name_or_id(group_id)
        if group is None:
            raise exceptions.InvalidSecurityGroupNotFoundError(group_id)
        changes = []
        for rule_id, wanted in rules.items():
            given = [name for name in SOURCES if wanted.get(name) is not None]
            if len(given) != 1:
                raise exceptions.InvalidParameterCombination(
                    "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId"
                )
            rule = group.get_rule(rule_id)
            if rule is None:
                raise exceptions.InvalidSecurityGroupRuleIdNotFoundError(rule_id)
            kind = source_of(rule)
            if given[0] != kind:
                raise exceptions.InvalidParameterValue(
                    f"Invalid rule type for security group rule '{rule_id}'. "
                    f"You may not specify {given[0]} for an existing {kind} rule."
                )
            if wanted.get("IpProtocol") is None:
                raise exceptions.InvalidParameterValue(
                    "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly."
                )
            changes.append((rule, kind, wanted))
        for rule, kind, wanted in changes:
            change(rule, kind, wanted)

    SecurityGroupBackend.modify_security_group_rules = modify


def change(rule: SecurityGroupRule, kind: str, wanted: dict[str, Any]) -> None:
    """Gives a rule its new content."""
    rule.ip_protocol = {"6": "tcp", "17": "udp", "1": "icmp"}.get(
        str(wanted["IpProtocol"]), str(wanted["IpProtocol"]).lower()
    )
    everything = rule.ip_protocol == "-1"
    rule.from_port = None if everything else int(wanted.get("FromPort", -1))
    rule.to_port = None if everything else int(wanted.get("ToPort", -1))
    if kind == "CidrIpv4":
        rule.ip_range["CidrIp"] = wanted[kind]
    elif kind == "CidrIpv6":
        rule.ip_range["CidrIpv6"] = wanted[kind]
    elif kind == "PrefixListId":
        rule.prefix_list_id = wanted[kind]
    else:
        rule.source_group = {**rule.source_group, "GroupId": wanted[kind]}
    # A description left out is a description taken away.
    rule.ip_range.pop("Description", None)
    if wanted.get("Description"):
        rule.ip_range["Description"] = wanted["Description"]


def revoke_unknown_rule() -> None:
    """Revoking a rule id that is gone answers InvalidPermission.NotFound.

    Cause: moto treats it as a rule given by its content. AWS names the id:
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. Can go when moto does.
    """
    for direction in ("ingress", "egress"):
        name = f"revoke_security_group_{direction}"
        original = getattr(SecurityGroupBackend, name)

        def revoke(
            self: SecurityGroupBackend,
            group_name_or_id: str,
            *arguments: Any,
            original: Any = original,
            attribute: str = f"{direction}_rules",
            **named: Any,
        ) -> None:
            group = self.get_security_group_by_name_or_id(group_name_or_id, named.get("vpc_id"))
            known = {rule.id for rule in getattr(group, attribute)} if group else set()
            for rule_id in named.get("security_rule_ids") or []:
                if group and rule_id not in known:
                    raise exceptions.InvalidSecurityGroupRuleIdNotFoundError(rule_id)
            original(self, group_name_or_id, *arguments, **named)

        setattr(SecurityGroupBackend, name, revoke)


def unknown_prefix_list() -> None:
    """GetManagedPrefixListEntries of a prefix list that does not exist answers no entries.

    Cause: moto returns None. Can go when moto raises InvalidPrefixListID.NotFound.
    """
    original = ManagedPrefixListBackend.get_managed_prefix_list_entries

    def entries(self: ManagedPrefixListBackend, prefix_list_id: str) -> Any:
        found = original(self, prefix_list_id)
        if found is None:
            raise InvalidPrefixListIdNotFound(prefix_list_id)
        return found

    ManagedPrefixListBackend.get_managed_prefix_list_entries = entries

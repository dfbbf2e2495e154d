"""Rules of security groups and network ACLs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2 import exceptions
from moto.ec2.models import EC2Backend
from moto.ec2.models.network_acls import NetworkAcl, NetworkAclBackend, NetworkAclEntry
from moto.ec2.models.security_groups import (
    GroupedSecurityRuleView,
    SecurityGroup,
    SecurityGroupBackend,
    SecurityGroupRule,
)
from moto.ec2.responses.network_acls import NetworkACLs

from .ec2 import InvalidPrefixListIdNotFound
from .vpc import ec2_error

LAST_ENTRY = 32767
"""The entry that denies what no other allows (https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html)."""
MOST_ENTRIES = 20
"""In each direction and family, the last one counted, before the quota is raised
(https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html)."""


def apply() -> None:
    """Applies the repairs."""
    descriptions()
    same_rules()
    rules_taken_away()
    references()
    referenced_groups()
    acl_entries()
    acl_requests()


def descriptions() -> None:
    """Rules about groups and prefix lists have no description.

    Cause: moto looks for it in ranges only. Can go when DescribeSecurityGroupRules and DescribeSecurityGroups show it
    for every kind of source.
    """
    initialize = SecurityGroupRule.__init__

    def initialize_rule(self: SecurityGroupRule, *arguments: Any, **named: Any) -> None:
        initialize(self, *arguments, **named)
        given = [one for one in (*arguments, *named.values()) if isinstance(one, dict)]
        for one in given:
            if one.get("Description") and ("GroupId" in one or "PrefixListId" in one):
                # Both kinds have no range of their own.
                self.ip_range = {"Description": one["Description"]}
        self.source_group = {key: value for key, value in self.source_group.items() if key != "Description"}

    def flattened(self: SecurityGroup, rules: list[SecurityGroupRule]) -> list[GroupedSecurityRuleView]:
        views: dict[tuple[Any, ...], GroupedSecurityRuleView] = {}
        for rule in rules:
            key = (rule.from_port, rule.to_port, rule.ip_protocol)
            view = views.setdefault(key, GroupedSecurityRuleView(*key))
            described = {"Description": rule.ip_range["Description"]} if rule.ip_range.get("Description") else {}
            if rule.source_group:
                view.source_groups.append({**rule.source_group, **described})
            elif rule.prefix_list_id:
                view.prefix_list_ids.append({"PrefixListId": rule.prefix_list_id, **described})
            elif rule.ip_range:
                view.all_ip_ranges.append(rule.ip_range)
        return list(views.values())

    def update_description(self: SecurityGroupBackend, given: SecurityGroupRule, rule: SecurityGroupRule) -> None:
        rule.ip_range.pop("Description", None)
        if given.ip_range.get("Description"):
            rule.ip_range["Description"] = given.ip_range["Description"]

    SecurityGroupRule.__init__ = initialize_rule
    SecurityGroup._flattened_rules = flattened
    SecurityGroupBackend._sg_update_description = update_description


def same_rules() -> None:
    """A rule that differs from another in its description only is taken for a new one.

    Cause: moto compares all that was said of a group. Can go when AuthorizeSecurityGroup… answers
    InvalidPermission.Duplicate.
    """

    def content(rule: SecurityGroupRule) -> tuple[Any, ...]:
        ports = (rule.from_port, rule.to_port) if rule.ip_protocol != "-1" else ()
        ranges = (rule.ip_range.get("CidrIp"), rule.ip_range.get("CidrIpv6"))
        return (rule.ip_protocol, *ports, *ranges, rule.source_group.get("GroupId"), rule.prefix_list_id)

    SecurityGroupRule.__eq__ = lambda self, other: content(self) == content(other)  # type: ignore[method-assign]


def rules_taken_away() -> None:
    """An outbound rule about an IPv6 range cannot be revoked by its content in a VPC without IPv6.

    Cause: moto drops the range before it looks. Can go when it does not.
    """
    for direction in ("ingress", "egress"):
        name = f"revoke_security_group_{direction}"
        original = getattr(SecurityGroupBackend, name)

        def revoke(
            self: EC2Backend,
            group_name_or_id: str,
            ip_protocol: str,
            from_port: str,
            to_port: str,
            ip_ranges: list[Any],
            *,
            original: Callable[..., None] = original,
            attribute: str = f"{direction}_rules",
            **named: Any,
        ) -> None:
            group = self.get_security_group_by_name_or_id(group_name_or_id, named.get("vpc_id"))
            if group is None:
                raise exceptions.InvalidSecurityGroupNotFoundError(group_name_or_id)
            ids = named.pop("security_rule_ids", None) or []
            sources = self._add_source_group(named.pop("source_groups", None), named.get("vpc_id"))
            named.pop("sgrule_tags", None)
            prefix_lists = named.pop("prefix_list_ids", None) or []
            given = (ip_protocol, group.id, from_port, to_port, ip_ranges or [], sources, prefix_lists)
            for wanted in self._iterate_security_rules(*given):
                ids += [one.id for one in getattr(group, attribute) if one == wanted] or [None]
            if None in ids:
                raise exceptions.InvalidPermissionNotFoundError
            # The ids say all; without them nothing was asked for.
            if ids:
                original(self, group.id, ip_protocol, from_port, to_port, [], security_rule_ids=ids, **named)

        setattr(SecurityGroupBackend, name, revoke)


def peering_between(backend: Any, one: str, other: str) -> Any | None:
    """The active peering of two VPCs."""
    return next(
        (
            peering
            for peering in backend.vpc_pcxs.values()
            if {peering.vpc.id, peering.peer_vpc.id} == {one, other} and peering._status.code == "active"
        ),
        None,
    )


def refers_over_transit(backend: Any, one: str, other: str) -> bool:
    """Whether both VPCs hang on one transit gateway, and gateway and attachments let groups be referenced."""

    def gateways(vpc: str) -> set[str]:
        return {
            each.transit_gateway_id
            for each in backend.transit_gateway_attachments.values()
            if each.resource_id == vpc
            and each.state == "available"
            and getattr(each, "options", {}).get("SecurityGroupReferencingSupport") == "enable"
        }

    common = gateways(one) & gateways(other)
    return any(
        backend.transit_gateways[each].options.get("SecurityGroupReferencingSupport") == "enable" for each in common
    )


def references() -> None:
    """A rule may name any group, and any prefix list.

    Cause: moto looks up that there is such a group. Groups of another VPC can be named over an active peering
    (https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html), and in inbound rules over a
    transit gateway that allows it (AWS Networking & Content Delivery Blog, "Introducing security group referencing for
    AWS Transit Gateway"); the words of the refusal are those of https://github.com/boto/boto3/issues/569. Can go when
    moto refuses the others.
    """
    for direction in ("ingress", "egress"):
        name = f"authorize_security_group_{direction}"
        original = getattr(SecurityGroupBackend, name)

        def authorize(
            self: EC2Backend,
            group_name_or_id: str,
            *arguments: Any,
            original: Callable[..., Any] = original,
            inbound: bool = direction == "ingress",
            **named: Any,
        ) -> Any:
            group = self.get_security_group_by_name_or_id(group_name_or_id, named.get("vpc_id"))
            for source in named.get("source_groups") or []:
                other = self.get_security_group_from_id(source.get("GroupId"))
                if group is None or other is None or group.vpc_id == other.vpc_id:
                    continue
                if peering_between(self, group.vpc_id, other.vpc_id):
                    continue
                if not (inbound and refers_over_transit(self, group.vpc_id, other.vpc_id)):
                    text = "You have specified two resources that belong to different networks."
                    raise ec2_error("InvalidGroup.NotFound", text)
            for prefix_list in named.get("prefix_list_ids") or []:
                if prefix_list["PrefixListId"] not in self.managed_prefix_lists:
                    raise InvalidPrefixListIdNotFound(prefix_list["PrefixListId"])
            return original(self, group_name_or_id, *arguments, **named)

        setattr(SecurityGroupBackend, name, authorize)


def referenced_groups() -> None:
    """A rule does not tell the VPC of the group that it names, nor the peering.

    Cause: moto shows what was given. Can go when ReferencedGroupInfo has VpcId, VpcPeeringConnectionId and
    PeeringStatus.
    """

    def info(self: SecurityGroupRule) -> dict[str, str] | None:
        if not self.source_group:
            return None
        backend, shown = self.ec2_backend, dict(self.source_group)
        own = backend.get_security_group_from_id(self.group_id)
        other = backend.get_security_group_from_id(shown.get("GroupId"))
        if own and other and own.vpc_id != other.vpc_id:
            shown["VpcId"] = other.vpc_id
            if peering := peering_between(backend, own.vpc_id, other.vpc_id):
                shown |= {"VpcPeeringConnectionId": peering.id, "PeeringStatus": peering._status.code}
        return shown

    SecurityGroupRule.referenced_group_info = property(info)


def acl_entries() -> None:
    """A new ACL lacks the entries that deny the rest; numbers and amounts have no limit; a missing entry is a fault.

    Cause: moto adds them to default ACLs only and counts nothing. Can go when it does all three.
    """
    create_acl = NetworkAclBackend.create_network_acl
    create, delete = NetworkAclBackend.create_network_acl_entry, NetworkAclBackend.delete_network_acl_entry

    def create_network_acl(self: EC2Backend, vpc_id: str, *arguments: Any, **named: Any) -> NetworkAcl:
        acl = create_acl(self, vpc_id, *arguments, **named)
        if not acl.default:
            for egress in (True, False):
                last = NetworkAclEntry(self, acl.id, LAST_ENTRY, "-1", "deny", egress, "0.0.0.0/0",
                                       None, None, None, None, None)  # fmt: skip
                acl.network_acl_entries.append(last)
        return acl

    def create_network_acl_entry(
        self: EC2Backend, network_acl_id: str, rule_number: int, *arguments: Any, **named: Any
    ) -> NetworkAclEntry:
        acl = self.get_network_acl(network_acl_id)
        # moto's own default entries are made by the same way.
        if acl.default and len(acl.network_acl_entries) < 4:
            return create(self, network_acl_id, rule_number, *arguments, **named)
        number = int(rule_number)
        if not 1 <= number < LAST_ENTRY:
            text = f"Invalid value '{number}' for ruleNumber. Must specify a number between 1 and {LAST_ENTRY - 1}"
            raise ec2_error("InvalidParameterValue", text)
        egress, ipv6 = named["egress"], bool(named.get("ipv6_cidr_block"))
        alike = [
            one
            for one in acl.network_acl_entries
            if one.egress == egress and bool(getattr(one, "ipv6_cidr_block", None)) == ipv6
        ]
        if len(alike) >= MOST_ENTRIES:
            text = f"The maximum number of network acl entries {MOST_ENTRIES} has been reached."
            raise ec2_error("NetworkAclEntryLimitExceeded", text)
        return create(self, network_acl_id, number, *arguments, **named)

    def delete_network_acl_entry(self: EC2Backend, network_acl_id: str, rule_number: int, egress: bool) -> Any:
        entries = self.get_network_acl(network_acl_id).network_acl_entries
        if not any(one.egress == egress and one.rule_number == int(rule_number) for one in entries):
            text = f"The {'egress' if egress else 'ingress'} network acl entry ({rule_number}) does not exist"
            raise ec2_error("InvalidNetworkAclEntry.NotFound", text)
        return delete(self, network_acl_id, int(rule_number), egress)

    NetworkAclBackend.create_network_acl = create_network_acl
    NetworkAclBackend.create_network_acl_entry = create_network_acl_entry
    NetworkAclBackend.delete_network_acl_entry = delete_network_acl_entry


def acl_requests() -> None:
    """The type and code of an ICMP entry are lost.

    Cause: moto asks for them by the name on the wire, and requests are parsed by the model now. Can go when
    DescribeNetworkAcls shows IcmpTypeCode.
    """
    for name in ("create_network_acl_entry", "replace_network_acl_entry"):

        def operation(self: NetworkACLs, name: str = name) -> ActionResult:
            icmp, ports = self._get_param("IcmpTypeCode") or {}, self._get_param("PortRange") or {}
            getattr(self.ec2_backend, name)(
                network_acl_id=self._get_param("NetworkAclId"),
                rule_number=self._get_param("RuleNumber"),
                protocol=self._get_param("Protocol"),
                rule_action=self._get_param("RuleAction"),
                egress=self._get_param("Egress"),
                cidr_block=self._get_param("CidrBlock"),
                ipv6_cidr_block=self._get_param("Ipv6CidrBlock"),
                icmp_code=icmp.get("Code"),
                icmp_type=icmp.get("Type"),
                port_range_from=ports.get("From"),
                port_range_to=ports.get("To"),
            )
            return EmptyResult()

        operation.__name__ = name
        setattr(NetworkACLs, name, operation)

"""Security groups and network ACLs with their rules."""

from __future__ import annotations

from typing import Any

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType, flag
from .ec2 import Fixed, Tagged, added_and_removed, filters, set_tags
from .vpc import acl_of

EVERYTHING_OUT = [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]
"""What a group lets out for which no outbound rule is given."""

Rule = dict[str, Any]


def permission(rule: Rule) -> dict[str, Any]:
    """A rule of a template as the API takes it: the one source or destination in a list of its kind."""
    described = {"Description": rule["Description"]} if rule.get("Description") else {}
    made: dict[str, Any] = {"IpProtocol": str(rule["IpProtocol"])}
    for port in ("FromPort", "ToPort"):
        if rule.get(port) is not None:
            made[port] = rule[port]
        elif made["IpProtocol"] not in ("-1", "tcp", "udp", "6", "17"):
            made[port] = -1
    if rule.get("CidrIp"):
        made["IpRanges"] = [{"CidrIp": rule["CidrIp"], **described}]
    elif rule.get("CidrIpv6"):
        made["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **described}]
    elif prefix_list := rule.get("SourcePrefixListId") or rule.get("DestinationPrefixListId"):
        made["PrefixListIds"] = [{"PrefixListId": prefix_list, **described}]
    elif group := rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId"):
        made["UserIdGroupPairs"] = [{"GroupId": group, **described}]
        if rule.get("SourceSecurityGroupOwnerId"):
            made["UserIdGroupPairs"][0]["UserId"] = str(rule["SourceSecurityGroupOwnerId"])
    else:
        raise ResourceFailure("sandbox needs a range, a prefix list or the id of a group in every rule")
    return made


def authorize(request: Request, direction: str, group: str, rules: list[Rule]) -> list[str]:
    """Adds rules to a group; their ids."""
    if not rules:
        return []
    call = {"GroupId": group, "IpPermissions": [permission(one) for one in rules]}
    answer = request.call("ec2", f"authorize_security_group_{direction}", call)
    return [one["SecurityGroupRuleId"] for one in answer["SecurityGroupRules"]]


def revoke(request: Request, direction: str, group: str, rules: list[Rule]) -> None:
    """Takes rules away from a group."""
    if rules:
        call = {"GroupId": group, "IpPermissions": [permission(one) for one in rules]}
        request.call("ec2", f"revoke_security_group_{direction}", call)


class SecurityGroup(ResourceType):
    """AWS::EC2::SecurityGroup."""

    type = "AWS::EC2::SecurityGroup"
    replacement = ("GroupDescription", "GroupName", "VpcId")

    def create(self, request: Request) -> Made:
        properties = request.properties
        call = {
            "GroupName": properties.get("GroupName") or request.name(limit=255),
            "Description": properties["GroupDescription"],
            **properties.take("VpcId"),
        }
        group = request.call("ec2", "create_security_group", call)["GroupId"]
        set_tags(request, group)
        try:
            self.change(request, group, {"SecurityGroupEgress": None, "SecurityGroupIngress": None})
        except Exception:
            request.client("ec2").delete_security_group(GroupId=group)
            raise
        return Made(group, {"GroupId": group, "Id": group, "VpcId": properties.get("VpcId", "")})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take(*self.replacement)
        self.change(request, request.physical_id, request.old)
        set_tags(request, request.physical_id)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_security_group(GroupId=request.physical_id)

    @staticmethod
    def change(request: Request, group: str, old: dict[str, Any]) -> None:
        """From the group's own rules as they were to what the template has now."""
        for direction, name, default in (
            ("ingress", "SecurityGroupIngress", []),
            ("egress", "SecurityGroupEgress", EVERYTHING_OUT),
        ):
            before, after = old.get(name) or default, request.properties.get(name) or default
            added, removed = added_and_removed(before, after)
            revoke(request, direction, group, removed)
            authorize(request, direction, group, added)


class GroupRule(Fixed):
    """AWS::EC2::SecurityGroupIngress and -Egress: one rule of a group that is a resource of its own."""

    def __init__(self, direction: str):
        self.type = f"AWS::EC2::SecurityGroup{direction.capitalize()}"
        self.direction = direction

    def replaces(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        """All but the description makes a new rule."""
        return {**old, "Description": None} != {**new, "Description": None}

    def create(self, request: Request) -> Made:
        rule = dict(request.properties.items())
        rules = authorize(request, self.direction, rule["GroupId"], [rule])
        return Made(rules[0], {"Id": rules[0]})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        rule = dict(request.properties.items())
        call = {"GroupId": rule["GroupId"], "IpPermissions": [permission(rule)]}
        request.call("ec2", f"update_security_group_rule_descriptions_{self.direction}", call)
        return request.made

    def delete(self, request: Request) -> None:
        revoke_by_id = getattr(request.client("ec2"), f"revoke_security_group_{self.direction}")
        revoke_by_id(GroupId=request.properties["GroupId"], SecurityGroupRuleIds=[request.physical_id])


class NetworkAcl(Tagged):
    """AWS::EC2::NetworkAcl."""

    type = "AWS::EC2::NetworkAcl"
    replacement = ("VpcId",)

    def create(self, request: Request) -> Made:
        acl = request.client("ec2").create_network_acl(VpcId=request.properties["VpcId"])["NetworkAcl"]["NetworkAclId"]
        set_tags(request, acl)
        return Made(acl, {"Id": acl})

    def delete(self, request: Request) -> None:
        request.client("ec2").delete_network_acl(NetworkAclId=request.physical_id)


class NetworkAclEntry(ResourceType):
    """AWS::EC2::NetworkAclEntry."""

    type = "AWS::EC2::NetworkAclEntry"
    replacement = ("Egress", "NetworkAclId", "RuleNumber")

    def create(self, request: Request) -> Made:
        request.call("ec2", "create_network_acl_entry", self.entry(request))
        name = request.name()
        return Made(name, {"Id": name})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.call("ec2", "replace_network_acl_entry", self.entry(request))
        return request.made

    def delete(self, request: Request) -> None:
        entry = self.entry(request)
        call = {name: entry[name] for name in self.replacement}
        request.call("ec2", "delete_network_acl_entry", call)

    @staticmethod
    def entry(request: Request) -> dict[str, Any]:
        properties = request.properties
        entry = properties.take(
            "CidrBlock", "Ipv6CidrBlock", "NetworkAclId", "PortRange", "Protocol", "RuleAction", "RuleNumber"
        )
        if "Icmp" in properties:
            entry["IcmpTypeCode"] = properties["Icmp"]
        return {**entry, "Egress": flag(properties.get("Egress"))}


class AclAssociation(Fixed):
    """AWS::EC2::SubnetNetworkAclAssociation: a subnet always has one ACL, so it moves from one to the other."""

    type = "AWS::EC2::SubnetNetworkAclAssociation"

    def create(self, request: Request) -> Made:
        association = self.move(request, request.properties["SubnetId"], request.properties["NetworkAclId"])
        return Made(association, {"AssociationId": association})

    def delete(self, request: Request) -> None:
        """Back to the VPC's default ACL, unless it has moved on already."""
        current = acl_of(request, request.properties["SubnetId"])
        if current is None or current["NetworkAclAssociationId"] != request.physical_id:
            return
        ec2 = request.client("ec2")
        vpc = ec2.describe_subnets(SubnetIds=[current["SubnetId"]])["Subnets"][0]["VpcId"]
        default = ec2.describe_network_acls(Filters=filters(vpc_id=vpc, default="true"))["NetworkAcls"][0]
        self.move(request, current["SubnetId"], default["NetworkAclId"])

    @staticmethod
    def move(request: Request, subnet: str, acl: str) -> str:
        current = acl_of(request, subnet)
        if current is None:
            raise ResourceFailure(f"The subnet ID '{subnet}' does not exist")
        moved = request.client("ec2").replace_network_acl_association(
            AssociationId=current["NetworkAclAssociationId"], NetworkAclId=acl
        )
        return moved["NewAssociationId"]


TYPES = (
    SecurityGroup(),
    GroupRule("ingress"),
    GroupRule("egress"),
    NetworkAcl(),
    NetworkAclEntry(),
    AclAssociation(),
)

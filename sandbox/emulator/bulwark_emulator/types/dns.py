"""Route 53 and its Resolver."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType
from .ec2 import Fixed, added_and_removed

RECORD_PROPERTIES = (
    "AliasTarget",
    "Failover",
    "GeoLocation",
    "HealthCheckId",
    "MultiValueAnswer",
    "Name",
    "Region",
    "SetIdentifier",
    "TTL",
    "Type",
    "Weight",
)


class HostedZone(ResourceType):
    """AWS::Route53::HostedZone."""

    type = "AWS::Route53::HostedZone"
    replacement = ("Name",)

    def create(self, request: Request) -> Made:
        properties = request.properties
        vpcs = properties.get("VPCs") or []
        config = {"PrivateZone": bool(vpcs), **(properties.get("HostedZoneConfig") or {})}
        call = {"Name": properties["Name"], "CallerReference": str(uuid.uuid4()), "HostedZoneConfig": config}
        made = request.call("route53", "create_hosted_zone", {**call, **({"VPC": vpcs[0]} if vpcs else {})})
        zone = made["HostedZone"]["Id"].rsplit("/", 1)[-1]
        try:
            for vpc in vpcs[1:]:
                request.call("route53", "associate_vpc_with_hosted_zone", {"HostedZoneId": zone, "VPC": vpc})
        except Exception:
            request.client("route53").delete_hosted_zone(Id=zone)
            raise
        self.tag(request, zone)
        servers = made.get("DelegationSet", {}).get("NameServers", [])
        return Made(zone, {"Id": zone, "NameServers": servers})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        properties, zone, route53 = request.properties, request.physical_id, request.client("route53")
        properties.get("Name")
        comment = (properties.get("HostedZoneConfig") or {}).get("Comment", "")
        route53.update_hosted_zone_comment(Id=zone, Comment=comment)
        added, removed = added_and_removed(request.old.get("VPCs"), properties.get("VPCs"))
        # A private zone has always one VPC at least.
        for vpc in added:
            request.call("route53", "associate_vpc_with_hosted_zone", {"HostedZoneId": zone, "VPC": vpc})
        for vpc in removed:
            request.call("route53", "disassociate_vpc_from_hosted_zone", {"HostedZoneId": zone, "VPC": vpc})
        self.tag(request, zone)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("route53").delete_hosted_zone(Id=request.physical_id)

    @staticmethod
    def tag(request: Request, zone: str) -> None:
        """Its property is called HostedZoneTags."""
        own, before = ({one["Key"]: one["Value"] for one in tags or []} for tags in (
            request.properties.get("HostedZoneTags"), request.old.get("HostedZoneTags")))  # fmt: skip
        change: dict[str, Any] = {"ResourceType": "hostedzone", "ResourceId": zone}
        tags = {**request.tags, **own}
        if tags:
            change["AddTags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        if gone := [key for key in before if key not in tags]:
            change["RemoveTagKeys"] = gone
        if len(change) > 2:
            request.call("route53", "change_tags_for_resource", change)


class RecordSet(ResourceType):
    """AWS::Route53::RecordSet."""

    type = "AWS::Route53::RecordSet"
    replacement = ("HostedZoneId", "HostedZoneName", "Name", "SetIdentifier", "Type")

    def create(self, request: Request) -> Made:
        return self.change(request, "CREATE")

    def update(self, request: Request) -> Made:
        return self.change(request, "UPSERT")

    def delete(self, request: Request) -> None:
        self.change(request, "DELETE")

    def change(self, request: Request, action: str) -> Made:
        properties = request.properties
        record = properties.take(*RECORD_PROPERTIES)
        if "ResourceRecords" in properties:
            record["ResourceRecords"] = [{"Value": one} for one in properties["ResourceRecords"]]
        if "AliasTarget" in record:
            record["AliasTarget"] = {"EvaluateTargetHealth": False, **record["AliasTarget"]}
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        if "Comment" in properties:
            batch["Comment"] = properties["Comment"]
        call = {"HostedZoneId": self.zone(request), "ChangeBatch": batch}
        request.call("route53", "change_resource_record_sets", call)
        return Made(properties["Name"].rstrip("."))

    @staticmethod
    def zone(request: Request) -> str:
        if zone := request.properties.get("HostedZoneId"):
            return zone
        name = request.properties["HostedZoneName"]
        zones = request.client("route53").list_hosted_zones_by_name(DNSName=name)["HostedZones"]
        if len(zones) != 1:
            raise ResourceFailure(f"Found {len(zones)} hosted zones with the name {name}")
        return zones[0]["Id"].rsplit("/", 1)[-1]


def text_attributes(found: dict[str, Any], *names: str) -> dict[str, Any]:
    """Attributes as CloudFormation hands them out, dates as text."""
    return {
        name: value.isoformat() if isinstance(value := found.get(name, ""), datetime.datetime) else value
        for name in names
    }


class QueryLogConfig(Fixed):
    """AWS::Route53Resolver::ResolverQueryLoggingConfig."""

    type = "AWS::Route53Resolver::ResolverQueryLoggingConfig"

    def create(self, request: Request) -> Made:
        call = {
            "Name": request.properties.get("Name") or request.name(),
            "DestinationArn": request.properties["DestinationArn"],
            "CreatorRequestId": str(uuid.uuid4()),
            "Tags": tags_without_system(request),
        }
        found = request.call("route53resolver", "create_resolver_query_log_config", call)["ResolverQueryLogConfig"]
        names = (
            "Arn",
            "AssociationCount",
            "CreationTime",
            "CreatorRequestId",
            "Id",
            "OwnerId",
            "ShareStatus",
            "Status",
        )
        return Made(found["Id"], text_attributes(found, *names))

    def delete(self, request: Request) -> None:
        request.client("route53resolver").delete_resolver_query_log_config(ResolverQueryLogConfigId=request.physical_id)


class QueryLogAssociation(Fixed):
    """AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation."""

    type = "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation"

    def create(self, request: Request) -> Made:
        call = self.parameters(request)
        answer = request.call("route53resolver", "associate_resolver_query_log_config", call)
        found = answer["ResolverQueryLogConfigAssociation"]
        return Made(found["Id"], text_attributes(found, "CreationTime", "Error", "ErrorMessage", "Id", "Status"))

    def delete(self, request: Request) -> None:
        request.call("route53resolver", "disassociate_resolver_query_log_config", self.parameters(request))

    @staticmethod
    def parameters(request: Request) -> dict[str, Any]:
        return request.properties.take("ResolverQueryLogConfigId", "ResourceId")


class DnssecConfig(Fixed):
    """AWS::Route53Resolver::ResolverDNSSECConfig: there while the validation is on."""

    type = "AWS::Route53Resolver::ResolverDNSSECConfig"

    def create(self, request: Request) -> Made:
        found = self.put(request, "ENABLE")
        return Made(found["Id"], text_attributes(found, "Id", "OwnerId", "ValidationStatus"))

    def delete(self, request: Request) -> None:
        self.put(request, "DISABLE")

    @staticmethod
    def put(request: Request, validation: str) -> dict[str, Any]:
        vpc = request.properties["ResourceId"]
        answer = request.client("route53resolver").update_resolver_dnssec_config(ResourceId=vpc, Validation=validation)
        return answer["ResolverDNSSECConfig"]


class FirewallConfig(ResourceType):
    """AWS::Route53Resolver::FirewallConfig."""

    type = "AWS::Route53Resolver::FirewallConfig"
    replacement = ("ResourceId",)

    def create(self, request: Request) -> Made:
        return self.put(request, request.properties.get("FirewallFailOpen", "DISABLED"))

    def update(self, request: Request) -> Made:
        return self.put(request, request.properties.get("FirewallFailOpen", "DISABLED"))

    def delete(self, request: Request) -> None:
        self.put(request, "DISABLED")

    @staticmethod
    def put(request: Request, mode: str) -> Made:
        call = {"ResourceId": request.properties["ResourceId"], "FirewallFailOpen": mode}
        found = request.call("route53resolver", "update_firewall_config", call)["FirewallConfig"]
        return Made(found["Id"], text_attributes(found, "Id", "OwnerId"))


class FirewallDomainList(ResourceType):
    """AWS::Route53Resolver::FirewallDomainList."""

    type = "AWS::Route53Resolver::FirewallDomainList"
    replacement = ("Name",)

    def create(self, request: Request) -> Made:
        call = {
            "CreatorRequestId": str(uuid.uuid4()),
            "Name": request.properties.get("Name") or request.name(),
            "Tags": tags_without_system(request),
        }
        found = request.call("route53resolver", "create_firewall_domain_list", call)["FirewallDomainList"]
        return self.put(request, found["Id"])

    def update(self, request: Request) -> Made:
        request.properties.take("Name", "Tags")
        return self.put(request, request.physical_id)

    def delete(self, request: Request) -> None:
        request.client("route53resolver").delete_firewall_domain_list(FirewallDomainListId=request.physical_id)

    @staticmethod
    def put(request: Request, list_id: str) -> Made:
        if "DomainFileUrl" in request.properties:
            raise ResourceFailure("sandbox reads no file of domains; give Domains")
        call = {
            "FirewallDomainListId": list_id,
            "Operation": "REPLACE",
            "Domains": request.properties.get("Domains") or [],
        }
        resolver = request.client("route53resolver")
        if call["Domains"] or request.old.get("Domains"):
            request.call("route53resolver", "update_firewall_domains", call)
        found = resolver.get_firewall_domain_list(FirewallDomainListId=list_id)["FirewallDomainList"]
        names = ("Arn", "CreationTime", "CreatorRequestId", "DomainCount", "Id", "ManagedOwnerName",
                 "ModificationTime", "Status", "StatusMessage")  # fmt: skip
        return Made(list_id, text_attributes(found, *names))


class FirewallRuleGroup(ResourceType):
    """AWS::Route53Resolver::FirewallRuleGroup with its rules, which CloudFormation knows by list and query type."""

    type = "AWS::Route53Resolver::FirewallRuleGroup"
    replacement = ("Name",)

    def create(self, request: Request) -> Made:
        call = {
            "CreatorRequestId": str(uuid.uuid4()),
            "Name": request.properties.get("Name") or request.name(),
            "Tags": tags_without_system(request),
        }
        found = request.call("route53resolver", "create_firewall_rule_group", call)["FirewallRuleGroup"]
        try:
            self.change(request, found["Id"])
        except Exception:
            self.clear(request, found["Id"])
            raise
        return self.made(request, found["Id"])

    def update(self, request: Request) -> Made:
        request.properties.take("Name", "Tags")
        self.change(request, request.physical_id)
        return self.made(request, request.physical_id)

    def delete(self, request: Request) -> None:
        self.clear(request, request.physical_id)

    @staticmethod
    def change(request: Request, group: str) -> None:
        """Rules that differ are made anew; the others stay."""
        added, removed = added_and_removed(request.old.get("FirewallRules"), request.properties.get("FirewallRules"))
        for rule in removed:
            call = {"FirewallRuleGroupId": group, "FirewallDomainListId": rule["FirewallDomainListId"]}
            qtype = {"Qtype": rule["Qtype"]} if "Qtype" in rule else {}
            request.call("route53resolver", "delete_firewall_rule", {**call, **qtype})
        for rule in added:
            call = {
                "CreatorRequestId": str(uuid.uuid4()),
                "FirewallRuleGroupId": group,
                "Name": f"{rule['FirewallDomainListId']}-{rule['Priority']}",
                **rule,
            }
            request.call("route53resolver", "create_firewall_rule", call)

    @staticmethod
    def clear(request: Request, group: str) -> None:
        """A group with rules cannot be deleted."""
        resolver = request.client("route53resolver")
        for rule in resolver.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"]:
            call = {name: rule[name] for name in ("FirewallDomainListId", "Qtype") if rule.get(name)}
            resolver.delete_firewall_rule(FirewallRuleGroupId=group, **call)
        resolver.delete_firewall_rule_group(FirewallRuleGroupId=group)

    @staticmethod
    def made(request: Request, group: str) -> Made:
        resolver = request.client("route53resolver")
        found = resolver.get_firewall_rule_group(FirewallRuleGroupId=group)["FirewallRuleGroup"]
        names = ("Arn", "CreationTime", "CreatorRequestId", "Id", "ModificationTime", "OwnerId", "RuleCount",
                 "ShareStatus", "Status", "StatusMessage")  # fmt: skip
        return Made(group, text_attributes(found, *names))


class FirewallAssociation(ResourceType):
    """AWS::Route53Resolver::FirewallRuleGroupAssociation."""

    type = "AWS::Route53Resolver::FirewallRuleGroupAssociation"
    replacement = ("FirewallRuleGroupId", "VpcId")

    def create(self, request: Request) -> Made:
        call = {
            "CreatorRequestId": str(uuid.uuid4()),
            "Name": request.properties.get("Name") or request.name(),
            "Tags": tags_without_system(request),
            **request.properties.take("FirewallRuleGroupId", "MutationProtection", "Priority", "VpcId"),
        }
        answer = request.call("route53resolver", "associate_firewall_rule_group", call)
        return self.made(answer["FirewallRuleGroupAssociation"])

    def update(self, request: Request) -> Made:
        request.properties.take(*self.replacement, "Tags")
        call = {
            "FirewallRuleGroupAssociationId": request.physical_id,
            **request.properties.take("MutationProtection", "Name", "Priority"),
        }
        answer = request.call("route53resolver", "update_firewall_rule_group_association", call)
        return self.made(answer["FirewallRuleGroupAssociation"])

    def delete(self, request: Request) -> None:
        request.client("route53resolver").disassociate_firewall_rule_group(
            FirewallRuleGroupAssociationId=request.physical_id
        )

    @staticmethod
    def made(found: dict[str, Any]) -> Made:
        names = ("Arn", "CreationTime", "CreatorRequestId", "Id", "ManagedOwnerName", "ModificationTime", "Status",
                 "StatusMessage")  # fmt: skip
        return Made(found["Id"], text_attributes(found, *names))


def tags_without_system(request: Request) -> list[dict[str, str]]:
    """The API refuses tags that start with `aws:`."""
    return [tag for tag in request.tag_list() if not tag["Key"].startswith("aws:")]


TYPES = (
    HostedZone(),
    RecordSet(),
    QueryLogConfig(),
    QueryLogAssociation(),
    DnssecConfig(),
    FirewallConfig(),
    FirewallDomainList(),
    FirewallRuleGroup(),
    FirewallAssociation(),
)

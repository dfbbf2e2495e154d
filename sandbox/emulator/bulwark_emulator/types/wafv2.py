"""AWS WAF."""

from __future__ import annotations

import base64
from typing import Any

from botocore.exceptions import ClientError

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType
from ..waf_rules import SHIELD_PREFIX


class Scoped(ResourceType):
    """What has a name, a scope and an id; its physical id is all three."""

    replacement: tuple[str, ...] = ("Name", "Scope")
    noun: str
    """As operations are named by it: `create_<noun>`."""
    member: str
    """As GetX answers it."""
    settings: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    """Settings that only the creation takes."""

    def create(self, request: Request) -> Made:
        properties = request.properties
        name = properties.get("Name") or request.name(limit=128)
        call = {
            "Name": name,
            "Scope": properties["Scope"],
            "Tags": request.tag_list(),
            **self.parameters(request, (*self.settings, *self.fixed)),
        }
        try:
            made = request.call("wafv2", f"create_{self.noun}", call)["Summary"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "WAFDuplicateItemException":
                raise ResourceFailure(
                    f"Resource of type '{self.type}' with identifier '{name}' already exists."
                ) from error
            raise
        return self.made(request, f"{name}|{made['Id']}|{properties['Scope']}")

    def update(self, request: Request) -> Made:
        request.properties.take("Name", "Scope", *self.fixed)
        current = self.read(request, request.physical_id)
        parameters = self.parameters(request, self.settings)
        self.keep(parameters, current[self.member])
        call = {**identifier(request.physical_id), "LockToken": current["LockToken"], **parameters}
        request.call("wafv2", f"update_{self.noun}", call)
        waf, arn, tags = request.client("wafv2"), current[self.member]["ARN"], request.tag_map()
        listed = waf.list_tags_for_resource(ResourceARN=arn)["TagInfoForResource"]["TagList"]
        gone = [one["Key"] for one in listed if one["Key"] not in tags]
        if gone:
            waf.untag_resource(ResourceARN=arn, TagKeys=gone)
        waf.tag_resource(ResourceARN=arn, Tags=request.tag_list())
        return self.made(request, request.physical_id)

    def delete(self, request: Request) -> None:
        token = self.read(request, request.physical_id)["LockToken"]
        delete = getattr(request.client("wafv2"), f"delete_{self.noun}")
        delete(**identifier(request.physical_id), LockToken=token)

    def read(self, request: Request, physical_id: str) -> dict[str, Any]:
        return getattr(request.client("wafv2"), f"get_{self.noun}")(**identifier(physical_id))

    def parameters(self, request: Request, names: tuple[str, ...]) -> dict[str, Any]:
        """The properties in the API's form."""
        return request.properties.take(*names)

    def keep(self, parameters: dict[str, Any], current: dict[str, Any]) -> None:
        """Adds what is there and is not the template's business."""

    def made(self, request: Request, physical_id: str) -> Made:
        found = self.read(request, physical_id)[self.member]
        told = {key: found[key] for key in ("Id", "Capacity", "LabelNamespace") if key in found}
        return Made(physical_id, {"Arn": found["ARN"], **told})


class WebACL(Scoped):
    """AWS::WAFv2::WebACL."""

    type = "AWS::WAFv2::WebACL"
    noun, member = "web_acl", "WebACL"
    settings = (
        "ApplicationConfig", "AssociationConfig", "CaptchaConfig", "ChallengeConfig", "CustomResponseBodies",
        "DataProtectionConfig", "DefaultAction", "Description", "OnSourceDDoSProtectionConfig", "Rules", "TokenDomains",
        "VisibilityConfig",
    )  # fmt: skip

    def parameters(self, request: Request, names: tuple[str, ...]) -> dict[str, Any]:
        return with_bytes(super().parameters(request, names))

    def keep(self, parameters: dict[str, Any], current: dict[str, Any]) -> None:
        """The rule of Shield Advanced stays, though no template has it
        (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webacl.html)."""
        shields = [rule for rule in current["Rules"] if rule["Name"].startswith(SHIELD_PREFIX)]
        parameters["Rules"] = [*parameters.get("Rules", []), *shields]


class RuleGroup(Scoped):
    """AWS::WAFv2::RuleGroup."""

    type = "AWS::WAFv2::RuleGroup"
    replacement = ("Name", "Scope", "Capacity")
    noun, member = "rule_group", "RuleGroup"
    settings = ("CustomResponseBodies", "Description", "Rules", "VisibilityConfig")
    fixed = ("Capacity",)

    def parameters(self, request: Request, names: tuple[str, ...]) -> dict[str, Any]:
        return with_bytes(super().parameters(request, names))


class IPSet(Scoped):
    """AWS::WAFv2::IPSet."""

    type = "AWS::WAFv2::IPSet"
    replacement = ("Name", "Scope", "IPAddressVersion")
    noun, member = "ip_set", "IPSet"
    settings = ("Addresses", "Description")
    fixed = ("IPAddressVersion",)


class RegexPatternSet(Scoped):
    """AWS::WAFv2::RegexPatternSet."""

    type = "AWS::WAFv2::RegexPatternSet"
    noun, member = "regex_pattern_set", "RegexPatternSet"
    settings = ("Description", "RegularExpressionList")

    def parameters(self, request: Request, names: tuple[str, ...]) -> dict[str, Any]:
        taken = super().parameters(request, names)
        # The template has a list of texts where the API has a list of objects.
        return {**taken, "RegularExpressionList": [{"RegexString": one} for one in taken["RegularExpressionList"]]}


class LoggingConfiguration(ResourceType):
    """AWS::WAFv2::LoggingConfiguration."""

    type = "AWS::WAFv2::LoggingConfiguration"
    replacement = ("ResourceArn",)

    def create(self, request: Request) -> Made:
        acl, waf = request.properties["ResourceArn"], request.client("wafv2")
        try:
            waf.get_logging_configuration(ResourceArn=acl)
        except waf.exceptions.WAFNonexistentItemException:
            return self.put(request)
        raise ResourceFailure(f"Resource of type '{self.type}' with identifier '{acl}' already exists.")

    def update(self, request: Request) -> Made:
        return self.put(request)

    def delete(self, request: Request) -> None:
        request.client("wafv2").delete_logging_configuration(ResourceArn=request.physical_id)

    @staticmethod
    def put(request: Request) -> Made:
        names = ("ResourceArn", "LogDestinationConfigs", "RedactedFields", "LoggingFilter")
        call = {"LoggingConfiguration": request.properties.take(*names)}
        request.call("wafv2", "put_logging_configuration", call)
        return Made(request.properties["ResourceArn"], {"ManagedByFirewallManager": False})


class WebACLAssociation(ResourceType):
    """AWS::WAFv2::WebACLAssociation."""

    type = "AWS::WAFv2::WebACLAssociation"
    replacement = ("ResourceArn", "WebACLArn")

    def create(self, request: Request) -> Made:
        call = request.properties.take("ResourceArn", "WebACLArn")
        request.client("wafv2").associate_web_acl(**call)
        return Made(f"{call['ResourceArn']}|{call['WebACLArn']}")

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take("ResourceArn", "WebACLArn")
        return request.made

    def delete(self, request: Request) -> None:
        resource, acl = request.physical_id.split("|")
        waf = request.client("wafv2")
        # Another web ACL may protect the resource by now, its association made before this one goes.
        if (waf.get_web_acl_for_resource(ResourceArn=resource).get("WebACL") or {}).get("ARN") == acl:
            waf.disassociate_web_acl(ResourceArn=resource)


def identifier(physical_id: str) -> dict[str, str]:
    name, id_, scope = physical_id.split("|")
    return {"Name": name, "Id": id_, "Scope": scope}


def with_bytes(value: Any) -> Any:
    """A template has bytes to search for as text or in Base64, the API has one member for both."""
    if isinstance(value, list):
        return [with_bytes(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: with_bytes(one) for key, one in value.items()}
    if "SearchStringBase64" in found:
        found["SearchString"] = base64.b64decode(found.pop("SearchStringBase64"))
    return found


TYPES = (WebACL(), RuleGroup(), IPSet(), RegexPatternSet(), LoggingConfiguration(), WebACLAssociation())

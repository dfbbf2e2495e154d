"""AWS WAF."""

from __future__ import annotations

import ipaddress
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.wafv2.responses import WAFV2Response

from .. import pages, waf_rules
from ..settings import ACCOUNT_ID, GLOBAL_REGION, PARTITION
from ..waf_rules import SHIELD_PREFIX, WafError, invalid, missing
from ..waf_targets import RESOURCE_TYPES, check_destination, exists, protectable

Json = dict[str, Any]

SCOPES = {"REGIONAL": "regional", "CLOUDFRONT": "global"}
MOST_ADDRESSES = 10_000
REDACTABLE = ("Method", "QueryString", "SingleHeader", "UriPath")
"""https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html."""
WEB_ACL = (
    "ApplicationConfig", "AssociationConfig", "CaptchaConfig", "ChallengeConfig", "CustomResponseBodies",
    "DataProtectionConfig", "DefaultAction", "Description", "OnSourceDDoSProtectionConfig", "Rules", "TokenDomains",
    "VisibilityConfig",
)  # fmt: skip
RULE_GROUP = ("Capacity", "CustomResponseBodies", "Description", "Rules", "VisibilityConfig")
IP_SET = ("Addresses", "Description", "IPAddressVersion")
REGEX_PATTERN_SET = ("Description", "RegularExpressionList")


@dataclass
class Item:
    """A web ACL, a rule group or a set."""

    kind: str
    name: str
    scope: str
    region: str
    settings: Json
    tags: dict[str, str]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    token: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def arn(self) -> str:
        place = f"{SCOPES[self.scope]}/{self.kind}/{self.name}/{self.id}"
        return f"arn:{PARTITION}:wafv2:{self.region}:{ACCOUNT_ID}:{place}"

    @property
    def rules(self) -> list[Json]:
        return self.settings.get("Rules") or []

    def summary(self) -> Json:
        description = self.settings.get("Description", "")
        return {
            "Name": self.name,
            "Id": self.id,
            "Description": description,
            "LockToken": self.token,
            "ARN": self.arn,
        }

    def shown(self) -> Json:
        return {"Name": self.name, "Id": self.id, "ARN": self.arn, "Description": "", **self.settings}


_items: dict[str, Item] = {}
_logging: dict[str, Json] = {}
"""Logging configurations by web ACL."""
_associations: dict[str, str] = {}
"""Web ACLs by the resource that they protect."""


def apply() -> None:
    """Applies the repairs."""
    web_acls()
    rule_groups()
    sets()
    associations()
    logging()
    managed_groups()
    tags()


def operations(**named: Callable[[str, Json], Json | None]) -> None:
    """Takes operations over: from Region and request to the answer."""

    def handler(run: Callable[[str, Json], Json | None]) -> Callable[[WAFV2Response], str]:
        return lambda self: json.dumps(run(self.region, json.loads(self.body or "{}")) or {})

    for name, run in named.items():
        setattr(WAFV2Response, camelcase_to_underscores(name), handler(run))


def scoped(region: str, request: Json) -> str:
    """The request's scope; there is one Region for CloudFront."""
    if request["Scope"] == "CLOUDFRONT" and region != GLOBAL_REGION:
        raise invalid("SCOPE_VALUE", "CLOUDFRONT", "The scope is not valid.")
    return request["Scope"]


def of_kind(kind: str, region: str, scope: str) -> list[Item]:
    return [one for one in list(_items.values()) if (one.kind, one.region, one.scope) == (kind, region, scope)]


def create(kind: str, settings: tuple[str, ...], check: Callable[[str, str, Json], None]) -> Callable[..., Json]:
    """The operation that makes one."""

    def run(region: str, request: Json) -> Json:
        scope = scoped(region, request)
        if any(one.name == request["Name"] for one in of_kind(kind, region, scope)):
            raise WafError(
                "WAFDuplicateItemException",
                "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an "
                "existing one.",
            )
        given = {name: request[name] for name in settings if name in request}
        check(region, scope, given)
        tagged = {one["Key"]: one["Value"] for one in request.get("Tags") or []}
        item = Item(kind, request["Name"], scope, region, given, tagged)
        _items[item.arn] = item
        return {"Summary": item.summary()}

    return run


def update(
    kind: str, settings: tuple[str, ...], fixed: tuple[str, ...], check: Callable[[str, str, Json], None]
) -> Callable[..., Json]:
    """The operation that replaces everything that can be changed of one."""

    def run(region: str, request: Json) -> Json:
        item = locked(kind, region, request)
        kept = {name: item.settings[name] for name in fixed if name in item.settings}
        given = {name: request[name] for name in settings if name in request}
        check(region, item.scope, {**given, **kept})
        item.settings, item.token = {**given, **kept}, str(uuid.uuid4())
        return {"NextLockToken": item.token}

    return run


def delete(kind: str) -> Callable[..., None]:
    """The operation that deletes one, unless it is in use."""

    def run(region: str, request: Json) -> None:
        item = locked(kind, region, request)
        if in_use(item):
            raise WafError(
                "WAFAssociatedItemException",
                "AWS WAF couldn’t perform the operation because your resource is being used by another resource or "
                "it’s associated with another resource.",
            )
        # AWS does not say what becomes of the logging of a web ACL that goes; here it goes along.
        _logging.pop(item.arn, None)
        del _items[item.arn]

    return run


def listing(kind: str, member: str) -> Callable[..., Json]:
    """The operation that lists them."""

    def run(region: str, request: Json) -> Json:
        found = of_kind(kind, region, scoped(region, request))
        shown, rest = pages.page(found, lambda one: one.id, request.get("Limit", 100), request.get("NextMarker"))
        return {member: [one.summary() for one in shown], **({"NextMarker": rest} if rest else {})}

    return run


def find(kind: str, region: str, request: Json) -> Item:
    """The item that a request names by its ARN, or by scope, name and id."""
    if request.get("ARN"):
        item = _items.get(request["ARN"])
        if item and item.kind == kind and item.region == region:
            return item
        raise missing()
    if not all(request.get(name) for name in ("Name", "Scope", "Id")):
        raise invalid("ENTITY", "null", "Name, scope and id, or the ARN, are needed.")
    for item in of_kind(kind, region, scoped(region, request)):
        if (item.name, item.id) == (request["Name"], request["Id"]):
            return item
    raise missing()


def locked(kind: str, region: str, request: Json) -> Item:
    """The item of a request that wants to change it as it was read."""
    item = find(kind, region, request)
    if item.token != request["LockToken"]:
        raise WafError(
            "WAFOptimisticLockException",
            "AWS WAF couldn’t save your changes because someone changed the resource after you started to edit it. "
            "Reapply your changes.",
        )
    return item


def in_use(item: Item) -> bool:
    """Whether something stands on it: resources on a web ACL, rules on a set or a group."""
    if item.kind == "webacl":
        return bool(protected_by(item.arn))
    return any(item.arn in waf_rules.references(one.rules) for one in list(_items.values()))


def web_acls() -> None:
    """A web ACL loses settings, its rules cannot be removed, and it costs 3 units.

    Cause: moto keeps some of the settings and looks at none. Can go when it keeps all, refuses what the service
    refuses, and counts (https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateWebACL.html).
    """

    def get_web_acl(region: str, request: Json) -> Json:
        item = find("webacl", region, request)
        return {"WebACL": shown_acl(item), "LockToken": item.token}

    def check_capacity(region: str, request: Json) -> Json:
        check_rules(region, scoped(region, request), request)
        return {"Capacity": waf_rules.capacity(request["Rules"], capacity_of)}

    operations(
        CreateWebACL=create("webacl", WEB_ACL, check_rules),
        GetWebACL=get_web_acl,
        UpdateWebACL=update("webacl", WEB_ACL, (), check_rules),
        DeleteWebACL=delete("webacl"),
        ListWebACLs=listing("webacl", "WebACLs"),
        CheckCapacity=check_capacity,
    )


def shown_acl(item: Item) -> Json:
    """A web ACL as GetWebACL shows it."""
    return {
        **item.shown(),
        "Rules": item.rules,
        "Capacity": waf_rules.capacity(item.rules, capacity_of),
        "LabelNamespace": f"awswaf:{ACCOUNT_ID}:webacl:{item.name}:",
        "ManagedByFirewallManager": False,
        "RetrofittedByFirewallManager": False,
    }


def capacity_of(arn: str) -> int:
    """The capacity that a rule group of one's own was made with."""
    return _items[arn].settings["Capacity"]


def check_rules(region: str, scope: str, settings: Json) -> None:
    """Rules, what they refer to, and what they cost."""
    rules = settings.get("Rules") or []
    if "DefaultAction" in settings:
        waf_rules.only(settings["DefaultAction"], "DEFAULT_ACTION")
    waf_rules.check(rules)
    for arn in waf_rules.references(rules):
        item = _items.get(arn)
        if f"/{SHIELD_PREFIX}" not in arn and (item is None or (item.region, item.scope) != (region, scope)):
            raise missing()
    if waf_rules.capacity(rules, capacity_of) > waf_rules.MOST_UNITS:
        raise WafError(
            "WAFLimitsExceededException",
            "AWS WAF couldn’t perform the operation because you exceeded your resource limit: the rules need more than "
            f"{waf_rules.MOST_UNITS} web ACL capacity units.",
        )


def rule_groups() -> None:
    """A rule group takes rules that cost more than its capacity.

    Cause: moto looks at neither. Can go when it does
    (https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateRuleGroup.html).
    """

    def check(region: str, scope: str, settings: Json) -> None:
        rules = settings.get("Rules") or []
        if any(kind in waf_rules.GROUPS for kind, _ in waf_rules.statements(rules)):
            raise invalid("STATEMENT", "group", "A rule group cannot hold another.")
        check_rules(region, scope, settings)
        needed = waf_rules.capacity(rules, capacity_of)
        if needed > settings["Capacity"]:
            raise WafError(
                "WAFLimitsExceededException",
                "AWS WAF couldn’t perform the operation because you exceeded your resource limit: the rules need "
                f"{needed} of {settings['Capacity']} capacity units.",
            )

    def get_rule_group(region: str, request: Json) -> Json:
        item = find("rulegroup", region, request)
        namespace = f"awswaf:{ACCOUNT_ID}:rulegroup:{item.name}:"
        return {"RuleGroup": {**item.shown(), "LabelNamespace": namespace}, "LockToken": item.token}

    operations(
        CreateRuleGroup=create("rulegroup", RULE_GROUP, check),
        GetRuleGroup=get_rule_group,
        UpdateRuleGroup=update("rulegroup", RULE_GROUP, ("Capacity",), check),
        DeleteRuleGroup=delete("rulegroup"),
        ListRuleGroups=listing("rulegroup", "RuleGroups"),
    )


def sets() -> None:
    """A set takes any text for an address, another of the same name, and goes while rules use it.

    Cause: moto looks at none of it. Can go when it does
    (https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html).
    """

    def check_addresses(_region: str, _scope: str, settings: Json) -> None:
        addresses = settings["Addresses"]
        if len(addresses) > MOST_ADDRESSES:
            raise WafError(
                "WAFLimitsExceededException",
                "AWS WAF couldn’t perform the operation because you exceeded your resource limit: "
                f"{len(addresses)} of {MOST_ADDRESSES} addresses.",
            )
        settings["Addresses"] = [address(one, settings["IPAddressVersion"]) for one in addresses]

    def get_ip_set(region: str, request: Json) -> Json:
        item = find("ipset", region, request)
        return {"IPSet": item.shown(), "LockToken": item.token}

    def update_ip_set(region: str, request: Json) -> Json:
        item = find("ipset", region, request)
        given = {"Addresses": request["Addresses"], "IPAddressVersion": item.settings["IPAddressVersion"]}
        check_addresses(region, item.scope, given)
        return change_ip_set(region, {**request, **given})

    def check_expressions(_region: str, _scope: str, settings: Json) -> None:
        for one in settings["RegularExpressionList"]:
            try:
                re.compile(one["RegexString"])
            except re.error as error:
                raise invalid("REGEX_STRING", one["RegexString"], "The expression is not valid.") from error

    def get_regex_pattern_set(region: str, request: Json) -> Json:
        item = find("regexpatternset", region, request)
        return {"RegexPatternSet": item.shown(), "LockToken": item.token}

    change_ip_set = update("ipset", IP_SET, ("IPAddressVersion",), lambda *_: None)
    operations(
        CreateIPSet=create("ipset", IP_SET, check_addresses),
        GetIPSet=get_ip_set,
        UpdateIPSet=update_ip_set,
        DeleteIPSet=delete("ipset"),
        ListIPSets=listing("ipset", "IPSets"),
        CreateRegexPatternSet=create("regexpatternset", REGEX_PATTERN_SET, check_expressions),
        GetRegexPatternSet=get_regex_pattern_set,
        UpdateRegexPatternSet=update("regexpatternset", REGEX_PATTERN_SET, (), check_expressions),
        DeleteRegexPatternSet=delete("regexpatternset"),
        ListRegexPatternSets=listing("regexpatternset", "RegexPatternSets"),
    )


def address(text: str, version: str) -> str:
    """An address as the service keeps it; it takes ranges by their first address, and every range but all of them.

    IPv6 is written out: WAF Classic does so (hashicorp/terraform-provider-aws#22797); of the present service it is not
    known, and who compares texts would find out too late. That IPv4 needs the first address: aws/aws-cdk#20003.
    """
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        network = None
    if network is None or "/" not in text or network.prefixlen == 0 or f"IPV{network.version}" != version:
        raise invalid("IP_ADDRESS", text, "The parameter contains formatting that is not valid.")
    return network.exploded


def associations() -> None:
    """Anything can be protected, twice as well, and a web ACL in use can be deleted.

    Cause: moto writes the ARN down. Can go when it looks for the resource
    (https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html).
    """

    def associate_web_acl(region: str, request: Json) -> None:
        item, resource = _items.get(request["WebACLArn"]), request["ResourceArn"]
        if item is None or item.kind != "webacl" or item.region != region:
            raise missing()
        if item.scope != "REGIONAL" or not protectable(resource):
            raise invalid(
                "RESOURCE_ARN",
                resource,
                "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons "
                "or slashes.",
            )
        if not exists(resource):
            raise missing()
        _associations[resource] = item.arn

    def disassociate_web_acl(_region: str, request: Json) -> None:
        _associations.pop(request["ResourceArn"], None)

    def get_web_acl_for_resource(_region: str, request: Json) -> Json:
        item = acl_of(request["ResourceArn"])
        return {"WebACL": shown_acl(item)} if item else {}

    def list_resources_for_web_acl(region: str, request: Json) -> Json:
        arn = find("webacl", region, {"ARN": request["WebACLArn"]}).arn
        mark = RESOURCE_TYPES[request.get("ResourceType", "APPLICATION_LOAD_BALANCER")]
        return {"ResourceArns": [one for one in protected_by(arn) if mark in one]}

    operations(
        AssociateWebACL=associate_web_acl,
        DisassociateWebACL=disassociate_web_acl,
        GetWebACLForResource=get_web_acl_for_resource,
        ListResourcesForWebACL=list_resources_for_web_acl,
    )


def protected_by(acl: str) -> list[str]:
    """The resources behind a web ACL; one that was deleted is not behind it any more."""
    return [resource for resource, arn in list(_associations.items()) if arn == acl and exists(resource)]


def acl_of(resource: str) -> Item | None:
    """The web ACL in front of a resource. moto does not keep which one a distribution names."""
    return _items.get(_associations.get(resource, "")) if exists(resource) else None


def add_shields_rule(resource: str) -> bool:
    """Puts the rule of Shield Advanced into the web ACL in front of a resource, if there is one."""
    item = acl_of(resource)
    if item is None:
        return False
    if any(rule["Name"].startswith(SHIELD_PREFIX) for rule in item.rules):
        return True
    name = f"{SHIELD_PREFIX}_{ACCOUNT_ID}_{item.id}_{uuid.uuid4()}"
    # Shield's own account has the group.
    arn = f"arn:{PARTITION}:wafv2:{item.region}:153427709519:{SCOPES[item.scope]}/rulegroup/{name}/{uuid.uuid4()}"
    metrics = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": name}
    rule = {
        "Name": name,
        "Priority": 10_000_000,
        "Statement": {"RuleGroupReferenceStatement": {"ARN": arn}},
        "OverrideAction": {"None": {}},
        "VisibilityConfig": metrics,
    }
    check_rules(item.region, item.scope, {"Rules": [*item.rules, rule]})
    item.settings["Rules"], item.token = [*item.rules, rule], str(uuid.uuid4())
    return True


def remove_shields_rule(resource: str) -> None:
    """Takes it out again."""
    item = acl_of(resource)
    if item is not None:
        kept = [rule for rule in item.rules if not rule["Name"].startswith(SHIELD_PREFIX)]
        item.settings["Rules"], item.token = kept, str(uuid.uuid4())


def logging() -> None:
    """Logs go anywhere, also where nobody may write.

    Cause: moto writes the destination down. Can go when it looks for it
    (https://docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html).
    """

    def put_logging_configuration(region: str, request: Json) -> Json:
        given = request["LoggingConfiguration"]
        item = find("webacl", region, {"ARN": given["ResourceArn"]})
        (destination, *more) = given["LogDestinationConfigs"]
        if more:
            raise invalid("LOG_DESTINATION", more[0], "A web ACL has one destination for its logs.")
        check_destination(region, destination)
        for one in given.get("RedactedFields") or []:
            name, _ = waf_rules.only(one, "FIELD_TO_MATCH")
            if name not in REDACTABLE:
                raise invalid("FIELD_TO_MATCH", name, "The field cannot be redacted.")
        defaults = {"LogScope": "CUSTOMER", "LogType": "WAF_LOGS", "ManagedByFirewallManager": False}
        _logging[item.arn] = {**defaults, **given}
        return {"LoggingConfiguration": _logging[item.arn]}

    def get_logging_configuration(_region: str, request: Json) -> Json:
        if request["ResourceArn"] not in _logging:
            raise missing()
        return {"LoggingConfiguration": _logging[request["ResourceArn"]]}

    def delete_logging_configuration(_region: str, request: Json) -> None:
        if _logging.pop(request["ResourceArn"], None) is None:
            raise missing()

    def list_logging_configurations(region: str, request: Json) -> Json:
        known = {one.arn for one in of_kind("webacl", region, scoped(region, request))}
        return {"LoggingConfigurations": [one for arn, one in _logging.items() if arn in known]}

    operations(
        PutLoggingConfiguration=put_logging_configuration,
        GetLoggingConfiguration=get_logging_configuration,
        DeleteLoggingConfiguration=delete_logging_configuration,
        ListLoggingConfigurations=list_logging_configurations,
    )


def managed_groups() -> None:
    """There are no managed groups.

    Cause: moto has not these operations. Can go when it has.
    """

    def list_available_managed_rule_groups(region: str, request: Json) -> Json:
        scoped(region, request)
        return {
            "ManagedRuleGroups": [
                {"VendorName": "AWS", "Name": name, "VersioningSupported": False} for name in waf_rules.MANAGED
            ]
        }

    def describe_managed_rule_group(region: str, request: Json) -> Json:
        scoped(region, request)
        return {"Capacity": waf_rules.managed(request)}

    operations(
        ListAvailableManagedRuleGroups=list_available_managed_rule_groups,
        DescribeManagedRuleGroup=describe_managed_rule_group,
    )


def tags() -> None:
    """Tags of what does not exist are kept.

    Cause: moto keeps tags by ARN. Follows from the repairs above.
    """

    def tagged(request: Json) -> dict[str, str]:
        if request["ResourceARN"] not in _items:
            raise missing()
        return _items[request["ResourceARN"]].tags

    def list_tags_for_resource(_region: str, request: Json) -> Json:
        listed = [{"Key": key, "Value": value} for key, value in tagged(request).items()]
        return {"TagInfoForResource": {"ResourceARN": request["ResourceARN"], "TagList": listed}}

    def tag_resource(_region: str, request: Json) -> None:
        tagged(request).update({one["Key"]: one["Value"] for one in request["Tags"]})

    def untag_resource(_region: str, request: Json) -> None:
        for key in request["TagKeys"]:
            tagged(request).pop(key, None)

    operations(
        ListTagsForResource=list_tags_for_resource, TagResource=tag_resource, UntagResource=untag_resource
    )

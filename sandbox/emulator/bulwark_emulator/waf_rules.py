"""Rules of AWS WAF: what the service refuses in them, and what they cost in capacity units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from moto.core.exceptions import JsonRESTError

Json = dict[str, Any]

GROUPS = ("ManagedRuleGroupStatement", "RuleGroupReferenceStatement")
NOT_NESTABLE = (*GROUPS, "RateBasedStatement")
"""Statements that only a rule itself can have
(https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html)."""
SHIELD_PREFIX = "ShieldMitigationRuleGroup"
"""How the name of the rule begins that Shield Advanced adds for its automatic response."""
SHIELD_CAPACITY = 150
"""https://docs.aws.amazon.com/waf/latest/developerguide/ddos-automatic-app-layer-response-caveats.html."""
MOST_UNITS = 5000
"""https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html."""
WINDOWS = (60, 120, 300, 600)

MANAGED = {
    "AWSManagedRulesACFPRuleSet": 50,
    "AWSManagedRulesATPRuleSet": 50,
    "AWSManagedRulesAdminProtectionRuleSet": 100,
    "AWSManagedRulesAmazonIpReputationList": 25,
    "AWSManagedRulesAnonymousIpList": 50,
    "AWSManagedRulesAntiDDoSRuleSet": 50,
    "AWSManagedRulesBotControlRuleSet": 50,
    "AWSManagedRulesCommonRuleSet": 700,
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
    "AWSManagedRulesLinuxRuleSet": 200,
    "AWSManagedRulesPHPRuleSet": 100,
    "AWSManagedRulesSQLiRuleSet": 200,
    "AWSManagedRulesUnixRuleSet": 100,
    "AWSManagedRulesWindowsRuleSet": 200,
    "AWSManagedRulesWordPressRuleSet": 100,
}
"""Groups of AWS with their capacity
(https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html)."""
BASE = {
    "AsnMatchStatement": 1,
    "GeoMatchStatement": 1,
    "IPSetReferenceStatement": 1,
    "LabelMatchStatement": 1,
    "RateBasedStatement": 2,
    "RegexMatchStatement": 3,
    "RegexPatternSetReferenceStatement": 25,
    "SizeConstraintStatement": 1,
    "XssMatchStatement": 40,
}
"""Statements whose base cost is the same whatever they say
(https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html, each statement's page)."""


class WafError(JsonRESTError):
    """An error of AWS WAF by its name."""

    code = 400


def invalid(field: str, parameter: str, reason: str) -> WafError:
    """A parameter is refused, in the words of the service."""
    return WafError("WAFInvalidParameterException", f"Error reason: {reason}, field: {field}, parameter: {parameter}")


def missing() -> WafError:
    return WafError(
        "WAFNonexistentItemException",
        "AWS WAF couldn’t perform the operation because your resource doesn’t exist.",
    )


def check(rules: list[Json]) -> None:
    """Refuses what the service refuses. That it does is documented; the words of it are partly ours."""
    for what, values in (
        ("name", [rule["Name"] for rule in rules]),
        ("priority", [rule["Priority"] for rule in rules]),
    ):
        twice = sorted({str(one) for one in values if values.count(one) > 1})
        if twice:
            raise invalid("RULE", twice[0], f"More than one rule has the same {what}.")
    for rule in rules:
        kind, body = only(rule["Statement"], "STATEMENT")
        is_group = kind in GROUPS
        wanted, other = ("OverrideAction", "Action") if is_group else ("Action", "OverrideAction")
        if not rule.get(wanted) or rule.get(other):
            raise invalid("RULE", rule["Name"], f"A rule with a {kind} has {wanted}, and not {other}.")
        only(rule[wanted], "ACTION")
        if kind == "RateBasedStatement" and body.get("EvaluationWindowSec", 300) not in WINDOWS:
            raise invalid("RATE_BASED_STATEMENT", str(body["EvaluationWindowSec"]), "The evaluation window is wrong.")
        for nested, _ in inner(kind, body):
            if nested in NOT_NESTABLE:
                raise invalid("STATEMENT", nested, f"A {nested} cannot be nested.")


def only(union: Json, field: str) -> tuple[str, Json]:
    """The one member that is there."""
    members = [(name, body) for name, body in union.items() if body is not None]
    if len(members) != 1:
        names = ", ".join(name for name, _ in members)
        raise invalid(field, names or "none", "You have not provided exactly one of the possible members.")
    return members[0]


def inner(kind: str, body: Json) -> Iterator[tuple[str, Json]]:
    """All statements inside a statement, at any depth."""
    nested = [*body.get("Statements", []), *filter(None, (body.get("Statement"), body.get("ScopeDownStatement")))]
    for statement in nested:
        found = only(statement, "STATEMENT")
        yield found
        yield from inner(*found)


def statements(rules: list[Json]) -> Iterator[tuple[str, Json]]:
    """All statements of all rules."""
    for rule in rules:
        found = only(rule["Statement"], "STATEMENT")
        yield found
        yield from inner(*found)


def references(rules: list[Json]) -> set[str]:
    """The ARNs of sets and groups that rules use."""
    return {body["ARN"] for kind, body in statements(rules) if kind.endswith("ReferenceStatement")}


def capacity(rules: list[Json], of_group: Callable[[str], int]) -> int:
    """What rules cost, groups of one's own by `of_group`.

    The rules of this are documented; whether AWS counts every case the same cannot be seen from outside.
    """
    return sum(cost(kind, body, of_group) for kind, body in statements(rules))


def cost(kind: str, body: Json, of_group: Callable[[str], int]) -> int:
    """One statement without those inside it. Logical statements cost nothing themselves."""
    if kind == "ManagedRuleGroupStatement":
        return managed(body)
    if kind == "RuleGroupReferenceStatement":
        return SHIELD_CAPACITY if f"/{SHIELD_PREFIX}" in body["ARN"] else of_group(body["ARN"])
    if kind == "ByteMatchStatement":
        base = 10 if body["PositionalConstraint"].startswith("CONTAINS") else 2
    elif kind == "SqliMatchStatement":
        base = 30 if body.get("SensitivityLevel") == "HIGH" else 20
    else:
        base = BASE.get(kind, 0)
    if kind == "IPSetReferenceStatement" and (body.get("IPSetForwardedIPConfig") or {}).get("Position") == "ANY":
        base += 4
    if kind == "RateBasedStatement":
        base += 30 * len(body.get("CustomKeys") or [])
    where = body.get("FieldToMatch") or {}
    if "JsonBody" in where:
        base *= 2
    if "AllQueryArguments" in where:
        base += 10
    return base + 10 * sum(one["Type"] != "NONE" for one in body.get("TextTransformations") or [])


def managed(body: Json) -> int:
    """A managed group's capacity; the sandbox knows those of AWS. Which error an unknown one has is a guess."""
    if body["VendorName"] != "AWS" or body["Name"] not in MANAGED:
        raise WafError(
            "WAFInvalidResourceException",
            "AWS WAF couldn’t perform the operation because the resource that you requested isn’t valid: "
            f"{body['VendorName']} {body['Name']}.",
        )
    return MANAGED[body["Name"]]

"""Whether a service may do something on a resource: enough of IAM for the platform's own deliveries.

The gateway judges API calls with a full simulator. What EventBridge or SNS does inside the platform never passes the
gateway, and needs less: a service principal, one action, one resource, `aws:SourceArn` and `aws:SourceAccount`.

What is not understood fails closed: a statement that allows does not apply then, one that denies does. So each question
about a statement is answered by True, False or None, which means "not understood".
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from fnmatch import translate
from functools import lru_cache
from typing import Any

from .settings import ACCOUNT_ID

Policy = dict[str, Any]
Answer = bool | None

ABSENT_FOR_SERVICES = {
    "aws:multifactorauthage", "aws:multifactorauthpresent", "aws:principalaccount", "aws:principalarn",
    "aws:principalorgid", "aws:principalorgpaths", "aws:principaltype", "aws:referer", "aws:sourceip",
    "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce",
    "aws:tokenissuetime", "aws:userid", "aws:username", "aws:vpcsourceip",
}  # fmt: skip
"""Keys that a service principal's request does not have, here without an organization
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html)."""


def allows(policy: Policy | None, service: str | None, action: str, resource: str, context: dict[str, str]) -> bool:
    """Whether a policy allows it: some statement does, and none denies. `service` None means an identity policy."""
    allowed = False
    for statement in as_list((policy or {}).get("Statement")):
        applied = applies(statement, service, action, resource, context)
        if statement.get("Effect") == "Allow":
            allowed = allowed or applied is True
        elif applied is not False:
            return False
    return allowed


def applies(statement: Policy, service: str | None, action: str, resource: str, context: dict[str, str]) -> Answer:
    """Whether a statement speaks of this."""
    known = {
        "aws:securetransport": "true",
        "aws:sourceaccount": ACCOUNT_ID,
        "s3:tlsversion": "1.3",
        **{key.lower(): value for key, value in context.items()},
    }
    answers = [
        element(statement, "Action", lambda one: like(one.lower(), action.lower())),
        # Trust policies and functions' policies speak of what they are attached to.
        True
        if "Resource" not in statement and "NotResource" not in statement
        else element(statement, "Resource", lambda one: like(one, resource)),
    ]
    absent: set[str] = set()
    if service is not None:
        known |= {"aws:principalisawsservice": "true", "aws:principalservicename": service}
        absent = ABSENT_FOR_SERVICES
        answers.append(speaks_of(statement, service))
    answers += [
        condition_holds(name, key.lower(), as_list(wanted), known, absent)
        for name, keys in (statement.get("Condition") or {}).items()
        for key, wanted in keys.items()
    ]
    return every(answers)


def element(statement: Policy, name: str, matches: Callable[[str], bool]) -> Answer:
    """Action or NotAction, Resource or NotResource."""
    if name in statement:
        return some(map(unless_variable(matches), as_list(statement[name])))
    if f"Not{name}" in statement:
        return negation(some(map(unless_variable(matches), as_list(statement[f"Not{name}"]))))
    return None


def speaks_of(statement: Policy, service: str) -> Answer:
    """Principal or NotPrincipal."""
    if "Principal" in statement:
        return principal_is(statement["Principal"], service)
    return negation(principal_is(statement.get("NotPrincipal"), service))


def principal_is(principal: Any, service: str) -> Answer:
    """Whether a principal names the service, or everybody."""
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        return None
    return service in as_list(principal.get("Service")) or "*" in as_list(principal.get("AWS"))


def condition_holds(name: str, key: str, wanted: list[Any], known: dict[str, str], absent: set[str]) -> Answer:
    """One condition, by the rules for keys that a request has or has not.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    quantifier, _, kind = name.rpartition(":")
    kind, if_exists = kind.removesuffix("IfExists"), name.endswith("IfExists")
    texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in wanted]
    is_negated = "Not" in kind
    compare = OPERATORS.get(kind.replace("Not", ""))
    value = known.get(key)
    if value is None and key not in absent:
        return None
    if kind == "Null":
        return str(value is None).lower() in texts
    if compare is None or quantifier not in ("", "ForAnyValue", "ForAllValues"):
        return None
    if value is None:
        return if_exists or quantifier == "ForAllValues" or (is_negated and quantifier == "")
    found = some(map(unless_variable(lambda one: compare(value, one)), texts))
    return negation(found) if is_negated else found


def numeric(compare: Callable[[float, float], bool]) -> Callable[[str, str], Answer]:
    def compared(value: str, wanted: str) -> Answer:
        try:
            return compare(float(value), float(wanted))
        except ValueError:
            return None

    return compared


OPERATORS: dict[str, Callable[[str, str], Answer]] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": lambda value, wanted: like(wanted, value),
    "ArnEquals": lambda value, wanted: like(wanted, value),
    "ArnLike": lambda value, wanted: like(wanted, value),
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "NumericEquals": numeric(operator.eq),
    "NumericLessThan": numeric(operator.lt),
    "NumericLessThanEquals": numeric(operator.le),
    "NumericGreaterThan": numeric(operator.gt),
    "NumericGreaterThanEquals": numeric(operator.ge),
}
"""What a value must be to one of the wanted; the negated ones are the same with `Not`."""


def unless_variable(matches: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Nothing is known of a policy variable's value."""
    return lambda one: None if "${" in one else matches(one)


def some(answers: Iterable[Answer]) -> Answer:
    """True if one is, None if one may be."""
    given = list(answers)
    return True if True in given else None if None in given else False


def every(answers: Iterable[Answer]) -> Answer:
    """False if one is, None if one may be."""
    return negation(some(map(negation, answers)))


def negation(answer: Answer) -> Answer:
    return None if answer is None else not answer


@lru_cache(maxsize=4096)
def expression(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern.replace("[", "[[]")))


def like(pattern: str, value: str) -> bool:
    """IAM's wildcards."""
    return pattern == "*" or expression(pattern).match(value) is not None


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]

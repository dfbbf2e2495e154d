"""Whether a service may do something on a resource: enough of IAM for the platform's own deliveries.

The gateway judges API calls with a full simulator. What EventBridge or SNS does inside the platform never passes the
gateway, and needs less: a service principal, one action, one resource, `aws:SourceArn` and `aws:SourceAccount`.
"""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache
from typing import Any

from .settings import ACCOUNT_ID

Policy = dict[str, Any]


def allows(policy: Policy | None, service: str | None, action: str, resource: str, context: dict[str, str]) -> bool:
    """Whether a policy allows it: some statement does, and none denies. `service` None means an identity policy."""
    allowed = False
    for statement in as_list((policy or {}).get("Statement")):
        if not applies(statement, service, action, resource, context):
            continue
        if statement.get("Effect") == "Deny":
            return False
        allowed = True
    return allowed


def applies(statement: Policy, service: str | None, action: str, resource: str, context: dict[str, str]) -> bool:
    """Whether a statement speaks of this."""
    if service is not None and not principal_is(statement.get("Principal"), service):
        return False
    if not any(like(one.lower(), action.lower()) for one in as_list(statement.get("Action", []))):
        return False
    if "Resource" in statement and not any(like(one, resource) for one in as_list(statement["Resource"])):
        return False
    known = {
        "aws:securetransport": "true",
        "aws:sourceaccount": ACCOUNT_ID,
        **{key.lower(): value for key, value in context.items()},
    }
    return all(
        condition_holds(name, key, as_list(wanted), known)
        for name, keys in (statement.get("Condition") or {}).items()
        for key, wanted in keys.items()
    )


def principal_is(principal: Any, service: str) -> bool:
    """Whether a principal names the service, or everybody."""
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        return False
    return service in as_list(principal.get("Service", [])) or "*" in as_list(principal.get("AWS", []))


def condition_holds(name: str, key: str, wanted: list[Any], known: dict[str, str]) -> bool:
    """One condition; what is not understood does not hold."""
    value = known.get(key.lower())
    if value is None:
        return name.endswith("IfExists")
    kind = name.removesuffix("IfExists")
    texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in wanted]
    if kind in ("StringEquals", "Bool"):
        return value in texts
    if kind in ("ArnEquals", "ArnLike", "StringLike"):
        return any(like(one, value) for one in texts)
    if kind == "StringNotEquals":
        return value not in texts
    return False


@lru_cache(maxsize=4096)
def expression(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern.replace("[", "[[]")))


def like(pattern: str, value: str) -> bool:
    """IAM's wildcards."""
    return pattern == "*" or expression(pattern).match(value) is not None


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]

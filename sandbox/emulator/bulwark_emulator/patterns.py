"""Event patterns, as EventBridge matches them.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and, for arrays, the
tests of https://github.com/aws/event-ruler. moto's matcher is not used: it flattens objects, so it knows no arrays of
objects, and its `anything-but` looks at one operator only.
"""

from __future__ import annotations

import ipaddress
import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

MISSING = object()
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


def matches(pattern: dict[str, Any], event: Any) -> bool:
    """Whether an event (or one object in it) meets the pattern."""
    if isinstance(event, list):
        # All fields of one pattern object must be found in the same element.
        return any(matches(pattern, element) for element in event if isinstance(element, (dict, list)))
    node = event if isinstance(event, dict) else {}
    return all(
        any(matches(alternative, node) for alternative in wanted)
        if key == "$or" and all(isinstance(one, dict) for one in wanted)
        else field_matches(wanted, node.get(key, MISSING))
        for key, wanted in pattern.items()
    )


def field_matches(wanted: Any, value: Any) -> bool:
    """One field of a pattern."""
    if isinstance(wanted, dict):
        return matches(wanted, {} if value is MISSING else value)
    values = flatten(value)
    return any(filter_matches(one, values) for one in wanted)


def flatten(value: Any) -> list[Any]:
    """The scalars of a value: none for what is missing, an object or an empty array."""
    if isinstance(value, list):
        return [scalar for element in value for scalar in flatten(element)]
    return [] if value is MISSING or isinstance(value, dict) else [value]


def filter_matches(wanted: Any, values: list[Any]) -> bool:
    """One alternative of a field against the values found."""
    if not isinstance(wanted, dict):
        return any(same(wanted, value) for value in values)
    name, argument = next(iter(wanted.items()))
    if name == "exists":
        return bool(values) == argument
    return any(OPERATORS[name](argument, value) for value in values) if name in OPERATORS else False


def same(wanted: Any, value: Any) -> bool:
    """Equality without Python's `True == 1`."""
    if isinstance(wanted, bool) or isinstance(value, bool) or wanted is None or value is None:
        return wanted is value
    if isinstance(wanted, (int, float)) != isinstance(value, (int, float)):
        return False
    return wanted == value


def any_of(test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    """An operator on text that takes one argument, several, or `equals-ignore-case`."""

    def check(argument: Any, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        if isinstance(argument, dict):
            folded = as_list(argument["equals-ignore-case"])
            return any(test(one.lower(), value.lower()) for one in folded)
        return any(test(one, value) for one in as_list(argument))

    return check


def numeric(argument: list[Any], value: Any) -> bool:
    """`numeric`: all comparisons hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return all(COMPARE[sign](value, bound) for sign, bound in zip(argument[::2], argument[1::2], strict=True))


def anything_but(argument: Any, value: Any) -> bool:
    """`anything-but`: a value that is none of those; an absent field has no value, so it does not match."""
    if isinstance(argument, dict):
        name, inner = next(iter(argument.items()))
        return isinstance(value, str) and not OPERATORS[name](inner, value)
    return not any(same(one, value) for one in as_list(argument))


def cidr(argument: Any, value: Any) -> bool:
    """`cidr`: an address within one of the blocks."""
    try:
        address = ipaddress.ip_address(value)
        return any(address in ipaddress.ip_network(block, strict=False) for block in as_list(argument))
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def wildcard_expression(text: str) -> re.Pattern[str]:
    """A wildcard as a regular expression; a backslash takes a star or backslash for what it is."""
    parts = re.findall(r"\\[*\\]|\*|[^*\\]+|\\", text)
    return re.compile(
        "".join(".*" if one == "*" else re.escape(one[-1] if one[0] == "\\" else one) for one in parts), re.S
    )


def as_list(value: Any) -> list[Any]:
    """Operators take one argument or several."""
    return value if isinstance(value, list) else [value]


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "prefix": any_of(lambda wanted, value: value.startswith(wanted)),
    "suffix": any_of(lambda wanted, value: value.endswith(wanted)),
    "equals-ignore-case": any_of(lambda wanted, value: value.lower() == wanted.lower()),
    "wildcard": any_of(lambda wanted, value: wildcard_expression(wanted).fullmatch(value) is not None),
    "anything-but": anything_but,
    "numeric": numeric,
    "cidr": cidr,
}

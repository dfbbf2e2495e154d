"""Event patterns, as EventBridge matches them.

The oracle is AWS's own event-ruler (``npm test -- ruler``). What looks odd here is what it does, found there and not in
the documentation: it joins the steps of a path by dots, keeps texts in their quotes, reads addresses digit by digit.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and
https://github.com/aws/event-ruler. moto's matcher is not used: it flattens objects, so it knows no arrays of objects,
and its `anything-but` looks at one operator only.
"""

from __future__ import annotations

import ipaddress
import json
import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MISSING = object()

Test = Callable[[Any], bool]
"""Whether a scalar will do."""
Place = tuple[tuple[int, int], ...]
"""Elements of lists, by identity and index, that values were found in. What is found later stands in the same ones."""
Search = Callable[[Any, Place], bool]


@dataclass(frozen=True)
class Filter:
    """What a field takes."""

    tests: list[Test]
    takes_absence: bool


Rule = dict[str, Filter]
"""One way to meet a pattern: all these fields, by path."""

RESERVED = frozenset(
    "exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard "
    "not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range "
    "ip-address-in-range ip-address-not-in-range".split()
)
"""Names that EventBridge keeps for itself inside `$or`."""


def matches(pattern: dict[str, Any], event: Any) -> bool:
    """Whether an event meets the pattern; an empty one is met by everything.

    :raises ValueError: for a pattern that EventBridge would refuse
    """
    return not pattern or any(matcher(event, ()) for matcher in compiled(json.dumps(pattern)))


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> list[Search]:
    """The searches of a pattern's text, one of which must succeed."""
    return [search_of(rule) for rule in rules_of(json.loads(pattern))]


# --- reading a pattern


def rules_of(pattern: Any) -> list[Rule]:
    """All ways to meet a pattern."""
    if not isinstance(pattern, dict):
        raise ValueError(f"an event pattern is an object, got {pattern}")
    try:
        return with_fields([{}], pattern, "", knows_or=True)
    except ValueError as error:
        # Patterns that are older than `$or` may use it as the name of a field.
        try:
            return with_fields([{}], pattern, "", knows_or=False)
        except ValueError:
            raise error from None


def with_fields(
    rules: list[Rule], fields: dict[str, Any], path: str, *, knows_or: bool, inside: bool = False
) -> list[Rule]:
    """The rules, each with these fields too. A field that comes again overrides."""
    if not fields:
        raise ValueError(f'"{path}" of an event pattern needs at least one field')
    for key, wanted in fields.items():
        if key == "$or" and knows_or:
            if not isinstance(wanted, list) or len(wanted) < 2 or not all(isinstance(one, dict) for one in wanted):
                raise ValueError(f'"$or" in "{path}" is a list of at least two objects')
            rules = [
                rule
                for one in wanted
                for rule in with_fields([dict(rule) for rule in rules], one, path, knows_or=True, inside=True)
            ]
            continue
        if inside and key in RESERVED:
            raise ValueError(f'"{key}" cannot be the name of a field inside "$or"')
        at = f"{path}.{key}" if path else key
        if isinstance(wanted, dict):
            rules = with_fields(rules, wanted, at, knows_or=knows_or, inside=inside)
        else:
            found = filter_of(wanted, at)
            for rule in rules:
                rule[at] = found
    return rules


def filter_of(wanted: Any, at: str) -> Filter:
    """The alternatives of one field."""
    if not isinstance(wanted, list) or not wanted:
        raise ValueError(f'"{at}" of an event pattern needs an object or a list that is not empty')
    tests: list[Test] = []
    takes_absence = False
    for one in wanted:
        if not isinstance(one, dict):
            if isinstance(one, list):
                raise ValueError(f'"{at}" of an event pattern holds {one}, which is no value')
            tests.append(equal_to(one))
            digits = digits_of(one)
            if digits:
                tests.append(within(digits, digits))  # however it is written
            continue
        name, argument = sole_entry(one, at)
        if name != "exists":
            tests.append(test_of(name, argument, at))
        elif argument is True:
            tests.append(lambda _: True)
        elif argument is False:
            takes_absence = True
        else:
            raise ValueError(f'"exists" of "{at}" is true or false, got {argument}')
    return Filter(tests, takes_absence)


# --- walking through an event


def search_of(rule: Rule) -> Search:
    """Looks for fields in order of name: that matters to `exists: false`, which sees the places so far."""
    search: Search = lambda event, place: True  # noqa: E731 - the end of the chain
    for path in sorted(rule, key=lambda one: one.encode("utf-16-be"), reverse=True):
        search = field_search(path.split("."), rule[path], search)
    return search


def field_search(steps: list[str], wanted: Filter, rest: Search) -> Search:
    """One field, then what follows."""

    def search(event: Any, place: Place) -> bool:
        values = list(values_at(event, steps, place))
        if wanted.takes_absence and not values and rest(event, place):
            return True
        tried: set[Place] = set()
        for value, there in values:
            if there not in tried and any(test(value) for test in wanted.tests):
                if rest(event, there):
                    return True
                tried.add(there)
        return False

    return search


def values_at(node: Any, steps: list[str], place: Place) -> list[tuple[Any, Place]]:
    """The scalars at the end of a path, and where each stands: none for what is missing, an object, an empty list."""
    if isinstance(node, list):
        fixed = dict(place).get(id(node))
        found: list[tuple[Any, Place]] = []
        for index, element in enumerate(node):
            if not isinstance(element, (dict, list)):
                found += [] if steps else [(element, place)]
            elif fixed is None:
                found += values_at(element, steps, (*place, (id(node), index)))
            elif fixed == index:
                found += values_at(element, steps, place)
        return found
    if not isinstance(node, dict):
        return [] if steps else [(node, place)]
    # Steps that are joined by a dot may be one key of the event.
    return [
        each
        for end in range(1, len(steps) + 1)
        if (value := node.get(".".join(steps[:end]), MISSING)) is not MISSING
        for each in values_at(value, steps[end:], place)
    ]


# --- operators


def test_of(name: str, argument: Any, at: str) -> Test:
    """The test of one operator."""
    if name == "exactly":
        return equal_to(text_of(argument, name, at))
    if name in ("prefix", "suffix") and isinstance(argument, dict):
        inner, text = sole_entry(argument, at)
        if inner != "equals-ignore-case":
            raise unknown(f"{name} of {inner}", at)
        return FOLDED_TESTS[name](text_of(text, inner, at))
    if name in TEXT_TESTS:
        return TEXT_TESTS[name](text_of(argument, name, at))
    if name in OPERATORS:
        return OPERATORS[name](argument, at)
    raise unknown(name, at)


def equal_to(wanted: Any) -> Test:
    """Equality without Python's `True == 1`."""
    if isinstance(wanted, bool) or wanted is None:
        return lambda value: value is wanted
    kind = (int, float) if isinstance(wanted, (int, float)) else str
    return lambda value: isinstance(value, kind) and not isinstance(value, bool) and value == wanted


def on_text(holds: Callable[[str], object]) -> Test:
    """A test of texts only."""
    return lambda value: isinstance(value, str) and bool(holds(value))


def prefix(wanted: str) -> Test:
    """The value ends with a quote, so a prefix may."""
    return on_text(lambda value: f'{value}"'.startswith(wanted))


def suffix(wanted: str) -> Test:
    """The value begins with a quote, so a suffix may."""
    return on_text(lambda value: f'"{value}'.endswith(wanted))


def folded(text: str) -> str:
    """An expression of each character in both cases; half a character of UTF-16 is a question mark there."""
    return "".join(
        r"\?\?" if ord(one) > 0xFFFF else f"(?:{re.escape(one.lower())}|{re.escape(one.upper())})" for one in text
    )


def equals_ignore_case(wanted: str) -> Test:
    """Equality of each character in either case."""
    return on_text(re.compile(folded(wanted), re.S).fullmatch)


def folded_prefix(wanted: str) -> Test:
    """`prefix` of `equals-ignore-case`."""
    expression = re.compile(folded(wanted), re.S)
    return on_text(lambda value: expression.match(f'{value}"'))


def folded_suffix(wanted: str) -> Test:
    """`suffix` of `equals-ignore-case`."""
    expression = re.compile(f"(?:{folded(wanted)})\\Z", re.S)
    return on_text(lambda value: expression.search(f'"{value}'))


def wildcard(wanted: str) -> Test:
    """A backslash takes a star or backslash for what it is."""
    parts = re.findall(r"\\[*\\]|\*+|[^*\\]+|\\", wanted)
    if any(one == "\\" or one.startswith("**") for one in parts):
        raise ValueError(f"a wildcard has a star after a star, or a backslash before neither * nor \\: {wanted}")
    expression = re.compile(
        "".join(".*" if one == "*" else re.escape(one[-1] if one[0] == "\\" else one) for one in parts), re.S
    )
    return on_text(expression.fullmatch)


def anything_but(argument: Any, at: str) -> Test:
    """`anything-but`: a value that is none of those; an absent field has no value, so it does not match."""
    if isinstance(argument, dict):
        name, inner = sole_entry(argument, at)
        if name not in TEXT_TESTS:
            raise unknown(f"anything-but of {name}", at)
        texts = [text_of(one, name, at) for one in list_of(inner, at)]
        if name in ("prefix", "suffix") and "" in texts:
            raise ValueError(f'"anything-but" of {name} of "{at}" leaves nothing: its text is empty')
        tests = [TEXT_TESTS[name](one) for one in texts]
    else:
        values = list_of(argument, at)
        if not all(isinstance(one, str) for one in values) and not all(is_number(one) for one in values):
            raise ValueError(f'"anything-but" of "{at}" takes texts or numbers, not both, got {argument}')
        tests = [equal_to(one) for one in values]
    return lambda value: not any(test(value) for test in tests)


COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


def numeric(argument: Any, at: str) -> Test:
    """`numeric`: one comparison, or a range with the lower bound first."""
    signs, bounds = (argument[::2], argument[1::2]) if isinstance(argument, list) else ([], [])
    is_valid = len(signs) == len(bounds) and all(isinstance(one, str) for one in signs) and all(map(is_number, bounds))
    is_one = len(signs) == 1 and is_valid and signs[0] in COMPARE
    is_range = len(signs) == 2 and is_valid and signs[0] in (">", ">=") and signs[1] in ("<", "<=")
    if not is_one and not (is_range and bounds[0] < bounds[1]):
        raise ValueError(f'"numeric" of "{at}" is a sign and a number, or a lower and an upper bound, got {argument}')
    return lambda value: (
        is_number(value) and all(COMPARE[sign](value, bound) for sign, bound in zip(signs, bounds, strict=True))
    )


def is_number(value: Any) -> bool:
    """Numbers that can be compared."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def cidr(argument: Any, at: str) -> Test:
    """`cidr`: an address of a range."""
    address, slash, length = text_of(argument, "cidr", at).partition("/")
    digits = digits_of(address)
    if not digits or not slash or not re.fullmatch(r"[0-9]+", length) or int(length) >= len(digits) * 4:
        raise ValueError(f'"cidr" of "{at}" is a range of more than a single address, got {argument}')
    free = len(digits) * 4 - int(length)
    bottom = int(digits, 16) >> free << free
    return within(f"{bottom:0{len(digits)}x}", f"{bottom | (1 << free) - 1:0{len(digits)}x}")


def within(bottom: str, top: str) -> Test:
    """From one address to another, digit by digit: the other version is told apart by its first digits only."""

    def check(value: Any) -> bool:
        digits = digits_of(value)
        if not digits:
            return False
        if len(digits) < len(bottom):
            return bottom[: len(digits)] < digits < top[: len(digits)]
        return bottom <= digits[: len(bottom)] <= top

    return check


def digits_of(value: Any) -> str | None:
    """An address in hexadecimal digits: 8 of version 4, which may be written as one of version 6, 32 of version 6."""
    if not isinstance(value, str):
        return None
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+){3}", value):
        parts = [int(one) for one in value.split(".")]
        return "".join(f"{one:02x}" for one in parts) if max(parts) <= 255 else None
    if not re.fullmatch(r"[0-9a-fA-F]*:[0-9a-fA-F:]*", value):
        return None
    try:
        address = ipaddress.IPv6Address(value)
    except ValueError:
        return None
    return (address.ipv4_mapped or address).packed.hex()


TEXT_TESTS: dict[str, Callable[[str], Test]] = {
    "prefix": prefix,
    "suffix": suffix,
    "equals-ignore-case": equals_ignore_case,
    "wildcard": wildcard,
}
"""Operators on one text, which `anything-but` takes too."""
FOLDED_TESTS: dict[str, Callable[[str], Test]] = {"prefix": folded_prefix, "suffix": folded_suffix}
OPERATORS: dict[str, Callable[[Any, str], Test]] = {"anything-but": anything_but, "numeric": numeric, "cidr": cidr}


# --- parts of a pattern


def sole_entry(fields: dict[str, Any], at: str) -> tuple[str, Any]:
    """The operator and its argument."""
    if len(fields) != 1:
        raise ValueError(f'"{at}" of an event pattern takes one operator at a time, got {fields}')
    return next(iter(fields.items()))


def text_of(argument: Any, name: str, at: str) -> str:
    """An argument that has to be a text."""
    if not isinstance(argument, str):
        raise ValueError(f'"{name}" of "{at}" needs one text, got {argument}')
    return argument


def list_of(argument: Any, at: str) -> list[Any]:
    """One value or several."""
    values = argument if isinstance(argument, list) else [argument]
    if not values:
        raise ValueError(f'"anything-but" of "{at}" needs at least one value')
    return values


def unknown(name: str, at: str) -> ValueError:
    """An operator that is none."""
    return ValueError(f'"{at}" of an event pattern has an operator that EventBridge does not know: {name}')

"""What the trails record, as they stood when a call arrived.

AWS records a call by the trails as they were when it came: StopLogging is still recorded, what follows is not. Records
arrive after their call, so each state of the trails has a number, which the answer to the call carries.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from moto.cloudtrail.models import Trail, cloudtrail_backends

from .settings import ACCOUNT_ID, GLOBAL_REGION

Selectors = list[dict[str, Any]]

GLOBAL_SOURCES = {
    "iam.amazonaws.com", "organizations.amazonaws.com", "cloudfront.amazonaws.com", "route53.amazonaws.com",
    "account.amazonaws.com", "shield.amazonaws.com",
}  # fmt: skip
"""Services whose events appear in us-east-1 whatever the caller's Region."""
MOST_STATES = 256
"""Far more than there are changes between a call and its record."""


class Logging(NamedTuple):
    """A trail that logs."""

    home: str
    is_multi_region: bool
    has_global_services: bool
    log_group_arn: str | None
    event_selectors: Selectors
    advanced_event_selectors: Selectors

    def takes(self, region: str, record: dict[str, Any]) -> bool:
        """Whether the trail records this: its own Region's events, a multi-Region trail's all of them, as selected."""
        if region != self.home and not self.is_multi_region:
            return False
        if region == GLOBAL_REGION and record["eventSource"] in GLOBAL_SOURCES and not self.has_global_services:
            return False
        return selected(self.event_selectors, self.advanced_event_selectors, record)


def selected(basic: Selectors, advanced: Selectors, record: dict[str, Any]) -> bool:
    """Whether selectors take a management event; without any selector all are taken.

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html and
    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
    """
    if advanced:
        return any(all(field_matches(one, record) for one in each["FieldSelectors"]) for each in advanced)
    if not basic:
        return True
    wanted = {"All", "ReadOnly" if record.get("readOnly") else "WriteOnly"}
    return any(
        each.get("IncludeManagementEvents", True)
        and each.get("ReadWriteType", "All") in wanted
        and record["eventSource"] not in (each.get("ExcludeManagementEventSources") or [])
        for each in basic
    )


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "Equals": lambda value, wanted: value == wanted,
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
}


def field_matches(selector: dict[str, Any], record: dict[str, Any]) -> bool:
    """One field of an advanced selector: any of the values, none of the excluded ones."""
    value = field_value(selector["Field"], record)
    return all(
        any(matches(value, wanted) for wanted in selector[name])
        for name, matches in OPERATORS.items()
        if selector.get(name)
    ) and not any(
        matches(value, unwanted) for name, matches in OPERATORS.items() for unwanted in selector.get(f"Not{name}") or ()
    )


def field_value(field: str, record: dict[str, Any]) -> str:
    """What a record has in a field; empty when it has no such field, as management events have no resources."""
    if field == "readOnly":
        return str(bool(record.get("readOnly"))).lower()
    if field == "eventCategory":
        return str(record.get("eventCategory", "Management"))
    value: Any = record
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return "" if value is None else str(value)


_states: dict[int, tuple[Logging, ...]] = {}
_lock = threading.Lock()


def state() -> int:
    """The number of the trails' present state."""
    found = tuple(
        of_trail(trail)
        for backend in list(cloudtrail_backends[ACCOUNT_ID].values())
        for trail in list(backend.trails.values())
        if trail.status.is_logging
    )
    with _lock:
        newest = max(_states, default=0)
        if newest and _states[newest] == found:
            return newest
        _states[newest + 1] = found
        if len(_states) > MOST_STATES:
            del _states[min(_states)]
        return newest + 1


def of_trail(trail: Trail) -> Logging:
    """A trail's settings; moto replaces selectors, never changes them in place."""
    return Logging(
        trail.region_name,
        bool(trail.is_multi_region),
        bool(trail.include_global_service_events),
        trail.cw_log_group_arn or None,
        trail.event_selectors,
        trail.advanced_event_selectors,
    )


def taking(region: str, record: dict[str, Any], number: int | None = None) -> list[Logging]:
    """The trails that record this, by their state of that number.

    :param number: the present state when left out, or when it is too old to be known
    """
    states = _states.get(number or 0)
    return [one for one in (_states[state()] if states is None else states) if one.takes(region, record)]

"""What CloudFormation has really done with each resource, so that a green stack can be told from a proof."""

from __future__ import annotations

import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

RECORD_ONLY_FILE = Path(__file__).resolve().parents[2] / "record-only.json"

_stacks: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
_lock = threading.Lock()


@cache
def record_only() -> dict[str, str]:
    """Types that are written down and not made, with the reason why nothing here acts on them."""
    return {entry["type"]: entry["reason"] for entry in json.loads(RECORD_ONLY_FILE.read_text())}


def note(region: str, stack: str, logical_id: str, **what: Any) -> None:
    """Remembers what became of a resource."""
    with _lock:
        _stacks.setdefault(stack, {})[(region, logical_id)] = what


def applied(region: str, stack: str, logical_id: str, resource_type: str, unapplied: list[str]) -> None:
    """A resource was made; `unapplied` are the properties that the implementation does not read."""
    note(region, stack, logical_id, kind="applied", type=resource_type, unapplied=sorted(unapplied))


def recorded(region: str, stack: str, logical_id: str, resource_type: str, reason: str) -> None:
    """A resource was written down only."""
    note(region, stack, logical_id, kind="recorded", type=resource_type, reason=reason)


def skipped(region: str, stack: str, logical_id: str, resource_type: str) -> None:
    """A resource was refused."""
    note(region, stack, logical_id, kind="skipped", type=resource_type)


def removed(region: str, stack: str, logical_id: str) -> None:
    """A resource is gone."""
    with _lock:
        _stacks.get(stack, {}).pop((region, logical_id), None)


def forget(region: str, stack: str) -> None:
    """A stack is gone."""
    with _lock:
        kept = {key: one for key, one in _stacks.pop(stack, {}).items() if key[0] != region}
        if kept:
            _stacks[stack] = kept


def report() -> dict[str, Any]:
    """The answer to GET /_bulwark/report; stacks of one name in several Regions count as one."""
    with _lock:
        stacks = {name: dict(resources) for name, resources in _stacks.items()}
    return {"stacks": {name: summary(resources) for name, resources in sorted(stacks.items())}}


def summary(resources: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    """One stack: how many applied, and by name everything that is less than that."""

    def named(kind: str, *fields: str) -> list[dict[str, Any]]:
        return [
            {"logicalId": logical_id, "type": one["type"], "region": region, **{field: one[field] for field in fields}}
            for (region, logical_id), one in sorted(resources.items())
            if one["kind"] == kind
        ]

    return {
        "applied": sum(one["kind"] == "applied" for one in resources.values()),
        "recorded": named("recorded", "reason"),
        "skipped": named("skipped"),
        "unapplied": [one for one in named("applied", "unapplied") if one["unapplied"]],
    }

"""EventBridge: which rules an event meets, and how it reaches their targets."""

from __future__ import annotations

from typing import Any

def accept(region: str, bus: str, event: dict[str, Any]) -> None:
    """An event arrives on a bus."""

"""EC2."""

from __future__ import annotations


def apply() -> None:
    """Applies the repairs."""

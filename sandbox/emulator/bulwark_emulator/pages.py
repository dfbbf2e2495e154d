"""Listings in pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def page(items: Iterable[T], key: Callable[[T], str], size: int, token: str | None) -> tuple[list[T], str | None]:
    """The items after the token, ordered by their keys, and the token of what is left.

    A token holds the last key shown, so that what goes away between two pages costs no item.
    """
    last = base64.urlsafe_b64decode(token).decode() if token else ""
    left = sorted((one for one in items if key(one) > last), key=key)
    shown = left[:size]
    return shown, base64.urlsafe_b64encode(key(shown[-1]).encode()).decode() if len(left) > size else None

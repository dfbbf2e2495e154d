"""Repairs of moto 5.2.1, one function each: symptom, cause, and when it can go."""

from __future__ import annotations

import os

from .settings import ACCOUNT_ID


def apply() -> None:
    """Applies all repairs."""
    # moto asks the access key which account it belongs to; here there is one account whatever the key.
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT_ID


def stop_background() -> None:
    """Ends what runs beside the server."""

"""Systems Manager."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

from moto.ssm.models import SimpleSystemManagerBackend

_lock = threading.RLock()


def apply() -> None:
    """Applies the repairs."""
    one_at_a_time()


def one_at_a_time() -> None:
    """A listing answers 500 when a parameter is put meanwhile; two calls create the same parameter.

    Cause: moto goes through its parameters without a lock. Can go when moto takes one.
    """

    def locked(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def run(*arguments: Any, **named: Any) -> Any:
            with _lock:
                return method(*arguments, **named)

        return run

    for name in (
        "delete_parameter", "delete_parameters", "describe_parameters", "get_parameters_by_path", "put_parameter",
    ):  # fmt: skip
        setattr(SimpleSystemManagerBackend, name, locked(getattr(SimpleSystemManagerBackend, name)))

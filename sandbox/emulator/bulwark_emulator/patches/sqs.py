"""SQS."""

from __future__ import annotations

import threading
import time
from typing import Any

from moto.sqs import models


def apply() -> None:
    """Applies the repairs."""
    receive_at_once()


def receive_at_once() -> None:
    """Two receivers get the same message; a message that becomes visible is noticed up to a second later.

    Cause: moto marks messages without a lock and looks again once a second. Can go when moto receives under the queue's lock.
    """
    receive = models.SQSBackend.receive_message
    locks: dict[str, threading.Lock] = {}
    guard = threading.Lock()

    def receive_message(
        self: models.SQSBackend,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> list[models.Message]:
        queue = self.get_queue(queue_name)
        with guard:
            lock = locks.setdefault(queue.queue_arn, threading.Lock())
        until = time.monotonic() + float(wait_seconds_timeout or 0)
        while True:
            with lock:
                found: list[Any] = receive(self, queue_name, count, 0, visibility_timeout, message_attribute_names)
            left = until - time.monotonic()
            if found or left <= 0:
                return found
            with queue._messages_lock:
                now = time.time() * 1000
                due = [(one.visible_at - now) / 1000 + 0.001 for one in queue._messages if one.visible_at > now]
                if not queue.messages:
                    queue._messages_lock.wait(min([left, *due]))

    models.SQSBackend.receive_message = receive_message

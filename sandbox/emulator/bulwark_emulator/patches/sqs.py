"""SQS."""

from __future__ import annotations

import threading
import time
from typing import Any

from moto.sqs import models


def apply() -> None:
    """Applies the repairs."""
    quick_scans()
    receive_at_once()
    redrive_allow_policy()


def quick_scans() -> None:
    """A thousand waiting messages bring a queue down to ten messages per second.

    Cause: every message is looked at several times per call, and every look computes the time with calendar arithmetic;
    the retention check alone evaluates all attributes three times. Can go when moto keeps visible and hidden messages
    apart.
    """

    def now() -> float:
        return time.time() * 1000

    def messages(self: models.Queue) -> list[models.Message]:
        moment = now()
        return [one for one in self._messages if one.visible_at < moment and one.delayed_until <= moment]

    def hidden(self: models.Queue) -> int:
        moment = now()
        return sum(one.visible_at >= moment for one in self._messages)

    def delayed(self: models.Queue) -> int:
        moment = now()
        return sum(one.delayed_until > moment for one in self._messages)

    def retained(self: models.SQSBackend, queue_name: str, message: models.Message) -> bool:
        period = float(self.get_queue(queue_name).message_retention_period)  # type: ignore[attr-defined]
        return period * 1000 + float(message.sent_timestamp or 0) > now()

    models.Message.visible = property(lambda self: now() > self.visible_at)  # type: ignore[assignment]
    models.Message.delayed = property(lambda self: now() < self.delayed_until)  # type: ignore[assignment]
    models.Queue.messages = property(messages)  # type: ignore[assignment]
    models.Queue.approximate_number_of_messages = property(lambda self: len(messages(self)))  # type: ignore[assignment]
    models.Queue.approximate_number_of_messages_not_visible = property(hidden)  # type: ignore[assignment]
    models.Queue.approximate_number_of_messages_delayed = property(delayed)  # type: ignore[assignment]
    models.SQSBackend.is_message_valid_based_on_retention_period = retained


def receive_at_once() -> None:
    """Two receivers get the same message; a message that becomes visible is noticed up to a second later.

    Cause: moto marks messages without a lock and looks again once a second. Can go when moto receives under the queue's
    lock.
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


def redrive_allow_policy() -> None:
    """A queue's RedriveAllowPolicy is lost.

    Cause: moto keeps it as an attribute that it never tells. Can go when moto tells it.
    """
    attributes = models.Queue.attributes.fget

    def told(self: models.Queue) -> dict[str, Any]:
        answer = attributes(self)
        allow = getattr(self, "redrive_allow_policy", None)
        return {**answer, "RedriveAllowPolicy": allow} if allow else answer

    models.Queue.attributes = property(told)

"""SQS."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from moto.sqs import models, responses

from .. import pollers
from ..settings import settings
from . import sqs_moves

PRINCIPAL_HEADER = "x-bulwark-principal"
"""Tells with each call the caller's unique id. The gateway sets it, whatever a client sends."""

_sender: ContextVar[str] = ContextVar("sender", default=models.DEFAULT_SENDER_ID)


def apply() -> None:
    """Applies the repairs."""
    quick_scans()
    receive_at_once()
    delete_without_loss()
    redrive_allow_policy()
    keep_policy()
    true_senders()
    quick_delays()
    change_visibility_of_batches()
    sqs_moves.apply()


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

    def receive_message(
        self: models.SQSBackend,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> list[models.Message]:
        queue = self.get_queue(queue_name)
        until = time.monotonic() + float(wait_seconds_timeout or 0)
        while True:
            with queue._messages_lock:
                found: list[Any] = receive(self, queue_name, count, 0, visibility_timeout, message_attribute_names)
                left = until - time.monotonic()
                if found or left <= 0:
                    return found
                now = time.time() * 1000
                due = [max(one.visible_at, one.delayed_until) for one in queue._messages]
                queue._messages_lock.wait(min([left, *((one - now) / 1000 + 0.001 for one in due if one > now)]))

    models.SQSBackend.receive_message = receive_message


def delete_without_loss() -> None:
    """A message that is sent while another one is deleted is lost.

    Cause: moto replaces the list of messages without the lock under which it adds to it. Can go when it takes the lock.
    """
    delete = models.Queue.delete_message

    def delete_message(self: models.Queue, receipt_handle: str) -> None:
        with self._messages_lock:
            delete(self, receipt_handle)

    models.Queue.delete_message = delete_message  # type: ignore[method-assign]


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


def keep_policy() -> None:
    """A queue loses its policy when another attribute is set.

    Cause: moto takes an attribute that is not named for an empty policy. Can go when moto keeps it.
    """
    set_attributes = models.Queue._set_attributes

    def new_set(self: models.Queue, attributes: dict[str, Any], now: float | None = None) -> None:
        kept = self.policy if "Policy" not in attributes else None
        set_attributes(self, attributes, now)
        if kept:
            self.policy = kept

    models.Queue._set_attributes = new_set  # type: ignore[method-assign]


def true_senders() -> None:
    """Every message has the same SenderId.

    Cause: moto does not know who calls. What EventBridge and SNS deliver keeps moto's id: in AWS it is one of the
    service's own. Can go when moto asks who signed.
    """
    init = models.Message.__init__

    def new_init(self: models.Message, *arguments: Any, **named: Any) -> None:
        init(self, *arguments, **named)
        self.sender_id = _sender.get()

    def as_caller(operation: Callable[[Any], Any]) -> Callable[[Any], Any]:
        @functools.wraps(operation)
        def run(self: responses.SQSResponse) -> Any:
            before = _sender.set(self.headers.get(PRINCIPAL_HEADER) or models.DEFAULT_SENDER_ID)
            try:
                return operation(self)
            finally:
                _sender.reset(before)

        return run

    models.Message.__init__ = new_init  # type: ignore[method-assign]
    for name in ("send_message", "send_message_batch"):
        setattr(responses.SQSResponse, name, as_caller(getattr(responses.SQSResponse, name)))


def quick_delays() -> None:
    """A delayed message takes as long as in AWS. Waiting goes by faster here; this one stays."""

    def delay(self: models.Message, delay_seconds: int) -> None:
        self.delayed_until = time.time() * 1000 + int(delay_seconds) * 1000 / settings.speed

    models.Message.delay = delay  # type: ignore[method-assign]


def change_visibility_of_batches() -> None:
    """A function's ChangeMessageVisibility is forgotten when it then reports the message as failed.

    The function itself takes its real time, so while it works the new timeout counts in full; once it has failed, the
    rest goes by faster. This one stays, since the poller is ours.
    """
    change = models.SQSBackend.change_message_visibility

    def change_message_visibility(
        self: models.SQSBackend, queue_name: str, receipt_handle: str, visibility_timeout: int
    ) -> None:
        change(self, queue_name, receipt_handle, visibility_timeout)
        queue = self.get_queue(queue_name)
        for one in list(queue._messages):
            if one.receipt_handle == receipt_handle:
                pollers.remember_visibility(one, float(visibility_timeout))
        pollers.wake(queue)

    models.SQSBackend.change_message_visibility = change_message_visibility  # type: ignore[method-assign]

"""Event source mappings: SQS queues that call functions."""

from __future__ import annotations

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import EventSourceMapping
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

from . import functions, patterns, policies
from .settings import ACCOUNT_ID, settings

log = logging.getLogger(__name__)

MOST_CONCURRENT = 5
"""Batches at a time: what Lambda starts with (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html)."""
IDLE_WAIT = 60.0
DENIED_WAIT = 0.2
"""Seconds until the role is looked at again when it may not read the queue."""
ACTIONS = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
"""What the execution role of a function needs on the queue
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions)."""


class Poller:
    """Takes batches from one queue to one function."""

    def __init__(self, mapping: EventSourceMapping):
        self.mapping = mapping
        arn = mapping.event_source_arn
        self.backend: SQSBackend = sqs_backends[ACCOUNT_ID][arn.split(":")[3]]
        self.name = arn.rsplit(":", 1)[-1]
        configured = (mapping.scaling_config or {}).get("MaximumConcurrency")
        self.concurrency = int(configured) if configured else MOST_CONCURRENT
        self.slots = threading.Semaphore(self.concurrency)
        self.executor = ThreadPoolExecutor(self.concurrency, thread_name_prefix=f"poller {self.name}")
        self.stopped = False
        self.is_denied = False
        self.thread = threading.Thread(target=self.poll, daemon=True, name=f"poller {self.name}")
        self.thread.start()

    def poll(self) -> None:
        """Waits for messages, and hands them out as long as there are slots."""
        while not self.stopped:
            queue = self.backend.queues.get(self.name)
            if queue is None:
                return
            if not self.mapping.enabled or self.is_paused():
                time.sleep(functions.PAUSED_WAIT)
                continue
            if not wait(queue):
                continue
            if not self.may_read():
                time.sleep(DENIED_WAIT)
                continue
            self.slots.acquire()
            if self.stopped:
                return
            try:
                self.gather(queue)
                batch = self.backend.receive_message(
                    self.name, int(self.mapping.batch_size), 0, int(queue.visibility_timeout), ["All"]
                )
            except Exception:
                log.exception("poller of %s", self.name)
                batch = []
            if batch:
                self.executor.submit(self.work, queue, batch)
            else:
                self.slots.release()

    def is_paused(self) -> bool:
        """Whether the function's reserved concurrency is 0, by which people stop a function."""
        try:
            return functions.reserved(functions.find(self.mapping.function_arn)) == 0
        except UnknownFunctionException:
            return False

    def may_read(self) -> bool:
        """Whether the function's role lets Lambda read the queue; said once when it does not."""
        try:
            role = functions.find(self.mapping.function_arn).role
        except UnknownFunctionException:
            return False
        missing = missing_action(role, self.mapping.event_source_arn)
        if missing and not self.is_denied:
            log.warning("poller of %s: the execution role does not allow %s", self.name, missing)
        self.is_denied = missing is not None
        return missing is None

    def gather(self, queue: Queue) -> None:
        """The batching window: waits for a full batch, for a while."""
        window = float(self.mapping.max_batch_window or 0) / settings.speed
        until = time.monotonic() + window
        while time.monotonic() < until and len(queue.messages) < int(self.mapping.batch_size):
            time.sleep(0.01)

    def work(self, queue: Queue, batch: list[Message]) -> None:
        """One batch: what succeeded is deleted, the rest becomes visible again."""
        try:
            wanted = [one for one in batch if self.wants(one)]
            failed = self.call(wanted) if wanted else set()
            for one in batch:
                if one.id in failed:
                    make_visible(queue, one)
                else:
                    self.backend.delete_message(self.name, one.receipt_handle)
        except Exception:
            log.exception("batch of %s", self.name)
        finally:
            self.slots.release()

    def wants(self, message: Message) -> bool:
        """The mapping's filter; what it does not want is deleted."""
        filters = (self.mapping.filter_criteria or {}).get("Filters") or []
        if not filters:
            return True
        record = self.record(message)
        try:
            record["body"] = json.loads(record["body"])
        except ValueError:
            pass
        return any(patterns.matches(json.loads(one["Pattern"]), record) for one in filters)

    def call(self, batch: list[Message]) -> set[str]:
        """Calls the function; the ids of the messages that failed."""
        everything = {one.id for one in batch}
        event = json.dumps({"Records": [self.record(one) for one in batch]}).encode()
        outcome = functions.run(functions.find(self.mapping.function_arn), event)
        if outcome.failed:
            log.warning("%s failed: %s", self.mapping.function_arn, outcome.payload[:500])
            return everything
        if "ReportBatchItemFailures" not in (self.mapping.function_response_types or []):
            return set()
        return reported(json.loads(outcome.payload or b"null"), everything)

    def record(self, message: Message) -> dict[str, Any]:
        """A message as Lambda hands it over."""
        first = getattr(message, "first_queue", None)
        optional = {
            "MessageGroupId": message.group_id,
            "MessageDeduplicationId": message.deduplication_id,
            "SequenceNumber": message.sequence_number,
            "DeadLetterQueueSourceArn": first if first != self.mapping.event_source_arn else None,
        }
        return {
            "messageId": message.id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.approximate_receive_count),
                "SentTimestamp": str(int(message.sent_timestamp or 0)),
                "SenderId": message.sender_id,
                "ApproximateFirstReceiveTimestamp": str(int(message.approximate_first_receive_timestamp or 0)),
                **{key: value for key, value in optional.items() if value},
            },
            "messageAttributes": {
                name: {
                    "dataType": one.get("DataType"),
                    "stringValue": one.get("StringValue"),
                    "stringListValues": [],
                    "binaryListValues": [],
                }
                for name, one in message.message_attributes.items()
            },
            "md5OfBody": message.body_md5,
            "eventSource": "aws:sqs",
            "eventSourceARN": self.mapping.event_source_arn,
            "awsRegion": self.mapping.event_source_arn.split(":")[3],
        }

    def stop(self) -> None:
        self.stopped = True
        queue = self.backend.queues.get(self.name)
        if queue:
            wake(queue)
        self.executor.shutdown(wait=False)


def missing_action(role: str, queue_arn: str) -> str | None:
    """What a role lacks to read a queue."""
    return next((one for one in ACTIONS if not policies.role_allows(role, f"sqs:{one}", queue_arn)), None)


def reported(answer: Any, everything: set[str]) -> set[str]:
    """The failures that the function reports; a report that makes no sense fails the whole batch."""
    if not isinstance(answer, dict) or not answer.get("batchItemFailures"):
        return set()
    try:
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
    except (TypeError, KeyError):
        return everything
    return failed if failed and failed <= everything else everything


def wait(queue: Queue) -> bool:
    """Waits until a message may be there; costs nothing while there is none."""
    with queue._messages_lock:
        if queue.messages:
            return True
        now = time.time() * 1000
        due = [max(one.visible_at, one.delayed_until) for one in queue._messages]
        queue._messages_lock.wait(min([IDLE_WAIT, *((one - now) / 1000 + 0.001 for one in due if one > now)]))
        return bool(queue.messages)


def wake(queue: Queue) -> None:
    """Something about the queue has changed."""
    with queue._messages_lock:
        queue._messages_lock.notify_all()


def remember_visibility(message: Message, seconds: float) -> None:
    """Somebody who holds the message has said when it shall come back."""
    message.asked_visibility = (message.receipt_handle, time.time(), seconds)  # type: ignore[attr-defined]


def make_visible(queue: Queue, copy: Message) -> None:
    """A failed message comes back when its visibility timeout is over, the one set last; it goes by faster here."""
    for one in list(queue._messages):
        if one.id == copy.id:
            handle, moment, seconds = getattr(one, "asked_visibility", (None, 0.0, 0.0))
            if handle != copy.receipt_handle:
                moment, seconds = time.time(), float(queue.visibility_timeout)
            one.visible_at = min(one.visible_at, (moment + seconds / settings.speed) * 1000)
    wake(queue)


_pollers: dict[str, Poller] = {}


def start(mapping: EventSourceMapping) -> None:
    """A mapping was made or changed."""
    end(mapping.uuid)
    if ":sqs:" in mapping.event_source_arn:
        _pollers[mapping.uuid] = Poller(mapping)


def end(uuid: str) -> None:
    """A mapping was deleted."""
    known = _pollers.pop(uuid, None)
    if known:
        known.stop()


def stop() -> None:
    """Ends all pollers."""
    for uuid in list(_pollers):
        end(uuid)

"""Dead-letter queue redrive: StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask.

Source: Amazon SQS Developer Guide, "Learn how to configure a dead-letter queue redrive", and the API reference. Can go
when moto has them.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult
from moto.sqs import models, responses
from moto.sqs.exceptions import InvalidParameterValue, SQSException

MOST_LISTED = 10


@dataclass
class Task:
    """A move. It is over before its start is answered, so nobody can cancel it."""

    source: str
    destination: str | None
    rate: int | None
    to_move: int
    moved: int = 0
    started: int = field(default_factory=lambda: int(time.time() * 1000))

    def describe(self) -> dict[str, Any]:
        """As ListMessageMoveTasks shows it."""
        shown = {
            "Status": "COMPLETED",
            "SourceArn": self.source,
            "DestinationArn": self.destination,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "StartedTimestamp": self.started,
        }
        return {key: value for key, value in shown.items() if value is not None}


_tasks: dict[str, list[Task]] = {}


def apply() -> None:
    """Adds the operations, and lets each message remember the queue that it was first sent to."""
    add = models.Queue.add_message

    def add_message(self: models.Queue, message: models.Message) -> None:
        if not hasattr(message, "first_queue"):
            message.first_queue = self.queue_arn  # type: ignore[attr-defined]
        add(self, message)

    models.Queue.add_message = add_message  # type: ignore[method-assign]
    responses.SQSResponse.start_message_move_task = start  # type: ignore[attr-defined]
    responses.SQSResponse.list_message_move_tasks = list_tasks  # type: ignore[attr-defined]
    responses.SQSResponse.cancel_message_move_task = cancel  # type: ignore[attr-defined]


def start(self: responses.SQSResponse) -> ActionResult:
    """Moves all visible messages back to where they came from, or to the destination."""
    source, destination = self._get_param("SourceArn"), self._get_param("DestinationArn")
    queue = queue_at(self.sqs_backend, source)
    origins = sources(self.sqs_backend, queue)
    if not origins:
        raise InvalidParameterValue("Source queue must be configured as a Dead Letter Queue.")
    if destination:
        origins = {destination: queue_at(self.sqs_backend, destination)}
    with queue._messages_lock:
        visible = queue.messages
        going = [one for one in visible if destination or one.first_queue in origins]  # type: ignore[attr-defined]
        gone = {one.id for one in going}
        queue._messages = [one for one in queue._messages if one.id not in gone]
    rate = self._get_param("MaxNumberOfMessagesPerSecond")
    task = Task(source, destination, rate, to_move=len(visible), moved=len(going))
    for one in going:
        # Outside the lock: a queue may be the dead-letter queue of its own.
        origins[destination or one.first_queue].add_message(as_new(one))  # type: ignore[attr-defined]
    _tasks.setdefault(source, []).insert(0, task)
    return ActionResult({"TaskHandle": str(uuid.uuid4())})


def list_tasks(self: responses.SQSResponse) -> ActionResult:
    """The newest tasks of a queue."""
    source = self._get_param("SourceArn")
    queue_at(self.sqs_backend, source)
    most = min(int(self._get_param("MaxResults") or 1), MOST_LISTED)
    return ActionResult({"Results": [one.describe() for one in _tasks.get(source, [])[:most]]})


def cancel(_self: responses.SQSResponse) -> ActionResult:
    raise SQSException("ResourceNotFoundException", "The resource that you specified for the SourceArn doesn't exist.")


def queue_at(backend: models.SQSBackend, arn: str) -> models.Queue:
    """A queue by ARN."""
    found = backend.queues.get(arn.rsplit(":", 1)[-1])
    if found is None or found.queue_arn != arn:
        raise SQSException(
            "ResourceNotFoundException", "The resource that you specified for the SourceArn doesn't exist."
        )
    return found


def sources(backend: models.SQSBackend, dead: models.Queue) -> dict[str, models.Queue]:
    """The queues whose dead-letter queue this is, as far as its RedriveAllowPolicy lets them."""
    return {
        one.queue_arn: one
        for one in list(backend.queues.values())
        if one.dead_letter_queue is dead and permits(dead, one.queue_arn)
    }


def permits(dead: models.Queue, arn: str) -> bool:
    """What a RedriveAllowPolicy says; without one every queue may."""
    given = getattr(dead, "redrive_allow_policy", None)
    policy = json.loads(given) if given else {}
    kind = policy.get("redrivePermission", "allowAll")
    return kind == "allowAll" or (kind == "byQueue" and arn in policy.get("sourceQueueArns", []))


def as_new(message: models.Message) -> models.Message:
    """A moved message has a new id and time, and was never received."""
    made = models.Message(str(uuid.uuid4()), message.body, message.system_attributes)
    made.message_attributes = message.message_attributes
    made.group_id, made.sequence_number = message.group_id, message.sequence_number
    made.sender_id = message.sender_id
    made.mark_sent()
    return made

"""EventBridge."""

from __future__ import annotations

import json
import uuid
from typing import Any

from moto.events import models

from .. import delivery

MOST_ENTRIES = 10


def apply() -> None:
    """Applies the repairs."""
    deliver_in_the_background()
    policy_statements()


def deliver_in_the_background() -> None:
    """PutEvents answers 500 when a rule has a function, topic or state machine as target; matching is incomplete.

    Cause: moto delivers within the call, and to few targets. Delivery is ours. Can go when moto delivers to all targets
    with roles, retries and dead-letter queues.
    """

    def put_events(self: models.EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(events) > MOST_ENTRIES:
            raise models.ValidationException(
                "1 validation error detected: "
                "Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MOST_ENTRIES}"
            )
        return [put_event(self, entry) for entry in events]

    def replay(self: models.Replay, archive: models.Archive) -> None:
        wanted = set(self.destination.get("FilterArns") or []) or None
        bus = self.destination["Arn"].rsplit("/", 1)[-1]
        for event in list(archive.events):
            delivery.accept(archive.region, bus, {**event, "replay-name": self.name}, wanted)
        self.state = models.ReplayState.COMPLETED
        self.end_time = models.unix_time()

    models.EventsBackend.put_events = put_events
    models.Replay.replay_events = replay
    # What still calls this are moto's own notifications (a bucket made, an instance started), in shapes that AWS does
    # not send.
    # Changes reach the bus as CloudTrail records, from the gateway.
    models.Rule.send_to_targets = lambda self, event, transform_input=True: None


def put_event(backend: models.EventsBackend, entry: dict[str, Any]) -> dict[str, Any]:
    """Takes one entry in, or says what is wrong with it."""
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            reason = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": reason}
    if entry["Source"].startswith("aws."):
        # Only AWS's own services speak in their name; what EventBridge delivers itself does not come this way.
        return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
    try:
        well_formed = isinstance(json.loads(entry["Detail"]), dict)
    except ValueError:
        well_formed = False
    if not well_formed:
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    event_id = str(uuid.uuid4())
    bus = backend._normalize_event_bus_arn(entry.get("EventBusName"))
    delivery.accept(backend.region_name, bus, delivery.from_entry(backend.region_name, entry, event_id))
    return {"EventId": event_id}


def policy_statements() -> None:
    """A bus policy loses statements: those with the same principal, and all conditions but one kind.

    Cause: moto keys statements by principal. AWS replaces the whole policy, or the statement with the same id. Can go
    when moto keys by statement id.
    """

    class Statement(models.EventBusPolicyStatement):
        """A statement as it was given."""

        def __init__(self, given: dict[str, Any]):
            self.given = given
            self.sid, self.principal = given.get("Sid", ""), given.get("Principal")

        def describe(self) -> dict[str, Any]:
            return self.given

    def add_policy(self: models.EventBus, policy: dict[str, Any]) -> None:
        self._statements = {
            one.get("Sid", str(index)): Statement(one)
            for index, one in enumerate(json.loads(json.dumps(policy["Statement"])))
        }

    models.EventBus.add_policy = add_policy
    models.EventBus._remove_principals_statements = lambda self, *principals: None

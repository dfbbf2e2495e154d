"""Takes a CloudTrail record to where AWS takes it: the default bus and the trails' log groups."""

from __future__ import annotations

import json
import time
import uuid
from collections import deque
from typing import Any

from moto.logs.exceptions import ResourceAlreadyExistsException
from moto.logs.models import logs_backends

from . import delivery, trails
from .settings import ACCOUNT_ID, GLOBAL_REGION

HISTORY = 1000
"""Events that LookupEvents remembers."""

history: dict[str, deque[dict[str, Any]]] = {}


def deliver(region: str, record: dict[str, Any], trails_state: int | None = None, lost: bool = False) -> None:
    """Puts the record on the default bus of its Region and into the log group of every trail that takes it.

    EventBridge gets API calls from CloudTrail only while a trail logs them
    (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html).

    :param trails_state: number of the trails' state when the call arrived; the present one when left out
    :param lost: it does not reach EventBridge, which gets such events by best effort only
    """
    if record["eventSource"] in trails.GLOBAL_SOURCES:
        region = GLOBAL_REGION
    history.setdefault(region, deque(maxlen=HISTORY)).appendleft(record)
    taking = trails.taking(region, record, trails_state)
    if not taking:
        return
    service = record["eventSource"].split(".")[0]
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "AWS API Call via CloudTrail",
        "source": f"aws.{service}",
        "account": record.get("recipientAccountId", ACCOUNT_ID),
        "time": record["eventTime"],
        "region": region,
        "resources": [],
        "detail": record,
    }
    if not lost:
        delivery.accept(region, "default", event)
    for trail in taking:
        write(trail, region, record)


def write(trail: trails.Logging, region: str, record: dict[str, Any]) -> None:
    """Writes the record to the trail's log group."""
    if not trail.log_group_arn:
        return
    # Past the API, as every call makes a record.
    group = logs_backends[ACCOUNT_ID][trail.home].groups.get(trail.log_group_arn.split(":")[6])
    if group is None:
        # As in AWS: the trail goes on without its log group, GetTrailStatus tells.
        return
    stream = f"{ACCOUNT_ID}_CloudTrail_{region}"
    try:
        group.create_log_stream(stream)
    except ResourceAlreadyExistsException:
        pass
    group.put_log_events(stream, [{"timestamp": int(time.time() * 1000), "message": json.dumps(record)}])


def lookup(region: str, attributes: list[dict[str, str]], limit: int) -> list[dict[str, Any]]:
    """The newest events that have all the attributes, as LookupEvents shows them."""
    fields = {"EventName": "eventName", "EventSource": "eventSource", "EventId": "eventID"}
    found = []
    for record in list(history.get(region, ())):
        if all(record.get(fields.get(one["AttributeKey"], "")) == one["AttributeValue"] for one in attributes):
            found.append(
                {
                    "EventId": record.get("eventID"),
                    "EventName": record.get("eventName"),
                    "EventTime": record.get("eventTime"),
                    "EventSource": record.get("eventSource"),
                    "ReadOnly": "false",
                    "Resources": [],
                    "CloudTrailEvent": json.dumps(record),
                }
            )
    return found[:limit]

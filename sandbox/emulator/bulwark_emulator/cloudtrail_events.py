"""Takes a CloudTrail record to where AWS takes it: the default bus and the trails' log groups."""

from __future__ import annotations

import json
import time
import uuid
from collections import deque
from typing import Any

from moto.cloudtrail.models import cloudtrail_backends

from . import clients, delivery
from .settings import ACCOUNT_ID, GLOBAL_REGION

GLOBAL_SOURCES = {
    "iam.amazonaws.com", "organizations.amazonaws.com", "cloudfront.amazonaws.com", "route53.amazonaws.com",
    "account.amazonaws.com", "shield.amazonaws.com",
}  # fmt: skip
"""Services whose events appear in us-east-1 whatever the caller's Region."""


HISTORY = 1000
"""Events that LookupEvents remembers."""

history: dict[str, deque[dict[str, Any]]] = {}


def deliver(region: str, record: dict[str, Any]) -> None:
    """Puts the record on the default bus of its Region and into the log group of every trail that takes it."""
    if record["eventSource"] in GLOBAL_SOURCES:
        region = GLOBAL_REGION
    history.setdefault(region, deque(maxlen=HISTORY)).appendleft(record)
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
    delivery.accept(region, "default", event)
    write_to_trails(region, record)


def write_to_trails(region: str, record: dict[str, Any]) -> None:
    """A trail takes its own Region's events, a multi-Region trail all of them."""
    for home, backend in list(cloudtrail_backends[ACCOUNT_ID].items()):
        for trail in list(backend.trails.values()):
            takes = home == region or trail.is_multi_region
            if not (takes and trail.status.is_logging and trail.cw_log_group_arn):
                continue
            group = trail.cw_log_group_arn.split(":")[6]
            stream = f"{ACCOUNT_ID}_CloudTrail_{region}"
            logs = clients.client("logs", home)
            try:
                logs.create_log_stream(logGroupName=group, logStreamName=stream)
            except logs.exceptions.ResourceAlreadyExistsException:
                pass
            except logs.exceptions.ResourceNotFoundException:
                # As in AWS: the trail goes on without its log group, GetTrailStatus tells.
                continue
            event = {"timestamp": int(time.time() * 1000), "message": json.dumps(record)}
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])


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

"""Events of AWS's own services, which nobody can send by PutEvents."""

from __future__ import annotations

import time
import uuid
from typing import Any

from . import delivery
from .settings import ACCOUNT_ID


def emit(region: str, source: str, detail_type: str, detail: dict[str, Any], **more: Any) -> delivery.Event:
    """Puts an event on the default bus of a Region, as a service does; `more` are fields of the envelope."""
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": ACCOUNT_ID,
        "time": delivery.iso(time.time()),
        "region": region,
        "resources": [],
        "detail": detail,
        **more,
    }
    delivery.accept(region, "default", event)
    return event


def from_control(region: str, given: dict[str, Any]) -> delivery.Event:
    """An event that stands in for a service's: source, detail-type and detail are needed, the rest is made."""
    from .patches import securityhub

    source, detail_type, detail = given["source"], given["detail-type"], given["detail"]
    if not str(source).startswith("aws."):
        raise ValueError(f"source must begin with 'aws.', got {source}; other events go by PutEvents")
    if not isinstance(detail, dict):
        raise ValueError(f"detail must be an object, got {detail!r}")
    if source == "aws.securityhub":
        securityhub.remember(region, detail_type, detail)
    more = {name: value for name, value in given.items() if name not in ("source", "detail-type", "detail")}
    return emit(region, source, detail_type, detail, **more)

"""Custom resources: a function is called with a URL, and answers there."""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType
from ..settings import settings

CALLBACK_PATH = "/cfn-callback/"
TIMEOUT = 120.0

_waiting: dict[str, tuple[threading.Event, dict[str, Any]]] = {}


def answered(callback: str, content: bytes) -> bool:
    """A function has put its answer to the callback URL; False when nobody waits for it."""
    waiting = _waiting.get(callback)
    if waiting is None:
        return False
    event, answer = waiting
    answer.update(json.loads(content))
    event.set()
    return True


class CustomResource(ResourceType):
    """`Custom::*`."""

    def __init__(self, resource_type: str):
        self.type = resource_type

    def create(self, request: Request) -> Made:
        return self.send(request, "Create", {})

    def update(self, request: Request) -> Made:
        before = {"PhysicalResourceId": request.physical_id, "OldResourceProperties": as_text(request.old)}
        return self.send(request, "Update", before)

    def delete(self, request: Request) -> None:
        self.send(request, "Delete", {"PhysicalResourceId": request.physical_id})

    def replaces(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        return old.get("ServiceToken") != new.get("ServiceToken")

    def send(self, request: Request, kind: str, extra: dict[str, Any]) -> Made:
        """Calls the function and waits for its answer."""
        callback = uuid.uuid4().hex
        event, answer = threading.Event(), dict[str, Any]()
        _waiting[callback] = (event, answer)
        message = {
            "RequestType": kind,
            "ServiceToken": request.properties["ServiceToken"],
            "ResponseURL": f"{settings.endpoint}{CALLBACK_PATH}{callback}",
            "StackId": request.stack_id,
            "RequestId": str(uuid.uuid4()),
            "LogicalResourceId": request.logical_id,
            "ResourceType": self.type,
            "ResourceProperties": as_text(dict(request.properties.items())),
            **extra,
        }
        try:
            request.client("lambda").invoke(
                FunctionName=message["ServiceToken"], InvocationType="Event", Payload=json.dumps(message)
            )
            if not event.wait(TIMEOUT):
                raise ResourceFailure(
                    f"CloudFormation did not receive a response from your Custom Resource within {TIMEOUT:.0f} s."
                )
        finally:
            del _waiting[callback]
        if answer.get("Status") != "SUCCESS":
            raise ResourceFailure(
                f"Received response status [FAILED] from custom resource. Message returned: {answer.get('Reason')}"
            )
        return Made(answer.get("PhysicalResourceId") or request.logical_id, answer.get("Data") or {})


def as_text(value: Any) -> Any:
    """CloudFormation hands all scalars to custom resources as text."""
    if isinstance(value, dict):
        return {key: as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_text(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

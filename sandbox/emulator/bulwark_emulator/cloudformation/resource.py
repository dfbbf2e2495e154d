"""What a resource type is to the engine, and the tools that types are written with."""

from __future__ import annotations

import json
import random
import string
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.model import Shape

from .. import clients
from ..settings import ACCOUNT_ID, GLOBAL_REGION


class ResourceFailure(Exception):
    """Why a resource could not be made, in the service's words."""


class Properties(dict[str, Any]):
    """A resource's properties, which notice what is never read: that is what the implementation does not apply."""

    def __init__(self, values: dict[str, Any]):
        super().__init__(values)
        self.seen: set[str] = set()
        self.lost: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.seen.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.seen.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:  # type: ignore[override]
        self.seen.add(key)
        return super().get(key, default)

    def pop(self, key: str, *default: Any) -> Any:  # type: ignore[override]
        self.seen.add(key)
        return super().pop(key, *default)

    def items(self) -> Any:
        self.seen.update(super().keys())
        return super().items()

    def values(self) -> Any:
        self.seen.update(super().keys())
        return super().values()

    def take(self, *names: str) -> dict[str, Any]:
        """Those of the named properties that are there."""
        return {name: self[name] for name in names if name in self}

    def unapplied(self) -> list[str]:
        """The properties that nothing has read, and nested ones that the API has no place for."""
        return sorted((set(super().keys()) - self.seen) | self.lost)


@dataclass
class Made:
    """A resource as it exists."""

    physical_id: str
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass
class Request:
    """One operation on one resource."""

    logical_id: str
    resource_type: str
    properties: Properties
    region: str
    stack_name: str
    stack_id: str
    old: dict[str, Any] = field(default_factory=dict)
    """The properties before an update."""
    made: Made | None = None
    """The resource as it is (update, delete)."""
    tags: dict[str, str] = field(default_factory=dict)
    """The stack's tags, which CloudFormation puts on every resource that takes tags."""

    @property
    def physical_id(self) -> str:
        """The physical id of what exists."""
        assert self.made is not None
        return self.made.physical_id

    def name(self, limit: int = 64, lower: bool = False) -> str:
        """A generated name: stack, logical id, random suffix."""
        suffix = "".join(random.choices(string.ascii_letters + string.digits, k=12))  # noqa: S311 - a name, no secret
        room = limit - len(suffix) - 1
        stem = f"{self.stack_name}-{self.logical_id}"
        if len(stem) > room:
            half = max(1, room - len(self.logical_id[: room // 2]) - 1)
            stem = f"{self.stack_name[:half].rstrip('-')}-{self.logical_id[: room // 2]}"
        name = f"{stem}-{suffix}"
        return name.lower() if lower else name

    def changed(self, *names: str) -> bool:
        """Whether one of the properties differs from what was."""
        return any(self.properties.get(name) != self.old.get(name) for name in names)

    def tag_list(self, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
        """The resource's own tags over the stack's, as a list."""
        return [{key: name, value: text} for name, text in self.tag_map().items()]

    def tag_map(self) -> dict[str, str]:
        """The resource's own tags over the stack's, as a map."""
        own = self.properties.get("Tags") or []
        if isinstance(own, list):
            own = {tag["Key"]: tag["Value"] for tag in own}
        system = {
            "aws:cloudformation:stack-name": self.stack_name,
            "aws:cloudformation:stack-id": self.stack_id,
            "aws:cloudformation:logical-id": self.logical_id,
        }
        return {**system, **self.tags, **{key: str(value) for key, value in own.items()}}

    def client(self, service: str) -> Any:
        """A client in the stack's Region."""
        return clients.client(service, self.region)

    def call(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """An API call with a template's values: text made numbers and flags, names in the API's case.

        What the API has no place for is reported as not applied.
        """
        lost: list[str] = []
        shape = input_shape(service, operation)
        fitted = fit(parameters, shape, "", lost)
        self.properties.lost.update(lost)
        return getattr(self.client(service), operation)(**fitted)


class ResourceType:
    """One CloudFormation type. Subclasses say what to call; failures are the service's own exceptions."""

    type: str
    replacement: tuple[str, ...] = ()
    """Properties whose change makes a new resource."""

    def create(self, request: Request) -> Made:
        raise NotImplementedError

    def update(self, request: Request) -> Made:
        raise NotImplementedError

    def delete(self, request: Request) -> None:
        raise NotImplementedError

    def replaces(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        """Whether the change makes a new resource."""
        return any(old.get(name) != new.get(name) for name in self.replacement)


@cache
def input_shape(service: str, operation: str) -> Shape:
    """The input of an operation, by its Python name."""
    # The client's own model: a second copy of it would cost time and memory.
    model = clients.client(service, GLOBAL_REGION).meta.service_model
    name = next(one for one in model.operation_names if xform_name(one) == operation)
    return model.operation_model(name).input_shape


def fit(value: Any, shape: Shape, path: str, lost: list[str]) -> Any:
    """A template's value in the API's shape."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        members = {name.lower(): name for name in shape.members}
        fitted = {}
        for key, inner in value.items():
            name = members.get(key.lower())
            if name is None:
                lost.append(f"{path}{key}")
            else:
                fitted[name] = fit(inner, shape.members[name], f"{path}{key}.", lost)
        return fitted
    if kind == "list" and isinstance(value, list):
        return [fit(one, shape.member, path, lost) for one in value]
    if kind == "map" and isinstance(value, dict):
        return {key: fit(inner, shape.value, f"{path}{key}.", lost) for key, inner in value.items()}
    if kind == "boolean" and isinstance(value, str):
        return value.lower() == "true"
    if kind in ("integer", "long") and not isinstance(value, bool):
        return int(float(value))
    if kind in ("float", "double") and not isinstance(value, bool):
        return float(value)
    if kind == "string" and not isinstance(value, str):
        return json.dumps(value) if isinstance(value, (dict, list, bool)) else str(value)
    return value


def flag(value: Any, default: bool = False) -> bool:
    """A template's boolean, which may be text."""
    return default if value is None else str(value).lower() == "true"


def policy_text(document: Any) -> str:
    """A policy document as text."""
    return document if isinstance(document, str) else json.dumps(document)


def arn(service: str, region: str, resource: str) -> str:
    """An ARN in the sandbox's account."""
    return f"arn:aws:{service}:{region}:{ACCOUNT_ID}:{resource}"

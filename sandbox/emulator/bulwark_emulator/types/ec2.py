"""What all types of EC2 share."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from ..cloudformation.resource import Made, Request, ResourceType
from ..settings import ACCOUNT_ID


def set_tags(request: Request, resource_id: str) -> None:
    """Gives a resource its tags and no others.

    The API refuses tags that start with `aws:` from everybody but CloudFormation.
    """
    ec2_backends[ACCOUNT_ID][request.region].tags[resource_id] = request.tag_map()


def filters(**values: str) -> list[dict[str, Any]]:
    """Filters of a describe call; `__` stands for a dot, `_` for `-`."""
    return [{"Name": name.replace("__", ".").replace("_", "-"), "Values": [value]} for name, value in values.items()]


class Tagged(ResourceType):
    """A type of which nothing but the tags can change without a new resource."""

    def update(self, request: Request) -> Made:
        assert request.made is not None
        # What cannot change was applied when the resource was made.
        request.properties.seen.update(request.properties)
        set_tags(request, request.physical_id)
        return request.made


class Fixed(ResourceType):
    """A type of which every property makes a new resource."""

    def replaces(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        return old != new

    def update(self, request: Request) -> Made:
        """Only the stack's tags have changed, and this type takes none."""
        assert request.made is not None
        request.properties.seen.update(request.properties)
        return request.made


def added_and_removed(old: list[Any] | None, new: list[Any] | None) -> tuple[list[Any], list[Any]]:
    """How a list became another."""
    before, after = old or [], new or []
    return [one for one in after if one not in before], [one for one in before if one not in after]

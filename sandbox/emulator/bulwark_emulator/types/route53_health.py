"""Route 53: health checks."""

from __future__ import annotations

import uuid
from typing import Any

from ..cloudformation.resource import Made, Request, ResourceType

FIXED = ("MeasureLatency", "RequestInterval", "RoutingControlArn", "Type")
"""Settings that only the creation takes."""
RESETTABLE = ("ChildHealthChecks", "FullyQualifiedDomainName", "Regions", "ResourcePath")
"""Settings that have to be named to be taken away."""


class HealthCheck(ResourceType):
    """AWS::Route53::HealthCheck."""

    type = "AWS::Route53::HealthCheck"

    def replaces(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        before, after = old.get("HealthCheckConfig", {}), new.get("HealthCheckConfig", {})
        return any(before.get(name) != after.get(name) for name in FIXED)

    def create(self, request: Request) -> Made:
        call = {"CallerReference": str(uuid.uuid4()), **request.properties.take("HealthCheckConfig")}
        check = request.call("route53", "create_health_check", call)["HealthCheck"]["Id"]
        self.tag(request, check)
        return Made(check, {"HealthCheckId": check})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        config = request.properties["HealthCheckConfig"]
        was = request.old.get("HealthCheckConfig", {})
        call = {
            "HealthCheckId": request.physical_id,
            "ResetElements": [name for name in RESETTABLE if name in was and name not in config],
            **{key: value for key, value in config.items() if key not in FIXED},
        }
        request.call("route53", "update_health_check", call)
        self.tag(request, request.physical_id)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("route53").delete_health_check(HealthCheckId=request.physical_id)

    @staticmethod
    def tag(request: Request, check: str) -> None:
        """Its tags have a name of their own."""
        own = {one["Key"]: one["Value"] for one in request.properties.get("HealthCheckTags") or []}
        tags, route53 = {**request.tag_map(), **own}, request.client("route53")
        named = {"ResourceType": "healthcheck", "ResourceId": check}
        there = route53.list_tags_for_resource(**named)["ResourceTagSet"]["Tags"]
        gone = [one["Key"] for one in there if one["Key"] not in tags]
        removed = {"RemoveTagKeys": gone} if gone else {}
        added = [{"Key": key, "Value": value} for key, value in tags.items()]
        route53.change_tags_for_resource(**named, AddTags=added, **removed)


TYPES = (HealthCheck(),)

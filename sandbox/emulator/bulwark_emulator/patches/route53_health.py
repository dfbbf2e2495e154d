"""Route 53: health checks."""

from __future__ import annotations

from typing import Any

from moto.route53 import models, responses

KEPT = ("AlarmIdentifier", "InsufficientDataHealthStatus", "RoutingControlArn")


def apply() -> None:
    """Applies the repairs."""
    alarms()


def alarms() -> None:
    """A health check forgets which alarm it looks at, and nothing can be taken away from it.

    Cause: moto reads the older settings only. Can go when it keeps all
    (https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html).
    """
    response = responses.Route53
    create, update = response.create_health_check, response.update_health_check
    shown = models.HealthCheck.health_check_config.fget
    assert shown is not None

    def create_health_check(self: responses.Route53) -> Any:
        answer = create(self)
        config = self._get_param("HealthCheckConfig")
        answer.result["HealthCheck"].kept = {name: config[name] for name in KEPT if config.get(name)}
        return answer

    def update_health_check(self: responses.Route53) -> Any:
        check = self.backend.get_health_check(self._get_param("HealthCheckId"))
        before = (check.children, check.regions)
        answer = update(self)
        if self._get_param("ChildHealthChecks") is None:
            check.children = before[0]
        if self._get_param("Regions") is None:
            check.regions = before[1]
        for name, attribute in (
            ("ChildHealthChecks", "children"),
            ("FullyQualifiedDomainName", "fqdn"),
            ("Regions", "regions"),
            ("ResourcePath", "resource_path"),
        ):
            if name in (self._get_param("ResetElements") or []):
                setattr(check, attribute, None)
        given = {name: self._get_param(name) for name in KEPT}
        check.kept = {**check.kept, **{name: one for name, one in given.items() if one}}
        return answer

    def health_check_config(self: models.HealthCheck) -> dict[str, Any]:
        return {**shown(self), **getattr(self, "kept", {})}

    response.create_health_check = create_health_check
    response.update_health_check = update_health_check
    models.HealthCheck.health_check_config = property(health_check_config)

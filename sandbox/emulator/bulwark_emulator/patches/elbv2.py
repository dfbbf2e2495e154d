"""Elastic Load Balancing."""

from __future__ import annotations

from typing import Any

from moto.elbv2 import models, responses
from moto.elbv2.exceptions import ELBClientError

from .. import access, policies
from ..settings import ACCOUNT_ID

DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"


def apply() -> None:
    """Applies the repairs."""
    deletion_protection()
    logs()
    matcher()


def deletion_protection() -> None:
    """A protected load balancer can be deleted.

    Cause: moto keeps the attribute as text. Can go when it looks at it
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html).
    """
    delete = models.ELBv2Backend.delete_load_balancer

    def delete_load_balancer(self: models.ELBv2Backend, arn: str) -> None:
        known = self.load_balancers.get(arn)
        if known is not None and known.attrs.get("deletion_protection.enabled") == "true":
            raise ELBClientError(
                "OperationNotPermitted",
                f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
            )
        delete(self, arn)

    models.ELBv2Backend.delete_load_balancer = delete_load_balancer  # type: ignore[method-assign]


def logs() -> None:
    """Logs go where nobody may write.

    Cause: moto keeps the attributes as text. Can go when it looks at the bucket's policy
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html).
    """
    modify = models.ELBv2Backend.modify_load_balancer_attributes

    def modify_load_balancer_attributes(
        self: models.ELBv2Backend, arn: str, attrs: dict[str, Any]
    ) -> dict[str, Any]:
        known = self.load_balancers.get(arn)
        wanted = {**(known.attrs if known else {}), **attrs}
        for kind in ("access_logs", "connection_logs", "health_check_logs"):
            if wanted.get(f"{kind}.s3.enabled") == "true":
                bucket = wanted.get(f"{kind}.s3.bucket", "")
                check_bucket(arn, bucket, wanted.get(f"{kind}.s3.prefix", ""))
        return modify(self, arn, attrs)

    models.ELBv2Backend.modify_load_balancer_attributes = modify_load_balancer_attributes  # type: ignore[method-assign]


def check_bucket(balancer: str, bucket: str, prefix: str) -> None:
    """The service may write its files there."""
    folder = f"{prefix}/AWSLogs" if prefix else "AWSLogs"
    file = f"arn:aws:s3:::{bucket}/{folder}/{ACCOUNT_ID}/file"
    policy = policies.resource_policy(f"arn:aws:s3:::{bucket}")
    if not access.allows(policy, DELIVERY, "s3:PutObject", file, {"aws:SourceArn": balancer}):
        raise ELBClientError(
            "InvalidConfigurationRequest", f"Access Denied for bucket: {bucket}. Please check S3bucket permission"
        )


def matcher() -> None:
    """The codes that count as healthy stay what they were.

    Cause: moto's ModifyTargetGroup reads a name that its parser has not. Can go when it reads `Matcher`.
    """
    modify = responses.ELBV2Response.modify_target_group

    def modify_target_group(self: responses.ELBV2Response) -> Any:
        group = self.elbv2_backend.target_groups.get(self._get_param("TargetGroupArn"))
        wanted = self._get_param("Matcher")
        answer = modify(self)
        if group is not None and wanted:
            group.matcher = dict(wanted)
        return answer

    responses.ELBV2Response.modify_target_group = modify_target_group  # type: ignore[method-assign]

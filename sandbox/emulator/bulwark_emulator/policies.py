"""The policies that the gateway judges by, read from moto's state."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.events.models import events_backends
from moto.iam.models import ManagedPolicy, iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from . import access
from .settings import ACCOUNT_ID, PARTITION

Policy = dict[str, Any]


def document(policy: str | bytes | Policy | None) -> Policy | None:
    """A policy as an object, however it is stored."""
    if policy is None or policy == "" or policy == b"":
        return None
    if isinstance(policy, dict):
        return policy
    text = policy.decode() if isinstance(policy, bytes) else policy
    return json.loads(text if text.lstrip().startswith("{") else unquote(text))


def principal(arn: str) -> dict[str, Any] | None:
    """A role's identity policies, boundary and trust policy."""
    backend = iam_backends[ACCOUNT_ID][PARTITION]
    role = next((one for one in list(backend.roles.values()) if one.arn == arn), None)
    if role is None:
        return None
    policies = [{"name": name, "policy": document(policy)} for name, policy in role.policies.items()]
    for managed_arn, managed in role.managed_policies.items():
        policies.append({"name": managed_arn, "policy": document(default_version(managed))})
    answer: dict[str, Any] = {"policies": policies, "trust": document(role.assume_role_policy_document)}
    if role.permissions_boundary_arn:
        boundary = backend.managed_policies.get(role.permissions_boundary_arn)
        # A boundary that is gone allows nothing.
        answer["boundary"] = (
            document(default_version(boundary)) if boundary else {"Version": "2012-10-17", "Statement": []}
        )
    return answer


def role_allows(arn: str, action: str, resource: str) -> bool:
    """Whether a role's own policies, within its boundary, allow something. A role that is gone allows nothing."""
    found = principal(arn)
    if found is None:
        return False
    statements = [
        statement for one in found["policies"] for statement in access.as_list((one["policy"] or {}).get("Statement"))
    ]
    boundary = found.get("boundary")
    return access.allows({"Statement": statements}, None, action, resource, {}) and (
        boundary is None or access.allows(boundary, None, action, resource, {})
    )


def default_version(policy: ManagedPolicy) -> str:
    """The text of a managed policy that counts."""
    return next(version.document for version in policy.versions if version.version_id == policy.default_version_id)


def resource_policy(arn: str) -> Policy | None:
    """The policy attached to a resource; None when there is no such resource or no policy.

    A reader that fails is an error, never "no policy": what denies would be lost.
    """
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None
    _, _, service, region, _, resource = parts
    reader = READERS.get(service)
    return document(reader(region, resource, arn)) if reader else None


def _bucket(_region: str, resource: str, _arn: str) -> Any:
    return _policy(s3_backends[ACCOUNT_ID][PARTITION].buckets.get(resource.split("/")[0]))


def _queue(region: str, resource: str, _arn: str) -> Any:
    return _policy(sqs_backends[ACCOUNT_ID][region].queues.get(resource))


def _topic(region: str, _resource: str, arn: str) -> Any:
    return _policy(sns_backends[ACCOUNT_ID][region].topics.get(arn))


def _key(region: str, resource: str, _arn: str) -> Any:
    return _policy(kms_backends[ACCOUNT_ID][region].keys.get(resource.rsplit("/", 1)[-1]))


def _bus(region: str, resource: str, _arn: str) -> Any:
    return _policy(events_backends[ACCOUNT_ID][region].event_buses.get(resource.rsplit("/", 1)[-1]))


def _log_group(region: str, _resource: str, arn: str) -> Any:
    """Log groups have no policy each: those of the account name the resources they speak of."""
    statements = [
        statement
        for policy in logs_backends[ACCOUNT_ID][region].resource_policies.values()
        for statement in access.as_list((document(policy.policy_document) or {}).get("Statement"))
    ]
    return {"Version": "2012-10-17", "Statement": statements} if statements else None


def _function(region: str, resource: str, _arn: str) -> Any:
    kind, _, name = resource.partition(":")
    if kind != "function":  # an event source mapping has none
        return None
    try:
        function = lambda_backends[ACCOUNT_ID][region].get_function(name.split(":")[0])
    except UnknownFunctionException:
        return None
    return {"Version": "2012-10-17", "Statement": function.policy.statements} if function.policy.statements else None


def _secret(region: str, _resource: str, arn: str) -> Any:
    return _policy(secretsmanager_backends[ACCOUNT_ID][region].secrets.get(arn))


def _role(_region: str, _resource: str, arn: str) -> Any:
    found = principal(arn)
    return found["trust"] if found else None


def _policy(resource: Any) -> Any:
    return None if resource is None else resource.policy


READERS = {
    "s3": _bucket,
    "sqs": _queue,
    "sns": _topic,
    "kms": _key,
    "events": _bus,
    "logs": _log_group,
    "lambda": _function,
    "secretsmanager": _secret,
    "iam": _role,
}

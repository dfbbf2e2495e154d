"""The resource types of CloudFormation that the sandbox really makes, one module per service family."""

from __future__ import annotations

from functools import cache

from ..cloudformation.resource import ResourceType
from . import (
    cloudtrail,
    custom,
    dynamodb,
    events,
    functions,
    guardduty,
    iam,
    kms,
    logs,
    messaging,
    moto_models,
    s3,
    ssm,
)

TYPES: dict[str, ResourceType] = {
    one.type: one
    for module in (s3, messaging, cloudtrail, logs, events, functions, dynamodb, guardduty, iam, kms, ssm)
    for one in module.TYPES
}


@cache
def find(resource_type: str) -> ResourceType | None:
    """The implementation of a type: ours, else moto's, else none."""
    if resource_type in TYPES:
        return TYPES[resource_type]
    if resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource":
        return custom.CustomResource(resource_type)
    return moto_models.find(resource_type)

"""The resource types of CloudFormation that the sandbox really makes, one module per service family."""

from __future__ import annotations

from functools import cache

from ..cloudformation.resource import ResourceType
from . import (
    cloudtrail,
    custom,
    dns,
    dynamodb,
    elbv2,
    events,
    functions,
    guardduty,
    iam,
    kms,
    logs,
    messaging,
    moto_models,
    network_firewall,
    network_rules,
    route53_health,
    routing,
    s3,
    secretsmanager,
    shield,
    ssm,
    transit,
    vpc,
    vpc_services,
    wafv2,
)

TYPES: dict[str, ResourceType] = {
    one.type: one
    for module in (
        s3, messaging, cloudtrail, logs, events, functions, dynamodb, guardduty, iam, kms, ssm,
        elbv2, route53_health, secretsmanager, shield, wafv2,
        vpc, routing, network_rules, vpc_services, transit, dns, network_firewall,
    )
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

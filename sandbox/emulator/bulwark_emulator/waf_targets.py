"""What a web ACL stands in front of, and where its logs go."""

from __future__ import annotations

from collections.abc import Collection

from moto.backends import get_backend

from . import access, policies
from .settings import ACCOUNT_ID, PARTITION
from .waf_rules import WafError, invalid

DELIVERY = "delivery.logs.amazonaws.com"
RESOURCE_TYPES = {
    "AMPLIFY": ":amplify:",
    "API_GATEWAY": ":apigateway:",
    "APPLICATION_LOAD_BALANCER": ":loadbalancer/app/",
    "APPSYNC": ":appsync:",
    "APP_RUNNER_SERVICE": ":apprunner:",
    "COGNITO_USER_POOL": ":userpool/",
    "VERIFIED_ACCESS_INSTANCE": ":verified-access-instance/",
}


def protectable(arn: str) -> bool:
    """Whether a web ACL can be put on such a resource by AssociateWebACL. A distribution names its own."""
    return arn.startswith("arn:") and any(mark in arn for mark in RESOURCE_TYPES.values())


def exists(arn: str) -> bool:
    """Whether the resource is there. Of services that moto has not, every ARN is taken to be."""
    region, parts = arn.split(":")[3], arn.split(":", 5)[5].split("/")
    if ":loadbalancer/app/" in arn:
        return arn in get_backend("elbv2")[ACCOUNT_ID][region].load_balancers
    if ":apigateway:" in arn:
        api = get_backend("apigateway")[ACCOUNT_ID][region].apis.get(parts[2])
        return api is not None and parts[4] in api.stages
    if ":appsync:" in arn:
        return parts[1] in get_backend("appsync")[ACCOUNT_ID][region].graphql_apis
    if ":userpool/" in arn:
        return parts[1] in get_backend("cognitoidp")[ACCOUNT_ID][region].user_pools
    return True


def check_destination(region: str, arn: str) -> None:
    """The destination has the name that it must have, exists, and can be written to.

    AWS would write what is missing into a bucket's policy, for a caller that may change it. The policies here deny
    that, so what is missing fails (https://docs.aws.amazon.com/waf/latest/developerguide/logging-s3.html).
    """
    service, _, _, name = arn.split(":", 5)[2:]
    name = name.removeprefix("log-group:").removesuffix(":*").removeprefix("deliverystream/")
    bucket = name.split("/")[0]
    if not name.startswith("aws-waf-logs-") or bucket not in destinations(service, region):
        raise invalid(
            "LOG_DESTINATION",
            arn,
            "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or "
            "slashes.",
        )
    if service != "s3":
        return
    policy = policies.resource_policy(f"arn:aws:s3:::{bucket}")
    source = {"aws:SourceArn": f"arn:aws:logs:{region}:{ACCOUNT_ID}:*"}
    file = f"{arn}/AWSLogs/{ACCOUNT_ID}/WAFLogs/{region}/file"
    if not (
        access.allows(policy, DELIVERY, "s3:GetBucketAcl", f"arn:aws:s3:::{bucket}", source)
        and access.allows(
            policy, DELIVERY, "s3:PutObject", file, {**source, "s3:x-amz-acl": "bucket-owner-full-control"}
        )
    ):
        raise WafError(
            "WAFLogDestinationPermissionIssueException",
            "The operation failed because you don’t have the permissions that your logging configuration requires.",
        )


def destinations(service: str, region: str) -> Collection[str]:
    """The names of what logs can go to."""
    if service == "s3":
        return get_backend("s3")[ACCOUNT_ID][PARTITION].buckets
    if service == "logs":
        return get_backend("logs")[ACCOUNT_ID][region].groups
    return get_backend("firehose")[ACCOUNT_ID][region].delivery_streams if service == "firehose" else ()

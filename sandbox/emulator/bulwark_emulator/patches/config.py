"""Config."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.cloudtrail.models import cloudtrail_backends
from moto.config import models, responses
from moto.config.exceptions import InvalidLimitException, InvalidNextTokenException
from moto.core.exceptions import JsonRESTError
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends

from ..settings import ACCOUNT_ID, PARTITION

MOST_RESULTS = 100
FIELDS = ("resourceId", "resourceName", "resourceType", "arn", "accountId", "awsRegion")
EXPRESSION = re.compile(
    r"\s*SELECT\s+(?P<fields>[\w\s,.]+?)\s+WHERE\s+(?P<conditions>.+?)\s*", re.IGNORECASE | re.DOTALL
)
CONDITION = re.compile(r"\s*(?P<field>\w+)\s*=\s*'(?P<value>[^']*)'\s*")

Resource = tuple[str, str | None, str]
"""Id, name and ARN."""


class InvalidExpression(JsonRESTError):
    """What the sandbox cannot answer is refused like what AWS cannot."""

    code = 400

    def __init__(self, message: str):
        super().__init__("InvalidExpressionException", message)


def apply() -> None:
    """Applies the repairs."""
    queries()
    started_recorders()


def started_recorders() -> None:
    """A recorder that was started stays PENDING.

    Cause: moto writes no snapshots. Can go when DescribeConfigurationRecorderStatus shows SUCCESS.
    """
    start = models.ConfigRecorderStatus.start

    def new_start(self: models.ConfigRecorderStatus) -> None:
        start(self)
        self.last_status = "SUCCESS"

    models.ConfigRecorderStatus.start = new_start  # type: ignore[method-assign]


def queries() -> None:
    """SelectResourceConfig finds nothing.

    Cause: moto answers what it was told to answer. Ours looks at what there is now, as far as a recorder records it;
    AWS's answer is some minutes old. Can go when moto reads the expression.
    """

    def select_resource_config(self: responses.ConfigResponse) -> str:
        fields, wanted = parse(self._get_param("Expression"))
        limit = self._get_param("Limit")
        if limit is not None and not 0 <= limit <= MOST_RESULTS:
            raise InvalidLimitException(limit)
        start, most = offset(self._get_param("NextToken")), limit or MOST_RESULTS
        found = list(rows(self.config_backend, wanted))
        page = [
            json.dumps({name: row[name] for name in fields if row[name] is not None})
            for row in found[start : start + most]
        ]
        answer: dict[str, Any] = {"Results": page, "QueryInfo": {"SelectFields": [{"Name": name} for name in fields]}}
        if start + most < len(found):
            answer["NextToken"] = base64.b64encode(str(start + most).encode()).decode()
        return json.dumps(answer)

    responses.ConfigResponse.select_resource_config = select_resource_config  # type: ignore[method-assign]


def parse(expression: str) -> tuple[list[str], dict[str, str]]:
    """Fields and conditions of `SELECT a, b WHERE resourceType = 'x' AND c = 'y'`."""
    match = EXPRESSION.fullmatch(expression)
    fields = [one.strip() for one in match["fields"].split(",")] if match else []
    conditions = [
        CONDITION.fullmatch(one)
        for one in re.split(r"\bAND\b", match["conditions"] if match else "", flags=re.IGNORECASE)
    ]
    wanted = {one["field"]: one["value"] for one in conditions if one}
    if None in conditions or "resourceType" not in wanted or not set([*fields, *wanted]) <= set(FIELDS):
        raise InvalidExpression(f"sandbox has no support for the expression {expression}")
    if wanted["resourceType"] not in RESOURCES:
        raise InvalidExpression(f"sandbox has no support for resources of type {wanted['resourceType']}")
    return fields, wanted


def offset(token: str | None) -> int:
    try:
        return int(base64.b64decode(token, validate=True)) if token else 0
    except (binascii.Error, ValueError) as error:
        raise InvalidNextTokenException() from error


def rows(backend: models.ConfigBackend, wanted: dict[str, str]) -> Iterator[dict[str, str | None]]:
    """All that is recorded and fits."""
    kind, region = wanted["resourceType"], backend.region_name
    if not any(is_recorded(one, kind) for one in backend.recorders.values()):
        return
    for resource_id, name, arn in RESOURCES[kind](region):
        row = {
            "resourceId": resource_id,
            "resourceName": name,
            "resourceType": kind,
            "arn": arn,
            "accountId": ACCOUNT_ID,
            "awsRegion": "global" if kind in GLOBAL else region,
        }
        if all(row[field] == value for field, value in wanted.items()):
            yield row


def is_recorded(recorder: models.ConfigRecorder, kind: str) -> bool:
    """Whether a recorder is on and takes this type."""
    group = recorder.recording_group
    if not recorder.status.recording:
        return False
    if group.all_supported:
        return kind not in GLOBAL or group.include_global_resource_types
    excluded = (group.exclusion_by_resource_types or {}).get("resourceTypes") or []
    return kind not in excluded if excluded else kind in (group.resource_types or [])


def buckets(region: str) -> Iterator[Resource]:
    for one in list(s3_backends[ACCOUNT_ID][PARTITION].buckets.values()):
        if one.region_name == region:
            yield one.name, one.name, f"arn:aws:s3:::{one.name}"


def security_groups(region: str) -> Iterator[Resource]:
    for groups in list(ec2_backends[ACCOUNT_ID][region].groups.values()):
        for one in list(groups.values()):
            yield one.id, one.name, f"arn:aws:ec2:{region}:{ACCOUNT_ID}:security-group/{one.id}"


def vpcs(region: str) -> Iterator[Resource]:
    for one in list(ec2_backends[ACCOUNT_ID][region].vpcs.values()):
        yield one.id, None, f"arn:aws:ec2:{region}:{ACCOUNT_ID}:vpc/{one.id}"


def keys(region: str) -> Iterator[Resource]:
    for one in list(kms_backends[ACCOUNT_ID][region].keys.values()):
        yield one.id, one.id, one.arn


def functions(region: str) -> Iterator[Resource]:
    for one in list(lambda_backends[ACCOUNT_ID][region].list_functions()):
        arn = f"arn:aws:lambda:{region}:{ACCOUNT_ID}:function:{one.function_name}"
        yield one.function_name, one.function_name, arn


def users(_region: str) -> Iterator[Resource]:
    for one in list(iam_backends[ACCOUNT_ID][PARTITION].users.values()):
        yield one.id, one.name, one.arn


def trails(region: str) -> Iterator[Resource]:
    for one in list(cloudtrail_backends[ACCOUNT_ID][region].trails.values()):
        if one.region_name == region:
            yield one.trail_name, one.trail_name, one.arn


RESOURCES: dict[str, Callable[[str], Iterator[Resource]]] = {
    "AWS::CloudTrail::Trail": trails,
    "AWS::EC2::SecurityGroup": security_groups,
    "AWS::EC2::VPC": vpcs,
    "AWS::IAM::User": users,
    "AWS::KMS::Key": keys,
    "AWS::Lambda::Function": functions,
    "AWS::S3::Bucket": buckets,
}
GLOBAL = ("AWS::IAM::User",)
"""Recorded where a recorder includes global resource types, with "global" as Region
(https://docs.aws.amazon.com/config/latest/developerguide/select-resources.html)."""

"""S3."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import PermissionResult
from moto.s3 import models, responses
from moto.s3.exceptions import S3ClientError
from moto.s3control.models import s3control_backends

from .. import access, pages
from ..settings import ACCOUNT_ID, PARTITION

MOST_BUCKETS = 10_000
"""The most that one answer to ListBuckets holds."""


def apply() -> None:
    """Applies the repairs."""
    leave_judging_to_the_gateway()
    block_public_access_from_birth()
    public_policies()
    policy_status()
    transition_minimum()
    logging_before_its_policy()
    pages_of_buckets()


def leave_judging_to_the_gateway() -> None:
    """Every upload answers 403 once a bucket's policy denies plain HTTP.

    Cause: moto ignores a statement's conditions. The gateway judges bucket policies, so moto must not. Can go when moto
    evaluates conditions.
    """
    models.FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL


def block_public_access_from_birth() -> None:
    """A bucket made by API can be made public at once.

    Cause: moto does not switch block public access on, as AWS does since April 2023
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html). Can go when moto does.
    """
    create = models.S3Backend.create_bucket

    def create_bucket(self: models.S3Backend, *arguments: Any, **named: Any) -> models.FakeBucket:
        bucket = create(self, *arguments, **named)
        bucket.public_access_block = models.PublicAccessBlock("true", "true", "true", "true")
        return bucket

    models.S3Backend.create_bucket = create_bucket


def is_public(policy: bytes | None) -> bool:
    """Whether a policy admits the public: an Allow for everybody that no condition narrows.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html, "The meaning
    of public".
    """
    narrowing = {
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "aws:sourceip",
    }
    for statement in access.as_list(json.loads(policy or b"{}").get("Statement")):
        principal = statement.get("Principal")
        everybody = principal == "*" or (isinstance(principal, dict) and "*" in access.as_list(principal.get("AWS")))
        if statement.get("Effect") != "Allow" or not everybody:
            continue
        narrowed = any(
            key.lower() in narrowing
            and all("*" != str(value) and "0.0.0.0/0" != value and "::/0" != value for value in access.as_list(values))
            for operator, keys in (statement.get("Condition") or {}).items()
            if "Not" not in operator
            for key, values in keys.items()
        )
        if not narrowed:
            return True
    return False


class PublicPolicyBlocked(S3ClientError):
    """Block public access keeps the policy away."""

    code = 403

    def __init__(self, bucket: str):
        super().__init__(
            "AccessDenied",
            f'The request is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::{bucket}" '
            "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
        )


class MalformedPolicy(S3ClientError):
    """Not a policy at all."""

    code = 400

    def __init__(self) -> None:
        super().__init__("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")


def public_policies() -> None:
    """A bucket that blocks public policies, itself or by its account, takes one.

    Cause: moto keeps the settings and looks at them for access control lists only. AWS refuses the policy
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html, BlockPublicPolicy).
    Can go when moto does.
    """
    put = models.S3Backend.put_bucket_policy

    def put_bucket_policy(self: models.S3Backend, bucket_name: str, policy: bytes) -> None:
        account = s3control_backends[ACCOUNT_ID][PARTITION].public_access_block
        blocks = [self.get_bucket(bucket_name).public_access_block, account]
        try:
            public = is_public(policy)
        except (ValueError, AttributeError) as error:
            raise MalformedPolicy from error
        if public and any(block is not None and block.block_public_policy for block in blocks):
            raise PublicPolicyBlocked(bucket_name)
        put(self, bucket_name, policy)

    models.S3Backend.put_bucket_policy = put_bucket_policy


def policy_status() -> None:
    """GetBucketPolicyStatus answers with a listing of the bucket.

    Cause: moto has no such operation and takes the request for ListObjects. Can go when moto has it.
    """
    original = responses.S3Response._bucket_response_get

    def bucket_get(self: responses.S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
        if "policyStatus" not in querystring:
            return original(self, bucket_name, querystring)
        policy = self.backend.get_bucket_policy(bucket_name)
        if policy is None:
            raise responses.NoSuchBucketPolicy(bucket_name=bucket_name)
        public = "true" if is_public(policy) else "false"
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><PolicyStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<IsPublic>{public}</IsPublic></PolicyStatus>"
        )
        return 200, {"Content-Type": "application/xml"}, body

    responses.S3Response._bucket_response_get = bucket_get


def transition_minimum() -> None:
    """The lifecycle's TransitionDefaultMinimumObjectSize is lost.

    Cause: moto reads the rules only. The value travels in a header. Can go when moto keeps it.
    """
    header = "x-amz-transition-default-minimum-object-size"
    attribute = "transition_default_minimum_object_size"
    get, put = responses.S3Response._bucket_response_get, responses.S3Response._bucket_response_put

    def bucket_put(self: responses.S3Response, region: str, bucket_name: str, querystring: dict[str, Any]) -> Any:
        answer = put(self, region, bucket_name, querystring)
        if "lifecycle" in querystring:
            setattr(self.backend.get_bucket(bucket_name), attribute, self.headers.get(header))
        return answer

    def bucket_get(self: responses.S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
        answer = get(self, bucket_name, querystring)
        if "lifecycle" not in querystring:
            return answer
        size = getattr(self.backend.get_bucket(bucket_name), attribute, None) or "all_storage_classes_128K"
        if isinstance(answer, tuple):
            status, headers, body = answer
            return status, {**headers, header: size}, body
        return 200, {header: size}, answer

    responses.S3Response._bucket_response_put = bucket_put
    responses.S3Response._bucket_response_get = bucket_get


def logging_before_its_policy() -> None:
    """A bucket cannot log to another one whose policy does not allow it yet.

    Cause: moto looks at the target's policy when logging is switched on, and fails on a Principal that is a text. S3
    looks when it delivers; a policy that names the source bucket, as AWS advises, can only come after it. Can go when
    moto waits as well.
    """
    models.FakeBucket._log_permissions_enabled_policy = staticmethod(lambda target_bucket, target_prefix: True)


def pages_of_buckets() -> None:
    """ListBuckets cannot be continued and tells no Region.

    Cause: moto cuts the list and gives no token. AWS tells a bucket's Region to a request that has a parameter
    (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Bucket.html). Can go when moto does both.
    """

    def all_buckets(self: responses.S3Response) -> Any:
        names = ("prefix", "bucket-region", "max-buckets", "continuation-token")
        prefix, region, size, token = (self._get_param(name) for name in names)
        found = self.backend.list_buckets(prefix=prefix, bucket_region=region, max_buckets=None)
        shown, rest = pages.page(found, lambda bucket: bucket.name, int(size or MOST_BUCKETS), token)
        buckets = [{"Name": one.name, "CreationDate": one.creation_date_ISO8601} for one in shown]
        if prefix or region or size or token:
            for bucket, one in zip(buckets, shown, strict=True):
                bucket["BucketRegion"] = one.region_name
        self.data["Action"] = "ListBuckets"
        owner = {"ID": "bcaf1ffd86f41161ca5fb16fd081034f", "DisplayName": "webfile"}
        answer = {"Owner": owner, "Buckets": buckets, "Prefix": prefix, "ContinuationToken": rest}
        return self.serialized(ActionResult(answer))

    responses.S3Response.all_buckets = all_buckets

"""S3: buckets with every property that the product relies on, and their policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from moto.s3.models import s3_backends

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType, flag, policy_text
from ..settings import ACCOUNT_ID, PARTITION


class Bucket(ResourceType):
    """AWS::S3::Bucket."""

    type = "AWS::S3::Bucket"
    replacement = ("BucketName", "ObjectLockEnabled")

    def create(self, request: Request) -> Made:
        name = request.properties.get("BucketName") or request.name(limit=63, lower=True)
        s3 = request.client("s3")
        if exists(s3, name):
            # The API of us-east-1 answers 200 to the owner; CloudFormation refuses all the same.
            raise ResourceFailure(f"{name} already exists")
        arguments: dict[str, Any] = {"Bucket": name}
        if request.region != "us-east-1":
            arguments["CreateBucketConfiguration"] = {"LocationConstraint": request.region}
        if flag(request.properties.get("ObjectLockEnabled")):
            arguments["ObjectLockEnabledForBucket"] = True
        ownership = request.properties.get("OwnershipControls")
        if ownership:
            arguments["ObjectOwnership"] = ownership["Rules"][0]["ObjectOwnership"]
        s3.create_bucket(**arguments)
        try:
            configure(request, name)
        except Exception:
            s3.delete_bucket(Bucket=name)
            raise
        return self.made(request, name)

    def update(self, request: Request) -> Made:
        configure(request, request.physical_id)
        return self.made(request, request.physical_id)

    def delete(self, request: Request) -> None:
        request.client("s3").delete_bucket(Bucket=request.physical_id)

    @staticmethod
    def made(request: Request, name: str) -> Made:
        return Made(
            name,
            {
                "Arn": f"arn:aws:s3:::{name}",
                "DomainName": f"{name}.s3.amazonaws.com",
                "RegionalDomainName": f"{name}.s3.{request.region}.amazonaws.com",
                "DualStackDomainName": f"{name}.s3.dualstack.{request.region}.amazonaws.com",
                "WebsiteURL": f"http://{name}.s3-website-{request.region}.amazonaws.com",
            },
        )


class BucketPolicy(ResourceType):
    """AWS::S3::BucketPolicy."""

    type = "AWS::S3::BucketPolicy"
    replacement = ("Bucket",)

    def create(self, request: Request) -> Made:
        bucket = request.properties["Bucket"]
        try:
            request.client("s3").get_bucket_policy(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
                raise
        else:
            raise ResourceFailure(f"The bucket policy already exists on bucket {bucket}.")
        return self.put(request)

    def update(self, request: Request) -> Made:
        return self.put(request)

    def delete(self, request: Request) -> None:
        request.client("s3").delete_bucket_policy(Bucket=request.physical_id)

    @staticmethod
    def put(request: Request) -> Made:
        bucket = request.properties["Bucket"]
        request.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy_text(request.properties["PolicyDocument"]))
        return Made(bucket)


def exists(s3: Any, name: str) -> bool:
    """Whether the name is taken."""
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"] != 404
    return True


Setter = Callable[[Request, str, Any], None]


def configure(request: Request, bucket: str) -> None:
    """Applies every property that is there; on an update also takes away those that are not there any more."""
    for name, (put, remove) in SETTINGS.items():
        value = request.properties.get(name)
        if value is not None:
            if value != request.old.get(name):
                put(request, bucket, value)
        elif request.old.get(name) is not None:
            remove(request, bucket, None)
    # The API refuses tags that start with `aws:` from everybody but CloudFormation.
    s3_backends[ACCOUNT_ID][PARTITION].put_bucket_tagging(bucket, request.tag_map())


def put_public_access_block(request: Request, bucket: str, value: Any) -> None:
    request.call("s3", "put_public_access_block", {"Bucket": bucket, "PublicAccessBlockConfiguration": value})


def put_encryption(request: Request, bucket: str, value: Any) -> None:
    rules = [
        {
            ("ApplyServerSideEncryptionByDefault" if key == "ServerSideEncryptionByDefault" else key): inner
            for key, inner in rule.items()
        }
        for rule in value["ServerSideEncryptionConfiguration"]
    ]
    request.call(
        "s3", "put_bucket_encryption", {"Bucket": bucket, "ServerSideEncryptionConfiguration": {"Rules": rules}}
    )


def put_versioning(request: Request, bucket: str, value: Any) -> None:
    request.call("s3", "put_bucket_versioning", {"Bucket": bucket, "VersioningConfiguration": value})


def put_ownership(request: Request, bucket: str, value: Any) -> None:
    request.call("s3", "put_bucket_ownership_controls", {"Bucket": bucket, "OwnershipControls": value})


def put_object_lock(request: Request, bucket: str, value: Any) -> None:
    request.call("s3", "put_object_lock_configuration", {"Bucket": bucket, "ObjectLockConfiguration": value})


def put_logging(request: Request, bucket: str, value: Any) -> None:
    target: dict[str, Any] = {
        "TargetBucket": value.get("DestinationBucketName", bucket),
        "TargetPrefix": value.get("LogFilePrefix", ""),
    }
    if "TargetObjectKeyFormat" in value:
        target["TargetObjectKeyFormat"] = value["TargetObjectKeyFormat"]
    request.call("s3", "put_bucket_logging", {"Bucket": bucket, "BucketLoggingStatus": {"LoggingEnabled": target}})


def put_lifecycle(request: Request, bucket: str, value: Any) -> None:
    call: dict[str, Any] = {
        "Bucket": bucket,
        "LifecycleConfiguration": {"Rules": [lifecycle_rule(rule) for rule in value["Rules"]]},
    }
    if "TransitionDefaultMinimumObjectSize" in value:
        call["TransitionDefaultMinimumObjectSize"] = value["TransitionDefaultMinimumObjectSize"]
    request.call("s3", "put_bucket_lifecycle_configuration", call)


def lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule in the API's form, which names the same things differently."""
    out: dict[str, Any] = {"Status": rule.get("Status", "Enabled")}
    if "Id" in rule:
        out["ID"] = rule["Id"]
    conditions: dict[str, Any] = {
        key: rule[key] for key in ("Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan") if key in rule
    }
    if rule.get("TagFilters"):
        conditions["Tags"] = rule["TagFilters"]
    if not conditions:
        out["Filter"] = {"Prefix": ""}
    elif len(conditions) == 1 and "Tags" not in conditions:
        out["Filter"] = conditions
    else:
        out["Filter"] = {"And": conditions}
    expiration = {
        api: rule[key]
        for key, api in (
            ("ExpirationInDays", "Days"),
            ("ExpirationDate", "Date"),
            ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
        )
        if key in rule
    }
    if expiration:
        out["Expiration"] = expiration
    transitions = [*rule.get("Transitions", []), *([rule["Transition"]] if "Transition" in rule else [])]
    if transitions:
        out["Transitions"] = [
            renamed(one, {"TransitionInDays": "Days", "TransitionDate": "Date"}) for one in transitions
        ]
    noncurrent = [*rule.get("NoncurrentVersionTransitions", [])]
    if noncurrent:
        out["NoncurrentVersionTransitions"] = [
            renamed(one, {"TransitionInDays": "NoncurrentDays"}) for one in noncurrent
        ]
    if "NoncurrentVersionExpiration" in rule:
        out["NoncurrentVersionExpiration"] = rule["NoncurrentVersionExpiration"]
    elif "NoncurrentVersionExpirationInDays" in rule:
        out["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    if "AbortIncompleteMultipartUpload" in rule:
        out["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    return out


def put_notification(request: Request, bucket: str, value: Any) -> None:
    """EventBridge and queue, topic and function targets."""
    out: dict[str, Any] = {}
    if flag(value.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled", "EventBridgeConfiguration" in value)):
        out["EventBridgeConfiguration"] = {}
    for key, target, api, arn in (
        ("QueueConfigurations", "Queue", "QueueConfigurations", "QueueArn"),
        ("TopicConfigurations", "Topic", "TopicConfigurations", "TopicArn"),
        ("LambdaConfigurations", "Function", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
    ):
        if value.get(key):
            out[api] = [{arn: one[target], "Events": [one["Event"]]} for one in value[key]]
    request.call("s3", "put_bucket_notification_configuration", {"Bucket": bucket, "NotificationConfiguration": out})


def put_cors(request: Request, bucket: str, value: Any) -> None:
    rules = [
        renamed(
            rule,
            {"Id": "ID", "MaxAge": "MaxAgeSeconds", "ExposedHeaders": "ExposeHeaders"},
        )
        for rule in value["CorsRules"]
    ]
    request.call("s3", "put_bucket_cors", {"Bucket": bucket, "CORSConfiguration": {"CORSRules": rules}})


def put_acl(request: Request, bucket: str, value: Any) -> None:
    canned = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in value).lstrip("-")
    request.call("s3", "put_bucket_acl", {"Bucket": bucket, "ACL": canned})


def nothing(_request: Request, _bucket: str, _value: Any) -> None:
    """Decided when the bucket is made."""


def removal(operation: str) -> Setter:
    """The call that takes a setting away."""
    return lambda request, bucket, _value: getattr(request.client("s3"), operation)(Bucket=bucket)


def renamed(value: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The same object with other names."""
    return {names.get(key, key): inner for key, inner in value.items()}


SETTINGS: dict[str, tuple[Setter, Setter]] = {
    "PublicAccessBlockConfiguration": (put_public_access_block, removal("delete_public_access_block")),
    "OwnershipControls": (put_ownership, removal("delete_bucket_ownership_controls")),
    "BucketEncryption": (put_encryption, removal("delete_bucket_encryption")),
    "VersioningConfiguration": (
        put_versioning,
        lambda request, bucket, _value: put_versioning(request, bucket, {"Status": "Suspended"}),
    ),
    "ObjectLockConfiguration": (put_object_lock, nothing),
    "LifecycleConfiguration": (put_lifecycle, removal("delete_bucket_lifecycle")),
    "LoggingConfiguration": (
        put_logging,
        lambda request, bucket, _value: request.client("s3").put_bucket_logging(Bucket=bucket, BucketLoggingStatus={}),
    ),
    "NotificationConfiguration": (
        put_notification,
        lambda request, bucket, _value: put_notification(request, bucket, {}),
    ),
    "CorsConfiguration": (put_cors, removal("delete_bucket_cors")),
    "AccessControl": (put_acl, lambda request, bucket, _value: put_acl(request, bucket, "Private")),
}

TYPES = (Bucket(), BucketPolicy())

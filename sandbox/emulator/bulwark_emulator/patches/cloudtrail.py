"""CloudTrail."""

from __future__ import annotations

import calendar
import json
import time
from typing import Any

from moto.cloudtrail import models, responses
from moto.cloudtrail.exceptions import TrailNotFoundException
from moto.core.exceptions import JsonRESTError

from .. import access, policies

SERVICE = "cloudtrail.amazonaws.com"
DEFAULT_SELECTORS = [
    {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [], "ExcludeManagementEventSources": []}
]


class InvalidHomeRegion(JsonRESTError):
    """A trail can be changed in its home Region only."""

    def __init__(self, name: str, home: str):
        super().__init__(
            "InvalidHomeRegionException", f"The trail {name} can only be changed from its home Region {home}."
        )


class InsufficientS3BucketPolicy(JsonRESTError):
    """CloudTrail tries the bucket when a trail is made."""

    def __init__(self, bucket: str):
        super().__init__(
            "InsufficientS3BucketPolicyException", f"Incorrect S3 bucket policy is detected for bucket: {bucket}"
        )


class TrailAlreadyExists(JsonRESTError):
    """The name is taken."""

    def __init__(self, name: str):
        super().__init__("TrailAlreadyExistsException", f"Trail {name} already exists.")


def apply() -> None:
    """Applies the repairs."""
    trails_by_name_and_arn()
    bucket_policy()
    selectors()
    look_up()


def find(backend: models.CloudTrailBackend, name_or_arn: str) -> models.Trail:
    """A trail of this Region by name or ARN, or a multi-Region trail of another by ARN."""
    if name_or_arn in backend.trails:
        return backend.trails[name_or_arn]
    for other in list(models.cloudtrail_backends[backend.account_id].values()):
        for trail in other.trails.values():
            if trail.arn == name_or_arn and (other is backend or trail.is_multi_region):
                return trail
    raise TrailNotFoundException(account_id=backend.account_id, name=name_or_arn)


def own(backend: models.CloudTrailBackend, name_or_arn: str) -> models.Trail:
    """A trail that may be changed from here."""
    trail = find(backend, name_or_arn)
    if trail.region_name != backend.region_name:
        raise InvalidHomeRegion(trail.trail_name, trail.region_name)
    return trail


def trails_by_name_and_arn() -> None:
    """Changes by ARN fail or do nothing; a trail can be made twice; shadow trails are unknown.

    Cause: moto looks the name up as it comes, in one Region. Can go when moto resolves names and ARNs everywhere.
    """
    backend = models.CloudTrailBackend
    create, update, put = backend.create_trail, backend.update_trail, backend.put_event_selectors

    def create_trail(self: models.CloudTrailBackend, name: str, *arguments: Any, **named: Any) -> models.Trail:
        if name in self.trails:
            raise TrailAlreadyExists(name)
        return create(self, name, *arguments, **named)

    def update_trail(self: models.CloudTrailBackend, name: str, **named: Any) -> models.Trail:
        return update(self, name=own(self, name).trail_name, **named)

    def put_event_selectors(self: models.CloudTrailBackend, trail_name: str, **named: Any) -> Any:
        return put(self, trail_name=own(self, trail_name).trail_name, **named)

    backend.create_trail = create_trail
    backend.update_trail = update_trail
    backend.put_event_selectors = put_event_selectors
    backend.get_trail = find
    backend.get_trail_status = lambda self, name: find(self, name).status
    backend.start_logging = lambda self, name: own(self, name).start_logging()
    backend.stop_logging = lambda self, name: own(self, name).stop_logging()
    backend.delete_trail = lambda self, name: self.trails.pop(own(self, name).trail_name)


def bucket_policy() -> None:
    """A trail can be made that cannot deliver.

    Cause: moto looks for the bucket only. AWS asks the bucket's policy as well
    (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html). Can go
    when moto does.
    """
    exists = models.Trail.check_bucket_exists

    def check(self: models.Trail) -> None:
        exists(self)
        bucket = f"arn:aws:s3:::{self.bucket_name}"
        prefix = f"{self.s3_key_prefix}/" if self.s3_key_prefix else ""
        file = f"{bucket}/{prefix}AWSLogs/{self.account_id}/CloudTrail/file"
        context = {"aws:SourceArn": self.arn}
        acl = {"s3:x-amz-acl": "bucket-owner-full-control"}
        encryption = {"s3:x-amz-server-side-encryption": "aws:kms"} if self.kms_key_id else {}
        policy = policies.resource_policy(bucket)
        if not (
            access.allows(policy, SERVICE, "s3:GetBucketAcl", bucket, context)
            and access.allows(policy, SERVICE, "s3:PutObject", file, {**context, **acl, **encryption})
        ):
            raise InsufficientS3BucketPolicy(self.bucket_name)

    models.Trail.check_bucket_exists = check


def selectors() -> None:
    """Basic selectors put over advanced ones leave both; a new trail shows none; insight selectors pile up.

    Cause: moto assigns the given kind only. AWS overwrites one kind with the other
    (https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html) and a new trail logs all
    management events. Can go when moto does the same.
    """

    def put(self: models.Trail, event_selectors: Any, advanced_event_selectors: Any) -> None:
        self.event_selectors = event_selectors or []
        self.advanced_event_selectors = advanced_event_selectors or []

    def get(self: models.Trail) -> Any:
        if self.advanced_event_selectors:
            return None, self.advanced_event_selectors
        return self.event_selectors or DEFAULT_SELECTORS, None

    describe = models.Trail.description

    def description(self: models.Trail, include_region: bool = False) -> dict[str, Any]:
        shown = describe(self, include_region) | {"HomeRegion": self.region_name}
        shown["HasCustomEventSelectors"] = bool(self.event_selectors or self.advanced_event_selectors)
        shown["HasInsightSelectors"] = bool(self.insight_selectors)
        # A key or log group taken away is absent, not empty.
        return {key: value for key, value in shown.items() if value not in (None, "")}

    def put_insights(self: models.Trail, insight_selectors: Any) -> None:
        self.insight_selectors = list(insight_selectors)

    models.Trail.put_event_selectors = put
    models.Trail.get_event_selectors = get
    models.Trail.description = description
    models.Trail.put_insight_selectors = put_insights


def look_up() -> None:
    """LookupEvents is unknown; the CDK asks it after a failed deployment, and tries for half a minute.

    Cause: moto makes no events. The gateway's are there. Can go when moto has events.
    """
    from .. import cloudtrail_events

    def lookup_events(self: responses.CloudTrailResponse) -> str:
        wanted, limit = self._get_param("LookupAttributes", []), int(self._get_param("MaxResults", 50))
        events = cloudtrail_events.lookup(self.region, wanted, limit)
        for event in events:
            event["EventTime"] = calendar.timegm(time.strptime(event["EventTime"], "%Y-%m-%dT%H:%M:%SZ"))
        return json.dumps({"Events": events})

    responses.CloudTrailResponse.lookup_events = lookup_events  # type: ignore[attr-defined]

"""Shield Advanced."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from moto.backends import get_backend
from moto.core.exceptions import JsonRESTError
from moto.core.utils import camelcase_to_underscores
from moto.shield.responses import ShieldResponse

from .. import access, pages, policies, waf_rules
from ..settings import ACCOUNT_ID, PARTITION
from . import wafv2

Json = dict[str, Any]

YEAR = 365 * 24 * 60 * 60
DRT = "drt.shield.amazonaws.com"
DRT_POLICY = f"arn:{PARTITION}:iam::aws:policy/service-role/AWSShieldDRTAccessPolicy"
MOST_BUCKETS, MOST_CONTACTS = 10, 10
KINDS = {
    ":cloudfront:": "CLOUDFRONT_DISTRIBUTION",
    ":hostedzone/": "ROUTE_53_HOSTED_ZONE",
    ":eip-allocation/": "ELASTIC_IP_ALLOCATION",
    ":loadbalancer/app/": "APPLICATION_LOAD_BALANCER",
    ":globalaccelerator:": "GLOBAL_ACCELERATOR",
}
"""What can be protected, but for Classic Load Balancers; a Network Load Balancer by its addresses only
(https://docs.aws.amazon.com/waf/latest/DDOSAPIReference/API_CreateProtection.html)."""


class ShieldError(JsonRESTError):
    """An error of Shield by its name."""

    code = 400


@dataclass
class State:
    """What the account has. Without a subscription there is nothing."""

    subscription: Json | None = None
    protections: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, Json] = field(default_factory=dict)
    role: str | None = None
    buckets: list[str] = field(default_factory=list)
    contacts: list[Json] = field(default_factory=list)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)


_state = State()


def subscribe(active: bool) -> None:
    """Makes or ends the subscription, for tests: in AWS it ends after a year at the earliest."""
    global _state  # noqa: PLW0603
    if not active:
        _state = State()
    elif _state.subscription is None:
        start = int(time.time())
        limits = [{"Type": one, "Max": 1000} for one in KINDS.values()]
        _state.subscription = {
            "StartTime": start,
            "EndTime": start + YEAR,
            "TimeCommitmentInSeconds": YEAR,
            "AutoRenew": "ENABLED",
            "Limits": [{"Type": "MitigationCapacityUnits", "Max": 10000}],
            "SubscriptionLimits": {
                "ProtectionLimits": {"ProtectedResourceTypeLimits": limits},
                "ProtectionGroupLimits": {
                    "MaxProtectionGroups": 100,
                    "PatternTypeLimits": {"ArbitraryPatternLimits": {"MaxMembers": 10000}},
                },
            },
            "SubscriptionArn": f"arn:{PARTITION}:shield::{ACCOUNT_ID}:subscription/{uuid.uuid4()}",
        }


def protection_of(resource: str) -> str | None:
    """The id of a resource's protection."""
    return next((one["Id"] for one in _state.protections.values() if one["ResourceArn"] == resource), None)


def apply() -> None:
    """Applies the repairs."""
    subscription()
    protections()
    automatic_response()
    groups()
    response_team()
    contacts()
    tags()


def operations(needs_subscription: bool = True, **named: Callable[[Json], Json | None]) -> None:
    """Takes operations over: from the request to the answer."""

    def handler(run: Callable[[Json], Json | None]) -> Callable[[ShieldResponse], str]:
        def answer(self: ShieldResponse) -> str:
            if needs_subscription and _state.subscription is None:
                raise missing("subscription")
            return json.dumps(run(json.loads(self.body or "{}")) or {})

        return answer

    for name, run in named.items():
        setattr(ShieldResponse, camelcase_to_underscores(name), handler(run))


def missing(what: str) -> ShieldError:
    return ShieldError("ResourceNotFoundException", f"The {what} does not exist.")


def listed(items: dict[str, Json], request: Json, member: str) -> Json:
    """A page of a listing."""
    size, token = request.get("MaxResults", 100), request.get("NextToken")
    shown, rest = pages.page(list(items.items()), lambda one: one[0], size, token)
    return {member: [one for _, one in shown], **({"NextToken": rest} if rest else {})}


def subscription() -> None:
    """Everything can be protected without a subscription, and nobody can ask whether there is one.

    Cause: moto lacks GetSubscriptionState and looks at the subscription nowhere. Without one, AWS answers what it
    answers here (nccgroup/aws-inventory#7, aws/aws-sdk-go#4000). Can go when moto does so too.
    """

    def get_subscription_state(_request: Json) -> Json:
        return {"SubscriptionState": "ACTIVE" if _state.subscription else "INACTIVE"}

    def create_subscription(_request: Json) -> None:
        if _state.subscription:
            raise ShieldError("ResourceAlreadyExistsException", "The subscription already exists.")
        subscribe(True)

    def describe_subscription(_request: Json) -> Json:
        return {"Subscription": _state.subscription}

    def update_subscription(request: Json) -> None:
        assert _state.subscription is not None
        _state.subscription["AutoRenew"] = request["AutoRenew"]

    def delete_subscription(_request: Json) -> None:
        raise ShieldError(
            "LockedSubscriptionException",
            "You are trying to update a subscription that has not yet completed the 1-year commitment.",
        )

    def nothing(member: str) -> Callable[[Json], Json]:
        return lambda _request: {member: []}

    operations(False, GetSubscriptionState=get_subscription_state, CreateSubscription=create_subscription)
    operations(
        DescribeSubscription=describe_subscription,
        UpdateSubscription=update_subscription,
        DeleteSubscription=delete_subscription,
        ListAttacks=nothing("AttackSummaries"),
    )


def protections() -> None:
    """What does not exist is protected, and health checks have no place.

    Cause: moto writes the ARN down. Can go when it looks for the resource and has AssociateHealthCheck
    (https://docs.aws.amazon.com/waf/latest/DDOSAPIReference/API_AssociateHealthCheck.html).
    """

    def create_protection(request: Json) -> Json:
        resource = request["ResourceArn"]
        if kind_of(resource) is None:
            raise ShieldError("InvalidResourceException", f"Unrecognized resource '{resource}'.")
        if not exists(resource):
            raise missing("referenced resource")
        if protection_of(resource):
            raise ShieldError("ResourceAlreadyExistsException", "The referenced protection already exists.")
        protection_id = str(uuid.uuid4())
        arn = f"arn:{PARTITION}:shield::{ACCOUNT_ID}:protection/{protection_id}"
        _state.protections[protection_id] = {
            "Id": protection_id,
            "Name": request["Name"],
            "ResourceArn": resource,
            "HealthCheckIds": [],
            "ProtectionArn": arn,
        }
        _state.tags[arn] = {one["Key"]: one["Value"] for one in request.get("Tags") or []}
        return {"ProtectionId": protection_id}

    def describe_protection(request: Json) -> Json:
        named = [name for name in ("ProtectionId", "ResourceArn") if request.get(name)]
        if len(named) != 1:
            raise ShieldError(
                "InvalidParameterException",
                "Invalid parameter. You must provide one value, either protectionId or resourceArn, but not both.",
            )
        return {"Protection": found(request.get("ProtectionId") or protection_of(request["ResourceArn"]))}

    def list_protections(request: Json) -> Json:
        filters = request.get("InclusionFilters") or {}
        kept = {
            key: one
            for key, one in _state.protections.items()
            if one["ResourceArn"] in filters.get("ResourceArns", [one["ResourceArn"]])
            and one["Name"] in filters.get("ProtectionNames", [one["Name"]])
            and kind_of(one["ResourceArn"]) in filters.get("ResourceTypes", [kind_of(one["ResourceArn"])])
        }
        return listed(kept, request, "Protections")

    def delete_protection(request: Json) -> None:
        protection = found(request["ProtectionId"])
        if status_of(protection) == "ENABLED":
            wafv2.remove_shields_rule(protection["ResourceArn"])
        del _state.protections[protection["Id"]]

    def associate_health_check(request: Json) -> None:
        protection, check = found(request["ProtectionId"]), request["HealthCheckArn"].rsplit("/", 1)[-1]
        if check not in get_backend("route53")[ACCOUNT_ID][PARTITION].health_checks:
            raise missing("referenced health check")
        if check not in protection["HealthCheckIds"]:
            protection["HealthCheckIds"].append(check)

    def disassociate_health_check(request: Json) -> None:
        protection, check = found(request["ProtectionId"]), request["HealthCheckArn"].rsplit("/", 1)[-1]
        if check not in protection["HealthCheckIds"]:
            raise missing("referenced health check")
        protection["HealthCheckIds"].remove(check)

    operations(
        CreateProtection=create_protection,
        DescribeProtection=describe_protection,
        ListProtections=list_protections,
        DeleteProtection=delete_protection,
        AssociateHealthCheck=associate_health_check,
        DisassociateHealthCheck=disassociate_health_check,
    )


def found(protection_id: str | None) -> Json:
    """A protection by its id."""
    if protection_id not in _state.protections:
        raise missing("referenced protection")
    return _state.protections[protection_id]


def kind_of(arn: str) -> str | None:
    """What a resource is to Shield."""
    classic = ":loadbalancer/" in arn and arn.count("/") == 1
    known = next((kind for mark, kind in KINDS.items() if mark in arn), None)
    return "CLASSIC_LOAD_BALANCER" if classic else known


def exists(arn: str) -> bool:
    """Whether the resource is there. Of what moto has not, every ARN is taken to be."""
    region, name, kind = arn.split(":")[3], arn.rsplit("/", 1)[-1], kind_of(arn)
    if kind == "APPLICATION_LOAD_BALANCER":
        return arn in get_backend("elbv2")[ACCOUNT_ID][region].load_balancers
    if kind == "ELASTIC_IP_ALLOCATION":
        return any(one.allocation_id == name for one in get_backend("ec2")[ACCOUNT_ID][region].addresses)
    if kind == "ROUTE_53_HOSTED_ZONE":
        return name in get_backend("route53")[ACCOUNT_ID][PARTITION].zones
    if kind == "CLOUDFRONT_DISTRIBUTION":
        return name in get_backend("cloudfront")[ACCOUNT_ID][PARTITION].distributions
    return True


def status_of(protection: Json) -> str | None:
    return protection.get("ApplicationLayerAutomaticResponseConfiguration", {}).get("Status")


def automatic_response() -> None:
    """There is no automatic response.

    Cause: moto lacks the operations. Can go when it has them and shows the rule in the web ACL
    (https://docs.aws.amazon.com/waf/latest/developerguide/ddos-automatic-app-layer-response-rg.html).
    """

    def enable(request: Json) -> None:
        protection = automatic(request)
        if status_of(protection) == "ENABLED":
            raise refused("Automatic mitigation is already enabled.")
        try:
            is_added = wafv2.add_shields_rule(protection["ResourceArn"])
        except waf_rules.WafError as error:
            raise ShieldError("LimitsExceededException", error.message) from error
        if not is_added:
            raise refused("There is no web ACL associated with the resource.")
        configure(protection, request["Action"])

    def update(request: Json) -> None:
        protection = automatic(request)
        if status_of(protection) != "ENABLED":
            raise refused("Automatic mitigation is not enabled.")
        configure(protection, request["Action"])

    def disable(request: Json) -> None:
        protection = automatic(request)
        if status_of(protection) == "ENABLED":
            wafv2.remove_shields_rule(protection["ResourceArn"])
            protection["ApplicationLayerAutomaticResponseConfiguration"]["Status"] = "DISABLED"

    operations(
        EnableApplicationLayerAutomaticResponse=enable,
        UpdateApplicationLayerAutomaticResponse=update,
        DisableApplicationLayerAutomaticResponse=disable,
    )


def automatic(request: Json) -> Json:
    """The protection of a resource that automatic response exists for. The words of the refusals are ours."""
    protection = found(protection_of(request["ResourceArn"]))
    kind = kind_of(protection["ResourceArn"])
    if kind == "CLOUDFRONT_DISTRIBUTION":
        raise NotImplementedError("sandbox does not know which web ACL a distribution names")
    if kind != "APPLICATION_LOAD_BALANCER":
        raise refused(f"Automatic mitigation is not available for a resource of type {kind}.")
    return protection


def refused(reason: str) -> ShieldError:
    return ShieldError("InvalidOperationException", reason)


def configure(protection: Json, action: Json) -> None:
    if len(action) != 1:
        raise ShieldError("InvalidParameterException", "Action must be either Block or Count.")
    protection["ApplicationLayerAutomaticResponseConfiguration"] = {"Status": "ENABLED", "Action": action}


def groups() -> None:
    """There are no protection groups.

    Cause: moto lacks the operations. Can go when it has them
    (https://docs.aws.amazon.com/waf/latest/DDOSAPIReference/API_CreateProtectionGroup.html).
    """

    def settings(request: Json) -> Json:
        pattern = request["Pattern"]
        if (pattern == "ARBITRARY") != bool(request.get("Members")):
            raise ShieldError("InvalidParameterException", "Members are for the pattern ARBITRARY, which needs them.")
        if (pattern == "BY_RESOURCE_TYPE") != bool(request.get("ResourceType")):
            raise ShieldError(
                "InvalidParameterException", "ResourceType is for the pattern BY_RESOURCE_TYPE, which needs it."
            )
        kept = ("ProtectionGroupId", "Aggregation", "Pattern", "ResourceType", "Members")
        group_id = request["ProtectionGroupId"]
        arn = f"arn:{PARTITION}:shield::{ACCOUNT_ID}:protection-group/{group_id}"
        return {"Members": [], "ProtectionGroupArn": arn, **{key: request[key] for key in kept if key in request}}

    def group_of(request: Json) -> Json:
        if request["ProtectionGroupId"] not in _state.groups:
            raise missing("referenced protection group")
        return _state.groups[request["ProtectionGroupId"]]

    def create_protection_group(request: Json) -> None:
        if request["ProtectionGroupId"] in _state.groups:
            raise ShieldError("ResourceAlreadyExistsException", "The referenced protection group already exists.")
        made = _state.groups[request["ProtectionGroupId"]] = settings(request)
        _state.tags[made["ProtectionGroupArn"]] = {one["Key"]: one["Value"] for one in request.get("Tags") or []}

    def update_protection_group(request: Json) -> None:
        _state.groups[group_of(request)["ProtectionGroupId"]] = settings(request)

    def delete_protection_group(request: Json) -> None:
        del _state.groups[group_of(request)["ProtectionGroupId"]]

    def list_resources(request: Json) -> Json:
        group, known = group_of(request), [one["ResourceArn"] for one in _state.protections.values()]
        of_type = [one for one in known if kind_of(one) == group.get("ResourceType")]
        members = {"ALL": known, "BY_RESOURCE_TYPE": of_type}.get(group["Pattern"], group["Members"])
        return {"ResourceArns": members}

    operations(
        CreateProtectionGroup=create_protection_group,
        DescribeProtectionGroup=lambda request: {"ProtectionGroup": group_of(request)},
        UpdateProtectionGroup=update_protection_group,
        DeleteProtectionGroup=delete_protection_group,
        ListProtectionGroups=lambda request: listed(_state.groups, request, "ProtectionGroups"),
        ListResourcesInProtectionGroup=list_resources,
    )


def response_team() -> None:
    """The Shield Response Team cannot be let in.

    Cause: moto lacks the operations. Can go when it has them and looks at the role
    (https://docs.aws.amazon.com/waf/latest/DDOSAPIReference/API_AssociateDRTRole.html).
    """

    def associate_role(request: Json) -> None:
        role = request["RoleArn"]
        known = policies.principal(role)
        if known is None:
            raise ShieldError("InvalidParameterException", f"The role {role} does not exist.")
        attached = [one["name"] for one in known["policies"]]
        if not access.allows(known["trust"], DRT, "sts:AssumeRole", role, {}) or DRT_POLICY not in attached:
            raise ShieldError(
                "InvalidParameterException", f"The role {role} must trust {DRT} and have AWSShieldDRTAccessPolicy."
            )
        _state.role = role

    def disassociate_role(_request: Json) -> None:
        _state.role = None

    def associate_bucket(request: Json) -> None:
        bucket = request["LogBucket"]
        if _state.role is None:
            raise ShieldError("NoAssociatedRoleException", "There is no role associated with the subscription.")
        if bucket not in get_backend("s3")[ACCOUNT_ID][PARTITION].buckets:
            raise ShieldError("InvalidParameterException", f"The bucket {bucket} does not exist.")
        if bucket not in _state.buckets:
            if len(_state.buckets) == MOST_BUCKETS:
                raise ShieldError("LimitsExceededException", f"There can be {MOST_BUCKETS} log buckets.")
            _state.buckets.append(bucket)

    def disassociate_bucket(request: Json) -> None:
        if request["LogBucket"] not in _state.buckets:
            raise missing("log bucket")
        _state.buckets.remove(request["LogBucket"])

    def describe(_request: Json) -> Json:
        return {**({"RoleArn": _state.role} if _state.role else {}), "LogBucketList": _state.buckets}

    operations(
        AssociateDRTRole=associate_role,
        DisassociateDRTRole=disassociate_role,
        AssociateDRTLogBucket=associate_bucket,
        DisassociateDRTLogBucket=disassociate_bucket,
        DescribeDRTAccess=describe,
    )


def contacts() -> None:
    """Nobody is called.

    Cause: moto lacks proactive engagement. Here it is on as soon as it is asked for; AWS looks at the request first,
    and shows PENDING until then. Can go when moto has the operations
    (https://docs.aws.amazon.com/waf/latest/DDOSAPIReference/API_AssociateProactiveEngagementDetails.html).
    """

    def engage(status: str) -> Callable[[Json], None]:
        def run(_request: Json) -> None:
            if status == "ENABLED" and not any(one.get("PhoneNumber") for one in _state.contacts):
                raise refused("Proactive engagement needs a contact with a phone number.")
            assert _state.subscription is not None
            _state.subscription["ProactiveEngagementStatus"] = status

        return run

    def keep(request: Json) -> None:
        given = request.get("EmergencyContactList") or []
        if len(given) > MOST_CONTACTS:
            raise ShieldError("InvalidParameterException", f"There can be {MOST_CONTACTS} contacts.")
        assert _state.subscription is not None
        if _state.subscription.get("ProactiveEngagementStatus") == "ENABLED" and not given:
            raise refused("Proactive engagement needs a contact.")
        _state.contacts = given

    def associate(request: Json) -> None:
        assert _state.subscription is not None
        if _state.subscription.get("ProactiveEngagementStatus"):
            raise refused("Proactive engagement has its details already.")
        keep(request)
        _state.subscription["ProactiveEngagementStatus"] = "PENDING"

    operations(
        AssociateProactiveEngagementDetails=associate,
        EnableProactiveEngagement=engage("ENABLED"),
        DisableProactiveEngagement=engage("DISABLED"),
        UpdateEmergencyContactSettings=keep,
        DescribeEmergencyContactSettings=lambda _request: {"EmergencyContactList": _state.contacts},
    )


def tags() -> None:
    """Tags of what does not exist are kept.

    Cause: moto keeps tags by ARN. Follows from the repairs above.
    """

    def tagged(request: Json) -> dict[str, str]:
        known = [one["ProtectionArn"] for one in _state.protections.values()]
        known += [one["ProtectionGroupArn"] for one in _state.groups.values()]
        if request["ResourceARN"] not in known:
            raise missing("referenced resource")
        return _state.tags[request["ResourceARN"]]

    def list_tags_for_resource(request: Json) -> Json:
        return {"Tags": [{"Key": key, "Value": value} for key, value in tagged(request).items()]}

    def tag_resource(request: Json) -> None:
        tagged(request).update({one["Key"]: one["Value"] for one in request["Tags"]})

    def untag_resource(request: Json) -> None:
        for key in request["TagKeys"]:
            tagged(request).pop(key, None)

    operations(ListTagsForResource=list_tags_for_resource, TagResource=tag_resource, UntagResource=untag_resource)

"""Shield Advanced. It has one account-wide state, which every Region's stacks change."""

from __future__ import annotations

from typing import Any

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType
from ..settings import ACCOUNT_ID

GROUP = ("Aggregation", "Members", "Pattern", "ResourceType")


class Protection(ResourceType):
    """AWS::Shield::Protection."""

    type = "AWS::Shield::Protection"
    replacement = ("Name", "ResourceArn")

    def create(self, request: Request) -> Made:
        call = {"Tags": request.tag_list(), **request.properties.take("Name", "ResourceArn")}
        protection = request.call("shield", "create_protection", call)["ProtectionId"]
        try:
            return self.configured(request, protection)
        except Exception:
            request.client("shield").delete_protection(ProtectionId=protection)
            raise

    def update(self, request: Request) -> Made:
        request.properties.take("Name")
        made = self.configured(request, request.physical_id.rsplit("/", 1)[-1])
        retag(request, request.physical_id)
        return made

    def delete(self, request: Request) -> None:
        request.client("shield").delete_protection(ProtectionId=request.physical_id.rsplit("/", 1)[-1])

    @staticmethod
    def configured(request: Request, protection: str) -> Made:
        """Health checks and automatic response, from whatever there is to what is wanted."""
        shield, properties = request.client("shield"), request.properties
        current = shield.describe_protection(ProtectionId=protection)["Protection"]
        wanted = {one.rsplit("/", 1)[-1] for one in properties.get("HealthCheckArns") or []}
        there = set(current.get("HealthCheckIds", []))
        for check in sorted(there - wanted):
            shield.disassociate_health_check(ProtectionId=protection, HealthCheckArn=health_check_arn(check))
        for check in sorted(wanted - there):
            shield.associate_health_check(ProtectionId=protection, HealthCheckArn=health_check_arn(check))
        asked = properties.get("ApplicationLayerAutomaticResponseConfiguration") or {"Status": "DISABLED"}
        was = current.get("ApplicationLayerAutomaticResponseConfiguration", {}).get("Status") == "ENABLED"
        resource = {"ResourceArn": properties["ResourceArn"]}
        if asked["Status"] == "ENABLED":
            operation = f"{'update' if was else 'enable'}_application_layer_automatic_response"
            getattr(shield, operation)(**resource, Action=asked["Action"])
        elif was:
            shield.disable_application_layer_automatic_response(**resource)
        arn = current["ProtectionArn"]
        return Made(arn, {"ProtectionArn": arn, "ProtectionId": protection})


class ProtectionGroup(ResourceType):
    """AWS::Shield::ProtectionGroup."""

    type = "AWS::Shield::ProtectionGroup"
    replacement = ("ProtectionGroupId",)

    def create(self, request: Request) -> Made:
        properties = request.properties
        call = {"Tags": request.tag_list(), **properties.take("ProtectionGroupId", *GROUP)}
        request.call("shield", "create_protection_group", call)
        arn = f"arn:aws:shield::{ACCOUNT_ID}:protection-group/{properties['ProtectionGroupId']}"
        return Made(arn, {"ProtectionGroupArn": arn})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.call("shield", "update_protection_group", request.properties.take("ProtectionGroupId", *GROUP))
        retag(request, request.physical_id)
        return request.made

    def delete(self, request: Request) -> None:
        group = request.physical_id.rsplit("/", 1)[-1]
        request.client("shield").delete_protection_group(ProtectionGroupId=group)


class DrtAccess(ResourceType):
    """AWS::Shield::DRTAccess: an account has one."""

    type = "AWS::Shield::DRTAccess"

    def create(self, request: Request) -> Made:
        if request.client("shield").describe_drt_access().get("RoleArn"):
            raise ResourceFailure(f"Resource of type '{self.type}' with identifier '{ACCOUNT_ID}' already exists.")
        return self.put(request)

    def update(self, request: Request) -> Made:
        return self.put(request)

    def delete(self, request: Request) -> None:
        shield = request.client("shield")
        for bucket in shield.describe_drt_access()["LogBucketList"]:
            shield.disassociate_drt_log_bucket(LogBucket=bucket)
        shield.disassociate_drt_role()

    @staticmethod
    def put(request: Request) -> Made:
        shield, wanted = request.client("shield"), request.properties.get("LogBucketList") or []
        shield.associate_drt_role(RoleArn=request.properties["RoleArn"])
        there = shield.describe_drt_access()["LogBucketList"]
        for bucket in there:
            if bucket not in wanted:
                shield.disassociate_drt_log_bucket(LogBucket=bucket)
        for bucket in wanted:
            if bucket not in there:
                shield.associate_drt_log_bucket(LogBucket=bucket)
        return Made(ACCOUNT_ID, {"AccountId": ACCOUNT_ID})


class ProactiveEngagement(ResourceType):
    """AWS::Shield::ProactiveEngagement: an account has one."""

    type = "AWS::Shield::ProactiveEngagement"

    def create(self, request: Request) -> Made:
        if self.status(request) in ("ENABLED", "PENDING"):
            raise ResourceFailure(f"Resource of type '{self.type}' with identifier '{ACCOUNT_ID}' already exists.")
        return self.put(request)

    def update(self, request: Request) -> Made:
        return self.put(request)

    def delete(self, request: Request) -> None:
        shield = request.client("shield")
        shield.disable_proactive_engagement()
        shield.update_emergency_contact_settings(EmergencyContactList=[])

    def put(self, request: Request) -> Made:
        shield, call = request.client("shield"), request.properties.take("EmergencyContactList")
        # The first contacts of an account have an operation of their own.
        first = self.status(request) is None
        operation = "associate_proactive_engagement_details" if first else "update_emergency_contact_settings"
        request.call("shield", operation, call)
        if request.properties["ProactiveEngagementStatus"] == "ENABLED":
            shield.enable_proactive_engagement()
        else:
            shield.disable_proactive_engagement()
        return Made(ACCOUNT_ID, {"AccountId": ACCOUNT_ID})

    @staticmethod
    def status(request: Request) -> Any:
        described = request.client("shield").describe_subscription()["Subscription"]
        return described.get("ProactiveEngagementStatus")


def health_check_arn(check: str) -> str:
    return f"arn:aws:route53:::healthcheck/{check}"


def retag(request: Request, arn: str) -> None:
    """The resource's tags, and none beside them."""
    shield, tags = request.client("shield"), request.tag_map()
    there = shield.list_tags_for_resource(ResourceARN=arn)["Tags"]
    gone = [one["Key"] for one in there if one["Key"] not in tags]
    if gone:
        shield.untag_resource(ResourceARN=arn, TagKeys=gone)
    shield.tag_resource(ResourceARN=arn, Tags=request.tag_list())


TYPES = (Protection(), ProtectionGroup(), DrtAccess(), ProactiveEngagement())

"""CloudTrail."""

from __future__ import annotations

from ..cloudformation.resource import Made, Request, ResourceType, arn, flag

TRAIL_PROPERTIES = {
    "S3BucketName": "S3BucketName",
    "S3KeyPrefix": "S3KeyPrefix",
    "SnsTopicName": "SnsTopicName",
    "IncludeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    "IsMultiRegionTrail": "IsMultiRegionTrail",
    "EnableLogFileValidation": "EnableLogFileValidation",
    "CloudWatchLogsLogGroupArn": "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
    "KMSKeyId": "KmsKeyId",
    "IsOrganizationTrail": "IsOrganizationTrail",
}


class Trail(ResourceType):
    """AWS::CloudTrail::Trail."""

    type = "AWS::CloudTrail::Trail"
    replacement = ("TrailName",)

    def create(self, request: Request) -> Made:
        name = request.properties.get("TrailName") or request.name(limit=128)
        request.call(
            "cloudtrail", "create_trail", {"Name": name, **self.parameters(request), "TagsList": request.tag_list()}
        )
        self.configure(request, name)
        return Made(name, {"Arn": arn("cloudtrail", request.region, f"trail/{name}"), "SnsTopicArn": ""})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        reset = {
            api: False if api.startswith(("Is", "Enable", "Include")) else ""
            for name, api in TRAIL_PROPERTIES.items()
            if name in request.old and name not in request.properties
        }
        request.call("cloudtrail", "update_trail", {"Name": request.physical_id, **reset, **self.parameters(request)})
        self.configure(request, request.physical_id)
        trail = request.made.attributes["Arn"]
        request.call("cloudtrail", "add_tags", {"ResourceId": trail, "TagsList": request.tag_list()})
        return request.made

    def delete(self, request: Request) -> None:
        request.client("cloudtrail").delete_trail(Name=request.physical_id)

    @staticmethod
    def parameters(request: Request) -> dict[str, object]:
        return {api: request.properties[name] for name, api in TRAIL_PROPERTIES.items() if name in request.properties}

    @staticmethod
    def configure(request: Request, name: str) -> None:
        properties = request.properties
        advanced = properties.get("AdvancedEventSelectors")
        selectors = properties.get("EventSelectors")
        if advanced:
            request.call("cloudtrail", "put_event_selectors", {"TrailName": name, "AdvancedEventSelectors": advanced})
        elif selectors:
            request.call("cloudtrail", "put_event_selectors", {"TrailName": name, "EventSelectors": selectors})
        elif request.old.get("EventSelectors") or request.old.get("AdvancedEventSelectors"):
            default = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
            request.call("cloudtrail", "put_event_selectors", {"TrailName": name, "EventSelectors": default})
        if request.changed("InsightSelectors"):
            insights = properties.get("InsightSelectors") or []
            request.call("cloudtrail", "put_insight_selectors", {"TrailName": name, "InsightSelectors": insights})
        cloudtrail = request.client("cloudtrail")
        if flag(properties["IsLogging"]):
            cloudtrail.start_logging(Name=name)
        else:
            cloudtrail.stop_logging(Name=name)


TYPES = (Trail(),)

"""GuardDuty."""

from __future__ import annotations

from ..cloudformation.resource import Made, Request, ResourceType, arn


class Detector(ResourceType):
    """AWS::GuardDuty::Detector."""

    type = "AWS::GuardDuty::Detector"

    def create(self, request: Request) -> Made:
        call = {"Tags": request.tag_map(), **self.parameters(request)}
        detector = request.call("guardduty", "create_detector", call)["DetectorId"]
        return Made(detector, {"Id": detector})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        reset = {"FindingPublishingFrequency": "SIX_HOURS"} if request.old.get("FindingPublishingFrequency") else {}
        call = {"DetectorId": request.physical_id, **reset, **self.parameters(request)}
        request.call("guardduty", "update_detector", call)
        tagged = arn("guardduty", request.region, f"detector/{request.physical_id}")
        request.client("guardduty").tag_resource(ResourceArn=tagged, Tags=request.tag_map())
        return request.made

    def delete(self, request: Request) -> None:
        request.client("guardduty").delete_detector(DetectorId=request.physical_id)

    @staticmethod
    def parameters(request: Request) -> dict[str, object]:
        return request.properties.take("Enable", "Features", "FindingPublishingFrequency")


class PublishingDestination(ResourceType):
    """AWS::GuardDuty::PublishingDestination.

    Its `Ref` is taken to be the two parts of its primary identifier, as for other types that have two.
    """

    type = "AWS::GuardDuty::PublishingDestination"
    replacement = ("DetectorId", "DestinationType")

    def create(self, request: Request) -> Made:
        properties = request.properties
        call = {
            "Tags": request.tag_map(),
            **properties.take("DetectorId", "DestinationType", "DestinationProperties"),
        }
        destination = request.call("guardduty", "create_publishing_destination", call)["DestinationId"]
        attributes = {"Id": destination, "Status": "PUBLISHING", "PublishingFailureStartTimestamp": "0"}
        return Made(f"{properties['DetectorId']}|{destination}", attributes)

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.get("DestinationType")
        call = {**self.identifier(request), **request.properties.take("DestinationProperties")}
        request.call("guardduty", "update_publishing_destination", call)
        detector, destination = request.physical_id.split("|")
        tagged = arn("guardduty", request.region, f"detector/{detector}/publishingDestination/{destination}")
        request.client("guardduty").tag_resource(ResourceArn=tagged, Tags=request.tag_map())
        return request.made

    def delete(self, request: Request) -> None:
        request.client("guardduty").delete_publishing_destination(**self.identifier(request))

    @staticmethod
    def identifier(request: Request) -> dict[str, str]:
        detector, destination = request.physical_id.split("|")
        return {"DetectorId": detector, "DestinationId": destination}


TYPES = (Detector(), PublishingDestination())

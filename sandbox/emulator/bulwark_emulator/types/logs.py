"""CloudWatch: logs, metric filters, alarms."""

from __future__ import annotations

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType, arn, policy_text


class LogGroup(ResourceType):
    """AWS::Logs::LogGroup."""

    type = "AWS::Logs::LogGroup"
    replacement = ("LogGroupName", "LogGroupClass")

    def create(self, request: Request) -> Made:
        properties = request.properties
        name = properties.get("LogGroupName") or request.name(limit=512)
        call = {"logGroupName": name, "tags": request.tag_map(), **properties.take("KmsKeyId", "LogGroupClass")}
        logs = request.client("logs")
        try:
            request.call("logs", "create_log_group", call)
        except logs.exceptions.ResourceAlreadyExistsException as error:
            raise ResourceFailure(
                f"Resource of type 'AWS::Logs::LogGroup' with identifier '{name}' already exists."
            ) from error
        self.retention(request, name)
        return Made(name, {"Arn": arn("logs", request.region, f"log-group:{name}:*")})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        logs, name = request.client("logs"), request.physical_id
        self.retention(request, name)
        if request.changed("KmsKeyId"):
            if request.properties.get("KmsKeyId"):
                logs.associate_kms_key(logGroupName=name, kmsKeyId=request.properties["KmsKeyId"])
            else:
                logs.disassociate_kms_key(logGroupName=name)
        logs.tag_log_group(logGroupName=name, tags=request.tag_map())
        return request.made

    def delete(self, request: Request) -> None:
        request.client("logs").delete_log_group(logGroupName=request.physical_id)

    @staticmethod
    def retention(request: Request, name: str) -> None:
        days = request.properties.get("RetentionInDays")
        if days is not None:
            request.call("logs", "put_retention_policy", {"logGroupName": name, "retentionInDays": days})
        elif request.old.get("RetentionInDays") is not None:
            request.client("logs").delete_retention_policy(logGroupName=name)


class MetricFilter(ResourceType):
    """AWS::Logs::MetricFilter."""

    type = "AWS::Logs::MetricFilter"
    replacement = ("FilterName", "LogGroupName")

    def create(self, request: Request) -> Made:
        return self.put(request, request.properties.get("FilterName") or request.name())

    def update(self, request: Request) -> Made:
        return self.put(request, request.physical_id)

    def delete(self, request: Request) -> None:
        request.client("logs").delete_metric_filter(
            logGroupName=request.properties["LogGroupName"], filterName=request.physical_id
        )

    @staticmethod
    def put(request: Request, name: str) -> Made:
        call = request.properties.take("LogGroupName", "FilterPattern", "MetricTransformations")
        for transformation in call["MetricTransformations"]:
            # The template has a list of pairs where the API has a map.
            if isinstance(transformation.get("Dimensions"), list):
                transformation["Dimensions"] = {one["Key"]: one["Value"] for one in transformation["Dimensions"]}
        request.call("logs", "put_metric_filter", {"filterName": name, **call})
        return Made(name)


class ResourcePolicy(ResourceType):
    """AWS::Logs::ResourcePolicy."""

    type = "AWS::Logs::ResourcePolicy"
    replacement = ("PolicyName",)

    def create(self, request: Request) -> Made:
        return self.put(request)

    def update(self, request: Request) -> Made:
        return self.put(request)

    def delete(self, request: Request) -> None:
        request.client("logs").delete_resource_policy(policyName=request.physical_id)

    @staticmethod
    def put(request: Request) -> Made:
        name = request.properties["PolicyName"]
        document = policy_text(request.properties["PolicyDocument"])
        request.client("logs").put_resource_policy(policyName=name, policyDocument=document)
        return Made(name)


class LogStream(ResourceType):
    """AWS::Logs::LogStream."""

    type = "AWS::Logs::LogStream"
    replacement = ("LogGroupName", "LogStreamName")

    def create(self, request: Request) -> Made:
        name = request.properties.get("LogStreamName") or request.name()
        request.client("logs").create_log_stream(logGroupName=request.properties["LogGroupName"], logStreamName=name)
        return Made(name)

    def delete(self, request: Request) -> None:
        request.client("logs").delete_log_stream(
            logGroupName=request.properties["LogGroupName"], logStreamName=request.physical_id
        )


ALARM_PROPERTIES = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Threshold",
    "ThresholdMetricId",
    "TreatMissingData",
    "Unit",
)


class Alarm(ResourceType):
    """AWS::CloudWatch::Alarm."""

    type = "AWS::CloudWatch::Alarm"
    replacement = ("AlarmName",)

    def create(self, request: Request) -> Made:
        return self.put(request, request.properties.get("AlarmName") or request.name(limit=255))

    def update(self, request: Request) -> Made:
        return self.put(request, request.physical_id)

    def delete(self, request: Request) -> None:
        request.client("cloudwatch").delete_alarms(AlarmNames=[request.physical_id])

    @staticmethod
    def put(request: Request, name: str) -> Made:
        call = {"AlarmName": name, "Tags": request.tag_list(), **request.properties.take(*ALARM_PROPERTIES)}
        request.call("cloudwatch", "put_metric_alarm", call)
        return Made(name, {"Arn": arn("cloudwatch", request.region, f"alarm:{name}")})


class CompositeAlarm(Alarm):
    """AWS::CloudWatch::CompositeAlarm: an alarm by another call."""

    type = "AWS::CloudWatch::CompositeAlarm"

    @staticmethod
    def put(request: Request, name: str) -> Made:
        properties = request.properties.take(
            "ActionsEnabled",
            "ActionsSuppressor",
            "ActionsSuppressorExtensionPeriod",
            "ActionsSuppressorWaitPeriod",
            "AlarmActions",
            "AlarmDescription",
            "AlarmRule",
            "InsufficientDataActions",
            "OKActions",
        )
        call = {"AlarmName": name, "Tags": request.tag_list(), **properties}
        request.call("cloudwatch", "put_composite_alarm", call)
        return Made(name, {"Arn": arn("cloudwatch", request.region, f"alarm:{name}")})


TYPES = (LogGroup(), MetricFilter(), ResourcePolicy(), LogStream(), Alarm(), CompositeAlarm())

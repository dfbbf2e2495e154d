"""Lambda."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType, arn

CONFIGURATION = (
    "Description",
    "DeadLetterConfig",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
)
"""`Layers`, `VpcConfig` and the like are left out on purpose: nothing here acts on them, so the report names them."""


class Function(ResourceType):
    """AWS::Lambda::Function."""

    type = "AWS::Lambda::Function"
    replacement = ("FunctionName", "PackageType")

    def create(self, request: Request) -> Made:
        name = request.properties.get("FunctionName") or request.name()
        call = {
            "FunctionName": name,
            "Code": self.code(request),
            "Tags": request.tag_map(),
            **request.properties.take("Architectures", "PackageType"),
            **request.properties.take(*CONFIGURATION),
        }
        request.call("lambda", "create_function", call)
        self.concurrency(request, name)
        return Made(name, {"Arn": arn("lambda", request.region, f"function:{name}")})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        name = request.physical_id
        if request.changed("Code", "Architectures"):
            call = {"FunctionName": name, **self.code(request), **request.properties.take("Architectures")}
            request.call("lambda", "update_function_code", call)
        else:
            request.properties.take("Code", "Architectures")
        resets = {"Environment": {"Variables": {}}, "Description": "", "MemorySize": 128, "Timeout": 3}
        reset = {key: value for key, value in resets.items() if key in request.old and key not in request.properties}
        call = {"FunctionName": name, **reset, **request.properties.take(*CONFIGURATION)}
        request.call("lambda", "update_function_configuration", call)
        self.concurrency(request, name)
        request.client("lambda").tag_resource(Resource=request.made.attributes["Arn"], Tags=request.tag_map())
        return request.made

    def delete(self, request: Request) -> None:
        request.client("lambda").delete_function(FunctionName=request.physical_id)

    @staticmethod
    def code(request: Request) -> dict[str, Any]:
        """The code as the API takes it: inline source is zipped, as CloudFormation does."""
        code = dict(request.properties["Code"])
        if "ZipFile" in code:
            handler = request.properties.get("Handler", "index.handler")
            suffix = "py" if str(request.properties.get("Runtime", "")).startswith("python") else "js"
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w") as archive:
                archive.writestr(f"{handler.rsplit('.', 1)[0]}.{suffix}", code["ZipFile"])
            code["ZipFile"] = content.getvalue()
        return code

    @staticmethod
    def concurrency(request: Request, name: str) -> None:
        reserved = request.properties.get("ReservedConcurrentExecutions")
        if reserved is not None:
            request.client("lambda").put_function_concurrency(
                FunctionName=name, ReservedConcurrentExecutions=int(reserved)
            )
        elif request.old.get("ReservedConcurrentExecutions") is not None:
            request.client("lambda").delete_function_concurrency(FunctionName=name)


class Version(ResourceType):
    """AWS::Lambda::Version."""

    type = "AWS::Lambda::Version"
    replacement = ("FunctionName", "CodeSha256", "Description")

    def create(self, request: Request) -> Made:
        call = request.properties.take("FunctionName", "CodeSha256", "Description")
        answer = request.call("lambda", "publish_version", call)
        base = answer["FunctionArn"]
        versioned = base if base.count(":") == 7 else f"{base}:{answer['Version']}"
        return Made(versioned, {"Version": answer["Version"], "FunctionArn": versioned})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        return request.made

    def delete(self, request: Request) -> None:
        assert request.made is not None
        request.client("lambda").delete_function(
            FunctionName=request.properties["FunctionName"], Qualifier=request.made.attributes["Version"]
        )


class Alias(ResourceType):
    """AWS::Lambda::Alias."""

    type = "AWS::Lambda::Alias"
    replacement = ("FunctionName", "Name")

    def create(self, request: Request) -> Made:
        call = request.properties.take("FunctionName", "Name", "FunctionVersion", "Description", "RoutingConfig")
        alias = request.call("lambda", "create_alias", call)["AliasArn"]
        return Made(alias, {"AliasArn": alias})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        call = request.properties.take("FunctionName", "Name", "FunctionVersion", "Description", "RoutingConfig")
        request.call("lambda", "update_alias", call)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("lambda").delete_alias(
            FunctionName=request.properties["FunctionName"], Name=request.properties["Name"]
        )


class Permission(ResourceType):
    """AWS::Lambda::Permission: any change is a new one."""

    type = "AWS::Lambda::Permission"
    replacement = (
        "Action",
        "EventSourceToken",
        "FunctionName",
        "FunctionUrlAuthType",
        "InvokedViaFunctionUrl",
        "Principal",
        "PrincipalOrgID",
        "SourceAccount",
        "SourceArn",
    )

    def create(self, request: Request) -> Made:
        statement_id = f"{request.stack_name}-{request.logical_id}-{uuid.uuid4().hex[:12]}"[-100:].lstrip("-")
        call = request.properties.take(*self.replacement)
        request.call("lambda", "add_permission", {"StatementId": statement_id, **call})
        return Made(statement_id, {"Id": statement_id})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        return request.made

    def delete(self, request: Request) -> None:
        request.client("lambda").remove_permission(
            FunctionName=request.properties["FunctionName"], StatementId=request.physical_id
        )


ESM_PROPERTIES = (
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "FilterCriteria",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ScalingConfig",
)


class EventSourceMapping(ResourceType):
    """AWS::Lambda::EventSourceMapping."""

    type = "AWS::Lambda::EventSourceMapping"
    replacement = ("EventSourceArn", "StartingPosition")

    def create(self, request: Request) -> Made:
        call = request.properties.take("EventSourceArn", "StartingPosition", *ESM_PROPERTIES)
        self.check_queue(request)
        mapping = request.call("lambda", "create_event_source_mapping", call)["UUID"]
        return Made(
            mapping,
            {"Id": mapping, "EventSourceMappingArn": arn("lambda", request.region, f"event-source-mapping:{mapping}")},
        )

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.properties.take("EventSourceArn", "StartingPosition")
        call = {"UUID": request.physical_id, **request.properties.take(*ESM_PROPERTIES)}
        if "FunctionResponseTypes" in request.old and "FunctionResponseTypes" not in call:
            call["FunctionResponseTypes"] = []
        if "MaximumBatchingWindowInSeconds" in request.old and "MaximumBatchingWindowInSeconds" not in call:
            call["MaximumBatchingWindowInSeconds"] = 0
        request.call("lambda", "update_event_source_mapping", call)
        return request.made

    def delete(self, request: Request) -> None:
        request.client("lambda").delete_event_source_mapping(UUID=request.physical_id)

    @staticmethod
    def check_queue(request: Request) -> None:
        """Lambda refuses a queue whose visibility timeout is shorter than the function's timeout."""
        source = request.properties["EventSourceArn"]
        if ":sqs:" not in source:
            return
        sqs, functions = request.client("sqs"), request.client("lambda")
        url = sqs.get_queue_url(QueueName=source.rsplit(":", 1)[-1])["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
        timeout = functions.get_function_configuration(FunctionName=request.properties["FunctionName"])["Timeout"]
        if int(attributes["VisibilityTimeout"]) < timeout:
            raise ResourceFailure(
                f"Queue visibility timeout: {attributes['VisibilityTimeout']} seconds "
                f"is less than Function timeout: {timeout} seconds"
            )


class EventInvokeConfig(ResourceType):
    """AWS::Lambda::EventInvokeConfig."""

    type = "AWS::Lambda::EventInvokeConfig"
    replacement = ("FunctionName", "Qualifier")

    def create(self, request: Request) -> Made:
        return self.put(request)

    def update(self, request: Request) -> Made:
        return self.put(request)

    def delete(self, request: Request) -> None:
        request.client("lambda").delete_function_event_invoke_config(FunctionName=request.properties["FunctionName"])

    @staticmethod
    def put(request: Request) -> Made:
        request.properties.get("Qualifier")
        call = request.properties.take(
            "FunctionName", "DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"
        )
        request.call("lambda", "put_function_event_invoke_config", call)
        return Made(f"{call['FunctionName']}|{request.properties.get('Qualifier', '$LATEST')}")


TYPES = (Function(), Version(), Alias(), Permission(), EventSourceMapping(), EventInvokeConfig())

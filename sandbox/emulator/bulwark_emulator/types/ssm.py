"""Systems Manager."""

from __future__ import annotations

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType


class Parameter(ResourceType):
    """AWS::SSM::Parameter."""

    type = "AWS::SSM::Parameter"
    replacement = ("Name",)

    def create(self, request: Request) -> Made:
        name = request.properties.get("Name") or f"CFN-{request.logical_id}-{request.name()[-12:]}"
        ssm = request.client("ssm")
        try:
            call = {"Name": name, "Tags": request.tag_list(), **self.parameters(request)}
            request.call("ssm", "put_parameter", call)
        except ssm.exceptions.ParameterAlreadyExists as error:
            raise ResourceFailure(f"{name} already exists.") from error
        return self.made(request, name)

    def update(self, request: Request) -> Made:
        call = {"Name": request.physical_id, "Overwrite": True, **self.parameters(request)}
        request.call("ssm", "put_parameter", call)
        request.call(
            "ssm",
            "add_tags_to_resource",
            {"ResourceType": "Parameter", "ResourceId": request.physical_id, "Tags": request.tag_list()},
        )
        return self.made(request, request.physical_id)

    def delete(self, request: Request) -> None:
        request.client("ssm").delete_parameter(Name=request.physical_id)

    @staticmethod
    def parameters(request: Request) -> dict[str, object]:
        return request.properties.take("AllowedPattern", "DataType", "Description", "Policies", "Tier", "Type", "Value")

    @staticmethod
    def made(request: Request, name: str) -> Made:
        return Made(name, {"Type": request.properties.get("Type", "String"), "Value": str(request.properties["Value"])})


TYPES = (Parameter(),)

"""Types that moto brings: usable as they are, watched for the properties that they lose."""

from __future__ import annotations

from typing import Any

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel

from ..cloudformation.resource import Made, Request, ResourceType
from ..settings import ACCOUNT_ID


class Attributes(dict[str, Any]):
    """GetAtt on a moto resource, asked when needed: some attributes exist only after others were made."""

    def __init__(self, instance: Any):
        super().__init__()
        self.instance = instance

    def __contains__(self, key: object) -> bool:
        try:
            return self[str(key)] is not None
        except Exception:  # noqa: BLE001 - moto raises different errors for an attribute that it does not know
            return False

    def __getitem__(self, key: str) -> Any:
        return self.instance.get_cfn_attribute(key)


class MotoModel(ResourceType):
    """One of moto's own CloudFormation models."""

    def __init__(self, resource_type: str, model: type[CloudFormationModel]):
        self.type = resource_type
        self.model = model

    def create(self, request: Request) -> Made:
        name_property = self.model.cloudformation_name_type()
        given = request.properties.get(name_property) if name_property else None
        # ECR and others refuse upper case; moto's own generator does not care.
        name = given or request.name(lower=self.type.startswith("AWS::ECR"))
        instance = self.model.create_from_cloudformation_json(
            name, self.definition(request), ACCOUNT_ID, request.region,
            LogicalId=request.logical_id, StackId=request.stack_id, ResourceType=self.type,
        )  # fmt: skip
        return self.made(instance)

    def update(self, request: Request) -> Made:
        assert request.made is not None
        instance = self.model.update_from_cloudformation_json(
            request.made.attributes.instance,  # type: ignore[attr-defined]
            request.physical_id,
            self.definition(request),
            ACCOUNT_ID,
            request.region,
        )
        return self.made(instance) if instance is not None else request.made

    def delete(self, request: Request) -> None:
        assert request.made is not None
        instance = request.made.attributes.instance  # type: ignore[attr-defined]
        try:
            instance.delete(ACCOUNT_ID, request.region)
        except (TypeError, AttributeError):
            self.model.delete_from_cloudformation_json(
                request.physical_id, self.definition(request), ACCOUNT_ID, request.region
            )

    def definition(self, request: Request) -> dict[str, Any]:
        return {"Type": self.type, "Properties": request.properties}

    @staticmethod
    def made(instance: Any) -> Made:
        return Made(str(instance.physical_resource_id), Attributes(instance))


def find(resource_type: str) -> ResourceType | None:
    """moto's model of a type, or None."""
    model = parsing.get_model_map().get(resource_type)
    return MotoModel(resource_type, model) if model else None

"""Secrets Manager."""

from __future__ import annotations

import json
from typing import Any

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType


class Secret(ResourceType):
    """AWS::SecretsManager::Secret."""

    type = "AWS::SecretsManager::Secret"
    replacement = ("Name",)

    def create(self, request: Request) -> Made:
        properties = request.properties
        name = properties.get("Name") or request.name(limit=512)
        call = {
            "Name": name,
            "Tags": request.tag_list(),
            "SecretString": self.value(request),
            **properties.take("Description", "KmsKeyId"),
        }
        if "ReplicaRegions" in properties:
            call["AddReplicaRegions"] = properties["ReplicaRegions"]
        secrets = request.client("secretsmanager")
        try:
            arn = request.call("secretsmanager", "create_secret", call)["ARN"]
        except secrets.exceptions.ResourceExistsException as error:
            raise ResourceFailure(
                f"Resource of type '{self.type}' with identifier '{name}' already exists."
            ) from error
        return Made(arn, {"Id": arn})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        properties, secret = request.properties, {"SecretId": request.physical_id}
        properties.take("Name", "ReplicaRegions", "GenerateSecretString", "SecretString")
        call = {**secret, "Description": "", **properties.take("Description", "KmsKeyId")}
        if request.changed("SecretString", "GenerateSecretString"):
            call["SecretString"] = self.value(request)
        request.call("secretsmanager", "update_secret", call)
        secrets, tags = request.client("secretsmanager"), request.tag_map()
        there = secrets.describe_secret(**secret).get("Tags", [])
        gone = [one["Key"] for one in there if one["Key"] not in tags]
        if gone:
            secrets.untag_resource(**secret, TagKeys=gone)
        secrets.tag_resource(**secret, Tags=request.tag_list())
        return request.made

    def delete(self, request: Request) -> None:
        secrets = request.client("secretsmanager")
        secrets.delete_secret(SecretId=request.physical_id, ForceDeleteWithoutRecovery=True)

    @staticmethod
    def value(request: Request) -> str:
        """The given text, or a password, alone or as a member of an object."""
        text, generate = request.properties.get("SecretString"), request.properties.get("GenerateSecretString")
        if text is not None and generate is not None:
            raise ResourceFailure("SecretString and GenerateSecretString cannot both be given.")
        if text is not None:
            return str(text)
        rules: dict[str, Any] = dict(generate or {})
        template, key = rules.pop("SecretStringTemplate", None), rules.pop("GenerateStringKey", None)
        password = request.call("secretsmanager", "get_random_password", rules)["RandomPassword"]
        if template is None:
            return str(password)
        return json.dumps({**json.loads(template), key: password})


TYPES = (Secret(),)

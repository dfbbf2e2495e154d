"""KMS."""

from __future__ import annotations

from ..cloudformation.resource import Made, Request, ResourceType, arn, flag, policy_text


class Key(ResourceType):
    """AWS::KMS::Key."""

    type = "AWS::KMS::Key"
    replacement = ("KeySpec", "KeyUsage", "MultiRegion", "Origin")

    def create(self, request: Request) -> Made:
        properties = request.properties
        call = {
            "Tags": request.tag_list("TagKey", "TagValue"),
            **properties.take(
                "BypassPolicyLockoutSafetyCheck", "Description", "KeySpec", "KeyUsage", "MultiRegion", "Origin"
            ),
        }
        if properties.get("KeyPolicy"):
            call["Policy"] = policy_text(properties["KeyPolicy"])
        key = request.call("kms", "create_key", call)["KeyMetadata"]
        self.configure(request, key["KeyId"])
        return Made(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        kms, key, properties = request.client("kms"), request.physical_id, request.properties
        if properties.get("KeyPolicy"):
            kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy_text(properties["KeyPolicy"]))
        if request.changed("Description"):
            kms.update_key_description(KeyId=key, Description=properties.get("Description") or "")
        properties.take("KeySpec", "KeyUsage", "MultiRegion", "Origin")
        self.configure(request, key)
        request.call("kms", "tag_resource", {"KeyId": key, "Tags": request.tag_list("TagKey", "TagValue")})
        return request.made

    def delete(self, request: Request) -> None:
        call = {"KeyId": request.physical_id, **request.properties.take("PendingWindowInDays")}
        request.call("kms", "schedule_key_deletion", call)

    @staticmethod
    def configure(request: Request, key: str) -> None:
        kms, properties = request.client("kms"), request.properties
        properties.get("PendingWindowInDays")
        if flag(properties.get("EnableKeyRotation")):
            request.call("kms", "enable_key_rotation", {"KeyId": key, **properties.take("RotationPeriodInDays")})
        elif flag(request.old.get("EnableKeyRotation")):
            kms.disable_key_rotation(KeyId=key)
        if not flag(properties.get("Enabled"), default=True):
            kms.disable_key(KeyId=key)
        elif request.old and not flag(request.old.get("Enabled"), default=True):
            kms.enable_key(KeyId=key)


class Alias(ResourceType):
    """AWS::KMS::Alias."""

    type = "AWS::KMS::Alias"
    replacement = ("AliasName",)

    def create(self, request: Request) -> Made:
        name = request.properties["AliasName"]
        request.client("kms").create_alias(AliasName=name, TargetKeyId=key_id(request))
        return Made(name, {"Arn": arn("kms", request.region, name)})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.client("kms").update_alias(AliasName=request.physical_id, TargetKeyId=key_id(request))
        return request.made

    def delete(self, request: Request) -> None:
        request.client("kms").delete_alias(AliasName=request.physical_id)


def key_id(request: Request) -> str:
    """The target as KMS stores it."""
    return request.properties["TargetKeyId"].rsplit("/", 1)[-1]


TYPES = (Key(), Alias())

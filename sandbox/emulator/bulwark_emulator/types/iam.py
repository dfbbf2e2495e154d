"""IAM."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType, policy_text
from ..settings import ACCOUNT_ID


def without_system_tags(request: Request) -> list[dict[str, str]]:
    """IAM refuses tags that start with `aws:` even from CloudFormation."""
    return [tag for tag in request.tag_list() if not tag["Key"].startswith("aws:")]


class Role(ResourceType):
    """AWS::IAM::Role."""

    type = "AWS::IAM::Role"
    replacement = ("RoleName", "Path")

    def create(self, request: Request) -> Made:
        properties, iam = request.properties, request.client("iam")
        name = properties.get("RoleName") or request.name()
        call = {
            "RoleName": name,
            "AssumeRolePolicyDocument": policy_text(properties["AssumeRolePolicyDocument"]),
            "Tags": without_system_tags(request),
            **properties.take("Description", "MaxSessionDuration", "Path", "PermissionsBoundary"),
        }
        try:
            role = request.call("iam", "create_role", call)["Role"]
        except iam.exceptions.EntityAlreadyExistsException as error:
            raise ResourceFailure(f"{name} already exists") from error
        try:
            self.policies(request, name)
        except Exception:
            self.remove(request, name)
            raise
        return Made(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        properties, iam, name = request.properties, request.client("iam"), request.physical_id
        properties.get("Path")
        trust = policy_text(properties["AssumeRolePolicyDocument"])
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
        request.call(
            "iam",
            "update_role",
            {
                "RoleName": name,
                "Description": properties.get("Description") or "",
                "MaxSessionDuration": properties.get("MaxSessionDuration") or 3600,
            },
        )
        if request.changed("PermissionsBoundary"):
            if properties.get("PermissionsBoundary"):
                iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=properties["PermissionsBoundary"])
            else:
                iam.delete_role_permissions_boundary(RoleName=name)
        self.policies(request, name)
        tags = without_system_tags(request)
        if tags:
            iam.tag_role(RoleName=name, Tags=tags)
        return request.made

    def delete(self, request: Request) -> None:
        self.remove(request, request.physical_id)

    @staticmethod
    def policies(request: Request, name: str) -> None:
        iam = request.client("iam")
        wanted = {one["PolicyName"]: one for one in request.properties.get("Policies") or []}
        for one in request.old.get("Policies") or []:
            if one["PolicyName"] not in wanted:
                iam.delete_role_policy(RoleName=name, PolicyName=one["PolicyName"])
        for policy_name, one in wanted.items():
            document = policy_text(one["PolicyDocument"])
            iam.put_role_policy(RoleName=name, PolicyName=policy_name, PolicyDocument=document)
        managed, before = (
            set(request.properties.get("ManagedPolicyArns") or []),
            set(request.old.get("ManagedPolicyArns") or []),
        )
        for policy_arn in sorted(before - managed):
            iam.detach_role_policy(RoleName=name, PolicyArn=policy_arn)
        for policy_arn in sorted(managed - before):
            iam.attach_role_policy(RoleName=name, PolicyArn=policy_arn)

    @staticmethod
    def remove(request: Request, name: str) -> None:
        """Deletes what the role itself declared; what others attached makes IAM refuse, as it should."""
        iam = request.client("iam")
        for one in request.properties.get("Policies") or []:
            quietly(lambda one=one: iam.delete_role_policy(RoleName=name, PolicyName=one["PolicyName"]))
        for policy_arn in request.properties.get("ManagedPolicyArns") or []:
            quietly(lambda policy_arn=policy_arn: iam.detach_role_policy(RoleName=name, PolicyArn=policy_arn))
        iam.delete_role(RoleName=name)


def quietly(call: Any) -> None:
    """A call whose object may be gone already."""
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise


HOLDERS = (("Roles", "role", "RoleName"), ("Users", "user", "UserName"), ("Groups", "group", "GroupName"))


class Policy(ResourceType):
    """AWS::IAM::Policy: an inline policy in each of its holders."""

    type = "AWS::IAM::Policy"
    replacement = ("PolicyName",)

    def create(self, request: Request) -> Made:
        return self.put(request, request.name())

    def update(self, request: Request) -> Made:
        name = request.properties["PolicyName"]
        for key, kind, parameter in HOLDERS:
            for gone in set(request.old.get(key) or []) - set(request.properties.get(key) or []):
                delete = getattr(request.client("iam"), f"delete_{kind}_policy")
                quietly(
                    lambda gone=gone, parameter=parameter, delete=delete: delete(
                        **{parameter: gone, "PolicyName": name}
                    )
                )
        return self.put(request, request.physical_id)

    def delete(self, request: Request) -> None:
        name = request.properties["PolicyName"]
        for key, kind, parameter in HOLDERS:
            delete = getattr(request.client("iam"), f"delete_{kind}_policy")
            for holder in request.properties.get(key) or []:
                quietly(
                    lambda holder=holder, parameter=parameter, delete=delete: delete(
                        **{parameter: holder, "PolicyName": name}
                    )
                )

    @staticmethod
    def put(request: Request, physical_id: str) -> Made:
        name, document = request.properties["PolicyName"], policy_text(request.properties["PolicyDocument"])
        for key, kind, parameter in HOLDERS:
            put = getattr(request.client("iam"), f"put_{kind}_policy")
            for holder in request.properties.get(key) or []:
                put(**{parameter: holder, "PolicyName": name, "PolicyDocument": document})
        return Made(physical_id, {"Id": physical_id})


class ManagedPolicy(ResourceType):
    """AWS::IAM::ManagedPolicy."""

    type = "AWS::IAM::ManagedPolicy"
    replacement = ("ManagedPolicyName", "Path", "Description")

    def create(self, request: Request) -> Made:
        properties = request.properties
        name = properties.get("ManagedPolicyName") or request.name(limit=128)
        call = {
            "PolicyName": name,
            "PolicyDocument": policy_text(properties["PolicyDocument"]),
            **properties.take("Description", "Path"),
        }
        try:
            policy_arn = request.call("iam", "create_policy", call)["Policy"]["Arn"]
        except request.client("iam").exceptions.EntityAlreadyExistsException as error:
            raise ResourceFailure(f"{name} already exists") from error
        self.attach(request, policy_arn)
        return Made(policy_arn, {"PolicyArn": policy_arn})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        iam, policy_arn = request.client("iam"), request.physical_id
        request.properties.take("Description", "Path")
        if request.changed("PolicyDocument"):
            versions = [
                one for one in iam.list_policy_versions(PolicyArn=policy_arn)["Versions"] if not one["IsDefaultVersion"]
            ]
            if len(versions) >= 4:
                # IAM keeps five; the oldest goes.
                iam.delete_policy_version(PolicyArn=policy_arn, VersionId=versions[0]["VersionId"])
            iam.create_policy_version(
                PolicyArn=policy_arn,
                PolicyDocument=policy_text(request.properties["PolicyDocument"]),
                SetAsDefault=True,
            )
        self.attach(request, policy_arn)
        return request.made

    def delete(self, request: Request) -> None:
        iam, policy_arn = request.client("iam"), request.physical_id
        for key, kind, parameter in HOLDERS:
            detach = getattr(iam, f"detach_{kind}_policy")
            for holder in request.properties.get(key) or []:
                quietly(
                    lambda holder=holder, parameter=parameter, detach=detach: detach(
                        **{parameter: holder, "PolicyArn": policy_arn}
                    )
                )
        for one in iam.list_policy_versions(PolicyArn=policy_arn)["Versions"]:
            if not one["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=policy_arn, VersionId=one["VersionId"])
        iam.delete_policy(PolicyArn=policy_arn)

    @staticmethod
    def attach(request: Request, policy_arn: str) -> None:
        iam = request.client("iam")
        for key, kind, parameter in HOLDERS:
            before, wanted = set(request.old.get(key) or []), set(request.properties.get(key) or [])
            for holder in sorted(before - wanted):
                getattr(iam, f"detach_{kind}_policy")(**{parameter: holder, "PolicyArn": policy_arn})
            for holder in sorted(wanted - before):
                getattr(iam, f"attach_{kind}_policy")(**{parameter: holder, "PolicyArn": policy_arn})


class ServiceLinkedRole(ResourceType):
    """AWS::IAM::ServiceLinkedRole."""

    type = "AWS::IAM::ServiceLinkedRole"
    replacement = ("AWSServiceName", "CustomSuffix")

    def create(self, request: Request) -> Made:
        call = request.properties.take("AWSServiceName", "CustomSuffix", "Description")
        name = request.call("iam", "create_service_linked_role", call)["Role"]["RoleName"]
        return Made(name, {"RoleName": name, "Arn": f"arn:aws:iam::{ACCOUNT_ID}:role/{name}"})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        return request.made

    def delete(self, request: Request) -> None:
        request.client("iam").delete_service_linked_role(RoleName=request.physical_id)


TYPES = (Role(), Policy(), ManagedPolicy(), ServiceLinkedRole())

"""DynamoDB."""

from __future__ import annotations

from typing import Any

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType


class Table(ResourceType):
    """AWS::DynamoDB::Table."""

    type = "AWS::DynamoDB::Table"
    replacement = ("TableName", "KeySchema", "LocalSecondaryIndexes")

    def create(self, request: Request) -> Made:
        properties = request.properties
        name = properties.get("TableName") or request.name(limit=255)
        call = {
            "TableName": name,
            "Tags": request.tag_list(),
            "BillingMode": properties.get("BillingMode", "PROVISIONED"),
            **properties.take(
                "AttributeDefinitions", "GlobalSecondaryIndexes", "KeySchema", "LocalSecondaryIndexes", "TableClass"
            ),
            **self.changeable(request),
        }
        dynamodb = request.client("dynamodb")
        try:
            table = request.call("dynamodb", "create_table", call)["TableDescription"]
        except dynamodb.exceptions.ResourceInUseException as error:
            raise ResourceFailure(f"{name} already exists") from error
        self.configure(request, name)
        return self.made(name, table)

    def update(self, request: Request) -> Made:
        name = request.physical_id
        properties = request.properties
        properties.take("KeySchema", "LocalSecondaryIndexes", "AttributeDefinitions", "GlobalSecondaryIndexes")
        call: dict[str, Any] = {"TableName": name, **self.changeable(request)}
        if "DeletionProtectionEnabled" in request.old and "DeletionProtectionEnabled" not in call:
            call["DeletionProtectionEnabled"] = False
        if request.changed("BillingMode"):
            call["BillingMode"] = properties.get("BillingMode", "PROVISIONED")
        indexes = index_updates(request)
        if indexes:
            call["GlobalSecondaryIndexUpdates"] = indexes
            call["AttributeDefinitions"] = properties["AttributeDefinitions"]
        if len(call) > 1:
            request.call("dynamodb", "update_table", call)
        self.configure(request, name)
        table = request.client("dynamodb").describe_table(TableName=name)["Table"]
        request.call("dynamodb", "tag_resource", {"ResourceArn": table["TableArn"], "Tags": request.tag_list()})
        return self.made(name, table)

    def delete(self, request: Request) -> None:
        request.client("dynamodb").delete_table(TableName=request.physical_id)

    @staticmethod
    def changeable(request: Request) -> dict[str, Any]:
        call = request.properties.take("DeletionProtectionEnabled", "ProvisionedThroughput")
        if request.properties.get("StreamSpecification"):
            call["StreamSpecification"] = {"StreamEnabled": True, **request.properties["StreamSpecification"]}
        encryption = request.properties.get("SSESpecification")
        if encryption:
            renamed = dict(encryption)
            if "SSEEnabled" in renamed:
                renamed["Enabled"] = renamed.pop("SSEEnabled")
            call["SSESpecification"] = renamed
        return call

    @staticmethod
    def configure(request: Request, name: str) -> None:
        ttl = request.properties.get("TimeToLiveSpecification")
        if ttl != request.old.get("TimeToLiveSpecification"):
            wanted = ttl or {**request.old["TimeToLiveSpecification"], "Enabled": False}
            request.call("dynamodb", "update_time_to_live", {"TableName": name, "TimeToLiveSpecification": wanted})
        recovery = request.properties.get("PointInTimeRecoverySpecification")
        if recovery != request.old.get("PointInTimeRecoverySpecification"):
            call = {
                "TableName": name,
                "PointInTimeRecoverySpecification": recovery or {"PointInTimeRecoveryEnabled": False},
            }
            request.call("dynamodb", "update_continuous_backups", call)
        policy = request.properties.get("ResourcePolicy")
        if policy:
            table = request.client("dynamodb").describe_table(TableName=name)["Table"]["TableArn"]
            request.call("dynamodb", "put_resource_policy", {"ResourceArn": table, "Policy": policy["PolicyDocument"]})

    @staticmethod
    def made(name: str, table: dict[str, Any]) -> Made:
        attributes = {"Arn": table["TableArn"], "TableId": table.get("TableId", "")}
        if table.get("LatestStreamArn"):
            attributes["StreamArn"] = table["LatestStreamArn"]
        return Made(name, attributes)


class GlobalTable(Table):
    """AWS::DynamoDB::GlobalTable with replicas' settings, kept as one table in each Region."""

    type = "AWS::DynamoDB::GlobalTable"

    def create(self, request: Request) -> Made:
        others = self.replicas(request)
        if others:
            raise ResourceFailure(
                f"sandbox has no support for replicas of a table in other Regions ({', '.join(others)})"
            )
        return super().create(request)

    def update(self, request: Request) -> Made:
        self.replicas(request)
        return super().update(request)

    @staticmethod
    def replicas(request: Request) -> list[str]:
        """Takes this Region's replica settings over as the table's own, and names the other Regions."""
        properties = request.properties
        replicas = properties["Replicas"]
        for one in replicas:
            if one["Region"] != request.region:
                continue
            for name in (
                "DeletionProtectionEnabled",
                "PointInTimeRecoverySpecification",
                "TableClass",
                "Tags",
                "ResourcePolicy",
            ):
                if name in one:
                    properties[name] = one[name]
            key = (one.get("SSESpecification") or {}).get("KMSMasterKeyId")
            if key and properties.get("SSESpecification"):
                properties["SSESpecification"] = {**properties["SSESpecification"], "KMSMasterKeyId": key}
        old = next((one for one in request.old.get("Replicas") or [] if one["Region"] == request.region), {})
        for name in ("DeletionProtectionEnabled", "PointInTimeRecoverySpecification"):
            if name in old:
                request.old[name] = old[name]
        return [one["Region"] for one in replicas if one["Region"] != request.region]


def index_updates(request: Request) -> list[dict[str, Any]]:
    """The difference between old and new global indexes."""
    old = {one["IndexName"]: one for one in request.old.get("GlobalSecondaryIndexes") or []}
    new = {one["IndexName"]: one for one in request.properties.get("GlobalSecondaryIndexes") or []}
    updates: list[dict[str, Any]] = [{"Delete": {"IndexName": name}} for name in old if name not in new]
    return updates + [{"Create": one} for name, one in new.items() if name not in old]


TYPES = (Table(), GlobalTable())

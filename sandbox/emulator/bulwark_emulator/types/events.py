"""EventBridge."""

from __future__ import annotations

import json
from typing import Any

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType, arn

PATTERN_LIMIT = 2048
"""Characters of an event pattern: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""


def pattern_text(pattern: Any) -> str:
    """An event pattern as text, refused when EventBridge would."""
    text = pattern if isinstance(pattern, str) else json.dumps(pattern, separators=(",", ":"))
    if len(text) > PATTERN_LIMIT:
        raise ResourceFailure(
            f"Event pattern is not valid. Reason: it has {len(text)} characters, {PATTERN_LIMIT} are allowed."
        )
    return text


class EventBus(ResourceType):
    """AWS::Events::EventBus."""

    type = "AWS::Events::EventBus"
    replacement = ("Name",)

    def create(self, request: Request) -> Made:
        name = request.properties["Name"]
        request.call(
            "events", "create_event_bus", {"Name": name, "Tags": request.tag_list(), **self.parameters(request)}
        )
        self.policy(request, name)
        return self.made(request, name)

    def update(self, request: Request) -> Made:
        request.call("events", "update_event_bus", {"Name": request.physical_id, **self.parameters(request)})
        self.policy(request, request.physical_id)
        return self.made(request, request.physical_id)

    def delete(self, request: Request) -> None:
        request.client("events").delete_event_bus(Name=request.physical_id)

    @staticmethod
    def parameters(request: Request) -> dict[str, Any]:
        return request.properties.take(
            "Description", "KmsKeyIdentifier", "DeadLetterConfig", "EventSourceName", "LogConfig"
        )

    @staticmethod
    def policy(request: Request, name: str) -> None:
        if request.properties.get("Policy"):
            request.client("events").put_permission(EventBusName=name, Policy=json.dumps(request.properties["Policy"]))

    @staticmethod
    def made(request: Request, name: str) -> Made:
        return Made(name, {"Arn": arn("events", request.region, f"event-bus/{name}"), "Name": name})


class EventBusPolicy(ResourceType):
    """AWS::Events::EventBusPolicy."""

    type = "AWS::Events::EventBusPolicy"
    replacement = ("EventBusName", "StatementId")

    def create(self, request: Request) -> Made:
        return self.put(request)

    def update(self, request: Request) -> Made:
        return self.put(request)

    def delete(self, request: Request) -> None:
        request.client("events").remove_permission(
            EventBusName=request.properties.get("EventBusName") or "default",
            StatementId=request.properties["StatementId"],
        )

    @staticmethod
    def put(request: Request) -> Made:
        properties = request.properties
        bus, statement_id = properties.get("EventBusName") or "default", properties["StatementId"]
        events = request.client("events")
        if properties.get("Statement"):
            # PutPermission with a policy replaces it whole: the other statements must go along.
            described = events.describe_event_bus(Name=bus).get("Policy")
            statements = json.loads(described)["Statement"] if described else []
            statements = [one for one in statements if one.get("Sid") != statement_id]
            statements.append({**properties["Statement"], "Sid": statement_id})
            policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
            events.put_permission(EventBusName=bus, Policy=policy)
        else:
            call = properties.take("Action", "Principal", "Condition")
            request.call("events", "put_permission", {"EventBusName": bus, "StatementId": statement_id, **call})
        return Made(f"{bus}|{statement_id}")


class Archive(ResourceType):
    """AWS::Events::Archive."""

    type = "AWS::Events::Archive"
    replacement = ("ArchiveName", "SourceArn")

    def create(self, request: Request) -> Made:
        name = request.properties.get("ArchiveName") or request.name(limit=48)
        call = {"ArchiveName": name, "EventSourceArn": request.properties["SourceArn"], **self.parameters(request)}
        request.call("events", "create_archive", call)
        return Made(name, {"Arn": arn("events", request.region, f"archive/{name}"), "ArchiveName": name})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        request.call("events", "update_archive", {"ArchiveName": request.physical_id, **self.parameters(request)})
        return request.made

    def delete(self, request: Request) -> None:
        request.client("events").delete_archive(ArchiveName=request.physical_id)

    @staticmethod
    def parameters(request: Request) -> dict[str, Any]:
        call = request.properties.take("Description", "RetentionDays", "KmsKeyIdentifier")
        if request.properties.get("EventPattern"):
            call["EventPattern"] = pattern_text(request.properties["EventPattern"])
        return call


class Rule(ResourceType):
    """AWS::Events::Rule."""

    type = "AWS::Events::Rule"
    replacement = ("Name", "EventBusName")

    def create(self, request: Request) -> Made:
        return self.put(request, request.properties.get("Name") or request.name())

    def update(self, request: Request) -> Made:
        return self.put(request, request.made.attributes["Name"] if request.made else "")

    def delete(self, request: Request) -> None:
        assert request.made is not None
        events, bus = request.client("events"), bus_name(request)
        name = request.made.attributes["Name"]
        targets = [one["Id"] for one in events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]]
        if targets:
            events.remove_targets(Rule=name, EventBusName=bus, Ids=targets)
        events.delete_rule(Name=name, EventBusName=bus)

    @staticmethod
    def put(request: Request, name: str) -> Made:
        properties, bus = request.properties, bus_name(request)
        call: dict[str, Any] = {
            "Name": name,
            "EventBusName": bus,
            **properties.take("Description", "ScheduleExpression", "State", "RoleArn"),
        }
        if properties.get("EventPattern"):
            call["EventPattern"] = pattern_text(properties["EventPattern"])
        if request.made is None:
            call["Tags"] = request.tag_list()
        rule = request.call("events", "put_rule", call)["RuleArn"]
        targets = properties.get("Targets") or []
        kept = {one["Id"] for one in targets}
        stale = [one["Id"] for one in request.old.get("Targets") or [] if one["Id"] not in kept]
        if stale:
            request.client("events").remove_targets(Rule=name, EventBusName=bus, Ids=stale)
        if targets:
            answer = request.call("events", "put_targets", {"Rule": name, "EventBusName": bus, "Targets": targets})
            if answer.get("FailedEntryCount"):
                raise ResourceFailure(str(answer["FailedEntries"]))
        physical = name if bus == "default" else f"{bus}|{name}"
        return Made(physical, {"Arn": rule, "Name": name})


def bus_name(request: Request) -> str:
    """The bus of a rule: templates give its name or its ARN."""
    return (request.properties.get("EventBusName") or "default").rsplit("/", 1)[-1]


TYPES = (EventBus(), EventBusPolicy(), Archive(), Rule())

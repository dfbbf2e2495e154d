"""Stacks: create, update, roll back and delete, one resource after the other in the order of their dependencies."""

from __future__ import annotations

import copy
import datetime
import json
import logging
import threading
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from .. import report, types
from ..settings import ACCOUNT_ID
from .resource import Made, Properties, Request, ResourceFailure, ResourceType
from .template import NO_VALUE, Scope, TemplateError, as_text, in_order, parameter_values

log = logging.getLogger(__name__)


def now() -> datetime.datetime:
    """The time in UTC, as botocore's serializers take it."""
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


@dataclass
class StackResource:
    """A resource that exists, with what is needed to change or delete it."""

    logical_id: str
    type: str
    made: Made
    properties: dict[str, Any]
    definition: dict[str, Any]
    status: str = "CREATE_COMPLETE"
    reason: str | None = None
    updated: datetime.datetime = field(default_factory=now)
    recorded: bool = False


@dataclass
class ChangeSet:
    """A change that waits for its execution."""

    name: str
    id: str
    kind: str
    body: str
    template: dict[str, Any]
    parameters: dict[str, str]
    tags: dict[str, str]
    changes: list[dict[str, Any]]
    status: str = "CREATE_COMPLETE"
    reason: str | None = None
    execution: str = "AVAILABLE"
    description: str | None = None
    created: datetime.datetime = field(default_factory=now)
    role_arn: str | None = None


@dataclass
class Stack:
    """A stack."""

    name: str
    id: str
    region: str
    status: str = "REVIEW_IN_PROGRESS"
    reason: str | None = None
    body: str = "{}"
    template: dict[str, Any] = field(default_factory=lambda: {"Resources": {}})
    given: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    role_arn: str | None = None
    termination_protection: bool = False
    disable_rollback: bool = False
    created: datetime.datetime = field(default_factory=now)
    updated: datetime.datetime | None = None
    deleted: datetime.datetime | None = None
    resources: dict[str, StackResource] = field(default_factory=dict)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    parent_id: str | None = None
    root_id: str | None = None
    done: threading.Event = field(default_factory=threading.Event)

    def event(self, logical_id: str, physical_id: str, kind: str, status: str, reason: str | None = None) -> None:
        """Writes an event; readers take the list as it is, so it is only ever appended to."""
        event = {
            "StackId": self.id,
            "StackName": self.name,
            "EventId": str(uuid.uuid4()),
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": physical_id,
            "ResourceType": kind,
            "Timestamp": now(),
            "ResourceStatus": status,
        }
        if reason:
            event["ResourceStatusReason"] = reason
        self.events.append(event)

    def move(self, status: str, reason: str | None = None) -> None:
        """Changes the stack's status, with the event about it."""
        self.status, self.reason = status, reason
        self.event(self.name, self.id, "AWS::CloudFormation::Stack", status, reason)

    def exports(self) -> dict[str, str]:
        """What other stacks can import."""
        return {one["ExportName"]: one["OutputValue"] for one in self.outputs if "ExportName" in one}


class Stacks:
    """The stacks of one Region."""

    def __init__(self, region: str):
        self.region = region
        self.by_id: dict[str, Stack] = {}
        self.lock = threading.RLock()

    def find(self, name_or_id: str) -> Stack | None:
        """A stack by id, deleted or not, or a living one by name."""
        if name_or_id in self.by_id:
            return self.by_id[name_or_id]
        for stack in list(self.by_id.values()):
            if stack.name == name_or_id and stack.status != "DELETE_COMPLETE":
                return stack
        return None

    def add(self, name: str) -> Stack:
        """A new stack without resources."""
        stack = Stack(
            name, f"arn:aws:cloudformation:{self.region}:{ACCOUNT_ID}:stack/{name}/{uuid.uuid4()}", self.region
        )
        self.by_id[stack.id] = stack
        return stack

    def living(self) -> list[Stack]:
        """Stacks that are not deleted."""
        return [stack for stack in list(self.by_id.values()) if stack.status != "DELETE_COMPLETE"]

    def exports(self) -> dict[str, tuple[str, Stack]]:
        """All exports of the Region with their stacks."""
        return {name: (value, stack) for stack in self.living() for name, value in stack.exports().items()}


_regions: dict[str, Stacks] = {}
_regions_lock = threading.Lock()


def stacks(region: str) -> Stacks:
    """The stacks of a Region."""
    with _regions_lock:
        return _regions.setdefault(region, Stacks(region))


def failure_reason(error: Exception, stack: Stack, kind: str) -> str:
    """A failure as CloudFormation words it."""
    if isinstance(error, ClientError):
        details = error.response["Error"]
        service = kind.split("::")[1] if "::" in kind else kind
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        return (
            f"{details.get('Message')} (Service: {service}, Status Code: {status}, Error Code: {details.get('Code')})"
        )
    if isinstance(error, (ResourceFailure, TemplateError, ParamValidationError)):
        return str(error)
    # Anything else is a fault of the sandbox: the place of it is needed to repair it.
    log.warning("stack %s, %s: %s", stack.name, kind, traceback.format_exc())
    return f"sandbox fault in {kind}: {type(error).__name__}: {error}"


class Operation:
    """One run over a stack: a new template on top of what exists."""

    def __init__(self, stack: Stack, body: str, template: dict[str, Any], given: dict[str, str], tags: dict[str, str]):
        self.stack = stack
        self.body = body
        self.template = template
        self.given = given
        self.tags = tags
        self.store = stacks(stack.region)
        self.parameters: dict[str, Any] = {}
        self.imports: set[str] = set()
        self.undo: list[Callable[[], None]] = []
        self.leftovers: list[StackResource] = []

    def scope(self) -> Scope:
        """Expressions' view of the stack as far as it has come."""
        return Scope(
            self.template,
            self.stack.region,
            self.stack.name,
            self.stack.id,
            self.parameters,
            ref=self.ref,
            get_att=self.get_att,
            import_value=self.import_value,
        )

    def ref(self, logical_id: str) -> Any:
        return self.stack.resources[logical_id].made.physical_id if logical_id in self.stack.resources else NO_VALUE

    def get_att(self, logical_id: str, name: str) -> Any:
        resource = self.stack.resources.get(logical_id)
        if resource is None:
            return NO_VALUE
        if name in resource.made.attributes:
            return resource.made.attributes[name]
        if "." in name:
            value: Any = resource.made.attributes
            for part in name.split("."):
                value = value.get(part) if isinstance(value, dict) else None
            if value is not None:
                return value
        raise TemplateError(
            f"Template error: resource {logical_id} does not support attribute type {name} in Fn::GetAtt"
        )

    def import_value(self, name: str) -> str:
        exports = self.store.exports()
        if name not in exports:
            raise TemplateError(f"No export named {name} found.")
        self.imports.add(name)
        return exports[name][0]

    # The operations on a stack.

    def create(self) -> None:
        """A new stack; what a failure leaves is taken back."""
        stack = self.stack
        try:
            self.apply()
        except Failed as failed:
            if stack.disable_rollback:
                stack.move("CREATE_FAILED", failed.reason)
                return
            stack.move("ROLLBACK_IN_PROGRESS", f"{failed.reason} Rollback requested by user.")
            self.delete_all(list(reversed(list(stack.resources.values()))), rollback=True)
            stack.move("ROLLBACK_COMPLETE")
            return
        stack.move("CREATE_COMPLETE")

    def update(self) -> None:
        """A change of a stack; a failure brings the old state back."""
        stack = self.stack
        before = (stack.body, stack.template, stack.given, stack.parameters, stack.tags, stack.outputs, stack.imports)
        resources_before = dict(stack.resources)
        try:
            self.apply()
        except Failed as failed:
            stack.move("UPDATE_ROLLBACK_IN_PROGRESS", failed.reason)
            trouble = self.take_back()
            stack.body, stack.template, stack.given, stack.parameters, stack.tags, stack.outputs, stack.imports = before
            stack.resources = {key: stack.resources.get(key, one) for key, one in resources_before.items()}
            if trouble:
                stack.move("UPDATE_ROLLBACK_FAILED", trouble)
            else:
                stack.move("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
                stack.move("UPDATE_ROLLBACK_COMPLETE")
            stack.updated = now()
            return
        stack.move("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self.delete_all(self.leftovers, rollback=False)
        stack.updated = now()
        stack.move("UPDATE_COMPLETE")

    def take_back(self) -> str | None:
        """Undoes the steps of an update, the last first."""
        trouble = None
        for step in reversed(self.undo):
            try:
                step()
            except Exception as error:  # noqa: BLE001 - the rest must be taken back all the same
                trouble = failure_reason(error, self.stack, "rollback")
        return trouble

    def delete(self) -> None:
        """Deletes the stack."""
        stack = self.stack
        failed = self.delete_all(in_reverse(stack), rollback=False)
        if failed:
            stack.move("DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(failed)}]. ")
            return
        stack.outputs = []
        stack.imports = set()
        stack.deleted = now()
        report.forget(stack.region, stack.name)
        stack.move("DELETE_COMPLETE")

    def apply(self) -> None:
        """Makes and changes resources until the stack is what the template says; raises Failed."""
        stack = self.stack
        try:
            self.parameters = parameter_values(self.template, self.given, stack.region)
            scope = self.scope()
            check_rules(self.template, scope)
            order = [one for one in in_order(self.template) if scope.included(self.template["Resources"][one])]
        except (TemplateError, ClientError) as error:
            raise Failed(str(error)) from error
        for logical_id in order:
            self.apply_resource(logical_id, self.template["Resources"][logical_id])
        gone = [one for one in in_reverse(stack) if one.logical_id not in order]
        self.leftovers += gone
        try:
            outputs = self.evaluate_outputs()
        except TemplateError as error:
            raise Failed(str(error)) from error
        for one in gone:
            del stack.resources[one.logical_id]
        stack.body, stack.template, stack.given, stack.parameters = (
            self.body,
            self.template,
            self.given,
            self.parameters,
        )
        stack.tags, stack.outputs, stack.imports = self.tags, outputs, self.imports

    def apply_resource(self, logical_id: str, definition: dict[str, Any]) -> None:
        stack = self.stack
        kind = definition["Type"]
        existing = stack.resources.get(logical_id)
        verb = "CREATE" if existing is None else "UPDATE"
        physical = existing.made.physical_id if existing else ""
        try:
            properties = self.scope().resolve(definition.get("Properties", {}))
            if existing and existing.type == kind and existing.properties == properties and stack.tags == self.tags:
                existing.definition = definition
                return
            reason = report.record_only().get(kind)
            handler = None if reason else types.find(kind)
            if handler is None and reason is None:
                report.skipped(stack.region, stack.name, logical_id, kind)
                raise ResourceFailure(
                    f"sandbox has no support for {kind}; add support or an entry in sandbox/record-only.json"
                )
            stack.event(logical_id, physical, kind, f"{verb}_IN_PROGRESS")
            if handler is None:
                made = (
                    existing.made if existing else Made(f"{stack.name}-{logical_id}", {"Arn": f"recorded:{logical_id}"})
                )
                self.keep(logical_id, kind, made, properties, definition, verb, recorded=True)
                report.recorded(stack.region, stack.name, logical_id, kind, str(reason))
            elif existing is None:
                self.make(handler, logical_id, kind, properties, definition)
            else:
                self.change(handler, existing, kind, properties, definition)
        except Exception as error:
            text = failure_reason(error, stack, kind)
            stack.event(logical_id, physical, kind, f"{verb}_FAILED", text)
            raise Failed(f"The following resource(s) failed to {verb.lower()}: [{logical_id}]. ") from error
        stack.event(logical_id, stack.resources[logical_id].made.physical_id, kind, f"{verb}_COMPLETE")

    def make(
        self, handler: ResourceType, logical_id: str, kind: str, properties: dict[str, Any], definition: dict[str, Any]
    ) -> StackResource:
        request = self.request(logical_id, kind, properties)
        made = handler.create(request)
        self.stack.event(logical_id, made.physical_id, kind, "CREATE_IN_PROGRESS", "Resource creation Initiated")
        previous = self.stack.resources.get(logical_id)
        resource = self.keep(logical_id, kind, made, properties, definition, "CREATE")
        report.applied(self.stack.region, self.stack.name, logical_id, kind, request.properties.unapplied())

        def unmake() -> None:
            self.remove(resource)
            if previous:
                self.stack.resources[logical_id] = previous
            else:
                self.stack.resources.pop(logical_id, None)

        self.undo.append(unmake)
        return resource

    def change(
        self,
        handler: ResourceType,
        existing: StackResource,
        kind: str,
        properties: dict[str, Any],
        definition: dict[str, Any],
    ) -> None:
        if existing.type != kind or handler.replaces(existing.properties, properties):
            self.stack.event(
                existing.logical_id,
                existing.made.physical_id,
                kind,
                "UPDATE_IN_PROGRESS",
                "Requested update requires the creation of a new physical resource; hence creating one.",
            )
            self.make(handler, existing.logical_id, kind, properties, definition)
            if existing.definition.get("UpdateReplacePolicy") != "Retain":
                self.leftovers.append(existing)
            return
        request = self.request(existing.logical_id, kind, properties, existing)
        made = handler.update(request)
        self.keep(existing.logical_id, kind, made, properties, existing.definition | definition, "UPDATE")
        report.applied(self.stack.region, self.stack.name, existing.logical_id, kind, request.properties.unapplied())

        def change_back() -> None:
            current = self.stack.resources[existing.logical_id]
            back = self.request(existing.logical_id, kind, existing.properties, current)
            existing.made = handler.update(back)
            self.stack.resources[existing.logical_id] = existing
            self.stack.event(existing.logical_id, existing.made.physical_id, kind, "UPDATE_COMPLETE")

        self.undo.append(change_back)

    def request(
        self, logical_id: str, kind: str, properties: dict[str, Any], existing: StackResource | None = None
    ) -> Request:
        return Request(
            logical_id,
            kind,
            Properties(copy.deepcopy(properties)),
            self.stack.region,
            self.stack.name,
            self.stack.id,
            old=copy.deepcopy(existing.properties) if existing else {},
            made=existing.made if existing else None,
            tags=self.tags,
        )

    def keep(
        self,
        logical_id: str,
        kind: str,
        made: Made,
        properties: dict[str, Any],
        definition: dict[str, Any],
        verb: str,
        recorded: bool = False,
    ) -> StackResource:
        resource = StackResource(logical_id, kind, made, properties, definition, f"{verb}_COMPLETE", recorded=recorded)
        self.stack.resources[logical_id] = resource
        return resource

    def evaluate_outputs(self) -> list[dict[str, Any]]:
        """The outputs; an export's name must be free."""
        scope = self.scope()
        taken = self.store.exports()
        outputs = []
        for name, definition in self.template.get("Outputs", {}).items():
            if not scope.included(definition):
                continue
            output = {"OutputKey": name, "OutputValue": as_text(scope.resolve(definition["Value"]))}
            if "Description" in definition:
                output["Description"] = definition["Description"]
            if "Export" in definition:
                output["ExportName"] = as_text(scope.resolve(definition["Export"]["Name"]))
                owner = taken.get(output["ExportName"])
                if owner and owner[1] is not self.stack:
                    raise TemplateError(
                        f"Export with name {output['ExportName']} is already exported by stack {owner[1].name}."
                    )
            outputs.append(output)
        kept = {one.get("ExportName") for one in outputs}
        for name in set(self.stack.exports()) - kept:
            users = [other.name for other in self.store.living() if name in other.imports]
            if users:
                raise TemplateError(f"Cannot delete export {name} as it is in use by {', '.join(users)}")
        return outputs

    def delete_all(self, resources: list[StackResource], rollback: bool) -> list[str]:
        """Deletes what is not to be kept, and tries again what others still held; returns what could not be deleted."""
        remaining = resources
        for _ in range(3):
            failed = [one for one in remaining if not self.try_delete(one, rollback)]
            if not failed or len(failed) == len(remaining):
                remaining = failed
                break
            remaining = failed
        return [one.logical_id for one in remaining]

    def try_delete(self, resource: StackResource, rollback: bool) -> bool:
        stack = self.stack
        logical_id, physical = resource.logical_id, resource.made.physical_id
        policy = resource.definition.get("DeletionPolicy")
        current = stack.resources.get(logical_id) is resource
        if policy in ("Retain", "Snapshot") or (policy == "RetainExceptOnCreate" and not rollback):
            stack.event(logical_id, physical, resource.type, "DELETE_SKIPPED")
        else:
            stack.event(logical_id, physical, resource.type, "DELETE_IN_PROGRESS")
            try:
                self.remove(resource)
            except Exception as error:  # noqa: BLE001 - a stack tells why and goes on with its other resources
                reason = failure_reason(error, stack, resource.type)
                stack.event(logical_id, physical, resource.type, "DELETE_FAILED", reason)
                return False
            stack.event(logical_id, physical, resource.type, "DELETE_COMPLETE")
        if current:
            del stack.resources[logical_id]
        if logical_id not in stack.resources:
            report.removed(stack.region, stack.name, logical_id)
        return True

    def remove(self, resource: StackResource) -> None:
        if resource.recorded:
            return
        handler = types.find(resource.type)
        assert handler is not None
        try:
            handler.delete(self.request(resource.logical_id, resource.type, resource.properties, resource))
        except ClientError as error:
            # Deleted by somebody else: CloudFormation takes that as done.
            code = str(error.response["Error"].get("Code", ""))
            if not any(mark in code for mark in ("NotFound", "NoSuch", "NonExistentQueue", "Nonexistent", "DoesNotExist")):
                raise


class Failed(Exception):
    """The operation cannot go on."""

    @property
    def reason(self) -> str:
        return str(self)


def in_reverse(stack: Stack) -> list[StackResource]:
    """Resources, dependents first."""
    try:
        order = in_order(stack.template)
    except TemplateError:
        order = []
    position = {logical_id: index for index, logical_id in enumerate(order)}
    return sorted(stack.resources.values(), key=lambda one: -position.get(one.logical_id, -1))


def check_rules(template: dict[str, Any], scope: Scope) -> None:
    """The template's own assertions about its parameters."""
    for rule in template.get("Rules", {}).values():
        if "RuleCondition" in rule and not scope.truth(rule["RuleCondition"]):
            continue
        for assertion in rule.get("Assertions", []):
            if not scope.truth(assertion["Assert"]):
                raise TemplateError(f"Template validation error: {assertion.get('AssertDescription', 'a rule failed')}")


def changes_between(stack: Stack, template: dict[str, Any], given: dict[str, str]) -> list[dict[str, Any]]:
    """The resource changes that a change set announces."""
    old, new = stack.template["Resources"], template["Resources"]
    changes = []
    for logical_id in [*new, *(one for one in old if one not in new)]:
        existing = stack.resources.get(logical_id)
        if logical_id not in new:
            if existing is None:
                continue
            action = "Remove"
        elif existing is None:
            action = "Add"
        elif text(old.get(logical_id)) != text(new[logical_id]) or stack.given != given:
            action = "Modify"
        else:
            continue
        change = {
            "Action": action,
            "LogicalResourceId": logical_id,
            "ResourceType": (new.get(logical_id) or old[logical_id])["Type"],
        }
        if existing is not None:
            change["PhysicalResourceId"] = existing.made.physical_id
        if action == "Modify":
            change["Replacement"] = replacement(existing, new[logical_id])
            change["Scope"] = ["Properties"]
            change["Details"] = []
        changes.append({"Type": "Resource", "ResourceChange": change})
    return changes


def replacement(existing: StackResource | None, new: dict[str, Any]) -> str:
    """Whether a change set announces a new physical resource; judged on the raw template, as far as that goes."""
    handler = types.find(new["Type"])
    if existing is None or handler is None:
        return "False"
    old = existing.definition.get("Properties", {})
    return "True" if existing.type != new["Type"] or handler.replaces(old, new.get("Properties", {})) else "False"


def text(value: Any) -> str:
    """A canonical form for comparison."""
    return json.dumps(value, sort_keys=True, default=str)


def run(stack: Stack, work: Callable[[], None]) -> None:
    """Runs an operation beside the API call that asked for it.

    Most operations here take milliseconds. Waiting for them saves the CLI its first polling interval of five seconds.
    """
    stack.done = threading.Event()

    def target() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a stack must never stay in progress
            stack.move(
                "CREATE_FAILED" if "CREATE" in stack.status else "UPDATE_FAILED", failure_reason(error, stack, "stack")
            )
        finally:
            stack.done.set()

    threading.Thread(target=target, daemon=True, name=f"stack {stack.name}").start()
    stack.done.wait(4.0)

"""CloudFormation's API in front of the engine: the operations that the CDK and people at a terminal use."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import unquote, urlsplit

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from .. import clients
from ..settings import ACCOUNT_ID
from . import engine
from .engine import ChangeSet, Operation, Stack, StackResource, Stacks
from .template import TemplateError, parse

IN_PROGRESS = "_IN_PROGRESS"


class CloudFormationError(ServiceException):
    """An error answer; moto reads the service from the module that the class is in."""


def validation_error(message: str) -> CloudFormationError:
    """The error that CloudFormation answers to almost everything."""
    return CloudFormationError("ValidationError", message)


class CloudFormationApi(BaseResponse):
    """Operations by their Python names; moto's dispatcher finds and serializes them."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    @property
    def stacks(self) -> Stacks:
        return engine.stacks(self.region)

    # Stacks.

    def create_stack(self) -> ActionResult:
        name = self.params["StackName"]
        if self.stacks.find(name):
            raise CloudFormationError("AlreadyExistsException", f"Stack [{name}] already exists")
        body, template = self._template()
        stack = self.stacks.add(name)
        stack.disable_rollback = (
            self.params.get("DisableRollback", False) or self.params.get("OnFailure") == "DO_NOTHING"
        )
        self._start(stack, "CREATE", body, template, self._parameters(stack, template), self._tags(stack))
        return ActionResult({"StackId": stack.id})

    def update_stack(self) -> ActionResult:
        stack = self._stack(self.params["StackName"])
        self._idle(stack)
        body, template = self._template(stack)
        given, tags = self._parameters(stack, template), self._tags(stack)
        if engine.text(template) == engine.text(stack.template) and given == stack.given and tags == stack.tags:
            raise validation_error("No updates are to be performed.")
        self._start(stack, "UPDATE", body, template, given, tags)
        return ActionResult({"StackId": stack.id})

    def delete_stack(self) -> ActionResult:
        stack = self.stacks.find(self.params["StackName"])
        if stack is None or stack.status == "DELETE_COMPLETE":
            return EmptyResult()
        if stack.termination_protection:
            raise validation_error(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
        for name in stack.exports():
            users = [other.name for other in self.stacks.living() if name in other.imports and other is not stack]
            if users:
                raise validation_error(f"Export {name} cannot be deleted as it is in use by {', '.join(users)}")
        stack.move("DELETE_IN_PROGRESS", "User Initiated")
        engine.run(stack, Operation(stack, stack.body, stack.template, stack.given, stack.tags).delete)
        return EmptyResult()

    def describe_stacks(self) -> ActionResult:
        name = self.params.get("StackName")
        found = [self._stack(name, deleted=True)] if name else self.stacks.living()
        return ActionResult({"Stacks": [describe(stack) for stack in found]})

    def list_stacks(self) -> ActionResult:
        wanted = self.params.get("StackStatusFilter") or []
        return ActionResult(
            {
                "StackSummaries": [
                    {key: value for key, value in describe(stack).items() if key in SUMMARY_FIELDS}
                    for stack in list(self.stacks.by_id.values())
                    if not wanted or stack.status in wanted
                ]
            }
        )

    def update_termination_protection(self) -> ActionResult:
        stack = self._stack(self.params["StackName"])
        stack.termination_protection = self.params["EnableTerminationProtection"]
        return ActionResult({"StackId": stack.id})

    def rollback_stack(self) -> ActionResult:
        stack = self._stack(self.params["StackName"])
        raise validation_error(f"Stack [{stack.name}] is in {stack.status} state and can not be rolled back")

    def continue_update_rollback(self) -> ActionResult:
        stack = self._stack(self.params["StackName"])
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise validation_error(f"Stack:{stack.id} is in {stack.status} state and can not continue rollback")
        stack.move("UPDATE_ROLLBACK_COMPLETE")
        return EmptyResult()

    def set_stack_policy(self) -> ActionResult:
        self._stack(self.params["StackName"])
        return EmptyResult()

    def get_stack_policy(self) -> ActionResult:
        self._stack(self.params["StackName"])
        return ActionResult({})

    # Events, resources, templates.

    def describe_stack_events(self) -> ActionResult:
        events = list(self._stack(self.params["StackName"], deleted=True).events)
        return ActionResult({"StackEvents": events[::-1]})

    def describe_events(self) -> ActionResult:
        """Validation events of a change set: there are none, the engine tells what is wrong when it happens."""
        return ActionResult({"OperationEvents": []})

    def describe_stack_resources(self) -> ActionResult:
        physical = self.params.get("PhysicalResourceId")
        if not self.params.get("StackName") and physical:
            owners = [
                stack
                for stack in self.stacks.living()
                if any(one.made.physical_id == physical for one in stack.resources.values())
            ]
            if not owners:
                raise validation_error(f"Stack for {physical} does not exist")
            stack = owners[0]
        else:
            stack = self._stack(self.params["StackName"])
        logical_id = self.params.get("LogicalResourceId")
        return ActionResult(
            {
                "StackResources": [
                    resource_details(stack, one)
                    for one in list(stack.resources.values())
                    if logical_id in (None, one.logical_id)
                ]
            }
        )

    def describe_stack_resource(self) -> ActionResult:
        stack = self._stack(self.params["StackName"])
        resource = stack.resources.get(self.params["LogicalResourceId"])
        if resource is None:
            raise validation_error(f"Resource {self.params['LogicalResourceId']} does not exist for stack {stack.name}")
        details = resource_details(stack, resource)
        details["LastUpdatedTimestamp"] = resource.updated
        details["Metadata"] = json.dumps(resource.definition.get("Metadata", {}))
        return ActionResult({"StackResourceDetail": details})

    def list_stack_resources(self) -> ActionResult:
        stack = self._stack(self.params["StackName"])
        return ActionResult(
            {
                "StackResourceSummaries": [
                    {**resource_details(stack, one), "LastUpdatedTimestamp": one.updated}
                    for one in list(stack.resources.values())
                ]
            }
        )

    def get_template(self) -> ActionResult:
        stack = self._stack(self.params["StackName"], deleted=True)
        body = stack.body
        if self.params.get("ChangeSetName"):
            body = self._change_set(stack, self.params["ChangeSetName"]).body
        return ActionResult({"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]})

    def get_template_summary(self) -> ActionResult:
        if self.params.get("StackName"):
            template = self._stack(self.params["StackName"]).template
        else:
            _, template = self._template()
        return ActionResult(
            {
                "Parameters": template_parameters(template),
                "Description": template.get("Description"),
                "ResourceTypes": sorted({one["Type"] for one in template["Resources"].values()}),
                "ResourceIdentifierSummaries": [],
                "Version": template.get("AWSTemplateFormatVersion"),
                "Metadata": json.dumps(template.get("Metadata", {})),
                "DeclaredTransforms": [],
            }
        )

    def validate_template(self) -> ActionResult:
        _, template = self._template()
        return ActionResult({"Parameters": template_parameters(template), "Description": template.get("Description")})

    def list_exports(self) -> ActionResult:
        return ActionResult(
            {
                "Exports": [
                    {"ExportingStackId": stack.id, "Name": name, "Value": value}
                    for name, (value, stack) in sorted(self.stacks.exports().items())
                ]
            }
        )

    def list_imports(self) -> ActionResult:
        name = self.params["ExportName"]
        users = [stack.name for stack in self.stacks.living() if name in stack.imports]
        if not users:
            raise validation_error(f"Export '{name}' is not imported by any stack.")
        return ActionResult({"Imports": users})

    # Change sets.

    def create_change_set(self) -> ActionResult:
        name, change_set_name = self.params["StackName"], self.params["ChangeSetName"]
        kind = self.params.get("ChangeSetType", "UPDATE")
        with self.stacks.lock:
            stack = self.stacks.find(name)
            if stack is not None and stack.status == "DELETE_COMPLETE":
                stack = None
            if kind == "CREATE":
                if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
                    raise CloudFormationError(
                        "AlreadyExistsException",
                        f"Stack [{name}] already exists and cannot be created again "
                        f"with the changeSet [{change_set_name}].",
                    )
                if stack is None:
                    stack = self.stacks.add(name)
                    stack.move("REVIEW_IN_PROGRESS", "User Initiated")
            elif stack is None:
                raise validation_error(f"Stack [{name}] does not exist")
            else:
                self._idle(stack)
        if change_set_name in stack.change_sets:
            raise CloudFormationError(
                "AlreadyExistsException", f"ChangeSet {change_set_name} cannot be created: it exists already"
            )
        body, template = self._template(stack)
        given, tags = self._parameters(stack, template), self._tags(stack)
        changes = engine.changes_between(stack, template, given)
        change_set = ChangeSet(
            name=change_set_name,
            id=f"arn:aws:cloudformation:{self.region}:{ACCOUNT_ID}:changeSet/{change_set_name}/{uuid.uuid4()}",
            kind=kind,
            body=body,
            template=template,
            parameters=given,
            tags=tags,
            changes=changes,
            description=self.params.get("Description"),
            role_arn=self.params.get("RoleARN"),
        )
        unchanged = engine.text(template) == engine.text(stack.template) and given == stack.given and tags == stack.tags
        if unchanged:
            change_set.status, change_set.execution = "FAILED", "UNAVAILABLE"
            change_set.reason = (
                "The submitted information didn't contain changes. Submit different information to create a change set."
            )
        stack.change_sets[change_set_name] = change_set
        return ActionResult({"Id": change_set.id, "StackId": stack.id})

    def describe_change_set(self) -> ActionResult:
        stack, change_set = self._named_change_set()
        return ActionResult(
            {
                "ChangeSetName": change_set.name,
                "ChangeSetId": change_set.id,
                "StackId": stack.id,
                "StackName": stack.name,
                "Description": change_set.description,
                "Parameters": [
                    {"ParameterKey": key, "ParameterValue": value} for key, value in change_set.parameters.items()
                ],
                "CreationTime": change_set.created,
                "ExecutionStatus": change_set.execution,
                "Status": change_set.status,
                "StatusReason": change_set.reason,
                "NotificationARNs": [],
                "Capabilities": ["CAPABILITY_NAMED_IAM"],
                "Tags": [{"Key": key, "Value": value} for key, value in change_set.tags.items()],
                "Changes": change_set.changes,
                "IncludeNestedStacks": False,
            }
        )

    def list_change_sets(self) -> ActionResult:
        stack = self._stack(self.params["StackName"])
        return ActionResult(
            {
                "Summaries": [
                    {
                        "StackId": stack.id,
                        "StackName": stack.name,
                        "ChangeSetId": one.id,
                        "ChangeSetName": one.name,
                        "ExecutionStatus": one.execution,
                        "Status": one.status,
                        "StatusReason": one.reason,
                        "CreationTime": one.created,
                    }
                    for one in stack.change_sets.values()
                ]
            }
        )

    def execute_change_set(self) -> ActionResult:
        stack, change_set = self._named_change_set()
        if change_set.execution != "AVAILABLE":
            raise CloudFormationError(
                "InvalidChangeSetStatus",
                f"ChangeSet [{change_set.id}] cannot be executed in its current status of [{change_set.status}]",
            )
        self._idle(stack, review=True)
        stack.disable_rollback = self.params.get("DisableRollback", False)
        stack.role_arn = change_set.role_arn or stack.role_arn
        change_set.execution = "EXECUTE_COMPLETE"
        # AWS deletes all change sets of a stack once one is executed.
        stack.change_sets.clear()
        kind = "CREATE" if stack.status == "REVIEW_IN_PROGRESS" else "UPDATE"
        self._start(stack, kind, change_set.body, change_set.template, change_set.parameters, change_set.tags)
        return EmptyResult()

    def delete_change_set(self) -> ActionResult:
        name = self.params["ChangeSetName"]
        stack_name = self.params.get("StackName")
        for stack in [self.stacks.find(stack_name)] if stack_name else self.stacks.living():
            for key, one in list(stack.change_sets.items()) if stack else ():
                if name in (one.name, one.id):
                    del stack.change_sets[key]
        return EmptyResult()

    # Shared.

    def _stack(self, name: str, deleted: bool = False) -> Stack:
        stack = self.stacks.find(name)
        if stack is None or (stack.status == "DELETE_COMPLETE" and not deleted):
            raise validation_error(f"Stack with id {name} does not exist")
        return stack

    def _idle(self, stack: Stack, review: bool = False) -> None:
        if stack.status.endswith(IN_PROGRESS) and not (review and stack.status == "REVIEW_IN_PROGRESS"):
            raise validation_error(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        if stack.status in ("ROLLBACK_COMPLETE", "CREATE_FAILED", "DELETE_FAILED", "ROLLBACK_FAILED"):
            raise validation_error(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")

    def _named_change_set(self) -> tuple[Stack, ChangeSet]:
        name = self.params["ChangeSetName"]
        if self.params.get("StackName"):
            stack = self._stack(self.params["StackName"])
            return stack, self._change_set(stack, name)
        for stack in self.stacks.living():
            for one in stack.change_sets.values():
                if one.id == name:
                    return stack, one
        raise CloudFormationError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")

    def _change_set(self, stack: Stack, name: str) -> ChangeSet:
        for one in stack.change_sets.values():
            if name in (one.name, one.id):
                return one
        raise CloudFormationError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")

    def _template(self, stack: Stack | None = None) -> tuple[str, dict[str, Any]]:
        if self.params.get("TemplateURL"):
            body = read_template(self.params["TemplateURL"], self.region)
        elif self.params.get("TemplateBody"):
            body = self.params["TemplateBody"]
        elif self.params.get("UsePreviousTemplate") and stack is not None:
            body = stack.body
        else:
            raise validation_error("Either Template URL or Template Body must be specified.")
        try:
            return body, parse(body)
        except TemplateError as error:
            raise validation_error(str(error)) from error

    def _parameters(self, stack: Stack, template: dict[str, Any]) -> dict[str, str]:
        given = {}
        for one in self.params.get("Parameters") or []:
            key = one["ParameterKey"]
            if one.get("UsePreviousValue"):
                if key in stack.given:
                    given[key] = stack.given[key]
            elif "ParameterValue" in one:
                given[key] = one["ParameterValue"]
        unknown = sorted(set(given) - set(template.get("Parameters", {})))
        if unknown:
            raise validation_error(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
        return given

    def _tags(self, stack: Stack) -> dict[str, str]:
        tags = self.params.get("Tags")
        return stack.tags if tags is None else {one["Key"]: one["Value"] for one in tags}

    def _start(
        self, stack: Stack, kind: str, body: str, template: dict[str, Any], given: dict[str, str], tags: dict[str, str]
    ) -> None:
        operation = Operation(stack, body, template, given, tags)
        # The template counts from the start: GetTemplate answers with it even while the stack is being made.
        if kind == "CREATE":
            stack.body, stack.template, stack.created = body, template, engine.now()
        stack.role_arn = self.params.get("RoleARN") or stack.role_arn
        stack.move(f"{kind}_IN_PROGRESS", "User Initiated")
        engine.run(stack, operation.create if kind == "CREATE" else operation.update)


SUMMARY_FIELDS = {
    "StackId",
    "StackName",
    "StackStatus",
    "StackStatusReason",
    "CreationTime",
    "LastUpdatedTime",
    "DeletionTime",
    "ParentId",
    "RootId",
    "TemplateDescription",
}


def describe(stack: Stack) -> dict[str, Any]:
    """A stack as DescribeStacks shows it."""
    described: dict[str, Any] = {
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": stack.template.get("Description"),
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": ",".join(value) if isinstance(value, list) else str(value)}
            for key, value in (described_parameters(stack)).items()
        ],
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "DisableRollback": stack.disable_rollback,
        "NotificationARNs": [],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Outputs": stack.outputs,
        "RoleARN": stack.role_arn,
        "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
        "EnableTerminationProtection": stack.termination_protection,
        "ParentId": stack.parent_id,
        "RootId": stack.root_id,
    }
    return {key: value for key, value in described.items() if value is not None}


def described_parameters(stack: Stack) -> dict[str, Any]:
    """Parameters as given or defaulted: an SSM parameter shows its name, not what it holds."""
    slots = stack.template.get("Parameters", {})
    return {
        name: "****" if slot.get("NoEcho") else stack.given.get(name, slot.get("Default", ""))
        for name, slot in slots.items()
    }


def resource_details(stack: Stack, resource: StackResource) -> dict[str, Any]:
    """A resource as DescribeStackResources shows it."""
    return {
        "StackName": stack.name,
        "StackId": stack.id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.made.physical_id,
        "ResourceType": resource.type,
        "Timestamp": resource.updated,
        "ResourceStatus": resource.status,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }


def template_parameters(template: dict[str, Any]) -> list[dict[str, Any]]:
    """A template's parameters as GetTemplateSummary lists them."""
    return [
        {
            "ParameterKey": name,
            "ParameterType": slot.get("Type", "String"),
            "NoEcho": slot.get("NoEcho", False),
            **({"DefaultValue": str(slot["Default"])} if "Default" in slot else {}),
            **({"Description": slot["Description"]} if "Description" in slot else {}),
        }
        for name, slot in template.get("Parameters", {}).items()
    ]


def read_template(url: str, region: str) -> str:
    """The template behind a URL: path style on loopback, either style on AWS's hosts."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    path = unquote(parts.path.lstrip("/"))
    if host in ("localhost", "127.0.0.1") or host.startswith(("s3.", "s3-")):
        bucket, _, key = path.partition("/")
    else:
        bucket, key = host.split(".")[0], path
    s3 = clients.client("s3", region)
    try:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    except s3.exceptions.ClientError as error:
        raise validation_error(f"S3 error: {error.response['Error'].get('Message')}") from error

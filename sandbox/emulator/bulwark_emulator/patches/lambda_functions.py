"""Lambda."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.awslambda import models, responses
from moto.awslambda.exceptions import (
    GenericResourcNotFound,
    InvalidParameterValueException,
    LambdaClientError,
    PreconditionFailedException,
    UnknownPolicyException,
)
from moto.awslambda.policy import Policy

from .. import functions, pages, pollers

KEPT = {"LoggingConfig": "logging_config", "DeadLetterConfig": "dead_letter_config"}
MOST_FUNCTIONS = 50
"""The most that one answer to ListFunctions holds."""

CONDITIONS = (
    ("StringEquals", "aws:PrincipalOrgID", "PrincipalOrgID"),
    ("StringEquals", "AWS:SourceAccount", "SourceAccount"),
    ("StringEquals", "lambda:EventSourceToken", "EventSourceToken"),
    ("StringEquals", "lambda:FunctionUrlAuthType", "FunctionUrlAuthType"),
    ("Bool", "lambda:InvokedViaFunctionUrl", "InvokedViaFunctionUrl"),
    ("ArnLike", "AWS:SourceArn", "SourceArn"),
)
"""Operator and key that Lambda writes for a parameter of AddPermission."""


class StatementExists(LambdaClientError):
    """The statement's id is taken."""

    code = 409

    def __init__(self, statement_id: str):
        super().__init__(
            "ResourceConflictException",
            f"The statement id ({statement_id}) provided already exists. Please provide a new statement id, or remove "
            "the existing statement.",
        )


def apply() -> None:
    """Applies the repairs."""
    run_without_docker()
    keep_configuration()
    poll_queues()
    permissions()
    pages_of_functions()


def invoke_later(self: models.LambdaFunction, body: str, _headers: Any, _response_headers: Any) -> bytes:
    """An asynchronous invocation from inside moto."""
    functions.run_later(self, body.encode() if isinstance(body, str) else body)
    return b""


def run_without_docker() -> None:
    """Invoke fails where there is no Docker.

    Cause: moto runs functions in containers. Ours are child processes. Can go when moto offers processes.
    """
    models.LambdaBackend.invoke = functions.invoke
    # Topics, log subscriptions and streams call a function directly.
    models.LambdaFunction.invoke = invoke_later
    delete = models.LambdaBackend.delete_function

    def delete_function(self: models.LambdaBackend, function_name: str, qualifier: str | None = None) -> None:
        arn = self.get_function(function_name, qualifier).function_arn
        delete(self, function_name, qualifier)
        functions.retire(arn)

    models.LambdaBackend.delete_function = delete_function

    def respond(self: responses.LambdaResponse) -> Any:
        # moto looks for the qualifier in the event as well, and fails when that is no object.
        qualifier = parse_qs(self.parsed_url.query).get("Qualifier", [None])[0]
        headers: dict[str, Any] = {"content-type": "application/json"}
        name = unquote(self.path.rsplit("/", 2)[-2])
        payload = self.backend.invoke(name, qualifier, self.raw_body, self.headers, headers)
        kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if self.headers.get("X-Amz-Log-Type") != "Tail":
            headers.pop("x-amz-log-result", None)
        headers["status"] = {"Event": 202, "DryRun": 204}.get(kind, 200)
        return headers["status"], headers, payload

    responses.LambdaResponse.invoke = respond


def keep_configuration() -> None:
    """A function's logging and dead-letter queue are lost; its tracing and storage do not change on update.

    Cause: moto does not read them. Can go when GetFunctionConfiguration shows them.
    """
    init, update, get = (
        models.LambdaFunction.__init__,
        models.LambdaFunction.update_configuration,
        models.LambdaFunction.get_configuration,
    )

    def new_init(self: models.LambdaFunction, account_id: str, spec: dict[str, Any], *rest: Any, **named: Any) -> None:
        init(self, account_id, spec, *rest, **named)
        for name, attribute in KEPT.items():
            setattr(self, attribute, spec.get(name))

    def new_update(self: models.LambdaFunction, config_updates: dict[str, Any]) -> dict[str, Any]:
        update(self, config_updates)
        for name, attribute in KEPT.items():
            if name in config_updates:
                setattr(self, attribute, config_updates[name])
        if "TracingConfig" in config_updates:
            self.tracing_config = config_updates["TracingConfig"]
        if "EphemeralStorage" in config_updates:
            self.ephemeral_storage = config_updates["EphemeralStorage"]["Size"]
        return self.get_configuration()

    def new_get(self: models.LambdaFunction, on_create: bool = False) -> dict[str, Any]:
        shown = get(self, on_create)
        logging_config = getattr(self, "logging_config", None) or {}
        shown["LoggingConfig"] = {"LogFormat": "Text", "LogGroup": functions.log_group(self), **logging_config}
        if getattr(self, "dead_letter_config", None):
            shown["DeadLetterConfig"] = self.dead_letter_config
        return shown

    models.LambdaFunction.__init__ = new_init
    models.LambdaFunction.update_configuration = new_update
    models.LambdaFunction.get_configuration = new_get


def poll_queues() -> None:
    """A queue's message calls the function within SendMessage, one message at a time, without partial failures.

    Cause: moto has no pollers. Can go when moto polls queues in the background with batches and partial failures.
    """
    backend = models.LambdaBackend
    create, update, delete = (
        backend.create_event_source_mapping,
        backend.update_event_source_mapping,
        backend.delete_event_source_mapping,
    )

    def create_mapping(self: models.LambdaBackend, spec: dict[str, Any]) -> models.EventSourceMapping:
        check_role(self, spec)
        mapping = create(self, spec)
        for queue in functions_queues(self, mapping.event_source_arn):
            queue.lambda_event_source_mappings.clear()
        pollers.start(mapping)
        return mapping

    def update_mapping(self: models.LambdaBackend, uuid: str, spec: dict[str, Any]) -> models.EventSourceMapping | None:
        mapping = update(self, uuid, spec)
        if mapping:
            pollers.start(mapping)
        return mapping

    def delete_mapping(self: models.LambdaBackend, uuid: str) -> models.EventSourceMapping | None:
        pollers.end(uuid)
        return delete(self, uuid)

    backend.create_event_source_mapping = create_mapping
    backend.update_event_source_mapping = update_mapping
    backend.delete_event_source_mapping = delete_mapping


def check_role(backend: models.LambdaBackend, spec: dict[str, Any]) -> None:
    """Lambda refuses a queue that the execution role may not read."""
    queue, name = spec.get("EventSourceArn") or "", spec.get("FunctionName")
    if ":sqs:" not in queue or not name:
        return
    missing = pollers.missing_action(backend.get_function(name).role, queue)
    if missing:
        raise InvalidParameterValueException(
            f"The provided execution role does not have permissions to call {missing} on SQS"
        )


def functions_queues(backend: models.LambdaBackend, arn: str) -> list[Any]:
    """The queue that a mapping reads."""
    queues = models.sqs_backends[backend.account_id][backend.region_name].queues.values()
    return [queue for queue in queues if queue.queue_arn == arn]


def permissions() -> None:
    """A policy loses most conditions, takes an id twice, and is one for the function, its versions and its aliases.

    Cause: moto writes statements in its own form, all into one policy, and neither reads the qualifier nor the revision
    when it takes one out. Can go when policies look as in
    https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html.
    """

    def add(self: models.LambdaBackend, function_name: str, qualifier: str | None, raw: str) -> dict[str, Any]:
        given = json.loads(raw)
        policy, arn = policy_of(self, function_name, qualifier)
        if arn.endswith(":$LATEST"):
            raise InvalidParameterValueException("We currently do not support adding policies for $LATEST.")
        check_revision(policy, given.get("RevisionId"))
        if any(one["Sid"] == given["StatementId"] for one in speaking_of(policy, arn)):
            raise StatementExists(given["StatementId"])
        made = statement(given, arn)
        policy.statements.append(made)
        policy.revision = str(uuid.uuid4())
        return made

    def add_permission(self: responses.LambdaResponse) -> tuple[int, dict[str, Any], str]:
        made = self.backend.add_permission(named_function(self), asked(self, "Qualifier"), self.body)
        return 201, {"status": 201}, json.dumps({"Statement": compact(made)})

    def get(self: models.LambdaBackend, function_name: str, qualifier: str | None = None) -> str:
        policy, arn = policy_of(self, function_name, qualifier)
        statements = speaking_of(policy, arn)
        if not statements:
            raise GenericResourcNotFound
        document = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
        return json.dumps({"Policy": compact(document), "RevisionId": policy.revision})

    def remove_permission(self: responses.LambdaResponse) -> tuple[int, dict[str, Any], str]:
        policy, arn = policy_of(self.backend, named_function(self), asked(self, "Qualifier"))
        check_revision(policy, asked(self, "RevisionId"))
        sid = unquote(self.parsed_url.path.rsplit("/", 1)[-1])
        found = [one for one in speaking_of(policy, arn) if one["Sid"] == sid]
        if not found:
            raise UnknownPolicyException
        policy.statements.remove(found[0])
        policy.revision = str(uuid.uuid4())
        return 204, {"status": 204}, ""

    models.LambdaBackend.add_permission = add
    models.LambdaBackend.get_policy = get
    responses.LambdaResponse.add_permission = add_permission
    responses.LambdaResponse.remove_permission = remove_permission


def named_function(response: responses.LambdaResponse) -> str:
    """The function in a request's path: a name or an ARN."""
    return unquote(response.parsed_url.path.split("/functions/", 1)[1].split("/", 1)[0])


def asked(response: responses.LambdaResponse, name: str) -> str | None:
    """A parameter of a request's query."""
    return parse_qs(response.parsed_url.query).get(name, [None])[0]


def compact(value: Any) -> str:
    """JSON as Lambda writes it."""
    return json.dumps(value, separators=(",", ":"))


def policy_of(backend: models.LambdaBackend, name: str, qualifier: str | None) -> tuple[Policy, str]:
    """What holds a function's statements, and the ARN that those of the qualifier speak of."""
    in_name = re.search(r"(?:^|:function:)[^:]+:([^:]+)$", name)
    qualifier = qualifier or (in_name[1] if in_name else None)
    latest = backend.get_function(backend.get_function(name, qualifier).function_name)
    return latest.policy, f"{latest.function_arn}:{qualifier}" if qualifier else latest.function_arn


def speaking_of(policy: Policy, arn: str) -> list[dict[str, Any]]:
    """The statements that speak of exactly this."""
    return [one for one in policy.statements if one["Resource"] == arn]


def check_revision(policy: Policy, revision: str | None) -> None:
    """Refuses a change of something that has changed since it was read."""
    if revision and revision != policy.revision:
        raise PreconditionFailedException(
            "The RevisionId provided does not match the latest RevisionId. Call the GetPolicy API to retrieve the "
            "latest RevisionId for your resource."
        )


def statement(given: dict[str, Any], arn: str) -> dict[str, Any]:
    """The statement that an AddPermission request means."""
    made = {
        "Sid": given["StatementId"],
        "Effect": "Allow",
        "Principal": principal(given["Principal"]),
        "Action": given["Action"],
        "Resource": arn,
    }
    conditions: dict[str, dict[str, str]] = {}
    for operator, key, parameter in CONDITIONS:
        if parameter in given:
            value = given[parameter]
            conditions.setdefault(operator, {})[key] = str(value).lower() if isinstance(value, bool) else value
    return {**made, "Condition": conditions} if conditions else made


def principal(given: str) -> str | dict[str, str]:
    """A principal as policies write it."""
    if given == "*":
        return given
    if given.isdigit():
        return {"AWS": f"arn:aws:iam::{given}:root"}
    return {"AWS" if given.startswith("arn:") else "Service": given}


def pages_of_functions() -> None:
    """ListFunctions answers everything at once.

    Cause: moto does not read Marker and MaxItems. Can go when it does.
    """

    def list_functions(self: responses.LambdaResponse) -> str:
        found: Iterable[models.LambdaFunction] = self.backend.list_functions(asked(self, "FunctionVersion"))
        size = min(int(asked(self, "MaxItems") or MOST_FUNCTIONS), MOST_FUNCTIONS)
        shown, rest = pages.page(found, lambda one: one.function_arn, size, asked(self, "Marker"))
        answer = {"Functions": [one.get_configuration() for one in shown], **({"NextMarker": rest} if rest else {})}
        return json.dumps(answer)

    responses.LambdaResponse.list_functions = list_functions

"""Lambda."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote

from moto.awslambda import models, responses
from moto.awslambda.exceptions import InvalidParameterValueException

from .. import functions, pollers

KEPT = {"LoggingConfig": "logging_config", "DeadLetterConfig": "dead_letter_config"}


def apply() -> None:
    """Applies the repairs."""
    run_without_docker()
    keep_configuration()
    poll_queues()


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

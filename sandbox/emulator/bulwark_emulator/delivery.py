"""EventBridge: which rules an event meets, and how it reaches their targets."""

from __future__ import annotations

import datetime
import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from moto.events.models import Rule, events_backends
from moto.logs.models import logs_backends
from moto.sqs.models import sqs_backends

from . import access, clients, patterns, policies
from .settings import ACCOUNT_ID, settings

log = logging.getLogger(__name__)

Event = dict[str, Any]
SERVICE = "events.amazonaws.com"
MOST_ATTEMPTS = 4
"""EventBridge tries 185 times within a day. Nothing here heals by waiting for a day."""

_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="delivery")


class Text(str):
    """What a template made that is no JSON: lines of text, each in quotes."""


class Denied(Exception):
    """The target refuses: trying again is in vain."""


def accept(region: str, bus: str, event: Event, replay_to: set[str] | None = None) -> None:
    """An event arrives on a bus: archives keep it, rules pass it on."""
    backend = events_backends[ACCOUNT_ID][region]
    found = backend.event_buses.get(bus)
    if found is None:
        return
    if "replay-name" not in event:
        for archive in list(backend.archives.values()):
            if archive.event_bus_name == bus and matches(archive.event_pattern.dump(), event):
                archive.events.append(event)
    for rule in list(found.rules.values()):
        if rule.state.startswith("ENABLED") and (replay_to is None or rule.arn in replay_to):
            offer(rule, event)


def offer(rule: Rule, event: Event) -> None:
    """Passes an event on to a rule's targets if the rule wants it."""
    # An archive's rule is moto's own device; archives are filled by `accept`.
    if rule.managed_by or not rule.event_pattern.dump() or not matches(rule.event_pattern.dump(), event):
        return
    for target in list(rule.targets):
        _pool.submit(deliver, rule, target, event)


@lru_cache(maxsize=1024)
def parsed(pattern: str | None) -> dict[str, Any]:
    return json.loads(pattern) if pattern else {}


def matches(pattern: str | None, event: Event) -> bool:
    """Whether an event meets a pattern's text; without a pattern everything does."""
    return patterns.matches(parsed(pattern), event)


def deliver(rule: Rule, target: dict[str, Any], event: Event) -> None:
    """Delivers to one target, tries again after a fault, and gives up to the dead-letter queue."""
    service = target["Arn"].split(":")[2]
    attempts = min(int((target.get("RetryPolicy") or {}).get("MaximumRetryAttempts", 185)), MOST_ATTEMPTS) + 1
    for attempt in range(1, attempts + 1):
        try:
            sender = SENDERS.get(service)
            if sender is None:
                raise Denied(f"sandbox has no support for {service} as target of a rule")
            sender(rule, target, event)
            return
        except Denied as error:
            give_up(rule, target, event, "NO_PERMISSIONS", str(error), 0)
            return
        except Exception as error:  # noqa: BLE001 - whatever the target answers, EventBridge tries again
            if attempt == attempts:
                give_up(rule, target, event, type(error).__name__, str(error), attempt - 1)
                return
            time.sleep(min(2.0**attempt, 30.0) / settings.speed)


def give_up(rule: Rule, target: dict[str, Any], event: Event, code: str, message: str, retries: int) -> None:
    """The event goes to the target's dead-letter queue, or is lost with a line in the log."""
    queue_arn = (target.get("DeadLetterConfig") or {}).get("Arn")
    log.warning("event %s did not reach %s: %s", event.get("id"), target["Arn"], message)
    if not queue_arn:
        return
    attributes = {
        "RULE_ARN": rule.arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message[:512] or code,
        "RETRY_ATTEMPTS": str(retries),
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
    }
    try:
        check_queue(queue_arn, rule)
        send_to_queue(queue_arn, json.dumps(event), attributes=attributes)
    except Exception as error:  # noqa: BLE001 - as in AWS the event is lost then
        log.warning("event %s is lost: dead-letter queue %s: %s", event.get("id"), queue_arn, error)


# Targets.


def to_queue(rule: Rule, target: dict[str, Any], event: Event) -> None:
    check_queue(target["Arn"], rule)
    group = (target.get("SqsParameters") or {}).get("MessageGroupId")
    send_to_queue(target["Arn"], written(payload(rule, target, event)), group=group)


def check_queue(arn: str, rule: Rule) -> None:
    """The queue exists and its policy lets this rule send."""
    region, name = arn.split(":")[3], arn.rsplit(":", 1)[-1]
    if name not in sqs_backends[ACCOUNT_ID][region].queues:
        raise LookupError(f"{arn} does not exist")
    require(
        access.allows(policies.resource_policy(arn), SERVICE, "sqs:SendMessage", arn, source(rule)),
        "sqs:SendMessage",
        arn,
    )


def send_to_queue(arn: str, body: str, group: str | None = None, attributes: dict[str, str] | None = None) -> None:
    sqs_backends[ACCOUNT_ID][arn.split(":")[3]].send_message(
        arn.rsplit(":", 1)[-1],
        body,
        message_attributes={
            key: {"DataType": "String", "StringValue": value} for key, value in (attributes or {}).items()
        },
        group_id=group,
        deduplication_id=str(uuid.uuid4()) if group else None,
    )


def to_function(rule: Rule, target: dict[str, Any], event: Event) -> None:
    arn = target["Arn"]
    unqualified = ":".join(arn.split(":")[:7])
    policy = policies.resource_policy(unqualified)
    require(
        access.allows(policy, SERVICE, "lambda:InvokeFunction", unqualified, source(rule)), "lambda:InvokeFunction", arn
    )
    body = json.dumps(payload(rule, target, event)).encode()
    clients.client("lambda", arn.split(":")[3]).invoke(FunctionName=arn, InvocationType="Event", Payload=body)


def to_topic(rule: Rule, target: dict[str, Any], event: Event) -> None:
    arn = target["Arn"]
    require(access.allows(policies.resource_policy(arn), SERVICE, "sns:Publish", arn, source(rule)), "sns:Publish", arn)
    clients.client("sns", arn.split(":")[3]).publish(TopicArn=arn, Message=written(payload(rule, target, event)))


def to_bus(rule: Rule, target: dict[str, Any], event: Event) -> None:
    """An event keeps its source, account, Region and time on its way from bus to bus."""
    arn = target["Arn"]
    region, name = arn.split(":")[3], arn.rsplit("/", 1)[-1]
    if name not in events_backends[ACCOUNT_ID][region].event_buses:
        raise LookupError(f"{arn} does not exist")
    check_role(target, "events:PutEvents", arn)
    accept(region, name, event)


def to_logs(rule: Rule, target: dict[str, Any], event: Event) -> None:
    arn = target["Arn"]
    region, group = arn.split(":")[3], arn.split(":")[6]
    stream = str(uuid.uuid4())
    check_log_group(arn.removesuffix(":*"), stream, rule)
    logs = logs_backends[ACCOUNT_ID][region]
    logs.create_log_stream(group, stream)
    line = {"timestamp": int(time.time() * 1000), "message": written(payload(rule, target, event))}
    logs.put_log_events(group, stream, [line])


def check_log_group(arn: str, stream: str, rule: Rule) -> None:
    """Some resource policy of the Region's logs lets this rule write; only the line itself tells of the rule.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html, "CloudWatch Logs
    permissions", where the condition on the rule stands at PutLogEvents alone.
    """
    policy = policies.resource_policy(arn)
    for action, resource, context in (
        ("logs:CreateLogStream", f"{arn}:*", {}),
        ("logs:PutLogEvents", f"{arn}:log-stream:{stream}", source(rule)),
    ):
        require(access.allows(policy, SERVICE, action, resource, context), action, arn)


def to_state_machine(rule: Rule, target: dict[str, Any], event: Event) -> None:
    arn = target["Arn"]
    check_role(target, "states:StartExecution", arn)
    clients.client("stepfunctions", arn.split(":")[3]).start_execution(
        stateMachineArn=arn, input=json.dumps(payload(rule, target, event))
    )


SENDERS: dict[str, Callable[[Rule, dict[str, Any], Event], None]] = {
    "sqs": to_queue,
    "lambda": to_function,
    "sns": to_topic,
    "events": to_bus,
    "logs": to_logs,
    "states": to_state_machine,
}


def source(rule: Rule) -> dict[str, str]:
    """What a resource policy may ask about the sender."""
    return {"aws:SourceArn": rule.arn}


def require(allowed: bool, action: str, arn: str) -> None:
    if not allowed:
        raise Denied(f"{SERVICE} is not authorized to perform {action} on {arn}")


def check_role(target: dict[str, Any], action: str, arn: str) -> None:
    """The target's role exists, trusts EventBridge and allows the call."""
    role = target.get("RoleArn")
    if not role:
        raise Denied(f"The target {arn} has no role to perform {action}")
    principal = policies.principal(role)
    if principal is None:
        raise Denied(f"The role {role} does not exist")
    require(access.allows(principal["trust"], SERVICE, "sts:AssumeRole", role, {}), "sts:AssumeRole", role)
    if not policies.role_allows(role, action, arn):
        raise Denied(f"The role {role} is not authorized to perform {action} on {arn}")


# What a target gets.


def payload(rule: Rule, target: dict[str, Any], event: Event) -> Any:
    """The event, a part of it, a constant or a transformation."""
    if target.get("Input"):
        return json.loads(target["Input"])
    if target.get("InputPath"):
        return select(target["InputPath"], event)
    transformer = target.get("InputTransformer")
    return transform(transformer, rule, event) if transformer else event


def select(path: str, event: Event) -> Any:
    """A JSON path of the kind that EventBridge takes: `$.detail.items[0].name`."""
    value: Any = event
    for name, index in re.findall(r"\.([A-Za-z0-9_-]+)|\[(\d+|'[^']*')\]", path.removeprefix("$")):
        try:
            value = value[name] if name else value[int(index)] if index.isdigit() else value[index.strip("'")]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def transform(transformer: dict[str, Any], rule: Rule, event: Event) -> Any:
    """InputTransformer: placeholders inside quotes become text, others JSON."""
    values = {name: select(path, event) for name, path in (transformer.get("InputPathsMap") or {}).items()}
    values |= {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event.ingestion-time": iso(time.time()),
        "aws.events.event": event,
        "aws.events.event.json": event,
    }
    template = transformer["InputTemplate"]
    filled, position = [], 0
    for match in re.finditer(r"<([A-Za-z0-9_.-]+)>", template):
        if match[1] not in values:
            continue
        before = "".join(filled) + template[position : match.start()]
        quoted = len(re.findall(r'(?<!\\)"', before)) % 2 == 1
        text = json.dumps(values[match[1]])
        if quoted:
            text = text[1:-1] if isinstance(values[match[1]], str) else json.dumps(text)[1:-1]
        filled.append(template[position : match.start()] + text)
        position = match.end()
    result = "".join(filled) + template[position:]
    try:
        return json.loads(result)
    except ValueError:
        return Text(result)


def written(made: Any) -> str:
    """A payload as topics, queues and logs get it; several lines of text go as they are, with their quotes."""
    return made if isinstance(made, Text) else json.dumps(made)


def iso(timestamp: float) -> str:
    """A time as events write it."""
    return datetime.datetime.fromtimestamp(timestamp, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_entry(region: str, entry: dict[str, Any], event_id: str) -> Event:
    """The event that a PutEvents entry means."""
    moment = entry.get("Time")
    if isinstance(moment, datetime.datetime):
        stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    else:
        stamp = iso(float(moment)) if moment else iso(time.time())
    return {
        "version": "0",
        "id": event_id,
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": ACCOUNT_ID,
        "time": stamp,
        "region": region,
        "resources": entry.get("Resources") or [],
        "detail": json.loads(entry["Detail"]),
    }

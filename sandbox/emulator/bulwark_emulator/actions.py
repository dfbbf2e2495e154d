"""From an API operation and its parameters to the IAM actions and resources that it needs (data: `actions.json`)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from .cloudformation import engine
from .settings import ACCOUNT_ID, PARTITION

Params = dict[str, Any]
Action = dict[str, Any]

TABLE: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("actions.json").read_text())
PLACEHOLDER = re.compile(r"\{(?:(?P<lookup>[a-z]+):)?(?P<path>[A-Za-z.]+)(?P<each>\[\])?(?:\|(?P<filter>\w+))?\}")

READ_PREFIXES = (
    "Get",
    "List",
    "Describe",
    "Head",
    "Query",
    "Scan",
    "BatchGet",
    "TransactGet",
    "Lookup",
    "Search",
    "Test",
    "Simulate",
    "Check",
    "Validate",
    "Filter",
    "Estimate",
    "Preview",
    "Select",
    "Receive",
    "Assume",
    "Detect",
    "Decode",
    "Poll",
)


def is_mutating(service: str, operation: str) -> bool:
    """Whether the operation changes something. Handing out credentials (STS) does not."""
    return service != "sts" and not operation.startswith(READ_PREFIXES)


def required_actions(service: str, operation: str, params: Params, region: str) -> list[Action]:
    """All actions that the caller must be allowed; a service that the table does not know is asked for on `*`."""
    table = TABLE.get(service, {"prefix": service})
    entry = table.get("operations", {}).get(operation, {})
    if "special" in entry:
        return SPECIAL[entry["special"]](operation, params, region)
    action = entry.get("action", f"{table['prefix']}:{operation}")
    if "versioned" in entry and params.get("VersionId"):
        action = entry["versioned"]
    account_level = operation in table.get("accountLevel", ()) or (
        "accountLevelPrefix" in table and operation.startswith(table["accountLevelPrefix"])
    )
    candidates = entry.get("resources", () if account_level else table.get("resources", ()))
    required: list[Action] = [{"action": action, "resources": first_match(candidates, params, region)}]
    context = {
        key: found[0]
        for key, template in entry.get("context", {}).items()
        if (found := expand(template, params, region))
    }
    if context:
        required[0]["context"] = context
    for extra in entry.get("extra", ()):
        required += pass_role(extra, params)
    required += [{"action": one, "resources": ["*"]} for one in entry.get("dependent", ())]
    return required


def first_match(templates: list[str], params: Params, region: str) -> list[str]:
    """The resources that the first complete template names."""
    for template in templates:
        if found := expand(template, params, region):
            return found
    return ["*"]


def expand(template: str, params: Params, region: str) -> list[str]:
    """A template with its placeholders filled: none when one is absent, several when one repeats."""
    results = [""]
    position = 0
    for match in PLACEHOLDER.finditer(template):
        values = list(placeholder(match, params, region))
        if not values:
            return []
        results = [result + template[position : match.start()] + value for result in results for value in values]
        position = match.end()
    return [result + template[position:] for result in results]


def placeholder(match: re.Match[str], params: Params, region: str) -> Iterator[str]:
    """The values of one placeholder."""
    path = match["path"]
    if path in ("region", "account"):
        yield region if path == "region" else ACCOUNT_ID
        return
    value: Any = params
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    values = value if match["each"] and isinstance(value, list) else [value]
    for one in values:
        if one is None or one == "" or isinstance(one, (dict, list)):
            continue
        text = str(one)
        if match["lookup"]:
            yield LOOKUPS[match["lookup"]](text, params, region)
        elif match["filter"] == "last":
            yield text.rsplit("/", 1)[-1]
        elif match["filter"] != "arn" or text.startswith("arn:"):
            yield text


def pass_role(extra: str, params: Params) -> list[Action]:
    """`pass:Role:lambda.amazonaws.com` needs iam:PassRole on the role, for that service."""
    _, path, service = extra.split(":")
    head, _, tail = path.partition("[].")
    values = [target.get(tail) for target in params.get(head, ())] if tail else [params.get(head)]
    return [
        {"action": "iam:PassRole", "resources": [role], "context": {"iam:PassedToService": service}}
        for role in dict.fromkeys(filter(None, values))
    ]


# Lookups: parameters that name a resource in more ways than one.


def trail(value: str, _params: Params, region: str) -> str:
    return value if value.startswith("arn:") else f"arn:aws:cloudtrail:{region}:{ACCOUNT_ID}:trail/{value}"


def table(value: str, _params: Params, region: str) -> str:
    return value if value.startswith("arn:") else f"arn:aws:dynamodb:{region}:{ACCOUNT_ID}:table/{value}"


def bus(value: str, _params: Params, region: str) -> str:
    return value if value.startswith("arn:") else f"arn:aws:events:{region}:{ACCOUNT_ID}:event-bus/{value}"


def rule(value: str, params: Params, region: str) -> str:
    name = params.get("EventBusName") or "default"
    folder = "" if name.rsplit("/", 1)[-1] == "default" else f"{name.rsplit('/', 1)[-1]}/"
    return f"arn:aws:events:{region}:{ACCOUNT_ID}:rule/{folder}{value}"


def role(value: str, _params: Params, _region: str) -> str:
    """A role's ARN holds its path, which the request does not tell."""
    for known in list(iam_backends[ACCOUNT_ID][PARTITION].roles.values()):
        if known.name == value:
            return known.arn
    return f"arn:aws:iam::{ACCOUNT_ID}:role/{value}"


def user(value: str, _params: Params, _region: str) -> str:
    known = iam_backends[ACCOUNT_ID][PARTITION].users.get(value)
    return known.arn if known else f"arn:aws:iam::{ACCOUNT_ID}:user/{value}"


def key(value: str, _params: Params, region: str) -> str:
    """Policies speak of the key, requests often of an alias."""
    try:
        return kms_backends[ACCOUNT_ID][region].keys[kms_backends[ACCOUNT_ID][region].get_key_id(value)].arn
    except (KeyError, AttributeError):
        pass
    alias = value.split(":", 5)[-1]
    for known in list(kms_backends[ACCOUNT_ID][region].keys.values()):
        if alias in known.aliases:
            return known.arn
    return value if value.startswith("arn:") else f"arn:aws:kms:{region}:{ACCOUNT_ID}:key/{value}"


def function(value: str, params: Params, region: str) -> str:
    if not value.startswith("arn:"):
        value = f"arn:aws:lambda:{region}:{ACCOUNT_ID}:function:{value.rsplit('function:', 1)[-1]}"
    qualifier = params.get("Qualifier")
    return f"{value}:{qualifier}" if qualifier and value.count(":") == 6 else value


def parameter(value: str, _params: Params, region: str) -> str:
    return (
        value
        if value.startswith("arn:")
        else f"arn:aws:ssm:{region}:{ACCOUNT_ID}:parameter/{value.split(':')[0].lstrip('/')}"
    )


def stack(value: str, _params: Params, region: str) -> str:
    if value.startswith("arn:"):
        return value
    known = engine.stacks(region).find(value)
    if known:
        return known.id
    return f"arn:aws:cloudformation:{region}:{ACCOUNT_ID}:stack/{value}/00000000-0000-0000-0000-000000000000"


def changeset(value: str, _params: Params, region: str) -> str:
    return value if value.startswith("arn:") else f"arn:aws:cloudformation:{region}:{ACCOUNT_ID}:changeSet/{value}/*"


def subscription_topic(value: str, _params: Params, region: str) -> str:
    known = sns_backends[ACCOUNT_ID][region].subscriptions.get(value)
    return known.topic.arn if known else value.rsplit(":", 1)[0]


def waf_scope(value: str, _params: Params, _region: str) -> str:
    return {"REGIONAL": "regional", "CLOUDFRONT": "global"}.get(value, value)


LOOKUPS: dict[str, Callable[[str, Params, str], str]] = {
    "trail": trail,
    "table": table,
    "bus": bus,
    "rule": rule,
    "role": role,
    "user": user,
    "key": key,
    "function": function,
    "parameter": parameter,
    "stack": stack,
    "changeset": changeset,
    "subscriptiontopic": subscription_topic,
    "wafscope": waf_scope,
}


# Operations whose actions depend on what they carry.


def s3_copy(_operation: str, params: Params, _region: str) -> list[Action]:
    source = str(params.get("CopySource", "")).lstrip("/").split("?")[0]
    return [
        {"action": "s3:GetObject", "resources": [f"arn:aws:s3:::{source}"]},
        {"action": "s3:PutObject", "resources": [f"arn:aws:s3:::{params.get('Bucket')}/{params.get('Key')}"]},
    ]


def s3_delete_objects(_operation: str, params: Params, _region: str) -> list[Action]:
    objects = params.get("Delete", {}).get("Objects", [])
    return [
        {
            "action": "s3:DeleteObjectVersion" if one.get("VersionId") else "s3:DeleteObject",
            "resources": [f"arn:aws:s3:::{params.get('Bucket')}/{one.get('Key')}"],
        }
        for one in objects
    ] or [{"action": "s3:DeleteObject", "resources": [f"arn:aws:s3:::{params.get('Bucket')}/*"]}]


def ec2_modify_rules(_operation: str, params: Params, region: str) -> list[Action]:
    base = f"arn:aws:ec2:{region}:{ACCOUNT_ID}"
    rules = params.get("SecurityGroupRules", [])
    resources = [f"{base}:security-group/{params.get('GroupId')}"]
    resources += [f"{base}:security-group-rule/{one.get('SecurityGroupRuleId')}" for one in rules]
    prefix_lists = [(one.get("SecurityGroupRule") or {}).get("PrefixListId") for one in rules]
    resources += [f"{base}:prefix-list/{one}" for one in prefix_lists if one]
    return [{"action": "ec2:ModifySecurityGroupRules", "resources": resources}]


def ec2_share_snapshot(operation: str, params: Params, region: str) -> list[Action]:
    """Both forms of the request have the same condition keys, for what it adds and what it removes."""
    context: dict[str, list[str]] = {}
    for kind in ("Add", "Remove"):
        entries = (params.get("CreateVolumePermission") or {}).get(kind) or []
        is_older = params.get("OperationType") == kind.lower()
        for key, member, older in (("group", "Group", "GroupNames"), ("userId", "UserId", "UserIds")):
            values = [one[member] for one in entries if one.get(member)]
            values += params.get(older) or [] if is_older else []
            if values:
                context[f"ec2:{kind}/{key}"] = values
    snapshot = f"arn:aws:ec2:{region}::snapshot/{params.get('SnapshotId')}"
    return [
        {
            "action": f"ec2:{operation}",
            "resources": [snapshot],
            "context": {key: values[0] if len(values) == 1 else values for key, values in context.items()},
        }
    ]


def events_put(_operation: str, params: Params, region: str) -> list[Action]:
    actions: dict[tuple[str, str, str], Action] = {}
    for entry in params.get("Entries", []):
        target = bus(entry.get("EventBusName") or "default", params, region)
        source, detail_type = entry.get("Source", ""), entry.get("DetailType", "")
        actions[(target, source, detail_type)] = {
            "action": "events:PutEvents",
            "resources": [target],
            "context": {"events:source": source, "events:detail-type": detail_type},
        }
    return list(actions.values()) or [{"action": "events:PutEvents", "resources": ["*"]}]


def dynamodb_keys(operation: str, params: Params, region: str) -> list[Action]:
    arn = table(params.get("TableName", ""), params, region)
    if params.get("IndexName"):
        arn = f"{arn}/index/{params['IndexName']}"
    required: Action = {"action": f"dynamodb:{operation}", "resources": [arn]}
    leading = leading_key(params, region)
    if leading is not None:
        required["context"] = {"dynamodb:LeadingKeys": [leading]}
    return [required]


def dynamodb_transact(_operation: str, params: Params, region: str) -> list[Action]:
    """A transaction has no action of its own: each member needs its own."""
    names = {
        "Put": "PutItem",
        "Update": "UpdateItem",
        "Delete": "DeleteItem",
        "ConditionCheck": "ConditionCheckItem",
        "Get": "GetItem",
    }
    return [
        action
        for item in params.get("TransactItems", [])
        for kind, request in item.items()
        if kind in names
        for action in dynamodb_keys(names[kind], request, region)
    ]


def dynamodb_batch(operation: str, params: Params, region: str) -> list[Action]:
    return [
        {"action": f"dynamodb:{operation}", "resources": [table(name, params, region)]}
        for name in params.get("RequestItems", {})
    ]


def leading_key(params: Params, region: str) -> str | None:
    """The partition key's value, where the request tells it."""
    from moto.dynamodb.models import dynamodb_backends

    known = dynamodb_backends[ACCOUNT_ID][region].tables.get(params.get("TableName", "").rsplit("/", 1)[-1])
    if known is None:
        return None
    item = params.get("Key") or params.get("Item")
    if item is None:
        match = re.search(r"(\S+)\s*=\s*(:\w+)", params.get("KeyConditionExpression") or "")
        item = {known.hash_key_attr: (params.get("ExpressionAttributeValues") or {}).get(match[2])} if match else {}
    value = (item or {}).get(known.hash_key_attr)
    return str(next(iter(value.values()))) if isinstance(value, dict) and value else None


def sqs_move(_operation: str, params: Params, region: str) -> list[Action]:
    """The caller must be allowed what the move does on its behalf.

    Source: Amazon SQS Developer Guide, "Learn how to configure a dead-letter queue redrive", queue permissions.
    """
    from .patches import sqs_moves

    source, destination = params.get("SourceArn", ""), params.get("DestinationArn")
    backend = sqs_backends[ACCOUNT_ID][region]
    dead = backend.queues.get(source.rsplit(":", 1)[-1])
    receivers = [destination] if destination else list(sqs_moves.sources(backend, dead)) if dead else []
    taken = ("StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    return [
        *({"action": f"sqs:{one}", "resources": [source]} for one in taken),
        *({"action": "sqs:SendMessage", "resources": [one]} for one in receivers),
    ]


def securityhub_import(_operation: str, params: Params, _region: str) -> list[Action]:
    """The caller must be allowed to import as each product, into each account."""
    findings = {(one.get("ProductArn", "*"), one.get("AwsAccountId", "")): None for one in params.get("Findings", [])}
    return [
        {
            "action": "securityhub:BatchImportFindings",
            "resources": [product],
            "context": {"securityhub:TargetAccount": account},
        }
        for product, account in findings
    ] or [{"action": "securityhub:BatchImportFindings", "resources": ["*"]}]


def securityhub_update(operation: str, params: Params, region: str) -> list[Action]:
    """Both forms have one action, and a condition key for each field that is set."""
    is_v2 = operation.endswith("V2")
    identifiers = ("FindingIdentifiers", "MetadataUids")
    context = {
        f"securityhub:{'OCSF' if is_v2 else 'ASFF'}SyntaxPath/{path}": text
        for name, value in params.items()
        if name not in identifiers
        for path, text in leaves(name, value)
    }
    hub = hub_v2_arn(region) if is_v2 else f"arn:aws:securityhub:{region}:{ACCOUNT_ID}:hub/default"
    return [{"action": "securityhub:BatchUpdateFindings", "resources": [hub], "context": context}]


def leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """`Note.Text` and the like, with their values."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(f"{path}.{name}", one)
    else:
        yield path, str(value)


def securityhub_find_v2(_operation: str, _params: Params, region: str) -> list[Action]:
    return [{"action": "securityhub:GetFindings", "resources": [hub_v2_arn(region)]}]


def hub_v2_arn(region: str) -> str:
    from .patches import securityhub

    return securityhub.hub_v2_arn(region)


def iam_attach(operation: str, params: Params, region: str) -> list[Action]:
    action: Action = {"action": f"iam:{operation}", "resources": [role(params.get("RoleName", ""), params, region)]}
    if params.get("PolicyArn"):
        action["context"] = {"iam:PolicyARN": params["PolicyArn"]}
    return [action]


SET_WEB_ACL = {
    ":loadbalancer/app/": "elasticloadbalancing:SetWebAcl",
    ":apigateway:": "apigateway:SetWebACL",
    ":appsync:": "appsync:SetWebACL",
    ":userpool/": "cognito-idp:{verb}WebACL",
    ":apprunner:": "apprunner:{verb}WebAcl",
    ":verified-access-instance/": "ec2:{verb}VerifiedAccessInstanceWebAcl",
}
"""What the caller must be allowed by the resource's own service
(https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html)."""


def wafv2_associate(operation: str, params: Params, _region: str) -> list[Action]:
    """Both sides must allow it."""
    resource = params.get("ResourceArn", "*")
    sides = [params["WebACLArn"], resource] if params.get("WebACLArn") else [resource]
    verb = operation.removesuffix("WebACL")
    theirs = [text.format(verb=verb) for mark, text in SET_WEB_ACL.items() if mark in resource]
    return [
        {"action": f"wafv2:{operation}", "resources": sides},
        *({"action": action, "resources": [resource]} for action in theirs),
    ]


def wafv2_protection(operation: str, params: Params, region: str) -> list[Action]:
    """The web ACL that is found counts too."""
    from .patches import wafv2

    resource = params.get("ResourceArn", "*")
    found = wafv2.acl_of(resource)
    acl = found.arn if found else f"arn:aws:wafv2:{region}:{ACCOUNT_ID}:regional/webacl/*/*"
    return [{"action": f"wafv2:{operation}", "resources": [resource, acl]}]


def wafv2_rules(operation: str, params: Params, region: str) -> list[Action]:
    """The caller must be allowed it on what is made or changed, and on the sets and groups that its rules use."""
    from . import waf_rules

    kind = "webacl" if operation.endswith("WebACL") else "rulegroup"
    scope = waf_scope(params.get("Scope", ""), params, region)
    place = f"{scope}/{kind}/{params.get('Name')}/{params.get('Id', '*')}"
    try:
        used = sorted(waf_rules.references(params.get("Rules") or []))
    except (KeyError, waf_rules.WafError):  # the service will refuse them
        used = []
    return [{"action": f"wafv2:{operation}", "resources": [f"arn:aws:wafv2:{region}:{ACCOUNT_ID}:{place}", *used]}]


def shield_protection(operation: str, params: Params, _region: str) -> list[Action]:
    """A request may name the protected resource; policies speak of the protection."""
    from .patches import shield

    protection = params.get("ProtectionId") or shield.protection_of(params.get("ResourceArn", "")) or "*"
    return [{"action": f"shield:{operation}", "resources": [f"arn:aws:shield::{ACCOUNT_ID}:protection/{protection}"]}]


SPECIAL: dict[str, Callable[[str, Params, str], list[Action]]] = {
    "s3_copy": s3_copy,
    "s3_delete_objects": s3_delete_objects,
    "ec2_modify_rules": ec2_modify_rules,
    "ec2_share_snapshot": ec2_share_snapshot,
    "events_put": events_put,
    "dynamodb_keys": dynamodb_keys,
    "dynamodb_transact": dynamodb_transact,
    "dynamodb_batch": dynamodb_batch,
    "iam_attach": iam_attach,
    "sqs_move": sqs_move,
    "securityhub_import": securityhub_import,
    "securityhub_update": securityhub_update,
    "securityhub_find_v2": securityhub_find_v2,
    "shield_protection": shield_protection,
    "wafv2_associate": wafv2_associate,
    "wafv2_protection": wafv2_protection,
    "wafv2_rules": wafv2_rules,
}

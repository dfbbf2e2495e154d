"""Templates: parsing, parameters, conditions, intrinsic functions, order."""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from .. import clients
from ..settings import ACCOUNT_ID

NO_VALUE = object()
SUB_REFERENCE = re.compile(r"\$\{([^!][^}]*)\}")
DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:([a-z-]+):([^}]+)\}\}")


class TemplateError(Exception):
    """The template cannot be processed; the message is what CloudFormation would say."""


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _short_form(loader: _Loader, tag: str, node: yaml.Node) -> Any:
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if tag == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {name: value}


_Loader.add_multi_constructor("!", _short_form)
# 2012-10-17 is a policy's version, not a date.
_Loader.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def parse(body: str) -> dict[str, Any]:
    """A template as an object."""
    try:
        # JSON first: a thousand times quicker than YAML, and what the CDK sends mostly.
        parsed = json.loads(body) if body.lstrip().startswith("{") else yaml.load(body, _Loader)  # noqa: S506
    except (ValueError, yaml.YAMLError) as error:
        raise TemplateError(f"Template format error: {error}") from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("Resources"), dict) or not parsed["Resources"]:
        raise TemplateError("Template format error: At least one Resources member must be defined.")
    return parsed


def references(value: Any) -> set[str]:
    """All logical ids that a piece of a template speaks of."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref" and isinstance(inner, str):
                found.add(inner)
            elif key == "Fn::GetAtt":
                found.add(inner.split(".")[0] if isinstance(inner, str) else inner[0])
            elif key == "Fn::Sub":
                text = inner if isinstance(inner, str) else inner[0]
                local = set() if isinstance(inner, str) else set(inner[1])
                found |= {one.split(".")[0] for one in SUB_REFERENCE.findall(text)} - local
                if not isinstance(inner, str):
                    found |= references(inner[1])
            else:
                found |= references(inner)
    elif isinstance(value, list):
        for inner in value:
            found |= references(inner)
    return found


def dependencies(template: dict[str, Any], logical_id: str) -> set[str]:
    """The resources that must exist before this one."""
    resource = template["Resources"][logical_id]
    depends = resource.get("DependsOn", [])
    named = {depends} if isinstance(depends, str) else set(depends)
    return ((references(resource.get("Properties", {})) | named) & set(template["Resources"])) - {logical_id}


def in_order(template: dict[str, Any]) -> list[str]:
    """Logical ids, dependencies first."""
    order: list[str] = []
    state: dict[str, bool] = {}

    def visit(logical_id: str, path: tuple[str, ...]) -> None:
        if state.get(logical_id):
            return
        if logical_id in path:
            raise TemplateError(f"Circular dependency between resources: [{', '.join(path)}]")
        for dependency in sorted(dependencies(template, logical_id)):
            visit(dependency, (*path, logical_id))
        state[logical_id] = True
        order.append(logical_id)

    for logical_id in template["Resources"]:
        visit(logical_id, ())
    return order


@dataclass
class Scope:
    """Everything that expressions of one stack can see."""

    template: dict[str, Any]
    region: str
    stack_name: str
    stack_id: str
    parameters: dict[str, Any]
    ref: Callable[[str], Any] = field(default=lambda _logical_id: NO_VALUE)
    get_att: Callable[[str, str], Any] = field(default=lambda _logical_id, _attribute: NO_VALUE)
    import_value: Callable[[str], Any] = field(default=lambda _name: NO_VALUE)
    _conditions: dict[str, bool] = field(default_factory=dict)

    def condition(self, name: str) -> bool:
        """A named condition's value."""
        if name not in self._conditions:
            conditions = self.template.get("Conditions", {})
            if name not in conditions:
                raise TemplateError(f"Template format error: Unresolved condition {name}")
            self._conditions[name] = self.truth(conditions[name])
        return self._conditions[name]

    def truth(self, expression: Any) -> bool:
        """A condition expression's value."""
        if isinstance(expression, dict) and len(expression) == 1:
            name, value = next(iter(expression.items()))
            if name == "Condition":
                return self.condition(value)
            if name == "Fn::Equals":
                left, right = (self.resolve(one) for one in value)
                return as_text(left) == as_text(right)
            if name == "Fn::Not":
                return not self.truth(value[0])
            if name == "Fn::And":
                return all(self.truth(one) for one in value)
            if name == "Fn::Or":
                return any(self.truth(one) for one in value)
            if name == "Fn::Contains":
                return as_text(self.resolve(value[1])) in [as_text(one) for one in self.resolve(value[0])]
        return as_text(self.resolve(expression)) == "true"

    def included(self, resource: dict[str, Any]) -> bool:
        """Whether a resource's or output's own condition holds."""
        return "Condition" not in resource or self.condition(resource["Condition"])

    def resolve(self, value: Any) -> Any:
        """A value with all expressions evaluated; NO_VALUE where nothing is to be there."""
        if isinstance(value, dict):
            if len(value) == 1:
                name, argument = next(iter(value.items()))
                if name == "Ref":
                    return self.reference(argument)
                if name in FUNCTIONS:
                    return self.with_references(FUNCTIONS[name](self, argument))
                if name.startswith("Fn::"):
                    raise TemplateError(f"Template error: the sandbox does not know {name}")
            resolved = {key: self.resolve(inner) for key, inner in value.items()}
            return {key: inner for key, inner in resolved.items() if inner is not NO_VALUE}
        if isinstance(value, list):
            return [one for one in map(self.resolve, value) if one is not NO_VALUE]
        return self.with_references(value)

    def with_references(self, value: Any) -> Any:
        """A text with what its dynamic references stand for; they may be joined from pieces."""
        if isinstance(value, str) and "{{resolve:" in value:
            return DYNAMIC_REFERENCE.sub(lambda match: self.dynamic(match[1], match[2]), value)
        return value

    def reference(self, name: str) -> Any:
        """`Ref`."""
        pseudo = {
            "AWS::AccountId": ACCOUNT_ID,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": [],
            "AWS::Partition": "aws",
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        if name not in self.template["Resources"]:
            raise TemplateError(f"Template format error: Unresolved resource dependencies [{name}]")
        return self.ref(name)

    def attribute(self, argument: Any) -> Any:
        """`Fn::GetAtt`."""
        logical_id, name = (
            argument.split(".", 1) if isinstance(argument, str) else (argument[0], self.resolve(argument[1]))
        )
        if logical_id not in self.template["Resources"]:
            raise TemplateError(f"Template error: instance of Fn::GetAtt references undefined resource {logical_id}")
        return self.get_att(logical_id, name)

    def sub(self, argument: Any) -> str:
        """`Fn::Sub`."""
        text, local = (argument, {}) if isinstance(argument, str) else (argument[0], self.resolve(argument[1]))

        def replacement(match: re.Match[str]) -> str:
            name = match[1]
            if name in local:
                return as_text(local[name])
            return as_text(self.attribute(name) if "." in name else self.reference(name))

        return SUB_REFERENCE.sub(replacement, text).replace("${!", "${")

    def find_in_map(self, argument: list[Any]) -> Any:
        """`Fn::FindInMap`, with the default of the language extension."""
        name, top, second = (self.resolve(one) for one in argument[:3])
        try:
            return self.resolve(self.template["Mappings"][name][top][second])
        except KeyError as error:
            if len(argument) > 3 and "DefaultValue" in argument[3]:
                return self.resolve(argument[3]["DefaultValue"])
            raise TemplateError(f"Template error: Unable to get mapping for {name}::{top}::{second}") from error

    def dynamic(self, service: str, reference: str) -> str:
        """`{{resolve:…}}`."""
        if service in ("ssm", "ssm-secure"):
            name, _, version = reference.partition(":")
            selector = f"{name}:{version}" if version else name
            return clients.client("ssm", self.region).get_parameter(Name=selector, WithDecryption=True)["Parameter"][
                "Value"
            ]
        if service == "secretsmanager":
            parts = reference.split(":SecretString")
            fields = parts[1].removeprefix(":").split(":") if len(parts) > 1 else []
            key, stage, version = [*fields, "", "", ""][:3]
            call = {"SecretId": parts[0], "VersionStage": stage, "VersionId": version}
            given = {name: one for name, one in call.items() if one}
            secret = clients.client("secretsmanager", self.region).get_secret_value(**given)["SecretString"]
            return as_text(json.loads(secret)[key]) if key else secret
        raise TemplateError(f"Template error: the sandbox cannot resolve {service}")


def as_text(value: Any) -> str:
    """A scalar as CloudFormation writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is NO_VALUE else str(value)


def _select(scope: Scope, argument: list[Any]) -> Any:
    index, values = int(scope.resolve(argument[0])), scope.resolve(argument[1])
    if index >= len(values):
        raise TemplateError(f"Template error: Fn::Select cannot select nonexistent value at index {index}")
    return values[index]


def _cidr(scope: Scope, argument: list[Any]) -> list[str]:
    block, count, *bits = (scope.resolve(one) for one in argument)
    network = ipaddress.ip_network(block)
    prefix = network.max_prefixlen - int(bits[0] if bits else 8)
    subnets = network.subnets(new_prefix=prefix)
    return [str(next(subnets)) for _ in range(int(count))]


FUNCTIONS: dict[str, Callable[[Scope, Any], Any]] = {
    "Condition": lambda scope, argument: (
        scope.condition(argument) if isinstance(argument, str) else {"Condition": scope.resolve(argument)}
    ),
    "Fn::And": lambda scope, argument: scope.truth({"Fn::And": argument}),
    "Fn::Base64": lambda scope, argument: base64.b64encode(as_text(scope.resolve(argument)).encode()).decode(),
    "Fn::Cidr": _cidr,
    "Fn::Contains": lambda scope, argument: scope.truth({"Fn::Contains": argument}),
    "Fn::Equals": lambda scope, argument: scope.truth({"Fn::Equals": argument}),
    "Fn::FindInMap": Scope.find_in_map,
    "Fn::GetAZs": lambda scope, argument: [f"{scope.resolve(argument) or scope.region}{zone}" for zone in "abc"],
    "Fn::GetAtt": Scope.attribute,
    "Fn::If": lambda scope, argument: scope.resolve(argument[1] if scope.condition(argument[0]) else argument[2]),
    "Fn::ImportValue": lambda scope, argument: scope.import_value(as_text(scope.resolve(argument))),
    "Fn::Join": lambda scope, argument: argument[0].join(as_text(one) for one in scope.resolve(argument[1])),
    "Fn::Length": lambda scope, argument: len(scope.resolve(argument)),
    "Fn::Not": lambda scope, argument: scope.truth({"Fn::Not": argument}),
    "Fn::Or": lambda scope, argument: scope.truth({"Fn::Or": argument}),
    "Fn::Select": _select,
    "Fn::Split": lambda scope, argument: as_text(scope.resolve(argument[1])).split(argument[0]),
    "Fn::Sub": Scope.sub,
    "Fn::ToJsonString": lambda scope, argument: json.dumps(scope.resolve(argument), separators=(",", ":")),
}


def parameter_values(template: dict[str, Any], given: dict[str, str], region: str) -> dict[str, Any]:
    """The parameters' values: given ones, else defaults; lists split and SSM parameters looked up."""
    slots = template.get("Parameters", {})
    unknown = sorted(set(given) - set(slots))
    if unknown:
        raise TemplateError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    missing = [name for name, slot in slots.items() if name not in given and "Default" not in slot]
    if missing:
        raise TemplateError(f"Parameters: [{', '.join(missing)}] must have values")
    values: dict[str, Any] = {}
    for name, slot in slots.items():
        value: Any = given.get(name, slot.get("Default"))
        kind = slot.get("Type", "String")
        if "AllowedValues" in slot and as_text(value) not in [as_text(one) for one in slot["AllowedValues"]]:
            raise TemplateError(f"Parameter '{name}' must be one of AllowedValues")
        if "AllowedPattern" in slot and not re.fullmatch(slot["AllowedPattern"], as_text(value)):
            raise TemplateError(f"Parameter '{name}' must match pattern {slot['AllowedPattern']}")
        if kind.startswith("AWS::SSM::Parameter::Value"):
            value = ssm_value(as_text(value), region)
        values[name] = as_text(value).split(",") if "List" in kind and not isinstance(value, list) else value
    return values


def ssm_value(name: str, region: str) -> str:
    """What an SSM parameter holds."""
    ssm = clients.client("ssm", region)
    try:
        return ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound as error:
        raise TemplateError(f"Unable to fetch parameters [{name}] from parameter store for this account.") from error

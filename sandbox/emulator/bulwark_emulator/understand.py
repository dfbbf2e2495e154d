"""What a request says, in the words of the SDK's own model: service, operation, parameters, and what it breaks."""

from __future__ import annotations

import base64
import datetime
import functools
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError
from botocore.validate import ParamValidator
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.utils import get_service_model
from werkzeug.datastructures import Headers, MultiDict

from . import actions
from .settings import ACCOUNT_ID

SIGNING_NAMES = {
    "access-analyzer": "accessanalyzer",
    "monitoring": "cloudwatch",
    "email": "ses",
    "elasticloadbalancing": "elbv2",
    "elasticfilesystem": "efs",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
    "aoss": "opensearchserverless",
}
BLOB = "<blob>"


class NotUnderstood(Exception):
    """No operation of the service's model has this form."""


@dataclass(frozen=True)
class Route:
    """One REST operation's address."""

    operation: str
    method: str
    path: re.Pattern[str]
    query: tuple[tuple[str, str], ...]
    required_query: tuple[str, ...]
    required_headers: tuple[str, ...]
    static: int

    def score(self, method: str, path: str, query: MultiDict[str, str], headers: Headers) -> int | None:
        """How exactly the request fits; None when it does not."""
        if method != self.method or not self.path.fullmatch(path):
            return None
        for name, value in self.query:
            if name not in query or (value and query[name] != value):
                return None
        if any(name not in query for name in self.required_query):
            return None
        if any(name not in headers for name in self.required_headers):
            return None
        return 1000 * (len(self.query) + len(self.required_query) + len(self.required_headers)) + self.static


@functools.cache
def routes(service: str) -> tuple[Route, ...]:
    """The routes of a REST service, deprecated twins last."""
    model = get_service_model(service)
    found = []
    for name in model.operation_names:
        operation = model.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        query_required, header_required = [], []
        shape = operation.input_shape
        for member in shape.required_members if shape else ():
            serialization = shape.members[member].serialization
            if serialization.get("location") == "querystring":
                query_required.append(serialization.get("name", member))
            elif serialization.get("location") == "header":
                header_required.append(serialization.get("name", member))
        pattern = re.sub(r"\{(\w+)\+\}", r"(?P<\1>.+)", path.rstrip("/").replace(".", r"\."))
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        found.append(
            Route(
                operation=name,
                method=operation.http["method"],
                path=re.compile(f"{pattern}/?"),
                query=tuple((key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != "x-id"),
                required_query=tuple(query_required),
                required_headers=tuple(header_required),
                static=len(re.sub(r"\{[^}]*\}", "", path)),
            )
        )
    preferred = {"GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "ListBuckets",
                 "GetBucketNotificationConfiguration", "PutBucketNotificationConfiguration"}  # fmt: skip
    return tuple(sorted(found, key=lambda route: route.operation not in preferred))


@functools.cache
def model_of(service: str) -> ServiceModel:
    """A service's model; loading EC2's takes a second, so each is kept."""
    try:
        return get_service_model(service)
    except UnknownServiceError as error:
        raise NotUnderstood(f"There is no AWS service {service}.") from error


class Request:
    """A request with what all protocols need of it."""

    def __init__(self, method: str, target: str, headers: dict[str, Any], body: bytes):
        self.method = method
        raw_path, _, query = target.partition("?")
        self.path = raw_path
        self.query = MultiDict(parse_qsl(query, keep_blank_values=True))
        self.headers = Headers(
            [(name, one) for name, value in headers.items() for one in (value if isinstance(value, list) else [value])]
        )
        self.body = body

    @property
    def host(self) -> str:
        """The host's name without port."""
        return self.headers.get("host", "").split(":")[0]


def botocore_service(signing_name: str, request: Request) -> str:
    """botocore's name of a service, from the name it signs with."""
    if signing_name == "s3" and (request.path.startswith("/v20180820/") or re.match(r"\d{12}\.", request.host)):
        return "s3control"
    if signing_name == "dynamodb" and request.headers.get("x-amz-target", "").startswith("DynamoDBStreams"):
        return "dynamodbstreams"
    if signing_name == "ses" and request.path.startswith("/v2/"):
        return "sesv2"
    return SIGNING_NAMES.get(signing_name, signing_name)


def understand(
    method: str, target: str, headers: dict[str, Any], body: bytes, region: str, service: str
) -> dict[str, Any]:
    """The answer to POST /_bulwark/understand."""
    request = Request(method, target, headers, body)
    name = botocore_service(service, request)
    model = model_of(name)
    if name == "s3":
        to_path_style(request)
    operation, url_params, form = find_operation(model, request)
    try:
        params = parse(model, operation, request, url_params, form)
        problems = validate(operation, params)
    except Exception as error:  # noqa: BLE001 - whatever a parser trips over is the caller's malformed request
        params, problems = {}, [f"The request cannot be read: {error}"]
    required = actions.required_actions(name, operation.name, params, region)
    answer = {
        "service": name,
        "operation": operation.name,
        "region": region,
        "params": plain(params),
        "mutating": actions.is_mutating(name, operation.name),
        "actions": required,
        "problems": problems,
    }
    owner = policy_owner(name, params, required)
    if owner:
        answer["resourcePolicyOf"] = owner
    return answer


def find_operation(model: ServiceModel, request: Request) -> tuple[OperationModel, dict[str, str], MultiDict[str, str]]:
    """The operation, the parameters in its path, and its form fields (query protocols)."""
    form: MultiDict[str, str] = request.query
    target = request.headers.get("x-amz-target")
    cbor = re.search(r"/service/[^/]+/operation/(\w+)$", request.path)
    protocol = model.protocol
    try:
        if cbor:
            return model.operation_model(cbor[1]), {}, form
        if target:
            return model.operation_model(target.rsplit(".", 1)[-1]), {}, form
        if protocol in ("query", "ec2"):
            form = MultiDict(
                [*request.query.items(multi=True), *parse_qsl(request.body.decode(), keep_blank_values=True)]
            )
            return model.operation_model(form.get("Action", "")), {}, form
        hint = request.query.get("x-id")
        known = routes(model.service_name)
        fits = [
            (score, route)
            for route in known
            if (score := route.score(request.method, request.path, request.query, request.headers)) is not None
        ]
        hinted = [(score, route) for score, route in fits if route.operation == hint]
        if hinted or fits:
            _, route = max(hinted or fits, key=lambda one: one[0])
            match = route.path.fullmatch(request.path)
            return model.operation_model(route.operation), match.groupdict() if match else {}, form
    except OperationNotFoundError:
        pass
    raise NotUnderstood(f"{model.service_name} has no operation for {request.method} {request.path}.")


def to_path_style(request: Request) -> None:
    """`bucket.localhost/key` means `/bucket/key`."""
    labels = request.host.split(".")
    marks = [
        index for index, label in enumerate(labels) if label == "localhost" or label == "s3" or label.startswith("s3-")
    ]
    if marks and marks[0] > 0:
        request.path = f"/{'.'.join(labels[: marks[0]])}{request.path}"


def parse(
    model: ServiceModel,
    operation: OperationModel,
    request: Request,
    url_params: dict[str, str],
    form: MultiDict[str, str],
) -> dict[str, Any]:
    """The modelled parameters."""
    shape = operation.input_shape
    if shape is None:
        return {}
    protocol = model.protocol
    if protocol not in PROTOCOL_PARSERS:
        protocol = next(one for one in model.metadata["protocols"] if one in PROTOCOL_PARSERS)
    payload = shape.serialization.get("payload")
    streamed = payload is not None and shape.members[payload].type_name == "blob"
    parsed = PROTOCOL_PARSERS[protocol](operation).parse(
        {
            "method": request.method,
            "values": form,
            "headers": request.headers,
            "body": b"" if streamed else request.body,
            "url_path": unquote(request.path),
            "url_params": url_params,
        }
    )
    if streamed and payload is not None and request.body:
        parsed[payload] = b""
    return parsed


def validate(operation: OperationModel, params: dict[str, Any]) -> list[str]:
    """Where the parameters break the model."""
    if operation.input_shape is None:
        return []
    report = ParamValidator().validate(params, operation.input_shape)
    return [line for line in report.generate_report().split("\n") if line]


def plain(value: Any) -> Any:
    """Parameters as JSON."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (bytes, bytearray)):
        return BLOB
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def policy_owner(service: str, params: dict[str, Any], required: list[dict[str, Any]]) -> str | None:
    """The resource whose own policy has a say."""
    if service == "s3":
        return f"arn:aws:s3:::{params['Bucket']}" if params.get("Bucket") else None
    if service not in ("sqs", "sns", "kms", "events", "lambda", "sts", "secretsmanager", "logs"):
        return None
    resource = required[0]["resources"][0] if required else "*"
    if service == "events" and ":event-bus/" not in resource:
        return None
    return resource if resource != "*" and "*" not in resource and f":{ACCOUNT_ID}:" in resource else None


def from_json(body: dict[str, Any]) -> dict[str, Any]:
    """Understands the body of POST /_bulwark/understand."""
    return understand(
        body["method"],
        body["path"],
        body.get("headers", {}),
        base64.b64decode(body.get("bodyBase64") or ""),
        body["region"],
        body["service"],
    )

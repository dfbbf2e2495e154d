"""API clients that call the emulator without a socket: CloudFormation, pollers and event delivery use them.

Going through the modelled API rather than through moto's classes keeps one way in: what `DescribeTrails` shows after
`CreateTrail` is what CloudFormation has made.
"""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from moto.core.botocore_stubber import MockRawResponse

from . import wsgi
from .settings import settings

_app: wsgi.WsgiApp | None = None
_lock = threading.Lock()
_clients: dict[tuple[str, str], Any] = {}
_session = boto3.session.Session(aws_access_key_id="AKIABULWARKEMULATOR", aws_secret_access_key="local")
_config = Config(
    retries={"total_max_attempts": 1},
    # Validated by the service, as CloudFormation does; a client's own checks would only cost time.
    parameter_validation=True,
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


def use(app: wsgi.WsgiApp) -> None:
    """Tells the clients which application they call."""
    global _app  # noqa: PLW0603 - one emulator per process, as moto's backends are
    _app = app


def client(service: str, region: str) -> Any:
    """A client of a service in a Region."""
    key = (service, region)
    if key not in _clients:
        with _lock:
            if key not in _clients:
                made = _session.client(service, region_name=region, endpoint_url=settings.endpoint, config=_config)
                made.meta.events.register_first("before-send.*", _send)
                _clients[key] = made
    return _clients[key]


def _send(request: Any, **_: Any) -> AWSResponse:
    assert _app is not None, "clients.use() was not called"
    parts = urlsplit(request.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = [
        (name, value.decode() if isinstance(value, bytes) else str(value)) for name, value in request.headers.items()
    ]
    if not any(name.lower() == "host" for name, _ in headers):
        headers.append(("Host", parts.netloc))
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    status, answered, content = wsgi.call(_app, request.method, target, headers, body)
    return AWSResponse(request.url, status, dict(answered), MockRawResponse(content))

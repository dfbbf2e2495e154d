"""Puts the parts together: moto's application, completed, behind one port with the control paths."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from . import clients, functions, patches, policies, report, trails, understand, wsgi
from .patches import iam, shield
from .settings import ACCOUNT_ID, settings
from .types import custom

CONTROL = "/_bulwark/"
JSON = [("Content-Type", "application/json")]
TRAILS_HEADER = "x-bulwark-trails"
"""Tells with each answer by which state of the trails its call is recorded."""


class Application:
    """Control paths first, everything else is an AWS request."""

    def __init__(self) -> None:
        self.aws = DomainDispatcherApplication(create_backend_app)
        self.routes: dict[tuple[str, str], Callable[[dict[str, Any], dict[str, str]], tuple[int, Any]]] = {
            ("GET", "health"): lambda _body, _query: (200, {"ok": True}),
            ("POST", "understand"): self.understand,
            ("GET", "principal"): lambda _body, query: found(policies.principal(query.get("arn", ""))),
            ("GET", "resource-policy"): self.resource_policy,
            ("POST", "deliver"): self.deliver,
            ("POST", "emit"): self.emit,
            ("POST", "kill"): lambda body, _query: (200, {"killed": functions.kill(body["function"])}),
            ("POST", "age"): lambda body, _query: (200, {"aged": iam.age_keys(body["user"], int(body["days"]))}),
            ("POST", "shield"): self.shield,
            ("GET", "report"): lambda _body, _query: (200, report.report()),
        }

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(CONTROL):
            status, answer = self.control(environ, path.removeprefix(CONTROL))
            start_response(f"{status} -", JSON)
            return [json.dumps(answer, default=str).encode()]
        if path.startswith(custom.CALLBACK_PATH):
            known = custom.answered(path.removeprefix(custom.CALLBACK_PATH), environ["wsgi.input"].read())
            start_response("200 OK" if known else "404 -", [])
            return []
        to_path_style(environ)
        number = str(trails.state())

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, (TRAILS_HEADER, number)], *rest)

        return self.aws(environ, start)

    def control(self, environ: dict[str, Any], name: str) -> tuple[int, Any]:
        """Answers a control path; without the token there is nothing here."""
        route = self.routes.get((environ["REQUEST_METHOD"], name))
        if route is None or environ.get("HTTP_X_BULWARK_TOKEN", "") != settings.token:
            return 404, {"error": f"There is nothing at {environ['PATH_INFO']}."}
        query = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
        content = environ["wsgi.input"].read()
        try:
            return route(json.loads(content) if content else {}, query)
        except (KeyError, ValueError, understand.NotUnderstood) as error:
            return 400, {"error": f"{type(error).__name__}: {error}"}

    def understand(self, body: dict[str, Any], _query: dict[str, str]) -> tuple[int, Any]:
        return 200, understand.from_json(body)

    def resource_policy(self, _body: dict[str, Any], query: dict[str, str]) -> tuple[int, Any]:
        policy = policies.resource_policy(query.get("arn", ""))
        return found({"policy": policy} if policy else None)

    def deliver(self, body: dict[str, Any], _query: dict[str, str]) -> tuple[int, Any]:
        from . import cloudtrail_events

        cloudtrail_events.deliver(body["region"], body["record"], body.get("trails"), body.get("lost", False))
        return 200, {}

    def shield(self, body: dict[str, Any], _query: dict[str, str]) -> tuple[int, Any]:
        shield.subscribe(bool(body["subscribed"]))
        return 200, {}

    def emit(self, body: dict[str, Any], _query: dict[str, str]) -> tuple[int, Any]:
        from . import platform_events

        return 200, platform_events.from_control(body["region"], body["event"])


def to_path_style(environ: dict[str, Any]) -> None:
    """SDKs put the bucket, or for S3 Control the account, in front of the host; moto knows that of AWS's hosts only."""
    host, _, port = environ.get("HTTP_HOST", "").partition(":")
    name = host.removesuffix(".localhost")
    if name == host or "/s3/" not in environ.get("HTTP_AUTHORIZATION", "") + environ["QUERY_STRING"].replace(
        "%2F", "/"
    ):
        return
    environ["HTTP_HOST"] = f"localhost:{port}" if port else "localhost"
    if not (name.isdigit() and len(name) == len(ACCOUNT_ID)):
        environ["PATH_INFO"] = f"/{name}{environ['PATH_INFO']}"
        environ["RAW_URI"] = environ["REQUEST_URI"] = f"/{name}{environ['RAW_URI']}"


def found(answer: Any) -> tuple[int, Any]:
    """404 for what does not exist."""
    return (404, {"error": "There is no such thing."}) if answer is None else (200, answer)


@dataclass
class Running:
    """A started emulator."""

    port: int
    http: ThreadingHTTPServer
    app: Application

    def stop(self) -> None:
        """Ends the workers and the server."""
        patches.stop_background()
        self.http.server_close()


def start(port: int = 0) -> Running:
    """Starts the emulator in this process; there can be one, since moto keeps its state per process."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    patches.apply()
    app = Application()
    clients.use(app)
    http = wsgi.make_server(app, port)
    settings.port = http.server_address[1]
    wsgi.serve_in_background(http)
    return Running(settings.port, http, app)

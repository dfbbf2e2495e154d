"""A WSGI server with connections kept alive, and the same path without a socket for calls from inside."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Answer = tuple[int, list[tuple[str, str]], bytes]

log = logging.getLogger(__name__)

NO_BODY_STATUS = (204, 304)


def build_environ(method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes) -> dict[str, Any]:
    """The WSGI environment of a request that was read to its end."""
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        # WSGI wants the decoded path as latin-1 text.
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": target,
        "REQUEST_URI": target,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        elif key == "CONTENT_LENGTH":
            continue
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    host, _, port = environ.get("HTTP_HOST", "").partition(":")
    if host:
        environ["SERVER_NAME"], environ["SERVER_PORT"] = host, port or "80"
    return environ


def call(app: WsgiApp, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
    """Runs one request; a fault in one operation is that operation's answer, the emulator goes on."""
    try:
        return run(app, method, target, headers, body)
    except Exception as error:  # noqa: BLE001
        text = f"{type(error).__name__}: {error}"[:500]
        log.warning("%s %s failed: %s", method, unquote(target), text)
        log.debug("", exc_info=True)
        # SDKs repeat a call after 500, not after 501: what is missing here will not be there in a second.
        status = 501 if isinstance(error, NotImplementedError) else 500
        return status, [("Content-Type", "text/plain")], f"sandbox: {text}".encode()


def run(app: WsgiApp, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
    """Runs one request through the application."""
    started: list[Any] = []

    def start_response(status: str, response_headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        started[:] = [int(status.split(" ", 1)[0]), response_headers]
        return None

    chunks = app(build_environ(method, target, headers, body), start_response)
    try:
        content = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
    return started[0], started[1], content


def make_server(app: WsgiApp, port: int) -> ThreadingHTTPServer:
    """A server on the loopback address; port 0 picks a free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # A small answer must not wait for the other side's acknowledgement of the header.
        disable_nagle_algorithm = True
        wbufsize = -1

        def handle_request(self) -> None:
            body = self.read_body()
            status, headers, content = call(app, self.command, self.path, self.headers.items(), body)
            self.send_response_only(status)
            modelled_length = None
            for name, value in headers:
                if name.lower() == "content-length":
                    modelled_length = value
                elif name.lower() not in ("connection", "transfer-encoding"):
                    self.send_header(name, str(value).replace("\n", " ").replace("\r", " "))
            if self.command == "HEAD":
                # The length of what GET would answer is part of HeadObject's answer.
                self.send_header("Content-Length", modelled_length or str(len(content)))
                self.end_headers()
            elif status in NO_BODY_STATUS:
                self.end_headers()
            else:
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def read_body(self) -> bytes:
            if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
                chunks = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    chunks.append(self.rfile.read(size))
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass
                return b"".join(chunks)
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = handle_request

        def log_request(self, *_: Any) -> None:
            """The gateway keeps the call log."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, request: Any, client_address: Any) -> None:
            # A caller that goes away in the middle is its own business.
            if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
                super().handle_error(request, client_address)

    return Server(("127.0.0.1", port), Handler)


def serve_in_background(server: ThreadingHTTPServer) -> threading.Thread:
    """Serves until the process ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 3600}, daemon=True, name="http")
    thread.start()
    return thread

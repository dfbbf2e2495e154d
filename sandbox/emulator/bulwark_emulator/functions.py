"""Lambda functions as warm `node` processes that run the deployed bundle, never the source."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import logging
import os
import queue
import shutil
import subprocess
import threading
import time
import urllib.request
import uuid
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends

from . import clients
from .settings import ACCOUNT_ID, settings

log = logging.getLogger(__name__)

WORKER = Path(__file__).resolve().parents[1] / "worker.mjs"
GUARD = Path(__file__).resolve().parents[2] / "runner" / "guard" / "loopback.cjs"
"""Lets no socket of a function get further than loopback. By argument, since a template may set NODE_OPTIONS."""
REFUSED_LOG = "BULWARK_REFUSED_LOG"
"""Names the file in which the guard writes down what it refused."""
MOST_ENVIRONMENTS = 8
"""Execution environments of one function at a time; Lambda has a thousand, a laptop has not."""
ASYNC_RETRY_DELAYS = (60.0, 120.0)
"""Seconds before the second and the third try of an asynchronous invocation."""
PAUSED_WAIT = 0.2
"""Seconds until a function without any concurrency is looked at again."""
LOG_TAIL = 4096


class Throttled(LambdaClientError):
    """As many invocations run as the function's reserved concurrency lets."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


@dataclass
class Outcome:
    """What an invocation came to."""

    payload: bytes
    failed: bool
    log: list[str] = field(default_factory=list)


@dataclass
class Credentials:
    """Temporary credentials of an execution role."""

    environment: dict[str, str]
    expires: float


class Worker:
    """One execution environment."""

    def __init__(self, function: LambdaFunction, root: Path):
        self.stream = f"{datetime.now(timezone.utc):%Y/%m/%d}/[{function.version}]{uuid.uuid4().hex}"
        read, write = os.pipe()
        # The node that PATH names, as the CDK uses.
        command = ["node", "--require", str(GUARD), str(WORKER), str(write)]
        self.process = subprocess.Popen(  # noqa: S603 - our own worker script
            command,
            cwd=root,
            env=environment(function, root, self.stream),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(write,),
        )
        os.close(write)
        self.ended = False
        self.killed = False
        self.messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        reader = os.fdopen(read, "rb")
        threading.Thread(target=self.read, args=(reader,), daemon=True, name=f"worker {function.function_name}").start()

    def read(self, reader: IO[bytes]) -> None:
        with reader:
            for line in reader:
                self.messages.put(json.loads(line))
        self.ended = True
        self.messages.put(None)

    def invoke(self, function: LambdaFunction, event: bytes, request_id: str, invoked_arn: str) -> Outcome:
        """Runs one event, for the function's timeout at most."""
        deadline = time.time() + int(function.timeout)
        message = {
            "id": request_id,
            "event": json.loads(event or b"null"),
            "deadline": int(deadline * 1000),
            "credentials": credentials(function.role, function.function_name).environment,
            "context": {
                "functionName": function.function_name,
                "functionVersion": function.version,
                "invokedFunctionArn": invoked_arn,
                "memoryLimitInMB": str(function.memory_size),
                "logGroupName": log_group(function),
                "logStreamName": self.stream,
            },
        }
        lines: list[str] = []
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return exited(request_id, lines, self.killed)
        while True:
            try:
                answer = self.messages.get(timeout=max(0.0, deadline - time.time()))
            except queue.Empty:
                self.stop()
                late = f"Task timed out after {int(function.timeout):.2f} seconds"
                lines.append(f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%S.000Z} {request_id} {late}")
                return failure("Sandbox.Timedout", f"RequestId: {request_id} Error: {late}", lines)
            if answer is None:
                return exited(request_id, lines, self.killed)
            if "log" in answer:
                lines.append(answer["log"])
            elif answer.get("id") == request_id:
                if "error" in answer:
                    return Outcome(json.dumps(answer["error"]).encode(), True, lines)
                return Outcome(json.dumps(answer["result"]).encode(), False, lines)

    @property
    def alive(self) -> bool:
        return not self.ended and self.process.poll() is None

    def kill(self) -> None:
        """Ends the process in the middle of what it does, as when the memory runs out."""
        self.killed = True
        self.process.kill()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()


def exited(request_id: str, lines: list[str], killed: bool) -> Outcome:
    """The process ended, by itself or by a signal."""
    reason = "Runtime exited with error: signal: killed" if killed else "Runtime exited without providing a reason"
    return failure("Runtime.ExitError", f"RequestId: {request_id} Error: {reason}", lines)


def failure(kind: str, message: str, lines: list[str]) -> Outcome:
    """A failure that the platform reports, not the handler."""
    return Outcome(json.dumps({"errorType": kind, "errorMessage": message}).encode(), True, lines)


class Pool:
    """The execution environments of one version of a function's code and configuration."""

    def __init__(self, function: LambdaFunction, root: Path):
        self.root = root
        limit = reserved(function)
        self.slots = threading.Semaphore(MOST_ENVIRONMENTS if limit is None else min(limit, MOST_ENVIRONMENTS))
        self.idle: list[Worker] = []
        self.busy: set[Worker] = set()
        self.retired = False
        self.lock = threading.Lock()

    def invoke(self, function: LambdaFunction, event: bytes, request_id: str, invoked_arn: str, waits: bool) -> Outcome:
        if not self.slots.acquire(blocking=waits):
            raise Throttled
        try:
            with self.lock:
                worker = self.idle.pop() if self.idle else None
            if worker is not None and not worker.alive:
                worker.stop()
                worker = None
            if worker is None:
                worker = Worker(function, self.root)
            with self.lock:
                self.busy.add(worker)
            try:
                outcome = worker.invoke(function, event, request_id, invoked_arn)
            finally:
                with self.lock:
                    self.busy.discard(worker)
            with self.lock:
                if worker.alive and not self.retired:
                    self.idle.append(worker)
                else:
                    worker.stop()
            write_log(function, worker.stream, request_id, outcome)
            return outcome
        finally:
            self.slots.release()

    def kill(self) -> int:
        """Kills the busy environments; how many there were."""
        with self.lock:
            for worker in self.busy:
                worker.kill()
            return len(self.busy)

    def retire(self) -> None:
        """No more events: idle environments end now, busy ones after their event."""
        with self.lock:
            self.retired = True
            for worker in self.idle:
                worker.stop()
            self.idle.clear()


_pools: dict[str, tuple[str, Pool]] = {}
_pools_lock = threading.Lock()
_credentials: dict[str, Credentials] = {}


def reserved(function: LambdaFunction) -> int | None:
    """How many invocations may run at once, if the function has its own limit; with 0 none."""
    limit = getattr(function, "reserved_concurrency", None)
    return None if limit is None else int(limit)


def pool(function: LambdaFunction) -> Pool:
    """The pool for the function as it is configured now."""
    fingerprint = hashlib.sha256(
        json.dumps(
            [
                function.code_sha_256,
                function.handler,
                function.environment_vars,
                function.role,
                function.timeout,
                function.memory_size,
                getattr(function, "logging_config", None),
                getattr(function, "reserved_concurrency", None),
            ],
            sort_keys=True,
            default=str,
        ).encode()
    ).hexdigest()
    with _pools_lock:
        known = _pools.get(function.function_arn)
        if known and known[0] == fingerprint:
            return known[1]
        if known:
            known[1].retire()
        made = Pool(function, unpack(function))
        _pools[function.function_arn] = (fingerprint, made)
        return made


def unpack(function: LambdaFunction) -> Path:
    """The deployed bundle on disk, once for each content."""
    root = settings.state / "code" / hashlib.sha256(function.code_bytes).hexdigest()[:32]
    if not root.exists():
        partial = root.with_name(f"{root.name}.{uuid.uuid4().hex}")
        with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as archive:
            archive.extractall(partial)
        try:
            partial.rename(root)
        except OSError:
            shutil.rmtree(partial)
    return root


def environment(function: LambdaFunction, root: Path, stream: str) -> dict[str, str]:
    """A function's environment: what Lambda gives, and nothing of the machine's but PATH."""
    logging_config = getattr(function, "logging_config", None) or {}
    return {
        **{key: str(value) for key, value in (function.environment_vars or {}).items()},
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(settings.state),
        "TZ": ":UTC",
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(root),
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_LOG_GROUP_NAME": log_group(function),
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_LOG_FORMAT": logging_config.get("LogFormat", "Text"),
        "AWS_LAMBDA_LOG_LEVEL": logging_config.get("ApplicationLogLevel", "INFO"),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_ENDPOINT_URL": settings.endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
        REFUSED_LOG: os.environ.get(REFUSED_LOG, ""),
        **credentials(function.role, function.function_name).environment,
    }


def credentials(role: str, session: str) -> Credentials:
    """The execution role's credentials, renewed five minutes before they end."""
    known = _credentials.get(role)
    if known and known.expires - time.time() > 300:
        return known
    if settings.gateway:
        body = json.dumps({"roleArn": role, "sessionName": session, "service": "lambda.amazonaws.com"}).encode()
        headers = {"x-bulwark-token": settings.token, "content-type": "application/json"}
        asked = urllib.request.Request(f"{settings.gateway}/_bulwark/assume", data=body, headers=headers)  # noqa: S310
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - the gateway on loopback
            issued = json.load(answer)
        expires = datetime.fromisoformat(issued["expiration"].replace("Z", "+00:00")).timestamp()
    else:
        issued = {"accessKeyId": "AKIABULWARKFUNCTION", "secretAccessKey": "local", "sessionToken": "local"}
        expires = time.time() + 3600
    made = Credentials(
        {
            "AWS_ACCESS_KEY_ID": issued["accessKeyId"],
            "AWS_SECRET_ACCESS_KEY": issued["secretAccessKey"],
            "AWS_SESSION_TOKEN": issued["sessionToken"],
            "AWS_CREDENTIAL_EXPIRATION": datetime.fromtimestamp(expires, timezone.utc)
            .isoformat()
            .replace("+00:00", "Z"),
        },
        expires,
    )
    _credentials[role] = made
    return made


def log_group(function: LambdaFunction) -> str:
    """Where a function logs."""
    configured = (getattr(function, "logging_config", None) or {}).get("LogGroup")
    return configured or f"/aws/lambda/{function.function_name}"


def write_log(function: LambdaFunction, stream: str, request_id: str, outcome: Outcome) -> None:
    """Writes an invocation's lines to the function's log group."""
    logs, group = clients.client("logs", function.region), log_group(function)
    now = int(time.time() * 1000)
    structured = (getattr(function, "logging_config", None) or {}).get("LogFormat") == "JSON"
    frame = [] if structured else [f"START RequestId: {request_id} Version: {function.version}"]
    tail = [] if structured else [f"END RequestId: {request_id}"]
    lines = [{"timestamp": now, "message": line or " "} for line in (*frame, *outcome.log, *tail)]
    if not lines:
        return
    for _ in range(2):
        try:
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=lines)
            return
        except logs.exceptions.ResourceNotFoundException:
            # The first line of an environment, or of a function whose group nobody has made.
            for make in (
                lambda: logs.create_log_group(logGroupName=group),
                lambda: logs.create_log_stream(logGroupName=group, logStreamName=stream),
            ):
                try:
                    make()
                except logs.exceptions.ResourceAlreadyExistsException:
                    pass


def run(function: LambdaFunction, event: bytes, invoked_arn: str | None = None, waits: bool = True) -> Outcome:
    """Invokes a function and waits for what it answers; and first, unless told not to, until it has room."""
    request_id = str(uuid.uuid4())
    if not str(function.run_time).startswith("nodejs"):
        return failure("Runtime.Unsupported", f"sandbox has no support for runtime {function.run_time}", [])
    try:
        return pool(function).invoke(function, event, request_id, invoked_arn or function.function_arn, waits)
    except OSError as error:
        # The role cannot be assumed, or there is no node: Lambda would not start the environment either.
        return failure("Runtime.InitError", f"{type(error).__name__}: {error}", [])


def run_later(function: LambdaFunction, event: bytes) -> None:
    """Invokes asynchronously: two more tries after a failure, then the destination or dead-letter queue."""

    def work() -> None:
        config = next(iter(getattr(function, "event_invoke_config", None) or []), None)
        retries = int(config.config.get("MaximumRetryAttempts", 2)) if config else 2
        while reserved(function) == 0:
            time.sleep(PAUSED_WAIT)
        outcome = run(function, event)
        for delay in ASYNC_RETRY_DELAYS[:retries]:
            if not outcome.failed:
                break
            time.sleep(delay / settings.speed)
            outcome = run(function, event)
        if outcome.failed:
            fail_over(function, event, outcome, config)

    threading.Thread(target=work, daemon=True, name=f"invoke {function.function_name}").start()


def fail_over(function: LambdaFunction, event: bytes, outcome: Outcome, config: Any) -> None:
    """What becomes of an event that failed for good."""
    destination = (
        ((config.config if config else {}).get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
    )
    target = destination or (getattr(function, "dead_letter_config", None) or {}).get("TargetArn")
    log.warning("%s failed for good: %s", function.function_name, outcome.payload[:500])
    if not target:
        return
    body = event.decode()
    if destination:
        body = json.dumps(
            {
                "version": "1.0",
                "requestContext": {"functionArn": function.function_arn, "condition": "RetriesExhausted"},
                "requestPayload": json.loads(event or b"null"),
                "responsePayload": json.loads(outcome.payload),
            }
        )
    region, name = target.split(":")[3], target.rsplit(":", 1)[-1]
    if ":sqs:" in target:
        sqs = clients.client("sqs", region)
        sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], MessageBody=body)
    elif ":sns:" in target:
        clients.client("sns", region).publish(TopicArn=target, Message=body)


def invoke(
    self: LambdaBackend, function_name: str, qualifier: str | None, body: Any, headers: Any, response_headers: Any
) -> bytes:
    """The `Invoke` operation, in place of moto's."""
    function = self.get_function(function_name, qualifier)
    event = body if isinstance(body, bytes) else (body or "").encode()
    kind = headers.get("X-Amz-Invocation-Type", "RequestResponse")
    if kind == "Event":
        run_later(function, event)
        outcome = Outcome(b"", False)
    elif kind == "DryRun":
        outcome = Outcome(b"", False)
    else:
        # Whoever waits for the answer is sent away when there is no room; events and messages stay in their queues.
        outcome = run(function, event, waits=reserved(function) is None)
        response_headers["x-amz-executed-version"] = function.version
        response_headers["x-amz-log-result"] = base64.b64encode("\n".join(outcome.log).encode()[-LOG_TAIL:]).decode()
    if outcome.failed:
        response_headers["x-amz-function-error"] = "Unhandled"
    response_headers["Content-Length"] = str(len(outcome.payload))
    return outcome.payload


def find(arn: str) -> LambdaFunction:
    """A function by ARN."""
    return lambda_backends[ACCOUNT_ID][arn.split(":")[3]].get_function(arn)


def kill(name: str) -> int:
    """Kills the busy environments of a function, in all Regions; how many there were."""
    with _pools_lock:
        pools = [one for arn, (_, one) in _pools.items() if arn.split(":")[6] == name]
    return sum(one.kill() for one in pools)


def retire(function_arn: str) -> None:
    """A function was deleted."""
    with _pools_lock:
        known = _pools.pop(function_arn, None)
    if known:
        known[1].retire()


def stop() -> None:
    """Ends all environments."""
    with _pools_lock:
        for _, one in _pools.values():
            one.retire()
        _pools.clear()

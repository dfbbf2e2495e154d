"""One emulator for all tests: moto keeps its state per process.

Run them by `python3 -m unittest discover -s test/emulator`.
"""

from __future__ import annotations

import atexit
import io
import json
import sys
import tempfile
import time
import unittest
import uuid
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "sandbox" / "emulator"))

from bulwark_emulator import clients, server  # noqa: E402
from bulwark_emulator.settings import settings  # noqa: E402

HOME = "eu-central-1"
ROLE_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@cache
def emulator() -> server.Running:
    """The running emulator; waiting goes by a hundred times faster than in AWS."""
    state = tempfile.TemporaryDirectory(prefix="bulwark-emulator-")
    settings.token, settings.speed, settings.state = "secret", 100.0, Path(state.name)
    running = server.start()
    atexit.register(state.cleanup)
    atexit.register(running.stop)
    return running


def client(service: str, region: str = HOME) -> Any:
    """An API client of the emulator."""
    emulator()
    return clients.client(service, region)


def unique(stem: str) -> str:
    """A name that no other test has."""
    return f"{stem}-{uuid.uuid4().hex[:8]}"


def deploy(template: dict[str, Any], name: str | None = None, region: str = HOME, **parameters: str) -> dict[str, Any]:
    """Creates or updates a stack and waits; the stack as described."""
    name = name or unique("stack")
    cloudformation = client("cloudformation", region)
    arguments = {
        "StackName": name,
        "TemplateBody": json.dumps(template),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    try:
        cloudformation.describe_stacks(StackName=name)
    except cloudformation.exceptions.ClientError:
        cloudformation.create_stack(**arguments)
    else:
        cloudformation.update_stack(**arguments)
    return settled(name, region)


def settled(name: str, region: str = HOME) -> dict[str, Any]:
    """A stack once nothing happens to it any more."""

    def look() -> dict[str, Any] | None:
        stack = client("cloudformation", region).describe_stacks(StackName=name)["Stacks"][0]
        return None if stack["StackStatus"].endswith("_IN_PROGRESS") else stack

    return eventually(look)


def eventually(look: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What `look` finds, as soon as it finds something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"nothing found within {seconds} s")


def reasons(stack: str) -> str:
    """Why a stack's resources failed."""
    events = client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return "\n".join(one.get("ResourceStatusReason", "") for one in events)


def make_function(source: str, file: str = "index.mjs", timeout: int = 5, **configuration: Any) -> str:
    """A Node function; its name."""
    name, role = unique("function"), unique("role")
    iam = client("iam")
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(ROLE_TRUST))["Role"]["Arn"]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(file, source)
    client("lambda").create_function(
        FunctionName=name,
        Runtime="nodejs22.x",
        Handler="index.handler",
        Role=arn,
        Code={"ZipFile": content.getvalue()},
        Timeout=timeout,
        **configuration,
    )
    return name


def make_trail_bucket(name: str) -> None:
    """A bucket that CloudTrail may write to."""
    s3, arn = client("s3", "us-east-1"), f"arn:aws:s3:::{name}"
    principal = {"Service": "cloudtrail.amazonaws.com"}
    acl = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    check = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetBucketAcl", "Resource": arn}
    files = {"Effect": "Allow", "Principal": principal, "Action": "s3:PutObject", "Resource": f"{arn}/AWSLogs/*"}
    policy = {"Version": "2012-10-17", "Statement": [check, {**files, "Condition": acl}]}
    s3.create_bucket(Bucket=name)
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))


def let_read_queues(function: str) -> None:
    """Lets a function's role read all queues."""
    role = client("lambda").get_function_configuration(FunctionName=function)["Role"].rsplit("/", 1)[-1]
    actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    client("iam").put_role_policy(RoleName=role, PolicyName="queues", PolicyDocument=json.dumps(policy))


def make_queue(**attributes: str) -> tuple[str, str]:
    """A queue: its URL and ARN."""
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=unique("queue"), Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def receive(url: str) -> dict[str, Any]:
    """The next message of a queue."""

    def look() -> dict[str, Any] | None:
        answer = client("sqs").receive_message(
            QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1, VisibilityTimeout=60
        )
        return next(iter(answer.get("Messages", [])), None)

    return eventually(look)


class EmulatorTest(unittest.TestCase):
    """A test that needs the emulator."""

    maxDiff = None

    @classmethod
    def setUpClass(cls) -> None:
        emulator()

    def assert_refused(self, code: str, call: Callable[[], Any]) -> None:
        """The call fails with this error code."""
        from botocore.exceptions import ClientError

        with self.assertRaises(ClientError) as caught:
            call()
        self.assertEqual(caught.exception.response["Error"]["Code"], code)

"""Messages tell who sent them, come back when they were told to, and go back to where they came from."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support import (
    EmulatorTest,
    client,
    eventually,
    let_read_queues,
    make_function,
    make_queue,
    receive,
    unique,
)

from bulwark_emulator import policies
from bulwark_emulator.settings import settings

CALLER = "AROAEXAMPLE:session"


@contextmanager
def calling_as(principal: str) -> Iterator[Any]:
    """The API client with the header that the gateway sends."""
    sqs = client("sqs")

    def add(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-bulwark-principal"] = principal

    sqs.meta.events.register("before-call.sqs", add)
    try:
        yield sqs
    finally:
        sqs.meta.events.unregister("before-call.sqs", add)


def counts(url: str) -> tuple[int, int]:
    """Visible and hidden messages."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(attributes[names[0]]), int(attributes[names[1]])


class Senders(EmulatorTest):
    def test_a_message_names_the_caller_who_sent_it(self) -> None:
        url, _ = make_queue()
        with calling_as(CALLER) as sqs:
            sqs.send_message(QueueUrl=url, MessageBody="one")
            sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "two"}])
        client("sqs").send_message(QueueUrl=url, MessageBody="nobody's")
        names = {"MessageSystemAttributeNames": ["SenderId"], "MaxNumberOfMessages": 10}
        messages = client("sqs").receive_message(QueueUrl=url, **names)["Messages"]
        senders = {one["Body"]: one["Attributes"]["SenderId"] for one in messages}
        self.assertEqual((senders["one"], senders["two"]), (CALLER, CALLER))
        self.assertRegex(senders["nobody's"], "^AIDA")

    def test_a_function_sees_the_sender(self) -> None:
        seen, _ = make_queue()
        url, arn = make_queue()
        let_read_queues(name := make_function(TELL % "Records[0].attributes.SenderId", Environment=at(seen)))
        client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name)
        with calling_as(CALLER) as sqs:
            sqs.send_message(QueueUrl=url, MessageBody="x")
        self.assertEqual(receive(seen)["Body"], CALLER)

    def test_a_role_has_the_id_that_its_sessions_show(self) -> None:
        role = client("iam").create_role(RoleName=unique("role"), AssumeRolePolicyDocument="{}")["Role"]
        found = client("iam").get_role(RoleName=role["RoleName"])["Role"]
        self.assertRegex(found["RoleId"], "^AROA[0-9A-F]{17}$")
        self.assertIsNotNone(policies.principal(found["Arn"]))


CALL = """
    const call = (operation, input) => fetch(process.env.AWS_ENDPOINT_URL, {
      method: 'POST',
      headers: {
        'x-amz-target': `AmazonSQS.${operation}`,
        'content-type': 'application/x-amz-json-1.0',
        authorization: 'AWS4-HMAC-SHA256 Credential=A/20260101/eu-central-1/sqs/aws4_request, Signature=0',
      },
      body: JSON.stringify(input),
    });
"""
TELL = (
    CALL
    + """
    export const handler = async ({ Records }) => {
      await call('SendMessage', { QueueUrl: process.env.SEEN, MessageBody: %s });
    };
"""
)
FIRST_FAILS = (
    CALL
    + """
    export const handler = async ({ Records: [{ body, attributes }] }) => {
      await call('SendMessage', { QueueUrl: process.env.SEEN, MessageBody: body });
      if (body === 'a' && attributes.ApproximateReceiveCount === '1') throw new Error('no');
    };
"""
)
SLOW = (
    CALL
    + """
    export const handler = async ({ Records: [{ messageId, receiptHandle, attributes }] }) => {
      const body = JSON.stringify({ count: attributes.ApproximateReceiveCount, at: Date.now() });
      await call('SendMessage', { QueueUrl: process.env.SEEN, MessageBody: body });
      if (attributes.ApproximateReceiveCount > 1) return;
      for (const VisibilityTimeout of [1, Number(process.env.SECONDS)]) {
        const message = { QueueUrl: process.env.URL, ReceiptHandle: receiptHandle };
        await call('ChangeMessageVisibility', { ...message, VisibilityTimeout });
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { batchItemFailures: [{ itemIdentifier: messageId }] };
    };
"""
)


def at(url: str, **more: str) -> dict[str, Any]:
    """A function's environment with a queue to tell."""
    return {"Variables": {"SEEN": url, **more}}


class Visibility(EmulatorTest):
    def redelivered_after(self, seconds: int, timeout: int) -> float:
        """Seconds between both deliveries of a message whose function asks for a visibility timeout and fails."""
        seen, _ = make_queue()
        url, arn = make_queue(VisibilityTimeout=str(timeout))
        environment = at(seen, URL=url, SECONDS=str(seconds))
        let_read_queues(name := make_function(SLOW, Environment=environment))
        reported = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
        client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name, **reported)
        client("sqs").send_message(QueueUrl=url, MessageBody="x")
        moments = [json.loads(receive(seen)["Body"]) for _ in range(2)]
        self.assertEqual([one["count"] for one in moments], ["1", "2"])
        eventually(lambda: counts(url) == (0, 0))
        return (moments[1]["at"] - moments[0]["at"]) / 1000

    def test_a_failed_message_comes_back_when_its_function_said(self) -> None:
        self.assertEqual(settings.speed, 100)
        self.assertGreater(self.redelivered_after(120, timeout=10), 1.1)
        self.assertLess(self.redelivered_after(20, timeout=600), 1.0)

    def test_a_message_that_is_given_back_reaches_a_waiting_receiver_at_once(self) -> None:
        sqs, (url, _) = client("sqs"), make_queue()
        sqs.send_message(QueueUrl=url, MessageBody="x")
        handle = receive(url)["ReceiptHandle"]
        self.assertEqual(counts(url), (0, 1))
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        self.assertEqual(receive(url)["Body"], "x")

    def test_a_delay_goes_by_faster(self) -> None:
        sqs, (url, _) = client("sqs"), make_queue()
        began = time.monotonic()
        sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=30)
        sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "y", "DelaySeconds": 60}])
        self.assertEqual(counts(url)[0], 0)
        self.assertEqual([receive(url)["Body"], receive(url)["Body"]], ["x", "y"])
        self.assertGreater(time.monotonic() - began, 0.59)


class Groups(EmulatorTest):
    def test_a_group_waits_for_its_failed_message(self) -> None:
        seen, _ = make_queue()
        sqs = client("sqs")
        attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "20"}
        url = sqs.create_queue(QueueName=f"{unique('queue')}.fifo", Attributes=attributes)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        for body in "abc":
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
        let_read_queues(name := make_function(FIRST_FAILS, Environment=at(seen)))
        client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name, BatchSize=1)
        self.assertEqual([receive(seen)["Body"] for _ in range(4)], ["a", "a", "b", "c"])


class Moves(EmulatorTest):
    def pair(self, **dead_attributes: str) -> tuple[str, str, str, str]:
        """A queue and its dead-letter queue with one dead message: URLs and ARNs."""
        dead, dead_arn = make_queue(**dead_attributes)
        redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})
        url, arn = make_queue(VisibilityTimeout="0", RedrivePolicy=redrive)
        with calling_as(CALLER) as sqs:
            attributes = {"kind": {"DataType": "String", "StringValue": "k"}}
            sqs.send_message(QueueUrl=url, MessageBody="x", MessageAttributes=attributes)
            for _ in range(2):
                sqs.receive_message(QueueUrl=url)
                time.sleep(0.01)
        self.assertEqual(counts(dead), (1, 0))
        return url, arn, dead, dead_arn

    def test_dead_messages_go_back_to_their_queue_as_new_ones(self) -> None:
        sqs = client("sqs")
        url, _, dead, dead_arn = self.pair()
        self.assertTrue(sqs.start_message_move_task(SourceArn=dead_arn)["TaskHandle"])
        self.assertEqual((counts(dead), counts(url)), ((0, 0), (1, 0)))
        (task,) = sqs.list_message_move_tasks(SourceArn=dead_arn)["Results"]
        self.assertEqual(
            (task["Status"], task["SourceArn"], task["ApproximateNumberOfMessagesMoved"]), ("COMPLETED", dead_arn, 1)
        )
        names = {"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]}
        (message,) = sqs.receive_message(QueueUrl=url, **names)["Messages"]
        self.assertEqual(message["Attributes"]["ApproximateReceiveCount"], "1")
        self.assertEqual(message["Attributes"]["SenderId"], CALLER)
        self.assertEqual(message["MessageAttributes"]["kind"]["StringValue"], "k")

    def test_they_go_to_another_queue_when_one_is_named(self) -> None:
        _, _, dead, dead_arn = self.pair()
        other, other_arn = make_queue()
        client("sqs").start_message_move_task(SourceArn=dead_arn, DestinationArn=other_arn)
        self.assertEqual((counts(dead), counts(other)), ((0, 0), (1, 0)))

    def test_only_a_dead_letter_queue_that_permits_it_gives_them_back(self) -> None:
        sqs = client("sqs")
        _, arn, dead, dead_arn = self.pair()
        for source in (arn, f"{arn}-none"):
            code = "InvalidParameterValue" if source == arn else "ResourceNotFoundException"
            self.assert_refused(code, lambda source=source: sqs.start_message_move_task(SourceArn=source))
        for policy, moves in (
            ({"redrivePermission": "denyAll"}, False),
            ({"redrivePermission": "byQueue", "sourceQueueArns": [dead_arn]}, False),
            ({"redrivePermission": "byQueue", "sourceQueueArns": [arn]}, True),
        ):
            sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": json.dumps(policy)})
            if moves:
                sqs.start_message_move_task(SourceArn=dead_arn)
            else:
                self.assert_refused("InvalidParameterValue", lambda: sqs.start_message_move_task(SourceArn=dead_arn))
        self.assertEqual(counts(dead), (0, 0))

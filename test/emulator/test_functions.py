"""Functions run as warm processes with Lambda's manners, and queues call them."""

from __future__ import annotations

import base64
import json
import os
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

from support import HOME, EmulatorTest, client, eventually, let_read_queues, make_function, make_queue, receive
from test_understand import post

from bulwark_emulator import functions
from bulwark_emulator.__main__ import TOKEN, take_token


SDK = Path(__file__).resolve().parents[2] / "node_modules" / "@aws-sdk"


def arn_of(name: str) -> str:
    return client("lambda").get_function_configuration(FunctionName=name)["FunctionArn"]


def invoke(name: str, event: object = None, **arguments: str) -> tuple[dict[str, object], object]:
    """An invocation's answer and payload."""
    answer = client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **arguments)
    return answer, json.loads(answer["Payload"].read() or b"null")


class Functions(EmulatorTest):
    def test_an_ESM_handler_answers_and_stays_warm(self) -> None:
        name = make_function("let calls = 0; export const handler = async (event) => ({ event, calls: ++calls });")
        self.assertEqual(invoke(name, {"a": 1})[1], {"event": {"a": 1}, "calls": 1})
        self.assertEqual(invoke(name, 2)[1], {"event": 2, "calls": 2})

    def test_a_CommonJS_handler_with_callback(self) -> None:
        name = make_function(
            "exports.handler = (event, context, done) => done(null, context.functionName);", "index.js"
        )
        self.assertEqual(invoke(name)[1], name)

    @unittest.skipUnless((SDK / "client-s3-control").is_dir(), f"no SDK at {SDK}")
    def test_the_SDK_reaches_S3_Control_with_the_account_in_front_of_the_host(self) -> None:
        name = make_function(
            f"import {{ createRequire }} from 'node:module';"
            f"const {{ S3ControlClient: Client, GetPublicAccessBlockCommand: Get }} ="
            f"  createRequire({json.dumps(str(SDK))})('@aws-sdk/client-s3-control');"
            f"export const handler = async (AccountId) =>"
            f"  new Client({{ maxAttempts: 1 }}).send(new Get({{ AccountId }})).catch(({{ name }}) => name);",
            timeout=20,
        )
        self.assertEqual(invoke(name, "123456789012")[1], "NoSuchPublicAccessBlockConfiguration")

    def test_an_error_has_the_shape_that_Lambda_gives_it(self) -> None:
        name = make_function("export const handler = async () => { throw new RangeError('too far'); };")
        answer, payload = invoke(name)
        self.assertEqual(answer["FunctionError"], "Unhandled")
        self.assertEqual((payload["errorType"], payload["errorMessage"]), ("RangeError", "too far"))
        self.assertIn("RangeError: too far", payload["trace"][0])

    def test_a_function_that_takes_too_long_is_ended(self) -> None:
        name = make_function("export const handler = () => new Promise(() => setInterval(() => 0, 1000));", timeout=1)
        answer, payload = invoke(name)
        self.assertEqual(answer["FunctionError"], "Unhandled")
        self.assertIn("Task timed out after 1.00 seconds", payload["errorMessage"])

    def test_a_process_that_exits_is_reported_and_replaced(self) -> None:
        name = make_function("export const handler = async (event) => { if (event) process.exit(1); return 'alive'; };")
        self.assertEqual(invoke(name, True)[1]["errorType"], "Runtime.ExitError")
        self.assertEqual(invoke(name, False)[1], "alive")

    def test_what_is_killed_in_the_middle_fails_and_is_replaced(self) -> None:
        name = make_function(
            "export const handler = (event) => event ? new Promise(() => setInterval(() => 0, 1000)) : 'alive';"
        )
        self.assertEqual(invoke(name, False)[1], "alive")
        self.assertEqual(post("/_bulwark/kill", {"function": name}), (200, {"killed": 0}))
        with ThreadPoolExecutor(2) as pool:
            hanging = [pool.submit(invoke, name, True) for _ in range(2)]
            eventually(lambda: len(functions.pool(functions.find(arn_of(name))).busy) == 2)
            self.assertEqual(post("/_bulwark/kill", {"function": name}), (200, {"killed": 2}))
            for answer, payload in (one.result() for one in hanging):
                self.assertEqual(answer["FunctionError"], "Unhandled")
                self.assertEqual(payload["errorType"], "Runtime.ExitError")
                self.assertIn("signal: killed", payload["errorMessage"])
        self.assertEqual(invoke(name, False)[1], "alive")

    def test_reserved_concurrency_sends_away_who_waits_for_an_answer(self) -> None:
        name = make_function("export const handler = () => new Promise((done) => setTimeout(done, 300));")
        client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(invoke, name)
            eventually(lambda: functions.pool(functions.find(arn_of(name))).busy)
            self.assert_refused("TooManyRequestsException", lambda: invoke(name))
            self.assertNotIn("FunctionError", first.result()[0])
        self.assertNotIn("FunctionError", invoke(name)[0])

    def test_without_any_concurrency_events_and_messages_wait(self) -> None:
        url, arn = make_queue()
        let_read_queues(name := make_function("export const handler = async () => ({});"))
        client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name)
        self.assert_refused("TooManyRequestsException", lambda: invoke(name))
        invoke(name, {}, InvocationType="Event")
        client("sqs").send_message(QueueUrl=url, MessageBody="x")
        time.sleep(0.5)
        group, names = f"/aws/lambda/{name}", ["ApproximateNumberOfMessages"]
        count = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"][names[0]]
        self.assertEqual(count, "1")
        client("lambda").delete_function_concurrency(FunctionName=name)

        def runs() -> bool:
            try:
                lines = client("logs").filter_log_events(logGroupName=group)["events"]
            except client("logs").exceptions.ResourceNotFoundException:
                return False
            return sum("START" in one["message"] for one in lines) == 2

        eventually(runs)

    def test_nothing_of_the_machine_reaches_a_function(self) -> None:
        with mock.patch.dict(
            os.environ, {"AWS_PROFILE": "production", "AWS_WEB_IDENTITY_TOKEN_FILE": "/x", "SECRET": "s", TOKEN: "t"}
        ):
            self.assertEqual(take_token(), "t")
            self.assertNotIn(TOKEN, os.environ)
            name = make_function(
                "export const handler = async () => process.env;", Environment={"Variables": {"MINE": "yes"}}
            )
            environment = invoke(name)[1]
        self.assertEqual(environment["MINE"], "yes")
        self.assertEqual(environment["AWS_REGION"], HOME)
        self.assertTrue(environment["AWS_ENDPOINT_URL"].startswith("http://localhost:"))
        self.assertFalse({"AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "SECRET", TOKEN} & set(environment))

    def test_a_function_that_dials_out_is_refused_and_written_down(self) -> None:
        source = """
            import net from 'node:net';
            import { lookup } from 'node:dns/promises';
            const dial = (host) => new Promise((resolve) => net.connect(443, host).on('error', (e) => resolve(e.code)));
            const name = (host) => lookup(host).then(() => 'found', (error) => error.code);
            export const handler = async () => [await dial('192.0.2.1'), await name('refused.invalid')];
        """
        # What a template sets must not switch the guard off or hide what it did.
        own = {"NODE_OPTIONS": "--enable-source-maps", functions.REFUSED_LOG: "/dev/null"}
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / "refused.jsonl"
            with mock.patch.dict(os.environ, {functions.REFUSED_LOG: str(written)}):
                answer = invoke(make_function(source, Environment={"Variables": own}))[1]
            entries = [json.loads(line) for line in written.read_text().splitlines()]
        self.assertEqual(answer, ["EACCES", "EACCES"])
        self.assertEqual([one["host"] for one in entries], ["192.0.2.1", "refused.invalid"])

    def test_lines_reach_the_log_group_and_the_tail(self) -> None:
        group = f"/bulwark/{make_function('export const handler = 0')}"
        name = make_function(
            "export const handler = async () => { console.info('hello'); };",
            LoggingConfig={"LogGroup": group, "LogFormat": "JSON"},
        )
        answer, _ = invoke(name, LogType="Tail")
        self.assertIn("hello", base64.b64decode(answer["LogResult"]).decode())
        events = client("logs").filter_log_events(logGroupName=group)["events"]
        self.assertEqual([json.loads(one["message"])["message"] for one in events], ["hello"])

    def test_new_code_replaces_the_warm_process(self) -> None:
        name = make_function("export const handler = async () => process.env.VERSION ?? 'first';")
        self.assertEqual(invoke(name)[1], "first")
        client("lambda").update_function_configuration(
            FunctionName=name, Environment={"Variables": {"VERSION": "second"}}
        )
        self.assertEqual(invoke(name)[1], "second")

    def test_an_asynchronous_failure_is_tried_three_times_and_goes_to_the_dead_letter_queue(self) -> None:
        url, arn = make_queue()
        name = make_function(
            "export const handler = async () => { throw new Error('no'); };", DeadLetterConfig={"TargetArn": arn}
        )
        with mock.patch.object(functions, "ASYNC_RETRY_DELAYS", (1.0, 1.0)):
            answer, _ = invoke(name, {"a": 1}, InvocationType="Event")
            self.assertEqual(answer["StatusCode"], 202)
            self.assertEqual(json.loads(receive(url)["Body"]), {"a": 1})
        lines = client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
        self.assertEqual(sum("START" in one["message"] for one in lines), 3)


class Queues(EmulatorTest):
    source = """
        export const handler = async ({ Records }) => ({
          batchItemFailures: Records.filter((one) => one.body === 'bad').map((one) => ({
            itemIdentifier: one.messageId,
          })),
        });
    """

    def mapping(self, source: str, **arguments: object) -> tuple[str, str]:
        """A queue with a dead-letter queue that calls a function; both URLs."""
        dead, dead_arn = make_queue()
        redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
        url, arn = make_queue(VisibilityTimeout="10", RedrivePolicy=redrive)
        let_read_queues(name := make_function(source))
        client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name, **arguments)
        return url, dead

    def test_a_role_that_may_not_read_the_queue_is_refused_and_not_read_for(self) -> None:
        url, arn = make_queue()
        name = make_function("export const handler = async () => 0;")

        def create() -> None:
            client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name)

        with self.assertRaisesRegex(Exception, "does not have permissions to call ReceiveMessage on SQS"):
            create()
        let_read_queues(name)
        create()
        role = client("lambda").get_function_configuration(FunctionName=name)["Role"].rsplit("/", 1)[-1]
        client("iam").delete_role_policy(RoleName=role, PolicyName="queues")
        with self.assertLogs("bulwark_emulator.pollers", "WARNING"):
            client("sqs").send_message(QueueUrl=url, MessageBody="stays")
            time.sleep(0.3)
        self.assertFalse(self.empty(url))
        let_read_queues(name)
        eventually(lambda: self.empty(url))

    def empty(self, url: str) -> bool:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return all(attributes[name] == "0" for name in names)

    def test_only_the_failed_messages_of_a_batch_come_back_and_end_in_the_dead_letter_queue(self) -> None:
        url, dead = self.mapping(self.source, FunctionResponseTypes=["ReportBatchItemFailures"], BatchSize=10)
        entries = [{"Id": f"m{index}", "MessageBody": body} for index, body in enumerate(["good", "bad", "fine"])]
        client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
        self.assertEqual(receive(dead)["Body"], "bad")
        eventually(lambda: self.empty(url))

    def test_a_failing_function_fails_the_whole_batch(self) -> None:
        url, dead = self.mapping("export const handler = async () => { throw new Error('no'); };")
        client("sqs").send_message(QueueUrl=url, MessageBody="lost?")
        self.assertEqual(receive(dead)["Body"], "lost?")

    def test_a_filter_drops_what_it_does_not_want(self) -> None:
        pattern = json.dumps({"body": {"kind": ["wanted"]}})
        url, dead = self.mapping(
            "export const handler = async () => { throw new Error('no'); };",
            FilterCriteria={"Filters": [{"Pattern": pattern}]},
        )
        for kind in ("unwanted", "wanted"):
            client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"kind": kind}))
        self.assertEqual(json.loads(receive(dead)["Body"]), {"kind": "wanted"})
        eventually(lambda: self.empty(url))

    def test_a_message_whose_function_is_killed_comes_back(self) -> None:
        source = """
            export const handler = async ({ Records: [{ attributes }] }) => {
              if (attributes.ApproximateReceiveCount === '1') await new Promise(() => setInterval(() => 0, 1000));
            };
        """
        url, arn = make_queue(VisibilityTimeout="10")
        let_read_queues(name := make_function(source, timeout=10))
        client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name)
        client("sqs").send_message(QueueUrl=url, MessageBody="x")
        eventually(lambda: post("/_bulwark/kill", {"function": name})[1]["killed"])
        self.assertFalse(self.empty(url))
        eventually(lambda: self.empty(url), seconds=5)

    def test_four_queues_call_four_functions_at_once(self) -> None:
        urls = []
        for _ in range(4):
            url, arn = make_queue()
            let_read_queues(name := make_function("export const handler = async () => ({});"))
            client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name)
            urls.append(url)
        for url in urls * 10:
            client("sqs").send_message(QueueUrl=url, MessageBody="x")
        for url in urls:
            eventually(lambda url=url: self.empty(url))

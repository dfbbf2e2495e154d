"""Events find their targets, with permission, through buses and Regions, or end in the dead-letter queue."""

from __future__ import annotations

import json
import time
from typing import Any
from unittest import mock

from support import (
    HOME,
    EmulatorTest,
    client,
    eventually,
    make_function,
    make_queue,
    make_trail_bucket,
    receive,
    unique,
)
from test_understand import post

from bulwark_emulator import cloudtrail_events, delivery, trails

ECHO = "export const handler = async (event) => { console.log('EVENT', JSON.stringify(event)); };"
PATTERN = json.dumps({"source": ["test"]})


def allow(url: str, arn: str, source_arn: str, service: str = "events.amazonaws.com") -> None:
    """Lets a rule, or a topic, send to a queue."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": source_arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def put(bus: str, region: str = HOME, **detail: object) -> None:
    entry = {"Source": "test", "DetailType": "Test", "Detail": json.dumps(detail), "EventBusName": bus}
    answer = client("events", region).put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0, answer


def seen_by(function: str) -> dict[str, Any]:
    """The first event that a function with the source ECHO has got."""

    def logged() -> str | None:
        try:
            events = client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
        except client("logs").exceptions.ResourceNotFoundException:
            return None
        return next((one["message"] for one in events if "EVENT" in one["message"]), None)

    return json.loads(eventually(logged).split("EVENT ")[1])


class Delivery(EmulatorTest):
    def rule(self, target: dict[str, object], region: str = HOME) -> tuple[str, str]:
        """A bus with a rule to one target: the bus's name and the rule's ARN."""
        events, bus = client("events", region), unique("bus")
        events.create_event_bus(Name=bus)
        rule = events.put_rule(Name="rule", EventBusName=bus, EventPattern=PATTERN)["RuleArn"]
        events.put_targets(Rule="rule", EventBusName=bus, Targets=[{"Id": "one", **target}])
        return bus, rule

    def test_from_bus_to_bus_across_Regions_to_a_queue(self) -> None:
        url, arn = make_queue()
        home_bus, home_rule = self.rule({"Arn": arn})
        allow(url, arn, home_rule)
        bus_arn = f"arn:aws:events:{HOME}:123456789012:event-bus/{home_bus}"
        role = unique("role")
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
        role_arn = client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        allowed = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus_arn}],
        }
        client("iam").put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=json.dumps(allowed))
        far_bus, _ = self.rule({"Arn": bus_arn, "RoleArn": role_arn}, "us-east-1")
        put(far_bus, "us-east-1", a=1)
        event = json.loads(receive(url)["Body"])
        self.assertEqual((event["region"], event["source"], event["detail"]), ("us-east-1", "test", {"a": 1}))

    def test_without_permission_the_event_goes_to_the_dead_letter_queue(self) -> None:
        _, arn = make_queue()
        dead, dead_arn = make_queue()
        bus, rule = self.rule({"Arn": arn, "DeadLetterConfig": {"Arn": dead_arn}})
        allow(dead, dead_arn, rule)
        put(bus, a=1)
        message = receive(dead)
        self.assertEqual(json.loads(message["Body"])["detail"], {"a": 1})
        self.assertEqual(message["MessageAttributes"]["ERROR_CODE"]["StringValue"], "NO_PERMISSIONS")
        self.assertEqual(message["MessageAttributes"]["RULE_ARN"]["StringValue"], rule)

    def test_a_log_group_gets_events_only_when_the_logs_policy_lets_the_rule_write(self) -> None:
        logs, group = client("logs"), unique("group")
        logs.create_log_group(logGroupName=group)
        arn = f"arn:aws:logs:{HOME}:123456789012:log-group:{group}"
        dead, dead_arn = make_queue()
        bus, rule = self.rule({"Arn": arn, "DeadLetterConfig": {"Arn": dead_arn}})
        allow(dead, dead_arn, rule)
        put(bus, a=1)
        attributes = receive(dead)["MessageAttributes"]
        self.assertIn("logs:CreateLogStream", attributes["ERROR_MESSAGE"]["StringValue"])
        common = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Resource": f"{arn}:*"}
        statements = [
            {**common, "Action": "logs:CreateLogStream"},
            {**common, "Action": "logs:PutLogEvents", "Condition": {"ArnEquals": {"aws:SourceArn": rule}}},
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        logs.put_resource_policy(policyName=group, policyDocument=policy)
        self.addCleanup(logs.delete_resource_policy, policyName=group)
        put(bus, a=2)
        lines = eventually(lambda: logs.filter_log_events(logGroupName=group)["events"])
        self.assertEqual([json.loads(one["message"])["detail"] for one in lines], [{"a": 2}])

    def test_a_role_that_does_not_exist_stops_the_event(self) -> None:
        dead, dead_arn = make_queue()
        target = f"arn:aws:events:{HOME}:123456789012:event-bus/default"
        bus, rule = self.rule(
            {"Arn": target, "RoleArn": "arn:aws:iam::123456789012:role/gone", "DeadLetterConfig": {"Arn": dead_arn}}
        )
        allow(dead, dead_arn, rule)
        put(bus)
        self.assertIn("role/gone does not exist", receive(dead)["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"])

    def test_a_function_gets_the_transformed_event(self) -> None:
        name = make_function(ECHO)
        arn = f"arn:aws:lambda:{HOME}:123456789012:function:{name}"
        transformer = {
            "InputPathsMap": {"n": "$.detail.n", "s": "$.source"},
            "InputTemplate": '{"text": "from <s>: <n>", "raw": <n>}',
        }
        bus, rule = self.rule({"Arn": arn, "InputTransformer": transformer})
        client("lambda").add_permission(
            FunctionName=name,
            StatementId="s",
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=rule,
        )
        put(bus, n=[1])

        self.assertEqual(seen_by(name), {"text": "from test: [1]", "raw": [1]})

    def test_a_topic_calls_a_function(self) -> None:
        name = make_function(ECHO)
        topic = client("sns").create_topic(Name=unique("topic"))["TopicArn"]
        arn = f"arn:aws:lambda:{HOME}:123456789012:function:{name}"
        client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
        client("sns").publish(TopicArn=topic, Message="hello")
        self.assertEqual(seen_by(name)["Records"][0]["Sns"]["Message"], "hello")

    def test_an_archive_keeps_events_and_replays_them(self) -> None:
        url, arn = make_queue()
        bus, rule = self.rule({"Arn": arn})
        bus_arn = f"arn:aws:events:{HOME}:123456789012:event-bus/{bus}"
        events, archive = client("events"), unique("archive")
        events.create_archive(ArchiveName=archive, EventSourceArn=bus_arn, EventPattern=PATTERN)
        put(bus, a=1)
        self.assertEqual(events.describe_archive(ArchiveName=archive)["EventCount"], 1)
        time.sleep(0.1)
        allow(url, arn, rule)
        events.start_replay(
            ReplayName=unique("replay"),
            EventSourceArn=f"arn:aws:events:{HOME}:123456789012:archive/{archive}",
            EventStartTime=0,
            EventEndTime=2**31,
            Destination={"Arn": bus_arn, "FilterArns": [rule]},
        )
        self.assertIn("replay-name", json.loads(receive(url)["Body"]))

    def test_a_cloudtrail_record_reaches_the_default_bus_and_the_trails_log_group(self) -> None:
        url, arn = make_queue()
        events, name = client("events"), unique("rule")
        pattern = json.dumps({"source": ["aws.s3"], "detail": {"eventID": [name]}})
        rule = events.put_rule(Name=name, EventPattern=pattern)["RuleArn"]
        allow(url, arn, rule)
        events.put_targets(Rule=name, Targets=[{"Id": "one", "Arn": arn}])
        trail, group = unique("trail"), unique("group")
        make_trail_bucket(trail)
        client("logs").create_log_group(logGroupName=group)
        client("cloudtrail").create_trail(
            Name=trail,
            S3BucketName=trail,
            CloudWatchLogsLogGroupArn=f"arn:aws:logs:{HOME}:123456789012:log-group:{group}:*",
            CloudWatchLogsRoleArn="arn:aws:iam::123456789012:role/r",
        )
        client("cloudtrail").start_logging(Name=trail)
        self.addCleanup(client("cloudtrail").delete_trail, Name=trail)
        record = {
            "eventSource": "s3.amazonaws.com",
            "eventName": "DeleteBucketPublicAccessBlock",
            "eventID": name,
            "eventTime": "2026-01-02T03:04:05Z",
        }
        self.assertEqual(post("/_bulwark/deliver", {"region": HOME, "record": record})[0], 200)
        event = json.loads(receive(url)["Body"])
        self.assertEqual(
            (event["detail-type"], event["detail"], event["time"]),
            ("AWS API Call via CloudTrail", record, record["eventTime"]),
        )
        lines = client("logs").filter_log_events(logGroupName=group)["events"]
        self.assertEqual([json.loads(one["message"]) for one in lines], [record])
        attributes = [{"AttributeKey": "EventName", "AttributeValue": record["eventName"]}]
        self.assertEqual(client("cloudtrail").lookup_events(LookupAttributes=attributes)["Events"][0]["EventId"], name)

    def test_only_what_a_trail_logged_when_the_call_came_reaches_the_bus(self) -> None:
        name = unique("trail")
        make_trail_bucket(name)
        cloudtrail = client("cloudtrail")
        cloudtrail.create_trail(Name=name, S3BucketName=name)
        self.addCleanup(cloudtrail.delete_trail, Name=name)

        def reaches(region: str, source: str = "s3.amazonaws.com", at: int | None = None) -> bool:
            record = {"eventSource": source, "eventName": "Do", "eventID": name, "eventTime": "2026-01-02T03:04:05Z"}
            with mock.patch.object(delivery, "accept") as accept:
                cloudtrail_events.deliver(region, {**record, "readOnly": False}, at)
            return accept.called

        self.assertFalse(reaches(HOME))
        cloudtrail.start_logging(Name=name)
        self.assertTrue(reaches(HOME))
        self.assertFalse(reaches("us-east-1"))
        cloudtrail.update_trail(Name=name, IsMultiRegionTrail=True)
        self.assertTrue(reaches("us-east-1"))
        self.assertTrue(reaches(HOME, "iam.amazonaws.com"))
        answer = cloudtrail.stop_logging(Name=name)
        self.assertFalse(reaches(HOME))
        before = int(answer["ResponseMetadata"]["HTTPHeaders"]["x-bulwark-trails"])
        self.assertTrue(reaches(HOME, "cloudtrail.amazonaws.com", before))
        cloudtrail.start_logging(Name=name)
        selectors = [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}]
        cloudtrail.put_event_selectors(TrailName=name, EventSelectors=selectors)
        self.assertFalse(reaches(HOME))

    def test_selectors_take_what_they_name(self) -> None:
        def fields(**more: dict[str, list[str]]) -> list[dict[str, Any]]:
            given = {"eventCategory": {"Equals": ["Management"]}, **more}
            return [{"FieldSelectors": [{"Field": field, **one} for field, one in given.items()]}]

        def basic(**selector: object) -> list[dict[str, Any]]:
            return [{"ReadWriteType": "All", "IncludeManagementEvents": True, **selector}]

        identity = {"arn": "arn:aws:iam::1:role/a"}
        write = {"eventSource": "kms.amazonaws.com", "readOnly": False, "userIdentity": identity}
        for basic_selectors, advanced, expected in (
            ([], [], True),
            (basic(), [], True),
            (basic(ReadWriteType="WriteOnly"), [], True),
            (basic(ReadWriteType="ReadOnly"), [], False),
            (basic(IncludeManagementEvents=False), [], False),
            (basic(ExcludeManagementEventSources=["kms.amazonaws.com"]), [], False),
            ([], fields(), True),
            ([], fields(eventCategory={"Equals": ["Data"]}), False),
            ([], fields(readOnly={"Equals": ["false"]}), True),
            ([], fields(readOnly={"Equals": ["true"]}), False),
            ([], fields(eventSource={"NotEquals": ["kms.amazonaws.com", "rdsdata.amazonaws.com"]}), False),
            ([], fields(eventSource={"NotEquals": ["rdsdata.amazonaws.com"]}), True),
            ([], fields(**{"userIdentity.arn": {"NotStartsWith": ["arn:aws:iam::1:role/"]}}), False),
            ([], fields(**{"resources.ARN": {"StartsWith": ["arn:aws:s3"]}}), False),
        ):
            with self.subTest(basic=basic_selectors, advanced=advanced):
                self.assertEqual(trails.selected(basic_selectors, advanced, write), expected)

    def test_a_malformed_entry_is_refused_alone(self) -> None:
        entries = [
            {"Source": "s", "DetailType": "d", "Detail": "[]"},
            {"Source": "s", "DetailType": "d", "Detail": "{}"},
        ]
        answer = client("events").put_events(Entries=entries)
        self.assertEqual(answer["FailedEntryCount"], 1)
        self.assertEqual(answer["Entries"][0]["ErrorCode"], "MalformedDetail")

    def test_nobody_speaks_in_the_name_of_a_service(self) -> None:
        entries = [
            {"Source": source, "DetailType": "AWS API Call via CloudTrail", "Detail": "{}"}
            for source in ("aws.s3", "my.aws.s3")
        ]
        answer = client("events").put_events(Entries=entries)
        self.assertEqual([one.get("ErrorCode") for one in answer["Entries"]], ["NotAuthorizedForSourceException", None])

    def test_a_template_of_several_lines_reaches_a_topics_queue_as_text(self) -> None:
        topic = client("sns").create_topic(Name=unique("topic"))["TopicArn"]
        allowed = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**allowed, "Resource": topic}]})
        client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        url, arn = make_queue()
        subscription = client("sns").subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "false"}
        )["SubscriptionArn"]
        lines = '"One <a>: <b>"\n"Two <a>"'
        transformer = {"InputPathsMap": {"a": "$.detail.a", "b": "$.detail.b"}, "InputTemplate": lines}
        bus, _ = self.rule({"Arn": topic, "InputTransformer": transformer})
        with self.assertLogs("bulwark_emulator.patches.sns", "WARNING"):
            put(bus, a="lost", b=0)
            time.sleep(0.3)
        allow(url, arn, topic, "sns.amazonaws.com")
        put(bus, a="x", b={"c": 1})
        envelope = json.loads(receive(url)["Body"])
        self.assertEqual(envelope["Message"], '"One x: {\\"c\\": 1}"\n"Two x"')
        self.assertEqual((envelope["Type"], envelope["TopicArn"]), ("Notification", topic))
        client("sns").set_subscription_attributes(
            SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="true"
        )
        put(bus, a="y", b="z")
        self.assertEqual(receive(url)["Body"], '"One y: z"\n"Two y"')

    def test_paths_into_events(self) -> None:
        event = {"detail": {"items": [{"name": "x"}], "a-b": 1}}
        for path, expected in (
            ("$.detail.items[0].name", "x"),
            ("$.detail.a-b", 1),
            ("$.detail.none", None),
            ("$", event),
        ):
            self.assertEqual(delivery.select(path, event), expected)

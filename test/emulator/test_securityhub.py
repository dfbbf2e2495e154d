"""Security Hub keeps findings of both kinds, tells the default bus of them, and remembers what was noted on them."""

from __future__ import annotations

import json
from typing import Any

from support import EmulatorTest, client, eventually, unique
from test_understand import post

REGION = "ap-southeast-2"
"""Nothing else puts findings there."""
PRODUCT = f"arn:aws:securityhub:{REGION}:123456789012:product/123456789012/default"


def finding(finding_id: str, **more: Any) -> dict[str, Any]:
    """A finding in ASFF."""
    return {
        "SchemaVersion": "2018-10-08",
        "Id": finding_id,
        "ProductArn": PRODUCT,
        "GeneratorId": "security-control/S3.5",
        "AwsAccountId": "123456789012",
        "Types": ["Software and Configuration Checks"],
        "CreatedAt": "2026-01-02T03:04:05Z",
        "UpdatedAt": "2026-01-02T03:04:05Z",
        "Severity": {"Label": "HIGH"},
        "Title": "t",
        "Description": "d",
        "Resources": [{"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{finding_id}"}],
        **more,
    }


def ocsf(uid: str) -> dict[str, Any]:
    """A finding in OCSF."""
    return {
        "class_uid": 2003,
        "status_id": 1,
        "status": "New",
        "metadata": {"uid": uid, "product": {"uid": "product"}},
        "finding_info": {"uid": f"info-{uid}"},
        "cloud": {"account": {"uid": "123456789012"}, "region": REGION},
    }


class Bus(EmulatorTest):
    """A queue that gets what a source puts on the default bus."""

    def setUp(self) -> None:
        self.hub = client("securityhub", REGION)
        self.url = self.watch("aws.securityhub")

    def watch(self, source: str) -> str:
        events, sqs, name = client("events", REGION), client("sqs", REGION), unique("watch")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:123456789012:{name}"
        allowed = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**allowed, "Resource": arn}]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        events.put_rule(Name=name, EventPattern=json.dumps({"source": [source]}))
        events.put_targets(Rule=name, Targets=[{"Id": "one", "Arn": arn}])
        self.addCleanup(events.delete_rule, Name=name)
        self.addCleanup(events.remove_targets, Rule=name, Ids=["one"])
        return url

    def event(self, url: str | None = None) -> dict[str, Any]:
        """The next event."""
        sqs = client("sqs", REGION)

        def look() -> dict[str, Any] | None:
            messages = sqs.receive_message(QueueUrl=url or self.url, WaitTimeSeconds=1).get("Messages", [])
            return json.loads(messages[0]["Body"]) if messages else None

        return eventually(look)


class Findings(Bus):
    def setUp(self) -> None:
        super().setUp()
        self.hub.enable_security_hub()

    def test_nothing_is_answered_before_it_is_enabled(self) -> None:
        off = client("securityhub", "ap-southeast-1")
        imported = [finding("x")]
        self.assert_refused("InvalidAccessException", lambda: off.batch_import_findings(Findings=imported))
        self.assert_refused("InvalidAccessException", off.get_findings)

    def test_an_import_is_an_event_with_one_finding(self) -> None:
        answer = self.hub.batch_import_findings(Findings=[finding("a"), finding("b"), finding("c", Resources=[])])
        self.assertEqual((answer["SuccessCount"], answer["FailedCount"]), (2, 1))
        events = sorted((self.event() for _ in "ab"), key=lambda one: one["detail"]["findings"][0]["Id"])
        self.assertEqual([one["detail-type"] for one in events], ["Security Hub Findings - Imported"] * 2)
        self.assertEqual([len(one["detail"]["findings"]) for one in events], [1, 1])
        self.assertEqual((events[0]["region"], events[0]["resources"]), (REGION, [f"{PRODUCT}/a"]))
        self.assertEqual(events[0]["detail"]["findings"][0]["Workflow"], {"Status": "NEW"})

    def test_an_update_is_noted_told_and_kept_through_the_next_import(self) -> None:
        self.hub.batch_import_findings(Findings=[finding("noted")])
        self.event()
        known = {"Id": "noted", "ProductArn": PRODUCT}
        unknown = {**known, "Id": "unknown"}
        answer = self.hub.batch_update_findings(
            FindingIdentifiers=[known, unknown],
            Workflow={"Status": "RESOLVED"},
            Note={"Text": "done", "UpdatedBy": "me"},
            UserDefinedFields={"run": "1"},
        )
        self.assertEqual(answer["ProcessedFindings"], [known])
        (failed,) = answer["UnprocessedFindings"]
        self.assertEqual((failed["FindingIdentifier"], failed["ErrorCode"]), (unknown, "FindingNotFound"))
        self.assertEqual(self.event()["detail"]["findings"][0]["Workflow"], {"Status": "RESOLVED"})
        again = finding("noted", Title="new", Workflow={"Status": "NEW"})
        self.hub.batch_import_findings(Findings=[again])
        wanted = {"Id": [{"Value": "noted", "Comparison": "EQUALS"}]}
        (found,) = self.hub.get_findings(Filters=wanted)["Findings"]
        self.assertEqual((found["Title"], found["Workflow"]["Status"]), ("new", "RESOLVED"))
        self.assertEqual((found["Note"]["Text"], found["UserDefinedFields"]), ("done", {"run": "1"}))
        long = {"Text": "x" * 513, "UpdatedBy": "me"}
        self.assert_refused(
            "InvalidInputException", lambda: self.hub.batch_update_findings(FindingIdentifiers=[known], Note=long)
        )

    def test_filters_find_what_fits(self) -> None:
        self.hub.batch_import_findings(Findings=[finding("f-1"), finding("f-2", Severity={"Label": "LOW"})])

        def found(**filters: tuple[str, str]) -> list[str]:
            given = {name: [{"Comparison": kind, "Value": value}] for name, (kind, value) in filters.items()}
            return [one["Id"] for one in self.hub.get_findings(Filters=given)["Findings"] if one["Id"][:2] == "f-"]

        self.assertEqual(found(SeverityLabel=("EQUALS", "LOW")), ["f-2"])
        self.assertEqual(found(ResourceId=("PREFIX", "arn:aws:s3:::f-1"), WorkflowStatus=("EQUALS", "NEW")), ["f-1"])
        self.assertEqual(found(Id=("NOT_EQUALS", "f-1")), ["f-2"])
        self.assert_refused("InvalidInputException", lambda: found(MalwareName=("EQUALS", "x")))


class FindingsV2(Bus):
    def test_a_finding_that_was_emitted_is_updated_told_and_read_back(self) -> None:
        self.hub.enable_security_hub_v2()
        uid = unique("uid")
        event = {
            "source": "aws.securityhub",
            "detail-type": "Findings Imported V2",
            "detail": {"findings": [ocsf(uid)]},
        }
        self.assertEqual(post("/_bulwark/emit", {"region": REGION, "event": event})[0], 200)
        self.assertEqual(self.event()["detail"], event["detail"])
        answer = self.hub.batch_update_findings_v2(MetadataUids=[uid, "none"], StatusId=4, Comment="done")
        self.assertEqual([one["MetadataUid"] for one in answer["ProcessedFindings"]], [uid])
        self.assertEqual([one["ErrorCode"] for one in answer["UnprocessedFindings"]], ["ResourceNotFoundException"])
        told = self.event()
        self.assertEqual(
            (told["detail-type"], told["detail"]["findings"][0]["status"]), (event["detail-type"], "Resolved")
        )
        where = {"FieldName": "metadata.uid", "Filter": {"Value": uid, "Comparison": "EQUALS"}}
        (found,) = self.hub.get_findings_v2(Filters={"CompositeFilters": [{"StringFilters": [where]}]})["Findings"]
        self.assertEqual((found["status_id"], found["comment"]), (4, "done"))
        identifier = {
            "CloudAccountUid": "123456789012",
            "FindingInfoUid": f"info-{uid}",
            "MetadataProductUid": "product",
        }
        answer = self.hub.batch_update_findings_v2(FindingIdentifiers=[identifier], SeverityId=2)
        self.assertEqual(answer["ProcessedFindings"], [{"FindingIdentifier": identifier}])
        self.assert_refused(
            "ValidationException",
            lambda: self.hub.batch_update_findings_v2(FindingIdentifiers=[identifier], MetadataUids=[uid]),
        )


class Emitted(Bus):
    def test_an_event_of_any_service_reaches_the_default_bus(self) -> None:
        url = self.watch("aws.guardduty")
        event = {"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": {"id": "x"}, "id": "mine"}
        status, answer = post("/_bulwark/emit", {"region": REGION, "event": event})
        self.assertEqual((status, answer["id"]), (200, "mine"))
        got = self.event(url)
        self.assertEqual((got["id"], got["account"], got["region"]), ("mine", "123456789012", REGION))
        self.assertEqual(got["detail"], {"id": "x"})

    def test_an_event_that_is_no_services_or_no_event_is_refused(self) -> None:
        good = {"source": "aws.config", "detail-type": "t", "detail": {}}
        for bad in ({**good, "source": "mine"}, {**good, "detail": "x"}, {"source": "aws.config"}):
            self.assertEqual(post("/_bulwark/emit", {"region": REGION, "event": bad})[0], 400)

    def test_a_custom_action_on_a_finding_that_was_never_imported_can_be_answered(self) -> None:
        event = {
            "source": "aws.securityhub",
            "detail-type": "Security Hub Findings - Custom Action",
            "detail": {"actionName": "Remediate", "findings": [finding("acted")]},
        }
        post("/_bulwark/emit", {"region": REGION, "event": event})
        identifier = {"Id": "acted", "ProductArn": PRODUCT}
        answer = self.hub.batch_update_findings(FindingIdentifiers=[identifier], Workflow={"Status": "NOTIFIED"})
        self.assertEqual(answer["ProcessedFindings"], [identifier])

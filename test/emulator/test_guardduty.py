"""A detector, its features, where it publishes, and its findings."""

from __future__ import annotations

import json

from support import HOME, EmulatorTest, client, deploy, make_queue, reasons, receive, unique

ACCOUNT = "123456789012"
PRINCIPAL = {"Service": "guardduty.amazonaws.com"}
MONITORING = {
    "Name": "RUNTIME_MONITORING",
    "Status": "ENABLED",
    "AdditionalConfiguration": [{"Name": "EC2_AGENT_MANAGEMENT", "Status": "ENABLED"}],
}


def make_target() -> dict[str, str]:
    """A bucket and a key that GuardDuty may use, as the user guide has them."""
    s3, kms, bucket = client("s3", "us-east-1"), client("kms"), unique("findings")
    arn = f"arn:aws:s3:::{bucket}"
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    condition = {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:guardduty:{HOME}:{ACCOUNT}:detector/*"},
    }
    allow = {"Effect": "Allow", "Principal": PRINCIPAL, "Condition": condition}
    document = {"Statement": [root, {**allow, "Action": "kms:GenerateDataKey", "Resource": "*"}]}
    key = kms.create_key(Policy=json.dumps(document))["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket=bucket)
    unencrypted = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    statements = [
        {**allow, "Action": "s3:GetBucketLocation", "Resource": arn},
        {**allow, "Action": "s3:PutObject", "Resource": f"{arn}/*"},
        {
            "Effect": "Deny",
            "Principal": PRINCIPAL,
            "Action": "s3:PutObject",
            "Resource": f"{arn}/*",
            "Condition": unencrypted,
        },
    ]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": statements}))
    return {"DestinationArn": arn, "KmsKeyArn": key}


class GuardDuty(EmulatorTest):
    def setUp(self) -> None:
        self.guardduty = client("guardduty")
        self.addCleanup(self.clear)

    def clear(self) -> None:
        for detector in self.guardduty.list_detectors()["DetectorIds"]:
            self.guardduty.delete_detector(DetectorId=detector)

    def create(self, **parameters: object) -> str:
        return self.guardduty.create_detector(Enable=True, **parameters)["DetectorId"]

    def features(self, detector: str) -> dict[str, dict[str, object]]:
        return {one["Name"]: one for one in self.guardduty.get_detector(DetectorId=detector)["Features"]}

    def states(self, detector: str) -> dict[str, object]:
        return {name: one["Status"] for name, one in self.features(detector).items()}


class Detectors(GuardDuty):
    def test_a_new_detector_watches_everything_but_runtimes_and_models(self) -> None:
        detector = self.create(FindingPublishingFrequency="FIFTEEN_MINUTES", Tags={"a": "b"})
        found = self.guardduty.get_detector(DetectorId=detector)
        self.assertEqual((found["Status"], found["FindingPublishingFrequency"]), ("ENABLED", "FIFTEEN_MINUTES"))
        self.assertEqual(found["Tags"], {"a": "b"})
        off = [name for name, state in self.states(detector).items() if state == "DISABLED"]
        self.assertEqual(off, ["EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING", "AI_PROTECTION"])
        self.assertTrue(all("UpdatedAt" in one for one in self.features(detector).values()))

    def test_a_region_has_one_detector(self) -> None:
        self.create()
        self.assert_refused("BadRequestException", self.create)
        far = client("guardduty", "us-east-1")
        far.delete_detector(DetectorId=far.create_detector(Enable=True)["DetectorId"])

    def test_an_update_changes_what_it_names(self) -> None:
        detector = self.create(Features=[MONITORING])
        before = self.states(detector)
        off = [{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}]
        self.guardduty.update_detector(DetectorId=detector, Features=off)
        self.assertEqual(self.states(detector), {**before, "S3_DATA_EVENTS": "DISABLED"})
        inner = self.features(detector)["RUNTIME_MONITORING"]["AdditionalConfiguration"]
        self.assertEqual(
            {one["Name"]: one["Status"] for one in inner},
            {
                "EKS_ADDON_MANAGEMENT": "DISABLED",
                "ECS_FARGATE_AGENT_MANAGEMENT": "DISABLED",
                "EC2_AGENT_MANAGEMENT": "ENABLED",
            },
        )
        self.guardduty.update_detector(DetectorId=detector, Enable=False)
        found = self.guardduty.get_detector(DetectorId=detector)
        self.assertEqual((found["Status"], found["FindingPublishingFrequency"]), ("DISABLED", "SIX_HOURS"))

    def test_what_does_not_exist_is_a_bad_request(self) -> None:
        gone = "0" * 32
        for call in (self.guardduty.get_detector, self.guardduty.update_detector, self.guardduty.delete_detector):
            self.assert_refused("BadRequestException", lambda call=call: call(DetectorId=gone))
        detector, both = self.create(), [{"Name": name, "Status": "ENABLED"} for name in ("NONE", "S3_DATA_EVENTS")]
        self.assert_refused(
            "BadRequestException", lambda: self.guardduty.update_detector(DetectorId=detector, Features=both)
        )
        both[0]["Name"], both[1]["Name"] = "EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING"
        self.assert_refused(
            "BadRequestException", lambda: self.guardduty.update_detector(DetectorId=detector, Features=both)
        )


class Publishing(GuardDuty):
    def test_a_destination_makes_the_round_trip(self) -> None:
        detector, target, other = self.create(), make_target(), make_target()
        made = self.guardduty.create_publishing_destination(
            DetectorId=detector, DestinationType="S3", DestinationProperties=target, Tags={"a": "b"}
        )
        this = {"DetectorId": detector, "DestinationId": made["DestinationId"]}
        listed = self.guardduty.list_publishing_destinations(DetectorId=detector)["Destinations"]
        self.assertEqual(
            listed, [{"DestinationId": made["DestinationId"], "DestinationType": "S3", "Status": "PUBLISHING"}]
        )
        self.guardduty.update_publishing_destination(**this, DestinationProperties={"KmsKeyArn": other["KmsKeyArn"]})
        found = self.guardduty.describe_publishing_destination(**this)
        self.assertEqual(found["DestinationProperties"], {**target, "KmsKeyArn": other["KmsKeyArn"]})
        self.assertEqual(found["Tags"], {"a": "b"})
        self.guardduty.delete_publishing_destination(**this)
        self.assertEqual(self.guardduty.list_publishing_destinations(DetectorId=detector)["Destinations"], [])
        self.assert_refused("BadRequestException", lambda: self.guardduty.delete_publishing_destination(**this))

    def test_a_bucket_or_key_that_GuardDuty_may_not_use_is_refused(self) -> None:
        detector, target = self.create(), make_target()
        client("s3", "us-east-1").create_bucket(Bucket=(closed := unique("closed")))
        key = client("kms").create_key()["KeyMetadata"]["Arn"]
        for wrong in ({"DestinationArn": f"arn:aws:s3:::{closed}"}, {"KmsKeyArn": key}):
            self.assert_refused(
                "BadRequestException",
                lambda wrong=wrong: self.guardduty.create_publishing_destination(
                    DetectorId=detector, DestinationType="S3", DestinationProperties={**target, **wrong}
                ),
            )


class Findings(GuardDuty):
    def test_a_sample_finding_comes_to_the_default_bus(self) -> None:
        url, queue = make_queue()
        allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue}
        policy = {"Statement": [{**allowed, "Principal": {"Service": "events.amazonaws.com"}}]}
        client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        events, rule = client("events"), unique("rule")
        pattern = {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"]}
        events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": queue}])
        detector, kind = self.create(), "UnauthorizedAccess:IAMUser/TorIPCaller"
        self.guardduty.create_sample_findings(DetectorId=detector, FindingTypes=[kind])
        event = json.loads(receive(url)["Body"])
        [finding_id] = self.guardduty.list_findings(DetectorId=detector)["FindingIds"]
        detail = event["detail"]
        self.assertEqual((event["region"], event["account"], event["resources"]), (HOME, ACCOUNT, []))
        self.assertEqual((detail["type"], detail["severity"], detail["id"]), (kind, 5, finding_id))
        self.assertEqual(detail["resource"]["resourceType"], "AccessKey")
        self.assertEqual((detail["service"]["archived"], detail["service"]["detectorId"]), (False, detector))
        self.assertIs(detail["service"]["additionalInfo"]["sample"], True)
        events.remove_targets(Rule=rule, Ids=["queue"])
        events.delete_rule(Name=rule)

    def test_findings_are_archived_and_found_by_that(self) -> None:
        detector = self.create()
        self.guardduty.create_sample_findings(DetectorId=detector)
        [first, *rest] = self.guardduty.list_findings(DetectorId=detector)["FindingIds"]
        self.guardduty.archive_findings(DetectorId=detector, FindingIds=[first])
        [finding] = self.guardduty.get_findings(DetectorId=detector, FindingIds=[first])["Findings"]
        self.assertTrue(finding["Service"]["Archived"])
        current = {"Criterion": {"service.archived": {"Equals": ["false"]}}}
        self.assertEqual(self.guardduty.list_findings(DetectorId=detector, FindingCriteria=current)["FindingIds"], rest)


class Stacks(GuardDuty):
    def test_a_detector_and_its_destination_are_made_changed_and_deleted(self) -> None:
        detector = {"Enable": True, "Features": [MONITORING], "Tags": [{"Key": "a", "Value": "b"}]}
        destination = {
            "DetectorId": {"Ref": "Detector"},
            "DestinationType": "S3",
            "DestinationProperties": make_target(),
        }

        def template(**changed: object) -> dict[str, object]:
            properties = {**detector, **changed}
            return {
                "Resources": {
                    "Detector": {"Type": "AWS::GuardDuty::Detector", "Properties": properties},
                    "Target": {"Type": "AWS::GuardDuty::PublishingDestination", "Properties": destination},
                },
                "Outputs": {
                    "Id": {"Value": {"Fn::GetAtt": ["Detector", "Id"]}},
                    "Target": {"Value": {"Ref": "Target"}},
                },
            }

        stack = deploy(template())
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", reasons(stack["StackName"]))
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        [detector_id] = self.guardduty.list_detectors()["DetectorIds"]
        [target] = self.guardduty.list_publishing_destinations(DetectorId=detector_id)["Destinations"]
        self.assertEqual(outputs, {"Id": detector_id, "Target": f"{detector_id}|{target['DestinationId']}"})
        self.assertEqual(self.states(detector_id)["RUNTIME_MONITORING"], "ENABLED")
        tags = [{"Key": "a", "Value": "c"}]
        changed = template(Enable=False, FindingPublishingFrequency="ONE_HOUR", Tags=tags)
        self.assertEqual(deploy(changed, stack["StackName"])["StackStatus"], "UPDATE_COMPLETE")
        found = self.guardduty.get_detector(DetectorId=detector_id)
        self.assertEqual((found["Status"], found["FindingPublishingFrequency"]), ("DISABLED", "ONE_HOUR"))
        self.assertEqual(found["Tags"]["a"], "c")
        client("cloudformation").delete_stack(StackName=stack["StackId"])
        client("cloudformation").get_waiter("stack_delete_complete").wait(StackName=stack["StackId"])
        self.assertEqual(self.guardduty.list_detectors()["DetectorIds"], [])

    def test_a_second_detector_fails_the_stack(self) -> None:
        self.create()
        detector = {"Type": "AWS::GuardDuty::Detector", "Properties": {"Enable": True}}
        stack = deploy({"Resources": {"Detector": detector}})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("a detector already exists", reasons(stack["StackName"]))

"""Config finds the resources that there are, once a recorder is on."""

from __future__ import annotations

import json
from typing import Any

from support import EmulatorTest, client, make_function, make_trail_bucket, unique

ACCOUNT = "123456789012"
REGION = "eu-central-1"


class Queries(EmulatorTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.config = client("config", REGION)

    def setUp(self) -> None:
        group = {"allSupported": True, "includeGlobalResourceTypes": True}
        self.record(group)
        self.addCleanup(self.config.delete_configuration_recorder, ConfigurationRecorderName="default")

    def record(self, group: dict[str, Any]) -> None:
        role = f"arn:aws:iam::{ACCOUNT}:role/config"
        recorder = {"name": "default", "roleARN": role, "recordingGroup": group}
        self.config.put_configuration_recorder(ConfigurationRecorder=recorder)
        client("s3", REGION).create_bucket(
            Bucket=(bucket := unique("config")), CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        self.config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket})
        self.config.start_configuration_recorder(ConfigurationRecorderName="default")

    def select(
        self, kind: str, fields: str = "resourceId, resourceName, arn, accountId, awsRegion", more: str = ""
    ) -> Any:
        expression = f"SELECT {fields} WHERE resourceType = '{kind}'{more}"
        answer = self.config.select_resource_config(Expression=expression)
        return [json.loads(one) for one in answer["Results"]]

    def test_the_status_tells_whether_a_recorder_is_on(self) -> None:
        (status,) = self.config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
        self.assertEqual((status["recording"], status["lastStatus"]), (True, "SUCCESS"))
        (recorder,) = self.config.describe_configuration_recorders()["ConfigurationRecorders"]
        self.assertEqual((recorder["name"], recorder["recordingGroup"]["allSupported"]), ("default", True))
        self.assert_refused(
            "NoSuchConfigurationRecorderException",
            lambda: self.config.describe_configuration_recorder_status(ConfigurationRecorderNames=["none"]),
        )

    def test_each_type_is_found_with_id_name_and_arn(self) -> None:
        ec2, iam = client("ec2", REGION), client("iam")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        group_name, user_name, trail_name = unique("group"), unique("user"), unique("trail")
        group = ec2.create_security_group(GroupName=group_name, Description="d", VpcId=vpc)["GroupId"]
        user = iam.create_user(UserName=user_name)["User"]
        key = client("kms", REGION).create_key()["KeyMetadata"]
        function = make_function("export const handler = 0")
        bucket = unique("bucket")
        client("s3", REGION).create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        make_trail_bucket(trail_name)
        trail = client("cloudtrail", REGION).create_trail(Name=trail_name, S3BucketName=trail_name)["TrailARN"]
        self.addCleanup(client("cloudtrail", REGION).delete_trail, Name=trail_name)
        base = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
        for kind, resource_id, name, arn in (
            ("AWS::S3::Bucket", bucket, bucket, f"arn:aws:s3:::{bucket}"),
            ("AWS::EC2::SecurityGroup", group, group_name, f"{base}:security-group/{group}"),
            ("AWS::EC2::VPC", vpc, None, f"{base}:vpc/{vpc}"),
            ("AWS::KMS::Key", key["KeyId"], key["KeyId"], key["Arn"]),
            ("AWS::Lambda::Function", function, function, f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"),
            ("AWS::IAM::User", user["UserId"], user_name, user["Arn"]),
            ("AWS::CloudTrail::Trail", trail_name, trail_name, trail),
        ):
            with self.subTest(kind):
                region = "global" if kind == "AWS::IAM::User" else REGION
                expected = {"resourceId": resource_id, "arn": arn, "accountId": ACCOUNT, "awsRegion": region}
                expected |= {"resourceName": name} if name else {}
                self.assertIn(expected, self.select(kind))
        self.assertIn({"resourceId": vpc}, self.select("AWS::EC2::VPC", "resourceId", f" AND awsRegion = '{REGION}'"))
        self.assertEqual(self.select("AWS::EC2::VPC", "resourceId", " AND awsRegion = 'us-east-1'"), [])

    def test_results_come_in_pages(self) -> None:
        for _ in range(3):
            client("kms", REGION).create_key()
        expression = "SELECT resourceId WHERE resourceType = 'AWS::KMS::Key'"
        whole = self.config.select_resource_config(Expression=expression)["Results"]
        paged: list[str] = []
        token: dict[str, str] = {}
        while True:
            page = self.config.select_resource_config(Expression=expression, Limit=2, **token)
            self.assertLessEqual(len(page["Results"]), 2)
            self.assertEqual(page["QueryInfo"], {"SelectFields": [{"Name": "resourceId"}]})
            paged += page["Results"]
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
        self.assertEqual(paged, whole)
        for code, arguments in (
            ("InvalidNextTokenException", {"Expression": expression, "NextToken": "?"}),
            ("InvalidLimitException", {"Expression": expression, "Limit": 101}),
            ("InvalidExpressionException", {"Expression": "SELECT *"}),
            ("InvalidExpressionException", {"Expression": f"{expression} OR awsRegion = 'x'"}),
            ("InvalidExpressionException", {"Expression": "SELECT resourceId WHERE resourceType = 'AWS::X::Y'"}),
        ):
            self.assert_refused(code, lambda arguments=arguments: self.config.select_resource_config(**arguments))

    def test_what_is_not_recorded_is_not_found(self) -> None:
        client("kms", REGION).create_key()
        self.assertTrue(self.select("AWS::KMS::Key"))
        self.record({"allSupported": False, "resourceTypes": ["AWS::S3::Bucket"]})
        self.assertEqual(self.select("AWS::KMS::Key"), [])
        self.assertTrue(self.select("AWS::S3::Bucket"))
        self.config.stop_configuration_recorder(ConfigurationRecorderName="default")
        self.assertEqual(self.select("AWS::S3::Bucket"), [])

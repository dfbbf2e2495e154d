"""Requests are understood as the SDK's model has them, and mapped to the actions and resources that IAM judges."""

from __future__ import annotations

import base64
import json
import unittest
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from moto.core.botocore_stubber import MockRawResponse

from support import HOME, EmulatorTest, emulator

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
EC2 = f"arn:aws:ec2:{HOME}:{ACCOUNT}"
TABLE = f"arn:aws:dynamodb:{HOME}:{ACCOUNT}:table/t"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/trail"

# service, operation, parameters, [(action, resources)]
CASES: list[tuple[str, str, dict[str, Any], list[tuple[str, list[str]]]]] = [
    ("s3", "get_public_access_block", {"Bucket": "b"}, [("s3:GetBucketPublicAccessBlock", ["arn:aws:s3:::b"])]),
    (
        "s3",
        "put_public_access_block",
        {"Bucket": "b", "PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
        [("s3:PutBucketPublicAccessBlock", ["arn:aws:s3:::b"])],
    ),
    ("s3", "delete_public_access_block", {"Bucket": "b"}, [("s3:PutBucketPublicAccessBlock", ["arn:aws:s3:::b"])]),
    (
        "s3",
        "put_object",
        {"Bucket": "b", "Key": "a/b c", "Body": b"\xff\x00"},
        [("s3:PutObject", ["arn:aws:s3:::b/a/b c"])],
    ),
    (
        "s3",
        "get_object",
        {"Bucket": "b", "Key": "k", "VersionId": "1"},
        [("s3:GetObjectVersion", ["arn:aws:s3:::b/k"])],
    ),
    ("s3", "list_objects_v2", {"Bucket": "b", "Prefix": "x"}, [("s3:ListBucket", ["arn:aws:s3:::b"])]),
    ("s3", "list_buckets", {}, [("s3:ListAllMyBuckets", ["*"])]),
    ("s3", "get_bucket_encryption", {"Bucket": "b"}, [("s3:GetEncryptionConfiguration", ["arn:aws:s3:::b"])]),
    (
        "s3",
        "upload_part",
        {"Bucket": "b", "Key": "k", "UploadId": "u", "PartNumber": 1},
        [("s3:PutObject", ["arn:aws:s3:::b/k"])],
    ),
    (
        "s3",
        "copy_object",
        {"Bucket": "b", "Key": "k", "CopySource": "c/l"},
        [("s3:GetObject", ["arn:aws:s3:::c/l"]), ("s3:PutObject", ["arn:aws:s3:::b/k"])],
    ),
    ("s3control", "get_public_access_block", {"AccountId": ACCOUNT}, [("s3:GetAccountPublicAccessBlock", ["*"])]),
    ("ec2", "describe_security_groups", {"GroupIds": ["sg-1"]}, [("ec2:DescribeSecurityGroups", ["*"])]),
    ("ec2", "describe_security_group_rules", {}, [("ec2:DescribeSecurityGroupRules", ["*"])]),
    ("ec2", "describe_managed_prefix_lists", {}, [("ec2:DescribeManagedPrefixLists", ["*"])]),
    (
        "ec2",
        "get_managed_prefix_list_entries",
        {"PrefixListId": "pl-1"},
        [("ec2:GetManagedPrefixListEntries", [f"{EC2}:prefix-list/pl-1"])],
    ),
    (
        "ec2",
        "revoke_security_group_ingress",
        {"GroupId": "sg-1", "SecurityGroupRuleIds": ["sgr-1"]},
        [("ec2:RevokeSecurityGroupIngress", [f"{EC2}:security-group/sg-1"])],
    ),
    (
        "ec2",
        "modify_security_group_rules",
        {
            "GroupId": "sg-1",
            "SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "SecurityGroupRule": {"PrefixListId": "pl-1"}}],
        },
        [
            (
                "ec2:ModifySecurityGroupRules",
                [f"{EC2}:security-group/sg-1", f"{EC2}:security-group-rule/sgr-1", f"{EC2}:prefix-list/pl-1"],
            )
        ],
    ),
    ("cloudtrail", "get_trail", {"Name": TRAIL}, [("cloudtrail:GetTrail", [TRAIL])]),
    ("cloudtrail", "describe_trails", {}, [("cloudtrail:DescribeTrails", ["*"])]),
    ("cloudtrail", "get_trail_status", {"Name": "trail"}, [("cloudtrail:GetTrailStatus", [TRAIL])]),
    ("cloudtrail", "get_event_selectors", {"TrailName": "trail"}, [("cloudtrail:GetEventSelectors", [TRAIL])]),
    (
        "cloudtrail",
        "put_event_selectors",
        {"TrailName": "trail", "EventSelectors": []},
        [("cloudtrail:PutEventSelectors", [TRAIL])],
    ),
    ("cloudtrail", "start_logging", {"Name": "trail"}, [("cloudtrail:StartLogging", [TRAIL])]),
    (
        "cloudtrail",
        "update_trail",
        {"Name": "trail", "CloudWatchLogsRoleArn": ROLE},
        [("cloudtrail:UpdateTrail", [TRAIL]), ("iam:PassRole", [ROLE])],
    ),
    ("dynamodb", "get_item", {"TableName": "t", "Key": {"pk": {"S": "1"}}}, [("dynamodb:GetItem", [TABLE])]),
    ("dynamodb", "query", {"TableName": "t", "IndexName": "idx"}, [("dynamodb:Query", [f"{TABLE}/index/idx"])]),
    (
        "dynamodb",
        "transact_write_items",
        {
            "TransactItems": [
                {"Put": {"TableName": "t", "Item": {"pk": {"S": "1"}}}},
                {"ConditionCheck": {"TableName": "t", "Key": {"pk": {"S": "1"}}, "ConditionExpression": "x"}},
            ]
        },
        [("dynamodb:PutItem", [TABLE]), ("dynamodb:ConditionCheckItem", [TABLE])],
    ),
    (
        "events",
        "put_events",
        {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}", "EventBusName": "b"}]},
        [("events:PutEvents", [f"arn:aws:events:{HOME}:{ACCOUNT}:event-bus/b"])],
    ),
    (
        "events",
        "put_rule",
        {"Name": "r", "EventBusName": "b"},
        [("events:PutRule", [f"arn:aws:events:{HOME}:{ACCOUNT}:rule/b/r"])],
    ),
    ("events", "disable_rule", {"Name": "r"}, [("events:DisableRule", [f"arn:aws:events:{HOME}:{ACCOUNT}:rule/r"])]),
    ("sts", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "me"}, [("sts:AssumeRole", [ROLE])]),
    ("sts", "get_caller_identity", {}, [("sts:GetCallerIdentity", ["*"])]),
    ("ssm", "get_parameter", {"Name": "/a/b"}, [("ssm:GetParameter", [f"arn:aws:ssm:{HOME}:{ACCOUNT}:parameter/a/b"])]),
    (
        "ssm",
        "get_parameters",
        {"Names": ["/a", "b"]},
        [
            (
                "ssm:GetParameters",
                [f"arn:aws:ssm:{HOME}:{ACCOUNT}:parameter/a", f"arn:aws:ssm:{HOME}:{ACCOUNT}:parameter/b"],
            )
        ],
    ),
    (
        "sqs",
        "send_message",
        {"QueueUrl": f"http://localhost/{ACCOUNT}/q", "MessageBody": "x"},
        [("sqs:SendMessage", [f"arn:aws:sqs:{HOME}:{ACCOUNT}:q"])],
    ),
    (
        "lambda",
        "invoke",
        {"FunctionName": "f"},
        [("lambda:InvokeFunction", [f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:f"])],
    ),
    (
        "logs",
        "put_log_events",
        {"logGroupName": "/g", "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "m"}]},
        [("logs:PutLogEvents", [f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:/g:log-stream:s"])],
    ),
    ("cloudwatch", "put_metric_data", {"Namespace": "n", "MetricData": []}, [("cloudwatch:PutMetricData", ["*"])]),
    ("glue", "get_databases", {}, [("glue:GetDatabases", ["*"])]),
]


SESSION = boto3.session.Session(aws_access_key_id="AKIA", aws_secret_access_key="secret", region_name=HOME)


def captured(service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """A request as an SDK sends it."""
    sent: dict[str, Any] = {}
    sdk = SESSION.client(service, endpoint_url="http://localhost:1", config=Config(parameter_validation=False))

    def keep(request: Any, **_: Any) -> AWSResponse:
        parts = urlsplit(request.url)
        body = request.body.read() if hasattr(request.body, "read") else request.body or b""
        headers = {name: one.decode() if isinstance(one, bytes) else str(one) for name, one in request.headers.items()}
        sent.update(
            method=request.method,
            path=parts.path + (f"?{parts.query}" if parts.query else ""),
            headers={**headers, "host": parts.netloc},
            bodyBase64=base64.b64encode(body.encode() if isinstance(body, str) else body).decode(),
            region=HOME,
            service=sdk.meta.service_model.signing_name,
        )
        return AWSResponse(request.url, 200, {}, MockRawResponse(b""))

    sdk.meta.events.register_first("before-send.*", keep)
    try:
        getattr(sdk, operation)(**parameters)
    except Exception:  # noqa: BLE001 - an empty answer is no answer; the request was sent
        pass
    return sent


def post(path: str, body: Any, token: str = "secret") -> tuple[int, Any]:
    """A call of a control path."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{emulator().port}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"x-bulwark-token": token},
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


class Understand(EmulatorTest):
    def test_operations_map_to_actions_and_resources(self) -> None:
        for service, operation, parameters, expected in CASES:
            with self.subTest(f"{service} {operation}"):
                status, answer = post("/_bulwark/understand", captured(service, operation, parameters))
                self.assertEqual(status, 200, answer)
                self.assertEqual([(one["action"], one["resources"]) for one in answer["actions"]], expected)
                self.assertEqual(answer["problems"], [])

    def test_context_keys(self) -> None:
        _, answer = post(
            "/_bulwark/understand", captured("sts", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "me"})
        )
        self.assertEqual(answer["actions"][0]["context"], {"sts:RoleSessionName": "me"})
        self.assertFalse(answer["mutating"])
        _, answer = post(
            "/_bulwark/understand",
            captured("cloudtrail", "update_trail", {"Name": "trail", "CloudWatchLogsRoleArn": ROLE}),
        )
        self.assertEqual(answer["actions"][1]["context"], {"iam:PassedToService": "cloudtrail.amazonaws.com"})

    def test_a_request_that_breaks_the_model_is_told(self) -> None:
        _, answer = post("/_bulwark/understand", captured("ssm", "get_parameters", {}))
        self.assertEqual(answer["problems"], ['Missing required parameter in input: "Names"'])

    def test_a_bucket_in_front_of_the_host(self) -> None:
        request = captured("s3", "get_public_access_block", {"Bucket": "b"})
        request |= {"path": "/?publicAccessBlock", "headers": {**request["headers"], "host": "b.localhost:1"}}
        _, answer = post("/_bulwark/understand", request)
        self.assertEqual(answer["actions"][0]["resources"], ["arn:aws:s3:::b"])
        self.assertEqual(answer["resourcePolicyOf"], "arn:aws:s3:::b")

    def test_nothing_without_the_token(self) -> None:
        self.assertEqual(post("/_bulwark/understand", {}, token="wrong")[0], 404)

    def test_an_operation_that_nobody_knows(self) -> None:
        request = captured("s3", "list_buckets", {}) | {"method": "PATCH"}
        self.assertEqual(post("/_bulwark/understand", request)[0], 400)


if __name__ == "__main__":
    unittest.main()

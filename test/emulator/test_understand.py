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

from support import HOME, EmulatorTest, client, emulator, unique

from bulwark_emulator.patches.securityhub import hub_v2_arn

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
EC2 = f"arn:aws:ec2:{HOME}:{ACCOUNT}"
RESOLVER = f"arn:aws:route53resolver:{HOME}:{ACCOUNT}"
TABLE = f"arn:aws:dynamodb:{HOME}:{ACCOUNT}:table/t"
SNAPSHOT = f"arn:aws:ec2:{HOME}::snapshot/snap-1"
DETECTOR = f"arn:aws:guardduty:{HOME}:{ACCOUNT}:detector/d"
KEY = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/k"
QUEUE = f"arn:aws:sqs:{HOME}:{ACCOUNT}:q"
HUB_V2 = hub_v2_arn(HOME)
TRAIL = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/trail"
WAF = f"arn:aws:wafv2:{HOME}:{ACCOUNT}:regional"
WAF_ITEM = {"Name": "n", "Id": "i", "Scope": "REGIONAL"}
BALANCER = f"arn:aws:elasticloadbalancing:{HOME}:{ACCOUNT}:loadbalancer/app/a/1"
METRICS = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
SET_RULE = {
    "Name": "r",
    "Priority": 0,
    "Action": {"Block": {}},
    "VisibilityConfig": METRICS,
    "Statement": {"NotStatement": {"Statement": {"IPSetReferenceStatement": {"ARN": f"{WAF}/ipset/s/1"}}}},
}

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
    ("s3control", "delete_public_access_block", {"AccountId": ACCOUNT}, [("s3:PutAccountPublicAccessBlock", ["*"])]),
    ("s3", "delete_bucket_policy", {"Bucket": "b"}, [("s3:DeleteBucketPolicy", ["arn:aws:s3:::b"])]),
    (
        "ec2",
        "modify_snapshot_attribute",
        {"SnapshotId": "snap-1", "CreateVolumePermission": {"Remove": [{"Group": "all"}]}},
        [("ec2:ModifySnapshotAttribute", [SNAPSHOT])],
    ),
    (
        "ec2",
        "describe_snapshot_attribute",
        {"SnapshotId": "snap-1", "Attribute": "createVolumePermission"},
        [("ec2:DescribeSnapshotAttribute", [SNAPSHOT])],
    ),
    ("ec2", "describe_snapshots", {"OwnerIds": ["self"]}, [("ec2:DescribeSnapshots", ["*"])]),
    ("ec2", "enable_ebs_encryption_by_default", {}, [("ec2:EnableEbsEncryptionByDefault", ["*"])]),
    (
        "ec2",
        "revoke_security_group_egress",
        {"GroupId": "sg-1", "SecurityGroupRuleIds": ["sgr-1"]},
        [("ec2:RevokeSecurityGroupEgress", [f"{EC2}:security-group/sg-1"])],
    ),
    ("ec2", "describe_managed_prefix_lists", {}, [("ec2:DescribeManagedPrefixLists", ["*"])]),
    (
        "ec2",
        "create_route",
        {"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"},
        [("ec2:CreateRoute", [f"{EC2}:route-table/rtb-1"])],
    ),
    (
        "ec2",
        "accept_vpc_peering_connection",
        {"VpcPeeringConnectionId": "pcx-1"},
        [("ec2:AcceptVpcPeeringConnection", [f"{EC2}:vpc-peering-connection/pcx-1"])],
    ),
    (
        "ec2",
        "create_network_acl_entry",
        {"NetworkAclId": "acl-1", "RuleNumber": 1, "Protocol": "-1", "RuleAction": "allow", "Egress": False},
        [("ec2:CreateNetworkAclEntry", [f"{EC2}:network-acl/acl-1"])],
    ),
    (
        "ec2",
        "create_flow_logs",
        {"ResourceIds": ["vpc-1"], "ResourceType": "VPC", "DeliverLogsPermissionArn": ROLE},
        [("ec2:CreateFlowLogs", [f"{EC2}:vpc-flow-log/*"]), ("iam:PassRole", [ROLE])],
    ),
    (
        "ec2",
        "delete_vpc_endpoints",
        {"VpcEndpointIds": ["vpce-1", "vpce-2"]},
        [("ec2:DeleteVpcEndpoints", [f"{EC2}:vpc-endpoint/vpce-1", f"{EC2}:vpc-endpoint/vpce-2"])],
    ),
    ("route53resolver", "list_firewall_domain_lists", {}, [("route53resolver:ListFirewallDomainLists", ["*"])]),
    (
        "route53resolver",
        "update_firewall_config",
        {"ResourceId": "vpc-1", "FirewallFailOpen": "ENABLED"},
        [("route53resolver:UpdateFirewallConfig", [f"{RESOLVER}:firewall-config/vpc-1"]), ("ec2:DescribeVpcs", ["*"])],
    ),
    (
        "route53resolver",
        "delete_firewall_rule",
        {"FirewallRuleGroupId": "rslvr-frg-1", "FirewallDomainListId": "rslvr-fdl-1"},
        [("route53resolver:DeleteFirewallRule", [f"{RESOLVER}:firewall-rule-group/rslvr-frg-1"])],
    ),
    (
        "network-firewall",
        "delete_firewall_policy",
        {"FirewallPolicyName": "p"},
        [
            (
                "network-firewall:DeleteFirewallPolicy",
                [f"arn:aws:network-firewall:{HOME}:{ACCOUNT}:firewall-policy/p"],
            )
        ],
    ),
    ("guardduty", "list_detectors", {}, [("guardduty:ListDetectors", ["*"])]),
    ("guardduty", "update_detector", {"DetectorId": "d"}, [("guardduty:UpdateDetector", [DETECTOR])]),
    (
        "guardduty",
        "delete_publishing_destination",
        {"DetectorId": "d", "DestinationId": "p"},
        [("guardduty:DeletePublishingDestination", [f"{DETECTOR}/publishingdestination/p"])],
    ),
    ("kms", "enable_key_rotation", {"KeyId": "k"}, [("kms:EnableKeyRotation", [KEY])]),
    ("kms", "list_keys", {}, [("kms:ListKeys", ["*"])]),
    (
        "lambda",
        "remove_permission",
        {"FunctionName": "f", "StatementId": "s"},
        [("lambda:RemovePermission", [f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:f"])],
    ),
    ("lambda", "list_functions", {}, [("lambda:ListFunctions", ["*"])]),
    ("iam", "list_users", {}, [("iam:ListUsers", ["*"])]),
    (
        "wafv2",
        "associate_web_acl",
        {"WebACLArn": f"{WAF}/webacl/n/i", "ResourceArn": BALANCER},
        [
            ("wafv2:AssociateWebACL", [f"{WAF}/webacl/n/i", BALANCER]),
            ("elasticloadbalancing:SetWebAcl", [BALANCER]),
        ],
    ),
    (
        "wafv2",
        "disassociate_web_acl",
        {"ResourceArn": BALANCER},
        [("wafv2:DisassociateWebACL", [BALANCER]), ("elasticloadbalancing:SetWebAcl", [BALANCER])],
    ),
    (
        "wafv2",
        "get_web_acl_for_resource",
        {"ResourceArn": BALANCER},
        [("wafv2:GetWebACLForResource", [BALANCER, f"{WAF}/webacl/*/*"])],
    ),
    (
        "wafv2",
        "update_web_acl",
        {
            **WAF_ITEM,
            "LockToken": "t",
            "DefaultAction": {"Allow": {}},
            "VisibilityConfig": METRICS,
            "Rules": [SET_RULE],
        },
        [("wafv2:UpdateWebACL", [f"{WAF}/webacl/n/i", f"{WAF}/ipset/s/1"])],
    ),
    ("wafv2", "delete_web_acl", {**WAF_ITEM, "LockToken": "t"}, [("wafv2:DeleteWebACL", [f"{WAF}/webacl/n/i"])]),
    ("wafv2", "get_ip_set", WAF_ITEM, [("wafv2:GetIPSet", [f"{WAF}/ipset/n/i"])]),
    (
        "wafv2",
        "update_ip_set",
        {**WAF_ITEM, "Scope": "CLOUDFRONT", "Addresses": [], "LockToken": "t"},
        [("wafv2:UpdateIPSet", [f"arn:aws:wafv2:{HOME}:{ACCOUNT}:global/ipset/n/i"])],
    ),
    (
        "wafv2",
        "delete_logging_configuration",
        {"ResourceArn": f"{WAF}/webacl/n/i"},
        [("wafv2:DeleteLoggingConfiguration", [f"{WAF}/webacl/n/i"])],
    ),
    ("wafv2", "list_ip_sets", {"Scope": "REGIONAL"}, [("wafv2:ListIPSets", ["*"])]),
    ("shield", "get_subscription_state", {}, [("shield:GetSubscriptionState", ["*"])]),
    ("shield", "describe_subscription", {}, [("shield:DescribeSubscription", ["*"])]),
    (
        "shield",
        "delete_protection",
        {"ProtectionId": "p" * 36},
        [("shield:DeleteProtection", [f"arn:aws:shield::{ACCOUNT}:protection/{'p' * 36}"])],
    ),
    (
        "shield",
        "describe_protection",
        {"ResourceArn": BALANCER},
        [("shield:DescribeProtection", [f"arn:aws:shield::{ACCOUNT}:protection/*"])],
    ),
    (
        "shield",
        "associate_drt_role",
        {"RoleArn": ROLE},
        [("shield:AssociateDRTRole", ["*"]), ("iam:PassRole", [ROLE])],
    ),
    (
        "elbv2",
        "delete_load_balancer",
        {"LoadBalancerArn": BALANCER},
        [("elasticloadbalancing:DeleteLoadBalancer", [BALANCER])],
    ),
    ("elbv2", "describe_load_balancers", {}, [("elasticloadbalancing:DescribeLoadBalancers", ["*"])]),
    (
        "route53",
        "delete_health_check",
        {"HealthCheckId": "h"},
        [("route53:DeleteHealthCheck", ["arn:aws:route53:::healthcheck/h"])],
    ),
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
    (
        "dynamodb",
        "transact_write_items",
        {
            "TransactItems": [
                {"Update": {"TableName": "t", "Key": {"pk": {"S": "1"}}, "UpdateExpression": "REMOVE a"}},
                {"Delete": {"TableName": "t", "Key": {"pk": {"S": "1"}}}},
            ]
        },
        [("dynamodb:UpdateItem", [TABLE]), ("dynamodb:DeleteItem", [TABLE])],
    ),
    (
        "ssm",
        "get_parameters_by_path",
        {"Path": "/a/b"},
        [("ssm:GetParametersByPath", [f"arn:aws:ssm:{HOME}:{ACCOUNT}:parameter/a/b"])],
    ),
    (
        "sqs",
        "start_message_move_task",
        {"SourceArn": f"{QUEUE}-dead", "DestinationArn": QUEUE},
        [
            *(
                (f"sqs:{one}", [f"{QUEUE}-dead"])
                for one in ("StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
            ),
            ("sqs:SendMessage", [QUEUE]),
        ],
    ),
    (
        "securityhub",
        "batch_update_findings",
        {"FindingIdentifiers": [{"Id": "i", "ProductArn": "p"}], "Workflow": {"Status": "RESOLVED"}},
        [("securityhub:BatchUpdateFindings", [f"arn:aws:securityhub:{HOME}:{ACCOUNT}:hub/default"])],
    ),
    (
        "securityhub",
        "batch_update_findings_v2",
        {"MetadataUids": ["u"], "StatusId": 4},
        [("securityhub:BatchUpdateFindings", [HUB_V2])],
    ),
    ("securityhub", "get_findings_v2", {}, [("securityhub:GetFindings", [HUB_V2])]),
    (
        "config",
        "select_resource_config",
        {"Expression": "SELECT arn WHERE resourceType = 'AWS::S3::Bucket'"},
        [("config:SelectResourceConfig", ["*"])],
    ),
    (
        "config",
        "describe_configuration_recorder_status",
        {},
        [("config:DescribeConfigurationRecorderStatus", ["*"])],
    ),
    (
        "cloudformation",
        "describe_stack_resources",
        {"PhysicalResourceId": "i"},
        [("cloudformation:DescribeStackResources", ["*"])],
    ),
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

    def test_a_user_is_looked_up_for_its_path(self) -> None:
        client("iam", "us-east-1").create_user(UserName=(name := unique("user")), Path="/team/")
        request = captured("iam", "update_access_key", {"UserName": name, "AccessKeyId": "A" * 16, "Status": "Active"})
        _, answer = post("/_bulwark/understand", request)
        self.assertEqual(answer["actions"][0]["resources"], [f"arn:aws:iam::{ACCOUNT}:user/team/{name}"])

    def test_context_keys(self) -> None:
        _, answer = post(
            "/_bulwark/understand", captured("sts", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "me"})
        )
        self.assertEqual(answer["actions"][0]["context"], {"sts:RoleSessionName": "me"})
        self.assertFalse(answer["mutating"])
        url = {"FunctionName": "f", "StatementId": "s", "Action": "a", "Principal": "*", "FunctionUrlAuthType": "NONE"}
        _, answer = post("/_bulwark/understand", captured("lambda", "add_permission", url))
        self.assertEqual(
            answer["actions"][0]["context"], {"lambda:Principal": "*", "lambda:FunctionUrlAuthType": "NONE"}
        )
        _, answer = post(
            "/_bulwark/understand",
            captured("cloudtrail", "update_trail", {"Name": "trail", "CloudWatchLogsRoleArn": ROLE}),
        )
        self.assertEqual(answer["actions"][1]["context"], {"iam:PassedToService": "cloudtrail.amazonaws.com"})

    def test_sharing_a_snapshot_has_keys_for_what_it_adds_and_removes(self) -> None:
        both = {"Add": [{"Group": "all"}], "Remove": [{"UserId": "1"}, {"UserId": "2"}]}
        older = {"OperationType": "add", "GroupNames": ["all"], "UserIds": ["1"]}
        for given, expected in (
            ({"CreateVolumePermission": both}, {"ec2:Add/group": "all", "ec2:Remove/userId": ["1", "2"]}),
            (older, {"ec2:Add/group": "all", "ec2:Add/userId": "1"}),
            ({**older, "OperationType": "remove"}, {"ec2:Remove/group": "all", "ec2:Remove/userId": "1"}),
            ({}, {}),
        ):
            request = captured("ec2", "modify_snapshot_attribute", {"SnapshotId": "snap-1", **given})
            _, answer = post("/_bulwark/understand", request)
            self.assertEqual(answer["actions"][0].get("context", {}), expected)

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

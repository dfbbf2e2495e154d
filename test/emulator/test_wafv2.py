"""Web ACLs, their sets, logs and what they protect."""

from __future__ import annotations

import json
from typing import Any

from support import HOME, EmulatorTest, client, deploy, reasons, settled, unique

ACCOUNT = "123456789012"
DELIVERY = {"Service": "delivery.logs.amazonaws.com"}
VISIBLE = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
BLOCK = {"Block": {}}
NONE = [{"Priority": 0, "Type": "NONE"}]
GERMANY = {"GeoMatchStatement": {"CountryCodes": ["DE"]}}


def rule(statement: dict[str, Any], priority: int = 0, **more: Any) -> dict[str, Any]:
    """A rule that blocks, unless told otherwise."""
    action = {} if "OverrideAction" in more else {"Action": BLOCK}
    name = f"rule-{priority}"
    return {
        "Name": name, "Priority": priority, "Statement": statement, "VisibilityConfig": VISIBLE, **action, **more
    }  # fmt: skip


def managed(name: str, priority: int) -> dict[str, Any]:
    group = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}}
    return rule(group, priority, OverrideAction={"None": {}})


def template(**resources: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": {name: {"Type": f"AWS::{one.pop('Type')}", **one} for name, one in resources.items()}}


def web_acl(*rules: dict[str, Any], **properties: Any) -> dict[str, Any]:
    given = {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": VISIBLE, "Rules": [*rules]}
    return {"Type": "WAFv2::WebACL", "Properties": {**given, **properties}}


def ip_set(*addresses: str, **properties: Any) -> dict[str, Any]:
    given = {"Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": [*addresses]}
    return {"Type": "WAFv2::IPSet", "Properties": {**given, **properties}}


def make_load_balancer() -> str:
    """A load balancer to protect."""
    ec2, elbv2 = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{index}.0/24", AvailabilityZone=f"{HOME}{zone}")["Subnet"]
        for index, zone in enumerate("ab")
    ]
    made = elbv2.create_load_balancer(Name=unique("alb"), Subnets=[one["SubnetId"] for one in subnets])
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def make_log_bucket(name: str, **changes: Any) -> str:
    """A bucket that logs can be delivered to."""
    s3, arn = client("s3", "us-east-1"), f"arn:aws:s3:::{name}"
    source = {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{HOME}:{ACCOUNT}:*"},
    }
    acl = {"s3:x-amz-acl": "bucket-owner-full-control"}
    allow = {"Effect": "Allow", "Principal": DELIVERY, "Condition": source, **changes}
    write = {"Action": "s3:PutObject", "Resource": f"{arn}/AWSLogs/{ACCOUNT}/*"}
    condition = {**source, "StringEquals": {**source["StringEquals"], **acl}}
    statements = [{**allow, "Action": "s3:GetBucketAcl", "Resource": arn}, {**allow, **write, "Condition": condition}]
    s3.create_bucket(Bucket=name)
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Statement": statements}))
    return arn


class Waf(EmulatorTest):
    def setUp(self) -> None:
        self.waf = client("wafv2")

    def create_acl(self, *rules: dict[str, Any], scope: str = "REGIONAL") -> dict[str, Any]:
        waf = client("wafv2", HOME if scope == "REGIONAL" else "us-east-1")
        call = {"Name": unique("acl"), "Scope": scope, "DefaultAction": {"Allow": {}}, "VisibilityConfig": VISIBLE}
        return waf.create_web_acl(**call, Rules=[*rules])["Summary"]

    def create_set(self, *addresses: str, version: str = "IPV4") -> dict[str, Any]:
        call = {"Name": unique("set"), "Scope": "REGIONAL", "IPAddressVersion": version, "Addresses": [*addresses]}
        return self.waf.create_ip_set(**call)["Summary"]

    def named(self, summary: dict[str, Any]) -> dict[str, str]:
        return {"Name": summary["Name"], "Id": summary["Id"], "Scope": "REGIONAL"}

    def get_acl(self, summary: dict[str, Any]) -> dict[str, Any]:
        return self.waf.get_web_acl(**self.named(summary))["WebACL"]


class WebAcls(Waf):
    def test_a_web_acl_costs_what_its_rules_cost(self) -> None:
        uri = {"FieldToMatch": {"UriPath": {}}, "TextTransformations": NONE}
        lower = {**uri, "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}
        body = {"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "MATCH"}}
        addresses = self.create_set("192.0.2.0/24")["ARN"]
        match = {"SearchString": b"/login", "PositionalConstraint": "STARTS_WITH"}
        forwarded = {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "MATCH", "Position": "ANY"}
        rate: dict[str, Any] = {"Limit": 100, "AggregateKeyType": "IP"}
        cases: list[tuple[dict[str, Any], int]] = [
            (GERMANY, 1),
            ({"IPSetReferenceStatement": {"ARN": addresses}}, 1),
            ({"IPSetReferenceStatement": {"ARN": addresses, "IPSetForwardedIPConfig": forwarded}}, 5),
            ({"LabelMatchStatement": {"Scope": "LABEL", "Key": "a:b"}}, 1),
            ({"SizeConstraintStatement": {**uri, "ComparisonOperator": "GT", "Size": 8}}, 1),
            ({"ByteMatchStatement": {**uri, **match}}, 2),
            ({"ByteMatchStatement": {**lower, **match, "PositionalConstraint": "CONTAINS"}}, 20),
            ({"ByteMatchStatement": {**uri, **match, "FieldToMatch": {"AllQueryArguments": {}}}}, 12),
            ({"XssMatchStatement": {**uri, "FieldToMatch": body}}, 80),
            ({"SqliMatchStatement": {**uri, "SensitivityLevel": "HIGH"}}, 30),
            ({"RegexMatchStatement": {**uri, "RegexString": "a+"}}, 3),
            ({"RateBasedStatement": rate}, 2),
            ({"RateBasedStatement": {**rate, "ScopeDownStatement": {"NotStatement": {"Statement": GERMANY}}}}, 3),
            ({"RateBasedStatement": {**rate, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"IP": {}}]}}, 32),
            ({"AndStatement": {"Statements": [GERMANY, {"ByteMatchStatement": {**uri, **match}}]}}, 3),
        ]
        for statement, units in cases:
            with self.subTest(statement=statement):
                found = self.waf.check_capacity(Scope="REGIONAL", Rules=[rule(statement)])
                self.assertEqual(found["Capacity"], units)
        summary = self.create_acl(
            managed("AWSManagedRulesCommonRuleSet", 0), managed("AWSManagedRulesAmazonIpReputationList", 1)
        )
        self.assertEqual(self.get_acl(summary)["Capacity"], 725)

    def test_rules_that_aws_refuses_are_refused(self) -> None:
        rate = {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP"}}
        wrong = {
            "one priority twice": [rule(GERMANY), rule(GERMANY, Name="other")],
            "one name twice": [rule(GERMANY), rule(GERMANY, 1, Name="rule-0")],
            "a group with an action": [{**managed("AWSManagedRulesCommonRuleSet", 0), "Action": BLOCK}],
            "a statement with an override": [rule(GERMANY, OverrideAction={"None": {}})],
            "two statements": [rule({**GERMANY, **rate})],
            "a nested rate": [rule({"NotStatement": {"Statement": rate}})],
            "a window": [rule({"RateBasedStatement": {**rate["RateBasedStatement"], "EvaluationWindowSec": 90}})],
        }
        for name, rules in wrong.items():
            with self.subTest(name):
                self.assert_refused("WAFInvalidParameterException", lambda rules=rules: self.create_acl(*rules))
        gone = {"IPSetReferenceStatement": {"ARN": f"arn:aws:wafv2:{HOME}:{ACCOUNT}:regional/ipset/gone/1"}}
        self.assert_refused("WAFNonexistentItemException", lambda: self.create_acl(rule(gone)))
        unknown = managed("AWSManagedRulesOfNobody", 0)
        self.assert_refused("WAFInvalidResourceException", lambda: self.create_acl(unknown))
        eight = [managed("AWSManagedRulesCommonRuleSet", index) for index in range(8)]
        self.assert_refused("WAFLimitsExceededException", lambda: self.create_acl(*eight))

    def test_an_update_replaces_everything_and_needs_the_newest_token(self) -> None:
        summary = self.create_acl(rule(GERMANY))
        call = {**self.named(summary), "DefaultAction": BLOCK, "VisibilityConfig": VISIBLE}
        newest = self.waf.update_web_acl(**call, LockToken=summary["LockToken"])["NextLockToken"]
        found = self.get_acl(summary)
        self.assertEqual((found["Rules"], found["DefaultAction"], found["Capacity"]), ([], BLOCK, 0))
        for change in (
            lambda: self.waf.update_web_acl(**call, LockToken=summary["LockToken"]),
            lambda: self.waf.delete_web_acl(**self.named(summary), LockToken=summary["LockToken"]),
        ):
            self.assert_refused("WAFOptimisticLockException", change)
        self.waf.delete_web_acl(**self.named(summary), LockToken=newest)
        self.assert_refused("WAFNonexistentItemException", lambda: self.get_acl(summary))

    def test_cloudfront_has_its_web_acls_in_one_region(self) -> None:
        self.assert_refused("WAFInvalidParameterException", lambda: self.waf.list_web_acls(Scope="CLOUDFRONT"))
        summary = self.create_acl(scope="CLOUDFRONT")
        self.assertIn(f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/", summary["ARN"])
        near = client("wafv2", "us-east-1")
        listed = [one["ARN"] for one in near.list_web_acls(Scope="CLOUDFRONT")["WebACLs"]]
        regional = [one["ARN"] for one in near.list_web_acls(Scope="REGIONAL")["WebACLs"]]
        self.assertTrue(summary["ARN"] in listed and summary["ARN"] not in regional)

    def test_one_web_acl_protects_a_resource_and_stays_as_long_as_it_does(self) -> None:
        first, second, balancer = self.create_acl(), self.create_acl(), make_load_balancer()
        for summary in (first, second):
            self.waf.associate_web_acl(WebACLArn=summary["ARN"], ResourceArn=balancer)
        found = self.waf.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]
        self.assertEqual(found["ARN"], second["ARN"])
        self.assertEqual(self.waf.list_resources_for_web_acl(WebACLArn=first["ARN"])["ResourceArns"], [])
        self.assertEqual(self.waf.list_resources_for_web_acl(WebACLArn=second["ARN"])["ResourceArns"], [balancer])
        delete = lambda: self.waf.delete_web_acl(**self.named(second), LockToken=second["LockToken"])  # noqa: E731
        self.assert_refused("WAFAssociatedItemException", delete)
        self.waf.disassociate_web_acl(ResourceArn=balancer)
        self.assertNotIn("WebACL", self.waf.get_web_acl_for_resource(ResourceArn=balancer))
        self.waf.associate_web_acl(WebACLArn=second["ARN"], ResourceArn=balancer)
        client("elbv2").delete_load_balancer(LoadBalancerArn=balancer)
        delete()

    def test_what_is_not_there_cannot_be_protected(self) -> None:
        acl, balancer = self.create_acl()["ARN"], make_load_balancer()
        associate = self.waf.associate_web_acl
        gone = balancer.replace("/app/", "/app/gone-")
        self.assert_refused("WAFNonexistentItemException", lambda: associate(WebACLArn=acl, ResourceArn=gone))
        topic = f"arn:aws:sns:{HOME}:{ACCOUNT}:topic"
        self.assert_refused("WAFInvalidParameterException", lambda: associate(WebACLArn=acl, ResourceArn=topic))
        missing = f"{acl[:-1]}x"
        self.assert_refused("WAFNonexistentItemException", lambda: associate(WebACLArn=missing, ResourceArn=balancer))

    def test_logs_go_where_they_may_be_written(self) -> None:
        acl, bucket = self.create_acl()["ARN"], make_log_bucket(unique("aws-waf-logs"))

        def put(destination: str, **more: Any) -> dict[str, Any]:
            call = {"ResourceArn": acl, "LogDestinationConfigs": [destination], **more}
            return self.waf.put_logging_configuration(LoggingConfiguration=call)["LoggingConfiguration"]

        redacted = [{"SingleHeader": {"Name": "authorization"}}, {"QueryString": {}}]
        put(bucket, RedactedFields=redacted)
        found = self.waf.get_logging_configuration(ResourceArn=acl)["LoggingConfiguration"]
        self.assertEqual((found["LogDestinationConfigs"], found["RedactedFields"]), ([bucket], redacted))
        other = make_log_bucket(unique("other"))
        group = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:aws-waf-logs-gone"
        for wrong in (other, "arn:aws:s3:::aws-waf-logs-gone", group):
            with self.subTest(wrong):
                self.assert_refused("WAFInvalidParameterException", lambda wrong=wrong: put(wrong))
        far = {"ArnLike": {"aws:SourceArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:*"}}
        closed = make_log_bucket(unique("aws-waf-logs"), Condition=far)
        self.assert_refused("WAFLogDestinationPermissionIssueException", lambda: put(closed))
        self.assert_refused("WAFInvalidParameterException", lambda: put(bucket, RedactedFields=[{"Body": {}}]))
        self.waf.delete_logging_configuration(ResourceArn=acl)
        get = lambda: self.waf.get_logging_configuration(ResourceArn=acl)  # noqa: E731
        self.assert_refused("WAFNonexistentItemException", get)


class Sets(Waf):
    def test_addresses_are_taken_as_aws_takes_them(self) -> None:
        everybody = ("0.0.0.0/1", "128.0.0.0/1")
        found = self.waf.get_ip_set(**self.named(self.create_set(*everybody)))["IPSet"]
        self.assertEqual(found["Addresses"], [*everybody])
        found = self.waf.get_ip_set(**self.named(self.create_set("2001:db8::/32", version="IPV6")))["IPSet"]
        self.assertEqual(found["Addresses"], ["2001:0db8:0000:0000:0000:0000:0000:0000/32"])
        for wrong in ("0.0.0.0/0", "192.0.2.1", "192.0.2.1/24", "2001:db8::/32", "here/8"):
            with self.subTest(wrong):
                self.assert_refused("WAFInvalidParameterException", lambda wrong=wrong: self.create_set(wrong))

    def test_a_set_changes_for_who_read_it_last(self) -> None:
        summary = self.create_set()
        call = {**self.named(summary), "Addresses": ["192.0.2.0/24"]}
        newest = self.waf.update_ip_set(**call, LockToken=summary["LockToken"])["NextLockToken"]
        stale = lambda: self.waf.update_ip_set(**call, LockToken=summary["LockToken"])  # noqa: E731
        self.assert_refused("WAFOptimisticLockException", stale)
        found = self.waf.get_ip_set(**self.named(summary))
        self.assertEqual((found["IPSet"]["Addresses"], found["LockToken"]), (["192.0.2.0/24"], newest))

    def test_a_set_stays_as_long_as_a_rule_uses_it(self) -> None:
        summary = self.create_set()
        inside = {"NotStatement": {"Statement": {"IPSetReferenceStatement": {"ARN": summary["ARN"]}}}}
        acl = self.create_acl(rule(inside))
        delete = lambda: self.waf.delete_ip_set(**self.named(summary), LockToken=summary["LockToken"])  # noqa: E731
        self.assert_refused("WAFAssociatedItemException", delete)
        self.waf.delete_web_acl(**self.named(acl), LockToken=acl["LockToken"])
        delete()


class Stacks(Waf):
    def everything(self, *addresses: str) -> dict[str, Any]:
        """A template with one of each, and what they protect and write to."""
        bucket, balancer = make_log_bucket(unique("aws-waf-logs")), make_load_balancer()
        field = {"FieldToMatch": {"SingleHeader": {"Name": "x"}}, "TextTransformations": NONE}
        text = {"ByteMatchStatement": {**field, "SearchString": "a b", "PositionalConstraint": "EXACTLY"}}
        encoded = {"ByteMatchStatement": {**field, "SearchStringBase64": "AAE=", "PositionalConstraint": "EXACTLY"}}
        listed = {"IPSetReferenceStatement": {"Arn": {"Fn::GetAtt": ["Addresses", "Arn"]}}}
        expressions = {"RegexPatternSetReferenceStatement": {**field, "Arn": {"Fn::GetAtt": ["Expressions", "Arn"]}}}
        group = {"RuleGroupReferenceStatement": {"Arn": {"Fn::GetAtt": ["Group", "Arn"]}}}
        rate = {"Limit": "100", "AggregateKeyType": "IP", "EvaluationWindowSec": 60, "ScopeDownStatement": listed}
        keep = [{"ActionCondition": {"Action": "BLOCK"}}]
        protection = {
            "Field": {"FieldType": "SINGLE_HEADER", "FieldKeys": ["authorization", "cookie"]},
            "Action": "SUBSTITUTION",
            "ExcludeRuleMatchDetails": "true",
        }
        log_filter = {
            "DefaultBehavior": "DROP",
            "Filters": [{"Behavior": "KEEP", "Requirement": "MEETS_ANY", "Conditions": keep}],
        }
        expression_list = {"Scope": "REGIONAL", "RegularExpressionList": ["^a+$", "b"]}
        group_properties = {
            "Scope": "REGIONAL",
            "Capacity": 10,
            "VisibilityConfig": VISIBLE,
            "Rules": [rule(encoded, RuleLabels=[{"Name": "found"}])],
        }
        acl = {"Fn::GetAtt": ["Acl", "Arn"]}
        resources = template(
            Addresses=ip_set(*addresses, Description="the list", Tags=[{"Key": "owner", "Value": "security"}]),
            Expressions={"Type": "WAFv2::RegexPatternSet", "Properties": expression_list},
            Group={"Type": "WAFv2::RuleGroup", "Properties": group_properties},
            Acl=web_acl(
                rule({"RateBasedStatement": rate}, 0),
                rule({"OrStatement": {"Statements": [text, expressions]}}, 1, Action={"Captcha": {}}),
                rule(group, 2, OverrideAction={"Count": {}}),
                managed("AWSManagedRulesKnownBadInputsRuleSet", 3),
                Description="the edge",
                TokenDomains=["example.com"],
                CaptchaConfig={"ImmunityTimeProperty": {"ImmunityTime": "60"}},
                DataProtectionConfig={"DataProtections": [protection]},
            ),
            Logging={
                "Type": "WAFv2::LoggingConfiguration",
                "Properties": {
                    "ResourceArn": acl,
                    "LogDestinationConfigs": [bucket],
                    "RedactedFields": [{"SingleHeader": {"Name": "cookie"}}],
                    "LoggingFilter": log_filter,
                },
            },
            Association={
                "Type": "WAFv2::WebACLAssociation",
                "Properties": {"ResourceArn": balancer, "WebACLArn": acl},
            },
        )
        attributes = ("Arn", "Id", "Capacity", "LabelNamespace")
        outputs = {name: {"Value": {"Fn::GetAtt": ["Acl", name]}} for name in attributes}
        return {**resources, "Outputs": {**outputs, "Ref": {"Value": {"Ref": "Acl"}}, "Balancer": {"Value": balancer}}}

    def test_a_stack_makes_everything_and_takes_it_away(self) -> None:
        given = self.everything("192.0.2.0/24")
        stack = deploy(given)
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", reasons(stack["StackName"]))
        made = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        name, id_, scope = made["Ref"].split("|")
        self.assertEqual((id_, scope), (made["Id"], "REGIONAL"))
        self.assertEqual(made["LabelNamespace"], f"awswaf:{ACCOUNT}:webacl:{name}:")
        self.assertEqual(made["Capacity"], str(2 + 1 + (2 + 25) + 10 + 200))
        acl = self.waf.get_web_acl(Name=name, Id=id_, Scope=scope)["WebACL"]
        self.assertEqual((acl["Description"], acl["TokenDomains"]), ("the edge", ["example.com"]))
        self.assertEqual(acl["CaptchaConfig"], {"ImmunityTimeProperty": {"ImmunityTime": 60}})
        protection = given["Resources"]["Acl"]["Properties"]["DataProtectionConfig"]["DataProtections"][0]
        self.assertEqual(
            acl["DataProtectionConfig"], {"DataProtections": [{**protection, "ExcludeRuleMatchDetails": True}]}
        )
        rate = acl["Rules"][0]["Statement"]["RateBasedStatement"]
        self.assertEqual((rate["Limit"], rate["EvaluationWindowSec"]), (100, 60))
        self.assertIn("regional/ipset", rate["ScopeDownStatement"]["IPSetReferenceStatement"]["ARN"])
        words = acl["Rules"][1]["Statement"]["OrStatement"]["Statements"][0]["ByteMatchStatement"]["SearchString"]
        self.assertEqual(words, b"a b")
        group = self.waf.get_rule_group(ARN=acl["Rules"][2]["Statement"]["RuleGroupReferenceStatement"]["ARN"])
        found = group["RuleGroup"]["Rules"][0]
        self.assertEqual(found["Statement"]["ByteMatchStatement"]["SearchString"], b"\x00\x01")
        self.assertEqual(found["RuleLabels"], [{"Name": "found"}])
        logging = self.waf.get_logging_configuration(ResourceArn=made["Arn"])["LoggingConfiguration"]
        properties = given["Resources"]["Logging"]["Properties"]
        self.assertEqual(logging["LoggingFilter"], properties["LoggingFilter"])
        self.assertEqual(logging["RedactedFields"], properties["RedactedFields"])
        protected = self.waf.get_web_acl_for_resource(ResourceArn=made["Balancer"])["WebACL"]["ARN"]
        self.assertEqual(protected, made["Arn"])
        client("cloudformation").delete_stack(StackName=stack["StackName"])
        self.assertEqual(settled(stack["StackId"])["StackStatus"], "DELETE_COMPLETE")
        self.assert_refused(
            "WAFNonexistentItemException", lambda: self.waf.get_web_acl(Name=name, Id=id_, Scope=scope)
        )
        left = [one["Name"] for one in self.waf.list_ip_sets(Scope="REGIONAL")["IPSets"]]
        self.assertFalse([one for one in left if one.startswith(stack["StackName"])])

    def test_nothing_of_a_template_is_lost(self) -> None:
        stack = deploy(self.everything())["StackName"]
        from bulwark_emulator import report

        found = report.report()["stacks"][stack]
        self.assertEqual((found["applied"], found["skipped"], found["unapplied"]), (6, [], []))

    def test_what_was_already_deleted_does_not_hold_a_stack_up(self) -> None:
        stack = deploy(self.everything())
        arn = next(one["OutputValue"] for one in stack["Outputs"] if one["OutputKey"] == "Arn")
        self.waf.delete_logging_configuration(ResourceArn=arn)
        client("cloudformation").delete_stack(StackName=stack["StackName"])
        self.assertEqual(settled(stack["StackId"])["StackStatus"], "DELETE_COMPLETE")

    def test_an_update_of_a_set_keeps_it_and_takes_over_its_token(self) -> None:
        name = unique("set")
        stack = deploy(template(Set=ip_set("192.0.2.0/24", Name=name, Tags=[{"Key": "a", "Value": "b"}])))["StackName"]
        named = next(one for one in self.waf.list_ip_sets(Scope="REGIONAL")["IPSets"] if one["Name"] == name)
        # Somebody else changed it in the meantime, so the token of the creation is stale.
        self.waf.update_ip_set(**self.named(named), Addresses=[], LockToken=named["LockToken"])
        changed = deploy(template(Set=ip_set("198.51.100.0/24", Name=name)), stack)
        self.assertEqual(changed["StackStatus"], "UPDATE_COMPLETE", reasons(stack))
        found = self.waf.get_ip_set(**self.named(named))
        self.assertEqual(found["IPSet"]["Addresses"], ["198.51.100.0/24"])
        self.assertNotEqual(found["LockToken"], named["LockToken"])
        tags = self.waf.list_tags_for_resource(ResourceARN=named["ARN"])["TagInfoForResource"]["TagList"]
        self.assertTrue(tags and all(one["Key"].startswith("aws:") for one in tags))

    def test_a_failure_takes_back_what_was_made(self) -> None:
        name = unique("set")
        wrong = web_acl(managed("AWSManagedRulesOfNobody", 0))
        stack = deploy(template(Set=ip_set(Name=name), Acl={**wrong, "DependsOn": "Set"}))
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("AWSManagedRulesOfNobody", reasons(stack["StackName"]))
        self.assertNotIn(name, [one["Name"] for one in self.waf.list_ip_sets(Scope="REGIONAL")["IPSets"]])

    def test_a_failed_update_brings_the_old_rules_back(self) -> None:
        name = unique("acl")
        before = template(Acl=web_acl(rule(GERMANY), Name=name), Set=ip_set("192.0.2.0/24"))
        stack = deploy(before)["StackName"]
        after = template(Acl=web_acl(Name=name), Set={**ip_set("0.0.0.0/0"), "DependsOn": "Acl"})
        self.assertEqual(deploy(after, stack)["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        summary = next(one for one in self.waf.list_web_acls(Scope="REGIONAL")["WebACLs"] if one["Name"] == name)
        self.assertEqual([one["Statement"] for one in self.get_acl(summary)["Rules"]], [GERMANY])

    def test_a_name_that_is_taken_fails(self) -> None:
        name = self.create_acl()["Name"]
        stack = deploy(template(Acl=web_acl(Name=name)))
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("already exists", reasons(stack["StackName"]))

    def test_a_scope_of_another_region_fails(self) -> None:
        stack = deploy(template(Acl=web_acl(Scope="CLOUDFRONT")))
        self.assertIn("The scope is not valid", reasons(stack["StackName"]))
        near = deploy(template(Acl=web_acl(Scope="CLOUDFRONT")), region="us-east-1")
        self.assertEqual(near["StackStatus"], "CREATE_COMPLETE")

    def test_shields_rule_stays_when_a_template_changes(self) -> None:
        name = unique("acl")
        stack = deploy(template(Acl=web_acl(rule(GERMANY), Name=name)))["StackName"]
        summary = next(one for one in self.waf.list_web_acls(Scope="REGIONAL")["WebACLs"] if one["Name"] == name)
        own = f"ShieldMitigationRuleGroup_{ACCOUNT}_{summary['Id']}"
        arn = f"arn:aws:wafv2:{HOME}:153427709519:regional/rulegroup/{own}/1"
        shields = rule({"RuleGroupReferenceStatement": {"ARN": arn}}, 10_000_000, OverrideAction={"None": {}})
        call = {**self.named(summary), "DefaultAction": BLOCK, "VisibilityConfig": VISIBLE}
        self.waf.update_web_acl(**call, Rules=[{**shields, "Name": own}], LockToken=summary["LockToken"])
        deploy(template(Acl=web_acl(Name=name, Description="changed")), stack)
        found = self.get_acl(summary)
        self.assertEqual([one["Name"] for one in found["Rules"]], [own])
        self.assertEqual((found["Capacity"], found["Description"]), (150, "changed"))

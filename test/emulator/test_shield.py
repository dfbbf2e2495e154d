"""Shield Advanced: nothing without a subscription, and what there is with one."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from support import EmulatorTest, client, deploy, emulator, reasons, settled, unique
from test_wafv2 import make_load_balancer, template, web_acl

ACCOUNT = "123456789012"
DRT_POLICY = "arn:aws:iam::aws:policy/service-role/AWSShieldDRTAccessPolicy"
CONTACT = {"EmailAddress": "soc@example.com", "PhoneNumber": "+15555550100", "ContactNotes": "day and night"}


def subscribe(active: bool) -> None:
    """Makes or ends the subscription over the control path."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{emulator().port}/_bulwark/shield",
        json.dumps({"subscribed": active}).encode(),
        {"x-bulwark-token": "secret"},
        method="POST",
    )
    urllib.request.urlopen(request).close()


def make_role(**changes: Any) -> str:
    """A role that the response team can use."""
    iam, name = client("iam"), unique("drt")
    statement = {"Effect": "Allow", "Principal": {"Service": "drt.shield.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **changes}]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=DRT_POLICY)
    return arn


def make_check() -> str:
    """A health check's ARN."""
    config = {"Type": "HTTPS", "FullyQualifiedDomainName": "example.com"}
    made = client("route53").create_health_check(CallerReference=unique("check"), HealthCheckConfig=config)
    return f"arn:aws:route53:::healthcheck/{made['HealthCheck']['Id']}"


class Shield(EmulatorTest):
    def setUp(self) -> None:
        self.shield = client("shield")
        subscribe(True)
        self.addCleanup(subscribe, False)

    def protect(self, resource: str) -> str:
        return self.shield.create_protection(Name=unique("protection"), ResourceArn=resource)["ProtectionId"]

    def protection(self, protection_id: str) -> dict[str, Any]:
        return self.shield.describe_protection(ProtectionId=protection_id)["Protection"]


class Subscription(Shield):
    def test_there_is_none_until_somebody_subscribes(self) -> None:
        subscribe(False)
        state = lambda: self.shield.get_subscription_state()["SubscriptionState"]  # noqa: E731
        self.assertEqual(state(), "INACTIVE")
        for call in (
            self.shield.describe_subscription,
            self.shield.list_protections,
            self.shield.list_protection_groups,
            self.shield.describe_drt_access,
            self.shield.describe_emergency_contact_settings,
            lambda: self.protect(make_load_balancer()),
        ):
            self.assert_refused("ResourceNotFoundException", call)
        self.shield.create_subscription()
        self.assertEqual(state(), "ACTIVE")
        found = self.shield.describe_subscription()["Subscription"]
        self.assertEqual((found["EndTime"] - found["StartTime"]).days, 365)
        self.assert_refused("ResourceAlreadyExistsException", self.shield.create_subscription)
        self.assert_refused("LockedSubscriptionException", self.shield.delete_subscription)

    def test_a_stack_without_one_says_so(self) -> None:
        subscribe(False)
        protection = {"Name": "p", "ResourceArn": make_load_balancer()}
        stack = deploy(template(Protection={"Type": "Shield::Protection", "Properties": protection}))
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("The subscription does not exist.", reasons(stack["StackName"]))


class Protections(Shield):
    def test_a_resource_is_protected_once_and_only_if_it_is_there(self) -> None:
        balancer = make_load_balancer()
        address = client("ec2").allocate_address()["AllocationId"]
        network = balancer.replace("/app/", "/net/")
        made = [self.protect(one) for one in (balancer, f"arn:aws:ec2:eu-central-1:{ACCOUNT}:eip-allocation/{address}")]
        self.assert_refused("ResourceAlreadyExistsException", lambda: self.protect(balancer))
        self.assert_refused("InvalidResourceException", lambda: self.protect(network))
        gone = balancer.replace("/app/", "/app/gone-")
        self.assert_refused("ResourceNotFoundException", lambda: self.protect(gone))
        of_type = self.shield.list_protections(InclusionFilters={"ResourceTypes": ["ELASTIC_IP_ALLOCATION"]})
        self.assertEqual([one["Id"] for one in of_type["Protections"]], made[1:])
        found = self.shield.describe_protection(ResourceArn=balancer)["Protection"]
        self.assertEqual(found["Id"], made[0])

    def test_a_health_check_belongs_to_a_protection(self) -> None:
        protection, check = self.protect(make_load_balancer()), make_check()
        both = {"ProtectionId": protection, "HealthCheckArn": check}
        self.shield.associate_health_check(**both)
        self.assertEqual(self.protection(protection)["HealthCheckIds"], [check.rsplit("/", 1)[-1]])
        self.shield.disassociate_health_check(**both)
        self.assertFalse(self.protection(protection).get("HealthCheckIds"))
        wrong = {**both, "HealthCheckArn": f"{check}x"}
        self.assert_refused("ResourceNotFoundException", lambda: self.shield.associate_health_check(**wrong))

    def test_automatic_response_puts_its_rule_into_the_web_acl(self) -> None:
        waf, balancer = client("wafv2"), make_load_balancer()
        self.protect(balancer)
        block = {"ResourceArn": balancer, "Action": {"Block": {}}}
        enable = lambda: self.shield.enable_application_layer_automatic_response(**block)  # noqa: E731
        self.assert_refused("InvalidOperationException", enable)
        stack = deploy(template(Acl=web_acl()) | {"Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Acl", "Arn"]}}}})
        waf.associate_web_acl(WebACLArn=stack["Outputs"][0]["OutputValue"], ResourceArn=balancer)
        acl = lambda: waf.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]  # noqa: E731
        enable()
        self.assertEqual([one["Name"].split("_")[0] for one in acl()["Rules"]], ["ShieldMitigationRuleGroup"])
        self.assertEqual(acl()["Capacity"], 150)
        self.assert_refused("InvalidOperationException", enable)
        self.shield.update_application_layer_automatic_response(ResourceArn=balancer, Action={"Count": {}})
        found = self.shield.describe_protection(ResourceArn=balancer)["Protection"]
        wanted = {"Status": "ENABLED", "Action": {"Count": {}}}
        self.assertEqual(found["ApplicationLayerAutomaticResponseConfiguration"], wanted)
        self.shield.disable_application_layer_automatic_response(ResourceArn=balancer)
        self.assertEqual(acl()["Rules"], [])

    def test_groups_have_members_by_their_pattern(self) -> None:
        balancer = make_load_balancer()
        self.protect(balancer)
        for pattern, more in (
            ("ALL", {}),
            ("BY_RESOURCE_TYPE", {"ResourceType": "APPLICATION_LOAD_BALANCER"}),
            ("ARBITRARY", {"Members": [balancer]}),
        ):
            with self.subTest(pattern):
                call = {"ProtectionGroupId": unique("group"), "Aggregation": "SUM", "Pattern": pattern}
                self.shield.create_protection_group(**call, **more)
                named = {"ProtectionGroupId": call["ProtectionGroupId"]}
                found = self.shield.list_resources_in_protection_group(**named)["ResourceArns"]
                self.assertEqual(found, [balancer])
                wrong = {**call, "Members": [] if more.get("Members") else [balancer]}
                update = lambda wrong=wrong: self.shield.update_protection_group(**wrong)  # noqa: E731
                self.assert_refused("InvalidParameterException", update)
                self.shield.delete_protection_group(**named)
        self.assertEqual(self.shield.list_protection_groups()["ProtectionGroups"], [])


class Team(Shield):
    def test_the_team_needs_a_role_of_the_right_kind(self) -> None:
        bucket = unique("logs")
        client("s3", "us-east-1").create_bucket(Bucket=bucket)
        associate = lambda: self.shield.associate_drt_log_bucket(LogBucket=bucket)  # noqa: E731
        self.assert_refused("NoAssociatedRoleException", associate)
        stranger = make_role(Principal={"Service": "lambda.amazonaws.com"})
        for wrong in (stranger, f"arn:aws:iam::{ACCOUNT}:role/gone"):
            call = lambda wrong=wrong: self.shield.associate_drt_role(RoleArn=wrong)  # noqa: E731
            self.assert_refused("InvalidParameterException", call)
        role = make_role()
        self.shield.associate_drt_role(RoleArn=role)
        associate()
        found = self.shield.describe_drt_access()
        self.assertEqual((found["RoleArn"], found["LogBucketList"]), (role, [bucket]))

    def test_nobody_is_called_without_a_number(self) -> None:
        mail_only = {"EmailAddress": "soc@example.com"}
        self.shield.associate_proactive_engagement_details(EmergencyContactList=[mail_only])
        self.assert_refused("InvalidOperationException", self.shield.enable_proactive_engagement)
        self.shield.update_emergency_contact_settings(EmergencyContactList=[CONTACT])
        self.shield.enable_proactive_engagement()
        found = self.shield.describe_subscription()["Subscription"]["ProactiveEngagementStatus"]
        self.assertEqual(found, "ENABLED")
        remove = lambda: self.shield.update_emergency_contact_settings(EmergencyContactList=[])  # noqa: E731
        self.assert_refused("InvalidOperationException", remove)


class Stacks(Shield):
    def test_a_stack_makes_everything_changes_it_and_takes_it_away(self) -> None:
        balancer, bucket, other = make_load_balancer(), unique("logs"), unique("logs")
        for name in (bucket, other):
            client("s3", "us-east-1").create_bucket(Bucket=name)
        checks, role = [make_check(), make_check()], make_role()

        def everything(check: str, log_bucket: str, action: str | None, notes: str) -> dict[str, Any]:
            acl = {"Fn::GetAtt": ["Acl", "Arn"]}
            response = {"Status": "ENABLED", "Action": {action: {}}} if action else None
            protection = {
                "Name": "the door",
                "ResourceArn": balancer,
                "HealthCheckArns": [check],
                "Tags": [{"Key": "owner", "Value": notes.replace(" ", "-")}],
                **({"ApplicationLayerAutomaticResponseConfiguration": response} if response else {}),
            }
            group = {
                "ProtectionGroupId": "doors", "Aggregation": "MAX", "Pattern": "ARBITRARY", "Members": [balancer]
            }  # fmt: skip
            engagement = {
                "ProactiveEngagementStatus": "ENABLED",
                "EmergencyContactList": [{**CONTACT, "ContactNotes": notes}],
            }
            given = template(
                Acl=web_acl(),
                Association={
                    "Type": "WAFv2::WebACLAssociation",
                    "Properties": {"ResourceArn": balancer, "WebACLArn": acl},
                },
                Protection={"Type": "Shield::Protection", "DependsOn": "Association", "Properties": protection},
                Group={"Type": "Shield::ProtectionGroup", "DependsOn": "Protection", "Properties": group},
                Access={
                    "Type": "Shield::DRTAccess",
                    "Properties": {"RoleArn": role, "LogBucketList": [log_bucket]},
                },
                Engagement={"Type": "Shield::ProactiveEngagement", "Properties": engagement},
            )
            attributes = ("ProtectionArn", "ProtectionId")
            outputs = {name: {"Value": {"Fn::GetAtt": ["Protection", name]}} for name in attributes}
            return {**given, "Outputs": {**outputs, "Ref": {"Value": {"Ref": "Protection"}}}}

        stack = deploy(everything(checks[0], bucket, "Count", "day and night"))
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", reasons(stack["StackName"]))
        made = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        self.assertEqual(made["Ref"], made["ProtectionArn"])
        found = self.protection(made["ProtectionId"])
        self.assertEqual(found["HealthCheckIds"], [checks[0].rsplit("/", 1)[-1]])
        self.assertEqual(
            found["ApplicationLayerAutomaticResponseConfiguration"], {"Status": "ENABLED", "Action": {"Count": {}}}
        )

        changed = deploy(everything(checks[1], other, None, "nights only"), stack["StackName"])
        self.assertEqual(changed["StackStatus"], "UPDATE_COMPLETE", reasons(stack["StackName"]))
        found = self.protection(made["ProtectionId"])
        self.assertEqual(found["HealthCheckIds"], [checks[1].rsplit("/", 1)[-1]])
        self.assertEqual(found["ApplicationLayerAutomaticResponseConfiguration"]["Status"], "DISABLED")
        tags = self.shield.list_tags_for_resource(ResourceARN=made["ProtectionArn"])["Tags"]
        self.assertIn({"Key": "owner", "Value": "nights-only"}, tags)
        self.assertEqual(self.shield.describe_drt_access()["LogBucketList"], [other])
        contacts = self.shield.describe_emergency_contact_settings()["EmergencyContactList"]
        self.assertEqual([one["ContactNotes"] for one in contacts], ["nights only"])

        client("cloudformation").delete_stack(StackName=stack["StackName"])
        self.assertEqual(settled(stack["StackId"])["StackStatus"], "DELETE_COMPLETE")
        self.assertEqual(self.shield.list_protections()["Protections"], [])
        self.assertNotIn("RoleArn", self.shield.describe_drt_access())

    def test_a_protection_that_cannot_be_completed_does_not_stay(self) -> None:
        properties = {
            "Name": "p",
            "ResourceArn": make_load_balancer(),
            "HealthCheckArns": ["arn:aws:route53:::healthcheck/gone"],
        }
        stack = deploy(template(Protection={"Type": "Shield::Protection", "Properties": properties}))
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertEqual(self.shield.list_protections()["Protections"], [])

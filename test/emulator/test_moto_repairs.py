"""What moto gets wrong and the emulator repairs; a test that passes without its repair shows that the repair can go."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

from support import HOME, EmulatorTest, client, make_queue, make_trail_bucket, unique
from test_understand import post

OPEN = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
PUBLIC = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
ALL_ON = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}


class Buckets(EmulatorTest):
    def setUp(self) -> None:
        self.s3, self.bucket = client("s3", "us-east-1"), unique("bucket")
        self.s3.create_bucket(Bucket=self.bucket)

    def test_a_new_bucket_blocks_public_access(self) -> None:
        self.assertEqual(self.s3.get_public_access_block(Bucket=self.bucket)["PublicAccessBlockConfiguration"], ALL_ON)

    def test_the_public_access_block_makes_the_round_trip(self) -> None:
        self.s3.put_public_access_block(Bucket=self.bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
        self.assertEqual(
            self.s3.get_public_access_block(Bucket=self.bucket)["PublicAccessBlockConfiguration"],
            {**dict.fromkeys(ALL_ON, False), "BlockPublicAcls": True},
        )
        self.s3.delete_public_access_block(Bucket=self.bucket)
        self.assert_refused(
            "NoSuchPublicAccessBlockConfiguration", lambda: self.s3.get_public_access_block(Bucket=self.bucket)
        )

    def test_the_policy_status_tells_public_from_narrowed(self) -> None:
        self.s3.delete_public_access_block(Bucket=self.bucket)
        self.assert_refused("NoSuchBucketPolicy", lambda: self.s3.get_bucket_policy_status(Bucket=self.bucket))
        narrowed = {**PUBLIC, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
        denied = {**PUBLIC, "Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
        for statement, public in ((PUBLIC, True), (narrowed, False), (denied, False)):
            self.s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps({"Statement": [statement]}))
            self.assertIs(self.s3.get_bucket_policy_status(Bucket=self.bucket)["PolicyStatus"]["IsPublic"], public)

    def test_a_public_policy_is_refused_where_public_policies_are_blocked(self) -> None:
        def put(statement: dict[str, object]) -> None:
            self.s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps({"Statement": [statement]}))

        with self.assertRaises(self.s3.exceptions.ClientError) as caught:
            put(PUBLIC)
        error = caught.exception.response
        self.assertEqual((error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]), ("AccessDenied", 403))
        self.assertIn("BlockPublicPolicy", error["Error"]["Message"])
        self.assert_refused("NoSuchBucketPolicy", lambda: self.s3.get_bucket_policy(Bucket=self.bucket))
        put({**PUBLIC, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}})
        others = {**ALL_ON, "BlockPublicPolicy": False}
        self.s3.put_public_access_block(Bucket=self.bucket, PublicAccessBlockConfiguration=others)
        put(PUBLIC)
        self.assertIs(self.s3.get_bucket_policy_status(Bucket=self.bucket)["PolicyStatus"]["IsPublic"], True)

    def test_a_conditional_deny_does_not_stop_uploads(self) -> None:
        denied = {**PUBLIC, "Effect": "Deny", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
        self.s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps({"Statement": [denied]}))
        self.s3.put_object(Bucket=self.bucket, Key="key", Body=b"content")


class SecurityGroups(EmulatorTest):
    def setUp(self) -> None:
        self.ec2 = client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.group, self.other = (
            self.ec2.create_security_group(GroupName=unique("group"), Description="d", VpcId=self.vpc)["GroupId"]
            for _ in "ab"
        )
        entries = [{"Cidr": "0.0.0.0/0", "Description": "everybody"}]
        created = self.ec2.create_managed_prefix_list(
            PrefixListName=unique("list"), MaxEntries=5, AddressFamily="IPv4", Entries=entries
        )
        self.prefix_list = created["PrefixList"]["PrefixListId"]
        sources = {
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            "PrefixListIds": [{"PrefixListId": self.prefix_list}],
            "UserIdGroupPairs": [{"GroupId": self.other}],
        }
        permissions = [{**OPEN, **sources}, {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}]
        self.made = self.ec2.authorize_security_group_ingress(GroupId=self.group, IpPermissions=permissions)

    def rules(self) -> list[dict[str, object]]:
        filters = [{"Name": "group-id", "Values": [self.group]}]
        rules = self.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        return [one for one in rules if not one["IsEgress"]]

    def rule(self, key: str) -> dict[str, object]:
        return next(one for one in self.rules() if key in one)

    def test_all_rules_are_answered_and_described(self) -> None:
        self.assertEqual(len(self.made["SecurityGroupRules"]), 5)
        self.assertEqual(self.rule("CidrIpv6")["CidrIpv6"], "::/0")
        self.assertEqual(self.rule("PrefixListId")["PrefixListId"], self.prefix_list)
        self.assertEqual(self.rule("ReferencedGroupInfo")["ReferencedGroupInfo"]["GroupId"], self.other)
        everything = next(one for one in self.rules() if one["IpProtocol"] == "-1")
        self.assertEqual((everything["FromPort"], everything["ToPort"]), (-1, -1))

    def test_rules_are_revoked_by_id_and_only_those(self) -> None:
        gone = [self.rule("CidrIpv6")["SecurityGroupRuleId"], self.rule("PrefixListId")["SecurityGroupRuleId"]]
        self.ec2.revoke_security_group_ingress(GroupId=self.group, SecurityGroupRuleIds=gone)
        self.assertEqual(len(self.rules()), 3)
        self.assert_refused(
            "InvalidSecurityGroupRuleId.NotFound",
            lambda: self.ec2.revoke_security_group_ingress(GroupId=self.group, SecurityGroupRuleIds=gone),
        )

    def test_each_kind_of_source_can_be_modified_and_none_becomes_another(self) -> None:
        changes = {"CidrIpv4": "10.0.0.0/8", "CidrIpv6": "fd00::/8", "PrefixListId": self.prefix_list}
        for key, value in changes.items():
            with self.subTest(key):
                rule_id = self.rule(key)["SecurityGroupRuleId"]
                wanted = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, key: value}
                update = [{"SecurityGroupRuleId": rule_id, "SecurityGroupRule": wanted}]
                self.ec2.modify_security_group_rules(GroupId=self.group, SecurityGroupRules=update)
                after = next(one for one in self.rules() if one["SecurityGroupRuleId"] == rule_id)
                self.assertEqual((after["FromPort"], after[key]), (443, value))
        wrong = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "10.0.0.0/8"}
        update = [{"SecurityGroupRuleId": self.rule("CidrIpv6")["SecurityGroupRuleId"], "SecurityGroupRule": wrong}]
        self.assert_refused(
            "InvalidParameterValue",
            lambda: self.ec2.modify_security_group_rules(GroupId=self.group, SecurityGroupRules=update),
        )

    def test_prefix_list_entries(self) -> None:
        entries = self.ec2.get_managed_prefix_list_entries(PrefixListId=self.prefix_list)["Entries"]
        self.assertEqual([one["Cidr"] for one in entries], ["0.0.0.0/0"])
        self.assert_refused(
            "InvalidPrefixListID.NotFound",
            lambda: self.ec2.get_managed_prefix_list_entries(PrefixListId="pl-00000000000000000"),
        )


class Trails(EmulatorTest):
    def setUp(self) -> None:
        self.cloudtrail, self.name = client("cloudtrail"), unique("trail")
        make_trail_bucket(self.name)
        made = self.cloudtrail.create_trail(Name=self.name, S3BucketName=self.name, IsMultiRegionTrail=True)
        self.arn = made["TrailARN"]

    def test_logging_is_switched_by_ARN(self) -> None:
        self.assertFalse(self.cloudtrail.get_trail_status(Name=self.arn)["IsLogging"])
        self.cloudtrail.start_logging(Name=self.arn)
        self.assertTrue(self.cloudtrail.get_trail_status(Name=self.name)["IsLogging"])
        self.cloudtrail.stop_logging(Name=self.arn)
        self.assertFalse(self.cloudtrail.get_trail_status(Name=self.name)["IsLogging"])

    def test_unknown_and_taken_names(self) -> None:
        self.assert_refused("TrailNotFoundException", lambda: self.cloudtrail.start_logging(Name="nobody"))
        self.assert_refused("TrailNotFoundException", lambda: self.cloudtrail.delete_trail(Name="nobody"))
        self.assert_refused(
            "TrailAlreadyExistsException", lambda: self.cloudtrail.create_trail(Name=self.name, S3BucketName=self.name)
        )

    def test_a_bucket_that_does_not_let_CloudTrail_write_is_refused(self) -> None:
        client("s3", "us-east-1").create_bucket(Bucket=(bucket := unique("bucket")))
        self.assert_refused(
            "InsufficientS3BucketPolicyException",
            lambda: self.cloudtrail.create_trail(Name=unique("trail"), S3BucketName=bucket),
        )
        # The policy speaks of another folder.
        self.assert_refused(
            "InsufficientS3BucketPolicyException",
            lambda: self.cloudtrail.create_trail(Name=unique("trail"), S3BucketName=self.name, S3KeyPrefix="x"),
        )

    def test_a_shadow_trail_is_seen_but_changed_at_home_only(self) -> None:
        far = client("cloudtrail", "us-east-1")
        self.assertEqual(far.get_trail(Name=self.arn)["Trail"]["HomeRegion"], HOME)
        self.assert_refused("InvalidHomeRegionException", lambda: far.stop_logging(Name=self.arn))

    def test_one_kind_of_selector_replaces_the_other(self) -> None:
        default = self.cloudtrail.get_event_selectors(TrailName=self.name)["EventSelectors"]
        self.assertEqual([(one["ReadWriteType"], one["IncludeManagementEvents"]) for one in default], [("All", True)])
        advanced = [{"Name": "x", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]
        self.cloudtrail.put_event_selectors(TrailName=self.arn, AdvancedEventSelectors=advanced)
        self.assertNotIn("EventSelectors", self.cloudtrail.get_event_selectors(TrailName=self.name))
        basic = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": []}]
        self.cloudtrail.put_event_selectors(TrailName=self.name, EventSelectors=basic)
        after = self.cloudtrail.get_event_selectors(TrailName=self.name)
        self.assertEqual(after["EventSelectors"], basic)
        self.assertNotIn("AdvancedEventSelectors", after)

    def test_an_update_sets_and_keeps(self) -> None:
        group, role = f"arn:aws:logs:{HOME}:123456789012:log-group:g:*", "arn:aws:iam::123456789012:role/r"
        self.cloudtrail.update_trail(Name=self.arn, CloudWatchLogsLogGroupArn=group, CloudWatchLogsRoleArn=role)
        self.cloudtrail.update_trail(Name=self.name, EnableLogFileValidation=True)
        trail = self.cloudtrail.get_trail(Name=self.name)["Trail"]
        self.assertEqual((trail["CloudWatchLogsLogGroupArn"], trail["LogFileValidationEnabled"]), (group, True))


class Queues(EmulatorTest):
    def test_two_receivers_never_get_the_same_message(self) -> None:
        sqs, (url, _) = client("sqs"), make_queue()
        for start in range(0, 100, 10):
            entries = [{"Id": str(index), "MessageBody": str(index)} for index in range(start, start + 10)]
            sqs.send_message_batch(QueueUrl=url, Entries=entries)

        def drain(_: int) -> list[str]:
            got: list[str] = []
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                got += [one["Body"] for one in messages]
            return got

        with ThreadPoolExecutor(4) as pool:
            received = [body for bodies in pool.map(drain, range(4)) for body in bodies]
        self.assertEqual(sorted(received, key=int), [str(index) for index in range(100)])

    def test_a_waiting_receiver_wakes_at_once(self) -> None:
        sqs, (url, _) = client("sqs"), make_queue()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=5)
            time.sleep(0.05)
            sent = time.monotonic()
            sqs.send_message(QueueUrl=url, MessageBody="now")
            self.assertEqual(waiting.result()["Messages"][0]["Body"], "now")
            self.assertLess(time.monotonic() - sent, 0.5)


class Policies(EmulatorTest):
    def test_a_role_with_everything(self) -> None:
        iam, name = client("iam"), unique("role")
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        boundary = iam.create_policy(PolicyName=unique("boundary"), PolicyDocument=json.dumps(document))["Policy"][
            "Arn"
        ]
        role = iam.create_role(
            RoleName=name, Path="/bulwark/", AssumeRolePolicyDocument=json.dumps(document), PermissionsBoundary=boundary
        )["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=json.dumps(document))
        iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
        status, answer = post(f"/_bulwark/principal?arn={role}", None)
        self.assertEqual(status, 200)
        self.assertEqual(
            [one["name"] for one in answer["policies"]], ["inline", "arn:aws:iam::aws:policy/ReadOnlyAccess"]
        )
        self.assertEqual((answer["boundary"], answer["trust"]), (document, document))
        self.assertEqual(post("/_bulwark/principal?arn=arn:aws:iam::123456789012:role/none", None)[0], 404)

    def test_resource_policies(self) -> None:
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Sid": "s", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
        }
        url, queue = make_queue(Policy=json.dumps(policy))
        self.assertTrue(url)
        bus = client("events").create_event_bus(Name=unique("bus"))["EventBusArn"]
        client("events").put_permission(EventBusName=bus.rsplit("/", 1)[-1], Policy=json.dumps(policy))
        bucket = unique("bucket")
        client("s3", "us-east-1").create_bucket(Bucket=bucket)
        client("s3").delete_public_access_block(Bucket=bucket)
        client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        for arn in (queue, bus, f"arn:aws:s3:::{bucket}"):
            with self.subTest(arn):
                self.assertEqual(post(f"/_bulwark/resource-policy?arn={arn}", None), (200, {"policy": policy}))
        self.assertEqual(post("/_bulwark/resource-policy?arn=arn:aws:s3:::none", None)[0], 404)

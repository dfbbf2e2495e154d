"""What can be opened to the public or to strangers: accounts, buckets, snapshots, default groups; and users' keys."""

from __future__ import annotations

import json
from typing import Any

from support import HOME, EmulatorTest, client, unique
from test_understand import post

ACCOUNT = "123456789012"
STRANGER = "210987654321"
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}


class AccountBlock(EmulatorTest):
    def setUp(self) -> None:
        self.control = client("s3control")
        self.addCleanup(lambda: self.control.delete_public_access_block(AccountId=ACCOUNT))

    def put(self, **block: bool) -> None:
        self.control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=block)

    def test_the_block_makes_the_round_trip(self) -> None:
        def get() -> Any:
            return self.control.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"]

        self.assert_refused("NoSuchPublicAccessBlockConfiguration", get)
        self.put(BlockPublicAcls=True, IgnorePublicAcls=True)
        self.assertEqual(
            get(),
            {
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": False,
                "RestrictPublicBuckets": False,
            },
        )
        self.control.delete_public_access_block(AccountId=ACCOUNT)
        self.assert_refused("NoSuchPublicAccessBlockConfiguration", get)

    def test_the_account_keeps_public_policies_from_an_open_bucket(self) -> None:
        s3, bucket = client("s3", "us-east-1"), unique("bucket")
        s3.create_bucket(Bucket=bucket)
        s3.delete_public_access_block(Bucket=bucket)
        self.put(BlockPublicPolicy=True)
        policy = json.dumps({"Statement": [OPEN]})
        self.assert_refused("AccessDenied", lambda: s3.put_bucket_policy(Bucket=bucket, Policy=policy))
        self.control.delete_public_access_block(AccountId=ACCOUNT)
        s3.put_bucket_policy(Bucket=bucket, Policy=policy)


class Buckets(EmulatorTest):
    def test_a_policy_is_kept_to_the_letter(self) -> None:
        s3, bucket = client("s3", "us-east-1"), unique("bucket")
        s3.create_bucket(Bucket=bucket)
        self.assert_refused("NoSuchBucketPolicy", lambda: s3.get_bucket_policy(Bucket=bucket))
        text = (
            '{ "Statement" :\n [{"Sid":"é","Effect":"Deny","Principal":"*","Action":["s3:PutObject"],"Resource":"*"}] }'
        )
        s3.put_bucket_policy(Bucket=bucket, Policy=text)
        self.assertEqual(s3.get_bucket_policy(Bucket=bucket)["Policy"], text)
        s3.delete_bucket_policy(Bucket=bucket)
        self.assert_refused("NoSuchBucketPolicy", lambda: s3.get_bucket_policy(Bucket=bucket))

    def test_buckets_are_listed_in_pages_and_by_Region(self) -> None:
        s3, stem = client("s3", "us-east-1"), unique("paged")
        for index in range(3):
            s3.create_bucket(Bucket=f"{stem}-{index}")
        there = {"LocationConstraint": HOME}
        client("s3").create_bucket(Bucket=f"{stem}-far", CreateBucketConfiguration=there)
        first = s3.list_buckets(MaxBuckets=2, Prefix=stem)
        second = s3.list_buckets(MaxBuckets=2, Prefix=stem, ContinuationToken=first["ContinuationToken"])
        self.assertNotIn("ContinuationToken", second)
        self.assertEqual(
            [(one["Name"], one["BucketRegion"]) for page in (first, second) for one in page["Buckets"]],
            [*((f"{stem}-{index}", "us-east-1") for index in range(3)), (f"{stem}-far", HOME)],
        )
        far = s3.list_buckets(BucketRegion=HOME, Prefix=stem)["Buckets"]
        self.assertEqual([one["Name"] for one in far], [f"{stem}-far"])
        # AWS tells the Region to a request with a parameter only.
        self.assertNotIn("BucketRegion", s3.list_buckets()["Buckets"][0])


class Snapshots(EmulatorTest):
    def setUp(self) -> None:
        self.ec2 = client("ec2")
        self.volume = self.ec2.create_volume(AvailabilityZone=f"{HOME}a", Size=1)["VolumeId"]
        self.snapshot = self.ec2.create_snapshot(VolumeId=self.volume)["SnapshotId"]

    def modify(self, **change: object) -> None:
        self.ec2.modify_snapshot_attribute(SnapshotId=self.snapshot, Attribute="createVolumePermission", **change)

    def shared_with(self) -> list[dict[str, str]]:
        found = self.ec2.describe_snapshot_attribute(SnapshotId=self.snapshot, Attribute="createVolumePermission")
        return sorted(found["CreateVolumePermissions"], key=str)

    def ids(self, **parameters: object) -> list[str]:
        return [one["SnapshotId"] for one in self.ec2.describe_snapshots(**parameters)["Snapshots"]]

    def test_a_snapshot_is_shared_in_both_forms(self) -> None:
        self.assertEqual(self.shared_with(), [])
        self.modify(CreateVolumePermission={"Add": [{"Group": "all"}, {"UserId": STRANGER}]})
        self.assertEqual(self.shared_with(), [{"Group": "all"}, {"UserId": STRANGER}])
        self.modify(CreateVolumePermission={"Remove": [{"Group": "all"}]})
        self.assertEqual(self.shared_with(), [{"UserId": STRANGER}])
        self.modify(OperationType="add", GroupNames=["all"])
        self.modify(OperationType="remove", UserIds=[STRANGER])
        self.assertEqual(self.shared_with(), [{"Group": "all"}])

    def test_snapshots_are_found_by_owner_and_by_who_may_restore_them(self) -> None:
        own = self.ids(OwnerIds=["self"])
        self.assertIn(self.snapshot, own)
        self.assertLess(len(own), len(self.ids()))
        self.assertNotIn(self.snapshot, self.ids(OwnerIds=["self"], RestorableByUserIds=["all"]))
        self.modify(CreateVolumePermission={"Add": [{"Group": "all"}]})
        self.assertIn(self.snapshot, self.ids(OwnerIds=["self"], RestorableByUserIds=["all"]))
        self.assertNotIn(self.snapshot, self.ids(RestorableByUserIds=[STRANGER]))

    def test_snapshots_are_described_in_pages(self) -> None:
        made = {self.ec2.create_snapshot(VolumeId=self.volume)["SnapshotId"] for _ in range(6)}
        pages = list(
            self.ec2.get_paginator("describe_snapshots").paginate(OwnerIds=["self"], PaginationConfig={"PageSize": 5})
        )
        self.assertTrue(all(len(page["Snapshots"]) <= 5 for page in pages))
        self.assertLessEqual(made, {one["SnapshotId"] for page in pages for one in page["Snapshots"]})

    def test_an_unknown_snapshot(self) -> None:
        gone = "snap-00000000000000000"
        this = {"SnapshotId": gone, "Attribute": "createVolumePermission"}
        add = {"CreateVolumePermission": {"Add": [{"Group": "all"}]}}
        for call in (
            lambda: self.ec2.describe_snapshot_attribute(**this),
            lambda: self.ec2.modify_snapshot_attribute(**this, **add),
            lambda: self.ec2.describe_snapshots(SnapshotIds=[gone]),
            lambda: self.ec2.delete_snapshot(SnapshotId=gone),
        ):
            self.assert_refused("InvalidSnapshot.NotFound", call)

    def test_encryption_by_default_is_a_setting_of_the_Region(self) -> None:
        far = client("ec2", "ap-southeast-2")
        self.assertFalse(far.get_ebs_encryption_by_default()["EbsEncryptionByDefault"])
        self.assertTrue(far.enable_ebs_encryption_by_default()["EbsEncryptionByDefault"])
        self.assertFalse(self.ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"])
        volume = far.create_volume(AvailabilityZone="ap-southeast-2a", Size=1)
        self.assertTrue(volume["Encrypted"])
        key = client("kms", "ap-southeast-2").describe_key(KeyId=volume["KmsKeyId"])["KeyMetadata"]
        self.assertEqual(key["KeyManager"], "AWS")
        self.assertTrue(far.create_snapshot(VolumeId=volume["VolumeId"])["Encrypted"])
        self.assertFalse(far.disable_ebs_encryption_by_default()["EbsEncryptionByDefault"])
        self.assertFalse(far.create_volume(AvailabilityZone="ap-southeast-2a", Size=1)["Encrypted"])


class DefaultGroups(EmulatorTest):
    def setUp(self) -> None:
        self.ec2 = client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        filters = [{"Name": "vpc-id", "Values": [self.vpc]}, {"Name": "group-name", "Values": ["default"]}]
        [group] = self.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        self.default = group["GroupId"]

    def rules(self) -> list[dict[str, Any]]:
        filters = [{"Name": "group-id", "Values": [self.default]}]
        return self.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]

    def test_members_of_a_default_group_talk_to_each_other_and_to_everybody(self) -> None:
        inbound, outbound = sorted(self.rules(), key=lambda rule: rule["IsEgress"])
        self.assertEqual((inbound["IpProtocol"], inbound["ReferencedGroupInfo"]["GroupId"]), ("-1", self.default))
        self.assertEqual((outbound["IpProtocol"], outbound["CidrIpv4"]), ("-1", "0.0.0.0/0"))

    def test_rules_of_both_directions_are_revoked_by_id_and_put_back(self) -> None:
        for rule in self.rules():
            direction = "egress" if rule["IsEgress"] else "ingress"
            revoke = getattr(self.ec2, f"revoke_security_group_{direction}")
            revoke(GroupId=self.default, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
        self.assertEqual(self.rules(), [])
        everywhere = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        self.ec2.authorize_security_group_egress(GroupId=self.default, IpPermissions=everywhere)
        self.assertEqual([(rule["IsEgress"], rule["CidrIpv4"]) for rule in self.rules()], [(True, "0.0.0.0/0")])
        self.assert_refused(
            "InvalidPermission.Duplicate",
            lambda: self.ec2.authorize_security_group_egress(GroupId=self.default, IpPermissions=everywhere),
        )

    def test_groups_and_rules_are_described_in_pages(self) -> None:
        for _ in range(6):
            self.ec2.create_security_group(GroupName=unique("group"), Description="d", VpcId=self.vpc)
        filters = [{"Name": "vpc-id", "Values": [self.vpc]}]
        paginate = self.ec2.get_paginator("describe_security_groups").paginate
        pages = list(paginate(Filters=filters, PaginationConfig={"PageSize": 5}))
        self.assertEqual([len(page["SecurityGroups"]) for page in pages], [5, 2])
        paginate = self.ec2.get_paginator("describe_security_group_rules").paginate
        sizes = [len(page["SecurityGroupRules"]) for page in paginate(PaginationConfig={"PageSize": 5})]
        self.assertTrue(all(size == 5 for size in sizes[:-1]))
        self.assertGreaterEqual(sum(sizes), 8)


class Users(EmulatorTest):
    def setUp(self) -> None:
        self.iam, self.name = client("iam", "us-east-1"), unique("user")
        self.user = self.iam.create_user(UserName=self.name, Path="/team/")["User"]

    def keys(self) -> dict[str, str]:
        found = self.iam.list_access_keys(UserName=self.name)["AccessKeyMetadata"]
        return {one["AccessKeyId"]: one["Status"] for one in found}

    def test_keys_can_be_made_older(self) -> None:
        self.iam.create_access_key(UserName=self.name)
        made = self.iam.list_access_keys(UserName=self.name)["AccessKeyMetadata"][0]["CreateDate"]
        self.assertEqual(post("/_bulwark/age", {"user": self.name, "days": 100}), (200, {"aged": 1}))
        aged = self.iam.list_access_keys(UserName=self.name)["AccessKeyMetadata"][0]["CreateDate"]
        self.assertEqual((made - aged).days, 100)
        self.assertEqual(post("/_bulwark/age", {"user": "nobody", "days": 1})[0], 400)

    def test_a_user_has_its_path_in_its_ARN(self) -> None:
        self.assertEqual(self.user["Arn"], f"arn:aws:iam::{ACCOUNT}:user/team/{self.name}")
        self.assertEqual(self.iam.get_user(UserName=self.name)["User"]["Arn"], self.user["Arn"])

    def test_a_key_is_made_switched_and_deleted(self) -> None:
        key = self.iam.create_access_key(UserName=self.name)["AccessKey"]["AccessKeyId"]
        self.iam.update_access_key(UserName=self.name, AccessKeyId=key, Status="Inactive")
        self.assertEqual(self.keys(), {key: "Inactive"})
        self.iam.update_access_key(UserName=self.name, AccessKeyId=key, Status="Active")
        self.assertEqual(self.keys(), {key: "Active"})
        self.assert_refused("DeleteConflict", lambda: self.iam.delete_user(UserName=self.name))
        self.iam.delete_access_key(UserName=self.name, AccessKeyId=key)
        self.assertEqual(self.keys(), {})
        self.assert_refused("NoSuchEntity", lambda: self.iam.delete_access_key(UserName=self.name, AccessKeyId=key))
        self.iam.delete_user(UserName=self.name)

    def test_nobody_and_nobodys_keys(self) -> None:
        key = "AKIAIOSFODNN7EXAMPLE"
        for call in (
            lambda: self.iam.get_user(UserName="nobody"),
            lambda: self.iam.list_access_keys(UserName="nobody"),
            lambda: self.iam.create_access_key(UserName="nobody"),
            lambda: self.iam.update_access_key(UserName=self.name, AccessKeyId=key, Status="Inactive"),
        ):
            self.assert_refused("NoSuchEntity", call)

    def test_users_are_listed_in_pages(self) -> None:
        made = {self.name, *(unique("user") for _ in range(3))}
        for name in made - {self.name}:
            self.iam.create_user(UserName=name)
        pages = list(self.iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2}))
        self.assertTrue(all(len(page["Users"]) <= 2 for page in pages))
        self.assertLessEqual(made, {one["UserName"] for page in pages for one in page["Users"]})

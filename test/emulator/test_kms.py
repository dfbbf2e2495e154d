"""Rotation of keys, and listings in pages."""

from __future__ import annotations

from support import EmulatorTest, client, unique


class Rotation(EmulatorTest):
    def setUp(self) -> None:
        self.kms = client("kms")

    def create(self, **parameters: str) -> str:
        return self.kms.create_key(**parameters)["KeyMetadata"]["KeyId"]

    def status(self, key: str) -> tuple[bool, int | None]:
        found = self.kms.get_key_rotation_status(KeyId=key)
        return found["KeyRotationEnabled"], found.get("RotationPeriodInDays")

    def test_rotation_and_its_period_make_the_round_trip(self) -> None:
        key = self.create()
        self.assertEqual(self.status(key), (False, None))
        self.kms.enable_key_rotation(KeyId=key)
        self.assertEqual(self.status(key), (True, 365))
        self.kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
        self.assertEqual(self.status(key), (True, 180))
        self.assertIn("NextRotationDate", self.kms.get_key_rotation_status(KeyId=key))
        self.assert_refused(
            "ValidationException", lambda: self.kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=2561)
        )
        self.kms.disable_key_rotation(KeyId=key)
        self.assertEqual(self.status(key), (False, None))

    def test_keys_of_other_kinds_do_not_rotate(self) -> None:
        kinds = (
            {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"},
            {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
            {"Origin": "EXTERNAL"},
        )
        for kind in kinds:
            key = self.create(**kind)
            for call in (
                self.kms.enable_key_rotation,
                self.kms.disable_key_rotation,
                self.kms.get_key_rotation_status,
            ):
                with self.subTest(kind=kind, call=call.__name__):
                    self.assert_refused("UnsupportedOperationException", lambda call=call, key=key: call(KeyId=key))

    def test_the_state_of_a_key_decides(self) -> None:
        key = self.create()
        self.kms.enable_key_rotation(KeyId=key)
        self.kms.disable_key(KeyId=key)
        self.assert_refused("DisabledException", lambda: self.kms.disable_key_rotation(KeyId=key))
        self.assertEqual(self.status(key), (True, 365))
        self.kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        self.assert_refused("KMSInvalidStateException", lambda: self.kms.enable_key_rotation(KeyId=key))
        self.assertEqual(self.status(key), (False, None))
        self.kms.cancel_key_deletion(KeyId=key)
        self.assertEqual(self.status(key), (True, 365))
        gone = "00000000-0000-0000-0000-000000000000"
        self.assert_refused("NotFoundException", lambda: self.kms.enable_key_rotation(KeyId=gone))

    def test_a_key_that_AWS_manages_rotates(self) -> None:
        name = unique("table")
        client("dynamodb").create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            SSESpecification={"Enabled": True},
        )
        for alias in ("alias/aws/ebs", "alias/aws/dynamodb"):
            key = self.kms.describe_key(KeyId=alias)["KeyMetadata"]
            self.assertEqual(key["KeyManager"], "AWS")
            self.assertEqual(self.status(key["KeyId"]), (True, 365))

    def test_keys_are_listed_in_pages(self) -> None:
        made = {self.create() for _ in range(3)}
        pages = list(self.kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2}))
        self.assertTrue(all(len(page["Keys"]) <= 2 for page in pages))
        listed = [one["KeyId"] for page in pages for one in page["Keys"]]
        self.assertEqual(len(listed), len(set(listed)))
        self.assertLessEqual(made, set(listed))

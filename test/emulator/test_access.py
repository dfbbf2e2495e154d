"""What the platform may do: as IAM says, and no more where IAM is not understood."""

from __future__ import annotations

import unittest
from typing import Any
from unittest import mock

from support import EmulatorTest, client, unique
from test_understand import post

from bulwark_emulator import access, policies

SERVICE, ACTION, QUEUE = "events.amazonaws.com", "sqs:SendMessage", "arn:aws:sqs:eu-central-1:123456789012:queue"
RULE = "arn:aws:events:eu-central-1:123456789012:rule/rule"
ALLOW: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": ACTION, "Resource": QUEUE}


def allowed(*statements: dict[str, Any]) -> bool:
    return access.allows({"Statement": list(statements)}, SERVICE, ACTION, QUEUE, {"aws:SourceArn": RULE})


def condition(operator: str, key: str, value: object) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


CONDITIONS = (
    ("ArnEquals", "aws:SourceArn", RULE, True),
    ("ArnLike", "AWS:SourceArn", ["arn:aws:events:*:*:rule/*"], True),
    ("ArnNotLike", "aws:SourceArn", "arn:aws:events:*:*:rule/*", False),
    ("StringNotEquals", "aws:SourceArn", "another", True),
    ("StringEquals", "aws:SourceAccount", "999999999999", False),
    ("Bool", "aws:SecureTransport", False, False),
    ("Bool", "aws:PrincipalIsAWSService", "true", True),
    ("BoolIfExists", "aws:PrincipalIsAWSService", "false", False),
    ("NumericLessThan", "s3:TlsVersion", "1.2", False),
    # A service has no organization: what is absent differs from everything.
    ("StringEquals", "aws:PrincipalOrgID", "o-1", False),
    ("StringNotEquals", "aws:PrincipalOrgID", "o-1", True),
    ("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1", True),
    ("ForAnyValue:StringNotEquals", "aws:PrincipalOrgPaths", "o-1/*", False),
    ("Null", "aws:PrincipalOrgID", "true", True),
    ("Null", "aws:SourceArn", "true", False),
    # Not understood.
    ("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z", None),
    ("StringEquals", "aws:PrincipalTag/team", "a", None),
    ("StringLike", "aws:SourceArn", "arn:aws:events:*:*:rule/${aws:PrincipalTag/team}", None),
    ("NumericLessThan", "s3:TlsVersion", "one", None),
    ("Sometimes", "aws:SourceArn", RULE, None),
)


class Access(unittest.TestCase):
    def test_a_condition_that_is_not_understood_denies_but_never_allows(self) -> None:
        for operator, key, value, holds in CONDITIONS:
            with self.subTest(operator=operator, key=key, value=value):
                given = condition(operator, key, value)
                self.assertEqual(allowed({**ALLOW, **given}), holds is True)
                self.assertEqual(allowed(ALLOW, {**ALLOW, "Effect": "Deny", **given}), holds is False)

    def test_what_denies_everything_but_something_denies_the_rest(self) -> None:
        everybody = {"Effect": "Deny", "Principal": "*"}
        for denial, expected in (
            ({**everybody, "NotAction": "sqs:ReceiveMessage", "Resource": QUEUE}, False),
            ({**everybody, "NotAction": ["sqs:Send*"], "Resource": QUEUE}, True),
            ({**everybody, "Action": "sqs:*", "NotResource": "arn:aws:sqs:*:*:other"}, False),
            ({**everybody, "Action": "sqs:*", "NotResource": f"{QUEUE}*"}, True),
            ({"Effect": "Deny", "NotPrincipal": {"AWS": "123456789012"}, "Action": "*", "Resource": "*"}, False),
            ({"Effect": "Deny", "NotPrincipal": {"Service": SERVICE}, "Action": "*", "Resource": "*"}, True),
            ({**everybody, "Resource": QUEUE}, False),
            ({"Effect": "Deny", "Action": "*", "Resource": "*"}, False),
            ({**everybody, "Action": "*", "Resource": "arn:aws:sqs:*:*:${aws:username}"}, False),
            ({**everybody, "Action": "sns:*", "Resource": "*", **condition("X", "y", "z")}, True),
        ):
            with self.subTest(denial):
                self.assertEqual(allowed(ALLOW, denial), expected)

    def test_a_statement_without_principal_allows_no_service(self) -> None:
        self.assertFalse(allowed({"Effect": "Allow", "Action": "*", "Resource": "*"}))

    def test_a_role_is_bound_by_what_its_policy_denies(self) -> None:
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        denial = {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}
        self.assertTrue(access.allows({"Statement": everything}, None, ACTION, QUEUE, {}))
        self.assertFalse(access.allows({"Statement": [everything, denial]}, None, ACTION, QUEUE, {}))


class Readers(EmulatorTest):
    def test_what_does_not_exist_has_no_policy(self) -> None:
        own = "eu-central-1:123456789012"
        for arn in (
            "arn:aws:s3:::nobodys/key",
            QUEUE,
            f"arn:aws:sns:{own}:topic",
            f"arn:aws:kms:{own}:key/none",
            f"arn:aws:events:{own}:event-bus/none",
            f"arn:aws:lambda:{own}:function:none",
            f"arn:aws:secretsmanager:{own}:secret:none",
            "arn:aws:iam::123456789012:role/none",
            "*",
        ):
            with self.subTest(arn):
                self.assertIsNone(policies.resource_policy(arn))

    def test_a_reader_that_breaks_is_an_error(self) -> None:
        name = unique("bucket")
        client("s3", "us-east-1").create_bucket(Bucket=name)

        def broken(*_: str) -> None:
            raise AttributeError("policy")

        with mock.patch.dict(policies.READERS, {"s3": broken}):
            with self.assertRaises(AttributeError):
                policies.resource_policy(f"arn:aws:s3:::{name}")

        with mock.patch.dict(policies.READERS, {"s3": lambda *_: "{broken"}):
            self.assertEqual(post(f"/_bulwark/resource-policy?arn=arn:aws:s3:::{name}", None)[0], 400)

"""A function's policy reads as Lambda writes it, for the function and for each of its versions and aliases."""

from __future__ import annotations

import json

from support import HOME, EmulatorTest, client, make_function

ACCOUNT = "123456789012"
SOURCE = "export const handler = async () => 1;"
URL = "lambda:InvokeFunctionUrl"
INVOKE = "lambda:InvokeFunction"


class Permissions(EmulatorTest):
    def setUp(self) -> None:
        self.functions, self.name = client("lambda"), make_function(SOURCE)
        self.arn = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:{self.name}"

    def add(self, statement: str, **parameters: object) -> dict[str, object]:
        given = {"Principal": "*", "Action": INVOKE, **parameters}
        answer = self.functions.add_permission(FunctionName=self.name, StatementId=statement, **given)
        return json.loads(answer["Statement"])

    def statements(self, **parameters: str) -> list[dict[str, object]]:
        return json.loads(self.functions.get_policy(FunctionName=self.name, **parameters)["Policy"])["Statement"]

    def test_each_condition_is_written_as_Lambda_writes_it(self) -> None:
        bucket, org = "arn:aws:s3:::bucket", "o-a1b2c3d4e5"
        cases = (
            ({}, None),
            (
                {"Action": URL, "FunctionUrlAuthType": "NONE"},
                {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
            ),
            ({"PrincipalOrgID": org}, {"StringEquals": {"aws:PrincipalOrgID": org}}),
            (
                {"SourceArn": bucket, "SourceAccount": ACCOUNT},
                {"StringEquals": {"AWS:SourceAccount": ACCOUNT}, "ArnLike": {"AWS:SourceArn": bucket}},
            ),
            ({"EventSourceToken": "token"}, {"StringEquals": {"lambda:EventSourceToken": "token"}}),
            ({"InvokedViaFunctionUrl": True}, {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
        )
        for index, (parameters, condition) in enumerate(cases):
            with self.subTest(parameters=parameters):
                made = self.add(f"s{index}", **parameters)
                self.assertEqual(made.get("Condition"), condition)
                self.assertEqual(list(made)[:5], ["Sid", "Effect", "Principal", "Action", "Resource"])
        self.assertEqual([one["Sid"] for one in self.statements()], [f"s{index}" for index in range(len(cases))])
        text = self.functions.get_policy(FunctionName=self.name)["Policy"]
        self.assertTrue(text.startswith('{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s0"'))

    def test_principals(self) -> None:
        user = f"arn:aws:iam::{ACCOUNT}:user/u"
        cases = (
            ("*", "*"),
            ("s3.amazonaws.com", {"Service": "s3.amazonaws.com"}),
            (ACCOUNT, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
            (user, {"AWS": user}),
        )
        for index, (given, written) in enumerate(cases):
            with self.subTest(given):
                self.assertEqual(self.add(f"p{index}", Principal=given)["Principal"], written)

    def test_an_alias_has_a_policy_of_its_own(self) -> None:
        version = self.functions.publish_version(FunctionName=self.name)["Version"]
        self.functions.create_alias(FunctionName=self.name, Name="live", FunctionVersion=version)
        self.add("open")
        made = self.add("open", Qualifier="live")
        self.assertEqual(made["Resource"], f"{self.arn}:live")
        self.assertEqual(self.statements(Qualifier="live"), [made])
        self.assertEqual([one["Resource"] for one in self.statements()], [self.arn])
        self.assert_refused("ResourceNotFoundException", lambda: self.statements(Qualifier=version))
        self.functions.remove_permission(FunctionName=self.name, StatementId="open", Qualifier="live")
        self.assert_refused("ResourceNotFoundException", lambda: self.statements(Qualifier="live"))
        self.assertEqual(len(self.statements()), 1)

    def test_a_function_is_named_by_its_ARN_as_well(self) -> None:
        self.add("open")
        self.functions.remove_permission(FunctionName=self.arn, StatementId="open")
        self.assert_refused("ResourceNotFoundException", self.statements)

    def test_what_is_refused(self) -> None:
        self.assert_refused("ResourceNotFoundException", self.statements)
        remove = self.functions.remove_permission
        self.assert_refused("ResourceNotFoundException", lambda: remove(FunctionName=self.name, StatementId="none"))
        self.assert_refused("ResourceNotFoundException", lambda: remove(FunctionName="none", StatementId="none"))
        self.add("open")
        self.assert_refused("ResourceConflictException", lambda: self.add("open"))
        self.assert_refused("InvalidParameterValueException", lambda: self.add("latest", Qualifier="$LATEST"))
        self.assert_refused(
            "PreconditionFailedException",
            lambda: remove(FunctionName=self.name, StatementId="open", RevisionId="older"),
        )
        revision = self.functions.get_policy(FunctionName=self.name)["RevisionId"]
        remove(FunctionName=self.name, StatementId="open", RevisionId=revision)

    def test_functions_are_listed_in_pages(self) -> None:
        made = {self.name, make_function(SOURCE), make_function(SOURCE)}
        pages = list(self.functions.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}))
        self.assertTrue(all(len(page["Functions"]) <= 2 for page in pages))
        listed = [one["FunctionName"] for page in pages for one in page["Functions"]]
        self.assertEqual(len(listed), len(set(listed)))
        self.assertLessEqual(made, set(listed))

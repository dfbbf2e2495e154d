"""Items are written one at a time, transactions as a whole, and a large table is as quick as a small one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends
from support import HOME, EmulatorTest, client, deploy, unique

Item = dict[str, dict[str, Any]]


def text(value: str) -> dict[str, str]:
    return {"S": value}


def number(value: int) -> dict[str, str]:
    return {"N": str(value)}


class Tables(EmulatorTest):
    """A table of `pk` and `sk` with two indexes."""

    def setUp(self) -> None:
        self.db, self.table = client("dynamodb"), unique("table")
        self.make(self.table)

    def make(self, name: str) -> None:
        attributes = {"pk": "S", "sk": "N", "state": "S", "at": "N", "owner": "S"}
        index = {"Projection": {"ProjectionType": "ALL"}}
        by_state = [{"AttributeName": "state", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
        by_owner = [{"AttributeName": "owner", "KeyType": "HASH"}]
        self.db.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in attributes.items()],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {"IndexName": "byState", "KeySchema": by_state, **index},
                {"IndexName": "byOwner", "KeySchema": by_owner, **index},
            ],
        )

    def key(self, pk: str, sk: int = 0) -> Item:
        return {"pk": text(pk), "sk": number(sk)}

    def put(self, pk: str, sk: int = 0, **attributes: dict[str, Any]) -> None:
        self.db.put_item(TableName=self.table, Item={**self.key(pk, sk), **attributes})

    def get(self, pk: str, sk: int = 0) -> Item | None:
        return self.db.get_item(TableName=self.table, Key=self.key(pk, sk), ConsistentRead=True).get("Item")

    def write(self, *members: dict[str, dict[str, Any]], **more: Any) -> Any:
        """A transaction on this table."""
        items = [{kind: {"TableName": self.table, **one} for kind, one in member.items()} for member in members]
        return self.db.transact_write_items(TransactItems=items, **more)

    def reasons(self, *members: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Why a transaction is cancelled."""
        with self.assertRaises(ClientError) as caught:
            self.write(*members)
        self.assertEqual(caught.exception.response["Error"]["Code"], "TransactionCanceledException")
        return caught.exception.response["CancellationReasons"]


class Transactions(Tables):
    def test_all_kinds_of_members_are_written_together(self) -> None:
        self.put("old")
        self.put("counter", n=number(4), gone=text("x"))
        self.put("checked", state=text("open"))
        update = "SET #first = if_not_exists(#first, :now), #last = :now REMOVE gone ADD n :one"  # as the ledger counts
        self.write(
            {"Put": {"Item": {**self.key("new"), "a": text("b")}, "ConditionExpression": "attribute_not_exists(pk)"}},
            {
                "Update": {
                    "Key": self.key("counter"),
                    "UpdateExpression": update,
                    "ConditionExpression": "attribute_exists(pk) AND (n < :most OR NOT n <> :most)",
                    "ExpressionAttributeNames": {"#first": "first", "#last": "last"},
                    "ExpressionAttributeValues": {":now": number(7), ":one": number(1), ":most": number(5)},
                }
            },
            {"Delete": {"Key": self.key("old"), "ConditionExpression": "attribute_exists(pk)"}},
            {
                "ConditionCheck": {
                    "Key": self.key("checked"),
                    "ConditionExpression": "#state = :open",
                    "ExpressionAttributeNames": {"#state": "state"},
                    "ExpressionAttributeValues": {":open": text("open")},
                }
            },
        )
        self.assertEqual(self.get("new"), {**self.key("new"), "a": text("b")})
        self.assertEqual(
            self.get("counter"), {**self.key("counter"), "n": number(5), "first": number(7), "last": number(7)}
        )
        self.assertIsNone(self.get("old"))

    def test_a_cancelled_transaction_tells_why_in_order_and_writes_nothing(self) -> None:
        self.put("held", owner=text("me"))
        free = {"Item": self.key("free")}
        held = {"Item": self.key("held"), "ConditionExpression": "attribute_not_exists(pk)"}
        absent = {"Key": self.key("absent"), "ConditionExpression": "attribute_exists(pk)"}
        shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        answer = self.reasons({"Put": free}, {"Put": {**held, **shown}}, {"Delete": {**absent, **shown}})
        self.assertEqual([one["Code"] for one in answer], ["None", "ConditionalCheckFailed", "ConditionalCheckFailed"])
        self.assertEqual(answer[1]["Item"], {**self.key("held"), "owner": text("me")})
        self.assertNotIn("Item", answer[2])
        self.assertNotIn("Item", self.reasons({"Put": held})[0])
        self.assertIsNone(self.get("free"))

    def test_a_write_that_fails_after_the_conditions_undoes_the_others(self) -> None:
        self.put("text", n=text("x"))
        self.put("kept", n=number(1))
        one = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": number(1)}}
        answer = self.reasons(
            {"Update": {"Key": self.key("kept"), **one}},
            {"Update": {"Key": self.key("new"), **one}},
            {"Put": {"Item": self.key("other")}},
            {"Update": {"Key": self.key("text"), **one}},
        )
        self.assertEqual([one["Code"] for one in answer], ["None", "None", "None", "ValidationError"])
        self.assertEqual(self.get("kept"), {**self.key("kept"), "n": number(1)})
        self.assertIsNone(self.get("new"))
        self.assertIsNone(self.get("other"))

    def test_a_malformed_transaction_is_refused(self) -> None:
        put = {"Put": {"Item": self.key("a")}}
        unused = {"Put": {"Item": self.key("a"), "ExpressionAttributeValues": {":x": number(1)}}}
        undefined = {"Put": {"Item": self.key("a"), "ConditionExpression": "#n = :n"}}
        for members in (
            (put, put),
            (unused,),
            (undefined,),
            tuple({"Put": {"Item": self.key(str(n))}} for n in range(101)),
        ):
            self.assert_refused("ValidationException", lambda members=members: self.write(*members))
        self.assert_refused(
            "ResourceNotFoundException", lambda: self.write({"Put": {"TableName": "none", **put["Put"]}})
        )
        self.assertIsNone(self.get("a"))

    def test_a_token_makes_the_second_time_harmless(self) -> None:
        def count(by: int) -> dict[str, dict[str, Any]]:
            values = {":by": number(by)}
            update = {"UpdateExpression": "ADD n :by", "ExpressionAttributeValues": values}
            return {"Update": {"Key": self.key("counter"), **update}}

        token = unique("token")
        for _ in range(2):
            self.write(count(1), ClientRequestToken=token)
        self.assertEqual(self.get("counter"), {**self.key("counter"), "n": number(1)})
        self.assert_refused(
            "IdempotentParameterMismatchException", lambda: self.write(count(2), ClientRequestToken=token)
        )

    def test_fifty_at_once_lose_nothing(self) -> None:
        """One lease is won once; what others count beside it, in and out of transactions, adds up."""
        counted = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": number(1)}}

        def take(worker: int) -> bool:
            lease = {"Item": {**self.key("lease"), "owner": text(str(worker))}}
            try:
                self.write(
                    {"Put": {**lease, "ConditionExpression": "attribute_not_exists(pk)"}},
                    {"Update": {"Key": self.key("won"), **counted}},
                )
                return True
            except ClientError:
                return False
            finally:
                self.write({"Update": {"Key": self.key("in"), **counted}}, {"Put": {"Item": self.key("x", worker)}})
                self.db.update_item(TableName=self.table, Key=self.key("beside"), **counted)
                self.put("y", worker)

        with ThreadPoolExecutor(50) as pool:
            winners = [worker for worker, won in enumerate(pool.map(take, range(50))) if won]
        self.assertEqual(len(winners), 1)
        self.assertEqual(self.get("lease"), {**self.key("lease"), "owner": text(str(winners[0]))})
        for pk, n in (("won", 1), ("in", 50), ("beside", 50)):
            self.assertEqual(self.get(pk), {**self.key(pk), "n": number(n)})
        for pk in ("x", "y"):
            self.assertEqual(self.query("pk", pk)["Count"], 50)

    def query(self, attribute: str, value: str) -> Any:
        return self.db.query(
            TableName=self.table,
            KeyConditionExpression=f"{attribute} = :v",
            ExpressionAttributeValues={":v": text(value)},
        )

    def test_reads_together_with_projections(self) -> None:
        self.put("a", n=number(1), m=number(2))
        get = {"TableName": self.table, "ExpressionAttributeNames": {"#n": "n"}, "ProjectionExpression": "#n"}
        answer = self.db.transact_get_items(
            TransactItems=[{"Get": {**get, "Key": self.key("a")}}, {"Get": {**get, "Key": self.key("b")}}] * 20
        )
        self.assertEqual(answer["Responses"][:2], [{"Item": {"n": number(1)}}, {}])
        keys = {"Keys": [self.key("a"), self.key("b")]}
        batch = self.db.batch_get_item(RequestItems={self.table: keys})
        self.assertEqual([one["n"] for one in batch["Responses"][self.table]], [number(1)])


class Items(Tables):
    def test_an_update_that_fails_changes_nothing(self) -> None:
        self.put("a", n=text("x"))
        for pk, code in (("a", "ValidationException"), ("new", None)):
            update = {
                "TableName": self.table,
                "Key": self.key(pk),
                "UpdateExpression": "SET m = :m ADD n :m",
                "ExpressionAttributeValues": {":m": number(1)},
            }
            if code:
                self.assert_refused(code, lambda update=update: self.db.update_item(**update))
            else:
                self.db.update_item(**update)
        self.assertEqual(self.get("a"), {**self.key("a"), "n": text("x")})
        self.assertEqual(self.get("new"), {**self.key("new"), "n": number(1), "m": number(1)})

    def test_conditions_on_zero_on_absence_and_on_other_types(self) -> None:
        self.put("a", zero=number(0), word=text("x"))
        values = {":n": number(0), ":m": number(5)}
        for condition, holds in (
            ("zero < :m AND zero >= :n", True),
            ("zero BETWEEN :n AND :m", True),
            ("word < :m AND :n = :n", False),
            ("word BETWEEN :n AND :m", False),
            ("absent < :m AND :n = :n", False),
            ("size(absent) > :n AND :m = :m", False),
            ("attribute_not_exists(absent) AND zero IN (:n, :m)", True),
            ("NOT (zero = :n) OR attribute_exists(absent) AND :m = :m", False),
        ):
            with self.subTest(condition):
                delete = {
                    "TableName": self.table,
                    "Key": self.key("a"),
                    "ConditionExpression": condition,
                    "ExpressionAttributeValues": values,
                }
                if holds:
                    self.db.delete_item(**delete)
                    self.put("a", zero=number(0), word=text("x"))
                else:
                    self.assert_refused(
                        "ConditionalCheckFailedException", lambda delete=delete: self.db.delete_item(**delete)
                    )

    def test_pages_of_a_table_and_of_its_indexes(self) -> None:
        for n in range(7):
            self.put("p", n, state=text("open" if n % 2 else "shut"), at=number(100 - n), owner=text("me"))
        self.put("q", 0, state=text("open"))  # without `at` it is in no index by state

        def pages(**query: Any) -> list[list[int]]:
            found, start = [], {}
            while True:
                answer = self.db.query(TableName=self.table, Limit=2, **query, **start)
                found.append([int(one["sk"]["N"]) for one in answer["Items"]])
                if "LastEvaluatedKey" not in answer:
                    return found
                start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

        values = {":v": text("p")}
        by_key = {"KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": values, "ConsistentRead": True}
        self.assertEqual(pages(**by_key), [[0, 1], [2, 3], [4, 5], [6]])
        self.assertEqual(pages(**by_key, ScanIndexForward=False), [[6, 5], [4, 3], [2, 1], [0]])
        filtered = {**by_key, "FilterExpression": "sk > :n", "ExpressionAttributeValues": {**values, ":n": number(2)}}
        self.assertEqual(pages(**filtered), [[], [3], [4, 5], [6]])
        ranged = {**by_key, "KeyConditionExpression": "pk = :v AND sk BETWEEN :n AND :m"}
        ranged["ExpressionAttributeValues"] = {**values, ":n": number(1), ":m": number(3)}
        self.assertEqual(pages(**ranged), [[1, 2], [3]])
        by_state = {
            "IndexName": "byState",
            "KeyConditionExpression": "#s = :v",
            "ExpressionAttributeNames": {"#s": "state"},
            "ExpressionAttributeValues": {":v": text("open")},
        }
        self.assertEqual(pages(**by_state), [[5, 3], [1]])
        self.assertEqual(pages(**by_state, ScanIndexForward=False), [[1, 3], [5]])
        self.assert_refused("ValidationException", lambda: pages(**by_state, ConsistentRead=True))

    def test_an_index_follows_every_change(self) -> None:
        def open_ones() -> list[str]:
            answer = self.db.query(
                TableName=self.table,
                IndexName="byOwner",
                KeyConditionExpression="#o = :v",
                ExpressionAttributeNames={"#o": "owner"},
                ExpressionAttributeValues={":v": text("me")},
            )
            return [one["pk"]["S"] for one in answer["Items"]]

        def own(pk: str, owner: str) -> None:
            self.db.update_item(
                TableName=self.table,
                Key=self.key(pk),
                UpdateExpression="SET #o = :v",
                ExpressionAttributeNames={"#o": "owner"},
                ExpressionAttributeValues={":v": text(owner)},
            )

        self.put("a", owner=text("me"))
        self.assertEqual(open_ones(), ["a"])
        own("b", "me")
        self.assertEqual(open_ones(), ["a", "b"])
        own("a", "you")
        self.assertEqual(open_ones(), ["b"])
        failing = {"Put": {"Item": self.key("b"), "ConditionExpression": "attribute_not_exists(pk)"}}
        with self.assertRaises(ClientError):
            self.write({"Put": {"Item": {**self.key("c"), "owner": text("me")}}}, failing)
        self.assertEqual(open_ones(), ["b"])
        self.db.delete_item(TableName=self.table, Key=self.key("b"))
        self.assertEqual(open_ones(), [])

    def test_twenty_thousand_items_slow_nothing_down(self) -> None:
        table = dynamodb_backends["123456789012"][HOME].tables[self.table]
        for n in range(20_000):
            table.put_item({**self.key(f"p{n}"), "state": text(f"s{n % 2000}"), "at": number(n)})
        count = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": number(1)}}
        by_state = {
            "IndexName": "byState",
            "KeyConditionExpression": "#s = :v",
            "ExpressionAttributeNames": {"#s": "state"},
            "ExpressionAttributeValues": {":v": text("s7")},
        }
        self.db.query(TableName=self.table, **by_state)
        began = time.monotonic()
        for n in range(50):
            self.write({"Update": {"Key": self.key(f"p{n}"), **count}}, {"Put": {"Item": self.key("x", n)}})
            values = {":v": text(f"p{n}")}
            self.db.query(TableName=self.table, KeyConditionExpression="pk = :v", ExpressionAttributeValues=values)
            self.assertEqual(self.db.query(TableName=self.table, **by_state)["Count"], 10)
        self.assertLess((time.monotonic() - began) / 50, 0.1)


class Stacks(Tables):
    def test_a_table_with_expiry_and_several_indexes(self) -> None:
        name = unique("table")

        def table(expires: bool, *indexes: str) -> dict[str, Any]:
            properties: dict[str, Any] = {
                "TableName": name,
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": one, "AttributeType": "S"} for one in ("pk", *indexes)],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": f"by-{one}",
                        "KeySchema": [{"AttributeName": one, "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]},
                    }
                    for one in indexes
                ],
            }
            if expires:
                properties["TimeToLiveSpecification"] = {"AttributeName": "expires", "Enabled": True}
            return {"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": properties}}}

        def seen() -> tuple[list[str], str]:
            described = self.db.describe_table(TableName=name)["Table"]
            expiry = self.db.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
            return [one["IndexName"] for one in described["GlobalSecondaryIndexes"]], expiry["TimeToLiveStatus"]

        stack = deploy(table(True, "a", "b", "c"))
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE")
        self.assertEqual(seen(), (["by-a", "by-b", "by-c"], "ENABLED"))
        self.assertEqual(deploy(table(False, "a", "d"), stack["StackName"])["StackStatus"], "UPDATE_COMPLETE")
        self.assertEqual(seen(), (["by-a", "by-d"], "DISABLED"))

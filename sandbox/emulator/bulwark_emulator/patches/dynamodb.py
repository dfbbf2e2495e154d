"""DynamoDB."""

from __future__ import annotations

import copy
import functools
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from moto.dynamodb import comparisons, exceptions, responses
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from . import dynamodb_lookup as lookup

_lock = threading.RLock()
"""Held by whatever reads or writes items."""

MOST_WRITES = 100
TOKEN_SECONDS = 600.0
"""How long a client's token makes a transaction idempotent
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html)."""

Failure = tuple[str | None, str | None, dict[str, Any] | None]
PASSED: Failure = (None, None, None)

ITEM_FAULTS = (
    exceptions.AttributeDoesNotExist,
    exceptions.IncorrectDataType,
    exceptions.IncorrectOperandType,
    exceptions.InvalidUpdateExpressionInvalidDocumentPath,
    exceptions.ItemSizeTooLarge,
    exceptions.ItemSizeToUpdateTooLarge,
    exceptions.ProvidedKeyDoesNotExist,
)
"""What depends on the item that is there: in a transaction it is that member's reason, not the request's error."""


def apply() -> None:
    """Applies the repairs."""
    comparison_of_any_values()
    update_as_a_whole()
    quick_queries()
    transactions()
    one_at_a_time()


def one_at_a_time() -> None:
    """Two calls that count up the same number, or take the same lease, both succeed; an answer shows half a change.

    Cause: moto reads, changes and answers without a lock. Can go when moto locks its items.
    """

    def locked(operation: Callable[[Any], Any]) -> Callable[[Any], Any]:
        @functools.wraps(operation)
        def run(self: responses.DynamoHandler) -> Any:
            refuse_strange_placeholders(self.body)
            with _lock:
                return operation(self)

        return run

    for name in (
        "put_item", "get_item", "update_item", "delete_item", "query", "scan", "batch_get_item", "batch_write_item",
        "transact_get_items", "transact_write_items", "describe_table", "update_table", "delete_table",
        "execute_statement", "execute_transaction", "batch_execute_statement",
    ):  # fmt: skip
        setattr(responses.DynamoHandler, name, locked(getattr(responses.DynamoHandler, name)))


def refuse_strange_placeholders(body: dict[str, Any]) -> None:
    """DynamoDB refuses a value that no expression names, and a name or value that is not given.

    moto sees the first for UpdateItem only, and answers 500 to the second.
    """
    members = [request for member in body.get("TransactItems") or [] for request in member.values()]
    for request in members or [body]:
        texts = [text for key, text in request.items() if key.endswith("Expression") and isinstance(text, str)]
        for kind, parameter, pattern in (
            ("value", "ExpressionAttributeValues", r":\w+"),
            ("name", "ExpressionAttributeNames", r"#\w+"),
        ):
            used, given = set(re.findall(pattern, " ".join(texts))), set(request.get(parameter) or {})
            if used - given:
                raise exceptions.MockValidationException(
                    f"An expression attribute {kind} used in expression is not defined; "
                    f"attribute {kind}: {', '.join(sorted(used - given))}"
                )
            if given - used:
                raise exceptions.MockValidationException(
                    f"Value provided in {parameter} unused in expressions: keys: {{{', '.join(sorted(given - used))}}}"
                )


def comparison_of_any_values() -> None:
    """A comparison of a text with a number answers 500, as does the size of an absent attribute; 0 is between nothing.

    Cause: moto compares with Python's operators, and takes 0 for "no value". In DynamoDB such a comparison is false
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html). Can go
    when moto compares by type.
    """

    def tolerant(compare: Callable[[Any, Item | None], bool]) -> Callable[[Any, Item | None], bool]:
        def run(self: Any, item: Item | None) -> bool:
            try:
                return compare(self, item)
            except TypeError:
                return False

        return run

    def between(self: comparisons.FuncBetween, item: Item | None) -> bool:
        low, value, high = (one.expr(item) for one in (self.start, self.attr, self.end))
        return low is not None and value is not None and high is not None and low <= value <= high

    def size(self: comparisons.FuncSize, item: Item | None) -> int | None:
        measurable = self.attr.get_type(item) in ("S", "SS", "NS", "B", "BS", "L", "M")
        return len(self.attr.expr(item)) if measurable else None

    for kind in (
        comparisons.OpLessThan,
        comparisons.OpLessThanOrEqual,
        comparisons.OpGreaterThan,
        comparisons.OpGreaterThanOrEqual,
    ):
        kind.expr = tolerant(kind.expr)  # type: ignore[method-assign]
    comparisons.FuncBetween.expr = tolerant(between)  # type: ignore[method-assign]
    comparisons.FuncSize.expr = size  # type: ignore[assignment, method-assign]


@dataclass
class Saved:
    """An item as it was, with its place and the length of the table's stream."""

    table: Table
    hash_key: DynamoType
    range_key: DynamoType | None
    item: Item | None
    streamed: int

    def restore(self) -> None:
        """Puts it back."""
        if self.item is None:
            found = self.table.items.get(self.hash_key)
            if self.range_key is None:
                self.table.items.pop(self.hash_key, None)
            elif found:
                found.pop(self.range_key, None)
        elif self.range_key is None:
            self.table.items[self.hash_key] = self.item
        else:
            self.table.items[self.hash_key][self.range_key] = self.item
        if self.table.stream_shard is not None:
            del self.table.stream_shard.items[self.streamed :]
        lookup.note(self.table, self.hash_key, self.range_key)


def save(backend: DynamoDBBackend, table_name: str, key: dict[str, Any]) -> Saved:
    """Copies the one item, where moto copies the table."""
    table = backend.get_table(table_name)
    hash_key, range_key = backend.get_keys_value(table, key)
    streamed = len(table.stream_shard.items) if table.stream_shard is not None else 0
    return Saved(table, hash_key, range_key, copy.deepcopy(table.get_item(hash_key, range_key)), streamed)


def update_as_a_whole() -> None:
    """An update that fails in its second half leaves its first half, or an item with nothing but its key.

    Cause: moto changes the item in place. Can go when moto changes a copy.
    """
    update = DynamoDBBackend.update_item

    def update_item(self: DynamoDBBackend, table_name: str, key: dict[str, Any], *rest: Any, **named: Any) -> Item:
        before = save(self, table_name, key)
        try:
            item = update(self, table_name, key, *rest, **named)
        except Exception:
            before.restore()
            raise
        lookup.note(before.table, before.hash_key, before.range_key)
        return item

    DynamoDBBackend.update_item = update_item  # type: ignore[method-assign]


def quick_queries() -> None:
    """With 20,000 items in a table each query takes a second.

    Cause: moto sorts the whole table by its keys, comparing wrapped values, and looks at every item. Can go when moto
    finds items by partition.
    """
    put, delete, query = Table.put_item, Table.delete_item, Table.query

    def put_item(self: Table, item_attrs: dict[str, Any], *rest: Any, **named: Any) -> Item:
        item = put(self, item_attrs, *rest, **named)
        lookup.note(self, item.hash_key, item.range_key)
        return item

    def delete_item(self: Table, hash_key: DynamoType, range_key: DynamoType | None) -> Item | None:
        item = delete(self, hash_key, range_key)
        lookup.note(self, hash_key, range_key)
        return item

    def all_items(self: Table) -> list[Item]:
        items: Iterable[Any] = self.items.values()
        if self.range_key_attr:
            items = [item for partition in items for item in partition.values()]
        return sorted(items, key=by_keys)

    def query_partition(
        self: Table,
        hash_key: DynamoType,
        range_comparison: str | None,
        range_objs: list[DynamoType],
        limit: int,
        exclusive_start_key: dict[str, Any],
        scan_index_forward: bool,
        projection_expressions: list[list[str]] | None,
        index_name: str | None = None,
        *rest: Any,
        **named: Any,
    ) -> Any:
        found = lookup.partition(self, hash_key, index_name, named.get("hash_key_conditions") or [])
        if found is not None:
            # The lock is held: nobody else asks this table for its items now.
            self.all_items = lambda: found  # type: ignore[method-assign]
        try:
            return query(
                self,
                hash_key,
                range_comparison,
                range_objs,
                limit,
                exclusive_start_key,
                scan_index_forward,
                projection_expressions,
                index_name,
                *rest,
                **named,
            )
        finally:
            self.__dict__.pop("all_items", None)

    Table.put_item = put_item  # type: ignore[method-assign]
    Table.delete_item = delete_item  # type: ignore[method-assign]
    Table.all_items = all_items  # type: ignore[method-assign]
    Table.query = query_partition  # type: ignore[assignment, method-assign]


def by_keys(item: Item) -> tuple[Any, ...]:
    """Plain values: comparing wrapped ones unwraps them each time."""
    return (item.hash_key.cast_value, item.range_key.cast_value if item.range_key else None)


def transactions() -> None:
    """A transaction copies the whole table, and when it is cancelled undoes what others wrote meanwhile; its token is
    ignored; a transaction of reads forgets its projections and takes 25 members.

    Cause: moto restores a copy of the table. Can go when moto locks items and keeps tokens.
    """
    write = responses.DynamoHandler.transact_write_items
    done: dict[tuple[str, str], tuple[float, str]] = {}

    def transact_write_items(self: responses.DynamoHandler) -> Any:
        token = self.body.get("ClientRequestToken")
        if not token:
            return write(self)
        now, content = time.monotonic(), digest(self.body)
        for old in [one for one, (until, _) in done.items() if until < now]:
            del done[old]
        _, known = done.get((self.region, token), (0.0, None))
        if known is not None and known != content:
            raise exceptions.DynamodbException(
                f"{exceptions.ERROR_TYPE_PREFIX}IdempotentParameterMismatchException",
                "The transaction with the given client token has different parameters.",
            )
        if known is not None:
            return responses.ActionResult({})
        answer = write(self)
        done[(self.region, token)] = (now + TOKEN_SECONDS, content)
        return answer

    def transact_get_items(self: responses.DynamoHandler) -> Any:
        members = [one["Get"] for one in self.body["TransactItems"]]
        if len(members) > MOST_WRITES:
            raise exceptions.TooManyTransactionsException()
        return responses.DynamoResult({"Responses": [read(self.dynamodb_backend, one) for one in members]})

    responses.DynamoHandler.transact_write_items = transact_write_items  # type: ignore[method-assign]
    responses.DynamoHandler.transact_get_items = transact_get_items  # type: ignore[method-assign]
    DynamoDBBackend.transact_write_items = transact  # type: ignore[method-assign]


def digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def read(backend: DynamoDBBackend, request: dict[str, Any]) -> dict[str, Any]:
    """One member of a transaction of reads."""
    names = request.get("ExpressionAttributeNames") or {}
    projections = responses.ProjectionExpressionParser(request.get("ProjectionExpression"), names).parse()
    item = backend.get_item(request["TableName"], request["Key"], projections)
    return item.describe_attrs() if item else {}


def transact(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    """All conditions first, then all writes; what one of them cannot do undoes the others."""
    if len(transact_items) > MOST_WRITES:
        raise exceptions.TooManyTransactionsException()
    if any(len(member) != 1 for member in transact_items):
        raise exceptions.TransactWriteSingleOpException
    members = [next(iter(member.items())) for member in transact_items]
    saved = [save(self, request["TableName"], key_of(kind, request)) for kind, request in members]
    places = {(one.table.name, one.hash_key, one.range_key) for one in saved}
    if len(places) < len(saved):
        raise exceptions.MultipleTransactionsException()
    cancel_for([check(request, one.item) for (_, request), one in zip(members, saved, strict=True)])
    failures: list[Failure] = []
    try:
        for kind, request in members:
            failures.append(perform(self, kind, request))
        cancel_for(failures)
    except Exception:
        for one in reversed(saved):
            one.restore()
        raise


def key_of(kind: str, request: dict[str, Any]) -> dict[str, Any]:
    """The key of the item that a member speaks of."""
    return request["Item"] if kind == "Put" else request["Key"]


def check(request: dict[str, Any], item: Item | None) -> Failure:
    """Whether a member's condition holds."""
    condition = comparisons.get_filter_expression(
        request.get("ConditionExpression"),
        request.get("ExpressionAttributeNames"),
        request.get("ExpressionAttributeValues"),
    )
    if condition.expr(item):
        return PASSED
    wanted = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    shown = item.to_json()["Attributes"] if wanted and item is not None else None
    return "ConditionalCheckFailed", "The conditional request failed", shown


def perform(backend: DynamoDBBackend, kind: str, request: dict[str, Any]) -> Failure:
    """A member's write; its condition was checked."""
    name = request["TableName"]
    try:
        if kind == "Put":
            backend.put_item(name, request["Item"])
        elif kind == "Delete":
            backend.delete_item(name, request["Key"])
        elif kind == "Update":
            names, values = request.get("ExpressionAttributeNames"), request.get("ExpressionAttributeValues")
            backend.update_item(name, request["Key"], request["UpdateExpression"], names or {}, values or {})
    except ITEM_FAULTS as error:
        return "ValidationError", error.message, None
    return PASSED


def cancel_for(failures: list[Failure]) -> None:
    """Cancels the transaction if a member failed; the reasons stand in the order of the members."""
    if any(code is not None for code, _, _ in failures):
        raise exceptions.TransactionCanceledException(failures)

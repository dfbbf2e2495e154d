"""Finds the items of a partition, of a table or of an index, without looking at the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

Place = tuple[DynamoType, DynamoType | None]


@dataclass
class Lookup:
    """The places of items by the value of one attribute, and the value that each place had."""

    places: dict[DynamoType, dict[Place, None]] = field(default_factory=dict)
    values: dict[Place, DynamoType] = field(default_factory=dict)

    def note(self, place: Place, value: DynamoType | None) -> None:
        """An item was written, or is gone."""
        old = self.values.pop(place, None)
        if old is not None:
            self.places[old].pop(place)
            if not self.places[old]:
                del self.places[old]
        if value is not None:
            self.values[place] = value
            self.places.setdefault(value, {})[place] = None


def note(table: Table, hash_key: DynamoType, range_key: DynamoType | None) -> None:
    """The item at this place has changed."""
    known: dict[str, Lookup] = getattr(table, "lookups", {})
    if known:
        item = at(table, (hash_key, range_key))
        for attribute, one in known.items():
            one.note((hash_key, range_key), item.attrs.get(attribute) if item else None)


def partition(
    table: Table, hash_key: DynamoType, index_name: str | None, conditions: list[tuple[str, DynamoType]]
) -> list[Item] | None:
    """The items that a query can find, in the order of their sort keys; None when it names no partition."""
    if index_name is None:
        found = table.items.get(hash_key)
        if found is None:
            return []
        items = list(found.values()) if table.range_key_attr else [found]
        sort_keys = [table.range_key_attr] if table.range_key_attr else []
    else:
        if not conditions or index_name not in {one.name for one in table.all_indexes()}:
            return None
        attribute, value = conditions[0]
        places = of(table, attribute).places.get(value, {})
        items = [item for place in places if (item := at(table, place)) is not None]
        sort_keys = [
            *(one["AttributeName"] for one in table.get_index(index_name).schema if one["KeyType"] == "RANGE"),
            *table.table_key_attrs,
        ]
    return sorted(
        (item for item in items if all(one in item.attrs for one in sort_keys)),
        key=lambda item: tuple(item.attrs[one].cast_value for one in sort_keys),
    )


def of(table: Table, attribute: str) -> Lookup:
    """The lookup by an attribute, made when it is first asked for."""
    known: dict[str, Lookup] = table.__dict__.setdefault("lookups", {})
    if attribute not in known:
        made = Lookup()
        for item in table.all_items():
            made.note((item.hash_key, item.range_key), item.attrs.get(attribute))
        known[attribute] = made
    return known[attribute]


def at(table: Table, place: Place) -> Item | None:
    hash_key, range_key = place
    found: Any = table.items.get(hash_key)
    return found.get(range_key) if found is not None and range_key is not None else found

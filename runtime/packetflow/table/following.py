"""The rows behind a place in an order, whatever was inserted before it meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from packetflow.table.columns import Column, Stored
from packetflow.table.declared import Query
from packetflow.table.dialect import Dialect, quoted
from packetflow.table.sql import FALSE, encoded


def following(
    query: Query[Any], place: Sequence[Stored], dialect: Dialect
) -> tuple[str, list[Stored]]:
    """A condition on rows behind one with these values, and what is bound in it."""
    text, values = FALSE, list[Stored]()
    parts = list(zip(query.order, place, strict=True))
    for (column, descending), value in reversed(parts):
        if dialect.is_postgres and column.storage == "text":
            value = encoded(value)
        behind, first = _behind(column, value, descending=descending)
        same, second = _same(column, value)
        text = f"({behind} OR ({same} AND {text}))"
        values = [*first, *second, *values]
    (column, descending), value = parts[0]
    if value is not None and not column.optional:
        # A bound that an index can be entered at.
        if dialect.is_postgres and column.storage == "text":
            value = encoded(value)
        text = f"({quoted(column.name)} {'<=' if descending else '>='} ? AND {text})"
        values = [value, *values]
    return text, values


def _behind(
    column: Column, value: Stored, *, descending: bool
) -> tuple[str, list[Stored]]:
    name = quoted(column.name)
    if value is None:
        # None comes first, or last if the order descends.
        return (FALSE, []) if descending else (f"{name} IS NOT NULL", [])
    if not descending:
        return f"{name} > ?", [value]
    if column.optional:
        return f"({name} < ? OR {name} IS NULL)", [value]
    return f"{name} < ?", [value]


def _same(column: Column, value: Stored) -> tuple[str, list[Stored]]:
    name = quoted(column.name)
    return (f"{name} IS NULL", []) if value is None else (f"{name} = ?", [value])

"""Which rows a caller may read, as SQL: one predicate for each pattern that is held."""

from __future__ import annotations

from typing import Final

from packetflow.capability import ANY, Capability, Held
from packetflow.capability.pattern import PathPattern
from packetflow.table.columns import Column, Stored
from packetflow.table.condition import (
    Arg,
    Col,
    Compare,
    Condition,
    Operator,
    Under,
    every,
    some,
)
from packetflow.table.declared import AnyTable, Guard
from packetflow.table.dialect import Dialect
from packetflow.table.sql import Writer

_BOUNDS: Final[dict[str, Operator]] = {"max": "<=", "min": ">="}


def visible(
    table: AnyTable, guard: Guard, held: Held, dialect: Dialect
) -> tuple[str, list[Stored]]:
    """A condition that just the rows fulfil whose guard is covered, and its values.

    A need is covered if and only if one held pattern covers it, so the condition is
    that one of them does.
    """
    args: list[object] = []
    ways = [
        way
        for one in held
        if one.kind is guard.kind
        if (way := _covered(table, guard, one, args)) is not None
    ]
    clause = Writer(dialect, table.columns).clause(some(*ways))
    return clause.bound(args)


def _covered(
    table: AnyTable, guard: Guard, held: Capability, args: list[object]
) -> Condition | None:
    """When a held pattern covers the guard of a row; None: never."""
    parts: list[Condition] = []
    each = zip(held.kind.parameters, held.arguments, guard.arguments, strict=True)
    for parameter, pattern, wanted in each:
        if isinstance(wanted, tuple):
            try:
                exact = parameter.exact(wanted[0])
                covers = parameter.covers(pattern, exact)
            except (ValueError, TypeError):
                return None
            if not covers:
                return None
        elif pattern is not ANY:
            part = _part(table.columns[wanted], parameter.domain, pattern, args)
            if part is None:
                return None
            parts.append(part)
    return every(*parts)


def _part(
    column: Column, domain: str, pattern: object, args: list[object]
) -> Condition | None:
    if isinstance(pattern, PathPattern):
        if pattern.rest and not pattern.segments:
            return every()
        args.append(pattern.path)
        number = len(args) - 1
        if pattern.rest:
            return Under(column.name, number)
        return Compare(Col(column.name), "==", Arg(number))
    try:
        column.stored(pattern)
    except (AttributeError, TypeError, ValueError):
        return None  # a value of another type is none of the column's
    args.append(pattern)
    operator = _BOUNDS.get(domain, "==")
    return Compare(Col(column.name), operator, Arg(len(args) - 1))

"""What `aggregate { }` can compute over the elements of a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pfc.ir.types import (
    DECIMAL,
    DURATION,
    FLOAT,
    INT,
    ListType,
    SetType,
    Type,
    Unknown,
    base_of,
)
from pfc.semantics.relations import is_sortable, present
from pfc.semantics.stdlib import is_numeric


@dataclass(frozen=True)
class AggregateFunction:
    """`result` tells the type from that of the argument; none if it is not for such."""

    meaning: str
    arguments: int
    result: Callable[[Type], Type | None]


def _sum(type_: Type) -> Type | None:
    if isinstance(type_, Unknown) or base_of(type_) == DURATION or is_numeric(type_):
        return base_of(type_)
    return None


def _average(type_: Type) -> Type | None:
    base = base_of(type_)
    if isinstance(base, Unknown) or base in (DURATION, FLOAT):
        return base
    return DECIMAL if is_numeric(base) else None


def _extreme(type_: Type) -> Type | None:
    if isinstance(type_, Unknown) or is_sortable(present(type_)):
        return type_
    return None


AGGREGATES: Final = {
    "count": AggregateFunction("How many there are.", 0, lambda _: INT),
    "sum": AggregateFunction("The sum; zero of nothing.", 1, _sum),
    "average": AggregateFunction("The mean.", 1, _average),
    "min": AggregateFunction("The least.", 1, _extreme),
    "max": AggregateFunction("The greatest.", 1, _extreme),
    "first": AggregateFunction("That of the first in time.", 1, lambda type_: type_),
    "last": AggregateFunction("That of the last in time.", 1, lambda type_: type_),
    "list": AggregateFunction("All, in the order of time.", 1, ListType),
    "set": AggregateFunction("All that differ.", 1, SetType),
}

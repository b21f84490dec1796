"""Conditions on rows, as a query holds them; each is true or false, never unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, Union

Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Col:
    """A column of the row; `default` is the number of the argument for none."""

    name: str
    default: int | None = None


@dataclass(frozen=True, slots=True)
class Arg:
    """An argument of the query, by its number; `optional` if it may be none."""

    number: int
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """A column compared with an argument or with another column."""

    left: Col
    operator: Operator
    right: Col | Arg


@dataclass(frozen=True, slots=True)
class Absent:
    """The column is none."""

    name: str


@dataclass(frozen=True, slots=True)
class Holds:
    """An argument that is true or false, the same for all rows."""

    number: int


@dataclass(frozen=True, slots=True)
class Among:
    """The column is one of an argument's values."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Part:
    """The column's text contains, starts or ends with an argument; no wildcards."""

    name: str
    where: Literal["inside", "start", "end"]
    number: int


@dataclass(frozen=True, slots=True)
class Under:
    """The column's path is an argument's, or below it."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One of these at least."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """Not this."""

    part: Condition


Condition = Union[Compare, Absent, Holds, Among, Part, Under, Every, Some, Opposite]


def every(*parts: Condition) -> Every:
    """All of these conditions; of none: true."""
    return Every(parts)


def some(*parts: Condition) -> Some:
    """One of these conditions at least; of none: false."""
    return Some(parts)

"""The values of the language, and what ends a computation without one.

Bool, Int, Float, Decimal, String (Path and Url too), Bytes, Date, Time, Instant and
Duration are Python's; a list is a tuple, a set a frozenset, a map a dict that nobody
changes, a pair a tuple, absence is None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Value = Any
Function = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Struct:
    """A record or a variant: its name, and its fields in the order of their declaration."""

    name: str
    fields: tuple[tuple[str, Value], ...] = ()

    def __getitem__(self, name: str) -> Value:
        return dict(self.fields)[name]

    def __contains__(self, name: str) -> bool:
        return any(field == name for field, _ in self.fields)


class Fault(Exception):
    """A computation that has no value; `kinds` says why.

    It is more than one where several parts of one expression have none: the language
    does not say which of them is looked at first.
    """

    def __init__(self, *kinds: str) -> None:
        super().__init__(*kinds)
        self.kinds = frozenset(kinds)


def all_of(*steps: Callable[[], Value]) -> list[Value]:
    """The values of parts that are all needed."""
    found: list[Value] = []
    kinds: list[str] = []
    for step in steps:
        try:
            found.append(step())
        except Fault as fault:
            kinds += sorted(fault.kinds)
    if kinds:
        raise Fault(*kinds)
    return found


VIOLATION = "violation"
DIVISION = "division"
INDEX = "index"
KEY = "key"
OVERFLOW = "overflow"
RECURSION = "recursion"
TEXT = "text"
ARGUMENT = "argument"

"""What to write instead of an operation that types do not have."""

from __future__ import annotations

from typing import Final

from pfc.ir import expressions as x
from pfc.ir.types import (
    DATE,
    DECIMAL,
    DURATION,
    FLOAT,
    INSTANT,
    INT,
    STRING,
    TIME,
    ListType,
    MapType,
    Primitive,
    SetType,
    Type,
    base_of,
    show,
)
from pfc.semantics import stdlib

_NUMBERS: Final = (INT, DECIMAL, FLOAT)
_WRITTEN: Final[dict[Type, str]] = {
    DATE: "2026-01-31",
    TIME: "08:30",
    DURATION: "10m",
}
"""How values are written that have a literal of their own, besides numbers."""

_MOMENTS: Final = (INSTANT, DATE, TIME, DURATION)


def advice(operator: str, left: Type, right: Type) -> list[str]:
    """Notes for an operator between two base types; none if nothing helps."""
    pair = (left, right)
    appends = isinstance(left, ListType) and not isinstance(right, ListType)
    if operator == "+" and appends:
        return ["a list with one more item is `xs + [item]`"]
    if isinstance(left, SetType):
        return _of_sets(operator)
    if operator == "+" and isinstance(left, MapType):
        return ["an entry of a map is set with `state.m[key] = value`"]
    if STRING in pair and operator == "+":
        return ['values are shown inside of a string: `"{a}{b}"`']
    if left == right and left in (INSTANT, DATE) and operator == "+":
        return ["`-` gives the time between the two; a Duration can be added to one"]
    if any(kind in _MOMENTS for kind in pair) and any(k in _NUMBERS for k in pair):
        if operator in "+-":
            return ["a length of time has a unit: `5s`, `10m`, `2h`, `1d`"]
        if operator in "*/" and DURATION in pair:
            return ["a Duration is multiplied and divided by an Int"]
    if TIME in pair and DURATION in pair:
        return ["a Time has no day; add to an Instant, and take its `time`"]
    if left != right and left in _NUMBERS and right in _NUMBERS:
        return _conversion(left, right)
    return []


def _of_sets(operator: str) -> list[str]:
    """How sets are joined and taken from each other."""
    if operator == "+":
        return ["a set with one more member is `s.union([member])`"]
    if operator == "-":
        return ["a set without a member is `s.difference([member])`"]
    return []


def of_or(left: x.Expr) -> list[str]:
    """Notes for `or` after what is never none."""
    if isinstance(left, x.IndexOf) and isinstance(base_of(left.value.type), MapType):
        return [
            "`m[k]` is an entry that has to be there; what may be missing is "
            "`m.get(k) or default`"
        ]
    return []


def of_mismatch(found: Type, wanted: Type) -> list[str]:
    """Notes for a value of one type where another is expected; none if nothing helps."""
    found, wanted = base_of(found), base_of(wanted)
    if isinstance(wanted, SetType) and isinstance(found, MapType):
        return ["an empty set is `[]`"]
    if wanted in _WRITTEN and found == STRING:
        return [f"a {show(wanted)} is written without quotes: `{_WRITTEN[wanted]}`"]
    if found == STRING and isinstance(wanted, Primitive):
        name = f"parse_{wanted.name.lower()}"
        if name in stdlib.methods_of(STRING):
            return [
                f"`text.{name}` makes {wanted.name}? of a String: none if it cannot"
            ]
    if wanted == DURATION and found in _NUMBERS:
        return ["a length of time has a unit: `5s`, `10m`, `2h`, `1d`"]
    return []


def _conversion(left: Type, right: Type) -> list[str]:
    """Numbers are never converted by themselves; how to do it, where there is a way."""
    notes = ["numbers of different types are not mixed"]
    for kind, other in ((left, right), (right, left)):
        if not isinstance(kind, Primitive) or not isinstance(other, Primitive):
            continue
        for name in (f"to_{other.name.lower()}", other.name.lower()):
            method = stdlib.methods_of(kind).get(name)
            if method is not None and not method.parameters:
                return [*notes, f"`.{name}` makes {other.name} of {kind.name}"]
    return notes

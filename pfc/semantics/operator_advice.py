"""What to write instead of an operation that types do not have."""

from __future__ import annotations

from typing import Final

from pfc.ir.types import (
    DATE,
    DECIMAL,
    DURATION,
    FLOAT,
    INSTANT,
    INT,
    STRING,
    TIME,
    Primitive,
    Type,
)
from pfc.semantics import stdlib

_NUMBERS: Final = (INT, DECIMAL, FLOAT)
_MOMENTS: Final = (INSTANT, DATE, TIME, DURATION)


def advice(operator: str, left: Type, right: Type) -> list[str]:
    """Notes for an operator between two base types; none if nothing helps."""
    pair = (left, right)
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

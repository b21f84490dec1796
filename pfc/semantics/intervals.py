"""Refinements that every value satisfies, or none does: found by intervals."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pfc.ir import expressions as x
from pfc.ir.types import DECIMAL, FLOAT, INT, STRING, Type

Number = Any  # int, Decimal, float or timedelta: what a literal of an ordered type is
_FEW = 300
"""How many values of a refined Int a `match` may name one by one."""
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


@dataclass(frozen=True)
class _Interval:
    """Between two numbers; `open` ends are not in it; none is no end."""

    low: Number = None
    low_open: bool = False
    high: Number = None
    high_open: bool = False

    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        if self.low == self.high:
            return self.low_open or self.high_open
        return bool(self.low > self.high)

    def cut(self, operator: str, bound: Number) -> _Interval:
        """The part where `value operator bound` holds."""
        found = self
        if operator in (">", ">=", "=="):
            tighter = found.low is None or bound > found.low
            if tighter or (bound == found.low and operator == ">"):
                found = replace(found, low=bound, low_open=operator == ">")
        if operator in ("<", "<=", "=="):
            tighter = found.high is None or bound < found.high
            if tighter or (bound == found.high and operator == "<"):
                found = replace(found, high=bound, high_open=operator == "<")
        return found


def always(condition: x.Expr, it: x.Symbol) -> bool | None:
    """What a condition over `it` always is; none if that depends on the value."""
    atoms = _atoms(condition, it)
    if atoms is None:
        return None
    intervals: dict[str, _Interval] = {}
    needless = True
    try:
        for key, operator, bound in atoms:
            start = _Interval(low=0) if key != "it" else _Interval()
            before = intervals.get(key, start)
            after = before.cut(operator, bound)
            needless = needless and after == before
            intervals[key] = after
            if after.is_empty():
                return False
    except TypeError:
        return None
    return True if needless and atoms else None


def listed(condition: x.Expr, it: x.Symbol) -> tuple[object, ...] | None:
    """Values among which are all that satisfy a condition, if they can be listed."""
    match condition:
        case x.Contains(item=x.Local(symbol=symbol), container=x.ListExpr(items=items)):
            known = [item.value for item in items if isinstance(item, x.Literal)]
            return tuple(known) if symbol is it and len(known) == len(items) else None
        case x.Logic(operator="and", left=left, right=right) if (
            _atoms(condition, it) is None
        ):
            found = listed(left, it)
            return listed(right, it) if found is None else found
    atoms = _atoms(condition, it)
    if atoms is None:
        return None
    between = _Interval()
    try:
        for key, operator, bound in atoms:
            if key == "it":
                between = between.cut(operator, bound)
    except TypeError:
        return None
    low, high = between.low, between.high
    if type(low) is not int or type(high) is not int or high - low > _FEW:
        return None
    return tuple(range(low, high + 1))


def examples(type_: Type, count: int) -> Iterator[object]:
    """Simple values of a type, at most `count`; none of types that have no literals."""
    if type_ == STRING:
        yield ""
        yield from itertools.islice(_words(), count)
    elif type_ in (INT, DECIMAL, FLOAT):
        make = {INT: int, DECIMAL: Decimal, FLOAT: float}[type_]
        yield from (make(number) for number in range(count))


def _words() -> Iterator[str]:
    """a, b, ..., z, aa, ab, ..."""
    for length in itertools.count(1):
        for letters in itertools.product("abcdefghijklmnopqrstuvwxyz", repeat=length):
            yield "".join(letters)


def _atoms(condition: x.Expr, it: x.Symbol) -> list[tuple[str, str, Number]] | None:
    """The comparisons that `and` joins; none if there is anything else."""
    match condition:
        case x.Logic(operator="and"):
            left, right = _atoms(condition.left, it), _atoms(condition.right, it)
            return None if left is None or right is None else left + right
        case x.Compare(operator=operator) if operator in _FLIPPED:
            key, bound = _key(condition.left, it), _number(condition.right)
            if key is not None and bound is not None:
                return [(key, operator, bound)]
            key, bound = _key(condition.right, it), _number(condition.left)
            if key is not None and bound is not None:
                return [(key, _FLIPPED[operator], bound)]
        case x.Contains(container=x.RangeExpr() as between):
            key = _key(condition.item, it)
            low, high = _number(between.low), _number(between.high)
            if key is not None and low is not None and high is not None:
                return [(key, ">=", low), (key, "<=", high)]
    return None


def _key(expr: x.Expr, it: x.Symbol) -> str | None:
    if isinstance(expr, x.Local) and expr.symbol is it:
        return "it"
    if isinstance(expr, x.Method) and expr.name == "length":
        inner = _key(expr.receiver, it)
        return None if inner is None else f"{inner}.length"
    return None


def _number(expr: x.Expr) -> Number:
    if isinstance(expr, x.Literal) and isinstance(
        expr.value, int | Decimal | float | timedelta
    ):
        return expr.value
    return None

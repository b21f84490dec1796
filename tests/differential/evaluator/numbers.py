"""Arithmetic: what each operator gives on each pair of types, and when it is a fault."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction
from typing import Final

from tests.differential.evaluator.values import DIVISION, OVERFLOW, Fault, Value

_UNITS: Final = {
    "ms": 1_000,
    "s": 1_000_000,
    "m": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
    "w": 604_800_000_000,
}
_MICROSECOND: Final = timedelta(microseconds=1)


def literal(raw: str, kind: str | None) -> Value:
    """The value of a number, duration, date or time; `kind` is the type expected."""
    plain = raw.replace("_", "")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", raw):
        return date.fromisoformat(raw)
    if ":" in raw:
        return time.fromisoformat(raw)
    unit = re.fullmatch(r"(\d+)([a-z]+)", plain)
    if unit is not None:
        return duration(int(unit[1]) * _UNITS[unit[2]])
    if kind == "Float":
        return float(plain)
    if kind == "Decimal" or "." in plain:
        return Decimal(plain)
    return int(plain)


def duration(microseconds: int) -> timedelta:
    """A duration; a fault if it is longer than any."""
    try:
        return timedelta(microseconds=microseconds)
    except OverflowError:
        raise Fault(OVERFLOW) from None


def microseconds(length: timedelta) -> int:
    """A duration as a whole number."""
    return length // _MICROSECOND


def negate(value: Value) -> Value:
    """`-x`."""
    if isinstance(value, timedelta):
        return duration(-microseconds(value))
    return -value


def arithmetic(operator: str, left: Value, right: Value) -> Value:
    """`left operator right`."""
    try:
        return _apply(operator, left, right)
    except (OverflowError, Overflow, InvalidOperation, DivisionByZero):
        raise Fault(OVERFLOW) from None


def _apply(operator: str, left: Value, right: Value) -> Value:
    match left, right:
        case int(), int():
            return _INT[operator](left, right)
        case Decimal(), Decimal():
            return _DECIMAL[operator](left, right)
        case float(), float():
            return _finite(_FLOAT[operator](left, right))
        case (timedelta(), _) | (int(), timedelta()):
            return _on_duration(operator, left, right)
        case (date(), _):
            return _on_instant(operator, left, right)
    return left + right  # texts, bytes and lists


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise Fault(OVERFLOW)
    return value


def _nonzero(function: Callable[[Value, Value], Value]) -> Callable[..., Value]:
    def checked(left: Value, right: Value) -> Value:
        if right == 0:
            raise Fault(DIVISION)
        return function(left, right)

    return checked


def _decimal_remainder(left: Decimal, right: Decimal) -> Decimal:
    """What is left over; it has the sign of the right side."""
    rest = left.remainder_near(right) if right else left
    while rest and (rest < 0) != (right < 0):
        rest += right
    return rest


_INT: Final[dict[str, Callable[[int, int], Value]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _nonzero(lambda a, b: Decimal(a) / Decimal(b)),
    "%": _nonzero(lambda a, b: a - b * math.floor(Fraction(a, b))),
}
_DECIMAL: Final[dict[str, Callable[[Decimal, Decimal], Value]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _nonzero(lambda a, b: a / b),
    "%": _nonzero(_decimal_remainder),
}
_FLOAT: Final[dict[str, Callable[[float, float], Value]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _nonzero(lambda a, b: a / b),
    "%": _nonzero(lambda a, b: a % b),
}


def _on_duration(operator: str, left: Value, right: Value) -> Value:
    if isinstance(right, datetime | date):
        return _on_instant(operator, right, left)
    if operator == "*":
        if isinstance(left, int):
            left, right = right, left
        return duration(microseconds(left) * right)
    if operator == "/":
        if isinstance(right, timedelta):
            return _INT["/"](microseconds(left), microseconds(right))
        if right == 0:
            raise Fault(DIVISION)
        # `round` rounds half to even
        return duration(round(Fraction(microseconds(left), right)))
    sign = 1 if operator == "+" else -1
    return duration(microseconds(left) + sign * microseconds(right))


def _on_instant(operator: str, left: Value, right: Value) -> Value:
    """Instants, whatever their zone, and dates, which move by whole days."""
    if isinstance(right, datetime):
        return left.astimezone(UTC) - right.astimezone(UTC)
    if isinstance(right, date):
        return left - right
    moved = right if operator == "+" else -right
    if isinstance(left, datetime):
        return (left.astimezone(UTC) + moved).astimezone(left.tzinfo)
    return left + moved


def total(values: tuple[Value, ...], kind: str) -> Value:
    """`sum`; `kind` is the type of the items, for the sum of nothing."""
    zeros = {
        "Int": 0,
        "Decimal": Decimal(0),
        "Float": 0.0,
        "Duration": timedelta(0),
    }
    found = zeros[kind]
    for value in values:
        found = arithmetic("+", found, value)
    return found

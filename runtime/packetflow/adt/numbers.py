"""Arithmetic that stays finite: NaN and infinities are faults."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal


def divide_int(left: int, right: int) -> Decimal:
    """`/` on Int: a Decimal; raises ZeroDivisionError."""
    if right == 0:
        raise ZeroDivisionError("division by zero")
    return Decimal(left) / Decimal(right)


def divide_decimal(left: Decimal, right: Decimal) -> Decimal:
    """`/` on Decimal; raises ZeroDivisionError."""
    if right == 0:
        raise ZeroDivisionError("division by zero")
    return left / right


def modulo_decimal(left: Decimal, right: Decimal) -> Decimal:
    """`%` on Decimal, with the sign of the right side, as on Int and Float."""
    if right == 0:
        raise ZeroDivisionError("division by zero")
    rest = left % right
    return rest + right if rest and (rest < 0) != (right < 0) else rest


def finite(value: float) -> float:
    """The result of Float arithmetic; raises OverflowError unless it is finite."""
    if not math.isfinite(value):
        raise OverflowError("the result is not finite")
    return value


def sum_int(xs: Iterable[int]) -> int:
    """The sum; 0 of nothing."""
    return sum(xs)


def sum_decimal(xs: Iterable[Decimal]) -> Decimal:
    """The sum; 0 of nothing."""
    return sum(xs, Decimal(0))


def sum_float(xs: Iterable[float]) -> float:
    """The sum; 0 of nothing; raises OverflowError unless it is finite."""
    return finite(sum(xs, 0.0))

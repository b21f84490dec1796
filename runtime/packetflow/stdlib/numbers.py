"""The language's functions of numbers; what has no finite result raises."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Context, Decimal
from typing import Final

from packetflow.adt.lists import O
from packetflow.adt.numbers import finite
from packetflow.adt.text import MOST_DIGITS

_EXACT: Final = Context(prec=MOST_DIGITS + 1)
_MOST_BITS: Final = int(MOST_DIGITS * math.log2(10))


def _too_long() -> OverflowError:
    return OverflowError(f"the result has more than {MOST_DIGITS:,} digits")


def clamp(value: O, low: O, high: O) -> O:
    """The value, at least `low` and at most `high`; raises ValueError."""
    if high < low:
        raise ValueError("the lower bound is above the upper one")
    if value < low:
        return low
    return high if high < value else value


def power_int(base: int, exponent: int) -> int:
    """A whole power; raises ValueError if it is negative, OverflowError."""
    if exponent < 0:
        raise ValueError("the exponent is negative")
    # It has at least so many bits: 2**(n - 1) <= base.
    if (abs(base).bit_length() - 1) * exponent > _MOST_BITS:
        raise _too_long()
    result: int = base**exponent
    if abs(result) >= 10**MOST_DIGITS:
        raise _too_long()
    return result


def power_decimal(base: Decimal, exponent: int) -> Decimal:
    """A whole power; raises ArithmeticError."""
    if base == 0 and exponent < 0:
        raise ZeroDivisionError("division by zero")
    return Decimal(1) if exponent == 0 else base**exponent


def power_float(base: float, exponent: float) -> float:
    """A power; raises ValueError and OverflowError."""
    return finite(math.pow(base, exponent))


def sqrt_decimal(value: Decimal) -> Decimal:
    """The square root; raises ValueError."""
    if value < 0:
        raise ValueError("a negative number has no square root")
    return value.sqrt()


def sqrt_float(value: float) -> float:
    """The square root; raises ValueError."""
    return math.sqrt(value)


def int_to_float(value: int) -> float:
    """The nearest Float; raises OverflowError."""
    return float(value)


def decimal_to_float(value: Decimal) -> float:
    """The nearest Float; raises OverflowError."""
    return finite(float(value))


def float_to_decimal(value: float) -> Decimal:
    """The shortest Decimal that reads back as the same Float."""
    return Decimal(repr(value))


def round_decimal(value: Decimal, places: int) -> Decimal:
    """So many digits behind the point, halves to even; raises OverflowError."""
    if abs(places) > MOST_DIGITS or value.adjusted() + places >= MOST_DIGITS:
        raise _too_long()
    return value.quantize(Decimal((0, (1,), -places)), context=_EXACT)


def round_float(value: float, places: int) -> float:
    """The nearest Float with so many digits behind the point; raises OverflowError."""
    # Beyond these bounds nothing changes any more.
    return finite(round(value, min(max(places, -400), 400)))


def _whole(value: Decimal, rounding: str) -> int:
    # A large exponent alone would fill the memory.
    if value.adjusted() >= MOST_DIGITS:
        raise _too_long()
    return int(value.to_integral_value(rounding))


def floor_decimal(value: Decimal) -> int:
    """The next whole number below; raises OverflowError."""
    return _whole(value, ROUND_FLOOR)


def ceiling_decimal(value: Decimal) -> int:
    """The next whole number above; raises OverflowError."""
    return _whole(value, ROUND_CEILING)


def truncate_decimal(value: Decimal) -> int:
    """The whole part; raises OverflowError."""
    return _whole(value, ROUND_DOWN)


def floor_float(value: float) -> int:
    """The next whole number below."""
    return math.floor(value)


def ceiling_float(value: float) -> int:
    """The next whole number above."""
    return math.ceil(value)


def truncate_float(value: float) -> int:
    """The whole part."""
    return math.trunc(value)

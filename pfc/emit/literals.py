"""Python source for values, as black would write it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Final
from uuid import UUID

from pfc.emit.code import Code
from pfc.emit.escapes import escaped

# Python refuses decimal integer literals beyond 4300 digits, hexadecimal ones never.
_LONGEST_DECIMAL_BITS: Final = 14_000
_DECIMAL: Final = Code("Decimal")
_UUID: Final = Code("UUID")
_TIMEDELTA: Final = Code("datetime.timedelta")
_DATE: Final = Code("datetime.date")
_TIME: Final = Code("datetime.time")
_MICROSECOND: Final = datetime.timedelta(microseconds=1)
_UNITS: Final = (
    ("days", datetime.timedelta(days=1)),
    ("hours", datetime.timedelta(hours=1)),
    ("minutes", datetime.timedelta(minutes=1)),
    ("seconds", datetime.timedelta(seconds=1)),
    ("milliseconds", datetime.timedelta(milliseconds=1)),
    ("microseconds", _MICROSECOND),
)


def quote_for(text: str) -> str:
    """The quote character that needs fewer escapes; double ones if it is even."""
    return "'" if text.count('"') > text.count("'") else '"'


def string(text: str) -> Code:
    """A str literal, on one line whatever the text holds."""
    quote = quote_for(text)
    return Code(quote + escaped(text).replace(quote, "\\" + quote) + quote)


def bytes_literal(value: bytes) -> Code:
    """A bytes literal."""
    text = value.decode("latin-1")
    quote = quote_for(text)
    body = escaped(text).replace(quote, "\\" + quote)
    ascii_body = "".join(c if c.isascii() else f"\\x{ord(c):02x}" for c in body)
    return Code(f"b{quote}{ascii_body}{quote}")


def boolean(value: bool) -> Code:
    """`True` or `False`."""
    return Code("True" if value else "False")


def integer(value: int) -> Code:
    """An int literal."""
    if isinstance(value, bool):
        raise TypeError("a bool is not an Int")
    if value.bit_length() < _LONGEST_DECIMAL_BITS:
        return Code(str(value))
    sign = "-" if value < 0 else ""
    return Code(f"{sign}0x{abs(value):X}")


def floating(value: float) -> Code:
    """A float literal; infinities and NaN as a call, for there is no literal."""
    if not math.isfinite(value):
        return Code(f'float("{value}")')
    return Code(repr(float(value)).replace("e+", "e"))


def decimal(value: Decimal, head: Code = _DECIMAL) -> Code:
    """`Decimal("1.50")`: the digits as written."""
    return Code(f'{head}("{value}")')


def uuid(value: UUID, head: Code = _UUID) -> Code:
    """`UUID("...")`."""
    return Code(f'{head}("{value}")')


def timedelta(value: datetime.timedelta, head: Code = _TIMEDELTA) -> Code:
    """`datetime.timedelta(minutes=5)`, in the largest unit that divides it."""
    if not value:
        return Code(f"{head}()")
    for unit, length in _UNITS:
        if not value % length:
            return Code(f"{head}({unit}={value // length})")
    raise AssertionError("every timedelta is a number of microseconds")


def date(value: datetime.date, head: Code = _DATE) -> Code:
    """`datetime.date(2026, 12, 25)`."""
    return Code(f"{head}({value.year}, {value.month}, {value.day})")


def time(value: datetime.time, head: Code = _TIME) -> Code:
    """`datetime.time(9, 0)`; seconds and microseconds only if there are any."""
    return Code(f"{head}({', '.join(map(str, _clock_parts(value)))})")


def _clock_parts(value: datetime.time) -> list[int]:
    parts = [value.hour, value.minute]
    if value.second or value.microsecond:
        parts.append(value.second)
    if value.microsecond:
        parts.append(value.microsecond)
    return parts


def nothing(_: None = None) -> Code:
    """`None`."""
    return Code("None")


_BY_TYPE: Final[dict[type, Callable[..., Code]]] = {
    str: string,
    bytes: bytes_literal,
    bool: boolean,
    int: integer,
    float: floating,
    Decimal: decimal,
    UUID: uuid,
    datetime.timedelta: timedelta,
    datetime.date: date,
    datetime.time: time,
    type(None): nothing,
}


def literal(value: object) -> Code:
    """The source of a constant of any of the built-in types.

    Heads such as `Decimal` stand for themselves: `PythonModule.literal` also imports
    them. Raises TypeError for a type without literals, Code included: that is code
    already, and what its text as a literal would mean is not clear.
    """
    make = _BY_TYPE.get(type(value))
    if make is None:
        raise TypeError(f"no literal for a {type(value).__name__}")
    return make(value)

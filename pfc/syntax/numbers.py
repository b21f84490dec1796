"""Numeric literals: which kind one is, and its value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Union

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_MOST_DIGITS = 4000  # Python itself reads 4300
_PARTS = re.compile(r"([0-9][0-9_]*)(\.[0-9][0-9_]*)?([^\W\d_]\w*)?\Z")


@dataclass(frozen=True)
class IntValue:
    value: int


@dataclass(frozen=True)
class FractionValue:
    """A number with a point: Decimal or Float, by what is expected."""

    value: Decimal


@dataclass(frozen=True)
class DurationValue:
    value: timedelta


@dataclass(frozen=True)
class DateValue:
    value: date


@dataclass(frozen=True)
class TimeValue:
    value: time


NumberValue = Union[IntValue, FractionValue, DurationValue, DateValue, TimeValue]


def parse_number(raw: str) -> NumberValue | str:
    """The value of a literal, or what is wrong with it."""
    if "-" in raw:
        return _date(raw)
    if ":" in raw:
        return _time(raw)
    match = _PARTS.match(raw)
    if match is None or "__" in raw or raw.rstrip("smhdw").endswith("_"):
        return f"`{raw}` is not a number"
    whole, fraction, unit = match.groups()
    digits = (whole + (fraction or "")).replace("_", "")
    if len(digits) > _MOST_DIGITS:
        return "this number has too many digits"
    if unit is None:
        return FractionValue(Decimal(digits)) if fraction else IntValue(int(digits))
    if unit not in _UNITS:
        return f"`{unit}` is not a unit; the units are ms, s, m, h, d and w"
    if fraction:
        return "a duration is a whole number of its unit"
    try:
        return DurationValue(int(digits) * _UNITS[unit])
    except OverflowError:
        return "this duration is too long"


def _date(raw: str) -> NumberValue | str:
    try:
        return DateValue(date.fromisoformat(raw))
    except ValueError:
        return f"there is no day {raw}"


def _time(raw: str) -> NumberValue | str:
    try:
        return TimeValue(time.fromisoformat(raw))
    except ValueError:
        return f"there is no time of day {raw}"

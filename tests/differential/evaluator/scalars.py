"""The methods of strings, bytes, paths, numbers and times, from the standard library's pages."""

from __future__ import annotations

import base64
import calendar
import hashlib
import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from tests.differential.evaluator.numbers import duration, microseconds
from tests.differential.evaluator.values import (
    ARGUMENT,
    DIVISION,
    OVERFLOW,
    TEXT,
    VIOLATION,
    Fault,
    Value,
)

Method = Callable[..., Value]

LONGEST: Final = 10_000_000
"""Characters of a string that is repeated."""


def _split(whole: str, by: str) -> Value:
    if not by:
        raise Fault(ARGUMENT)
    return tuple(whole.split(by))


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Fault(TEXT) from None


def _is_text(data: bytes) -> bool:
    try:
        _decoded(data)
    except Fault:
        return False
    return True


def item(items: Value, at: int) -> Value:
    """The item at a place, or none."""
    return items[at] if 0 <= at < len(items) else None


def _first(items: Value, count: int) -> Value:
    return items[: max(count, 0)]


def _rest(items: Value, count: int) -> Value:
    return items[max(count, 0) :]


def _place(whole: str, part: str) -> int | None:
    return whole.index(part) if part in whole else None


def _repeat(whole: str, count: int) -> str:
    if not whole:
        return ""
    if len(whole) * count > LONGEST:
        raise Fault(OVERFLOW)
    return whole * count


def _padding(whole: str, width: int, filling: str) -> str:
    if len(filling) != 1:
        raise Fault(ARGUMENT)
    return _repeat(filling, width - len(whole))


def _read(pattern: str, make: Callable[[str], Value]) -> Callable[[str], Value]:
    """Reads strings that a pattern matches; none of others, and of what `make` refuses."""

    def read(whole: str) -> Value:
        if re.fullmatch(pattern, whole, re.ASCII) is None:
            return None
        try:
            return make(whole)
        except ValueError:
            return None

    return read


def _clamped(value: Value, low: Value, high: Value) -> Value:
    if low > high:
        raise Fault(ARGUMENT)
    if value < low:
        return low
    return high if value > high else value


def _quotient(whole: int, by: int) -> int:
    if by == 0:
        raise Fault(DIVISION)
    return math.floor(Fraction(whole, by))


def _power(base: int, exponent: int) -> int:
    if exponent < 0:
        raise Fault(ARGUMENT)
    return math.prod([base] * exponent)


def _decimal_power(base: Decimal, exponent: int) -> Decimal:
    if base == 0 and exponent < 0:
        raise Fault(DIVISION)
    return base**exponent


def _root(value: Value) -> Value:
    if value < 0:
        raise Fault(ARGUMENT)
    return value.sqrt() if isinstance(value, Decimal) else math.sqrt(value)


def _add_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def in_zone(instant: datetime, zone: str) -> datetime:
    """The same instant as a zone shows it."""
    try:
        return instant.astimezone(ZoneInfo(zone))
    except (OSError, ValueError):
        raise Fault(VIOLATION) from None


def _child(path: str, name: str) -> str:
    if name in ("", ".", "..", "*", "**") or set("/\\\0") & set(name):
        raise Fault(VIOLATION)
    return f"{path.rstrip('/')}/{name}"


def _segments(path: str) -> tuple[str, ...]:
    return tuple(each for each in path.split("/") if each)


def _name(path: str) -> str | None:
    return _segments(path)[-1] if _segments(path) else None


def _extension(path: str) -> str | None:
    stem, _, extension = (_name(path) or "").rpartition(".")
    return (extension or None) if stem else None


def _parent(path: str) -> str | None:
    return None if path == "/" else path[: path.rindex("/")] or "/"


def _lines(whole: str) -> Value:
    parts = re.split(r"\r\n|\n|\r", whole)
    return tuple(parts if parts[-1] else parts[:-1])


_ORDERED: Final[dict[str, Method]] = {
    "min": lambda a, b: b if b < a else a,
    "max": lambda a, b: b if b > a else a,
    "clamp": _clamped,
}
_STRING: Final[dict[str, Method]] = {
    "length": len,
    "is_empty": lambda s: s == "",
    "contains": lambda s, part: part in s,
    "starts_with": lambda s, part: s[: len(part)] == part,
    "ends_with": lambda s, part: part == "" or s[-len(part) :] == part,
    "index_of": _place,
    "count": lambda s, part: len(s.split(part)) - 1 if part else len(s) + 1,
    "trim": lambda s: s.strip(),
    "trim_start": lambda s: s.lstrip(),
    "trim_end": lambda s: s.rstrip(),
    "lower": lambda s: s.lower(),
    "upper": lambda s: s.upper(),
    "capitalize": lambda s: s[:1].upper() + s[1:],
    "split": _split,
    "lines": _lines,
    "words": lambda s: tuple(s.split()),
    "characters": tuple,
    "replace": lambda s, old, new: s.replace(old, new),
    "remove_prefix": lambda s, part: s[len(part) :] if s.startswith(part) else s,
    "remove_suffix": lambda s, part: s[: len(s) - len(part)] if s.endswith(part) else s,
    "matches": lambda s, pattern: re.fullmatch(pattern, s) is not None,
    "repeat": _repeat,
    "pad_start": lambda s, width, one: _padding(s, width, one) + s,
    "pad_end": lambda s, width, one: s + _padding(s, width, one),
    "get": item,
    "take": _first,
    "drop": _rest,
    "reverse": lambda s: "".join(reversed(s)),
    "normalize": lambda s: unicodedata.normalize("NFC", s),
    "bytes": lambda s: s.encode(),
    "parse_int": _read(r"[+-]?\d+", int),
    "parse_decimal": _read(r"[+-]?\d+(\.\d+)?", Decimal),
    "parse_bool": _read("true|false", lambda s: s == "true"),
    "parse_date": _read(r"\d{4}-\d\d-\d\d", date.fromisoformat),
    # paths
    "text": lambda p: p,
    "segments": _segments,
    "name": _name,
    "extension": _extension,
    "parent": _parent,
    "child": _child,
}

_BYTES: Final[dict[str, Method]] = {
    "length": len,
    "is_empty": lambda b: len(b) == 0,
    "text": _decoded,
    "is_text": _is_text,
    "get": item,
    "take": _first,
    "drop": _rest,
    "starts_with": lambda b, part: b[: len(part)] == part,
    "base64": lambda b: base64.b64encode(b).decode(),
    "hex": lambda b: "".join(f"{each:02x}" for each in b),
    "sha256": lambda b: hashlib.sha256(b).digest(),
}
_INT: Final[dict[str, Method]] = {
    **_ORDERED,
    "abs": lambda n: -n if n < 0 else n,
    "quotient": _quotient,
    "power": _power,
    "to_decimal": Decimal,
    "to_float": float,
}
_DECIMAL: Final[dict[str, Method]] = {
    **_ORDERED,
    "abs": lambda n: -n if n < 0 else n,
    "round": lambda n, places: n.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN),
    "floor": math.floor,
    "ceiling": math.ceil,
    "truncate": math.trunc,
    "power": _decimal_power,
    "sqrt": _root,
    "to_float": float,
}
_FLOAT: Final[dict[str, Method]] = {
    **_ORDERED,
    "abs": math.fabs,
    "round": round,
    "floor": math.floor,
    "ceiling": math.ceil,
    "truncate": math.trunc,
    "sqrt": _root,
    "to_decimal": lambda x: Decimal(repr(x)),
}
_DURATION: Final[dict[str, Method]] = {
    **_ORDERED,
    "seconds": lambda length: Decimal(microseconds(length)) / 1_000_000,
    "abs": lambda length: duration(abs(microseconds(length))),
}
_INSTANT: Final[dict[str, Method]] = {
    **_ORDERED,
    "date": lambda at: at.date(),
    "time": lambda at: at.time().replace(fold=0),
    "in_zone": in_zone,
}
_DATE: Final[dict[str, Method]] = {
    **_ORDERED,
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    "weekday": lambda day: (day.toordinal() - 1) % 7 + 1,
    "add_months": _add_months,
    "at": lambda day, at, zone: datetime.combine(day, at, in_zone_of(zone)).astimezone(
        UTC
    ),
}
_TIME: Final[dict[str, Method]] = {
    **_ORDERED,
    "hour": lambda at: at.hour,
    "minute": lambda at: at.minute,
    "second": lambda at: at.second,
    "since_midnight": lambda at: timedelta(
        hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond
    ),
}


def in_zone_of(zone: str) -> ZoneInfo:
    """A zone by its name."""
    try:
        return ZoneInfo(zone)
    except (OSError, ValueError):
        raise Fault(VIOLATION) from None


SCALARS: Final[dict[type, dict[str, Method]]] = {
    str: _STRING,
    bytes: _BYTES,
    int: _INT,
    Decimal: _DECIMAL,
    float: _FLOAT,
    timedelta: _DURATION,
    datetime: _INSTANT,
    date: _DATE,
    time: _TIME,
}
"""Paths are strings here: their methods have names of their own."""

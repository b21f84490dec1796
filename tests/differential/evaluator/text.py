"""How values read inside a string."""

from __future__ import annotations

import base64
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tests.differential.evaluator.numbers import microseconds
from tests.differential.evaluator.values import Struct, Value

Words = frozenset[str]


def text(value: Value, words: Words = frozenset()) -> str:
    """The text of a hole; `words` are the variants of unions that have no fields at all."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _plain(value)
        case timedelta():
            return _iso_duration(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode()
        case Struct():
            return _struct(value, words)
        case tuple():
            return "[" + ", ".join(text(one, words) for one in value) + "]"
        case frozenset():
            return "[" + ", ".join(sorted(text(one, words) for one in value)) + "]"
        case dict():
            inside = (
                f"{text(key, words)}: {text(one, words)}" for key, one in value.items()
            )
            return "{" + ", ".join(inside) + "}"
    return str(value)


def _struct(value: Struct, words: Words) -> str:
    if value.name in words:
        return value.name
    inside = ", ".join(f"{name}: {text(one, words)}" for name, one in value.fields)
    return f"{value.name}({inside})"


def _plain(value: Decimal) -> str:
    """All digits, and no exponent."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    written = "".join(map(str, digits))
    if exponent >= 0:
        written += "0" * exponent if written.strip("0") else ""
    else:
        written = written.rjust(-exponent + 1, "0")
        written = f"{written[:exponent]}.{written[exponent:]}"
    return "-" * sign + written


def _iso_duration(value: timedelta) -> str:
    """Days and seconds, `P2DT3.5S`; nothing is `P0D`."""
    total = microseconds(value)
    sign = "-" if total < 0 else ""
    days, rest = divmod(abs(total), 86_400_000_000)
    whole, fraction = divmod(rest, 1_000_000)
    shown = f"{days}D" if days else ""
    if rest:
        seconds = f"{whole}.{fraction:06}".rstrip("0") if fraction else f"{whole}"
        shown += f"T{seconds}S"
    return f"{sign}P{shown or '0D'}"

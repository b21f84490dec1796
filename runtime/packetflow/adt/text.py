"""Text: how values read inside strings, and the string functions."""

from __future__ import annotations

import datetime
import enum
import functools
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

MOST_DIGITS: Final = 4300
"""How many digits a number is written with; Python's own bound for int."""


@functools.singledispatch
def text(value: object) -> str:
    """How a value reads in an interpolated string.

    `true`, `false` and `none` as in the language, instants by RFC 3339, durations by
    ISO 8601, decimals without an exponent unless that would be thousands of digits.
    """
    if isinstance(value, msgspec.Struct):
        return _record(value)
    return str(value)


@text.register
def _(value: str) -> str:
    return value


@text.register
def _(value: bool) -> str:
    return "true" if value else "false"


@text.register(type(None))
def _(value: None) -> str:
    return "none"


@text.register
def _(value: Decimal) -> str:
    # A few characters of JSON can stand for a number with a billion digits.
    return str(value) if abs(value.adjusted()) > MOST_DIGITS else format(value, "f")


@text.register
def _(value: enum.Enum) -> str:
    return str(value.value)


@text.register(datetime.datetime)
@text.register(datetime.date)
@text.register(datetime.time)
@text.register(datetime.timedelta)
@text.register(uuid.UUID)
def _(value: object) -> str:
    return str(msgspec.to_builtins(value))


@text.register
def _(value: bytes) -> str:
    return str(msgspec.to_builtins(value))


@text.register(tuple)
@text.register(list)
def _(value: Iterable[object]) -> str:
    return "[" + ", ".join(map(text, value)) + "]"


@text.register(frozenset)
@text.register(set)
def _(value: Iterable[object]) -> str:
    # The order of a set differs from run to run; its text does not.
    return "[" + ", ".join(sorted(map(text, value))) + "]"


@text.register(Mapping)
def _(value: Mapping[object, object]) -> str:
    inside = ", ".join(f"{text(key)}: {text(one)}" for key, one in value.items())
    return "{" + inside + "}"


def _record(value: msgspec.Struct) -> str:
    kind = type(value)
    # fields by the names of the source, which Python's may differ from
    names = zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True)
    inside = ", ".join(
        f"{shown}: {text(getattr(value, name))}" for shown, name in names
    )
    return f"{kind.__name__}({inside})"


def split(value: str, separator: str) -> tuple[str, ...]:
    """The parts between separators; raises ValueError if the separator is empty."""
    return tuple(value.split(separator))


def join(parts: Iterable[str], separator: str = "") -> str:
    """The parts with a separator between them."""
    return separator.join(parts)


def decode(value: bytes) -> str:
    """Bytes as UTF-8 text; raises UnicodeDecodeError."""
    return value.decode("utf-8")


def encode(value: str) -> bytes:
    """Text as UTF-8 bytes; raises UnicodeEncodeError for lone surrogates."""
    return value.encode("utf-8")

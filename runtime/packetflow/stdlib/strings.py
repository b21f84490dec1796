"""The language's string functions; a character is a Unicode code point."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 10_000_000
"""How many characters a string that repeats or replaces may get."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def _bounded(length: int) -> None:
    if length > LONGEST:
        raise OverflowError(f"the string would have more than {LONGEST:,} characters")


def text_index(value: str, part: str) -> int | None:
    """Where the part first stands, or None."""
    found = value.find(part)
    return None if found < 0 else found


def replace(value: str, old: str, new: str) -> str:
    """Every `old` replaced; raises OverflowError."""
    if len(new) > len(old):
        _bounded(len(value) + value.count(old) * (len(new) - len(old)))
    return value.replace(old, new)


def capitalize(value: str) -> str:
    """The first character in upper case, the others as they are."""
    return value[:1].upper() + value[1:]


def lines(value: str) -> tuple[str, ...]:
    """The lines, which end with a line feed, a carriage return, or both."""
    found = _LINE_END.split(value)
    return tuple(found if found[-1] else found[:-1])


def words(value: str) -> tuple[str, ...]:
    """The parts between white space."""
    return tuple(value.split())


def repeat(value: str, times: int) -> str:
    """The string so many times in a row; raises OverflowError."""
    # The empty string gives no bound for the number of times.
    if not value or times <= 0:
        return ""
    _bounded(len(value) * times)
    return value * times


def pad_start(value: str, width: int, filling: str) -> str:
    """Filled up at the start; raises ValueError and OverflowError."""
    return _filling(value, width, filling) + value


def pad_end(value: str, width: int, filling: str) -> str:
    """Filled up at the end; raises ValueError and OverflowError."""
    return value + _filling(value, width, filling)


def _filling(value: str, width: int, filling: str) -> str:
    if len(filling) != 1:
        raise ValueError("a string is filled up with one character")
    _bounded(width)
    return filling * (width - len(value))


def text_get(value: str, at: int) -> str | None:
    """The character at a place, or None."""
    return value[at] if 0 <= at < len(value) else None


def text_take(value: str, count: int) -> str:
    """The first characters; none if the count is negative."""
    return value[: max(count, 0)]


def text_drop(value: str, count: int) -> str:
    """All but the first characters; all if the count is negative."""
    return value[max(count, 0) :]


def normalize(value: str) -> str:
    """The composed normal form of Unicode."""
    return unicodedata.normalize("NFC", value)

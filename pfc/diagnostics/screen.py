"""Text as a terminal shows it: what is safe to print, and how wide it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from pfc.frozen import dataclass

_TAB: Final = 4
_WIDEST: Final = 160
_BEFORE: Final = 60
# Bidirectional controls can make a line read as something else than it is.
_MISLEADING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
_ISOLATES: Final = frozenset("\u2066\u2067\u2068\u2069\u2028\u2029")


def safe(text: str) -> str:
    """The text without anything that moves a cursor, changes colours or misleads."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_safe, text))


def width(character: str) -> int:
    """How many columns a character takes; a tab is not one, see `Line`."""
    if character.isascii():
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Line:
    """A source line ready to print, with the screen column of each code point."""

    text: str
    _first: int
    _columns: tuple[int, ...]
    _printed: tuple[str, ...]

    def column(self, index: int) -> int:
        """The screen column where the code point `index` of the line starts."""
        within = min(max(index - self._first, 0), len(self._columns) - 1)
        return self._columns[within]

    def painted(self, styles: Sequence[str], paint: Callable[[str, str], str]) -> str:
        """The text with each code point in its style; `styles` are those of the whole line."""
        start, *printed, end = self._printed
        seen = zip(styles[self._first :], printed, strict=False)
        runs = groupby(seen, key=lambda each: each[0])
        parts = [paint(style, "".join(p for _, p in run)) for style, run in runs]
        return f"{start}{''.join(parts)}{end}"


def line(text: str, around: int) -> Line:
    """The line as printed: tabs expanded, and cut around a spot if it is very long."""
    first, last = 0, len(text)
    if last > _WIDEST:
        first = max(0, min(around - _BEFORE, last - _WIDEST))
        last = min(last, first + _WIDEST)
    return _part(text, first, last)


def whole(text: str) -> Line:
    """The line as printed, however long it is."""
    return _part(text, 0, len(text))


def _part(text: str, first: int, last: int) -> Line:
    start = "…" if first > 0 else ""
    printed, columns, column = [start], [], len(start)
    for character in text[first:last]:
        columns.append(column)
        shown = _safe(character)
        if character == "\t":
            shown = " " * (_TAB - column % _TAB)
        printed.append(shown)
        column += sum(map(width, shown))
    columns.append(column)
    printed.append("…" if last < len(text) else "")
    return Line("".join(printed), first, tuple(columns), tuple(printed))


def _safe(character: str) -> str:
    if character in _MISLEADING or character in _ISOLATES:
        return "\N{REPLACEMENT CHARACTER}"
    match unicodedata.category(character):
        case "Cc" | "Cs":
            return "\N{REPLACEMENT CHARACTER}"
        case _:
            return character

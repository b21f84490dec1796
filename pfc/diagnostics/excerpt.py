"""The source lines of a diagnostic, with carets under what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from pfc.diagnostics import screen
from pfc.diagnostics.model import Severity
from pfc.diagnostics.palette import Palette, Reader
from pfc.frozen import dataclass
from pfc.span import Source, Span

_LARGEST: Final = 200_000
"""Code points of the largest source that is coloured: reading it takes a moment."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to underline: the primary one with `^`, the others with `-`."""

    span: Span
    message: str
    primary: bool


@dataclass(frozen=True, slots=True)
class Excerpts:
    """Draws the marked lines of one file; `gutter` is the width of line numbers."""

    palette: Palette
    severity: Severity
    gutter: int

    def bar(self, label: str = "") -> str:
        """The left margin: a line number, or nothing, and a bar."""
        return self.palette.frame(f"{label:>{self.gutter}} |")

    def lines(self, source: Source, marks: Sequence[Mark]) -> Iterator[str]:
        """The marked lines in order, each followed by its marks."""
        yield self.bar()
        last: int | None = None
        by_line = sorted(marks, key=lambda mark: (mark.span, not mark.primary))
        for number, group in groupby(by_line, key=lambda m: _line(source, m)):
            if last is not None and number > last + 1:
                yield self.palette.frame("...")
            last = number
            yield from self._line(source, number, list(group))

    def _line(self, source: Source, number: int, marks: list[Mark]) -> Iterator[str]:
        text = source.line_text(number)
        starts = [source.position(mark.span.start)[1] - 1 for mark in marks]
        shown = screen.line(text, starts[0])
        yield f"{self.bar(str(number))} {self._code(source, number, shown)}".rstrip()
        for mark, start in zip(marks, starts, strict=True):
            length = max(mark.span.end - mark.span.start, 1)
            end = min(start + length, max(len(text), start + 1))
            yield f"{self.bar()} {self._underline(shown, start, end, mark)}"

    def _code(self, source: Source, number: int, shown: screen.Line) -> str:
        """A line as it is shown, in the colours of the language if there are any."""
        if not self.palette.colour or self.palette.read is None:
            return shown.text
        start = source.line_start(number)
        end = start + len(source.line_text(number))
        styles = _styles(source.text, self.palette.read)[start:end]
        return shown.painted(styles, self.palette.code)

    def repaired(self, text: str, start: int, line: str) -> str:
        """A whole line of a text that begins there, in the colours of the language."""
        if not self.palette.colour or self.palette.read is None:
            return screen.safe(line.expandtabs(4))
        styles = _styles(text, self.palette.read)[start : start + len(line)]
        return screen.whole(line).painted(styles, self.palette.code)

    def _underline(self, shown: screen.Line, start: int, end: int, mark: Mark) -> str:
        left = shown.column(start)
        carets = ("^" if mark.primary else "-") * max(shown.column(end) - left, 1)
        text = f"{carets} {screen.safe(mark.message)}".rstrip()
        if mark.primary:
            return " " * left + self.palette.severity(self.severity, text)
        return " " * left + self.palette.frame(text)


@lru_cache(maxsize=4)
def _styles(text: str, read: Reader) -> tuple[str, ...]:
    """The class of each code point of a source; a file has several findings."""
    if len(text) > _LARGEST:
        return ("",) * len(text)
    styles = [""] * len(text)
    for at, class_, piece in read(text):
        styles[at : at + len(piece)] = [class_] * len(piece)
    return tuple(styles)


def _line(source: Source, mark: Mark) -> int:
    return source.position(mark.span.start)[0]

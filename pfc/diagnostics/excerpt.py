"""The source lines of a diagnostic, with carets under what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pfc.diagnostics import screen
from pfc.diagnostics.model import Severity
from pfc.diagnostics.palette import Palette
from pfc.frozen import dataclass
from pfc.span import Source, Span


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
        yield f"{self.bar(str(number))} {shown.text}".rstrip()
        for mark, start in zip(marks, starts, strict=True):
            length = max(mark.span.end - mark.span.start, 1)
            end = min(start + length, max(len(text), start + 1))
            yield f"{self.bar()} {self._underline(shown, start, end, mark)}"

    def _underline(self, shown: screen.Line, start: int, end: int, mark: Mark) -> str:
        left = shown.column(start)
        carets = ("^" if mark.primary else "-") * max(shown.column(end) - left, 1)
        text = f"{carets} {screen.safe(mark.message)}".rstrip()
        if mark.primary:
            return " " * left + self.palette.severity(self.severity, text)
        return " " * left + self.palette.frame(text)


def _line(source: Source, mark: Mark) -> int:
    return source.position(mark.span.start)[0]

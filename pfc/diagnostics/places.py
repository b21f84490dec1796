"""Where a diagnostic points, for a reader: shown path, line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pfc.diagnostics.model import Diagnostic, Severity
from pfc.frozen import dataclass
from pfc.span import Source, Span


@dataclass(frozen=True, slots=True)
class Position:
    """Line and column, both from 1; columns count code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a file, as it is shown."""

    path: str
    start: Position
    end: Position


@dataclass(frozen=True)
class Places:
    """Finds the place of a span.

    `display` turns the path of a source into the one to show, such as one that is
    relative to the current folder; `uri` into one that a terminal can open.
    """

    sources: Mapping[str, Source]
    display: Callable[[str], str] = str
    uri: Callable[[str], str | None] = lambda _: None

    def source(self, span: Span) -> Source | None:
        """The file that the span is in, if it was read."""
        return self.sources.get(span.path)

    def place(self, span: Span) -> Place:
        """Where the span is; a file that was not read counts as empty."""
        source = self.source(span)
        path = self.display(span.path)
        if source is None:
            return Place(path, Position(1, 1), Position(1, 1))
        start = Position(*source.position(span.start))
        return Place(path, start, Position(*source.position(span.end)))


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each finding once, by file and place; the order does not depend on the passes."""
    return sorted(
        dict.fromkeys(diagnostics),
        key=lambda found: (found.span, found.code, found.message),
    )


def counts(diagnostics: Iterable[Diagnostic]) -> tuple[int, int]:
    """How many errors and how many warnings."""
    severities = [found.severity for found in diagnostics]
    return severities.count(Severity.ERROR), severities.count(Severity.WARNING)

"""Diagnostics as text, for people: with colours, or plain for pipes and readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from pfc.diagnostics.excerpt import Excerpts, Mark
from pfc.diagnostics.model import Diagnostic, Fix
from pfc.diagnostics.palette import Palette, Reader
from pfc.diagnostics.places import Places, counts, in_order
from pfc.diagnostics.repaired import applied, changed_line
from pfc.diagnostics.screen import safe


def render_text(
    diagnostics: Iterable[Diagnostic],
    places: Places,
    *,
    colour: bool = False,
    links: bool = False,
    read: Reader | None = None,
) -> str:
    """All findings, in order; empty if there are none.

    `links`: places are hyperlinks, for terminals that know them. `read` tells the pieces
    of a source, so that excerpts have the colours of the language.
    """
    palette = Palette(colour, links, read)
    blocks = (_Block(one, places, palette).lines() for one in in_order(diagnostics))
    return "\n\n".join(map("\n".join, blocks))


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Such as "2 errors, 1 warning"; "no errors" if there is nothing."""
    errors, warnings = counts(diagnostics)
    told = [_counted(errors, "error"), _counted(warnings, "warning")]
    return ", ".join(part for part in told if part) or "no errors"


def _counted(count: int, word: str) -> str:
    if count == 0:
        return ""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


class _Block:
    """One diagnostic."""

    def __init__(self, found: Diagnostic, places: Places, palette: Palette) -> None:
        self.found = found
        self.places = places
        self.palette = palette
        self.excerpts = Excerpts(palette, found.severity, self._gutter())

    def lines(self) -> Iterator[str]:
        found = self.found
        head = self.palette.severity(
            found.severity, f"{found.severity.value}[{found.code}]"
        )
        yield f"{head}{self.palette.bold(f': {safe(found.message)}')}"
        yield from self._files()
        for note in found.notes:
            yield from self._note(note)
        for fix in found.fixes:
            yield from self._fix(fix)

    def _files(self) -> Iterator[str]:
        primary = Mark(self.found.span, "", True)
        marks = [primary]
        marks += [Mark(each.span, each.message, False) for each in self.found.related]
        arrow = "-->"
        for path in dict.fromkeys(mark.span.path for mark in marks):
            own = [mark for mark in marks if mark.span.path == path]
            yield self._location(own[0], arrow)
            arrow = ":::"
            source = self.places.source(own[0].span)
            if source is not None and source.text:
                yield from self.excerpts.lines(source, own)
            else:
                yield from (f"    {safe(mark.message)}" for mark in own if mark.message)

    def _location(self, mark: Mark, arrow: str) -> str:
        place = self.places.place(mark.span)
        where = safe(place.path)
        if self.places.source(mark.span) is not None:
            where += f":{place.start.line}:{place.start.column}"
        where = self.palette.link(where, self.places.uri(mark.span.path))
        return f"{' ' * self.excerpts.gutter}{self.palette.frame(arrow)} {where}"

    def _note(self, note: str) -> Iterator[str]:
        margin = " " * self.excerpts.gutter
        first, *rest = note.split("\n")
        head = f"{self.palette.frame('=')} {self.palette.bold('note')}"
        yield f"{margin} {head}: {safe(first)}"
        yield from (f"{margin}         {safe(line)}".rstrip() for line in rest)

    def _fix(self, fix: Fix) -> Iterator[str]:
        yield f"{self.palette.help('help')}: {safe(fix.title)}"
        repaired = changed_line(fix, self.places)
        if repaired is None:
            return
        number, text = repaired
        source = self.places.source(fix.edits[0].span)
        assert source is not None
        at = source.line_start(number)
        whole = applied(source.text, fix.edits)
        for offset, line in enumerate(text.split("\n")):
            margin = f"{number + offset:>{self.excerpts.gutter}} +"
            shown = self.excerpts.repaired(whole, at, line)
            yield f"{self.palette.help(margin)} {shown}".rstrip()
            at += len(line) + 1

    def _gutter(self) -> int:
        """Room for the largest line number that is shown."""
        found = self.found
        spans = chain(
            [found.span],
            (label.span for label in found.related),
            (edit.span for fix in found.fixes for edit in fix.edits),
        )
        return max(len(str(self.places.place(span).end.line)) for span in spans)

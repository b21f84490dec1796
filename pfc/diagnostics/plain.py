"""Diagnostics as sentences, for screen readers and braille: nothing is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pfc.diagnostics.model import Diagnostic, Fix
from pfc.diagnostics.places import Place, Places, in_order
from pfc.diagnostics.repaired import changed_line
from pfc.diagnostics.screen import safe
from pfc.span import Span


def render_plain(diagnostics: Iterable[Diagnostic], places: Places) -> str:
    """All findings, in order, an empty line between them; empty if there are none."""
    return "\n\n".join("\n".join(_lines(one, places)) for one in in_order(diagnostics))


def _lines(found: Diagnostic, places: Places) -> Iterator[str]:
    kind = found.severity.value.capitalize()
    yield f"{kind} {found.code}: {safe(found.message)}."
    yield f"Where: {_where(found.span, places)}."
    source = places.source(found.span)
    if source is not None and source.text:
        line = source.position(found.span.start)[0]
        yield f"The line: {safe(source.line_text(line).strip())}"
        marked = source.text[found.span.start : found.span.end].partition("\n")[0]
        if marked.strip():
            yield f"About: {safe(marked.strip())}"
    for label in found.related:
        yield f"See {_where(label.span, places)}: {safe(label.message)}."
    for note in found.notes:
        yield f"Note: {safe(' '.join(note.split()))}."
    for fix in found.fixes:
        yield _repair(fix, places)


def _repair(fix: Fix, places: Places) -> str:
    changed = changed_line(fix, places)
    if changed is None:
        return f"Repair: {safe(fix.title)}."
    number, text = changed
    became = ", new line ".join(line.strip() for line in text.split("\n"))
    return f"Repair: {safe(fix.title)}. Line {number} becomes: {safe(became)}"


def _where(span: Span, places: Places) -> str:
    place: Place = places.place(span)
    if places.source(span) is None:
        return safe(place.path)
    start = place.start
    return f"{safe(place.path)}, line {start.line}, column {start.column}"

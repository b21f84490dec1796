"""What a repair makes of the source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pfc.diagnostics.model import Edit, Fix
from pfc.diagnostics.places import Places
from pfc.span import Source

_LONGEST: Final = 200


def changed_line(fix: Fix, places: Places) -> tuple[int, str] | None:
    """The number and new text of the one line that a repair changes; none if it is more."""
    sources = {edit.span.path: places.source(edit.span) for edit in fix.edits}
    source = next(iter(sources.values()), None)
    if len(sources) != 1 or source is None:
        return None
    touched = {
        source.position(offset)[0]
        for edit in fix.edits
        for offset in (edit.span.start, edit.span.end)
    }
    if len(touched) != 1:
        return None
    number = touched.pop()
    text = _edited(source, number, fix.edits)
    return None if len(text) > _LONGEST else (number, text)


def _edited(source: Source, number: int, edits: Sequence[Edit]) -> str:
    text = source.line_text(number)
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        start = source.position(edit.span.start)[1] - 1
        end = start + (edit.span.end - edit.span.start)
        text = text[:start] + edit.text + text[end:]
    return text


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text with all of these edits, which do not overlap."""
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits cannot both be made; two insertions at one place cannot."""
    if one.span.path != other.span.path:
        return False
    if one.span.start == other.span.start:
        return True
    first, second = sorted((one.span, other.span))
    return second.start < first.end

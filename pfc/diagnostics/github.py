"""Diagnostics as GitHub workflow commands, which annotate the changed lines.

Format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable

from pfc.diagnostics.model import Diagnostic, Label
from pfc.diagnostics.places import Places, in_order


def render_github(diagnostics: Iterable[Diagnostic], places: Places) -> str:
    """One line for each finding."""
    return "\n".join(_annotation(found, places) for found in in_order(diagnostics))


def _annotation(found: Diagnostic, places: Places) -> str:
    place = places.place(found.span)
    properties = {
        "file": place.path,
        "line": str(place.start.line),
        "endLine": str(place.end.line),
        "title": found.code,
    }
    if place.start.line == place.end.line:  # GitHub refuses columns across lines
        properties["col"] = str(place.start.column)
        properties["endColumn"] = str(place.end.column)
    told = ",".join(f"{key}={_property(text)}" for key, text in properties.items())
    related = (_related(label, places) for label in found.related)
    lines = [found.message, *related, *(f"note: {note}" for note in found.notes)]
    lines += [f"help: {fix.title}" for fix in found.fixes]
    text = "\n".join(lines)
    return f"::{found.severity.value} {told}::{_data(text)}"


def _related(label: Label, places: Places) -> str:
    place = places.place(label.span)
    return f"{place.path}:{place.start.line}: {label.message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

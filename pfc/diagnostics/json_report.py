"""Diagnostics as JSON, schema version 1: a stable interface for tools."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, TypeAlias

from pfc.diagnostics.model import Diagnostic, Fix
from pfc.diagnostics.places import Places, in_order
from pfc.span import Span

VERSION: Final = 1

_Json: TypeAlias = "dict[str, object]"


def json_report(diagnostics: Iterable[Diagnostic], places: Places) -> _Json:
    """The report as plain values; lines and columns count from 1."""
    found = [_diagnostic(one, places) for one in in_order(diagnostics)]
    return {"version": VERSION, "diagnostics": found}


def render_json(diagnostics: Iterable[Diagnostic], places: Places) -> str:
    """The report as JSON text: ASCII only, so any terminal and pipe carries it."""
    return json.dumps(json_report(diagnostics, places), indent=2)


def _diagnostic(found: Diagnostic, places: Places) -> _Json:
    related = [
        {"message": label.message, **_range(label.span, places)}
        for label in found.related
    ]
    return {
        "code": found.code,
        "severity": found.severity.value,
        "message": found.message,
        **_range(found.span, places),
        "related": related,
        "notes": list(found.notes),
        "fixes": [_fix(fix, places) for fix in found.fixes],
    }


def _fix(fix: Fix, places: Places) -> _Json:
    edits = [{**_range(edit.span, places), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "edits": edits}


def _range(span: Span, places: Places) -> _Json:
    place = places.place(span)
    return {
        "path": place.path,
        "start": {"line": place.start.line, "column": place.start.column},
        "end": {"line": place.end.line, "column": place.end.column},
    }

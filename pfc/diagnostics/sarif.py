"""Diagnostics as SARIF 2.1.0, which code hosts and editors show beside the source.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias
from urllib.parse import quote

from pfc.diagnostics.model import Diagnostic, Fix, Label
from pfc.diagnostics.pages import page
from pfc.diagnostics.places import Places, in_order
from pfc.diagnostics.table import entry_of
from pfc.span import Span

VERSION: Final = "2.1.0"
SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"

_Json: TypeAlias = "dict[str, object]"
Reports: TypeAlias = Sequence[tuple[Iterable[Diagnostic], Places]]


def sarif_report(reports: Reports, version: str) -> _Json:
    """One run with the findings of all projects; `version` is that of pfc."""
    found = [(one, places) for each, places in reports for one in in_order(each)]
    codes = sorted({one.code for one, _ in found})
    driver = {
        "name": "pfc",
        "version": version,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, places, codes) for one, places in found],
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(code: str) -> _Json:
    entry = entry_of(code)
    help_ = page(code)
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in entry.title.split()),
        "shortDescription": {"text": entry.title},
        "help": {"text": help_, "markdown": help_},
        "defaultConfiguration": {"level": entry.severity.value},
    }


def _result(found: Diagnostic, places: Places, codes: Sequence[str]) -> _Json:
    text = "\n".join([found.message, *found.notes])
    result: _Json = {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": found.severity.value,
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(found.span, places)}],
    }
    if found.related:
        related = enumerate(found.related, 1)
        result["relatedLocations"] = [_related(n, each, places) for n, each in related]
    fixes = [_fix(fix, places) for fix in found.fixes if fix.edits]
    if fixes:
        result["fixes"] = fixes
    return result


def _related(number: int, label: Label, places: Places) -> _Json:
    return {
        "id": number,
        "physicalLocation": _location(label.span, places),
        "message": {"text": label.message or "see here"},
    }


def _fix(fix: Fix, places: Places) -> _Json:
    changes: dict[str, list[_Json]] = {}
    for edit in fix.edits:
        replacement: _Json = {"deletedRegion": _region(edit.span, places)}
        if edit.text:
            replacement["insertedContent"] = {"text": edit.text}
        changes.setdefault(edit.span.path, []).append(replacement)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {"artifactLocation": _artifact(path, places), "replacements": each}
            for path, each in changes.items()
        ],
    }


def _location(span: Span, places: Places) -> _Json:
    location: _Json = {"artifactLocation": _artifact(span.path, places)}
    if places.source(span) is not None:
        location["region"] = _region(span, places)
    return location


def _region(span: Span, places: Places) -> _Json:
    place = places.place(span)
    return {
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
    }


def _artifact(path: str, places: Places) -> _Json:
    shown = places.display(path)
    return {"uri": f"file://{quote(shown)}" if shown.startswith("/") else quote(shown)}

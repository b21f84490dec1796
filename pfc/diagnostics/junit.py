"""Diagnostics as JUnit XML: a file is a test, and each finding in it a failure.

Source: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

from pfc.diagnostics.model import Diagnostic, Severity
from pfc.diagnostics.places import Places, in_order
from pfc.diagnostics.plain import render_plain

Reports: TypeAlias = Sequence[tuple[Iterable[Diagnostic], Places]]


def render_junit(reports: Reports, *, strict: bool = False) -> str:
    """One suite; when strict, warnings are failures too, else they are output."""
    tests = [test for found, places in reports for test in _tests(found, places)]
    failed = [any(_fails(each, strict) for each in found) for _, found, _ in tests]
    counts = f'tests="{len(tests)}" failures="{sum(failed)}" errors="0"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {counts}>"]
    lines.append(f'  <testsuite name="pfc" {counts}>')
    for name, found, places in tests:
        lines += _case(name, found, places, strict)
    return "\n".join([*lines, "  </testsuite>", "</testsuites>"])


def _fails(found: Diagnostic, strict: bool) -> bool:
    return strict or found.severity is Severity.ERROR


def _tests(
    diagnostics: Iterable[Diagnostic], places: Places
) -> Iterator[tuple[str, list[Diagnostic], Places]]:
    """Shown path, findings; every source that was read is a test."""
    by_path: dict[str, list[Diagnostic]] = {path: [] for path in sorted(places.sources)}
    for found in in_order(diagnostics):
        by_path.setdefault(found.span.path, []).append(found)
    for path, each in by_path.items():
        yield places.display(path), each, places


def _case(
    name: str, found: Sequence[Diagnostic], places: Places, strict: bool
) -> Iterator[str]:
    head = (
        f'    <testcase classname="pfc" name={_attribute(name)} file={_attribute(name)}'
    )
    if not found:
        yield f"{head}/>"
        return
    yield f"{head}>"
    for each in (one for one in found if _fails(one, strict)):
        said = f"message={_attribute(each.message)} type={_attribute(each.code)}"
        yield f"      <failure {said}>{_text(render_plain([each], places))}</failure>"
    others = [one for one in found if not _fails(one, strict)]
    if others:
        yield f"      <system-out>{_text(render_plain(others, places))}</system-out>"
    yield "    </testcase>"


def _text(text: str) -> str:
    return escape(_legal(text))


def _attribute(text: str) -> str:
    return quoteattr(_legal(text).replace("\n", " "))


def _legal(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return re.sub(
        "[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]",
        "\ufffd",
        text,
    )

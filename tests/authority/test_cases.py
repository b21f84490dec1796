"""The worked corpus: each case says which line gives which code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from pfc.diagnostics import Diagnostic, Edit
from pfc.diagnostics.places import Places
from pfc.diagnostics.text import render_text
from pfc.span import Source
from tests.authority.checking import (
    CASES,
    KIT,
    NAMES,
    checked_case,
    expected,
    places,
)


class Messages(SingleFileSnapshotExtension):
    """The rendered findings of one case, in a file of its name."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


def text_of(name: str) -> str:
    return (CASES / f"{name}.pf").read_text("utf-8")


def case_findings(text: str) -> list[Diagnostic]:
    found = checked_case(text)
    assert all(each.span.path == "case.pf" for each in found)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_case_has_the_findings_that_it_announces(name: str) -> None:
    text = text_of(name)
    assert places(case_findings(text), text) == expected(text)


@pytest.mark.parametrize("name", [n for n in NAMES if expected(text_of(n))])
def test_the_words_of_the_findings(name: str, snapshot: SnapshotAssertion) -> None:
    text = text_of(name)
    sources = {"kit.pf": Source("kit.pf", KIT), "case.pf": Source("case.pf", text)}
    rendered = render_text(case_findings(text), Places(sources))
    assert f"{rendered}\n" == snapshot(extension_class=Messages)


def repaired(text: str, edits: tuple[Edit, ...]) -> str:
    for edit in sorted(edits, key=lambda each: each.span.start, reverse=True):
        assert edit.span.path == "case.pf"
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def repairs(name: str) -> Iterator[tuple[Diagnostic, str]]:
    """Each finding that has a repair, and the text after that repair."""
    text = text_of(name)
    for found in case_findings(text):
        for fix in found.fixes:
            yield found, repaired(text, fix.edits)


@pytest.mark.parametrize("name", [n for n in NAMES if expected(text_of(n))])
def test_a_repair_repairs(name: str) -> None:
    before = Counter(each.code for each in case_findings(text_of(name)))
    for found, after in repairs(name):
        left = Counter(each.code for each in checked_case(after))
        assert left[found.code] < before[found.code], after

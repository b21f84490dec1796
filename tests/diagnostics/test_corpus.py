"""Faulty programs: one finding each, at the right place, in words that help."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from pfc.diagnostics import Diagnostic
from pfc.diagnostics.places import Places
from pfc.diagnostics.text import render_text
from tests.diagnostics.corpus import CORPUS, findings, read, repaired

each_program = pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)


def test_the_corpus_is_large_and_varied() -> None:
    codes = Counter(read(path)[1].code[:3] for path in CORPUS)
    assert sum(codes.values()) >= 150
    assert {"PF1", "PF2", "PF3", "PF4", "PF6"} <= codes.keys()


@each_program
def test_one_mistake_is_one_finding_where_it_was_made(path: Path) -> None:
    source, wanted, found = read(path)
    assert [each.code for each in found] == [wanted.code]
    assert source.position(found[0].span.start) == (wanted.line, wanted.column)


@each_program
def test_the_finding_says_what_was_expected(path: Path) -> None:
    _, wanted, (found,) = read(path)
    assert (wanted.says or "") in "\n".join([found.message, *found.notes])


@each_program
def test_it_is_repaired_where_that_is_known(path: Path) -> None:
    _, wanted, (found,) = read(path)
    assert (found.fixes[0].title if found.fixes else None) == wanted.fix


@each_program
def test_every_repair_removes_the_mistake_and_makes_no_other(path: Path) -> None:
    source, _, (found,) = read(path)
    for fix in found.fixes:
        after = findings(source.path, repaired(source.text, fix))
        assert after == (), fix.title


def test_what_the_findings_look_like(snapshot: SnapshotAssertion) -> None:
    shown = []
    for path in CORPUS:
        source, _, found = read(path)
        shown.append(f"{path.stem}\n{_rendered(found, Places({path.name: source}))}")
    assert "\n\n".join(shown) == snapshot


def _rendered(found: tuple[Diagnostic, ...], places: Places) -> str:
    return render_text(found, places)

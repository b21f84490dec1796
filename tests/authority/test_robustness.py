"""The checker on programs with other mistakes, and whether it says the same twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from pfc.authority import check_authority, judged
from pfc.diagnostics import TABLE
from pfc.diagnostics.pages import examples, page
from tests.authority.checking import KIT, NAMES, checked_case, typed
from tests.authority.test_cases import text_of

FILES = sorted((Path(__file__).parents[1] / "cases").rglob("*.pf"))
FOLDERS = sorted({path.parent for path in FILES})


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_program_makes_it_crash(folder: Path) -> None:
    for path in folder.glob("*.pf"):
        program, _ = typed({path.name: path.read_text("utf-8")})
        check_authority(program)


@pytest.mark.parametrize("code", TABLE)
def test_no_mistake_of_another_kind_makes_it_crash(code: str) -> None:
    for example in examples(page(code)):
        if "((((" not in example.text and len(example.text) < 5_000:
            program, _ = typed({example.path: example.text})
            check_authority(program)


def test_every_cut_of_a_program_can_be_checked() -> None:
    text = text_of("nested_authority")
    for end in range(0, len(text), 7):
        program, _ = typed({"kit.pf": KIT, "case.pf": text[:end]})
        check_authority(program)


@pytest.mark.parametrize("name", NAMES[::6])
def test_the_same_findings_again(name: str) -> None:
    assert checked_case(text_of(name)) == checked_case(text_of(name))


def test_the_trace_can_be_read_by_others() -> None:
    program, _ = typed({"kit.pf": KIT, "case.pf": text_of("r08_confused_deputy")})
    judge = judged(program)
    (use,) = judge.context.trace.uses
    assert (use.kind, use.target) == ("perform", "kit.fs_write")
    assert [failure.kind for failure in judge.failures(use)] == ["deputy"]
    assert judge.flow.authority_fields["case.Cache"] == {"path"}

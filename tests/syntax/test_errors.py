"""Faulty programs: one finding each, at the right place, in words that help."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from pfc.diagnostics import TABLE, Diagnostic
from pfc.semantics import analyse
from pfc.span import Source
from pfc.syntax.parser import parse
from tests.expectations import expected, found, sample, shown
from tests.syntax.samples import CASES

ERRORS = sorted((CASES / "errors").glob("*.pf"))
each_error = pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)


def findings(source: Source) -> Sequence[Diagnostic]:
    """What is found on reading; if nothing, the syntax findings of later stages."""
    parsed = parse(source)
    if parsed.diagnostics:
        return parsed.diagnostics
    later = analyse([(source, parsed.module)]).diagnostics
    return [each for each in later if each.code.startswith("PF1")]


@each_error
def test_a_faulty_program_has_one_finding_where_it_is_faulty(path: Path) -> None:
    source = sample(path)
    wanted = expected(source)
    assert wanted.total() == 1
    assert found(findings(source), {source.path: source}) == wanted


def test_what_the_findings_say(snapshot: SnapshotAssertion) -> None:
    lines = []
    for path in ERRORS:
        source = sample(path)
        lines += [f"{path.stem} {shown(each, source)}" for each in findings(source)]
    assert "\n".join(lines) == snapshot


def test_every_syntax_code_has_a_faulty_program() -> None:
    codes = {code for path in ERRORS for _, _, code in expected(sample(path))}
    assert codes == {code for code in TABLE if code.startswith("PF1")}


@pytest.mark.parametrize("seed", range(8))
def test_six_faults_in_a_file_are_six_findings(seed: int) -> None:
    """Each declaration is read for itself: one fault hides no other and makes no other."""
    readable = [p for p in ERRORS if parse(sample(p)).diagnostics]
    texts = [
        sample(path).text.rstrip() + "\nrecord Between { a: Int }\n"
        for path in random.Random(seed).sample(_apart(readable), k=6)
    ]
    source = Source("many.pf", "".join(texts))
    assert found(parse(source).diagnostics, {source.path: source}) == expected(source)


def _apart(paths: list[Path]) -> list[Path]:
    """Those that begin with a declaration, and whose fault cannot reach beyond the file."""
    beyond = ("PF103", "PF106")
    return [
        path
        for path in paths
        if not sample(path).text.startswith(("hello", "}"))
        and not any(code in beyond for _, _, code in expected(sample(path)))
    ]

"""The worked corpus of the web layer: each case says which line gives which code."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pfc.semantics import analyse
from pfc.span import Source
from pfc.syntax.parser import parse

CASES = Path(__file__).parents[1] / "cases" / "web"
FILES = sorted(CASES.glob("*.pf"))
_EXPECTED = re.compile(r"# (error|warning): (PF\d{3}(?:, PF\d{3})*)")
_LINKED = "async def load_session(subject): ...\ndef getpid(*_): ...\n"


@pytest.fixture(autouse=True)
def deep_recursion() -> Iterator[None]:
    """As the driver does: trees are deep, and each level takes several frames."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


def expected(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        for match in _EXPECTED.finditer(line):
            for code in match[2].split(", "):
                yield number, match[1], code


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_has_the_findings_that_it_announces(path: Path) -> None:
    text = path.read_text("utf-8")
    source = Source(path.name, text)
    parsed = parse(source)
    assert not parsed.diagnostics
    found = analyse([(source, parsed.module)], lambda _: _LINKED).diagnostics
    places = [
        (source.position(each.span.start)[0], each.severity.value, each.code)
        for each in found
    ]
    assert sorted(places) == sorted(expected(text))

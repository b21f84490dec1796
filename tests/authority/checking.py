"""Running the front end and the checker on sources, without building anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pfc.authority import check_authority
from pfc.diagnostics import Diagnostic, Severity
from pfc.ir.program import Program
from pfc.semantics import analyse
from pfc.span import Source
from pfc.syntax.parser import parse

CASES = Path(__file__).parents[1] / "cases" / "authority"
KIT = (CASES / "kit.pf").read_text("utf-8")
NAMES = sorted(path.stem for path in CASES.glob("*.pf") if path.stem != "kit")
_EXPECTED = re.compile(r"# (?:error|warning): (PF\d{3}(?:, PF\d{3})*)")


def typed(texts: Mapping[str, str]) -> tuple[Program, list[Diagnostic]]:
    """The typed program, and what the front end found."""
    sources = [Source(path, texts[path]) for path in sorted(texts)]
    parsed = [parse(source) for source in sources]
    found = [each for one in parsed for each in one.diagnostics]
    pairs = zip(sources, parsed, strict=True)
    analysis = analyse([(source, one.module) for source, one in pairs])
    return analysis.program, found + list(analysis.diagnostics)


def checked(texts: Mapping[str, str]) -> list[Diagnostic]:
    """What the checker finds in sources that are otherwise without errors.

    What does not run yet is judged all the same.
    """
    program, found = typed(texts)
    errors = [
        each
        for each in found
        if each.severity is Severity.ERROR and each.code != "PF901"
    ]
    assert not errors, errors
    return check_authority(program)


def checked_case(text: str) -> list[Diagnostic]:
    """What the checker finds in a case, which may import from the kit."""
    return checked({"kit.pf": KIT, "case.pf": text})


def places(found: list[Diagnostic], text: str) -> list[tuple[int, str]]:
    """Line and code of each finding, sorted."""
    source = Source("case.pf", text)
    return sorted((source.position(d.span.start)[0], d.code) for d in found)


def expected(text: str) -> list[tuple[int, str]]:
    """What the comments of a case announce."""
    return sorted(
        (number, code)
        for number, line in enumerate(text.split("\n"), 1)
        for match in _EXPECTED.finditer(line)
        for code in match[1].split(", ")
    )

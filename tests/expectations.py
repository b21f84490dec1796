"""Expectations in samples: `# error: PF220 PF221` on the line where findings begin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pfc.diagnostics import Diagnostic
from pfc.span import Source

_EXPECTED = re.compile(r"# (?:error|warning): (PF\d{3}(?:[ ,]+PF\d{3})*)")

Place = tuple[str, int, str]


def sample(path: Path) -> Source:
    """The sample at `path`, under its own name."""
    return Source(path.name, path.read_bytes().decode("utf-8"))


def expected(source: Source) -> Counter[Place]:
    """File, line and code of each finding that the sample expects."""
    places: Counter[Place] = Counter()
    for number, line in enumerate(source.text.split("\n"), 1):
        for match in _EXPECTED.finditer(line):
            for code in re.findall(r"PF\d{3}", match[1]):
                places[source.path, number, code] += 1
    return places


def found(
    diagnostics: Iterable[Diagnostic], sources: dict[str, Source]
) -> Counter[Place]:
    """File, line and code of each finding."""
    return Counter(
        (
            one.span.path,
            sources[one.span.path].position(one.span.start)[0],
            one.code,
        )
        for one in diagnostics
    )


def shown(diagnostic: Diagnostic, source: Source) -> str:
    """A finding as a snapshot shows it: place, what it covers, message, notes."""
    start = source.position(diagnostic.span.start)
    covered = source.text[diagnostic.span.start : diagnostic.span.end]
    if len(covered) > 40:
        covered = f"{covered[:20]}…{covered[-20:]}"
    lines = [
        f"{start[0]}:{start[1]} {covered!r} {diagnostic.code}: {diagnostic.message}"
    ]
    lines += [f"    note: {note}" for note in diagnostic.notes]
    return "\n".join(lines)

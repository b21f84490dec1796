"""The corpus of faulty programs: one mistake each, and what is expected of its finding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pfc.diagnostics import Diagnostic, Fix, Severity
from pfc.driver import compile_sources
from pfc.span import Source

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.pf"))
_HEAD = re.compile(
    r"# (?P<code>PF\d{3}) at (?P<line>\d+):(?P<column>\d+)\n"
    r"(?:# says: (?P<says>.*)\n)?(?:# fix: (?P<fix>.*)\n)?"
)
_LINKED = "def note(*given): ...\ndef store(*given): ...\n"
"""The Python that the programs link to."""


@dataclass(frozen=True)
class Expected:
    """Code and place of the finding, words of it, and the title of its first repair."""

    code: str
    line: int
    column: int
    says: str | None
    fix: str | None


def expected(text: str) -> Expected:
    """What the first lines of a program promise."""
    head = _HEAD.match(text)
    assert head is not None
    return Expected(
        head["code"], int(head["line"]), int(head["column"]), head["says"], head["fix"]
    )


@cache
def findings(name: str, text: str, *, warnings: bool = False) -> tuple[Diagnostic, ...]:
    """What is found in a program; the linked Python is there."""
    found = compile_sources({name: text}, lambda _: _LINKED, emit=False).diagnostics
    return tuple(each for each in found if warnings or each.severity is Severity.ERROR)


def read(path: Path) -> tuple[Source, Expected, tuple[Diagnostic, ...]]:
    """A program, its promise, and its findings; warnings too if it is about one."""
    source = Source(path.name, path.read_text("utf-8"))
    wanted = expected(source.text)
    warned = wanted.code.startswith("PF4")
    return source, wanted, findings(source.path, source.text, warnings=warned)


def repaired(text: str, fix: Fix) -> str:
    """The text with all edits of a repair."""
    for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text

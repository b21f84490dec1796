"""The whole compiler as one pure function: texts in, texts and diagnostics out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from pfc.authority import check_authority
from pfc.diagnostics import Diagnostic, Severity, diagnostic
from pfc.emit import Known, NotEmitted, collisions, generate
from pfc.ir.program import Program
from pfc.semantics import analyse
from pfc.semantics.partial import of_sound_declarations
from pfc.span import Source, Span
from pfc.syntax.parser import Parsed, parse

_DEEP = 20_000
"""Trees are at most a few hundred deep, and each level takes several Python frames."""


@dataclass(frozen=True)
class Compilation:
    """What a build found and made; `files` is empty if there is any error."""

    diagnostics: tuple[Diagnostic, ...]
    files: dict[str, str] = field(default_factory=dict)
    ir: Program | None = None

    @property
    def has_errors(self) -> bool:
        """Whether anything was found that stops a build."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


def compile_sources(
    sources: Mapping[str, str],
    python: Callable[[str], str | None] | None = None,
    *,
    emit: bool = True,
    known: Known | None = None,
) -> Compilation:
    """Compiles the files of one source root.

    `sources` are path (relative to the root) → decoded text; `python` gives the source of a
    linked Python module, or none if there is none. What is `known` is not generated again.
    """
    with _deep_recursion():
        parsed = [_parsed(path, sources[path]) for path in sorted(sources)]
        found = [problem for each in parsed for problem in each.diagnostics]
        unread = any(problem.severity is Severity.ERROR for problem in found)
        trees = [
            (Source(p.module.path, sources[p.module.path]), p.module) for p in parsed
        ]
        analysis = analyse(trees, python)
        if unread:
            found += of_sound_declarations(analysis.diagnostics, trees)
            return Compilation(tuple(sorted(found, key=lambda d: (d.span, d.code))))
        found += analysis.diagnostics
        found += check_authority(analysis.program)
        if not _errors(found):
            found += collisions(analysis.program)
        result = tuple(sorted(dict.fromkeys(found), key=lambda d: (d.span, d.code)))
        if _errors(found) or not emit:
            return Compilation(result, {}, analysis.program)
        try:
            files = generate(analysis.program, known)
        except NotEmitted as gap:
            span = gap.span or Span(min(sources), 0, 0)
            refused = diagnostic("PF901", span, construct=gap.what)
            return Compilation((*result, refused), {}, analysis.program)
        return Compilation(result, files, analysis.program)


_KNOWN: dict[str, tuple[str, object, Parsed]] = {}


def _parsed(path: str, text: str) -> Parsed:
    """The tree of a file, read once while its text stays: trees do not change."""
    known = _KNOWN.get(path)
    if known is None or known[:2] != (text, parse):
        known = _KNOWN[path] = text, parse, parse(Source(path, text))
    return known[2]


def warm_up() -> None:
    """Load what every compilation needs: done once before forking."""
    parse(Source("warm.pf", "record Warm {}"))


def _errors(found: list[Diagnostic]) -> bool:
    return any(each.severity is Severity.ERROR for each in found)


@contextmanager
def _deep_recursion() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEP))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)

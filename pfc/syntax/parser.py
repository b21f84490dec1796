"""From the text of a file to its syntax tree; mistakes become diagnostics, none is raised."""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from threading import Lock
from typing import Any, Final, cast

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from pfc.diagnostics import Diagnostic, diagnostic, did_you_mean
from pfc.span import Source, Span
from pfc.syntax.ast.data import ModuleDecl
from pfc.syntax.ast.module import Comment, Declaration, Module
from pfc.syntax.expectations import describe_expected, describe_found
from pfc.syntax.grammar import make_parser
from pfc.syntax.islands import NESTING_LIMIT, Island, Islands, split_islands
from pfc.syntax.tree import Builder

DEPTH_LIMIT: Final = 4 * NESTING_LIMIT
"""How deep the tree may be: chains of operators nest without brackets."""


@dataclass(frozen=True)
class Parsed:
    """A file's tree, as far as it could be read, and what could not."""

    module: Module
    diagnostics: tuple[Diagnostic, ...]


@cache
def _builder() -> Builder:
    return Builder(lambda builder: make_parser(builder))


_READING = Lock()  # the builder keeps the place it reads


def parse(source: Source) -> Parsed:
    """The tree of one file."""
    with _READING:
        collecting = gc.isenabled()
        gc.disable()  # trees hold no cycles, and collecting costs a third of the time
        try:
            return _Reading(source).run()
        finally:
            if collecting:
                gc.enable()


class _Reading:
    """One file being read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.docs = _docs(source)
        self.builder = _builder()

    def run(self) -> Parsed:
        islands = split_islands(self.source)
        problems = list(islands.problems)
        declarations: list[Declaration] = []
        comments: list[Comment] = []
        failures: list[Diagnostic] = []
        for island in islands.pieces:
            read, failure = self._read(island, comments, problems)
            declarations.extend(read)
            if failure is not None:
                failures.append(failure)
        if failures and not islands.problems:
            whole = Island(0, self.source.text)
            comments_again: list[Comment] = []
            problems_again: list[Diagnostic] = []
            read, failure = self._read(whole, comments_again, problems_again)
            if failure is None:
                return self._parsed(list(read), comments_again, problems_again)
        if not islands.problems:
            problems.extend(failures)
        elif failures:
            problems.extend(_unexplained(failures, islands))
        return self._parsed(declarations, comments, problems)

    def _parsed(
        self,
        declarations: list[Declaration],
        comments: list[Comment],
        problems: list[Diagnostic],
    ) -> Parsed:
        kept = []
        for declaration in declarations:
            if too_deep(declaration):
                span = declaration.span
                problems.append(diagnostic("PF106", span, limit=DEPTH_LIMIT))
            else:
                kept.append(declaration)
        module = Module(
            self.source.path, tuple(kept), tuple(comments), self._module_doc(kept)
        )
        problems.sort(key=lambda problem: problem.span)
        return Parsed(module, tuple(problems))

    def _module_doc(self, declarations: list[Declaration]) -> str | None:
        """The `##` lines above `module`, or those that open the file and stand apart."""
        if declarations and isinstance(declarations[0], ModuleDecl):
            return self._doc_at(declarations[0].span.start)
        lines: list[str] = []
        line = 1
        while line in self.docs:
            lines.append(self.docs[line])
            line += 1
        apart = (
            line <= self.source.line_count and not self.source.line_text(line).strip()
        )
        return "\n".join(lines) if lines and apart else None

    def _read(
        self, island: Island, comments: list[Comment], problems: list[Diagnostic]
    ) -> tuple[tuple[Declaration, ...], Diagnostic | None]:
        builder = self.builder
        builder.comments, builder.problems = [], []
        failure: Diagnostic | None = None
        read: tuple[Declaration, ...] = ()
        try:
            read = builder.read(
                self.source.path, island.text, island.start, self._doc_at
            )
        except UnexpectedInput as error:
            failure = _failure(error, self.source, island)
        comments.extend(builder.comments)
        problems.extend(builder.problems)
        return read, failure

    def _doc_at(self, offset: int) -> str | None:
        if not self.docs:
            return None
        here = self.source.position(offset)[0]
        if self.source.text[self.source.line_start(here) : offset].strip():
            return None  # the comment above is about what begins the line
        line = here - 1
        lines: list[str] = []
        while line in self.docs:
            lines.append(self.docs[line])
            line -= 1
        return "\n".join(reversed(lines)) if lines else None


def _docs(source: Source) -> dict[int, str]:
    """Line number → text, for each line that is only a `##` comment."""
    if "##" not in source.text:
        return {}
    found: dict[int, str] = {}
    for number, line in enumerate(source.text.split("\n"), 1):
        stripped = line.strip()
        if stripped.startswith("##"):
            found[number] = stripped[2:].removeprefix(" ")
    return found


def _failure(error: UnexpectedInput, source: Source, island: Island) -> Diagnostic:
    if isinstance(error, UnexpectedCharacters):
        at = island.start + cast("int", error.pos_in_stream)
        char = source.text[at]
        shown = f"`{char}`" if char.isprintable() else f"U+{ord(char):04X}"
        return diagnostic("PF105", Span(source.path, at, at + 1), character=shown)
    assert isinstance(error, UnexpectedToken)
    token = error.token
    if token.type == "$END":
        end = island.start + len(island.text.rstrip())
        span = Span(source.path, max(end - 1, island.start), end)
    else:
        start = island.start + (token.start_pos or 0)
        span = Span(source.path, start, start + max(1, len(token)))
    accepted: set[str] = set()
    if error.interactive_parser is not None:
        accepted = set(error.interactive_parser.accepts())  # type: ignore[no-untyped-call]  # lark's
    return diagnostic(
        "PF101",
        span,
        notes=_advice(token, accepted),
        found=describe_found(token),
        expected=describe_expected(accepted),
    )


def _advice(token: Token, accepted: set[str]) -> Iterable[str]:
    if token.type == "NAME":
        words = [type_.lower() for type_ in accepted if type_.isalpha()]
        return did_you_mean(str(token), words)
    if token.type == "COMPARE" and "AND" in accepted and "COMPARE" not in accepted:
        return ["comparisons are not chained: write `a < b and b < c`"]
    return ()


def _unexplained(failures: list[Diagnostic], islands: Islands) -> Iterator[Diagnostic]:
    """Failures in islands that have no unclosed string, fence or bracket of their own."""
    starts = [island.start for island in islands.pieces]
    explained = {bisect_right(starts, each.span.start) for each in islands.problems}
    for failure in failures:
        if bisect_right(starts, failure.span.start) not in explained:
            yield failure


def too_deep(root: object) -> bool:
    """Whether a tree is deeper than later stages may follow it."""
    level: list[object] = [root]
    for _ in range(DEPTH_LIMIT):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(parent: object) -> Iterator[object]:
    if isinstance(parent, tuple):
        if not isinstance(parent, Span):
            yield from parent
    elif is_dataclass(parent):
        for name in _fields(cast("type", type(parent))):
            value = getattr(parent, name)
            if isinstance(value, tuple) or is_dataclass(value):
                yield value


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name != "span")

"""From the text of a file to its syntax tree; mistakes become diagnostics, none is raised."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from itertools import chain
from threading import Lock
from typing import Final, cast

from lark.exceptions import UnexpectedInput

from pfc.collecting import without_collector
from pfc.diagnostics import Diagnostic, diagnostic
from pfc.span import Source
from pfc.syntax.ast.data import ModuleDecl
from pfc.syntax.ast.module import Comment, Declaration, Module
from pfc.syntax.grammar import make_machine, make_parser
from pfc.syntax.islands import NESTING_LIMIT, Island, split_islands
from pfc.syntax.mistakes import Mistakes
from pfc.syntax.tree import Builder

DEPTH_LIMIT: Final = 4 * NESTING_LIMIT
"""How deep the tree may be: chains of operators nest without brackets."""


@dataclass(frozen=True)
class Parsed:
    """A file's tree, as far as it could be read, and what could not.

    The tree lacks the declarations with a mistake; the names that they declare are the
    module's `broken`.
    """

    module: Module
    diagnostics: tuple[Diagnostic, ...]


@cache
def _builder() -> Builder:
    return Builder(make_parser, make_machine)


_WORD: Final = re.compile(r"[^\W\d]\w*")
_READING = Lock()  # the builder keeps the place it reads


def parse(source: Source) -> Parsed:
    """The tree of one file."""
    with _READING, without_collector():
        return _Reading(source).run()


@dataclass(frozen=True)
class _Read:
    """What was read of a piece of a file; its `problems` are inside of literals."""

    declarations: tuple[Declaration, ...] = ()
    comments: tuple[Comment, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    broken: tuple[str, ...] = ()


class _Reading:
    """One file being read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.docs = _docs(source)
        self.builder = _builder()

    def run(self) -> Parsed:
        islands = split_islands(self.source)
        if islands.problem is not None:
            names = tuple(dict.fromkeys(_WORD.findall(self.source.text)))
            return self._parsed(_Read(problems=(islands.problem,), broken=names))
        read = [self._read(piece) for piece in islands.pieces]
        if None in read:
            whole = self._read(Island(0, self.source.text))
            if whole is not None:
                return self._parsed(whole)
        mistakes = Mistakes(lambda: self.builder.parser, self.source.path)
        pieces = [
            self._sound(piece, each, mistakes)
            for piece, each in zip(islands.pieces, read, strict=True)
        ]
        return self._parsed(
            _Read(
                tuple(chain.from_iterable(each.declarations for each in pieces)),
                tuple(chain.from_iterable(each.comments for each in pieces)),
                tuple(chain.from_iterable(each.problems for each in pieces)),
                tuple(chain.from_iterable(each.broken for each in pieces)),
            )
        )

    def _sound(self, piece: Island, read: _Read | None, mistakes: Mistakes) -> _Read:
        """What was read, or if there is a mistake, what is wrong."""
        if read is None:
            found = mistakes.find(piece)
            return _Read((), found.comments, found.problems, found.names)
        if read.problems:
            return replace(read, declarations=(), broken=mistakes.names(piece))
        return read

    def _parsed(self, read: _Read) -> Parsed:
        problems = list(read.problems)
        kept = []
        for declaration in read.declarations:
            if too_deep(declaration):
                span = declaration.span
                problems.append(diagnostic("PF106", span, limit=DEPTH_LIMIT))
            else:
                kept.append(declaration)
        module = Module(
            self.source.path,
            tuple(kept),
            read.comments,
            self._module_doc(kept),
            tuple(dict.fromkeys(read.broken)),
        )
        problems.sort(key=lambda problem: problem.span)
        return Parsed(module, tuple(problems))

    def _module_doc(self, declarations: list[Declaration]) -> str | None:
        """The `##` lines above `module`, or those that open the file and stand apart."""
        if declarations and isinstance(declarations[0], ModuleDecl):
            return self._doc_at(declarations[0].span.start)
        lines: list[str] = []
        text = self.source.text
        line = self.source.position(len(text) - len(text.lstrip()))[0]
        while line in self.docs:
            lines.append(self.docs[line])
            line += 1
        apart = line > self.source.line_count or not self.source.line_text(line).strip()
        return "\n".join(lines) if lines and apart else None

    def _read(self, island: Island) -> _Read | None:
        """What an island says; none if it does not parse."""
        builder = self.builder
        builder.comments, builder.problems = [], []
        try:
            read = builder.read(
                self.source.path, island.text, island.start, self._doc_at
            )
        except UnexpectedInput:
            return None
        return _Read(read, tuple(builder.comments), tuple(builder.problems))

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


def too_deep(root: object) -> bool:
    """Whether a tree is deeper than later stages may follow it."""
    level: list[object] = [root]
    for _ in range(DEPTH_LIMIT):
        deeper: list[object] = []
        for parent in level:
            names = _parts(cast("type", type(parent)))
            if names is not None:
                deeper += [getattr(parent, name) for name in names]
            elif parent.__class__ is tuple:
                deeper += cast("tuple[object, ...]", parent)
        if not deeper:
            return False
        level = deeper
    return True


@cache
def _parts(kind: type) -> tuple[str, ...] | None:
    """The fields of a node that may hold others; none for what is no node."""
    if not is_dataclass(kind):
        return None
    return tuple(field.name for field in fields(kind) if str(field.type) not in _FLAT)


_FLAT: Final = frozenset(("Span", "str", "str | None", "bool", "int", "int | None"))

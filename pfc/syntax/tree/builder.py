"""The builder that the parser drives, and the parsing of what stands in a string's hole."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Final, cast

from lark import Lark, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from pfc.span import Span
from pfc.syntax.ast import expressions as x
from pfc.syntax.ast.module import Declaration
from pfc.syntax.machine import Machine, NotRead
from pfc.syntax.tree.build_surface import Surface
from pfc.syntax.tree.parts import Parts, expr

# The `{2,20}` of a regular expression, which is no hole: Lark need not say so.
_REPEATS: Final = re.compile(r"([0-9]+),[0-9]*")


class Builder(Surface):
    """One builder serves one parser; it reads one piece of one file at a time."""

    def __init__(
        self,
        make_parser: Callable[[Builder], Lark],
        make_machine: Callable[[Builder], Machine],
    ) -> None:
        super().__init__()
        self._make_parser = make_parser
        self._make_machine = make_machine

    @cached_property
    def _machine(self) -> Machine:
        return self._make_machine(self)

    @cached_property
    def parser(self) -> Lark:
        """The parser that this builder serves."""
        return self._make_parser(self)

    def read(
        self, path: str, text: str, base: int, doc_at: Callable[[int], str | None]
    ) -> tuple[Declaration, ...]:
        """The declarations of `text`, which stands at offset `base` of the file `path`.

        Raises lark's UnexpectedInput. Comments and problems of strings are kept in
        `comments` and `problems` until the caller takes them.
        """
        self.path, self.base, self.doc_at = path, base, doc_at
        return cast("tuple[Declaration, ...]", self._parse(text, "file"))

    def _parse(self, text: str, start: str) -> object:
        """What the fast machine reads; Lark reads again what it cannot, and says why."""
        comments, problems = len(self.comments), len(self.problems)
        try:
            return self._machine.read(text, start)
        except NotRead:
            del self.comments[comments:], self.problems[problems:]
            return self.parser.parse(text, start=start)

    def file(self, parts: Parts) -> tuple[Declaration, ...]:
        return tuple(part for part in parts if not isinstance(part, Tree))

    def hole(self, parts: Parts) -> x.Expr:
        return expr(parts)

    def parse_hole(self, source: str, start: int) -> x.Expr | None:
        comma = _REPEATS.fullmatch(source)
        if comma is not None:
            self._no_hole(source, start, comma.end(1), 1)
            return None
        outer = self.base
        self.base = start
        try:
            return cast("x.Expr", self._parse(source, "hole"))
        except UnexpectedInput as error:
            at, length = 0, max(1, len(source))
            if isinstance(error, UnexpectedCharacters):
                at, length = cast("int", error.pos_in_stream), 1
            elif isinstance(error, UnexpectedToken) and error.token.type != "$END":
                at, length = error.token.start_pos or 0, len(error.token)
            self._no_hole(source, start, at, length)
            return None
        finally:
            self.base = outer

    def _no_hole(self, source: str, start: int, at: int, length: int) -> None:
        reason = "what stands between `{` and `}` is not an expression"
        if not source.strip():
            reason = "there is nothing between `{` and `}`; braces are written `{{ }}`"
        span = Span(self.path, start + at, start + at + length)
        self.report("PF107", span, reason=reason)

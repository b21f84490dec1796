"""The builder that the parser drives, and the parsing of what stands in a string's hole."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import cast

from lark import Lark, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from pfc.span import Span
from pfc.syntax.ast import expressions as x
from pfc.syntax.ast.module import Declaration
from pfc.syntax.tree.build_surface import Surface
from pfc.syntax.tree.parts import Parts, expr


class Builder(Surface):
    """One builder serves one parser; it reads one piece of one file at a time."""

    def __init__(self, make_parser: Callable[[Builder], Lark]) -> None:
        super().__init__()
        self._make_parser = make_parser

    @cached_property
    def _parser(self) -> Lark:
        return self._make_parser(self)

    def read(
        self, path: str, text: str, base: int, doc_at: Callable[[int], str | None]
    ) -> tuple[Declaration, ...]:
        """The declarations of `text`, which stands at offset `base` of the file `path`.

        Raises lark's UnexpectedInput. Comments and problems of strings are kept in
        `comments` and `problems` until the caller takes them.
        """
        self.path, self.base, self.doc_at = path, base, doc_at
        read = self._parser.parse(text, start="file")
        return cast("tuple[Declaration, ...]", read)

    def file(self, parts: Parts) -> tuple[Declaration, ...]:
        return tuple(part for part in parts if not isinstance(part, Tree))

    def hole(self, parts: Parts) -> x.Expr:
        return expr(parts)

    def parse_hole(self, source: str, start: int) -> x.Expr | None:
        outer = self.base
        self.base = start
        try:
            return cast("x.Expr", self._parser.parse(source, start="hole"))
        except UnexpectedInput as error:
            at, length = 0, max(1, len(source))
            if isinstance(error, UnexpectedCharacters):
                at, length = cast("int", error.pos_in_stream), 1
            elif isinstance(error, UnexpectedToken) and error.token.type != "$END":
                at, length = error.token.start_pos or 0, len(error.token)
            span = Span(self.path, start + at, start + at + length)
            reason = "what stands between `{` and `}` is not an expression"
            if not source.strip():
                reason = (
                    "there is nothing between `{` and `}`; braces are written `{{ }}`"
                )
            self.report("PF107", span, reason=reason)
            return None
        finally:
            self.base = outer

"""Looking at the tokens around one: names with dots, and the braces that it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lark import Token

OPENING: Final = frozenset({"LPAR", "LSQB", "LBRACE"})
CLOSING: Final = frozenset({"RPAR", "RSQB", "RBRACE"})


class Around:
    """The tokens of a piece of a file; `words` are the types of tokens that may be names."""

    def __init__(self, tokens: list[Token], words: frozenset[str]) -> None:
        self.tokens = tokens
        self.words = words

    def kind(self, at: int) -> str:
        """The type of the token at a place."""
        return self.tokens[at].type if 0 <= at < len(self.tokens) else "$END"

    def after_dotted(self, at: int) -> int:
        """The place after the name with dots that begins at `at`."""
        at += 1
        while self.kind(at) == "DOT":
            at += 2
        return at

    def after_brackets(self, at: int) -> int:
        """The place after the brackets that open at `at`; `at` if none do."""
        depth = 0
        for here in range(at, len(self.tokens)):
            kind = self.kind(here)
            depth += (kind in OPENING) - (kind in CLOSING)
            if depth <= 0:
                return here + 1 if here > at else at
        return len(self.tokens)

    def stands_in(self, at: int, heads: frozenset[str]) -> bool:
        """Whether a brace around `at` belongs to one of these keywords."""
        return any(
            self.kind(here) in heads
            for opening in self._braces(at)
            for here in self._head(opening)
        )

    def _braces(self, at: int) -> Iterator[int]:
        """The braces that are open at a place, innermost first."""
        depth = 0
        for here in range(at - 1, -1, -1):
            kind = self.kind(here)
            if kind in CLOSING:
                depth += 1
            elif kind in OPENING:
                if depth == 0 and kind == "LBRACE":
                    yield here
                depth = max(depth - 1, 0)

    def _head(self, opening: int) -> Iterator[int]:
        """The places between a brace and the one before it, but for names after a dot."""
        for here in range(opening - 1, -1, -1):
            kind = self.kind(here)
            if kind in ("LBRACE", "RBRACE"):
                return
            if self.kind(here - 1) != "DOT":
                yield here

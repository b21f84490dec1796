"""Splitting a file into islands: pieces that begin at a declaration and are parsed alone.

A wrong split is harmless: if an island does not parse, the file is tried as a whole before
anything is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pfc.diagnostics import Diagnostic, diagnostic
from pfc.span import Source, Span
from pfc.syntax.unclosed import FENCE_OPENING, end_of_string, next_declaration

DECLARATIONS: Final = (
    "module import from type record union fn config interface capability context "
    "principal intents intent effect event reactor table stream calendar schedule "
    "workflow component page api plugin app test"
).split()
NESTING_LIMIT: Final = 100
"""How deep brackets may be nested: far beyond any program, well within the stack."""

_STRING = r'"(?>[^"\\\n{}]+|\\.|\{\{|\{(?>[^"{}\n]+|"(?>[^"\\\n]|\\.)*"|\{[^{}"\n]*\})*\}|[{}])*"'
_SCAN: Final = re.compile(
    rf"(?P<fence>```py[ \t]*\r?\n(?:[^`]|`(?!``))*```)"
    rf"|(?P<open_fence>```)"
    rf"|(?P<string>{_STRING})"
    rf'|(?P<open_string>"[^\n]*)'
    rf"|(?P<comment>\#[^\n]*)"
    rf"|(?P<quoted>`\w+`)"
    rf"|(?P<bracket>[(){{}}\[\]])"
    rf"|(?P<word>(?:^|(?<=\n))(?P<indent>[ \t]*)"
    rf"(?P<keyword>{'|'.join(DECLARATIONS)})\b(?=[ \t]+[\w\"`{{]))",
)
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Island:
    """A piece of a file: `text` stands at offset `start`."""

    start: int
    text: str


@dataclass(frozen=True)
class Islands:
    """The pieces in order; if the file is nested too deeply, only that."""

    pieces: tuple[Island, ...]
    problem: Diagnostic | None = None


def split_islands(source: Source) -> Islands:
    """The islands of a file.

    As long as all brackets of a file are closed, a keyword inside of them begins no
    declaration. If some are not, one at the very beginning of a line does.
    """
    text = source.text
    scan = _Scan(text)
    starts = list(scan.starts())
    if scan.too_deep is not None:
        span = Span(source.path, scan.too_deep, scan.too_deep + 1)
        return Islands((), diagnostic("PF106", span, limit=NESTING_LIMIT))
    if scan.unbalanced:
        starts = list(_Scan(text, forced=True).starts())
    return Islands(_pieces(text, starts))


def _pieces(text: str, starts: list[int]) -> tuple[Island, ...]:
    """The text cut at `starts`; what stands before the first one is a piece too."""
    cuts = [0, *(start for start in starts if start > 0), len(text)]
    pieces = (Island(start, text[start:end]) for start, end in pairwise(cuts))
    return tuple(piece for piece in pieces if piece.text)


class _Scan:
    """One look at the brackets and keywords of a text.

    `forced`: a keyword at the very beginning of a line begins a declaration in any case.
    """

    def __init__(self, text: str, *, forced: bool = False) -> None:
        self.text = text
        self.forced = forced
        self.unbalanced = False
        self.too_deep: int | None = None
        self._held: list[str] = []
        self._indent: int | None = None

    def starts(self) -> Iterator[int]:
        """Where islands begin."""
        at = 0
        while (match := _SCAN.search(self.text, at)) is not None:
            kind, at = match.lastgroup, match.end()
            if kind == "bracket":
                self._bracket(match.group())
                if len(self._held) > NESTING_LIMIT:
                    self.too_deep = match.start()
                    return
            elif match.group("keyword") is not None:
                if self._begins(len(match.group("indent"))):
                    yield match.start("keyword")
            elif kind == "open_string":
                at = end_of_string(self.text, match.start())
            elif kind in ("fence", "open_fence"):
                at = self._after_fence(match)
        self.unbalanced |= bool(self._held)

    def _begins(self, indent: int) -> bool:
        """Whether a keyword with this indentation begins a declaration."""
        if self._held and not (self.forced and indent == 0):
            return False
        if self._held:
            self._held.clear()
        if self._indent is None:
            self._indent = indent
        return indent <= self._indent

    def _bracket(self, char: str) -> None:
        opener = _PAIRS.get(char)
        if opener is None:
            self._held.append(char)
        elif self._held and self._held[-1] == opener:
            self._held.pop()
        else:
            self.unbalanced = True
            if opener in self._held:
                while self._held.pop() != opener:
                    pass

    def _after_fence(self, match: re.Match[str]) -> int:
        """Past a fence; one that never ends reaches to the next declaration."""
        opening = FENCE_OPENING.match(self.text, match.start())
        inside = opening.end() if opening is not None else match.end()
        following = next_declaration(self.text, inside)
        if match.lastgroup == "fence" and following >= match.end():
            return match.end()
        self.unbalanced = True
        return following

"""Splitting a file into islands: pieces that begin at a declaration and are parsed alone.

A wrong split is harmless: if an island does not parse, the file is tried as a whole before
anything is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pfc.diagnostics import Diagnostic, diagnostic
from pfc.span import Source, Span

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
    """The pieces in order, and what is wrong already at this level."""

    pieces: tuple[Island, ...]
    problems: tuple[Diagnostic, ...]


def split_islands(source: Source) -> Islands:
    """The islands of a file, unterminated strings, fences and brackets, and deep nesting."""
    text, path = source.text, source.path
    starts: list[int] = []
    problems: list[Diagnostic] = []
    brackets = _Brackets(source)
    for match in _SCAN.finditer(text):
        kind, at = match.lastgroup, match.start()
        if kind == "bracket":
            problem = brackets.take(match.group(), at)
            if problem is not None:
                problems.append(problem)
                if problem.code == "PF106":
                    return Islands((), tuple(problems))
        elif match.group("keyword") is not None:
            if brackets.held and match.group("indent"):
                continue
            problems.extend(brackets.end())
            starts.append(match.start("keyword"))
        elif kind == "open_string":
            span = Span(path, at, match.end() if match.end() > at + 1 else at + 1)
            problems.append(diagnostic("PF102", span))
            brackets.hidden = True
        elif kind == "open_fence":
            problems.append(diagnostic("PF103", Span(path, at, at + 3)))
            brackets.hidden = True
            break
    problems.extend(brackets.end())
    return Islands(_pieces(text, starts), tuple(problems))


def _pieces(text: str, starts: list[int]) -> tuple[Island, ...]:
    """The text cut at `starts`; what stands before the first one is a piece too."""
    cuts = [0, *(start for start in starts if start > 0), len(text)]
    pieces = (Island(start, text[start:end]) for start, end in pairwise(cuts))
    return tuple(piece for piece in pieces if piece.text)


class _Brackets:
    """The brackets that are open in an island."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.held: list[tuple[str, int]] = []
        self.hidden = (
            False  # a string or fence that never ends may hold what closes them
        )
        self._suspect: int | None = None

    def take(self, char: str, at: int) -> Diagnostic | None:
        """Opens or closes one; what is wrong with it, if anything is."""
        opener = _PAIRS.get(char)
        if opener is None:
            self.held.append((char, at))
            if len(self.held) > NESTING_LIMIT:
                span = Span(self.source.path, at, at + 1)
                return diagnostic("PF106", span, limit=NESTING_LIMIT)
            return None
        if self.held and self.held[-1][0] == opener:
            _, opened = self.held.pop()
            if self._suspect is None and self._closed_by_another(opened, at):
                self._suspect = opened
            return None
        if not any(held == opener for held, _ in self.held):
            return None
        held, opened = self.held[-1]
        while self.held.pop()[0] != opener:
            pass
        return None if self.hidden else self._unclosed(held, opened)

    def end(self) -> list[Diagnostic]:
        """What is unclosed where the island ends; the next one begins with nothing open.

        One is named: that whose bracket stands where another's would, else the outermost.
        """
        found: list[Diagnostic] = []
        if self.held and not self.hidden:
            char, at = self.held[0]
            if self._suspect is not None and self._suspect > at:
                char, at = "{", self._suspect
            found.append(self._unclosed(char, at))
        self.held.clear()
        self.hidden, self._suspect = False, None
        return found

    def _unclosed(self, char: str, at: int) -> Diagnostic:
        return diagnostic("PF104", Span(self.source.path, at, at + 1), opener=char)

    def _closed_by_another(self, opened: int, closed: int) -> bool:
        """Whether a `}` begins a line that is indented less than the line of its `{`."""
        if self.source.text[opened] != "{":
            return False
        line = self.source.position(closed)[0]
        before = self.source.text[self.source.line_start(line) : closed]
        opening = self.source.line_text(self.source.position(opened)[0])
        indent = len(opening) - len(opening.lstrip())
        return not before.strip() and len(before) < indent

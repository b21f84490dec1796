"""Splitting a file into islands: pieces that begin at a declaration and are parsed alone.

A wrong split is harmless: if an island does not parse, the file is tried as a whole before
anything is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
    rf"|(?P<word>(?:^|(?<=\n))(?P<indent>[ \t]*)(?P<keyword>{'|'.join(DECLARATIONS)})\b(?=[ \t]+[\w\"`{{]))",
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
    brackets: list[tuple[str, int]] = []
    for match in _SCAN.finditer(text):
        kind, at = match.lastgroup, match.start()
        if kind == "bracket":
            problem = _bracket(match.group(), at, brackets, path)
            if problem is not None:
                problems.append(problem)
                if problem.code == "PF106":
                    return Islands((), tuple(problems))
        elif match.group("keyword") is not None:
            if brackets and match.group("indent"):
                continue
            problems.extend(_unclosed(brackets, path))
            brackets.clear()
            starts.append(match.start("keyword"))
        elif kind == "open_string":
            span = Span(path, at, match.end() if match.end() > at + 1 else at + 1)
            problems.append(diagnostic("PF102", span))
        elif kind == "open_fence":
            problems.append(diagnostic("PF103", Span(path, at, at + 3)))
            brackets.clear()
            break
    problems.extend(_unclosed(brackets, path))
    return Islands(_pieces(text, starts), tuple(problems))


def _pieces(text: str, starts: list[int]) -> tuple[Island, ...]:
    """The text cut at `starts`; what stands before the first one is a piece too."""
    cuts = [0, *(start for start in starts if start > 0), len(text)]
    pieces = (
        Island(start, text[start:end])
        for start, end in zip(cuts, cuts[1:], strict=False)
    )
    return tuple(piece for piece in pieces if piece.text)


def _bracket(
    char: str, at: int, brackets: list[tuple[str, int]], path: str
) -> Diagnostic | None:
    opener = _PAIRS.get(char)
    if opener is None:
        brackets.append((char, at))
        if len(brackets) > NESTING_LIMIT:
            return diagnostic("PF106", Span(path, at, at + 1), limit=NESTING_LIMIT)
        return None
    if brackets and brackets[-1][0] == opener:
        brackets.pop()
        return None
    if any(held == opener for held, _ in brackets):
        held, opened = brackets[-1]
        while brackets and brackets[-1][0] != opener:
            brackets.pop()
        brackets.pop()
        return diagnostic("PF104", Span(path, opened, opened + 1), opener=held)
    return None


def _unclosed(brackets: list[tuple[str, int]], path: str) -> list[Diagnostic]:
    """Only the innermost is named: closing it is the first thing to try."""
    return [
        diagnostic("PF104", Span(path, at, at + 1), opener=char)
        for char, at in brackets[:1]
    ]

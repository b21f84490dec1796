"""Finding brackets, strings and top-level commas in one line of Python."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from typing import Final

_INTERESTING: Final = re.compile(r"""["'()\[\]{},#]""")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_IGNORED: Final = frozenset((tokenize.NL, tokenize.COMMENT, tokenize.ENCODING))
_LINE_STARTERS: Final = frozenset((tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT))


@dataclass(frozen=True, slots=True)
class Bracket:
    """A pair of brackets at the top level, and the commas directly inside."""

    open: int
    close: int
    commas: tuple[int, ...]


def top_brackets(line: str) -> list[Bracket] | None:
    """The top-level bracket pairs of a line; None if it is not a balanced line."""
    pairs: list[Bracket] = []
    stack: list[str] = []
    start = 0
    commas: list[int] = []
    at = 0
    while match := _INTERESTING.search(line, at):
        at = match.end()
        char = match[0]
        if char in "\"'":
            end = _string_end(line, match.start())
            if end is None:
                return None
            at = end
        elif char in _CLOSING:
            if not stack:
                start, commas = match.start(), []
            stack.append(_CLOSING[char])
        elif char == ",":
            if len(stack) == 1:
                commas.append(match.start())
        elif char == "#" or not stack or stack.pop() != char:
            return None
        elif not stack:
            pairs.append(Bracket(start, match.start(), tuple(commas)))
    return None if stack else pairs


def _string_end(line: str, start: int) -> int | None:
    """Where the string that starts here ends; None for triple quotes and open ones."""
    quote = line[start]
    if line.startswith(quote * 3, start):
        return None
    at = start + 1
    while at < len(line):
        if line[at] == "\\":
            at += 1
        elif line[at] == quote:
            return at + 1
        at += 1
    return None


def items(line: str, bracket: Bracket) -> list[str]:
    """The texts between the commas of a bracket, without the space around them."""
    ends = [*bracket.commas, bracket.close]
    starts = [bracket.open, *bracket.commas]
    return [line[a + 1 : b].strip(" ") for a, b in zip(starts, ends, strict=True)]


def lines_inside_strings(text: str) -> frozenset[int]:
    """The lines (from 1) that begin inside a string: indentation would change it.

    Strings that are statements of their own (docstrings) do not count. The text
    holds whole statements.
    """
    if '"""' not in text and "'''" not in text and "\\\n" not in text:
        return frozenset()
    inside: set[int] = set()
    opened: list[tuple[int, bool]] = []
    previous = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
        name = tokenize.tok_name[token.type]
        own_statement = previous in _LINE_STARTERS
        if token.type == tokenize.STRING and not own_statement:
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
        elif name.endswith("STRING_START"):
            opened.append((token.start[0], own_statement))
        elif name.endswith("STRING_END"):
            inside.update(range(opened.pop()[0] + 1, token.end[0] + 1))
        if token.type not in _IGNORED:
            previous = token.type
    return frozenset(inside)

"""Finding brackets, strings and top-level commas in one line of Python."""

from __future__ import annotations

import io
import re
import tokenize
from typing import Final

from pfc.frozen import dataclass

_INTERESTING: Final = re.compile(r"""["'()\[\]{},#]""")
# Short strings and comments are found whole, so that nothing inside them counts.
_LANDMARK: Final = re.compile(
    r"""\'{3} | "{3} | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | \#[^\n]*
    | [()\[\]{}] | \\\n """,
    re.X,
)
_TRIPLE: Final = ('"""', "'''")
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


def masked(line: str) -> str:
    """The line with what stands in brackets and strings blanked, lengths kept."""
    found = list(line)
    depth = 0
    at = 0
    while match := _INTERESTING.search(line, at):
        start, at = match.start(), match.end()
        char = match[0]
        if char in "\"'":
            at = _string_end(line, start) or len(line)
            found[start:at] = "_" * (at - start)
            continue
        depth -= char in ")]}"
        if depth == 0 and char in "([{":
            opened = at
        elif depth == 0 and char in ")]}":
            found[opened:start] = "_" * (start - opened)
        depth += char in "([{"
    return "".join(found)


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
    return frozenset() if _only_docstrings(text) else _tokenized(text)


def _only_docstrings(text: str) -> bool:
    """Whether every string of several lines is surely a statement of its own."""
    depth = at = 0
    while match := _LANDMARK.search(text, at):
        start, at = match.span()
        found = match[0]
        if found in _CLOSING:
            depth += 1
        elif found in ")]}":
            depth -= 1
        elif found == "\\\n":
            return False
        elif found in _TRIPLE:
            at = text.find(found, at) + len(found)
            if at < len(found) or depth or "\\" in text[start:at]:
                return False
            if text[text.rfind("\n", 0, start) + 1 : start].strip(" "):
                return False
    return True


def _tokenized(text: str) -> frozenset[int]:
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

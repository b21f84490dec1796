"""What formatting must not change: the program, and its comments in their places."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from typing import Final

from lark import Lark

from pfc.format import format_source
from pfc.format.comments import tidy
from pfc.span import Source
from pfc.syntax.grammar import make_parser
from pfc.syntax.parser import Parsed, parse
from tests.syntax.samples import shape

_FENCE: Final = re.compile(r"```py.*?```", re.DOTALL)
_NOTHING: Final = re.compile(r"[\s,]+")


def read(text: str) -> Parsed:
    return parse(Source("sample.pf", text))


def formatted(text: str) -> str:
    """The canonical text of a text that parses."""
    result = format_source(Source("sample.pf", text))
    assert result.text is not None, result.diagnostics
    return result.text


def differences(before: str, after: str) -> list[str]:
    """What two texts that should be the same program with the same comments differ in."""
    first, second = read(before), read(after)
    found = []
    if [each.code for each in first.diagnostics] != [
        each.code for each in second.diagnostics
    ]:
        found.append("diagnostics")
    if not first.diagnostics:
        trees = [
            (each.module.doc, [_python(shape(d)) for d in each.module.declarations])
            for each in (first, second)
        ]
        if trees[0] != trees[1]:
            found.append("trees")
    if _comments(before, first) != _comments(after, second):
        found.append("comments")
    return found


def faults(text: str) -> list[str]:
    """What formatting a text does that it must not."""
    once = formatted(text)
    found = differences(text.replace("\r\n", "\n"), once)
    if formatted(once) != once:
        found.append("formatting again changes something")
    if not (once.endswith("\n") or once == "") or once.endswith("\n\n"):
        found.append("the end of the file")
    if "```" not in once and any(row != row.rstrip() for row in once.split("\n")):
        found.append("spaces at the end of a line")
    return found


def _python(value: object) -> object:
    """A tree with the code of fences as Python's tree."""
    if isinstance(value, list):
        return [_python(each) for each in value]
    if isinstance(value, tuple):
        if value[:1] == ("Fence",):
            return ("Fence", *map(_meaning, dict(value[1:]).values()))
        return tuple(_python(each) for each in value)
    return value


def _meaning(code: str) -> str:
    code = textwrap.dedent(code).strip("\n")
    try:
        body = textwrap.indent(code or "pass", " ")
        return ast.dump(ast.parse(f"async def _():\n{body}\n pass"))
    except SyntaxError:
        return code


@cache
def lexer() -> Lark:
    return make_parser()


def words_and_signs(text: str) -> Iterator[tuple[int, str]]:
    """The offsets and texts of all tokens but commas."""
    for token in lexer().lex(text):
        if token and token != ",":
            yield token.start_pos or 0, str(token)


def _comments(text: str, parsed: Parsed) -> list[tuple[int, str]]:
    """Each comment, and how much of the program is before it.

    That is counted in characters, without commas, spaces and Python.
    """
    found = []
    seen = end = 0
    for comment in parsed.module.comments:
        between = _FENCE.sub("", text[end : comment.span.start])
        seen += len(_NOTHING.sub("", between))
        end = comment.span.end
        found.append((seen, tidy(comment.text)))
    return found

"""Reading the source map: the comments with which generated statements end.

A comment such as `# orders.pf:11` names the line that the statement is made from. A
statement without one belongs to the statement around it; one of a scenario may say it
with `at="orders.pf:11"`. `# orders.pf:9, Python 10-14` ends the first line of a function
whose body is the Python in those lines of the source.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

_COMMENT: Final = re.compile(
    r"# (?P<path>[^#]+\.pf):(?P<line>\d+)(?:, Python (?P<first>\d+)-(?P<last>\d+))?\Z"
)
_AT: Final = re.compile(r"(?P<path>.+\.pf):(?P<line>\d+)\Z")

Block: TypeAlias = ast.stmt | ast.excepthandler | ast.match_case
"""What has a first line that may end in a comment."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A line of a source; `code` are the lines of embedded Python, if it is a function's."""

    path: str
    line: int
    code: tuple[int, int] | None = None


def read_comment(line: str) -> Origin | None:
    """What the comment at the end of a generated line says, if there is one."""
    if ".pf:" not in line:
        return None
    found = _COMMENT.search(line)
    if found is None:
        return None
    code = (int(found["first"]), int(found["last"])) if found["first"] else None
    return Origin(found["path"], int(found["line"]), code)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A statement (or `except`, or `case`) and its origin.

    `lines` are the first and last line, in the generated file, of the statement itself,
    without the blocks in it. `origin` is none for what the source does not have, such
    as imports.
    """

    node: Block
    lines: tuple[int, int]
    origin: Origin | None


def mapped(tree: ast.Module, lines: Sequence[str]) -> list[Mapped]:
    """Every statement of a generated file, those around others first."""
    return list(_mapped(tree.body, lines, None))


def _mapped(
    body: Sequence[Block], lines: Sequence[str], around: Origin | None
) -> Iterator[Mapped]:
    for node in body:
        first, last = extent(node)
        found = _own(node, lines, first, last)
        if found is None and around is not None:
            found = Origin(around.path, around.line)
        yield Mapped(node, (first, last), found)
        for inner in blocks(node):
            yield from _mapped(inner, lines, found)


def _own(node: Block, lines: Sequence[str], first: int, last: int) -> Origin | None:
    for number in range(last, first - 1, -1):
        found = read_comment(lines[number - 1])
        if found is not None:
            return found
    return _said(node)


def _said(node: Block) -> Origin | None:
    """What `at="orders.pf:11"` of a call says."""
    value = node.value if isinstance(node, ast.Expr) else None
    if isinstance(value, ast.Await):
        value = value.value
    for argument in value.keywords if isinstance(value, ast.Call) else ():
        if argument.arg == "at" and isinstance(argument.value, ast.Constant):
            found = _AT.match(str(argument.value.value))
            if found is not None:
                return Origin(found["path"], int(found["line"]))
    return None


def blocks(node: Block) -> list[Sequence[Block]]:
    """The blocks in a statement."""
    if isinstance(node, ast.Match):
        return [node.cases]
    found: list[Sequence[Block]] = []
    for name in ("body", "handlers", "orelse", "finalbody"):
        inner = getattr(node, name, None)
        if isinstance(inner, list) and inner:
            found.append(inner)
    return found


def extent(node: Block) -> tuple[int, int]:
    """First and last line of a statement without the blocks in it."""
    first = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    inner = blocks(node)
    if inner:
        start = _start(inner[0][0])
        return first, max(first, start - 1)
    assert not isinstance(node, ast.match_case)
    return first, node.end_lineno or first


def _start(node: Block) -> int:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])

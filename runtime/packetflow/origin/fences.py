"""Positions of embedded Python: the same code stands in the source, so they are exact."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence

from packetflow.origin.sources import PfFile


class Differs(Exception):
    """The code in the source is not the code that was generated from it."""


def move_fence(
    source: PfFile,
    lines: tuple[int, int],
    function: ast.FunctionDef | ast.AsyncFunctionDef,
) -> list[ast.stmt]:
    """Gives a function's body the positions that it has in its source.

    Gives the statements that were moved, all but the docstring that was put before.
    Raises Differs, before anything is changed, if it is other code.
    """
    first, last = lines
    written = source.lines[first - 1 : last]
    code = textwrap.dedent("\n".join(written))
    margin = _margin(written, code.split("\n"))
    try:
        tree = ast.parse("async def _():\n" + textwrap.indent(code, " "))
    except SyntaxError as problem:
        raise Differs from problem
    wrapper = tree.body[0]
    assert isinstance(wrapper, ast.AsyncFunctionDef)
    body = _without_doc(function.body, len(wrapper.body))
    pairs = list(_pairs(body, wrapper.body))
    shift = first - 2
    for moved, original in pairs:
        for name in ("lineno", "end_lineno"):
            setattr(moved, name, getattr(original, name) + shift)
        for name in ("col_offset", "end_col_offset"):
            setattr(moved, name, max(getattr(original, name) - 1, 0) + margin)
    return body


def _margin(written: Sequence[str], dedented: Sequence[str]) -> int:
    """How many bytes of indentation were taken from each line."""
    for before, after in zip(written, dedented, strict=True):
        if after.strip():
            return len(before.encode()) - len(after.encode())
    return 0


def _without_doc(body: list[ast.stmt], wanted: int) -> list[ast.stmt]:
    if len(body) == wanted + 1 and ast.get_docstring(ast.Module(body, [])) is not None:
        return body[1:]
    return body


def _pairs(
    moved: Sequence[ast.AST], original: Sequence[ast.AST]
) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Nodes in the same places of two trees, if they have positions."""
    if len(moved) != len(original):
        raise Differs
    for left, right in zip(moved, original, strict=True):
        if type(left) is not type(right):
            raise Differs
        if "lineno" in left._attributes:
            yield left, right
        inner = list(ast.iter_child_nodes(left)), list(ast.iter_child_nodes(right))
        yield from _pairs(*inner)

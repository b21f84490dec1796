"""Embedded Python in a fence: parsed, and the names that it takes from around it."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import sys
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pfc.span import Source, Span
from pfc.syntax.ast.base import Fence

LONGEST: Final = 2_000
"""Lines of the longest fence: what is longer belongs into a module of its own."""

_OLDEST: Final = (3, 11)
"""Generated code has to run on this Python, whatever Python compiles it."""

_HEAD: Final = "async def _():\n"
_ROOM: Final = 1_000
_ON_LINE: Final = re.compile(r"\bon line (\d+)\b")
_BUILT_IN: Final = frozenset(
    {*dir(builtins), "__name__", "__file__", "__doc__", "__package__", "__spec__"}
)


@dataclass(frozen=True)
class Code:
    """The code of a fence: its text without indentation, and where it is in the source.

    `line` is the source's line of its first line, `margin` how many characters of
    indentation were taken from each.
    """

    source: Source
    text: str
    line: int
    margin: int

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return self.text.count("\n") + 1

    def span(self, line: int, column: int, end_line: int, end_column: int) -> Span:
        """A range of the source; lines from 1 and columns from 0, in the text's terms."""
        start = self._offset(line, column)
        end = self._offset(end_line, end_column)
        return Span(self.source.path, start, max(end, start + 1))

    def _offset(self, line: int, column: int) -> int:
        number = min(self.line + max(line, 1) - 1, self.source.line_count)
        text = self.source.line_text(number)
        at = min(self.margin + max(column, 0), len(text))
        return self.source.line_start(number) + at


def read_code(source: Source, fence: Fence) -> Code:
    """The code of a fence, without blank lines around it."""
    text = textwrap.dedent(fence.code.replace("\r\n", "\n"))
    leading = len(text) - len(text.lstrip("\n"))
    line = source.position(fence.code_start)[0] + leading
    code = text.strip("\n")
    first = code.partition("\n")[0]
    margin = len(source.line_text(line)) - len(first) if code else 0
    return Code(source, code, line, max(margin, 0))


@dataclass(frozen=True)
class Problem:
    """What is wrong with a fence, in Python's words, and where."""

    reason: str
    span: Span


@dataclass(frozen=True)
class Parsed:
    """A fence that Python understands. `names` are those it takes from around it."""

    tree: ast.Module
    names: dict[str, Span]
    awaits: ast.AST | None
    yields: ast.AST | None


def parse_fence(code: Code) -> Parsed | Problem:
    """Parses a fence as the body of a function; it is never run."""
    source = _wrapped(code)
    whole = code.span(1, 0, code.lines, len(code.text.rpartition("\n")[2]))
    if code.text[:1].isspace():
        reason = "its lines are not indented alike, with tabs or with spaces"
        return Problem(reason, whole)
    try:
        with _usual_recursion(), warnings.catch_warnings():
            # An unknown escape sequence is not worth a warning on standard error.
            warnings.simplefilter("ignore")
            tree = ast.parse(source, feature_version=_OLDEST)
            compile(tree, "<fence>", "exec", dont_inherit=True)
            outer = _outer_names(source)
    except SyntaxError as error:
        return _problem(code, error)
    except (RecursionError, MemoryError):
        return Problem("it is nested too deeply", whole)
    except ValueError as error:
        return Problem(str(error), whole)
    return Parsed(tree, _places(code, tree, outer), _awaiting(tree), _yielding(tree))


def _wrapped(code: Code) -> str:
    """The fence as the body of a function, each line one column further to the right."""
    rows = (row.strip() for row in code.text.split("\n"))
    empty = all(not row or row.startswith("#") for row in rows)
    body = textwrap.indent(code.text, " ")
    return f"{_HEAD}{body}\n pass" if empty else _HEAD + body


def place(code: Code, node: ast.AST) -> Span:
    """Where a node of the parsed fence stands in the source."""
    assert isinstance(node, ast.expr | ast.stmt)
    rows = _wrapped(code).split("\n")
    end_line = node.end_lineno or node.lineno
    start = len(rows[node.lineno - 1].encode()[: node.col_offset].decode())
    end = len(rows[end_line - 1].encode()[: node.end_col_offset].decode())
    return code.span(node.lineno - 1, start - 1, end_line - 1, end - 1)


def _problem(code: Code, error: SyntaxError) -> Problem:
    line = (error.lineno or 2) - 1
    column = (error.offset or 2) - 2
    end_line = (error.end_lineno or line + 1) - 1
    end_column = (error.end_offset or 0) - 2
    if (end_line, end_column) <= (line, column):
        end_line, end_column = line, column + 1
    reason = _ON_LINE.sub(
        lambda found: f"on line {int(found[1]) + code.line - 2}", error.msg
    )
    return Problem(reason, code.span(line, column, end_line, end_column))


@contextmanager
def _usual_recursion() -> Iterator[None]:
    """Python's own limit: its parser overflows the stack where it is much higher."""
    before = sys.getrecursionlimit()
    depth = 0
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        depth += 1
    sys.setrecursionlimit(min(before, depth + _ROOM))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


# -------------------------------------------------------------------- names
def _outer_names(source: str) -> set[str]:
    """The names that the function reads and does not make."""
    top = symtable.symtable(source, "<fence>", "exec")
    found: set[str] = set()
    pending = list(top.get_children())
    while pending:
        table = pending.pop()
        pending.extend(table.get_children())
        for symbol in table.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                found.add(symbol.get_name())
    return found - _BUILT_IN


def _places(code: Code, tree: ast.Module, names: set[str]) -> dict[str, Span]:
    """Where each name first stands."""
    found: dict[str, Span] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in names - found.keys():
            found[node.id] = place(code, node)
    return found


# -------------------------------------------------------------------- what it does
def _own(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes of the fence's function, functions inside it apart."""
    pending: list[ast.AST] = list(ast.iter_child_nodes(tree.body[0]))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))


def _awaiting(tree: ast.Module) -> ast.AST | None:
    """What the function itself waits for, if it does."""
    for node in _own(tree):
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return node
        comprehension = getattr(node, "generators", ())
        if any(each.is_async for each in comprehension):
            return node
    return None


def _yielding(tree: ast.Module) -> ast.AST | None:
    found = (n for n in _own(tree) if isinstance(n, ast.Yield | ast.YieldFrom))
    return next(found, None)

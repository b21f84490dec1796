"""Embedded Python: fences parsed, linked functions found in source, neither ever run."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable

from pfc.ir.declarations import Python
from pfc.semantics.world import ModuleInfo, World
from pfc.span import Span
from pfc.syntax.ast import data
from pfc.syntax.ast.base import Fence, Text
from pfc.syntax.strings import unescape

PythonSource = Callable[[str], str | None]
"""The source of a Python module below the source root, or none if there is none."""


class Embedded:
    """Reads the Python that effects, functions and contexts name."""

    def __init__(self, world: World, source_of: PythonSource) -> None:
        self.world = world
        self.source_of = source_of

    def body(self, node: data.PythonBody, info: ModuleInfo) -> Python:
        """A fence, or a linked function."""
        if node.fence is not None:
            return self._fence(node.fence, info)
        assert node.linked is not None
        return self.linked(node.linked)

    def _fence(self, fence: Fence, info: ModuleInfo) -> Python:
        line = info.source.position(fence.code_start)[0]
        code = textwrap.dedent(fence.code.replace("\r\n", "\n")).strip("\n")
        waits = False
        source = "async def _():\n" + textwrap.indent(code or "pass", " ")
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self._bad_fence(fence, info, error)
        else:
            waits = awaits(tree)
        return Python(fence.span, code, line, "", "", waits)

    def _bad_fence(self, fence: Fence, info: ModuleInfo, error: Exception) -> None:
        span = fence.span
        reason = str(error)
        if isinstance(error, SyntaxError):
            reason = error.msg
            first = info.source.position(fence.code_start)[0]
            skipped = len(fence.code) - len(fence.code.lstrip("\n"))
            line = first + skipped + (error.lineno or 2) - 2
            if line <= info.source.line_count:
                start = info.source.line_start(line)
                text = info.source.line_text(line)
                indent = len(text) - len(text.lstrip())
                span = Span(
                    span.path, start + indent, start + max(len(text), indent + 1)
                )
        self.world.report("PF109", span, reason=reason)

    def linked(self, node: Text) -> Python:
        """`"module:function"`, looked up in source."""
        written, _ = unescape(node.raw)
        module, colon, function = written.partition(":")
        names = [*module.split("."), function]
        if not colon or not all(name.isidentifier() for name in names):
            reason = 'it is written `"module:function"`'
            self.world.report("PF906", node.span, target=written, reason=reason)
            return Python(node.span, None, 0, "builtins", "print", False)
        waits = self._linked_waits(node, module, function)
        return Python(node.span, None, 0, module, function, waits)

    def _linked_waits(self, node: Text, module: str, function: str) -> bool:
        target = f"{module}:{function}"
        source = self.source_of(module)
        if source is None:
            reason = f"there is no Python module `{module}` below the source root"
            self.world.report("PF906", node.span, target=target, reason=reason)
            return False
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError) as error:
            reason = f"its module does not parse: {error}"
            self.world.report("PF906", node.span, target=target, reason=reason)
            return False
        for statement in tree.body:
            if (
                isinstance(statement, ast.AsyncFunctionDef)
                and statement.name == function
            ):
                return True
            if _defines(statement, function):
                return False
        reason = f"the module `{module}` has no `{function}`"
        self.world.report("PF906", node.span, target=target, reason=reason)
        return False


def _defines(statement: ast.stmt, name: str) -> bool:
    """Whether a statement at the top of a module makes a name."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return statement.name == name
    if isinstance(statement, ast.Assign):
        return any(isinstance(t, ast.Name) and t.id == name for t in statement.targets)
    if isinstance(statement, ast.AnnAssign):
        return isinstance(statement.target, ast.Name) and statement.target.id == name
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return any((alias.asname or alias.name) == name for alias in statement.names)
    return False


def awaits(tree: ast.Module) -> bool:
    """Whether the body of the one function in `tree` awaits, functions inside it apart."""
    pending: list[ast.AST] = list(ast.iter_child_nodes(tree.body[0]))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))
    return False

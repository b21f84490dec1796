"""Embedded Python: fences checked, linked functions found in source, neither ever run."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pfc.diagnostics import Note, did_you_mean
from pfc.ir.declarations import Named, Python
from pfc.semantics.fences import (
    LONGEST,
    Code,
    Parsed,
    Problem,
    parse_fence,
    place,
    read_code,
)
from pfc.semantics.world import ModuleInfo, World
from pfc.span import Span
from pfc.syntax.ast import data
from pfc.syntax.ast.base import Fence, Name, Text
from pfc.syntax.strings import unescape

PythonSource = Callable[[str], str | None]
"""The source of a Python module below the source root, or none if there is none."""

_NAMED: Final = {
    "fn": ("type", "record", "union", "fn"),
    "effect": ("type", "record", "union", "fn", "failure"),
}
"""Which declarations a fence of an effect or a function can name."""

_NEEDED: Final = frozenset(
    {"packetflow", "msgspec", "markupsafe", "starlette", "uvicorn"}
)
"""What the runtime is, and what it imports."""


class Embedded:
    """Reads the Python that effects, functions and contexts name."""

    def __init__(self, world: World, source_of: PythonSource) -> None:
        self.world = world
        self.source_of = source_of

    def body(
        self,
        node: data.PythonBody,
        info: ModuleInfo,
        parameters: Sequence[Name],
        *,
        kind: str,
    ) -> Python:
        """A fence, or a linked function; `kind` is `fn`, which never waits, or `effect`."""
        if node.fence is not None:
            return self._fence(node.fence, info, [p.text for p in parameters], kind)
        assert node.linked is not None
        found = self.linked(node.linked)
        if found.waits and kind == "fn":
            self.world.report("PF261", found.span, found="is a coroutine function")
        return found

    # ------------------------------------------------------------ fences
    def _fence(
        self, fence: Fence, info: ModuleInfo, parameters: list[str], kind: str
    ) -> Python:
        code = read_code(info.source, fence)
        if code.lines > LONGEST:
            self.world.report("PF924", fence.span, lines=code.lines, limit=LONGEST)
            return Python(fence.span, "pass", code.line, "", "", False)
        parsed = parse_fence(code)
        if isinstance(parsed, Problem):
            self.world.report("PF109", parsed.span, reason=parsed.reason)
            return Python(fence.span, code.text, code.line, "", "", False)
        self._flow(code, parsed, kind)
        names = tuple(self._names(parsed, info, parameters, kind))
        waits = parsed.awaits is not None
        return Python(fence.span, code.text, code.line, "", "", waits, names)

    def _flow(self, code: Code, parsed: Parsed, kind: str) -> None:
        if parsed.yields is not None:
            found = "yields"
            self.world.report("PF261", place(code, parsed.yields), found=found)
        elif parsed.awaits is not None and kind == "fn":
            self.world.report("PF261", place(code, parsed.awaits), found="waits")

    def _names(
        self, parsed: Parsed, info: ModuleInfo, parameters: list[str], kind: str
    ) -> Iterator[Named]:
        """The declarations that a fence names; reports what nobody declares."""
        known = _visible(info, _NAMED[kind])
        own = {*parameters, *(f"{name}_" for name in parameters)}
        for name, span in parsed.names.items():
            if name in known:
                yield known[name]
            elif name not in own and name not in info.missing:
                notes = did_you_mean(name, [*parameters, *known])
                self.world.report("PF260", span, notes=notes, name=name)

    # ------------------------------------------------------------ linked Python
    def linked(self, node: Text) -> Python:
        """`"module:function"`, looked up in source."""
        return self.looked_up(node)[0]

    def looked_up(self, node: Text) -> tuple[Python, ast.stmt | None]:
        """`"module:function"` and the statement that defines it, none if that is unknown."""
        written, _ = unescape(node.raw)
        module, colon, function = written.partition(":")
        names = [*module.split("."), function]
        if not colon or not all(name.isidentifier() for name in names):
            reason = 'it is written `"module:function"`'
            self._missing(node.span, written, reason)
            return Python(node.span, None, 0, "builtins", "print", False), None
        found = self._definition(node, module, function)
        waits = isinstance(found, ast.AsyncFunctionDef)
        return Python(node.span, None, 0, module, function, waits), found

    def _missing(
        self, span: Span, target: str, reason: str, notes: Sequence[Note] = ()
    ) -> None:
        self.world.report("PF906", span, notes=notes, target=target, reason=reason)

    def _definition(self, node: Text, module: str, function: str) -> ast.stmt | None:
        target = f"{module}:{function}"
        source = self.source_of(module)
        top = module.partition(".")[0]
        if source is not None and (top in sys.stdlib_module_names or top in _NEEDED):
            # Where the program runs, the source root comes before Python's own modules.
            self.world.report("PF923", node.span, name=top, hidden=_owner(top))
        if source is None:
            reason = f"there is no Python module `{module}` below the source root"
            self._missing(node.span, target, reason)
            return None
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reason = f"its module does not parse: {error}"
            self._missing(node.span, target, reason)
            return None
        found = _definition(tree, function)
        if found is None:
            reason = f"the module `{module}` has no `{function}`"
            notes = did_you_mean(function, _functions(tree))
            self._missing(node.span, target, reason, notes)
        return found


def _visible(info: ModuleInfo, kinds: Sequence[str]) -> dict[str, Named]:
    """What a fence can name: declarations, and variants of this module's unions."""
    found: dict[str, Named] = {}
    for local, entity in {**info.imported, **info.names}.items():
        if entity.kind not in kinds:
            continue
        found[local] = Named(local, entity.id)
        if isinstance(entity.node, data.UnionDecl) and local in info.names:
            for name in _classes(entity.node):
                found.setdefault(name, Named(name, entity.id, name))
    return found


def _classes(union: data.UnionDecl) -> list[str]:
    """The variants that are classes in Python; those of an enumeration are its members."""
    has_fields = any(variant.fields for variant in union.variants)
    return [variant.name.text for variant in union.variants] if has_fields else []


def _owner(module: str) -> str:
    if module in _NEEDED:
        return f"the package `{module}`"
    return f"Python's own `{module}`"


def _definition(tree: ast.Module, name: str) -> ast.stmt | None:
    """The last statement at the top of a module that makes a name."""
    found: ast.stmt | None = None
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        statement = pending.pop(0)
        if _defines(statement, name):
            found = statement
        if isinstance(statement, ast.If | ast.Try | ast.With):
            inner = [*statement.body, *getattr(statement, "orelse", ())]
            for handler in getattr(statement, "handlers", ()):
                inner += handler.body
            pending[:0] = inner
    return found


def _defines(statement: ast.stmt, name: str) -> bool:
    """Whether a statement at the top of a module makes a name."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return statement.name == name
    if isinstance(statement, ast.Assign):
        return any(isinstance(t, ast.Name) and t.id == name for t in statement.targets)
    if isinstance(statement, ast.AnnAssign):
        return isinstance(statement.target, ast.Name) and statement.target.id == name
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return any((alias.asname or alias.name) == name for alias in statement.names)
    return False


def _functions(tree: ast.Module) -> list[str]:
    return [
        each.name
        for each in tree.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

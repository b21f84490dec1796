"""From what mypy says of generated files to diagnostics about `.pf` files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final, TypeAlias

from packetflow.origin.fences import Differs, move_fence
from packetflow.origin.source_map import Mapped, Origin, mapped
from packetflow.origin.sources import PfFile
from pfc.diagnostics import Diagnostic, Label, diagnostic
from pfc.frozen import dataclass
from pfc.pythoncheck.present import PythonReader
from pfc.pythoncheck.run_mypy import Raw
from pfc.span import Source, Span

_FOUND: Final = re.compile(
    r'expression has type "(?P<found>.+)", variable has type "(?P<wanted>[^"]+)"\)'
)
_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class Findings:
    """Maps the findings of one run; `used` are the Python files that they point into."""

    def __init__(
        self,
        files: Mapping[str, str],
        sources: Mapping[str, Source],
        python: PythonReader,
    ) -> None:
        self._files = files
        self._sources = sources
        self._python = python
        self._read: dict[str, _Generated] = {}
        self.used: dict[str, Source] = {}

    def diagnostics(self, raw: Raw) -> Iterator[Diagnostic]:
        """What a finding means for the source; nothing if it is not about its Python."""
        name = raw["file"]
        if name not in self._read:
            self._read[name] = _Generated(self._files[name])
        generated = self._read[name]
        function = generated.function(raw["line"])
        if function is None:
            return
        origin = generated.origin_of(function)
        if origin is None or origin.path not in self._sources:
            return
        source = self._sources[origin.path]
        if origin.code is not None:
            yield from self._fence(raw, generated, function, source, origin.code)
        else:
            yield from self._linked(raw, generated, function, source)

    # ------------------------------------------------------------ fences
    def _fence(
        self,
        raw: Raw,
        generated: _Generated,
        function: _Function,
        source: Source,
        code: tuple[int, int],
    ) -> Iterator[Diagnostic]:
        span = generated.in_fence(raw, function, source, code)
        notes = (raw["hint"],) if raw["hint"] else ()
        yield diagnostic("PF920", span, notes=notes, reason=_sentence(raw))

    # ------------------------------------------------------------ linked Python
    def _linked(
        self, raw: Raw, generated: _Generated, function: _Function, source: Source
    ) -> Iterator[Diagnostic]:
        found = generated.linked(function)
        if found is None or not _is_about(raw, generated, function):
            return
        imported, origin = found
        module, name = imported.module or "", imported.names[0].name
        target = f"{module}:{name}"
        span = _clause(source, origin.line, target)
        reason = _misfit(raw, generated)
        places = self._definition(module, name)
        yield diagnostic("PF921", span, related=places, reason=reason, target=target)

    def _definition(self, module: str, name: str) -> Iterator[Label]:
        """Where a function is written."""
        found = self._python(module)
        if found is None:
            return
        path, text = found
        source = self.used.setdefault(path, Source(path, text))
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            return
        for node in tree.body:
            if isinstance(node, _Function | ast.ClassDef) and node.name == name:
                start = source.line_start(node.lineno)
                line = source.line_text(node.lineno)
                span = Span(path, start, start + len(line.rstrip()))
                yield Label(span, f"`{name}` is defined here")


@dataclass(frozen=True)
class _Generated:
    """A generated file, read."""

    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def mapped(self) -> list[Mapped]:
        return mapped(self.tree, self.text.split("\n"))

    def function(self, line: int) -> _Function | None:
        """The function at the top of the file that has a line in it."""
        for node in self.tree.body:
            if isinstance(node, _Function) and node.lineno <= line <= _end(node):
                return node
        return None

    def origin_of(self, node: ast.stmt) -> Origin | None:
        """What the map says of a statement."""
        return next((each.origin for each in self.mapped if each.node is node), None)

    def linked(self, function: _Function) -> tuple[ast.ImportFrom, Origin] | None:
        """The import of linked Python in a function."""
        for each in self.mapped:
            inside = function.lineno <= each.lines[0] <= _end(function)
            if isinstance(each.node, ast.ImportFrom) and inside and each.origin:
                return each.node, each.origin
        return None

    def wanted(self, protocol: str) -> str | None:
        """How the function that a Protocol describes is called."""
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and node.name == protocol:
                call = node.body[-1]
                if isinstance(call, ast.FunctionDef):
                    return _signature(call)
        return None

    def in_fence(
        self, raw: Raw, function: _Function, source: Source, code: tuple[int, int]
    ) -> Span:
        """The place in the source of a place in embedded Python."""
        whole = Span(
            source.path,
            source.line_start(code[0]),
            source.line_start(code[1]) + len(source.line_text(code[1])),
        )
        tree = ast.parse(self.text)
        moved = next(
            node
            for node in tree.body
            if isinstance(node, _Function) and node.lineno == function.lineno
        )
        chosen = _node_at(moved, raw)
        if chosen is None:
            return whole
        try:
            move_fence(PfFile("", source.path, source.text), code, moved)
        except Differs:
            return whole
        start = _offset(source, chosen.lineno, chosen.col_offset)
        end = _offset(source, chosen.end_lineno or 1, chosen.end_col_offset or 0)
        return Span(source.path, start, max(end, start + 1))


def _is_about(raw: Raw, generated: _Generated, function: _Function) -> bool:
    """Whether a finding is about the linked function itself, not its converted result."""
    if _FOUND.search(raw["message"]):
        return True
    return not any(isinstance(node, ast.AnnAssign) for node in function.body)


def _node_at(function: _Function, raw: Raw) -> ast.expr | ast.stmt | None:
    """What a finding is about: the node with its place, else the one around it."""
    best: ast.expr | ast.stmt | None = None
    for node in ast.walk(function):
        if not isinstance(node, ast.expr | ast.stmt) or node is function:
            continue
        start = (node.lineno, node.col_offset)
        end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
        at, to = (raw["line"], raw["column"]), (raw["end_line"], raw["end_column"])
        if start <= at and to <= end:
            best = node  # deeper ones come later
    return best


def _end(function: _Function) -> int:
    return function.end_lineno or function.lineno


def _offset(source: Source, line: int, column: int) -> int:
    text = source.line_text(line)
    return source.line_start(line) + len(
        text.encode()[:column].decode(errors="replace")
    )


def _clause(source: Source, line: int, target: str) -> Span:
    """The string that links Python, in its line of the source."""
    text = source.line_text(line)
    written = f'"{target}"'
    at = text.find(written)
    start = source.line_start(line)
    if at < 0:
        return Span(source.path, start, start + len(text))
    return Span(source.path, start + at, start + at + len(written))


def _misfit(raw: Raw, generated: _Generated) -> str:
    """Why a function does not fit, with the types of both sides."""
    found = _FOUND.search(raw["message"])
    if found is None:
        return _sentence(raw)
    wanted = generated.wanted(found["wanted"])
    if wanted is None and "[" in found["wanted"]:
        wanted = found["wanted"]  # an alias of the runtime, as mypy spells it out
    if wanted is None:
        return _sentence(raw)
    return f"it is `{found['found']}`, and has to be `{wanted}`"


def _signature(call: ast.FunctionDef) -> str:
    taken = [
        ast.unparse(each.annotation) if each.annotation else "object"
        for each in [*call.args.posonlyargs, *call.args.args]
        if each.arg != "self"
    ]
    result = ast.unparse(call.returns) if call.returns else "None"
    return f"Callable[[{', '.join(taken)}], {result}]"


def _sentence(raw: Raw) -> str:
    message = raw["message"]
    return message[:1].lower() + message[1:] if message[1:2].islower() else message

"""Ambient authority: what Python can do without asking, and no `requires` explains.

A fence gets the values that it declares and nothing else, but Python itself can open
files, sockets and processes. The checker cannot see that; this looks for it in source.
It is a tripwire, not a sandbox: names can be hidden from it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pfc.diagnostics import Diagnostic, diagnostic
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir.program import Program
from pfc.span import Span

PythonSource = Callable[[str], str | None]

CALLS: Final[Mapping[str, str]] = {
    "open": "opens files",
    "exec": "runs code that it makes",
    "eval": "runs code that it makes",
    "compile": "runs code that it makes",
    "__import__": "imports modules by name",
    "input": "reads the terminal",
    "breakpoint": "starts a debugger",
}
"""Builtins, and what they reach."""

MODULES: Final[Mapping[str, str]] = {
    "aiofiles": "opens files",
    "aiohttp": "uses the network",
    "asyncpg": "uses a database",
    "boto3": "uses the network",
    "ctypes": "reaches into memory",
    "ftplib": "uses the network",
    "glob": "looks into folders",
    "http.client": "uses the network",
    "http.server": "uses the network",
    "httpx": "uses the network",
    "importlib": "imports modules by name",
    "io": "opens files",
    "multiprocessing": "starts processes",
    "os": "uses the operating system",
    "pathlib": "opens files",
    "pickle": "runs what it reads",
    "psycopg": "uses a database",
    "redis": "uses the network",
    "requests": "uses the network",
    "shelve": "opens files",
    "shutil": "changes files",
    "signal": "sends signals",
    "smtplib": "sends mail",
    "socket": "uses the network",
    "socketserver": "uses the network",
    "sqlite3": "uses a database",
    "ssl": "uses the network",
    "subprocess": "starts processes",
    "sys": "uses the interpreter",
    "tempfile": "opens files",
    "urllib.request": "uses the network",
    "urllib3": "uses the network",
    "webbrowser": "starts processes",
}
"""Modules whose use reaches outside the program, and how."""

HARMLESS: Final = frozenset(
    {
        "io.BytesIO",
        "io.StringIO",
        "os.path.basename",
        "os.path.dirname",
        "os.path.join",
        "os.path.splitext",
        "os.sep",
        "pathlib.PurePath",
        "pathlib.PurePosixPath",
        "pathlib.PureWindowsPath",
        "sys.byteorder",
        "sys.maxsize",
        "sys.version_info",
    }
)
"""Parts of those modules that reach nothing."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A name that reaches outside, what it does, and its line and column, from 1 and 0."""

    name: str
    does: str
    line: int
    column: int


def ambient(program: Program, source_of: PythonSource) -> list[Diagnostic]:
    """Every use of ambient authority that no `requires` explains."""
    found: list[Diagnostic] = []
    for declaration in program.by_id.values():
        match declaration:
            case d.Effect(body=body) if not declaration.requires:
                kind = "effect"
            case d.Function(body=d.Python() as body):
                kind = "fn"
            case _:
                continue
        for span, reach, where in _reaches(body, source_of):
            found.append(
                diagnostic(
                    "PF420",
                    span,
                    kind=kind,
                    name=declaration.name,
                    python=reach.name,
                    does=reach.does,
                    notes=tuple(_notes(kind, declaration.name, where)),
                )
            )
    return found


def _notes(kind: str, name: str, where: str) -> Iterator[str]:
    if where:
        yield f"it stands in {where}"
    if kind == "effect":
        yield f"say what `{name}` requires, so that callers have to be allowed to"
    else:
        yield "a `fn` cannot require anything: make it an `effect` that does"


def _reaches(
    body: d.Python, source_of: PythonSource
) -> Iterator[tuple[Span, Reach, str]]:
    if body.code is not None:
        for reach in reaches(body.code):
            where = f"line {body.line + reach.line - 1}"
            yield body.span, reach, where
        return
    source = source_of(body.module)
    if source is None:
        return
    for reach in reaches(source, body.function):
        yield body.span, reach, f"{body.module.replace('.', '/')}.py:{reach.line}"


# ---------------------------------------------------------------- looking at Python
def reaches(source: str, function: str | None = None) -> list[Reach]:
    """What a fence reaches, or a function of a module and those of it that it calls."""
    text = source if function is not None else f"async def _():\n{_indented(source)}"
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # told by the checker
    shift = 0 if function is not None else 1
    imported = dict(_imports(tree))
    roots: list[ast.AST] = [tree] if function is None else _called(tree, function)
    found: dict[tuple[str, int, int], Reach] = {}
    for root in roots:
        for reach in _uses(root, imported):
            key = (reach.name, reach.line, reach.column)
            found[key] = Reach(reach.name, reach.does, reach.line - shift, reach.column)
    return sorted(found.values(), key=lambda reach: (reach.line, reach.column))


def _indented(source: str) -> str:
    lines = [f" {line}" for line in source.split("\n")]
    return "\n".join(lines) + "\n pass\n"


def _called(tree: ast.Module, function: str) -> list[ast.AST]:
    """A function of a module, and the functions of the module that it names."""
    known = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    pending, seen = [function], dict[str, ast.AST]()
    while pending:
        name = pending.pop()
        if name in known and name not in seen:
            seen[name] = known[name]
            pending += [
                node.id for node in ast.walk(known[name]) if isinstance(node, ast.Name)
            ]
    return list(seen.values())


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Local names and the dotted names that they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                head = alias.name.partition(".")[0]
                yield alias.asname or head, alias.name if alias.asname else head
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _uses(root: ast.AST, imported: Mapping[str, str]) -> Iterator[Reach]:
    inner = {
        id(node.value) for node in ast.walk(root) if isinstance(node, ast.Attribute)
    }
    for node in ast.walk(root):
        if id(node) in inner or not isinstance(node, ast.Name | ast.Attribute):
            continue
        name = _dotted(node, imported)
        does = None if name is None else _does(name)
        if name is not None and does is not None:
            yield Reach(name, does, node.lineno, node.col_offset)


def _dotted(node: ast.Name | ast.Attribute, imported: Mapping[str, str]) -> str | None:
    parts: list[str] = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name):
        return None
    if inner.id in imported:
        parts.append(imported[inner.id])
    elif inner.id in CALLS:
        parts.append(inner.id)
    else:
        return None
    return ".".join(reversed(parts))


def _does(name: str) -> str | None:
    if name in CALLS:
        return CALLS[name]
    if any(name == safe or name.startswith(f"{safe}.") for safe in HARMLESS):
        return None
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        module = ".".join(parts[:count])
        if module in MODULES:
            return MODULES[module]
    return None

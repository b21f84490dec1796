"""Names of a program that would be one name in Python."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterator
from typing import Final

from pfc.diagnostics import Diagnostic, Label, diagnostic
from pfc.emit.names import MODULE, Renaming, rename
from pfc.emit.python.module_names import FILES, fields_of
from pfc.ir import declarations as d
from pfc.ir.program import Declaration, Module, Program
from pfc.span import Span

_NEEDED: Final = frozenset({"msgspec", "packetflow", "starlette", "uvicorn"})
_FILES: Final = frozenset({*FILES.values(), "api", "components", "pages", "routes"})


def collisions(program: Program) -> list[Diagnostic]:
    """PF212 for each pair of names that collide once they are Python identifiers."""
    found: list[Diagnostic] = []
    for _, module in sorted(program.modules.items()):
        found.extend(_package_name(module, program))
        found.extend(_in_module(module))
        for declaration in module.declarations:
            found.extend(_inside(declaration))
    return found


def _package_name(module: Module, program: Program) -> Iterator[Diagnostic]:
    """A package whose name Python reads otherwise, or finds something else under."""
    problem = _package_problem(module, program)
    if problem:
        better = "/".join(_better(part) for part in module.path[:-3].split("/"))
        note = "rename the file: a module becomes a package of its name"
        if f"{better}.pf" != module.path:
            note = f"rename `{module.path}`, for example to `{better}.pf`"
        yield diagnostic(
            "PF212", Span(module.path, 0, 0), notes=[note], problem=problem
        )


def _package_problem(module: Module, program: Program) -> str:
    top, *_ = parts = module.name.split(".")
    parent, _, last = module.name.rpartition(".")
    words = [part for part in parts if keyword.iskeyword(part)]
    wrong = [part for part in parts if not part.isidentifier()]
    if top in sys.stdlib_module_names or top in _NEEDED:
        return _both(f"module {module.name}", f"Python's module {top}", module.name)
    if words:
        return f"`{words[0]}` cannot be the name of a module: Python reserves the word"
    if wrong:
        return (
            f"`{wrong[0]}` cannot be the name of a module: names are made of letters,"
            " digits and `_`, and begin with no digit"
        )
    if parent in program.modules and last in _FILES:
        other = f"the file {last}.py of the module {parent}"
        return _both(f"module {module.name}", other, module.name)
    return ""


def _better(part: str) -> str:
    """A name like this one that a module can have."""
    made = re.sub(r"\W+", "_", part).strip("_") or "it"
    if made[0].isdigit():
        return f"_{made}"
    return f"{made}_" if keyword.iskeyword(made) else made


def _both(name: str, other: str, python: str) -> str:
    return f"`{name}` and `{other}` would both be called `{python}` in Python"


def _in_module(module: Module) -> Iterator[Diagnostic]:
    spans = {each.name: _name_span(each) for each in module.declarations}
    yield from _reported(rename(spans, MODULE), spans)


def _name_span(declaration: Declaration) -> Span:
    return getattr(declaration, "name_span", declaration.span)


def _inside(declaration: Declaration) -> Iterator[Diagnostic]:
    """Fields, parameters, members and operations of one declaration."""
    parts = [
        *getattr(declaration, "fields", ()),
        *getattr(declaration, "parameters", ()),
        *getattr(declaration, "variants", ()),
        *getattr(declaration, "operations", ()),
        *getattr(declaration, "state", ()),
    ]
    spans = {part.name: part.span for part in parts}
    if isinstance(declaration, d.UnionDecl) and not declaration.is_enumeration:
        for variant in declaration.variants:
            inner = {field.name: field.span for field in variant.fields}
            yield from _reported(fields_of(declaration, variant.name), inner)
        return
    yield from _reported(fields_of(declaration), spans)


def _reported(renaming: Renaming, spans: dict[str, Span]) -> Iterator[Diagnostic]:
    for collision in renaming.collisions:
        label = Label(spans[collision.first], f"`{collision.first}` stands here")
        yield diagnostic(
            "PF212",
            spans[collision.second],
            related=[label],
            problem=_both(collision.second, collision.first, str(collision.python)),
        )

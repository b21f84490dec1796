"""Names of a program that would be one name in Python."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Iterator
from typing import Final

from pfc.diagnostics import Diagnostic, Label, diagnostic
from pfc.emit.names import MODULE, Renaming, rename
from pfc.emit.python.naming import FILES, fields_of
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
    top, *_ = parts = module.name.split(".")
    parent, _, last = module.name.rpartition(".")
    other = ""
    if top in sys.stdlib_module_names or top in _NEEDED:
        other = f"Python's module {top}"
    elif any(keyword.iskeyword(part) for part in parts):
        other = "a Python keyword"
    elif not all(part.isidentifier() for part in parts):
        other = "an expression"
    elif parent in program.modules and last in _FILES:
        other = f"the file {last}.py of the module {parent}"
    if other:
        yield diagnostic(
            "PF212",
            Span(module.path, 0, 0),
            notes=["rename the file: a module becomes a package of its name"],
            name=f"module {module.name}",
            other=other,
            python=module.name,
        )


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
            name=collision.second,
            other=collision.first,
            python=str(collision.python),
        )

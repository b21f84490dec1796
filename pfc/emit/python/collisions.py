"""Names of a program that would be one name in Python."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from pfc.diagnostics import Diagnostic, Label, diagnostic
from pfc.emit.names import MODULE, Renaming, rename
from pfc.emit.python.naming import fields_of
from pfc.ir import declarations as d
from pfc.ir.program import Declaration, Module, Program
from pfc.span import Span

_NEEDED: Final = frozenset({"msgspec", "packetflow", "starlette", "uvicorn"})


def collisions(program: Program) -> list[Diagnostic]:
    """PF212 for each pair of names that collide once they are Python identifiers."""
    found: list[Diagnostic] = []
    for _, module in sorted(program.modules.items()):
        found.extend(_package_name(module))
        found.extend(_in_module(module))
        for declaration in module.declarations:
            found.extend(_inside(declaration))
    return found


def _package_name(module: Module) -> Iterator[Diagnostic]:
    """A package that would be found instead of one that Python or the runtime needs."""
    top = module.name.partition(".")[0]
    if top in sys.stdlib_module_names or top in _NEEDED:
        yield diagnostic(
            "PF212",
            Span(module.path, 0, 0),
            notes=["rename the file: its package would hide Python's own"],
            name=f"module {module.name}",
            other=f"Python's module {top}",
            python=top,
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

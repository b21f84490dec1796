"""Declarations of data and pure functions: modules, types, records, unions, functions, configs."""

from __future__ import annotations

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Fence, Name, Text, node
from pfc.syntax.ast.expressions import Cap, Expr
from pfc.syntax.ast.statements import Block
from pfc.syntax.ast.types import TypeRef


@node
class ModuleDecl:
    span: Span
    name: Dotted


@node
class Import:
    """`import a.b as c`."""

    span: Span
    module: Dotted
    alias: Name | None


@node
class Imported:
    span: Span
    name: Name
    alias: Name | None


@node
class FromImport:
    span: Span
    module: Dotted
    names: tuple[Imported, ...]


@node
class Member:
    """A field of data or a parameter: `name: Type under "/p" = default where c requires Cap`."""

    span: Span
    name: Name
    type: TypeRef
    under: Expr | None
    default: Expr | None
    where: Expr | None
    requires: Cap | None
    secret: bool
    doc: str | None


@node
class TypeAlias:
    span: Span
    name: Name
    generics: tuple[Name, ...]
    type: TypeRef
    under: Expr | None
    where: Expr | None
    doc: str | None


@node
class Record:
    span: Span
    name: Name
    generics: tuple[Name, ...]
    fields: tuple[Member, ...]
    always: tuple[Expr, ...]
    doc: str | None


@node
class Variant:
    span: Span
    name: Name
    fields: tuple[Member, ...]
    doc: str | None


@node
class UnionDecl:
    span: Span
    name: Name
    generics: tuple[Name, ...]
    variants: tuple[Variant, ...]
    doc: str | None


@node
class PythonBody:
    """Embedded Python: a fence, or `"module:function"`."""

    span: Span
    fence: Fence | None
    linked: Text | None


@node
class Function:
    """The body is an expression, a block or embedded Python."""

    span: Span
    name: Name
    generics: tuple[Name, ...]
    parameters: tuple[Member, ...]
    result: TypeRef
    body: Expr | Block | PythonBody
    doc: str | None


@node
class Config:
    span: Span
    name: Name
    fields: tuple[Member, ...]
    doc: str | None


@node
class Interface:
    span: Span
    name: Name
    intents: tuple[Dotted, ...]
    doc: str | None

"""Declarations of authority: capabilities, contexts, principals and their grants."""

from __future__ import annotations

from typing import Union

from pfc.span import Span
from pfc.syntax.ast.base import Name, Text, node
from pfc.syntax.ast.data import Member
from pfc.syntax.ast.expressions import Cap, Expr


@node
class Operation:
    span: Span
    name: Name
    parameters: tuple[Member, ...]
    implies: tuple[Cap, ...]
    doc: str | None


@node
class Capability:
    span: Span
    name: Name
    operations: tuple[Operation, ...]
    doc: str | None


@node
class ForClause:
    """`for name in values`, after a capability."""

    span: Span
    name: Name
    values: Expr


@node
class Grant:
    span: Span
    cap: Cap
    each: ForClause | None
    until: Expr | None


@node
class GrantIf:
    span: Span
    condition: Expr
    then: tuple[GrantRule, ...]
    otherwise: tuple[GrantRule, ...]


GrantRule = Union[Grant, GrantIf]


@node
class Context:
    span: Span
    name: Name
    fields: tuple[Member, ...]
    authenticate: Text | None
    propagate: Name | None
    compose: Name | None
    grants: tuple[GrantRule, ...]
    doc: str | None


@node
class Principal:
    span: Span
    name: Name
    grants: tuple[GrantRule, ...]
    doc: str | None

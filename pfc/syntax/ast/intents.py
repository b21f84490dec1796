"""Declarations of intents, effects and events."""

from __future__ import annotations

from pfc.span import Span
from pfc.syntax.ast.authority import ForClause
from pfc.syntax.ast.base import Dotted, Name, node
from pfc.syntax.ast.data import Member, PythonBody
from pfc.syntax.ast.expressions import Call, Cap, Expr, Number, Retry
from pfc.syntax.ast.types import TypeRef


@node
class Failure:
    """`Name(fields) as status`; without parentheses it may also name a union of failures."""

    span: Span
    name: Dotted
    fields: tuple[Member, ...]
    status: Number | None


@node
class Requirement:
    """`Cap`, or `Cap for name in values`."""

    span: Span
    cap: Cap
    each: ForClause | None


@node
class Requires:
    """`requires A, B`; `nothing` if it says so."""

    span: Span
    requirements: tuple[Requirement, ...]
    nothing: bool


@node
class IntentClauses:
    """What may stand on an intent, on a group of intents, and on a workflow."""

    context: Dotted | None
    fails: tuple[Failure, ...]
    requires: Requires | None
    deadline: Expr | None
    during: Dotted | None
    expires: Expr | None
    performs: tuple[Call, ...]


@node
class Intent:
    span: Span
    name: Name
    fields: tuple[Member, ...]
    result: TypeRef | None
    clauses: IntentClauses
    doc: str | None


@node
class IntentGroup:
    """`intents in C fails X { ... }`: what stands before the brace holds for each of them."""

    span: Span
    clauses: IntentClauses
    intents: tuple[Intent, ...]


@node
class Effect:
    span: Span
    name: Name
    parameters: tuple[Member, ...]
    result: TypeRef | None
    fails: tuple[Failure, ...]
    requires: Requires | None
    retry: Retry | None
    timeout: Expr | None
    traits: tuple[Name, ...]
    context: Dotted | None
    body: PythonBody | None
    doc: str | None


@node
class Event:
    span: Span
    name: Name
    fields: tuple[Member, ...]
    requires: Requires | None
    doc: str | None

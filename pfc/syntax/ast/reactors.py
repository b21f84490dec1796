"""Declarations of reactors."""

from __future__ import annotations

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Name, Text, node
from pfc.syntax.ast.data import Member
from pfc.syntax.ast.expressions import Cap, Expr, Number
from pfc.syntax.ast.statements import Block


@node
class State:
    span: Span
    fields: tuple[Member, ...]
    always: tuple[Expr, ...]


@node
class Rate:
    span: Span
    count: Number
    per: Expr


@node
class Overflow:
    span: Span
    policy: Name
    rate: Rate | None


@node
class Mailbox:
    span: Span
    size: Number
    overflow: Overflow | None
    priority: tuple[Dotted, ...]


@node
class Limits:
    """`max n within d`."""

    span: Span
    count: Number
    within: Expr


@node
class Restart:
    """`kind` is permanent, transient or temporary."""

    span: Span
    kind: Name | None
    limits: Limits | None
    backoff: Expr | None


@node
class Journal:
    span: Span
    snapshot_every: Number | None
    answers: Expr | None


@node
class Migrate:
    """`migrate "module:function"`: from the state of an earlier program to a later one."""

    span: Span
    linked: Text


@node
class MetricDecl:
    span: Span
    name: Name
    kind: Name


@node
class Health:
    span: Span
    every: Expr
    condition: Expr


@node
class Alert:
    span: Span
    name: Name
    condition: Expr
    lasting: Expr | None
    severity: Name | None


@node
class Handler:
    """`on Intent(bindings) { }`; `bindings` is none if there are no parentheses."""

    span: Span
    intent: Dotted
    bindings: tuple[Name, ...] | None
    body: Block


@node
class Reactor:
    span: Span
    name: Name
    implements: tuple[Dotted, ...]
    needs: tuple[Dotted, ...]
    holds: tuple[Cap, ...]
    state: State | None
    mailbox: Mailbox | None
    restart: Restart | None
    journal: Journal | None
    migrations: tuple[Migrate, ...]
    metrics: tuple[MetricDecl, ...]
    health: tuple[Health, ...]
    alerts: tuple[Alert, ...]
    handlers: tuple[Handler, ...]
    doc: str | None

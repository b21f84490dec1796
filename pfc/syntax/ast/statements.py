"""Statements of handlers, functions, workflows, plugins and tests."""

from __future__ import annotations

from typing import Union

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Name, Text, node
from pfc.syntax.ast.expressions import (
    Argument,
    Ask,
    AwaitEvent,
    Call,
    Cap,
    Expr,
    Perform,
    Right,
)
from pfc.syntax.ast.patterns import Pattern
from pfc.syntax.ast.types import TypeRef


@node
class Block:
    span: Span
    statements: tuple[Statement, ...]


@node
class Let:
    """`let name: type = value else leave`; `otherwise` is a block or one statement."""

    span: Span
    name: Name
    type: TypeRef | None
    value: Right
    otherwise: Block | None


@node
class TargetField:
    span: Span
    name: Name


@node
class TargetIndex:
    span: Span
    at: Expr


@node
class Target:
    """`state.x`, `state.m[k].field`."""

    span: Span
    parts: tuple[TargetField | TargetIndex, ...]


@node
class Assign:
    """`operator` is `=`, `+=`, `-=` or `*=`."""

    span: Span
    target: Target
    operator: str
    value: Right


@node
class Remove:
    span: Span
    target: Target


@node
class Reply:
    span: Span
    value: Right


@node
class Done:
    span: Span


@node
class Return:
    span: Span
    value: Right


@node
class Fail:
    """`arguments` is none if there are no parentheses."""

    span: Span
    failure: Dotted
    arguments: tuple[Argument, ...] | None


@node
class Deny:
    """`deny`, `deny Family.op(...)` or `deny "reason"`."""

    span: Span
    cap: Cap | None
    reason: Text | None


@node
class Reject:
    """`reject "why"`, in plugins."""

    span: Span
    reason: Expr


@node
class Emit:
    span: Span
    call: Call


@node
class PerformStatement:
    span: Span
    perform: Perform


@node
class Send:
    span: Span
    call: Call
    after: Expr | None
    only: tuple[Cap, ...]


@node
class AskStatement:
    span: Span
    ask: Ask


@node
class Insert:
    span: Span
    row: Expr
    table: Dotted


@node
class Entry:
    """`name: value`, as in `update ... { }`, `given`, `select` and `aggregate`."""

    span: Span
    name: Name
    value: Expr


@node
class Update:
    span: Span
    table: Dotted
    where: Expr | None
    entries: tuple[Entry, ...]


@node
class Delete:
    span: Span
    table: Dotted
    where: Expr | None


@node
class If:
    span: Span
    condition: Expr
    then: Block
    otherwise: Block | If | None


@node
class Arm:
    """The body is a block; a single statement stands in a block of its own."""

    span: Span
    pattern: Pattern
    guard: Expr | None
    body: Block


@node
class Match:
    span: Span
    subject: Right
    arms: tuple[Arm, ...]


@node
class For:
    """`for names in value`; `parallel` is how many turns may run at once, in workflows."""

    span: Span
    names: tuple[Name, ...]
    value: Expr
    parallel: str | None
    body: Block


@node
class WithAuthority:
    span: Span
    reason: Text
    over: tuple[Expr, ...]
    body: Block


@node
class Require:
    span: Span
    condition: Expr
    otherwise: Block


@node
class Metric:
    """`metric name.operation(arguments)`."""

    span: Span
    name: Name
    operation: Name
    arguments: tuple[Argument, ...]


@node
class Sleep:
    span: Span
    duration: Expr


@node
class AwaitStatement:
    span: Span
    event: AwaitEvent


@node
class Parallel:
    span: Span
    body: Block


@node
class Race:
    span: Span
    body: Block


Statement = Union[
    Let,
    Assign,
    Remove,
    Reply,
    Done,
    Return,
    Fail,
    Deny,
    Reject,
    Emit,
    PerformStatement,
    Send,
    AskStatement,
    Insert,
    Update,
    Delete,
    If,
    Match,
    For,
    WithAuthority,
    Require,
    Metric,
    Sleep,
    AwaitStatement,
    Parallel,
    Race,
]

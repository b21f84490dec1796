"""Expressions, and the effectful forms that may stand right of `let`, `reply` and `match`."""

from __future__ import annotations

from typing import Union

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Name, node
from pfc.syntax.ast.patterns import Pattern


@node
class Reference:
    """A name used as a value."""

    span: Span
    name: str


@node
class StateRef:
    """The reactor's state."""

    span: Span


@node
class Number:
    """A number, duration, date or time, as written."""

    span: Span
    raw: str


@node
class Constant:
    """`true`, `false` or `none`."""

    span: Span
    value: bool | None


@node
class StringLiteral:
    """A string: its parts are texts (unescaped) and holes; `raw` is what stands in the source."""

    span: Span
    raw: str
    parts: tuple[str | Expr, ...]


@node
class ListLiteral:
    span: Span
    items: tuple[Expr, ...]


@node
class MapEntry:
    span: Span
    key: Expr
    value: Expr


@node
class MapLiteral:
    span: Span
    entries: tuple[MapEntry, ...]


@node
class Field:
    """`value.name`."""

    span: Span
    value: Expr
    name: Name


@node
class Index:
    """`value[at]`."""

    span: Span
    value: Expr
    at: Expr


@node
class Argument:
    """One argument; `name` is none for a positional one."""

    span: Span
    name: Name | None
    value: Expr


@node
class CallExpr:
    """`callee(arguments)`: a function, a method, a constructor or, in tests, an intent."""

    span: Span
    callee: Expr
    arguments: tuple[Argument, ...]


@node
class Unary:
    """`not x` or `-x`."""

    span: Span
    operator: str
    operand: Expr


@node
class Binary:
    """`left operator right`, `in`, `under` and `or` among the operators."""

    span: Span
    operator: str
    left: Expr
    right: Expr


@node
class Range:
    """`low..high`, closed."""

    span: Span
    low: Expr
    high: Expr


@node
class IfExpr:
    span: Span
    condition: Expr
    then: Expr
    otherwise: Expr


@node
class ExprArm:
    span: Span
    pattern: Pattern
    guard: Expr | None
    value: Expr


@node
class MatchExpr:
    span: Span
    subject: Right
    arms: tuple[ExprArm, ...]


@node
class Lambda:
    span: Span
    parameters: tuple[Name, ...]
    body: Expr


@node
class Anything:
    """`*` as an argument of a capability; nowhere else it is a value."""

    span: Span


@node
class CapArgument:
    """One argument of a capability; `name` is none for a positional one."""

    span: Span
    name: Name | None
    value: Expr | Anything


@node
class Cap:
    """`Family.operation(arguments)`; `arguments` is none if there are no parentheses."""

    span: Span
    name: Dotted
    arguments: tuple[CapArgument, ...] | None


@node
class Can:
    """`can Family.operation(...)`: does the caller hold it?"""

    span: Span
    cap: Cap


@node
class Call:
    """What `emit`, `send`, `ask`, `perform` and `performs` name, with arguments."""

    span: Span
    target: Dotted
    arguments: tuple[Argument, ...]


@node
class Retry:
    """`retry n backoff low..high`."""

    span: Span
    times: Number
    backoff: Expr | None


@node
class Ask:
    span: Span
    call: Call
    within: Expr | None
    retry: Retry | None
    only: tuple[Cap, ...]


@node
class Perform:
    span: Span
    call: Call
    compensate: Call | None


@node
class Ordering:
    span: Span
    key: Expr
    descending: bool


@node
class Find:
    span: Span
    table: Dotted
    one: bool
    visible: bool
    where: Expr | None
    order: tuple[Ordering, ...]
    limit: Expr | None
    after: Expr | None


@node
class AwaitEvent:
    """`await E where c within d`, in workflows."""

    span: Span
    event: Dotted
    where: Expr | None
    within: Expr | None


Expr = Union[
    Reference,
    StateRef,
    Number,
    Constant,
    StringLiteral,
    ListLiteral,
    MapLiteral,
    Field,
    Index,
    CallExpr,
    Unary,
    Binary,
    Range,
    IfExpr,
    MatchExpr,
    Lambda,
    Can,
    Anything,
]
Right = Union[Expr, Ask, Perform, Find, AwaitEvent]

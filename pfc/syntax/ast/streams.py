"""Declarations of streams and their stages."""

from __future__ import annotations

from typing import Union

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Name, node
from pfc.syntax.ast.expressions import Argument, Expr, Number
from pfc.syntax.ast.reactors import Overflow, Rate
from pfc.syntax.ast.statements import Emit, Entry, Send


@node
class FromStage:
    """An event, a stream, or a connector with arguments."""

    span: Span
    source: Dotted
    arguments: tuple[Argument, ...] | None


@node
class WhereStage:
    span: Span
    condition: Expr


@node
class SelectStage:
    span: Span
    entries: tuple[Entry, ...]


@node
class KeyStage:
    span: Span
    key: Expr


@node
class WindowOption:
    """`on`, `lateness`, `offset` or `idle`, with its value."""

    span: Span
    option: str
    value: Expr


@node
class WindowStage:
    """`kind` is tumbling, sliding, session or count; `every` belongs to sliding."""

    span: Span
    kind: str
    size: Expr
    every: Expr | None
    options: tuple[WindowOption, ...]


@node
class AggregateStage:
    span: Span
    entries: tuple[Entry, ...]


@node
class JoinStage:
    span: Span
    other: Dotted
    key: Expr
    within: Expr | None


@node
class LookupStage:
    span: Span
    table: Dotted
    key: Expr


@node
class MergeStage:
    span: Span
    other: Dotted


@node
class DedupeStage:
    span: Span
    key: Expr
    within: Expr | None


@node
class ThrottleStage:
    span: Span
    rate: Rate


@node
class BatchStage:
    span: Span
    size: Number
    within: Expr | None


@node
class BufferStage:
    span: Span
    size: Number
    overflow: Overflow | None


@node
class LateStage:
    span: Span
    event: Dotted


Stage = Union[
    FromStage,
    WhereStage,
    SelectStage,
    KeyStage,
    WindowStage,
    AggregateStage,
    JoinStage,
    LookupStage,
    MergeStage,
    DedupeStage,
    ThrottleStage,
    BatchStage,
    BufferStage,
    LateStage,
    Emit,
    Send,
]


@node
class Stream:
    span: Span
    name: Name
    principal: Dotted | None
    stages: tuple[Stage, ...]
    doc: str | None

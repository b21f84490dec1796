"""Declarations of calendars, schedules and workflows."""

from __future__ import annotations

from typing import Union

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Name, Text, node
from pfc.syntax.ast.data import Member
from pfc.syntax.ast.expressions import Cap, Expr, Number
from pfc.syntax.ast.intents import IntentClauses
from pfc.syntax.ast.statements import Block, Send
from pfc.syntax.ast.types import TypeRef


@node
class Hours:
    """`mon..fri 09:00..18:00`; `last_day` is none for one day."""

    span: Span
    first_day: Name
    last_day: Name | None
    opens: Number
    closes: Number


@node
class Except:
    """`except 2026-12-25`, or a closed range of dates."""

    span: Span
    first: Number
    last: Number | None


@node
class Calendar:
    """Made of items, or of an expression over other calendars."""

    span: Span
    name: Name
    zone: Text | None
    items: tuple[Hours | Except, ...]
    value: Expr | None
    doc: str | None


@node
class Cron:
    span: Span
    expression: Text
    zone: Text | None
    gap: Name | None
    fold: Name | None


@node
class Every:
    span: Span
    period: Expr


@node
class At:
    span: Span
    date: Number
    time: Number | None
    zone: Text | None
    gap: Name | None
    fold: Name | None


@node
class Missed:
    span: Span
    policy: Name
    within: Expr | None


Timing = Union[Cron, Every, At]


@node
class Schedule:
    span: Span
    name: Name
    principal: Dotted | None
    timings: tuple[Timing, ...]
    missed: Missed | None
    overlap: Name | None
    jitter: Expr | None
    during: Dotted | None
    sends: tuple[Send, ...]
    doc: str | None


@node
class Workflow:
    span: Span
    name: Name
    fields: tuple[Member, ...]
    result: TypeRef | None
    clauses: IntentClauses
    holds: tuple[Cap, ...]
    principal: Dotted | None
    body: Block
    doc: str | None

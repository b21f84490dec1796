"""Typed declarations of what outlives a handler: tables, streams, schedules, workflows; plugins."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Union

from pfc.frozen import dataclass
from pfc.ir.declarations import Field, Intent
from pfc.ir.expressions import Cap, Expr, Symbol
from pfc.ir.statements import Block, Emit, Send
from pfc.ir.types import DeclId, Type
from pfc.span import Span


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a record. `columns` are its fields as they are named in `read` and `write`.

    A guard that is none leaves the table public for it.
    """

    span: Span
    name_span: Span
    id: DeclId
    name: str
    row: Type
    columns: tuple[Symbol, ...]
    key: str
    read: Cap | None
    write: Cap | None
    indexes: tuple[tuple[str, ...], ...]
    uniques: tuple[tuple[str, ...], ...]
    doc: str | None


# ---------------------------------------------------------------- streams
@dataclass(frozen=True, slots=True)
class From:
    """An event or another stream, by its id; `merge` reads another one beside it."""

    span: Span
    source: DeclId


@dataclass(frozen=True, slots=True)
class Keep:
    """`where`: what does not fulfil the condition over `it` goes no further."""

    span: Span
    it: Symbol
    condition: Expr


@dataclass(frozen=True, slots=True)
class Select:
    """`select { name: e }` over `it`; `result` is what goes on."""

    span: Span
    it: Symbol
    entries: tuple[tuple[str, Expr], ...]
    result: Type


@dataclass(frozen=True, slots=True)
class KeyBy:
    span: Span
    it: Symbol
    key: Expr


@dataclass(frozen=True, slots=True)
class Window:
    """`kind`: tumbling, sliding, session (of lengths of time) or count (of elements).

    `on` is an Instant over `it`; lengths are above zero, `offset` and `lateness` may be zero.
    """

    span: Span
    kind: str
    size: timedelta | int
    every: timedelta | None
    it: Symbol
    on: Expr | None
    lateness: timedelta
    offset: timedelta
    idle: timedelta | None


@dataclass(frozen=True, slots=True)
class Aggregation:
    """One aggregate: `function` over what `argument` gives of each `it` (count needs none)."""

    span: Span
    name: str
    function: str
    argument: Expr | None
    type: Type


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`result` has `key`, `window` and the aggregates."""

    span: Span
    it: Symbol
    entries: tuple[Aggregation, ...]
    result: Type


@dataclass(frozen=True, slots=True)
class Join:
    """`result` is `it` with `right`: an element of `other` with the same key."""

    span: Span
    it: Symbol
    other: DeclId
    key: Expr
    within: timedelta | None
    result: Type


@dataclass(frozen=True, slots=True)
class Lookup:
    """`result` is `it` with `right`: the row of `table` with this key, or none."""

    span: Span
    it: Symbol
    table: DeclId
    key: Expr
    result: Type


@dataclass(frozen=True, slots=True)
class Dedupe:
    span: Span
    it: Symbol
    key: Expr
    within: timedelta | None


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most `count` in each `per`."""

    span: Span
    count: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Batch:
    """`result` has `items`: up to `size` elements."""

    span: Span
    size: int
    within: timedelta | None
    result: Type


@dataclass(frozen=True, slots=True)
class Buffer:
    """`overflow`: block, drop_oldest, drop_newest, error or throttle (then `rate`)."""

    span: Span
    size: int
    overflow: str
    rate: tuple[int, timedelta] | None


@dataclass(frozen=True, slots=True)
class LateTo:
    span: Span
    event: DeclId


@dataclass(frozen=True, slots=True)
class Sink:
    """What ends a stream: an `emit` or a `send` over `it`."""

    span: Span
    it: Symbol
    statement: Emit | Send


Stage = Union[
    From,
    Keep,
    Select,
    KeyBy,
    Window,
    Aggregate,
    Join,
    Lookup,
    Dedupe,
    Throttle,
    Batch,
    Buffer,
    LateTo,
    Sink,
]


@dataclass(frozen=True, slots=True)
class Stream:
    """`element` is what its readers get."""

    span: Span
    name_span: Span
    id: DeclId
    name: str
    principal: DeclId | None
    stages: tuple[Stage, ...]
    element: Type
    doc: str | None


# ---------------------------------------------------------------- time
@dataclass(frozen=True, slots=True)
class Hours:
    """`days` as written (`mon`, `mon..fri`); `closes` none is the end of the day."""

    span: Span
    days: str
    opens: time
    closes: time | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly hours in a zone without some dates, or (with `value`) made of others."""

    span: Span
    name_span: Span
    id: DeclId
    name: str
    zone: str
    hours: tuple[Hours, ...]
    exceptions: tuple[tuple[date, date], ...]
    value: Expr | None
    doc: str | None


@dataclass(frozen=True, slots=True)
class CronTimes:
    """The times of a cron line; `gap` and `fold` are None where none is written."""

    line: str
    zone: str
    gap: str | None
    fold: str | None


@dataclass(frozen=True, slots=True)
class AtTime:
    """One time, as a wall clock shows it."""

    moment: datetime
    zone: str
    gap: str | None
    fold: str | None


@dataclass(frozen=True, slots=True)
class EveryPeriod:
    """Again and again, so long after each other."""

    period: timedelta


Timing = CronTimes | AtTime | EveryPeriod


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a principal sends at times that are not decided by anybody's call.

    `timing` is None only where an error was reported.
    """

    span: Span
    name_span: Span
    id: DeclId
    name: str
    principal: DeclId | None
    sends: tuple[Send, ...]
    doc: str | None
    timing: Timing | None = None
    missed: str = "skip"
    within: timedelta | None = None
    overlap: str = "skip"
    jitter: timedelta | None = None
    during: DeclId | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """`intent` is what starts it; `principal` (if any) is who its body acts as."""

    span: Span
    name_span: Span
    id: DeclId
    name: str
    intent: Intent
    holds: tuple[Cap, ...]
    principal: DeclId | None
    body: Block

    @property
    def state(self) -> tuple[Field, ...]:
        """It has none: what it binds is journaled step by step."""
        return ()


# ---------------------------------------------------------------- plugins
@dataclass(frozen=True, slots=True)
class Hook:
    """`kind` is validate, transform, route or compose; `symbol` the whole intent."""

    span: Span
    kind: str
    intent: DeclId
    symbol: Symbol
    body: Block


@dataclass(frozen=True, slots=True)
class Plugin:
    span: Span
    name_span: Span
    id: DeclId
    name: str
    priority: int
    hooks: tuple[Hook, ...]
    doc: str | None

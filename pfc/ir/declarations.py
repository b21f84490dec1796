"""Typed declarations, but for the web layer, apps and tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Union

from pfc.frozen import dataclass
from pfc.ir.expressions import (
    Cap,
    Expr,
    Perform,
    Requirement,
    Symbol,
)
from pfc.ir.statements import Block
from pfc.ir.types import INT, DeclId, RowType, Type
from pfc.span import Span


@dataclass(frozen=True, slots=True)
class Refinement:
    """`under` is a normalised constant path; `where` a Bool over `it`."""

    span: Span
    under: str | None
    it: Symbol | None
    where: Expr | None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of data, or a parameter; `symbol` is it where it can be named bare."""

    span: Span
    name: str
    type: Type
    default: Expr | None
    refinement: Refinement | None
    requires: Cap | None
    secret: bool
    doc: str | None
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Refined:
    """A `type` declaration: with a refinement it makes a RefinedType, else only a name."""

    span: Span
    id: DeclId
    name: str
    base: Type
    refinement: Refinement | None
    doc: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """`always` are Bool over the fields' symbols."""

    span: Span
    id: DeclId
    name: str
    generics: tuple[str, ...]
    fields: tuple[Field, ...]
    always: tuple[Expr, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class Variant:
    span: Span
    name: str
    fields: tuple[Field, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class UnionDecl:
    """Without fields in any variant it is an enumeration."""

    span: Span
    id: DeclId
    name: str
    generics: tuple[str, ...]
    variants: tuple[Variant, ...]
    doc: str | None

    @property
    def is_enumeration(self) -> bool:
        return not any(variant.fields for variant in self.variants)


@dataclass(frozen=True, slots=True)
class Named:
    """A declaration that embedded Python names; `variant` is one of a union's."""

    name: str
    id: DeclId
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Python:
    """Embedded Python: `code` of a fence (`line` is its first line), or module and function.

    `names` are the declarations that a fence takes from around it.
    """

    span: Span
    code: str | None
    line: int
    module: str
    function: str
    waits: bool
    names: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    span: Span
    id: DeclId
    name: str
    generics: tuple[str, ...]
    parameters: tuple[Field, ...]
    result: Type
    body: Expr | Block | Python
    doc: str | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a capability: `domain` is atom, path, max or min."""

    span: Span
    name: str
    domain: str
    type: Type


@dataclass(frozen=True, slots=True)
class Implication:
    """What an operation implies: per parameter of the implied one an index, a constant, or `*`."""

    span: Span
    kind: str
    arguments: tuple[int | Expr | None, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    span: Span
    name: str
    parameters: tuple[Parameter, ...]
    implies: tuple[Implication, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class Family:
    span: Span
    id: DeclId
    name: str
    operations: tuple[Operation, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """`in_session`: it says `until session_end`, and `until` is none."""

    span: Span
    cap: Cap
    each_symbol: Symbol | None
    each_values: Expr | None
    until: Expr | None
    in_session: bool = False


@dataclass(frozen=True, slots=True)
class GrantIf:
    span: Span
    condition: Expr
    then: tuple[GrantRule, ...]
    otherwise: tuple[GrantRule, ...]


GrantRule = Union[Grant, GrantIf]


@dataclass(frozen=True, slots=True)
class Context:
    """`propagate`: inherit, copy, isolate, attenuate; `compose`: merge, override, intersect."""

    span: Span
    id: DeclId
    name: str
    fields: tuple[Field, ...]
    authenticate: Python | None
    propagate: str
    compose: str
    grants: tuple[GrantRule, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class Principal:
    span: Span
    id: DeclId
    name: str
    grants: tuple[GrantRule, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A module-level failure; one exception however often it is declared alike."""

    span: Span
    id: DeclId
    name: str
    fields: tuple[Field, ...]
    status: int
    doc: str | None


@dataclass(frozen=True, slots=True)
class Intent:
    """`requires_span` is where the clause stands (none: there is none; `nothing` says so).

    `during` is the calendar outside of which it is not handled; undelivered for longer
    than `expires` it is dropped.
    """

    span: Span
    name_span: Span
    id: DeclId
    name: str
    fields: tuple[Field, ...]
    result: Type
    context: DeclId | None
    fails: tuple[DeclId, ...]
    requires: tuple[Requirement, ...]
    requires_span: Span | None
    says_nothing: bool
    deadline: timedelta | None
    performs: tuple[Perform, ...]
    doc: str | None
    during: DeclId | None = None
    expires: timedelta | None = None


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    times: int
    low: timedelta
    high: timedelta


@dataclass(frozen=True, slots=True)
class Effect:
    """`waits`: it is asynchronous. `traits`: reads, idempotent, destructive, external."""

    span: Span
    name_span: Span
    id: DeclId
    name: str
    parameters: tuple[Field, ...]
    result: Type
    fails: tuple[DeclId, ...]
    requires: tuple[Requirement, ...]
    requires_span: Span | None
    retry: RetryPolicy | None
    timeout: timedelta | None
    traits: frozenset[str]
    body: Python
    waits: bool
    doc: str | None


@dataclass(frozen=True, slots=True)
class Event:
    span: Span
    name_span: Span
    id: DeclId
    name: str
    fields: tuple[Field, ...]
    requires: tuple[Requirement, ...]
    requires_span: Span | None
    doc: str | None


@dataclass(frozen=True, slots=True)
class Interface:
    span: Span
    id: DeclId
    name: str
    intents: tuple[DeclId, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class Config:
    span: Span
    id: DeclId
    name: str
    fields: tuple[Field, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class Handler:
    """`bindings` stand for the intent's fields in order; none means `_` (or unbound).

    Where `on I` binds nothing, every binding is none. `waits`: it has an ask or an
    asynchronous effect. `reads_only`: it changes and emits nothing.
    """

    span: Span
    head_span: Span
    intent: DeclId
    bindings: tuple[Symbol | None, ...]
    body: Block
    waits: bool
    reads_only: bool


@dataclass(frozen=True, slots=True)
class Metric:
    """`kind` is counter, gauge or histogram."""

    span: Span
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Health:
    """`mailbox` stands for the reactor's mailbox in the condition."""

    span: Span
    every: timedelta
    condition: Expr
    mailbox: Symbol


@dataclass(frozen=True, slots=True)
class Alert:
    """`lasting` is how long the condition has to hold; none: it is raised at once."""

    span: Span
    name: str
    condition: Expr
    lasting: timedelta | None
    severity: str
    mailbox: Symbol


MAILBOX: Final = RowType((("depth", INT), ("room", INT)))
"""What `mailbox` is in a check of a reactor's health and in an alert."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What a reactor shows of itself."""

    metrics: tuple[Metric, ...] = ()
    health: tuple[Health, ...] = ()
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True)
class Reactor:
    """`journal` is how many lines come between snapshots; none: it keeps no journal.

    `migrations` lead from the states of earlier programs to this one, oldest first;
    `journal_span` is where the clause stands, `answers` how long answers are kept for
    who repeats a request, if it says so.
    """

    span: Span
    name_span: Span
    id: DeclId
    name: str
    implements: tuple[DeclId, ...]
    needs: tuple[DeclId, ...]
    holds: tuple[Cap, ...]
    state: tuple[Field, ...]
    always: tuple[Expr, ...]
    mailbox: int | None
    overflow: str
    restart_max: int | None
    restart_within: timedelta | None
    backoff: tuple[timedelta, timedelta] | None
    restart_kind: str
    handlers: tuple[Handler, ...]
    doc: str | None
    priority: tuple[DeclId, ...] = ()
    observed: Observed = Observed()
    journal: int | None = None
    migrations: tuple[Python, ...] = ()
    journal_span: Span | None = None
    answers: timedelta | None = None

"""Typed statements of handlers, functions and tests."""

from __future__ import annotations

from typing import Union

from pfc.frozen import dataclass
from pfc.ir.expressions import (
    Ask,
    AwaitEvent,
    Cap,
    Construct,
    Expr,
    Pattern,
    Perform,
    Right,
    Symbol,
)
from pfc.ir.types import DeclId, Type
from pfc.span import Span


@dataclass(frozen=True, slots=True)
class Block:
    """`leaves`: no way reaches its end."""

    span: Span
    statements: tuple[Statement, ...]
    leaves: bool


@dataclass(frozen=True, slots=True)
class Let:
    """`otherwise` runs (and leaves) if the value is `none`, or the ask or perform failed.

    `symbol.type` is then without the `?`.
    """

    span: Span
    symbol: Symbol
    value: Right
    otherwise: Block | None


@dataclass(frozen=True, slots=True)
class FieldStep:
    name: str


@dataclass(frozen=True, slots=True)
class KeyStep:
    """`[key]` of a map, or of a list (`is_list`)."""

    key: Expr
    is_list: bool


@dataclass(frozen=True, slots=True)
class Target:
    """`state.field` and the steps after it; `type` is what may be assigned."""

    span: Span
    type: Type
    field: str
    field_type: Type
    steps: tuple[FieldStep | KeyStep, ...]


@dataclass(frozen=True, slots=True)
class Assign:
    """`operator` is `=`, `+=`, `-=` or `*=`."""

    span: Span
    target: Target
    operator: str
    value: Right


@dataclass(frozen=True, slots=True)
class Remove:
    """`remove state.m[k]`: absent is fine."""

    span: Span
    target: Target


@dataclass(frozen=True, slots=True)
class Reply:
    """`reply e`; `value` is none for `done` and for a Unit reply."""

    span: Span
    value: Right | None


@dataclass(frozen=True, slots=True)
class Return:
    """`return e`, in functions and stubs."""

    span: Span
    value: Right


@dataclass(frozen=True, slots=True)
class Fail:
    span: Span
    failure: Construct


@dataclass(frozen=True, slots=True)
class Deny:
    span: Span
    cap: Cap | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Emit:
    """`event` is a Construct of kind event."""

    span: Span
    event: Construct


@dataclass(frozen=True, slots=True)
class Run:
    """An `ask` or `perform` as a statement."""

    span: Span
    call: Ask | Perform


@dataclass(frozen=True, slots=True)
class Send:
    """`intent` is a Construct of kind intent."""

    span: Span
    intent: Construct
    after: Expr | None
    only: tuple[Cap, ...]


@dataclass(frozen=True, slots=True)
class If:
    span: Span
    condition: Expr
    then: Block
    otherwise: Block | None


@dataclass(frozen=True, slots=True)
class Arm:
    span: Span
    pattern: Pattern
    guard: Expr | None
    body: Block


@dataclass(frozen=True, slots=True)
class Match:
    """`match` on a value."""

    span: Span
    subject: Expr
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class OutcomeArm:
    """One way an `ask` or `perform` can end.

    `kind`: ok, failure (`failure` says which), unavailable, any (`_`). `bindings` are field
    name and symbol: for ok the field is `value`, for unavailable `reason`; a failure
    as a whole, to be matched inside the body, has no name.
    """

    span: Span
    kind: str
    failure: DeclId | None
    bindings: tuple[tuple[str, Symbol], ...]
    body: Block


@dataclass(frozen=True, slots=True)
class MatchOutcome:
    """`match ask I() { Ok(v) => ...  NotFound(path) => ... }`.

    `gives` is the name that each arm, as its last step, gives a value:
    `let x = match ask I() { ... }`.
    """

    span: Span
    call: Ask | Perform
    arms: tuple[OutcomeArm, ...]
    gives: Symbol | None = None


@dataclass(frozen=True, slots=True)
class For:
    """Over a list, a set, a range, or (two symbols) the entries of a map.

    `parallel` is how many turns of a workflow may run at once.
    """

    span: Span
    symbols: tuple[Symbol, ...]
    values: Expr
    body: Block
    parallel: int | None = None


@dataclass(frozen=True, slots=True)
class WithAuthority:
    """What it binds with `let` is visible after it too."""

    span: Span
    reason: str
    over: tuple[Expr, ...]
    body: Block


@dataclass(frozen=True, slots=True)
class Require:
    """`otherwise` leaves."""

    span: Span
    condition: Expr
    otherwise: Block


@dataclass(frozen=True, slots=True)
class Insert:
    """`insert row into table`; `duplicate` is the failure if its key is taken."""

    span: Span
    table: DeclId
    row: Expr
    duplicate: DeclId | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """`update table where c { field: e }`; condition and values are over `it`."""

    span: Span
    table: DeclId
    it: Symbol
    where: Expr | None
    entries: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Delete:
    span: Span
    table: DeclId
    it: Symbol
    where: Expr | None


@dataclass(frozen=True, slots=True)
class Reject:
    """`reject "why"`: a plugin refuses an intent."""

    span: Span
    reason: Expr


@dataclass(frozen=True, slots=True)
class Sleep:
    span: Span
    duration: Expr


@dataclass(frozen=True, slots=True)
class AwaitRun:
    """An `await` as a statement."""

    span: Span
    event: AwaitEvent


@dataclass(frozen=True, slots=True)
class Together:
    """`parallel { }`, or `race { }`: the first that ends decides. Its names outlive it."""

    span: Span
    race: bool
    body: Block


@dataclass(frozen=True, slots=True)
class Metric:
    """`metric name.operation(value)`; `kind` as declared; none: by one."""

    span: Span
    name: str
    kind: str
    operation: str
    value: Expr | None


Statement = Union[
    Let,
    Assign,
    Remove,
    Reply,
    Return,
    Fail,
    Deny,
    Emit,
    Run,
    Send,
    If,
    Match,
    MatchOutcome,
    For,
    WithAuthority,
    Require,
    Insert,
    Update,
    Delete,
    Reject,
    Sleep,
    AwaitRun,
    Together,
    Metric,
]

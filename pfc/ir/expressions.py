"""Typed expressions: each has its span and its type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Union

from pfc.ir.types import DeclId, Type
from pfc.span import Span

LiteralValue = Union[bool, int, float, Decimal, str, timedelta, date, time, None]


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """One binding. Identity tells symbols apart: shadowing makes a new one.

    `kind` is parameter (a field of an intent, effect, function, component, page: see the
    declaration that owns it), let, loop, pattern, lambda, it, binding (of a handler).
    """

    name: str
    type: Type
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; its Python value fits its type (Path and Url are str, normalised)."""

    span: Span
    type: Type
    value: LiteralValue


@dataclass(frozen=True, slots=True)
class Interpolation:
    """An interpolated string: texts and expressions in order."""

    span: Span
    type: Type
    parts: tuple[str | Expr, ...]


@dataclass(frozen=True, slots=True)
class ListExpr:
    span: Span
    type: Type
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class MapExpr:
    span: Span
    type: Type
    entries: tuple[tuple[Expr, Expr], ...]


@dataclass(frozen=True, slots=True)
class Local:
    span: Span
    type: Type
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Caller:
    """`caller`; in a page its fields are read from it too."""

    span: Span
    type: Type


@dataclass(frozen=True, slots=True)
class StateField:
    """`state.name`; in tests `reactor` says whose."""

    span: Span
    type: Type
    name: str
    reactor: DeclId


@dataclass(frozen=True, slots=True)
class ConfigValue:
    """A config used as the record that it is."""

    span: Span
    type: Type
    id: DeclId


@dataclass(frozen=True, slots=True)
class FieldOf:
    """A field of a record, config, context or page of results."""

    span: Span
    type: Type
    value: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Construct:
    """Makes a value. `kind`: record, variant, intent, event, failure, context, page.

    `arguments` are in the order of the declaration; a field left out has its default.
    For a variant, `id` is the union's and `variant` its name.
    """

    span: Span
    type: Type
    kind: str
    id: DeclId
    variant: str
    arguments: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class CallFunction:
    """A call of a `fn`; `arguments` as in Construct."""

    span: Span
    type: Type
    id: DeclId
    arguments: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the standard library: `owner` is the receiver's kind (`List`, `String`)."""

    span: Span
    type: Type
    owner: str
    name: str
    receiver: Expr
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Builtin:
    """`now()` or `new_uuid()`."""

    span: Span
    type: Type
    name: str


@dataclass(frozen=True, slots=True)
class With:
    """`record.with(field: e)`."""

    span: Span
    type: Type
    value: Expr
    changes: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class IndexOf:
    """`xs[i]` on a list, `m[k]` on a map: a fault if absent."""

    span: Span
    type: Type
    value: Expr
    at: Expr


@dataclass(frozen=True, slots=True)
class Not:
    span: Span
    type: Type
    operand: Expr


@dataclass(frozen=True, slots=True)
class Negate:
    span: Span
    type: Type
    operand: Expr


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+ - * / %` on operands of these types; also + of strings, lists, bytes."""

    span: Span
    type: Type
    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Compare:
    """`== != < <= > >=`."""

    span: Span
    type: Type
    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` / `or` on Bool."""

    span: Span
    type: Type
    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class OrElse:
    """`optional or default`."""

    span: Span
    type: Type
    value: Expr
    default: Expr


@dataclass(frozen=True, slots=True)
class Contains:
    """`x in xs`: a list, set, map (keys), string or range."""

    span: Span
    type: Type
    item: Expr
    container: Expr


@dataclass(frozen=True, slots=True)
class RangeExpr:
    """`low..high`, closed; only right of `in`, and of `for ... in` over Int."""

    span: Span
    type: Type
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class UnderPath:
    """`path under "/docs"`; `prefix` is a Path expression, mostly a literal."""

    span: Span
    type: Type
    value: Expr
    prefix: Expr


@dataclass(frozen=True, slots=True)
class Conditional:
    span: Span
    type: Type
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class AnyPattern:
    """`_`."""

    span: Span


@dataclass(frozen=True, slots=True)
class BindPattern:
    """A name; on an optional it matches a value, `symbol.type` being without the `?`."""

    span: Span
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class ConstantPattern:
    """A literal, or `none` (value None)."""

    span: Span
    type: Type
    value: LiteralValue


@dataclass(frozen=True, slots=True)
class VariantPattern:
    """A variant of a union, or (`variant` empty) a record; fields not named match anything."""

    span: Span
    type: Type
    variant: str
    fields: tuple[tuple[str, Pattern], ...]


@dataclass(frozen=True, slots=True)
class ResultPattern:
    """`Ok(p)` or `Err(p)` of a Result value."""

    span: Span
    type: Type
    ok: bool
    inner: Pattern


@dataclass(frozen=True, slots=True)
class EitherPattern:
    span: Span
    alternatives: tuple[Pattern, ...]


Pattern = Union[
    AnyPattern,
    BindPattern,
    ConstantPattern,
    VariantPattern,
    ResultPattern,
    EitherPattern,
]


@dataclass(frozen=True, slots=True)
class ExprArm:
    span: Span
    pattern: Pattern
    guard: Expr | None
    value: Expr


@dataclass(frozen=True, slots=True)
class MatchValue:
    """`match` as an expression."""

    span: Span
    type: Type
    subject: Expr
    arms: tuple[ExprArm, ...]


@dataclass(frozen=True, slots=True)
class LambdaExpr:
    span: Span
    type: Type
    parameters: tuple[Symbol, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class CanExpr:
    """`can K(...)`: does the caller hold it?"""

    span: Span
    type: Type
    cap: Cap


@dataclass(frozen=True, slots=True)
class Refine:
    """A value of the base type where `type`, a refined one, is expected: checked here."""

    span: Span
    type: Type
    value: Expr


# -------------------------------------------------------------------- capabilities
@dataclass(frozen=True, slots=True)
class AnyArgument:
    """`*` (for a path also `"/**"`)."""

    span: Span


@dataclass(frozen=True, slots=True)
class PathArgument:
    """A path pattern: segments (texts or expressions), then `/**` if `rest`.

    If the first part is a Path expression (`"{dir}/**"`), `leading` holds it.
    """

    span: Span
    leading: Expr | None
    segments: tuple[str | Expr, ...]
    rest: bool


@dataclass(frozen=True, slots=True)
class ValueArgument:
    """A value: a literal, a symbol, or any expression; matched exactly."""

    span: Span
    value: Expr


CapArgument = Union[AnyArgument, PathArgument, ValueArgument]


@dataclass(frozen=True, slots=True)
class Cap:
    """A capability with as many arguments as its operation has parameters."""

    span: Span
    family: DeclId
    operation: str
    arguments: tuple[CapArgument, ...]

    @property
    def kind(self) -> str:
        """`files.FileCap.read`."""
        return f"{self.family}.{self.operation}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """`cap`, or `cap for each_symbol in each_values`."""

    span: Span
    cap: Cap
    each_symbol: Symbol | None = None
    each_values: Expr | None = None


# -------------------------------------------------------------------- effectful forms
@dataclass(frozen=True, slots=True)
class Retry:
    times: int
    low: Expr | None
    high: Expr | None


@dataclass(frozen=True, slots=True)
class Ask:
    """`ask I(...)`; `intent` is a Construct of kind intent; `fails` what it may fail with."""

    span: Span
    type: Type
    intent: Construct
    within: Expr | None
    retry: Retry | None
    only: tuple[Cap, ...]
    fails: tuple[DeclId, ...]


@dataclass(frozen=True, slots=True)
class Perform:
    """`perform e(...)`; `waits` if the effect is asynchronous."""

    span: Span
    type: Type
    effect: DeclId
    arguments: tuple[tuple[str, Expr], ...]
    fails: tuple[DeclId, ...]
    waits: bool


Expr = Union[
    Literal,
    Interpolation,
    ListExpr,
    MapExpr,
    Local,
    Caller,
    StateField,
    ConfigValue,
    FieldOf,
    Construct,
    CallFunction,
    Method,
    Builtin,
    With,
    IndexOf,
    Not,
    Negate,
    Arithmetic,
    Compare,
    Logic,
    OrElse,
    Contains,
    RangeExpr,
    UnderPath,
    Conditional,
    MatchValue,
    LambdaExpr,
    CanExpr,
    Refine,
]
Right = Union[Expr, Ask, Perform]

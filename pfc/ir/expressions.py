"""Typed expressions: each has its span and its type."""

from __future__ import annotations

from typing import Union

from pfc.frozen import dataclass
from pfc.ir.caps import AnyArgument as AnyArgument
from pfc.ir.caps import Cap as Cap
from pfc.ir.caps import CapArgument as CapArgument
from pfc.ir.caps import PathArgument as PathArgument
from pfc.ir.caps import Requirement as Requirement
from pfc.ir.caps import ValueArgument as ValueArgument
from pfc.ir.operators import Arithmetic as Arithmetic
from pfc.ir.operators import Compare as Compare
from pfc.ir.operators import Contains as Contains
from pfc.ir.operators import Logic as Logic
from pfc.ir.operators import Negate as Negate
from pfc.ir.operators import Not as Not
from pfc.ir.operators import OrElse as OrElse
from pfc.ir.operators import RangeExpr as RangeExpr
from pfc.ir.operators import UnderPath as UnderPath
from pfc.ir.patterns import AnyPattern as AnyPattern
from pfc.ir.patterns import BindPattern as BindPattern
from pfc.ir.patterns import ConstantPattern as ConstantPattern
from pfc.ir.patterns import EitherPattern as EitherPattern
from pfc.ir.patterns import Pattern as Pattern
from pfc.ir.patterns import ResultPattern as ResultPattern
from pfc.ir.patterns import VariantPattern as VariantPattern
from pfc.ir.symbols import LiteralValue as LiteralValue
from pfc.ir.symbols import Symbol as Symbol
from pfc.ir.types import DeclId, Type
from pfc.span import Span


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
class CalendarValue:
    """A declared calendar."""

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
class Conditional:
    span: Span
    type: Type
    condition: Expr
    then: Expr
    otherwise: Expr


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
    """`perform e(...)`; `waits` if the effect is asynchronous.

    `cap` is what the built-in effect `delegate` gives to its receiver.
    """

    span: Span
    type: Type
    effect: DeclId
    arguments: tuple[tuple[str, Expr], ...]
    fails: tuple[DeclId, ...]
    waits: bool
    compensate: Perform | None = None
    cap: Cap | None = None


@dataclass(frozen=True, slots=True)
class Find:
    """`find`: a page of rows, or (`one`) a row if there is one; conditions are over `it`.

    `visible`: only rows that the caller may read. `order` is what to sort by, and whether
    it descends.
    """

    span: Span
    type: Type
    table: DeclId
    one: bool
    visible: bool
    it: Symbol
    where: Expr | None
    order: tuple[tuple[Expr, bool], ...]
    limit: Expr | None
    after: Expr | None


@dataclass(frozen=True, slots=True)
class AwaitEvent:
    """`await E where c within d`: the event, over which `it` stands in the condition."""

    span: Span
    type: Type
    event: DeclId
    it: Symbol
    where: Expr | None
    within: Expr | None


Expr = Union[
    Literal,
    Interpolation,
    ListExpr,
    MapExpr,
    Local,
    Caller,
    StateField,
    ConfigValue,
    CalendarValue,
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
Effectful = (Ask, Perform, Find, AwaitEvent)
"""What reaches other parts of the system, for `isinstance`."""

Right = Union[Expr, Ask, Perform, Find, AwaitEvent]

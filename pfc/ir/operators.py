"""Typed operators: arithmetic, comparison, logic, membership."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pfc.frozen import dataclass
from pfc.ir.types import Type
from pfc.span import Span

if TYPE_CHECKING:
    from pfc.ir.expressions import Expr


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

"""Typed patterns of `match`."""

from __future__ import annotations

from typing import Union

from pfc.frozen import dataclass
from pfc.ir.symbols import LiteralValue, Symbol
from pfc.ir.types import Type
from pfc.span import Span


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

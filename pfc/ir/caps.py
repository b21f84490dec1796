"""Capabilities as expressions name them: patterns, symbols and values as arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from pfc.frozen import dataclass
from pfc.ir.symbols import Symbol
from pfc.ir.types import DeclId
from pfc.span import Span

if TYPE_CHECKING:
    from pfc.ir.expressions import Expr


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

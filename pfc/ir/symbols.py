"""Names that a program binds, and the constants that it writes."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Union

from pfc.frozen import dataclass
from pfc.ir.types import Type
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

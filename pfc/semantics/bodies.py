"""What is gathered while a body is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from pfc.ir.types import DeclId, Type
from pfc.span import Span


@dataclass
class Body:
    """A handler, function or stub being read.

    `kind` is handler, function, stub, hook; `result` what `reply` or `return` gives; `fails`
    the failures that may leave it (none: any).
    """

    kind: str
    name: str
    result: Type
    fails: frozenset[DeclId] | None
    performs: bool = True
    waits: bool = False
    changes: bool = False
    asks: list[tuple[DeclId, Span]] = field(default_factory=list)
    emits: bool = False
    asynchronous: bool = True

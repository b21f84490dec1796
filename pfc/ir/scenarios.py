"""`test` blocks, typed: what is given, done and expected."""

from __future__ import annotations

from typing import Union

from pfc.frozen import dataclass
from pfc.ir.expressions import (
    Cap,
    Construct,
    Expr,
    Symbol,
)
from pfc.ir.statements import Block, Let, Statement
from pfc.ir.types import DeclId
from pfc.span import Span


@dataclass(frozen=True, slots=True)
class Given:
    """Initial state of a reactor; fields left out have their defaults."""

    span: Span
    reactor: DeclId
    entries: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class As:
    """`caller` is a Construct of kind context, or a principal's id.

    `subject` is what they signed in as; empty: nobody signed in.
    """

    span: Span
    caller: Construct | DeclId
    caps: tuple[Cap, ...]
    body: tuple[TestItem, ...]
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Stub:
    """`parameters` in the effect's order, of `delegate` the capability first; none is `_`."""

    span: Span
    effect: DeclId
    parameters: tuple[Symbol | None, ...]
    body: Block


@dataclass(frozen=True, slots=True)
class Advance:
    span: Span
    duration: Expr


@dataclass(frozen=True, slots=True)
class Expect:
    """A condition; an intent in it (Construct of kind intent) is asked."""

    span: Span
    value: Expr


@dataclass(frozen=True, slots=True)
class ExpectDenied:
    span: Span
    intent: Construct
    caps: tuple[Cap, ...]


@dataclass(frozen=True, slots=True)
class ExpectFails:
    """`arguments` none: any fields will do."""

    span: Span
    intent: Construct
    failure: DeclId
    arguments: tuple[tuple[str, Expr], ...] | None


@dataclass(frozen=True, slots=True)
class ExpectEmitted:
    """Fields not named may be anything."""

    span: Span
    event: DeclId
    arguments: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class ExpectPerformed:
    """`cap` is what the built-in effect `delegate` gives."""

    span: Span
    effect: DeclId
    arguments: tuple[tuple[str, Expr], ...]
    cap: Cap | None = None


@dataclass(frozen=True, slots=True)
class TestLet:
    """`let x = e`; an intent in it is asked."""

    span: Span
    let: Let


@dataclass(frozen=True, slots=True)
class TestStatement:
    """`send` or `ask` as a statement."""

    span: Span
    statement: Statement


TestItem = Union[
    Given,
    As,
    Stub,
    Advance,
    Expect,
    ExpectDenied,
    ExpectFails,
    ExpectEmitted,
    ExpectPerformed,
    TestLet,
    TestStatement,
]


@dataclass(frozen=True, slots=True)
class Test:
    """`reactors`: those that handle the intents of the module and of what it imports."""

    span: Span
    title: str
    reactors: tuple[DeclId, ...]
    items: tuple[TestItem, ...]

"""The ways an ask or perform can end, and what the arms of a `match` take of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Union, cast

from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir import surface as u
from pfc.ir.types import (
    BOOL,
    STRING,
    UNIT,
    DeclId,
    OptionalType,
    RecordType,
    Type,
    base_of,
)
from pfc.span import Span
from pfc.syntax.ast import patterns as p

Inside = Union[s.Block, x.Expr, tuple[u.Node, ...]]
"""What an arm holds."""


@dataclass
class Case:
    """An arm for one kind of outcome; `body` is a block, a value or, in a page, nodes.

    `whole`: it names the parts as they are, an optional one too.
    """

    span: Span
    pattern: x.Pattern
    guard: x.Expr | None
    body: Inside
    whole: bool = False


@dataclass
class Kind:
    """One kind of outcome: `ok`, `failure` (which), `unavailable`; and its arms."""

    name: str
    failure: DeclId | None
    span: Span
    cases: list[Case] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        """Whether an arm without a condition takes all that is left."""
        return any(
            case.whole or (case.guard is None and _takes_all(case.pattern))
            for case in self.cases
        )


def take_rest(
    case: Case, found: dict[str, Kind], rest: Kind, call: x.Ask | x.Perform
) -> None:
    """`_` is for every kind of outcome that the arms before it do not take whole."""
    if case.guard is None:
        rest.cases.append(case)
    else:
        for key in ("ok", *call.fails):
            failure = None if key == "ok" else key
            made = Kind("ok" if failure is None else "failure", failure, case.span)
            found.setdefault(key, made)
    for kind in found.values():
        if not kind.is_closed:
            kind.cases.append(case)


def looked_at(kind: Kind, call: x.Ask | x.Perform) -> tuple[Type, str]:
    """What the patterns of a kind of outcome are of, and how a value is shown."""
    if kind.failure is not None:
        return RecordType(kind.failure), "{}"
    if kind.name == "unavailable":
        return STRING, "Unavailable({})"
    return (BOOL, "Ok") if call.type == UNIT else (call.type, "Ok({})")


def _takes_all(pattern: x.Pattern) -> bool:
    """Whether a pattern looks at nothing: it names the parts, or ignores them."""
    match pattern:
        case x.AnyPattern():
            return True
        case x.BindPattern(symbol=symbol):
            return not isinstance(base_of(symbol.type), OptionalType)
        case x.VariantPattern(variant="", fields=fields):
            return all(isinstance(inner, x.AnyPattern) for _, inner in fields)
        case _:
            return False


def taken(
    kind: Kind, call: x.Ask | x.Perform
) -> tuple[tuple[tuple[str, x.Symbol], ...], x.Expr | None]:
    """What the parts of an outcome are called, and what its cases match (none: nothing)."""
    first = kind.cases[0]
    if kind.name == "any" or (len(kind.cases) == 1 and first.whole):
        bound = tuple(
            (name, inner.symbol)
            for name, inner in getattr(first.pattern, "fields", ())
            if isinstance(inner, x.BindPattern)
        )
        return bound, None
    if kind.name == "ok" and call.type == UNIT:
        return (), x.Literal(first.span, BOOL, True)
    type_, _ = looked_at(kind, call)
    part, base = {
        "ok": ("value", "value"),
        "unavailable": ("reason", "reason"),
        "failure": ("", "failure"),
    }[kind.name]
    symbol = x.Symbol(base, type_, "pattern", first.span)
    return ((part, symbol),), x.Local(first.span, type_, symbol)


def arm_of(kind: Kind, call: x.Ask | x.Perform) -> s.OutcomeArm:
    """The arm of a kind; where there are several cases, a `match` inside of it."""
    span = kind.cases[0].span
    block = cast("s.Block", kind.cases[0].body)
    bound, subject = taken(kind, call)
    if subject is not None:
        arms = tuple(
            s.Arm(case.span, case.pattern, case.guard, cast("s.Block", case.body))
            for case in kind.cases
        )
        leaves = all(arm.body.leaves for arm in arms)
        block = s.Block(span, (s.Match(span, subject, arms),), leaves)
    return s.OutcomeArm(span, kind.name, kind.failure, bound, block)


def head_name(pattern: p.Pattern) -> str:
    """The name at the head of a pattern."""
    name = getattr(pattern, "name", None)
    return "" if name is None else str(name.last.text)


def is_name(pattern: p.Pattern) -> bool:
    """Whether a pattern is a name or `_`."""
    return (
        isinstance(pattern, p.NamePattern)
        and len(pattern.name.parts) == 1
        and not pattern.name.text[:1].isupper()
    )


def alternatives(pattern: p.Pattern) -> tuple[p.Pattern, ...]:
    return pattern.alternatives if isinstance(pattern, p.OrPattern) else (pattern,)

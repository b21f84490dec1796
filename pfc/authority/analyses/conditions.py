"""When a held pattern covers a needed one: always, never, or under named conditions.

The checker needs only the first of these answers; a person who asks who can do what
wants to know the others too.
"""

from __future__ import annotations

from collections.abc import Callable

from pfc.authority.algebra import (
    Anything,
    Argument,
    AtLeast,
    AtMost,
    Exact,
    PathPattern,
)
from pfc.authority.bounds import UNBOUNDED, Bounds, at_most, is_under
from pfc.authority.show import Show
from pfc.authority.terms import Const, Term

Conditions = tuple[str, ...]
"""Conditions that have to hold together, as a user writes them; none: it always does."""

BoundsOf = Callable[[Term], Bounds]


def unbounded(_: Term) -> Bounds:
    """Nothing is known of any value."""
    return UNBOUNDED


def covering(
    held: tuple[Argument, ...],
    need: tuple[Argument, ...],
    show: Show,
    bounds_of: BoundsOf = unbounded,
) -> Conditions | None:
    """Under which conditions each argument is covered; none if there is no way."""
    found: list[str] = []
    for one, other in zip(held, need, strict=True):
        conditions = _argument(one, other, show, bounds_of)
        if conditions is None:
            return None
        found += conditions
    return tuple(dict.fromkeys(found))


def _argument(
    held: Argument, need: Argument, show: Show, bounds_of: BoundsOf
) -> Conditions | None:
    if isinstance(held, Anything):
        return ()
    match held, need:
        case Exact(left), Exact(right):
            return _equal(left, right, show)
        case PathPattern(), PathPattern():
            return _path(held, need, show, bounds_of)
        case AtMost(left), AtMost(right):
            known = bounds_of(right).upper
            return _ordered(right, left, "<=", known, show)
        case AtLeast(left), AtLeast(right):
            known = bounds_of(right).lower
            return _ordered(right, left, ">=", known, show)
        case _:
            return None


def _equal(left: Term, right: Term, show: Show) -> Conditions | None:
    if left == right:
        return ()
    if isinstance(left, Const) and isinstance(right, Const):
        return None
    if isinstance(right, Const):
        left, right = right, left
    return (f"{show.term(right)} == {show.term(left)}",)


def _ordered(
    value: Term, limit: Term, operator: str, known: Const | None, show: Show
) -> Conditions | None:
    if value == limit:
        return ()
    sure = value if isinstance(value, Const) else known
    if sure is not None and isinstance(limit, Const):
        low, high = (sure, limit) if operator == "<=" else (limit, sure)
        if at_most(low, high):
            return ()
        if isinstance(value, Const):
            return None
    return (f"{show.term(value)} {operator} {show.term(limit)}",)


def _path(
    held: PathPattern, need: PathPattern, show: Show, bounds_of: BoundsOf
) -> Conditions | None:
    if held.leading == need.leading:
        return _segments(held, need, show)
    if held.leading is not None:
        # what the leading value is decides; it is written as a comparison of the whole
        return (f"{show.argument(need)} under {show.argument(held)}",)
    if need.leading is None:
        return _segments(held, need, show)
    constant = tuple(part for part in held.segments if isinstance(part, str))
    if len(constant) == len(held.segments):
        for prefix in bounds_of(need.leading).under:
            if held.rest and is_under(prefix, constant):
                return ()
            if not is_under(constant, prefix) and not is_under(prefix, constant):
                return None
    whole = PathPattern(None, held.segments, False)
    operator = "under" if held.rest else "=="
    if need.segments or need.rest:
        return (f"{show.argument(need)} {operator} {show.argument(whole)}",)
    return (f"{show.term(need.leading)} {operator} {show.argument(whole)}",)


def _segments(held: PathPattern, need: PathPattern, show: Show) -> Conditions | None:
    count = len(held.segments)
    if len(need.segments) < count or (
        not held.rest and (len(need.segments) > count or need.rest)
    ):
        return None
    found: list[str] = []
    for one, other in zip(held.segments, need.segments, strict=False):
        if one == other:
            continue
        if isinstance(one, str) and isinstance(other, str):
            return None
        left, right = (_part(one, show), _part(other, show))
        if isinstance(other, str):
            left, right = right, left
        found.append(f"{right} == {left}")
    return tuple(found)


def _part(part: str | Term, show: Show) -> str:
    return f'"{part}"' if isinstance(part, str) else show.term(part)

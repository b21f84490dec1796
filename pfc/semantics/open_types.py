"""Types that a value leaves open, and what the uses of a name say about them.

`let x = []` says that `x` is a list, not of what; `return x` in a function that gives
`List[Int]` does. While a block is read for the first time the uses of such names are
gathered; then it is read again, each name with the type that its uses agree on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from pfc.ir import expressions as x
from pfc.ir.types import (
    OPEN,
    ListType,
    MapType,
    NoneType,
    OptionalType,
    PageType,
    SetType,
    Type,
    Unknown,
    Variable,
)
from pfc.semantics.relations import fits, is_fresh, join, optional
from pfc.span import Span

_CONTAINERS: Final = (ListType, SetType, MapType, PageType, OptionalType)


def inside(type_: Type) -> Iterator[Type]:
    """A type and all types that it is made of."""
    pending: list[object] = [type_]
    while pending:
        part = pending.pop()
        if isinstance(part, tuple):
            pending.extend(part)
        elif not isinstance(part, str | bool):
            yield part  # type: ignore[misc]  # types are made of types, names and flags
            pending.extend(getattr(part, f.name) for f in fields(part))  # type: ignore[arg-type]  # all are dataclasses


def is_open(type_: Type) -> bool:
    """Whether a value says only in part what its type is."""
    return any(
        isinstance(each, NoneType) or (isinstance(each, Unknown) and each.open)
        for each in inside(type_)
    )


def is_wrong(type_: Type) -> bool:
    """Whether part of the type is not known because of a mistake, already reported."""
    return any(isinstance(each, Unknown) and not each.open for each in inside(type_))


def has_to_be_said(type_: Type) -> bool:
    """Whether an open type is one of nothing: of `none`, or of an empty container."""
    if is_wrong(type_) or not is_open(type_):
        return False
    return isinstance(type_, NoneType) or any(
        isinstance(each, _CONTAINERS)
        and any(_is_hole(getattr(each, f.name)) for f in fields(each))
        for each in inside(type_)
    )


def _is_hole(type_: Type) -> bool:
    return isinstance(type_, NoneType) or (isinstance(type_, Unknown) and type_.open)


class Lessons:
    """What is learned of names with open types; each is known by where it stands."""

    def __init__(self) -> None:
        self.learned: dict[Span, Type] = {}
        self.trying = False
        self._open: dict[Span, Type] = {}

    def begin(self) -> None:
        """A reading of a block in which uses are gathered."""
        self.trying = True
        self._open = {}

    def end(self) -> bool:
        """Ends the reading; whether it taught anything that was not known before."""
        before = dict(self.learned)
        self.learned.update(self._open)
        self.trying = False
        self._open = {}
        return before != self.learned

    def known(self, name: Span) -> Type | None:
        """The type that the uses of a name agreed on, if they did."""
        found = self.learned.get(name)
        return None if found is None or is_open(found) else found

    def look_at(self, name: Span, type_: Type) -> Type:
        """A name whose uses are of interest; the type to go on with meanwhile."""
        if isinstance(type_, NoneType):
            type_ = OptionalType(OPEN)
        self._open[name] = type_
        return type_

    def learn(self, value: x.Expr, wanted: Type) -> None:
        """A value is used as `wanted`: if it is such a name, that says what it is."""
        if not isinstance(value, x.Local) or value.symbol.span not in self._open:
            return
        if isinstance(wanted, Unknown | NoneType) or any(
            isinstance(each, Variable) and is_fresh(each) for each in inside(wanted)
        ):
            return
        known = self._open[value.symbol.span]
        if isinstance(known, OptionalType):
            wanted = optional(wanted)
        elif isinstance(wanted, OptionalType):
            wanted = wanted.item
        if is_open(known):
            self._open[value.symbol.span] = join(known, wanted) or known
        elif fits(wanted, known):
            self._open[value.symbol.span] = wanted

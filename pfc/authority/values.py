"""Values: what an expression stands for, as a term with bounds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pfc.authority.bounds import UNBOUNDED, Bounds, both
from pfc.authority.terms import Derived, Source, Sym, Term
from pfc.span import Span

_NO_PARTS: Final[Mapping[str, Value]] = MappingProxyType({})


class Value:
    """A term and what is known of it where it was made.

    `parts` are the fields of a value made here, `items` the elements of a list written
    here. `whole` is a collection that holds all of the elements of this one.
    Immutable; each evaluation of an expression makes one.
    """

    __slots__ = ("bounds", "items", "parts", "term", "whole")

    def __init__(
        self,
        term: Term,
        bounds: Bounds = UNBOUNDED,
        parts: Mapping[str, Value] = _NO_PARTS,
        items: tuple[Value, ...] | None = None,
        whole: Term | None = None,
    ) -> None:
        self.term = term
        self.bounds = bounds
        self.parts = parts
        self.items = items
        self.whole = whole

    def bounded(self, more: Bounds) -> Value:
        """The same value, about which more is known."""
        known = self.bounds
        if more is UNBOUNDED or more is known:
            return self
        bounds = both(known, more)
        return Value(self.term, bounds, self.parts, self.items, self.whole)

    @property
    def collection(self) -> Term:
        """What a fact about all elements must name to hold for each of these."""
        return self.whole or self.term


def fresh(text: str, source: Source | None = None, span: Span | None = None) -> Value:
    """A value about which nothing is known."""
    return Value(Sym(text, source, span=span))


def element(values: Value, text: str, bounds: Bounds, span: Span | None) -> Value:
    """One element of a collection: some one, so a new value at each call."""
    term = Derived("element", (values.term, Sym(text, span=span)), text)
    return Value(term, bounds)

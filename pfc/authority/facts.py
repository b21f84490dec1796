"""Facts: what the caller is known to hold, and what is known of values, at a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import Final

from pfc.authority.algebra import Capability, mapped, terms_of
from pfc.authority.bounds import UNBOUNDED, Bounds, both, either
from pfc.authority.terms import Sym, Term, replaced
from pfc.frozen import dataclass
from pfc.span import Span


@dataclass(frozen=True, slots=True)
class Each:
    """The facts or needs `K(item) for item in values`."""

    item: Sym
    values: Term


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """A capability that is held, and where that is said.

    `kind`: requires, check, only, or holds. With `each` it is held for every element.
    `index` is the place of a requirement in its clause.
    """

    capability: Capability
    span: Span
    kind: str
    each: Each | None = None
    index: int = 0
    root: Fact | None = None

    def at(self, values: Term, item: Term) -> Fact | None:
        """The fact about one element, if this is one about all elements of `values`."""
        if self.each is None or self.each.values != values:
            return None
        new: Mapping[Term, Term] = {self.each.item: item}
        capability = mapped(self.capability, lambda term: replaced(term, new))
        return replace(self, capability=capability, each=None, root=self.source)

    @property
    def source(self) -> Fact:
        """The fact as it was written."""
        return self.root or self


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at a place. `absent` is what the caller is known not to hold."""

    held: tuple[Fact, ...] = ()
    absent: tuple[Fact, ...] = ()
    bounds: Mapping[Term, Bounds] = field(default_factory=dict)

    def holding(self, *facts: Fact) -> Facts:
        """These facts too."""
        if not facts:
            return self
        return Facts(self.held + facts, self.absent, self.bounds)

    def lacking(self, *facts: Fact) -> Facts:
        """It is also known that the caller does not hold these."""
        if not facts:
            return self
        return Facts(self.held, self.absent + facts, self.bounds)

    def bounding(self, bounds: Iterable[tuple[Term, Bounds]]) -> Facts:
        """These bounds too."""
        known = dict(self.bounds)
        for term, more in bounds:
            known[term] = both(known.get(term, UNBOUNDED), more)
        if known == self.bounds:
            return self
        return Facts(self.held, self.absent, known)

    def bounds_of(self, term: Term) -> Bounds:
        """What the way here has shown about a value."""
        return self.bounds.get(term, UNBOUNDED)

    def inside(self, values: Term, item: Term) -> Facts:
        """The facts inside `for item in values`."""
        found = (fact.at(values, item) for fact in self.held)
        return self.holding(*(fact for fact in found if fact is not None))

    def without(self, dropped: Iterable[Fact]) -> Facts:
        """As if these facts had not been written."""
        gone = set(dropped)
        held = tuple(fact for fact in self.held if fact.source not in gone)
        return Facts(held, self.absent, self.bounds)

    def guarded(self) -> Iterator[Term]:
        """The values that a capability argument of a check or a `requires` names."""
        for fact in self.held:
            for argument in fact.capability.arguments:
                yield from terms_of(argument)


NOTHING_KNOWN: Final = Facts()


def joined(left: Facts | None, right: Facts | None) -> Facts | None:
    """What is known where two ways meet; none where no way arrives."""
    if left is None or right is None:
        return left or right
    if left is right:
        return left
    return Facts(
        tuple(fact for fact in left.held if fact in right.held),
        tuple(fact for fact in left.absent if fact in right.absent),
        {
            term: either(bounds, right.bounds[term])
            for term, bounds in left.bounds.items()
            if term in right.bounds
        },
    )

"""Judging uses: is what each needs covered, and by whose authority?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

from pfc.authority.algebra import Capability, covers_all, mapped
from pfc.authority.bounds import UNBOUNDED, Bounds, both
from pfc.authority.context import Context
from pfc.authority.facts import Fact, Facts
from pfc.authority.flow import Flow, terms_of_capability
from pfc.authority.kinds import Kinds
from pfc.authority.terms import Source, Term, replaced
from pfc.authority.trace import (
    Authority,
    HandlerPlace,
    Need,
    Use,
    acts_as_principal,
)
from pfc.frozen import dataclass
from pfc.ir.types import DeclId
from pfc.span import Span


@dataclass(frozen=True, slots=True)
class Cover:
    """The fact that covers a need, and the implications on the way."""

    fact: Fact
    rules: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a use is not allowed.

    `kind`: uncovered (nothing covers the need), attenuated (`only` leaves too little)
    or deputy (own authority on `argument`, which callers choose, see `sources`).
    `is_only`: the need is what `only` names. `inside` is where a callee acts on the
    argument with what it was lent.
    """

    kind: str
    use: Use
    need: Need
    argument: Term | None = None
    sources: tuple[Source, ...] = ()
    is_only: bool = False
    inside: Use | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """A caller-chosen value that a handler acts on with its caller's authority.

    It is no field of the handled intent: it comes from state, a reply, or Python.
    """

    argument: Term
    sources: tuple[Source, ...]
    use: Use


class Judge:
    """Covering and the rules about own authority, for one program."""

    def __init__(self, context: Context, flow: Flow) -> None:
        self.context = context
        self.kinds: Kinds = context.kinds
        self.flow = flow

    # ------------------------------------------------------------ covering
    def cover(self, need: Need, held: Iterable[Fact], facts: Facts) -> Cover | None:
        """The first of the facts that covers the need, in a place with these facts."""

        def bounds_of(term: Term) -> Bounds:
            return both(need.limits.get(term, UNBOUNDED), facts.bounds_of(term))

        kind, wanted = need.capability.kind, need.capability.arguments
        for fact in held:
            ways = self.kinds.ways(fact.capability.kind, kind)
            capability = self._about(fact, need) if ways else None
            if capability is None:
                continue
            for implied in ways:
                arguments = implied.of(capability).arguments
                if covers_all(arguments, wanted, bounds_of):
                    return Cover(fact, implied.rules)
        return None

    def lacking(self, need: Need, facts: Facts) -> Fact | None:
        """What the caller turned out not to hold, if they would hold it with the need."""
        wish = Fact(need.capability, need.declared, "wish", need.each)
        for fact in facts.absent:
            absent = Need(fact.capability, need.limits, fact.span, fact.each)
            if self.cover(absent, (wish,), facts) is not None:
                return fact
        return None

    def _about(self, fact: Fact, need: Need) -> Capability | None:
        """What the fact says about what is needed; nothing, if about other elements."""
        if fact.each is None:
            return fact.capability
        if need.each is None or need.each.values != fact.each.values:
            return None
        new: Mapping[Term, Term] = {fact.each.item: need.each.item}
        return mapped(fact.capability, lambda term: replaced(term, new))

    # ------------------------------------------------------------ uses
    def failures(self, use: Use, dropped: Collection[Fact] = ()) -> Iterator[Failure]:
        """What is wrong with a use; `dropped` facts count as not written."""
        facts = use.facts.without(dropped) if dropped else use.facts
        if use.only:
            yield from self._attenuated(use, facts)
        arriving = self.arriving(use, facts)
        for need in use.needs:
            if use.only or self.cover(need, arriving, facts) is not None:
                continue
            if self.by_own(need, use.authority, facts) is None:
                yield Failure("uncovered", use, need)
            elif use.kind != "from":  # reading an event is using nothing on its data
                terms = self.flow.terms_of_need(use, need)
                yield from self._deputy(use, need, terms, facts)
        if use.kind in ("send", "ask") and use.authority is not None:
            yield from self._fields(use, facts)

    def arriving(self, use: Use, facts: Facts) -> tuple[Fact, ...]:
        """What counts without own authority: what callers have, if they count at all."""
        return () if acts_as_principal(use.place) else facts.held

    def by_own(
        self, need: Need, authority: Authority | None, facts: Facts
    ) -> Cover | None:
        """What the reactor holds that covers the need, where it may be used."""
        if authority is None:
            return None
        return self.cover(need, authority.holds, facts)

    def _attenuated(self, use: Use, facts: Facts) -> Iterator[Failure]:
        arriving = self.arriving(use, facts)
        for named in use.only:
            if self.cover(named, arriving, facts) is not None:
                continue
            if self.by_own(named, use.authority, facts) is None:
                yield Failure("uncovered", use, named, is_only=True)
            else:
                yield from self._deputy(use, named, terms_of_capability(named), facts)
        lent = [Fact(one.capability, one.declared, "only") for one in use.only]
        for need in use.needs:
            if self.cover(need, lent, facts) is None:
                yield Failure("attenuated", use, need)

    def _fields(self, use: Use, facts: Facts) -> Iterator[Failure]:
        """Authority fields count as capability arguments where authority is lent."""
        arriving = self.arriving(use, facts)
        for need in (*use.only, *use.needs):
            if (
                self.cover(need, arriving, facts) is None
                and self.by_own(need, use.authority, facts) is not None
            ):
                terms = self.flow.terms_of_fields(use)
                yield from self._deputy(use, need, terms, facts)
                if acts_as_principal(use.place):
                    return  # its callee acts as one that a principal calls
                for each in self.carried(use.target):
                    yield Failure(
                        "deputy",
                        use,
                        need,
                        each.argument,
                        each.sources,
                        inside=each.use,
                    )
                return

    # ------------------------------------------------------------ lent authority
    def carried(self, intent: DeclId) -> Iterable[Carried]:
        """What else than its fields decides how an intent's handler uses authority.

        Lent authority is the lender's own: it must not be used on what callers chose,
        however that travelled. What the callee does with its own is judged there.
        """
        return self._carried.get(intent, {}).values()

    @cached_property
    def _carried(self) -> dict[DeclId, dict[Term, Carried]]:
        """For each intent, what its handler or those that it sends to act on."""
        found: dict[DeclId, dict[Term, Carried]] = {}
        sends: list[tuple[DeclId, DeclId]] = []
        for use in self.context.trace.uses:
            if not isinstance(use.place, HandlerPlace):
                continue
            intent = use.place.intent.id
            own = found.setdefault(intent, {})
            for need in (*use.needs, *use.only):
                if self.cover(need, use.facts.held, use.facts) is None:
                    continue
                if use.kind in ("send", "ask"):
                    sends.append((intent, use.target))
                for each in self._carried_by(use, need, intent):
                    own.setdefault(each.argument, each)
        changed = True
        while changed:
            before = sum(map(len, found.values()))
            for sender, target in sends:
                for term, each in found.get(target, {}).items():
                    found[sender].setdefault(term, each)
            changed = sum(map(len, found.values())) != before
        return found

    def _carried_by(self, use: Use, need: Need, intent: DeclId) -> Iterator[Carried]:
        terms = chain(
            self.flow.terms_of_need(use, need), self.flow.terms_of_fields(use)
        )
        for term in terms:
            chosen = tuple(
                source
                for source in self.flow.chosen(term)
                if (source.kind, source.owner) != ("field", intent)
            )
            if chosen:
                yield Carried(term, chosen, use)

    # ------------------------------------------------------------ confused deputies
    def _deputy(
        self, use: Use, need: Need, terms: Iterable[Term], facts: Facts
    ) -> Iterator[Failure]:
        trusted = self.trusted(use, facts)
        for term in dict.fromkeys(terms):
            found = self.flow.exposed(use, term, trusted)
            if found:
                yield Failure("deputy", use, need, term, tuple(found))

    def trusted(self, use: Use, facts: Facts) -> frozenset[Term]:
        """Values that the caller was checked on, or that `over` accepts."""
        over = () if use.authority is None else use.authority.over
        lists = (fact.each.values for fact in facts.held if fact.each is not None)
        return frozenset((*facts.guarded(), *over, *lists))

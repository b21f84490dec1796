"""A need as a `requires` can say it: in terms of fields, of the caller, of constants."""

from __future__ import annotations

from collections.abc import Iterator

from pfc.authority.algebra import (
    ANYTHING,
    Argument,
    AtLeast,
    AtMost,
    Capability,
    Exact,
    PathPattern,
    mapped,
    terms_of,
)
from pfc.authority.bounds import UNBOUNDED, Bounds, both
from pfc.authority.facts import Each, Facts
from pfc.authority.fixes import is_field
from pfc.authority.show import Show
from pfc.authority.terms import Derived, Sym, Term
from pfc.authority.trace import Need
from pfc.frozen import dataclass

_ORIGINS = {
    "ask": "a reply",
    "perform": "what an effect gives",
    "find": "a row",
    "row": "a column of a row",
    "state": "state, which changes",
    "python": "what Python gives",
    "input": "an input of the page",
    "event": "an event",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A need that can stand in `requires`; `bound`: the value that is not known by name.

    It asks for all that this value may be.
    """

    capability: Capability
    each: Each | None = None
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Why a need cannot stand in `requires`."""

    reason: str


def expressed(
    need: Need, facts: Facts, optional: frozenset[str], show: Show
) -> Said | Unsaid:
    """The need of a use, in a place with these facts, as its callers can be told it.

    `optional` are the fields that may be absent, which no capability can name.
    """
    speech = _Speech(need, facts, optional, show)
    try:
        return speech.said()
    except _CannotSay as problem:
        return Unsaid(str(problem))


class _CannotSay(Exception):
    """The message says why."""


class _Speech:
    def __init__(
        self, need: Need, facts: Facts, optional: frozenset[str], show: Show
    ) -> None:
        self._need, self._facts = need, facts
        self._optional, self._show = optional, show
        self._each: Each | None = None
        self._bound = ""

    def said(self) -> Said:
        """The need; raises _CannotSay."""
        need = self._need
        if need.each is not None:
            if not is_field(need.each.values):
                raise _CannotSay(self._made(need.each.values))
            return Said(need.capability, need.each)
        elements = dict(self._elements())
        capability = mapped(need.capability, lambda term: elements.get(term, term))
        arguments = tuple(map(self._argument, capability.arguments))
        return Said(Capability(capability.kind, arguments), self._each, self._bound)

    def _elements(self) -> Iterator[tuple[Term, Term]]:
        """What the loop goes through, if it is over a field: `for p in paths`."""
        for argument in self._need.capability.arguments:
            for term in terms_of(argument):
                match term:
                    case Derived(operation="element", parts=(whole, *_)) if (
                        self._each is None and self._named(whole)
                    ):
                        own = Sym(term.text)
                        self._each = Each(own, whole)
                        yield term, own

    def _named(self, term: Term) -> bool:
        if self._each is not None and term is self._each.item:
            return True
        return is_field(term) and self._show.term(term) not in self._optional

    def _argument(self, argument: Argument) -> Argument:
        if all(map(self._named, terms_of(argument))):
            return argument
        found = self._bounded(argument)
        if found is None or found is ANYTHING:
            unknown = next(t for t in terms_of(argument) if not self._named(t))
            raise _CannotSay(self._made(unknown))
        self._bound = next(
            self._show.term(t) for t in terms_of(argument) if not self._named(t)
        )
        return found

    def _bounded(self, argument: Argument) -> Argument | None:
        """What covers all that the argument may be; none, if nothing is known."""
        match argument:
            case Exact():
                return None
            case AtMost(value):
                upper = self._bounds(value).upper
                return None if upper is None else AtMost(upper)
            case AtLeast(value):
                lower = self._bounds(value).lower
                return None if lower is None else AtLeast(lower)
            case PathPattern(leading, segments, _):
                return self._subtree(leading, segments)
            case _:
                return argument

    def _subtree(
        self, leading: Term | None, segments: tuple[str | Term, ...]
    ) -> Argument | None:
        if leading is not None and not self._named(leading):
            under = sorted(self._bounds(leading).under, key=lambda p: (len(p), p))
            return PathPattern(None, under[-1], True) if under and under[-1] else None
        known: list[str | Term] = []
        for part in segments:
            if not isinstance(part, str) and not self._named(part):
                break
            known.append(part)
        if leading is None and not known:
            return None
        return PathPattern(leading, tuple(known), True)

    def _bounds(self, term: Term) -> Bounds:
        return both(self._need.limits.get(term, UNBOUNDED), self._facts.bounds_of(term))

    def _made(self, term: Term) -> str:
        shown = f"`{self._show.term(term)}`"
        if is_field(term):
            return f"{shown} may be absent, and a capability cannot name it"
        source = term.source if isinstance(term, Sym) else None
        origin = _ORIGINS.get(source.kind, "") if source is not None else ""
        told = f"is {origin}" if origin else "is made here"
        return f"{shown} {told}, so no field names it and nothing bounds it"

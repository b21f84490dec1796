"""Why a need is not covered: what a user should look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pfc.authority.algebra import (
    Argument,
    AtLeast,
    AtMost,
    PathPattern,
    covers,
    mapped,
    terms_of,
)
from pfc.authority.bounds import UNBOUNDED, Bounds, both
from pfc.authority.context import Context
from pfc.authority.facts import Fact
from pfc.authority.judge import Judge
from pfc.authority.show import Show, path_text
from pfc.authority.terms import Const, Term, replaced, subterms
from pfc.authority.trace import (
    HandlerPlace,
    HookPlace,
    Need,
    PrincipalPlace,
    Rebound,
    Use,
)
from pfc.diagnostics import Label
from pfc.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence without a full stop, and the places that it is about."""

    text: str
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stale:
    """A fact would cover the need, were its values not older ones."""

    fact: Fact
    rebound: Rebound


class Reasons:
    """Explains needs that are not covered."""

    def __init__(self, context: Context, judge: Judge, show: Show) -> None:
        self._context = context
        self._judge = judge
        self._show = show

    # ------------------------------------------------------------ old values
    def stale(self, use: Use, need: Need) -> Stale | None:
        """The check of an older value that would have been enough."""
        checked = {*use.facts.guarded(), *use.facts.bounds}
        inside = {
            part
            for argument in need.capability.arguments
            for term in terms_of(argument)
            for part in subterms(term)
        }
        for rebound in reversed(self._context.trace.rebound):
            if rebound.new not in inside or rebound.old not in checked:
                continue
            older = self._with(need, {rebound.new: rebound.old})
            cover = self._judge.cover(older, use.facts.held, use.facts)
            if cover is not None:
                return Stale(cover.fact, rebound)
        return None

    def _with(self, need: Need, new: Mapping[Term, Term]) -> Need:
        capability = mapped(need.capability, lambda term: replaced(term, new))
        return Need(capability, need.limits, need.declared, need.each)

    # ------------------------------------------------------------ missing bounds
    def unbounded(self, use: Use, need: Need) -> tuple[str, str, str] | None:
        """The argument that has no bound though one would do, which bound, and the limit."""
        for _, held in self._of_kind(use.facts.held, need):
            found = self._only_bounds_missing(use, need, held)
            if found is not None:
                return found
        return None

    def _of_kind(
        self, held: tuple[Fact, ...], need: Need
    ) -> Iterator[tuple[Fact, tuple[Argument, ...]]]:
        """What is held of the needed kind, implications followed."""
        for fact in held:
            if fact.each is not None:
                continue
            for implied in self._judge.kinds.closure(fact.capability.kind):
                if implied.kind == need.capability.kind:
                    yield fact, implied.of(fact.capability).arguments

    def _only_bounds_missing(
        self, use: Use, need: Need, held: tuple[Argument, ...]
    ) -> tuple[str, str, str] | None:
        found: tuple[str, str, str] | None = None
        for one, other in zip(held, need.capability.arguments, strict=False):
            if covers(one, other, lambda term: self._bounds(use, need, term)):
                continue
            missing = self._missing(use, need, one, other)
            if missing is None:
                return None
            found = found or missing
        return found

    def _missing(
        self, use: Use, need: Need, held: Argument, wanted: Argument
    ) -> tuple[str, str, str] | None:
        match held, wanted:
            case PathPattern(leading=None, rest=True), PathPattern(leading=term) if (
                term is not None and not self._bounds(use, need, term).under
            ):
                if not all(isinstance(part, str) for part in held.segments):
                    return None
                whole = self._show.argument(replace(held, rest=False))
                return self._show.term(term), "known prefix", whole
            case AtMost(Const() as limit), AtMost(term) if (
                not isinstance(term, Const)
                and self._bounds(use, need, term).upper is None
            ):
                return self._show.term(term), "upper bound", limit.text
            case AtLeast(Const() as limit), AtLeast(term) if (
                not isinstance(term, Const)
                and self._bounds(use, need, term).lower is None
            ):
                return self._show.term(term), "lower bound", limit.text
            case _:
                return None

    def _bounds(self, use: Use, need: Need, term: Term) -> Bounds:
        return both(need.limits.get(term, UNBOUNDED), use.facts.bounds_of(term))

    # ------------------------------------------------------------ everything else
    def reason(self, use: Use, need: Need) -> Reason:
        """The most telling reason."""
        for explain in (
            self._known_lacking,
            self._nothing,
            self._other_way,
            self._by_segment,
            self._too_wide,
        ):
            found = explain(use, need)
            if found is not None:
                return self._in_block(use, found)
        callers = self._show.callers(use.place)
        held = self._show.facts(use.facts.held)
        labels = tuple(_said(fact, "this is what they have") for fact in use.facts.held)
        return self._in_block(use, Reason(f"{callers} have only {held}", labels))

    def _in_block(self, use: Use, found: Reason) -> Reason:
        if use.authority is None or not isinstance(use.place, HandlerPlace):
            return found
        name = use.place.reactor.name
        held = self._show.facts(use.authority.holds)
        has = f"only {held}" if held else "nothing"
        note = f"`{name}` does not hold it either: it holds {has}"
        return Reason(found.text, found.labels, (*found.notes, note))

    def _known_lacking(self, use: Use, need: Need) -> Reason | None:
        absent = self._judge.lacking(need, use.facts)
        if absent is None:
            return None
        label = Label(absent.span, "here the caller turned out not to have it")
        return Reason("here the caller is known not to have it", (label,))

    def _nothing(self, use: Use, need: Need) -> Reason | None:
        if use.facts.held:
            return None
        callers = self._show.callers(use.place)
        place = use.place
        if isinstance(place, HookPlace):
            label = Label(place.hook.span, "hooks run before anybody is admitted")
            return Reason("a plugin has no authority", (label,))
        if isinstance(place, PrincipalPlace):
            label = Label(place.declaration.name_span, "it stands here")
            return Reason(f"{callers} have nothing", (label,))
        clause = (
            place.intent.requires_span or place.intent.name_span
            if isinstance(place, HandlerPlace)
            else place.page.requires_span or place.page.name_span
        )
        return Reason(
            f"{callers} arrive with nothing", (Label(clause, "requires nothing"),)
        )

    def _other_way(self, use: Use, need: Need) -> Reason | None:
        wish = Fact(need.capability, need.declared, "wish", need.each)
        for fact in use.facts.held:
            wanted = Need(fact.capability, {}, fact.span, fact.each)
            cover = self._judge.cover(wanted, (wish,), use.facts)
            if cover is None or not cover.rules:
                continue
            text = (
                f"`{self._show.fact(fact)}` does not imply it: "
                "the implication goes the other way"
            )
            rules = (Label(rule, "the rule") for rule in cover.rules)
            return Reason(text, (_said(fact, "what is had"), *rules))
        return None

    def _by_segment(self, use: Use, need: Need) -> Reason | None:
        for fact, arguments in self._of_kind(use.facts.held, need):
            for held, wanted in zip(arguments, need.capability.arguments, strict=False):
                if not isinstance(held, PathPattern):
                    continue
                base, found = _constant_path(held), self._path(use, need, wanted)
                if base is None or found is None or not found.startswith(base):
                    continue
                if found == base or found.startswith(f"{base}/") or base == "/":
                    continue
                text = f"paths compare by segment, and `{found}` is not under `{base}`"
                return Reason(text, (_said(fact, "what is had"),))
        return None

    def _path(self, use: Use, need: Need, wanted: Argument) -> str | None:
        """The constant part of a needed path, or its bound."""
        if not isinstance(wanted, PathPattern):
            return None
        if wanted.leading is None:
            return _constant_path(wanted)
        under = self._bounds(use, need, wanted.leading).under
        return max(map(path_text, under), key=lambda p: (len(p), p), default=None)

    def _too_wide(self, use: Use, need: Need) -> Reason | None:
        for fact, arguments in self._of_kind(use.facts.held, need):
            for held, wanted in zip(arguments, need.capability.arguments, strict=False):
                text = self._known_only(use, need, held, wanted)
                if text is not None:
                    return Reason(text, (_said(fact, "what is had"),))
        return None

    def _known_only(
        self, use: Use, need: Need, held: Argument, wanted: Argument
    ) -> str | None:
        if covers(held, wanted, lambda term: self._bounds(use, need, term)):
            return None
        for term in terms_of(wanted):
            bounds = self._bounds(use, need, term)
            name, limit = self._show.term(term), self._show.argument(held)
            if isinstance(wanted, AtMost) and bounds.upper is not None:
                return (
                    f"`{name}` may be {bounds.upper.text}, and `{limit}` is the limit"
                )
            if isinstance(wanted, AtLeast) and bounds.lower is not None:
                return (
                    f"`{name}` may be {bounds.lower.text}, and `{limit}` is the least"
                )
            if isinstance(wanted, PathPattern) and bounds.under:
                known = path_text(max(bounds.under, key=lambda p: (len(p), p)))
                return f"`{name}` is only known to be under `{known}`"
        return None


def _constant_path(pattern: PathPattern) -> str | None:
    if pattern.leading is not None:
        return None
    parts = []
    for part in pattern.segments:
        if not isinstance(part, str):
            break
        parts.append(part)
    return path_text(tuple(parts))


def _said(fact: Fact, message: str) -> Label:
    return Label(fact.span, message)

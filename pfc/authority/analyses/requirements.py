"""What intents and pages should require, as far as the checker knows what they need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Union

from pfc.authority.analyses.expressible import Said, Unsaid, expressed
from pfc.authority.context import Context
from pfc.authority.facts import NOTHING_KNOWN, Fact
from pfc.authority.fixes import Fixes, optional_fields
from pfc.authority.judge import Failure, Judge
from pfc.authority.show import Show
from pfc.authority.trace import (
    HandlerPlace,
    HookPlace,
    Need,
    PagePlace,
    Place,
    Use,
    acts_as_principal,
)
from pfc.authority.warnings import Warnings
from pfc.diagnostics import Edit
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir import surface as s
from pfc.ir.types import DeclId
from pfc.span import Span

Requiring = Union[d.Intent, s.Page]


@dataclass(frozen=True, slots=True)
class Cause:
    """Where a capability is needed: what is done there."""

    action: str
    span: Span


@dataclass(frozen=True, slots=True)
class Refused:
    """A need that no `requires` can answer, and why."""

    needed: str
    cause: Cause
    reason: str


@dataclass(frozen=True, slots=True)
class Clause:
    """What a declaration should require: `kept`, which it does already, and `added`.

    `dropped` are requirements that it had; each is implied by what it requires now, or
    (`is_less`) is more than is needed. `notes` are for whoever reads the change.
    """

    declaration: Requiring
    kept: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    causes: tuple[Cause, ...]
    notes: tuple[str, ...]
    more: tuple[Edit, ...]
    is_less: bool = False

    @property
    def text(self) -> str:
        """All of the clause."""
        return f"requires {', '.join((*self.kept, *self.added)) or 'nothing'}"


@dataclass(slots=True)
class _Wanted:
    """What is missing at one place."""

    facts: list[Fact] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more: dict[Edit, None] = field(default_factory=dict)


class Requirements:
    """Finds the clauses of one program that are missing or too weak.

    With `least` also those that ask for more than their handlers need: callers are let
    in then whom they kept out. `written` are the requirements of each declaration that
    nobody asked for but this: they must not vouch for the use of own authority.
    """

    def __init__(
        self,
        judge: Judge,
        *,
        least: bool = False,
        written: Mapping[DeclId, Collection[str]] = MappingProxyType({}),
    ) -> None:
        self._judge, self._least = judge, least
        self._all_written = written
        self._context: Context = judge.context
        self._show = Show(judge.context)
        self._fixes = Fixes(judge.context, self._show)
        self.refused: list[Refused] = []
        self.vouched: list[Refused] = []
        """Own authority on what callers choose, that a written clause would vouch for."""

    def clauses(self) -> list[Clause]:
        """The clauses to change, and `refused` what no clause can answer."""
        wanted: dict[Place, _Wanted] = {}
        for use in self._context.trace.uses:
            for failure in self._judge.failures(use):
                self._missing(failure, wanted, self.refused)
            for failure in self._vouched_for(use):
                self._missing(failure, wanted, self.vouched)
        if self._least and not wanted and not self.refused:
            return list(self._lesser())
        found = (self._clause(place, each) for place, each in wanted.items())
        return [clause for clause in found if clause is not None]

    # ------------------------------------------------------------ what is missing
    def _vouched_for(self, use: Use) -> Iterator[Failure]:
        """Own authority that counts as guarded only because of clauses written here."""
        place = use.place
        if not isinstance(place, HandlerPlace) or use.authority is None:
            return
        own = self._all_written.get(place.intent.id, ())
        held = self._context.trace.places[place].held
        written = [fact for fact in held if self._written(fact) in own]
        if not written:
            return
        for failure in self._judge.failures(use, written):
            arriving = self._judge.arriving(use, use.facts)
            cover = self._judge.cover(failure.need, arriving, use.facts)
            if failure.kind == "deputy" and cover is None:
                yield failure

    def _missing(
        self, failure: Failure, wanted: dict[Place, _Wanted], refusals: list[Refused]
    ) -> None:
        place = failure.use.place
        found = self._said(failure)
        cause = self._cause(failure.use)
        if isinstance(found, Unsaid):
            needed = self._show.need(failure.need)
            refused = Refused(needed, cause, found.reason)
            if refused not in refusals:
                refusals.append(refused)
            return
        assert isinstance(place, HandlerPlace | PagePlace)
        declaration = _declaration(place)
        known = self._fixes.known_in(failure.need, declaration.id)
        assert known is not None
        into = wanted.setdefault(place, _Wanted())
        span = failure.use.span
        into.facts.append(Fact(found.capability, span, "requires", found.each))
        into.causes.append(cause)
        into.notes += self._notes(failure, found)
        if known:
            family = failure.need.capability.kind.split(".")[-2]
            into.notes.append(f"`{family}` is imported for it")
        into.more |= dict.fromkeys(known)

    def _said(self, failure: Failure) -> Said | Unsaid:
        use, need = failure.use, failure.need
        refusal = self._refusal(failure)
        if refusal:
            return Unsaid(refusal)
        optional = frozenset(optional_fields(use.place))
        found = expressed(need, use.facts, optional, self._show)
        if isinstance(found, Unsaid):
            return found
        declaration = _declaration(use.place)
        if self._fixes.known_in(need, declaration.id) is None:
            family = need.capability.kind.rpartition(".")[0]
            return Unsaid(f"import `{family}` where `{declaration.name}` is declared")
        return found

    def _refusal(self, failure: Failure) -> str:
        """Why nothing that callers bring could help; empty, if it could."""
        use, place = failure.use, failure.use.place
        if failure.kind == "attenuated":
            target = self._show.name(use.target)
            return f"`only` hands on less than `{target}` needs: name more there"
        if isinstance(place, HookPlace):
            return "a plugin runs before anybody is admitted: it has no authority"
        event = next((s for s in failure.sources if s.kind == "event"), None)
        if acts_as_principal(place) and event is not None:
            name = self._show.name(event.owner)
            return f"whoever emits `{name}` chooses it: say there what that requires"
        if acts_as_principal(place):
            actor = self._show.actor(place)
            return f"`{actor}` acts for its principal, not for callers: grant it there"
        if self._judge.lacking(failure.need, use.facts) is not None:
            return "here callers are known not to have it"
        return ""

    def _cause(self, use: Use) -> Cause:
        return Cause(
            self._show.action(use), use.through[0] if use.through else use.span
        )

    def _notes(self, failure: Failure, found: Said) -> Iterator[str]:
        use = failure.use
        if found.bound:
            text = self._show.capability(found.capability, found.each)
            yield f"`{found.bound}` has no name here: `{text}` is all that it may be"
        place = use.place
        if not isinstance(place, HandlerPlace):
            return
        if place in self._context.trace.state_users:
            yield (
                f"this is what the handler does to others; whether callers may have its "
                f"way with the state of `{place.reactor.name}` is for you to say"
            )
        if failure.kind == "deputy":
            yield f"callers have to have it, so `{place.reactor.name}` need not hold it"
        elif use.authority is None:
            holds = self._context.holds_of(place.reactor)
            if self._judge.cover(failure.need, holds, use.facts) is not None:
                yield (
                    f"`{place.reactor.name}` holds it: inside `with authority` callers "
                    "would not need it"
                )

    # ------------------------------------------------------------ clauses
    def _clause(self, place: Place, wanted: _Wanted) -> Clause | None:
        declaration = _declaration(place)
        had = list(self._context.trace.places[place].held)
        added = self._fewest(wanted.facts, had)
        if not added:
            self._useless(wanted)
            return None
        kept = had
        if not self._has_comment(declaration):
            kept = [fact for fact in had if not self._implied(fact, added)]
        notes = list(dict.fromkeys(wanted.notes))
        return Clause(
            declaration,
            tuple(self._written(fact) for fact in kept),
            tuple(self._show.fact(fact) for fact in added),
            tuple(self._written(fact) for fact in had if fact not in kept),
            tuple(dict.fromkeys(wanted.causes)),
            tuple(notes),
            tuple(wanted.more),
        )

    def _useless(self, wanted: _Wanted) -> None:
        """What is missing is required already, and does not help there."""
        reason = "it is required already, of another value than the one used here"
        for fact, cause in zip(wanted.facts, wanted.causes, strict=True):
            self.refused.append(Refused(self._show.fact(fact), cause, reason))

    def _fewest(self, facts: Iterable[Fact], had: list[Fact]) -> list[Fact]:
        """Those that none of the others implies, and nothing that is there already."""
        left: list[Fact] = []
        for fact in facts:
            if self._implied(fact, (*left, *had)):
                continue
            left = [each for each in left if not self._implied(each, (fact,))]
            left.append(fact)
        return left

    def _implied(self, fact: Fact, others: Iterable[Fact]) -> bool:
        need = Need(fact.capability, {}, fact.span, fact.each)
        return self._judge.cover(need, others, NOTHING_KNOWN) is not None

    def _written(self, fact: Fact) -> str:
        return self._context.text(fact.span)

    def _has_comment(self, declaration: Requiring) -> bool:
        clause = declaration.requires_span
        if clause is None:
            return False
        source = self._context.source(clause.path)
        return "#" in source[clause.start : clause.end]

    # ------------------------------------------------------------ too much
    def _lesser(self) -> Iterator[Clause]:
        """Clauses that ask for more than is needed for what the handler does."""
        warnings = Warnings(self._context, self._judge, set())
        for place, facts in self._context.trace.places.items():
            if isinstance(place, HandlerPlace) and not warnings.guards_itself(place):
                for fact in facts.held:
                    clause = self._less(place, fact)
                    if clause is not None:
                        yield clause
                        break

    def _less(self, place: HandlerPlace, fact: Fact) -> Clause | None:
        """The clause with this requirement replaced by what is needed of it."""
        if self._has_comment(place.intent) or self._asked(place, fact):
            return None
        others = [f for f in self._context.trace.places[place].held if f is not fact]
        found: list[Fact] = []
        causes: list[Cause] = []
        for use in self._context.trace.uses:
            if use.place is not place:
                continue
            for failure in self._judge.failures(use, (fact,)):
                said = self._said(failure)
                if failure.kind != "uncovered" or isinstance(said, Unsaid):
                    return None
                held = Fact(said.capability, use.span, "requires", said.each)
                found.append(held)
                causes.append(self._cause(use))
        added = self._fewest(found, others)
        if self._implied(fact, (*added, *others)):
            return None
        return Clause(
            place.intent,
            tuple(map(self._written, others)),
            tuple(map(self._show.fact, added)),
            (self._written(fact),),
            tuple(dict.fromkeys(causes)),
            (),
            (),
            is_less=True,
        )

    def _asked(self, place: HandlerPlace, fact: Fact) -> bool:
        """Whether a `can` of the handler is decided by it."""
        return any(
            check.place is place
            and self._judge.cover(check.need, (fact,), check.facts) is not None
            for check in self._context.trace.checks
        )


def _declaration(place: Place) -> Requiring:
    if isinstance(place, HandlerPlace):
        return place.intent
    assert isinstance(place, PagePlace)
    return place.page

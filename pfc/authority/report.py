"""From failures to diagnostics: code, message, places, example, repairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pfc.authority.context import Context
from pfc.authority.counterexample import Counterexamples
from pfc.authority.fixes import Fixes
from pfc.authority.flow import terms_of_capability
from pfc.authority.judge import Failure, Judge
from pfc.authority.reasons import Reason, Reasons
from pfc.authority.report_principals import PrincipalReport, required_here
from pfc.authority.show import Show
from pfc.authority.terms import Source, Sym, Term
from pfc.authority.trace import (
    HandlerPlace,
    Need,
    PagePlace,
    PrincipalPlace,
    Use,
    acts_as_principal,
)
from pfc.diagnostics import Diagnostic, Fix, Label, diagnostic
from pfc.ir import surface as s
from pfc.span import Span

_TESTS: Final = {"known prefix": "under", "upper bound": "<=", "lower bound": ">="}

_ORIGINS: Final = {
    "field": "which callers choose",
    "state": "which callers choose",
    "event": "which whoever emits the event chooses",
}


class Report:
    """Makes the diagnostics of one program."""

    def __init__(self, context: Context, judge: Judge) -> None:
        self._context = context
        self._judge = judge
        self._show = Show(context)
        self._reasons = Reasons(context, judge, self._show)
        self._examples = Counterexamples(judge, self._show)
        self._fixes = Fixes(context, self._show)
        self._principals = PrincipalReport(
            context, judge, self._show, self._reasons, self._examples
        )

    def of(self, failure: Failure) -> Diagnostic:
        """The diagnostic for a failure."""
        match failure.kind:
            case "deputy":
                return self._deputy(failure)
            case "attenuated":
                return self._attenuated(failure)
            case _:
                return self._uncovered(failure)

    # ------------------------------------------------------------ nothing covers it
    def _uncovered(self, failure: Failure) -> Diagnostic:
        use, need = failure.use, failure.need
        if use.query is not None or use.kind == "insert":
            return self._principals.rows(failure)
        if acts_as_principal(use.place):
            return self._principals.lacking(failure)
        return (
            self._stale(failure)
            or self._held(failure)
            or self._unbounded(failure)
            or self._offered(use, need)
            or self._shown(use, need)
            or self._plain(failure)
        )

    def _stale(self, failure: Failure) -> Diagnostic | None:
        use, need = failure.use, failure.need
        found = self._reasons.stale(use, need)
        if found is None:
            return None
        rebound, fact = found.rebound, found.fact
        is_read = "." in rebound.name
        again = "read again here" if is_read else "a new value here"
        advice = "bind it with `let` once, check that, and use that"
        if not is_read:
            advice = f"check the new `{rebound.name}`, or give it another name"
        return diagnostic(
            "PF303",
            self._span(use),
            action=self._action(failure),
            needed=self._show.need(need),
            name=rebound.name,
            related=(
                Label(fact.span, "the check is about the old value"),
                Label(rebound.span, again),
                *self._through(use),
            ),
            notes=(*self._example(use, need, rebound.new), advice),
            fixes=tuple(self._fixes.ask_first(use, need)),
        )

    def _held(self, failure: Failure) -> Diagnostic | None:
        use, need = failure.use, failure.need
        if use.authority is not None or not isinstance(use.place, HandlerPlace):
            return None
        holds = self._context.holds_of(use.place.reactor)
        cover = self._judge.cover(need, holds, use.facts)
        if cover is None:
            return None
        name = use.place.reactor.name
        return diagnostic(
            "PF304",
            self._span(use),
            action=self._action(failure),
            needed=self._show.need(need),
            related=(Label(cover.fact.span, f"`{name}` holds it"),),
            notes=(
                *self._example(use, need),
                "what a reactor holds is used only inside "
                '`with authority "why" { }`; elsewhere its caller\'s authority counts',
            ),
            fixes=tuple(self._fixes.own(use)),
        )

    def _unbounded(self, failure: Failure) -> Diagnostic | None:
        use, need = failure.use, failure.need
        found = self._reasons.unbounded(use, need)
        if found is None or isinstance(use.place, PagePlace):
            return None
        argument, bound, limit = found
        test = _TESTS[bound]
        name = argument if argument.isidentifier() else "x"
        bind = "" if argument.isidentifier() else f"`let x = {argument}`, then "
        return diagnostic(
            "PF302",
            self._span(use),
            action=self._action(failure),
            needed=self._show.need(need),
            argument=argument,
            bound=bound,
            related=(*required_here(need), *self._had(use), *self._through(use)),
            notes=(
                *self._example(use, need),
                f"give its type a bound (`type` with `under` or `where`), "
                f"or test it first: {bind}`if {name} {test} ...`",
            ),
            fixes=tuple(self._fixes.bound_first(use, argument, f"{test} {limit}")),
        )

    def _offered(self, use: Use, need: Need) -> Diagnostic | None:
        if use.kind != "sends":
            return None
        found = self._reasons.reason(use, need)
        return diagnostic(
            "PF602",
            self._span(use),
            intent=self._show.name(use.target),
            needed=self._show.need(need),
            reason=found.text,
            related=self._labels(use, need, found),
            notes=(
                *found.notes,
                self._advice(need),
            ),
            fixes=tuple(self._fixes.require(use, need)),
        )

    def _advice(self, need: Need) -> str:
        inputs = [
            term.text
            for term in terms_of_capability(need)
            if isinstance(term, Sym) and term.source and term.source.kind == "input"
        ]
        if inputs:
            return (
                f"`{inputs[0]}` comes from an input, so it may be anything: "
                "give it in `sends:`, or say `may_deny: true`"
            )
        guard = f"`when can {self._show.need(need)} {{ }}`"
        return f"put it inside {guard}, or say `may_deny: true`"

    def _shown(self, use: Use, need: Need) -> Diagnostic | None:
        if use.kind != "read" or isinstance(use.place, HandlerPlace):
            return None
        found = self._reasons.reason(use, need)
        return diagnostic(
            "PF608",
            self._span(use),
            field=use.name,
            needed=self._show.need(need),
            reason=found.text,
            related=self._labels(use, need, found),
            notes=(f"put it inside `when can {self._show.need(need)} {{ }}`",),
        )

    def _plain(self, failure: Failure) -> Diagnostic:
        use, need = failure.use, failure.need
        found = self._reasons.reason(use, need)
        return diagnostic(
            "PF301",
            self._span(use),
            action=self._action(failure),
            needed=self._show.need(need),
            reason=found.text,
            related=self._labels(use, need, found),
            notes=(*found.notes, *self._example(use, need), *self._senders(use)),
            fixes=tuple(self._repairs(failure)),
        )

    def _repairs(self, failure: Failure) -> Iterator[Fix]:
        use, need = failure.use, failure.need
        yield from self._fixes.require(use, need)
        lacking = self._judge.lacking(need, use.facts) is not None
        if not failure.is_only and not lacking:
            yield from self._fixes.ask_first(use, need)

    # ------------------------------------------------------------ `only`
    def _attenuated(self, failure: Failure) -> Diagnostic:
        use, need = failure.use, failure.need
        given = ", ".join(self._show.need(each) for each in use.only)
        return diagnostic(
            "PF305",
            use.only[0].declared,
            intent=self._show.name(use.target),
            needed=self._show.need(need),
            given=given,
            related=required_here(need),
            notes=(
                *self._examples.attenuated(use, need),
                f"the handler of `{self._show.name(use.target)}` relies on it",
            ),
            fixes=tuple(self._fixes.hand_on(use, need)),
        )

    # ------------------------------------------------------------ confused deputies
    def _deputy(self, failure: Failure) -> Diagnostic:
        use, need, argument = failure.use, failure.need, failure.argument
        assert argument is not None
        place = use.place
        name = self._show.actor(place)
        shown = self._show.term(argument)
        example = self._examples.chosen(use, need, argument, failure.sources)
        cover = self._judge.by_own(need, use.authority, use.facts)
        held = () if cover is None else (Label(cover.fact.span, "held here"),)
        guards = argument in set(terms_of_capability(need))
        return diagnostic(
            "PF310",
            self._span(use),
            reactor=name,
            whose="its principal's" if acts_as_principal(place) else "its own",
            needed=self._show.need(need),
            argument=shown,
            origin=_ORIGINS.get(failure.sources[0].kind, "which is not its own"),
            related=(
                *self._origins(failure),
                *held,
                *required_here(need),
                *self._inside(failure),
            ),
            notes=(f"{example} `{name}` acts on it", self._way_out(failure, shown)),
            fixes=tuple(self._guards(failure)) if guards else (),
        )

    def _guards(self, failure: Failure) -> Iterator[Fix]:
        use, need = failure.use, failure.need
        if isinstance(use.place, PrincipalPlace):
            yield from self._fixes.event(need, failure.sources)
        else:
            yield from self._fixes.ask_first(use, need)

    def _inside(self, failure: Failure) -> Iterator[Label]:
        if failure.inside is not None:
            yield Label(failure.inside.span, "here it acts on it with what it is lent")

    def _way_out(self, failure: Failure, shown: str) -> str:
        if failure.inside is not None:
            callee = self._show.name(failure.use.target)
            return f"send `{callee}` with the caller's authority, or let it use its own"
        if isinstance(failure.use.place, PrincipalPlace):
            return f"say what emitting the event requires, so that `{shown}` is checked"
        return (
            f"check the caller on `{shown}` first (`if can`), or accept it "
            f"deliberately: `with authority ... over {shown}`"
        )

    def _origins(self, failure: Failure) -> Iterator[Label]:
        seen: set[Span] = set()
        for source in failure.sources:
            for label in self._origin(source):
                if label.span not in seen:
                    seen.add(label.span)
                    yield label

    def _origin(self, source: Source) -> Iterator[Label]:
        if source.kind != "state":
            if source.span is not None:
                yield Label(source.span, _chosen(source))
            return
        stored = self._judge.flow.chosen_state.get((source.owner, source.name))
        if stored is not None:
            intent = stored.place.intent.name
            text = f"callers of `{intent}` choose what `state.{source.name}` is"
            yield Label(stored.span, text)

    # ------------------------------------------------------------ common parts
    def _action(self, failure: Failure) -> str:
        if failure.is_only:
            return f"`only {self._show.need(failure.need)}`"
        return self._show.action(failure.use)

    def _span(self, use: Use) -> Span:
        """Where it is reported: what a component offers, where it is used."""
        return use.through[0] if use.through else use.span

    def _through(self, use: Use) -> tuple[Label, ...]:
        if not use.through:
            return ()
        inner = (Label(span, "used here") for span in use.through[1:])
        return (*inner, Label(use.span, self._show.action(use)))

    def _had(self, use: Use) -> tuple[Label, ...]:
        return tuple(Label(fact.span, "what is had") for fact in use.facts.held)

    def _labels(self, use: Use, need: Need, found: Reason) -> tuple[Label, ...]:
        return (*found.labels, *required_here(need), *self._through(use))

    def _example(
        self, use: Use, need: Need, newer: Term | None = None
    ) -> tuple[str, ...]:
        found = self._examples.denied(use, need, newer)
        return () if found is None else (found,)

    def _senders(self, use: Use) -> tuple[str, ...]:
        """Who would need it too, if the intent required it."""
        if not isinstance(use.place, HandlerPlace) or use.place.intent.requires:
            return ()
        intent = use.place.intent
        names = dict.fromkeys(
            self._show.place(each.place)
            for each in self._context.trace.uses
            if each.target == intent.id and each.kind in ("send", "ask", "sends")
        )
        for module in self._context.program.modules.values():
            for api in module.apis:
                names |= dict.fromkeys(self._endpoints(api, intent.id))
        if not names:
            return ()
        needers = ", ".join(names)
        return (f"if `{intent.name}` requires it, these need it too: {needers}",)

    def _endpoints(self, api: s.Api, intent: str) -> Iterator[str]:
        for endpoint in api.endpoints:
            if endpoint.intent == intent:
                yield f"`{endpoint.method} {endpoint.route_text}`"


def _chosen(source: Source) -> str:
    match source.kind:
        case "field":
            return "whoever sends the intent chooses it"
        case "ask":
            return "a reply is not the program's own"
        case "perform":
            return "what an effect gives is not the program's own"
        case "event":
            return "whoever emits the event chooses it"
        case "find" | "row":
            return "what rows hold is not the program's own"
        case "python":
            return "what Python gives is not the program's own"
        case _:
            return "this is not the program's own"

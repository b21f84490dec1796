"""Legal, and probably not meant: authority never used, or never missing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from pfc.authority.context import Context
from pfc.authority.facts import Fact, Facts
from pfc.authority.fixes import required
from pfc.authority.judge import Judge
from pfc.authority.show import Show
from pfc.authority.trace import Authority, Check, HandlerPlace, Need, Place, Use
from pfc.diagnostics import Diagnostic, Edit, Fix, Label, diagnostic
from pfc.ir import declarations as d
from pfc.ir.statements import Reply


class Warnings:
    """Findings that need the whole trace. `failed` are places with errors in them."""

    def __init__(self, context: Context, judge: Judge, failed: set[Place]) -> None:
        self._context = context
        self._judge = judge
        self._show = Show(context)
        self._failed = failed
        self._uses: dict[Place, list[Use]] = {}
        self._of_reactors: dict[int, list[Use]] = {}
        for use in context.trace.uses:
            self._uses.setdefault(use.place, []).append(use)
            if isinstance(use.place, HandlerPlace):
                key = id(use.place.reactor)
                self._of_reactors.setdefault(key, []).append(use)
        self._checks: dict[Place, list[Check]] = {}
        for check in context.trace.checks:
            self._checks.setdefault(check.place, []).append(check)

    def all(self) -> Iterator[Diagnostic]:
        """All of them."""
        trace = self._context.trace
        for place, facts in trace.places.items():
            if isinstance(place, HandlerPlace) and place not in self._failed:
                yield from self._unused_requires(place, facts)
        for check in trace.checks:
            yield from self._decided(check)
        for authority, place in trace.authorities:
            if place not in self._failed:
                yield from self._needless(authority)
        for module in self._context.program.modules.values():
            for declaration in module.declarations:
                if isinstance(declaration, d.Reactor):
                    yield from self._unused_holds(declaration)
                elif isinstance(declaration, d.Intent):
                    yield from self._public(declaration)

    # ------------------------------------------------------------ requires
    def _unused_requires(
        self, place: HandlerPlace, facts: Facts
    ) -> Iterator[Diagnostic]:
        guards_itself = self.guards_itself(place)
        dropped: list[Fact] = []
        for fact in sorted(facts.held, key=self._strength, reverse=True):
            without = (*dropped, fact)
            redundant = self._implied(fact, facts.without(without))
            if (redundant or not guards_itself) and not self._matters(place, without):
                dropped.append(fact)
                yield self._unused(place.intent, fact, redundant)

    def guards_itself(self, place: HandlerPlace) -> bool:
        """Whether a requirement may be there for the sake of what the handler does.

        What touches state, or does what anybody may do, is for the author to guard. A
        handler without statements is not finished.
        """
        statements = () if place.handler is None else place.handler.body.statements
        return (
            place in self._context.trace.state_users
            or any(not use.needs for use in self._uses.get(place, ()))
            or all(isinstance(s, Reply) and s.value is None for s in statements)
        )

    def _matters(self, place: HandlerPlace, dropped: tuple[Fact, ...]) -> bool:
        """Whether something in the handler would be judged otherwise without these."""
        for use in self._uses.get(place, ()):
            if next(self._judge.failures(use, dropped), None) is not None:
                return True
            left = use.facts.without(dropped)
            for need in chain(use.needs, use.only):
                if self._covered(need, use.facts) and not self._covered(need, left):
                    return True
        return any(
            self._covered(check.need, check.facts)
            and not self._covered(check.need, check.facts.without(dropped))
            for check in self._checks.get(place, ())
        )

    def _covered(self, need: Need, facts: Facts) -> bool:
        return self._judge.cover(need, facts.held, facts) is not None

    def _strength(self, fact: Fact) -> int:
        return len(self._judge.kinds.closure(fact.capability.kind))

    def _implied(self, fact: Fact, others: Facts) -> bool:
        need = Need(fact.capability, {}, fact.span, fact.each)
        return self._judge.cover(need, others.held, others) is not None

    def _unused(self, intent: d.Intent, fact: Fact, redundant: bool) -> Diagnostic:
        note = "another of its requirements implies it" if redundant else None
        return diagnostic(
            "PF402",
            fact.span,
            intent=intent.name,
            capability=self._show.fact(fact),
            notes=() if note is None else (note,),
        )

    # ------------------------------------------------------------ holds
    def _unused_holds(self, reactor: d.Reactor) -> Iterator[Diagnostic]:
        used: set[Fact] = set()
        holds = self._context.holds_of(reactor)
        for use in self._of_reactors.get(id(reactor), ()) if holds else ():
            for need in chain(use.needs, use.only):
                cover = self._judge.cover(need, holds, use.facts)
                if cover is not None and self._own_matters(use, need):
                    used.add(cover.fact)
        for fact in holds:
            if fact not in used:
                yield diagnostic(
                    "PF403",
                    fact.span,
                    reactor=reactor.name,
                    capability=self._show.fact(fact),
                )

    def _own_matters(self, use: Use, need: Need) -> bool:
        """Whether own authority is used here, or should have been."""
        return use.authority is not None or not self._covered(need, use.facts)

    # ------------------------------------------------------------ checks
    def _decided(self, check: Check) -> Iterator[Diagnostic]:
        if check.through:
            return
        shown = self._show.need(check.need)
        cover = self._judge.cover(check.need, check.facts.held, check.facts)
        if cover is not None:
            label = Label(cover.fact.span, "the caller has it from here on")
            yield self._one_outcome(check, shown, "true", label)
            return
        asked = Fact(check.need.capability, check.span, "check")
        for absent in check.facts.absent:
            lacking = Need(absent.capability, {}, absent.span)
            if self._judge.cover(lacking, (asked,), check.facts) is not None:
                label = Label(absent.span, "the caller turned out not to have this")
                yield self._one_outcome(check, shown, "false", label)
                return

    def _one_outcome(
        self, check: Check, shown: str, outcome: str, label: Label
    ) -> Diagnostic:
        if isinstance(check.place, HandlerPlace):
            return diagnostic(
                "PF405",
                check.span,
                capability=shown,
                outcome=outcome,
                related=(label,),
            )
        return diagnostic(
            "PF603",
            check.span,
            what=f"`can {shown}`",
            reason=f"it is always {outcome} here",
            related=(label,),
        )

    # ------------------------------------------------------------ with authority
    def _needless(self, authority: Authority) -> Iterator[Diagnostic]:
        uses = [u for u in self._context.trace.uses if u.authority is authority]
        needed = any(
            not self._covered(need, use.facts)
            for use in uses
            for need in chain(use.needs, use.only)
        )
        if not needed:
            yield diagnostic("PF406", authority.span)

    # ------------------------------------------------------------ public intents
    def _public(self, intent: d.Intent) -> Iterator[Diagnostic]:
        if intent.requires_span is not None or intent.says_nothing:
            return
        failed = any(
            isinstance(place, HandlerPlace) and place.intent is intent
            for place in self._failed
        )
        if failed:
            return
        edit: Edit = required(self._context, intent, "nothing")
        yield diagnostic(
            "PF407",
            intent.name_span,
            intent=intent.name,
            notes=("an intent that everybody may send says `requires nothing`",),
            fixes=(Fix("say `requires nothing`", (edit,), True),),
        )

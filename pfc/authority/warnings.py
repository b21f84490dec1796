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


class Warnings:
    """Findings that need the whole trace. `failed` are places with errors in them."""

    def __init__(self, context: Context, judge: Judge, failed: set[Place]) -> None:
        self._context = context
        self._judge = judge
        self._show = Show(context)
        self._failed = failed
        self._uses: dict[Place, list[Use]] = {}
        for use in context.trace.uses:
            self._uses.setdefault(use.place, []).append(use)

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
        uses = self._uses.get(place, [])
        open_handed = place in self._context.trace.state_users or any(
            not use.needs for use in uses
        )
        dropped: list[Fact] = []
        for fact in sorted(facts.held, key=self._strength, reverse=True):
            others = facts.without((*dropped, fact))
            redundant = self._implied(fact, others)
            if not redundant and (open_handed or place.handler is None):
                # What touches state, or does what anybody may do, is for the author
                # to guard: the requirement is what guards it.
                continue
            if not any(self._fails(use, (*dropped, fact)) for use in uses):
                dropped.append(fact)
                yield self._unused(place.intent, fact, redundant)

    def _strength(self, fact: Fact) -> int:
        return len(self._judge.kinds.closure(fact.capability.kind))

    def _implied(self, fact: Fact, others: Facts) -> bool:
        need = Need(fact.capability, {}, fact.span, fact.each)
        return self._judge.cover(need, others.held, others) is not None

    def _fails(self, use: Use, dropped: tuple[Fact, ...]) -> bool:
        return next(self._judge.failures(use, dropped), None) is not None

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
        for use in self._context.trace.uses:
            if isinstance(use.place, HandlerPlace) and use.place.reactor is reactor:
                for need in chain(use.needs, use.only):
                    if self._judge.cover(need, use.facts.held, use.facts) is None:
                        cover = self._judge.cover(need, holds, use.facts)
                        used |= set() if cover is None else {cover.fact}
        for fact in holds:
            if fact not in used:
                yield diagnostic(
                    "PF403",
                    fact.span,
                    reactor=reactor.name,
                    capability=self._show.fact(fact),
                )

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
            self._judge.cover(need, use.facts.held, use.facts) is None
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
            fixes=(Fix("say `requires nothing`", (edit,)),),
        )

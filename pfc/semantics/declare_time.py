"""Schedules and workflows, typed."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from pfc.diagnostics import Label
from pfc.ir import durable as l
from pfc.ir import statements as s
from pfc.ir.types import UNIT, UNKNOWN, show
from pfc.semantics.bodies import Body
from pfc.semantics.declare_behaviour import BehaviourDeclarations
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.timings import MISSED, OVERLAPS, Timings
from pfc.semantics.type_checker import DEFAULT
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import time as t
from pfc.syntax.ast.base import Dotted

SCHEDULE = Setting(
    "a schedule", caller_reason="a schedule acts for its principal: nobody calls it"
)


class TimeDeclarations:
    """Makes the typed declarations of what happens by the clock."""

    def __init__(self, behaviour: BehaviourDeclarations) -> None:
        self.behaviour = behaviour
        self.checker = behaviour.checker
        self.timings = Timings(self.checker)

    def _principal(self, name: Dotted | None, entity: Entity) -> str | None:
        if name is None:
            return None
        found = self.checker.world.lookup(entity.module, name, "principal")
        return None if found is None else found.id

    def schedule(self, entity: Entity) -> l.Schedule:
        node = cast("t.Schedule", entity.node)
        scope = Scope(entity.module, SCHEDULE)
        missed, within = self._missed(node, scope)
        overlap = self.timings.choice(node.overlap, "overlap policy", OVERLAPS)
        if missed == "all" and overlap == "allow":
            self._risky(node)
        body = Body("schedule", SCHEDULE.name, UNKNOWN, None)
        sends = (self.checker.send(send, scope, body) for send in node.sends)
        if not node.sends:
            self.checker.report(
                "PF222", node.name.span, callee=entity.name, parameter="send"
            )
        return l.Schedule(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            self._principal(node.principal, entity),
            tuple(send for send in sends if send is not None),
            node.doc,
            self._timing(node, scope),
            missed,
            within,
            overlap or "skip",
            self._jitter(node, scope),
            self._during(node, entity),
        )

    def _timing(self, node: t.Schedule, scope: Scope) -> l.Timing | None:
        if len(node.timings) != 1:
            problem = "a schedule has one `cron`, one `every` or one `at`"
            notes = ["write another schedule for other times"]
            spans = [each.span for each in node.timings[1:]] or [node.name.span]
            for span in spans:
                self.checker.report("PF503", span, notes=notes, problem=problem)
        made: list[l.Timing | None] = []
        for timing in node.timings:
            if isinstance(timing, t.Every):
                period = self.behaviour.duration(timing.period, scope)
                made.append(l.EveryPeriod(period))
            elif isinstance(timing, t.Cron):
                made.append(self.timings.cron(timing))
            else:
                made.append(self.timings.at(timing))
        return made[0] if made else None

    def _missed(self, node: t.Schedule, scope: Scope) -> tuple[str, timedelta | None]:
        missed = node.missed
        if missed is None:
            return "skip", None
        policy = self.timings.choice(missed.policy, "policy for missed times", MISSED)
        within = None
        if missed.within is not None:
            within = self.behaviour.duration(missed.within, scope)
            if policy == "skip":
                problem = "what is skipped is skipped however late it is"
                notes = ["remove `within`, or write `missed once`"]
                self.checker.report(
                    "PF503", missed.within.span, notes=notes, problem=problem
                )
        return policy or "skip", within

    def _risky(self, node: t.Schedule) -> None:
        assert node.missed is not None and node.overlap is not None
        label = Label(node.overlap.span, "and none waits for another")
        self.checker.report("PF415", node.missed.span, related=[label])

    def _jitter(self, node: t.Schedule, scope: Scope) -> timedelta | None:
        if node.jitter is None:
            return None
        jitter = self.behaviour.duration(node.jitter, scope)
        for timing in node.timings:
            if isinstance(timing, t.Every):
                period = self.behaviour.duration(timing.period, scope)
                if jitter >= period:
                    problem = "it is put off so long that the next time comes first"
                    label = Label(timing.span, "the next time")
                    self.checker.report(
                        "PF503", node.jitter.span, related=[label], problem=problem
                    )
        return jitter

    def _during(self, node: t.Schedule, entity: Entity) -> str | None:
        if node.during is None:
            return None
        found = self.checker.world.lookup(entity.module, node.during, "calendar")
        return None if found is None else found.id

    # ------------------------------------------------------------ workflows
    def workflow(self, entity: Entity) -> l.Workflow:
        """A workflow and the intent of its name."""
        node = cast("t.Workflow", entity.node)
        checker = self.checker
        intent = self.behaviour.intent(entity)
        context = intent.context
        setting = Setting(
            f"the workflow `{entity.name}`",
            clock=False,
            caller=context,
            context=context,
            caller_reason=f"`{entity.name}` is not `in` a context",
        )
        scope = Scope(entity.module, setting)
        for field in intent.fields:
            scope.bind(field.symbol)
        body = Body("workflow", setting.name, intent.result, frozenset(intent.fails))
        block = checker.open_block(node.body, scope, body)
        if intent.result != UNIT and not block.leaves:
            checker.report(
                "PF240",
                _end_of(block),
                handler=f"workflow {entity.name}",
                type=f"`{show(intent.result)}`",
            )
        return l.Workflow(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            intent,
            checker.caps(node.holds, Scope(entity.module, DEFAULT)),
            self._principal(node.principal, entity),
            block,
        )


def _end_of(block: s.Block) -> Span:
    """The brace that ends a block."""
    return Span(block.span.path, block.span.end - 1, block.span.end)

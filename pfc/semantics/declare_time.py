"""Schedules and workflows, typed."""

from __future__ import annotations

from typing import cast

from pfc.ir import durable as l
from pfc.ir import statements as s
from pfc.ir.types import UNIT, UNKNOWN, show
from pfc.semantics.bodies import Body
from pfc.semantics.declare_behaviour import BehaviourDeclarations
from pfc.semantics.scope import Scope, Setting
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

    def _principal(self, name: Dotted | None, entity: Entity) -> str | None:
        if name is None:
            return None
        found = self.checker.world.lookup(entity.module, name, "principal")
        return None if found is None else found.id

    def schedule(self, entity: Entity) -> l.Schedule:
        node = cast("t.Schedule", entity.node)
        scope = Scope(entity.module, SCHEDULE)
        for timing in node.timings:
            if isinstance(timing, t.Every):
                self.behaviour.duration(timing.period, scope)
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
        )

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

"""What a reactor shows of itself: metrics, checks of its health, alerts."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics import Label
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.semantics.declare_behaviour import BehaviourDeclarations
from pfc.semantics.observed import OPERATIONS, unknown
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import reactors
from pfc.syntax.ast.base import Name

SEVERITIES: Final = ("info", "warning", "error", "critical")


class ObservedDeclarations:
    """Makes the typed declarations of what is observed."""

    def __init__(self, behaviour: BehaviourDeclarations) -> None:
        self.behaviour = behaviour
        self.checker = behaviour.checker

    def observed(self, node: reactors.Reactor, entity: Entity) -> d.Observed:
        """All that one reactor declares."""
        return d.Observed(
            self._metrics(node),
            tuple(self._health(each, entity) for each in node.health),
            self._alerts(node, entity),
        )

    def _metrics(self, node: reactors.Reactor) -> tuple[d.Metric, ...]:
        made: dict[str, d.Metric] = {}
        for each in node.metrics:
            name, kind = each.name.text, each.kind.text
            if kind not in OPERATIONS:
                unknown(self.checker, each.kind, "kind of metric", tuple(OPERATIONS))
                continue
            if name in made:
                self._twice(each.name, made[name].span)
                continue
            made[name] = d.Metric(each.span, name, kind)
        return tuple(made.values())

    def _health(self, node: reactors.Health, entity: Entity) -> d.Health:
        scope, mailbox = self._scope("a check of", entity, node.span)
        every = self.behaviour.duration(node.every, scope)
        condition = self.checker.condition(node.condition, scope)
        return d.Health(node.span, every, condition, mailbox)

    def _alerts(self, node: reactors.Reactor, entity: Entity) -> tuple[d.Alert, ...]:
        made: dict[str, d.Alert] = {}
        for each in node.alerts:
            scope, mailbox = self._scope("an alert of", entity, each.span)
            condition = self.checker.condition(each.condition, scope)
            lasting = None
            if each.lasting is not None:
                lasting = self.behaviour.duration(each.lasting, scope)
            severity = "warning" if each.severity is None else each.severity.text
            if each.severity is not None and severity not in SEVERITIES:
                unknown(self.checker, each.severity, "severity", SEVERITIES)
            name = each.name.text
            if name in made:
                self._twice(each.name, made[name].span)
                continue
            made[name] = d.Alert(each.span, name, condition, lasting, severity, mailbox)
        return tuple(made.values())

    def _scope(self, what: str, entity: Entity, span: Span) -> tuple[Scope, x.Symbol]:
        """The state of the reactor and its mailbox can be named, and nobody asks."""
        setting = Setting(
            f"{what} `{entity.name}`",
            caller_reason="nobody asks here",
            reactor=entity.id,
        )
        scope = Scope(entity.module, setting)
        mailbox = x.Symbol("mailbox", d.MAILBOX, "let", span)
        scope.bind(mailbox)
        return scope, mailbox

    def _twice(self, name: Name, before: Span) -> None:
        label = Label(before, "it stands here already")
        self.checker.report("PF211", name.span, related=[label], name=name.text)

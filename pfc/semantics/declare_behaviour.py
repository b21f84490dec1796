"""Failures, intents, effects, events and interfaces, typed."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from pfc.diagnostics import Label
from pfc.ir import declarations as d
from pfc.ir.types import DURATION, UNIT, UNKNOWN, Type, show
from pfc.semantics.constants import try_evaluate
from pfc.semantics.embedded import Embedded
from pfc.semantics.relations import fits
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.world import Entity, failures_in
from pfc.span import Span
from pfc.syntax.ast import data
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import intents as i
from pfc.syntax.ast.base import Dotted

STATUSES = range(400, 600)


class BehaviourDeclarations:
    """Makes the typed declarations of what a system does."""

    def __init__(self, checker: TypeChecker, embedded: Embedded) -> None:
        self.checker = checker
        self.embedded = embedded
        self.effects: dict[str, d.Effect] = {}
        self.asks: dict[str, list[tuple[str, str, Span]]] = {}

    # ------------------------------------------------------------ failures
    def failure(self, entity: Entity) -> d.Failure:
        node = cast("i.Failure | data.Variant", entity.node)
        checker = self.checker
        fields = checker.fields(node.fields, entity.module, kind="field")
        mentions = [
            mention
            for mention in failures_in(entity.module.tree)
            if mention.name.text == entity.name
        ]
        wanted = [(field.name, show(field.type)) for field in fields]
        for mention in mentions:
            sigs = checker.signatures.members(mention.fields, entity.module)
            found = [(sig.name, show(sig.type)) for sig in sigs]
            if mention.fields and found != wanted:
                label = Label(node.span, "it is declared first here")
                checker.report(
                    "PF243", mention.span, related=[label], failure=entity.name
                )
        statuses = [m.status for m in mentions if m.status is not None]
        status = self._status(statuses[0]) if statuses else 409
        doc = node.doc if isinstance(node, data.Variant) else None
        return d.Failure(node.span, entity.id, entity.name, fields, status, doc)

    def _status(self, node: e.Number) -> int:
        status = self.checker.whole(node)
        if status not in STATUSES:
            reason = "the status of a failure is from 400 to 599"
            self.checker.report("PF108", node.span, literal=node.raw, reason=reason)
            return 409
        return status

    # ------------------------------------------------------------ intents
    def intent(self, entity: Entity) -> d.Intent:
        node = cast("i.Intent", entity.node)
        checker = self.checker
        clauses = node.clauses
        group = entity.group
        context = checker.signatures.context(entity)
        fields = checker.fields(node.fields, entity.module)
        scope = self.scope(entity, fields, "`requires`", context)
        requires = clauses.requires or (group.requires if group else None)
        performs = clauses.performs or (group.performs if group else ())
        expires = clauses.expires or (group.expires if group else None)
        deadline = clauses.deadline or (group.deadline if group else None)
        checker.signatures.failures(entity)
        return d.Intent(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            fields,
            checker.signatures.result(entity),
            None if context is None else context.id,
            tuple(f.id for f in checker.signatures.failures(entity)),
            checker.requirements(requires, scope),
            None if requires is None else requires.span,
            requires is not None and requires.nothing,
            None if deadline is None else self.duration(deadline, scope),
            tuple(
                made
                for call in performs
                if (made := checker.effect_call(call, scope)) is not None
            ),
            node.doc,
            self._calendar(clauses.during or (group.during if group else None), entity),
            None if expires is None else self.duration(expires, scope),
        )

    def _calendar(self, name: Dotted | None, entity: Entity) -> str | None:
        if name is None:
            return None
        found = self.checker.world.lookup(entity.module, name, "calendar")
        return None if found is None else found.id

    def scope(
        self,
        entity: Entity,
        fields: tuple[d.Field, ...],
        name: str,
        context: Entity | None = None,
    ) -> Scope:
        """The fields of a declaration in scope, and its caller."""
        setting = Setting(
            name,
            configs=False,
            clock=False,
            caller=None if context is None else context.id,
            context=None if context is None else context.id,
            caller_reason=f"`{entity.name}` is not `in` a context",
        )
        scope = Scope(entity.module, setting)
        for field in fields:
            scope.bind(field.symbol)
        return scope

    def duration(self, node: e.Expr, scope: Scope) -> timedelta:
        """A constant length of time above zero."""
        found = self.checker.expr(node, scope, DURATION)
        constant, value = try_evaluate(found, {})
        if not constant or not isinstance(value, timedelta) or value <= timedelta(0):
            if found.type != UNKNOWN and fits(found.type, DURATION):
                self.checker.report(
                    "PF220",
                    found.span,
                    expected="a constant length of time above zero",
                    found=f"`{self.checker.source_text(found.span)}`",
                )
            return timedelta(seconds=1)
        return value

    def event(self, entity: Entity) -> d.Event:
        node = cast("i.Event", entity.node)
        fields = self.checker.fields(node.fields, entity.module)
        scope = self.scope(entity, fields, "`requires`")
        return d.Event(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            fields,
            self.checker.requirements(node.requires, scope),
            None if node.requires is None else node.requires.span,
            node.doc,
        )

    def interface(self, entity: Entity) -> d.Interface:
        node = cast("data.Interface", entity.node)
        found = [
            self.checker.world.lookup(entity.module, name, "intent")
            for name in node.intents
        ]
        ids = tuple(intent.id for intent in found if intent is not None)
        return d.Interface(node.span, entity.id, entity.name, ids, node.doc)

    # ------------------------------------------------------------ effects
    def waits(self, entity: Entity) -> bool:
        """Whether an effect is asynchronous."""
        return self.effect(entity).waits

    def effect(self, entity: Entity) -> d.Effect:
        if entity.id not in self.effects:
            self.effects[entity.id] = self._effect(entity)
        return self.effects[entity.id]

    def _effect(self, entity: Entity) -> d.Effect:
        node = cast("i.Effect", entity.node)
        checker = self.checker
        parameters = checker.fields(node.parameters, entity.module)
        scope = self.scope(entity, parameters, "`requires`")
        if node.context is not None:
            checker.report(
                "PF901", node.context.span, construct="an effect `in` a context"
            )
        body: d.Python
        if node.body is None:
            checker.report(
                "PF101",
                node.name.span,
                found="end of an effect without a body",
                expected='`python` and a fence, or `python "module:function"`',
            )
            body = d.Python(node.span, "pass", 1, "", "", False)
        else:
            names = [each.name for each in node.parameters]
            body = self.embedded.body(node.body, entity.module, names, kind="effect")
        retry = None if node.retry is None else self._retry(node.retry, scope)
        timeout = None if node.timeout is None else self.duration(node.timeout, scope)
        result: Type = UNIT
        if node.result is not None:
            result = checker.signatures.result(entity)
        return d.Effect(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            parameters,
            result,
            tuple(f.id for f in checker.signatures.failures(entity)),
            checker.requirements(node.requires, scope),
            None if node.requires is None else node.requires.span,
            retry,
            timeout,
            frozenset(trait.text for trait in node.traits),
            body,
            body.waits or retry is not None or timeout is not None,
            node.doc,
        )

    def _retry(self, node: e.Retry, scope: Scope) -> d.RetryPolicy:
        times = self.checker.whole(node.times)
        low = high = timedelta(milliseconds=100)
        if isinstance(node.backoff, e.Range):
            low = self.duration(node.backoff.low, scope)
            high = self.duration(node.backoff.high, scope)
            if low > high:
                self.checker.backwards(node.backoff)
        elif node.backoff is not None:
            low = high = self.duration(node.backoff, scope)
        return d.RetryPolicy(times, low, high)

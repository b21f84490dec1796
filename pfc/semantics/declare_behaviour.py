"""Failures, intents, effects, events, interfaces and reactors, typed."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from pfc.diagnostics import Label, did_you_mean
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import DURATION, UNIT, UNKNOWN, Type, show
from pfc.semantics.bodies import Body
from pfc.semantics.constants import try_evaluate
from pfc.semantics.embedded import Embedded
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.type_checker import DEFAULT, TypeChecker
from pfc.semantics.world import Entity, failures_in
from pfc.span import Span
from pfc.syntax.ast import data, reactors
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import intents as i
from pfc.syntax.ast.base import Dotted

OVERFLOWS = ("reject", "block", "drop_oldest", "drop_newest")
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
        node = entity.node
        checker = self.checker
        if isinstance(node, data.Variant):
            fields = checker.fields(node.fields, entity.module, kind="field")
            return d.Failure(node.span, entity.id, entity.name, fields, 409, node.doc)
        failure = cast("i.Failure", node)
        fields = checker.fields(failure.fields, entity.module, kind="field")
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
                label = Label(failure.span, "it is declared first here")
                checker.report(
                    "PF243", mention.span, related=[label], failure=entity.name
                )
        statuses = [m.status for m in mentions if m.status is not None]
        status = self._status(statuses[0]) if statuses else 409
        return d.Failure(failure.span, entity.id, entity.name, fields, status, None)

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
        self._unsupported_clauses(clauses)
        if group is not None:
            self._unsupported_clauses(group)
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
        )

    def _unsupported_clauses(self, clauses: i.IntentClauses) -> None:
        if clauses.during is not None:
            self.checker.report("PF901", clauses.during.span, construct="`during`")
        if clauses.expires is not None:
            self.checker.report("PF901", clauses.expires.span, construct="`expires`")

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
            if found.type != UNKNOWN:
                self.checker.report(
                    "PF220",
                    found.span,
                    expected="a constant length of time above zero",
                    found="this",
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
                found="an effect without a body",
                expected='`python` and a fence, or `python "module:function"`',
            )
            body = d.Python(node.span, "pass", 1, "", "", False)
        else:
            body = self.embedded.body(node.body, entity.module)
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
        elif node.backoff is not None:
            low = high = self.duration(node.backoff, scope)
        return d.RetryPolicy(times, low, high)

    # ------------------------------------------------------------ reactors
    def reactor(self, entity: Entity) -> d.Reactor:
        node = cast("reactors.Reactor", entity.node)
        checker = self.checker
        self._unsupported_items(node)
        state = () if node.state is None else node.state.fields
        fields = checker.fields(state, entity.module, kind="field")
        for field in fields:
            if field.default is None:
                checker.report(
                    "PF222",
                    field.span,
                    notes=[
                        "a reactor starts with its state, so each field has a default"
                    ],
                    callee=f"the state of {entity.name}",
                    parameter=f"{field.name}: ... = default",
                )
        nowhere = Scope(entity.module, DEFAULT)
        always: tuple[x.Expr, ...] = ()
        if node.state is not None:
            always = checker.invariants(node.state.always, fields, nowhere)
        holds = checker.caps(node.holds, nowhere)
        restart = node.restart
        limits = None if restart is None else restart.limits
        backoff = None
        if restart is not None and restart.backoff is not None:
            retry = e.Retry(restart.span, e.Number(restart.span, "1"), restart.backoff)
            policy = self._retry(retry, nowhere)
            backoff = (policy.low, policy.high)
        handlers = self._handlers(node, entity)
        made = d.Reactor(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            self._named(node.implements, entity, "interface"),
            self._named(node.needs, entity, "reactor"),
            holds,
            fields,
            always,
            self._mailbox(node),
            self._overflow(node),
            None if limits is None else checker.whole(limits.count),
            None if limits is None else self.duration(limits.within, nowhere),
            backoff,
            restart.kind.text if restart is not None and restart.kind else "permanent",
            handlers,
            node.doc,
        )
        self._implements(made, entity, node)
        return made

    def _mailbox(self, node: reactors.Reactor) -> int | None:
        return None if node.mailbox is None else self.checker.whole(node.mailbox.size)

    def _overflow(self, node: reactors.Reactor) -> str:
        overflow = None if node.mailbox is None else node.mailbox.overflow
        if overflow is None:
            return "reject"
        name = overflow.policy.text
        if name not in OVERFLOWS:
            listed = ", ".join(f"`{each}`" for each in OVERFLOWS)
            notes = [*did_you_mean(name, OVERFLOWS), f"there are {listed}"]
            span = overflow.policy.span
            self.checker.report(
                "PF210", span, notes=notes, kind="overflow policy", name=name
            )
            return "reject"
        return name

    def _unsupported_items(self, node: reactors.Reactor) -> None:
        found: list[tuple[Span, str]] = []
        if node.journal is not None:
            found.append((node.journal.span, "`journal`"))
        found += [(metric.span, "`metric`") for metric in node.metrics]
        found += [(health.span, "`health`") for health in node.health]
        found += [(alert.span, "`alert`") for alert in node.alerts]
        if node.mailbox is not None and node.mailbox.priority:
            found.append((node.mailbox.span, "`priority` of a mailbox"))
        for span, construct in found:
            self.checker.report("PF901", span, construct=construct)

    def _named(
        self, names: tuple[Dotted, ...], entity: Entity, kind: str
    ) -> tuple[str, ...]:
        found = (self.checker.world.lookup(entity.module, name, kind) for name in names)
        return tuple(each.id for each in found if each is not None)

    def _implements(
        self, made: d.Reactor, entity: Entity, node: reactors.Reactor
    ) -> None:
        handled = {handler.intent for handler in made.handlers}
        for id_, name in zip(made.implements, node.implements, strict=False):
            interface = self.checker.entity(id_)
            if interface is None:
                continue
            for intent in self.interface(interface).intents:
                if intent not in handled:
                    self.checker.report(
                        "PF253",
                        name.span,
                        reactor=entity.name,
                        interface=interface.name,
                        intent=intent.rpartition(".")[2],
                    )

    def _handlers(
        self, node: reactors.Reactor, entity: Entity
    ) -> tuple[d.Handler, ...]:
        made: list[d.Handler] = []
        own: dict[str, reactors.Handler] = {}
        asked: list[tuple[str, Span, str]] = []
        for handler in node.handlers:
            intent = self.checker.world.lookup(
                entity.module, handler.intent, "intent", "workflow"
            )
            if intent is None or intent.kind == "workflow":
                continue
            if intent.id in own:
                label = Label(own[intent.id].intent.span, "the other one stands here")
                self.checker.report(
                    "PF205",
                    handler.intent.span,
                    related=[label],
                    intent=intent.name,
                    count="two",
                )
                continue
            own[intent.id] = handler
            found, body = self._handler(handler, intent, entity)
            made.append(found)
            for id_, span in body.asks:
                asked.append((id_, span, intent.id))
        for id_, span, asker in asked:
            if id_ in own:
                self.checker.report(
                    "PF206",
                    span,
                    reactor=entity.name,
                    intent=id_.rpartition(".")[2],
                )
            self.asks.setdefault(asker, []).append((id_, entity.name, span))
        return tuple(made)

    def _handler(
        self, node: reactors.Handler, intent: Entity, reactor: Entity
    ) -> tuple[d.Handler, Body]:
        checker = self.checker
        context = checker.signatures.context(intent)
        setting = Setting(
            f"a handler of `{intent.name}`",
            caller=None if context is None else context.id,
            context=None if context is None else context.id,
            caller_reason=f"`{intent.name}` is not `in` a context",
            reactor=reactor.id,
        )
        scope = Scope(reactor.module, setting)
        bindings = self._bindings(node, intent, scope)
        result = checker.signatures.result(intent)
        fails = frozenset(f.id for f in checker.signatures.failures(intent))
        body = Body("handler", setting.name, result, fails)
        block = checker.open_block(node.body, scope, body)
        if result != UNIT and not block.leaves:
            checker.report(
                "PF240",
                _end_of(block),
                handler=f"on {intent.name}",
                type=f"`{show(result)}`",
            )
        performs = cast("i.Intent", intent.node).clauses.performs
        changes = body.changes or body.emits or bool(performs)
        head = Span(node.span.path, node.span.start, node.body.span.start).to(
            node.intent.span
        )
        made = d.Handler(
            node.span, head, intent.id, bindings, block, body.waits, not changes
        )
        return made, body

    def _bindings(
        self, node: reactors.Handler, intent: Entity, scope: Scope
    ) -> tuple[x.Symbol | None, ...]:
        fields = self.checker.signatures.fields(intent)
        if node.bindings is None:
            return tuple(None for _ in fields)
        if len(node.bindings) != len(fields):
            count = len(fields)
            self.checker.report(
                "PF252",
                node.intent.span,
                notes=["bind all fields in order, `_` for those that are not needed"],
                intent=intent.name,
                expected=f"{count} field{'' if count == 1 else 's'}",
                found=len(node.bindings),
            )
        bound: list[x.Symbol | None] = []
        types = [field.type for field in fields]
        for place, name in enumerate(node.bindings):
            type_ = types[place] if place < len(types) else UNKNOWN
            symbol = x.Symbol(name.text, type_, "binding", name.span)
            if name.text == "_":
                bound.append(None)
            else:
                if name.text in scope.names:
                    self.checker.report("PF211", name.span, name=name.text)
                scope.bind(symbol)
                bound.append(symbol)
        return tuple(bound[: len(fields)])


def _end_of(block: s.Block) -> Span:
    """The brace that ends a block."""
    return Span(block.span.path, block.span.end - 1, block.span.end)
